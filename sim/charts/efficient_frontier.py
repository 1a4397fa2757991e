"""Profit against retention: each strategy's paired differences, and which of them another beats in both."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.analysis.catalogue import label
from sim.analysis.intervals import Interval
from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.difference_rows import bounds, scaled, typical
from sim.charts.effect_rows import limits_of
from sim.charts.retention_curves import LABEL_LINE, spread
from sim.charts.sheet import ROUND, TITLE, Grid, Legend, sheet
from sim.charts.style import BLACK, GREY, SIZE, look
from sim.charts.text import BOLD, breadth, line_count, magnitude, number, readable, wrap
from sim.charts.words import money_unit, note_on_error, spoken, words_of
from sim.language.words import Words, error_text

if TYPE_CHECKING:
    from sim.study.study import Study

PROFIT = "profit_npv"
RETENTION, OF_A_SHOP = "logo_retention_m12", "logo_retention_m24"
NAME = 2.3
"""Inches of a name beside the panel, at most."""
REACH = 0.6
"""Intervals are seen so far beyond the points, times how far those reach."""


@dataclass(frozen=True)
class Point:
    """One scenario: differences of retention in points and of profit in the unit of the axis; the baseline has zeros.

    Attributes
    ----------
    beaten_by
        Place of the scenario on the frontier that is nowhere worse; None on the frontier.
    surely
        Whether the paired intervals between the two leave no doubt of that.
    """

    across: Interval
    up: Interval
    beaten_by: int | None = None
    surely: bool = False


def frontier(study: "Study", *, language: str = "en") -> Chart:
    """Draw profit inside the horizon against retention, and the frontier that no strategy beats in both.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.

    Raises
    ------
    NotDrawn
        When the study has the baseline only, or is too short to see retention.
    """
    if len(study.scenarios) < 2:
        raise NotDrawn(error_text("charts.no_differences"))
    retention = OF_A_SHOP if study.design.baseline.per_use else RETENTION
    if not all(np.isfinite(one.whole) for one in study.estimates[retention]):
        raise NotDrawn(error_text("charts.not_observed", metric=retention))
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        names = readable(study.scenarios, words("scenario"))
        power, word = magnitude(typical([scaled(study, n, PROFIT, 1.0) for n in range(1, len(names))]), words.language)
        points = points_of(study, retention, power)
        unit = money_unit(word, study, words)

        texts = [text_of(point, place, names, words) for place, point in enumerate(points)]
        room = max(breadth(text, SIZE * BOLD) for text in texts) + 0.9
        need = len(texts) * (line_count(texts) * LABEL_LINE + 0.06)
        grid = Grid(panel_height=max(4.2, need), right=room, left=1.05)
        notes = [words("frontier_note"), note_on_error("bands_of_means", study.replications, words)]
        title = words("frontier_title", baseline=wrap(names[0], 4.0, TITLE * BOLD, lines=1))
        chart, panels = sheet(title, notes, key(words), grid)
        draw(panels[0], points)
        end_labels(panels[0], points, texts, grid)
        panels[0].set_xlabel(f"{label(retention, spoken(language))}{words('colon')}{words('points')}")
        panels[0].set_ylabel(f"{label(PROFIT, spoken(language))}{words('colon')}{words('money', unit=unit)}")
        return chart


def points_of(study: "Study", retention: str, power: float) -> list[Point]:
    """Return every scenario's point, and what beats it."""
    zero = Interval(0.0, 0.0, 0.0)
    places = range(1, len(study.scenarios))
    across = [zero, *(scaled(study, n, retention, 100.0) for n in places)]
    up = [zero, *(scaled(study, n, PROFIT, 1.0 / power) for n in places)]
    winners = beaten(np.array([one.mean for one in across]), np.array([one.mean for one in up]))
    return [
        Point(x, y, winner, winner is not None and surely(study, retention, winner, place))
        for place, (x, y, winner) in enumerate(zip(across, up, winners, strict=True))
    ]


def beaten(across: Any, up: Any) -> list[int | None]:
    """Return for each point the nearest of the frontier that is at least as good in both and better in one.

    Distances are in units of how far the points reach.
    """
    count = range(len(across))
    better = [
        [n for n in count if across[n] >= across[m] and up[n] >= up[m] and (across[n] > across[m] or up[n] > up[m])]
        for m in count
    ]
    reach = float(np.ptp(across)) or 1.0, float(np.ptp(up)) or 1.0

    def distance(m: int, n: int) -> float:
        return float(np.hypot((across[m] - across[n]) / reach[0], (up[m] - up[n]) / reach[1]))

    return [
        min((n for n in better[m] if not better[n]), key=lambda n: distance(m, n)) if better[m] else None
        for m in count
    ]  # fmt: skip


