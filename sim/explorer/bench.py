"""Simulates what has changed: the customers, the baseline and the strategies beside it are remembered.

The study that comes out is the one that ``sim.simulate`` makes of the same scenarios, to the bit.
"""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from sim.analysis.lives import Lot
from sim.analysis.standing import compare, side_by_side
from sim.core.units import MONTH
from sim.scenario.schema import Scenario
from sim.study.api import make_design, threads_for
from sim.study.design import Design
from sim.study.simulate import Tally, empty_tally, lot_of_task, run_scenario
from sim.study.study import Study


@dataclass(frozen=True)
class Sample:
    """How much is simulated at every move.

    Attributes
    ----------
    customers
        Of each replication.
    replications
        From which intervals come; few, as somebody waits.
    """

    customers: int = 2_000
    replications: int = 8
    seed: int = 1


@dataclass
class Bench:
    """Simulates scenarios on the same customers and remembers what they came to.

    Attributes
    ----------
    people
        What decides who the customers are and how sums are laid out; where it changes, nothing remembered holds.
    lots
        The customers of all replications.
    baseline
        How those of each lot stand in the end under the baseline.
    sums
        By the content of a scenario, what each lot adds up to.
    """

    sample: Sample
    people: object = None
    lots: list[Lot] = field(default_factory=list)
    baseline: list[np.recarray] = field(default_factory=list)
    sums: dict[str, list[Tally]] = field(default_factory=dict)

    def run(self, scenarios: Sequence[Scenario]) -> Study:
        """Return the study of some scenarios, the baseline first; what was remembered of others is forgotten.

        Raises
        ------
        NotComparable
            When the scenarios do not make a study.
        """
        sample, names = self.sample, [content(scenario) for scenario in scenarios]
        design = make_design(
            scenarios, baseline=scenarios[0].name, customers=sample.customers, replications=sample.replications,
            seed=sample.seed,
        )  # fmt: skip
        with ThreadPoolExecutor(threads_for(design, os.cpu_count())) as pool:
            self.meet(design, names[0], pool)
            for number, name in enumerate(names):
                if name not in self.sums:
                    self.simulate(design, number, name, pool)
        self.sums = {name: self.sums[name] for name in names}
        tallies = [[self.added_up(design, name, r) for name in names] for r in range(sample.replications)]
        return Study(design, tallies)

    def meet(self, design: Design, baseline: str, pool: ThreadPoolExecutor) -> None:
        """Find the customers of all replications, unless they are the ones who were found before."""
        people = (baseline, design.widest.tobytes(), design.term_months, design.tied)
        if people == self.people:
            return
        self.people, self.sums = None, {}
        tasks = [task for replication in range(design.replications) for task in design.tasks(replication)]
        self.lots = list(pool.map(lambda task: lot_of_task(design, task), tasks))
        self.people = people

    def simulate(self, design: Design, number: int, name: str, pool: ThreadPoolExecutor) -> None:
        """Run all customers through one scenario, and compare each with himself under the baseline."""
        lived = list(pool.map(lambda lot: run_scenario(design, number, lot), self.lots))
        if number == 0:
            self.baseline = [standing for _, standing in lived]
        until = design.months_valued * MONTH
        for lot, baseline, (tally, standing) in zip(self.lots, self.baseline, lived, strict=True):
            before, after = side_by_side(baseline, standing, len(lot))
            compare(tally.split, tally.kept, tally.met, tally.recall_paired, before, after, until)
        self.sums[name] = [tally for tally, _ in lived]

    def added_up(self, design: Design, name: str, replication: int) -> Tally:
        """Return what a scenario adds up to in one replication."""
        total = empty_tally(design)
        for lot, tally in zip(self.lots, self.sums[name], strict=True):
            if lot.replication == replication:
                total.add(tally)
        return total


def content(scenario: Scenario) -> str:
    """Return what decides a scenario's figures, as text: all but what it is called."""
    return json.dumps({key: value for key, value in scenario._data.items() if key not in ("name", "description")})
