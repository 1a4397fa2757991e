"""Promises that every lever keeps, whatever it does; a new lever needs a line in each table of lever_tables.py."""

import itertools
import zlib

import numpy as np
import pytest
from lever_tables import NO_EFFECT, OWN_EVENTS, STRONG
from worlds import (
    EVERY_LEVER,
    TEAM,
    difference,
    frame_of,
    log_of,
    merged,
    recall,
    run,
    set_rates_at,
    story,
    with_desk,
    with_team,
    without,
    world,
)

from sim.core.customer import Clock, new_customers
from sim.core.events import Event, Plan, Stage, Team
from sim.core.frame import eligible
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.levers import BY_NAME, LEVERS
from sim.scenario.lower import EVERYBODY

BIT = {name: bit for bit, name in enumerate(BY_NAME)}
each_lever = pytest.mark.parametrize("name", BY_NAME)

MET = (Event.REACHED, Event.HELD_OUT)
OF_A_HOLD_OUT = (Event.HELD_OUT, Event.WITHHELD, Event.ALERTED)
"""What is noted of those whom a lever does not reach: nothing of it happens to them."""
TEAM_EVENTS = (Event.TEAM_ASKED, Event.SERVICE_BEGAN, Event.SERVICE_ENDED, Event.LEFT_QUEUE)


def small_world(levers=None, *, customers=200, **changes):
    """Return a world in which many leave and touches do nothing but what they are for."""
    quiet = {"touches": {"awakening": "0 %", "most_per_month": 1000}}
    this = world(levers, customers=customers, **merged({"behaviour": quiet}, changes))
    this.kernel["leave"] *= 3.0
    this.kernel["channels"]["unsubscribes"] = 0.0
    return this


def strong(name, **settings):
    """Return a lever that acts, with some settings more."""
    return {name: STRONG[name] | settings}


def own_events(*names):
    return {*MET, *TEAM_EVENTS, *(event for name in names for event in OWN_EVENTS[name])}


def others(log, *names):
    """Return the log without what levers write of themselves."""
    return without(log, *own_events(*names))


def reached(customers, name):
    return (customers.reached >> BIT[name]) & 1 == 1


def stories_of(log, customers, these):
    return log[np.isin(log["customer"], customers.id[these])]


def run_of_strangers(this):
    """Run a world; return the log and the customers of those whom no friend has brought: they are in every world."""
    log, customers = run(this)
    strangers = customers[customers.referrer < 0]
    return log[np.isin(log["customer"], strangers.id)], strangers


def places_of(log, *events):
    """Return where some events stand, as (customer, time, detail, stage), in any order."""
    rows = story(log[np.isin(log["event"], events)])
    return {tuple(map(int, row)) for row in rows[["customer", "time", "detail", "stage"]]}


# --- no effect ------------------------------------------------------------------------------------------------------


def test_every_lever_is_in_the_tables():
    assert set(BY_NAME) == set(NO_EFFECT) == set(STRONG) == set(OWN_EVENTS)


@each_lever
@pytest.mark.parametrize("window", [
    {}, {"starts": "40 days"}, {"starts": "20 days", "ends": "70 days"}, {"ramp": "4 months", "share": "70 %"},
], ids=str)  # fmt: skip
def test_a_lever_without_effect_changes_no_other_event(name, window):
    """Window edges, ramps and the asking itself move nothing; the lever's own events are all there is."""
    log = log_of(small_world({name: NO_EFFECT[name] | window}))
    expected = {*MET, *OWN_EVENTS[name]} - ({Event.CONTACTED} if "ends" in window else set())
    if "share" not in window:
        expected -= {Event.HELD_OUT, Event.WITHHELD}

    assert expected <= set(map(Event, log["event"]))
    assert difference(log_of(small_world()), others(log, name)) == ""


@pytest.mark.parametrize("channel", ["email", "in_app", "creator"])
@pytest.mark.parametrize("per_month", [1, 4, 30])
def test_a_delivered_touch_of_zero_effect_changes_no_other_event(per_month, channel):
    """Principle 3: touches add no point to anybody's grid and draw from nobody's chance."""
    log = log_of(small_world({"prompts": {"strength": 0, "per_month": per_month, "channel": channel}}))
    plain = log_of(small_world())

    assert (log["event"] == Event.TOUCHED).sum() > 50 * per_month
    assert difference(plain, others(log, "prompts")) == ""


