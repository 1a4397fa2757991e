"""The trial as a race: prospects convert, give up, or come to the trial's end."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.events import Event
from sim.core.units import MONTH
from sim.model.introduction import GAVE_UP, TRIAL_OVER
from sim.verification.bare import all_at_once, live, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import competing, restricted_lifetime
from sim.verification.rows import mean

CONVERT, GIVE_UP = 0.5, 0.3
"""Per month."""
BOTH = np.array([CONVERT, GIVE_UP])


@dataclass(frozen=True)
class Prospects:
    """How and when each trial ended.

    Attributes
    ----------
    months
        Its length.
    """

    converted: NDArray[np.bool_]
    gave_up: NDArray[np.bool_]
    expired: NDArray[np.bool_]
    months: NDArray[np.float64]


def prospects(count: int, trial: float) -> Prospects:
    """Let prospects convert and give up at constant rates, in a trial of so many months."""
    introduction = {"give_up": f"{GIVE_UP} per month", "trial": f"{trial * MONTH:.12g} days"}
    changes = {
        "behaviour": {"introduction": introduction},
        "solved": {"segments": {"all": {"convert": f"{CONVERT} per month"}}},
    }
    scenario = subscription(f"trial of {trial:g}", count, residual="40 months", **changes)
    lives = live(scenario, Event.CONVERTED, Event.LOST, prepare=all_at_once)
    lost, how = lives.rows(Event.LOST), np.full(count, -1)
    how[lost["slot"]] = lost["detail"]
    became = lives.first(Event.CONVERTED)
    months = np.minimum(became, lives.first(Event.LOST)) / MONTH
    return Prospects(np.isfinite(became), how == GAVE_UP, how == TRIAL_OVER, months)


@case(full=40_000, fast=15_000)
def trial_race(count: int) -> Iterator[Row]:
    some, total = prospects(count, 100.0), CONVERT + GIVE_UP
    yield mean("convert", some.converted, CONVERT / total)
    yield mean("months to either", some.months, 1.0 / total)
    yield mean("months of those who convert", some.months[some.converted], 1.0 / total)
    for month in (2, 4):
        yield mean(f"still in trial after {month} months", some.months > month, np.exp(-total * month))


@case(full=40_000, fast=15_000)
def trial_deadline(count: int) -> Iterator[Row]:
    for trial in (0.5, 2.0):
        some, total = prospects(count, trial), CONVERT + GIVE_UP
        won, given_up = competing(trial, BOTH)
        yield mean(f"{trial:g} months: convert", some.converted, won)
        yield mean(f"{trial:g} months: give up", some.gave_up, given_up)
        yield mean(f"{trial:g} months: come to the end", some.expired, np.exp(-total * trial))
        yield mean(f"{trial:g} months: mean length", some.months, restricted_lifetime(total, trial))
