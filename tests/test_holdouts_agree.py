"""A lever's effect by its own hold-out and by the same customers under the baseline: two ways to one answer.

Both are figures per customer whom the lever reaches. The hold-out compares different people and is noisy, the pairs
are the same people. They may differ only where customers of a lever stand in one another's way: in a queue.
"""

import numpy as np
import pytest
from scipy import stats
from worlds import ROOT

import sim
from sim.core.hooks import Hook
from sim.levers import BY_NAME

FOUR_ERRORS = 2.0 * stats.norm.sf(4.0)
REPLICATIONS = 16
HALF = {name: {} for name in BY_NAME} | {
    "annual_plan": {"take_up": "58 %", "again_after": 6},
    "variable_rewards": {"standard": 1},
    "prompts": {"channel": "in_app"},
    "recall_campaign": {"least_worth": "0 USD", "benefit": "10 %", "feature_news": "8 %"},
}
"""Every lever, some stronger than by default; half of the customers are held out."""
SEEN = ("guided_onboarding", "cancel_flow", "welcome_offer")
"""Levers that move so many customers that even the hold-out sees it in a sample of this size."""
WHO_COMES = [name for name, lever in BY_NAME.items() if Hook.QUOTA in lever.hooks]
"""Levers that decide who comes: all who might have come are compared, most of whom never do."""


def effects(levers, customers, replications):
    """Return a study's table of hold-outs by (scenario, value), each lever pulled alone."""
    baseline = sim.load(ROOT / "scenarios" / "baseline.yaml")
    pulled = [baseline.with_levers(name=name, **setting) for name, setting in levers.items()]
    study = sim.simulate([baseline, *pulled], customers=customers, replications=replications, seed=7)
    return study.holdouts().set_index(["scenario", "value"])


def limit(replications):
    """Return what four standard errors are worth when the error itself comes from few replications."""
    return float(stats.t.isf(FOUR_ERRORS / 2.0, replications - 1))


def agree(table, levers, replications):
    """No row differs by more than four standard errors."""
    assert set(table.index.get_level_values("scenario")) == set(levers)
    for place, row in table.iterrows():
        print(*place, f"z = {row.z:+.2f}")
        assert row.reached > 100, place
        assert row.held_out > 100, place
        assert abs(row.z) < limit(replications), place


@pytest.fixture(scope="module")
def halves():
    levers = {name: {name: {**setting, "share": "50 %"}} for name, setting in HALF.items()}
    return effects(levers, customers=1500, replications=REPLICATIONS)


def test_hold_out_and_pairs_agree_for_every_lever(halves):
    """Profit, residual value and who is still there: no difference of more than four standard errors."""
    agree(halves, HALF, REPLICATIONS)


@pytest.mark.parametrize("name", SEEN)
def test_the_hold_out_itself_sees_what_a_strong_lever_does(halves, name):
    """So that agreement means something: zero lies outside the hold-out's own interval."""
    row = halves.loc[name, "alive_end"]

    assert row.incremental_low > 0.0
    assert row.paired_low > 0.0


def test_pairs_see_a_difference_with_a_fraction_of_the_customers(halves):
    """The interval by pairs is many times narrower than that by hold-out."""
    profit = halves.xs("profit_npv", level="value").drop(WHO_COMES)
    wide = profit.incremental_high - profit.incremental_low
    narrow = profit.paired_high - profit.paired_low

    assert np.median(wide / narrow) > 5.0


@pytest.mark.slow
def test_hold_out_and_pairs_agree_in_a_large_sample():
    levers = {name: {name: {**setting, "share": "50 %"}} for name, setting in HALF.items()}

    agree(effects(levers, customers=20_000, replications=20), HALF, 20)


def test_where_customers_share_a_queue_the_effect_hangs_on_how_many_are_reached():
    """With one agent, one in ten prospects is served better than nearly all: no hold-out tells of the full roll-out.

    Held-out customers never ask, so hold-out and pairs still agree at each share; what breaks is carrying the effect
    per reached customer from one share to another.
    """
    team = {"agents": 1, "session": "1 day", "patience": "3 days"}
    levers = {
        "few": {"guided_onboarding": {"share": "10 %", "team": team}},
        "nearly all": {"guided_onboarding": {"share": "95 %", "team": team}},
    }
    table = effects(levers, customers=6000, replications=REPLICATIONS)
    few, many = (table.loc[name, "alive_end"] for name in levers)
    error = (
        np.hypot(few.paired_high - few.paired_low, many.paired_high - many.paired_low)
        / 2.0
        / stats.t.isf(0.025, REPLICATIONS - 1)
    )
    z = (few.paired - many.paired) / error
    print(f"z = {z:.1f}")

    assert z > limit(REPLICATIONS)
    agree(table, levers, REPLICATIONS)