@pytest.mark.parametrize("name, settings", [
    ("prompts", {"strength": 0.5}), ("recall_campaign", recall(benefit="20 %")), ("variable_rewards", {"size": 0.01}),
    ("integrations", {"ability": 0.001, "leave_help": 1, "connects": "20 % per month"}),
])  # fmt: skip
def test_with_an_effect_other_events_change(name, settings):
    """So that the tests here are about what has no effect, and not about what nobody looks at."""
    log = log_of(small_world({name: settings}, customers=600))

    assert difference(log_of(small_world(customers=600)), others(log, name)) != ""


def test_a_touch_that_wakes_a_sleeper_changes_his_story():
    """The strength is 0 here too: reminding is an effect of its own."""
    awake = {"behaviour": {"touches": {"awakening": "50 %"}}}
    log = log_of(small_world({"prompts": {"strength": 0}}, **awake))

    assert (log["event"] == Event.AWAKENED).sum() > 5
    assert difference(log_of(small_world(**awake)), others(log, "prompts")) != ""


TEAMS = [("guided_onboarding", Team.ONBOARDING), ("recall_campaign", Team.RECALL)]


@pytest.mark.parametrize("name, team", TEAMS)
@pytest.mark.parametrize("agents, patience", [(1, 5.0), (2, 1.0), (50, 5.0)])
@pytest.mark.parametrize("fixed", [True, False])
def test_being_served_or_waiting_without_effect_changes_no_other_event(name, team, agents, patience, fixed):
    """Waiting, losing patience, being served late, converting or leaving meanwhile: no other event moves by a bit."""
    this = small_world({name: {**NO_EFFECT[name], "team": TEAM}}, customers=400)
    this.kernel["leave"] *= 3.0
    session = 1.0 if team == Team.ONBOARDING else 3.0
    this = with_team(this, agents, session=session, patience=patience, fixed=fixed, team=team)
    log = log_of(this)
    left, served = (log["detail"][log["event"] == event] for event in (Event.LEFT_QUEUE, Event.SERVICE_ENDED))

    assert set(served) == {team}
    assert (len(left) > 20) == (agents < 3)
    assert len(served) > 30
    assert difference(log_of(this.without_levers()), others(log, name)) == ""


def test_levers_without_effect_do_not_know_of_one_another():
    """All at once, teams and hold-outs included: nothing moves, and each does what it does alone."""
    levers = {name: {"share": "80 %", **settings} for name, settings in NO_EFFECT.items()}
    log = log_of(small_world(levers, customers=400))

    assert difference(log_of(small_world(customers=400)), others(log, *BY_NAME)) == ""
    for name, own in OWN_EVENTS.items():
        alone = log_of(small_world({name: levers[name]}, customers=400))
        mine = np.isin(log["event"], MET) & (log["detail"] == BIT[name])
        assert len(alone) > 0
        assert places_of(alone, *MET) == places_of(log[mine], *MET)
        alone_writes = [event for event in own if sum(event in events for events in OWN_EVENTS.values()) == 1]
        assert places_of(alone, *own) <= places_of(log, *own)
        assert places_of(alone, *alone_writes) == places_of(log, *alone_writes)


def test_both_teams_without_effect_change_no_other_event():
    this = small_world({name: {**NO_EFFECT[name], "team": TEAM} for name, _ in TEAMS}, customers=400)
    this = with_desk(with_team(this, 1, session=3.0), 1, session=3.0)
    log = log_of(this)

    assert {0, 1} == set(log["detail"][log["event"] == Event.LEFT_QUEUE])
    assert difference(log_of(this.without_levers()), others(log, *BY_NAME)) == ""


@each_lever
def test_a_strong_lever_changes_something(name):
    """So that the promises below are about levers that act."""
    log = log_of(small_world(strong(name)))

    assert difference(log_of(small_world()), others(log, name)) != ""


# --- before, outside and after --------------------------------------------------------------------------------------


