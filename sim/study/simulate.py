"""Run a study's tasks: the same customers through every scenario, and what each is worth beside the baseline."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.ledger import close, empty_cohorts, empty_sums, fold
from sim.analysis.lives import Lot, live, lot_of
from sim.analysis.measures import MET_FIGURES, RECALL_SHAPE, VALUES, Group, accounts_for, new_accounts
from sim.analysis.recalls import empty_recalls
from sim.analysis.standing import compare, lifetime_values, side_by_side, standing_of
from sim.core.growing import Growing
from sim.core.units import MONTH
from sim.engines import compiled
from sim.engines.opening import opening_customers
from sim.language.words import language_now, language_of_errors
from sim.model.friends import coming_friends
from sim.model.kernel import PLACES, copied
from sim.study.design import Design, Task

AHEAD = 2
KeepEvents = Callable[[int, int, NDArray[Any]], None]


@dataclass
class Tally:
    """What one scenario adds up to; whole numbers, so that the order of adding does not matter.

    Attributes
    ----------
    sums
        [month, segment, plan, measure].
    cohort_started, cohort_ended
        First payments [month, segment, plan] and first ends [month, segment, plan, tenure month].
    lifetime
        Sum of lifetime values and number of customers won in the first year.
    split
        Values of same, gained, lost and other customers: [group, value, baseline or scenario].
    rows
        Log rows, one number.
    kept
        Of the new customers who pay under both and whose month 12 is seen: count, kept under baseline, under scenario.
    met
        Of the customers whom a lever reached, and of those of its hold-out: [lever's place in the register, reached or
        held out, baseline or scenario, figure of ``Met``].
    recall
        Recall episodes: [reason of the end, method of the first contact, life, made or withheld, figure of ``Recall``].
    recall_paired
        Of those contacted after their first end, whose year after it is seen under both: [reason, method, life, (count,
        back within that year, back under the baseline)].
    """

    sums: NDArray[np.int64]
    cohort_started: NDArray[np.int64]
    cohort_ended: NDArray[np.int64]
    lifetime: NDArray[np.int64]
    split: NDArray[np.int64]
    kept: NDArray[np.int64]
    rows: NDArray[np.int64]
    met: NDArray[np.int64]
    recall: NDArray[np.int64]
    recall_paired: NDArray[np.int64]

    def add(self, other: "Tally") -> None:
        """Add another tally of the same scenario."""
        for name in self.__dataclass_fields__:
            mine = getattr(self, name)
            mine += getattr(other, name)


def empty_tally(design: Design) -> Tally:
    """Return a tally of nothing."""
    months, segments = design.months_valued, len(design.baseline.segments)
    started, ended = empty_cohorts(months, segments)
    return Tally(
        empty_sums(months, segments, design.term_months), started, ended, np.zeros(2, np.int64),
        np.zeros((len(Group), VALUES, 2), np.int64), np.zeros(3, np.int64),
        np.zeros(1, np.int64), np.zeros((PLACES + 1, 2, 2, MET_FIGURES), np.int64), empty_recalls(),
        np.zeros((*RECALL_SHAPE[:3], 3), np.int64),
    )  # fmt: skip


def run_task(design: Design, task: Task, keep: KeepEvents | None = None) -> list[Tally]:
    """Run one task's customers through every scenario; return one tally per scenario."""
    lot = lot_of_task(design, task)
    tallies: list[Tally] = []
    baseline: np.recarray | None = None
    for number in range(len(design.scenarios)):
        tally, standing = run_scenario(design, number, lot, keep)
        baseline = standing if baseline is None else baseline
        before, after = side_by_side(baseline, standing, len(lot))
        until = design.months_valued * MONTH
        compare(tally.split, tally.kept, tally.met, tally.recall_paired, before, after, until)
        tallies.append(tally)
    return tallies


def run_scenario(design: Design, number: int, lot: Lot, keep: KeepEvents | None = None) -> tuple[Tally, np.recarray]:
    """Run customers through one scenario; return its sums, and how each customer stands in the end."""
    if design.engine == "compiled" and keep is None and not design.together[number]:
        return run_one_by_one(design, number, lot)
    return run_together(design, number, lot.customers(), lot.replication, keep)


def run_one_by_one(design: Design, number: int, lot: Lot) -> tuple[Tally, np.recarray]:
    """Run customers without ties through one scenario, life by life."""
    tally = empty_tally(design)
    cohorts = (tally.cohort_started, tally.cohort_ended)
    tally.rows[0], standings = live(
        lot, kernel_for(design, number, lot.replication), design.months_valued * MONTH, tally.sums, cohorts,
        tally.recall, design.terms[number], design.discount, design.event_costs[number],
    )  # fmt: skip
    tally.lifetime[:] = lifetime_values(standings)
    return tally, standings


