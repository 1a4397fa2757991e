"""Metrics of one scenario in one replication; each definition is in the catalogue of texts."""

import numpy as np
from numpy.typing import NDArray

from sim.analysis.activity import activity_metrics, first_year_revenue, order_metrics, recall_metrics
from sim.analysis.frame import NOT_SEEN, Frame, ratio
from sim.analysis.measures import Measure
from sim.analysis.relations import growth_metrics, relation_metrics
from sim.core.events import FINE, Plan, Reason


def monthly_contribution(sums: NDArray[np.int64], frame: Frame) -> NDArray[np.float64]:
    """Return contribution per month at business scale, minor units, before what belongs to no customer."""
    total = sums.sum(axis=(1, 2)).astype(float)
    outgo = sum(total[:, m] for m in (Measure.SERVICE_COST, Measure.FEES, Measure.GOODS, Measure.REFUNDS))
    return np.asarray((total[:, Measure.REVENUE] - outgo - total[:, Measure.TOUCH_COST] / FINE) * frame.weight)


def acquisition_costs(sums: NDArray[np.int64], frame: Frame) -> NDArray[np.float64]:
    """Return acquisition spend per month at business scale, minor units: per prospect, whoever converts."""
    return np.asarray(sums[:, :, :, Measure.ACQUISITION].sum(axis=(1, 2)) / FINE * frame.weight)


def alive_at_starts(total: NDArray[np.int64], months: int) -> NDArray[np.int64]:
    """Return customers alive when each month begins, and when the last one ends."""
    ended = total[:months, Measure.ENDED : Measure.ENDED + len(Reason)].sum(axis=1)
    came = total[:months, Measure.CONVERTED] + total[:months, Measure.RETURNED]
    return np.asarray(total[0, Measure.OPENING] + np.concatenate([[0], np.cumsum(came - ended)]))