@each_lever
@pytest.mark.parametrize("ramp", ["0 days", "5 months"])
@pytest.mark.parametrize("starts", [1.0, 37.5, MONTH, 100.0])
def test_before_a_lever_starts_nothing_is_different(name, starts, ramp):
    """With a ramp too; and something is different afterwards."""
    log = log_of(small_world(strong(name, starts=f"{starts} days", ramp=ramp), customers=400))
    plain = log_of(small_world(customers=400))

    assert difference(plain[plain["time"] < starts], log[log["time"] < starts]) == ""
    assert difference(plain, others(log, name)) != ""


@each_lever
def test_a_ramp_opens_for_one_customer_after_another(name):
    """Month by month in equal steps, the same customers first whatever the ramp; nobody meets the lever before."""
    settings = {"starts": "10 days", "ramp": "4 months", "share": "80 %"}
    this = world({name: settings}, customers=800)
    open_for, members = [], None
    for month in range(6):
        this.until = 10.0 + month * MONTH + 0.5
        _, customers = run(this)
        members = reached(customers, name) & (customers.next_kind != Clock.SIGN_UP)
        active, there = (customers.active >> BIT[name]) & 1 == 1, customers.stage != Stage.LOST
        open_for.append(set(customers.id[active].tolist()))
        assert not (active & ~members).any()
        part, count = min(1.0, (month + 1) / 4), (members & there).sum()
        error = np.sqrt(part * (1.0 - part) / count)
        assert (active & there).sum() / count == pytest.approx(part, abs=4.0 * error + 1e-9)

    assert len(members) > 300
    for before, after in itertools.pairwise(open_for):
        assert before <= after


@each_lever
def test_customers_whom_a_lever_does_not_reach_live_as_without_it(name):
    """The hold-out is written down, and nothing else happens to it."""
    log, customers = run_of_strangers(small_world(strong(name, share="40 %"), customers=500))
    plain = log_of(small_world(customers=500))
    out = ~reached(customers, name)
    met, unmet = (set(log["customer"][log["event"] == event]) for event in MET)
    held_out, rest = (stories_of(log, customers, these) for these in (out, ~out))

    assert 0.3 < (~out).mean() < 0.5
    assert met <= set(customers.id[~out]) and unmet <= set(customers.id[out])
    assert difference(stories_of(plain, customers, out), without(held_out, *OF_A_HOLD_OUT)) == ""
    assert difference(stories_of(plain, customers, ~out), others(rest, name)) != ""


@each_lever
@pytest.mark.parametrize("target", [
    {}, {"starts": "30 days", "ends": "100 days"}, {"eligible": {"segments": ["large"]}},
    {"eligible": {"stages": ["growth", "dormancy", "churned"]}}, {"eligible": {"lives": [1]}},
], ids=str)  # fmt: skip
def test_held_out_is_who_would_be_met_and_is_not_reached(name, target):
    """Without effect everybody lives as he does anyway, so met are the same customers at the same times."""
    logs = {share: log_of(small_world({name: {**NO_EFFECT[name], **target, "share": share}}, customers=300))
            for share in ("0 %", "40 %", "100 %")}  # fmt: skip
    found = {share: [places_of(log, event) for event in MET] for share, log in logs.items()}

    assert found["0 %"] == [set(), found["100 %"][0]]
    assert found["100 %"][1] == set()
    assert len(found["40 %"][0] | found["40 %"][1]) == len(found["40 %"][0]) + len(found["40 %"][1])
    assert found["40 %"][0] | found["40 %"][1] == found["100 %"][0]
    prospects_alone = BY_NAME[name].meets == (Stage.INTRODUCTION,)
    if not prospects_alone or "stages" not in target.get("eligible", {}):
        assert found["40 %"][1]


@pytest.mark.parametrize("name", [name for name, lever in BY_NAME.items() if Hook.MONTH_COST in lever.hooks])
def test_a_month_is_paid_for_those_alone_whom_the_lever_meets(name):
    """Though a month's start asks of prospects, too: the others have no part in what it does, nor in what it costs."""
    log = log_of(small_world(strong(name), customers=300))
    paid, met = log[log["event"] == Event.BENEFIT], log[log["event"] == Event.REACHED]

    assert set(paid["stage"]) <= set(BY_NAME[name].meets)
    assert set(paid["customer"]) <= set(met["customer"])


