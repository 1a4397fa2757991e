"""The sheet that every chart is drawn on: a title, notes, a legend, and a grid of panels, measured in inches."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.charts.chart import Chart
from sim.charts.style import GREY, SIZE
from sim.charts.text import BOLD, breadth, line_count, number, wrap
from sim.charts.words import month_name, year_name

MARGIN = 0.2
TITLE, NOTE = 13.0, 8.5
"""Sizes in points."""
LINE = 0.0205
"""Height of a line of text, inches per point of its size."""
FEW_TICKS = (1, 2, 3, 6, 12, 24, 60)
TICK_GAP = 0.25
"""Inches between two numbers of an axis."""
ROUND = [1, 2, 5, 10]
"""Ticks stand at these times a power of ten."""

Legend = list[tuple[Any, str]]


@dataclass(frozen=True)
class Grid:
    """How panels stand on the sheet, in inches."""

    columns: int = 1
    rows: int = 1
    width: float = 10.0
    panel_height: float = 4.2
    left: float = 0.95
    right: float = 0.3
    bottom: float = 0.75
    across: float = 0.3
    down: float = 0.5
    top: float = 0.1

    @property
    def panel_width(self) -> float:
        """Breadth of one panel."""
        return (self.width - self.left - self.right - (self.columns - 1) * self.across) / self.columns


def small_multiples(count: int, title_lines: int) -> Grid:
    """Return a grid for so many panels with titles of so many lines."""
    columns = {1: 1, 2: 2, 3: 3, 4: 2}.get(count, 3 if count <= 9 else 4)
    rows = -(-count // columns)
    height = {1: 3.6, 2: 2.6}.get(columns, 2.0)
    title = title_lines * SIZE * LINE + 0.12
    return Grid(columns, rows, panel_height=height, down=0.16 + title, top=title)


def sheet(title: str, notes: Sequence[str], legend: Legend, grid: Grid) -> tuple[Chart, list[Axes]]:
    """Make a chart with its title, notes and legend, and return its empty panels row by row.

    The height follows from what is on the sheet, so that nothing overlaps and no layout has to be searched for.
    """
    room = grid.width - 2 * MARGIN
    heading = wrap(title, room, TITLE * BOLD)
    lines = "\n".join(wrap(note, room, NOTE) for note in notes)
    columns, legend_height = legend_size(legend, room)
    heights = (line_count([heading]) * TITLE * LINE + 0.05, line_count([lines]) * NOTE * LINE + 0.08, legend_height)
    head = MARGIN + sum(heights) + grid.top
    height = head + grid.rows * grid.panel_height + (grid.rows - 1) * grid.down + grid.bottom
    chart = Chart(figsize=(grid.width, height))

    at, left = height - MARGIN, MARGIN / grid.width
    chart.text(left, at / height, heading, size=TITLE, weight="bold", va="top")
    at -= heights[0]
    chart.text(left, at / height, lines, size=NOTE, color=GREY, va="top", linespacing=1.3)
    at -= heights[1]
    if legend:
        chart.legend(
            [handle for handle, _ in legend], [text for _, text in legend], loc="upper left", borderaxespad=0,
            bbox_to_anchor=(left, at / height), ncols=columns, borderpad=0, handlelength=3.2, fontsize=SIZE,
        )  # fmt: skip
    return chart, [panel(chart, grid, head, place) for place in range(grid.rows * grid.columns)]


def legend_size(legend: Legend, room: float) -> tuple[int, float]:
    """Return the columns of a legend and its height in inches."""
    if not legend:
        return 1, 0.0
    breadths = [breadth(text, SIZE) + 0.75 for _, text in legend]
    for columns in range(len(legend), 0, -1):
        rows = -(-len(legend) // columns)
        if sum(max(breadths[n : n + rows]) for n in range(0, len(legend), rows)) <= room:
            break
    # As many columns as those rows need: Matplotlib spreads entries evenly, and leaves no column short.
    return -(-len(legend) // rows), rows * (line_count([text for _, text in legend]) * SIZE * LINE + 0.03) + 0.08


def panel(chart: Chart, grid: Grid, head: float, place: int) -> Axes:
    """Add one panel."""
    row, column = divmod(place, grid.columns)
    width, height = chart.get_size_inches()
    left = grid.left + column * (grid.panel_width + grid.across)
    bottom = height - head - (row + 1) * grid.panel_height - row * grid.down
    return chart.add_axes((left / width, bottom / height, grid.panel_width / width, grid.panel_height / height))


def finish(panels: list[Axes], used: int, columns: int, across: str, up: str) -> None:
    """Name the axes at the left and at the bottom, drop the other labels and the panels that are not used."""
    for place, axes in enumerate(panels):
        if place >= used:
            axes.remove()
            continue
        if place + columns < used:
            axes.tick_params(labelbottom=False)
        else:
            axes.set_xlabel(across)
        if place % columns:
            axes.tick_params(labelleft=False)
        else:
            axes.set_ylabel(up)


def upright(axes: Axes, low: float, high: float, most: int = 6) -> None:
    """Set the limits of the vertical axis and write its numbers."""
    axes.set_ylim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(most, steps=ROUND))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def lengthwise(axes: Axes, most: int = 6) -> None:
    """Write the numbers of the horizontal axis, which has its limits: as many as have room, up to ``most``."""
    chart = axes.get_figure(root=True)
    assert chart is not None
    inches = axes.get_position().width * chart.get_size_inches()[0]
    widest = max(breadth(number(round(limit)), SIZE) for limit in axes.get_xlim())
    axes.xaxis.set_major_locator(MaxNLocator(max(1, min(most, int(inches / (widest + TICK_GAP)))), steps=ROUND))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def every(count: int, most: float) -> int:
    """Return the distance of ticks, in months, so that there are not too many."""
    return next((step for step in FEW_TICKS if count <= step * most), FEW_TICKS[-1])


def panel_titles(names: Sequence[str], inches: float) -> list[str]:
    """Wrap names to stand over panels of a breadth."""
    return [wrap(name, inches, SIZE * BOLD, lines=2) for name in names]


def entitle(axes: Axes, title: str) -> None:
    """Write a panel's title."""
    axes.set_title(title, loc="left", size=SIZE, weight="bold")


def date_axis(axes: Axes, dates: Sequence[datetime.date], inches: float, language: str) -> None:
    """Write calendar months along the horizontal axis, on which month n of the study reaches from n to n + 1."""
    step = every(len(dates), max(1.0, inches / 0.45))
    shown = [n for n, date in enumerate(dates) if (date.year * 12 + date.month - 1) % step == 0] or [0]
    texts, year = [], 0
    for n in shown:
        name = month_name(dates[n].month, language)
        texts.append(name if dates[n].year == year else f"{name}\n{year_name(dates[n].year, language)}")
        year = dates[n].year
    axes.set_xlim(0, len(dates))
    axes.set_xticks([n + 0.5 for n in shown], texts)
