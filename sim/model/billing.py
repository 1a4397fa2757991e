"""Bills, failed card charges and retries, and the end of a subscription."""

import math

import numpy as np

from sim.core.compiling import compiled
from sim.core.customer import CLOCKS, KINDS, Clock
from sim.core.events import INTENT_REASONS, Event, Plan, Reason, SaveOffer, Stage
from sim.core.randomness import Stream, uniform
from sim.core.units import MONTH
from sim.model import chains
from sim.model.clocks import NEVER
from sim.model.habit import carry_forward, open_cell
from sim.model.levers import meet_at
from sim.model.records import write
from sim.model.seats import cut_oversold
from sim.model.teams import leave_queue
from sim.model.windows import set_windows

BILL, RETRY, RETURN = int(Clock.BILL), int(Clock.RETRY), int(Clock.RETURN)
CHARGE_STREAM, RETRY_STREAM, RENEWAL_STREAM = int(Stream.CHARGE), int(Stream.RETRY), int(Stream.RENEWAL)
LATER_PLAN_STREAM, SWITCHED = int(Stream.LATER_PLAN), int(Event.SWITCHED)
PAID, CHARGE_FAILED, ENDED = int(Event.PAID), int(Event.CHARGE_FAILED), int(Event.ENDED)
PAYMENT, RENEWAL, EXPERIENCE = int(Reason.PAYMENT), int(Reason.RENEWAL), int(Reason.EXPERIENCE)
PAUSED, UNPAUSED, ANSWERED = int(Event.PAUSED), int(Event.UNPAUSED), int(Event.ANSWERED)
UNPAUSE_STREAM, ANSWER_STREAM = int(Stream.UNPAUSE), int(Stream.ANSWER)
HELP, PAUSE = int(SaveOffer.HELP), int(SaveOffer.PAUSE)
MONTHLY, ANNUAL, CHURNED = int(Plan.MONTHLY), int(Plan.ANNUAL), int(Stage.CHURNED)
RETRIES = 3


@compiled(forceinline=True)
def period(c, p):
    """Length of the customer's billing period in days."""
    return p.term_months[c.plan] * MONTH


@compiled(forceinline=True)
def asked(c, p):
    """What a bill asks, in whole minor units: the list price, then offers; promotions are for first bills."""
    c.term_months = p.term_months[c.plan]
    worth = chains.list_price(float(p.price[MONTHLY] * c.seats), c, p)
    if worth != c.worth:
        c.worth = worth
        c.met_as = -1  # a lever for those who are worth so much may meet him now
    c.full_price = c.worth * c.term_months
    listed = c.worth if c.plan == MONTHLY else chains.list_price(float(p.price[c.plan] * c.seats), c, p)
    if c.bills == 0 and c.month >= 0:
        listed *= p.promoted_price[c.month]
    return int(math.floor(max(0.0, chains.price(listed, c, p)) + 0.5))


@compiled(forceinline=True)
def note_paid(c, amount):
    """What is paid now, and whether that is less than before, and again less."""
    c.paid_before = c.last_paid
    c.last_paid = amount
    if c.paid_before > 0 and amount != c.paid_before:
        c.falls = min(c.falls + 1, 100) if amount < c.paid_before else 0


@compiled
def pay(c, p, log):
    """Money arrives for the period that begins at this bill; the next bill is counted from the first, not the last."""
    if c.bills > 0 and c.oversold > 0:
        cut_oversold(c, p, log)
    note_paid(c, asked(c, p))
    c.paid_seats = c.seats
    c.billed_seats = c.seats
    write(log, c, PAID, c.attempt, c.last_paid)
    c.bills += 1
    c.term_bills += 1
    c.paid_months += c.term_months
    c.attempt = 0
    c.due[BILL] = c.term_from + c.term_bills * period(c, p)
    c.due[RETRY] = NEVER
    if p.term_months[c.plan] > 1:
        c.paid_at = c.now
        open_cell(c, p)


@compiled
def charge_fails(c, p):
    """Whether the charge for this bill fails; a card that was replaced since the last bill fails more often."""
    since = c.term_from + (c.term_bills - 1) * period(c, p)
    cards = math.floor(c.now / p.payment.replacement - c.card_phase)
    replaced = cards > math.floor(since / p.payment.replacement - c.card_phase)
    chance = p.payment.fails
    c.new_card = 1 if replaced else 0
    if replaced:
        chance += (1.0 - chance) * p.payment.replaced_fails
    return uniform(c.key, CHARGE_STREAM, c.bills) < chains.charge_fails(chance, c, p)


@compiled(forceinline=True)
def consider_switch(c, p, log):
    """At a bill of the monthly plan: a lever may offer the annual plan again; whoever takes it changes at this bill."""
    offers = chains.later_offer(0, c, p) if c.plan == MONTHLY else 0
    if offers == 0:
        return
    c.offered |= offers
    if uniform(c.key, LATER_PLAN_STREAM, c.bills) < chains.switch_probability(0.0, c, p):
        c.plan = ANNUAL
        c.term_from = c.now
        c.term_bills = 0
        write(log, c, SWITCHED, ANNUAL, 0)


