"""Solve the base rates with which the simulated figures of a baseline meet the targets in its file.

One cohort per segment signs up in month 0 and lives for 28 months without levers. All unknowns move together by secant
steps in logarithms; the same candidates live in every step (common random numbers), so the figures are smooth in the
rates and the search ends after a few steps.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.ledger import empty_cohorts, empty_sums, fold
from sim.analysis.measures import Measure, new_accounts
from sim.analysis.recalls import empty_recalls
from sim.core.events import INTENT_REASONS, Plan
from sim.core.units import MONTH
from sim.engines import compiled
from sim.model.candidates import Group, Origin, acquired, pieces
from sim.scenario.lower import kernel_of, population_of
from sim.scenario.schema import (
    Scenario,
    Solved,
    SolvedPlan,
    SolvedReasons,
    SolvedSegment,
)
from sim.study.design import BLOCK, Design

MONTHS = 28
SEED = 20260101
CUSTOMERS_PER_SEGMENT = 48_000
MOST_PROSPECTS = 20_000_000
TOLERANCE = 0.002
STEPS = 30
SMALLEST_MOVE = 0.003
"""After a smaller relative move of a rate its slope would be mostly single customers: the last slope is kept."""
FIGURES = ("activation", "conversion", "annual_share", "arpa", "churn_monthly", "churn_annual")
CHURN = slice(4, 6)
SOLVED_FIELDS = ("segments", "plans", "behaviour", "renewal", "season", "currency")


class NotSolvable(Exception):
    """No base rates meet the targets; the message says which target and why."""


@dataclass(frozen=True)
class Figures:
    """What a simulated cohort shows, by segment, and the reasons' shares of voluntary churn over all segments."""

    by_segment: NDArray[np.float64]  # [segment, figure]
    reasons: NDArray[np.float64]
    ends: NDArray[np.float64]  # [segment, plan]: how many ends the churn figures are made of
    exposed: NDArray[np.float64]  # [segment, plan]: and of how many customers at risk

    def distance(self, targets: NDArray[np.float64], reasons: NDArray[np.float64]) -> float:
        """Return the largest relative distance from a target; of churn, less a tenth of its standard error."""
        off = np.where(targets > 0.0, np.abs(self.by_segment / np.where(targets > 0.0, targets, 1.0) - 1.0), 0.0)
        off[:, CHURN] = np.maximum(0.0, off[:, CHURN] - 0.1 / np.sqrt(np.maximum(self.ends, 1.0)))
        off[:, CHURN] = np.where(self.exposed > 0.0, off[:, CHURN], 0.0)  # a plan that nobody takes has no churn
        return float(max(off.max(), np.abs(self.reasons - reasons).max()))


def fingerprint(scenario: Scenario) -> str:
    """Return a short hash of the numbers that base rates depend on."""
    numbers = scenario.model_dump(mode="json", include=set(SOLVED_FIELDS))
    if any(factors is not None for _, factors in scenario.season):
        numbers["first_month"] = scenario.starts.month
    return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:16]


def targets_of(scenario: Scenario) -> NDArray[np.float64]:
    """Return the targets [segment, figure]; annual churn per year, ARPA in minor units."""
    rows = []
    for segment in scenario.segments.values():
        t = segment.targets
        assert t.churn is not None and t.arpa is not None and t.annual_share is not None
        yearly = 1.0 - (1.0 - t.churn.annual) ** 12
        arpa = t.arpa.amount.minor / t.arpa.months
        rows.append([t.activation, t.conversion, t.annual_share, arpa, t.churn.monthly, yearly])
    return np.array(rows)


def simulate_cohort(scenario: Scenario, seed: int, customers: int) -> Figures:
    """Simulate one new cohort per segment, without levers, and measure it as the targets are defined."""
    design = Design((scenario,), customers=1)
    terms, count = design.terms(scenario), len(scenario.segments)
    kernel, population = kernel_of(scenario, seed, levers=False), population_of(scenario, seed)
    sums = empty_sums(MONTHS + 1, count)
    (started, ended), recall = empty_cohorts(MONTHS + 1, count), empty_recalls()
    discount, costs = np.ones(MONTHS + 13), np.zeros(64, np.int64)
    for number, segment in enumerate(scenario.segments.values()):
        prospects = round(customers / segment.targets.conversion)
        if prospects > MOST_PROSPECTS:
            raise NotSolvable(
                f"so few prospects convert that {prospects:,} would have to be simulated; raise the target"
            )
        for piece in pieces(Group(Origin.ACQUIRED, number, 0, 0, prospects), BLOCK):
            people = acquired(population, 0, piece)
            accounts = new_accounts(len(people))
            for log in compiled.run(people, kernel, MONTHS * MONTH):
                fold(log, accounts, sums, started, ended, recall, terms, discount, costs)
    return measure(scenario, sums, started, ended)


