"""Rewards, surprise, stored value and integrations, on hand-made customers."""

import math

import numpy as np
import pytest
from by_hand import annual, leaving, live, paying_at_once, prospects, quiet_kernel, watch, z_of
from worlds import copy_levers, of, story_of, world

from sim.core.customer import Clock
from sim.core.events import FINE, Event, Reason, Reward, Stage, Stored
from sim.core.units import MONTH
from sim.model.behaviour import Behaviour

BEHAVIOUR = Behaviour()
USE, INTEGRATE, LEAVE = int(Clock.USE), int(Clock.INTEGRATE), int(Clock.LEAVE)


def with_lever(name, kernel=None, **settings):
    """Return a quiet kernel with one lever for everybody."""
    kernel = paying_at_once(quiet_kernel()) if kernel is None else kernel
    copy_levers(kernel, world({name: settings}).kernel)
    return kernel


def rewarding(kernel=None, **settings):
    return with_lever("variable_rewards", kernel, **{"standard": 1, "cost": "0.40 USD", **settings})


# --- rewards --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", [1, 4])
def test_a_fixed_reward_comes_each_time_that_the_standard_is_reached(standard):
    """At the same time as the use; its cost is by size, in hundredths of the minor unit."""
    log, _ = live(prospects(50), rewarding(schedule="fixed", standard=standard, size=1.5, kind="goal"), 200.0)
    rewarded = log[log["event"] == Event.REWARDED]

    assert len(rewarded) > 100
    assert (set(rewarded["amount"]), set(rewarded["detail"])) == ({round(1.5 * 40 * FINE)}, {Reward.GOAL})
    for customer in range(1, 51):
        own = of(log, customer)
        uses = own["time"][own["event"] == Event.USED]
        assert list(uses[standard - 1 :: standard]) == list(own["time"][own["event"] == Event.REWARDED])


