"""The table of reasons and mechanisms says what the rules do."""

import math

import numpy as np
import pytest
from worlds import frame_of

from sim.core.chain import factor_chain
from sim.core.custom import CUSTOM, CUSTOM_PLACES
from sim.core.customer import Clock, new_customers
from sim.core.events import INTENT_REASONS, Reason, Stage
from sim.core.frame import FRAME
from sim.core.hooks import LEAVE_HOOKS
from sim.core.lever import Lever, lever_fields
from sim.model import rates
from sim.model.behaviour import Behaviour
from sim.model.kernel import Season, new_kernel
from sim.model.reasons import (
    MECHANISMS,
    REASONS,
    VOLUNTARY,
    Involuntary,
    factors,
    total,
    voluntary_total,
)

LEAVE = int(Clock.LEAVE)
STATE = ("fit", "habit", "value", "satisfaction", "activation")
BASE = 0.001
BEHAVIOUR = Behaviour()

each_mechanism = pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda mechanism: mechanism.name)
each_end = pytest.mark.parametrize("end", [0, 1], ids=["first end", "second end"])


def neutral():
    """Return a customer for whom every factor is 1, and a kernel that has base rates and no lever."""
    customers, kernel = new_customers(1), new_kernel()
    customers.stage = int(Stage.GROWTH)
    customers.leave_propensity = 1.0
    customers.fit = 0.5
    customers.habit_strength = 1.0
    customers.value = 1.0
    customers.satisfaction = 1.0
    kernel["leave"] = BASE
    return customers, kernel


def put_at(name, end, customers, kernel):
    """Bring one mechanism to its first or second end."""
    if name == "fit":
        customers.fit = (0.0, 1.0)[end]
    elif name == "habit":
        customers.habit_strength = (0.0, 1.0)[end]
    elif name == "value":
        customers.value = (0.0, 1.0)[end]
    elif name == "satisfaction":
        customers.satisfaction = (0.0, 1.0)[end]
    elif name == "saved":
        customers.saved_months = 3 * end
    elif name == "referring":
        customers.referrals = end
    elif name == "referred":
        customers.referrer_there = end
    elif name == "referrer_left":
        customers.friend_left = float(end)
    elif name == "activation":
        customers.activated = end
    elif name == "levers" and end == 1:
        reach_with_strong_guidance(customers, kernel)
    elif name == "second_life":
        customers.life = end
    elif name == "third_life":
        customers.life = 2 * end
    elif name == "season":
        kernel["season"][0, int(Season.LEAVE)] = (1.0, 2.0)[end]
    elif name == "propensity":
        customers.leave_propensity = factors(BEHAVIOUR)["propensity"][end]


def reach_with_strong_guidance(customers, kernel):
    """Let the one lever that acts on leaving reach the customer, with more help than the floor allows."""
    lever = kernel["levers"]["guided_onboarding"]
    reach_everybody(frame_of(kernel, "guided_onboarding"))
    lever["window"], lever["leave_help"] = 14.0, 0.001
    customers.guided = 1
    customers.active = 0xFFFFFFFF


def reach_everybody(lever):
    for mask in ("segments", "channels", "plans", "stages", "lives"):
        lever[mask] = 0xFFFFFFFF


def touched(mechanism):
    """Return the reasons that a mechanism can be seen to move: of direct factors, those that a lever has today."""
    if mechanism.name == "levers":
        return (Reason.SOFT, Reason.EXPERIENCE)
    return mechanism.reasons


@each_end
@each_mechanism
def test_the_state_factor_is_as_the_table_says(mechanism, end):
    """A mechanism of the customer's state moves its own reasons; all others leave the state factor at 1."""
    customers, kernel = neutral()
    put_at(mechanism.name, end, customers, kernel)

    for reason in range(INTENT_REASONS):
        moved = mechanism.name in STATE and reason in mechanism.reasons
        expected = factors(BEHAVIOUR)[mechanism.name][end] if moved else 1.0
        assert expected == pytest.approx(rates.state_factor(customers[0], kernel[0], reason), rel=1e-12)


