"""Habit and perceived value of new customers over tenure, one panel per scenario, with their spread."""

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.analysis.intervals import ratio_estimate
from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.sheet import Legend, entitle, every, finish, panel_titles, sheet, small_multiples, upright
from sim.charts.style import BLACK, BLUE, ORANGE, SIZE
from sim.charts.text import line_count, readable, wrap
from sim.charts.words import words_of
from sim.language.words import Words, error_text
from sim.study.habits import Habits, habits

if TYPE_CHECKING:
    from sim.study.study import Study

Real = NDArray[np.float64]
LOOKS: dict[str, tuple[str, Any, str]] = {"habit": (BLUE, "-", "////"), "value": (ORANGE, (0, (5, 1.5)), "")}
"""Colour, line, and hatch of the band, in the order of the traits."""
FEW = 100
"""Customers without whom a mean is not drawn."""


def habit(study: "Study", *, language: str = "en") -> Chart:
    """Draw mean habit and mean perceived value by months since the first payment, with the middle half of customers.

    Neither monthly sums nor the event log hold them, so a sample of some 12,000 customers is simulated up to each of
    twelve moments. That takes up to a minute, so the chart is not among those drawn at the end of every run.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.

    Raises
    ------
    NotDrawn
        When the sample has too few new customers.
    """
    found = habits(study.design)
    pooled = [np.concatenate([lot[scenario] for lot in found.found], axis=1)
              for scenario in range(len(study.scenarios))]  # fmt: skip
    edges = spans(study.design.months)
    curves = [by_tenure(people, edges) for people in pooled]
    if not np.isfinite(curves[0]).any():
        raise NotDrawn(error_text("charts.few_new", count=FEW))
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        names = readable(study.scenarios, words("scenario"))
        titles = panel_titles(names, small_multiples(len(names), 1).panel_width)
        grid = small_multiples(len(names), line_count(titles))
        chart, panels = sheet(words("habit_title"), notes_of(found, edges, words), legend_of(names, words), grid)
        last = int(edges[1 + max(int(np.flatnonzero(np.isfinite(curve[0, 0])).max(initial=0)) for curve in curves)])
        for place, axes in enumerate(panels[: len(names)]):
            draw(axes, edges, curves[place], curves[0] if place else None)
            entitle(axes, titles[place])
            upright(axes, 0, 1)
            axes.set_xlim(0, last)
            axes.set_xticks(range(0, last + 1, every(last, max(1.0, grid.panel_width / 0.45))))
        finish(panels, len(names), grid.columns, words("tenure_alone"), words("from_0_to_1"))
        return chart


def spans(months: int) -> Real:
    """Return the tenures between which customers are put together: by month at first, then by quarter."""
    return np.array([*range(min(3, months)), *range(3, months, 3), months], float)


def by_tenure(people: Real, edges: Real) -> Real:
    """Return [trait, (mean, lower quartile, upper quartile), span of tenure]; not a number where there are few."""
    curves = np.full((len(LOOKS), 3, len(edges) - 1), np.nan)
    span = np.digitize(people[0], edges) - 1
    for number in range(len(edges) - 1):
        here = people[1:, span == number]
        if here.shape[1] >= FEW:
            curves[:, 0, number] = here.mean(axis=1)
            curves[:, 1:, number] = np.quantile(here, (0.25, 0.75), axis=1).T
    return curves


def notes_of(found: Habits, edges: Real, words: Words) -> list[str]:
    """Return the notes under the title."""
    sample = words("sample", customers=f"{found.sample.customers:,}", replications=found.sample.replications)
    widest = error_of([lot[0] for lot in found.found], edges[: 1 + np.searchsorted(edges, 12)])
    error = words("habit_error", error=f"{widest:.3f}") if np.isfinite(widest) else words("one_replication")
    return [words("habit_note"), sample + words("space") + error]


def error_of(lots: list[Real], edges: Real) -> float:
    """Return the largest half-width of means over replications, of spans with enough customers."""
    widths = []
    for begin, end in itertools.pairwise(edges):
        here = [lot[1:, (lot[0] >= begin) & (lot[0] < end)] for lot in lots]
        count = np.array([people.shape[1] for people in here])
        if len(lots) > 1 and count.sum() >= FEW and (count.sum() - count).all():
            widths += [ratio_estimate(np.array([people[trait].sum() for people in here]), count).interval().half_width
                       for trait in range(len(LOOKS))]  # fmt: skip
    return max(widths, default=np.nan)


def legend_of(names: list[str], words: Words) -> Legend:
    """Return what lines and bands mean."""
    found: Legend = []
    for trait, (colour, line, hatch) in LOOKS.items():
        found.append((Line2D([], [], color=colour, linestyle=line, linewidth=1.8), words(f"mean_{trait}")))
        found.append((Patch(facecolor=colour, alpha=0.25, hatch=hatch), words(f"spread_{trait}")))
    if len(names) > 1:
        text = words("means_of", baseline=wrap(names[0], 1.8, SIZE, lines=1))
        found.append((Line2D([], [], color=BLACK, linestyle=":", linewidth=1.4), text))
    return found


def draw(axes: Axes, edges: Real, curves: Real, baseline: Real | None) -> None:
    """Draw one scenario's means and spreads, and the baseline's means over them."""
    middle = (edges[1:] + edges[:-1]) / 2
    for (colour, line, hatch), (mean, low, high) in zip(LOOKS.values(), curves, strict=True):
        axes.fill_between(middle, low, high, facecolor=colour, alpha=0.25, hatch=hatch, edgecolor=colour, linewidth=0)
        axes.plot(middle, mean, color=colour, linestyle=line, linewidth=1.8)
    for mean in () if baseline is None else baseline[:, 0]:
        axes.plot(middle, mean, color=BLACK, linestyle=":", linewidth=1.4)
