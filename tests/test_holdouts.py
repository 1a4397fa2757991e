"""What levers and recall contacts do, by hold-outs and by the same customers twice: by hand, and in studies."""

from math import isnan, sqrt

import numpy as np
import pytest
from worlds import business, shop

from sim.analysis.holdouts import campaign, effect, z_score
from sim.analysis.intervals import interval
from sim.analysis.measures import MET_FIGURES, Measure, Met, Recall, Value
from sim.core.events import FINE
from sim.model.kernel import PLACES
from sim.study.api import simulate
from sim.study.campaigns import HOLDOUT_COLUMNS, LIVES, RECALL_COLUMNS

REACHED, HELD_OUT, BASELINE, SCENARIO = 0, 1, 0, 1
NPV = Met.VALUE + Value.NPV
SURE = {"reasons": "all", "least_worth": "0 USD", "benefit": "60 %", "feature_news": "60 %", "content": "60 %"}


# --- by hand ------------------------------------------------------------------------------------------------------


def met_of(*replications):
    """Return one lever's sums from (reached, held out, sum of the reached, under the baseline, sum of the held out)."""
    met = np.zeros((len(replications), 2, 2, MET_FIGURES), np.int64)
    for cell, (reached, held_out, total, baseline, other) in zip(met, replications, strict=True):
        cell[REACHED, :, Met.CUSTOMERS], cell[HELD_OUT, :, Met.CUSTOMERS] = reached, held_out
        cell[REACHED, SCENARIO, NPV], cell[REACHED, BASELINE, NPV] = total, baseline
        cell[HELD_OUT, :, NPV] = other
    return met


def test_a_lever_is_judged_by_its_hold_out_and_by_the_same_customers():
    """10 reached are worth 150 and 100 without it, 5 held out 55; then 20, 260, 200 and 10, 80."""
    found = effect(met_of((10, 5, 150, 100, 55), (20, 10, 260, 200, 80)), NPV)

    assert (15.0, 7.5) == (found.reached, found.held_out)
    assert interval(np.array([15.0 - 11.0, 13.0 - 8.0])) == found.incremental
    assert interval(np.array([5.0, 3.0])) == found.paired
    difference = np.array([4.0 - 5.0, 5.0 - 3.0])
    assert pytest.approx(difference.mean() / (difference.std(ddof=1) / sqrt(2))) == found.z


def test_without_a_hold_out_there_is_the_paired_effect_alone():
    """A share of 100 % holds nobody out."""
    found = effect(met_of((10, 0, 150, 100, 0), (20, 0, 260, 200, 0)), NPV, 0.5)

    assert isnan(found.incremental.mean) and isnan(found.z)
    assert interval(np.array([2.5, 1.5])) == found.paired


def test_z_needs_two_replications_that_differ():
    """One number, or numbers all alike, say nothing about their spread."""
    assert isnan(z_score(np.array([1.0]))) and isnan(z_score(np.array([2.0, 2.0, np.nan])))
    assert pytest.approx(3.0 / 1.0) == z_score(np.array([2.0, 4.0, np.nan]))


def recall_of(**figures):
    """Return [one replication, made or withheld, figure] from pairs."""
    recall = np.zeros((1, 2, len(Recall)), np.int64)
    for name, pair in figures.items():
        recall[0, :, Recall[name]] = pair
    return recall


def test_a_campaign_is_paid_for_what_would_not_have_come_anyway():
    """Of 100 contacted 30 are back, of 50 withheld 10: 10 points. 900 earned, 300 by 50 unasked; cost 100: twice."""
    recall = recall_of(
        EPISODES=(110, 55), SEEN=(100, 50), RETURNED=(30, 10), RECALLED=(14, 0), BACK=(40, 12), KEPT_SEEN=(20, 10),
        KEPT=(15, 9), COST=(100 * FINE, 0), CONTRIBUTION=(900 * FINE, 300 * FINE), WORTH=(4000, 100),
    )  # fmt: skip
    found = campaign(recall, np.array([[80, 24, 16]]))

    assert (110.0, 55.0, 14.0, 100.0, 900.0) == (
        found.contacted, found.withheld, found.recalled, found.cost, found.contribution,
    )  # fmt: skip
    assert (0.3, 0.2) == (found.returned.mean, found.returned_withheld.mean)
    assert (pytest.approx(0.1), pytest.approx(0.1)) == (found.incremental.mean, found.paired.mean)
    assert (0.75, 100.0) == (found.kept, found.worth)
    assert pytest.approx((900.0 - 600.0 - 100.0) / 100.0) == found.gain.mean


def test_a_campaign_without_a_hold_out_has_no_return_on_its_cost():
    """What would have come anyway is not known; the paired difference is."""
    found = campaign(recall_of(EPISODES=(10, 0), SEEN=(10, 0), RETURNED=(3, 0), COST=(5, 0)), np.array([[10, 3, 1]]))

    assert isnan(found.gain.mean) and isnan(found.incremental.mean) and isnan(found.kept)
    assert pytest.approx(0.2) == found.paired.mean


