"""MRR churn, quick ratio, ARPU, lifetime value and payback, beside the examples of those who define them."""

import math

import numpy as np
import pytest
from hand_logs import back, left, there, told, won

from sim.analysis.churn_rates import churn
from sim.analysis.measures import MEASURES, Measure
from sim.analysis.revenue_rates import (
    arpu,
    first_orders,
    gross_mrr_churn,
    mrr_rates,
    net_mrr_churn,
    net_mrr_churn_of_day,
    quick_ratio,
)
from sim.analysis.touchpoints import churned
from sim.analysis.unit_economics import (
    customer_years,
    ltv_chartmogul,
    ltv_profitwell,
    ltv_skok,
    payback,
    payback_survival,
    retention_cost,
)
from sim.core.events import Event, Plan, Reason, Stage

MONTH_LONG = np.array([[0.0, 30.0]])
TWO_MONTHS = np.array([[0.0, 30.0], [30.0, 60.0]])


def bill(time, amount, attempt=0):
    return (time, Event.PAID, attempt, amount)


def figures(history, windows=MONTH_LONG, **options):
    """Return the first window's figures."""
    return {name: float(column[0]) for name, column in mrr_rates(history, windows, **options).items()}


# --- formulas --------------------------------------------------------------------------------------------------------


def test_the_examples_of_chartmogul():
    """100 at the start, 10 churn, 10 contraction, 10 expansion: 20 % gross, 10 % net; and a day from 100 to 120."""
    assert pytest.approx(0.20) == gross_mrr_churn(100.0, 10.0, 10.0)
    assert pytest.approx(0.10) == net_mrr_churn(100.0, 10.0, 10.0, 10.0, 0.0)
    assert pytest.approx(-0.10) == net_mrr_churn_of_day(100.0, 120.0, 10.0)
    assert pytest.approx(0.05) == gross_mrr_churn(100.0, 5.0, 0.0)


def test_the_quick_ratio_with_and_without_reactivation():
    assert 4.0 == quick_ratio(60.0, 20.0, 0.0, 15.0, 5.0)
    assert 5.0 == quick_ratio(60.0, 20.0, 20.0, 15.0, 5.0)
    assert math.isnan(quick_ratio(60.0, 20.0, 20.0, 0.0, 0.0))


# --- on logs ---------------------------------------------------------------------------------------------------------


def example():
    """Return the example as a log: 100 a month; one of 10 leaves, one pays 10 less, one 10 more."""
    return told(there(10) + left(9.0), there(30) + [bill(8.0, 20)], there(60) + [bill(12.0, 70)])


def test_the_example_told_as_a_log():
    found = figures(example())

    assert (100.0, 0.0, 10.0, 0.0, 10.0, 10.0, 90.0) == tuple(
        found[name] for name in ("start", "new", "expansion", "reactivation", "contraction", "churn", "end")
    )
    assert pytest.approx((0.2, 0.1, 0.5)) == (found["gross_churn"], found["net_churn"], found["quick_ratio"])


def test_the_shopify_formula_adds_up_days():
    """One day from 100 to 120, of which 10 is new; the day after 30 of 120 goes."""
    this = told(there(70), there(30) + [bill(2.5, 40)] + left(3.5), won(2.1, 10), until=30.0)
    found = figures(this, formula="shopify")

    assert pytest.approx(-0.10 + 40 / 120) == found["net_churn"]
    assert pytest.approx(40 / 120) == found["gross_churn"]
    assert (100.0, 80.0) == (found["start"], found["end"])


def test_a_year_counts_by_the_month_and_half_cents_go_up():
    """2,000.00 a year is 166.67 a month (ChartMogul)."""
    this = told(there(200_000), plans={0: Plan.ANNUAL})

    assert 16_667.0 == figures(this)["start"]


def test_a_change_of_plan_is_contraction():
    this = told(there(3000) + [(4.0, Event.SWITCHED, Plan.ANNUAL), bill(4.0, 30_000)])

    assert 500.0 == figures(this)["contraction"]


