"""From simulated values to rows: each estimate with the standard error that its own sample gives."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from sim.verification.case import Row


def estimate(name: str, seen: float, error: float, expected: float) -> Row:
    """Return an estimate whose standard error is known."""
    return Row(name, float(expected), float(seen), float(error))


def mean(name: str, values: ArrayLike, expected: float) -> Row:
    """Return the mean of independent values; of truth values, their share."""
    given = np.asarray(values, float)
    return estimate(name, given.mean(), given.std(ddof=1) / np.sqrt(len(given)), expected)


def share(name: str, count: float, of: float, expected: float) -> Row:
    """Return the share of a count, as the ledger gives it, among so many that are independent."""
    seen = count / of
    return estimate(name, seen, np.sqrt(seen * (1.0 - seen) / of), expected)


def quotient(name: str, above: ArrayLike, below: ArrayLike, expected: float) -> Row:
    """Return the quotient of two means over the same independent customers; its error by the delta method."""
    top, bottom = np.asarray(above, float), np.asarray(below, float)
    seen = top.mean() / bottom.mean()
    error = (top - seen * bottom).std(ddof=1) / np.sqrt(len(top)) / abs(bottom.mean())
    return estimate(name, seen, error, expected)


def batches(name: str, values: ArrayLike, expected: float, count: int = 40) -> Row:
    """Return the mean of values that depend on their neighbours, by the means of long batches, the first left out."""
    given = np.asarray(values, float)
    size = len(given) // count
    return mean(name, given[: size * count].reshape(count, size).mean(axis=1)[1:], expected)


def exact(name: str, seen: float, expected: float) -> Row:
    """Return a figure in which there is no chance."""
    return estimate(name, seen, 0.0, expected)


def refused(row: Row) -> Row:
    """Return the row of a formula that is known to be wrong."""
    return replace(row, refused=True)
