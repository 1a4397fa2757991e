"""A cancel request: what is offered, who stays on it, and who may leave inside a paid term."""

import math

import numpy as np

from sim.core.compiling import compiled
from sim.core.customer import Clock
from sim.core.events import INTENT_REASONS, Event, Plan
from sim.core.randomness import Stream, uniform
from sim.core.units import MONTH
from sim.model import chains
from sim.model.billing import end_life, rests
from sim.model.clocks import NEVER
from sim.model.levers import meet_at
from sim.model.records import write
from sim.model.seats import seat_price

ACT, BILL = int(Clock.ACT), int(Clock.BILL)
REQUESTED, SAVED, REFUNDED = int(Event.REQUESTED), int(Event.SAVED), int(Event.REFUNDED)
SAVE_STREAM = int(Stream.SAVE)
ANNUAL, PREPAID = int(Plan.ANNUAL), int(Plan.PREPAID)


@compiled
def drop_intent(c, reason):
    """The customer does not want to leave for this reason any more; the request passes to another acted on, if any."""
    c.stands[reason] = 0
    c.wants[reason] = 0
    c.intents[reason] += 1
    c.due[ACT + reason] = NEVER
    if c.request == reason:
        c.request = -1
        for other in range(INTENT_REASONS):
            if c.wants[other] == 1 and c.request < 0:
                c.request = other


@compiled
def answer_request(c, p, log, reason):
    """Somebody has asked to cancel: an offer keeps him, or he may go at once, with part of his money back."""
    meet_at(c, p, log, REQUESTED)
    offer = int(chains.save_offer(-1.0, c, p))
    chance = chains.save_chance(0.0, c, p) if offer >= 0 else 0.0
    k = int(c.intents[reason]) * INTENT_REASONS + reason
    if uniform(c.key, SAVE_STREAM, k) < chance:
        c.left_for = reason
        c.save = offer
        c.saved_at = c.paid_months
        c.saved_months = int(p.saves.relapse_months)
        drop_intent(c, reason)
        write(log, c, SAVED, offer, 0)
    elif rests(c, p):
        end_life(c, p, log, np.int64(reason))
    elif (c.plan == ANNUAL or c.plan == PREPAID) and c.attempt == 0 and c.paused == 0:
        leave_inside_term(c, p, log, reason)


@compiled
def leave_inside_term(c, p, log, reason):
    """Where the terms allow it, the customer goes at once and gets back part of the whole months not used."""
    share = chains.exit_refund(-1.0, c, p)
    if share < 0.0:
        return
    unused = int(math.floor(c.due[BILL] / MONTH)) - int(math.floor(c.now / MONTH)) - 1
    if unused > 0:
        back = min(1.0, share) * seat_price(c) * c.paid_seats * unused
        write(log, c, REFUNDED, unused, int(math.floor(back + 0.5)))
    end_life(c, p, log, np.int64(reason))
