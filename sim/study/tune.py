"""Solve the base rates with which the simulated figures of a baseline meet the targets in its file.

All unknowns move together; the same candidates live in every step (common random numbers), so the figures are smooth
in the rates and the search ends after a few steps.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.language.words import error_text
from sim.scenario.schema import Scenario, Solved
from sim.study.tune_figures import Figures, NotSolvable, figures_of, simulate_cohort, targets_of
from sim.study.tune_steps import OrderSteps, PlanSteps, Steps, with_unknowns
from sim.study.tune_unknowns import Unknowns, first_guess

SEED = 20260101
CUSTOMERS_PER_SEGMENT = 48_000
TOLERANCE = 0.002
STEPS = 30
PATIENCE = 6
"""Steps without coming nearer after which the search is given up."""


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
        When a target lies outside what the behaviour allows (for churn: below what failed charges alone cause), or is
        not met after all steps.
    """
    targets, wanted = targets_of(scenario), np.array([value for _, value in scenario.behaviour.reasons])
    steps: Steps = (OrderSteps if scenario.per_use else PlanSteps)(scenario, seed, customers)
    now, nearest = first_guess(scenario), (np.inf, 0)
    for step in range(1, STEPS + 1):
        at_now = simulate_cohort(with_unknowns(scenario, now), seed, customers)
        far = at_now.distance(targets, wanted)
        if report is not None:
            report(step, far)
        if far < TOLERANCE:
            return now.solved(scenario), at_now
        nearest = min(nearest, (far, step))
        rows = steps.move(now, at_now, TOLERANCE)
        mix = now.reasons
        if np.abs(at_now.reasons - wanted).max() > 0.9 * TOLERANCE:
            mix = mix * (wanted / np.maximum(at_now.reasons, 1e-9))
        before, now = now, Unknowns(rows, mix / mix.sum())
        if step - nearest[1] >= PATIENCE:
            break
    raise NotSolvable(worst(scenario, before, at_now, targets, step, steps))


def worst(
    scenario: Scenario, unknowns: Unknowns, reached: Figures, targets: NDArray[np.float64], step: int, steps: Steps
) -> str:
    """Say which target is missed most."""
    mix = np.abs(reached.reasons - np.array([value for _, value in scenario.behaviour.reasons]))
    off = np.where(targets > 0.0, reached.by_segment / np.maximum(targets, 1e-12) - 1.0, 0.0)
    if mix.max() > np.abs(off).max():
        reason = list(type(scenario.behaviour.reasons).model_fields)[int(mix.argmax())]
        return error_text("study.missed_reason", reason=reason, points=f"{100 * mix.max():.2g}", steps=step)
    segment, figure = np.unravel_index(np.abs(off).argmax(), off.shape)
    name = list(scenario.segments)[int(segment)]
    values = {"reached": f"{reached.by_segment[segment, figure]:.4g}", "target": f"{targets[segment, figure]:.4g}"}
    values |= {"segment": name, "figure": figures_of(scenario)[int(figure)], "steps": str(step)}
    return error_text("study.missed", **values, hint=steps.hint(unknowns, int(segment)))
