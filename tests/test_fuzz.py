"""Random worlds: whatever the behaviour, the levers and the teams, the engines agree and every story makes sense."""

from dataclasses import replace

import numpy as np
import pytest
from grammar import nonsense
from worlds import (
    NOBODY_BRINGS,
    difference,
    frame_of,
    log_of,
    on_whole_half_days,
    run,
    set_rates_at,
    shop,
    with_sign_ups,
    world,
    world_of,
)

from sim.core.custom import ADD, CUSTOM_PLACES, MULTIPLY, CustomLever
from sim.core.customer import Clock
from sim.core.events import Channel, Event, Plan, Stage, Team
from sim.core.hooks import CUSTOM_HOOKS, Hook
from sim.core.lever import words_of
from sim.core.parameter import declared
from sim.core.units import MONTH
from sim.engines import reference
from sim.levers import BY_NAME, LEVERS
from sim.model.behaviour import Behaviour
from sim.model.kernel import SEGMENTS
from sim.model.reviews import ties_customers
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
    size = {"customers": int(random.integers(40, 500)), "seed": number, "replication": int(random.integers(3))}
    lines = {"acquisition": {"channels": LINES}} if random.random() < 0.3 else {}
    this = world_of(shop(**lines), **size) if random.random() < 0.3 else world(**size, **lines)
    kernel = this.kernel
    randomise_behaviour(random, kernel)
    randomise_shop(random, this)
    randomise_channels(random, kernel)
    randomise_relations(random, kernel)
    for place in range(CUSTOM_PLACES):
        randomise_own(random, kernel, place)
    for lever in LEVERS:
        randomise_frame(random, lever, frame_of(kernel, lever.lever_name()))
        randomise_lever(random, lever, kernel["levers"][lever.lever_name()])
    if random.random() < 0.75:
        randomise_teams(random, kernel)
        randomise_campaign(random, kernel["campaign"])
        if random.random() < 0.3:
            crowd_the_desk(random, kernel)
    if random.random() < 0.3:
        kernel["frames"]["budget"] = random.choice([0.0, 3000.0], kernel["frames"]["budget"].shape)
    if random.random() < 0.6:
        kernel["voice"]["strength"] = 0.0
    if random.random() < 0.2:
        untie(kernel)
    if random.random() < 0.4:
        this = with_sign_ups(this, lambda times: 0.1 * times)
    if random.random() < 0.5:
        this = on_whole_half_days(this)
    if number % 3 == 0:
        offer_pauses(kernel)
    return replace(this, until=float(random.uniform(4, 10)) * MONTH)


def offer_pauses(kernel):
    """Keep many of those who ask to cancel by a short pause."""
    frame, lever = frame_of(kernel, "cancel_flow"), kernel["levers"]["cancel_flow"]
    frame["on"], frame["starts"], frame["ends"], frame["share"] = 1, 0.0, np.inf, 0.9
    lever["offers"], lever["matched"], lever["unmatched"] = (
        words_of(BY_NAME["cancel_flow"], "offers").index("pause"),
        0.7,
        0.7,
    )
    kernel["saves"]["pause"] = 25.0


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
        ("investment", "holds", [0.0, 0.3, 1.0]),
        ("touches", "most_per_month", [1, 4, 30]),
        ("touches", "awakening", [0.0, 0.5, 1.0]),
        ("touches", "memory", [2.0, 30.0]),
        ("leaving", "attention", [0.2, 0.5, 1.0]),
        ("leaving", "resume", [0.0, 0.01, 0.1, 1.0]),
        ("leaving", "trapped", [0.0, 0.5, 0.95, 1.0]),
        ("payment", "fails", [0.0, 0.1, 0.5]),
        ("payment", "recovered", [0.0, 0.5, 0.9]),
        ("payment", "replacement", [20.0, 100.0, 1000.0]),
        ("stages", "dormant_after", [2.0, 5.0, 30.0, 180.0]),
        ("stages", "lost_after", [6.0, 20.0, 60.0, 365.0]),
        ("stages", "mature_after", [0.0, 20.0, 90.0]),
        ("returning", "within_year", [0.0, 0.1, 0.5, 0.9]),
        ("returning", "shape", [0.3, 0.52, 1.0, 1.5]),
    ):
        kernel[group][name] = random.choice(values)
    retries = ("first_retry", "second_retry", "last_retry")
    for name, days in zip(retries, np.sort([kernel["payment"][name][0] for name in retries]), strict=True):
        kernel["payment"][name] = days
    kernel["retry_recovers"] = random.choice([0.0, 0.4, 1.0])
    kernel["leave"] *= random.uniform(1.0, 30.0)
    kernel["convert"] *= random.choice([0.3, 1.0, 5.0, 100.0])
    kernel["season"] = random.choice([1.0, 1.0, 0.5, 2.0, 0.0], kernel["season"].shape)


