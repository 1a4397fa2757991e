"""Bills, failed card charges and retries, and the end of a subscription."""

import math

import numpy as np
from numba import njit

from sim.core.customer import CLOCKS, KINDS, Clock
from sim.core.events import INTENT_REASONS, Event, Plan, Reason, Stage
from sim.core.randomness import Stream, uniform
from sim.core.units import MONTH
from sim.model import chains
from sim.model.clocks import NEVER
from sim.model.habit import carry_forward, open_cell
from sim.model.records import write
from sim.model.teams import leave_queue
from sim.model.windows import set_windows

BILL, RETRY, RETURN = int(Clock.BILL), int(Clock.RETRY), int(Clock.RETURN)
CHARGE_STREAM, RETRY_STREAM, RENEWAL_STREAM = int(Stream.CHARGE), int(Stream.RETRY), int(Stream.RENEWAL)
LATER_PLAN_STREAM, SWITCHED = int(Stream.LATER_PLAN), int(Event.SWITCHED)
PAID, CHARGE_FAILED, ENDED = int(Event.PAID), int(Event.CHARGE_FAILED), int(Event.ENDED)
PAYMENT, RENEWAL = int(Reason.PAYMENT), int(Reason.RENEWAL)
MONTHLY, ANNUAL, CHURNED = int(Plan.MONTHLY), int(Plan.ANNUAL), int(Stage.CHURNED)
RETRIES = 3


@njit(error_model="numpy")
def period(c):
    """Length of the customer's billing period in days."""
    return 12.0 * MONTH if c.plan == ANNUAL else MONTH


@njit(error_model="numpy")
def asked(c, p):
    """What a bill asks, in whole minor units."""
    listed = float(p.price[c.plan] * c.seats)
    c.full_price = float(p.price[MONTHLY] * c.seats * (12 if c.plan == ANNUAL else 1))
    return int(math.floor(max(0.0, chains.price(listed, c, p)) + 0.5))


@njit(error_model="numpy")
def pay(c, p, log, used):
    """Money arrives for the period that begins at this bill; the next bill is counted from the first, not the last."""
    c.last_paid = asked(c, p)
    write(log, used, c, PAID, c.attempt, c.last_paid)
    c.bills += 1
    c.term_bills += 1
    c.attempt = 0
    c.due[BILL] = c.term_from + c.term_bills * period(c)
    c.due[RETRY] = NEVER
    if c.plan == ANNUAL:
        c.paid_at = c.now
        open_cell(c, p)


@njit(error_model="numpy")
def charge_fails(c, p):
    """Whether the charge for this bill fails; a card that was replaced since the last bill fails more often."""
    since = c.term_from + (c.term_bills - 1) * period(c)
    cards = math.floor(c.now / p.payment.replacement - c.card_phase)
    replaced = cards > math.floor(since / p.payment.replacement - c.card_phase)
    chance = p.payment.fails
    if replaced:
        chance += (1.0 - chance) * p.payment.replaced_fails
    return uniform(c.key, CHARGE_STREAM, c.bills) < chance


@njit(error_model="numpy")
def consider_switch(c, p, log, used):
    """At a bill of the monthly plan: a lever may offer the annual plan again; whoever takes it changes at this bill."""
    offers = chains.later_offer(0, c, p) if c.plan == MONTHLY else 0
    if offers == 0:
        return
    c.offered |= offers
    if uniform(c.key, LATER_PLAN_STREAM, c.bills) < chains.switch_probability(0.0, c, p):
        c.plan = ANNUAL
        c.term_from = c.now
        c.term_bills = 0
        write(log, used, c, SWITCHED, ANNUAL, 0)


@njit(error_model="numpy")
def bill(c, p, log, used):
    """A paid period is over: the customer leaves, or is charged for the next one."""
    if c.request >= 0:
        end_life(c, p, log, used, np.int64(c.request))
    elif c.renewal_leave > 0.0 and uniform(c.key, RENEWAL_STREAM, c.bills) < c.renewal_leave:
        end_life(c, p, log, used, np.int64(RENEWAL))
    elif c.card == 1 and charge_fails(c, p):
        c.attempt = 1
        write(log, used, c, CHARGE_FAILED, 0, 0)
        c.due[RETRY] = c.now + p.payment.first_retry
        c.due[BILL] = NEVER
    else:
        consider_switch(c, p, log, used)
        pay(c, p, log, used)


@njit(error_model="numpy")
def retry(c, p, log, used):
    """The failed charge is tried again, unless the customer has asked to cancel; the last retry ends it all."""
    if c.request >= 0:
        end_life(c, p, log, used, np.int64(c.request))
        return
    k = c.bills * (RETRIES + 1) + c.attempt
    if uniform(c.key, RETRY_STREAM, k) < p.retry_recovers:
        consider_switch(c, p, log, used)
        pay(c, p, log, used)
        return
    write(log, used, c, CHARGE_FAILED, c.attempt, 0)
    if c.attempt == RETRIES:
        end_life(c, p, log, used, failure_reason(c))
        return
    wait = p.payment.second_retry - p.payment.first_retry
    if c.attempt == 2:
        wait = p.payment.last_retry - p.payment.second_retry
    c.due[RETRY] = c.now + wait
    c.attempt += 1


@njit(error_model="numpy")
def failure_reason(c):
    """A failure while an intent stands counts as that intent's reason: the customer let it lapse."""
    for reason in range(INTENT_REASONS):
        if c.stands[reason] == 1:
            return reason
    return PAYMENT


@njit(error_model="numpy")
def end_life(c, p, log, used, reason):
    """The subscription is over; only a return can follow."""
    leave_queue(c, log, used)
    carry_forward(c, p)
    c.left_for = reason
    c.ended = c.now
    c.contacts = 0
    c.recalled_by = 0
    c.offer_until = c.now
    c.request = -1
    c.attempt = 0
    c.stage = CHURNED
    c.gone = 0
    c.sleep_reason = -1
    for kind in range(CLOCKS, KINDS):
        c.due[kind] = NEVER
    set_windows(c, p)
    write(log, used, c, ENDED, reason, 0)
