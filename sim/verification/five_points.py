"""What five points more of retention are worth (Reichheld): two tables of figures, and the conditions one by one."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.verification.bare import renewing
from sim.verification.bills import Bills, bills_of
from sim.verification.case import Row, case
from sim.verification.formulas import discounted_lifetime, finite, five_points
from sim.verification.rows import quotient
from sim.verification.worth import seats_growing

MARGIN = 100.0
MORE = 0.05
RETENTION = (0.60, 0.70, 0.75, 0.80, 0.85, 0.90)
DISCOUNTS = (0.0, 0.10, 0.15)
WON_AT = (0.60, 0.70, 0.80, 0.90)
WINNING = (0.0, 100.0, 200.0)
APART = 4.0
"""a + b of the Beta spread of the shares lost, where customers differ."""
STEPWISE = (
    "flat margin, nothing else", "discounted at 10 %", "and a CAC of 200", "and a programme of 5 a year",
    "and profit that grows 5 % a year", "discounted, customers differ", "discounted, three years alone",
)  # fmt: skip
"""The conditions, one after the other; the last two start anew from the second."""


@lru_cache(maxsize=8)
def members(kept: float, count: int) -> Bills:
    """Return the bills of customers who are all alike; the same customers at every retention."""
    return bills_of("members", count, **renewing(round(kept, 9)))


def cell(kept: float, *, discount: float | None = None, cac: float = 0.0) -> str:
    """Return the name of a cell of the first table, by its discount rate, or of the second, by its CAC."""
    return f"r = {kept:.2f}, " + (f"CAC {cac:g}" if discount is None else f"d = {discount:.0%}")


def uplift(name: str, before: NDArray[np.float64], after: NDArray[np.float64], expected: float) -> Row:
    """Return by what share the same customers are worth more."""
    return quotient(name, after - before, before, expected)


@case(full=30_000, fast=6_000)
def five_points_discounted(count: int) -> Iterator[Row]:
    for r in RETENTION:
        few, many = members(r, count), members(round(r + MORE, 2), count)
        for d in DISCOUNTS:
            yield uplift(cell(r, discount=d), few.value(d), many.value(d), five_points(r, d))


@case(full=30_000, fast=6_000)
def five_points_after_winning(count: int) -> Iterator[Row]:
    d = DISCOUNTS[1]
    for r in WON_AT:
        before = MARGIN * members(r, count).value(d)
        after = MARGIN * members(round(r + MORE, 2), count).value(d)
        for cac in WINNING:
            yield uplift(cell(r, cac=cac), before - cac, after - cac, five_points(r, d, cac, MARGIN))


@case(full=30_000, fast=6_000)
def five_points_step_by_step(count: int) -> Iterator[Row]:
    r, d, cac, programme, growth = 0.80, 0.10, 200.0, 5.0, 0.05
    dearer = MARGIN - programme
    flat, better = members(r, count), members(round(r + MORE, 2), count)
    yield uplift(STEPWISE[0], MARGIN * flat.value(0.0), MARGIN * better.value(0.0), five_points(r, 0.0))
    before, after = MARGIN * flat.value(d), MARGIN * better.value(d)
    yield uplift(STEPWISE[1], before, after, five_points(r, d))
    yield uplift(STEPWISE[2], before - cac, after - cac, five_points(r, d, cac))
    worth = MARGIN * (1.0 + d) / (1.0 + d - r), dearer * (1.0 + d) / (1.0 + d - r - MORE)
    expected = (worth[1] - worth[0]) / (worth[0] - cac)
    yield uplift(STEPWISE[3], before - cac, dearer * better.value(d) - cac, expected)
    few, many = (growing(kept, count, growth) for kept in (r, r + MORE))
    worth = MARGIN * grown_value(r, growth, d), dearer * grown_value(r + MORE, growth, d)
    expected = (worth[1] - worth[0]) / (worth[0] - cac)
    before, after = MARGIN * few.value(d) - cac, dearer * many.value(d) - cac
    yield uplift(STEPWISE[4], before, after, expected)
    few, many = (differing(kept, count) for kept in (r, r + MORE))
    expected = differing_value(r + MORE, d) / differing_value(r, d) - 1.0
    yield uplift(STEPWISE[5], few.value(d), many.value(d), expected)
    expected = (1.0 + finite(1.0, r + MORE, d, 2)) / (1.0 + finite(1.0, r, d, 2)) - 1.0
    yield uplift(STEPWISE[6], flat.value(d, last=2), better.value(d, last=2), expected)


def growing(kept: float, count: int, growth: float) -> Bills:
    """Return the bills of customers who are alike and whose seats grow."""
    return bills_of("growing members", count, **renewing(round(kept, 9)), **seats_growing(growth))


def grown_value(kept: float, growth: float, d: float) -> float:
    """Return the value of such customers in the first margin."""
    return (1.0 + d) / (1.0 + d - kept * (1.0 + growth))


def differing(kept: float, count: int) -> Bills:
    """Return the bills of customers each of whom loses a share of his own."""
    spread = {"alpha": APART * (1.0 - kept), "beta": APART * kept}
    return bills_of("differing members", count, renewal=spread)


def differing_value(kept: float, d: float) -> float:
    """Return the value of such customers in margins."""
    return discounted_lifetime(APART * (1.0 - kept), APART * kept, d)
