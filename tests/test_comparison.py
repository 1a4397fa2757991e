"""Comparisons are paired: the same customers on both sides, so that a difference is the strategy's and not chance."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import TEAM, business

import sim
from sim.analysis.catalogue import CATALOGUE
from sim.analysis.compare import SPLIT
from sim.analysis.holdouts import HELD_OUT, SCENARIO
from sim.analysis.intervals import interval
from sim.analysis.measures import Measure, Met
from sim.core.units import MONTH
from sim.levers import BY_NAME
from sim.scenario.checks import BASELINE_ONLY
from sim.scenario.load import load
from sim.study.api import NotComparable, make_design, run_study, simulate
from sim.study.simulate import Tally

SCENARIOS = Path(__file__).parent.parent / "scenarios"
BASELINE = SCENARIOS / "baseline.yaml"
ALL = sorted(SCENARIOS.glob("*.yaml"))
LEAST_FACTOR = 4.0
"""How many times smaller the variance of a difference in profit must be than with independent seeds."""


def equal_tallies(one, other):
    """Say whether two studies have the same sums to the bit."""
    return all(
        np.array_equal(getattr(a, name), getattr(b, name))
        for mine, theirs in zip(one.tallies, other.tallies, strict=True)
        for a, b in zip(mine, theirs, strict=True)
        for name in Tally.__dataclass_fields__
    )


# --- pairing ------------------------------------------------------------------------------------------------------


def test_the_same_customers_make_differences_precise():
    """For each lever alone the variance of the difference in discounted profit is at least four times smaller."""
    baseline = load(BASELINE)
    strategies = [baseline.with_levers(name, **{name: {}}) for name in BY_NAME]
    study = simulate([baseline, *strategies], customers=1200, replications=12, seed=1)
    factors = {
        name: study.difference(number, "profit_npv").variance_factor for number, name in enumerate(BY_NAME, start=1)
    }
    print(", ".join(f"{name}: {factor:.0f} times" for name, factor in factors.items()))

    assert {} == {name: factor for name, factor in factors.items() if factor < LEAST_FACTOR}


@pytest.fixture(scope="module")
def twins():
    """The small business beside itself under another name, and beside itself with a lever that reaches nobody."""
    nobody = {"guided_onboarding": {"share": "0 %"}}
    scenarios = [business(), business(name="twin"), business(nobody, name="nobody reached")]
    return simulate(scenarios, customers=600, months=14, replications=3, seed=4)


@pytest.mark.parametrize("number", [1, 2])
def test_an_identical_scenario_differs_in_nothing(twins, number):
    """Every metric, part, interval and sum: zero, or undefined on both sides."""
    for name in CATALOGUE:
        found = twins.difference(number, name)
        values = twins.values[name]
        assert np.array_equal(values[0], values[number], equal_nan=True), name
        if np.isfinite(values[0]).any():
            assert 0.0 == found.interval.mean == found.interval.low == found.interval.high, name
        if name in SPLIT:
            assert (0.0,) * 5 == (found.same, found.gained, found.lost, found.neither, found.shared), name
    for name in Tally.__dataclass_fields__:
        if name not in ("split", "kept", "met", "rows"):
            assert np.array_equal(twins.stacked(0, name), twins.stacked(number, name)), name
    held_out = twins.stacked(number, "met")[:, :, HELD_OUT, SCENARIO, Met.CUSTOMERS].sum(axis=1)
    assert np.array_equal(twins.stacked(0, "rows")[:, 0], twins.stacked(number, "rows")[:, 0] - held_out)
    assert 0.0 == twins.kept_difference(number).mean


def test_the_baseline_does_not_feel_who_is_compared_with_it(twins):
    """More strategies in a study change nothing for the others."""
    alone = simulate([business()], customers=600, months=14, replications=3, seed=4)

    for name in CATALOGUE:
        assert np.array_equal(alone.values[name][0], twins.values[name][0], equal_nan=True), name


def test_a_total_s_difference_is_the_interval_of_differences():
    """Replication by replication, for totals of the shipped scenarios; the table says what the study says."""
    study = simulate(ALL, customers=1000, replications=4, seed=2)
    table = study.compare().set_index(["scenario", "metric"])

    for number, scenario in list(enumerate(study.scenarios))[1:]:
        for name in ("cash", "revenue", "profit", "profit_npv", "customers_end", "mrr_end", "lever_cost"):
            values = study.values[name]
            expected = interval(values[number] - values[0])
            row, scale = table.loc[(scenario, name)], np.abs(values).max()
            for bound, column in ((expected.mean, "difference"), (expected.low, "low"), (expected.high, "high")):
                assert pytest.approx(bound, rel=1e-6, abs=1e-9 * scale) == row[column], (scenario, name)
        for name in CATALOGUE:
            found, row = study.difference(number, name), table.loc[(scenario, name)]
            together, relative = found.simultaneous or found.interval, found.relative
            bounds = (found.interval.low, found.interval.high, together.low, together.high, relative.low, relative.high)
            columns = ["low", "high", "simultaneous_low", "simultaneous_high", "relative_low", "relative_high"]
            assert np.array_equal(bounds, row[columns].to_numpy(float), equal_nan=True), (scenario, name)
            if np.isfinite(together.low):
                assert together.low <= found.interval.low and found.interval.high <= together.high, (scenario, name)


def test_a_ratio_is_of_the_business_and_not_a_mean_of_ratios():
    """LTV:CAC is what the mean lifetime value is over what a customer cost, of all replications together."""
    study = simulate([business()], customers=200, months=14, replications=6, seed=4)
    clv, cac, both = (study.metric(0, name).mean for name in ("clv", "cac", "ltv_to_cac"))
    spent, won = (study.values[name][0] for name in ("acquisition_cost", "new_customers"))

    assert clv / cac == pytest.approx(both)
    assert spent.sum() / won.sum() == pytest.approx(cac)
    assert study.values["ltv_to_cac"][0].mean() != pytest.approx(both, rel=1e-3)


@pytest.mark.parametrize("dormant_after", ["30 days", "5 days"])
def test_no_interval_goes_beyond_what_its_metric_can_be(dormant_after):
    """Three small replications spread so far that some intervals would end below nothing, or above all.

    Those who fall asleep after five days wake so often that a month's rate of waking exceeds 1.
    """
    sleepy = business(behaviour={"stages": {"dormant_after": dormant_after}})
    study = simulate([sleepy], customers=100, months=14, replications=3, seed=4)
    cut = set()
    for name, metric in CATALOGUE.items():
        found, free = study.metric(0, name), study.estimates[name][0].interval()
        assert not (found.low < metric.least or found.high > metric.most), name
        assert metric.least <= found.mean <= metric.most or not np.isfinite(found.mean), name
        if np.isfinite(free.low) and (free.low, free.high) != (found.low, found.high):
            cut.add(name)

    assert {"logo_retention_m12", "quick_ratio", "churn_natural"} <= cut


def test_gained_and_lost_customers_are_told_apart():
    """Guidance wins prospects who would not have become customers; the annual plan does not."""
    study = simulate(ALL, customers=1000, replications=4, seed=2)
    guided, annual = (study.scenarios.index(name) for name in ("guided onboarding", "annual first"))

    assert study.difference(guided, "revenue").gained > 0.0
    assert 0.0 == study.difference(annual, "revenue").gained == study.difference(annual, "revenue").lost


# --- what changes nothing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("team", [None, TEAM], ids=["apart", "tied by a team"])
def test_two_engines_give_equal_tallies(team):
    """The compiled and the SimPy engine add up to the same bits."""
    levers = {"annual_plan": {}, "guided_onboarding": {"team": team} if team else {}}
    scenarios = [business(), business(levers, name="both")]
    compiled, reference = (
        simulate(scenarios, customers=200, months=8, replications=2, seed=6, engine=engine)
        for engine in ("compiled", "reference")
    )

    assert equal_tallies(compiled, reference)
    assert compiled.events > 2000


def test_threads_change_nothing():
    """One job or three."""
    one, three = (simulate(ALL, customers=700, months=12, replications=3, jobs=jobs) for jobs in (1, 3))

    assert equal_tallies(one, three)


def test_another_seed_gives_other_customers():
    """And the same seed the same ones."""
    first, again, other = (
        simulate([business()], customers=300, months=6, replications=2, seed=seed) for seed in (1, 1, 2)
    )

    assert equal_tallies(first, again)
    assert not equal_tallies(first, other)


# --- months -------------------------------------------------------------------------------------------------------


def test_months_replace_the_horizon_of_the_files():
    """The design, the tables and the metrics reach so far and no further."""
    short, long = (simulate([BASELINE], customers=800, months=months, replications=2) for months in (6, 12))

    assert (6, 12) == (short.design.months, long.design.months)
    assert 6 * MONTH == short.design.baseline.horizon
    assert list(range(6)) == sorted(set(short.monthly()["month"]))
    assert np.isnan(short.metric(0, "logo_retention_m24").mean)
    assert short.metric(0, "revenue").mean < long.metric(0, "revenue").mean


def test_a_longer_horizon_keeps_the_months_before_it():
    """Per simulated customer, new customers of a month do not depend on how many months follow."""
    short, long = (
        simulate([business(opening=None)], customers=customers, months=months, replications=1)
        for customers, months in ((600, 6), (1200, 12))
    )

    assert pytest.approx(short.design.scale) == long.design.scale
    one, other = (study.tallies[0][0].sums[:5].copy() for study in (short, long))
    for sums in (one, other):
        sums[..., Measure.ENDED_RETURNED] = 0  # returns that come later are seen later
    assert np.array_equal(one, other)
    assert one[..., Measure.ENDED : Measure.RETURNED].any()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"months": 0}, "months is 0; it lies between 1 and 120"),
        ({"months": 121}, "months is 121; it lies between 1 and 120"),
        ({"customers": 0}, "customers is 0; it lies between 1 and"),
        ({"replications": 0}, "replications is 0; it lies between 1 and"),
        ({"seed": -1}, "seed is -1; it lies between 0 and"),
    ],
)
def test_numbers_that_make_no_study_are_refused_in_words(asked, words):
    """Which number, its value, and the bounds."""
    with pytest.raises(NotComparable, match=words):
        make_design([business()], **asked)


# --- what does not make a study -----------------------------------------------------------------------------------

CHANGES = {
    "starts": "2026-04-01",
    "horizon": "7 months",
    "residual": "1 month",
    "history": "13 months",
    "opening": {"customers": 61},
    "acquisition": {"new_customers": "41 per month"},
    "segments": {"small": {"card": "94 %"}},
    "renewal": {"alpha": 1, "beta": 2},
    "season": {"use": [2.0] + [1.0] * 11},
    "solved": {"segments": {"small": {"annual": 0.3}}},
}


TRAITS = {
    "behaviour.use.effort_a": 4,
    "behaviour.use.effort_b": 5,
    "behaviour.use.propensity_shape": 3,
    "behaviour.leaving.propensity_shape": 3,
    "behaviour.leaving.fit_shape": 3,
    "behaviour.orders.customer_shape": 3,
    "behaviour.orders.leave_total": 5,
    "behaviour.introduction.bargain_fit": 0.4,
    "behaviour.introduction.bargain_leave": 2.5,
    "costs.discount_rate": "20 %",
}


@pytest.mark.parametrize("field", TRAITS)
def test_a_strategy_may_not_change_what_traits_are_drawn_from(field):
    """Nor the discount rate: a comparison has one."""
    *above, last = field.split(".")
    change = {last: TRAITS[field]}
    for group in reversed(above):
        change = {group: change}
    with pytest.raises(NotComparable, match=f"'other' changes {field}, .* extends 'small world'"):
        make_design([business(), business(name="other", **change)])


@pytest.mark.parametrize("field", CHANGES)
def test_a_strategy_may_not_change_who_the_customers_are(field):
    """Refused in words that name the field, the strategy and the baseline."""
    with pytest.raises(NotComparable, match=f"'other' changes {field}, .* extends 'small world'"):
        make_design([business(), business(name="other", **{field: CHANGES[field]})])


def test_every_field_of_the_baseline_alone_is_tried():
    """Market and currency come in pairs and there is one market so far; all other fields are in the list above."""
    assert {"market", "currency"} == set(BASELINE_ONLY) - set(CHANGES) - set(TRAITS)


def test_a_strategy_may_change_plans_behaviour_and_costs():
    """What is sold, how customers behave, what it costs: that is what strategies are for."""
    other = business(
        name="other",
        plans={"monthly": {"price": "33 USD per month"}},
        behaviour={"leaving": {"resume": "20 % per month"}},
        costs={"overhead": "1000 USD"},
    )

    assert 2 == len(make_design([business(), other]).scenarios)


def test_one_name_for_two_scenarios_is_refused():
    """Names are how results are told apart."""
    with pytest.raises(NotComparable, match="two scenarios have the name 'small world'"):
        make_design([business(), business({"annual_plan": {}})])


def test_an_untuned_business_is_refused():
    """Without base rates there is nothing to simulate."""
    with pytest.raises(NotComparable, match="no base rates yet; run 'retention-sim tune'"):
        make_design([business(solved=None)])


def test_a_baseline_that_is_not_there_is_refused_with_a_suggestion():
    """Did you mean?"""
    with pytest.raises(NotComparable, match="did you mean 'small world'"):
        make_design([business(), business(name="other")], baseline="smal world")


def test_no_scenario_at_all_is_refused():
    """A study needs at least one."""
    with pytest.raises(NotComparable, match="no scenario was named"):
        make_design([])


def test_the_baseline_is_the_file_that_the_others_extend_wherever_it_stands():
    """Its place among the files does not matter; a name may say otherwise."""
    assert "baseline" == make_design(ALL).names[0] == make_design(ALL[::-1]).names[0]
    assert "all five" == make_design(ALL, baseline="all five").names[0]
    with pytest.raises(NotComparable, match="none of the files is extended by all others"):
        make_design([file for file in ALL if file.stem in ("guided_onboarding", "annual_first")])


def test_the_public_functions_are_the_ones_tested_here():
    """``sim.simulate`` and a design that is run give the same study."""
    study = sim.simulate([BASELINE], customers=300, months=3, replications=2)
    again = run_study(make_design([BASELINE], customers=300, months=3, replications=2))

    assert equal_tallies(study, again)
    assert isinstance(study.compare(), pd.DataFrame)
