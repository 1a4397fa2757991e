"""Use and habit: what one use and one idle stretch do, and the race that novelty and habit run."""

import math

import numpy as np
import pytest
from by_hand import live, paying_at_once, prospects, quiet_kernel, step, watch
from scipy.integrate import quad
from scipy.optimize import brentq
from worlds import business, copy_levers, run, world

from sim.core.customer import Clock
from sim.core.events import Event, Stage
from sim.core.units import MONTH
from sim.model.behaviour import Behaviour
from sim.model.candidates import Group, Origin, acquired
from sim.scenario.lower import population_of

USE, GRID = int(Clock.USE), int(Clock.GRID)
P = Behaviour().use


def s_shape(x):
    power, middle = x ** int(P.steepness), P.middle ** int(P.steepness)
    return P.floor + (1.0 - P.floor) * power / (power + middle)


def acting(value, effort):
    """Fogg's chance of acting on a trigger, from its formula."""
    return 1.0 / (1.0 + math.exp(-P.sharpness * (value + (1.0 - effort) + P.trigger - P.threshold)))


def stable_levels():
    """Habits where what uses build equals what idle time takes, without novelty, for a customer in the middle."""
    rate = P.peak * acting(0.5, 0.3)

    def drift(habit):
        return rate * s_shape(habit) * P.habit_gain * (1.0 - habit) - P.habit_fade * habit

    points = np.linspace(1e-6, 1.0 - 1e-6, 2000)
    values = np.array([drift(point) for point in points])
    return [brentq(drift, points[n], points[n + 1]) for n in np.flatnonzero(values[:-1] * values[1:] < 0)]


def crowd(count=4000, help_with=None):
    """Return customers who cannot leave, with the default spread of traits, after two years."""
    population = population_of(business(), 1)
    kernel = paying_at_once(quiet_kernel())
    kernel["season"] = 1.0
    if help_with is not None:
        copy_levers(kernel, world({"guided_onboarding": help_with}).kernel)
    customers = acquired(population, 0, Group(Origin.ACQUIRED, 0, 0, 0, count))
    return live(customers, kernel, 24 * MONTH)[1]


# --- one use, one idle stretch --------------------------------------------------------------------------------------


def test_a_use_moves_the_habit_part_of_the_way_to_one():
    """By the gain, more with less effort; between uses it fades exponentially."""
    kernel = paying_at_once(quiet_kernel())
    for effort in (0.1, 0.3, 0.8):
        gain = P.habit_gain * (1.0 - P.effort_drag * (effort - P.effort_a / (P.effort_a + P.effort_b)))
        habit, last, seen = 0.0, 0.0, 0
        for kind, c in watch(prospects(3, effort=effort)[2:], kernel, 60.0):
            habit *= math.exp(-P.habit_fade * (c.now - last))
            if kind == USE:
                habit += gain * (1.0 - habit)
                seen += 1
            last = c.now
            if kind in (USE, GRID):
                assert habit == pytest.approx(c.habit, rel=1e-9)
        assert seen > 3


def test_a_cell_holds_the_means_of_habit_and_novelty():
    """The strength of use over a cell is the curve at the exact means until the next point of the grid."""
    kernel = paying_at_once(quiet_kernel())
    seen = 0
    for kind, c in watch(prospects(3)[2:], kernel, 100.0):
        if kind in (USE, GRID):
            length = c.due[GRID] - c.now
            habit = mean_of(lambda t, c=c: c.habit * math.exp(-P.habit_fade * t), length)
            novelty = mean_of(lambda t, c=c: math.exp(-(c.now + t - c.began) / P.novelty), length)
            seen += 1

            assert s_shape(1.0 - (1.0 - habit) * (1.0 - novelty)) == pytest.approx(c.use_strength, rel=1e-9)
            assert s_shape(habit) == pytest.approx(c.habit_strength, rel=1e-9)
    assert seen > 15


def mean_of(function, length):
    return quad(function, 0.0, length)[0] / length


def test_the_use_rate_is_peak_times_propensity_times_acting_times_the_curve():
    kernel = paying_at_once(quiet_kernel())
    for fit, effort, propensity in ((0.5, 0.3, 1.0), (0.9, 0.1, 2.0), (0.1, 0.8, 0.3)):
        customers = prospects(fit=fit, effort=effort, use_propensity=propensity)
        for _, c in watch(customers, kernel, 50.0):
            expected = P.peak * propensity * acting(c.value, effort) * c.use_strength
            assert expected == pytest.approx(c.rate[USE], rel=1e-12)