def retention_curve(
    started: NDArray[np.int64], ended: NDArray[np.int64], months: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return S(t) at tenure months 0..months of new customers, and how many are seen that long.

    At each tenure t the cohorts whose month t lies inside the horizon count, weighted by their size.

    Parameters
    ----------
    started
        First payments [cohort month].
    ended
        First ends [cohort month, tenure month].
    """
    curve, seen = np.full(months + 1, np.nan), np.zeros(months + 1, np.int64)
    gone = np.cumsum(ended, axis=1)
    for tenure in range(months + 1):
        cohorts = slice(0, max(0, months - tenure) if tenure else months)
        seen[tenure] = started[cohorts].sum()
        if seen[tenure]:
            curve[tenure] = 1.0 - gone[cohorts, tenure].sum() / seen[tenure]
    return curve, seen


def retention_metrics(total: NDArray[np.int64], curve: NDArray[np.float64], months: int) -> dict[str, float]:
    """Who stays: of new customers, of revenue, of everybody."""
    alive = alive_at_starts(total, months)
    inside = total[:months]
    ended = inside[:, Measure.ENDED : Measure.ENDED + len(Reason)]
    year_ago = inside[:, Measure.MRR_YEAR_AGO].sum()
    return {
        "logo_retention_m12": float(curve[12]) if months >= 12 else NOT_SEEN,
        "logo_retention_m24": float(curve[24]) if months >= 24 else NOT_SEEN,
        "grr_m12": ratio(inside[:, Measure.MRR_YEAR_CAPPED].sum(), year_ago),
        "nrr_m12": ratio(inside[:, Measure.MRR_YEAR_KEPT].sum(), year_ago),
        "monthly_logo_churn": ratio(ended.sum(), alive[:-1].sum()),
        "customers_end": float(alive[-1]),
    }


def funnel_metrics(sums: NDArray[np.int64], frame: Frame, window_months: int) -> dict[str, float]:
    """From first contact to customer, by month of sign-up; the last months are left out as not yet over."""
    months = frame.months
    complete = sums[: max(0, months - window_months)].sum(axis=(0, 1, 2))
    inside = sums[:months].sum(axis=(0, 1, 2))
    by_year = sums[:months, :, [Plan.ANNUAL, Plan.PREPAID]]  # who prepays several years pays by the year too
    return {
        "activation_rate": ratio(complete[Measure.SIGNED_UP_ACTIVATED], complete[Measure.PROSPECTS]),
        "conversion_rate": ratio(complete[Measure.SIGNED_UP_CONVERTED], complete[Measure.PROSPECTS]),
        "annual_share": ratio(by_year[..., Measure.CONVERTED].sum(), inside[Measure.CONVERTED]),
        "new_customers": float(inside[Measure.CONVERTED]) * frame.weight,
    }


def reason_metrics(total: NDArray[np.int64], months: int) -> dict[str, float]:
    """Shares of the reasons among all ends."""
    ended = total[:months, Measure.ENDED : Measure.ENDED + len(Reason)].sum(axis=0)
    reasons = [reason for reason in Reason if reason != Reason.RENEWAL]
    return {f"churn_{reason.name.lower()}": ratio(ended[reason], ended.sum()) for reason in reasons}


def money_metrics(sums: NDArray[np.int64], frame: Frame) -> dict[str, float]:
    """Revenue, cash, contribution and profit at business scale."""
    months, total = frame.months, sums.sum(axis=(1, 2)).astype(float)
    by_month, acquisition = monthly_contribution(sums, frame), acquisition_costs(sums, frame)
    shared = acquisition[:months] + frame.lever_months[:months]
    contribution = by_month[:months] - shared
    profit = contribution - frame.overhead
    touches = total[:months, Measure.TOUCH_COST] / FINE * frame.weight
    discount, mrr = frame.discount, mrr_at_ends(total, months)
    npv = float(profit @ discount[:months])
    residual = float(by_month[months:] @ discount[months : len(by_month)])
    residual -= float(residual_lever_costs(sums, frame) @ discount[months : frame.months_valued])
    return {
        "mrr_end": frame.money(mrr[-1]),
        "revenue": frame.money(total[:months, Measure.REVENUE].sum()),
        "cash": frame.money(total[:months, Measure.CASH].sum()),
        "contribution": frame.own(contribution.sum()),
        "profit": frame.own(profit.sum()),
        "profit_npv": frame.own(npv),
        "residual_value": frame.own(residual),
        "profit_npv_with_residual": frame.own(npv + residual),
        "acquisition_cost": frame.own(acquisition[:months].sum()),
        "lever_cost": frame.own(touches.sum() + frame.lever_months[:months].sum()),
        "lever_cost_npv": frame.own(float((touches + frame.lever_months[:months]) @ discount[:months])),
    }


def residual_lever_costs(sums: NDArray[np.int64], frame: Frame) -> NDArray[np.float64]:
    """Return what levers cost in each month after the horizon: in proportion to the customers who are still there."""
    alive = alive_at_starts(sums.sum(axis=(1, 2)), frame.months_valued)[frame.months : -1]
    if not alive.any() or alive[0] == 0:
        return np.zeros(len(alive))
    return np.asarray(frame.lever_months[frame.months :] * (alive / alive[0]))


def mrr_at_ends(total: NDArray[np.float64], months: int) -> NDArray[np.float64]:
    """Return MRR at the end of each month from its movements, minor units of the sample."""
    moves = total[:months, Measure.MRR_NEW] + total[:months, Measure.MRR_EXPANSION]
    moves = moves + total[:months, Measure.MRR_REACTIVATION]
    moves = moves - total[:months, Measure.MRR_CONTRACTION] - total[:months, Measure.MRR_CHURN]
    return np.asarray(total[0, Measure.MRR_OPENING] + np.cumsum(moves))


def new_customer_revenue(sums: NDArray[np.int64], frame: Frame) -> float:
    """Return a new customer's revenue a month, minor units: his first MRR, or a twelfth of his first year's orders."""
    inside = sums[: frame.months].sum(axis=(0, 1))
    per_use = inside[Plan.PER_USE, Measure.CONVERTED]
    orders = per_use * first_year_revenue(sums, frame.months) / 12.0 if per_use else 0.0
    return ratio(inside[:, Measure.MRR_NEW].sum() + orders, inside[:, Measure.CONVERTED].sum())


def gross_margin(inside: NDArray[np.int64]) -> float:
    """Return what is left of revenue after refunds, goods, serving and fees, over revenue."""
    costs = (Measure.SERVICE_COST, Measure.FEES, Measure.GOODS, Measure.REFUNDS)
    return ratio(float(inside[Measure.REVENUE] - sum(inside[cost] for cost in costs)), float(inside[Measure.REVENUE]))


def unit_metrics(figures: dict[str, float], lifetime: NDArray[np.int64], sums: NDArray[np.int64], frame: Frame
                 ) -> dict[str, float]:  # fmt: skip
    """What one customer is worth and costs."""
    inside = sums[: frame.months].sum(axis=(0, 1, 2))
    new, opening = inside[Measure.CONVERTED] * frame.weight, inside[Measure.OPENING]
    trial = frame.money(float(inside[Measure.TRIAL_COST]) / FINE) + frame.own(float(frame.onboarding_months.sum()))
    cac, margin = ratio(figures["acquisition_cost"] + trial, new), gross_margin(inside)
    clv = ratio(float(lifetime[0]) / FINE / 10**frame.decimals, float(lifetime[1]))
    last_orders = frame.money(sums[frame.months - 1, :, Plan.PER_USE, Measure.REVENUE].sum())
    return {
        "arpa": ratio(figures["mrr_end"] + last_orders, figures["customers_end"] * frame.weight),
        "gross_margin": margin,
        "clv": clv,
        "cac": cac,
        "ltv_to_cac": ratio(clv, cac),
        "payback_months": ratio(cac, frame.own(new_customer_revenue(sums, frame)) * margin),
        "profit_npv_per_customer": ratio(figures["profit_npv"], (inside[Measure.PROSPECTS] + opening) * frame.weight),
    }


def metrics_of(
    sums: NDArray[np.int64], started: NDArray[np.int64], ended: NDArray[np.int64], lifetime: NDArray[np.int64],
    frame: Frame, window_months: int,
) -> dict[str, float]:  # fmt: skip
    """Return every metric of one scenario in one replication.

    Parameters
    ----------
    sums, started, ended, lifetime
        A tally's arrays, over all segments and plans.
    window_months
        Months after which a sign-up's activation and conversion are surely known.
    """
    total, months = sums.sum(axis=(1, 2)), frame.months
    curve, _ = retention_curve(started.sum(axis=(1, 2)), ended.sum(axis=(1, 2)), months)
    figures = retention_metrics(total, curve, months)
    figures |= funnel_metrics(sums, frame, window_months)
    figures |= activity_metrics(total, frame)
    figures |= recall_metrics(total, frame)
    figures |= relation_metrics(total, frame)
    figures |= growth_metrics(total, months)
    figures |= order_metrics(sums, frame)
    figures |= reason_metrics(total, months)
    figures |= money_metrics(sums, frame)
    figures |= unit_metrics(figures, lifetime, sums, frame)
    figures["customers_end"] *= frame.weight
    return figures
