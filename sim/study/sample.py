"""A bounded sample of a study, simulated again for what tallies do not hold."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.history import History, history_of
from sim.core.events import LOG, Event
from sim.core.units import MONTH
from sim.study.design import Design
from sim.study.simulate import run_replications

Rows = NDArray[Any]
CUSTOMERS, REPLICATIONS = 12_000, 8
"""Of a sample: customers of all its replications together, and the most replications, from which intervals come."""


def sample_of(design: Design, customers: int, replications: int) -> Design:
    """Return a design of fewer customers and replications.

    It holds the first customers of each group of the study's own. Where a team ties customers it is the whole.
    """
    size = design.customers if design.tied else min(design.customers, customers)
    return replace(design, customers=size, replications=replications, until=None)


def small_sample(design: Design) -> Design:
    """Return a sample of some ``CUSTOMERS``, in as many replications as the study has, at most ``REPLICATIONS``."""
    replications = min(design.replications, REPLICATIONS)
    return sample_of(design, max(1, CUSTOMERS // replications), replications)


def logs(
    design: Design, customers: int, replications: int, events: Sequence[Event] = tuple(Event)
) -> list[list[Rows]]:  # fmt: skip
    """Simulate a sample and return its logs inside the horizon: [replication][scenario].

    Parameters
    ----------
    customers
        Of each replication; at most the study's own.
    events
        Kinds that are kept; uses are most of a log.
    """
    until, wanted = design.months * MONTH, np.isin(np.arange(len(Event)), events)
    pieces: list[list[list[Rows]]] = [[[] for _ in design.names] for _ in range(replications)]

    def keep(scenario: int, replication: int, piece: Rows) -> None:
        # a copy: the engine goes on writing
        pieces[replication][scenario].append(piece[(piece["time"] < until) & wanted[piece["event"]]])

    for _ in run_replications(sample_of(design, customers, replications), list(range(replications)), 1, None, keep):
        pass
    return [[np.concatenate([np.zeros(0, LOG), *part]) for part in lot] for lot in pieces]


def sample_histories(design: Design, events: Sequence[Event]) -> list[list[History]]:
    """Return the histories of a small sample, [replication][scenario], of some kinds of event."""
    small, starts = small_sample(design), np.datetime64(design.baseline.starts)
    found = logs(design, small.customers, small.replications, events)
    return [[history_of([(0, rows)], design.months * MONTH, starts) for rows in lot] for lot in found]
