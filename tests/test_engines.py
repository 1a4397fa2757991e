"""The two engines tell the same story, event by event; blocks, logs, threads and the compiler change nothing."""

import os
import subprocess
import sys
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from by_hand import prospects, quiet_kernel
from worlds import (
    EVERY_LEVER,
    NOBODY_BRINGS,
    ROOT,
    TEAM,
    UNTIED,
    World,
    business,
    copy_levers,
    difference,
    digest,
    log_of,
    merged,
    of,
    on_whole_half_days,
    recall,
    story_of,
    times,
    tiny_shop,
    tiny_world,
    with_desk,
    with_team,
    world,
    world_of,
)

from sim.core.events import Event, Plan, Team
from sim.core.units import MONTH
from sim.engines import compiled, reference
from sim.model.life import ROWS_PER_EVENT
from sim.model.reviews import ties_customers
from sim.scenario.load import load
from sim.study import simulate
from sim.study.design import Design
from sim.study.simulate import Tally, empty_tally, run_replications, run_task

SCENARIOS = sorted((ROOT / "scenarios").glob("**/*.yaml"))
EVERY_LEVER_AND_TEAM = merged(
    EVERY_LEVER, {"guided_onboarding": {"team": TEAM}, "recall_campaign": recall(team=TEAM, stop_number=0.1)}
)
SMALLEST_LOG = 4 * ROWS_PER_EVENT
OF_LEVERS = {"met", "recall", "recall_paired"}
"""What a tally counts of levers alone."""


# --- one story ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("replication", range(3))
@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_engines_agree_on_every_scenario_file(file, replication):
    """Opening book included; the first year of a sample."""
    scenario = load(file).model_copy(update={"horizon": 12 * MONTH, "residual": 0.0})
    this = world_of(scenario, customers=600 if scenario.per_use else 250, replication=replication)
    log = log_of(this)

    assert {Event.OPENED, Event.SIGNED_UP, Event.ENDED} <= set(log["event"])
    assert difference(log_of(this, reference), log) == ""


@pytest.mark.parametrize("agents, session, patience, fixed", [
    (1, 0.5, 1.0, True), (2, 1.0, 1.0, True), (2, 1.5, 0.5, True), (3, 0.5, 30.0, True), (50, 0.5, 1.0, True),
    (1, 0.7, 2.0, False), (2, 1.4, 1.0, False), (50, 0.7, 30.0, False),
])  # fmt: skip
def test_engines_agree_with_a_team_under_load(agents, session, patience, fixed):
    """Simultaneous sign-ups and equal sessions: requests, service ends and lost patience fall on the same times."""
    levers = merged(EVERY_LEVER_AND_TEAM, {"guided_onboarding": {"team": {"priority": ["large"]}}})
    this = on_whole_half_days(world(levers, customers=600))
    this = with_team(this, agents, session=session, patience=patience, fixed=fixed)
    log = log_of(this)
    asked = log["time"][log["event"] == Event.TEAM_ASKED]

    assert len(asked) - len(np.unique(asked)) > 50
    assert (log["event"] == Event.SERVICE_BEGAN).sum() > 50
    assert ((log["event"] == Event.LEFT_QUEUE).sum() > 20) == (agents < 3)
    assert difference(log_of(this, reference), log) == ""


def test_priority_segments_are_served_first():
    """Under load the segment named first gives up waiting less often, and engines serve the same customers."""
    levers = merged(EVERY_LEVER_AND_TEAM, {"guided_onboarding": {"team": {"priority": ["large"]}}})
    log = log_of(with_team(world(levers, customers=600), 1, session=1.0, patience=3.0))
    left = [(log["event"] == Event.LEFT_QUEUE) & (log["segment"] == segment) for segment in (0, 1)]
    asked = [(log["event"] == Event.TEAM_ASKED) & (log["segment"] == segment) for segment in (0, 1)]

    assert left[1].sum() / asked[1].sum() < 0.5 * left[0].sum() / asked[0].sum()


