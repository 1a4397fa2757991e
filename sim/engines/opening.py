"""The opening book: customers already there on day 0, with the hidden traits of survivors.

Each is found by simulation without levers: a candidate signs up so long before day 0 that his tenure would lie in the
wanted span, lives to day 0, and is taken if he then pays on the wanted plan; else the next candidate is tried. So an
opening customer is a pure function of his address, and month 0 ties to the book whatever the blocks.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.core.customer import new_customers, new_log
from sim.core.events import Stage
from sim.core.units import MONTH
from sim.model import life
from sim.model.candidates import ATTEMPTS, Cell, Population, arrival_chances, draw_traits, set_arrivals
from sim.model.life import ROWS_PER_EVENT

INTRODUCTION, CHURNED = int(Stage.INTRODUCTION), int(Stage.CHURNED)
TRIED_AT_ONCE = 4096
"""Candidates tried in one go; changes time and nothing else."""


class BookNotReached(Exception):
    """The model does not produce customers such as the opening book asks for."""


def opening_customers(population: Population, kernel: np.recarray, replication: int, cell: Cell) -> np.recarray:
    """Return the cell's customers as they stand on day 0.

    Parameters
    ----------
    kernel
        Parameters of the baseline without levers; the past is the same for every strategy.

    Raises
    ------
    BookNotReached
        When a customer is not found in some four thousand tries.
    """
    found = new_customers(cell.group.count)
    open_places = np.arange(cell.group.count)
    attempt, tries = 0, 1
    while attempt < ATTEMPTS:
        tries = min(2 * tries, ATTEMPTS - attempt, max(1, TRIED_AT_ONCE // len(open_places)))
        ids = np.stack([cell.group.ids(attempt + ahead)[open_places] for ahead in range(tries)])
        candidates, taken = try_candidates(population, kernel, replication, cell, ids)
        first = taken.argmax(axis=0)  # the first try that is taken, whatever the number tried at once
        lucky = taken.any(axis=0)
        found[open_places[lucky]] = candidates[first[lucky] * len(open_places) + np.flatnonzero(lucky)]
        open_places = open_places[~lucky]
        if len(open_places) == 0:
            return found
        attempt += tries
    raise BookNotReached(
        f"of {cell.group.count} opening customers, {len(open_places)} with a tenure of {cell.shortest / MONTH:.0f} to "
        f"{cell.longest / MONTH:.0f} months were not found in {ATTEMPTS} tries each"
    )


def try_candidates(
    population: Population, kernel: np.recarray, replication: int, cell: Cell, ids: NDArray[np.int64]
) -> tuple[np.recarray, NDArray[np.bool_]]:
    """Let candidates, ids [try, place], live until day 0; say who then pays on the plan with a tenure in the span."""
    candidates = draw_traits(population, replication, ids.ravel())
    span = cell.longest + float(kernel["introduction"]["trial"][0]) - cell.shortest
    set_arrivals(candidates, -cell.shortest - span * arrival_chances(population, replication, ids.ravel()))
    taken = np.zeros(len(candidates), np.bool_)
    live(candidates, kernel, new_log(ROWS_PER_EVENT), cell.plan, cell.shortest, cell.longest, taken)
    return candidates, taken.reshape(ids.shape)


@njit(cache=True, nogil=True, error_model="numpy")
def live(customers, kernel, log, plan, shortest, longest, taken):
    """Live until day 0, forgetting the log; whoever cannot be in the cell any more is given up at once."""
    p = kernel[0]
    used = np.zeros(1, np.int64)
    for i in range(len(customers)):
        c = customers[i]
        fits = True
        while fits and c.next_time < 0.0:
            used[0] = 0
            life.happen(c, p, log, used)
            if c.stage != INTRODUCTION:
                fits = c.stage < CHURNED and c.plan == plan and shortest <= -c.started < longest
        taken[i] = fits and c.stage != INTRODUCTION
