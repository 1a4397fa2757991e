"""Who depends on whom: nobody on anybody, but for the ties that are named here, and each of those does tie.

The table of promises and exceptions is ``docs/promises.md``; the last tests hold it to the tests that it names.
"""

import re
from functools import cache

import numpy as np
import pytest
from lever_tables import STRONG
from worlds import BUSINESS, ROOT, TEAM, UNTIED, World, business, difference, log_of, of, recall, run, world, world_of

from sim.core.customer import Clock
from sim.core.hooks import Hook
from sim.levers import BY_NAME
from sim.model.reviews import ties_customers
from sim.model.traits import PERIOD_PLACE
from sim.scenario.load import build
from sim.study.design import Design
from sim.study.simulate import run_replications

FRIENDS = {"referral_programme": {"refers": "20 % per month", "long_standing": "0 days"}}
"""A lever under which customers bring many friends."""

# --- one more customer ----------------------------------------------------------------------------------------------


def without_some(this, gone):
    """Return a world without some of its customers; everything else, teams and budgets too, stays as it is."""
    return World(np.delete(this.customers, gone).view(np.recarray), this.kernel, this.until, this.coming)


def change(this, gone):
    """Say where anybody else lives differently without some customers, friends whom others bring included."""
    whole, rest = log_of(this), log_of(without_some(this, gone))
    return difference(of(whole, np.unique(rest["customer"])), rest)


@pytest.mark.parametrize("gone", [[0], [150], [-1], slice(0, None, 2)], ids=["first", "middle", "last", "half"])
def test_a_customer_less_changes_nobody(gone):
    """Under all levers that do not tie, one of the customers, or every second, is taken out of the world."""
    assert change(world(UNTIED, customers=300), gone) == ""


def sample(levers, customers, **changes):
    """Return the log of a sample of some size, and how many candidates it has in each month and segment."""
    this = world(levers, customers=customers, **changes)
    coming = this.customers[this.customers.next_kind == Clock.SIGN_UP]
    groups, counts = np.unique(coming.id >> PERIOD_PLACE, return_counts=True)
    return log_of(this), dict(zip(groups.tolist(), counts.tolist(), strict=True))


@pytest.mark.parametrize("replication", [0, 1])
@pytest.mark.parametrize("customers", [99, 150, 151, 240, 1001])
def test_a_sample_of_one_more_changes_nobody(customers, replication):
    """A sample of N and one of N + 1: whoever is in both lives the same life, to the bit.

    N is the number of expected customers. Whole customers are cut from the running sum of what is expected of each
    segment, month by month, from a start that does not depend on N: the larger sample holds one customer more or
    less of some months, those with the highest numbers, and N + 1 in all, to within one for each segment and the book.
    """
    (few, fewer), (many, more) = (sample(UNTIED, size, replication=replication) for size in (customers, customers + 1))
    both = np.intersect1d(few["customer"], many["customer"])

    assert len(both) > 0.9 * customers
    assert all(abs(more.get(group, 0) - fewer.get(group, 0)) <= 1 for group in {*fewer, *more})
    assert abs(sum(more.values()) - sum(fewer.values())) <= 1 + len(BUSINESS_SEGMENTS)
    assert difference(of(few, both), of(many, both)) == ""


BUSINESS_SEGMENTS = tuple(business().segments)

# --- the order in the file ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("levers", [UNTIED, FRIENDS, {"guided_onboarding": {"team": TEAM}}, {"welcome_offer": {}}])
def test_order_of_the_segments_in_the_file_changes_nothing(levers):
    """Opening book and friends included: every customer lives the same life, and is of the same segment by name."""
    turned = {**BUSINESS, "segments": dict(reversed(BUSINESS["segments"].items())), "levers": levers}
    log, other = log_of(world(levers, customers=300)), log_of(world_of(build(turned), customers=300))
    number = np.array([[*turned["segments"]].index(name) for name in BUSINESS["segments"]])
    log["segment"] = number[log["segment"]]

    assert difference(log, other) == ""


# --- one more scenario ----------------------------------------------------------------------------------------------

OF_THE_SCENARIO = ("sums", "cohort_started", "cohort_ended", "lifetime", "rows", "recall")
"""What a tally says of its scenario alone, and not beside the baseline."""


@cache
def strategy(name):
    """Return the business under one of several strategies."""
    levers = {"plain": {}, "annual": {"annual_plan": {}}, "offer": {"welcome_offer": {}}, "mails": {"prompts": {}}}
    return business(levers[name], name=name)


@cache
def tallies(*names):
    """Run a small study of some strategies, the first the baseline; return each one's tally."""
    design = Design(tuple(map(strategy, names)), customers=150, replications=1)
    ((_, found),) = run_replications(design, [0], 1)
    return dict(zip(names, found, strict=True))


@pytest.mark.parametrize("names", [("plain", "mails", "annual", "offer"), ("plain", "offer", "mails", "annual")])
def test_order_of_the_strategies_changes_nothing(names):
    expected, found = tallies("plain", "annual", "offer", "mails"), tallies(*names)

    for name, tally in found.items():
        for field, array in vars(tally).items():
            assert np.array_equal(array, getattr(expected[name], field)), (name, field)


@pytest.mark.parametrize("names", [("plain", "annual"), ("annual", "plain"), ("mails", "offer")])
def test_strategies_do_not_know_of_one_another(names):
    """Nor of which of them is the baseline, though one of the others lets more people in."""
    expected, found = tallies("plain", "annual", "offer", "mails"), tallies(*names)

    for name, tally in found.items():
        for field in OF_THE_SCENARIO:
            assert np.array_equal(getattr(tally, field), getattr(expected[name], field)), (name, field)


# --- ties -----------------------------------------------------------------------------------------------------------

