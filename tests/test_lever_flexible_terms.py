"""Flexible terms, on hand-made customers: who gets out of a term, what an order cancelled keeps, and the ledger."""

import numpy as np
import pytest
from by_hand import annual, leaving, live, paying_at_once, prospects, quiet_kernel, z_of
from test_ledger import Book, by_month, only
from worlds import copy_levers, log_of, of, shop, times, world, world_of

from sim.analysis.measures import Value
from sim.core.customer import new_customers
from sim.core.events import FINE, Event, Plan, Reason, Stage
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.levers import BY_NAME

LEVER = BY_NAME["flexible_terms"]
NO_EFFECT = {"fee": "100 %", "trust": 0, "orders": 0}
STRONG = {"fee": "0 %", "trust": 1, "orders": 0.5}
OWN_EVENTS = ()
TERMS = (1, 12, 0, 24)
YEARLY = 30_000
HARD, EXPERIENCE = int(Reason.HARD), int(Reason.EXPERIENCE)


def flexible(kernel=None, **settings):
    """Return a kernel with the lever, of which only the fee does anything unless it is written."""
    kernel = annual(paying_at_once(quiet_kernel(use={"peak": 0.0}))) if kernel is None else kernel
    copy_levers(kernel, world({"flexible_terms": {"trust": 0, "orders": 0, **settings}}).kernel)
    return kernel


def rule(hook, value, *, settings=None, **customer):
    record, one = flexible(**(settings or {}))["levers"]["flexible_terms"], new_customers(1)
    for name, given in customer.items():
        one[name] = given
    return float(LEVER.hooks[hook](value, one[0], record[0]))


# --- terms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fee", [0.0, 0.1, 0.6])
def test_who_asks_inside_a_term_goes_at_once_with_the_unused_months_less_the_fee(fee):
    """Whole months after the one that has begun; nobody is trapped any more."""
    log, _ = live(prospects(100, seats=2), leaving(flexible(fee=fee), 0.01, HARD), 11.5 * MONTH)
    ended = 0
    for customer in range(1, 101):
        own = of(log, customer)
        if not (own["event"] == Event.ENDED).any():
            continue
        ended += 1
        (end,), (paid,) = times(own, Event.ENDED), own[own["event"] == Event.PAID]["amount"]
        unused = int(np.floor(times(own, Event.PAID)[0] / MONTH + 12)) - int(np.floor(end / MONTH)) - 1
        back = own[own["event"] == Event.REFUNDED]
        assert end == times(own, Event.REQUESTED)[0]
        assert list(back["detail"]) == ([unused] if unused > 0 else [])
        assert list(back["amount"]) == [int(paid * unused / 12 * (1.0 - fee) + 0.5)] * (unused > 0)

    assert ended > 60
    assert not (log["event"] == Event.TRAPPED).any()


def test_a_term_that_can_be_left_gives_no_time_to_impress():
    """Not a factor on leaving: intents are as frequent, but who would have dropped his own inside the year is gone."""
    kernel = annual(paying_at_once(quiet_kernel(use={"peak": 0.0}, leaving={"resume": 0.02})))
    kernel = leaving(kernel, 0.002, HARD)
    plain, _ = live(prospects(2000), kernel, 12.5 * MONTH)
    log, _ = live(prospects(2000), flexible(kernel, fee="10 %"), 12.5 * MONTH)
    first = [np.unique(one["customer"][one["event"] == Event.INTENDED]) for one in (plain, log)]
    gone = [np.unique(one["customer"][one["event"] == Event.ENDED]) for one in (plain, log)]

    assert first[0].tolist() == first[1].tolist()
    assert (plain["event"] == Event.UNDONE).sum() > 300
    assert len(gone[1]) > 1.3 * len(gone[0])


def test_monthly_customers_have_no_term_to_leave():
    kernel = leaving(paying_at_once(quiet_kernel(use={"peak": 0.0})), 0.01, HARD)
    plain, _ = live(prospects(200), kernel, 4 * MONTH)
    log, _ = live(prospects(200), flexible(kernel, fee="0 %"), 4 * MONTH)

    assert not (log["event"] == Event.REFUNDED).any()
    assert times(log, Event.ENDED).tolist() == times(plain, Event.ENDED).tolist()


# --- orders ---------------------------------------------------------------------------------------------------------


def test_of_orders_a_small_fee_is_kept_until_the_cut_off_and_all_after_it():
    settings = {"fee": "10 %", "late": "25 %"}

    assert rule(Hook.ORDER_FEE, 1.0, settings=settings) == pytest.approx(0.25 + 0.75 * 0.1)
    assert rule(Hook.ORDER_FEE, 0.05, settings=settings) == 0.05
    assert rule(Hook.ORDER_CANCEL, 0.2, settings={"cancels": 0.9}) == pytest.approx(0.18)


def shop_log(levers, fee="100 %"):
    """Return what happens in a shop in which a fifth of the orders is cancelled."""
    return log_of(world_of(shop(levers, orders={"cancels": "20 %", "cancel_fee": fee}), customers=1500))


