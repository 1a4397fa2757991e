"""Several years prepaid: who takes them, how they are billed, what they cost, and how the ledger spreads a bill."""

import numpy as np
import pytest
from by_hand import annual, leaving, live, paying_at_once, prospects, quiet_kernel, z_of
from test_ledger import Book, by_month, only
from worlds import business, copy_levers, of, times, world

from sim.analysis.measures import Value
from sim.core.customer import new_customers
from sim.core.events import FINE, Event, Plan, Reason, Stage
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.levers import BY_NAME
from sim.scenario.lower import kernel_of

LEVER = BY_NAME["prepaid_years"]
NO_EFFECT = {"take_up": "0 %"}
STRONG = {"take_up": "100 %"}
OWN_EVENTS = ()
TERMS = (1, 12, 0, 24)
PREPAID = int(Plan.PREPAID)
YEARLY = 30_000


def prepaying(kernel=None, **settings):
    """Return a kernel with the lever, where everybody takes the annual plan, and of those all the years."""
    kernel = annual(paying_at_once(quiet_kernel(use={"peak": 0.0}))) if kernel is None else kernel
    usual = {"take_up": "100 %", "price_take": 0, "fit_take": 0, "discount": "10 %", "years": 2}
    other = world({"prepaid_years": {**usual, **settings}}).kernel
    copy_levers(kernel, other)
    for name in ("term_months", "price"):
        kernel[name][0, PREPAID] = other[name][0, PREPAID]
    kernel["leave"][0, :, PREPAID] = kernel["leave"][0, :, Plan.ANNUAL]
    return kernel


def chance(settings=None, **customer):
    record, one = prepaying(**(settings or {}))["levers"]["prepaid_years"], new_customers(1)
    for name, given in ({"fit": 0.5, "price_sensitivity": 1.0} | customer).items():
        one[name] = given
    return float(LEVER.hooks[Hook.LONG_TERM_PROBABILITY](0.0, one[0], record[0]))


# --- who takes it ---------------------------------------------------------------------------------------------------


def test_take_up_is_selected_by_price_sensitivity_and_fit_and_moves_with_the_discount():
    settings = {"take_up": "20 %", "price_take": 0.5, "fit_take": 0.2}

    assert chance(settings) == pytest.approx(0.2)
    assert chance(settings, price_sensitivity=2.0) == pytest.approx(0.3)
    assert chance(settings, price_sensitivity=0.0, fit=1.0) == pytest.approx(0.2 * 0.5 * 1.2)
    assert chance(settings | {"discount": "5 %"}) == pytest.approx(0.1)
    assert chance(settings | {"discount": "0 %"}) == 0.0
    assert chance({"take_up": "100 %", "discount": "100 %"}) == 1.0


