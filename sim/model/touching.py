"""Touches: who may be touched, and what a touch does besides its purpose: it prompts, wakes, tires, loses a channel."""

import math

from sim.core.compiling import compiled, inlined
from sim.core.events import FINE, Channel, Event, Plan, Reason, Stage
from sim.core.frame import meets
from sim.core.hooks import TOUCH_HOOKS, Hook
from sim.core.lever import Lever, Rule, Touching
from sim.core.randomness import Stream, uniform
from sim.core.units import MONTH
from sim.levers import LEVERS
from sim.model import chains
from sim.model.habit import act_probability, carry_forward
from sim.model.leaving import want_to_cancel
from sim.model.levers import person_key
from sim.model.records import write
from sim.model.using import prompted_use
from sim.model.windows import PLACE, offset_of

OPT_IN_STREAM, PROMPT_STREAM = int(Stream.OPT_IN), int(Stream.PROMPT)
UNSUBSCRIBE_STREAM, AWAKEN_STREAM = int(Stream.UNSUBSCRIBE), int(Stream.AWAKEN)
TOUCHED, UNSUBSCRIBED, AWAKENED = int(Event.TOUCHED), int(Event.UNSUBSCRIBED), int(Event.AWAKENED)
DORMANCY, PER_USE, SOFT = int(Stage.DORMANCY), int(Plan.PER_USE), int(Reason.SOFT)
INFORM_STREAM, RATION_STREAM = int(Stream.INFORM), int(Stream.RATION)
MONTHS_COUNTED = 1 << 12
TOUCHES = 1 << 24
"""Room for touches of one lever in the k of the draws on them."""
assert len(Channel) <= 8, "a customer has one bit per channel for what he has unsubscribed from"


@compiled
def touch_number(frame, n):
    """The k of the draws on a lever's n-th touch: by the lever's name, so that a new lever changes nobody's."""
    return frame.reach_number * TOUCHES + int(n)


@compiled
def may_touch(c, p, channel):
    """Whether the customer permits the channel, for all lives, and the cap of the calendar month leaves room."""
    month = int(math.floor(c.now / MONTH))
    full = c.touch_month == month and c.touches_in_month >= p.touches.most_per_month
    if full or (c.unsubscribed >> channel) & 1 == 1:
        return False
    return uniform(person_key(c, p), OPT_IN_STREAM, channel) < p.channels[channel].opt_in


@compiled
def tire(c, p):
    """Count a touch; return what is left of its effect after those before it."""
    month = int(math.floor(c.now / MONTH))
    if c.touch_month != month:
        c.touch_month = month
        c.touches_in_month = 0
    c.touches_in_month += 1
    load = c.fatigue * math.exp((c.fatigue_at - c.now) / p.touches.memory)
    c.fatigue = load + 1.0
    c.fatigue_at = c.now
    per_month = load * MONTH / p.touches.memory
    over = per_month / p.touches.best_per_month
    return math.exp(-0.5 * over * over)  # a power would differ in the last bit without the compiler


@compiled
def lose_channel(c, p, log, channel, k):
    """A touch may end the permission for its channel, for good."""
    if uniform(c.key, UNSUBSCRIBE_STREAM, k) < p.channels[channel].unsubscribes:
        c.unsubscribed |= 1 << channel
        write(log, c, UNSUBSCRIBED, channel, 0)


@compiled
def touch(c, p, log, channel, strength, timely, gift, k):
    """Deliver the k-th touch to a prospect or a customer: a trigger from outside; to a sleeper, also a reminder."""
    terms = p.channels[channel]
    write(log, c, TOUCHED, channel, int(math.floor(terms.price + FINE * gift + 0.5)))
    effect = c.responsiveness * tire(c, p)
    lose_channel(c, p, log, channel, k)
    sleeps = c.stage == DORMANCY and c.plan != PER_USE and c.reminded == 0 and c.paused == 0
    c.reminded = 1
    if sleeps and uniform(c.key, AWAKEN_STREAM, k) < effect * p.touches.awakening:
        write(log, c, AWAKENED, SOFT, 0)
        want_to_cancel(c, p, log, SOFT)
        return
    act = act_probability(c, p.use, chains.effort(c.effort, c, p), chains.ability(0.0, c, p), strength)
    chance = effect * terms.noticed * timely * act
    out_of_reach = c.paused == 1 or (c.gone == 1 and c.left_for != SOFT)  # a reminder helps against inertia alone
    if strength > 0.0 and not out_of_reach and uniform(c.key, PROMPT_STREAM, k) < chance:
        prompted_use(c, p, log, k)


@compiled
def inform(c, p, channel, push, k):
    """A touch that is noticed may raise perceived value; one that says nothing changes nothing, to the bit."""
    if push > 0.0 and uniform(c.key, INFORM_STREAM, k) < p.channels[channel].noticed:
        carry_forward(c, p)
        c.value += min(1.0, push) * (1.0 - c.value)


@compiled
def served_by_budget(c, p, frame):
    """Whether the lever's monthly budget reaches to this customer: whom it serves is drawn anew every month."""
    if frame.ration >= 1.0:
        return True
    month = int(math.floor(c.now / MONTH))
    return uniform(person_key(c, p), RATION_STREAM, frame.reach_number * MONTHS_COUNTED + month) < frame.ration


@compiled
def spend(frame, price):
    """Count what a touch or contact costs against the month's budget."""
    frame.spent += price


def own_rule(lever: type[Lever], hook: Hook) -> Rule:
    """Return a lever's rule about its own touches; where it has none, one that leaves the value as it is.

    Each lever gets one of its own: Numba would take a record for another with the same first fields.
    """
    return lever.hooks.get(hook) or inlined(lambda value, customer, lever: value)


@compiled
def nothing_due(c, p, log):
    return


def _touches(bit: int, lever: type[Lever], touching: Touching, rest: Rule) -> Rule:
    name, place = lever.lever_name(), PLACE[lever.lever_name()]
    per_month, channel_field = touching.per_month, touching.channel
    strength_field, timely = touching.strength, touching.timely
    strength_of, push_of, gift_of = (own_rule(lever, hook) for hook in TOUCH_HOOKS)

    @inlined
    def touches(c, p, log):
        own, frame = p.levers[name], p.frames[bit]
        channel = int(own[channel_field])
        if c.touch_due[place] <= c.now and meets(c, frame) and may_touch(c, p, channel):
            slot = math.floor(c.now / MONTH * own[per_month] - offset_of(c, p, frame) + 0.5)
            k = touch_number(frame, slot)
            if served_by_budget(c, p, frame):
                gift = gift_of(0.0, c, own)
                spend(frame, p.channels[channel].price + FINE * gift)
                inform(c, p, channel, push_of(0.0, c, own), k)
                touch(c, p, log, channel, strength_of(own[strength_field], c, own), own[timely], gift, k)
        rest(c, p, log)

    return touches


calendar_touches: Rule = nothing_due
for _bit, _lever in enumerate(LEVERS):
    if _lever.touching:
        calendar_touches = _touches(_bit, _lever, _lever.touching, calendar_touches)
"""Deliver what is due by the calendar, to those who are still there."""