VOICE = {"behaviour": {"voice": {"strength": 0.5, "usual": "2 % per month", "most": 0.5}}}
CALLS = recall(call="30 %", contacts=9, spacing="5 days")
WINS_MANY = recall(benefit="60 %", feature_news="60 %", contacts=9, spacing="5 days", channel="in_app")
STOPS = WINS_MANY | {"stop_after": "5 months"}
YEAR = {"horizon": "12 months"}
SMALL_TEAM = {"team": {**TEAM, "agents": 1}}
TIES = {
    "onboarding team": ({"guided_onboarding": SMALL_TEAM}, {}),
    "call desk": ({"recall_campaign": {**CALLS, **SMALL_TEAM}}, {}),
    "success team": ({"early_warning": {**SMALL_TEAM, "signs": 1}}, {}),
    "budget": ({"prompts": {"budget": "0.2 USD", "strength": 0.5}}, {}),
    "stop rule by number": ({"recall_campaign": {**STOPS, "stop_number": 10}}, YEAR),
    "stop rule by worth": ({"recall_campaign": {**STOPS, "least_worth": "80 USD", "stop_worth": 1.2}}, YEAR),
    "survey of those who left": ({"churn_survey": {"mended": "50 %", "answer": "40 %"}}, {}),
    "word of mouth": ({}, VOICE),
}
"""What ties customers to one another: levers and behaviour under which somebody's life hangs on who else is there."""


def tied_world(levers, changes, customers=400):
    """Return a world from which many leave, so that much is learnt."""
    this = world(levers, customers=customers, **changes)
    this.kernel["leave"] *= 3.0
    return this


@pytest.mark.parametrize("name", TIES)
def test_each_tie_ties(name):
    """With half of the customers gone some of the others live differently, and the engine knows that they may."""
    this = tied_world(*TIES[name])

    assert ties_customers(this.kernel)
    assert change(this, slice(0, None, 2)) != ""


BUDGETS = [f"{dollars} USD" for dollars in (0.05, 0.2, 1, 5, 20, 100)]
"""For a month: one of them is enough for some of what a lever would do here, and not for all."""


def ways_to_tie(name):
    """Yield what one lever may be given that may tie: nothing, a team, or one of some budgets."""
    yield [STRONG[name]]
    lever = BY_NAME[name]
    if "team" in lever.model_fields:
        yield [STRONG[name] | SMALL_TEAM]
    if lever.touching or lever.recalling or lever.alerting:
        yield [STRONG[name] | {"budget": budget, "channel": "email"} for budget in BUDGETS]


LEVERS = [(name, way) for name in BY_NAME for way in ways_to_tie(name)]


@pytest.mark.parametrize("name, way", LEVERS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_lever_ties_customers_where_it_says_so_and_nowhere_else(name, way):
    """Every lever alone, strong, with and without team and budget; half of the customers are gone."""
    said, known, seen = set(), set(), set()
    for settings in way:
        this = tied_world({name: settings}, {})
        said.add(business({name: settings}).all_levers()[name].ties_customers())
        known.add(ties_customers(this.kernel))
        seen.add(change(this, slice(0, None, 2)) != "")

    assert len(said) == 1 and said == known and max(said) == max(seen)


# --- friends, and the order of admission ----------------------------------------------------------------------------


def test_friends_hang_on_their_referrer_and_on_nobody_else():
    """Without a referrer his friends, theirs, and so on do not come; all other families live on as they did."""
    this = tied_world(FRIENDS, {})
    whole, (rest, customers) = log_of(this), run(without_some(this, slice(0, None, 2)))
    gone = set(whole["customer"].tolist()) - set(rest["customer"].tolist())

    assert (customers.referrer >= 0).sum() > 20
    assert len(gone - set(this.customers.id.tolist())) > 20
    assert difference(of(whole, np.unique(rest["customer"])), rest) == ""


ADMITTING = [name for name, lever in BY_NAME.items() if Hook.QUOTA in lever.hooks]


@pytest.mark.parametrize("name", ADMITTING)
def test_a_larger_sample_moves_the_edge_of_admission_and_changes_nobody_who_comes(name):
    """A lever that decides who comes counts places by the size of the sample: at the edge another one may come."""
    (few, _), (many, _) = sample({name: STRONG[name]}, 200), sample({name: STRONG[name]}, 230)
    both = np.intersect1d(few["customer"], many["customer"])

    assert len(both) > 100
    assert difference(of(few, both), of(many, both)) == ""


def test_at_the_edge_somebody_else_comes():
    """So that the exception is one: of those who may come in both samples, some come in one alone."""
    moved = 0
    for name in ADMITTING:
        came = []
        for size in (200, 230):
            this = world({name: STRONG[name]}, customers=size)
            came.append((set(this.customers.id.tolist()), set(log_of(this)["customer"].tolist())))
        (few, few_came), (many, many_came) = came
        moved += len((few_came ^ many_came) & few & many)

    assert moved > 0


# --- the table ------------------------------------------------------------------------------------------------------

TABLE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")


def test_every_test_that_the_table_names_is_there():
    named = re.findall(r"`(test_[a-z0-9_]+)\.py::(test_[a-z0-9_]+)`", TABLE)

    assert len(named) > 15
    for file, test in named:
        assert f"\ndef {test}(" in (ROOT / "tests" / f"{file}.py").read_text(encoding="utf-8"), (file, test)


def test_the_table_names_every_tie():
    """Each tie tried here, by its name, and no other."""
    section = TABLE.split("## Ties")[1].split("\n## ")[0]
    rows = set(re.findall(r"^\| ([a-z ]+) \|", section, re.MULTILINE)) - {"tie"}

    assert set(TIES) | {"friends", "order of admission"} == rows
