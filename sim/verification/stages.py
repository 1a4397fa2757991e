"""The life cycle as a chain: customers who fall asleep and wake, prospects who convert or go, and what ends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import Measure
from sim.core.events import Event, Reason, Stage
from sim.core.units import MONTH
from sim.verification.bare import Lives, all_at_once, laid_over, leaving, live, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import activations, bills_of_the_active, time_in_states, two_state_share
from sim.verification.rows import mean, share

FALL, WAKE = 0.03, 0.08
"""Per month."""
CONVERT, GIVE_UP, DOZE, RISE = 6.0, 4.0, 0.3, 0.4
WISHES = {"natural": 0.06, "hard": 0.04}
"""The same of the whole life cycle."""
LENGTHS = (1.0, 8.0, 3.0, 0.3)
"""Mean months of trial, activity and sleep, and the share of sleepers who are active again, of the peers' model."""
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
        expected = two_state_share(month, FALL, WAKE)
        yield share(f"dormant after {month} months", asleep[month - 1], count, expected)


@dataclass(frozen=True)
class Cycle:
    """How prospects and customers spent their time until lost or wanting to leave for the first time.

    Attributes
    ----------
    months
        In introduction, growth and dormancy: [stage, customer].
    lost
        Who was lost as a prospect.
    wanted
        Who wanted to leave, by the reason.
    """

    months: NDArray[np.float64]
    lost: NDArray[np.bool_]
    wanted: dict[str, NDArray[np.bool_]]


@lru_cache(maxsize=1)
def cycle(count: int) -> Cycle:
    """Let prospects convert or give up, and customers fall asleep and wake until they want to leave."""
    changes = laid_over(leaving(**WISHES), {"solved": {"segments": {"all": {"convert": f"{CONVERT} per month"}}}})
    behaviour = sleeping(DOZE, RISE) | {"introduction": {"give_up": f"{GIVE_UP} per month"}}
    scenario = subscription("life cycle", count, residual="120 months", behaviour=behaviour, **changes)
    lives = live(scenario, *STEPS, prepare=all_at_once)
    became, lost = lives.first(Event.CONVERTED), lives.first(Event.LOST)
    over = np.minimum(np.minimum(lost, lives.first(Event.INTENDED)), lives.months * MONTH)
    asleep = days_asleep(lives, over)
    awake = np.where(np.isfinite(became), over - became - asleep, 0.0)
    first = lives.rows(Event.INTENDED)
    first = first[first["time"] == over[first["slot"]]]
    wanted = {
        name: np.isin(np.arange(count), first["slot"][first["detail"] == Reason[name.upper()]]) for name in WISHES
    }
    return Cycle(np.array([np.minimum(became, lost), awake, asleep]) / MONTH, np.isfinite(lost), wanted)


def months_expected() -> NDArray[np.float64]:
    """Return the mean months of a prospect in introduction, growth and dormancy."""
    h = sum(WISHES.values())
    rates = np.array([[-CONVERT - GIVE_UP, CONVERT, 0.0], [0.0, -DOZE - h, DOZE], [0.0, RISE, -RISE - h]])
    return np.asarray(time_in_states(rates)[0])


@case(full=60_000, fast=20_000)
def time_in_stages(count: int) -> Iterator[Row]:
    names = ("months in introduction", "months in growth", "months in dormancy")
    for name, months, expected in zip(names, cycle(count).months, months_expected(), strict=True):
        yield mean(name, months, expected)


@case(full=60_000, fast=20_000)
def how_the_cycle_ends(count: int) -> Iterator[Row]:
    some, (introduction, growth, dormancy) = cycle(count), months_expected()
    yield mean("lost as prospects", some.lost, introduction * GIVE_UP)
    for name, rate in WISHES.items():
        yield mean(f"want to leave for {name}", some.wanted[name], (growth + dormancy) * rate)


def days_asleep(lives: Lives, over: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how long each customer sleeps before a day of his own."""
    days, sleeps = np.zeros(len(over)), np.zeros(len(over))
    for event, sign in ((Event.FELL_ASLEEP, 1.0), (Event.WOKE, -1.0)):
        rows = lives.rows(event)
        rows = rows[rows["time"] < over[rows["slot"]]]
        days -= sign * np.bincount(rows["slot"], rows["time"], minlength=len(over))
        sleeps += sign * np.bincount(rows["slot"], minlength=len(over))
    return np.asarray(days + np.where(sleeps > 0, over, 0.0))


@case(full=20_000, fast=10_000)
def resting_sleepers(count: int) -> Iterator[Row]:
    active, asleep, back = LENGTHS[1:]
    behaviour: dict[str, Any] = sleeping(1.0 / active, back / asleep)
    behaviour |= {"leaving": {"awake": 0}, "introduction": {"trial": "120 months"}}
    converting = {"solved": {"segments": {"all": {"convert": f"{1.0 / LENGTHS[0]:.15g} per month"}}}}
    changes = laid_over(converting, leaving(hard=(1.0 - back) / asleep)) | {"plans": {"asleep": "rests"}}
    scenario = subscription("resting", count, residual="35 months", behaviour=behaviour, **changes)
    lives = live(scenario, *STEPS, Event.PAID, prepare=all_at_once)
    paid, first_sleep = lives.rows(Event.PAID), lives.first(Event.FELL_ASLEEP)
    began = lives.log[np.isin(lives.log["event"], (Event.CONVERTED, Event.WOKE))]
    again = paid[paid["time"] > first_sleep[paid["slot"]]]
    for month in (6, 12, 36):
        bills, at_first = (bills_of_the_active(month, *LENGTHS[:3], part) for part in (back, 0.0))
        for name, rows, expected in (
            ("activations", began, activations(month, *LENGTHS)),
            ("bills", paid, bills),
            ("bills after a sleep", again, bills - at_first),
        ):
            times = np.bincount(rows["slot"][rows["time"] < month * MONTH], minlength=count)
            yield mean(f"{name} within {month} months", times, expected)