def test_reactivation_has_no_limit_or_ninety_days():
    """Back after 100 days: reactivation (ProfitWell), new business (Maxio)."""
    this = told(there(500) + left(5.0) + back(105.0, 500), until=120.0)
    windows = np.array([[90.0, 120.0]])

    assert (0.0, 500.0) == tuple(figures(this, windows)[name] for name in ("new", "reactivation"))
    assert (500.0, 0.0) == tuple(figures(this, windows, again_within=90.0)[name] for name in ("new", "reactivation"))


def test_lives_that_begin_and_end_in_the_same_month_count_or_are_ignored():
    this = told(there(900), won(3.0, 100) + left(20.0))

    assert (100.0, 100.0) == tuple(figures(this)[name] for name in ("new", "churn"))
    assert (0.0, 0.0) == tuple(figures(this, same_window=False)[name] for name in ("new", "churn"))


@pytest.mark.parametrize("recognition, months", [
    ("request", [70.0, 30.0]), ("period_end", [30.0, 70.0]), ("after_dunning", [0.0, 100.0]),
])  # fmt: skip
def test_mrr_is_gone_at_the_request_at_the_periods_end_or_after_the_retries(recognition, months):
    """70 asks on day 10 to leave on day 40; of 30 the charge fails on day 28 and is given up on day 38."""
    asks = [(10.0, Event.REQUESTED, 1), (40.0, Event.ENDED, 1)]
    fails = [(28.0, Event.CHARGE_FAILED, 0), (38.0, Event.ENDED, Reason.PAYMENT)]
    this = told(there(70) + asks, there(30) + fails, there(900), until=60.0)

    assert months == mrr_rates(this, TWO_MONTHS, recognition=recognition)["churn"].tolist()


def test_mrr_churn_is_cut_by_reason_on_one_base():
    this = told(there(10) + left(4.0, Reason.SOFT), there(20) + left(5.0, Reason.HARD), there(70))
    table = mrr_rates(this, MONTH_LONG, by="reason")

    assert [Reason.SOFT, Reason.HARD] == table["reason"].tolist()
    assert pytest.approx([0.1, 0.2]) == table["gross_churn"]


def test_arpu_is_of_all_who_pay_or_of_those_who_use_and_by_stage_it_is_dormant_arpu():
    """Of 300 and 100 the second sleeps and uses nothing."""
    asleep = [(5.0, Event.FELL_ASLEEP, 1)]
    this = told(there(300) + [(35.0, Event.USED)], there(100) + asleep, until=60.0)
    month = TWO_MONTHS[1:]

    assert [200.0] == arpu(this, month)["share"].tolist()
    assert [300.0] == arpu(this, month, "active")["share"].tolist()
    table = arpu(this, month, by="stage")
    assert {Stage.GROWTH: 300.0, Stage.DORMANCY: 100.0} == dict(zip(table["stage"], table["share"], strict=True))


def test_arpu_of_a_shop_is_what_its_customers_order_for():
    orders = [(3.0, Event.ORDERED, 0, 500), (9.0, Event.ORDERED, 0, 700)]
    this = told(there(0) + orders, there(0), plans={0: Plan.PER_USE, 1: Plan.PER_USE})

    assert [600.0] == arpu(this, MONTH_LONG)["share"].tolist()


def test_the_first_order_is_what_follows_the_conversion():
    """Bills of 100 and 300; later bills do not count."""
    this = told(won(3.0, 100) + [bill(29.0, 900)], won(4.0, 300), there(5000))

    assert [200.0] == first_orders(this)["share"].tolist()


