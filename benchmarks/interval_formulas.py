"""The metrics whose intervals are judged, as formulas of what adds up over replications.

Leaving out one replication after another of thousands of studies takes the model's own code hours. So what adds up is
taken from each row of the pool once, and the formulas work on whole arrays; that they give what the model's code gives
is checked in every run.
"""

import numpy as np
from numpy.typing import NDArray

from sim.analysis.frame import Frame
from sim.analysis.measures import Measure
from sim.analysis.metrics import alive_at_starts, money_metrics, mrr_at_ends
from sim.core.events import FINE, Reason
from sim.study.figures import Sums

Real = NDArray[np.float64]
ADDED = ("seen", "kept", "year_ago", "year_kept", "alive", "ended", "failed", "prospects", "activated", "customers",
         "mrr", "profit_npv", "lever_cost_npv", "winning", "converted", "mrr_new", "lifetime", "won", "revenue",
         "costs")  # fmt: skip
"""What adds up over replications; money of the sample or of the business, as its formula wants it."""


def added(sums: Sums, frame: Frame, window: int) -> list[float]:
    """Return what adds up, in the order of ``ADDED``, of one row of the pool."""
    measures, started, ended_by, lifetime = sums
    months, total = frame.months, measures.sum(axis=(1, 2))
    inside, complete = total[:months].sum(axis=0), total[: months - window].sum(axis=0)
    ends = inside[Measure.ENDED : Measure.ENDED + len(Reason)]
    alive, money = alive_at_starts(total, months), money_metrics(measures, frame)
    seen = started[: months - 12].sum()
    costs = sum(inside[cost] for cost in (Measure.SERVICE_COST, Measure.FEES, Measure.GOODS, Measure.REFUNDS))
    return [
        seen, seen - ended_by[: months - 12, :, :, :13].sum(), inside[Measure.MRR_YEAR_AGO],
        inside[Measure.MRR_YEAR_KEPT], alive[:-1].sum(), ends.sum(), ends[Reason.PAYMENT], complete[Measure.PROSPECTS],
        complete[Measure.SIGNED_UP_ACTIVATED], alive[-1] * frame.weight, frame.money(mrr_at_ends(total, months)[-1]),
        money["profit_npv"], money["lever_cost_npv"],
        money["acquisition_cost"] + frame.money(inside[Measure.TRIAL_COST] / FINE),
        inside[Measure.CONVERTED] * frame.weight, frame.money(inside[Measure.MRR_NEW]),
        lifetime[0] / FINE / 10**frame.decimals, lifetime[1], inside[Measure.REVENUE], costs,
    ]  # fmt: skip


def metrics(values: Real) -> dict[str, Real]:
    """Return the metrics of sums or means of what adds up: [..., scenario, added] -> [..., scenario]."""
    of = {name: values[..., place] for place, name in enumerate(ADDED)}
    gain, spent = (of[name] - of[name][..., :1] for name in ("profit_npv", "lever_cost_npv"))
    with np.errstate(divide="ignore", invalid="ignore"):
        cac, clv = of["winning"] / of["converted"], of["lifetime"] / of["won"]
        margin = (of["revenue"] - of["costs"]) / of["revenue"]
        return {
            "customers_end": of["customers"],
            "mrr_end": of["mrr"],
            "profit_npv": of["profit_npv"],
            "logo_retention_m12": of["kept"] / of["seen"],
            "nrr_m12": of["year_kept"] / of["year_ago"],
            "monthly_logo_churn": of["ended"] / of["alive"],
            "activation_rate": of["activated"] / of["prospects"],
            "churn_payment": of["failed"] / of["ended"],
            "arpa": of["mrr"] / of["customers"],
            "clv": clv,
            "cac": cac,
            "ltv_to_cac": clv / cac,
            "payback_months": cac / (of["mrr_new"] / of["converted"] * margin),
            "lever_roi": np.where(spent == 0.0, np.nan, gain / np.where(spent == 0.0, 1.0, spent)),
        }
