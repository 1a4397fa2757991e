"""Rows of effects, each measured in several ways: a marker and a 95 % interval for each way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.analysis.intervals import Interval
from sim.charts.difference_rows import SMALL, bounds
from sim.charts.sheet import Legend, lengthwise
from sim.charts.style import BLACK

ROW, WAY = 0.1, 0.13
"""Height of a row without its ways, and of each way, in inches."""
FAR = 2.5
"""Intervals are cut, and marked, at so many times the reach of the markers."""


@dataclass(frozen=True)
class Way:
    """One way to measure: how it looks and what it is called."""

    name: str
    colour: str
    marker: str
    filled: bool = True

    @property
    def shape(self) -> dict[str, Any]:
        """Return what draws its marker."""
        face = self.colour if self.filled else "white"
        return {"color": self.colour, "marker": self.marker, "markerfacecolor": face, "markersize": 5.5}


def key(ways: Sequence[Way]) -> Legend:
    """Return what the markers mean."""
    return [(Line2D([], [], linewidth=1.4, **way.shape), way.name) for way in ways]


def height_of(rows: int, ways: int) -> float:
    """Return the height of a panel in inches."""
    return max(0.9, rows * (ROW + WAY * ways) + 0.1)


def draw_rows(
    axes: Axes, names: Sequence[str], found: Sequence[Sequence[Interval]], ways: Sequence[Way],
    limits: tuple[float, float],
) -> None:  # fmt: skip
    """Draw one panel.

    Parameters
    ----------
    found
        [row][way]; what is not known is left out.
    limits
        Of the horizontal axis; an interval that goes on has an arrow there.
    """
    size = ROW + WAY * len(ways)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(*limits)
    axes.set_yticks(range(len(names)), names, size=SMALL)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y", visible=False)
    axes.axvline(0, color=BLACK, linewidth=0.9)
    for edge in range(1, len(names)):
        axes.axhline(edge - 0.5, color="#DDDDDD", linewidth=0.6)
    for row, line in enumerate(found):
        for place, (way, one) in enumerate(zip(ways, line, strict=True)):
            if np.isfinite(one.mean):
                draw_one(axes, one, row + (place - (len(ways) - 1) / 2.0) * WAY / size, way, limits)
    lengthwise(axes)


def draw_one(axes: Axes, found: Interval, height: float, way: Way, limits: tuple[float, float]) -> None:
    """Draw a marker and its interval, cut at the limits."""
    mean, low, high = bounds(found)
    if np.isfinite(low):
        axes.hlines(height, max(low, limits[0]), min(high, limits[1]), color=way.colour, linewidth=1.4)
        for beyond, at, arrow in ((low < limits[0], limits[0], "<"), (high > limits[1], limits[1], ">")):
            if beyond:
                axes.plot(at, height, marker=arrow, color=way.colour, markersize=5, clip_on=False)
    axes.plot(mean, height, linestyle="none", zorder=3, **way.shape)


def limits_of(found: Sequence[Sequence[Interval]], far: float = FAR) -> tuple[float, float]:
    """Return the ends of an axis that shows every marker, and the intervals as far as they do not dwarf them."""
    known = [one for line in found for one in line if np.isfinite(one.mean)]
    means = [0.0, *(one.mean for one in known)]
    reach = far * (max(means) - min(means))
    ends = [value for one in known for value in bounds(one) if np.isfinite(value)]
    low, high = max(min([0.0, *ends]), min(means) - reach), min(max([0.0, *ends]), max(means) + reach)
    room = 0.04 * (high - low) or 1.0
    return low - room, high + room
