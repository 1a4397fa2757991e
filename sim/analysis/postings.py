"""Money on the sums and on the customer's account: bills, orders, refunds, and what levers pay for events."""

import math

import numpy as np

from sim.analysis.measures import Measure, Value
from sim.core.compiling import compiled, compiled_once
from sim.core.events import FINE, Event, Stage
from sim.core.units import MONTH

CASH, REVENUE, SERVICE_COST = int(Measure.CASH), int(Measure.REVENUE), int(Measure.SERVICE_COST)
FEES, GOODS, REFUNDS = int(Measure.FEES), int(Measure.GOODS), int(Measure.REFUNDS)
TOUCH_COST, TRIAL_COST = int(Measure.TOUCH_COST), int(Measure.TRIAL_COST)
REWARD_COST, CONTACT_COST = int(Measure.REWARD_COST), int(Measure.CONTACT_COST)
DUE, RENEWED, RECOVERED = int(Measure.DUE), int(Measure.RENEWED), int(Measure.RECOVERED)
MRR_NEW, MRR_REACTIVATION = int(Measure.MRR_NEW), int(Measure.MRR_REACTIVATION)
MRR_EXPANSION, MRR_CONTRACTION = int(Measure.MRR_EXPANSION), int(Measure.MRR_CONTRACTION)
ORDERS, REPEATED = int(Measure.ORDERS), int(Measure.REPEATED)
ORDERED_IN_YEAR_1, ORDERED_IN_YEAR_2 = int(Measure.ORDERED_IN_YEAR_1), int(Measure.ORDERED_IN_YEAR_2)
REVENUE_IN_YEAR_1 = int(Measure.REVENUE_IN_YEAR_1)
V_CASH, V_REVENUE, V_CONTRIBUTION = int(Value.CASH), int(Value.REVENUE), int(Value.CONTRIBUTION)
V_NPV, V_RESIDUAL, V_LIFETIME = int(Value.NPV), int(Value.RESIDUAL), int(Value.LIFETIME)
REWARDED, CONTACTED = int(Event.REWARDED), int(Event.CONTACTED)
INTRODUCTION = int(Stage.INTRODUCTION)
ACQUISITION = int(Measure.ACQUISITION)
YEAR_MONTHS = 12
YEAR = YEAR_MONTHS * MONTH


@compiled(forceinline=True)
def rounded(amount):
    return int(math.floor(amount + 0.5))


@compiled(forceinline=True)
def add_value(account, month, fine, terms, discount):
    """Put a contribution of one month, in 1/FINE, on the customer's account."""
    account.total += fine
    if month * MONTH < terms.horizon - 1.0:
        account.value[V_CONTRIBUTION] += fine
        account.value[V_NPV] += rounded(fine * discount[month])
    else:
        account.value[V_RESIDUAL] += rounded(fine * discount[month])
    if account.converted >= 0.0 and account.converted < np.inf:
        first = int(account.converted / MONTH)
        account.value[V_LIFETIME] += rounded(fine * (terms.from_conversion * discount[max(0, month - first)]))


@compiled(forceinline=True)
def pay_for_event(row, account, sums, month, fine, terms, discount):
    """What levers pay for an event, in 1/FINE: for all of them, and for some kinds apart."""
    cell = sums[month, row.segment, row.plan].counts
    cell[TOUCH_COST] += fine
    if row.stage == INTRODUCTION:
        cell[TRIAL_COST] += fine
    if row.event == REWARDED:
        cell[REWARD_COST] += fine
    elif row.event == CONTACTED:
        cell[CONTACT_COST] += fine
    add_value(account, month, -fine, terms, discount)


@compiled(forceinline=True)
def pay_for_prospect(row, account, sums, month, terms, discount):
    """What winning a prospect costs, in 1/FINE."""
    sums[month, row.segment, row.plan].counts[ACQUISITION] += row.amount
    add_value(account, month, -row.amount, terms, discount)


@compiled(forceinline=True)
def card_fee(row, terms):
    """What the processor keeps of a bill or an order."""
    if row.card == 0 or row.amount <= 0:
        return 0
    return rounded(row.amount * terms.charge_share) + terms.charge_fixed


@compiled(forceinline=True)
def recognise_month(account, cell, month, revenue, serve, terms, discount):
    """One month's revenue, and the cost of serving."""
    cell[REVENUE] += revenue
    cell[SERVICE_COST] += serve
    if month * MONTH < terms.horizon - 1.0:
        account.value[V_REVENUE] += revenue
    add_value(account, month, (revenue - serve) * FINE, terms, discount)


@compiled_once
def recognise(row, account, sums, month, months, past, seats, terms, discount):
    """Spread a bill's revenue and the cost of serving over its months; ``past`` of them lie before ``month``."""
    part, serve = row.amount // months, rounded(terms.serve_seat_month * seats)
    account.month_revenue += part
    account.month_service += serve
    for ahead in range(months - past):
        revenue = part
        if ahead + past == 0:
            revenue += row.amount - months * part
        cell = sums[month + ahead, row.segment, row.plan].counts
        recognise_month(account, cell, month + ahead, revenue, serve, terms, discount)


