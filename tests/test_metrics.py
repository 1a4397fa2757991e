"""Every metric on tiny sums made by hand, beside the value worked out by hand from its definition in the catalogue."""

from math import isnan, nan

import numpy as np
import pytest
from worlds import business

from sim.analysis.catalogue import CATALOGUE, HEADLINES, definition, label
from sim.analysis.compare import SPLIT, Difference, kept_difference, split_of, variance_factor, with_split
from sim.analysis.frame import Frame
from sim.analysis.intervals import Interval, interval, ratio_estimate
from sim.analysis.measures import MEASURES, Group, Measure, Value
from sim.analysis.metrics import metrics_of, retention_curve
from sim.core.events import FINE, Plan, Reason, Stage
from sim.study.api import simulate
from sim.study.design import Design
from sim.study.simulate import empty_tally
from sim.study.study import Study

MONTHLY, ANNUAL, PER_USE = int(Plan.MONTHLY), int(Plan.ANNUAL), int(Plan.PER_USE)
# fmt: off
PROMISED = {
    "logo_retention_m12", "logo_retention_m24", "grr_m12", "nrr_m12", "monthly_logo_churn", "activation_rate",
    "conversion_rate", "dormant_share", "dormant_reactivation_rate", "win_back_rate", "win_back_incremental",
    "referral_share", "arpa", "mrr_end", "revenue", "cash", "contribution", "profit", "residual_value",
    "profit_npv", "profit_npv_per_customer", "clv", "cac", "ltv_to_cac", "payback_months", "churn_natural",
    "churn_soft", "churn_hard", "churn_experience", "churn_payment", "lever_cost", "lever_roi",
    "touches_per_customer_month", "unsubscribed", "rewards", "integrations_per_customer", "prompted_share", "recalled",
    "recall_cost", "recall_return", "orders_per_month", "repeat_rate", "second_year_rate",
}
# fmt: on
"""Names of metrics that users rely on."""


class Sums:
    """Sums of one segment that a test fills in by name, in a world of so many months and as many residual ones."""

    def __init__(self, months=24, residual=0, **frame):
        self.months = months
        self.sums = np.zeros((months + residual + 12, 1, len(Plan), MEASURES), np.int64)
        self.started = np.zeros((months + residual, 1, len(Plan)), np.int64)
        self.ended = np.zeros((months + residual, 1, len(Plan), months + residual + 1), np.int64)
        self.lifetime = np.zeros(2, np.int64)
        given = {
            "weight": 1.0, "decimals": 2, "discount": np.ones(months + residual + 12),
            "lever_months": np.zeros(months + residual),
            "onboarding_months": np.zeros(months), "overhead": 0.0,
        }  # fmt: skip
        self.frame = Frame(months, months + residual, **{**given, **frame})

    def put(self, measure, month, amount, *, plan=MONTHLY, offset=0):
        """Set one sum."""
        self.sums[month, 0, plan, Measure[measure] + offset] = amount
        return self

    def metric(self, name, window_months=2):
        """Return one metric."""
        return metrics_of(self.sums, self.started, self.ended, self.lifetime, self.frame, window_months)[name]


# --- names --------------------------------------------------------------------------------------------------------


def test_every_promised_name_is_in_the_catalogue():
    """The names that users rely on exist."""
    assert set() == PROMISED - set(CATALOGUE)


def test_every_metric_has_a_unit_names_in_two_languages_and_a_definition():
    """Nothing in the catalogue is blank, and no two metrics share a name."""
    units = {"share", "money", "count", "ratio", "months", "1/month"}

    for name, metric in CATALOGUE.items():
        assert metric.unit in units, name
        assert metric.better in (-1, 0, 1), name
        assert definition(name).endswith(".") and definition(name, "zh").endswith("。"), name
    for language in ("en", "zh"):
        assert len({label(name, language) for name in CATALOGUE}) == len(CATALOGUE)
    assert set(HEADLINES) <= set(CATALOGUE)


