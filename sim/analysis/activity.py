"""Metrics of what customers and levers do: uses, touches, rewards, integrations, orders, recall."""

import numpy as np
from numpy.typing import NDArray

from sim.analysis.frame import Frame, ratio
from sim.analysis.measures import Measure
from sim.core.events import FINE, Plan, Reason, Stage

FIRST, LAST = int(Stage.GROWTH), int(Stage.DORMANCY)
"""The stages of a customer."""


def stages_at_ends(total: NDArray[np.int64], months: int) -> NDArray[np.int64]:
    """Return prospects and customers by stage at each month's end: [..., month, stage]."""
    return np.asarray(np.cumsum(total[:, Measure.STAGE : Measure.STAGE + LAST + 1], axis=0)[:months])


def activity_metrics(total: NDArray[np.int64], frame: Frame) -> dict[str, float]:
    """Dormancy, natural return, uses, touches, rewards, integrations."""
    months = frame.months
    stages, inside = stages_at_ends(total, months), total[:months].sum(axis=0)
    dormant, customers = stages[:, LAST], stages[:, FIRST:].sum(axis=1)
    old = total[: max(0, months - 12)]
    ended = old[:, Measure.ENDED : Measure.ENDED + len(Reason)].sum()
    return {
        "dormant_share": ratio(dormant[-1], customers[-1]),
        "dormant_reactivation_rate": ratio(inside[Measure.WOKE], dormant.sum()),
        "win_back_rate": ratio(old[:, Measure.ENDED_RETURNED].sum(), ended),
        "uses_per_month": ratio(inside[Measure.USES], customers.sum()),
        "prompted_share": ratio(inside[Measure.PROMPTED], inside[Measure.USES]),
        "touches_per_customer_month": ratio(inside[Measure.TOUCHED], customers.sum()),
        "unsubscribed": float(inside[Measure.UNSUBSCRIBED]) * frame.weight,
        "rewards": float(inside[Measure.REWARDED]) * frame.weight,
        "integrations_per_customer": ratio(inside[Measure.INTEGRATED], customers[-1]),
    }


def recall_metrics(total: NDArray[np.int64], frame: Frame) -> dict[str, float]:
    """What recall contacts bring and cost."""
    inside = total[: frame.months].sum(axis=0)
    return {
        "recalled": float(inside[Measure.RECALLED]) * frame.weight,
        "recall_cost": frame.money(inside[Measure.CONTACT_COST] / FINE),
        "recall_return": frame.money(inside[Measure.RECALL_RETURN] / FINE),
    }


def order_metrics(sums: NDArray[np.int64], frame: Frame) -> dict[str, float]:
    """How often per-use customers order: cohorts whose one or two years are observed."""
    months, total = frame.months, sums[:, :, Plan.PER_USE].sum(axis=1)
    customers = stages_at_ends(total, months)[:, FIRST:].sum()
    one_year, two_years = (total[: max(0, months - years * 12)].sum(axis=0) for years in (1, 2))
    return {
        "orders_per_month": ratio(total[:months, Measure.ORDERS].sum(), customers),
        "repeat_rate": ratio(one_year[Measure.REPEATED], one_year[Measure.CONVERTED]),
        "second_year_rate": ratio(two_years[Measure.ORDERED_IN_YEAR_2], two_years[Measure.CONVERTED]),
    }


def first_year_revenue(sums: NDArray[np.int64], months: int) -> float:
    """Return what a new per-use customer orders for in his first year, minor units; nothing is not a number."""
    total = sums[: max(0, months - 12), :, Plan.PER_USE].sum(axis=(0, 1))
    return ratio(total[Measure.REVENUE_IN_YEAR_1], total[Measure.CONVERTED])
