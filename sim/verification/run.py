"""All cases in the order of the table, and what running them gives."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.verification import (
    five_points,
    friends,
    habit,
    identities,
    leaving,
    levers,
    orders,
    payment,
    plans,
    recall,
    renewals,
    seats,
    stages,
    teams,
    trial,
    wishes,
    worth,
)
from sim.verification.case import CASES, Case, Row

FAMILIES = (
    leaving, wishes, renewals, plans, worth, five_points, seats, orders, payment, recall, trial, stages, habit, levers,
    friends, teams, identities,
)  # fmt: skip
"""The modules whose functions are the cases."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What one case gave.

    Attributes
    ----------
    seconds
        How long it took.
    """

    case: Case
    rows: tuple[Row, ...]
    seconds: float

    @property
    def agrees(self) -> bool:
        """Whether every row is as it must be."""
        return all(row.agrees for row in self.rows)


def all_cases() -> tuple[Case, ...]:
    """Return every case, by family."""
    order = [family.__name__ for family in FAMILIES]
    return tuple(sorted(CASES.values(), key=lambda one: order.index(one.run.__module__)))


def verify(cases: Sequence[Case], *, fast: bool, progress: Progress | None = None) -> list[Outcome]:
    """Run cases one after another.

    Parameters
    ----------
    fast
        With small samples.
    progress
        Called with (cases done, cases in all).
    """
    outcomes = []
    for done, one in enumerate(cases, start=1):
        began = time.perf_counter()
        rows = tuple(one.run(one.fast if fast else one.full))
        outcomes.append(Outcome(one, rows, time.perf_counter() - began))
        if progress is not None:
            progress(done, len(cases))
    return outcomes


def chances(outcomes: Sequence[Outcome]) -> list[float]:
    """Return the z-scores of all rows that must agree and in which there is chance."""
    return [row.z for outcome in outcomes for row in outcome.rows if row.error > 0.0 and not row.refused]


def spread(outcomes: Sequence[Outcome]) -> float:
    """Return the root mean square of those z-scores: near 1 where standard errors are honest."""
    return float(np.sqrt(np.mean(np.square(chances(outcomes)))))
