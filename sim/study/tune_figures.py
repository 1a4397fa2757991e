"""The figures that base rates are solved for: their targets, and what new cohorts without levers show of them.

One cohort per segment signs up in month 0; where the year has seasons, it signs up over a year. Churn, annual share
and ARPA belong to plans, orders and the second year to a shop.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.ledger import empty_cohorts, empty_sums, fold
from sim.analysis.measures import Measure, new_accounts
from sim.analysis.recalls import empty_recalls
from sim.core.events import INTENT_REASONS, Plan
from sim.core.units import MONTH
from sim.engines import compiled
from sim.language.words import error_text
from sim.model.candidates import Group, Origin, acquired, pieces
from sim.scenario.acquisition import lines_of
from sim.scenario.kinds import kind_of
from sim.scenario.lower import kernel_of, population_of
from sim.scenario.schema import Scenario, Segment
from sim.study.design import BLOCK, Design
from sim.study.fingerprint import has_season

FIGURES = {
    "plans": ("activation", "conversion", "annual_share", "arpa", "churn_monthly", "churn_annual"),
    "orders": ("activation", "conversion", "orders", "second_year"),
}
CHURN = slice(4, 6)
"""The figures of plans that count ends."""
YEAR = 12
MONTHS_OF_A_PLAN = 27
"""Of a subscriber's life: two years, a month of trial, and one to retry a charge and to close the books."""
MOST_PROSPECTS = 20_000_000
LONGEST_TRIAL = 60.0
"""Days of the month of trial, and of the one to close the books."""


class NotSolvable(Exception):
    """No base rates meet the targets; the message says which target and why."""


@dataclass(frozen=True)
class Figures:
    """What simulated cohorts show, by segment, and the reasons' shares of voluntary churn over all segments."""

    by_segment: NDArray[np.float64]  # [segment, figure]
    reasons: NDArray[np.float64]
    ends: NDArray[np.float64]  # [segment]: of how many voluntary ends these shares are
    errors: NDArray[np.float64]  # [segment, figure]: relative, of figures made of few ends or orders; else 0
    unseen: NDArray[np.bool_]  # [segment, figure]: nobody is there to show it

    def distance(self, targets: NDArray[np.float64], reasons: NDArray[np.float64]) -> float:
        """Return the largest relative distance from a target, less a tenth of the standard error if few make it."""
        off = np.where(targets > 0.0, np.abs(self.by_segment / np.where(targets > 0.0, targets, 1.0) - 1.0), 0.0)
        off = np.where(self.unseen, 0.0, np.maximum(0.0, off - 0.1 * self.errors))
        return float(max(off.max(), np.abs(self.reasons - reasons).max()))


def figures_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the figures that this kind of business is tuned to."""
    return FIGURES[kind_of(scenario)]


def targets_of(scenario: Scenario) -> NDArray[np.float64]:
    """Return the targets [segment, figure]; annual churn per year, ARPA in minor units."""
    targets_of_one = order_targets if scenario.per_use else plan_targets
    return np.array([targets_of_one(segment) for segment in scenario.segments.values()])


def plan_targets(segment: Segment) -> list[float]:
    """Return the targets of one segment of subscribers."""
    t = segment.targets
    assert t.churn is not None and t.arpa is not None and t.annual_share is not None
    yearly = 1.0 - (1.0 - t.churn.annual) ** YEAR
    return [t.activation, t.conversion, t.annual_share, t.arpa.amount.minor / t.arpa.months, t.churn.monthly, yearly]


def order_targets(segment: Segment) -> list[float]:
    """Return the targets of one segment of a shop's customers."""
    t = segment.targets
    assert t.orders is not None and t.second_year is not None
    return [t.activation, t.conversion, t.orders, t.second_year]


def sign_ups(scenario: Scenario, prospects: int) -> list[int]:
    """Return how many prospects sign up by month: all in the first, or over a year where its months differ."""
    if not has_season(scenario):
        return [prospects]
    factors = np.array(scenario.season.candidates or [1.0] * YEAR)
    weights = np.roll(factors, 1 - scenario.starts.month)
    if weights.sum() == 0.0:
        raise NotSolvable(error_text("study.no_season"))
    ends = np.round(np.cumsum(weights) / weights.sum() * prospects).astype(int)
    return [int(count) for count in np.diff(ends, prepend=0)]


def months_simulated(scenario: Scenario) -> int:
    """Return how long cohorts live: for orders, until all are seen for two years and some have been lost for one."""
    arriving = YEAR if has_season(scenario) else 1
    if not scenario.per_use:
        return arriving + MONTHS_OF_A_PLAN
    trial, lost = scenario.behaviour.introduction.trial, scenario.behaviour.stages.lost_after
    return arriving + math.ceil(trial / MONTH) + max(2 * YEAR, YEAR + math.ceil(lost / MONTH))


