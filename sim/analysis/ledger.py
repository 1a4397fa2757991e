"""Events to money and counts: fold a piece of the log into whole-number sums, whatever the pieces.

Conventions: a month is 365.25 / 12 days from the study's start; a payment is cash when it is made and revenue in equal
parts over the months it pays for, beginning with its own; serving a customer costs as long as revenue runs; MRR is the
last bill over its months, kept while a failed charge is retried, and gone at the end of the paid period.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.analysis.measures import MEASURES, Measure, Value
from sim.core.events import FINE, Event, Plan, Stage
from sim.core.units import MONTH

M = {measure.name: int(measure) for measure in Measure}
PROSPECTS, CONVERTED, LOST, ACTIVATED = M["PROSPECTS"], M["CONVERTED"], M["LOST"], M["ACTIVATED"]
SIGNED_UP_ACTIVATED, SIGNED_UP_CONVERTED = M["SIGNED_UP_ACTIVATED"], M["SIGNED_UP_CONVERTED"]
ENDED, RETURNED, ENDED_RETURNED = M["ENDED"], M["RETURNED"], M["ENDED_RETURNED"]
CHARGES_FAILED, RECOVERED, DUE, RENEWED = M["CHARGES_FAILED"], M["RECOVERED"], M["DUE"], M["RENEWED"]
STAGE, CASH, REVENUE, SERVICE_COST = M["STAGE"], M["CASH"], M["REVENUE"], M["SERVICE_COST"]
FEES, GOODS, REFUNDS = M["FEES"], M["GOODS"], M["REFUNDS"]
TOUCH_COST, TRIAL_COST = M["TOUCH_COST"], M["TRIAL_COST"]
MRR_NEW, MRR_EXPANSION, MRR_CONTRACTION = M["MRR_NEW"], M["MRR_EXPANSION"], M["MRR_CONTRACTION"]
MRR_CHURN, MRR_REACTIVATION, MRR_OPENING = M["MRR_CHURN"], M["MRR_REACTIVATION"], M["MRR_OPENING"]
OPENING, MRR_YEAR_AGO = M["OPENING"], M["MRR_YEAR_AGO"]
MRR_YEAR_KEPT, MRR_YEAR_CAPPED = M["MRR_YEAR_KEPT"], M["MRR_YEAR_CAPPED"]
V_CASH, V_REVENUE, V_CONTRIBUTION = int(Value.CASH), int(Value.REVENUE), int(Value.CONTRIBUTION)
V_NPV, V_RESIDUAL, V_LIFETIME = int(Value.NPV), int(Value.RESIDUAL), int(Value.LIFETIME)
E = {event.name: int(event) for event in Event}
SIGNED_UP, PAID, CHARGE_FAILED, LIFE_ENDED = E["SIGNED_UP"], E["PAID"], E["CHARGE_FAILED"], E["ENDED"]
CAME_BACK, BECAME, IS_ACTIVATED, OPENED = E["RETURNED"], E["CONVERTED"], E["ACTIVATED"], E["OPENED"]
ORDERED, REFUNDED = E["ORDERED"], E["REFUNDED"]
ANNUAL = int(Plan.ANNUAL)
INTRODUCTION, STAGES_COUNTED = int(Stage.INTRODUCTION), int(Stage.DORMANCY) + 1
YEAR_MONTHS = 12
COUNTED = np.full(len(Event), -1)
for _event, _measure in (
    (Event.LOST, Measure.LOST), (Event.REQUESTED, Measure.REQUESTED), (Event.UNDONE, Measure.UNDONE),
    (Event.USED, Measure.USES), (Event.FELL_ASLEEP, Measure.FELL_ASLEEP), (Event.WOKE, Measure.WOKE),
    (Event.GUIDED, Measure.GUIDED), (Event.TEAM_ASKED, Measure.TEAM_ASKED), (Event.SERVICE_BEGAN, Measure.SERVED),
    (Event.LEFT_QUEUE, Measure.LEFT_QUEUE),
):  # fmt: skip
    COUNTED[_event] = _measure
"""The measure that counts an event and does nothing else; -1: none."""


def empty_sums(months: int, segments: int) -> NDArray[np.int64]:
    """Return zeros [month, segment, plan, measure], with a year more than the months simulated for prepaid revenue."""
    return np.zeros((months + YEAR_MONTHS, segments, len(Plan), MEASURES), np.int64)


def empty_cohorts(months: int, segments: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return zeros for first payments [cohort month, segment, plan] and ends [cohort month, segment, plan, tenure]."""
    started = np.zeros((months, segments, len(Plan)), np.int64)
    return started, np.zeros((months, segments, len(Plan), months + 1), np.int64)


@njit(error_model="numpy")
def rounded(amount):
    return int(math.floor(amount + 0.5))


