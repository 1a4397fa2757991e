"""Charts of who comes, stays, leaves and waits draw what was simulated, counted by hand where it can be."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import ROOT

import sim
from sim.analysis.history import history_of
from sim.analysis.measures import Measure
from sim.charts import cohort_map
from sim.charts.chart import NotDrawn
from sim.charts.save import CHARTS, SIMULATED
from sim.core.customer import new_customers
from sim.core.events import LOG, Event, Reason, Stage, Team
from sim.core.units import MONTH
from sim.model.habit import carry_forward
from sim.study import habits, leaving, queues, sample, stage_flows

FILES = [ROOT / "scenarios" / name for name in ("baseline.yaml", "with_a_team/recall_desk.yaml")]


@pytest.fixture(scope="module")
def study():
    """Return a small study with a team."""
    return sim.simulate(FILES, customers=600, months=14, replications=3)


def log(*rows):
    """Return a log of (customer, day, event, detail)."""
    found = np.zeros(len(rows), LOG)
    for name, column in zip(("customer", "time", "event", "detail"), zip(*rows, strict=True), strict=True):
        found[name] = column
    return found


def history(months, *rows):
    return history_of([(0, log(*rows))], months * MONTH, np.datetime64("2026-01-01"))


def drawn(chart):
    """Return every text of a chart."""
    return " ".join(found.get_text() for found in chart.findobj(lambda artist: hasattr(artist, "get_parse_math")))


# --- leaving --------------------------------------------------------------------------------------------------------


def test_reasons_by_hand():
    """Four come; one leaves in month 1, one in month 2; who comes late is at risk only as long as seen; sums to one."""
    found = history(
        4,
        (1, 0.0, Event.CONVERTED, 0), (1, 0.5 * MONTH, Event.ENDED, Reason.SOFT),
        (2, 0.0, Event.CONVERTED, 0), (2, 1.5 * MONTH, Event.ENDED, Reason.PAYMENT),
        (3, 0.0, Event.CONVERTED, 0),
        (4, 3.0 * MONTH, Event.CONVERTED, 0),
        (5, 0.0, Event.OPENED, 0), (5, 0.1 * MONTH, Event.ENDED, Reason.HARD),
    )  # fmt: skip
    risk, ends = leaving.counts(found, 4)
    shares = leaving.shares(risk, ends)

    assert risk.tolist() == [4, 2, 1, 1]
    assert shares[leaving.STAYING].tolist() == [1.0, 0.75, 0.375, 0.375, 0.375]
    assert shares[1 + Reason.SOFT].tolist() == [0.0, 0.25, 0.25, 0.25, 0.25]
    assert shares[1 + Reason.PAYMENT].tolist() == [0.0, 0.0, 0.375, 0.375, 0.375]
    assert not shares[1 + Reason.HARD].any()
    assert shares.sum(axis=0) == pytest.approx(np.ones(5))


def test_reasons_of_a_study(study):
    """In every scenario all outcomes add up to one, and the whole business leaves as its tallies say."""
    found = leaving.incidence(study.design)

    assert found.whole.sum(axis=1) == pytest.approx(np.ones((2, study.design.months + 1)))
    assert (np.diff(found.whole[:, 1:], axis=2) >= 0.0).all()
    # The retention curve weighs cohorts otherwise at each tenure; both see the same customers leave.
    curve = np.array(study.retention_table()["retention"]).reshape(2, -1)
    assert found.whole[:, leaving.STAYING, 1:7] == pytest.approx(curve[:, 1:7], abs=0.02)


# --- flows ----------------------------------------------------------------------------------------------------------


def test_flows_hold_together(study):
    """Whoever arrives somewhere goes on from there, all begin in the introduction, and none is counted twice."""
    found = stage_flows.stage_flows(study.design)

    assert found.moments == (0, 1, 3, 6)
    assert (found.counts[:, :, :-1].sum(axis=3) == found.counts[:, :, 1:].sum(axis=4)).all()
    assert found.counts[:, :, 0].sum() == found.counts[:, :, 0, stage_flows.Place.INTRODUCTION].sum() > 0
    first_half = sum(int(tally.sums[:8, :, :, Measure.PROSPECTS].sum()) for tally in (t[0] for t in study.tallies))
    assert (found.counts[:, 0, 0].sum() + found.gone[:, 0].sum()) == first_half


def test_flows_need_no_other_events(study):
    """The kinds of event that are kept tell where everybody stands as well as all of them do."""
    some, every = (sample.logs(study.design, 100, 1, kinds)[0][1] for kinds in (stage_flows.READ, tuple(Event)))
    counts = [stage_flows.flows_in(history_of([(0, rows)], 14 * MONTH, np.datetime64("2026-01-01")), (0, 1, 3, 6))[0]
              for rows in (some, every)]  # fmt: skip

    assert len(some) < len(every)
    np.testing.assert_array_equal(*counts)


# --- habit ----------------------------------------------------------------------------------------------------------


def test_habit_is_carried_as_the_model_does(study):
    """Habit and value at a moment are what the model's own rule makes of them."""
    people, kernel, time = new_customers(3), study.design.kernels[0], 50.0
    people["habit"], people["value"], people["fit"], people["habit_at"] = (0.2, 0.5, 0.9), 0.3, 0.8, (0.0, 20.0, 50.0)
    habit, value = habits.carried(people, kernel, time)
    for customer in people:
        customer.now = time
        getattr(carry_forward, "py_func", carry_forward)(customer, kernel[0])

    assert habit == pytest.approx(people["habit"]) and value == pytest.approx(people["value"])