@pytest.fixture(scope="module")
def study():
    """A small study of two strategies that cost money."""
    behaviour = {"returning": {"within_year": "60 %"}}
    scenarios = [
        business(behaviour=behaviour),
        business({"annual_plan": {"offered_to": "70 %"}}, name="annual", behaviour=behaviour),
        business({"guided_onboarding": {"fixed_cost": "1000 USD"}}, name="guided", behaviour=behaviour),
    ]
    return simulate(scenarios, customers=1000, months=20, replications=3, seed=5)


def test_a_study_has_exactly_the_metrics_of_the_catalogue(study):
    """What is described is computed, and the other way round."""
    assert set(CATALOGUE) == set(study.values)


# --- who stays ----------------------------------------------------------------------------------------------------


def test_retention_is_the_share_of_those_seen_that_long():
    """Cohorts of 100 and 50; of the first 10 end in the first and 20 in the second tenure month, of the second 5."""
    started = np.array([100, 50, 0])
    ended = np.zeros((3, 4), np.int64)
    ended[0, 1], ended[0, 2], ended[1, 1] = 10, 20, 5
    curve, seen = retention_curve(started, ended, 3)

    assert [150, 150, 100, 0] == seen.tolist()
    assert [1.0, 1 - 15 / 150, 1 - 30 / 100] == curve[:3].tolist()
    assert isnan(curve[3])


def test_incomplete_cohorts_do_not_dilute_retention():
    """A cohort whose month t lies outside the horizon is neither above nor below the line at t."""
    started = np.array([100, 900])
    ended = np.zeros((2, 3), np.int64)
    ended[0, 1] = 50
    curve, seen = retention_curve(started, ended, 2)

    assert 100 == seen[1]
    assert 0.5 == curve[1]


def test_retention_at_12_and_24_months_is_read_from_the_curve_and_missing_where_not_seen():
    """In 24 months nobody is seen for 24 months after the month of joining."""
    this = Sums(24)
    this.started[0, 0, MONTHLY] = this.started[3, 0, ANNUAL] = 10
    this.ended[0, 0, MONTHLY, 12] = 4
    this.ended[3, 0, ANNUAL, 13] = 5

    assert 1 - 4 / 20 == this.metric("logo_retention_m12")
    assert isnan(this.metric("logo_retention_m24"))
    assert isnan(Sums(6).metric("logo_retention_m12"))


def test_revenue_retention_pools_the_years():
    """MRR of 100 and 300 a year ago, 90 and 360 now, 80 and 280 capped."""
    this = Sums(24)
    for month, ago, kept, capped in ((11, 100, 90, 80), (23, 300, 360, 280)):
        this.put("MRR_YEAR_AGO", month, ago).put("MRR_YEAR_KEPT", month, kept).put("MRR_YEAR_CAPPED", month, capped)

    assert 450 / 400 == this.metric("nrr_m12")
    assert 360 / 400 == this.metric("grr_m12")


def test_monthly_churn_is_ends_over_customers_at_month_starts():
    """100 on day 0; month 0: 20 new, 10 ended; month 1: 5 back, 11 ended; so 21 of 100 + 110, and 104 at the end."""
    this = Sums(2).put("OPENING", 0, 100).put("CONVERTED", 0, 20).put("RETURNED", 1, 5)
    this.put("ENDED", 0, 10, offset=Reason.SOFT).put("ENDED", 1, 11, offset=Reason.PAYMENT)

    assert 21 / 210 == this.metric("monthly_logo_churn")
    assert 104 == this.metric("customers_end")


def test_reasons_are_shares_of_all_ends_and_renewal_counts_among_them():
    """Of 10 ends 4 soft, 3 payment, 2 hard, 1 renewal."""
    this = Sums(2)
    for reason, count in ((Reason.SOFT, 4), (Reason.PAYMENT, 3), (Reason.HARD, 2), (Reason.RENEWAL, 1)):
        this.put("ENDED", 1, count, offset=reason)
    shares = [this.metric(f"churn_{name}") for name in ("natural", "soft", "hard", "experience", "payment")]

    assert [0.0, 0.4, 0.2, 0.0, 0.3] == shares


# --- the way in, and activity -------------------------------------------------------------------------------------