@njit(error_model="numpy")
def add_value(account, month, amount, terms, discount):
    """Put a contribution of one month on the customer's account."""
    fine = amount * FINE * discount[month]
    if month * MONTH < terms.horizon - 1.0:
        account.value[V_CONTRIBUTION] += amount
        account.value[V_NPV] += rounded(fine)
    else:
        account.value[V_RESIDUAL] += rounded(fine)
    if account.converted >= 0.0 and account.converted < np.inf:
        first = int(account.converted / MONTH)
        account.value[V_LIFETIME] += rounded(amount * FINE * discount[max(0, month - first)] / discount[0])


@njit(error_model="numpy")
def recognise(row, account, sums, month, months, past, terms, discount):
    """Spread a bill's revenue and the cost of serving over its months; ``past`` of them lie before ``month``."""
    part = row.amount // months
    serve = rounded(terms.serve_seat_month * row.seats)
    for ahead in range(months - past):
        revenue = part
        if ahead + past == 0:
            revenue += row.amount - months * part
        cell = sums[month + ahead, row.segment, row.plan]
        cell[REVENUE] += revenue
        cell[SERVICE_COST] += serve
        if (month + ahead) * MONTH < terms.horizon - 1.0:
            account.value[V_REVENUE] += revenue
        add_value(account, month + ahead, revenue - serve, terms, discount)


@njit(error_model="numpy")
def settle_years(account, sums, time):
    """At every anniversary of the study passed by ``time``: what those who paid a year before pay now."""
    while (account.year + 1) * YEAR_MONTHS * MONTH <= time:
        account.year += 1
        if account.year_mrr > 0:
            cell = sums[account.year * YEAR_MONTHS - 1, account.segment, account.plan]
            cell[MRR_YEAR_AGO] += account.year_mrr
            cell[MRR_YEAR_KEPT] += account.mrr
            cell[MRR_YEAR_CAPPED] += min(account.mrr, account.year_mrr)
        account.year_mrr = account.mrr


