"""Promises that every lever keeps, whatever it does; a new lever needs one line here: how it acts without effect."""

import itertools
import zlib

import numpy as np
import pytest
from worlds import (
    EVERY_LEVER,
    TEAM,
    difference,
    frame_of,
    log_of,
    merged,
    run,
    set_rates_at,
    with_team,
    without,
    world,
)

from sim.core.customer import Clock, new_customers
from sim.core.events import Event, Plan, Stage
from sim.core.lever import eligible
from sim.core.units import MONTH
from sim.levers import BY_NAME, LEVERS
from sim.scenario.lower import EVERYBODY

BIT = {name: bit for bit, name in enumerate(BY_NAME)}
each_lever = pytest.mark.parametrize("name", BY_NAME)

TEAM_EVENTS = (Event.TEAM_ASKED, Event.SERVICE_BEGAN, Event.SERVICE_ENDED, Event.LEFT_QUEUE)
NO_EFFECT = {
    "annual_plan": {"take_up": "0 %", "discount": "0 %"},
    "guided_onboarding": {"step_help": 1, "use_help": 1, "leave_help": 1},
}
"""For every lever, settings with which it acts and changes nothing."""
OWN_EVENTS = {"annual_plan": (), "guided_onboarding": (Event.GUIDED, *TEAM_EVENTS)}
"""Events that a lever may write of itself, even without effect."""


def reached(customers, name):
    return (customers.reached >> BIT[name]) & 1 == 1


def stories_of(log, customers, these):
    return log[np.isin(log["customer"], customers.id[these])]


# --- no effect ------------------------------------------------------------------------------------------------------


def test_every_lever_is_in_the_table_of_no_effect():
    assert set(BY_NAME) == set(NO_EFFECT) == set(OWN_EVENTS)


@each_lever
@pytest.mark.parametrize("window", [
    {}, {"starts": "40 days"}, {"starts": "20 days", "ends": "70 days"}, {"ramp": "4 months", "share": "70 %"},
], ids=str)  # fmt: skip
def test_a_lever_without_effect_changes_no_other_event(name, window):
    """Window edges, ramps and the asking itself move nothing; the lever's own events are all there is."""
    log = log_of(world({name: NO_EFFECT[name] | window}))
    plain = log_of(world())

    assert all((log["event"] == event).any() for event in OWN_EVENTS[name] if event not in TEAM_EVENTS)
    assert difference(plain, without(log, *OWN_EVENTS[name])) == ""


@pytest.mark.parametrize("agents, patience", [(1, 5.0), (2, 1.0), (50, 5.0)])
@pytest.mark.parametrize("fixed", [True, False])
def test_being_served_or_waiting_without_effect_changes_no_other_event(agents, patience, fixed):
    """Waiting, losing patience, being served late, converting or leaving meanwhile: no other event moves by a bit."""
    this = world({"guided_onboarding": {**NO_EFFECT["guided_onboarding"], "team": TEAM}}, customers=400)
    this = with_team(this, agents, session=1.0, patience=patience, fixed=fixed)
    log = log_of(this)
    plain = log_of(this.without_levers())

    assert ((log["event"] == Event.LEFT_QUEUE).sum() > 20) == (agents < 3)
    assert (log["event"] == Event.SERVICE_ENDED).sum() > 50
    assert difference(plain, without(log, Event.GUIDED, *TEAM_EVENTS)) == ""


@each_lever
def test_a_lever_with_its_defaults_changes_something(name):
    """So that the promises here are about levers that act."""
    log = without(log_of(world({name: {}})), *OWN_EVENTS[name])

    assert difference(log_of(world()), log) != ""


# --- before, outside and after --------------------------------------------------------------------------------------


@each_lever
@pytest.mark.parametrize("ramp", ["0 days", "5 months"])
@pytest.mark.parametrize("starts", [1.0, 37.5, MONTH, 100.0])
def test_before_a_lever_starts_nothing_is_different(name, starts, ramp):
    """With a ramp too; and something is different afterwards."""
    log, plain = log_of(world({name: {"starts": f"{starts} days", "ramp": ramp}})), log_of(world())

    assert difference(plain[plain["time"] < starts], log[log["time"] < starts]) == ""
    assert difference(plain, log) != ""


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
        active = (customers.active >> BIT[name]) & 1 == 1
        open_for.append(set(customers.id[active].tolist()))
        assert not (active & ~members).any()
        assert active.sum() / members.sum() == pytest.approx(min(1.0, (month + 1) / 4), abs=0.1)

    assert len(members) > 300
    for before, after in itertools.pairwise(open_for):
        assert before <= after


