"""Some of a study's customers, and what they came to under each scenario: what is remembered of one is not run again.

A lever that changes who comes needs prospects beyond those of the baseline. They are a crowd of their own: whoever was
there before is not asked again how he fares under the baseline.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

import numpy as np

from sim.analysis.lives import Lot
from sim.analysis.standing import compare, side_by_side
from sim.core.units import MONTH
from sim.model.candidates import Group
from sim.scenario.acquisition import acquired_groups
from sim.study.design import Design, Task
from sim.study.simulate import Tally, run_scenario


@dataclass
class Crowd:
    """Customers of all replications.

    Attributes
    ----------
    tasks
        Who they are.
    baseline
        How those of each lot stand in the end under the baseline.
    sums
        By the content of a scenario, what each lot adds up to.
    """

    tasks: list[Task] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    baseline: list[np.recarray] = field(default_factory=list)
    sums: dict[str, list[Tally]] = field(default_factory=dict)

    def become(self, tasks: list[Task], lot_of: Callable[[Task], Lot], pool: Executor) -> None:
        """Be the customers of some tasks; what others came to is forgotten."""
        if tasks == self.tasks:
            return
        self.tasks, self.lots, self.sums = [], [], {}
        self.lots = list(pool.map(lot_of, tasks))
        self.tasks = tasks

    def simulate(self, design: Design, number: int, name: str, pool: Executor) -> None:
        """Run everybody through one scenario, and compare each with himself under the baseline."""
        lived = list(pool.map(lambda lot: run_scenario(design, number, lot), self.lots))
        if number == 0:
            self.baseline = [standing for _, standing in lived]
        until = design.months_valued * MONTH
        for lot, baseline, (tally, standing) in zip(self.lots, self.baseline, lived, strict=True):
            before, after = side_by_side(baseline, standing, len(lot))
            compare(tally.split, tally.kept, tally.met, tally.recall_paired, before, after, until)
        self.sums[name] = [tally for tally, _ in lived]


def tasks_of(design: Design) -> tuple[list[Task], list[Task]]:
    """Return the customers of a study in two parts: those whom the baseline alone would have, and those beyond them.

    Where customers are tied nobody can be run apart: all are in the first part.
    """
    replications = range(design.replications)
    if design.tied:
        return [task for number in replications for task in design.tasks(number)], []
    alone = replace(design, scenarios=design.scenarios[:1])
    usual = [task for number in replications for task in alone.tasks(number)]
    beyond = [Task(number, beyond_usual(design, alone, number), ()) for number in replications]
    return usual, [task for task in beyond if task.acquired]


def beyond_usual(design: Design, alone: Design, replication: int) -> tuple[Group, ...]:
    """Return the candidates of a replication who are there only because a strategy may admit more than the baseline."""

    def groups(of: Design) -> list[Group]:
        return acquired_groups(design.baseline, design.scale, of.widest, design.seed, replication)

    counts = {(group.period, group.segment, group.channel): group.count for group in groups(alone)}
    found = []
    for group in groups(design):
        usual = counts.get((group.period, group.segment, group.channel), 0)
        if group.count > usual:
            found.append(replace(group, first=group.first + usual, count=group.count - usual))
    return tuple(found)