@each_end
@each_mechanism
def test_the_rate_of_leaving_is_as_the_table_says(mechanism, end):
    """The whole rate of each reason is the base rate times the mechanism's factor, and nothing else."""
    customers, kernel = neutral()
    put_at(mechanism.name, end, customers, kernel)
    rates.set_leave_rates(customers[0], kernel[0])

    for reason in range(INTENT_REASONS):
        expected = factors(BEHAVIOUR)[mechanism.name][end] if reason in touched(mechanism) else 1.0
        assert expected * BASE == pytest.approx(customers["rate"][0, LEAVE + reason], rel=1e-12)


class Strong(Lever):
    """Lowers every reason below the floor."""


class Harmful(Lever):
    """Raises every reason."""


for _hook in LEAVE_HOOKS:
    Strong.changes(_hook)(lambda factor, customer, lever: factor * 0.01)
    Harmful.changes(_hook)(lambda factor, customer, lever: factor * 3.0)


@pytest.mark.parametrize("hook", LEAVE_HOOKS, ids=lambda hook: hook.name)
def test_the_floor_holds_for_every_reason_and_for_factors_below_one_alone(hook):
    floor = BEHAVIOUR.leaving.floor
    customers, _ = neutral()
    customers.active = 0b11
    own = np.dtype([(Strong.lever_name(), np.dtype(lever_fields(Strong), align=True))])
    places = ("frames", FRAME, (2 + CUSTOM_PLACES,)), ("custom", CUSTOM, (CUSTOM_PLACES,)), ("first_custom", "i8")
    p = np.zeros(1, [*places, ("levers", own)]).view(np.recarray)
    p["custom"]["hook"] = -1
    reach_everybody(p["frames"])

    assert factors(BEHAVIOUR)["levers"][1] == floor
    for group, expected in (((Strong,), floor), ((Harmful,), 3.0), ((Strong, Harmful), 3.0 * floor)):
        assert expected == factor_chain(group, hook)(floor, customers[0], p[0])


def test_the_spread_of_leaving_has_mean_one():
    low, high = factors(BEHAVIOUR)["propensity"]

    assert low < 1.0 < high


def test_every_reason_is_in_the_table():
    assert tuple(Reason(number) for number in range(INTENT_REASONS + 1)) == tuple(row.reason for row in REASONS)
    for row in REASONS:
        assert all(text.endswith(".") for text in (row.meaning, row.driven_by, row.helped_by, row.not_helped_by))


def test_the_parameters_named_exist():
    for mechanism in MECHANISMS:
        for name in mechanism.parameters:
            group, _, field = name.partition(".")
            assert not field or hasattr(getattr(BEHAVIOUR, group), field)


def test_the_totals_are_those_of_the_published_ratios():
    """Activation .57 on soft and experience is .70 on voluntary leaving; the floor there is .475."""
    of_soft_and_experience = (Reason.SOFT, Reason.EXPERIENCE)

    assert pytest.approx(voluntary_total(0.57, of_soft_and_experience, BEHAVIOUR)) == 0.699
    assert pytest.approx(voluntary_total(0.25, of_soft_and_experience, BEHAVIOUR)) == 0.475
    assert pytest.approx(voluntary_total(0.25, VOLUNTARY, BEHAVIOUR)) == 0.25
    assert pytest.approx(total(0.57, of_soft_and_experience, BEHAVIOUR, Involuntary())) == 0.26 + 0.74 * 0.699


def test_antennas_survival_gives_the_factors_of_later_lives():
    """Ratios of the hazards behind 12-month survival of 45, 36 and 26 %."""
    second, third = (math.log(share) / math.log(0.45) for share in (0.36, 0.26))

    assert second == pytest.approx(BEHAVIOUR.leaving.second_life, rel=0.02)
    assert third == pytest.approx(BEHAVIOUR.leaving.third_life, rel=0.02)
