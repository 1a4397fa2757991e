"""Better service, on hand-made customers: it works through problems, and through questions before the sale."""

import numpy as np
import pytest
from by_hand import leaving, live, paying_at_once, prospects, quiet_kernel, watch, z_of
from worlds import copy_levers, difference, times, without, world

from sim.core.customer import Clock, new_customers
from sim.core.events import FINE, Event, Reason, Stage
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.levers import BY_NAME

LEVER = BY_NAME["service_quality"]
NO_EFFECT = {"solves": "0 %", "prevents": "0 %", "trust": 0}
STRONG = {"solves": "100 %", "prevents": "60 %", "trust": 1}
OWN_EVENTS = (Event.BENEFIT,)
AWAKE = {"dormant_after": 1e6}
"""Nobody falls asleep: sleepers have no problems."""


def serving(kernel=None, **settings):
    """Return a kernel with the lever, of which only what is written does anything."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, stages=AWAKE)) if kernel is None else kernel
    copy_levers(kernel, world({"service_quality": {**NO_EFFECT, **settings}}).kernel)
    return kernel


def rule(hook, value, *, settings=None, **customer):
    record, one = serving(**(settings or {}))["levers"]["service_quality"], new_customers(1)
    for name, given in customer.items():
        one[name] = given
    return float(LEVER.hooks[hook](value, one[0], record[0]))


@pytest.mark.parametrize("solves, prevents", [(0.0, 0.0), (0.5, 0.0), (0.0, 0.4), (0.5, 0.4)])
def test_fewer_problems_and_more_of_them_solved(solves, prevents):
    """8 % a month at middle demand, of which 70 % are solved; |z| below 4."""
    kernel = serving(solves=solves, prevents=prevents)
    kernel["service"]["problems"], kernel["service"]["solved"] = 0.08 / MONTH, 0.7
    log, _ = live(prospects(3000, service_demand=0.5), kernel, 6 * MONTH)
    problems = log[log["event"] == Event.PROBLEM]
    expected = 3000 * 6 * 0.08 * (1.0 - prevents)

    assert abs(len(problems) - expected) / np.sqrt(expected) < 4
    assert abs(z_of((problems["detail"] == 1).sum(), len(problems), 0.7 + 0.3 * solves)) < 4


def test_who_has_no_problem_is_not_helped():
    """Not a factor on leaving: those who never ask for service leave as without the lever, to the bit."""
    kernel = leaving(paying_at_once(quiet_kernel(stages=AWAKE)), 0.0005, Reason.EXPERIENCE)
    better = serving(kernel.copy().view(np.recarray), solves="100 %", prevents="50 %", trust=1)
    quiet, asking = (prospects(1500, service_demand=demand) for demand in (0.0, 0.9))
    kernel["service"]["problems"] = better["service"]["problems"] = 0.02
    expected, log = (live(quiet, one, 6 * MONTH)[0] for one in (kernel, better))

    assert difference(expected, without(log, Event.REACHED)) == ""
    intents = [len(times(live(asking, one, 6 * MONTH)[0], Event.INTENDED)) for one in (kernel, better)]
    assert intents[1] < 0.95 * intents[0]


def test_a_solved_problem_lowers_leaving_for_experience_and_for_nothing_else():
    """After the first problem; solved or not makes the whole difference."""
    kernel = leaving(paying_at_once(quiet_kernel(use={"peak": 0.0})), 1e-4)
    kernel["service"]["problems"], kernel["service"]["solved"] = 0.1, 0.0
    rates = []
    for one in (kernel, serving(kernel.copy().view(np.recarray), solves="100 %")):
        for kind, customer in watch(prospects(1), one, 40.0):
            if kind == Clock.PROBLEM:
                rates.append(customer.rate[Clock.LEAVE : Clock.LEAVE + 4].copy())
                break

    assert len(rates) == 2
    assert rates[0][Reason.EXPERIENCE] > 1.1 * rates[1][Reason.EXPERIENCE]
    assert rates[0][: Reason.EXPERIENCE].tolist() == rates[1][: Reason.EXPERIENCE].tolist()


@pytest.mark.parametrize("demand, expected", [(0.0, 1.0), (0.5, 1.2), (1.0, 1.4)])
def test_answers_before_the_sale_help_who_has_questions(demand, expected):
    assert rule(Hook.CONVERT_RATE, 1.0, settings={"trust": 0.2}, service_demand=demand) == pytest.approx(expected)
    assert rule(Hook.CONVERT_RATE, 1.0, settings={"trust": -9}, service_demand=1.0) == 0.0


def test_care_costs_by_demand_while_the_customer_is_awake():
    settings = {"care": "2 USD"}

    assert rule(Hook.MONTH_COST, 5.0, settings=settings, service_demand=0.5, stage=Stage.GROWTH) == 205.0
    assert rule(Hook.MONTH_COST, 5.0, settings=settings, service_demand=1.0, stage=Stage.GROWTH) == 405.0
    assert rule(Hook.MONTH_COST, 5.0, settings=settings, service_demand=1.0, stage=Stage.DORMANCY) == 5.0


def test_care_is_paid_every_month_whether_it_solves_anything_or_not():
    log, _ = live(prospects(50, service_demand=0.5), serving(care="2 USD"), 4.5 * MONTH)
    paid = log[log["event"] == Event.BENEFIT]

    assert len(paid) == 4 * 50
    assert set(paid["amount"]) == {200 * FINE}