@compiled(forceinline=True)
def collect(row, account, cell, month, terms, discount):
    """Money of a bill comes in, less the fee."""
    fee = card_fee(row, terms)
    cell[CASH] += row.amount
    cell[FEES] += fee
    if row.time < terms.horizon:
        account.value[V_CASH] += row.amount
    if fee != 0:
        add_value(account, month, -fee * FINE, terms, discount)


@compiled
def take_prorated(row, account, sums, month, terms, discount):
    """An added seat is paid for the rest of the term, in equal parts over its months."""
    collect(row, account, sums[month, row.segment, row.plan].counts, month, terms, discount)
    recognise(row, account, sums, month, max(1, row.detail), 0, 1, terms, discount)


@compiled
def give_back_term(row, account, sums, month, terms, discount):
    """A term ends early: part of the money for its whole months to come goes back, and they are no longer served.

    Their revenue, added seats included, is taken back; what of it is kept is earned now.
    """
    unused, part, serve = int(row.detail), account.month_revenue, account.month_service
    cell = sums[month, row.segment, row.plan].counts
    cell[CASH] -= row.amount
    cell[REVENUE] += unused * part - row.amount
    account.value[V_CASH] -= row.amount if row.time < terms.horizon else 0
    account.value[V_REVENUE] += unused * part - row.amount if row.time < terms.horizon else 0
    add_value(account, month, (unused * part - row.amount) * FINE, terms, discount)
    for ahead in range(1, unused + 1):
        later = sums[month + ahead, row.segment, row.plan].counts
        later[REVENUE] -= part
        later[SERVICE_COST] -= serve
        if (month + ahead) * MONTH < terms.horizon - 1.0:
            account.value[V_REVENUE] -= part
        add_value(account, month + ahead, (serve - part) * FINE, terms, discount)


@compiled(forceinline=True)
def take_payment(row, account, sums, month, terms, discount):
    """A bill is paid: cash, fee, revenue, and what MRR becomes."""
    months = terms.term_months[row.plan]
    cell = sums[month, row.segment, row.plan].counts
    collect(row, account, cell, month, terms, discount)
    if row.time < terms.horizon:
        account.paid = 1
        account.alive_end = 1
    if months == 1:  # most bills; spreading and dividing are dear
        account.month_revenue = mrr = row.amount
        account.month_service = rounded(terms.serve_seat_month * row.seats)
        recognise_month(account, cell, month, mrr, account.month_service, terms, discount)
    else:
        account.month_revenue = 0
        account.month_service = 0
        recognise(row, account, sums, month, months, 0, row.seats, terms, discount)
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


@compiled
def take_order(row, account, sums, month, terms, discount):
    """An order: paid and earned at once; goods cost a share of it."""
    goods, fee = rounded(row.amount * terms.goods_share), card_fee(row, terms)
    cell = sums[month, row.segment, row.plan].counts
    account.ordered = row.amount
    cell[ORDERS] += 1
    cell[CASH] += row.amount
    cell[REVENUE] += row.amount
    cell[GOODS] += goods
    cell[FEES] += fee
    if row.time < terms.horizon:
        account.value[V_CASH] += row.amount
        account.value[V_REVENUE] += row.amount
        account.paid = 1
    add_value(account, month, (row.amount - goods - fee) * FINE, terms, discount)
    if account.converted >= 0.0 and account.converted < np.inf:
        count_order(row, account, sums[int(account.converted / MONTH), row.segment, account.plan].counts)


@compiled
def count_order(row, account, born):
    """An order of a customer won in the study, in the sums of the month in which he was won."""
    account.orders += 1
    age = row.time - account.converted
    if age < YEAR:
        born[ORDERED_IN_YEAR_1] += 1
        born[REVENUE_IN_YEAR_1] += row.amount
        born[REPEATED] += account.orders == 2 and account.first_life == 1
    elif age < 2.0 * YEAR and account.year_2 == 0:
        born[ORDERED_IN_YEAR_2] += 1
        account.year_2 = 1


@compiled
def give_back(row, account, sums, month, resale, terms, discount):
    """An order is cancelled or sent back: the money goes, of the goods' cost a share comes back, the fee does not.

    Of an order cancelled before it is sent no goods are spent, also where part of its money is kept.
    """
    goods = rounded(rounded(account.ordered * terms.goods_share) * resale)
    cell = sums[month, row.segment, row.plan].counts
    cell[CASH] -= row.amount
    cell[REFUNDS] += row.amount
    cell[GOODS] -= goods
    account.value[V_CASH] -= row.amount if row.time < terms.horizon else 0
    add_value(account, month, (goods - row.amount) * FINE, terms, discount)