def test_the_funnel_goes_by_month_of_sign_up_and_leaves_out_what_is_not_over():
    """Of 100 and 50 sign-ups 30 and 10 activated, 20 and 10 became customers; the last two months do not count."""
    this = Sums(4)
    for month, prospects, activated, converted in ((0, 100, 30, 20), (1, 50, 10, 10), (2, 999, 0, 0), (3, 999, 0, 0)):
        this.put("PROSPECTS", month, prospects).put("SIGNED_UP_ACTIVATED", month, activated)
        this.put("SIGNED_UP_CONVERTED", month, converted)

    assert 40 / 150 == this.metric("activation_rate")
    assert 30 / 150 == this.metric("conversion_rate")


def test_new_customers_and_the_share_that_pays_annually():
    """6 monthly and 2 annual first payments in a sample of a quarter of the business."""
    this = Sums(2, weight=4.0).put("CONVERTED", 0, 6).put("CONVERTED", 1, 2, plan=ANNUAL)

    assert 0.25 == this.metric("annual_share")
    assert 32.0 == this.metric("new_customers")


def test_dormancy_is_read_from_the_stages():
    """40 in growth and 10 dormant after month 0; then 5 wake and 3 others fall asleep: 8 of 50, and 5 of 10 + 8."""
    this = Sums(2).put("STAGE", 0, 40, offset=Stage.GROWTH).put("STAGE", 0, 10, offset=Stage.DORMANCY)
    this.put("STAGE", 1, 2, offset=Stage.GROWTH).put("STAGE", 1, -2, offset=Stage.DORMANCY)
    this.put("WOKE", 1, 5).put("FELL_ASLEEP", 1, 3).put("USES", 0, 150).put("USES", 1, 50)
    this.put("STAGE", 0, 77, offset=Stage.INTRODUCTION)

    assert 8 / 50 == this.metric("dormant_share")
    assert 5 / 18 == this.metric("dormant_reactivation_rate")
    assert 200 / 100 == this.metric("uses_per_month")


def test_the_win_back_rate_is_of_ends_whose_year_is_observed():
    """In 14 months only the ends of months 0 and 1 have a whole year behind them: 3 of 20."""
    this = Sums(14)
    for month, ended, back in ((0, 12, 2), (1, 8, 1), (2, 50, 9)):
        this.put("ENDED", month, ended, offset=Reason.SOFT).put("ENDED_RETURNED", month, back)

    assert 3 / 20 == this.metric("win_back_rate")


def test_what_touches_bring_is_told_per_customer_and_month():
    """50 customers, then 52: 306 touches and 3 after the horizon; 20 of 200 uses prompted; 26 products connected."""
    this = Sums(2, 1, weight=2.0).put("STAGE", 0, 40, offset=Stage.GROWTH).put("STAGE", 0, 10, offset=Stage.DORMANCY)
    this.put("STAGE", 1, 2, offset=Stage.MATURITY).put("USES", 0, 150).put("USES", 1, 50).put("PROMPTED", 1, 20)
    this.put("TOUCHED", 0, 200).put("TOUCHED", 1, 106).put("TOUCHED", 2, 3).put("UNSUBSCRIBED", 1, 4)
    this.put("REWARDED", 0, 7).put("INTEGRATED", 1, 26)

    assert 306 / 102 == this.metric("touches_per_customer_month")
    assert 20 / 200 == this.metric("prompted_share")
    assert (8.0, 14.0) == (this.metric("unsubscribed"), this.metric("rewards"))
    assert 26 / 52 == this.metric("integrations_per_customer")


def test_recall_is_counted_inside_the_horizon_at_business_scale():
    """3 recalled, contacts for 12.34, and what those three earned, of a sample of half the business."""
    this = Sums(2, 1, weight=2.0).put("RECALLED", 0, 1).put("RECALLED", 1, 2).put("RECALLED", 2, 9)
    this.put("CONTACT_COST", 1, 1234 * FINE).put("CONTACT_COST", 2, 99).put("RECALL_RETURN", 1, 5000 * FINE)

    assert (6.0, pytest.approx(24.68), pytest.approx(100.0)) == tuple(
        this.metric(name) for name in ("recalled", "recall_cost", "recall_return")
    )


