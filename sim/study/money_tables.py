"""Tables of money over the horizon with intervals: MRR from start to end, and cash against accrual."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import interval
from sim.analysis.measures import Measure
from sim.core.units import CURRENCIES
from sim.study.tables import MOVEMENTS, Columns, by_column, month_dates

if TYPE_CHECKING:
    from sim.study.study import Study

LOSSES = ("contraction", "churn")
CASH_COLUMNS = ("scenario", "month", "date", "cash", "cash_low", "cash_high", "revenue", "revenue_low", "revenue_high",
                "gap", "gap_low", "gap_high")  # fmt: skip


def monthly_money(study: "Study", number: int) -> NDArray[np.float64]:
    """Return one scenario's sums [replication, month, measure] in money at business scale; for measures of money."""
    sums = study.stacked(number, "sums")[:, : study.design.months].sum(axis=(2, 3))
    return np.asarray(sums / study.design.scale / 10 ** CURRENCIES[study.design.baseline.currency])


def mrr_steps(study: "Study") -> Columns:
    """Return MRR at the first month's start, what each movement comes to by the end, and MRR at the end.

    Losses are negative, so that start and movements add up to the end.
    """
    rows = []
    for number, scenario in enumerate(study.scenarios):
        money = monthly_money(study, number)
        steps = {"start": money[:, 0, Measure.MRR_OPENING]}
        for name in MOVEMENTS:
            total = money[:, :, Measure[f"MRR_{name.upper()}"]].sum(axis=1)
            steps[name] = -total if name in LOSSES else total
        steps["end"] = np.sum(list(steps.values()), axis=0)
        for step, values in steps.items():
            found = interval(values).within(*((-math.inf, 0.0) if step in LOSSES else (0.0, math.inf)))
            rows.append((scenario, step, found.mean, found.low, found.high))
    return by_column(("scenario", "step", "mean", "low", "high"), rows)


def cash(study: "Study") -> Columns:
    """Return by calendar month the money that comes in, the revenue that it earns, and the gap since the start.

    ``cash`` and ``revenue`` are less refunds, before fees; ``gap`` is all cash less all revenue up to the month's end:
    money received and not yet earned, more than on day 0. It falls below zero where more is earned from bills paid
    before day 0 than is received for months to come.
    """
    rows = []
    dates = month_dates(study.design.baseline.starts, study.design.months)
    for number, scenario in enumerate(study.scenarios):
        money = monthly_money(study, number)
        received, earned = money[..., Measure.CASH], money[..., Measure.REVENUE] - money[..., Measure.REFUNDS]
        parts = (received, earned, np.cumsum(received - earned, axis=1))
        for month, date in enumerate(dates):
            found = [interval(part[:, month]) for part in parts]
            bounds = [value for one in found for value in (one.mean, one.low, one.high)]
            rows.append((scenario, month, date, *bounds))
    return by_column(CASH_COLUMNS, rows)


TABLES: dict[str, Callable[["Study"], Columns]] = {"mrr_steps": mrr_steps, "cash": cash}