def test_habits_are_of_new_customers(study):
    """All are seen at a tenure inside the horizon, and habit and value lie between 0 and 1."""
    found = habits.habits(replace(study.design, replications=1)).found[0]

    assert len(found) == 2
    for tenure, *traits in found:
        assert len(tenure) > 50 and tenure.min() >= 0.0 and tenure.max() <= 14.0
        assert 0.0 <= np.min(traits) and np.max(traits) <= 1.0 and np.ptp(traits[0]) > 0.1


# --- teams ----------------------------------------------------------------------------------------------------------


def test_queues_by_hand():
    """Two agents: one serves from month 0.5 to 1, one customer waits for half a month, and another goes unserved."""
    team = Team.RECALL
    found = history(
        2,
        (1, 0.5 * MONTH, Event.TEAM_ASKED, team), (1, 0.5 * MONTH, Event.SERVICE_BEGAN, team),
        (1, 1.0 * MONTH, Event.SERVICE_ENDED, team),
        (2, 1.0 * MONTH, Event.TEAM_ASKED, team), (2, 1.5 * MONTH, Event.SERVICE_BEGAN, team),
        (3, 1.0 * MONTH, Event.TEAM_ASKED, team), (3, 1.25 * MONTH, Event.LEFT_QUEUE, team),
        (4, 0.0, Event.TEAM_ASKED, Team.SUCCESS), (4, 0.0, Event.SERVICE_BEGAN, Team.SUCCESS),
    )  # fmt: skip
    design = type("Design", (), {"months": 2, "scale": 1.0})
    busy, waiting, days, gave_up = queues.by_month(found, team, 2, design)

    assert busy == pytest.approx([0.25, 0.25])
    assert waiting == pytest.approx([0.0, 0.75])
    assert days == pytest.approx([0.0, 0.5 * MONTH])
    assert gave_up == pytest.approx([0.0, 0.5])


def test_queues_of_a_study(study):
    """The team that there is, at the study's own size: as many go unserved as the tallies say."""
    found, small = queues.queues(study.design)

    assert small.customers == study.design.customers
    assert [(queue.scenario, queue.team) for queue in found] == [(1, Team.RECALL)]
    assert 0.0 < np.nanmax(found[0].busy) <= 1.0 and (found[0].waiting >= 0.0).all()
    tallies = [lot[1].sums[: study.design.months].sum(axis=(1, 2)) for lot in study.tallies]
    served, left = (np.array([sums[:, m] for sums in tallies]) for m in (Measure.SERVED, Measure.LEFT_QUEUE))
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(found[0].gave_up, left / (left + served))


# --- cohorts, funnel, retention by cohort ---------------------------------------------------------------------------


def test_cells_of_the_cohort_map(study):
    """A cell is the share of its cohort that is left; what is not seen to its end is not there."""
    counts = cohort_map.counts_of(study)
    kept = cohort_map.shares(*counts[0])
    started, ended = study.stacked(0, "cohort_started")[:, 2], study.stacked(0, "cohort_ended")[:, 2]

    assert np.isfinite(kept[np.add.outer(range(14), range(14)) >= 14]).sum() == 0
    assert kept[2, 5] == 1.0 - ended[..., :6].sum() / started.sum()
    assert kept[:, 0] == pytest.approx(np.ones(14))
    changes = cohort_map.changes_of(counts[0], counts[0])
    assert np.nanmax(abs(changes)) == 0.0 and np.isfinite(changes).sum() == np.isfinite(kept).sum()


def test_the_funnel_goes_on_for_a_year(study):
    """Of the customers won, as many are there a year later as retention after 12 months says."""
    table = study.table("funnel")
    steps = dict(zip(table["step"], table["mean"], strict=True))

    assert list(steps) == ["prospects", "activated", "customers", "alive_m12"]
    kept = study.metric(1, "logo_retention_m12").mean
    assert steps["alive_m12"] == pytest.approx(steps["customers"] * kept)
    assert "alive_m12" not in sim.simulate(FILES[:1], customers=60, months=12, replications=1).table("funnel")["step"]


def test_retention_by_cohort(study):
    """Few panels: quarters of a short study, years of a long one; together they hold everybody."""
    table, everybody = study.retention_table("cohort"), study.retention_table()
    groups = list(dict.fromkeys(table["cohort"]))
    seen = np.array(table["seen"]).reshape(2, len(groups), -1)

    assert groups == ["2026 Q1", "2026 Q2", "2026 Q3", "2026 Q4", "2027 Q1"]
    np.testing.assert_array_equal(seen.sum(axis=1).ravel(), everybody["seen"])
    assert len(sim.charts.retention(study, "cohort").axes) == len(groups)
    with pytest.raises(ValueError, match="'month' is not known; write 'segment', 'plan' or 'cohort'"):
        study.retention_table("month")


# --- what there is not ----------------------------------------------------------------------------------------------


def test_what_is_not_there_is_not_drawn():
    """Each says why: no team, a month that nobody can be followed over, nobody who leaves, no tenure with enough."""
    small = sim.simulate(FILES[:1], customers=20, months=1, replications=1)
    reasons = {"teams": "no scenario", "flows": "one month", "reasons": "no new customer", "habit": "too|enough|100"}

    assert set(reasons) == set(SIMULATED)
    for name, reason in reasons.items():
        with pytest.raises(NotDrawn, match=reason):
            SIMULATED[name](small)


def test_one_replication_says_so():
    """No interval is drawn where there is none."""
    alone = sim.simulate(FILES, customers=1500, months=6, replications=1)

    for name in ("cohorts", "funnel", "reasons", "flows", "habit", "teams"):
        assert "One replication: no interval." in drawn({**CHARTS, **SIMULATED}[name](alone)), name


def test_stages_have_places():
    """Everybody but a prospect who went before paying stands somewhere."""
    assert [stage for stage in Stage if stage_flows.OF_STAGE[stage] < 0] == [Stage.LOST]
