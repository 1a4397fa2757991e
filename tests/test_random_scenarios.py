"""Random scenarios as files write them: any levers, any numbers inside their ranges, any target; the engines agree.

``test_fuzz.py`` draws kernels beyond what a file may say; here every world has come through the whole way from words.
"""

import pytest
from grammar import nonsense
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as some
from worlds import TEAM, business, difference, for_a_shop, log_of, recall, relations, shop, world_of

from sim.core.lever import words_of
from sim.core.parameter import declared
from sim.engines import reference
from sim.engines.opening import BookNotReached
from sim.levers import BY_NAME, LEVERS
from sim.model.behaviour import Behaviour
from sim.scenario.problems import ProblemsFound

BUSINESSES = {"subscriptions": (business, "USD"), "orders": (shop, "CNY")}
WHOM = {
    "segments": some.sampled_from([["small"], ["large"], ["small", "large"]]),
    "plans": some.sampled_from([["monthly"], ["annual", "prepaid"], ["per_use"]]),
    "stages": some.lists(
        some.sampled_from(["introduction", "growth", "maturity", "dormancy", "churned"]), min_size=1, unique=True
    ),
    "lives": some.sampled_from([[1], [2], [1, 2]]),
    "activated": some.sampled_from(["either", "yes", "no"]),
    "least_worth": some.sampled_from(["0 {currency}", "60 {currency}"]),
    "least_risk": some.sampled_from(["0 %", "20 %", "60 %"]),
    "least_responsiveness": some.sampled_from(["0 %", "50 %"]),
}
FRAME = {
    "starts": some.sampled_from(["0 days", "20 days", "2 months"]),
    "ends": some.sampled_from(["3 months", "150 days"]),
    "ramp": some.sampled_from(["0 days", "3 months"]),
    "share": some.sampled_from(["0 %", "40 %", "80 %", "100 %"]),
    "budget": some.sampled_from(["50 {currency}", "5000 {currency}"]),
    "eligible": some.fixed_dictionaries({}, optional=WHOM),
}
TEAMS = {"guided_onboarding": TEAM, "recall_campaign": TEAM, "early_warning": TEAM}


def inside(one):
    """Values of a parameter at the ends of its range."""
    return some.sampled_from([one.low, one.high])


def settings_of(lever):
    """Any settings of a lever: ends of ranges, words, window, share, budget, target group."""
    optional = {one.name: inside(one) for one in declared(lever) if one.low is not None}
    for one in declared(lever):
        if one.unit == "names" and words_of(lever, one.name):
            optional[one.name] = some.sampled_from(words_of(lever, one.name))
    if lever.lever_name() in TEAMS:
        optional["team"] = some.just(TEAMS[lever.lever_name()])
    return some.fixed_dictionaries({}, optional=optional | FRAME)


BEHAVIOUR = [(group, one) for group, field in Behaviour.model_fields.items()
             for one in declared(field.annotation) if one.low is not None]  # fmt: skip
CHANCES = {name: settings_of(lever) for name, lever in BY_NAME.items()}


@some.composite
def scenarios(draw):
    """A business with any levers, its file's own ones too, and some numbers of behaviour at an end of their range."""
    make, currency = BUSINESSES[draw(some.sampled_from(list(BUSINESSES)))]
    names = draw(some.lists(some.sampled_from(list(BY_NAME)), unique=True, max_size=len(BY_NAME)))
    levers = {name: with_currency(draw(CHANCES[name]), currency) for name in names}
    if "recall_campaign" in levers and draw(some.booleans()):
        levers["recall_campaign"] = recall(currency) | levers["recall_campaign"]
    if make is shop:
        levers = for_a_shop(levers)
    if draw(some.booleans()):
        levers["custom"] = relations(currency)
    behaviour: dict = {}
    for group, one in draw(some.lists(some.sampled_from(BEHAVIOUR), unique_by=lambda two: two[1].name, max_size=10)):
        behaviour.setdefault(group, {})[one.name] = draw(inside(one))
    return make, levers, behaviour


def with_currency(given, currency):
    """Write the currency into amounts of money."""
    if isinstance(given, dict):
        return {name: with_currency(value, currency) for name, value in given.items()}
    return given.replace("{currency}", currency) if isinstance(given, str) else given


def world_from(described):
    """Return the world of a drawn scenario; draw again where the numbers contradict one another."""
    make, levers, behaviour = described
    try:
        return world_of(make(levers, behaviour=behaviour, residual="2 months"), customers=60)
    except (ProblemsFound, BookNotReached) as problem:
        event(type(problem).__name__)
        assume(False)


def agree(described):
    """Compare the engines on a scenario, and read every story."""
    this = world_from(described)
    log = log_of(this)

    assert difference(log_of(this, reference), log) == ""
    assert nonsense(log, int(this.kernel["levers"]["recall_campaign"]["channel"][0])) == ""
    for lever in LEVERS:
        event(lever.lever_name(), bool(this.kernel["frames"]["on"][0, list(BY_NAME).index(lever.lever_name())]))


@given(described=scenarios())
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
def test_engines_agree_on_random_scenarios(described):
    """Event by event, times to the bit."""
    agree(described)


@pytest.mark.slow
@given(described=scenarios())
@settings(max_examples=600, suppress_health_check=list(HealthCheck))
def test_engines_agree_on_many_random_scenarios(described):
    agree(described)
