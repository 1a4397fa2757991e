"""Every metric of a study's scenarios, from what tallies add up to: of one replication, or of several together."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial, reduce

import numpy as np
from numpy.typing import NDArray

from sim.analysis.frame import Frame, ratio
from sim.analysis.intervals import Estimate
from sim.analysis.metrics import metrics_of
from sim.core.events import Team
from sim.core.units import CURRENCIES, MONTH
from sim.scenario.schema import Scenario
from sim.study.design import Design, lever_costs_by_month, minor, wages_by_month
from sim.study.simulate import Tally

Whole = NDArray[np.int64]
Sums = tuple[Whole, Whole, Whole, Whole]
"""The arrays of a tally that metrics are made of, one replication's or several added up."""
ByScenario = dict[str, NDArray[np.float64]]


def sums_of(tally: Tally) -> Sums:
    """Return what the metrics are made of."""
    return tally.sums, tally.cohort_started, tally.cohort_ended, tally.lifetime


class Figures:
    """Computes every metric of every scenario of a design."""

    def __init__(self, design: Design) -> None:
        self.design = design

    @cached_property
    def frames(self) -> list[Frame]:
        """Scale, discounting and shared costs of each scenario."""
        return [frame_of(self.design, scenario) for scenario in self.design.scenarios]

    @cached_property
    def window(self) -> int:
        """Months after which a sign-up's activation and conversion are surely known."""
        behaviour = self.design.baseline.behaviour
        return int(np.ceil((behaviour.activation.window + behaviour.introduction.trial) / MONTH))

    def of(self, sums: Sequence[Sums], replications: float = 1) -> ByScenario:
        """Return each metric's values by scenario.

        Parameters
        ----------
        sums
            By scenario, added up over so many replications: a sample so many times larger.
        """
        rows = [
            metrics_of(*parts, replace(frame, weight=frame.weight / replications), self.window)
            for parts, frame in zip(sums, self.frames, strict=True)
        ]
        found = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        found["win_back_incremental"] = found["win_back_rate"] - found["win_back_rate"][0]
        gain = found["profit_npv"] - found["profit_npv"][0]
        spent = found["lever_cost_npv"] - found["lever_cost_npv"][0]
        found["lever_roi"] = np.vectorize(ratio, otypes=[float])(gain, spent)
        return found

    def estimates(self, replications: Sequence[Sequence[Sums]]) -> dict[str, list[Estimate]]:
        """Return each metric's estimate by scenario.

        Parameters
        ----------
        replications
            [replication][scenario].
        """
        count = len(replications)
        total = [reduce(partial(combined, np.add), scenario) for scenario in zip(*replications, strict=True)]
        whole = self.of(total, count)
        without = [self.of([combined(np.subtract, *pair) for pair in zip(total, one, strict=True)], count - 1)
                   for one in replications if count > 1]  # fmt: skip
        return {
            name: [
                Estimate(float(figure), np.array([part[name][number] for part in without]))
                for number, figure in enumerate(figures)
            ]
            for name, figures in whole.items()
        }


def combined(how: np.ufunc, one: Sums, other: Sums) -> Sums:
    """Add up two sums, or take one from the other, array by array."""
    return how(one[0], other[0]), how(one[1], other[1]), how(one[2], other[2]), how(one[3], other[3])


def frame_of(design: Design, scenario: Scenario) -> Frame:
    """Return what turns a scenario's sums into figures of the business."""
    return Frame(
        months=design.months,
        months_valued=design.months_valued,
        weight=1.0 / design.scale,
        decimals=CURRENCIES[scenario.currency],
        discount=design.discount,
        lever_months=lever_costs_by_month(scenario, design.months, design.months_valued),
        onboarding_months=wages_by_month(scenario, design.months, Team.ONBOARDING),
        overhead=float(minor(scenario.costs.overhead)),
    )