@njit(error_model="numpy")
def take_payment(row, account, sums, month, terms, discount):
    """A bill is paid: cash, fee, revenue, and what MRR becomes."""
    months = YEAR_MONTHS if row.plan == ANNUAL else 1
    cell = sums[month, row.segment, row.plan]
    fee = 0
    if row.card == 1 and row.amount > 0:
        fee = rounded(row.amount * terms.charge_share) + terms.charge_fixed
    cell[CASH] += row.amount
    cell[FEES] += fee
    if row.time < terms.horizon:
        account.value[V_CASH] += row.amount
        account.paid = 1
    add_value(account, month, -fee, terms, discount)
    recognise(row, account, sums, month, months, 0, terms, discount)
    mrr = (row.amount + months // 2) // months
    if account.paying == 1:
        cell[DUE] += account.dunning == 0
        cell[RENEWED] += 1
        cell[RECOVERED] += account.dunning
        cell[MRR_EXPANSION] += max(0, mrr - account.mrr)
        cell[MRR_CONTRACTION] += max(0, account.mrr - mrr)
    else:
        cell[MRR_NEW if row.life == 0 else MRR_REACTIVATION] += mrr
    account.mrr = mrr
    account.paying = 1
    account.dunning = 0


@njit(error_model="numpy")
def end_account(row, account, sums, cohort_ended, month):
    """The subscription is over."""
    cell = sums[month, row.segment, row.plan]
    cell[ENDED + row.detail] += 1
    cell[DUE] += account.dunning == 0
    cell[MRR_CHURN] += account.mrr
    account.mrr = 0
    account.paying = 0
    account.dunning = 0
    account.ended = row.time
    account.ended_plan = row.plan
    if account.first_life == 1 and account.converted >= 0.0:
        tenure = int(math.ceil((row.time - account.converted) / MONTH - 1e-9))
        cohort_ended[int(account.converted / MONTH), row.segment, account.plan, tenure] += 1
        account.kept = 0 if tenure <= YEAR_MONTHS else 1
    account.first_life = 0


@njit(error_model="numpy")
def begin_account(row, account, sums, cohort_started, month):
    """First contact, first payment, or a return."""
    cell = sums[month, row.segment, row.plan]
    if row.event == SIGNED_UP:
        account.signed_up = row.time
        account.segment = row.segment
        cell[PROSPECTS] += 1
    elif row.event == BECAME:
        account.converted = row.time
        account.plan = row.plan
        cell[CONVERTED] += 1
        sums[int(account.signed_up / MONTH), row.segment, 0, SIGNED_UP_CONVERTED] += 1
        cohort_started[month, row.segment, row.plan] += 1
    else:
        cell[RETURNED] += 1
        if row.time - account.ended <= YEAR_MONTHS * MONTH and account.ended < np.inf:
            sums[int(account.ended / MONTH), row.segment, account.ended_plan, ENDED_RETURNED] += 1


@njit(error_model="numpy")
def open_account(row, account, sums, terms, discount):
    """A customer already there on day 0, with what is left of his last bill."""
    months = YEAR_MONTHS if row.plan == ANNUAL else 1
    account.segment = row.segment
    account.plan = row.plan
    account.paid = 1
    account.paying = 1
    account.first_life = 0
    account.converted = -1.0
    account.signed_up = -1.0
    account.mrr = (row.amount + months // 2) // months
    account.year_mrr = account.mrr
    cell = sums[0, row.segment, row.plan]
    cell[OPENING] += 1
    cell[MRR_OPENING] += account.mrr
    account.dunning = 1 if row.detail > months else 0  # the last bill is over and the next one not yet paid
    if row.detail < months:
        recognise(row, account, sums, 0, months, row.detail, terms, discount)


@njit(error_model="numpy")
def settle_order(row, account, sums, month, terms, discount):
    """An order or a refund: paid at once, goods cost a share of the order."""
    cell = sums[month, row.segment, row.plan]
    if row.event == REFUNDED:
        cell[CASH] -= row.amount
        cell[REFUNDS] += row.amount
        account.value[V_CASH] -= row.amount if row.time < terms.horizon else 0
        add_value(account, month, -row.amount, terms, discount)
        return
    goods = rounded(row.amount * terms.goods_share)
    cell[CASH] += row.amount
    cell[REVENUE] += row.amount
    cell[GOODS] += goods
    if row.time < terms.horizon:
        account.value[V_CASH] += row.amount
        account.value[V_REVENUE] += row.amount
        account.paid = 1
    add_value(account, month, row.amount - goods, terms, discount)


@njit(error_model="numpy")
def move_stage(row, account, sums, month):
    """Net change of the stages; a stage is counted by the plan that the customer has at the time."""
    if account.stage >= 0 and account.stage < STAGES_COUNTED:
        sums[month, row.segment, account.plan_now, STAGE + account.stage] -= 1
    if row.stage < STAGES_COUNTED:
        sums[month, row.segment, row.plan, STAGE + row.stage] += 1
    account.stage = row.stage
    account.plan_now = row.plan


@njit(cache=True, nogil=True, error_model="numpy")
def fold(log, accounts, sums, cohort_started, cohort_ended, terms, discount, event_costs):
    """Add a piece of the log to the sums and to the customers' accounts."""
    t = terms[0]
    for n in range(len(log)):
        row = log[n]
        account = accounts[row.slot]
        event = row.event
        month = int(row.time / MONTH)
        if account.stage != row.stage or account.plan_now != row.plan:
            move_stage(row, account, sums, month)
        if COUNTED[event] >= 0:
            sums[month, row.segment, row.plan, COUNTED[event]] += 1
        if event_costs[event] > 0:
            sums[month, row.segment, row.plan, TOUCH_COST] += event_costs[event]
            if row.stage == INTRODUCTION:
                sums[month, row.segment, row.plan, TRIAL_COST] += event_costs[event]
            add_value(account, month, -event_costs[event], t, discount)
        if COUNTED[event] >= 0:
            continue
        settle_years(account, sums, row.time)
        if event == PAID:
            take_payment(row, account, sums, month, t, discount)
        elif event == CHARGE_FAILED and row.detail == 0:
            account.dunning = 1
            sums[month, row.segment, row.plan, CHARGES_FAILED] += 1
            sums[month, row.segment, row.plan, DUE] += 1
        elif event == LIFE_ENDED:
            end_account(row, account, sums, cohort_ended, month)
        elif event == SIGNED_UP or event == BECAME or event == CAME_BACK:
            begin_account(row, account, sums, cohort_started, month)
        elif event == OPENED:
            open_account(row, account, sums, t, discount)
        elif event == IS_ACTIVATED:
            sums[month, row.segment, row.plan, ACTIVATED] += 1
            if account.signed_up >= 0.0 and row.time - account.signed_up <= t.activation_window:
                sums[int(account.signed_up / MONTH), row.segment, 0, SIGNED_UP_ACTIVATED] += 1
        elif event == ORDERED or event == REFUNDED:
            settle_order(row, account, sums, month, t, discount)


@njit(cache=True, nogil=True, error_model="numpy")
def close(accounts, sums, terms):
    """Bring every account to the end of the horizon: anniversaries, and who is kept at month 12."""
    horizon = terms[0].horizon
    for slot in range(len(accounts)):
        account = accounts[slot]
        settle_years(account, sums, horizon)
        seen = account.converted >= 0.0 and account.converted + YEAR_MONTHS * MONTH <= horizon
        if not seen:
            account.kept = -1
        elif account.first_life == 1:
            account.kept = 1


def lifetime_values(accounts: np.recarray) -> tuple[int, int]:
    """Return the sum of LIFETIME and the number of customers whose first payment lies in the study's first year."""
    first_year = (accounts.converted >= 0.0) & (accounts.converted < YEAR_MONTHS * MONTH)
    return int(accounts.value[first_year, int(Value.LIFETIME)].sum()), int(first_year.sum())
