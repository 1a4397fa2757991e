"""Many levers at once: the floor under all of them together, the sum of the parts, and whom each may meet.

That integrations without any effect make a gap in raw data, and none between the same customers with and without them,
is held by ``tests/test_mechanisms.py``: the experiment ``selection_without_effect``.
"""

import math
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from by_hand import prospects, step
from worlds import ROOT, SIGN_UP, business, merged, world

sys.path.insert(0, str(ROOT / "docs"))

from experiments.findings import SURE, Figure
from experiments.same_customers import SAAS, run, some
from experiments.same_customers import business as shipped

import sim
from sim.cli.comparison import together
from sim.core.customer import new_buffer
from sim.core.events import Event, Reason, Stage
from sim.engines import compiled
from sim.language.words import Words
from sim.levers import BY_NAME
from sim.model import rates
from sim.model.life import ROWS_PER_EVENT
from sim.scenario.document import resolve
from sim.scenario.load import build
from sim.scenario.lower import kernel_of
from sim.study.combinations import MOST_SCENARIOS, parts_of, share_reached

NATURAL, SOFT, HARD, EXPERIENCE = (int(reason) for reason in list(Reason)[:4])

# --- eight levers that protect, and the floor under them --------------------------------------------------------------

EIGHT = resolve(ROOT / "scenarios" / "more" / "eight_at_once.yaml").plain()
STRONGEST = {
    "guided_onboarding": {"leave_help": 0.4, "window": "28 days"},
    "integrations": {"products": 12, "leave_help": 0.6, "leave_floor": 0.25, "connects": "15 % per month"},
    "use_cases": {"cases": 12, "leave_help": 0.55, "leave_floor": 0.25, "finds": "20 % per month"},
    "churn_survey": {"mended": "50 %", "answer": "40 %"},
}
"""The ends of their ranges at which they protect most."""
MONTHS, PEOPLE = 24, 3000


def eight(**stronger):
    """Return what the scenario of eight levers says, with some of them stronger."""
    return merged(EIGHT, {"levers": stronger})


def all_kinds(count=400):
    """Return customers in growth of every kind that the rules of the eight levers may tell apart."""
    chance = np.random.default_rng(7)
    return prospects(
        count, stage=Stage.GROWTH, active=(1 << len(BY_NAME)) - 1, fit=chance.random(count), habit=chance.random(count),
        value=chance.random(count), satisfaction=chance.random(count), posts=chance.random(count),
        integrations=chance.integers(0, 13, count), use_cases=chance.integers(0, 13, count),
        activated=chance.integers(0, 2, count), guided=1, seats=chance.integers(1, 50, count),
        usual_uses=20.0 * chance.random(count),
    )  # fmt: skip


def direct_factors(scenario, floor):
    """Return the direct factor on each reason for customers of all kinds, once the survey has found everything."""
    kernel = kernel_of(build(scenario), seed=1)
    kernel["leaving"]["floor"] = floor
    kernel["levers"]["churn_survey"]["found"] = 1.0
    return np.array([[rates.direct(c, kernel[0], reason) for reason in range(4)] for c in all_kinds()])


@pytest.mark.parametrize("stronger", [{}, STRONGEST], ids=["as shipped", "at their strongest"])
@pytest.mark.parametrize("floor", [0.1, 0.25, 0.5])
def test_no_customer_falls_below_the_floor(stronger, floor):
    """And without it some would, for the two reasons that these levers help; nothing they do helps the other two."""
    held, free = direct_factors(eight(**stronger), floor), direct_factors(eight(**stronger), 0.0)

    assert held.min() >= floor
    assert (held == np.maximum(floor, free)).all()
    assert (free[:, [NATURAL, HARD]] == 1.0).all()
    assert (free[:, [SOFT, EXPERIENCE]].min(axis=0) < 0.25).all() or floor < 0.25


