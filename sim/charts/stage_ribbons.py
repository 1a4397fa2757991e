"""Life-cycle flows: where people who become customers stand after some months, and from where to where they went."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path
from numpy.typing import NDArray

from sim.analysis.intervals import ratio_estimate
from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.retention_curves import spread
from sim.charts.sheet import Grid, Legend, entitle, finish, panel_titles, sheet, small_multiples
from sim.charts.style import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION
from sim.charts.text import line_count, readable
from sim.charts.words import words_of
from sim.language.formats import NO_BREAK, percent
from sim.language.words import Words, error_text
from sim.study.stage_flows import Flows, Place, stage_flows

if TYPE_CHECKING:
    from sim.study.study import Study

LOOKS = {
    Place.MATURITY: (BLUE, ""),
    Place.GROWTH: (GREEN, "////"),
    Place.DORMANCY: (ORANGE, "----"),
    Place.BACK: (PURPLE, "xxxx"),
    Place.INTRODUCTION: (SKY, "\\\\\\\\"),
    Place.CHURNED: (VERMILLION, "...."),
}
"""Colour and hatch, from above downwards."""
BAR, GAP = 0.07, 0.012
"""Half the breadth of a bar, in steps, and the distance between bars, as a share of all people."""
LABEL = 7.0
ROOM = 0.5
"""Size of the shares beside the last bars, in points, and inches for them."""


def flows(study: "Study", *, language: str = "en") -> Chart:
    """Draw an alluvial chart of stages: who signs up and does not go before paying.

    Monthly sums do not hold who goes where, so a sample of some 12,000 customers is simulated for it, which takes
    seconds, and a minute more where event logs have not been read before and the engine is compiled for them. It is
    not among the charts drawn at the end of every run.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.

    Raises
    ------
    NotDrawn
        When the horizon is shorter than two months, or nobody signs up early enough to be followed.
    """
    if study.design.months < 2:
        raise NotDrawn(error_text("charts.one_month"))
    found = stage_flows(study.design)
    if not found.counts.any():
        raise NotDrawn(error_text("charts.nobody_followed"))
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        names = readable(study.scenarios, words("scenario"))
        titles = panel_titles(names, small_multiples(len(names), 1).panel_width)
        grid = small_multiples(len(names), line_count(titles))
        height = {1: 4.4, 2: 3.2}.get(grid.columns, 2.6)
        grid = replace(grid, panel_height=height, left=0.4, right=ROOM + 0.1, across=ROOM + 0.25)
        used = [place for place in Place if found.counts[..., place].any() or found.counts[..., place, :].any()]
        chart, panels = sheet(words("flows_title"), notes_of(found, words), legend_of(used, words), grid)
        for place, axes in enumerate(panels[: len(names)]):
            if found.counts[:, place].any():
                draw(axes, found, place, grid, words.language)
            entitle(axes, titles[place])
        finish(panels, len(names), grid.columns, words("since_sign_up"), "")
        return chart


def notes_of(found: Flows, words: Words) -> list[str]:
    """Return the notes under the title."""
    people, gone = int(found.counts[:, 0, 0].sum()), int(found.gone[:, 0].sum())
    sample = words("sample", customers=f"{found.sample.customers:,}", replications=found.sample.replications)
    followed = words("followed", people=f"{people:,}", months=found.moments[-1],
                     share=f"{100.0 * gone / (people + gone):.0f}")  # fmt: skip
    last = found.counts[:, 0, -1].astype(float)
    widest = max((ratio_estimate(last[:, :, place].sum(axis=1), last.sum(axis=(1, 2))).interval().half_width
                  for place in Place), default=np.nan) if len(last) > 1 else np.nan  # fmt: skip
    error = (words("flows_error", points=f"{100.0 * widest:.1f}") if np.isfinite(widest)
             else words("one_replication"))  # fmt: skip
    return [words("flows_note"), sample + words("space") + followed, error]


def legend_of(used: list[Place], words: Words) -> Legend:
    """Return what the bars mean, from above downwards."""
    return [(Patch(facecolor=LOOKS[place][0], hatch=LOOKS[place][1], edgecolor="white"),
             words(f"place_{place.name.lower()}")) for place in used]  # fmt: skip


def draw(axes: Axes, found: Flows, scenario: int, grid: Grid, language: str) -> None:
    """Draw one scenario: ribbons, bars over their ends, and the shares beside the last bars."""
    counts = found.counts[:, scenario].sum(axis=0)
    total = counts[0].sum()
    flow = counts / total
    bars = np.concatenate([flow[:1].sum(axis=2), flow.sum(axis=1)])  # [moment, place]
    tops = np.array([tops_of(bar) for bar in bars])
    for step in range(len(flow)):
        ribbons(axes, flow[step], step, tops)
    for moment, bar in enumerate(bars):
        for place in np.flatnonzero(bar):
            colour, hatch = LOOKS[Place(int(place))]
            axes.add_patch(Rectangle((moment - BAR, tops[moment, place] - bar[place]), 2 * BAR, bar[place],
                                     facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0))  # fmt: skip
    shares_beside(axes, bars[-1], tops[-1], grid, language)
    axes.grid(visible=False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set_yticks([])
    axes.set_xticks(range(len(bars)), [str(month) for month in found.moments])
    axes.set_xlim(-BAR, len(bars) - 1 + BAR)
    axes.set_ylim(-GAP * len(Place), 1.0 + GAP / 2)


def tops_of(bar: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where each place's bar begins, from above, with gaps between those that there are."""
    below = np.concatenate([[0.0], np.cumsum(bar + GAP * (bar > 0))[:-1]])
    return np.asarray(1.0 - below)