def test_a_shop_counts_orders_of_cohorts_that_are_seen():
    """In 26 months the first 14 cohorts are seen for a year, the first 2 for two."""
    this = Sums(26)
    for month, won, again, later in ((0, 20, 8, 5), (1, 30, 10, 10), (13, 50, 12, 9), (14, 99, 99, 99)):
        this.put("CONVERTED", month, won, plan=PER_USE).put("REPEATED", month, again, plan=PER_USE)
        this.put("ORDERED_IN_YEAR_2", month, later, plan=PER_USE)
    this.put("STAGE", 0, 10, offset=Stage.GROWTH, plan=PER_USE).put("ORDERS", 3, 65, plan=PER_USE)

    assert 30 / 100 == this.metric("repeat_rate")
    assert 15 / 50 == this.metric("second_year_rate")
    assert 65 / 260 == this.metric("orders_per_month")


def test_a_shop_has_no_mrr_and_earns_by_the_order():
    """Last month 600.00 of 30 customers; 40 won at 9.00 a prospect, of those seen each orders for 120.00 in a year."""
    this = Sums(14).put("PROSPECTS", 0, 80).put("ACQUISITION", 0, 80 * 900 * FINE).put("OPENING", 0, 2)
    this.put("CONVERTED", 0, 28, plan=PER_USE).put("CONVERTED", 13, 12, plan=PER_USE)
    this.put("REVENUE", 13, 60_000, plan=PER_USE).put("GOODS", 13, 30_000, plan=PER_USE)
    this.put("REVENUE_IN_YEAR_1", 0, 28 * 12_000, plan=PER_USE).put("REVENUE_IN_YEAR_1", 13, 77, plan=PER_USE)
    this.put("ENDED", 13, 12, plan=PER_USE)

    assert pytest.approx(600.0 / 30) == this.metric("arpa")
    assert 0.5 == this.metric("gross_margin")
    assert pytest.approx(18.0) == this.metric("cac")
    assert pytest.approx(18.0 / (10.0 * 0.5)) == this.metric("payback_months")
    assert isnan(this.metric("nrr_m12")) and 0.0 == this.metric("mrr_end")


# --- money --------------------------------------------------------------------------------------------------------


def money():
    """Return a sample of half the business: two months and one residual month, worth 1, 1/2 and 1/4."""
    discount = np.array([1.0, 0.5, 0.25] + [0.0] * 12)
    this = Sums(
        2, 1, weight=2.0, discount=discount, lever_months=np.array([1000.0, 3000.0, 0.0]), overhead=500.0,
    )  # fmt: skip
    this.put("REVENUE", 0, 10_000).put("REVENUE", 1, 20_000, plan=ANNUAL).put("REVENUE", 2, 8_000)
    this.put("CASH", 0, 30_000).put("CASH", 2, 99_999)
    this.put("SERVICE_COST", 0, 1000).put("FEES", 0, 200).put("GOODS", 0, 300).put("REFUNDS", 1, 400)
    this.put("TOUCH_COST", 1, 600 * FINE).put("SERVICE_COST", 2, 2000).put("PROSPECTS", 0, 3).put("OPENING", 0, 5)
    this.put("ACQUISITION", 0, 3 * 700 * FINE)
    return this


def test_profit_is_revenue_less_everything_at_business_scale():
    """Month 0: 2 (10000 - 1000 - 200 - 300) - 4200 - 1000 = 11800; month 1: 2 (20000 - 400 - 600) - 3000 = 35000."""
    this, cent = money(), 0.01

    expected = {
        "revenue": 60_000 * cent,
        "cash": 60_000 * cent,
        "acquisition_cost": 4200 * cent,
        "contribution": 46_800 * cent,
        "profit": 45_800 * cent,
        "profit_npv": (11_300 + 34_500 / 2) * cent,
        "residual_value": 2 * 6000 / 4 * cent,
        "profit_npv_with_residual": (11_300 + 34_500 / 2 + 3000) * cent,
        "lever_cost": (1000 + 3000 + 1200) * cent,
        "lever_cost_npv": (1000 + 4200 / 2) * cent,
        "profit_npv_per_customer": (11_300 + 34_500 / 2) / (2 * 8) * cent,
        "gross_margin": (30_000 - 1000 - 200 - 300 - 400) / 30_000,
    }
    for name, value in expected.items():
        assert pytest.approx(value, rel=1e-12) == this.metric(name), name


