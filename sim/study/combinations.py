"""Strategies that pull the levers of several others at once: how much of the sum of its parts each reaches."""

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import Interval, interval, ratio_estimate
from sim.core.lever import Lever
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.study.study import Study

OF_A_STRATEGY = ("levers", "name", "description")
MOST_SCENARIOS = 16
"""Studies with more scenarios are not searched for combinations."""


def parts_of(study: "Study", combined: int) -> tuple[int, ...]:
    """Return the strategies whose levers, pulled just so, together are those of one; empty where there are none."""
    scenarios = study.design.scenarios
    whole = scenarios[combined].all_levers()
    if len(whole) < 2 or len(scenarios) > MOST_SCENARIOS:
        return ()
    smaller = [
        number for number in range(1, len(scenarios))
        if number != combined and is_part(scenarios[number], whole)
        and same_business(scenarios[number], scenarios[combined])
    ]  # fmt: skip
    for count in range(2, len(smaller) + 1):
        for chosen in combinations(smaller, count):
            names = [name for number in chosen for name in scenarios[number].all_levers()]
            if sorted(names) == sorted(whole):
                return chosen
    return ()


def is_part(scenario: Scenario, whole: dict[str, Lever]) -> bool:
    """Whether a scenario pulls some of the levers of a whole, and pulls them in the same way."""
    levers = scenario.all_levers()
    return 0 < len(levers) < len(whole) and all(whole.get(name) == lever for name, lever in levers.items())


def same_business(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios differ in nothing but their levers."""
    return all(
        getattr(one, name) == getattr(other, name) for name in Scenario.model_fields if name not in OF_A_STRATEGY
    )


def share_reached(study: "Study", combined: int, metric: str = "profit_npv") -> Interval | None:
    """Return the combined difference over the sum of its parts' differences, a ratio of sums over replications.

    None where there are no parts, and where their sum is not far from zero: a share of next to nothing says nothing.
    """
    apart = sum_of_parts(study, combined, metric)
    if apart is None or not far_from_zero(interval(apart)):
        return None
    values = study.values[metric]
    return ratio_estimate(values[combined] - values[0], apart).interval()


def beyond_parts(study: "Study", combined: int, metric: str = "profit_npv") -> Interval | None:
    """Return the combined difference minus the sum of its parts' differences; None where there are no parts."""
    apart = sum_of_parts(study, combined, metric)
    values = study.values[metric]
    return None if apart is None else interval(values[combined] - values[0] - apart)


def sum_of_parts(study: "Study", combined: int, metric: str = "profit_npv") -> NDArray[np.float64] | None:
    """Return the sum of the parts' differences to the baseline, by replication; None where there are no parts."""
    values, parts = study.values[metric], parts_of(study, combined)
    return sum((values[part] - values[0] for part in parts), np.zeros(study.replications)) if parts else None


def far_from_zero(found: Interval) -> bool:
    """Whether zero lies at least twice as far from a figure as its 95 % interval reaches."""
    return found.mean != 0.0 and 2.0 * found.half_width <= abs(found.mean)
