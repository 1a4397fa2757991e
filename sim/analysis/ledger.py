"""Events to money and counts: fold a piece of the log into whole-number sums, whatever the pieces.

Conventions: a month is 365.25 / 12 days from the study's start; a payment is cash when it is made and revenue in equal
parts over the months it pays for, beginning with its own; serving a customer costs as long as revenue runs; MRR is the
last bill over its months, kept while a failed charge is retried, and gone at the end of the paid period. A per-use
customer counts as paying from his first order until he counts as lost, and has no MRR.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import CELL, MEASURES, Measure
from sim.analysis.notes import ALERT_DAYS, note
from sim.analysis.postings import (
    give_back,
    give_back_term,
    pay_for_event,
    pay_for_prospect,
    recognise,
    take_order,
    take_payment,
    take_prorated,
)
from sim.analysis.recalls import add_worth, come_back, contact, end_return, leave
from sim.core.compiling import compiled, entry_point
from sim.core.events import COST_EVENTS, FINE, Event, Plan, Stage
from sim.core.units import MONTH
from sim.model.kernel import FRIEND_LINE

M = {measure.name: int(measure) for measure in Measure}
PROSPECTS, CONVERTED, SIGNED_UP_CONVERTED = M["PROSPECTS"], M["CONVERTED"], M["SIGNED_UP_CONVERTED"]
ENDED, RETURNED, ENDED_RETURNED = M["ENDED"], M["RETURNED"], M["ENDED_RETURNED"]
RECALLED, DUE, STAGE = M["RECALLED"], M["DUE"], M["STAGE"]
MRR_CHURN, MRR_OPENING, OPENING = M["MRR_CHURN"], M["MRR_OPENING"], M["OPENING"]
MRR_YEAR_AGO, MRR_YEAR_KEPT, MRR_YEAR_CAPPED = M["MRR_YEAR_AGO"], M["MRR_YEAR_KEPT"], M["MRR_YEAR_CAPPED"]
PROMPTED = M["PROMPTED"]
FRIENDS, FRIENDS_CONVERTED, ALERTED_ENDED = M["FRIENDS"], M["FRIENDS_CONVERTED"], M["ALERTED_ENDED"]
E = {event.name: int(event) for event in Event}
SIGNED_UP, USED, PAID, LIFE_ENDED = E["SIGNED_UP"], E["USED"], E["PAID"], E["ENDED"]
CAME_BACK, BECAME, OPENED, ORDERED = E["RETURNED"], E["CONVERTED"], E["OPENED"], E["ORDERED"]
REFUNDED, CONTACTED, WITHHELD = E["REFUNDED"], E["CONTACTED"], E["WITHHELD"]
PRORATED, ORDER_CANCELLED = E["PRORATED"], E["ORDER_CANCELLED"]
PER_USE = int(Plan.PER_USE)
STAGES_COUNTED = int(Stage.DORMANCY) + 1
YEAR_MONTHS = 12
COUNTED = np.full(len(Event), -1)
for _event, _measure in (
    (Event.LOST, Measure.LOST), (Event.REQUESTED, Measure.REQUESTED), (Event.UNDONE, Measure.UNDONE),
    (Event.USED, Measure.USES), (Event.FELL_ASLEEP, Measure.FELL_ASLEEP), (Event.WOKE, Measure.WOKE),
    (Event.GUIDED, Measure.GUIDED), (Event.TEAM_ASKED, Measure.TEAM_ASKED), (Event.SERVICE_BEGAN, Measure.SERVED),
    (Event.LEFT_QUEUE, Measure.LEFT_QUEUE), (Event.TOUCHED, Measure.TOUCHED), (Event.AWAKENED, Measure.AWAKENED),
    (Event.UNSUBSCRIBED, Measure.UNSUBSCRIBED), (Event.REWARDED, Measure.REWARDED),
    (Event.INTEGRATED, Measure.INTEGRATED), (Event.SWITCHED, Measure.SWITCHED),
    (Event.CONTACTED, Measure.CONTACTED), (Event.WITHHELD, Measure.WITHHELD), (Event.PROBLEM, Measure.PROBLEMS),
    (Event.USE_CASE, Measure.USE_CASES), (Event.SAVED, Measure.SAVED), (Event.PAUSED, Measure.PAUSED),
    (Event.UNPAUSED, Measure.UNPAUSED), (Event.REDEEMED, Measure.REDEEMED), (Event.REFERRED, Measure.REFERRED),
    (Event.ANSWERED, Measure.ANSWERED), (Event.ORDER_CANCELLED, Measure.ORDERS_CANCELLED),
    (Event.BENEFIT, Measure.BENEFITS), (Event.SEATS_ADDED, Measure.SEATS_ADDED),
):  # fmt: skip
    COUNTED[_event] = _measure
"""The measure that counts an event; -1: none, or something else decides."""
ALSO = (Event.FELL_ASLEEP, Event.CONTACTED, Event.WITHHELD, Event.PROBLEM, Event.PAUSED, Event.UNPAUSED,
        Event.ORDER_CANCELLED, Event.SEATS_ADDED)  # fmt: skip
MORE = np.array([COUNTED[event] < 0 or event in ALSO for event in Event])
"""Whether an event does more than be counted and cost something."""
PRICED = np.array([int(event in COST_EVENTS) for event in Event])
"""1 where an event's amount is a cost, in 1/FINE."""


