"""95 % intervals from replications: what simulation error leaves open, for means, ratios and differences alike.

What is estimated is the business's figure: every sum added up over all replications, then the formula. A ratio is thus
a ratio of sums, not the mean of each replication's ratio, which changes with the size of the sample. Its error comes
from leaving out one replication at a time (jackknife: Quenouille 1956, Tukey 1958; Miller 1974). The *pseudo-values*
n x (figure of all) - (n - 1) x (figure without one) stand for the replications; of a mean they are its values.

A mean of few skewed values lies beyond Student's interval too often, on the side of the long tail. So each end is the
farther of Student's t and of Hall's transformation of it, which corrects for skewness (Hall 1992, J. R. Statist. Soc. B
54, 221). ``docs/coverage_of_intervals.md`` holds how often intervals of either kind hold the truth.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

LEVEL = 0.95
Values = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Interval:
    """A figure with the bounds of its 95 % interval; bounds are not a number with fewer than two replications."""

    mean: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0.0 or self.high < 0.0

    @property
    def half_width(self) -> float:
        """How far the farther bound is from the figure."""
        return max(self.high - self.mean, self.mean - self.low)

    def within(self, least: float, most: float = math.inf) -> "Interval":
        """Return it without what the figure cannot be, such as a share above 1; it holds the truth no less often."""
        return Interval(self.mean, max(self.low, least), min(self.high, most))


@dataclass(frozen=True)
class Estimate:
    """A figure of all replications together, and of all but one.

    Attributes
    ----------
    without
        The figure with each replication left out; empty where there is only one.
    """

    whole: float
    without: Values

    @property
    def pseudo_values(self) -> Values:
        """What stands for the replications: of a mean, each replication's own value."""
        count = len(self.without)
        return np.asarray(count * self.whole - (count - 1) * self.without)

    def interval(self, critical: float | None = None) -> Interval:
        """Return the figure with its interval; no bounds where one replication decides whether it is defined."""
        if not (np.isfinite(self.whole) and np.isfinite(self.without).all()):
            return Interval(self.whole, np.nan, np.nan)
        return around(self.whole, self.pseudo_values, critical)

    def minus(self, other: "Estimate") -> "Estimate":
        """Return the difference of two figures of the same replications; not a number where both are infinite."""
        with np.errstate(invalid="ignore"):
            return Estimate(self.whole - other.whole, self.without - other.without)

    def relative_to(self, other: "Estimate") -> "Estimate":
        """Return the difference over the other figure's size."""
        if other.whole == 0.0 or (other.without == 0.0).any():
            return Estimate(np.nan, np.full(len(self.without), np.nan))
        return Estimate(
            (self.whole - other.whole) / abs(other.whole), (self.without - other.without) / np.abs(other.without)
        )


def student(count: int) -> float:
    """Return the two-sided quantile of Student's t for so many replications."""
    return float(special.stdtrit(count - 1, 0.5 + LEVEL / 2.0))


def student_of_several(count: int, figures: int) -> float:
    """Return the quantile at which the intervals of several figures hold all at once.

    Each may miss by its part of the chance (Bonferroni). One degree of freedom goes into skewness: so far out in the
    tails Hall's correction needs it. The largest of correlated normal t (max-t) is some 3 % smaller, and too small
    where a few large customers move all figures: ``docs/coverage_of_intervals.md``.
    """
    return float(special.stdtrit(max(1, count - 2), 1.0 - (1.0 - LEVEL) / 2.0 / figures))


def interval(values: Values) -> Interval:
    """Return the mean of values over replications, those in which it is not defined left out."""
    known = values[np.isfinite(values)]
    return around(float(known.mean()) if len(known) else np.nan, known)


def ratio_estimate(part: Values | Counts, whole: Values | Counts) -> Estimate:
    """Return the sum of the parts over the sum of the wholes, of values over replications."""
    with np.errstate(divide="ignore", invalid="ignore"):
        total, without = part.sum() / whole.sum(), (part.sum() - part) / (whole.sum() - whole)
    return Estimate(float(total) if np.isfinite(total) else np.nan, without if len(part) > 1 else without[:0])


def around(figure: float, values: Values, critical: float | None = None) -> Interval:
    """Return the interval of a figure by the values, or pseudo-values, that stand for the replications.

    Parameters
    ----------
    critical
        Quantile for the mean in its standard errors, where it is not Student's for so many values.
    """
    count = len(values)
    if count < 2:
        return Interval(figure, np.nan, np.nan)
    quantile = student(count) if critical is None else critical
    squares, skewed = spread(values)
    error = math.sqrt(squares / (count - 1) / count)
    down, up = max(quantile, hall(quantile, skewed, count)), max(quantile, -hall(-quantile, skewed, count))
    return Interval(figure, figure - down * error, figure + up * error)


def spread(values: Values) -> tuple[float, float]:
    """Return the sum of squares from the mean, and the sample's skewness.

    That is G1 = sqrt(n (n - 1)) / (n - 2) m3 / m2^1.5; 0 for fewer than 3 values, or equal ones.
    """
    count, from_mean = len(values), values - values.mean()
    squares = float(from_mean @ from_mean)
    if count < 3 or squares == 0.0:
        return squares, 0.0
    third = float(from_mean**2 @ from_mean) / count
    return squares, math.sqrt(count * (count - 1)) / (count - 2) * third / (squares / count) ** 1.5


def hall(quantile: float, skewed: float, count: int) -> float:
    """Return the t to which Hall's transformation T + g T^2 / (3 n^.5) + g^2 T^3 / (27 n) + g / (6 n^.5) gives q."""
    if abs(skewed) < 1e-6:
        return quantile
    root = math.sqrt(count)
    inner = 1.0 + skewed * (quantile / root - skewed / (6.0 * count))
    return 3.0 * root / skewed * (math.cbrt(inner) - 1.0)
