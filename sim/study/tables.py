"""Tidy tables of a study, as columns; pandas and Parquet are made of them at the edges."""

import datetime
from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.catalogue import CATALOGUE
from sim.analysis.compare import Difference
from sim.analysis.intervals import Estimate, Interval, interval
from sim.analysis.measures import FINE_MONEY, MEASURES, MONEY, Measure
from sim.analysis.metrics import mrr_at_ends, retention_curve
from sim.core.events import FINE, Plan, Reason
from sim.core.units import CURRENCIES
from sim.language.words import error_text, listed

if TYPE_CHECKING:
    from sim.study.study import Study

Columns = dict[str, Any]
PLAN_NAMES = [plan.name.lower() for plan in Plan]
REASONS = [reason.name.lower() for reason in Reason]
STAGES = ["introduction", "growth", "maturity", "dormancy"]
YEAR = 12
"""Months."""
MOST_QUARTERS = 6
"""Cohorts are put together by year where there are more quarters than that."""
MOVEMENTS = ("new", "expansion", "reactivation", "contraction", "churn")


def measure_names() -> list[str]:
    """Return the name of every measure, in order."""
    names = [""] * MEASURES
    for measure in Measure:
        names[measure] = measure.name.lower()
    names[Measure.ENDED : Measure.ENDED + len(REASONS)] = [f"ended_{reason}" for reason in REASONS]
    names[Measure.ASLEEP : Measure.ASLEEP + len(REASONS)] = [f"asleep_{reason}" for reason in REASONS]
    names[Measure.STAGE : Measure.STAGE + len(STAGES)] = [f"change_{stage}" for stage in STAGES]
    return names


def measure_scales(decimals: int) -> NDArray[np.float64]:
    """Return by what each measure is multiplied to be shown: money in whole units, counts as they are."""
    scales = np.ones(MEASURES)
    for measure in MONEY:
        scales[measure] = 1.0 / 10**decimals / (FINE if measure in FINE_MONEY else 1)
    return scales


def plans_in_use(study: "Study") -> list[int]:
    """Return the plans by which customers are billed: subscriptions', or orders."""
    if study.design.baseline.per_use:
        return [Plan.PER_USE]
    levers = (lever for scenario in study.design.scenarios for lever in scenario.active_levers().values())
    prepaid = [Plan.PREPAID] if any(lever.term_years is not None for lever in levers) else []
    return [Plan.MONTHLY, Plan.ANNUAL, *prepaid]


def month_dates(start: datetime.date, months: int) -> list[datetime.date]:
    """Return the first day of each month of the study."""
    first = start.year * 12 + start.month - 1
    return [datetime.date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(months)]


def strategy_named(study: "Study", name: str) -> int:
    """Return the place of a strategy among the scenarios.

    Raises
    ------
    ValueError
        When no strategy has that name.
    """
    if name not in study.scenarios[1:]:
        there = study.scenarios[1:]
        here = (
            error_text("study.strategies_here", names=listed(map(repr, there)))
            if there
            else error_text("study.no_strategies")
        )
        raise ValueError(error_text("study.no_such_strategy", name=repr(name), hint=here))
    return study.scenarios.index(name)


def comparison(
    scenarios: tuple[str, ...],
    difference: Callable[[int, str], Difference],
) -> Columns:
    """Return one row per strategy and metric: the paired difference to the baseline."""
    rows = []
    for number in range(1, len(scenarios)):
        for name, metric in CATALOGUE.items():
            found = difference(number, name)
            bounds, relative, together = found.interval, found.relative, found.simultaneous or found.interval
            rows.append((
                scenarios[number], name, metric.unit, bounds.mean, bounds.low, bounds.high, together.low,
                together.high, relative.mean, relative.low, relative.high, found.same, found.gained, found.lost,
                found.neither, found.shared, found.variance_factor,
            ))  # fmt: skip
    names = ("scenario", "metric", "unit", "difference", "low", "high", "simultaneous_low", "simultaneous_high",
             "relative", "relative_low", "relative_high", "same", "gained", "lost", "neither", "shared",
             "variance_factor")  # fmt: skip
    return by_column(names, rows)


def metric_intervals(scenarios: tuple[str, ...], found_of: Callable[[int, str], Interval]) -> Columns:
    """Return one row per scenario and metric."""
    rows = []
    for number, scenario in enumerate(scenarios):
        for name, metric in CATALOGUE.items():
            found = found_of(number, name)
            rows.append((scenario, name, metric.unit, found.mean, found.low, found.high))
    return by_column(("scenario", "metric", "unit", "mean", "low", "high"), rows)


def metric_values(study: "Study") -> Columns:
    """Return one row per scenario, draw, replication and metric."""
    rows = [
        (scenario, 0, replication, name, float(study.values[name][number, replication]))
        for number, scenario in enumerate(study.scenarios)
        for replication in range(study.replications)
        for name in CATALOGUE
    ]
    return by_column(("scenario", "draw", "replication", "metric", "value"), rows)