@pytest.fixture(scope="module")
def lives():
    """The same customers of the shipped business without levers, under eight, and under eight at their strongest."""
    base = shipped(SAAS, PEOPLE, MONTHS)
    both = [merged(base, {"levers": scenario["levers"], "name": name})
            for name, scenario in (("eight", eight()), ("strongest", eight(**STRONGEST)))]  # fmt: skip
    return run(some(SAAS, PEOPLE), build(base), *map(build, both))


def leaving_of(life, event):
    """Return how often each customer leaves for soft reasons or experience, and for how many months he is alive."""
    rows = life.rows(event)
    found = life.count(rows[np.isin(rows["detail"], (SOFT, EXPERIENCE))])
    return found, sum(life.alive(month).astype(float) for month in range(MONTHS))


def share_left(before, after, event):
    """Return the rate of leaving over that of the same customers before, with its standard error."""
    rates_of, parts = [], []
    for life in (before, after):
        found, months = leaving_of(life, event)
        rates_of.append(found.sum() / months.sum())
        parts.append(found / found.sum() - months / months.sum())
    ratio = rates_of[1] / rates_of[0]
    return Figure(event.name, ratio, ratio * float((parts[1] - parts[0]).std(ddof=1)) * math.sqrt(PEOPLE))


WORLDS = {"as shipped, ends": (1, Event.ENDED), "at their strongest, intents": (2, Event.INTENDED),
          "at their strongest, ends": (2, Event.ENDED)}  # fmt: skip


@pytest.mark.parametrize("number, event", WORLDS.values(), ids=WORLDS)
def test_soft_and_experience_leaving_stay_above_the_floor_over_years(lives, number, event):
    """Whatever the eight change besides: habit, value, satisfaction, ties; by over 3 standard errors on both sides."""
    found, floor = share_left(lives[0], lives[number], event), build(eight()).behaviour.leaving.floor
    print(found.shown())

    assert (found.value - floor) / found.error > SURE
    assert (1.0 - found.value) / found.error > SURE


# --- the sum of the parts ---------------------------------------------------------------------------------------------

A = {"integrations": {"products": 2}}
B = {"value_reports": {}}
C = {"community": {}}


def study_of(*levers, values=None, **changes):
    """Return what a study of strategies has that is asked here: scenarios by name, and a metric by replication."""
    scenarios = [business(name="none"), *(business(pulled, name="+".join(pulled)) for pulled in levers)]
    if changes:
        scenarios[-1] = business(levers[-1], name="last", **changes)
    return SimpleNamespace(
        design=SimpleNamespace(scenarios=tuple(scenarios)), scenarios=tuple(one.name for one in scenarios),
        replications=len(values[0]) if values is not None else 0,
        values={"profit_npv": np.array(values, float) if values is not None else None},
    )  # fmt: skip


@pytest.mark.parametrize("levers, parts", [
    ((A, B, A | B), (1, 2)), ((A | B, B, A), (2, 3)), ((A, B | C, A | B | C), (1, 2)),
    ((A, B, C, A | B | C), (1, 2, 3)), ((A, B, A | B, C, A | B | C), (3, 4)),
], ids=lambda value: str(value) if isinstance(value, tuple) and isinstance(value[0], int) else "")  # fmt: skip
def test_parts_are_found(levers, parts):
    """Wherever they stand, and the fewest that do."""
    combined = max(range(len(levers)), key=lambda number: len(levers[number]))

    assert parts == parts_of(study_of(*levers), combined + 1)


@pytest.mark.parametrize("levers", [
    (A,), (A, B), (A, A | B), (A, B, A | B | C), (A | B, B | C, A | B | C),
    ({"integrations": {"products": 3}}, B, A | B), (A | {"community": {"share": "50 %"}}, B, A | B | C),
], ids=["one lever", "another", "a part missing", "one of three missing", "overlapping", "pulled in another way",
        "another hold-out"])  # fmt: skip
