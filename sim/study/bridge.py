"""The bridge from the baseline's profit to a strategy's, account by account of the ledger, on the same customers.

Profit is revenue less refunds, goods, serving, payment fees, acquisition, what levers cost, and the overhead. Each of
these is a sum over the months (discounted for ``profit_npv``), so the differences of the accounts add up to the
difference of the profit. Two things have no account of their own, because nothing in the ledger tells them apart:

- Discounts. A bill is booked at what was asked for it, so a discount is revenue that is not there.
- The residual is one step: what customers are worth after the horizon, less what the levers cost from then on.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.frame import Frame
from sim.analysis.intervals import Estimate, Interval
from sim.analysis.measures import Measure
from sim.core.events import FINE, Plan, Team
from sim.language.words import error_text, listed
from sim.scenario.schema import Scenario
from sim.study.design import wages_by_month
from sim.study.tables import Columns, by_column, strategy_named

if TYPE_CHECKING:
    from sim.study.study import Study

PROFITS = ("profit", "profit_npv", "profit_npv_with_residual")
"""Metrics that a bridge leads to."""
RESIDUAL = "residual_value"
COLUMNS = ("scenario", "account", "baseline", "strategy", "difference", "low", "high")
Months = NDArray[np.floating[Any]]


def bridge(study: "Study", scenario: str | None = None, metric: str = "profit_npv") -> Columns:
    """Return every account of the baseline and of a strategy, and the paired difference; last the profit itself.

    Parameters
    ----------
    scenario
        Name of the strategy; all of them if left out.
    metric
        ``profit``, ``profit_npv`` or ``profit_npv_with_residual``.

    Raises
    ------
    ValueError
        When there is no such strategy, or no bridge to such a metric.
    """
    if metric not in PROFITS:
        raise ValueError(error_text("study.no_bridge", metric=repr(metric), known=listed(map(repr, PROFITS))))
    rows: list[tuple[Any, ...]] = []
    baseline = figures_of(study, 0, metric)
    chosen = range(1, len(study.scenarios)) if scenario is None else [strategy_named(study, scenario)]
    for number in chosen:
        strategy = figures_of(study, number, metric)
        for account, found in strategy.items():
            before = baseline[account]
            change = found.minus(before).interval(study.critical)
            rows.append(row_of(study, number, account, before.whole, found.whole, change))
        before, after = study.estimates[metric][0], study.estimates[metric][number]
        rows.append(row_of(study, number, metric, before.whole, after.whole, study.difference(number, metric).interval))
    return by_column(COLUMNS, rows)


def row_of(study: "Study", number: int, account: str, before: float, after: float, change: Interval) -> tuple[Any, ...]:
    """Return one row of the table."""
    return (study.scenarios[number], account, before, after, change.mean, change.low, change.high)


def figures_of(study: "Study", number: int, metric: str) -> dict[str, Estimate]:
    """Return each account of one scenario as it enters the profit: income positive, costs negative; money."""
    months, frame = study.design.months, study.frame(number)
    weights = np.ones(months) if metric == "profit" else frame.discount[:months]
    sums = study.stacked(number, "sums")[:, :months].sum(axis=2)
    totals = {
        account: np.array([frame.own(float(amounts @ weights)) for amounts in by_replication])
        for account, by_replication in accounts(sums, frame, study.design.scenarios[number])
    }
    found = {account: estimate(values) for account, values in totals.items()}
    if metric == "profit_npv_with_residual":
        found[RESIDUAL] = study.estimates[RESIDUAL][number]
    return found


def accounts(sums: NDArray[np.int64], frame: Frame, scenario: Scenario) -> Iterator[tuple[str, Months]]:
    """Yield each account as [replication, month], minor units at business scale.

    Parameters
    ----------
    sums
        [replication, month, plan, measure] inside the horizon.
    """
    replications, months = sums.shape[:2]
    whole = np.asarray(sums.sum(axis=2) * frame.weight, float)
    orders = sums[:, :, Plan.PER_USE, Measure.REVENUE] * frame.weight
    touches, rewards, contacts, acquisition = (
        np.asarray(whole[..., measure] / FINE, float)
        for measure in (Measure.TOUCH_COST, Measure.REWARD_COST, Measure.CONTACT_COST, Measure.ACQUISITION)
    )
    wages: Months = np.sum([wages_by_month(scenario, months, team) for team in Team], axis=0)
    yield "subscriptions", whole[..., Measure.REVENUE] - orders
    yield "orders", orders
    yield "refunds", -whole[..., Measure.REFUNDS]
    yield "goods", -whole[..., Measure.GOODS]
    yield "serving", -whole[..., Measure.SERVICE_COST]
    yield "fees", -whole[..., Measure.FEES]
    yield "acquisition", -acquisition
    yield "touches", -(touches - rewards - contacts)
    yield "rewards", -rewards
    yield "contacts", -contacts
    yield "wages", np.tile(-wages, (replications, 1))
    yield "programmes", np.tile(wages - frame.lever_months[:months], (replications, 1))
    yield "overhead", np.full((replications, months), -frame.overhead)


def estimate(values: NDArray[np.float64]) -> Estimate:
    """Return the mean of values over replications, and the mean with each of them left out."""
    count = len(values)
    return Estimate(float(values.mean()), (values.sum() - values) / (count - 1) if count > 1 else values[:0])
