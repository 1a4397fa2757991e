"""The opening book: customers already there on day 0, with the hidden traits of survivors.

Each is found by simulation without levers: a candidate signs up so long before day 0 that his tenure would lie in the
wanted span, lives to day 0, and is taken if he then pays on the wanted plan; else the next candidate is tried. So an
opening customer is a pure function of his address, and month 0 ties to the book whatever the blocks.
"""

import numpy as np
from numba import njit

from sim.core.customer import Clock, new_customers, new_log
from sim.core.events import Stage
from sim.model import life
from sim.model.candidates import ATTEMPTS, Cell, Population, arrival_chances, draw_traits, set_arrivals
from sim.model.life import ROWS_PER_EVENT

SIGN_UP = int(Clock.SIGN_UP)
GROWTH, DORMANCY = int(Stage.GROWTH), int(Stage.DORMANCY)


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
    trial = float(kernel["introduction"]["trial"][0])
    for attempt in range(ATTEMPTS):
        ids = cell.group.ids(attempt)[open_places]
        candidates = draw_traits(population, replication, cell.group, ids)
        span = cell.longest + trial - cell.shortest
        set_arrivals(candidates, -cell.shortest - span * arrival_chances(population, replication, ids))
        taken = live_until_day_0(candidates, kernel, cell.plan, cell.shortest, cell.longest)
        found[open_places[taken]] = candidates[taken]
        open_places = open_places[~taken]
        if len(open_places) == 0:
            return found
    raise BookNotReached(
        f"of {cell.group.count} opening customers, {len(open_places)} with a tenure of {cell.shortest / 30.4375:.0f} to "
        f"{cell.longest / 30.4375:.0f} months were not found in {ATTEMPTS} tries each"
    )


def live_until_day_0(
    candidates: np.recarray, kernel: np.recarray, plan: int, shortest: float, longest: float
) -> np.ndarray:
    """Let candidates live until day 0 and say who then pays on the plan with a tenure inside the bounds."""
    log = new_log(ROWS_PER_EVENT)
    live(candidates, kernel, log)
    paying = (candidates.stage >= GROWTH) & (candidates.stage <= DORMANCY) & (candidates.next_kind != SIGN_UP)
    tenure = -candidates.started
    inside = (tenure >= shortest) & (tenure < longest) & (candidates.life == 0)
    return np.asarray(paying & inside & (candidates.plan == plan))


@njit(cache=True, nogil=True, error_model="numpy")
def live(customers, kernel, log):
    """Live until day 0 and forget the log."""
    p = kernel[0]
    used = np.zeros(1, np.int64)
    for i in range(len(customers)):
        c = customers[i]
        while c.next_time < 0.0:
            used[0] = 0
            life.happen(c, p, log, used)