@each_lever
def test_customers_whom_a_lever_does_not_reach_live_as_without_it(name):
    log, customers = run(world({name: {"share": "40 %"}}, customers=500))
    plain = log_of(world(customers=500))
    out = ~reached(customers, name)

    assert 0.3 < (~out).mean() < 0.5
    assert difference(stories_of(plain, customers, out), stories_of(log, customers, out)) == ""
    assert difference(stories_of(plain, customers, ~out), stories_of(log, customers, ~out)) != ""


@each_lever
def test_a_larger_share_reaches_the_same_customers_and_more(name):
    few, many = (run(world({name: {"share": share}}))[1] for share in ("30 %", "60 %"))

    assert not (reached(few, name) & ~reached(many, name)).any()
    assert reached(few, name).sum() < reached(many, name).sum()


@each_lever
def test_a_lever_switched_off_is_no_lever(name):
    """Written as false, reaching nobody, or starting after the end."""
    plain = log_of(world())
    for setting in (False, {"share": "0 %"}, {"starts": "1000 days"}):
        assert difference(plain, log_of(world({name: setting}))) == ""


@each_lever
def test_after_a_lever_has_ended_rates_are_what_they_are_without_it(name):
    """State that it has changed may stay; no rate remembers it."""
    this = world({name: {"ends": "90 days"}}, customers=400)
    this.until = 110.0
    _, customers = run(this)
    there = customers[(customers.next_kind != Clock.SIGN_UP) & (customers.stage != Stage.LOST)].view(np.recarray)
    moments = np.minimum(there.now + 0.01, there.next_time)
    without_it = there.copy().view(np.recarray)
    set_rates_at(without_it, this.without_levers().kernel, moments)

    assert reached(there, name).any()
    assert not there.active.any()
    assert all(there[field].tobytes() == without_it[field].tobytes() for field in ("rate", "due", "budget"))


def test_while_a_lever_on_rates_runs_they_are_different():
    """The test above would notice a rate that remembers."""
    this = world({"guided_onboarding": {}}, customers=400)
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

    assert (reached(alone, name) == reached(among, name)).all()
    assert zlib.crc32(name.encode()) == lever.reach_number()


def test_levers_reach_customers_independently_of_one_another():
    """Half and half are a quarter in both; four standard errors."""
    customers = run(world({name: {"share": "50 %"} for name in BY_NAME}, customers=2000))[1]
    names = list(BY_NAME)
    both = reached(customers, names[0]) & reached(customers, names[1])

    assert both.mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / len(customers)))


@each_lever
def test_a_lever_for_one_segment_leaves_the_other_alone(name):
    this = world({name: {"eligible": {"segments": ["large"]}}}, customers=400)
    (log, customers), plain = run(this), log_of(world(customers=400))
    other = customers.segment == 0

    assert difference(stories_of(plain, customers, other), stories_of(log, customers, other)) == ""
    assert difference(stories_of(plain, customers, ~other), stories_of(log, customers, ~other)) != ""


@each_lever
def test_a_lever_for_later_lives_leaves_first_lives_alone(name):
    """Until a customer comes back, his story is that without the lever."""
    back = {"returning": {"within_year": "90 %"}}
    this = world({name: {"eligible": {"lives": [2]}}}, customers=400, behaviour=back)
    this.kernel["leave"] *= 5.0
    log, plain = log_of(this), log_of(this.without_levers())

    assert (plain["life"] == 1).any()
    assert difference(plain[plain["life"] == 0], log[log["life"] == 0]) == ""


@pytest.mark.parametrize("field, values, unrestricted", [
    ("segment", (0, 1), ()), ("stage", tuple(map(int, Stage)), ()),
    ("plan", tuple(map(int, Plan)), (int(Stage.INTRODUCTION),)), ("life", (0, 1, 2), ()),
])  # fmt: skip
def test_each_restriction_lets_through_whom_it_names_alone(field, values, unrestricted):
    """A plan is asked for once the customer pays; before that it restricts nobody."""
    mask = {"segment": "segments", "stage": "stages", "plan": "plans", "life": "lives"}[field]
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


def test_a_target_group_in_a_file_is_the_mask_that_rules_read():
    target = {"segments": ["large"], "plans": ["annual"], "stages": ["growth", "dormancy"], "lives": [1, 3]}
    record = frame_of(world({LEVERS[0].lever_name(): {"eligible": target}}).kernel, LEVERS[0].lever_name())

    assert [int(record[mask][0]) for mask in ("segments", "plans", "stages", "lives")] == [2, 2, 10, 5]
