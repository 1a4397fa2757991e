"""Simulates what has changed: the customers, the baseline and the strategies beside it are remembered.

The study that comes out is the one that ``sim.simulate`` makes of the same scenarios, to the bit.
"""

import json
import os
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sim.analysis.lives import Lot, lot_of
from sim.explorer.crowd import Crowd, tasks_of
from sim.model.candidates import Cell
from sim.scenario.schema import Scenario
from sim.study.api import make_design, threads_for
from sim.study.design import Design, Task
from sim.study.simulate import Tally, empty_tally, opening_of
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
        What decides who the customers are; where it changes, some of what is remembered holds no more.
    crowds
        Those whom the baseline alone would have, and those whom only a strategy may admit.
    books
        The customers who are there on day 0, by replication and their part of the opening book: no strategy changes
        them, and to find them takes as long as to simulate half of a scenario.
    """

    sample: Sample
    people: tuple[str, bytes, bool] | None = None
    crowds: tuple[Crowd, Crowd] = field(default_factory=lambda: (Crowd(), Crowd()))
    books: dict[tuple[int, tuple[Cell, ...]], np.recarray] = field(default_factory=dict)

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
            for crowd in self.crowds:
                for number, name in enumerate(names):
                    if name not in crowd.sums:
                        crowd.simulate(design, number, name, pool)
                crowd.sums = {name: crowd.sums[name] for name in names}
        tallies = [[self.added_up(design, name, r) for name in names] for r in range(sample.replications)]
        return Study(design, tallies)

    def meet(self, design: Design, baseline: str, pool: Executor) -> None:
        """Find the customers of all replications, unless they are the ones who were found before."""
        people = (baseline, design.widest.tobytes(), design.tied)
        if people == self.people:
            return
        if self.people is None or self.people[0] != baseline:
            self.books, self.crowds = {}, (Crowd(), Crowd())
        self.people = None
        for crowd, tasks in zip(self.crowds, tasks_of(design), strict=True):
            crowd.become(tasks, lambda task: self.lot(design, task), pool)
        self.people = people

    def lot(self, design: Design, task: Task) -> Lot:
        """Return a task's customers before a scenario."""
        place = (task.replication, task.opening)
        if place not in self.books:
            self.books[place] = opening_of(design, task)
        return lot_of(design.population, task.replication, task.acquired, self.books[place])

    def added_up(self, design: Design, name: str, replication: int) -> Tally:
        """Return what a scenario adds up to in one replication."""
        total = empty_tally(design)
        for crowd in self.crowds:
            for lot, tally in zip(crowd.lots, crowd.sums[name], strict=True):
                if lot.replication == replication:
                    total.add(replace(tally, sums=as_long(tally.sums, total.sums)))
        return total


def as_long(sums: NDArray[np.int64], total: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return sums of as many months as the total has.

    Months after those simulated hold what is paid for in advance: as many as the longest term of any scenario has.
    Those which this scenario has not, or has only because another one beside it had, hold nothing.
    """
    found = np.zeros_like(total)
    months = min(len(sums), len(total))
    found[:months] = sums[:months]
    return found


def content(scenario: Scenario) -> str:
    """Return what decides a scenario's figures, as text: all but what it is called, and levers that are not pulled."""
    data = {key: value for key, value in scenario._data.items() if key not in ("name", "description")}
    levers = data.pop("levers", None) or {}
    return json.dumps([data, {name: values for name, values in levers.items() if values is not False}])
