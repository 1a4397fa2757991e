"""Less hazard never ends a first life sooner when nothing else changes; with saves and second thoughts, hardly ever.

Nothing else changes: no lever, nobody drops an intent again. Leaving feeds back on nothing then but itself.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as some
from test_random_scenarios import BEHAVIOUR, inside
from worlds import business, log_of, shop, world_of

from sim.core.events import INTENT_REASONS, Event, Reason
from sim.engines.opening import BookNotReached
from sim.scenario.problems import ProblemsFound

FIRST = 0
NO_SECOND_THOUGHTS = {"leaving": {"resume": "0 % per month"}}
OTHERS = [(group, one) for group, one in BEHAVIOUR if group != "voice" and (group, one.name) != ("leaving", "resume")]
"""Numbers of behaviour that may be drawn: no second thoughts, and no word of mouth, which ties customers."""


BEGINS = (Event.OPENED, Event.CONVERTED)


def first_ends(log):
    """Return when each customer's first life ends; those whose has no end are not there."""
    rows = log[(log["event"] == Event.ENDED) & (log["life"] == FIRST)]
    return dict(zip(rows["customer"].tolist(), rows["time"].tolist(), strict=True))


def later_and_sooner(this, less):
    """Return how many first lives end later under less hazard, how many sooner, and how many there are."""
    logs = log_of(this), log_of(less)
    before, after = map(first_ends, logs)
    later = sum(after.get(name, np.inf) > time for name, time in before.items())
    sooner = sum(time < before.get(name, np.inf) for name, time in after.items())
    return later, sooner, int((np.isin(logs[0]["event"], BEGINS) & (logs[0]["life"] == FIRST)).sum())


# --- what may be lowered --------------------------------------------------------------------------------------------


def lower_leaving(this, reason, part):
    """Lower the base rate of one reason, in all segments and plans; of orders, the chance of leaving after one."""
    if this.kernel["per_use"][0]:
        this.customers.order_leave *= part
    else:
        this.kernel["leave"][..., reason] *= part


def lower_attention(this, reason, part):
    """Lower the chance of acting on an intent."""
    this.kernel["leaving"]["attention"] *= part


def lower_failing(this, reason, part):
    """Lower the chance that a charge fails."""
    this.kernel["payment"]["fails"] *= part


LOWERED = {"leaving": lower_leaving, "attention": lower_attention, "failing charges": lower_failing}


@some.composite
def worlds(draw):
    """A business, the levels of some numbers of behaviour, and which hazard is lowered by how much."""
    behaviour = {group: dict(values) for group, values in NO_SECOND_THOUGHTS.items()}
    for group, one in draw(some.lists(some.sampled_from(OTHERS), unique_by=lambda two: two[1].name, max_size=8)):
        behaviour.setdefault(group, {})[one.name] = draw(inside(one))
    what = draw(some.sampled_from(list(LOWERED)))
    make, part = draw(some.sampled_from([business, business, shop])), draw(some.sampled_from([0.0, 0.3, 0.9, 0.99]))
    return make, behaviour, what, draw(some.integers(0, INTENT_REASONS - 1)), part


@given(drawn=worlds())
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_less_hazard_never_ends_a_first_life_sooner(drawn):
    """Of any reason, by any part, of subscriptions and orders, under any numbers of behaviour: not for one customer."""
    make, behaviour, what, reason, part = drawn
    try:
        this = world_of(make(behaviour=behaviour, horizon="12 months"), customers=150)
    except (ProblemsFound, BookNotReached) as problem:
        event(type(problem).__name__)
        assume(False)
    less = this.copy()
    LOWERED[what](less, reason, part)
    later, sooner, _ = later_and_sooner(this, less)
    event(what, later > 0)

    assert sooner == 0


# --- second thoughts and saves --------------------------------------------------------------------------------------

SAVES = {"cancel_flow": {}}
OFTEN = {"leaving": {"resume": "30 % per month"}}
SECOND_THOUGHTS = {
    "saves alone": (SAVES, NO_SECOND_THOUGHTS, 0.01), "resuming": ({}, {}, 0.01), "both": (SAVES, {}, 0.01),
    "resuming three times as often": ({}, OFTEN, 0.02),
}  # fmt: skip
"""Levers, behaviour, and the share of first lives that may end sooner."""


@pytest.mark.parametrize("name", SECOND_THOUGHTS)
def test_with_second_thoughts_exceptions_are_few(name):
    """An intent that comes later may be dropped too late for the bill that ends the life, or be answered worse.

    Each reason a tenth less likely, 4,000 expected customers over three years; the shares are printed.
    """
    levers, behaviour, most = SECOND_THOUGHTS[name]
    this = world_of(business(levers, behaviour=behaviour, horizon="36 months"), customers=4000)
    shares = []
    for reason in range(INTENT_REASONS):
        less = this.copy()
        lower_leaving(less, reason, 0.9)
        later, sooner, lives = later_and_sooner(this, less)
        shares.append(sooner / lives)
        print(f"{name}, {Reason(reason).name.lower()}: of {lives} lives {later} end later, {sooner} sooner")

    assert 0.0 < max(shares) < most
