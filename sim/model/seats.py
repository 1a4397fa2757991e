"""Seats and use cases: how a subscription grows and shrinks between the first deal and the end."""

import math

from sim.core.compiling import compiled
from sim.core.customer import Clock
from sim.core.events import Event
from sim.core.randomness import Stream, uniform
from sim.core.units import MONTH
from sim.model import chains
from sim.model.clocks import wind
from sim.model.habit import carry_forward
from sim.model.records import write

ADD_SEAT, DROP_SEAT, USE_CASE = int(Clock.ADD_SEAT), int(Clock.DROP_SEAT), int(Clock.USE_CASE)
BILL = int(Clock.BILL)
SEATS_ADDED, SEATS_DROPPED = int(Event.SEATS_ADDED), int(Event.SEATS_DROPPED)
PRORATED, FOUND = int(Event.PRORATED), int(Event.USE_CASE)
OVERSOLD_STREAM, CUT_STREAM = int(Stream.OVERSOLD), int(Stream.CUT_SEATS)
MOST_TOLD = 127
"""A log row's detail holds no more; the row's seats hold the whole number."""


@compiled
def first_deal(c, p):
    """Size the first deal: a lever may begin smaller; an oversold one has more seats than needed, and disappoints."""
    needed = c.seats
    c.seats = max(1, int(math.floor(needed * max(0.0, chains.first_seats(1.0, c, p)) + 0.5)))
    c.missing = max(0, needed - c.seats)
    if uniform(c.key, OVERSOLD_STREAM, 0) < chains.oversold(p.deals.oversold, c, p):
        c.oversold = int(math.floor(c.seats * p.deals.extra))
        c.seats += c.oversold
        if c.oversold > 0:
            carry_forward(c, p)
            c.value *= p.deals.disappoints


@compiled
def seat_price(c):
    """What the last bill asked for a seat and month, minor money units."""
    return c.last_paid / (c.term_months * c.billed_seats)


@compiled
def add_seat(c, p, log):
    """One more seat: it counts at once, and the rest of the term is paid for it pro rata, by whole months.

    A seat that was given up in this term is still paid for, and costs nothing when it is taken up again.
    """
    c.seats_added += 1
    wind(c, ADD_SEAT, c.seats_added)
    c.seats += 1
    c.missing = max(0, c.missing - 1)
    if c.seats <= c.paid_seats:
        write(log, c, SEATS_ADDED, 1, 0)
        return
    c.paid_seats = c.seats
    left = max(1, int(math.floor(c.due[BILL] / MONTH)) - int(math.floor(c.now / MONTH)))
    left = min(left, p.term_months[c.plan])
    write(log, c, SEATS_ADDED, 1, int(math.floor(seat_price(c) + 0.5)))
    write(log, c, PRORATED, left, int(math.floor(seat_price(c) * left + 0.5)))


@compiled
def drop_seat(c, log):
    """One seat fewer; what is paid is paid, so it counts from the next bill."""
    c.seats_dropped += 1
    wind(c, DROP_SEAT, c.seats_dropped)
    if c.seats > 1:
        c.seats -= 1
        write(log, c, SEATS_DROPPED, 1, 0)


@compiled
def cut_oversold(c, p, log):
    """At a renewal: seats that nobody needs may be cut."""
    if uniform(c.key, CUT_STREAM, c.bills) < p.deals.cut:
        cut = min(c.oversold, c.seats - 1)
        c.oversold = 0
        c.seats -= cut
        if cut > 0:
            write(log, c, SEATS_DROPPED, min(cut, MOST_TOLD), 0)


@compiled
def find_use_case(c, log):
    """One more use case is found: people in the account have come to a deeper layer."""
    c.use_cases += 1
    wind(c, USE_CASE, c.use_cases)
    write(log, c, FOUND, c.use_cases, 0)
