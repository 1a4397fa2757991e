"""What is found about the numbers that an answer may hang on: rows, ranked, and the values at which a sign changes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import Interval, interval
from sim.study.design import Design
from sim.study.hangs_on_numbers import Number, place_of, unit_of_place

LEAST = 0.005
"""Half of the smallest coin: less is what rounding leaves over."""


@dataclass(frozen=True)
class Turn:
    """A value at which the sign of a comparison changes.

    Attributes
    ----------
    value
        As the model holds it.
    low, high
        Where it may lie by chance: 95 %, at most the number's whole range.
    """

    value: Any
    low: Any
    high: Any


@dataclass(frozen=True)
class Row:
    """One number in one comparison; money of the whole business.

    Attributes
    ----------
    at_low, at_high
        The strategy's profit minus the baseline's at the ends of the range.
    swing
        The largest of the differences at both ends and at the stated value, minus the least.
    turns
        Where the sign changes, in the order of the range.
    sure
        Whether it changes beyond what chance may do: the intervals of the largest and the least leave out zero.
    replications
        How many were simulated at the ends.
    """

    number: Number
    strategy: int
    at_low: Interval
    at_high: Interval
    swing: Interval
    turns: tuple[Turn, ...]
    changes_sign: bool
    sure: bool
    replications: int

    @property
    def moves(self) -> bool:
        """Whether the number moves the comparison at all."""
        return self.swing.mean >= LEAST

    @property
    def perhaps(self) -> bool:
        """Whether the sign may change: the number does move profit, but chance decides on which side of zero."""
        return self.changes_sign and not self.sure and self.swing.low > 0.0


@dataclass(frozen=True)
class LeftOut:
    """A number that could not be brought to an end of its range, and why."""

    number: Number
    why: str


@dataclass(frozen=True)
class Answer:
    """What the comparisons of a study hang on.

    Attributes
    ----------
    stated
        The difference at the stated values by strategy, from place 1 on.
    rows
        By strategy, largest swing first.
    """

    design: Design
    grades: tuple[str, ...]
    stated: tuple[Interval, ...]
    rows: tuple[Row, ...]
    left_out: tuple[LeftOut, ...]

    def of(self, strategy: int) -> list[Row]:
        """Return one comparison's rows, largest swing first."""
        return [row for row in self.rows if row.strategy == strategy]

    def hangs_on(self, strategy: int) -> list[Row]:
        """Return the rows in which the sign surely changes."""
        return [row for row in self.of(strategy) if row.sure]

    def names(self, row: Row) -> str:
        """Name a row's number; where it was not changed wherever it stands, also the scenarios in which it was."""
        paths = [other.number.path for other in self.of(row.strategy)]
        if paths.count(row.number.path) < 2:
            return row.number.name
        return f"{row.number.name} ({', '.join(self.design.names[place] for place in row.number.present)})"

    def columns(self) -> dict[str, list[Any]]:
        """Return a table with one line per comparison and number, as ``line`` has them."""
        lines = [self.line(row) for row in self.rows]
        return {name: [line[name] for line in lines] for name in (lines[0] if lines else ())}

    def line(self, row: Row) -> dict[str, Any]:
        """Return a row by name; values are in ``unit``, rates per day, money in whole coins."""
        number, first = row.number, row.turns[0] if row.turns else None
        values = {"present": number.stated(row.strategy), "low": number.range.low, "high": number.range.high}
        return {
            "scenario": self.design.names[row.strategy],
            "number": number.name,
            "changed_in": ", ".join(self.design.names[place] for place in number.present),
            **{name: place_of(value) for name, value in values.items()},
            "unit": unit_of_place(number),
            "grade": number.range.grade,
            "source": number.range.source,
            "difference": self.stated[row.strategy - 1].mean,
            "difference_at_low": row.at_low.mean,
            "difference_at_high": row.at_high.mean,
            "swing": row.swing.mean,
            "swing_low": row.swing.low,
            "swing_high": row.swing.high,
            "sign_changes": row.changes_sign,
            "sure": row.sure,
            "turns_at": place_of(first.value) if first else np.nan,
            "turns_low": place_of(first.low) if first else np.nan,
            "turns_high": place_of(first.high) if first else np.nan,
            "replications": row.replications,
        }


def estimate(stated: Interval, change: NDArray[np.float64]) -> Interval:
    """Return the difference at another value: the study's own, and the change seen on fewer customers.

    The two errors are taken to be independent.
    """
    moved = interval(change)
    half = float(np.hypot(stated.high - stated.mean, moved.high - moved.mean))
    mean = stated.mean + moved.mean
    return Interval(mean, mean - half, mean + half)