def empty_sums(months: int, segments: int, term_months: int = YEAR_MONTHS) -> NDArray[np.int64]:
    """Return zeros [month, segment, plan, measure], with the longest term more than the months simulated."""
    return np.zeros((months + term_months, segments, len(Plan), MEASURES), np.int64)


def empty_cohorts(months: int, segments: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return zeros for first payments [cohort month, segment, plan] and ends [cohort month, segment, plan, tenure]."""
    started = np.zeros((months, segments, len(Plan)), np.int64)
    return started, np.zeros((months, segments, len(Plan), months + 1), np.int64)


@compiled
def settle_years(account, sums, time):
    """At every anniversary of the study passed by ``time``: what those who paid a year before pay now."""
    while (account.year + 1) * YEAR_MONTHS * MONTH <= time:
        account.year += 1
        if account.year_mrr > 0:
            cell = sums[account.year * YEAR_MONTHS - 1, account.segment, account.plan].counts
            cell[MRR_YEAR_AGO] += account.year_mrr
            cell[MRR_YEAR_KEPT] += account.mrr
            cell[MRR_YEAR_CAPPED] += min(account.mrr, account.year_mrr)
        account.year_mrr = account.mrr


@compiled(forceinline=True)
def end_account(row, account, sums, cohort_ended, month, terms):
    """The subscription is over, or a per-use customer counts as lost."""
    cell = sums[month, row.segment, row.plan].counts
    cell[ENDED + row.detail] += 1
    cell[DUE] += account.dunning == 0 and account.resting == 0 and row.plan != PER_USE
    cell[MRR_CHURN] += account.mrr
    cell[ALERTED_ENDED] += row.time - account.alerted < ALERT_DAYS
    account.alerted = -np.inf
    account.mrr = 0
    account.paying = 0
    account.dunning = 0
    account.resting = 0
    if row.time < terms.horizon:
        account.alive_end = 0
    if account.first_life == 1 and account.converted >= 0.0:
        tenure = int(math.ceil((row.time - account.converted) / MONTH - 1e-9))
        cohort_ended[int(account.converted / MONTH), row.segment, account.plan, tenure] += 1
        account.kept = 0 if tenure <= YEAR_MONTHS else 1
    account.first_life = 0
    leave(row, account)


@compiled(forceinline=True)
def begin_account(row, account, sums, cohort_started, month):
    """First contact, first payment, or a return."""
    cell = sums[month, row.segment, row.plan].counts
    if row.event == SIGNED_UP:
        account.signed_up = row.time
        account.signed_plan = row.plan
        account.id = row.customer
        account.segment = row.segment
        cell[PROSPECTS] += 1
        account.friend = row.detail == FRIEND_LINE
        cell[FRIENDS] += account.friend
    elif row.event == BECAME:
        account.converted = row.time
        account.plan = row.plan
        cell[CONVERTED] += 1
        cell[FRIENDS_CONVERTED] += account.friend
        sums[int(account.signed_up / MONTH), row.segment, account.signed_plan].counts[SIGNED_UP_CONVERTED] += 1
        cohort_started[month, row.segment, row.plan] += 1
    else:
        cell[RETURNED] += 1
        cell[RECALLED] += row.detail > 0
        if row.time - account.ended <= YEAR_MONTHS * MONTH and account.ended < np.inf:
            sums[int(account.ended / MONTH), row.segment, account.ended_plan].counts[ENDED_RETURNED] += 1


@compiled
def open_account(row, account, sums, terms, discount):
    """A customer already there on day 0, with what is left of his last bill."""
    months = max(1, terms.term_months[row.plan])
    account.segment = row.segment
    account.plan = row.plan
    account.paid = 1
    account.paying = 1
    account.alive_end = 1
    account.first_life = 0
    account.converted = -1.0
    account.signed_up = -1.0
    account.mrr = (row.amount + months // 2) // months
    account.year_mrr = account.mrr
    cell = sums[0, row.segment, row.plan].counts
    cell[OPENING] += 1
    cell[MRR_OPENING] += account.mrr
    account.dunning = 1 if row.detail > months else 0  # the last bill is over and the next one not yet paid
    if row.detail < months and row.plan != PER_USE:
        recognise(row, account, sums, 0, months, row.detail, row.seats, terms, discount)


@compiled(forceinline=True)
def move_stage(row, account, sums, month):
    """Net change of the stages; a stage is counted by the plan that the customer has at the time."""
    if account.stage >= 0 and account.stage < STAGES_COUNTED:
        sums[month, row.segment, account.plan_now].counts[STAGE + account.stage] -= 1
    if row.stage < STAGES_COUNTED:
        sums[month, row.segment, row.plan].counts[STAGE + row.stage] += 1
    account.stage = row.stage
    account.plan_now = row.plan


@compiled(forceinline=True)
def take_money(row, account, sums, recalls, month, terms, discount):
    """A bill, an order, a refund."""
    if row.event == PAID:
        take_payment(row, account, sums, month, terms, discount)
        add_worth(account, recalls, account.mrr)
    elif row.event == ORDERED:
        take_order(row, account, sums, month, terms, discount)
        add_worth(account, recalls, row.amount)
    elif row.event == PRORATED:
        take_prorated(row, account, sums, month, terms, discount)
    elif row.event == ORDER_CANCELLED:
        give_back(row, account, sums, month, 1.0, terms, discount)
    elif row.detail > 0:
        give_back_term(row, account, sums, month, terms, discount)
    else:
        give_back(row, account, sums, month, terms.resale, terms, discount)


@compiled(forceinline=True)
def begin_or_end(row, account, sums, cohort_started, cohort_ended, recalls, month, terms, discount):
    """First contact, first payment, an end, a return."""
    if row.event == LIFE_ENDED:
        end_return(account, sums, recalls, row.time, terms)
        end_account(row, account, sums, cohort_ended, month, terms)
        return
    begin_account(row, account, sums, cohort_started, month)
    if row.event == SIGNED_UP:
        pay_for_prospect(row, account, sums, month, terms, discount)
    if row.event == CAME_BACK:
        come_back(row, account, recalls, terms)
    if row.plan == PER_USE and row.event != SIGNED_UP:
        account.paying = 1
        if row.time < terms.horizon:
            account.alive_end = 1


def cells_of(sums: NDArray[np.int64]) -> np.recarray:
    """Return sums [month, segment, plan, measure] as records: to compiled code a row of an array is dearer."""
    return sums.view(CELL)[..., 0].view(np.recarray)


def episodes_of(recall: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return all cells of recall episodes in one row: [cell, figure]."""
    return recall.reshape((-1, recall.shape[-1]))


def fold(
    log: NDArray[Any], accounts: np.recarray, sums: NDArray[np.int64], cohort_started: NDArray[np.int64],
    cohort_ended: NDArray[np.int64], recall: NDArray[np.int64], terms: np.recarray, discount: NDArray[np.float64],
    event_costs: NDArray[np.int64],
) -> None:  # fmt: skip
    """Add a piece of the log to the sums and to the customers' accounts."""
    fold_rows(log, len(log), accounts, cells_of(sums), cohort_started, cohort_ended, episodes_of(recall), terms,
              discount, event_costs)  # fmt: skip


@entry_point
def fold_rows(log, count, accounts, sums, cohort_started, cohort_ended, recalls, terms, discount, event_costs):
    """Add the first so many rows of a log."""
    t = terms[0]
    for n in range(count):
        row = log[n]
        account = accounts[row.slot]
        event = row.event
        month = int(row.time / MONTH)
        if account.stage != row.stage or account.plan_now != row.plan:
            move_stage(row, account, sums, month)
        if COUNTED[event] >= 0:
            sums[month, row.segment, row.plan].counts[COUNTED[event]] += 1
            if event == USED and row.detail == 1:
                sums[month, row.segment, row.plan].counts[PROMPTED] += 1
        cost = FINE * event_costs[event] + PRICED[event] * row.amount
        if cost > 0:
            pay_for_event(row, account, sums, month, cost, t, discount)
        if not MORE[event]:
            continue
        if (account.year + 1) * YEAR_MONTHS * MONTH <= row.time:
            settle_years(account, sums, row.time)
        if event == PAID or event == ORDERED or event == REFUNDED or event == PRORATED or event == ORDER_CANCELLED:
            take_money(row, account, sums, recalls, month, t, discount)
        elif event == SIGNED_UP or event == BECAME or event == CAME_BACK or event == LIFE_ENDED:
            begin_or_end(row, account, sums, cohort_started, cohort_ended, recalls, month, t, discount)
        elif event == OPENED:
            open_account(row, account, sums, t, discount)
        elif event == CONTACTED or event == WITHHELD:
            contact(row, account, recalls, cost, t)
        else:
            note(row, account, sums, month, t)


def close(accounts: np.recarray, sums: NDArray[np.int64], recall: NDArray[np.int64], terms: np.recarray) -> None:
    """Bring every account to its end."""
    close_accounts(accounts, cells_of(sums), episodes_of(recall), terms)


@entry_point
def close_accounts(accounts, sums, recalls, terms):
    for slot in range(len(accounts)):
        close_account(accounts[slot], sums, recalls, terms[0])


@compiled(forceinline=True)
def close_account(account, sums, recalls, terms):
    """Bring an account to its end: anniversaries, who is kept at month 12, and a return that still goes on."""
    settle_years(account, sums, terms.horizon)
    end_return(account, sums, recalls, np.inf, terms)
    seen = account.converted >= 0.0 and account.converted + YEAR_MONTHS * MONTH <= terms.horizon
    if not seen:
        account.kept = -1
    elif account.first_life == 1:
        account.kept = 1
