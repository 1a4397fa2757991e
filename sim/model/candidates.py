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
from sim.model.kernel import BARGAIN_LINE

SIGN_UP = int(Clock.SIGN_UP)
INDEX_BITS, ATTEMPT_BITS, PERIOD_BITS, GROUP_BITS = 26, 12, 12, 4
PERIOD_PLACE = INDEX_BITS + ATTEMPT_BITS
SEGMENT_PLACE = PERIOD_PLACE + PERIOD_BITS
ATTEMPTS = 1 << ATTEMPT_BITS
MOST_SEATS = 1e6


@enum.unique
class Origin(enum.IntEnum):
    """Where a customer comes from; part of the id."""

    ACQUIRED = 0
    OPENING = 1
    REFERRED = 2


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
    ORDER_LEAVE = 7
    BASKET = 8
    RESPONSIVENESS = 9
    PRICE_SENSITIVITY = 10
    SERVICE_DEMAND = 11
    BAD_MOUTH = 12
    CARD_PHASE = 13
    POSTS = 14
    SCREEN = 15


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
    """Return customers with their traits, before their first event.

    Beta, Gamma and geometric variates by inversion, one uniform each.
    """
    customers = new_customers(len(ids))

    def chance(trait: Trait) -> NDArray[np.float64]:
        return np.asarray(uniforms(np.uint64(population.seed), replication, ids, int(Stream.TRAIT), int(trait)))

    place = part_of(ids, SEGMENT_PLACE, GROUP_BITS)
    segment = place if population.numbers is None else population.numbers[place]
    customers.id = ids
    customers.segment = segment
    customers.channel = part_of(ids, SEGMENT_PLACE + GROUP_BITS, GROUP_BITS)
    customers.fit_place = chance(Trait.FIT)
    customers.fit = special.betaincinv(*population.fit, customers.fit_place)
    customers.leave_propensity = gamma(population.leave_shape, chance(Trait.LEAVE))
    customers.use_propensity = gamma(population.use_shape, chance(Trait.USE))
    customers.effort = special.betaincinv(*population.effort, chance(Trait.EFFORT))
    customers.seats = geometric(population.seats[segment], chance(Trait.SEATS))
    customers.card = chance(Trait.CARD) < population.card[segment]
    if population.renewal[0] > 0.0:
        customers.renewal_leave = special.betaincinv(*population.renewal, chance(Trait.RENEWAL))
    customers.responsiveness = -np.log(chance(Trait.RESPONSIVENESS))
    customers.price_sensitivity = 2.0 * chance(Trait.PRICE_SENSITIVITY)
    customers.service_demand = chance(Trait.SERVICE_DEMAND)
    customers.bad_mouth = chance(Trait.BAD_MOUTH)
    customers.card_phase = chance(Trait.CARD_PHASE)
    customers.posts = chance(Trait.POSTS)
    customers.screen = 2.0 * chance(Trait.SCREEN) - 1.0
    customers.referrer = -1
    customers.referrer_slot = -1
    customers.save = -1
    if population.order_leave is not None:
        mean, total = population.order_leave[segment], population.leave_total
        customers.order_leave = special.betaincinv(mean * total, (1.0 - mean) * total, chance(Trait.ORDER_LEAVE))
        customers.basket = gamma(population.customer_shape, chance(Trait.BASKET))
    customers.request = -1
    customers.sleep_reason = -1
    return customers


def arrival_chances(population: Population, replication: int, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return where each candidate arrives inside the span in which he may, 0..1."""
    return np.asarray(uniforms(np.uint64(population.seed), replication, ids, int(Stream.ARRIVAL), 0))


def gamma(shape: float, chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gamma variates with mean 1, by inversion."""
    return np.asarray(special.gammaincinv(shape, chance) / shape)


def geometric(mean: NDArray[np.float64], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Whole numbers from 1 with the given means, by inversion."""
    with np.errstate(divide="ignore"):  # a mean of 1 gives log(0), and so 1 for everybody
        drawn = 1.0 + np.floor(np.log1p(-chance) / np.log1p(-1.0 / np.maximum(1.0, mean)))
    return np.asarray(np.minimum(drawn, MOST_SEATS))


def set_arrivals(customers: np.recarray, times: NDArray[np.float64]) -> None:
    """Let the customers' first event be their sign-up at the given times."""
    customers["due"] = NEVER
    customers["due"][:, SIGN_UP] = times
    customers.next_kind = SIGN_UP
    customers.next_time = times


def acquired(population: Population, replication: int, *groups: Group) -> np.recarray:
    """Return the candidates of some months and segments, arriving spread over each month."""
    ids = np.concatenate([group.ids() for group in groups]) if groups else np.zeros(0, np.int64)
    customers = draw_traits(population, replication, ids)
    month = part_of(ids, PERIOD_PLACE, PERIOD_BITS)
    set_arrivals(customers, (month + arrival_chances(population, replication, ids)) * MONTH)
    if groups:
        customers.place = np.concatenate([group.places() for group in groups])
    come_for_the_offer(customers, population)
    return customers


def come_for_the_offer(customers: np.recarray, population: Population) -> None:
    """Candidates who come for an offer alone: the product fits them less, they look at the price, and leave sooner."""
    bargain = part_of(customers.id, SEGMENT_PLACE + GROUP_BITS, GROUP_BITS) == BARGAIN_LINE
    customers.fit[bargain] *= population.bargain_fit
    customers.leave_propensity[bargain] *= population.bargain_leave
    customers.order_leave[bargain] = np.minimum(1.0, population.bargain_leave * customers.order_leave[bargain])
    customers.price_sensitivity[bargain] = 1.0 + 0.5 * customers.price_sensitivity[bargain]
