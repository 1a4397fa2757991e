"""How people who become customers go from stage to stage in the months after sign-up: from the logs of a sample."""

import enum
import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.history import History
from sim.core.events import Event, Stage
from sim.core.units import MONTH
from sim.study.design import Design
from sim.study.sample import sample_histories, small_sample

MOMENTS = (0, 1, 3, 6, 12, 24, 48)
"""Months after sign-up at which everybody is looked at."""
READ = (Event.SIGNED_UP, Event.OPENED, Event.ACTIVATED, Event.LOST, Event.CONVERTED, Event.FELL_ASLEEP, Event.WOKE,
        Event.MATURED, Event.SLIPPED, Event.ENDED, Event.RETURNED)  # fmt: skip


@enum.unique
class Place(enum.IntEnum):
    """Where somebody stands in the life cycle, from above downwards."""

    MATURITY = 0
    GROWTH = 1
    DORMANCY = 2
    BACK = 3  # a customer again, in whatever stage
    INTRODUCTION = 4
    CHURNED = 5


OF_STAGE = np.array([Place.__members__.get(stage.name, -1) for stage in Stage])
"""-1: a prospect who went before paying; whoever does so is not followed."""


@dataclass(frozen=True)
class Flows:
    """Who goes from where to where.

    Attributes
    ----------
    moments
        Months after sign-up.
    counts
        [replication, scenario, step, from, to], people of the sample who do not go before paying.
    gone
        [replication, scenario], those who do.
    sample
        Its design.
    """

    moments: tuple[int, ...]
    counts: NDArray[np.int64]
    gone: NDArray[np.int64]
    sample: Design


def stage_flows(design: Design) -> Flows:
    """Simulate a small sample and follow everybody who signs up early enough to be seen at every moment.

    The moments reach to half of the horizon, so that half of all who sign up are followed.
    """
    moments = tuple(month for month in MOMENTS if 2 * month <= design.months)
    found = [[flows_in(history, moments) for history in lot] for lot in sample_histories(design, READ)]
    counts, gone = (np.array([[one[part] for one in lot] for lot in found]) for part in (0, 1))
    return Flows(moments, counts, gone, small_sample(design))


def flows_in(history: History, moments: tuple[int, ...]) -> tuple[NDArray[np.int64], int]:
    """Return [step, from, to] of one log, and how many go before paying."""
    first = history.where(Event.SIGNED_UP)
    first = first[history.time[first] + moments[-1] * MONTH <= history.until]
    person, joined = history.person[first], history.time[first]
    stands = np.array([places(history, person, joined + month * MONTH) for month in moments])
    stays = stands[-1] >= 0  # nobody comes back who has not paid
    counts = np.zeros((len(moments) - 1, len(Place), len(Place)), np.int64)
    for step, (before, after) in enumerate(itertools.pairwise(stands[:, stays])):
        np.add.at(counts[step], (before, after), 1)
    return counts, int((~stays).sum())


def places(history: History, person: NDArray[np.int64], time: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return where people stand at a time, what happens then included."""
    row = history.rows[history.row_before(person, time + 1e-6)]
    place = OF_STAGE[row["stage"]]
    return np.where((row["life"] > 0) & (row["stage"] < Stage.CHURNED), Place.BACK, place)
