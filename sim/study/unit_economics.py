"""Unit economics by the formulas of the field, of a study's tallies."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import Interval, interval
from sim.analysis.measures import Measure
from sim.analysis.metrics import alive_at_starts, mrr_at_ends, new_customer_revenue, retention_curve
from sim.analysis.unit_economics import (
    customer_years,
    ltv_chartmogul,
    ltv_profitwell,
    ltv_skok,
    payback_survival,
    retention_cost,
)
from sim.core.events import Plan, Reason
from sim.study.simulate import Tally
from sim.study.tables import Columns, by_column

if TYPE_CHECKING:
    from sim.study.study import Study

UNITS = {"ltv_chartmogul": "money", "ltv_profitwell": "money", "ltv_skok": "money", "payback_survival": "months",
         "retention_cost": "money"}  # fmt: skip
COLUMNS = ("scenario", "figure", "unit", "mean", "low", "high")


def unit_economics(study: "Study") -> Columns:
    """Return LTV by three formulas, payback that survival takes part in, and what a customer-year kept costs."""
    rows: list[tuple[Any, ...]] = []
    years = np.array([
        [customer_years(tallies[number].sums.sum(axis=(1, 2)), study.design.months) / study.design.scale
         for tallies in study.tallies]
        for number in range(len(study.scenarios))
    ])  # fmt: skip
    spent = study.values["lever_cost"]
    for number, scenario in enumerate(study.scenarios):
        figures = [figures_of(study, number, r, tallies[number]) for r, tallies in enumerate(study.tallies)]
        found = {name: np.array([one[name] for one in figures]) for name in figures[0]}
        gained = np.column_stack([spent[number] - spent[0], years[number] - years[0]])
        found["retention_cost"] = np.array([retention_cost(*pair) for pair in gained])
        for name, unit in UNITS.items():
            never = np.isinf(found[name]).any()
            mean = Interval(np.inf, np.nan, np.nan) if never else interval(found[name])
            rows.append((scenario, name, unit, mean.mean, mean.low, mean.high))
    return by_column(COLUMNS, rows)


def figures_of(study: "Study", number: int, replication: int, tally: Tally) -> dict[str, float]:
    """Return the figures of one scenario in one replication."""
    value = {name: float(study.values[name][number, replication])
             for name in ("arpa", "gross_margin", "cac", "monthly_logo_churn")}  # fmt: skip
    frame = study.frame(number)
    started, ended = (cohorts.sum(axis=(1, 2)) for cohorts in (tally.cohort_started, tally.cohort_ended))
    margin = frame.own(new_customer_revenue(tally.sums, frame)) * value["gross_margin"]
    return {
        "ltv_chartmogul": float(ltv_chartmogul(value["arpa"], value["monthly_logo_churn"])),
        "ltv_profitwell": ltv_profitwell(*by_month(tally.sums, frame.months, frame.decimals)),
        "ltv_skok": float(ltv_skok(value["arpa"], value["gross_margin"], value["monthly_logo_churn"])),
        "payback_survival": payback_survival(value["cac"], margin, retention_curve(started, ended, frame.months)[0]),
    }


def by_month(sums: NDArray[np.int64], months: int, decimals: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ARPU (MRR and orders, over customers at the month's end) and customer retention of each month."""
    total = sums.sum(axis=(1, 2))
    alive = alive_at_starts(total, months).astype(float)
    orders = sums[:months, :, Plan.PER_USE, Measure.REVENUE].sum(axis=1)
    ends = total[:months, Measure.ENDED : Measure.ENDED + len(Reason)].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (mrr_at_ends(total, months) + orders) / 10**decimals / alive[1:], 1.0 - ends / alive[:-1]
