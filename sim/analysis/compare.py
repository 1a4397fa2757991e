"""Paired comparison: a scenario minus the baseline on the same customers, replication by replication."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.frame import Frame
from sim.analysis.intervals import Estimate, Interval, ratio_estimate, student, student_of_several
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
        Difference over the baseline's figure; without bounds where the baseline's own interval holds zero.
    simultaneous
        Where several strategies are compared: as wide as it takes for the intervals of all of them to hold at once.
    same, gained, lost, neither, shared
        For totals: how much of the mean difference comes from customers who pay under both, only under the scenario,
        only under the baseline, under neither, and from costs that belong to no customer. They add up to ``mean``.
    variance_factor
        How many times smaller the variance is than with independent seeds.
    """

    interval: Interval
    relative: Interval
    simultaneous: Interval | None
    variance_factor: float
    same: float | None = None
    gained: float | None = None
    lost: float | None = None
    neither: float | None = None
    shared: float | None = None


def difference(baseline: Estimate, scenario: Estimate, critical: float | None = None) -> Interval:
    """Return the paired difference of one metric."""
    return scenario.minus(baseline).interval(critical)


def relative_difference(baseline: Estimate, scenario: Estimate, critical: float | None = None) -> Interval:
    """Return the paired difference over the baseline's figure."""
    found = scenario.relative_to(baseline).interval(critical)
    return found if baseline.interval(critical).sure else Interval(found.mean, np.nan, np.nan)


def simultaneous_critical(baseline: Estimate, scenarios: list[Estimate], critical: float | None = None
                          ) -> float | None:  # fmt: skip
    """Return the quantile for the differences of all scenarios at once; None where there is none of two that vary.

    Parameters
    ----------
    critical
        The quantile for one difference, where it is not Student's: what all of them take is larger in proportion.
    """
    paired = np.array([scenario.minus(baseline).pseudo_values for scenario in scenarios])
    count = len(baseline.without)
    varying = [values for values in paired if count > 1 and np.isfinite(values).all() and np.ptp(values) > 0.0]
    if len(varying) < 2:
        return None
    alone = student(count)
    return student_of_several(count, len(varying)) / alone * (alone if critical is None else critical)


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
    return Difference(
        base.interval, base.relative, base.simultaneous, base.variance_factor, **means,
        shared=base.interval.mean - sum(means.values()),
    )  # fmt: skip


def kept_difference(kept: NDArray[np.int64]) -> Interval:
    """Return the difference of 12-month logo retention among new customers who pay under both.

    Parameters
    ----------
    kept
        [replication, (seen, kept under baseline, kept under scenario)].
    """
    return ratio_estimate(kept[:, 2] - kept[:, 1], kept[:, 0]).interval()
