"""Seats that bring others and are given up again, and the revenue of a year ago that is left."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import Measure
from sim.core.events import Event
from sim.core.units import MONTH
from sim.verification.bare import PRICE, Lives, all_at_once, live, renewing, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import linear_birth_death, seats_but_the_last, yule
from sim.verification.rows import estimate, mean, quotient

ADD, DROP = 0.03, 0.06
"""Rates per month at which each seat brings another one and is given up."""


def seats_change(**per_month: float) -> dict[str, Any]:
    """Return the change by which each seat brings others, ``add``, and is given up, ``drop``, at rates per month."""
    return {"segments": {"all": {f"{name}_seats": f"{rate:.15g} per month" for name, rate in per_month.items()}}}


def seats_at(lives: Lives, month: float, first: int = 1) -> NDArray[np.int64]:
    """Return each customer's seats after so many months of the study, from those of the first deal."""
    seats = np.full(len(lives.customers), first)
    for event, sign in ((Event.SEATS_ADDED, 1), (Event.SEATS_DROPPED, -1)):
        rows = lives.rows(event)
        seats += sign * np.bincount(rows["slot"][rows["time"] < month * MONTH], minlength=len(seats))
    return seats


def beginning(first: int) -> Callable[[np.recarray], None]:
    """Return what lets everybody sign up on day 0, for so many seats."""

    def prepare(customers: np.recarray) -> None:
        all_at_once(customers)
        customers.seats = first

    return prepare


@case(full=30_000, fast=10_000)
def seats_that_bring_seats(count: int) -> Iterator[Row]:
    rate = 0.08
    scenario = subscription("growing seats", count, residual="11 months", **seats_change(add=rate))
    lives = live(scenario, Event.SEATS_ADDED, prepare=all_at_once)
    seats = seats_at(lives, 12)
    for n in (1, 2, 3, 6):
        yield mean(f"P(n(12) = {n})", seats == n, float(yule(n, 12.0, rate)))
    ledger = np.cumsum(lives.sums()[:, [Measure.MRR_NEW, Measure.MRR_EXPANSION]].sum(axis=1))
    for month in (6, 12):
        error = seats_at(lives, month).std(ddof=1) / np.sqrt(count)
        seen = ledger[month - 1] / count / PRICE
        yield estimate(f"MRR after {month} months, ledger", seen, error, np.exp(rate * month))


@case(full=12_000, fast=4_000)
def seats_that_come_and_go(count: int) -> Iterator[Row]:
    many = 40
    scenario = subscription("coming and going", count, residual="11 months", **seats_change(add=ADD, drop=DROP))
    lives = live(scenario, Event.SEATS_ADDED, Event.SEATS_DROPPED, prepare=beginning(many))
    for month in (6, 12):
        expected, variance = linear_birth_death(month, many, ADD, DROP)
        seats = seats_at(lives, month, many)
        yield mean(f"mean after {month} months", seats, expected)
        yield mean(f"variance after {month} months", (seats - expected) ** 2, variance)


@case(full=12_000, fast=8_000)
def last_seat_stays(count: int) -> Iterator[Row]:
    for first in (1, 3):
        span = {"residual": "23 months"}
        scenario = subscription(f"last seat of {first}", count, **span, **seats_change(add=ADD, drop=DROP))
        lives = live(scenario, Event.SEATS_ADDED, Event.SEATS_DROPPED, prepare=beginning(first))
        for month in (12, 24):
            expected = seats_but_the_last(month, first, ADD, DROP)
            yield mean(f"from {first}, mean after {month} months", seats_at(lives, month, first), expected)


@case(full=40_000, fast=15_000)
def revenue_retention(count: int) -> Iterator[Row]:
    kept, rate = 0.95, 0.04
    once = {"horizon": "24 months", "acquisition": {"lasts": "1 month"}}
    scenario = subscription("revenue retention", count, **once, **renewing(kept), **seats_change(add=rate))
    lives = live(scenario, Event.SEATS_ADDED, Event.ENDED)
    before, after = (seats_at(lives, month) * (lives.first(Event.ENDED) > month * MONTH) for month in (12, 24))
    sums = lives.sums().sum(axis=0)
    for name, measure, now, expected in (
        ("net retention", Measure.MRR_YEAR_KEPT, after, kept**12 * np.exp(12 * rate)),
        ("gross retention", Measure.MRR_YEAR_CAPPED, np.minimum(after, before), kept**12),
    ):
        error = quotient("", now, before, expected).error
        yield estimate(f"{name}, ledger", sums[measure] / sums[Measure.MRR_YEAR_AGO], error, expected)