def measure(
    scenario: Scenario, sums: NDArray[np.int64], started: NDArray[np.int64], ended: NDArray[np.int64]
) -> Figures:
    """Return the figures of the simulated cohorts."""
    total = sums.sum(axis=(0, 2)).astype(float)
    prospects, converted = total[:, Measure.PROSPECTS], np.maximum(total[:, Measure.CONVERTED], 1.0)
    first, last = started.sum(axis=0), ended.sum(axis=0)  # [segment, plan], [segment, plan, tenure]
    alive = first[:, :, None] - np.cumsum(last, axis=2)  # at the end of each tenure month
    monthly, annual = int(Plan.MONTHLY), int(Plan.ANNUAL)
    churn_monthly = last[:, monthly, 2:25].sum(axis=1) / np.maximum(1, alive[:, monthly, 1:24].sum(axis=1))
    due = first[:, annual] + alive[:, annual, 13]  # a charge that fails at month 12 ends a year during month 13
    churn_annual = last[:, annual, 1:26].sum(axis=1) / np.maximum(1, due)
    figures = [
        total[:, Measure.SIGNED_UP_ACTIVATED] / prospects,
        converted / prospects,
        first[:, annual] / converted,
        total[:, Measure.MRR_NEW] / converted,
        churn_monthly,
        churn_annual,
    ]
    ends = total[:, Measure.ENDED : Measure.ENDED + INTENT_REASONS]
    shares = np.array([segment.share for segment in scenario.segments.values()])
    voluntary = (ends / converted[:, None] * shares[:, None]).sum(axis=0)
    seen = np.column_stack([last[:, monthly, 2:25].sum(axis=1), last[:, annual, 1:26].sum(axis=1)])
    exposed = np.column_stack([alive[:, monthly, 1:24].sum(axis=1), due])
    return Figures(np.column_stack(figures), voluntary / max(voluntary.sum(), 1e-12), seen, exposed)


@dataclass
class Unknowns:
    """The numbers being solved, [segment, figure] in the order of FIGURES, and the mix of reasons."""

    by_segment: NDArray[np.float64]
    reasons: NDArray[np.float64]

    def solved(self, scenario: Scenario) -> Solved:
        """Return them as a scenario's base rates."""
        segments = {}
        for name, row in zip(scenario.segments, self.by_segment, strict=True):
            step, convert, annual, seats, leave_monthly, leave_annual = (float(f"{value:.6g}") for value in row)
            plans = SolvedPlan.model_construct(monthly=leave_monthly, annual=leave_annual)
            segments[name] = SolvedSegment.model_construct(
                leave=plans, step_probability=step, convert=convert, annual=annual, seats=seats
            )
        mix = [float(f"{value:.6g}") for value in self.reasons]
        reasons = SolvedReasons.model_construct(natural=mix[0], soft=mix[1], hard=mix[2], experience=mix[3])
        return Solved.model_construct(solved_for=fingerprint(scenario), reasons=reasons, segments=segments)


def first_guess(scenario: Scenario) -> Unknowns:
    """Return unknowns of the right order of magnitude."""
    targets = targets_of(scenario)
    assert scenario.plans is not None
    price = scenario.plans.monthly.price
    seats = targets[:, 3] / (price.amount.minor / price.months)
    trial = scenario.behaviour.introduction.trial
    columns = [
        np.full(len(targets), 0.5), targets[:, 1] / trial, targets[:, 2], np.maximum(1.0, seats),
        targets[:, 4] / MONTH, targets[:, 5] / (12 * MONTH),
    ]  # fmt: skip
    return Unknowns(np.column_stack(columns), np.array([value for _, value in scenario.behaviour.reasons]))


def with_solved(scenario: Scenario, solved: Solved) -> Scenario:
    """Return the scenario with other base rates."""
    return scenario.model_copy(update={"solved": solved})


