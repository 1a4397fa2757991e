"""Customers who lose a share of their own at each renewal: the shifted beta geometric model."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.core.events import Event
from sim.verification.bare import live, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import sbg_renewal, sbg_survival
from sim.verification.rows import mean, share

REGULAR = (0.704, 1.182)
"""Beta of the share lost, of the customers called "Regular" (Fader & Hardie 2007)."""
YEARS = 8


@dataclass(frozen=True)
class Renewers:
    """Customers of the annual plan.

    Attributes
    ----------
    kept
        How many are kept by years, from the ledger's cohorts.
    lost
        The share that each loses at a renewal.
    tenure
        Months after which each has left; inf: he has not.
    """

    kept: NDArray[np.float64]
    lost: NDArray[np.float64]
    tenure: NDArray[np.float64]


@lru_cache(maxsize=1)
def regular(count: int) -> Renewers:
    """Let customers renew by year."""
    a, b = REGULAR
    by_year = {"solved": {"segments": {"all": {"annual": 1}}}}
    spread = {"renewal": {"alpha": a, "beta": b}}
    scenario = subscription("regular", count, residual=f"{12 * YEARS + 2} months", **spread, **by_year)
    lives = live(scenario, Event.CONVERTED, Event.ENDED)
    return Renewers(np.round(lives.kept()[::12] * count), lives.customers.renewal_leave.copy(), lives.tenure())


@case(full=100_000, fast=20_000)
def survival_over_renewals(count: int) -> Iterator[Row]:
    kept = regular(count).kept
    for t in range(1, YEARS + 1):
        yield share(f"S({t})", kept[t], count, float(sbg_survival(t, *REGULAR)))


@case(full=100_000, fast=20_000)
def renewal_rates(count: int) -> Iterator[Row]:
    kept = regular(count).kept
    for t in (1, 2, 4, 8):
        yield share(f"r({t})", kept[t], kept[t - 1], sbg_renewal(t, *REGULAR))


@case(full=100_000, fast=20_000)
def who_has_renewed(count: int) -> Iterator[Row]:
    (a, b), some = REGULAR, regular(count)
    for t in (1, 4, 8):
        yield mean(f"mean theta after {t} renewals", some.lost[some.tenure > 12 * t + 1.0], a / (a + b + t))
