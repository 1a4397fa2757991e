"""The compiled engine: the rules in one Numba loop, one whole life after another; month by month where a team ties."""

from collections.abc import Callable, Generator, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.compiling import compiled, entry_point
from sim.core.customer import ALONE, SERVED, WAITING, new_buffer
from sim.core.events import LOG_ROWS
from sim.core.growing import Growing
from sim.core.units import MONTH
from sim.engines.calendar import ENTRY, pop, push
from sim.model import life, serving, teams
from sim.model.friends import look_at_friends
from sim.model.kernel import TEAMS
from sim.model.life import FREES, RANKS, REQUESTS, ROWS_PER_EVENT, SERVICE_ENDS
from sim.model.reviews import forget, grows_together, month_starts
from sim.model.running import skip_unused

Coming = Callable[[np.recarray, int], np.recarray]
"""``(customers, month)`` to the friends who come in a month, of whom the customers of the block speak."""
Pieces = Generator[NDArray[Any], None, np.recarray]
"""A log in pieces, each valid until the next is asked for; in the end the customers, friends who came included."""


def nobody_comes(customers: np.recarray, month: int) -> np.recarray:
    """Say that no friends come."""
    return customers[:0].view(np.recarray)


def run(
    customers: np.recarray, kernel: np.recarray, until: float, log_rows: int = LOG_ROWS, coming: Coming = nobody_comes
) -> Pieces:
    """Let the customers live until a time; yield the event log in pieces, return the customers as they then stand.

    Parameters
    ----------
    customers
        Records whose next event is known; changed in place.
    kernel
        One record of parameters; what a campaign's stop rule has seen is kept in it.
    until
        Days since the study's start; events before it happen.
    log_rows
        Size of the piece of log held in memory.
    coming
        Makes the friends whom customers bring; they get places in the log after all others.
    """
    buffer = new_buffer(log_rows)
    forget(kernel)
    skip_unused(kernel, customers)
    yield from entering(customers, kernel, buffer)
    if grows_together(kernel):
        return (yield from run_by_months(customers, kernel, buffer, until, coming))
    yield from run_apart(customers, kernel, buffer, until)
    return customers


def written(buffer: NDArray[Any]) -> NDArray[Any]:
    """Return the rows written into a buffer, which is then empty again: they are valid until the next is written."""
    rows = buffer["rows"][0, : buffer["used"][0]]
    buffer["used"] = 0
    return rows


