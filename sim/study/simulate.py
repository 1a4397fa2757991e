"""Run a study's tasks: the same customers through every scenario, and what each is worth beside the baseline."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.ledger import close, empty_cohorts, empty_sums, fold, lifetime_values
from sim.analysis.measures import MET_FIGURES, RECALL_SHAPE, VALUES, Group, accounts_for, new_accounts
from sim.analysis.recalls import empty_recalls
from sim.core.customer import new_customers
from sim.core.growing import Growing
from sim.core.units import MONTH
from sim.engines import compiled
from sim.engines.opening import opening_customers
from sim.model.candidates import acquired
from sim.model.friends import coming_friends
from sim.model.kernel import PLACES
from sim.study.design import Design, Task, batches, event_costs
from sim.study.standing import (
    Standing,
    compare_split,
    met_by_levers,
    recalled_beside,
    side_by_side,
    standing_of,
)

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
    fresh = fresh_customers(design, task)
    tallies: list[Tally] = []
    baseline: Standing | None = None
    count = sum(group.count for group in task.acquired) + sum(cell.group.count for cell in task.opening)
    for number in range(len(design.scenarios)):
        tally, standing = run_scenario(design, number, task.replication, fresh, keep)
        baseline = standing if baseline is None else baseline
        compare_standings(tally, *side_by_side(baseline, standing, count), design.months_valued * MONTH)
        tallies.append(tally)
    return tallies


def fresh_customers(design: Design, task: Task) -> Callable[[], np.recarray]:
    """Return what makes a task's customers for each scenario: the same ones, before anything happened to them."""
    make = partial(customers_of, design, task, opening_of(design, task))
    # A whole business is made anew for each scenario: a copy kept aside would double the memory.
    return make if design.tied else make().copy


def run_scenario(
    design: Design, number: int, replication: int, fresh: Callable[[], np.recarray], keep: KeepEvents | None
) -> tuple[Tally, Standing]:
    """Run customers, as ``fresh`` makes them, through one scenario."""
    scenario, kernel = design.scenarios[number], design.kernels[number].copy()
    kernel["replication"] = replication
    customers = fresh()
    tally, accounts = empty_tally(design), Growing(new_accounts(len(customers)))
    terms, costs = design.terms(scenario), event_costs(scenario)
    friends = partial(coming_friends, design.population, replication)
    for piece in run_engine(design)(customers, kernel, design.months_valued * MONTH, coming=friends):
        tally.rows[0] += len(piece)
        cohorts = (tally.cohort_started, tally.cohort_ended)
        fold(piece, accounts_for(accounts, piece), tally.sums, *cohorts, tally.recall, terms, design.discount, costs)
        if keep is not None:
            keep(number, replication, piece)
    del customers  # the largest thing in memory, and not needed any more
    close(accounts.all(), tally.sums, tally.recall, terms)
    tally.lifetime[:] = lifetime_values(accounts.all())
    return tally, standing_of(accounts.all())


def run_engine(design: Design) -> Callable[..., Iterator[NDArray[Any]]]:
    """Return the engine's run function; SimPy is imported only where it is asked for."""
    if design.engine == "reference":
        from sim.engines import reference

        return reference.run
    return compiled.run


def opening_of(design: Design, task: Task) -> np.recarray:
    """Return a task's customers who are there on day 0; their past is the same for every scenario."""
    past = design.past.copy()
    past["replication"] = task.replication
    return opening_customers(design.population, past, task.replication, *task.opening)


def customers_of(design: Design, task: Task, book: np.recarray | None = None) -> np.recarray:
    """Return a task's customers before a scenario: prospects to come, then those of the opening book."""
    book = opening_of(design, task) if book is None else book
    customers = new_customers(sum(group.count for group in task.acquired) + len(book))
    place = 0
    for groups in batches(task.acquired, design.block):  # in a tied study one task is the whole business
        people = acquired(design.population, task.replication, *groups)
        customers[place : place + len(people)] = people
        place += len(people)
    customers[place:] = book
    return customers


def compare_standings(tally: Tally, baseline: Standing, standing: Standing, until: float) -> None:
    """Tally what each customer is worth beside himself under the baseline."""
    compare_split(tally.split, tally.kept, baseline, standing)
    met_by_levers(tally.met, baseline, standing)
    recalled_beside(tally.recall_paired, baseline, standing, until)


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
    pool = ThreadPoolExecutor(jobs)
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
