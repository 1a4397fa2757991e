"""Traits: what a customer is like from the start, drawn before any lever and never again."""

import enum
import math
from functools import partial

import numpy as np

from sim.core.compiling import compiled, compiled_once, entry_point
from sim.core.customer import KINDS, Clock
from sim.core.quantiles import quantile
from sim.core.randomness import Stream, between_0_and_1, draw_bits, life_key, uniform
from sim.core.units import MONTH
from sim.model.clocks import NEVER
from sim.model.kernel import BARGAIN_LINE, SEGMENTS

INDEX_BITS, ATTEMPT_BITS, PERIOD_BITS, GROUP_BITS = 26, 12, 12, 4
PERIOD_PLACE = INDEX_BITS + ATTEMPT_BITS
SEGMENT_PLACE = PERIOD_PLACE + PERIOD_BITS
CHANNEL_PLACE = SEGMENT_PLACE + GROUP_BITS
TRAIT_STREAM, ARRIVAL_STREAM, SIGN_UP = int(Stream.TRAIT), int(Stream.ARRIVAL), int(Clock.SIGN_UP)
MOST_SEATS = 1e6


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


FIT, LEAVE, USE, EFFORT, SEATS, CARD, RENEWAL, ORDER_LEAVE, BASKET = (
    int(trait) for trait in list(Trait)[: Trait.BASKET + 1]
)
RESPONSIVENESS, PRICE_SENSITIVITY, SERVICE_DEMAND = (int(trait) for trait in list(Trait)[9:12])
BAD_MOUTH, CARD_PHASE, POSTS, SCREEN = (int(trait) for trait in list(Trait)[12:])
FIT_TABLE, LEAVE_TABLE, USE_TABLE, EFFORT_TABLE, RENEWAL_TABLE, BASKET_TABLE, ORDER_LEAVE_TABLE = range(7)
"""Places of the quantile tables; the last is the first segment's, those of the others follow."""
PEOPLE = np.dtype(
    (
        np.record,
        np.dtype(
            [
                ("seed", "u8"),
                ("seats", "f8", (SEGMENTS,)),  # mean
                ("card", "f8", (SEGMENTS,)),  # share paying by card
                ("numbers", "i8", (1 << GROUP_BITS,)),  # of the segments in the order of their names, as ids hold them
                ("renews", "i1"),  # customers leave by a share at each renewal
                ("orders", "i1"),  # customers order instead of subscribing
                ("bargain_fit", "f8"),  # factors on fit and leaving of who comes for an offer alone
                ("bargain_leave", "f8"),
            ],
            align=True,
        ),
    )
)
"""What traits are drawn from, besides the tables of their distributions."""


@partial(compiled_once, forceinline=True)
def chance_of(key, trait):
    """The uniform behind one trait."""
    return between_0_and_1(draw_bits(key, trait))


@compiled(forceinline=True)
def geometric(mean, chance):
    """A whole number from 1 with the given mean, by inversion."""
    if mean <= 1.0:
        return 1.0
    return min(1.0 + math.floor(math.log1p(-chance) / math.log1p(-1.0 / mean)), MOST_SEATS)


@compiled
def draw_order_traits(c, traits, tables):
    """What distinguishes customers who order: the chance of leaving after an order, and what an order is worth."""
    c.order_leave = quantile(tables, ORDER_LEAVE_TABLE + c.segment, chance_of(traits, ORDER_LEAVE))
    c.basket = quantile(tables, BASKET_TABLE, chance_of(traits, BASKET))


@compiled(forceinline=True)
def draw_places(c, traits):
    """Where the customer stands among all customers in what levers ask for."""
    c.responsiveness = -math.log(chance_of(traits, RESPONSIVENESS))
    c.price_sensitivity = 2.0 * chance_of(traits, PRICE_SENSITIVITY)
    c.service_demand = chance_of(traits, SERVICE_DEMAND)
    c.bad_mouth = chance_of(traits, BAD_MOUTH)
    c.card_phase = chance_of(traits, CARD_PHASE)
    c.posts = chance_of(traits, POSTS)
    c.screen = 2.0 * chance_of(traits, SCREEN) - 1.0


@compiled(forceinline=True)
def draw_person(c, name, people, tables, replication):
    """Fill an empty record with a customer's traits, one uniform each; the name says who he is.

    Beta, Gamma and geometric variates by inversion.
    """
    traits = draw_bits(life_key(people.seed, replication, name, 0), TRAIT_STREAM)
    c.id = name
    c.segment = people.numbers[(name >> SEGMENT_PLACE) & ((1 << GROUP_BITS) - 1)]
    c.channel = (name >> CHANNEL_PLACE) & ((1 << GROUP_BITS) - 1)
    c.fit_place = chance_of(traits, FIT)
    c.fit = quantile(tables, FIT_TABLE, c.fit_place)
    c.leave_propensity = quantile(tables, LEAVE_TABLE, chance_of(traits, LEAVE))
    c.use_propensity = quantile(tables, USE_TABLE, chance_of(traits, USE))
    c.effort = quantile(tables, EFFORT_TABLE, chance_of(traits, EFFORT))
    c.seats = geometric(people.seats[c.segment], chance_of(traits, SEATS))
    c.card = 1 if chance_of(traits, CARD) < people.card[c.segment] else 0
    draw_places(c, traits)
    if people.renews == 1:
        c.renewal_leave = quantile(tables, RENEWAL_TABLE, chance_of(traits, RENEWAL))
    if people.orders == 1:
        draw_order_traits(c, traits, tables)
    c.referrer = -1
    c.referrer_slot = -1
    c.save = -1
    c.request = -1
    c.sleep_reason = -1


@compiled
def come_for_the_offer(c, people):
    """Who comes for an offer alone: the product fits him less, he looks at the price, and leaves sooner."""
    c.fit *= people.bargain_fit
    c.leave_propensity *= people.bargain_leave
    c.order_leave = min(1.0, people.bargain_leave * c.order_leave)
    c.price_sensitivity = 1.0 + 0.5 * c.price_sensitivity


@compiled(forceinline=True)
def arrive(c, time):
    """Let a candidate sign up at a time; nothing else is due."""
    for kind in range(KINDS):
        c.due[kind] = NEVER
    c.due[SIGN_UP] = time
    c.next_kind = SIGN_UP
    c.next_time = time


@compiled(forceinline=True)
def let_come(c, name, place, people, tables, replication):
    """Fill an empty record with a candidate of one month, who arrives at some time in it."""
    draw_person(c, name, people, tables, replication)
    month = (name >> PERIOD_PLACE) & ((1 << PERIOD_BITS) - 1)
    part = uniform(life_key(people.seed, replication, name, 0), ARRIVAL_STREAM, 0)
    arrive(c, (month + part) * MONTH)
    c.place = place
    if c.channel == BARGAIN_LINE:
        come_for_the_offer(c, people)


@entry_point
def draw_people(customers, names, people, tables, replication):
    """Fill empty records with the traits of the named customers."""
    for n in range(len(names)):
        draw_person(customers[n], names[n], people[0], tables, replication)


@entry_point
def let_all_come(customers, names, places, people, tables, replication):
    """Fill empty records with candidates, each in his month."""
    for n in range(len(names)):
        let_come(customers[n], names[n], places[n], people[0], tables, replication)