def test_who_leaves_is_told_by_activity_tier_and_stage():
    """Of three one, of the highest tier, leaves asleep after two uses, one of them in the last 30 days."""
    story = [(1.0, Event.USED), (20.0, Event.USED), (38.0, Event.FELL_ASLEEP), (40.0, Event.ENDED, Reason.HARD)]
    this = told(there(900) + story, there(100), there(500), until=60.0)
    table = {name: column.tolist() for name, column in churned(this, by=("tier", "stage")).items()}

    assert {"at": [0], "tier": [2], "stage": [Stage.DORMANCY], "ends": [1.0], "uses": [1.0], "dormant": [1.0],
            "tenure": [40.0], "mrr": [900.0], "share": [1.0]} == table  # fmt: skip


# --- lifetime value and payback --------------------------------------------------------------------------------------


def test_three_formulas_for_lifetime_value():
    """100 at 5 % a month: 2,000 (ChartMogul); at a margin of 80 %, 1,600 (Skok); nobody leaving has none."""
    assert pytest.approx(2000.0) == ltv_chartmogul(100.0, 0.05)
    assert pytest.approx(1600.0) == ltv_skok(100.0, 0.8, 0.05)
    assert math.isnan(ltv_chartmogul(100.0, 0.0))


def test_profitwell_smooths_over_the_last_months():
    """Of ARPU 50, 90, 110 and retention 10 %, 94 %, 96 % the last two months: 100 / 5 %."""
    arpus, kept = np.array([50.0, 90.0, 110.0, np.nan]), np.array([0.1, 0.94, 0.96, np.nan])

    assert pytest.approx(2000.0) == ltv_profitwell(arpus, kept, months=2)


def test_payback_comes_later_when_customers_leave():
    """100 at a margin of 10 a month: 10 months; with half left from month 5 on, 15; with nobody left, never."""
    survival = np.where(np.arange(30) < 5, 1.0, 0.5)

    assert 10.0 == payback(100.0, 12.5, 0.8)
    assert 10.0 == payback_survival(100.0, 10.0, np.ones(30))
    assert 15.0 == payback_survival(100.0, 10.0, survival)
    assert math.inf == payback_survival(100.0, 10.0, np.array([1.0, 0.5, 0.0, np.nan]))
    assert math.isnan(payback_survival(math.nan, 10.0, survival))


def test_with_geometric_survival_payback_is_a_closed_form():
    """Sum of m s^k over t months is m (1 - s^t) / (1 - s), so t = log(1 - cac (1 - s) / m) / log s, rounded up."""
    cac, margin, s = 120.0, 10.0, 0.95

    expected = math.ceil(math.log(1.0 - cac * (1.0 - s) / margin) / math.log(s))
    assert expected == payback_survival(cac, margin, s ** np.arange(100))


def test_what_a_customer_year_kept_costs():
    """12 customers, of whom 6 end in the first of 12 months: 9 and 11 times 6 over a year; 90 spent on 3 years more."""
    total = np.zeros((24, MEASURES), np.int64)
    total[0, Measure.OPENING], total[0, Measure.ENDED] = 12, 6

    assert pytest.approx((9 + 11 * 6) / 12) == customer_years(total, 12)
    assert 30.0 == retention_cost(90.0, 3.0)
    assert math.isnan(retention_cost(90.0, -1.0))


def test_arpa_over_churn_of_one_log():
    """1,000 a month, one of ten lost: 10,000."""
    this = told(*[there(1000)] * 9, there(1000) + left(5.0))

    assert pytest.approx([10_000.0]) == ltv_chartmogul(
        arpu(this, MONTH_LONG)["share"], churn(this, MONTH_LONG)["share"]
    )


def test_who_leaves_for_no_such_reason_from_a_stage_has_no_means():
    """One asleep leaves for one reason, one in growth for another: the two other pairs are empty, and say so."""
    asleep = [(2.0, Event.FELL_ASLEEP), *left(5.0, Reason.SOFT)]
    table = churned(told(there() + asleep, there() + left(5.0, Reason.HARD)), by=("stage", "reason"))

    assert [0.0, 1.0, 1.0, 0.0] == table["ends"].tolist()
    assert [True, False, False, True] == np.isnan(table["tenure"]).tolist()