def test_some_of_those_who_would_pay_by_the_year_prepay_and_nobody_else_does():
    """20 % of the annual half; who pays by the month is who did without the lever; |z| below 4."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}))
    kernel["annual"], kernel["fit_annual"] = 0.5, 0.0
    sensitivity = np.tile([0.2, 1.8], 2000)
    customers = prospects(4000, price_sensitivity=sensitivity)
    plain, _ = live(customers, kernel, 1.0)
    log, _ = live(customers, prepaying(kernel, take_up="20 %", price_take=1), 1.0)
    plans = [one["plan"][one["event"] == Event.CONVERTED] for one in (plain, log)]
    who = log["customer"][log["event"] == Event.CONVERTED] - 1
    yearly = plans[1] != Plan.MONTHLY

    assert ((plans[0] == Plan.MONTHLY) == (plans[1] == Plan.MONTHLY)).all()
    for sensitive, expected in ((0.2, 0.04), (1.8, 0.36)):
        these = yearly & (sensitivity[who] == sensitive)
        assert abs(z_of((plans[1][these] == PREPAID).sum(), these.sum(), expected)) < 4


# --- bills ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("years", [2, 3])
def test_a_bill_comes_every_so_many_years_for_that_many_annual_prices_less_the_discount(years):
    log, _ = live(prospects(20, seats=3), prepaying(years=years), 12.5 * years * 2 * MONTH)
    for customer in range(1, 21):
        paid = of(log, customer)
        paid = paid[paid["event"] == Event.PAID]
        assert set(paid["plan"]) == {PREPAID}
        assert set(paid["amount"]) == {round(0.9 * 3 * years * YEARLY)}
        assert np.diff(paid["time"]) == pytest.approx([12 * years * MONTH] * 2)


def test_the_plan_has_no_factor_on_leaving_of_its_own():
    """Inside the first year everybody wants to leave, and is trapped, just when he would be on the annual plan."""
    plain = leaving(annual(paying_at_once(quiet_kernel())), 0.003, Reason.HARD, Reason.SOFT)
    log, expected = (live(prospects(500), kernel, 11.9 * MONTH)[0] for kernel in (
        prepaying(plain.copy().view(np.recarray)), plain))  # fmt: skip
    for event in (Event.INTENDED, Event.REQUESTED, Event.TRAPPED, Event.USED):
        assert len(times(expected, event)) > 200
        assert times(log, event).tolist() == times(expected, event).tolist()


def test_who_wants_to_leave_is_trapped_until_all_years_are_over():
    kernel = leaving(prepaying(), 1e3, Reason.HARD)
    log, _ = live(prospects(20), kernel, 25 * MONTH)
    for customer in range(1, 21):
        own = of(log, customer)

        assert len(times(own, Event.TRAPPED)) == 23
        assert times(own, Event.ENDED) == pytest.approx(times(own, Event.PAID) + 24 * MONTH)


def test_the_benefit_costs_every_month_of_who_prepaid_and_nothing_else():
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}))
    kernel["annual"] = 0.5
    log, customers = live(prospects(100), prepaying(kernel, take_up="60 %", benefit="3 USD"), 6.5 * MONTH)
    given = log[log["event"] == Event.BENEFIT]

    assert set(given["amount"]) == {300 * FINE}
    assert set(given["customer"]) == set(customers.id[customers.plan == PREPAID])
    assert len(given) == 6 * (customers.plan == PREPAID).sum()


def test_a_file_says_for_how_many_years():
    kernel = kernel_of(business({"prepaid_years": {"years": 4}}), seed=1)

    assert kernel["term_months"][0, PREPAID] == 48
    assert kernel["price"][0, PREPAID] == 4 * YEARLY
    assert business({"prompts": {"eligible": {"plans": ["prepaid"]}}}).levers.prompts.eligible.plans == ("prepaid",)


# --- the ledger -----------------------------------------------------------------------------------------------------


def test_a_bill_for_two_years_is_cash_now_and_revenue_over_24_months_remainder_first():
    """600.07 in month 3: 25.00 in each of 24 months, 7 cents more in the first; 25.00 of MRR; inside 18 months 15."""
    book = Book(PREPAID).subscribed(3.2, 60_007)
    sums, _, _, account = book.tally(serve_seat_month=100.0, term_months=TERMS)
    expected = np.zeros(Book.months + 12, np.int64)
    expected[3:27] = 2500
    expected[3] += 7

    assert only(m3=60_007) == by_month(sums, "CASH").tolist()
    assert expected.tolist() == by_month(sums, "REVENUE").tolist()
    assert (100 * (expected > 0)).tolist() == by_month(sums, "SERVICE_COST").tolist()
    assert only(m3=2500) == by_month(sums, "MRR_NEW").tolist()
    assert account.value[Value.REVENUE] == 15 * 2500 + 7


def test_its_mrr_goes_when_all_years_are_over():
    """Paid in month 0 of a book that began before the study, over in month 20."""
    book = Book(PREPAID).at(0, Event.OPENED, Stage.GROWTH, amount=48_000, detail=4)
    book.at(20.5, Event.ENDED, Stage.CHURNED, detail=Reason.HARD)
    sums, *_ = book.tally(term_months=TERMS)
    expected = np.zeros(Book.months + 12, np.int64)
    expected[:20] = 2000

    assert expected.tolist() == by_month(sums, "REVENUE").tolist()
    assert only(m0=2000) == by_month(sums, "MRR_OPENING").tolist()
    assert only(m20=2000) == by_month(sums, "MRR_CHURN").tolist()
