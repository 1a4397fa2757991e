"""Customers who order and leave without a word: BG/NBD with the parameters of the CDNOW customers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import Measure
from sim.core.events import Event
from sim.core.units import MONTH, YEAR
from sim.scenario.schema import Scenario
from sim.verification.bare import all_at_once, live, shop
from sim.verification.case import Row, case
from sim.verification.formulas import bg_nbd_alive, bg_nbd_orders, bg_nbd_share, bg_nbd_staying
from sim.verification.rows import estimate, mean

WEEK = 7.0
CDNOW = (0.243, 4.414, 0.793, 2.426)
"""r, alpha, a, b of BG/NBD for the customers of CDNOW, in weeks (Fader, Hardie & Lee 2005)."""
WEEKS = 78
AN_INSTANT = 1e-6
"""Days within which lies what happens at once."""


def buyers(name: str, count: int) -> Scenario:
    """Return a shop whose customers order at rates of their own, Gamma, and are gone after an order by a chance, Beta.

    Habit, fit and value move nothing: every trigger is acted upon, and use stands at its peak from the first day.
    """
    r, alpha, a, b = CDNOW
    use = {"peak": f"{r / alpha:.15g} per week", "propensity_shape": r, "floor": "100 %", "trigger": 1000}
    return shop(
        name, count, residual="20 months", behaviour={"use": use, "orders": {"leave_total": a + b}},
        solved={"reasons": {"soft": 1}, "segments": {"all": {"order_leave": a / (a + b)}}},
    )  # fmt: skip


@dataclass(frozen=True)
class Buyers:
    """What customers ordered, in weeks since the first order.

    Attributes
    ----------
    who, week
        Each repeat order's customer and time.
    gone
        Who has left without a word.
    watched
        For how many weeks they are seen.
    first_year
        Orders of the first 12 months, of the ledger.
    """

    who: NDArray[np.int64]
    week: NDArray[np.float64]
    gone: NDArray[np.bool_]
    watched: float
    first_year: int

    def orders(self, until: float) -> NDArray[np.int64]:
        """Return each customer's repeat orders up to a week."""
        return np.bincount(self.who[self.week < until], minlength=len(self.gone))

    def last(self) -> NDArray[np.float64]:
        """Return when each customer ordered last."""
        last = np.zeros(len(self.gone))
        np.maximum.at(last, self.who, self.week)
        return last


@lru_cache(maxsize=1)
def cdnow(count: int) -> Buyers:
    """Let the customers of CDNOW order."""
    lives = live(buyers("bg/nbd", count), Event.CONVERTED, Event.ORDERED, prepare=all_at_once)
    rows, since = lives.rows(Event.ORDERED), lives.first(Event.CONVERTED)
    week = (rows["time"] - since[rows["slot"]]) / WEEK
    again = week > AN_INSTANT
    first_year = int(lives.sums()[:, Measure.ORDERED_IN_YEAR_1].sum())
    return Buyers(rows["slot"][again], week[again], lives.customers.gone == 1, lives.months * MONTH / WEEK, first_year)


@case(full=100_000, fast=30_000)
def orders_expected(count: int) -> Iterator[Row]:
    some = cdnow(count)
    for until in (10, 39, WEEKS):
        yield mean(f"E[X({until})]", some.orders(until), float(bg_nbd_orders(until, *CDNOW)))
    year = YEAR / WEEK
    error = some.orders(year).std(ddof=1) / np.sqrt(count)
    expected = 1.0 + float(bg_nbd_orders(year, *CDNOW))
    yield estimate("orders in a year, ledger", some.first_year / count, error, expected)


@case(full=100_000, fast=30_000)
def orders_distributed(count: int) -> Iterator[Row]:
    orders = cdnow(count).orders(39)
    for x in (0, 1, 2, 5, 10, 20):
        yield mean(f"P(X(39) = {x})", orders == x, bg_nbd_share(x, 39.0, *CDNOW))


@case(full=100_000, fast=30_000)
def buyers_staying(count: int) -> Iterator[Row]:
    some = cdnow(count)
    yield mean("not gone at the end", ~some.gone, bg_nbd_staying(some.watched, *CDNOW))


@case(full=100_000, fast=30_000)
def buyers_alive(count: int) -> Iterator[Row]:
    some = cdnow(count)
    repeats = some.orders(np.inf)
    chance = bg_nbd_alive(repeats, some.last(), some.watched, *CDNOW)
    for low, high in ((0.0, 0.3), (0.3, 0.6), (0.6, 0.8), (0.8, 1.0)):
        among = (repeats > 0) & (chance >= low) & (chance < high)
        error = (~some.gone[among] - chance[among]).std(ddof=1) / np.sqrt(among.sum())
        expected = chance[among].mean()
        yield estimate(f"alive, of a chance of {low:g} to {high:g}", (~some.gone[among]).mean(), error, expected)
