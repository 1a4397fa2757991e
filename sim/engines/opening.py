"""The opening book: customers already there on day 0, with the hidden traits of survivors.

Each is found by simulation without levers: a candidate signs up so long before day 0 that his tenure would lie in the
wanted span, lives to day 0, and is taken if he then pays on the wanted plan; else the next candidate is tried. So an
opening customer is a pure function of his address, and month 0 ties to the book whatever the blocks.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.core.customer import new_buffer, new_customers
from sim.core.events import Stage
from sim.core.units import MONTH
from sim.model import life
from sim.model.candidates import ATTEMPTS, Cell, Population, arrival_chances, draw_traits, set_arrivals
from sim.model.life import ROWS_PER_EVENT
from sim.model.traits import INDEX_BITS

INTRODUCTION, CHURNED = int(Stage.INTRODUCTION), int(Stage.CHURNED)
WANTED = np.dtype((np.record, np.dtype([("plan", "i8"), ("shortest", "f8"), ("longest", "f8")], align=True)))
"""What one opening customer must be: plan, and tenure between two bounds."""
TRIED_AT_ONCE = 4096
"""Candidates tried in one go; changes time and nothing else."""


class BookNotReached(Exception):
    """The model does not produce customers such as the opening book asks for."""


def opening_customers(population: Population, kernel: np.recarray, replication: int, *cells: Cell) -> np.recarray:
    """Return the cells' customers as they stand on day 0, cell by cell.

    Parameters
    ----------
    kernel
        Parameters of the baseline without levers; the past is the same for every strategy.

    Raises
    ------
    BookNotReached
        When a customer is not found in some four thousand tries.
    """
    counts = [cell.group.count for cell in cells]
    ids = np.concatenate([np.zeros(0, np.int64), *(cell.group.ids() for cell in cells)])
    wanted = np.repeat(np.array([(cell.plan, cell.shortest, cell.longest) for cell in cells], WANTED), counts)
    found = new_customers(len(ids))
    open_places = np.arange(len(ids))
    attempt, tries = 0, 1
    while len(open_places) > 0 and attempt < ATTEMPTS:
        tries = min(2 * tries, ATTEMPTS - attempt, max(1, TRIED_AT_ONCE // len(open_places)))
        attempts = np.arange(attempt, attempt + tries, dtype=np.int64) << INDEX_BITS
        tried = ids[open_places] + attempts[:, None]  # [try, place]
        candidates, taken = try_candidates(population, kernel, replication, tried, np.tile(wanted[open_places], tries))
        first = taken.argmax(axis=0)  # the first try that is taken, whatever the number tried at once
        lucky = taken.any(axis=0)
        found[open_places[lucky]] = candidates[first[lucky] * len(open_places) + np.flatnonzero(lucky)]
        open_places = open_places[~lucky]
        attempt += tries
    if len(open_places) > 0:
        raise BookNotReached(not_reached(cells, np.repeat(np.arange(len(cells)), counts)[open_places]))
    return found


def not_reached(cells: Sequence[Cell], missing: NDArray[np.int64]) -> str:
    """Say for which line of the book customers were not found; ``missing`` names the cell of each."""
    cell = cells[int(missing[0])]
    months = [round(days / MONTH) for days in (cell.shortest, cell.longest)]
    count = int((missing == missing[0]).sum())
    return (
        f"of {cell.group.count} opening customers, {count} with a tenure of {months[0]} to {months[1]} months were not "
        f"found in {ATTEMPTS} tries each"
    )


def try_candidates(
    population: Population, kernel: np.recarray, replication: int, ids: NDArray[np.int64], wanted: NDArray[Any]
) -> tuple[np.recarray, NDArray[np.bool_]]:
    """Let candidates, ids [try, place], live until day 0; say who then is what is wanted."""
    candidates = draw_traits(population, replication, ids.ravel())
    span = wanted["longest"] + float(kernel["introduction"]["trial"][0]) - wanted["shortest"]
    set_arrivals(candidates, -wanted["shortest"] - span * arrival_chances(population, replication, ids.ravel()))
    taken = np.zeros(len(candidates), np.bool_)
    live(candidates, kernel, new_buffer(ROWS_PER_EVENT), wanted.view(np.recarray), taken)
    return candidates, taken.reshape(ids.shape)


@njit(cache=True, nogil=True, error_model="numpy")
def live(customers, kernel, buffer, wanted, taken):
    """Live until day 0, forgetting the log; whoever cannot be what is wanted any more is given up at once."""
    p, log = kernel[0], buffer[0]
    for i in range(len(customers)):
        c, cell = customers[i], wanted[i]
        fits = True
        while fits and c.next_time < 0.0:
            log.used = 0
            life.happen(c, p, log)
            if c.stage != INTRODUCTION:
                fits = c.stage < CHURNED and c.plan == cell.plan and cell.shortest <= -c.started < cell.longest
        taken[i] = fits and c.stage != INTRODUCTION
