"""Paired differences to the baseline with their intervals: what strategies do to retention and to profit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.analysis.catalogue import label
from sim.analysis.intervals import Interval
from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.sheet import TITLE, Grid, Legend, lengthwise, sheet
from sim.charts.style import BLACK, SIZE, look
from sim.charts.text import BOLD, breadth, line_count, magnitude, number, readable, wrap
from sim.charts.words import money_unit, note_on_error, spoken, words_of
from sim.language.words import Words, error_text

if TYPE_CHECKING:
    from sim.study.study import Study

RETENTION = ("logo_retention_m12", "logo_retention_m24", "nrr_m12", "activation_rate")
OF_A_SHOP = ("logo_retention_m24", "repeat_rate", "second_year_rate", "activation_rate")
"""Where nobody subscribes: nobody counts as lost before long, and nothing recurs but what is ordered again."""
PROFIT = ("profit_npv", "profit_npv_with_residual", "cash")
SMALL = 8.0
NAMES, NUMBERS = 1.8, 1.75
"""Inches left of a panel for names, at most, and right of it for numbers."""
HEADING = 1.3
"""Height of a metric's name, in rows."""


@dataclass(frozen=True)
class Side:
    """One of the two panels.

    Attributes
    ----------
    found
        [metric][strategy], in the unit of the axis.
    """

    metrics: Sequence[str]
    found: list[list[Interval]]
    axis: str
    decimals: int


def differences(study: "Study", *, language: str = "en") -> Chart:
    """Draw each strategy's paired differences to the baseline, retention at the left and money at the right.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.

    Raises
    ------
    NotDrawn
        When the study has the baseline only.
    """
    if len(study.scenarios) < 2:
        raise NotDrawn(error_text("charts.no_differences"))
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        names = readable(study.scenarios, words("scenario"))
        rows = [wrap(name, NAMES, SMALL, lines=2) for name in names[1:]]
        sides = [retention_side(study, words), profit_side(study, words)]
        return draw(study, names[0], rows, sides, spoken(language), words)


def retention_side(study: "Study", words: Words) -> Side:
    """Return shares, as percentage points."""
    metrics = OF_A_SHOP if study.design.baseline.per_use else RETENTION
    observed = [name for name in metrics if any(np.isfinite(one.whole) for one in study.estimates[name][1:])] or metrics
    found = [[scaled(study, n, name, 100.0) for n in range(1, len(study.scenarios))] for name in observed]
    return Side(observed, found, words("points"), decimals_of(found))


def profit_side(study: "Study", words: Words) -> Side:
    """Return money, in a power of ten that is easily read."""
    places = range(1, len(study.scenarios))
    power, word = magnitude(typical([scaled(study, n, name, 1.0) for name in PROFIT for n in places]), words.language)
    found = [[scaled(study, n, name, 1.0 / power) for n in places] for name in PROFIT]
    unit = money_unit(word, study, words)
    return Side(PROFIT, found, words("money", unit=unit), decimals_of(found))


def scaled(study: "Study", scenario: int, name: str, factor: float) -> Interval:
    """Return one difference in another unit."""
    found = study.difference(scenario, name).interval
    return Interval(found.mean * factor, found.low * factor, found.high * factor)


def typical(found: Sequence[Interval]) -> list[float]:
    """Return the middle one of the sizes, by which a unit is chosen: in the largest's, many a figure would be 0.0."""
    sizes = [abs(one.mean) for one in found if np.isfinite(one.mean) and one.mean != 0.0]
    return [float(np.median(sizes))] if sizes else []


def bounds(found: Interval) -> tuple[float, float, float]:
    """Return mean, low and high."""
    return found.mean, found.low, found.high


def decimals_of(found: list[list[Interval]]) -> int:
    """Return how many decimals tell the largest values apart without false precision."""
    largest = max((abs(x) for line in found for one in line for x in bounds(one) if np.isfinite(x)), default=0.0)
    return 0 if largest >= 300 else 1 if largest >= 3 else 2


