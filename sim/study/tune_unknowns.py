"""The numbers that tuning solves for: one per figure of a segment, and the mix of reasons."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.units import MONTH
from sim.scenario.schema import Scenario, Solved, SolvedPlan, SolvedReasons, SolvedSegment
from sim.study.fingerprint import fingerprint
from sim.study.tune_figures import targets_of

SOME_LEAVE, USE_LEFT = 0.2, 0.6
"""First guesses of the mean chance of leaving after an order, and of the share of the peak that habit leaves."""
FIT = 0.5
"""Mean fit, and so mean perceived value."""


@dataclass
class Unknowns:
    """The numbers being solved, [segment, unknown] in the order of the figures that they move, and the reasons' mix."""

    by_segment: NDArray[np.float64]
    reasons: NDArray[np.float64]

    def solved(self, scenario: Scenario) -> Solved:
        """Return them as a scenario's base rates."""
        rates_of = order_rates if scenario.per_use else plan_rates
        segments = {
            name: rates_of(*(float(f"{value:.6g}") for value in row))
            for name, row in zip(scenario.segments, self.by_segment, strict=True)
        }
        mix = [float(f"{value:.6g}") for value in self.reasons]
        reasons = SolvedReasons.model_construct(natural=mix[0], soft=mix[1], hard=mix[2], experience=mix[3])
        return Solved.model_construct(solved_for=fingerprint(scenario), reasons=reasons, segments=segments)


def plan_rates(
    step: float, convert: float, annual: float, seats: float, monthly: float, yearly: float
) -> SolvedSegment:
    """Return the base rates of a segment of subscribers."""
    return SolvedSegment.model_construct(
        leave=SolvedPlan.model_construct(monthly=monthly, annual=yearly), step_probability=step, convert=convert,
        annual=annual, seats=seats,
    )  # fmt: skip


def order_rates(step: float, convert: float, use_level: float, order_leave: float) -> SolvedSegment:
    """Return the base rates of a segment of a shop's customers."""
    return SolvedSegment.model_construct(
        step_probability=step, convert=convert, use_level=use_level, order_leave=order_leave
    )


def first_guess(scenario: Scenario) -> Unknowns:
    """Return unknowns of the right order of magnitude."""
    targets, trial = targets_of(scenario), scenario.behaviour.introduction.trial
    columns = [np.full(len(targets), 0.5), targets[:, 1] / trial]
    columns += order_guess(scenario, targets) if scenario.per_use else plan_guess(scenario, targets)
    return Unknowns(np.column_stack(columns), np.array([value for _, value in scenario.behaviour.reasons]))


def plan_guess(scenario: Scenario, targets: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return annual share, seats and levels of leaving as if nothing else moved them."""
    assert scenario.plans is not None
    price = scenario.plans.monthly.price
    seats = targets[:, 3] / (price.amount.minor / price.months)
    return [targets[:, 2], np.maximum(1.0, seats), targets[:, 4] / MONTH, targets[:, 5] / (12 * MONTH)]


def order_guess(scenario: Scenario, targets: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the level of use that brings the orders of a year to who is like the mean, and some leaving."""
    use = scenario.behaviour.use
    drive = FIT + 1.0 - use.effort_a / (use.effort_a + use.effort_b) + use.trigger - use.threshold
    yearly = use.peak * 12 * MONTH / (1.0 + math.exp(-use.sharpness * drive))
    return [(targets[:, 2] - 1.0) / (USE_LEFT * yearly), np.full(len(targets), SOME_LEAVE)]
