"""Random worlds: whatever the behaviour, the levers and the team, the engines agree and every story makes sense."""

import numpy as np
import pytest
from grammar import nonsense
from worlds import World, difference, frame_of, log_of, on_whole_half_days, run, set_rates_at, with_sign_ups, world

from sim.core.customer import Clock
from sim.core.events import Event, Stage
from sim.core.parameter import declared
from sim.core.units import MONTH
from sim.engines import reference
from sim.levers import LEVERS
from sim.model.behaviour import Behaviour
from sim.model.kernel import SEGMENTS
from sim.scenario.lower import EVERYBODY

SETTINGS, MANY = 120, 500
"""Random settings of the default run, and those added in the slow one."""
CHUNK = 10


def chunks(first, count):
    return [range(start, start + CHUNK) for start in range(first, first + count, CHUNK)]


def chunk_name(numbers):
    return f"{numbers[0]}-{numbers[-1]}"


def setting(number):
    """Return a random world; the number says which, so that a failure can be looked at again."""
    random = np.random.default_rng(number)
    customers = int(random.integers(40, 300))
    this = world(customers=customers, seed=number, replication=int(random.integers(3)))
    kernel = this.kernel
    randomise_behaviour(random, kernel)
    for lever in LEVERS:
        randomise_frame(random, lever, frame_of(kernel, lever.lever_name()))
        randomise_lever(random, lever, kernel["levers"][lever.lever_name()])
    randomise_team(random, kernel)
    if random.random() < 0.4:
        this = with_sign_ups(this, lambda times: 0.1 * times)
    if random.random() < 0.5:
        this = on_whole_half_days(this)
    return World(this.customers, kernel, float(random.uniform(4, 10)) * MONTH)


def between(random, one, whole=False):
    """Draw a value inside a parameter's declared range, often one of its ends."""
    low, high = float(one.parsed(one.low)), float(one.parsed(one.high))
    value = random.choice([low, high, random.uniform(low, high), random.uniform(low, high)])
    return round(value) if whole else value


def randomise_behaviour(random, kernel):
    """Every parameter of behaviour inside its range; then those that matter most, far outside it."""
    for name, field in Behaviour.model_fields.items():
        for one in declared(field.annotation):
            if random.random() < 0.5:
                kernel[name][one.name] = between(random, one, whole=one.unit == "count")
    for group, name, values in (
        ("introduction", "trial", [1.0, 5.0, 14.0, 30.0]),
        ("introduction", "give_up", [0.0, 0.02, 0.3]),
        ("activation", "steps", [1, 2, 3, 6]),
        ("leaving", "attention", [0.2, 0.5, 1.0]),
        ("leaving", "resume", [0.0, 0.01, 0.1, 1.0]),
        ("leaving", "trapped", [0.0, 0.5, 0.95, 1.0]),
        ("payment", "fails", [0.0, 0.1, 0.5]),
        ("payment", "recovered", [0.0, 0.5, 0.9]),
        ("stages", "dormant_after", [2.0, 5.0, 30.0, 180.0]),
        ("stages", "mature_after", [0.0, 20.0, 90.0]),
        ("returning", "within_year", [0.0, 0.1, 0.5, 0.9]),
        ("returning", "shape", [0.3, 0.52, 1.0, 1.5]),
    ):
        kernel[group][name] = random.choice(values)
    kernel["retry_recovers"] = random.choice([0.0, 0.4, 1.0])
    kernel["leave"] *= random.uniform(1.0, 6.0)
    kernel["convert"] *= random.choice([0.3, 1.0, 5.0, 100.0])
    kernel["season"] = random.choice([1.0, 1.0, 0.5, 2.0, 0.0], kernel["season"].shape)


def randomise_frame(random, lever, record):
    """On or off, any window, any ramp, any share, any target group."""
    record["on"] = random.random() < 0.7
    record["reach_number"] = lever.reach_number()
    starts = float(random.choice([0.0, 0.0, random.uniform(0.0, 150.0), MONTH, 30.0]))
    record["starts"] = starts
    record["ends"] = random.choice([np.inf, starts + random.uniform(1.0, 100.0), 4 * MONTH])
    record["ramp_months"] = random.choice([0.0, 1.0, 2.5, 6.0])
    record["share"] = random.choice([0.0, 0.3, 0.7, 1.0, 1.0])
    for mask, bits in (("segments", 2), ("plans", 2), ("stages", 4), ("lives", 3)):
        record[mask] = random.choice([EVERYBODY] * 5 + [random.integers(1 << bits)])
    record["meets"] = sum(1 << stage for stage in lever.meets)


