"""Who is reached by which lever, and when its window opens and closes for him. Generated over the register."""

import math

from numba import njit

from sim.core.customer import Clock
from sim.core.lever import Rule
from sim.core.randomness import Stream, life_key, uniform
from sim.core.units import MONTH
from sim.levers import LEVERS
from sim.model.clocks import NEVER

EDGE = int(Clock.EDGE)
REACH_STREAM = int(Stream.REACH)


@njit(error_model="numpy")
def standing(customer_key, lever):
    """Where the customer stands in the order in which this lever reaches people, 0..1."""
    return uniform(customer_key, REACH_STREAM, lever.reach_number)


@njit(error_model="numpy")
def opens(customer_key, lever):
    """When the lever's window opens for a customer whom it reaches; with a ramp, later for those reached later."""
    step = math.floor(standing(customer_key, lever) / lever.share * lever.ramp_months)
    return lever.starts + step * MONTH


@njit(error_model="numpy")
def nothing(c, p, customer_key):
    return NEVER


def _window(bit: int, name: str, rest: Rule) -> Rule:
    @njit(error_model="numpy")
    def window(c, p, customer_key):
        lever = p.levers[name]
        edge = NEVER
        if (c.reached >> bit) & 1 == 1:
            start = opens(customer_key, lever)
            if c.now < start:
                edge = start
            elif c.now < lever.ends:
                edge = lever.ends
                c.active |= 1 << bit
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


windows: Rule = nothing
reaches: Rule = nothing
for _bit, _lever in enumerate(LEVERS):
    windows = _window(_bit, _lever.lever_name(), windows)
    reaches = _reach(_bit, _lever.lever_name(), reaches)


@njit(error_model="numpy")
def set_windows(c, p):
    """Mark the levers whose window is open for this customer and find the next edge."""
    c.active = 0
    edge = windows(c, p, life_key(p.seed, p.replication, c.id, 0))
    c.due[EDGE] = edge if edge > c.now else NEVER


@njit(error_model="numpy")
def reach(c, p):
    """Decide once for all lives who is reached; a customer already there on day 0 meets the windows then."""
    c.reached = 0
    c.active = 0
    reaches(c, p, life_key(p.seed, p.replication, c.id, 0))
    if c.reached != 0:
        c.due[EDGE] = max(c.now, 0.0)
