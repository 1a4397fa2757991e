"""Customers who order and leave without a word: BG/NBD with the parameters of the CDNOW customers."""

from collections.abc import Iterator

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


@case(full=100_000, fast=30_000)
def bg_nbd(count: int) -> Iterator[Row]:
    lives = live(buyers("bg/nbd", count), Event.CONVERTED, Event.ORDERED, prepare=all_at_once)
    rows, since = lives.rows(Event.ORDERED), lives.first(Event.CONVERTED)
    week = (rows["time"] - since[rows["slot"]]) / WEEK
    rows, week = rows[week > AN_INSTANT], week[week > AN_INSTANT]

    def orders(until: float) -> NDArray[np.int64]:
        return np.bincount(rows["slot"][week < until], minlength=count)

    for until in (10, 39, WEEKS):
        yield mean(f"E[X({until})]", orders(until), float(bg_nbd_orders(until, *CDNOW)))
    for x in (0, 1, 2, 5, 10, 20):
        yield mean(f"P(X(39) = {x})", orders(39) == x, bg_nbd_share(x, 39.0, *CDNOW))
    last = np.zeros(count)
    np.maximum.at(last, rows["slot"], week)
    gone, repeats = lives.customers.gone == 1, orders(np.inf)
    watched = lives.months * MONTH / WEEK
    yield mean("not gone at the end", ~gone, bg_nbd_staying(watched, *CDNOW))
    chance = bg_nbd_alive(repeats, last, watched, *CDNOW)
    for low, high in ((0.0, 0.3), (0.3, 0.6), (0.6, 0.8), (0.8, 1.0)):
        some = (repeats > 0) & (chance >= low) & (chance < high)
        error = (~gone[some] - chance[some]).std(ddof=1) / np.sqrt(some.sum())
        yield estimate(f"alive, of a chance of {low:g} to {high:g}", (~gone[some]).mean(), error, chance[some].mean())
    first_year = lives.sums()[:, Measure.ORDERED_IN_YEAR_1].sum() / count
    error = (orders(YEAR / WEEK) + 1).std(ddof=1) / np.sqrt(count)
    yield estimate("orders in a year, ledger", first_year, error, 1.0 + float(bg_nbd_orders(YEAR / WEEK, *CDNOW)))
