"""The life cycle as a chain: customers who fall asleep and wake, prospects who convert or go, and what ends it."""

from collections.abc import Iterator
from math import expm1

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import Measure
from sim.core.events import Event, Reason, Stage
from sim.core.units import MONTH
from sim.verification.bare import Lives, all_at_once, laid_over, leaving, live, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import time_in_states
from sim.verification.rows import mean, share

FALL, WAKE = 0.03, 0.08
"""Per month."""
STEPS = (Event.CONVERTED, Event.LOST, Event.FELL_ASLEEP, Event.WOKE, Event.INTENDED)


def sleeping(fall: float, wake: float) -> dict[str, dict[str, str]]:
    """Return the behaviour of customers who fall asleep and wake at constant rates per month."""
    rate = f"{fall} per month"
    return {"stages": {"lapse": rate, "lapse_habit": rate, "revive": f"{wake} per month"}}


@case(full=40_000, fast=20_000)
def two_states(count: int) -> Iterator[Row]:
    scenario = subscription("two states", count, residual="119 months", behaviour=sleeping(FALL, WAKE))
    lives = live(scenario, prepare=all_at_once)
    asleep = np.cumsum(lives.sums()[: lives.months, Measure.STAGE + Stage.DORMANCY])
    for month in (6, 24, 120):
        expected = FALL / (FALL + WAKE) * -expm1(-(FALL + WAKE) * month)
        yield share(f"dormant after {month} months", asleep[month - 1], count, expected)


@case(full=60_000, fast=20_000)
def absorbing_chain(count: int) -> Iterator[Row]:
    convert, give_up, fall, wake = 6.0, 4.0, 0.3, 0.4  # all per month
    wish = {"natural": 0.06, "hard": 0.04}
    h = sum(wish.values())
    rates = np.array([[-convert - give_up, convert, 0.0], [0.0, -fall - h, fall], [0.0, wake, -wake - h]])
    expected = time_in_states(rates)[0]
    changes = laid_over(leaving(**wish), {"solved": {"segments": {"all": {"convert": f"{convert} per month"}}}})
    behaviour = sleeping(fall, wake) | {"introduction": {"give_up": f"{give_up} per month"}}
    scenario = subscription("life cycle", count, residual="120 months", behaviour=behaviour, **changes)
    lives = live(scenario, *STEPS, prepare=all_at_once)
    became, lost = lives.first(Event.CONVERTED), lives.first(Event.LOST)
    over = np.minimum(np.minimum(lost, lives.first(Event.INTENDED)), lives.months * MONTH)
    customer = np.isfinite(became)
    asleep = days_asleep(lives, over)
    yield mean("months in introduction", np.minimum(became, lost) / MONTH, expected[0])
    yield mean("months in growth", np.where(customer, over - became - asleep, 0.0) / MONTH, expected[1])
    yield mean("months in dormancy", asleep / MONTH, expected[2])
    yield mean("lost as prospects", np.isfinite(lost), expected[0] * give_up)
    first = lives.rows(Event.INTENDED)
    for name, rate in wish.items():
        reason = Reason[name.upper()]
        slots = first["slot"][(first["detail"] == reason) & (first["time"] == over[first["slot"]])]
        yield mean(f"want to leave for {name}", np.isin(np.arange(count), slots), (expected[1] + expected[2]) * rate)


def days_asleep(lives: Lives, over: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how long each customer sleeps before a day of his own."""
    days, sleeps = np.zeros(len(over)), np.zeros(len(over))
    for event, sign in ((Event.FELL_ASLEEP, 1.0), (Event.WOKE, -1.0)):
        rows = lives.rows(event)
        rows = rows[rows["time"] < over[rows["slot"]]]
        days -= sign * np.bincount(rows["slot"], rows["time"], minlength=len(over))
        sleeps += sign * np.bincount(rows["slot"], minlength=len(over))
    return np.asarray(days + np.where(sleeps > 0, over, 0.0))
