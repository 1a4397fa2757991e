"""How far to move the unknowns from one step of tuning to the next.

Of plans, each figure follows its own unknown: secants in logarithms. Of orders, the level of use and the chance of
leaving move both the orders of the first year and who orders in the second: so all slopes are measured on a small
sample first, and corrected after each step by what the step brought (Broyden 1965).
"""

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

from sim.language.words import error_text
from sim.scenario.schema import Scenario
from sim.study.tune_figures import CHURN, Figures, NotSolvable, simulate_cohort, targets_of
from sim.study.tune_unknowns import Unknowns, first_guess

SMALLEST_MOVE = 0.003
"""After a smaller relative move of a rate its slope would be mostly single customers: the last slope is kept."""
SMALLEST_STEP = 0.03
"""The same for the slopes of orders, which have been measured: they learn from larger moves only."""
FEWEST_PROBED = 1000
PROBE = 0.25
"""How far each unknown is moved, in its own coordinate, to measure slopes."""
FURTHEST = math.log(3.0)
LEAST_LEAVE, MOST_LEAVE = 0.005, 0.95
"""Bounds of the mean chance of leaving after an order."""
MOST_STEP = 2.0
"""A key action is then completed at every use, whoever the customer is (with the default of fit)."""
HARDLY_ANYBODY, NEARLY_ALL = 0.01, 0.5
"""Mean chances of leaving after an order beyond which more can hardly be done; who is not activated leaves at twice."""
LARGE = 1e6


class Steps(Protocol):
    """Moves the unknowns of one kind of business."""

    def move(self, now: Unknowns, at_now: Figures, tolerance: float) -> NDArray[np.float64]:
        """Return the unknowns of the next step [segment, unknown]."""

    def hint(self, unknowns: Unknowns, segment: int) -> str:
        """Say what to change when no more can be reached."""


class PlanSteps:
    """Secants, figure by figure; of churn, the part that failed charges cause does not move."""

    def __init__(self, scenario: Scenario, seed: int, customers: int) -> None:
        self.targets = targets_of(scenario)
        alone = failed_charges_alone(scenario, self.targets, seed, customers)
        share = alone[:, CHURN] / np.maximum(self.targets[:, CHURN], 1e-12)
        self.voluntary = np.maximum(0.1, 1.0 - share)
        self.slopes = np.ones_like(self.targets)
        self.last: tuple[Unknowns, Figures] | None = None

    def move(self, now: Unknowns, at_now: Figures, tolerance: float) -> NDArray[np.float64]:
        """Return the unknowns of the next step."""
        if self.last is not None:
            self.slopes = secants(*self.last, now, at_now, self.slopes)
            self.slopes[:, CHURN] = self.voluntary
        self.last = (now, at_now)
        ratio = np.clip((self.targets / np.maximum(at_now.by_segment, 1e-9)) ** (1.0 / self.slopes), 0.3, 3.0)
        met = np.abs(at_now.by_segment - self.targets) < tolerance / 2 * self.targets
        met |= (self.targets == 0.0) | at_now.unseen  # a rate for a target of 0 has been 0 from the start
        rows = now.by_segment * np.where(met, 1.0, ratio)
        rows[:, 0] = np.minimum(rows[:, 0], MOST_STEP)
        rows[:, 3] = np.maximum(rows[:, 3], 1.0)
        return np.asarray(rows)

    def hint(self, unknowns: Unknowns, segment: int) -> str:
        """Nothing more is known."""
        return error_text("study.outside")