def test_what_is_withheld_is_what_would_have_been_made():
    """Contacts with everybody and with nobody: the same customers, times and methods."""
    logs = [log_of(small_world({"recall_campaign": {**NO_EFFECT["recall_campaign"], "share": share}}, customers=400))
            for share in ("0 %", "100 %")]  # fmt: skip
    withheld, contacted = places_of(logs[0], Event.WITHHELD), places_of(logs[1], Event.CONTACTED)

    assert len(withheld) > 50
    assert withheld == contacted
    assert not (logs[0]["event"] == Event.CONTACTED).any() and not (logs[1]["event"] == Event.WITHHELD).any()


@each_lever
def test_a_ramp_treats_the_reached_and_the_held_out_alike(name):
    """Month by month windows open for equal parts of both, from the lever's start; nobody is in both groups."""
    this = world({name: {"starts": "10 days", "ramp": "4 months", "share": "50 %"}}, customers=1500)
    for month in range(6):
        this.until = 10.0 + month * MONTH + 0.5
        _, customers = run(this)
        there = customers[(customers.next_kind != Clock.SIGN_UP) & (customers.stage != Stage.LOST)].view(np.recarray)
        members = reached(there, name)
        opened, held_out = ((there[group] >> BIT[name]) & 1 == 1 for group in ("active", "held_out"))
        assert not (opened & ~members).any() and not (held_out & members).any()
        for group, group_of in ((opened, members), (held_out, ~members)):
            assert group.sum() / group_of.sum() == pytest.approx(min(1.0, (month + 1) / 4), abs=0.12)


@each_lever
def test_a_larger_share_reaches_the_same_customers_and_more(name):
    few, many = (run_of_strangers(small_world(strong(name, share=share)))[1] for share in ("30 %", "60 %"))

    assert not (reached(few, name) & ~reached(many, name)).any()
    assert reached(few, name).sum() < reached(many, name).sum()


@each_lever
def test_a_lever_switched_off_is_no_lever(name):
    """Written as false, reaching nobody, or starting after the end."""
    plain = log_of(small_world())
    for settings in ({name: False}, strong(name, starts="1000 days")):
        assert difference(plain, log_of(small_world(settings))) == ""
    log = log_of(small_world(strong(name, share="0 %")))
    assert difference(plain, without(log, *OF_A_HOLD_OUT)) == ""


@each_lever
def test_after_a_lever_has_ended_rates_are_what_they_are_without_it(name):
    """State that it has changed may stay; no rate remembers it."""
    this = small_world(strong(name, ends="90 days"), customers=400)
    this.until = 110.0
    _, customers = run(this)
    there = customers[(customers.next_kind != Clock.SIGN_UP) & (customers.stage != Stage.LOST)].view(np.recarray)
    moments = np.minimum(there.now + 0.01, there.next_time)
    without_it = there.copy().view(np.recarray)
    set_rates_at(without_it, this.without_levers().kernel, moments)

    assert reached(there, name).any()
    assert not there.active.any()
    assert all(there[field].tobytes() == without_it[field].tobytes() for field in ("rate", "due", "budget"))


@pytest.mark.parametrize("name", ["guided_onboarding", "integrations"])
def test_while_a_lever_on_rates_runs_they_are_different(name):
    """The test above would notice a rate that remembers."""
    this = small_world(strong(name), customers=400)
    _, customers = run(this)
    there = customers[customers.active != 0].view(np.recarray)
    without_it = there.copy().view(np.recarray)
    without_it.active = 0
    set_rates_at(without_it, this.without_levers().kernel, there.now.copy())

    assert (there.rate != without_it.rate).any(axis=1).sum() > 10


# --- whom it reaches ------------------------------------------------------------------------------------------------


@each_lever
def test_other_levers_change_nobodys_reach(name):
    """The draw belongs to the lever's name: neither its place in the register nor other levers matter."""
    settings = {"share": "50 %"}
    alone = run(world({name: settings}))[1]
    among = run(world(merged(EVERY_LEVER, {name: settings})))[1]
    lever = BY_NAME[name]

    both = np.intersect1d(alone.id, among.id)
    alone, among = (customers[np.isin(customers.id, both)] for customers in (alone, among))
    assert len(both) > 100
    assert dict(zip(alone.id, reached(alone, name), strict=True)) == dict(
        zip(among.id, reached(among, name), strict=True)
    )
    assert zlib.crc32(name.encode()) == lever.reach_number()


