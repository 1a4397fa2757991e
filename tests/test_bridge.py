"""The bridge of profit ties to the cent; the waterfall of MRR and the cash table tie to what they are made of."""

import numpy as np
import pytest
from worlds import business

import sim
from sim.study.bridge import PROFITS

MONTHS = 14
ANNUAL = {"annual_plan": {"discount": "15 %", "offered_to": "60 %"}}
RECALL = {"recall_campaign": {"share": "70 %"}}
GUIDED = {"guided_onboarding": {"team": {"agents": 1, "session": "0.5 days", "patience": "5 days"}}}
CENT = 0.005


@pytest.fixture(scope="module")
def study():
    """Return a study with costs of every kind: rebates, contacts, wages, what levers cost to build; a residual too."""
    built = {"recall_campaign": {"fixed_cost": "900 USD", "monthly_cost": "40 USD"}}
    strategies = {"annual": ANNUAL, "both": ANNUAL | RECALL, "team": GUIDED, "built": built}
    base = {"horizon": f"{MONTHS} months", "residual": "6 months"}
    scenarios = [business(**base), *(business(levers, name=name, **base) for name, levers in strategies.items())]
    return sim.simulate(scenarios, customers=150, replications=3, seed=4)


@pytest.mark.parametrize("metric", PROFITS)
def test_bridge_ties_to_the_cent(study, metric):
    """Both ends and the difference, and the last row is what ``compare`` reports, interval and all."""
    table, reported = study.bridge(metric=metric), study.compare().set_index(["scenario", "metric"])
    for name, rows in table.groupby("scenario"):
        steps, last = rows.iloc[:-1], rows.iloc[-1]
        found = reported.loc[(name, metric)]

        assert last["account"] == metric
        for column in ("baseline", "strategy", "difference"):
            assert steps[column].sum() == pytest.approx(last[column], abs=CENT)
        assert tuple(last[["difference", "low", "high"]]) == tuple(found[["difference", "low", "high"]])
        assert last["strategy"] == study.metric(study.scenarios.index(name), metric).mean
        assert np.allclose(steps["strategy"] - steps["baseline"], steps["difference"], atol=CENT)


def test_bridge_puts_costs_where_they_belong(study):
    """Wages are a team's, programmes what is built and run; both as the scenario states them, before discounting."""
    table = study.bridge(metric="profit").set_index(["scenario", "account"])["difference"]

    assert table["built", "programmes"] == pytest.approx(-(900.0 + 40.0 * MONTHS), abs=CENT)
    assert table["built", "wages"] == table["annual", "wages"] == 0.0
    assert table["team", "wages"] < 0.0 == table["team", "programmes"]
    assert table["both", "contacts"] < 0.0 == table["annual", "contacts"]
    assert table["annual", "overhead"] == table["annual", "orders"] == 0.0
    assert "residual_value" not in table["annual"]


def test_bridge_of_one_strategy(study):
    assert set(study.bridge("both")["scenario"]) == {"both"}
    with pytest.raises(ValueError, match="no strategy of this study has the name 'nothing'; strategies here: 'annual'"):
        study.bridge("nothing")
    with pytest.raises(ValueError, match="no strategy of this study has the name 'small world'"):
        study.bridge("small world")
    with pytest.raises(ValueError, match="metric='cash' has no bridge; write one of 'profit'"):
        study.bridge(metric="cash")


def test_waterfall_ties_to_the_movements(study):
    """Start, five movements, end: those of the monthly table, added up."""
    steps, movements = study.table("mrr_steps"), study.movements()
    for scenario, rows in movements.groupby("scenario"):
        found = {
            step: mean for name, step, mean in zip(steps["scenario"], steps["step"], steps["mean"], strict=True)
            if name == scenario
        }  # fmt: skip
        expected = {"start": rows["start"].iloc[0], "end": rows["end"].iloc[-1]}
        expected |= {name: rows[name].sum() for name in ("new", "expansion", "reactivation")}
        expected |= {name: -rows[name].sum() for name in ("contraction", "churn")}

        assert found == pytest.approx(expected, abs=CENT)
        assert sum(value for step, value in found.items() if step != "end") == pytest.approx(found["end"], abs=CENT)


def test_cash_ties_to_the_metrics(study):
    """All cash and all revenue; the gap is what lies between them."""
    table = study.table("cash")
    for number, scenario in enumerate(study.scenarios):
        here = np.array(table["scenario"]) == scenario
        received, earned = (np.array(table[name])[here] for name in ("cash", "revenue"))

        assert received.sum() == pytest.approx(study.metric(number, "cash").mean, abs=CENT)
        assert earned.sum() == pytest.approx(study.metric(number, "revenue").mean, abs=CENT)  # nothing is refunded
        assert np.array(table["gap"])[here][-1] == pytest.approx(received.sum() - earned.sum(), abs=CENT)
    assert max(map(abs, table["gap"])) > 1.0
