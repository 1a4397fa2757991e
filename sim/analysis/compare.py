"""Paired comparison: a scenario minus the baseline on the same customers, replication by replication."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.frame import Frame
from sim.analysis.intervals import Interval, interval
from sim.analysis.measures import Group, Value
from sim.core.events import FINE

SPLIT = {"cash": Value.CASH, "revenue": Value.REVENUE, "profit": Value.CONTRIBUTION, "profit_npv": Value.NPV,
         "residual_value": Value.RESIDUAL}  # fmt: skip
"""Totals whose difference is split by who pays under both, and the value on each customer's account behind them."""


@dataclass(frozen=True)
class Difference:
    """One metric's paired difference.

    Attributes
    ----------
    relative
        Mean difference over the baseline's mean.
    same, gained, lost, neither, shared
        For totals: how much of the mean difference comes from customers who pay under both, only under the scenario,
        only under the baseline, under neither, and from costs that belong to no customer. They add up to ``mean``.
    variance_factor
        How many times smaller the variance is than with independent seeds.
    """

    interval: Interval
    relative: float
    variance_factor: float
    same: float | None = None
    gained: float | None = None
    lost: float | None = None
    neither: float | None = None
    shared: float | None = None


def difference(baseline: NDArray[np.float64], scenario: NDArray[np.float64]) -> Difference:
    """Return the paired difference of one metric over replications."""
    paired = scenario - baseline
    mean = float(np.nanmean(baseline)) if np.isfinite(baseline).any() else np.nan
    result = interval(paired)
    return Difference(result, result.mean / abs(mean) if mean else np.nan, variance_factor(baseline, scenario))


def variance_factor(baseline: NDArray[np.float64], scenario: NDArray[np.float64]) -> float:
    """Return (var a + var b) / var(b - a)."""
    known = np.isfinite(baseline) & np.isfinite(scenario)
    if known.sum() < 2:
        return np.nan
    a, b = baseline[known], scenario[known]
    paired = (b - a).var(ddof=1)
    return float((a.var(ddof=1) + b.var(ddof=1)) / paired) if paired > 0.0 else np.inf


def split_of(name: str, split: NDArray[np.int64], frame: Frame) -> dict[str, NDArray[np.float64]]:
    """Return per replication what same, gained and lost customers add to the difference of one total.

    Parameters
    ----------
    split
        [replication, group, value, baseline or scenario], from the tallies.
    """
    value = SPLIT[name]
    change = (split[:, :, value, 1] - split[:, :, value, 0]).astype(float)
    fine = FINE if value >= Value.CONTRIBUTION else 1
    scale = frame.weight / 10**frame.decimals / fine
    return {group.name.lower(): change[:, group] * scale for group in Group}


def with_split(base: Difference, parts: dict[str, NDArray[np.float64]]) -> Difference:
    """Add the parts' means to a difference; what is left belongs to no customer."""
    means = {name: float(values.mean()) for name, values in parts.items()}
    shared = base.interval.mean - sum(means.values())
    return Difference(base.interval, base.relative, base.variance_factor, **means, shared=shared)


def kept_difference(kept: NDArray[np.int64]) -> Interval:
    """Return the difference of 12-month logo retention among new customers who pay under both.

    Parameters
    ----------
    kept
        [replication, (seen, kept under baseline, kept under scenario)].
    """
    seen = np.maximum(kept[:, 0], 1).astype(float)
    return interval(np.where(kept[:, 0] > 0, (kept[:, 2] - kept[:, 1]) / seen, np.nan))
