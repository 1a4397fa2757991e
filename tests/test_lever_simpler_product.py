"""A simpler product: it helps those to whom a use costs much, and nobody to whom it costs nothing."""

import numpy as np
import pytest
from by_hand import live, paying_at_once, prospects, quiet_kernel
from one_lever import ask, rates_of, under
from worlds import business, difference, without

from sim.core.customer import Clock
from sim.core.events import Event
from sim.core.hooks import Hook
from sim.model.behaviour import Behaviour
from sim.study.design import lever_costs_by_month

NO_EFFECT = {"less_time": "0 %", "less_money": "0 %", "less_thought": "0 %", "less_toil": "0 %"}
STRONG = {"less_time": "90 %", "less_money": "90 %", "less_thought": "90 %", "less_toil": "90 %"}
OWN_EVENTS = ()
USE = int(Clock.USE)


def test_who_never_found_it_hard_lives_as_without_it():
    """To the bit, while those to whom a use costs .8 use it more: a factor on all use would move both."""
    for effort in (0.0, 0.8):
        plain, _ = live(prospects(60, effort=effort), paying_at_once(quiet_kernel()), 120.0)
        simple, _ = live(prospects(60, effort=effort), under({"simpler_product": STRONG}), 120.0)
        uses = [(log["event"] == Event.USED).sum() for log in (plain, simple)]
        if effort == 0.0:
            assert difference(plain, without(simple, Event.REACHED)) == ""
        else:
            assert uses[1] > 2 * uses[0]


@pytest.mark.parametrize("effort", [0.0, 0.1, 0.3, 0.6, 1.0])
def test_what_is_saved_is_ability_to_act(effort):
    """The four parts weigh the same: 40, 20, 20 and 0 % are a fifth of the effort less, inside Fogg's formula."""
    parts = {"less_time": "40 %", "less_money": "20 %", "less_thought": "20 %", "less_toil": "0 %"}
    kernel, use = under({"simpler_product": parts}), Behaviour().use
    rate = rates_of(kernel, "simpler_product", effort=effort)[USE]
    drive = 0.5 + 1.0 - 0.8 * effort + use.trigger - use.threshold

    assert use.peak * 0.5 / (1.0 + np.exp(-use.sharpness * drive)) == pytest.approx(rate, rel=1e-12)


def test_fewer_steps_are_what_was_saved_of_them():
    """1 + 2 x effort x share saved; never above 1; nothing for who had no effort."""
    saved = {"less_toil": "80 %", "less_time": "0 %", "less_thought": "0 %", "step_help": 2}
    for effort, chance, expected in ((0.0, 0.5, 0.5), (0.5, 0.5, 0.6), (1.0, 0.5, 0.7), (1.0, 0.9, 1.0)):
        found = ask("simpler_product", Hook.STEP_PROBABILITY, chance, saved, effort=effort)
        assert expected == pytest.approx(found)


def test_it_is_built_once_and_kept_simple_every_month():
    lever = {"build_cost": "1000 USD", "running_cost": "10 USD"}

    assert [101_000, 1000, 1000] == lever_costs_by_month(business({"simpler_product": lever}), 3, 3).tolist()