@pytest.mark.parametrize("engine", [compiled, reference], ids=["compiled", "reference"])
def test_the_order_at_equal_times(engine):
    """Service ends, who loses patience leaves, who asks is in the queue, and only then an agent is freed."""
    kernel = quiet_kernel()
    kernel["convert"], kernel["use"]["peak"] = 0.0, 0.0
    copy_levers(kernel, world({"guided_onboarding": {"team": TEAM}}).kernel)
    customers = prospects(4)
    customers.next_time = (0.0, 0.0, 0.5, 1.0)
    customers.segment = (0, 0, 1, 0)
    this = with_team(World(customers, kernel, 3.0), 1, session=1.0, patience=1.0)
    this.kernel["teams"]["rank"][0, 0, :2] = (1, 0)
    log = log_of(this, engine)
    log = log[(log["event"] >= Event.TEAM_ASKED) & (log["event"] <= Event.LEFT_QUEUE)]
    at_one = log[log["time"] == 1.0]

    assert story_of(of(log, 1)) == [(Event.TEAM_ASKED, 0), (Event.SERVICE_BEGAN, 0), (Event.SERVICE_ENDED, 0)]
    assert story_of(of(log, 2)) == [(Event.TEAM_ASKED, 0), (Event.LEFT_QUEUE, 0)]
    assert list(at_one["customer"]) == [1, 2, 4, 3]
    assert list(at_one["event"]) == [Event.SERVICE_ENDED, Event.LEFT_QUEUE, Event.TEAM_ASKED, Event.SERVICE_BEGAN]
    assert list(of(log, 3)["time"][of(log, 3)["event"] == Event.SERVICE_BEGAN]) == [1.0]


def test_engines_agree_on_a_crowded_call_desk():
    """On one day everybody who has left is to be called: requests, ends of calls, lost patience share their times."""
    this = world({"recall_campaign": recall(call="30 %", contacts=2, starts="100 days", team=TEAM)}, customers=1200)
    this.kernel["leave"] *= 10.0
    this.kernel["levers"]["recall_campaign"]["spacing"] = 0.0
    this = with_desk(this, 2, session=0.5, patience=2.0)
    log = log_of(this)
    asked = times(log, Event.TEAM_ASKED)

    assert (asked == 100.0).sum() > 50
    assert {(len(times(log, event)) > 5) for event in (Event.SERVICE_BEGAN, Event.LEFT_QUEUE)} == {True}
    assert (log["event"] == Event.RETURNED).sum() > 3
    assert difference(log_of(this, reference), log) == ""


@pytest.mark.parametrize("onboarding, desk, fixed", [(1, 1, True), (1, 2, False), (2, 1, True), (50, 50, True)])
def test_engines_agree_with_both_teams_under_load(onboarding, desk, fixed):
    """Two queues on one calendar: nobody is served by the other team, and its agents are not free for him."""
    levers = merged(EVERY_LEVER_AND_TEAM, {"recall_campaign": {"call": "50 %", "contacts": 9, "spacing": "3 days"}})
    this = on_whole_half_days(world(levers, customers=600))
    this.kernel["leave"] *= 10.0
    this = with_team(this, onboarding, session=1.5, patience=1.0, fixed=fixed)
    this = with_desk(this, desk, session=2.0, patience=0.5, fixed=fixed)
    log = log_of(this)

    for team, agents in ((Team.ONBOARDING, onboarding), (Team.RECALL, desk)):
        own = log[log["detail"] == team]
        assert (own["event"] == Event.SERVICE_BEGAN).sum() > 40
        assert ((own["event"] == Event.LEFT_QUEUE).sum() > 20) == (agents < 3)
        assert most_at_once(own) == agents or agents == 50
    assert difference(log_of(this, reference), log) == ""


def most_at_once(log):
    """Return how many customers of a team are being served at the same time, at most."""
    changes = sorted((row["time"], row["event"] == Event.SERVICE_BEGAN) for row in log
                     if row["event"] in (Event.SERVICE_BEGAN, Event.SERVICE_ENDED))  # fmt: skip
    return max(np.cumsum([1 if began else -1 for _, began in changes]))


# --- the stop rule ------------------------------------------------------------------------------------------------


def campaign_world(**campaign):
    """Return a world in which many are recalled, with a stop rule as the kernel holds it."""
    levers = {"recall_campaign": recall(benefit="60 %", feature_news="60 %", contacts=9, spacing="3 days")}
    this = world(levers, customers=600, horizon="10 months")
    this.kernel["leave"] *= 6.0
    for name, value in {"from_month": 0, **campaign}.items():
        this.kernel["campaign"][name] = value
    return this


def recalled_by_month(log, months):
    """Return number and mean monthly worth of those recalled in each month: full price of their seats by the month."""
    back = np.flatnonzero((log["event"] == Event.RETURNED) & (log["detail"] > 0))
    month = (log["time"][back] / MONTH).astype(int)
    counts = np.bincount(month, minlength=months)
    assert set(log["plan"][back]) == {Plan.MONTHLY, Plan.ANNUAL}
    return counts, np.bincount(month, 3000 * log["seats"][back], minlength=months) / np.maximum(1, counts)