@compiled(forceinline=True)
def bill(c, p, log):
    """A paid period is over: the customer leaves, rests, or is charged for the next one."""
    if c.paused == 1 and not goes_on(c, p, log):
        end_life(c, p, log, np.int64(c.left_for))
    elif c.request >= 0:
        end_life(c, p, log, np.int64(c.request))
    elif c.renewal_leave > 0.0 and uniform(c.key, RENEWAL_STREAM, c.bills) < c.renewal_leave:
        end_life(c, p, log, np.int64(RENEWAL))
    elif c.save == PAUSE:
        rest(c, p, log)
    elif c.card == 1 and charge_fails(c, p):
        c.attempt = 1
        write(log, c, CHARGE_FAILED, 0, 0)
        meet_at(c, p, log, CHARGE_FAILED)
        c.due[RETRY] = c.now + p.payment.first_retry
        c.due[BILL] = NEVER
    else:
        consider_switch(c, p, log)
        pay(c, p, log)


@compiled
def rest(c, p, log):
    """Instead of a bill, the pause by which a customer was kept: no use, no bill, no leaving until it is over."""
    c.save = HELP
    c.paused = 1
    c.due[BILL] = c.now + p.saves.pause
    write(log, c, PAUSED, int(math.floor(p.saves.pause / MONTH + 0.5)), 0)


@compiled
def rest_asleep(c, p, log):
    """A monthly customer falls asleep: where the terms say so, nothing is charged until he wakes."""
    if p.rests == 1 and c.plan == MONTHLY and c.request < 0 and c.paused == 0:
        c.due[BILL] = NEVER
        c.due[RETRY] = NEVER
        c.attempt = 0
        write(log, c, PAUSED, 0, 0)


@compiled
def rests(c, p):
    """Whether a sleeper's subscription rests: nothing is paid, and nothing is left of a paid month to use up."""
    return p.rests == 1 and c.plan == MONTHLY and c.due[BILL] == NEVER and c.due[RETRY] == NEVER


@compiled
def charge_again(c, p, log):
    """A sleeper wakes whose subscription rested: the month that he had begun is counted anew, in full."""
    if rests(c, p):
        c.term_from = c.now
        c.term_bills = 1
        c.due[BILL] = c.now + period(c, p)
        write(log, c, UNPAUSED, 0, 0)


@compiled
def goes_on(c, p, log):
    """Whether a customer goes on after his pause; then his terms are counted from now."""
    if uniform(c.key, UNPAUSE_STREAM, c.bills) >= p.saves.back_from_pause:
        return False
    c.paused = 0
    c.term_from = c.now
    c.term_bills = 0
    write(log, c, UNPAUSED, 0, 0)
    return True


@compiled
def retry(c, p, log):
    """The failed charge is tried again, unless the customer has asked to cancel; the last retry ends it all."""
    if c.request >= 0:
        end_life(c, p, log, np.int64(c.request))
        return
    k = c.bills * (RETRIES + 1) + c.attempt
    if uniform(c.key, RETRY_STREAM, k) < chains.retry_recovers(p.retry_recovers, c, p):
        consider_switch(c, p, log)
        pay(c, p, log)
        return
    write(log, c, CHARGE_FAILED, c.attempt, 0)
    if c.attempt == RETRIES:
        end_life(c, p, log, failure_reason(c))
        return
    wait = p.payment.second_retry - p.payment.first_retry
    if c.attempt == 2:
        wait = p.payment.last_retry - p.payment.second_retry
    c.due[RETRY] = c.now + wait
    c.attempt += 1


@compiled
def failure_reason(c):
    """A failure while an intent stands counts as that intent's reason: the customer let it lapse."""
    for reason in range(INTENT_REASONS):
        if c.stands[reason] == 1:
            return reason
    return PAYMENT


@compiled
def tell(c, p, log, reason):
    """What others can learn from somebody's leaving, when the next month begins."""
    p.month.ended[reason] += 1
    if reason == EXPERIENCE:
        p.month.said += int(math.floor(1000.0 * c.bad_mouth + 0.5))
    if uniform(c.key, ANSWER_STREAM, 0) < chains.answers(0.0, c, p):
        p.month.answered[reason] += 1
        write(log, c, ANSWERED, reason, 0)


@compiled
def end_life(c, p, log, reason):
    """The subscription is over; only a return can follow."""
    leave_queue(c, log)
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
    c.paused = 0
    c.lapsed = 0
    c.points = 0.0  # forfeited
    c.sleep_reason = -1
    for kind in range(CLOCKS, KINDS):
        c.due[kind] = NEVER
    set_windows(c, p)
    write(log, c, ENDED, reason, 0)
    tell(c, p, log, reason)