def test_value_returns_to_the_level_of_fit():
    """Exponentially, at the rate of the parameter, looked at where the grid carries it forward."""
    kernel = paying_at_once(quiet_kernel())
    customers = prospects(fit=0.8)
    step(customers, 0, kernel)
    customers.value = 0.2
    while customers.now[0] < 60.0:
        step(customers, 0, kernel)
    expected = 0.8 + (0.2 - 0.8) * math.exp(-Behaviour().leaving.value_returns * customers.habit_at[0])

    assert expected == pytest.approx(customers.value[0], rel=1e-9)


def test_uses_come_as_often_as_the_rate_says():
    """Without novelty's and habit's pull the count over 50 days is Poisson: |z| below 4 for mean and variance."""
    kernel = paying_at_once(quiet_kernel(use={"floor": 1.0}))
    count = 4000
    log, _ = live(prospects(count), kernel, 50.0)
    uses = np.bincount(log["customer"][log["event"] == Event.USED], minlength=count + 1)[1:]
    mean = P.peak * acting(0.5, 0.3) * 50.0

    assert abs(uses.mean() - mean) < 4 * np.sqrt(mean / count)
    assert abs(uses.var() - mean) < 4 * mean * np.sqrt(2.0 / count + 1.0 / (count * mean))


# --- the race -------------------------------------------------------------------------------------------------------


def test_the_default_parameters_have_two_stable_levels_of_habit():
    """Low, a threshold between them, high: at the high one customers use the product weekly, at the low one hardly."""
    low, threshold, high = stable_levels()
    uses = [P.peak * acting(0.5, 0.3) * s_shape(habit) * MONTH for habit in (low, high)]

    assert 0.0 < low < 0.15
    assert 0.3 < threshold < 0.5
    assert 0.6 < high < 0.85
    assert uses[0] < 0.5
    assert uses[1] > 6.0


def test_a_concave_curve_has_no_loser(monkeypatch):
    """With a steepness of 1 there is one level: the test above is about the S."""
    monkeypatch.setattr("test_habit.P", P.model_copy(update={"steepness": 1}))

    assert len(stable_levels()) == 1


def test_both_levels_are_populated_and_the_ground_between_them_is_not():
    """After two years customers who are all alike stand near one level or the other."""
    low, threshold, high = stable_levels()
    kernel = paying_at_once(quiet_kernel())
    _, customers = live(prospects(4000), kernel, 24 * MONTH)
    habit = customers.habit

    assert 0.2 < (habit > threshold).mean() < 0.9
    assert habit[habit < 0.2].mean() == pytest.approx(low, abs=0.04)
    assert habit[habit > 0.5].mean() == pytest.approx(high, abs=0.06)
    assert ((habit > 0.25) & (habit < 0.5)).mean() < 0.1


def test_guided_use_lifts_the_share_that_keeps_the_habit():
    """The same customers: many win the race who lost it, hardly anybody the other way round."""
    threshold = stable_levels()[1]
    keeps = crowd().habit > threshold
    guided = crowd(help_with={"use_help": 1.6, "window": "28 days", "step_help": 1, "leave_help": 1}).habit > threshold

    assert guided.mean() > keeps.mean() + 0.05
    assert (keeps & ~guided).mean() < 0.3 * (guided & ~keeps).mean()


def test_who_fits_and_who_finds_it_easy_keeps_the_habit_more_often():
    customers = crowd()
    keeps = customers.habit > stable_levels()[1]

    assert customers.fit[keeps].mean() > customers.fit[~keeps].mean() + 0.03
    assert customers.effort[keeps].mean() < customers.effort[~keeps].mean() - 0.03


def test_later_lives_start_the_race_again_from_the_faded_habit():
    """Novelty is back at 1, habit has faded through the time away, activation stays."""
    this = world(behaviour={"returning": {"within_year": "90 %"}}, customers=400)
    this.kernel["leave"] *= 5.0
    seen = 0
    for i in range(60):
        habit = None
        for kind, c in watch(this.customers[i:], this.kernel, this.until):
            if c.stage == Stage.CHURNED:
                habit, left, activated = c.habit, c.now, c.activated
            elif kind == Clock.RETURN and habit is not None:
                seen += 1
                assert c.habit == pytest.approx(habit * math.exp(-P.habit_fade * (c.now - left)), rel=1e-12)
                assert (c.began, c.last_use, c.tenure_point, c.activated) == (c.now, c.now, 0.0, activated)
    assert seen > 3
    assert (run(this)[1].life > 0).any()
