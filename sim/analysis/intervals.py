"""Means over replications with their 95 % simulation error (Student's t)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean with the bounds of its 95 % interval; bounds are not a number with fewer than two replications."""

    mean: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0.0 or self.high < 0.0


def interval(values: NDArray[np.float64]) -> Interval:
    """Return the t interval of one figure over replications; replications in which it is not defined are left out."""
    known = values[np.isfinite(values)]
    count = len(known)
    if count == 0:
        return Interval(np.nan, np.nan, np.nan)
    mean = float(known.mean())
    if count == 1:
        return Interval(mean, np.nan, np.nan)
    half = float(special.stdtrit(count - 1, 0.5 + LEVEL / 2.0) * known.std(ddof=1) / np.sqrt(count))
    return Interval(mean, mean - half, mean + half)