def randomise_shop(random, this):
    """How often and for how much a shop's customers order, and how soon they are gone."""
    this.kernel["use_level"] *= random.choice([0.3, 1.0, 3.0])
    this.kernel["basket"] *= random.choice([0.01, 1.0])
    this.kernel["refunds"] = random.choice([0.0, 0.1, 1.0])
    mix = random.choice([0.0, 0.2, 1.0], this.kernel["reason_mix"].shape)
    this.kernel["reason_mix"] = mix / max(mix.sum(), 1e-9)
    this.customers.order_leave = np.minimum(1.0, random.choice([0.0, 1.0, 4.0]) * this.customers.order_leave)


LINES = {
    "search": {"share": "50 %", "kind": "free", "contact": "searching"},
    "paid": {"share": "50 %", "kind": "paid", "convert": 0.7, "cost": 1.4},
}


def randomise_relations(random, kernel):
    """Seats that come and go, promotions, cancelled orders, what prospects cost, and what prepaid terms ask."""
    kernel["add_seat"] = random.choice([0.0, 0.001, 0.02])
    kernel["drop_seat"] = random.choice([0.0, 0.001, 0.02])
    kernel["prospect_cost"] *= random.choice([0.0, 1.0])
    kernel["order_cancels"], kernel["order_fee"] = random.choice([0.0, 0.1, 0.5]), random.choice([0.0, 0.3, 1.0])
    kernel["price"][0, Plan.PREPAID] = 2 * kernel["price"][0, Plan.ANNUAL]
    if random.random() < 0.3:
        kernel["promoted"] = random.choice([1.0, 1.0, 0.5, 3.0], kernel["promoted"].shape)
        kernel["promoted_price"] = random.choice([1.0, 1.0, 0.5, 0.9], kernel["promoted"].shape)


OWN_SIZES = {
    "integrate_rate": 0.02, "use_case_rate": 0.02, "refer_rate": 0.01, "points": 1.0, "points_needed": 5.0,
    "points_cost": 500.0, "novelty": 0.3, "value_push": 0.3, "month_cost": 100.0, "referral_cost": 3000.0,
    "answers": 0.5, "ability": 0.1, "reward_chance": 0.5, "reward_size": 0.5, "reward_cost": 90.0,
    "invest_ties": 0.05, "invest_content": 0.05, "invest_achievements": 0.05, "invest_data": 0.05,
    "exit_refund": 1.5, "save_chance": 0.5,
}  # fmt: skip
"""Quantities that are nothing until a lever adds to them; all others are multiplied."""
OFTEN = (
    Hook.REFER_RATE, Hook.REFERRAL_COST, Hook.POINTS, Hook.POINTS_NEEDED, Hook.USE_CASE_RATE, Hook.ANSWERS,
    Hook.EXIT_REFUND, Hook.ORDER_CANCEL,
)  # fmt: skip
"""What the levers that a file writes are often about, each at its place."""


def randomise_own(random, kernel, place):
    """Half the levers that a file itself may write, about any quantity."""
    own, frame = kernel["custom"][0, place], kernel["frames"][0, len(LEVERS) + place]
    hook = CUSTOM_HOOKS[random.integers(len(CUSTOM_HOOKS))]
    if random.random() < 0.5:
        hook = OFTEN[place]
    own["hook"], name = list(Hook).index(hook), hook.name.lower()
    own["operation"] = ADD if name in OWN_SIZES else MULTIPLY
    own["amount"] = OWN_SIZES.get(name) or random.choice([0.0, 0.5, 1.0, 2.0] if name != "list_price" else [0.5, 2.0])
    own["cost"] = random.choice([0.0, 0.0, 30.0])
    randomise_frame(random, CustomLever, frame)
    frame["on"], frame["reach_number"] = random.random() < 0.6, place


