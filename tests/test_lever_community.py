"""Community: those who post form ties and see more value, those who read far less; an empty one gives nothing."""

import numpy as np
import pytest
from by_hand import live, paying_at_once, prospects, quiet_kernel, watch
from one_lever import ask, under
from worlds import business, difference, of, story_of, without, world

from sim.core.customer import Clock
from sim.core.events import Event, Stage, Stored
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.model.behaviour import Behaviour
from sim.study.design import lever_costs_by_month

NO_EFFECT = {"ties": "0 %", "belonging": "0 %"}
STRONG = {"take_part": "100 %", "ties": "60 %", "belonging": "60 %"}
OWN_EVENTS = ()
LIVELY = {"take_part": "20 %", "empty_below": "3 %", "ties": "4 %", "belonging": "10 %", "readers": 0.25}


@pytest.mark.parametrize("posts, share", [(0.0, 0.25), (0.79, 0.25), (0.8, 1.0), (0.99, 1.0)])
def test_those_who_post_get_far_more_than_those_who_read(posts, share):
    """Ties by the use, value by the month."""
    found = [ask("community", hook, 0.0, LIVELY, posts=posts) for hook in (Hook.INVEST_TIES, Hook.VALUE_PUSH)]

    assert [0.04 * share, 0.1 * share] == pytest.approx(found)


def test_ties_come_by_uses_and_value_by_months():
    """1 - (1 - own - 4 %)^uses for who posts, a quarter of the 4 % for who reads; other kinds stay as they are."""
    own, kernel = Behaviour().investment, under({"community": LIVELY})
    customers = prospects(20, posts=np.repeat([0.9, 0.1], 10))
    log, customers = live(customers, kernel, 150.0)
    for customer in range(20):
        events = [event for event, _ in story_of(of(log, customer + 1))]
        before = events[: events.index(Event.CONVERTED)].count(Event.USED)
        gain = 0.04 if customer < 10 else 0.01
        left = (1.0 - own.ties) ** before * (1.0 - own.ties - gain) ** (events.count(Event.USED) - before)
        assert 1.0 - left == pytest.approx(customers.stored[customer, Stored.TIES], rel=1e-9)
        uses = events.count(Event.USED)
        assert 1.0 - (1.0 - own.content) ** uses == pytest.approx(customers.stored[customer, Stored.CONTENT])


def test_value_is_pushed_at_month_starts_alone():
    pushed = []
    kernel = under({"community": LIVELY}, paying_at_once(quiet_kernel(use={"peak": 0.0})))
    before = 0.5
    for kind, c in watch(prospects(1, posts=0.9), kernel, 4.5 * MONTH):
        if c.value > before + 1e-12:
            assert kind == Clock.GRID
            pushed.append(round(float(c.now) / MONTH))
        before = float(c.value)

    assert pushed == [1, 2, 3, 4]


def test_a_community_in_which_too_few_post_is_empty():
    """Everybody lives as without it, to the bit, and it costs as much; with one more in a hundred it is alive."""
    plain, _ = live(prospects(60, posts=0.999), paying_at_once(quiet_kernel()), 200.0)
    for share, alive in (("4 %", False), ("5 %", True)):
        settings = {**STRONG, "take_part": share, "empty_below": "5 %"}
        log, _ = live(prospects(60, posts=0.999), under({"community": settings}), 200.0)
        assert (difference(plain, without(log, Event.REACHED)) != "") == alive
    lever = {"take_part": "1 %", "build_cost": "5 USD", "running_cost": "2 USD"}
    assert lever_costs_by_month(business({"community": lever}), 2, 2).tolist() == [700, 200]


def test_as_many_post_as_it_says():
    """Their place among all customers is drawn evenly; four standard errors."""
    customers = world(customers=2000).customers
    posting = customers.posts >= 0.9

    assert posting.mean() == pytest.approx(0.1, abs=4 * np.sqrt(0.09 / len(customers)))


def test_prospects_are_not_in_it():
    assert ask("community", Hook.VALUE_PUSH, 0.0, LIVELY, posts=0.9, stage=Stage.INTRODUCTION) == 0.0
