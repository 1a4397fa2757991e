"""Retention curves and profit against the baseline on one small sheet, drawn again at every move of a slider."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.analysis.intervals import Interval
from sim.charts.chart import Chart, house_style
from sim.charts.difference_rows import bounds, decimals_of, written
from sim.charts.retention_curves import MARKER, curves_of, draw, still
from sim.charts.sheet import Grid, lengthwise, sheet
from sim.charts.style import BLACK, SIZE, look
from sim.charts.text import magnitude, readable, wrap
from sim.charts.words import money_unit, words_of
from sim.language.words import Words

if TYPE_CHECKING:
    from sim.study.study import Study

PROFIT = "profit_npv"
WIDTH, HEIGHT = 9.2, 3.0
NAME = 2.2
"""Inches for a name in the legend."""


def explored(study: "Study", *, language: str = "en") -> Chart:
    """Draw retention curves with 95 % bands, and beside them each strategy's paired difference of discounted profit.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.
    """
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        curves, _ = curves_of(study, None)
        names = [wrap(name, NAME, SIZE, lines=2) for name in readable(study.scenarios, words("scenario"))]
        legend = [(Line2D([], [], markersize=MARKER, **look(place)), name) for place, name in enumerate(names)]
        grid = Grid(columns=2, width=WIDTH, panel_height=HEIGHT, across=0.6, bottom=0.85)
        notes = [words("explored_note", replications=study.replications)]
        chart, (left, right) = sheet(words("explored_title"), notes, legend, grid)
        floor = draw(left, curves[:, 0], most_ticks=7, words=words)
        left.set_xlabel(words("tenure"))
        left.set_ylabel(still(floor, words))
        profits(right, study, words)
        return chart


def profits(axes: Axes, study: "Study", words: Words) -> None:
    """Draw the differences of profit, a row for each strategy, its figures above its line."""
    strategies = range(1, len(study.scenarios))
    found = [study.difference(place, PROFIT).interval for place in strategies]
    power, word = magnitude([value for one in found for value in bounds(one)], words.language)
    found = [Interval(*(value / power for value in bounds(one))) for one in found]
    for place, one in zip(strategies, found, strict=True):
        style: dict[str, Any] = look(place)
        axes.hlines(place, one.low, one.high, color=style["color"], linewidth=1.6)
        face = style["color"] if one.sure else "white"
        axes.scatter([one.mean], [place], s=30, c=[face], edgecolors=style["color"], marker=style["marker"], zorder=3)
        text = written(one, decimals_of([found]), words)
        axes.text(0.5, place - 0.22, text, transform=axes.get_yaxis_transform(), ha="center", va="bottom", size=SIZE,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0})  # fmt: skip
    axes.axvline(0, color=BLACK, linewidth=1)
    axes.set_ylim(len(study.scenarios) - 0.4, 0.3)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.12)
    if not np.nan_to_num([value for one in found for value in bounds(one)]).any():
        axes.set_xlim(-1, 1)
    lengthwise(axes, most=5)
    unit = money_unit(word, study, words)
    axes.set_xlabel(words("explored_profit", unit=unit))
