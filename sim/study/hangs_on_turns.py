"""Where a comparison's sign changes: by interpolation between what is known, then tried on the same customers.

Each step draws a line through the ends of what still holds the change (regula falsi, with the Illinois weight so that
no end stays for ever), runs the value at which the line crosses zero, and keeps the part in which the sign changes.
Where profit is a straight line in the number, as in a price, the first step hits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from sim.analysis.intervals import Interval
from sim.study.design import Design
from sim.study.hangs_on_answer import Row, Turn, estimate
from sim.study.hangs_on_numbers import Number, place_of, value_at
from sim.study.hangs_on_trials import Bench, Trial

STEPS = 5
NEAR = 0.01
"""Of the change in profit, or of the range: nearer to the change of sign the search does not go."""


@dataclass(frozen=True)
class Point:
    """A place on a number's range, and the difference there."""

    place: float
    difference: Interval


@dataclass
class Bracket:
    """Two points between which the sign changes, the one nearer to the stated value first.

    Attributes
    ----------
    like
        A value of the number's kind.
    bounds
        Ends of the whole range.
    weights
        Of the points' differences; an end that stays leans on the line less and less.
    """

    number: Number
    strategy: int
    points: list[Point]
    like: Any
    bounds: tuple[float, float]
    weights: list[float] = field(default_factory=lambda: [1.0, 1.0])
    replaced: int = -1
    near: bool = False

    def __post_init__(self) -> None:
        first, last = self.points
        self.width = abs(last.place - first.place)
        self.rise = abs(last.difference.mean - first.difference.mean)

    @property
    def found(self) -> bool:
        """Whether there is nothing left to try."""
        apart = abs(self.points[1].place - self.points[0].place)
        return apart <= 1.0 if isinstance(self.like, int) else self.near or apart <= NEAR * self.width

    def crossing(self, weights: Iterable[float] = (1.0, 1.0)) -> float:
        """Return where the line between the two points crosses zero."""
        first, last = (weight * point.difference.mean for weight, point in zip(weights, self.points, strict=True))
        return self.points[0].place + (self.points[1].place - self.points[0].place) * first / (first - last)

    def next_value(self) -> Any:
        """Return the value to try; of whole numbers one that was not."""
        value = value_at(self.crossing(self.weights), self.like)
        low, high = sorted(point.place for point in self.points)
        return min(max(value, int(low) + 1), int(high) - 1) if isinstance(self.like, int) else value

    def learn(self, tried: Point) -> None:
        """Keep the part in which the sign changes."""
        side = 0 if tried.difference.mean * self.points[0].difference.mean > 0.0 else 1
        self.points[side], self.weights[side] = tried, 1.0
        if side == self.replaced:
            self.weights[1 - side] /= 2.0
        self.replaced = side
        self.near = abs(tried.difference.mean) <= NEAR * self.rise

    def turn(self) -> Turn:
        """Return the value at which the sign changes, and where it may lie by chance."""
        first, last = (point.difference for point in self.points)
        along = first.mean / (first.mean - last.mean)
        error = (1.0 - along) * (first.high - first.mean) + along * (last.high - last.mean)
        half = error * self.width / self.rise
        # Of whole numbers, the first with the other sign.
        place = self.points[1].place if isinstance(self.like, int) else self.crossing()
        spread = (min(max(at, self.bounds[0]), self.bounds[1]) for at in (place, place - half, place + half))
        return Turn(*(value_at(at, self.like) for at in spread))


def with_turns(base: Trial, stated: Sequence[Interval], rows: list[Row], bench: Bench) -> list[Row]:
    """Return rows with the values at which their signs change: those that surely change are searched.

    Where chance may have made the change, the straight line between what is known has to do.
    """
    found = [(row, brackets_of(row, stated[row.strategy - 1]) if row.changes_sign else []) for row in rows]
    searched = [bracket for row, brackets in found if row.sure for bracket in brackets if not bracket.found]
    with bench.round("turns", len(searched), base.design.replications):
        search(base, stated, searched, bench)
    return [
        replace(
            row, turns=tuple(sorted((bracket.turn() for bracket in brackets), key=lambda turn: place_of(turn.value)))
        )
        for row, brackets in found
    ]


def search(base: Trial, stated: Sequence[Interval], searched: list[Bracket], bench: Bench) -> None:
    """Narrow the brackets, step by step, until there is nothing left to try."""
    for step in range(STEPS):
        left = [bracket for bracket in searched if not bracket.found]
        trials = [trial_of(base.design, bracket) for bracket in left]
        bench.run([trial for trial, _ in trials], range(base.design.replications), again=STEPS - 1 - step)
        for bracket, (trial, place) in zip(left, trials, strict=True):
            if trial.failed:
                bracket.near = True
            else:
                change = trial.change(base, bracket.strategy)
                bracket.learn(Point(place, estimate(stated[bracket.strategy - 1], change)))


def brackets_of(row: Row, stated: Interval) -> list[Bracket]:
    """Return what holds the changes of sign between both ends and the stated value."""
    number, own = row.number, place_of(row.number.stated(row.strategy))
    ends = (number.range.low, row.at_low), (number.range.high, row.at_high)
    points = [Point(own, stated), *(Point(place_of(value), known) for value, known in ends)]
    points = sorted((point for point in points if point.difference.mean != 0.0), key=lambda point: point.place)
    return [
        Bracket(
            number, row.strategy, sorted(pair, key=lambda point: abs(point.place - own)), number.range.low,
            (points[0].place, points[-1].place),
        )
        for pair in pairwise(points)
        if pair[0].difference.mean * pair[1].difference.mean < 0.0
    ]  # fmt: skip


def trial_of(design: Design, bracket: Bracket) -> tuple[Trial, float]:
    """Return the trial of the next value, and its place as it can be written."""
    value = bracket.next_value()
    scenarios = bracket.number.changed(design.scenarios, value)
    simulated = (0, bracket.strategy) if 0 in bracket.number.present else (bracket.strategy,)
    return Trial(replace(design, scenarios=scenarios), simulated), place_of(value)
