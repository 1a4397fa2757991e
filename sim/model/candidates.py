"""Who exists: candidates by origin, channel, segment, month and number, with traits drawn before any lever.

Candidates are the same in every scenario and are never redrawn; a scenario only decides who is admitted.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.core.customer import Clock, new_customers
from sim.core.randomness import Stream, uniforms
from sim.core.units import MONTH
from sim.model.clocks import NEVER

SIGN_UP = int(Clock.SIGN_UP)
INDEX_BITS, ATTEMPT_BITS, PERIOD_BITS, GROUP_BITS = 26, 12, 12, 4
ATTEMPTS = 1 << ATTEMPT_BITS
MOST_SEATS = 1e6


@enum.unique
class Origin(enum.IntEnum):
    """Where a customer comes from; part of the id."""

    ACQUIRED = 0
    OPENING = 1


@enum.unique
class Trait(enum.IntEnum):
    """Which trait a uniform is for. Append only."""

    FIT = 0
    LEAVE = 1
    USE = 2
    EFFORT = 3
    SEATS = 4
    CARD = 5
    RENEWAL = 6


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


@dataclass(frozen=True)
class Group:
    """Consecutive candidates of one origin, channel, segment and month (for an opening book: one cell of it)."""

    origin: Origin
    segment: int
    period: int
    first: int
    count: int
    channel: int = 0

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


def draw_traits(population: Population, replication: int, group: Group, ids: NDArray[np.int64]) -> np.recarray:
    """Return customers of a group with their traits, before their first event.

    Beta, Gamma and geometric variates by inversion, one uniform each.
    """
    customers = new_customers(len(ids))

    def chance(trait: Trait) -> NDArray[np.float64]:
        return np.asarray(uniforms(np.uint64(population.seed), replication, ids, int(Stream.TRAIT), int(trait)))

    customers.id = ids
    customers.segment = group.segment
    customers.channel = group.channel
    customers.fit = special.betaincinv(*population.fit, chance(Trait.FIT))
    customers.leave_propensity = (
        special.gammaincinv(population.leave_shape, chance(Trait.LEAVE)) / population.leave_shape
    )
    customers.use_propensity = special.gammaincinv(population.use_shape, chance(Trait.USE)) / population.use_shape
    customers.effort = special.betaincinv(*population.effort, chance(Trait.EFFORT))
    customers.seats = geometric(population.seats[group.segment], chance(Trait.SEATS))
    customers.card = chance(Trait.CARD) < population.card[group.segment]
    if population.renewal[0] > 0.0:
        customers.renewal_leave = special.betaincinv(*population.renewal, chance(Trait.RENEWAL))
    customers.request = -1
    return customers


def arrival_chances(population: Population, replication: int, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return where each candidate arrives inside the span in which he may, 0..1."""
    return np.asarray(uniforms(np.uint64(population.seed), replication, ids, int(Stream.ARRIVAL), 0))


def gamma(shape: float, chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gamma variates with mean 1, by inversion."""
    return np.asarray(special.gammaincinv(shape, chance) / shape)


def geometric(mean: float, chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Whole numbers from 1 with the given mean, by inversion."""
    if mean <= 1.0:
        return np.ones_like(chance)
    return np.asarray(np.minimum(1.0 + np.floor(np.log1p(-chance) / np.log1p(-1.0 / mean)), MOST_SEATS))


def set_arrivals(customers: np.recarray, times: NDArray[np.float64]) -> None:
    """Let the customers' first event be their sign-up at the given times."""
    customers["due"] = NEVER
    customers["due"][:, SIGN_UP] = times
    customers.next_kind = SIGN_UP
    customers.next_time = times


def acquired(population: Population, replication: int, group: Group) -> np.recarray:
    """Return candidates of one month, arriving spread over it."""
    ids = group.ids()
    customers = draw_traits(population, replication, group, ids)
    set_arrivals(customers, (group.period + arrival_chances(population, replication, ids)) * MONTH)
    return customers