def randomise_channels(random, kernel):
    """Prices down to nothing, everybody or nobody who permits, notices, unsubscribes."""
    lists = {"price": [0.0, 0.5, 250.0], "opt_in": [0.0, 0.6, 1.0, 1.0, 1.0], "noticed": [0.1, 0.6, 1.0],
             "unsubscribes": [0.0, 0.01, 0.2]}  # fmt: skip
    for name, values in lists.items():
        kernel["channels"][name] = random.choice(values, len(Channel))


DECIDED = {
    "again_after": [0, 1, 1, 1, 1, 2], "later_take_up": [0.3, 1.0, 1.0], "products": [0, 1, 4, 20],
    "connects": [0.001, 0.01, 0.1], "discount": [0.0, 0.2, 0.5], "offer_months": [0, 1, 3],
    "offer_valid": [0.0, 5.0, 40.0], "after": [0.0, 2.0, 30.0], "contacts": [0, 1, 3, 9, 9],
    "spacing": [0.5, 7.0, 30.0], "least_worth": [0, 0, 3000], "call_worth": [0, 0, 3000, 9000],
    "most_service": [0.5, 1.0, 1.0], "most_bad_mouth": [0.5, 1.0, 1.0], "per_month": [0.0, 0.7, 4.0, 12.0, 60.0],
}  # fmt: skip
"""Parameters of levers that are drawn from a list of their own; there is no range, or it is too narrow to see much."""
CHANCES = ("unmatched", "feature_news", "content", "benefit", "friends", "call")


def randomise_frame(random, lever, record):
    """On or off, any window, any ramp, any share, any target group."""
    record["on"] = random.random() < 0.7
    record["reach_number"] = lever.reach_number()
    record["meets"] = sum(1 << stage for stage in lever.meets)
    record["meets_at"] = -1 if lever.meets_at is None else lever.meets_at
    starts = float(random.choice([0.0, 0.0, random.uniform(0.0, 150.0), MONTH, 30.0]))
    record["starts"] = starts
    record["ends"] = random.choice([np.inf, np.inf, starts + random.uniform(1.0, 100.0), 4 * MONTH])
    record["ramp_months"] = random.choice([0.0, 1.0, 2.5, 6.0])
    record["share"] = random.choice([0.0, 0.3, 0.7, 0.7, 1.0, 1.0, 1.0])
    for mask, bits in (("segments", 2), ("plans", 4), ("stages", 5), ("lives", 3), ("channels", 2)):
        record[mask] = random.choice([EVERYBODY] * 9 + [random.integers(1 << bits)])
    record["activated"] = random.choice([-1, -1, -1, 0, 1])
    record["narrow"] = random.random() < 0.2
    for name, values in (("least_worth", [0.0, 6000.0]), ("least_risk", [0.0, 0.4]), ("least_response", [0.0, 0.5])):
        record[name] = random.choice(values)


def randomise_lever(random, lever, record):
    """Any strength inside the declared ranges, or from a list of its own."""
    for one in declared(lever):
        if one.name in DECIDED:
            record[one.name] = random.choice(DECIDED[one.name])
        elif one.name in CHANCES and random.random() < 0.5:
            record[one.name] = random.uniform()
        elif one.name in lever.own_parameters():
            if one.low is not None:
                record[one.name] = between(random, one)
            elif one.market is not None:
                record[one.name] = random.choice([0, 0, random.integers(10_000)])
            elif words_of(lever, one.name):
                record[one.name] = random.integers(len(words_of(lever, one.name)))


def randomise_teams(random, kernel):
    """None, one or both; one to six agents; equal or random lengths of sessions and patience; few or many in a rank."""
    for lever in LEVERS:
        if lever.team_kind is not None and random.random() < 0.7:
            kernel["levers"][lever.lever_name()]["has_team"] = 1
            team = kernel["teams"][0, lever.team_kind]
            team["agents"] = random.choice([1, 1, 2, 3, 4, 5, 6])
            team["session"] = random.choice([0.25, 0.5, 1.0, 3.0, 20.0])
            team["patience"] = random.choice([0.5, 1.0, 2.0, 30.0])
            team["fixed"] = random.integers(2)
            team["rank"] = random.integers(3, size=SEGMENTS)