STOP_RULES = (
    {"least_number": 14.0}, {"least_number": 13.0, "from_month": 6}, {"least_worth": 8000.0}, {"least_worth": 16_000.0},
)  # fmt: skip


def first_stop(log, rule):
    """Return the first month start that the rule stops a campaign at, from how it would have gone on."""
    counts, worth = recalled_by_month(log, 10)
    poor = (counts < rule.get("least_number", 0)) | ((counts > 0) & (worth < rule.get("least_worth", 0)))
    return min(month for month in range(max(1, rule.get("from_month", 0)), 10) if poor[month - 1])


@pytest.mark.parametrize("rule", STOP_RULES, ids=str)
def test_a_campaign_stops_by_the_month_before_alone(rule):
    """At the first month start before which too few or too poor came back in one month; till then nothing differs."""
    free, this = log_of(campaign_world()), campaign_world(watched=1, **rule)
    log, stop = log_of(this), first_stop(free, rule) * MONTH

    assert difference(free[free["time"] < stop], log[log["time"] < stop]) == ""
    assert (times(free, Event.CONTACTED) > stop).sum() > 20
    assert times(log, Event.CONTACTED).max() < stop
    assert difference(log_of(this, reference), log) == ""


def test_the_stop_rules_above_stop_in_different_months():
    """So that number, worth and the first month all are looked at."""
    assert [first_stop(log_of(campaign_world()), rule) for rule in STOP_RULES] == [1, 7, 3, 2]


def test_a_campaign_begins_anew_with_each_run():
    """A kernel that has seen a campaign stop is good for another run, of either engine."""
    this = campaign_world(watched=1, least_number=1e9)
    logs = [log_of(this), log_of(this, reference), log_of(this)]

    assert this.kernel["campaign"]["stopped"] == 1
    assert difference(logs[0], logs[1]) == difference(logs[0], logs[2]) == ""
    assert (logs[0]["event"] == Event.CONTACTED).any()


def test_a_stop_rule_that_is_never_met_changes_nothing():
    """Month by month or one life after another: the same story."""
    this, watched = campaign_world(), campaign_world(watched=1)

    assert ties_customers(watched.kernel) and not ties_customers(this.kernel)
    assert difference(log_of(this), log_of(watched)) == ""


def test_a_crowd_waits():
    """More customers at once than calendar and queue have room for at first: they grow and forget nobody."""
    kernel = quiet_kernel(use={"peak": 0.0})
    copy_levers(kernel, world({"guided_onboarding": {"team": TEAM}}).kernel)
    crowd = prospects(3000)
    crowd.next_time = np.floor(np.arange(3000) / 300) / 10
    this = with_team(World(crowd, kernel, 4.0), 3, session=0.01, patience=3.0)
    log = log_of(this)

    served, left = (len(times(log, event)) for event in (Event.SERVICE_ENDED, Event.LEFT_QUEUE))

    assert (served, left) == (3 * 391, 3000 - 3 * 391)  # the last lose their patience on day 3.9
    assert difference(log_of(this, reference), log) == ""


def test_a_team_that_is_never_asked_ties_nobody():
    """Month by month or one life after another: the same story."""
    this = world(UNTIED)
    tied = this.copy()
    tied.kernel["teams"]["agents"] = 3
    tied.kernel["teams"]["session"] = 1.0

    assert ties_customers(tied.kernel) and not ties_customers(this.kernel)
    assert difference(log_of(this), log_of(tied)) == ""


def test_a_horizon_inside_a_month_cuts_the_story_and_changes_nothing_before_it():
    for this in (world(EVERY_LEVER), with_team(world(EVERY_LEVER_AND_TEAM), 1)):
        whole = log_of(this)
        this.until = 77.7
        part = log_of(this)

        assert difference(whole[whole["time"] < 77.7], part) == ""
        assert difference(log_of(this, reference), part) == ""


# --- blocks, logs, threads, order ---------------------------------------------------------------------------------


@cache
def scenarios(team):
    """The business, and the business with all levers."""
    levers = EVERY_LEVER_AND_TEAM if team else UNTIED
    time = {"horizon": "14 months", "residual": "3 months"}
    return business(**time), business(levers, name="all levers", **time)


def tallies(jobs=1, team=False, replications=2, **options):
    """Run a small study; return its tallies [replication][scenario]."""
    design = Design(scenarios(team), customers=150, replications=replications, **options)
    return [found for _, found in run_replications(design, list(range(replications)), jobs)]


