"""Who is reached by which lever, when its window opens and closes for him, and when the two meet."""

import math

from sim.core.compiling import compiled, compiled_once
from sim.core.customer import Clock
from sim.core.events import Event
from sim.core.frame import meets, stands_as
from sim.core.randomness import Stream, life_key, uniform
from sim.core.units import MONTH
from sim.model.clocks import NEVER
from sim.model.kernel import PLACES
from sim.model.records import write

EDGE = int(Clock.EDGE)
STANDING = -1
REACH_STREAM = int(Stream.REACH)
REACHED, HELD_OUT = int(Event.REACHED), int(Event.HELD_OUT)
assert PLACES <= 62, "a customer has one bit per lever"


@compiled
def person_key(c, p):
    """The key of what is fixed for all lives of a customer."""
    return life_key(p.seed, p.replication, c.id, 0)


@compiled
def standing(customer_key, frame):
    """Where the customer stands in the order in which this lever reaches people, 0..1."""
    return uniform(customer_key, REACH_STREAM, frame.reach_number)


@compiled
def opens(customer_key, frame):
    """When the lever's window opens; with a ramp, later for those further back, in the hold-out just as in the reach.

    So the reached and the held out stand in the same order of dates and can be compared.
    """
    place = standing(customer_key, frame)
    part = place / frame.share if place < frame.share else (place - frame.share) / (1.0 - frame.share)
    return frame.starts + math.floor(part * frame.ramp_months) * MONTH


@compiled
def open_windows(c, p):
    """Mark the levers whose window is open for this customer, reached or held out, and find the next edge."""
    c.active = 0
    c.held_out = 0
    c.met_as = -1
    customer_key, edge = person_key(c, p), NEVER
    for bit in range(PLACES):
        frame = p.frames[bit]
        if frame.on == 0:
            continue
        start = opens(customer_key, frame)
        if c.now < start:
            edge = min(edge, start)
        elif c.now < frame.ends:
            edge = min(edge, frame.ends)
            if (c.reached >> bit) & 1 == 1:
                c.active |= 1 << bit
            else:
                c.held_out |= 1 << bit
    c.due[EDGE] = edge if edge > c.now else NEVER


@compiled
def reach(c, p):
    """Decide once for all lives who is reached; a customer already there on day 0 meets the windows then."""
    c.reached = 0
    c.active = 0
    c.held_out = 0
    c.met = 0
    c.met_as = -1
    c.fits_as = 0
    if p.running.levers == 0:
        return
    customer_key = person_key(c, p)
    for bit in range(PLACES):
        frame = p.frames[bit]
        if frame.on == 1 and standing(customer_key, frame) < frame.share:
            c.reached |= 1 << bit
    c.due[EDGE] = max(c.now, 0.0)


@compiled(forceinline=True)
def meet_levers(c, p, log):
    """Note which levers meet the customer; looked at only when a window or what he is eligible by has changed."""
    if p.running.levers == 0:
        return
    stands = stands_as(c)
    if stands == c.met_as:
        return
    c.met_as = stands
    if (c.active | c.held_out) & ~c.met != 0:
        meet_at(c, p, log, STANDING)


@compiled_once
def meet_at(c, p, log, occasion):
    """Note which levers meet the customer at an event that they answer, or (STANDING) as he stands."""
    waits = (c.active | c.held_out) & ~c.met
    if waits == 0:
        return
    for bit in range(PLACES):
        if (waits >> bit) & 1 == 1 and p.frames[bit].meets_at == occasion and meets(c, p.frames[bit]):
            c.met |= 1 << bit
            write(log, c, REACHED if (c.active >> bit) & 1 == 1 else HELD_OUT, bit, 0)
