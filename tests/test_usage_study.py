"""Readings of simulated logs: identities, agreement with the ledger's sums, and the same from a run folder."""

import numpy as np
import pandas as pd
import pytest
from worlds import business, shop

import sim
from sim.analysis.drivers import MEANING
from sim.core.events import Plan, Reason
from sim.core.units import MONTH
from sim.study.api import simulate
from sim.study.events_file import EventsFile
from sim.study.readings import Readings
from sim.study.run_folder import NotAStudy
from sim.study.simulate import run_replications
from sim.study.store import save
from sim.study.units_of_tables import UNITS_OF_READINGS

CUSTOMERS = 1500


@pytest.fixture(scope="module")
def study():
    """A small study of two strategies, one replication, so that its sums and its logs are of the same customers."""
    behaviour = {"returning": {"within_year": "60 %"}, "payment": {"fails": "10 %"}}
    scenarios = [
        business(behaviour=behaviour),
        business({"prompts": {"per_month": 6}}, name="prompted", behaviour=behaviour),
    ]  # fmt: skip
    return simulate(scenarios, customers=CUSTOMERS, months=14, replications=1, seed=5)


@pytest.fixture(scope="module")
def read(study):
    """The readings of the whole sample."""
    return study.readings(customers=CUSTOMERS)


ENDS = [f"ended_{reason.name.lower()}" for reason in Reason]


def sums(study, number, *names):
    """Return a monthly sum of one scenario, of the sample."""
    monthly = study.monthly()
    rows = monthly[(monthly.scenario == study.scenarios[number]) & monthly.measure.isin(names)]
    return rows.groupby("month").value.sum().reindex(range(14), fill_value=0.0).to_numpy() * study.design.scale


def of(table, study, number=0):
    """Return one scenario's rows."""
    return table[table.scenario == study.scenarios[number]]


# --- the ledger and the log say the same -----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1])
def test_all_ends_over_customers_at_month_starts_is_the_ledgers_churn(study, read, number):
    found = of(read.churn("antenna_gross"), study, number)

    assert pytest.approx(sums(study, number, *ENDS)) == found.part.to_numpy()
    assert pytest.approx(study.values["monthly_logo_churn"][number, 0]) == found.part.sum() / found.whole.sum()


@pytest.mark.parametrize("number", [0, 1])
def test_mrr_and_its_movements_are_the_ledgers(study, read, number):
    found, ledger = of(read.mrr(), study, number), of(study.movements(), study, number)

    for name in ("start", "new", "expansion", "reactivation", "contraction", "churn", "end"):
        assert pytest.approx(ledger[name].to_numpy() * study.design.scale) == found[name].to_numpy(), name


def test_what_falls_due_is_what_the_ledger_counts_but_for_retries_that_are_not_over(study, read):
    """Customers there on day 0 whose charge has failed before are due in neither."""
    found = read.renewals()
    due = of(found, study).groupby("window").whole.sum().to_numpy()
    ledger = sums(study, 0, "due")

    assert pytest.approx(ledger[:-1]) == due[:-1]
    assert 0.0 <= ledger[-1] - due[-1] < 0.2 * ledger[-1]


# --- identities on a simulated log -----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [None, "segment", "cohort"])
def test_active_customers_follow_from_those_of_the_month_before(read, by):
    """Active(t) = active(t-1) - dormant(t) + new(t) + resurrected(t), in every group that nobody leaves."""
    keys = ["scenario", *([by] if by else [])]
    for _, group in read.life_cycle(by=by).groupby(keys):
        table = group.set_index("window").drop(columns=keys).reindex(range(1, 14), fill_value=0.0)
        after = table.active - table.new - table.resurrected + table.dormant

        assert (after.to_numpy()[1:] == table.active.to_numpy()[:-1]).all()


def test_usage_on_a_day_or_after_never_rises(study, read):
    curve = of(read.retention("on_or_after", 60, same_people=True), study).share.to_numpy()

    assert (np.diff(curve) <= 0.0).all() and 0.0 < curve[-1] < curve[0] <= 1.0


@pytest.mark.parametrize("formula", ["b2b", "b2c", "antenna_gross", "antenna_net"])
def test_reasons_add_up_to_all_churn(study, read, formula):
    whole, parts = read.churn(formula), read.churn(formula, by="reason")

    assert pytest.approx(of(whole, study).share.sum()) == of(parts, study).share.sum()


@pytest.mark.parametrize("by", ["segment", "plan", "channel", "cohort", "stage", "life", "tier"])
def test_every_cut_adds_up_to_the_whole(study, read, by):
    whole, parts = of(read.churn(), study), of(read.churn(by=by), study)

    for name in ("part", "whole"):
        assert (parts.groupby("window")[name].sum().to_numpy() == whole[name].to_numpy()).all()


def test_conventions_stand_in_the_order_that_follows_from_them(study, read):
    """Leaving out joiners lowers churn; so do returns; counting at the request brings it forward."""
    gross, net, b2b = (of(read.churn(formula), study).part.sum() for formula in ("antenna_gross", "antenna_net", "b2b"))
    asked, ended = (of(read.churn("antenna_gross", when), study).part.sum() for when in ("request", "after_dunning"))

    assert b2b <= gross and net < gross
    assert asked >= ended


# --- tables ----------------------------------------------------------------------------------------------------------


