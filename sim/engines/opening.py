"""The opening book: customers already there on day 0, with the hidden traits of survivors.

Each is found by simulation without levers: a candidate signs up so long before day 0 that his tenure would lie in the
wanted span, lives to day 0, and is taken if he then pays on the wanted plan; else the next candidate is tried. So an
opening customer is a pure function of his address, and month 0 ties to the book whatever the blocks.
"""

from collections.abc import Sequence

import numpy as np

from sim.core.compiling import compiled, entry_point
from sim.core.customer import new_buffer, new_customers
from sim.core.events import Stage
from sim.core.randomness import Stream, life_key, uniform
from sim.core.units import MONTH
from sim.language.words import error_text
from sim.model import life
from sim.model.candidates import ATTEMPTS, Cell, Population
from sim.model.life import ROWS_PER_EVENT
from sim.model.traits import INDEX_BITS, arrive, draw_person

INTRODUCTION, CHURNED = int(Stage.INTRODUCTION), int(Stage.CHURNED)
ARRIVAL_STREAM = int(Stream.ARRIVAL)
WANTED = np.dtype((np.record, np.dtype([("plan", "i8"), ("shortest", "f8"), ("longest", "f8")], align=True)))
"""What one opening customer must be: plan, and tenure between two bounds."""


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
    if not cells:
        return new_customers(0)
    counts = [cell.group.count for cell in cells]
    names = np.concatenate([cell.group.ids() for cell in cells])
    wanted = np.repeat(np.array([(cell.plan, cell.shortest, cell.longest) for cell in cells], WANTED), counts)
    found, people = new_customers(len(names)), population.people
    tried = new_customers(2), new_buffer(ROWS_PER_EVENT)
    count = find_all(names, wanted.view(np.recarray), found, people, population.tables, replication, kernel, *tried)
    if count < len(names):
        raise BookNotReached(not_reached(cells, np.repeat(np.arange(len(cells)), counts)[count]))
    return found


def not_reached(cells: Sequence[Cell], missing: int) -> str:
    """Say for which line of the book a customer was not found."""
    cell = cells[missing]
    months = [round(days / MONTH) for days in (cell.shortest, cell.longest)]
    values = {"count": cell.group.count, "first": months[0], "last": months[1], "tries": ATTEMPTS}
    return error_text("study.book", **values)


@entry_point
def find_all(names, wanted, found, people, tables, replication, kernel, customers, buffer):
    """Fill ``found``, and return how many were found before one was not.

    The first of ``customers`` is whoever is tried, the last one is empty.
    """
    p, log = kernel[0], buffer[0]
    for n in range(len(names)):
        attempt, fits = 0, False
        while not fits:
            if attempt == ATTEMPTS:
                return n
            customers[0] = customers[1]
            draw_person(customers[0], names[n] + (attempt << INDEX_BITS), people[0], tables, replication)
            fits = is_wanted(customers[0], p, log, wanted[n])
            attempt += 1
        found[n] = customers[0]
    return len(names)


@compiled
def is_wanted(c, p, log, wanted):
    """Let a candidate sign up at some time, and live until day 0; the log is forgotten.

    Whoever cannot be what is wanted any more is given up at once.
    """
    span = wanted.longest + p.introduction.trial - wanted.shortest
    place = uniform(life_key(p.seed, p.replication, c.id, 0), ARRIVAL_STREAM, 0)
    arrive(c, -wanted.shortest - span * place)
    fits = True
    while fits and c.next_time < 0.0:
        log.used = 0
        life.happen(c, p, log)
        if c.stage != INTRODUCTION:
            fits = c.stage < CHURNED and c.plan == wanted.plan and wanted.shortest <= -c.started < wanted.longest
    return fits and c.stage != INTRODUCTION