def entering(customers: np.recarray, kernel: np.recarray, buffer: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Let everybody meet the scenario; pause whenever the log is full."""
    place = 0
    while place < len(customers):
        place = enter_some(customers, place, kernel, buffer)
        yield written(buffer)


@entry_point
def enter_some(customers, place, kernel, buffer):
    log = buffer[0]
    while place < len(customers) and log.used <= log.room - ROWS_PER_EVENT:
        customers[place].slot = place
        life.enter(customers[place], kernel[0], log)
        place += 1
    return place


# --- customers without ties ---------------------------------------------------------------------------------------


def run_apart(customers: np.recarray, kernel: np.recarray, buffer: np.recarray, until: float) -> Iterator[NDArray[Any]]:
    place = 0
    while place < len(customers):
        place = run_lives(customers, place, kernel, buffer, until)
        yield written(buffer)


@entry_point
def run_lives(customers, place, kernel, buffer, until):
    """Run lives from ``place`` on; stop when the log is full and return where to go on."""
    p, log = kernel[0], buffer[0]
    limit = log.room - ROWS_PER_EVENT
    while place < len(customers):
        c = customers[place]
        while c.next_time < until:
            if log.used > limit:
                return place
            life.happen(c, p, log)
        place += 1
    return place


# --- customers tied to one another ----------------------------------------------------------------------------------


def run_by_months(
    customers: np.recarray, kernel: np.recarray, buffer: np.recarray, until: float, coming: Coming
) -> Pieces:
    customers.version = 0
    crowd = Growing(customers)
    heaps = np.zeros((1 + TEAMS, 1 << 12), ENTRY).view(np.recarray)  # the calendar, then a queue for each team
    sizes, free = np.zeros((1 + TEAMS, 1), np.int64), kernel["teams"]["agents"][0].astype(np.int64)
    for month in range(int(np.ceil(until / MONTH - 1e-9))):
        customers = begin_month(crowd, kernel, month, coming)
        month_end = min((month + 1) * MONTH, until)
        place = np.zeros(1, np.int64)
        while not run_month(customers, place, kernel, buffer, month_end, heaps, sizes, free):
            yield written(buffer)
            if sizes.max() > heaps.shape[1] // 2:
                heaps = np.concatenate([heaps, np.zeros_like(heaps)], axis=1).view(np.recarray)
        yield written(buffer)
    return customers


def begin_month(crowd: Growing, kernel: NDArray[Any], month: int, coming: Coming) -> np.recarray:
    """At a month's start: what is decided from the month before, and who comes as somebody's friend."""
    customers = crowd.all()
    month_starts(customers, kernel, month * MONTH)
    look_at_friends(customers, kernel)
    crowd.join(coming(customers, month))
    return crowd.all()


@compiled
def run_ahead(customers, i, p, log, until, calendar, calendar_size):
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
        if log.used > log.room - ROWS_PER_EVENT:
            return False
        life.happen(c, p, log)
    return True


@compiled
def answer(customers, p, log, heaps, sizes, free, team, now):
    """Free agents of a team take waiting customers: best (rank, time of request, id) first."""
    while free[team] > 0 and sizes[1 + team, 0] > 0:
        i, call = pop(heaps[1 + team], sizes[1 + team])
        c = customers[i]
        if c.team == WAITING and c.calls == call:
            free[team] -= 1
            ends = teams.begin_service(c, p, log, now)
            push(heaps[0], sizes[0], ends, SERVICE_ENDS * RANKS, c.id, i, team)
            c.version += 1
            push(heaps[0], sizes[0], c.next_time, life.order_of(c, p), c.id, i, c.version)


@compiled
def fullest(sizes):
    """The size of the largest heap."""
    largest = 0
    for n in range(len(sizes)):
        largest = max(largest, sizes[n, 0])
    return largest


@entry_point
def run_month(customers, place, kernel, buffer, until, heaps, sizes, free):
    """Everything before ``until``. Return False when the log or a heap is full: call again with more room."""
    p, log = kernel[0], buffer[0]
    calendar = heaps[0]
    while place[0] < len(customers):
        if fullest(sizes) > len(calendar) // 2:
            return False
        i = place[0]
        if customers[i].on_calendar == 0 and not run_ahead(customers, i, p, log, until, calendar, sizes[0]):
            return False
        place[0] += 1
    while sizes[0, 0] > 0 and calendar[0].first < until:
        if log.used > log.room - 4 * ROWS_PER_EVENT or fullest(sizes) > len(calendar) // 2:
            return False
        time, rank = calendar[0].first, int(calendar[0].second) // RANKS
        i, tag = pop(calendar, sizes[0])
        c = customers[i]
        if rank == FREES:
            free[tag] += 1
            answer(customers, p, log, heaps, sizes, free, tag, time)
            continue
        if rank == SERVICE_ENDS:
            serving.end_service(c, p, log, time)
            push(calendar, sizes[0], time, FREES * RANKS, c.id, i, tag)
        else:
            if tag != c.version:
                continue
            was = c.team
            life.happen(c, p, log)
            if c.team == WAITING and was == ALONE:
                team = c.asked
                push(heaps[1 + team], sizes[1 + team], p.teams[team].rank[c.segment], time, c.id, i, c.calls)
                answer(customers, p, log, heaps, sizes, free, team, time)
                if c.team == SERVED:
                    continue
        c.on_calendar = 0
        if not run_ahead(customers, i, p, log, until, calendar, sizes[0]):
            place[0] = i  # the log is full: this customer goes on first, those after him are looked at again
            return False
    return True