def ribbons(axes: Axes, flow: NDArray[np.float64], step: int, tops: NDArray[np.float64]) -> None:
    """Draw the flows of one step, each in the colour of where it comes from."""
    leaving, coming = tops[step].copy(), tops[step + 1].copy()
    for start, end in zip(*np.nonzero(flow), strict=True):
        breadth = flow[start, end]
        shape = ribbon(step + BAR, leaving[start], step + 1 - BAR, coming[end], breadth)
        axes.add_patch(PathPatch(shape, facecolor=LOOKS[Place(int(start))][0], alpha=0.4, linewidth=0))
        leaving[start] -= breadth
        coming[end] -= breadth


def ribbon(left: float, left_top: float, right: float, right_top: float, breadth: float) -> Path:
    """Return a band that leaves and arrives level."""
    middle = (left + right) / 2
    points = [
        (left, left_top), (middle, left_top), (middle, right_top), (right, right_top),
        (right, right_top - breadth), (middle, right_top - breadth), (middle, left_top - breadth),
        (left, left_top - breadth), (left, left_top),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return Path(points, codes)


def shares_beside(
    axes: Axes, bar: NDArray[np.float64], tops: NDArray[np.float64], grid: Grid, language: str
) -> None:  # fmt: skip
    """Write the share of each place beside the last bars, apart from one another."""
    there = np.flatnonzero(bar)
    low, high = -GAP * len(Place), 1.0 + GAP / 2
    wanted = [float((tops[place] - bar[place] / 2 - low) / (high - low)) for place in there]
    inch = 1.0 / grid.panel_width
    for place, at, end in zip(there, spread(wanted, 0.145 / grid.panel_height), wanted, strict=True):
        axes.plot([1, 1 + 0.08 * inch], [end, at], color=GREY, linewidth=0.6, transform=axes.transAxes, clip_on=False)
        digits = f"{100.0 * bar[place]:.0f}" if bar[place] >= 0.005 else "< 1"
        share = percent(digits, language).replace(NO_BREAK, " ")
        axes.text(1 + 0.11 * inch, at, share, transform=axes.transAxes, va="center", size=LABEL)
