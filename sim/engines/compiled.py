"""The compiled engine: the rules in one Numba loop, one whole life after another; month by month where a team ties."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.core.customer import ALONE, SERVED, WAITING, new_log
from sim.core.units import MONTH
from sim.engines.calendar import ENTRY, pop, push
from sim.model import life, teams
from sim.model.life import FREES, RANKS, REQUESTS, ROWS_PER_EVENT, SERVICE_ENDS

LOG_ROWS = 1 << 15


def run(customers: np.recarray, kernel: np.recarray, until: float, log_rows: int = LOG_ROWS) -> Iterator[NDArray[Any]]:
    """Let the customers live until a time; yield the event log in pieces, each valid until the next is asked for.

    Parameters
    ----------
    customers
        Records whose next event is known; changed in place.
    kernel
        One record of parameters.
    until
        Days since the study's start; events before it happen.
    log_rows
        Size of the piece of log held in memory.
    """
    log, used = new_log(log_rows), np.zeros(1, np.int64)
    for _ in entering(customers, kernel, log, used):
        yield log[: used[0]]
        used[0] = 0
    pieces = run_tied if tied(kernel) else run_apart
    for _ in pieces(customers, kernel, log, used, until):
        yield log[: used[0]]
        used[0] = 0


def tied(kernel: np.recarray) -> bool:
    """Whether a team ties customers to one another."""
    return bool((kernel["teams"]["agents"] > 0).any())


def entering(customers: np.recarray, kernel: np.recarray, log: np.recarray, used: NDArray[np.int64]) -> Iterator[None]:
    """Let everybody meet the scenario; pause whenever the log is full."""
    place = 0
    while place < len(customers):
        place = enter_some(customers, place, kernel, log, used)
        yield


@njit(cache=True, nogil=True, error_model="numpy")
def enter_some(customers, place, kernel, log, used):
    while place < len(customers) and used[0] <= len(log) - ROWS_PER_EVENT:
        customers[place].slot = place
        life.enter(customers[place], kernel[0], log, used)
        place += 1
    return place


# --- customers without ties ---------------------------------------------------------------------------------------


def run_apart(
    customers: np.recarray, kernel: np.recarray, log: np.recarray, used: NDArray[np.int64], until: float
) -> Iterator[None]:
    place = 0
    while place < len(customers):
        place = run_lives(customers, place, kernel, log, used, until)
        yield


@njit(cache=True, nogil=True, error_model="numpy")
def run_lives(customers, place, kernel, log, used, until):
    """Run lives from ``place`` on; stop when the log is full and return where to go on."""
    p = kernel[0]
    limit = len(log) - ROWS_PER_EVENT
    while place < len(customers):
        c = customers[place]
        while c.next_time < until:
            if used[0] > limit:
                return place
            life.happen(c, p, log, used)
        place += 1
    return place


# --- customers tied by a team -------------------------------------------------------------------------------------


def run_tied(
    customers: np.recarray, kernel: np.recarray, log: np.recarray, used: NDArray[np.int64], until: float
) -> Iterator[None]:
    customers.version = 0
    calendar, queue = np.zeros(1 << 12, ENTRY).view(np.recarray), np.zeros(1 << 12, ENTRY).view(np.recarray)
    sizes, free = np.zeros((2, 1), np.int64), kernel["teams"]["agents"][0].astype(np.int64)
    for month in range(int(np.ceil(until / MONTH - 1e-9))):
        month_end = min((month + 1) * MONTH, until)
        place = np.zeros(1, np.int64)
        while not run_month(customers, place, kernel, log, used, month_end, calendar, queue, sizes, free):
            yield
            if sizes.max() > len(calendar) // 2:
                calendar, queue = (np.resize(heap, 2 * len(heap)).view(np.recarray) for heap in (calendar, queue))
        yield


@njit(error_model="numpy")
def run_ahead(customers, i, p, log, used, until, calendar, calendar_size):
    """Live privately up to the next request or to ``until``; what concerns the team goes on the calendar.

    Return False when the log is full.
    """
    c = customers[i]
    c.version += 1  # whatever of this customer is still on the calendar is stale
    while c.next_time < until or c.team != ALONE:
        order = life.order_of(c, p)
        if c.team != ALONE or order >= REQUESTS * RANKS:
            push(calendar, calendar_size, c.next_time, order, c.id, i, c.version)
            c.on_calendar = 1
            return True
        if used[0] > len(log) - ROWS_PER_EVENT:
            return False
        life.happen(c, p, log, used)
    return True


@njit(error_model="numpy")
def answer(customers, p, log, used, calendar, queue, sizes, free, now):
    """Free agents take waiting customers: best (rank, time of request, id) first."""
    while free[0] > 0 and sizes[1, 0] > 0:
        i, call = pop(queue, sizes[1])
        c = customers[i]
        if c.team == WAITING and c.calls == call:
            free[0] -= 1
            ends = teams.begin_service(c, p, log, used, now)
            push(calendar, sizes[0], ends, SERVICE_ENDS * RANKS, c.id, i, 0)
            c.version += 1
            push(calendar, sizes[0], c.next_time, life.order_of(c, p), c.id, i, c.version)


@njit(cache=True, nogil=True, error_model="numpy")
def run_month(customers, place, kernel, log, used, until, calendar, queue, sizes, free):
    """Everything before ``until``. Return False when the log or a heap is full: call again with more room."""
    p = kernel[0]
    while place[0] < len(customers):
        if sizes.max() > len(calendar) // 2:
            return False
        i = place[0]
        if customers[i].on_calendar == 0 and not run_ahead(customers, i, p, log, used, until, calendar, sizes[0]):
            return False
        place[0] += 1
    while sizes[0, 0] > 0 and calendar[0].first < until:
        if used[0] > len(log) - 4 * ROWS_PER_EVENT or sizes.max() > len(calendar) // 2:
            return False
        time, rank = calendar[0].first, int(calendar[0].second) // RANKS
        i, version = pop(calendar, sizes[0])
        c = customers[i]
        if rank == FREES:
            free[0] += 1
            answer(customers, p, log, used, calendar, queue, sizes, free, time)
            continue
        if rank == SERVICE_ENDS:
            teams.end_service(c, p, log, used, time)
            push(calendar, sizes[0], time, FREES * RANKS, c.id, i, 0)
        else:
            if version != c.version:
                continue
            was = c.team
            life.happen(c, p, log, used)
            if c.team == WAITING and was == ALONE:
                push(queue, sizes[1], p.teams[0].rank[c.segment], time, c.id, i, c.calls)
                answer(customers, p, log, used, calendar, queue, sizes, free, time)
                if c.team == SERVED:
                    continue
        c.on_calendar = 0
        if not run_ahead(customers, i, p, log, used, until, calendar, sizes[0]):
            place[0] = i  # the log is full: this customer goes on first, those after him are looked at again
            return False
    return True
