"""Customers by stage of life over calendar months, one panel per scenario, on one scale."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.charts.chart import Chart, house_style
from sim.charts.sheet import Legend, date_axis, entitle, finish, panel_titles, sheet, small_multiples, upright
from sim.charts.style import BLACK, BLUE, GREEN, ORANGE, SIZE, SKY
from sim.charts.text import line_count, readable, wrap
from sim.charts.words import note_on_means, words_of

if TYPE_CHECKING:
    from sim.study.study import Study

LOOKS = {
    "maturity": (BLUE, ""),
    "growth": (GREEN, "////"),
    "dormancy": (ORANGE, "----"),
    "introduction": (SKY, "\\\\\\\\"),
}
"""Colour and hatch, from below upwards: those who do not pay yet on top of those who do."""


def stages(study: "Study", *, language: str = "en") -> Chart:
    """Draw customers by stage at month ends as stacked areas.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.
    """
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        names = readable(study.scenarios, words("scenario"))
        counts = counts_of(study)
        dates = study.table("stages")["date"][: study.design.months * len(LOOKS) : len(LOOKS)]
        titles = panel_titles(names, small_multiples(len(names), 1).panel_width)
        grid = small_multiples(len(names), line_count(titles))
        legend: Legend = [
            (Patch(facecolor=colour, hatch=hatch, edgecolor="white"), words(stage))
            for stage, (colour, hatch) in reversed(LOOKS.items())
        ]
        if len(names) > 1:
            total = words("baseline_total", baseline=wrap(names[0], 1.8, SIZE, lines=1))
            legend.append((Line2D([], [], color=BLACK, linestyle="--"), total))
        chart, panels = sheet(
            words("stages_title"), [note_on_means(len(names), study.replications, words)], legend, grid
        )
        for place, axes in enumerate(panels[: len(names)]):
            draw(axes, counts[place], counts[0].sum(axis=1) if place else None)
            entitle(axes, titles[place])
            upright(axes, 0, 1.05 * max(1.0, float(counts.sum(axis=2).max())))
            date_axis(axes, dates, grid.panel_width, language)
        finish(panels, len(names), grid.columns, words("calendar"), words("customers"))
        return chart


def counts_of(study: "Study") -> NDArray[np.float64]:
    """Return customers by [scenario, month, stage], stages in the order in which they are drawn."""
    table = study.table("stages")
    given = list(dict.fromkeys(table["stage"]))
    counts = np.array(table["customers"], float).reshape(len(study.scenarios), study.design.months, len(given))
    return counts[:, :, [given.index(stage) for stage in LOOKS]]


def draw(axes: Axes, counts: NDArray[np.float64], baseline: NDArray[np.float64] | None) -> None:
    """Draw one scenario's areas, and the baseline's total over them."""
    ends = np.arange(1, len(counts) + 1)
    if len(counts) == 1:  # one month has no area between its ends: show it as if it had lasted the month
        ends, counts = np.array([0, 1]), np.repeat(counts, 2, axis=0)
        baseline = None if baseline is None else np.repeat(baseline, 2)
    below = np.zeros(len(ends))
    for (colour, hatch), count in zip(LOOKS.values(), counts.T, strict=True):
        axes.fill_between(ends, below, below + count, facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0.4)
        below = below + count
    if baseline is not None:
        axes.plot(ends, baseline, color=BLACK, linestyle="--", linewidth=1.3)
