"""A small business and the same one under a strategy: the same customers, those whom only the strategy admits too."""

from functools import partial

import numpy as np
from worlds import business, everybody

from sim.core.events import Event
from sim.engines import compiled
from sim.model.friends import coming_friends
from sim.study.design import Design


def beside(levers, *, customers=300, seed=1, scenario=business, **changes):
    """Return the design of the small business without and with some levers."""
    names = ({"name": "plain"}, {"name": "strategy"})
    return Design(
        (scenario(**changes | names[0]), scenario(levers, **changes | names[1])), customers=customers, seed=seed
    )


def live(design, number, engine=compiled, replication=0):
    """Let the customers of a design live under one of its scenarios, friends too; return the log."""
    kernel = design.kernels[number].copy().view(np.recarray)
    kernel["replication"] = replication
    coming = partial(coming_friends, design.population, replication)
    until = design.months_valued * 365.25 / 12
    pieces = engine.run(everybody(design, replication), kernel, until, coming=coming)
    return np.concatenate([piece.copy() for piece in pieces])


def both(levers, **changes):
    """Return the logs of the small business without and with some levers, and the customers before either."""
    design = beside(levers, **changes)
    return live(design, 0), live(design, 1), everybody(design)


def signed_up(log):
    """Return the ids of a log's prospects."""
    return log["customer"][log["event"] == Event.SIGNED_UP]


def spent(log):
    """Return what winning a log's prospects has cost, minor units."""
    return log["amount"][log["event"] == Event.SIGNED_UP].sum() / 100


def unpriced(log):
    """Return a log in which prospects cost nothing, without what only notes that a lever meets somebody."""
    rows = log[~np.isin(log["event"], (Event.REACHED, Event.HELD_OUT))].copy()
    rows["amount"][rows["event"] == Event.SIGNED_UP] = 0
    return rows
