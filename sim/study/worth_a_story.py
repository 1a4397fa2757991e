"""Whose story is worth telling: of all customers of a sample those whose lives differ most, kind by kind."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import Value
from sim.analysis.recalls import YEAR
from sim.core.events import FINE
from sim.core.units import MONTH
from sim.study.api import MOST_REPLICATIONS, check_range
from sim.study.design import Design, Task
from sim.study.simulate import customers_of, lot_of_task, run_scenario
from sim.study.story import only, whole_sample

EACH = 2
"""Customers listed of each kind."""
MOST = 2_000_000
"""Customers of a sample: everybody's worth is held in memory at once."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Listed:
    """A customer whose story is worth telling.

    Attributes
    ----------
    number
        Place in the sample, as ``story`` wants it.
    opening
        Whether already there on day 0.
    worth
        Of the life under each scenario, minor money units: what it contributes inside the horizon, discounted to day 0.
    """

    number: int
    segment: str
    seats: int
    opening: bool
    worth: tuple[int, ...]


@dataclass(frozen=True)
class Kind:
    """Customers who are alike in why their story is worth telling.

    Attributes
    ----------
    name
        Of two lives ``kept``, ``won``, ``richer``, ``poorer``, ``left``, ``not_won``; of one ``best``, ``parted``,
        ``back``, ``worst``.
    count
        How many there are.
    change
        By how much all of them together are worth more than under the baseline; of one life, what they are worth.
    listed
        Those who are worth most (of ``worst``, least), or whose two lives differ most in worth.
    """

    name: str
    count: int
    change: int
    listed: tuple[Listed, ...]


def worth_a_story(design: Design, scenario: int = 1, replication: int = 0) -> list[Kind]:
    """Run everybody under the baseline and a scenario and return the kinds that there are; none where no life differs.

    Where the scenario is 0, the baseline, it is one life each.

    Raises
    ------
    NotComparable
        When there is no scenario or replication of that number, or the sample is too large.
    """
    count = len(design.scenarios)
    check_range("scenario", scenario, 0, count - 1)
    check_range("replication", replication, 0, MOST_REPLICATIONS - 1)
    check_range("customers", design.customers, 1, MOST)
    everybody = whole_sample(design, replication)
    lot = lot_of_task(design, everybody)
    places = (0, scenario) if scenario else (0,)
    # Friends whom customers bring stand behind them; they have no number of their own.
    lives = [run_scenario(design, place, lot)[1][: len(lot)].view(np.recarray) for place in places]
    worth = np.stack([life.value[:, int(Value.NPV)] for life in lives])
    change = worth[-1] - worth[0] if len(lives) > 1 else worth[0]
    if len(lives) > 1:
        size, kinds = np.abs(change), kinds_of_two(lives[0], lives[1], change)
    else:
        size, kinds = change, kinds_of_one(lives[0], change, design.months * MONTH)
    found = []
    for name, mask in kinds:
        numbers = np.flatnonzero(mask)
        ranks = np.argsort(-size[numbers], kind="stable")
        first = numbers[ranks[::-1] if name == "worst" else ranks][:EACH]
        listed = tuple(
            listed_of(design, only(everybody, number), number, len(lot.names), worth) for number in first.tolist()
        )
        if listed:
            found.append(Kind(name, len(numbers), round(int(change[numbers].sum()) / FINE), listed))
    return found


def kinds_of_two(before: np.recarray, after: np.recarray, change: NDArray[np.int64]) -> Iterator[tuple[str, Mask]]:
    """Yield who belongs to each kind by how the two lives part; nobody belongs to two."""
    both, there, here = (before.paid & after.paid) == 1, before.alive_end == 1, after.alive_end == 1
    yield "kept", both & ~there & here
    yield "won", (before.paid == 0) & (after.paid == 1)
    yield "richer", both & (there == here) & (change > 0)
    yield "poorer", both & (there == here) & (change < 0)
    yield "left", both & there & ~here
    yield "not_won", (before.paid == 1) & (after.paid == 0)


def kinds_of_one(life: np.recarray, worth: NDArray[np.int64], until: float) -> Iterator[tuple[str, Mask]]:
    """Yield who belongs to each kind by how the one life goes until the story ends; nobody belongs to two."""
    paid, there = life.paid == 1, life.alive_end == 1
    back = (life.first_back == 1) & (life.first_ended + YEAR <= until)  # else it may be told no more
    yield "best", paid & there & ~back
    yield "parted", paid & ~there & ~back
    yield "back", paid & back
    yield "worst", ~paid & (worth < 0)


def listed_of(design: Design, alone: Task, number: int, new: int, worth: NDArray[np.int64]) -> Listed:
    """Return who a customer is and what his lives are worth; the first ``new`` of a sample come after day 0."""
    who = customers_of(design, alone)[0]
    segment = list(design.baseline.segments)[who.segment]
    values = tuple(round(int(value) / FINE) for value in worth[:, number])
    return Listed(number, segment, int(who.seats), number >= new, values)
