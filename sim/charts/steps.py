"""Steps from one total to another, one bar each under the last, with intervals and numbers beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes

from sim.analysis.intervals import Interval
from sim.charts.chart import Chart
from sim.charts.difference_rows import SMALL, bounds, decimals_of
from sim.charts.sheet import LINE, Grid, Legend, entitle, finish, lengthwise, panel_titles, sheet
from sim.charts.style import BLACK, GREEN, GREY, SIZE, VERMILLION
from sim.charts.text import BOLD, breadth, line_count, number
from sim.language.words import Words

ROW = 0.2
"""Height of a row in inches."""
GAIN, LOSS, WHOLE = (GREEN, ""), (VERMILLION, "////"), (GREY, "")
"""Colour and hatch."""


@dataclass(frozen=True)
class Step:
    """One bar.

    Attributes
    ----------
    look
        Colour and hatch; of a gain or a loss if left out.
    whole
        Whether it begins at zero and not where the last one ended.
    """

    name: str
    found: Interval
    look: tuple[str, str] = ("", "")
    whole: bool = False

    def scaled(self, power: float) -> "Step":
        """Return the step in another unit."""
        return replace(self, found=Interval(*(value / power for value in bounds(self.found))))


@dataclass(frozen=True)
class Panel:
    """One panel: its title and its steps, in the unit of the axis."""

    title: str
    steps: Sequence[Step]


def steps_chart(
    title: str, notes: Sequence[str], legend: Legend, panels: Sequence[Panel], across: str, words: Words
) -> Chart:
    """Draw panels of steps, two beside each other, all on one scale, with the same names at the left."""
    decimals = decimals_of([[step.found for step in panel.steps] for panel in panels])
    texts = [[written(step, decimals, words) for step in panel.steps] for panel in panels]
    room = max(breadth(text, SMALL) for line in texts for text in line) + 0.25
    names = max(breadth(step.name, SMALL) for panel in panels for step in panel.steps) + 0.35
    columns = min(2, len(panels))
    grid = Grid(
        columns, -(-len(panels) // columns), width=(9.5, 13.5)[columns - 1], left=names, right=room, across=room + 0.15,
        panel_height=ROW * (max(len(panel.steps) for panel in panels) + 0.4),
    )  # fmt: skip
    titles = panel_titles([panel.title for panel in panels], grid.panel_width + room - 0.2)
    over = line_count(titles) * SIZE * BOLD * LINE + 0.12
    grid = replace(grid, down=over + 0.16, top=over)
    chart, places = sheet(title, notes, legend, grid)
    limits = limits_of(panels)
    for axes, panel, line, name in zip(places, panels, texts, titles, strict=False):
        draw_steps(axes, panel.steps, line)
        axes.set_xlim(*limits)
        entitle(axes, name)
    finish(places, len(panels), columns, across, "")
    return chart


def limits_of(panels: Sequence[Panel]) -> tuple[float, float]:
    """Return the ends of the horizontal axis: every bar and every interval."""
    reached = [0.0]
    for panel in panels:
        for step, start in zip(panel.steps, starts(panel.steps), strict=True):
            reached += [start + value for value in bounds(step.found) if np.isfinite(value)]
    low, high = min(reached), max(reached)
    room = 0.04 * (high - low) or 1.0
    return low - (room if low < 0.0 else 0.0), high + room


def starts(steps: Sequence[Step]) -> list[float]:
    """Return where each bar begins."""
    found, at = [], 0.0
    for step in steps:
        found.append(0.0 if step.whole else at)
        at = found[-1] + step.found.mean
    return found


def draw_steps(axes: Axes, steps: Sequence[Step], texts: Sequence[str]) -> None:
    """Draw one panel."""
    axes.set_ylim(len(steps) - 0.3, -0.7)
    axes.set_yticks(range(len(steps)), [step.name for step in steps], size=SMALL)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y", visible=False)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    for row, (step, start) in enumerate(zip(steps, starts(steps), strict=True)):
        mean, low, high = bounds(step.found)
        colour, hatch = step.look if step.look[0] else (GAIN if mean > 0.0 else LOSS)
        axes.barh(row, mean, left=start, height=0.66, facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0)
        if row + 1 < len(steps):
            axes.vlines(start + mean, row - 0.33, row + 1.33, color=GREY, linewidth=0.6, zorder=0.9)
        if np.isfinite(low) and low < high:
            axes.hlines(row, start + low, start + high, color=BLACK, linewidth=1.1)
            axes.vlines([start + low, start + high], row - 0.16, row + 0.16, color=BLACK, linewidth=1.1)
        axes.text(1.02, row, texts[row], transform=axes.get_yaxis_transform(), va="center", size=SMALL,
                  weight="bold" if step.whole else "normal")  # fmt: skip
    lengthwise(axes, most=5)


def written(step: Step, decimals: int, words: Words) -> str:
    """Write a step with its interval."""
    mean, low, high = bounds(step.found)
    text = number(mean, decimals, signed=not step.whole)
    ends = [number(low, decimals), number(high, decimals)]
    if not np.isfinite(low) or ends == [number(mean, decimals)] * 2:
        return text
    return f"{text} [{ends[0]} {words('to')} {ends[1]}]"