def surely(study: "Study", retention: str, winner: int, loser: int) -> bool:
    """Whether the winner is better in one and no worse in the other at both ends of the paired intervals."""
    found = [
        study.estimates[name][winner].minus(study.estimates[name][loser]).interval(study.critical)
        for name in (retention, PROFIT)
    ]
    return all(one.low >= 0.0 for one in found) and any(one.low > 0.0 for one in found)


def text_of(point: Point, place: int, names: list[str], words: Words) -> str:
    """Return what stands beside a point: its name, and what beats it."""
    name = wrap(names[place], NAME, SIZE * BOLD, lines=1)
    if point.beaten_by is None:
        return name
    winner = wrap(names[point.beaten_by], NAME, SIZE, lines=1)
    return f"{name}\n{words('surely_beaten' if point.surely else 'beaten', winner=winner)}"


def key(words: Words) -> Legend:
    """Return what line and markers mean."""
    shape: dict[str, Any] = {"marker": "o", "color": BLACK, "markersize": 6, "linestyle": "none"}
    return [
        (Line2D([], [], color=GREY, linewidth=1.4, linestyle="--"), words("frontier")),
        (Line2D([], [], **shape), words("on_frontier")),
        (Line2D([], [], markerfacecolor="white", **shape), words("off_frontier")),
    ]


def draw(axes: Axes, points: list[Point]) -> None:
    """Draw points, intervals and the frontier."""
    left, right = limits_of([[point.across] for point in points], REACH)
    low, high = limits_of([[point.up] for point in points], REACH)
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    best = sorted((point.across.mean, point.up.mean) for point in points if point.beaten_by is None)
    corners = [(left, best[0][1])]
    for place, (x, y) in enumerate(best):
        corners += [(x, y), (x, best[place + 1][1] if place + 1 < len(best) else low)]
    axes.plot(*zip(*corners, strict=True), color=GREY, linewidth=1.4, linestyle="--", zorder=1.5)
    axes.fill(*zip(*corners, (left, low), strict=True), color=GREY, alpha=0.08, linewidth=0)
    for place, point in enumerate(points):
        style = look(place)
        (x, *_), (y, *_) = bounds(point.across), bounds(point.up)
        axes.hlines(y, point.across.low, point.across.high, color=style["color"], linewidth=1.2)
        axes.vlines(x, point.up.low, point.up.high, color=style["color"], linewidth=1.2)
        face = style["color"] if point.beaten_by is None else "white"
        axes.plot(x, y, linestyle="none", marker=style["marker"], color=style["color"], markerfacecolor=face,
                  markersize=7, zorder=3)  # fmt: skip
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(7, steps=ROUND))
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def end_labels(axes: Axes, points: list[Point], texts: list[str], grid: Grid) -> None:
    """Write every name beside the panel, in the order of profit, with its marker and a line to its point."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    heights = [(point.up.mean - low) / (high - low) for point in points]
    inch = 1.0 / grid.panel_width
    beside: dict[str, Any] = {"transform": axes.transAxes, "clip_on": False}
    gap = (line_count(texts) * LABEL_LINE + 0.06) / grid.panel_height
    for place, at in enumerate(spread(heights, gap)):
        point, style = points[place], look(place)
        start = (point.across.mean - left) / (right - left)
        axes.plot([start, 1, 1 + 0.2 * inch], [heights[place], heights[place], at], color=style["color"],
                  linewidth=0.5, linestyle=(0, (1, 2)), zorder=1.2, **beside)  # fmt: skip
        face = style["color"] if point.beaten_by is None else "white"
        axes.plot(1 + 0.34 * inch, at, marker=style["marker"], color=style["color"], markerfacecolor=face,
                  markersize=6, **beside)  # fmt: skip
        axes.text(1 + 0.5 * inch, at, texts[place], va="center", linespacing=1.2, transform=axes.transAxes, size=SIZE,
                  color=BLACK if point.beaten_by is None else GREY)  # fmt: skip