def secants(
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
    alone = simulate_cohort(with_unknowns(scenario, guess), seed, max(FEWEST_PROBED, customers // 4))
    for number, name in enumerate(scenario.segments):
        for plan, column in (("monthly", 4), ("annual", 5)):
            share, target = alone.by_segment[number, column], targets[number, column]
            if share > target or (share == target > 0.0):
                values = {"share": f"{100 * share:.2f}", "target": f"{100 * target:.2f}"}
                raise NotSolvable(error_text(f"study.failed_charges_{plan}", segment=name, **values))
    return alone.by_segment


def with_unknowns(scenario: Scenario, unknowns: Unknowns) -> Scenario:
    """Return the scenario with these base rates."""
    return scenario.model_copy(update={"solved": unknowns.solved(scenario)})


class Newton:
    """Steps towards the targets of one segment, inside bounds, with slopes that learn; a step far back is not kept."""

    def __init__(self, slopes: NDArray[np.float64]) -> None:
        self.slopes = slopes
        self.last: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
        self.kept: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None

    def next(self, place: NDArray[np.float64], gap: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where to go from a place with such a gap between figures and targets."""
        if self.last is not None:
            moved, brought = place - self.last[0], self.last[1] - gap
            if np.abs(moved).max() > SMALLEST_STEP:
                self.slopes += np.outer(brought - self.slopes @ moved, moved) / (moved @ moved)
        self.last = (place, gap)
        if self.kept is None or np.linalg.norm(gap) < 2.0 * np.linalg.norm(self.kept[1]) + SMALLEST_STEP:
            self.kept = (place, gap)
        start, left = self.kept
        low, high = np.maximum(LOWEST_PLACE, start - FURTHEST), np.minimum(HIGHEST_PLACE, start + FURTHEST)
        return np.asarray(start + lsq_linear(self.slopes, left, (low - start, high - start)).x)


class OrderSteps:
    """Newton steps with all slopes between the four figures of a segment and its four unknowns."""

    def __init__(self, scenario: Scenario, seed: int, customers: int) -> None:
        self.wanted = figure_places(targets_of(scenario))
        self.segments = [Newton(slopes) for slopes in probed(scenario, seed, max(FEWEST_PROBED, customers // 4))]

    def move(self, now: Unknowns, at_now: Figures, tolerance: float) -> NDArray[np.float64]:
        """Return the unknowns of the next step."""
        places, gaps = unknown_places(now.by_segment), self.wanted - figure_places(at_now.by_segment)
        rows = zip(self.segments, places, gaps, strict=True)
        return unknowns_at(np.array([newton.next(place, gap) for newton, place, gap in rows]))

    def hint(self, unknowns: Unknowns, segment: int) -> str:
        """Say which target to change where an unknown stands at its bound."""
        step, _, _, order_leave = unknowns.by_segment[segment]
        if step >= 0.999 * MOST_STEP:
            return error_text("study.visit_rarely")
        if order_leave <= HARDLY_ANYBODY:
            return error_text("study.hardly_anybody")
        if order_leave >= NEARLY_ALL:
            return error_text("study.nearly_all")
        return error_text("study.outside")


def unknown_places(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the coordinates in which unknowns are moved: logarithms, of the chance of leaving log-odds."""
    places = np.log(rows)
    places[:, 3] -= np.log1p(-rows[:, 3])
    return places


def unknowns_at(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the unknowns at coordinates, brought inside their bounds."""
    rows = np.exp(np.clip(places, LOWEST_PLACE, HIGHEST_PLACE))
    rows[:, 3] /= 1.0 + rows[:, 3]
    return np.asarray(rows)


LOWEST_PLACE, HIGHEST_PLACE = unknown_places(
    np.array([[1.0 / LARGE, 1.0 / LARGE, 1.0 / LARGE, LEAST_LEAVE], [MOST_STEP, LARGE, LARGE, MOST_LEAVE]])
)


def figure_places(figures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return coordinates in which figures move evenly: logarithms, of further orders, and log-odds of shares."""
    activation, conversion, orders, second_year = np.maximum(figures.T, 1e-6)
    shares = (np.minimum(share, 1.0 - 1e-6) for share in (activation, conversion, second_year))
    active, converted, again = (np.log(share / (1.0 - share)) for share in shares)
    return np.column_stack([active, converted, np.log(np.maximum(orders - 1.0, 1e-6)), again])


def probed(scenario: Scenario, seed: int, customers: int) -> NDArray[np.float64]:
    """Return the slopes [segment, figure, unknown] at the first guess, each unknown moved in all segments at once."""
    guess = first_guess(scenario)
    place = unknown_places(guess.by_segment)

    def shown(places: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = Unknowns(unknowns_at(places), guess.reasons)
        return figure_places(simulate_cohort(with_unknowns(scenario, moved), seed, customers).by_segment)

    start = shown(place)
    return np.stack([(shown(place + PROBE * row) - start) / PROBE for row in np.eye(place.shape[1])], axis=2)