def test_where_parts_are_missing_there_are_none(levers):
    study = study_of(*levers, values=[[float(number), 2.0] for number in range(len(levers) + 1)])

    assert parts_of(study, len(levers)) == ()
    assert share_reached(study, len(levers)) is None
    assert together(study, len(levers), Words("command_line", "en")) == ""


def test_another_business_has_no_parts():
    """The combined strategy also raises prices, or is compared with a market that it does not share."""
    prices = {"plans": {"monthly": {"price": "40 USD per month"}}}

    assert parts_of(study_of(A, B, A | B, **prices), 3) == ()
    assert parts_of(study_of(A, B, A | B, behaviour={"leaving": {"floor": "30 %"}}), 3) == ()
    assert parts_of(study_of(A, B, A | B, description="the same in other words"), 3) == (1, 2)


def test_a_large_study_is_not_searched():
    others = [{"community": {"share": f"{share} %"}} for share in range(1, MOST_SCENARIOS - 2)]

    assert parts_of(study_of(A, B, *others[1:], A | B), MOST_SCENARIOS - 1) == (1, 2)
    assert parts_of(study_of(A, B, *others, A | B), MOST_SCENARIOS) == ()


def test_the_share_reached_and_its_interval_are_those_by_hand():
    """Parts 1, 2, 3 and 4, 4, 4 on top of 10; together 4, 4.5, 5: 13.5 of 18; without one each 9.5/13, 9/12, 8.5/11.

    Student's t with 2 degrees of freedom is 4.302653. The pseudo-values are skewed downwards, so Hall moves that end.
    """
    study = study_of(A, B, A | B, values=[[10, 10, 10], [11, 12, 13], [14, 14, 14], [14, 14.5, 15]])
    pseudo_values = 3 * 0.75 - 2 * np.array([9.5 / 13, 9 / 12, 8.5 / 11])
    found, half = share_reached(study, 3), 4.302653 * pseudo_values.std(ddof=1) / math.sqrt(3.0)
    said = together(study, 3, Words("command_line", "en"))

    assert found.mean == pytest.approx(0.75)
    assert found.high == pytest.approx(0.75 + half, rel=1e-6)
    assert 0.75 - 1.5 * half < found.low < 0.75 - 1.1 * half
    assert "integrations, value_reports" in said
    assert "75.0\xa0% (61.0\xa0% to 85.4\xa0%)" in said


def test_parts_that_harm_have_a_share_too():
    """-2 and -4 alone, -3 together: half of the harm."""
    harm = study_of(A, B, A | B, values=[[0, 0], [-2, -2], [-4, -4], [-3, -3]])

    assert (0.5, 0.5, 0.5) == pytest.approx(tuple(vars(share_reached(harm, 3)).values()))


@pytest.mark.parametrize(("values", "said"), [
    ([[0, 0], [2, 1], [-2, -1], [1, 1]], "by +1 (+1 to +1) compared with that sum"),
    ([[0, 0, 0], [900, 1000, 1100], [-1000, -1010, -890], [500, 520, 480]], "by +467 ("),
    ([[0], [-2], [-4], [-3]], "one by one, that is +3."),
])  # fmt: skip
def test_no_share_of_next_to_nothing(values, said):
    """Parts that cancel each other, for certain or by chance, and one replication: the difference in money instead."""
    study = study_of(A, B, A | B, values=values)

    assert share_reached(study, 3) is None
    assert said in together(study, 3, Words("command_line", "en"))


def test_levers_that_only_cost_reach_exactly_their_sum():
    """In a real study: nobody is reached, so nothing is shared and nothing is in the other's way."""
    idle = {"integrations": {"share": "0 %", "fixed_cost": "700 USD"}, "community": {"share": "0 %"}}
    strategies = [{name: settings} for name, settings in idle.items()] + [idle]
    scenarios = [business(), *(business(pulled, name="+".join(pulled)) for pulled in strategies)]
    study = sim.simulate(scenarios, customers=60, replications=2, seed=3)

    assert parts_of(study, 3) == (1, 2)
    assert tuple(vars(share_reached(study, 3)).values()) == pytest.approx((1.0, 1.0, 1.0), abs=1e-9)


