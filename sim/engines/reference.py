"""The reference engine: SimPy keeps the clock, the rules say what happens. A process per customer and per session."""

import heapq
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from sim.core.compiling import entry_point
from sim.core.customer import ALONE, WAITING, new_buffer
from sim.core.events import LOG_ROWS
from sim.core.growing import Growing
from sim.core.units import MONTH
from sim.engines.compiled import Coming, Pieces, begin_month, entering, nobody_comes, written
from sim.model import life, serving, teams
from sim.model.life import FREES, RANKS, ROWS_PER_EVENT, SERVICE_ENDS
from sim.model.reviews import forget
from sim.model.running import skip_nothing

SESSIONS = Generator[simpy.Event, Any, None]


class Calendar(simpy.Environment):
    """SimPy with absolute times and our order at equal times (a timeout knows neither)."""

    def at(self, time: float, order: int, customer_id: int) -> simpy.Event:
        event = simpy.Event(self)
        event._ok, event._value = True, None
        queue: list[Any] = self._queue
        heapq.heappush(queue, (time, ((order + 1) << 62) + customer_id, next(self._eid), event))
        return event


class Reference:
    """One run: every customer's life is a process; the team is a PriorityResource."""

    def __init__(self, customers: np.recarray, kernel: np.recarray, until: float, log_rows: int) -> None:
        self.crowd, self.until = Growing(customers), until
        self.customers = customers.view(np.ndarray)
        self.kernel = kernel.view(np.ndarray)  # a plain array passes into compiled code ten times faster
        self.buffer = new_buffer(log_rows).view(np.ndarray)
        self.env = Calendar()
        self.lives: list[simpy.Process | None] = []
        self.requests: dict[int, Any] = {}
        agents = kernel["teams"]["agents"][0]
        self.teams: list[Any] = [simpy.PriorityResource(self.env, max(1, int(count))) for count in agents]
        self.welcome()

    def welcome(self) -> None:
        """Begin the lives of those who have none yet."""
        for i in range(len(self.lives), len(self.customers)):
            self.lives.append(self.env.process(self.life(i, int(self.customers["id"][i]))))

    def begin_month(self, month: int, coming: Coming) -> None:
        """At a month's start: what is decided from the month before, and who comes as somebody's friend."""
        self.customers = begin_month(self.crowd, self.kernel, month, coming).view(np.ndarray)
        self.welcome()

    def life(self, i: int, name: int) -> SESSIONS:
        kernel, buffer, env = self.kernel, self.buffer, self.env
        time, order, team = look(self.customers, i, kernel)
        while time < self.until or team != ALONE:
            try:
                yield env.at(time, order, name)
            except simpy.Interrupt:  # the team changed the customer's state
                time, order, team = look(self.customers, i, kernel)
                continue
            was = team
            time, order, team = step(self.customers, i, kernel, buffer)
            if team != was:
                self.meet_team(i, name, team)
        self.lives[i] = None

    def meet_team(self, i: int, name: int, team: int) -> None:
        if team == WAITING:
            asked = self.customers["asked"][i]
            rank = int(self.kernel["teams"]["rank"][0, asked, self.customers["segment"][i]])
            self.requests[i] = self.teams[asked].request(priority=(rank, self.env.now, name))
            self.env.process(self.session(i, name, self.teams[asked], self.requests[i]))
        else:
            self.requests[i].cancel()

    def session(self, i: int, name: int, team: Any, request: Any) -> SESSIONS:
        yield request
        ends = begin_session(self.customers, i, self.kernel, self.buffer, self.env.now)
        self.wake(i)
        yield self.env.at(ends, SERVICE_ENDS * RANKS, name)
        end_session(self.customers, i, self.kernel, self.buffer, ends)
        self.wake(i)
        yield self.env.at(ends, FREES * RANKS, name)
        team.release(request)

    def wake(self, i: int) -> None:
        life = self.lives[i]
        if life is not None:
            life.interrupt()


def run(
    customers: np.recarray, kernel: np.recarray, until: float, log_rows: int = LOG_ROWS, coming: Coming = nobody_comes
) -> Pieces:
    """Let the customers live until a time; the same as the compiled engine's ``run``, event by event."""
    forget(kernel)
    skip_nothing(kernel)
    this = Reference(customers, kernel, until, log_rows)
    yield from entering(customers, kernel, this.buffer)
    limit = log_rows - 4 * ROWS_PER_EVENT
    for month in range(int(np.ceil(until / MONTH - 1e-9))):
        this.begin_month(month, coming)
        month_end = min((month + 1) * MONTH, until)
        while this.env.peek() < month_end:
            this.env.step()
            if this.buffer["used"][0] > limit:
                yield written(this.buffer)
    yield written(this.buffer)
    return this.customers.view(np.recarray)


@entry_point
def look(customers, i, kernel):
    c, p = customers[i], kernel[0]
    return c.next_time, life.order_of(c, p), c.team


@entry_point
def step(customers, i, kernel, buffer):
    c, p = customers[i], kernel[0]
    life.happen(c, p, buffer[0])
    return c.next_time, life.order_of(c, p), c.team


@entry_point
def begin_session(customers, i, kernel, buffer, time):
    return teams.begin_service(customers[i], kernel[0], buffer[0], time)


@entry_point
def end_session(customers, i, kernel, buffer, time):
    serving.end_service(customers[i], kernel[0], buffer[0], time)