def assert_same_tallies(expected, actual):
    for replication, (one, other) in enumerate(zip(expected, actual, strict=True)):
        for number, (mine, yours) in enumerate(zip(one, other, strict=True)):
            for name in Tally.__dataclass_fields__:
                assert np.array_equal(getattr(mine, name), getattr(yours, name)), (replication, number, name)


def test_tallies_count_something():
    """What the tests below compare is not empty."""
    without_levers, with_levers = tallies(block=7)[0]
    for name in Tally.__dataclass_fields__:
        assert getattr(with_levers, name).any(), name
        assert getattr(without_levers, name).any() or name in OF_LEVERS, name


@pytest.mark.parametrize("team", [False, True], ids=["no team", "team"])
@pytest.mark.parametrize("block", [1, 7, 4096])
def test_block_size_changes_nothing(block, team):
    assert_same_tallies(tallies(block=50, team=team), tallies(block=block, team=team))


@pytest.mark.parametrize("team", [False, True], ids=["no team", "team"])
@pytest.mark.parametrize("rows", [SMALLEST_LOG, SMALLEST_LOG + 1, 1000])
def test_size_of_the_log_changes_nothing(rows, team, monkeypatch):
    expected = tallies(team=team)
    monkeypatch.setattr(simulate, "run_engine", lambda design: partial(compiled.run, log_rows=rows))

    assert_same_tallies(expected, tallies(team=team))


@pytest.mark.parametrize("rows", [SMALLEST_LOG, 1000])
@pytest.mark.parametrize("engine", [compiled, reference], ids=["compiled", "reference"])
def test_pieces_of_the_log_join_to_the_same_log(engine, rows):
    """Row for row, not only in sum; also when one customer's month does not fit into a piece."""
    busy = with_team(world(EVERY_LEVER_AND_TEAM, customers=60), 1)
    busy.kernel["use"]["peak"] = 10.0
    for this in (world(EVERY_LEVER), with_team(world(EVERY_LEVER_AND_TEAM), 1), busy, tiny_world(), tiny_shop()):
        whole, joined = log_of(this, engine), log_of(this, engine, rows)

        assert len(whole) == len(joined)
        assert (whole == joined).all()


@pytest.mark.parametrize("team", [False, True], ids=["no team", "team"])
def test_number_of_threads_changes_nothing(team):
    expected = tallies(jobs=1, block=20, team=team, replications=4)

    assert_same_tallies(expected, tallies(jobs=2, block=20, team=team, replications=4))
    assert_same_tallies(expected, tallies(jobs=3, block=20, team=team, replications=4))


def test_order_of_tasks_changes_nothing():
    design = Design(scenarios(False), customers=150, block=10)
    tasks = list(design.tasks(0))
    assert len(tasks) > 10
    totals = []
    for order in (range(len(tasks)), reversed(range(len(tasks))), np.random.default_rng(1).permutation(len(tasks))):
        total = [empty_tally(design) for _ in design.scenarios]
        for place in order:
            for tally, part in zip(total, run_task(design, tasks[place]), strict=True):
                tally.add(part)
        totals.append([total])

    assert_same_tallies(totals[0], totals[1])
    assert_same_tallies(totals[0], totals[2])


def test_engine_of_a_study_changes_nothing():
    assert_same_tallies(tallies(), tallies(engine="reference"))
    assert_same_tallies(tallies(team=True), tallies(engine="reference", team=True))


# --- without the compiler -------------------------------------------------------------------------------------------

ORDERS = {Event.ORDERED, Event.ORDER_CANCELLED}


def test_the_tiny_worlds_see_every_event():
    """So that the next test compares every rule: of subscriptions, and of a shop."""
    subscriptions, orders = (set(map(Event, log_of(make())["event"])) for make in (tiny_world, tiny_shop))

    assert set(Event) - ORDERS - NOBODY_BRINGS == subscriptions
    assert {Event.CONTACTED, Event.WITHHELD, Event.UNSUBSCRIBED, Event.LEFT_QUEUE, *ORDERS} <= orders


def test_the_rules_as_plain_python_give_the_same_log():
    """Without the compiler, so in a debugger too, both engines write the same logs to the bit, and nothing warns."""
    expected = [digest(log_of(make())) for make in (tiny_world, tiny_shop)]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    script = Path(__file__).parent / "worlds.py"
    found = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)

    assert found.stderr == ""
    assert ["1", expected[0], expected[0], expected[1], expected[1]] == found.stdout.split()
