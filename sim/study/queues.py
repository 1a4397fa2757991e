"""How busy teams are, who waits for them, and how long, month by month: from the logs of a sample."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.history import History
from sim.core.events import Event, Team
from sim.core.units import MONTH
from sim.study.design import Design
from sim.study.sample import sample_histories, small_sample

Real = NDArray[np.float64]
READ = (Event.TEAM_ASKED, Event.SERVICE_BEGAN, Event.SERVICE_ENDED, Event.LEFT_QUEUE)
FIGURES = ("busy", "waiting", "days", "gave_up")


@dataclass(frozen=True)
class Queue:
    """One team of one scenario, all [replication, month].

    Attributes
    ----------
    busy
        Share of the agents' time in which they serve.
    waiting
        Customers who wait at a moment, on average, at business scale.
    days
        Mean wait of those whose service begins in the month; not a number where there are none.
    gave_up
        Share of those whose wait ends in the month without being served; not a number where none ends.
    """

    scenario: int
    team: Team
    busy: Real
    waiting: Real
    days: Real
    gave_up: Real


def queues(design: Design) -> tuple[list[Queue], Design]:
    """Simulate a sample of a study with teams; return every team that is asked, and the sample's design.

    Where a team ties customers the sample is the whole business, so its queues are the study's own.
    """
    small = small_sample(design)
    found = []
    histories = sample_histories(design, READ) if design.tied else []
    for scenario in range(len(design.scenarios) if histories else 0):
        for team in Team:
            agents = int(design.kernels[scenario]["teams"]["agents"][0, team])
            if agents == 0:
                continue
            months = [by_month(lot[scenario], team, agents, design) for lot in histories]
            found.append(Queue(scenario, team, *(np.array(part) for part in zip(*months, strict=True))))
    return found, small


def by_month(history: History, team: Team, agents: int, design: Design) -> tuple[Real, Real, Real, Real]:
    """Return one replication's figures by month: busy, waiting, days, gave up."""
    asked, began = history.where(Event.TEAM_ASKED), history.where(Event.SERVICE_BEGAN)
    asked = asked[history.rows["detail"][asked] == team]
    began = began[history.rows["detail"][began] == team]
    served = history.next_of(asked, history.where(Event.SERVICE_BEGAN, Event.LEFT_QUEUE))
    done = history.next_of(began, history.where(Event.SERVICE_ENDED))

    def times(rows: NDArray[np.int64]) -> Real:
        return np.where(rows >= 0, np.append(history.time, 0.0)[rows], history.until)

    months = design.months
    month_of = np.minimum((times(served) / MONTH).astype(np.int64), months - 1)
    in_time, gone = history.event(served, Event.SERVICE_BEGAN), history.event(served, Event.LEFT_QUEUE)
    counts = np.array([np.bincount(month_of[which], minlength=months) for which in (in_time, gone)], float)
    wait = np.bincount(month_of[in_time], (times(served) - history.time[asked])[in_time], months)
    with np.errstate(divide="ignore", invalid="ignore"):
        days, gave_up = wait / counts[0], counts[1] / counts.sum(axis=0)
    busy = at_a_moment(history.time[began], times(done), months) / agents
    return busy, at_a_moment(history.time[asked], times(served), months) / design.scale, days, gave_up


def at_a_moment(begin: Real, end: Real, months: int) -> Real:
    """Return how many of some spans of time cover a moment of each month, on average."""
    edges = np.arange(months + 1) * MONTH
    # What has passed of all spans by each edge.
    passed = np.array([np.clip(edge - begin, 0.0, end - begin).sum() for edge in edges])
    return np.diff(passed) / MONTH