def test_every_reading_is_a_table_with_names(read):
    tables = {
        "churn": read.churn(period="calendar", by=("segment", "plan")), "recovery": read.recovery(),
        "touchpoints": read.touchpoints(by="reason"), "touches": read.touches(), "churned": read.churned(by="stage"),
        "drivers": read.drivers(10.0, 60.0, by="segment"), "arpu": read.arpu("active"), "ltv": read.ltv("plan"),
        "first": read.first_orders("plan"), "brackets": read.brackets(((1, 7), (8, 30))),
        "still": read.still_using(), "average": read.average_retention(unit="week", last=8),
        "daily": read.daily_states(), "stickiness": read.stickiness(by="segment"),
        "shopify": read.mrr("shopify", period="calendar"),
    }  # fmt: skip

    for name, table in tables.items():
        assert len(table) > 0 and table.columns[0] == "scenario", name
    assert {"small", "large"} == set(tables["churn"].segment)
    assert {"monthly", "annual"} == set(tables["ltv"].plan)
    assert {"1-7", "8-30"} == set(tables["brackets"].bracket)
    assert {"sign-up", "first renewal", "later renewal"} <= set(tables["touchpoints"].touchpoint)
    assert {"gave up", "trial over"} <= set(tables["touchpoints"].reason)
    assert {MEANING} == set(tables["drivers"].meaning)
    assert {"email"} == set(tables["touches"].channel_of_touch)
    assert {1, 2} <= set(read.churn(by="life").life)


OPTIONS = {"brackets": {"bounds": ((1, 7),)}, "retention": {"last": 2, "unit": "week"}, "drivers": {"by": "cohort"},
           "churn": {"by": ("channel", "life")}, "average_retention": {"last": 2}}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in vars(Readings) if not name.startswith("_") and callable(
    getattr(Readings, name))])  # fmt: skip
def test_every_figure_of_a_reading_has_a_unit(read, name):
    """And none is money that is called a share."""
    table = getattr(read, name)(**OPTIONS.get(name, {}))
    figures = {column for column in table if pd.api.types.is_numeric_dtype(table[column])}
    units = table.attrs["units"]

    assert len(figures) > 1 and figures == set(units)
    assert table.attrs["currency"] == "USD"
    assert not [column for column, unit in units.items() if "share" in column and unit != "share"]
    assert set(UNITS_OF_READINGS[name]) <= set(units)


def test_units_follow_what_was_asked_for(read):
    assert read.retention(last=2, unit="week").attrs["units"]["unit"] == "weeks"
    assert read.arpu().attrs["units"]["arpu"].startswith("money")
    found = read.first_orders()
    assert (found.first_order == found.amount / found.customers).all()


def test_unit_economics_come_with_their_intervals(study):
    table = study.unit_economics().set_index(["scenario", "figure"])
    first = study.scenarios[0]
    arpa, churn = (study.values[name][0, 0] for name in ("arpa", "monthly_logo_churn"))

    assert pytest.approx(arpa / churn) == table.loc[(first, "ltv_chartmogul"), "mean"]
    skok = table.loc[(first, "ltv_skok"), "mean"]
    assert pytest.approx(arpa / churn * study.values["gross_margin"][0, 0]) == skok
    assert np.isnan(table.loc[(first, "retention_cost"), "mean"])
    assert study.values["payback_months"][0, 0] <= table.loc[(first, "payback_survival"), "mean"]


def test_a_smaller_sample_holds_some_of_the_same_customers(study, read):
    """Those of a sample of a third are customers of the whole, with the same lives."""
    few = study.readings(customers=CUSTOMERS // 3)
    name = study.scenarios[0]
    one, other = few.histories[name], read.histories[name]

    assert set(one.rows["customer"]) <= set(other.rows["customer"])
    assert one.people < other.people / 2


def test_a_shop_is_read_too():
    """It has no MRR and nothing that falls due; what it has is orders."""
    this = simulate([shop()], customers=600, months=14, replications=1, seed=5)
    read = this.readings()

    assert 0 == len(read.renewals()) and 0.0 == read.mrr().start.sum()
    assert (read.arpu().arpu > 0.0).any()
    assert {"per_use"} == set(read.first_orders("plan").plan)
    assert {"dormancy"} == set(read.churned(by="stage").stage)


def test_nothing_beyond_the_horizon_is_read(read):
    for history in read.histories.values():
        assert history.time.max() < 14 * MONTH and history.until == 14 * MONTH
        assert set(np.unique(history.rows["plan"])) <= {Plan.MONTHLY, Plan.ANNUAL}


# --- run folders -----------------------------------------------------------------------------------------------------


def test_a_run_folder_with_its_log_says_the_same(study, read, tmp_path):
    save(study, tmp_path)
    with EventsFile(tmp_path, study.design) as file:
        for _ in run_replications(study.design, [0], 1, None, file.keep):
            pass
    again = sim.readings(tmp_path)

    for name in ("churn", "mrr", "touchpoints", "retention", "ltv"):
        pd.testing.assert_frame_equal(getattr(read, name)(), getattr(again, name)())


def test_a_run_folder_without_its_log_says_so(study, tmp_path):
    save(study, tmp_path)

    with pytest.raises(NotAStudy, match="make it with --events"):
        sim.readings(tmp_path)
