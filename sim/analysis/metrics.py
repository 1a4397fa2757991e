"""Metrics of one scenario in one replication; each definition stands in ``catalogue.py`` beside its name."""

import math

import numpy as np
from numpy.typing import NDArray

from sim.analysis.frame import Frame
from sim.analysis.measures import Measure
from sim.core.events import FINE, Plan, Reason, Stage

NOT_SEEN = math.nan


def ratio(part: float, whole: float) -> float:
    """Return part / whole; not a number where there is no whole."""
    return part / whole if whole else NOT_SEEN


def monthly_costs(sums: NDArray[np.int64], frame: Frame) -> NDArray[np.float64]:
    """Return contribution per month at business scale, minor units, before what belongs to no customer."""
    total = sums.sum(axis=(1, 2)).astype(float)
    outgo = sum(total[:, m] for m in (Measure.SERVICE_COST, Measure.FEES, Measure.GOODS, Measure.REFUNDS))
    return np.asarray((total[:, Measure.REVENUE] - outgo - total[:, Measure.TOUCH_COST]) * frame.weight)


def acquisition_costs(sums: NDArray[np.int64], frame: Frame) -> NDArray[np.float64]:
    """Return acquisition spend per month at business scale, minor units: per prospect, whoever converts."""
    prospects = sums[:, :, :, Measure.PROSPECTS].sum(axis=2)
    return np.asarray(prospects @ frame.acquisition_per_prospect * frame.weight)


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
    return {
        "activation_rate": ratio(complete[Measure.SIGNED_UP_ACTIVATED], complete[Measure.PROSPECTS]),
        "conversion_rate": ratio(complete[Measure.SIGNED_UP_CONVERTED], complete[Measure.PROSPECTS]),
        "annual_share": ratio(sums[:months, :, Plan.ANNUAL, Measure.CONVERTED].sum(), inside[Measure.CONVERTED]),
        "new_customers": float(inside[Measure.CONVERTED]) * frame.weight,
    }


def activity_metrics(total: NDArray[np.int64], months: int) -> dict[str, float]:
    """Dormancy, natural return, uses."""
    first, last = int(Stage.GROWTH), int(Stage.DORMANCY)
    stages = np.cumsum(total[:, Measure.STAGE : Measure.STAGE + last + 1], axis=0)[:months]
    dormant, customers = stages[:, last], stages[:, first : last + 1].sum(axis=1)
    old = total[: max(0, months - 12)]
    ended = old[:, Measure.ENDED : Measure.ENDED + len(Reason)].sum()
    return {
        "dormant_share": ratio(dormant[-1], customers[-1]),
        "dormant_reactivation_rate": ratio(total[:months, Measure.WOKE].sum(), dormant.sum()),
        "win_back_rate": ratio(old[:, Measure.ENDED_RETURNED].sum(), ended),
        "uses_per_month": ratio(total[:months, Measure.USES].sum(), customers.sum()),
    }


def reason_metrics(total: NDArray[np.int64], months: int) -> dict[str, float]:
    """Shares of the reasons among all ends."""
    ended = total[:months, Measure.ENDED : Measure.ENDED + len(Reason)].sum(axis=0)
    reasons = [reason for reason in Reason if reason != Reason.RENEWAL]
    return {f"churn_{reason.name.lower()}": ratio(ended[reason], ended.sum()) for reason in reasons}


def money_metrics(sums: NDArray[np.int64], frame: Frame) -> dict[str, float]:
    """Revenue, cash, contribution and profit at business scale."""
    months, total = frame.months, sums.sum(axis=(1, 2)).astype(float)
    by_month, acquisition = monthly_costs(sums, frame), acquisition_costs(sums, frame)
    shared = acquisition[:months] + frame.lever_months[:months]
    contribution = by_month[:months] - shared
    profit = contribution - frame.overhead
    touches = total[:months, Measure.TOUCH_COST] * frame.weight
    discount, mrr = frame.discount, mrr_at_ends(total, months)
    npv = float(profit @ discount[:months])
    residual = float(by_month[months:] @ discount[months : len(by_month)])
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


def mrr_at_ends(total: NDArray[np.float64], months: int) -> NDArray[np.float64]:
    """Return MRR at the end of each month from its movements, minor units of the sample."""
    moves = total[:months, Measure.MRR_NEW] + total[:months, Measure.MRR_EXPANSION]
    moves = moves + total[:months, Measure.MRR_REACTIVATION]
    moves = moves - total[:months, Measure.MRR_CONTRACTION] - total[:months, Measure.MRR_CHURN]
    return np.asarray(total[0, Measure.MRR_OPENING] + np.cumsum(moves))


def unit_metrics(figures: dict[str, float], lifetime: NDArray[np.int64], total: NDArray[np.int64], frame: Frame
                 ) -> dict[str, float]:  # fmt: skip
    """What one customer is worth and costs."""
    inside = total[: frame.months].sum(axis=0)
    new = inside[Measure.CONVERTED] * frame.weight
    prospects_and_opening = (inside[Measure.PROSPECTS] + total[0, Measure.OPENING]) * frame.weight
    revenue = float(inside[Measure.REVENUE])
    margin = ratio(revenue - inside[Measure.SERVICE_COST] - inside[Measure.FEES] - inside[Measure.GOODS], revenue)
    arpa_new = ratio(frame.money(inside[Measure.MRR_NEW]), new)
    trial = frame.money(float(inside[Measure.TRIAL_COST])) + frame.own(float(frame.onboarding_months.sum()))
    cac = ratio(figures["acquisition_cost"] + trial, new)
    clv = ratio(float(lifetime[0]) / FINE / 10**frame.decimals, float(lifetime[1]))
    return {
        "arpa": ratio(figures["mrr_end"], figures["customers_end"] * frame.weight),
        "gross_margin": margin,
        "clv": clv,
        "cac": cac,
        "ltv_to_cac": ratio(clv, cac),
        "payback_months": ratio(cac, arpa_new * margin),
        "profit_npv_per_customer": ratio(figures["profit_npv"], prospects_and_opening),
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
    figures |= activity_metrics(total, months)
    figures |= reason_metrics(total, months)
    figures |= money_metrics(sums, frame)
    figures |= unit_metrics(figures, lifetime, total, frame)
    figures["customers_end"] *= frame.weight
    return figures