def draw(study: "Study", baseline: str, rows: list[str], sides: list[Side], language: str, words: Words) -> Chart:
    """Draw both panels."""
    row = line_count(rows) * SMALL * 0.018 + 0.07
    left = max(breadth(name, SMALL) for name in rows) + 0.3
    most = max(len(side.metrics) for side in sides)
    grid = Grid(
        columns=2, width=12.0, panel_height=row * (len(rows) + HEADING) * most, left=left, right=NUMBERS,
        across=NUMBERS + left, bottom=0.6,
    )  # fmt: skip
    title = words("differences_title", baseline=wrap(baseline, 4.0, TITLE * BOLD, lines=1))
    notes = [note_on_error("differences_note", study.replications, words)]
    chart, panels = sheet(title, notes, key(words), grid)
    for axes, side in zip(panels, sides, strict=True):
        fit_height(axes, len(side.metrics) / most)
        draw_side(axes, side, rows, language, words)
    return chart


def key(words: Words) -> Legend:
    """Return what filled and hollow markers mean."""
    shape: dict[str, Any] = {"marker": "o", "color": BLACK, "markersize": 5.5, "linewidth": 1.4}
    return [
        (Line2D([], [], **shape), words("sure")),
        (Line2D([], [], markerfacecolor="white", **shape), words("unsure")),
    ]


def fit_height(axes: Axes, share: float) -> None:
    """Shorten a panel from below, so that rows are equally high in both."""
    place = axes.get_position()
    axes.set_position((place.x0, place.y1 - place.height * share, place.width, place.height * share))


def draw_side(axes: Axes, side: Side, rows: list[str], language: str, words: Words) -> None:
    """Draw one panel: for every metric a heading and a row per strategy."""
    height = len(rows) + HEADING
    ticks = [metric * height + HEADING + row for metric in range(len(side.metrics)) for row in range(len(rows))]
    axes.set_ylim(len(side.metrics) * height, 0)
    axes.set_yticks(ticks, rows * len(side.metrics), size=SMALL)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for metric, name in enumerate(side.metrics):
        top = metric * height
        axes.axhspan(top, top + HEADING - 0.5, facecolor="white", zorder=1.0)
        axes.vlines(0, top + HEADING - 0.5, top + height, color=BLACK, linewidth=1)
        axes.text(0, top + 0.45, label(name, language), transform=axes.get_yaxis_transform(), va="center",
                  weight="bold", size=SIZE)  # fmt: skip
    for row in range(len(rows)):
        draw_strategy(axes, [line[row] for line in side.found], np.array(ticks[row :: len(rows)]), row + 1)
    for at, one in zip(ticks, (one for line in side.found for one in line), strict=True):
        axes.text(1.03, at, written(one, side.decimals, words), transform=axes.get_yaxis_transform(), va="center",
                  size=SMALL)  # fmt: skip
    axes.margins(x=0.06)
    if not np.nan_to_num([value for line in side.found for one in line for value in bounds(one)]).any():
        axes.set_xlim(-1, 1)
    lengthwise(axes)
    axes.set_xlabel(side.axis)


def draw_strategy(axes: Axes, found: list[Interval], heights: Any, scenario: int) -> None:
    """Draw one strategy's marker and interval under every metric."""
    style = look(scenario)
    mean, low, high = np.array([bounds(one) for one in found]).T
    axes.hlines(heights, low, high, color=style["color"], linewidth=1.4)
    faces = [style["color"] if one.sure else "white" for one in found]
    axes.scatter(mean, heights, s=24, c=faces, edgecolors=style["color"], marker=style["marker"], zorder=3)


def written(found: Interval, decimals: int, words: Words) -> str:
    """Write a difference with its interval."""
    if not np.isfinite(found.mean):
        return words("unknown")
    if found.low == found.high == 0.0:
        return words("no_difference")
    mean = number(found.mean, decimals, signed=True)
    if not np.isfinite(found.low):
        return mean
    return f"{mean} [{number(found.low, decimals)} {words('to')} {number(found.high, decimals)}]"