def test_after_the_horizon_levers_cost_in_proportion_to_those_who_are_left():
    """10.00 a month for 10 customers; 8 are left when the second month after the horizon begins, 2 at its end."""
    discount = np.array([1.0, 0.5, 0.25] + [0.0] * 12)
    this = Sums(1, 2, weight=3.0, discount=discount, lever_months=np.array([5.0, 1000.0, 1000.0]))
    this.put("OPENING", 0, 10).put("ENDED", 1, 2).put("ENDED", 2, 6)

    assert pytest.approx(-(10.0 * 0.5 + 8.0 * 0.25)) == this.metric("residual_value")
    assert 0.05 == this.metric("lever_cost")
    assert 0.0 == this.put("ENDED", 0, 10).metric("residual_value")


def test_mrr_at_the_end_is_the_opening_and_all_movements():
    """500 + 300 + 70 + 20 - 40 - 110 cents in a sample of half the business; 10 customers stand."""
    this = Sums(2, weight=2.0).put("MRR_OPENING", 0, 500).put("MRR_NEW", 0, 300).put("MRR_EXPANSION", 1, 70)
    this.put("MRR_REACTIVATION", 1, 20).put("MRR_CONTRACTION", 1, 40).put("MRR_CHURN", 1, 110).put("OPENING", 0, 10)

    assert pytest.approx(14.80) == this.metric("mrr_end")
    assert pytest.approx(0.74) == this.metric("arpa")
    assert 20 == this.metric("customers_end")


def test_what_a_customer_is_worth_and_costs():
    """100 prospects at 9.00 make 20 customers: CAC 45.00. CLV 90.00. MRR 30.00 each, margin 75 %: back in 2 months."""
    this = Sums(2).put("PROSPECTS", 0, 100).put("ACQUISITION", 0, 100 * 900 * FINE).put("CONVERTED", 0, 20)
    this.put("MRR_NEW", 0, 60_000).put("REVENUE", 0, 1000).put("SERVICE_COST", 0, 250)
    this.lifetime[:] = 20 * 9000 * FINE, 20

    assert pytest.approx(45.0) == this.metric("cac")
    assert pytest.approx(90.0) == this.metric("clv")
    assert pytest.approx(2.0) == this.metric("ltv_to_cac")
    assert pytest.approx(45.0 / (30.0 * 0.75)) == this.metric("payback_months")


def test_a_share_of_nothing_is_no_number():
    """No ends, no sign-ups, no customers: not zero, and no error."""
    empty = Sums(24)

    for name in ("churn_soft", "activation_rate", "monthly_logo_churn", "win_back_rate", "clv", "cac", "nrr_m12"):
        assert isnan(empty.metric(name)), name


def test_a_business_without_minor_units_has_whole_money():
    """In yen a sum of 500 is 500, not 5."""
    assert 500.0 == Sums(2, decimals=0).put("REVENUE", 0, 500).metric("revenue")


# --- intervals and differences ------------------------------------------------------------------------------------


def test_intervals_leave_out_replications_in_which_a_figure_is_not_defined():
    """Three numbers beside a gap are three numbers; one number has a mean and no bounds; none has nothing."""
    known, gap = np.array([1.0, 2.0, 4.0]), np.array([1.0, nan, 2.0, 4.0])

    assert interval(known) == interval(gap)
    one, none = interval(np.array([nan, 7.0])), interval(np.array([nan]))
    assert 7.0 == one.mean and isnan(one.low) and isnan(one.high) and not one.sure
    assert isnan(none.mean)