def solve(
    scenario: Scenario,
    *,
    customers: int = CUSTOMERS_PER_SEGMENT,
    seed: int = SEED,
    report: Callable[[int, float], None] | None = None,
) -> tuple[Solved, Figures]:
    """Solve the base rates.

    Parameters
    ----------
    customers
        New customers per segment.
    report
        Called with (step, largest relative distance from a target).

    Returns
    -------
    tuple
        The base rates, and what they reach on the customers that they were solved on.

    Raises
    ------
    NotSolvable
        When a target lies below what failed charges alone cause, or is not met after all steps.
    """
    targets, wanted = targets_of(scenario), np.array([value for _, value in scenario.behaviour.reasons])
    alone = failed_charges_alone(scenario, targets, seed, customers)
    now, before, at_before = first_guess(scenario), None, None
    elasticity = np.ones_like(targets)
    for step in range(STEPS):
        solved = now.solved(scenario)
        at_now = simulate_cohort(with_solved(scenario, solved), seed, customers)
        far = at_now.distance(targets, wanted)
        if report is not None:
            report(step + 1, far)
        if far < TOLERANCE:
            return solved, at_now
        if before is not None and at_before is not None:
            elasticity = slopes(before, at_before, now, at_now, elasticity)
            share = alone[:, CHURN] / np.maximum(targets[:, CHURN], 1e-12)
            elasticity[:, CHURN] = np.maximum(0.1, 1.0 - share)  # rates move only the voluntary part
        ratio = np.clip((targets / np.maximum(at_now.by_segment, 1e-9)) ** (1.0 / elasticity), 0.3, 3.0)
        met = np.abs(at_now.by_segment - targets) < TOLERANCE / 2 * targets
        met |= targets == 0.0  # such a rate has been 0 from the start
        met[:, CHURN] |= at_now.exposed == 0.0
        ratio = np.where(met, 1.0, ratio)
        mix = now.reasons
        if np.abs(at_now.reasons - wanted).max() > 0.9 * TOLERANCE:
            mix = mix * (wanted / np.maximum(at_now.reasons, 1e-9))
        before, at_before = now, at_now
        now = Unknowns(now.by_segment * ratio, mix / mix.sum())
        now.by_segment[:, 0] = np.minimum(now.by_segment[:, 0], 2.0)
        now.by_segment[:, 3] = np.maximum(now.by_segment[:, 3], 1.0)
    raise NotSolvable(worst(scenario, at_before, targets))


def slopes(
    before: Unknowns, at_before: Figures, now: Unknowns, at_now: Figures, last: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return by how many percent each figure moves with one percent of its rate."""
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.log(now.by_segment / before.by_segment)
        slope = np.log(at_now.by_segment / at_before.by_segment) / moved
    return np.where((np.abs(moved) > SMALLEST_MOVE) & np.isfinite(slope), np.clip(slope, 0.4, 2.5), last)


def failed_charges_alone(
    scenario: Scenario, targets: NDArray[np.float64], seed: int, customers: int
) -> NDArray[np.float64]:
    """Return the figures without voluntary leaving; a churn target below that has no solution."""
    guess = first_guess(scenario)
    guess.by_segment[:, CHURN] = 0.0
    alone = simulate_cohort(with_solved(scenario, guess.solved(scenario)), seed, max(1000, customers // 4))
    for number, name in enumerate(scenario.segments):
        for plan, column in (("monthly", 4), ("annual", 5)):
            share, target = alone.by_segment[number, column], targets[number, column]
            if share > target or (share == target > 0.0):
                raise NotSolvable(
                    f"segment '{name}': failed charges alone end {100 * share:.2f} % of {plan} customers per period, "
                    f"and the target is {100 * target:.2f} %; raise the target, or let more pay by invoice or recover"
                )
    return alone.by_segment


def worst(scenario: Scenario, reached: Figures | None, targets: NDArray[np.float64]) -> str:
    """Say which target is missed most."""
    assert reached is not None
    mix = np.abs(reached.reasons - np.array([value for _, value in scenario.behaviour.reasons]))
    off = np.where(targets > 0.0, reached.by_segment / np.maximum(targets, 1e-12) - 1.0, 0.0)
    if mix.max() > np.abs(off).max():
        reason = list(type(scenario.behaviour.reasons).model_fields)[int(mix.argmax())]
        return f"the share of {reason} leaving misses its target by {100 * mix.max():.2g} points after {STEPS} steps"
    segment, figure = np.unravel_index(np.abs(off).argmax(), off.shape)
    name = list(scenario.segments)[int(segment)]
    return (
        f"segment '{name}': {FIGURES[int(figure)]} reaches {reached.by_segment[segment, figure]:.4g} of "
        f"{targets[segment, figure]:.4g} after {STEPS} steps; the target may lie outside what the behaviour allows"
    )