# --- whom a lever may meet --------------------------------------------------------------------------------------------

LEVER = "integrations"
CHANNELS = {name: {"share": "50 %", "kind": "paid"} for name in ("search", "ads")}
TARGETS = {
    "least risk": ({"least_risk": "40 %"}, lambda c: c.risk >= 0.4 - 1e-9),
    "least responsiveness": ({"least_responsiveness": "60 %"}, lambda c: c.responsiveness >= -math.log(0.4)),
    "least worth": ({"least_worth": "200 USD"}, lambda c: c.worth >= 20_000),
    "activated": ({"activated": "yes"}, lambda c: c.activated == 1),
    "not activated": ({"activated": "no"}, lambda c: c.activated == 0),
    "channels": ({"channels": ["ads"]}, lambda c: c.channel == 1),
    "all of them": (
        {"least_risk": "20 %", "least_responsiveness": "30 %", "least_worth": "90 USD", "activated": "yes",
         "channels": ["search"]},
        lambda c: c.risk >= 0.2 - 1e-9 and c.responsiveness >= -math.log(0.7) and c.worth >= 9000
        and c.activated == 1 and c.channel == 0,
    ),
}  # fmt: skip
"""Whom the lever is for, in words of a scenario file and in what a customer's record must say."""
COME_AND_GO = ("least risk", "not activated")
"""Whoever was met may not be of them later."""


def happenings(this, count):
    """Yield each event of some newcomers: the customer before it, the rows it writes, the customer after it."""
    coming = this.customers[this.customers.next_kind == SIGN_UP]
    for place in np.linspace(0, len(coming), count, endpoint=False).astype(int):
        one = coming[place : place + 1].copy().view(np.recarray)
        compiled.enter_some(one, 0, this.kernel, new_buffer(ROWS_PER_EVENT))
        while one.next_time[0] < this.until:
            before = one.copy().view(np.recarray)
            rows = step(one, 0, this.kernel)
            yield before[0], rows, one[0]


def targeted(whom, share="100 %"):
    """Return a world in which customers connect one product after the other, if the lever may meet them."""
    lever = {"products": 60, "connects": "150 % per month", "eligible": whom, "share": share}
    lines = {"acquisition": {"new_customers": "40 per month", "channels": CHANNELS}}
    return world({LEVER: lever}, customers=400, behaviour={"signals": {"no_part": "30 days"}}, **lines)


@pytest.mark.parametrize("name", TARGETS)
def test_a_lever_meets_only_those_whom_it_is_for(name):
    """It is written down as soon as they are; what it does happens to nobody while they are not."""
    whom, fits = TARGETS[name]
    met, customers, idle, connected = set(), set(), 0, 0
    for before, rows, after in happenings(targeted(whom), 120):
        who, there = int(after.id), after.stage in (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
        customers |= {who} if there else set()
        if (rows["event"] == Event.REACHED).any():
            assert fits(after)
            met.add(who)
        if (rows["event"] == Event.INTEGRATED).any():
            assert fits(before)
            connected += 1
        assert not (there and fits(after)) or who in met
        idle += there and who in met and not fits(after)

    assert met <= customers
    assert len(met) > 5 and len(customers - met) > 5 and connected > 10
    assert idle > 0 or name not in COME_AND_GO


@pytest.mark.parametrize("whom, fits", TARGETS.values(), ids=TARGETS)
def test_the_hold_out_is_of_those_whom_it_is_for(whom, fits):
    """So that the reached are compared with their like."""
    held_out = 0
    for _, rows, after in happenings(targeted(whom, share="0 %"), 60):
        assert not np.isin(rows["event"], (Event.REACHED, Event.INTEGRATED)).any()
        if (rows["event"] == Event.HELD_OUT).any():
            assert fits(after)
            held_out += 1

    assert held_out > 2