def test_levers_reach_customers_independently_of_one_another():
    """Half and half are a quarter in both; four standard errors."""
    customers = run(world({name: {"share": "50 %"} for name in BY_NAME}, customers=2000))[1]
    names = list(BY_NAME)
    both = reached(customers, names[0]) & reached(customers, names[1])

    assert both.mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / len(customers)))


@each_lever
def test_a_lever_for_one_segment_leaves_the_other_alone(name):
    this = small_world(strong(name, eligible={"segments": ["large"]}), customers=400)
    (log, customers), plain = run(this), log_of(small_world(customers=400))
    other = customers.segment == 0

    assert difference(stories_of(plain, customers, other), stories_of(log, customers, other)) == ""
    assert difference(stories_of(plain, customers, ~other), others(stories_of(log, customers, ~other), name)) != ""


@each_lever
def test_a_lever_for_later_lives_leaves_first_lives_alone(name):
    """Until a customer comes back, his story is that without the lever."""
    back = {"returning": {"within_year": "90 %"}}
    this = small_world(strong(name, eligible={"lives": [2]}), customers=400, behaviour=back)
    (log, _), plain = run_of_strangers(this), log_of(this.without_levers())

    assert (plain["life"] == 1).any()
    assert difference(plain[plain["life"] == 0], log[log["life"] == 0]) == ""


@pytest.mark.parametrize("field, values, unrestricted", [
    ("segment", (0, 1), ()), ("stage", tuple(map(int, Stage)), ()),
    ("plan", tuple(map(int, Plan)), (int(Stage.INTRODUCTION),)), ("life", (0, 1, 2), ()), ("channel", (0, 3, 14), ()),
])  # fmt: skip
def test_each_restriction_lets_through_whom_it_names_alone(field, values, unrestricted):
    """A plan is asked for once the customer pays; before that it restricts nobody."""
    mask = {"segment": "segments", "stage": "stages", "plan": "plans", "life": "lives", "channel": "channels"}[field]
    kernel = world(EVERY_LEVER).kernel
    record = frame_of(kernel, LEVERS[0].lever_name())
    for allowed in values:
        record[mask] = 1 << allowed
        for value in values:
            customer = new_customers(1)
            customer.stage = Stage.GROWTH
            customer[field] = value
            assert (value == allowed) == eligible(customer[0], record[0])
            if unrestricted:
                customer.stage = unrestricted[0]
                assert eligible(customer[0], record[0])
    record[mask] = EVERYBODY


@pytest.mark.parametrize("settings, passes, fails", [
    ({"activated": "yes"}, {"activated": 1}, {"activated": 0}),
    ({"activated": "no"}, {"activated": 0}, {"activated": 1}),
    ({"least_worth": "80 USD"}, {"worth": 8000.0}, {"worth": 7999.0}),
    ({"least_risk": "40 %"}, {"risk": 0.4}, {"risk": 0.2}),
    ({"least_responsiveness": "50 %"}, {"responsiveness": 0.7}, {"responsiveness": 0.69}),
], ids=str)  # fmt: skip
def test_each_narrow_condition_lets_through_whom_it_names_alone(settings, passes, fails):
    """Half of all people respond with less than ln 2; what a prospect is worth is not known, and restricts nobody."""
    frame = frame_of(world({LEVERS[0].lever_name(): {"eligible": settings}}).kernel, LEVERS[0].lever_name())
    for fields, expected in ((passes, True), (fails, False)):
        customer = new_customers(1)
        customer.stage = Stage.GROWTH
        for name, value in fields.items():
            customer[name] = value
        assert eligible(customer[0], frame[0]) == expected
        customer.stage = Stage.INTRODUCTION
        assert eligible(customer[0], frame[0]) == (expected or "worth" in fields)


def test_a_target_group_in_a_file_is_the_mask_that_rules_read():
    target = {"segments": ["large"], "plans": ["annual"], "stages": ["growth", "dormancy"], "lives": [1, 3]}
    record = frame_of(world({LEVERS[0].lever_name(): {"eligible": target}}).kernel, LEVERS[0].lever_name())

    assert [int(record[mask][0]) for mask in ("segments", "plans", "stages", "lives")] == [2, 2, 10, 5]