def test_a_variable_reward_comes_by_chance_and_is_the_larger():
    """So that it costs as much in the mean; |z| below 4."""
    log, _ = live(prospects(200), rewarding(chance="25 %", size=1, standard=2), 200.0)
    uses, rewarded = np.bincount(log["customer"][log["event"] == Event.USED]), log[log["event"] == Event.REWARDED]

    assert abs(z_of(len(rewarded), (uses // 2).sum(), 0.25)) < 4
    assert set(rewarded["amount"]) == {4 * 40 * FINE}


@pytest.mark.parametrize("settings, size", [
    ({"schedule": "fixed", "size": 0.8}, 0.8), ({"schedule": "variable", "size": 0.5, "chance": "50 %"}, 1.0),
])  # fmt: skip
def test_what_surprises_makes_a_habit_and_what_is_expected_does_not(settings, size):
    """V + a (R - V) from every use that might be rewarded; habit's gain is (1 + b max(0, R - V)) times as large."""
    rewards, use = BEHAVIOUR.rewards, BEHAVIOUR.use
    gain = use.habit_gain * (1.0 - use.effort_drag * (0.3 - use.effort_a / (use.effort_a + use.effort_b)))
    kernel, customers = rewarding(**settings), prospects(3)
    rewarded = live(customers[2:].copy().view(np.recarray), kernel, 90.0)[0]
    rewarded = set(rewarded["time"][rewarded["event"] == Event.REWARDED])
    expectation, habit, last, seen = 0.0, 0.0, 0.0, set()
    for kind, c in watch(prospects(3)[2:], kernel, 90.0):
        habit *= math.exp(-use.habit_fade * (c.now - last))
        if kind == USE:
            surprise = (size if c.now in rewarded else 0.0) - expectation
            habit += gain * (1.0 + rewards.surprise_habit * max(0.0, surprise)) * (1.0 - habit)
            expectation += rewards.learning * surprise
            seen.add(c.now in rewarded)
        last = c.now
        if kind in (USE, Clock.GRID):
            assert habit == pytest.approx(c.habit, rel=1e-9)
        assert expectation == pytest.approx(c.expectation, rel=1e-9)

    assert seen == ({True} if "fixed" in settings.values() else {True, False})


def test_a_variable_reward_goes_on_working_where_a_fixed_one_wears_off():
    """Same mean size: after a year those rewarded by chance have the stronger habit."""
    habits = {}
    for schedule in ("fixed", "variable"):
        kernel = rewarding(schedule=schedule, size=1, chance="10 %")
        habits[schedule] = live(prospects(1500), kernel, 12 * MONTH)[1].habit.mean()
    plain = live(prospects(1500), paying_at_once(quiet_kernel()), 12 * MONTH)[1].habit.mean()

    assert plain < habits["fixed"] < habits["variable"]


def test_who_stops_being_eligible_is_not_rewarded():
    """And uses before the window count nothing towards the standard."""
    log, _ = live(prospects(50), rewarding(schedule="fixed", standard=3, starts="20 days", ends="90 days"), 200.0)
    for customer in range(1, 51):
        own = of(log, customer)
        uses = own["time"][(own["event"] == Event.USED) & (own["time"] >= 20.0) & (own["time"] < 90.0)]
        assert list(uses[2::3]) == list(own["time"][own["event"] == Event.REWARDED])


# --- stored value ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind, grows", [("tribe", Stored.TIES), ("self", Stored.ACHIEVEMENTS), ("goal", Stored.DATA)])
def test_uses_and_rewards_leave_something_behind(kind, grows):
    """Each use a share of the way to full of all four kinds, each reward one by its size of the kind that it is of."""
    investment, rewards = BEHAVIOUR.investment, BEHAVIOUR.rewards
    share = np.array([investment.ties, investment.content, investment.achievements, investment.data])
    log, customers = live(prospects(20), rewarding(schedule="fixed", size=2, standard=2, kind=kind), 150.0)
    for customer in range(20):
        stored = np.zeros(4)
        events = [event for event, _ in story_of(of(log, customer + 1)) if event in (Event.USED, Event.REWARDED)]
        for place, event in enumerate(events):
            if event == Event.USED and events[place + 1 : place + 2] == [Event.REWARDED]:
                stored[grows] += 2 * rewards.invests * (1.0 - stored[grows])
            if event == Event.USED:
                stored += share * (1.0 - stored)
        assert stored == pytest.approx(customers.stored[customer], rel=1e-9)


@pytest.mark.parametrize("stored, factor", [((0, 0, 0, 0), 1.0), ((1, 1, 1, 1), 0.6), ((0, 0, 0.5, 0), 0.95)])
def test_what_is_left_behind_holds(stored, factor):
    """The chance of acting on an intent is lower by ``holds`` times the mean of the four kinds; |z| below 4."""
    kernel = paying_at_once(quiet_kernel(leaving={"attention": 0.5}, investment={"holds": 0.4}, use={"peak": 0.0}))
    kernel = annual(leaving(kernel, 1e3, int(Reason.HARD)))
    log, _ = live(prospects(4000, stored=stored), kernel, 5.0)
    acted = (log["event"] == Event.REQUESTED).sum()

    assert (log["event"] == Event.INTENDED).sum() == 4000
    assert abs(z_of(acted, 4000, 0.5 * factor)) < 4


def test_stored_value_stays_through_lives():
    kernel = paying_at_once(quiet_kernel(returning={"within_year": 0.95}))
    _, customers = live(prospects(200, stored=0.7), leaving(kernel, 0.02), 200.0)

    assert (customers.life > 0).sum() > 50
    assert (customers.stored >= 0.7).all()


# --- integrations ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fit, factor", [(0.0, 0.4), (0.5, 1.0), (1.0, 1.6)])
def test_products_are_connected_one_after_another_at_the_rate_of_fit(fit, factor):
    """Poisson until all are connected, mean and share of none within four standard errors."""
    awake = paying_at_once(quiet_kernel(stages={"dormant_after": 1e4}))
    kernel = with_lever("integrations", awake, connects="15 % per month", fit_connect=0.6, products=100)
    log, customers = live(prospects(2000, fit=fit), kernel, 6 * MONTH)
    mean = 6 * 0.15 * factor
    detail = log["detail"][log["event"] == Event.INTEGRATED]

    assert abs(customers.integrations.mean() - mean) < 4 * np.sqrt(mean / 2000)
    assert abs(z_of((customers.integrations == 0).sum(), 2000, np.exp(-mean))) < 4
    assert np.bincount(detail, minlength=3)[1] == (customers.integrations > 0).sum()


def test_there_are_no_more_connections_than_products():
    _, customers = live(prospects(100), with_lever("integrations", connects="500 % per month", products=3), 100.0)

    assert set(customers.integrations) == {3}
    assert not customers.rate[:, INTEGRATE].any()


def test_what_a_connection_changes():
    """Ability goes up by its share; soft and experience leaving down to the floor; the other reasons stay."""
    settings = {"connects": "200 % per month", "products": 9, "ability": 0.02, "leave_help": 0.7, "leave_floor": 0.3}
    kernel = with_lever("integrations", leaving(paying_at_once(quiet_kernel()), 1e-9), **settings)
    kernel["leaving"]["fit_leave"], kernel["activation"]["effect"], kernel["leaving"]["floor"] = 0.0, 1.0, 0.01
    kernel["stages"]["dormant_after"] = 1e4
    seen = set()
    for _, c in watch(prospects(3)[2:], kernel, 300.0):
        if c.stage not in (Stage.GROWTH, Stage.MATURITY):
            continue
        n, use = int(c.integrations), BEHAVIOUR.use
        act = 1.0 / (1.0 + np.exp(-use.sharpness * (c.value + 0.7 + 0.02 * n - use.threshold)))
        help_ = max(0.3, 0.7**n)
        soft = 1.0 + (BEHAVIOUR.leaving.soft_without_habit - 1.0) * (1.0 - c.habit_strength)
        experience = 1.0 + (BEHAVIOUR.leaving.experience_without_value - 1.0) * (1.0 - c.value)
        seen.add(n)

        assert use.peak * act * c.use_strength == pytest.approx(c.rate[USE], rel=1e-9)
        for reason, factor in ((Reason.NATURAL, 1.0), (Reason.SOFT, help_ * soft), (Reason.HARD, 1.0),
                               (Reason.EXPERIENCE, help_ * experience)):  # fmt: skip
            assert 1e-9 * factor == pytest.approx(c.rate[LEAVE + reason], rel=1e-9)

    assert seen == set(range(10))


def test_sleepers_and_those_who_have_left_connect_nothing_and_a_later_life_begins_with_nothing():
    kernel = paying_at_once(quiet_kernel(returning={"within_year": 0.95}, stages={"dormant_after": 4.0}))
    kernel = with_lever("integrations", leaving(kernel, 0.01), connects="100 % per month", products=9)
    seen = set()
    for i in range(40):
        for kind, c in watch(prospects(40)[i:], kernel, 300.0):
            seen.add(Stage(int(c.stage)))
            assert (c.rate[INTEGRATE] > 0.0) == (c.stage in (Stage.GROWTH, Stage.MATURITY) and c.integrations < 9)
            assert kind != Clock.RETURN or c.integrations == 0

    assert {Stage.DORMANCY, Stage.CHURNED, Stage.GROWTH} <= seen
