"""Who is reached by which lever, when its window opens and closes for him, and when the two meet. Generated."""

import math

from numba import njit

from sim.core.customer import Clock
from sim.core.events import Event
from sim.core.lever import Rule, meets
from sim.core.randomness import Stream, life_key, uniform
from sim.core.units import MONTH
from sim.levers import LEVERS
from sim.model.clocks import NEVER
from sim.model.records import write

EDGE = int(Clock.EDGE)
REACH_STREAM = int(Stream.REACH)
REACHED, HELD_OUT = int(Event.REACHED), int(Event.HELD_OUT)
assert len(LEVERS) <= 31, "a customer has one bit per lever"


@njit(error_model="numpy")
def person_key(c, p):
    """The key of what is fixed for all lives of a customer."""
    return life_key(p.seed, p.replication, c.id, 0)


@njit(error_model="numpy")
def standing(customer_key, lever):
    """Where the customer stands in the order in which this lever reaches people, 0..1."""
    return uniform(customer_key, REACH_STREAM, lever.reach_number)


@njit(error_model="numpy")
def opens(customer_key, lever):
    """When the lever's window opens; with a ramp, later for those further back, in the hold-out just as in the reach.

    So the reached and the held out stand in the same order of dates and can be compared.
    """
    place = standing(customer_key, lever)
    if place < lever.share:
        part = place / lever.share
    else:
        part = (place - lever.share) / (1.0 - lever.share)
    return lever.starts + math.floor(part * lever.ramp_months) * MONTH


@njit(error_model="numpy")
def no_window(c, p, customer_key):
    return NEVER


@njit(error_model="numpy")
def nobody(c, p, log, used):
    return


def _window(bit: int, name: str, rest: Rule) -> Rule:
    @njit(error_model="numpy")
    def window(c, p, customer_key):
        lever = p.levers[name]
        edge = NEVER
        if lever.on == 1:
            start = opens(customer_key, lever)
            if c.now < start:
                edge = start
            elif c.now < lever.ends:
                edge = lever.ends
                if (c.reached >> bit) & 1 == 1:
                    c.active |= 1 << bit
                else:
                    c.held_out |= 1 << bit
        return min(edge, rest(c, p, customer_key))

    return window


def _reach(bit: int, name: str, rest: Rule) -> Rule:
    @njit(error_model="numpy")
    def reach(c, p, customer_key):
        lever = p.levers[name]
        if lever.on == 1 and standing(customer_key, lever) < lever.share:
            c.reached |= 1 << bit
        return rest(c, p, customer_key)

    return reach


def _meeting(bit: int, name: str, rest: Rule) -> Rule:
    @njit(error_model="numpy")
    def meeting(c, p, log, used):
        waits = ((c.active | c.held_out) & ~c.met) >> bit
        if waits & 1 == 1 and meets(c, p.levers[name]):
            c.met |= 1 << bit
            write(log, used, c, REACHED if (c.active >> bit) & 1 == 1 else HELD_OUT, bit, 0)
        rest(c, p, log, used)

    return meeting


windows: Rule = no_window
reaches: Rule = no_window
meetings: Rule = nobody
for _bit, _lever in reversed(list(enumerate(LEVERS))):
    windows = _window(_bit, _lever.lever_name(), windows)
    reaches = _reach(_bit, _lever.lever_name(), reaches)
    meetings = _meeting(_bit, _lever.lever_name(), meetings)


@njit(error_model="numpy")
def open_windows(c, p):
    """Mark the levers whose window is open for this customer, reached or held out, and find the next edge."""
    c.active = 0
    c.held_out = 0
    c.met_as = -1
    edge = windows(c, p, person_key(c, p))
    c.due[EDGE] = edge if edge > c.now else NEVER


@njit(error_model="numpy")
def reach(c, p):
    """Decide once for all lives who is reached; a customer already there on day 0 meets the windows then."""
    c.reached = 0
    c.active = 0
    c.held_out = 0
    c.met = 0
    c.met_as = -1
    reaches(c, p, person_key(c, p))
    c.due[EDGE] = max(c.now, 0.0)


@njit(error_model="numpy")
def meet_levers(c, p, log, used):
    """Note which levers meet the customer; looked at only when a window or what he is eligible by has changed."""
    stands_as = (int(c.stage) * 8 + int(c.plan)) * 128 + int(c.life)
    if stands_as != c.met_as:
        c.met_as = stands_as
        if (c.active | c.held_out) & ~c.met != 0:
            meetings(c, p, log, used)