def simulate_cohort(scenario: Scenario, seed: int, customers: int) -> Figures:
    """Simulate so many new customers per segment, without levers, and measure them as the targets are defined."""
    if scenario.behaviour.introduction.trial > LONGEST_TRIAL:
        raise NotSolvable(error_text("study.long_trial", days=f"{LONGEST_TRIAL:g}"))
    scenario = scenario.model_copy(update={"promotions": ()})  # base rates hold in a month without any
    terms, months = Design((scenario,), customers=1).terms[0], months_simulated(scenario)
    kernel, population = kernel_of(scenario, seed, levers=False), population_of(scenario, seed)
    sums = empty_sums(months + 1, len(scenario.segments))
    (started, ended), recall = empty_cohorts(months + 1, len(scenario.segments)), empty_recalls()
    discount, costs = np.ones(months + 1 + YEAR), np.zeros(64, np.int64)
    for group in cohorts(scenario, customers):
        for piece in pieces(group, BLOCK):
            people = acquired(population, 0, piece)
            accounts = new_accounts(len(people))
            for log in compiled.run(people, kernel, months * MONTH):
                fold(log, accounts, sums, started, ended, recall, terms, discount, costs)
    return (measure_orders if scenario.per_use else measure_plans)(scenario, sums, started, ended)


def cohorts(scenario: Scenario, customers: int) -> list[Group]:
    """Return the prospects of every segment that bring so many new customers each at the target conversion."""
    groups = []
    for place, (_, segment) in enumerate(sorted(scenario.segments.items())):
        prospects = round(customers / segment.targets.conversion)
        if prospects > MOST_PROSPECTS:
            raise NotSolvable(error_text("study.few_convert", prospects=f"{prospects:,}"))
        for channel, line in enumerate(lines_of(scenario).values()):
            by_month = enumerate(sign_ups(scenario, round(prospects * line.share)))
            groups += [Group(Origin.ACQUIRED, place, month, 0, count, channel) for month, count in by_month if count]
    return groups


def measure_plans(
    scenario: Scenario, sums: NDArray[np.int64], started: NDArray[np.int64], ended: NDArray[np.int64]
) -> Figures:
    """Return the figures of simulated subscribers."""
    total = sums.sum(axis=(0, 2)).astype(float)
    prospects, converted = total[:, Measure.PROSPECTS], np.maximum(total[:, Measure.CONVERTED], 1.0)
    first, last = started.sum(axis=0), ended.sum(axis=0)  # [segment, plan], [segment, plan, tenure]
    alive = first[:, :, None] - np.cumsum(last, axis=2)  # at the end of each tenure month
    monthly, annual = int(Plan.MONTHLY), int(Plan.ANNUAL)
    due = first[:, annual] + alive[:, annual, 13]  # a charge that fails at month 12 ends a year during month 13
    seen = np.column_stack([last[:, monthly, 2:25].sum(axis=1), last[:, annual, 1:26].sum(axis=1)])
    exposed = np.column_stack([alive[:, monthly, 1:24].sum(axis=1), due])
    by_segment = np.column_stack([
        total[:, Measure.SIGNED_UP_ACTIVATED] / prospects,
        converted / prospects,
        first[:, annual] / converted,
        total[:, Measure.MRR_NEW] / converted,
        seen / np.maximum(1, exposed),
    ])  # fmt: skip
    errors, unseen = np.zeros(by_segment.shape), np.zeros(by_segment.shape, bool)
    errors[:, CHURN] = np.maximum(seen, 1.0) ** -0.5
    unseen[:, CHURN] = exposed == 0.0  # a plan that nobody takes has no churn
    return Figures(by_segment, *reasons_of_ends(scenario, total), errors, unseen)


def measure_orders(
    scenario: Scenario, sums: NDArray[np.int64], started: NDArray[np.int64], ended: NDArray[np.int64]
) -> Figures:
    """Return the figures of a shop's simulated customers; all of them are seen for two years."""
    total = sums.sum(axis=(0, 2)).astype(float)
    prospects, converted = total[:, Measure.PROSPECTS], np.maximum(total[:, Measure.CONVERTED], 1.0)
    by_segment = np.column_stack([
        total[:, Measure.SIGNED_UP_ACTIVATED] / prospects,
        converted / prospects,
        total[:, Measure.ORDERED_IN_YEAR_1] / converted,
        total[:, Measure.ORDERED_IN_YEAR_2] / converted,
    ])  # fmt: skip
    errors = np.zeros(by_segment.shape)
    errors[:, 2] = (converted * np.maximum(by_segment[:, 2], 1.0)) ** -0.5  # as if orders were independent: at least
    errors[:, 3] = np.maximum(total[:, Measure.ORDERED_IN_YEAR_2], 1.0) ** -0.5
    return Figures(by_segment, *reasons_of_ends(scenario, total), errors, np.zeros(by_segment.shape, bool))


def reasons_of_ends(scenario: Scenario, total: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the reasons' shares of voluntary ends, segments weighted as they come, and these ends by segment."""
    ends = total[:, Measure.ENDED : Measure.ENDED + INTENT_REASONS]
    shares = np.array([segment.share for segment in scenario.segments.values()])
    voluntary = (ends / np.maximum(total[:, Measure.CONVERTED], 1.0)[:, None] * shares[:, None]).sum(axis=0)
    return voluntary / max(voluntary.sum(), 1e-12), ends.sum(axis=1)