def run_together(
    design: Design, number: int, customers: np.recarray, replication: int, keep: KeepEvents | None
) -> tuple[Tally, np.recarray]:
    """Run customers through one scenario by an engine, piece of log by piece of log; keep the log if asked to."""
    tally = empty_tally(design)
    accounts, cohorts = Growing(new_accounts(len(customers))), (tally.cohort_started, tally.cohort_ended)
    terms, costs = design.terms[number], design.event_costs[number]
    friends = partial(coming_friends, design.population, replication)
    kernel, until = kernel_for(design, number, replication), design.months_valued * MONTH
    for piece in run_engine(design)(customers, kernel, until, coming=friends):
        tally.rows[0] += len(piece)
        fold(piece, accounts_for(accounts, piece), tally.sums, *cohorts, tally.recall, terms, design.discount, costs)
        if keep is not None:
            keep(number, replication, piece)
    del customers  # the largest thing in memory, and not needed any more
    close(accounts.all(), tally.sums, tally.recall, terms)
    standings = standing_of(accounts.all())
    tally.lifetime[:] = lifetime_values(standings)
    return tally, standings


def kernel_for(design: Design, number: int, replication: int) -> np.recarray:
    """Return one scenario's parameters for one replication."""
    return copied(design.kernels[number], replication)


def outermost(design: Design, *, events: bool = False) -> str:
    """Return the name of the compiled function that a study calls first, so that one can tell whether it is there."""
    if design.engine == "reference":
        return "step"
    if any(design.together):
        return "run_month"
    return "run_lives" if events else "live_one_by_one"


def run_engine(design: Design) -> Callable[..., Iterator[NDArray[Any]]]:
    """Return the engine's run function; SimPy is imported only where it is asked for."""
    if design.engine == "reference":
        from sim.engines import reference

        return reference.run
    return compiled.run


def opening_of(design: Design, task: Task) -> np.recarray:
    """Return a task's customers who are there on day 0; their past is the same for every scenario."""
    past = copied(design.past, task.replication)
    return opening_customers(design.population, past, task.replication, *task.opening)


def lot_of_task(design: Design, task: Task) -> Lot:
    """Return a task's customers before a scenario: prospects to come, then those of the opening book."""
    return lot_of(design.population, task.replication, task.acquired, opening_of(design, task))


def customers_of(design: Design, task: Task) -> np.recarray:
    """Return the same as records."""
    return lot_of_task(design, task).customers()


def run_replications(
    design: Design, replications: list[int], jobs: int, progress: Callable[[int, int], None] | None = None,
    keep: KeepEvents | None = None,
) -> Iterator[tuple[int, list[Tally]]]:  # fmt: skip
    """Run replications and yield each as (number, tallies), in order, tasks spread over threads.

    Parameters
    ----------
    jobs
        Threads; they change the time and nothing else.
    progress
        Called with (tasks done, tasks in all).
    keep
        Called with (scenario, replication, piece of log), within one thread only.
    """
    tasks = [task for replication in replications for task in design.tasks(replication)]
    left = Counter(task.replication for task in tasks)
    merged: dict[int, list[Tally]] = {}
    for done, (task, part) in enumerate(results_in_order(design, tasks, jobs, keep), start=1):
        if progress is not None:
            progress(done, len(tasks))
        for tally, other in zip(merged.setdefault(task.replication, part), part, strict=True):
            if tally is not other:
                tally.add(other)
        left[task.replication] -= 1
        if left[task.replication] == 0:
            yield task.replication, merged.pop(task.replication)


def results_in_order(
    design: Design, tasks: list[Task], jobs: int, keep: KeepEvents | None
) -> Iterator[tuple[Task, list[Tally]]]:
    """Run tasks on threads, a few ahead of the one being waited for, and yield them in their order."""
    pool = ThreadPoolExecutor(jobs, initializer=language_of_errors.set, initargs=(language_now(),))
    waiting: deque[tuple[Task, Future[list[Tally]]]] = deque()
    try:
        for task in tasks:
            waiting.append((task, pool.submit(run_task, design, task, keep)))
            if len(waiting) > AHEAD * jobs:
                first, result = waiting.popleft()
                yield first, result.result()
        for first, result in waiting:
            yield first, result.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