def monthly(study: "Study") -> Columns:
    """Return monthly sums at business scale, non-zero ones: one row per replication, month, segment, plan, measure."""
    units = np.array(["money" if measure in MONEY else "count" for measure in range(MEASURES)], object)
    names, segments = np.array(measure_names(), object), np.array(list(study.design.baseline.segments), object)
    dates = np.array(month_dates(study.design.baseline.starts, study.design.months), object)
    scales = measure_scales(CURRENCIES[study.design.baseline.currency]) / study.design.scale
    parts: dict[str, list[Any]] = {}
    for number, scenario in enumerate(study.scenarios):
        sums = study.stacked(number, "sums")[:, : study.design.months]
        replication, month, segment, plan, measure = (place.astype(np.int32) for place in np.nonzero(sums))
        columns = {
            "scenario": np.full(len(month), scenario, object), "draw": np.zeros(len(month), np.int32),
            "replication": replication, "month": month, "date": dates[month], "segment": segments[segment],
            "plan": np.array(PLAN_NAMES, object)[plan], "measure": names[measure], "unit": units[measure],
            "value": sums[replication, month, segment, plan, measure] * scales[measure],
        }  # fmt: skip
        for name, column in columns.items():
            parts.setdefault(name, []).append(column)
    return {name: np.concatenate(columns) for name, columns in parts.items()}


def cohorts(study: "Study") -> Columns:
    """Return first payments and who is left by cohort month and tenure month, sample counts."""
    months, segments = study.design.months, np.array(list(study.design.baseline.segments), object)
    parts: dict[str, list[Any]] = {}
    for number, scenario in enumerate(study.scenarios):
        started = study.stacked(number, "cohort_started")[:, :months]
        alive = started[..., None] - np.cumsum(study.stacked(number, "cohort_ended")[:, :months, ..., :months], axis=-1)
        inside = np.arange(months) < months - np.arange(months)[:, None, None, None]  # tenure seen to its end
        replication, cohort, segment, plan, tenure = np.nonzero((started[..., None] > 0) & inside)
        columns = {
            "scenario": np.full(len(tenure), scenario, object), "draw": np.zeros(len(tenure), np.int64),
            "replication": replication, "cohort": cohort, "segment": segments[segment],
            "plan": np.array(PLAN_NAMES, object)[plan], "tenure": tenure,
            "started": started[replication, cohort, segment, plan],
            "alive": alive[replication, cohort, segment, plan, tenure],
        }  # fmt: skip
        for name, column in columns.items():
            parts.setdefault(name, []).append(column)
    return {name: np.concatenate(columns) for name, columns in parts.items()}


def retention(study: "Study", by: str | None = None) -> Columns:
    """Return retention curves with their 95 % bands: scenario, group, tenure, mean, low, high, seen."""
    everybody = slice(None)
    groups: list[tuple[str, Any, Any, Any]] = [("all", everybody, everybody, everybody)]
    if by == "segment":
        groups = [(name, everybody, [n], everybody) for n, name in enumerate(study.design.baseline.segments)]
    elif by == "plan":
        groups = [(PLAN_NAMES[plan], everybody, everybody, [plan]) for plan in plans_in_use(study)]
    elif by == "cohort":
        groups = [(name, months, everybody, everybody) for name, months in calendar_cohorts(study).items()]
    rows = []
    for number, scenario in enumerate(study.scenarios):
        started, ended = study.stacked(number, "cohort_started"), study.stacked(number, "cohort_ended")
        for name, cohort, segment, plan in groups:
            first, last = np.zeros_like(started[:, :, 0, 0]), np.zeros_like(ended[:, :, 0, 0])
            first[:, cohort] = started[:, cohort][:, :, segment][:, :, :, plan].sum(axis=(2, 3))
            last[:, cohort] = ended[:, cohort][:, :, segment][:, :, :, plan].sum(axis=(2, 3))
            whole, seen = retention_curve(first.sum(axis=0), last.sum(axis=0), study.design.months)
            without = np.array([
                retention_curve(first.sum(axis=0) - first[r], last.sum(axis=0) - last[r], study.design.months)[0]
                for r in range(study.replications) if study.replications > 1
            ]).reshape(-1, len(whole))  # fmt: skip
            for tenure in range(study.design.months + 1):
                found = Estimate(float(whole[tenure]), without[:, tenure]).interval().within(0.0, 1.0)
                rows.append((scenario, name, tenure, found.mean, found.low, found.high, int(seen[tenure])))
    return by_column(("scenario", by or "group", "tenure", "retention", "low", "high", "seen"), rows)


def calendar_cohorts(study: "Study") -> dict[str, list[int]]:
    """Return the months of the study by calendar quarter, or by calendar year where that would be many quarters."""
    dates = month_dates(study.design.baseline.starts, study.design.months)
    quarters: dict[str, list[int]] = {}
    years: dict[str, list[int]] = {}
    for month, date in enumerate(dates):
        quarters.setdefault(f"{date.year} Q{(date.month + 2) // 3}", []).append(month)
        years.setdefault(str(date.year), []).append(month)
    return quarters if len(quarters) <= MOST_QUARTERS else years


