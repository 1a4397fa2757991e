"""Use at rates that differ, and the habit that use builds and idle days wear down."""

from collections.abc import Iterator

import numpy as np

from sim.core.events import Event
from sim.core.units import MONTH
from sim.scenario.schema import Scenario
from sim.verification.bare import all_at_once, live, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import habit_after, habit_gain, mean_habit, negative_binomial
from sim.verification.rows import exact, mean

USES_TO_95 = 66
"""Daily uses after which a habit stands at 95 % (Lally and others 2010)."""


def users(name: str, count: int, months: int, fade: str) -> Scenario:
    """Return customers who use once a day on average, at random times, each use costing the mean effort."""
    use = {
        "peak": "1 per day", "floor": "100 %", "trigger": 1000, "effort_drag": 0, "habit_fade": fade,
        "habit_gain": f"{habit_gain(USES_TO_95):.15g}",
    }  # fmt: skip
    return subscription(name, count, residual=f"{months - 1} months", behaviour={"use": use})


@case(full=20_000, fast=8_000)
def uses_of_different_customers(count: int) -> Iterator[Row]:
    shape, rate, months = 0.8, 0.5, 6
    use = {"peak": f"{rate} per month", "floor": "100 %", "trigger": 1000, "propensity_shape": shape}
    scenario = subscription("uses", count, residual=f"{months - 1} months", behaviour={"use": use})
    lives = live(scenario, Event.USED, prepare=all_at_once)
    uses = lives.count(Event.USED)
    yield mean("mean uses", uses, rate * months)
    for x in (0, 1, 3, 6, 10):
        yield mean(f"P(X = {x})", uses == x, float(negative_binomial(x, rate * months, shape)))


@case(full=20_000, fast=6_000)
def habit_curve(count: int) -> Iterator[Row]:
    gain = habit_gain(USES_TO_95)
    for months, number in ((1, 30), (2, USES_TO_95)):
        lives = live(users(f"habit {months}", count, months, "0 % per day"), Event.USED, prepare=all_at_once)
        uses, habit, days = lives.count(Event.USED), lives.customers.habit, months * MONTH
        yield exact(f"h({number}), {number} daily uses", habit[uses == number].mean(), habit_after(number, gain))
        yield mean(f"E[h({days:.1f})], uses at random", habit, mean_habit(days, 1.0, gain, 0.0))


@case(full=20_000, fast=6_000)
def habit_that_fades(count: int) -> Iterator[Row]:
    gain, fade = habit_gain(USES_TO_95), 0.02
    for months in (1, 4):
        lives = live(users(f"fading {months}", count, months, f"{fade} per day"), prepare=all_at_once)
        days = months * MONTH
        habit = lives.customers.habit * np.exp(-fade * (days - lives.customers.habit_at))
        yield mean(f"E[h({days:.1f})]", habit, mean_habit(days, 1.0, gain, fade))
