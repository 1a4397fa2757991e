"""Who exists: candidates by origin, channel, segment, month and number, with traits drawn before any lever.

Candidates are the same in every scenario and are never redrawn; a scenario only decides who is admitted.
"""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.core.customer import Clock, new_customers
from sim.core.quantiles import beta_table, gamma_table
from sim.core.randomness import Stream, uniforms
from sim.model.clocks import NEVER
from sim.model.kernel import BARGAIN_LINE
from sim.model.traits import (
    ATTEMPT_BITS,
    GROUP_BITS,
    INDEX_BITS,
    PEOPLE,
    PERIOD_BITS,
    draw_people,
    let_all_come,
)

SIGN_UP = int(Clock.SIGN_UP)
ATTEMPTS = 1 << ATTEMPT_BITS


@enum.unique
class Origin(enum.IntEnum):
    """Where a customer comes from; part of the id."""

    ACQUIRED = 0
    OPENING = 1
    REFERRED = 2


@dataclass(frozen=True)
class Population:
    """What the traits are drawn from; arrays have one entry per segment."""

    seed: int
    fit: tuple[float, float]
    leave_shape: float
    use_shape: float
    effort: tuple[float, float]
    seats: NDArray[np.float64]
    card: NDArray[np.float64]
    renewal: tuple[float, float] = (0.0, 0.0)
    order_leave: NDArray[np.float64] | None = None  # mean chance of leaving after an order; None: subscriptions
    leave_total: float = 1.0
    customer_shape: float = 1.0
    bargain_fit: float = 1.0
    bargain_leave: float = 1.0
    numbers: NDArray[np.int64] | None = None  # of the segments in the order of their names; None: they stand in it

    @cached_property
    def people(self) -> np.recarray:
        """The record from which compiled code draws traits."""
        people, segments = np.zeros(1, PEOPLE).view(np.recarray), len(self.seats)
        people["seed"] = self.seed
        people["seats"][0, :segments] = self.seats
        people["card"][0, :segments] = self.card
        people["renews"] = self.renewal[0] > 0.0
        people["orders"] = self.order_leave is not None
        people["bargain_fit"] = self.bargain_fit
        people["bargain_leave"] = self.bargain_leave
        people["numbers"] = np.arange(1 << GROUP_BITS)
        if self.numbers is not None:
            people["numbers"][0, :segments] = self.numbers
        return people

    @cached_property
    def tables(self) -> NDArray[np.float64]:
        """The quantile tables of the traits, in the order of their places."""
        renewal = self.renewal if self.renewal[0] > 0.0 else (1.0, 1.0)
        leave = [] if self.order_leave is None else [float(mean) for mean in self.order_leave]
        spreads = [(self.leave_total * mean, self.leave_total * (1.0 - mean)) for mean in leave]
        return np.stack([
            beta_table(*self.fit), gamma_table(self.leave_shape), gamma_table(self.use_shape),
            beta_table(*self.effort), beta_table(*renewal), gamma_table(self.customer_shape),
            *(beta_table(*spread) for spread in spreads),
        ])  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Consecutive candidates of one origin, channel, segment and month (for an opening book: one cell of it)."""

    origin: Origin
    segment: int  # its place in the order of the segments' names: a customer's draws do not hang on the file's order
    period: int
    first: int
    count: int
    channel: int = 0
    usual: int | None = None  # how many come in a usual month (None: all); others are there for who admits more
    expected: float = 1.0  # the same before it was made whole

    def places(self) -> NDArray[np.float64]:
        """Return where each stands among the month's candidates: the usual ones below 1, those after them above."""
        if self.usual is None:
            return np.zeros(self.count)
        number = np.arange(self.first, self.first + self.count)
        usual = (number + 0.5) / max(1, self.usual)
        after = (self.channel != BARGAIN_LINE) + (number - self.usual + 0.5) / max(self.expected, 1e-9)
        return np.where(number < self.usual, usual, after)

    def ids(self, attempt: int = 0) -> NDArray[np.int64]:
        """Return the customers' ids: origin, channel, segment, period, attempt and number, packed into one integer."""
        head = int(self.origin)
        for part, bits in ((self.channel, GROUP_BITS), (self.segment, GROUP_BITS), (self.period, PERIOD_BITS),
                           (attempt, ATTEMPT_BITS)):  # fmt: skip
            head = (head << bits) + part
        return (np.int64(head) << np.int64(INDEX_BITS)) + np.arange(self.first, self.first + self.count, dtype=np.int64)


@dataclass(frozen=True)
class Cell:
    """One line of the opening book: so many customers of a segment and plan with a tenure between two bounds."""

    group: Group
    plan: int
    shortest: float
    longest: float


def pieces(group: Group, size: int) -> Iterator[Group]:
    """Cut a group into pieces of at most ``size`` customers."""
    for first in range(group.first, group.first + group.count, size):
        yield replace(group, first=first, count=min(size, group.first + group.count - first))


def part_of(ids: NDArray[np.int64], below: int, bits: int) -> NDArray[np.int64]:
    """Return one part of ids: ``bits`` wide, above the lowest ``below``."""
    return np.asarray((ids >> below) & ((1 << bits) - 1))


def draw_traits(population: Population, replication: int, ids: NDArray[np.int64]) -> np.recarray:
    """Return customers with their traits, before their first event."""
    customers = new_customers(len(ids))
    draw_people(customers, ids, population.people, population.tables, replication)
    return customers


def arrival_chances(population: Population, replication: int, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return where each candidate arrives inside the span in which he may, 0..1."""
    return np.asarray(uniforms(np.uint64(population.seed), replication, ids, int(Stream.ARRIVAL), 0))


def set_arrivals(customers: np.recarray, times: NDArray[np.float64]) -> None:
    """Let the customers' first event be their sign-up at the given times."""
    customers["due"] = NEVER
    customers["due"][:, SIGN_UP] = times
    customers.next_kind = SIGN_UP
    customers.next_time = times


def names_and_places(groups: Sequence[Group]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the ids of the candidates of some groups, and where each stands in his month."""
    if not groups:
        return np.zeros(0, np.int64), np.zeros(0)
    return np.concatenate([group.ids() for group in groups]), np.concatenate([group.places() for group in groups])


def acquired(population: Population, replication: int, *groups: Group) -> np.recarray:
    """Return the candidates of some months and segments, arriving spread over each month."""
    ids, places = names_and_places(groups)
    customers = new_customers(len(ids))
    let_all_come(customers, ids, places, population.people, population.tables, replication)
    return customers