# --- in studies ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def study():
    """The small business with a hold-out of half, and with no hold-out."""
    times = {"horizon": "14 months", "residual": "14 months"}
    half = {"recall_campaign": {**SURE, "share": "50 %"}, "prompts": {"share": "60 %"}}
    everybody = {"recall_campaign": SURE, "guided_onboarding": {}}
    scenarios = [
        business(**times), business(half, name="half", **times), business(everybody, name="everybody", **times),
    ]  # fmt: skip
    return simulate(scenarios, customers=3000, replications=5, seed=3)


def test_hold_outs_are_listed_lever_by_lever(study):
    """Each lever that a scenario pulls, and each value; an effect by the hold-out only where there is one."""
    table = study.holdouts()
    rows = table.set_index(["scenario", "lever", "value"])

    assert list(HOLDOUT_COLUMNS) == list(table.columns)
    pulled = {("half", "prompts"), ("half", "recall_campaign"), ("everybody", "guided_onboarding")}
    pulled |= {("everybody", "recall_campaign")}
    assert pulled == set(zip(table["scenario"], table["lever"], strict=True))
    assert 3 * len(pulled) == len(table)
    assert (rows.loc["everybody"]["held_out"] == 0).all() and rows.loc["everybody"]["incremental"].isna().all()
    assert rows.loc["everybody"]["paired"].notna().all()
    assert (rows.loc["half"]["held_out"] > 0).all() and (rows.loc["half"]["z"].abs() < 5).all()


def test_a_trial_finds_what_the_same_customers_show(study):
    """Recall that works is found by its hold-out: more of the contacted are back, and more customers stand."""
    recalls, holdouts = study.recalls(), study.holdouts()
    total = recalls[(recalls["scenario"] == "half") & (recalls[["reason", "method", "life"]] == "all").all(axis=1)]
    alive = holdouts[(holdouts["value"] == "alive_end") & (holdouts["lever"] == "recall_campaign")]

    assert list(RECALL_COLUMNS) == list(recalls.columns)
    assert 1 == len(total)
    row = total.iloc[0]
    assert row["incremental_low"] > 0.1 and row["paired_low"] > 0.1
    assert row["incremental_low"] < row["paired_high"] and row["paired_low"] < row["incremental_high"]
    assert (alive["paired_low"] > 0).all() and alive["incremental_low"].iloc[0] > 0


def test_groups_of_recalls_add_up_to_their_totals(study):
    """By reason, by method, by life, and by all three."""
    table = study.recalls()
    for _, rows in table.groupby("scenario"):
        whole = (rows[["reason", "method", "life"]] != "all").sum(axis=1)
        total = rows[whole == 0].iloc[0]
        for name in ("contacted", "withheld", "recalled", "cost", "contribution"):
            assert pytest.approx(total[name]) == rows[whole == 3][name].sum(), name
            for key in ("reason", "method", "life"):
                assert pytest.approx(total[name]) == rows[(whole == 1) & (rows[key] != "all")][name].sum(), (name, key)
    assert set(table["life"]) == {"all", *LIVES}


def test_recalls_agree_with_the_monthly_sums(study):
    """Contacts after ends inside the horizon cost no less than those inside it, and no more than all."""
    for number in (1, 2):
        sums, recall = study.stacked(number, "sums"), study.stacked(number, "recall")
        cost = sums[..., Measure.CONTACT_COST].sum()
        inside = sums[:, : study.design.months, ..., Measure.CONTACT_COST].sum()
        assert inside <= recall[..., Recall.COST].sum() <= cost
        assert recall[..., 0, Recall.RECALLED].sum() >= sums[:, : study.design.months, ..., Measure.RECALLED].sum() > 0
        assert not recall[..., 1, [Recall.RECALLED, Recall.COST]].any()


def test_a_scenario_without_levers_has_no_rows(study):
    """The baseline of this study pulls none."""
    assert "small world" not in {*study.holdouts()["scenario"], *study.recalls()["scenario"]}
    assert PLACES + 1 == study.stacked(0, "met").shape[1]
    assert not study.stacked(0, "met")[:, :PLACES].any() and not study.stacked(0, "recall").any()


def test_a_shop_has_them_too():
    """Per-use customers are reached, held out and recalled."""
    recall = {**SURE, "least_worth": "0 CNY", "share": "50 %"}
    study = simulate([shop(), shop({"recall_campaign": recall}, name="recall")], customers=600, replications=3)

    assert (study.holdouts()["reached"] > 0).all()
    assert (study.recalls()["worth"].dropna() > 0).all() and (study.recalls()["recalled"] > 0).any()
    assert np.isfinite(study.values["arpa"]).all() and (study.values["orders_per_month"] > 0).all()
    assert set(study.reasons()["plan"]) == {"per_use"} == set(study.retention(by="plan")["plan"])