def movements(study: "Study") -> Columns:
    """Return MRR at each month's start and end and its movements, at business scale, means over replications."""
    rows, months = [], study.design.months
    dates = month_dates(study.design.baseline.starts, months)
    scale = 1.0 / study.design.scale / 10 ** CURRENCIES[study.design.baseline.currency]
    for number, scenario in enumerate(study.scenarios):
        total = study.stacked(number, "sums").sum(axis=(2, 3)).mean(axis=0) * scale
        ends = mrr_at_ends(total, months)
        starts = np.concatenate([[total[0, Measure.MRR_OPENING]], ends[:-1]])
        for month in range(months):
            moves = [float(total[month, Measure[f"MRR_{name.upper()}"]]) for name in MOVEMENTS]
            rows.append((scenario, month, dates[month], float(starts[month]), *moves, float(ends[month])))
    return by_column(("scenario", "month", "date", "start", *MOVEMENTS, "end"), rows)


def stages(study: "Study") -> Columns:
    """Return customers by stage at month ends, at business scale, means over replications."""
    rows, months = [], study.design.months
    dates = month_dates(study.design.baseline.starts, months)
    for number, scenario in enumerate(study.scenarios):
        total = study.stacked(number, "sums").sum(axis=(2, 3)).mean(axis=0) / study.design.scale
        counts = np.cumsum(total[:months, Measure.STAGE : Measure.STAGE + len(STAGES)], axis=0)
        rows += [
            (scenario, month, dates[month], stage, float(counts[month, place]))
            for month in range(months)
            for place, stage in enumerate(STAGES)
        ]
    return by_column(("scenario", "month", "date", "stage", "customers"), rows)


def funnel(study: "Study") -> Columns:
    """Return each step from prospect to customer and on, with its interval, at business scale, whole horizon.

    ``alive_m12``: of these customers, those to be expected alive 12 months after the first payment, by the retention of
    the cohorts seen that long; left out where the horizon is shorter.
    """
    steps = {"prospects": Measure.PROSPECTS, "activated": Measure.SIGNED_UP_ACTIVATED, "customers": Measure.CONVERTED}
    rows = []
    for number, scenario in enumerate(study.scenarios):
        total = study.stacked(number, "sums")[:, : study.design.months].sum(axis=(1, 2, 3)) / study.design.scale
        for step, measure in steps.items():
            found = interval(total[:, measure]).within(0.0)
            rows.append((scenario, step, found.mean, found.low, found.high))
        if study.design.months > YEAR:
            found = alive_after_a_year(study, number).interval().within(0.0)
            rows.append((scenario, "alive_m12", found.mean, found.low, found.high))
    return by_column(("scenario", "step", "mean", "low", "high"), rows)


def alive_after_a_year(study: "Study", number: int) -> Estimate:
    """Return how many of one scenario's new customers are to be expected alive a year after, at business scale."""
    months, count = study.design.months, study.replications
    started = study.stacked(number, "cohort_started").sum(axis=(2, 3))
    ended = study.stacked(number, "cohort_ended").sum(axis=(2, 3))

    def of(first: NDArray[np.int64], last: NDArray[np.int64], replications: int) -> float:
        kept = retention_curve(first, last, months)[0][YEAR]
        return float(first[:months].sum() * kept / replications / study.design.scale)

    first, last = started.sum(axis=0), ended.sum(axis=0)
    without = [of(first - started[r], last - ended[r], count - 1) for r in range(count) if count > 1]
    return Estimate(of(first, last, count), np.array(without))


def reasons(study: "Study") -> Columns:
    """Return ends by reason, segment and plan, with the share of all ends of the scenario, means over replications."""
    segments, rows = list(study.design.baseline.segments), []
    for number, scenario in enumerate(study.scenarios):
        sums = study.stacked(number, "sums")[
            :, : study.design.months, :, :, Measure.ENDED : Measure.ENDED + len(REASONS)
        ]
        mean = sums.sum(axis=1).mean(axis=0) / study.design.scale
        for segment, plan, reason in product(range(len(segments)), plans_in_use(study), range(len(REASONS))):
            count = float(mean[segment, plan, reason])
            rows.append((scenario, segments[segment], PLAN_NAMES[plan], REASONS[reason], count, count / mean.sum()))
    return by_column(("scenario", "segment", "plan", "reason", "ends", "share"), rows)


TABLES: dict[str, Callable[["Study"], Columns]] = {
    "metrics": metric_values, "monthly": monthly, "cohorts": cohorts, "movements": movements, "stages": stages,
    "funnel": funnel, "reasons": reasons,
}  # fmt: skip


def by_column(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Columns:
    """Turn rows into columns."""
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {name: [] for name in names}