def randomise_lever(random, lever, record):
    """Any strength inside the declared ranges."""
    for one in declared(lever):
        if one.name in lever.own_parameters():
            if one.low is not None:
                record[one.name] = between(random, one)
            elif one.market is not None:
                record[one.name] = random.integers(10_000)
    record["has_team"] = lever.team_kind is not None and random.random() < 0.8


def randomise_team(random, kernel):
    """One to six agents if anybody may ask for them; equal or random lengths of sessions and patience."""
    team = kernel["teams"]
    team["agents"] = 0
    if any(kernel["levers"][lever.lever_name()]["has_team"][0] for lever in LEVERS):
        team["agents"] = random.choice([1, 1, 2, 3, 4, 5, 6])
    team["session"] = random.choice([0.25, 0.5, 1.0, 3.0, 20.0])
    team["patience"] = random.choice([0.5, 1.0, 2.0, 30.0])
    team["fixed"] = random.integers(2)
    team["rank"] = random.integers(3, size=SEGMENTS)


def compare(numbers):
    """Compare the engines on random settings; return the number of log rows compared."""
    rows = 0
    for number in numbers:
        this = setting(number)
        log = log_of(this)
        found = difference(log_of(this, reference), log)
        assert found == "", f"setting {number}: {found}"
        rows += len(log)
    return rows


@pytest.mark.parametrize("numbers", chunks(0, SETTINGS), ids=chunk_name)
def test_engines_agree_in_random_worlds(numbers):
    """Event by event, times to the bit."""
    assert compare(numbers) > 15_000


@pytest.mark.slow
@pytest.mark.parametrize("numbers", chunks(SETTINGS, MANY), ids=chunk_name)
def test_engines_agree_in_many_random_worlds(numbers):
    assert compare(numbers) > 15_000


def test_random_worlds_are_not_dull():
    """Together they see every event that a rule can write, teams under load and without, and levers on and off."""
    logs = [log_of(setting(number)) for number in range(40)]
    counts = np.bincount(np.concatenate(logs)["event"], minlength=len(Event))
    unseen = {event for event in Event if counts[event] < 30}
    kernels = [setting(number).kernel for number in range(40)]

    assert unseen == {Event.ORDERED, Event.REFUNDED}
    assert {0, 1, 6} <= {int(kernel["teams"]["agents"][0, 0]) for kernel in kernels}
    for lever in LEVERS:
        assert {0, 1} == {int(frame_of(kernel, lever.lever_name())["on"][0]) for kernel in kernels}


@pytest.mark.parametrize("numbers", chunks(0, SETTINGS // 2), ids=chunk_name)
def test_every_story_makes_sense(numbers):
    """Time goes forward and every event is possible after those before it."""
    for number in numbers:
        found = nonsense(log_of(setting(number)))

        assert found == "", f"setting {number}: {found}"


@pytest.mark.parametrize("numbers", chunks(0, SETTINGS), ids=chunk_name)
def test_recomputing_rates_between_events_moves_nothing(numbers):
    """Principle 3: no due time, rate or budget moves by a bit when rates are set again before the next event."""
    for number in numbers:
        this = setting(number)
        this.until *= 0.7
        _, customers = run(this)
        there = customers[(customers.next_kind != Clock.SIGN_UP)].view(np.recarray)
        chance = np.random.default_rng(number).uniform(size=len(there))
        latest = np.minimum(there.next_time, there.now + 400.0)
        moments = np.minimum(there.now + chance * (latest - there.now), there.next_time)
        assert (moments > there.now).sum() > 0.5 * len(there)
        again = there.copy().view(np.recarray)
        set_rates_at(again, this.kernel, moments)

        for name in ("rate", "budget", "due"):
            assert there[name].tobytes() == again[name].tobytes(), (number, name)


def test_recomputing_rates_is_tried_in_every_stage():
    """What the test above compares stands in every stage of the life cycle."""
    stages = [run(setting(number))[1].stage for number in range(20)]

    assert set(Stage) == set(map(Stage, np.unique(np.concatenate(stages))))