def test_complaints_fall_with_the_fee():
    """Who loses the whole price complains every time; with a tenth before the cut-off, about a tenth of that."""
    quiet = {"orders": 0, "trust": 0, "late": "0 %"}
    logs = [shop_log(levers) for levers in ({}, {"flexible_terms": quiet})]
    shares = []
    for log in logs:
        cancelled = log[log["event"] == Event.ORDER_CANCELLED]
        unhappy = log[(log["event"] == Event.PROBLEM) & (log["detail"] == 0)]
        complaints = {(row["customer"], row["time"]) for row in unhappy}
        shares.append((sum((row["customer"], row["time"]) in complaints for row in cancelled), len(cancelled)))

    assert min(tries for _, tries in shares) > 200
    assert shares[0][0] == shares[0][1]
    assert abs(z_of(*shares[1], 0.1)) < 4


def test_the_fee_is_what_is_not_given_back():
    quiet = {"orders": 0, "trust": 0, "late": "0 %", "fee": "30 %"}
    log = shop_log({"flexible_terms": quiet})
    for place in np.flatnonzero(log["event"] == Event.ORDER_CANCELLED):
        row = log[place]
        same = log[(log["customer"] == row["customer"]) & (log["time"] == row["time"])]
        ordered = same["amount"][same["event"] == Event.ORDERED]
        assert list(ordered - row["amount"]) == pytest.approx(list(0.3 * ordered), abs=1)


# --- trust ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fee, expected", [("0 %", 1.2), ("10 %", 1.18), ("100 %", 1.0)])
def test_trust_comes_with_what_is_given_up(fee, expected):
    """Who keeps everything anyway wins nobody's trust; only shops' customers order more."""
    settings = {"fee": fee, "trust": 0.2, "orders": 0.2}

    assert rule(Hook.CONVERT_RATE, 1.0, settings=settings) == pytest.approx(expected)
    assert rule(Hook.USE_RATE, 1.0, settings=settings, plan=Plan.PER_USE) == pytest.approx(expected)
    assert rule(Hook.USE_RATE, 1.0, settings=settings, plan=Plan.ANNUAL) == 1.0


def test_what_is_paid_back_is_the_rest():
    assert rule(Hook.EXIT_REFUND, -1.0, settings={"fee": "10 %"}) == pytest.approx(0.9)
    assert rule(Hook.EXIT_REFUND, -1.0, settings={"fee": "100 %"}) == -1.0
    assert rule(Hook.EXIT_REFUND, 0.95, settings={"fee": "10 %"}) == 0.95


# --- the ledger -----------------------------------------------------------------------------------------------------


def left_inside_a_year():
    """Return a book of a year paid in month 2, left in month 6 with seven months not used, a tenth of them kept."""
    book = Book(Plan.ANNUAL).subscribed(2.3, 120_000)
    book.at(6.9, Event.REFUNDED, Stage.GROWTH, amount=63_000, detail=7)
    return book.at(6.9, Event.ENDED, Stage.CHURNED, detail=HARD)


def test_a_refund_inside_a_year_takes_back_cash_and_the_revenue_of_later_months():
    """1200.00 paid in month 2, 100.00 earned in each of months 2 to 6; of 700.00 unused 70.00 are kept, earned now."""
    sums, _, _, account = left_inside_a_year().tally(term_months=TERMS)
    revenue = np.zeros(Book.months + 12, np.int64)
    revenue[2:7] = 10_000
    revenue[6] += 7000

    assert only(m2=120_000, m6=-63_000) == by_month(sums, "CASH").tolist()
    assert revenue.tolist() == by_month(sums, "REVENUE").tolist()
    assert account.value[Value.CASH] == account.value[Value.REVENUE] == 57_000
    assert account.value[Value.CONTRIBUTION] == 57_000 * FINE


def test_it_takes_the_mrr_away_at_once():
    sums, *_ = left_inside_a_year().tally(term_months=TERMS)

    assert only(m2=10_000) == by_month(sums, "MRR_NEW").tolist()
    assert only(m6=10_000) == by_month(sums, "MRR_CHURN").tolist()


def test_who_has_left_is_not_served_any_more():
    """Two seats at 5.00: five months of them instead of twelve."""
    book = Book(Plan.ANNUAL, seats=2).subscribed(2.3, 120_000)
    book.at(6.9, Event.REFUNDED, Stage.GROWTH, amount=63_000, detail=7)
    sums, *_ = book.tally(term_months=TERMS, serve_seat_month=500.0)
    expected = np.zeros(Book.months + 12, np.int64)
    expected[2:7] = 1000

    assert expected.tolist() == by_month(sums, "SERVICE_COST").tolist()


def test_a_refund_across_the_horizon_is_inside_it_only_with_what_was():
    """Paid in month 10 for months 10 to 21, left in month 12: of what was to come only that up to month 18 counts."""
    book = Book(Plan.ANNUAL).subscribed(10.3, 120_000)
    book.at(12.9, Event.REFUNDED, Stage.GROWTH, amount=90_000, detail=9)
    _, _, _, account = book.tally(term_months=TERMS)

    assert account.value[Value.CASH] == 30_000
    assert account.value[Value.REVENUE] == 30_000
    assert account.value[Value.CONTRIBUTION] == 30_000 * FINE
    assert account.value[Value.RESIDUAL] == 0


def test_leaving_for_experience_is_refunded_like_any_other():
    log, _ = live(prospects(50), leaving(flexible(fee="10 %"), 0.02, EXPERIENCE), 6 * MONTH)

    assert (log["event"] == Event.REFUNDED).sum() > 20
