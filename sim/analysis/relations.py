"""Metrics of the relation with customers: problems, saves, alerts, friends, points, seats, cancelled orders."""

import numpy as np
from numpy.typing import NDArray

from sim.analysis.activity import FIRST, stages_at_ends
from sim.analysis.frame import Frame, ratio
from sim.analysis.measures import Measure
from sim.core.events import Reason


def relation_metrics(total: NDArray[np.int64], frame: Frame) -> dict[str, float]:
    """How customers are served, kept, warned of, and bring others."""
    inside = total[: frame.months].sum(axis=0)
    customers = stages_at_ends(total, frame.months)[:, FIRST:].sum()
    ended = inside[Measure.ENDED : Measure.ENDED + len(Reason)].sum()
    return {
        "problems_per_customer_month": ratio(inside[Measure.PROBLEMS], customers),
        "unsolved_share": ratio(inside[Measure.UNSOLVED], inside[Measure.PROBLEMS]),
        "save_rate": ratio(inside[Measure.SAVED], inside[Measure.REQUESTED]),
        "alert_precision": ratio(inside[Measure.ALERTED_ENDED], inside[Measure.ALERTED]),
        "alert_recall": ratio(inside[Measure.ALERTED_ENDED], ended) if inside[Measure.ALERTED] else np.nan,
        "referral_share": ratio(inside[Measure.FRIENDS_CONVERTED], inside[Measure.CONVERTED]),
        "points_redeemed": float(inside[Measure.REDEEMED]) * frame.weight,
        "use_cases_found": float(inside[Measure.USE_CASES]) * frame.weight,
        "orders_cancelled_share": ratio(inside[Measure.ORDERS_CANCELLED], inside[Measure.ORDERS]),
    }


def growth_metrics(total: NDArray[np.int64], months: int) -> dict[str, float]:
    """How MRR grows against how it shrinks."""
    inside = total[:months].sum(axis=0)
    grown = inside[Measure.MRR_NEW] + inside[Measure.MRR_EXPANSION] + inside[Measure.MRR_REACTIVATION]
    return {
        "quick_ratio": ratio(grown, inside[Measure.MRR_CHURN] + inside[Measure.MRR_CONTRACTION]),
        "expansion_share": ratio(inside[Measure.MRR_EXPANSION], grown),
    }
