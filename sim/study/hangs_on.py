"""What an answer hangs on: each weakly known number at both ends of its range, on the same customers.

How it is done, and what it does not say:

- One number is changed at a time, the others stay as stated. A number of the business (behaviour, costs, channels,
  plans) is changed in all scenarios alike, also in the past of the opening book; a lever's number in the scenarios that
  pull it. Where a strategy states another value than the baseline, that difference is what the strategy is about, so
  its value is changed apart. Numbers that somebody chooses have no range and are not touched. Of the shares of the
  reasons the others give way, and the solved mix of reasons moves with them.
- The base rates stay as they were solved for the stated numbers. With another number of behaviour the baseline then no
  longer meets its targets: part of what is shown is a business that fares otherwise, not the strategy. Solving anew
  for each end would take minutes each, and would ask another question ("same business, other explanation").
- The difference at the stated values is the study's own. How a number moves it is seen on fewer customers, all ends on
  the same ones with the same seed, so that the change shows in few of them. First one replication of every number;
  those that move nothing there are done. Then a quarter of the replications; then all of them for the numbers on top of
  a comparison, and for those whose sign changes.
- The sign changes where the difference is below zero at one of low end, stated value and high end, and above at
  another; surely so where the 95 % intervals of both leave out zero. The value is then searched (``hangs_on_turns``).
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.intervals import Interval, interval
from sim.core.parameter import GRADES
from sim.language.words import error_text
from sim.study.api import MOST_REPLICATIONS, NotComparable, check_range, make_design, threads_for
from sim.study.design import Design, default_customers
from sim.study.hangs_on_answer import Answer, LeftOut, Row, estimate
from sim.study.hangs_on_numbers import WEAK, numbers_of
from sim.study.hangs_on_trials import PROFIT, Begin, Bench, Sweep, Trial, sweep_of, unannounced
from sim.study.hangs_on_turns import with_turns

if TYPE_CHECKING:
    from sim.study.study import Study

CUSTOMERS, IN_ALL = 1000, 20_000
"""Sample where customers are not tied, and how many are simulated in all replications together."""
FEWEST, MOST = 4, 20
"""Replications, if nothing is said."""
TOP = 12
"""Numbers of a comparison that are followed to the last replication."""


def find(
    study: "Study", *, customers: int | None = None, replications: int | None = None, every_grade: bool = False,
    top: int = TOP, jobs: int | None = None, begin: Begin = unannounced,
) -> Answer:  # fmt: skip
    """Run each number of a study at both ends of its range and return what was found.

    Parameters
    ----------
    customers, replications
        On which the changes are seen; by default some 20,000 customers in all.
    every_grade
        Also numbers of grade A, B and C.
    top
        Numbers of each comparison that are simulated in every replication.
    begin
        Called when each of the ROUNDS begins that has something to do; shows how far it has come.

    Raises
    ------
    NotComparable
        When the study has no strategy, or the numbers make no study.
    """
    check_range("top", top, 1, 1000)
    design = smaller(study.design, customers, replications)
    strategies = range(1, len(design.scenarios))
    stated = [study.difference(strategy, PROFIT).interval for strategy in strategies]
    bench, base = Bench(threads_for(design, jobs), begin), Trial(design, tuple(range(len(design.scenarios))))
    grades = tuple(GRADES) if every_grade else WEAK
    sweeps = [sweep_of(number, design) for number in numbers_of(design.scenarios, grades)]
    some = max(2, design.replications // 4)
    with bench.round("stated", len(sweeps), design.replications):
        bench.run([base], range(design.replications))
    run(bench, "once", sweeps, range(1))
    run(bench, "moving", [sweep for sweep in sweeps if sweep.moves(base)], range(1, some))
    run(bench, "followed", followed(sweeps, base, stated, top), range(some, design.replications))
    rows = with_turns(base, stated, [row for row, _ in rows_of(sweeps, base, stated)], bench)
    return Answer(
        design, grades, tuple(stated), tuple(sorted(rows, key=lambda row: (row.strategy, -row.swing.mean))),
        tuple(LeftOut(sweep.number, sweep.failed) for sweep in sweeps if sweep.failed),
    )  # fmt: skip


def check_strategies(design: Design) -> None:
    """Raise a NotComparable where a study has no strategy."""
    if len(design.scenarios) < 2:
        raise NotComparable(error_text("study.hangs_on_nothing"))


def smaller(design: Design, customers: int | None, replications: int | None) -> Design:
    """Return a study's design with as many customers as a sweep of all numbers can afford."""
    check_strategies(design)
    if customers is None:
        customers = default_customers(design.scenarios) if design.tied else CUSTOMERS
    if replications is None:
        replications = max(FEWEST, min(MOST, IN_ALL // max(1, customers)))
    check_range("replications", replications, 2, MOST_REPLICATIONS)
    return make_design(
        design.scenarios, baseline=design.names[0], customers=customers, replications=replications, seed=design.seed
    )


def run(bench: Bench, name: str, sweeps: Iterable[Sweep], replications: range) -> None:
    """Simulate some replications of some numbers, at both ends: a round of its own."""
    able = [sweep for sweep in sweeps if not sweep.failed]
    with bench.round(name, len(able), len(replications)):
        bench.run([trial for sweep in able for trial in sweep.trials], replications)


def followed(sweeps: list[Sweep], base: Trial, stated: Sequence[Interval], top: int) -> list[Sweep]:
    """Return the numbers that are worth all replications: on top of a comparison, or changing its sign."""
    worth: dict[int, Sweep] = {}
    pairs = sorted(rows_of(sweeps, base, stated), key=lambda pair: -pair[0].swing.mean)
    for strategy in range(1, len(base.design.scenarios)):
        own = [(row, sweep) for row, sweep in pairs if row.strategy == strategy and row.swing.mean > 0.0]
        chosen = [sweep for place, (row, sweep) in enumerate(own) if place < top or row.changes_sign]
        worth |= {id(sweep): sweep for sweep in chosen}
    return list(worth.values())


def rows_of(sweeps: list[Sweep], base: Trial, stated: Sequence[Interval]) -> list[tuple[Row, Sweep]]:
    """Return what each number does to each comparison that it can move."""
    return [
        (row_of(sweep, base, strategy, stated[strategy - 1]), sweep)
        for sweep in sweeps
        if not sweep.failed
        for strategy in sweep.number.comparisons(len(base.design.scenarios))
    ]


def row_of(sweep: Sweep, base: Trial, strategy: int, stated: Interval) -> Row:
    """Return what a number does to one comparison."""
    changes = [trial.change(base, strategy) for trial in sweep.trials]
    points = [*(estimate(stated, change) for change in changes), stated]
    changes.append(np.where(sweep.trials[0].ran, 0.0, np.nan))
    means = [point.mean for point in points]
    most, least = int(np.argmax(means)), int(np.argmin(means))
    return Row(
        sweep.number, strategy, points[0], points[1], interval(changes[most] - changes[least]), (),
        changes_sign=means[least] < 0.0 < means[most],
        sure=points[least].high < 0.0 < points[most].low,
        replications=int(sweep.trials[0].ran.sum()),
    )  # fmt: skip