def untie(kernel):
    """Let nobody hang on who else is there, friends apart."""
    kernel["teams"]["agents"], kernel["campaign"]["watched"], kernel["voice"]["strength"] = 0, 0, 0.0
    kernel["frames"]["budget"] = 0.0
    for lever in LEVERS:
        if lever.team_kind is not None:
            kernel["levers"][lever.lever_name()]["has_team"] = 0
        if lever.review is not None:
            frame_of(kernel, lever.lever_name())["on"] = 0


def crowd_the_desk(random, kernel):
    """A campaign of calls for nearly everybody who has left, and many who do."""
    recall = kernel["levers"]["recall_campaign"]
    settings = {"has_team": 1, "contacts": 20, "spacing": 4.0, "call_worth": 0, "least_worth": 0, "reasons": 1}
    for name, value in settings.items():
        recall[name] = value
    frame = frame_of(kernel, "recall_campaign")
    for name, value in {"on": 1, "starts": 0.0, "ends": np.inf, "share": 0.8}.items():
        frame[name] = value
    for mask in ("segments", "plans", "stages", "lives", "channels"):
        frame[mask] = EVERYBODY
    frame["narrow"] = 0
    team = kernel["teams"][0, Team.RECALL]
    team["agents"], team["session"], team["patience"] = random.integers(1, 7), random.choice([1.0, 5.0, 20.0]), 0.5
    kernel["leave"] *= 3.0
    kernel["channels"]["opt_in"] = 1.0


def randomise_campaign(random, campaign):
    """The stop rule of recalls, sometimes on, sometimes met."""
    campaign["watched"] = random.random() < 0.4
    campaign["least_number"] = random.choice([0.0, 0.5, 3.0])
    campaign["least_worth"] = random.choice([0.0, 5000.0])
    campaign["from_month"] = random.integers(4)


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
    """Together they see every event, shops, teams under load and without, stopped campaigns, levers on and off."""
    worlds = [setting(number) for number in range(SETTINGS)]
    logs = [log_of(this) for this in worlds]
    counts = np.bincount(np.concatenate(logs)["event"], minlength=len(Event))
    tied = [ties_customers(this.kernel) for this in worlds]
    agents = [tuple(map(int, this.kernel["teams"]["agents"][0])) for this in worlds]

    seldom = {event for event, count in zip(Event, counts, strict=True) if count < 20}
    assert seldom <= NOBODY_BRINGS
    assert 10 < sum(tied) < SETTINGS - 10
    assert 5 < sum(this.kernel["per_use"][0] for this in worlds) < 60
    for team in Team:
        there = any(lever.team_kind == team for lever in LEVERS)
        assert ({0, 1, 6} if there else {0}) <= {count[team] for count in agents}
    assert sum(min(count[:2]) > 0 for count in agents) > 10
    assert sum(this.kernel["campaign"]["stopped"][0] for this in worlds) > 3
    for lever in LEVERS:
        assert {0, 1} == {int(frame_of(this.kernel, lever.lever_name())["on"][0]) for this in worlds}


def test_random_desks_are_overloaded():
    """In many random worlds there are calls, calls that wait in vain, and calls that bring customers back."""
    logs = [log_of(setting(number)) for number in range(90)]
    asked, left, back = (
        sum(((log["event"] == event) & (log["detail"] == detail)).any() for log in logs)
        for event, detail in ((Event.TEAM_ASKED, 1), (Event.LEFT_QUEUE, 1), (Event.RETURNED, 5))
    )

    assert min(asked, left, back) > 5, (asked, left, back)


@pytest.mark.parametrize("numbers", chunks(0, SETTINGS // 2), ids=chunk_name)
def test_every_story_makes_sense(numbers):
    """Time goes forward and every event is possible after those before it."""
    for number in numbers:
        this = setting(number)
        channel = int(this.kernel["levers"]["recall_campaign"]["channel"][0])
        found = nonsense(log_of(this), channel)

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
    """What the test above compares stands in every stage of the life cycle, and on every plan."""
    customers = np.concatenate([run(setting(number))[1] for number in range(40)])

    assert set(Stage) == set(map(Stage, np.unique(customers["stage"])))
    prepaid = any(Hook.LONG_TERM_PROBABILITY in lever.hooks for lever in LEVERS)
    assert set(Plan) - ({Plan.PREPAID} if not prepaid else set()) == set(map(Plan, np.unique(customers["plan"])))
