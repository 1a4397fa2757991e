"""Customers who bring friends: the recommendation, the friend's coming, and what one's leaving does to the other.

A friend is a customer of his own whose id follows from the referrer's and the number of the recommendation. He comes
in the month after, and both learn of one another only when a month begins.
"""

import math

import numpy as np

from sim.core.compiling import compiled, entry_point
from sim.core.customer import Clock
from sim.core.events import Event, Stage
from sim.core.randomness import draw_bits
from sim.core.units import MONTH
from sim.language.words import error_text
from sim.model.candidates import Origin, Population, arrival_chances, draw_traits, set_arrivals
from sim.model.clocks import wind
from sim.model.kernel import FRIEND_LINE
from sim.model.records import write
from sim.model.traits import GROUP_BITS, SEGMENT_PLACE

REFER = int(Clock.REFER)
REFERRED = int(Event.REFERRED)
CHURNED = int(Stage.CHURNED)
MOST_BROUGHT = 20
"""Friends for each of the others; more is no business but a chain letter, and would fill the memory."""
FEW = 1000


class FriendsWithoutEnd(Exception):
    """Customers bring so many friends, who bring friends, that the sample grows without end."""


@compiled
def refer(c, log):
    """The customer recommends the product to a friend, who comes in the month after."""
    c.referrals += 1
    c.awaited += 1
    wind(c, REFER, c.referrals)
    write(log, c, REFERRED, c.referrals, 0)


@entry_point
def look_at_friends(customers, kernel):
    """At a month's start: whether each referred customer's referrer is still there; what was learnt before fades."""
    fades = math.exp(-math.log(2.0) * MONTH / kernel[0].friends.left_half)
    for i in range(len(customers)):
        c = customers[i]
        if c.referrer < 0:
            continue
        c.friend_left *= fades
        there = customers[c.referrer_slot].stage < CHURNED
        if c.referrer_there == 1 and not there:
            c.friend_left = 1.0
        c.referrer_there = 1 if there else 0


@entry_point
def friend_ids(customers, ids, slots):
    """Write the ids of all friends who are awaited, and their referrers' places; forget that they are awaited."""
    found = 0
    for i in range(len(customers)):
        c = customers[i]
        for number in range(c.referrals - c.awaited, c.referrals):
            mixed = draw_bits(np.uint64(c.id), np.uint64(number)) >> np.uint64(64 - SEGMENT_PLACE)
            head = (REFERRED_ORIGIN << GROUP_BITS) + FRIEND_LINE
            segment = (c.id >> SEGMENT_PLACE) & ((1 << GROUP_BITS) - 1)
            ids[found] = (((head << GROUP_BITS) + segment) << SEGMENT_PLACE) + np.int64(mixed)
            slots[found] = i
            found += 1
        c.awaited = 0


REFERRED_ORIGIN = int(Origin.REFERRED)


def coming_friends(population: Population, replication: int, customers: np.recarray, month: int) -> np.recarray:
    """Return the friends who come in a month: those recommended to in the month before.

    Parameters
    ----------
    customers
        All customers of the block; each knows how many of his friends are awaited.
    """
    count = int(customers["awaited"].sum())
    ids, slots = np.zeros(count, np.int64), np.zeros(count, np.int64)
    friend_ids(customers, ids, slots)
    others = int((customers["referrer"] < 0).sum())
    if len(customers) - others + count > max(FEW, MOST_BROUGHT * others):
        raise FriendsWithoutEnd(error_text("study.friends", most=MOST_BROUGHT, month=month))
    friends = draw_traits(population, replication, ids)
    set_arrivals(friends, (month + arrival_chances(population, replication, ids)) * MONTH)
    friends.referrer = customers["id"][slots]
    friends.referrer_slot = slots
    friends.referrer_there = 1
    friends.invited = customers["active"][slots]
    friends.slot = len(customers) + np.arange(count)
    return friends