def test_the_variance_factor_of_equal_differences_is_infinite():
    """Where the difference does not vary at all."""
    assert np.inf == variance_factor(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    assert isnan(variance_factor(np.array([1.0, nan]), np.array([2.0, 3.0])))


def test_a_split_adds_up_to_the_difference_and_the_rest_belongs_to_no_customer():
    """Contribution 100 -> 130 of the same, 0 -> 50 of gained, 20 -> 0 of lost, in cents of half the business."""
    split = np.zeros((2, len(Group), len(Value), 2), np.int64)
    split[:, Group.SAME, Value.CONTRIBUTION] = 10_000 * FINE, 13_000 * FINE
    split[:, Group.GAINED, Value.CONTRIBUTION] = 0, 5_000 * FINE
    split[:, Group.LOST, Value.CONTRIBUTION] = 2_000 * FINE, 0
    frame = Sums(2, weight=2.0).frame
    base = Difference(Interval(100.0, 100.0, 100.0), Interval(0.1, 0.1, 0.1), None, np.inf)
    found = with_split(base, split_of("profit", split, frame))

    assert (60.0, 100.0, -40.0) == (found.same, found.gained, found.lost)
    assert 100.0 - 120.0 == found.shared


def test_discounted_values_are_split_in_their_own_finer_unit():
    """Contribution and discounted values are kept in hundredths of the minor unit, others in the minor unit."""
    split = np.zeros((1, len(Group), len(Value), 2), np.int64)
    split[:, Group.SAME, :, 1] = 10_000
    frame = Sums(2).frame
    same = {name: float(split_of(name, split, frame)["same"][0]) for name in SPLIT}

    expected = {"cash": 100, "revenue": 100, "profit": 1, "profit_npv": 1, "residual_value": 1}
    assert expected == same


def test_the_difference_of_those_who_pay_under_both_is_over_those_seen():
    """Of 10 and 20 seen 5 and 8 are kept under the baseline, 6 and 12 under the scenario: 5 of 30 more."""
    found = kept_difference(np.array([[10, 5, 6], [20, 8, 12], [0, 0, 0]]))

    assert 5.0 / 30.0 == pytest.approx(found.mean)
    assert ratio_estimate(np.array([1, 4, 0]), np.array([10, 20, 0])).interval() == found


def test_parts_of_every_total_add_up_in_a_real_study(study):
    """Same, gained, lost and shared are the mean difference; cash and revenue belong to customers entirely."""
    for scenario in (1, 2):
        for name in SPLIT:
            found = study.difference(scenario, name)
            parts = (found.same, found.gained, found.lost, found.neither, found.shared)
            assert pytest.approx(sum(parts), rel=1e-9, abs=1e-6) == found.interval.mean
            if name in ("cash", "revenue"):
                assert abs(found.shared) < 1e-6


# --- metrics beside the baseline ----------------------------------------------------------------------------------


def test_win_back_incremental_is_the_rate_less_the_baselines(study):
    """Replication by replication; nothing for the baseline."""
    rate, incremental = study.values["win_back_rate"], study.values["win_back_incremental"]

    assert np.array_equal(rate - rate[0], incremental)
    assert not incremental[0].any()
    assert incremental[1].any()


def test_nobody_is_referred_while_there_is_no_referral(study):
    """The share of new customers who were referred is nothing, in every scenario and replication."""
    assert not study.values["referral_share"].any()


def test_lever_roi_is_the_gain_over_the_discounted_cost():
    """Profits 1000 and 1600 discounted, the lever's cost 300 of it: 600 / 300 = 2; no lever, no return."""
    design = Design((business(), business({"guided_onboarding": {"monthly_cost": "100 USD"}}, name="guided")), 100)
    weight = 1.0 / design.scale
    tallies = [empty_tally(design), empty_tally(design)]
    for tally, revenue in zip(tallies, (100_000, 200_000), strict=True):
        tally.sums[0, 0, 0, Measure.REVENUE] = revenue
    found = Study(design, [tallies]).values
    cost = 100.0 * design.discount[:6].sum()
    gain = 1000.0 * weight * design.discount[0] - cost

    assert pytest.approx(cost) == found["lever_cost_npv"][1, 0]
    assert pytest.approx(gain / cost) == found["lever_roi"][1, 0]
    assert isnan(found["lever_roi"][0, 0])


def test_lever_roi_of_a_study_is_what_its_parts_say(study):
    """A lever that costs nothing by itself has no return on its cost."""
    gain, cost = study.values["profit_npv"] - study.values["profit_npv"][0], study.values["lever_cost_npv"]

    assert np.allclose(gain[2] / cost[2], study.values["lever_roi"][2])
    assert np.isnan(study.values["lever_roi"][1]).all()
