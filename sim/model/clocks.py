"""Clocks: absolute firing times, moved only when their own rate changes.

A waiting time is a unit-exponential budget spent at the current rate (random time change; Gibson & Bruck 2000).
"""

import math

from sim.core.compiling import compiled, compiled_once
from sim.core.customer import Clock
from sim.core.randomness import Stream, unit_exponential
from sim.core.units import YEAR

NEVER = math.inf
RETURN = int(Clock.RETURN)
CLOCK_STREAM = int(Stream.CLOCK)


NOT_YET = -1.0
"""A budget that is drawn when the clock first runs: most clocks of most lives never do."""


@compiled_once
def set_rate(c, clock, rate):
    """Give a clock its rate. An unchanged rate leaves the firing time alone, to the bit; rate 0 stores the budget."""
    old = c.rate[clock]
    if rate == old:
        return
    if old > 0.0:
        c.budget[clock] = max(0.0, (c.due[clock] - c.now) * old)
    c.rate[clock] = rate
    if c.budget[clock] == NOT_YET:
        c.budget[clock] = unit_exponential(c.key, CLOCK_STREAM + clock, 0)
    c.due[clock] = c.now + c.budget[clock] / rate if rate > 0.0 else NEVER


@compiled_once
def wind(c, clock, k):
    """Give a clock its k-th budget."""
    c.budget[clock] = unit_exponential(c.key, CLOCK_STREAM + clock, k)
    c.due[clock] = c.now + c.budget[clock] / c.rate[clock] if c.rate[clock] > 0.0 else NEVER


@compiled
def set_return(c, shape, rate):
    """Give the return clock its rate: the cumulative hazard since the end is rate * (years) ** shape.

    The rate at 0 is infinite for a shape below 1, so the cumulative hazard is inverted instead.
    """
    old = c.rate[RETURN]
    if rate == old:
        return
    spent = (max(0.0, c.now - c.ended) / YEAR) ** shape
    if old > 0.0:
        c.budget[RETURN] = max(0.0, (((c.due[RETURN] - c.ended) / YEAR) ** shape - spent) * old)
    c.rate[RETURN] = rate
    if c.budget[RETURN] == NOT_YET:
        c.budget[RETURN] = unit_exponential(c.key, CLOCK_STREAM + RETURN, 0)
    years = (spent + c.budget[RETURN] / rate) ** (1.0 / shape) if rate > 0.0 else NEVER
    c.due[RETURN] = c.ended + YEAR * years


@compiled(forceinline=True)
def look_ahead(c, p):
    """Find the soonest of all firing times that can come; at equal times the lower number goes first."""
    kind, soonest = 0, NEVER
    for n in range(p.running.count):
        other = p.running.kinds[n]
        due = c.due[other]
        kind, soonest = (other, due) if due < soonest else (kind, soonest)
    c.next_kind = kind
    c.next_time = soonest
