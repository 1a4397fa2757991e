"""What the replications of a finished study say: every metric and paired difference with its interval."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.analysis.catalogue import CATALOGUE
from sim.analysis.compare import (
    SPLIT,
    Difference,
    difference,
    kept_difference,
    relative_difference,
    simultaneous_critical,
    split_of,
    variance_factor,
    with_split,
)
from sim.analysis.frame import Frame
from sim.analysis.intervals import Estimate, Interval
from sim.study.design import Design
from sim.study.figures import Figures, Sums, sums_of
from sim.study.simulate import Tally
from sim.study.until import critical_of


@dataclass
class Results:
    """What one study's replications say: metrics and paired differences, with intervals.

    Attributes
    ----------
    tallies
        [replication][scenario], scenarios in the order of the design, the baseline first.
    seconds
        How long simulating and everything took; empty for a study opened again.
    folder
        Where it is saved, if it is.
    """

    design: Design
    tallies: list[list[Tally]]
    seconds: dict[str, float] = field(default_factory=dict)
    folder: str = ""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, the baseline first."""
        return self.design.names

    @property
    def replications(self) -> int:
        """Number of replications."""
        return len(self.tallies)

    def frame(self, number: int) -> Frame:
        """Return scale, discounting and shared costs of one scenario."""
        return self.figures.frames[number]

    @cached_property
    def figures(self) -> Figures:
        """What the metrics are computed by."""
        return Figures(self.design)

    def stacked(self, number: int, name: str) -> NDArray[np.int64]:
        """Return one array of a scenario's tallies, replications first."""
        return np.stack([getattr(tallies[number], name) for tallies in self.tallies])

    @property
    def events(self) -> int:
        """Uses and all other counted events of all scenarios and replications, as the ledger saw them."""
        return sum(int(tally.rows[0]) for tallies in self.tallies for tally in tallies)

    @cached_property
    def values(self) -> dict[str, NDArray[np.float64]]:
        """Every metric as [scenario, replication]: how replications vary. The study's own are in ``estimates``."""
        each = [self.figures.of(one) for one in self.sums]
        return {name: np.array([found[name] for found in each]).T for name in each[0]}

    @cached_property
    def estimates(self) -> dict[str, list[Estimate]]:
        """Every metric of all replications together, by scenario, from which intervals are made."""
        return self.figures.estimates(self.sums)

    @property
    def sums(self) -> list[list[Sums]]:
        """What the metrics are made of: [replication][scenario]."""
        return [[sums_of(tally) for tally in tallies] for tallies in self.tallies]

    @property
    def critical(self) -> float | None:
        """Quantile of the intervals where it is not Student's for the replications: of a study with a stopping rule."""
        return None if self.design.until is None else critical_of(self.replications)

    @property
    def precise(self) -> bool:
        """Whether the half-widths that were asked for are reached; true where none was."""
        until = self.design.until
        return until is None or until.reached(self.estimates[until.metric], critical_of(self.replications))

    def half_widths(self) -> list[tuple[str, float, float]]:
        """Return for each scenario looked at its name, its half-width, and the one asked for; none if none was."""
        until = self.design.until
        if until is None:
            return []
        found = until.widths(self.estimates[until.metric], critical_of(self.replications))
        names = self.scenarios[-len(found) :]
        return [(name, one.half_width, allowed) for name, (one, allowed) in zip(names, found, strict=True)]

    def metric(self, scenario: int, name: str) -> Interval:
        """Return one metric of one scenario."""
        known = CATALOGUE[name]
        return self.estimates[name][scenario].interval(self.critical).within(known.least, known.most)

    def difference(self, scenario: int, name: str) -> Difference:
        """Return one metric's paired difference to the baseline; totals are split by customers."""
        baseline, *others = self.estimates[name]
        here = self.estimates[name][scenario]
        together = self.simultaneous_criticals[name]
        found = Difference(
            difference(baseline, here, self.critical), relative_difference(baseline, here, self.critical),
            None if len(others) < 2 else difference(baseline, here, together),
            variance_factor(self.values[name][0], self.values[name][scenario]),
        )  # fmt: skip
        if name in SPLIT:
            return with_split(found, split_of(name, self.stacked(scenario, "split"), self.frame(scenario)))
        return found

    @cached_property
    def simultaneous_criticals(self) -> dict[str, float | None]:
        """By metric, the quantile at which the differences of all strategies hold at once."""
        return {
            name: simultaneous_critical(found[0], found[1:], self.critical) for name, found in self.estimates.items()
        }

    def kept_difference(self, scenario: int) -> Interval:
        """Return the difference of 12-month retention among new customers who pay under both."""
        return kept_difference(self.stacked(scenario, "kept"))
