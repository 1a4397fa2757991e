"""Tiny event logs written by hand, customer by customer."""

import numpy as np

from sim.analysis.history import history_of
from sim.core.events import LOG, Event, Plan, Stage
from sim.model.candidates import INDEX_BITS

STAGES = {
    Event.SIGNED_UP: Stage.INTRODUCTION, Event.OPENED: Stage.GROWTH, Event.CONVERTED: Stage.GROWTH,
    Event.RETURNED: Stage.GROWTH, Event.WOKE: Stage.GROWTH, Event.MATURED: Stage.MATURITY,
    Event.FELL_ASLEEP: Stage.DORMANCY, Event.ENDED: Stage.CHURNED, Event.LOST: Stage.LOST,
}  # fmt: skip
STARTS = np.datetime64("2026-01-01")
"""A Thursday."""


def rows_of(customer, story, plan=Plan.MONTHLY, segment=0):
    """Return one customer's rows; a story is a list of (time, event, detail, amount), the last two 0 if left out."""
    log = np.zeros(len(story), LOG)
    stage, life = Stage.INTRODUCTION, 0
    for row, entry in zip(log, story, strict=True):
        time, event, detail, amount = (*entry, 0, 0)[:4]
        stage, life = STAGES.get(event, stage), life + (event == Event.RETURNED)
        plan = Plan(detail) if event == Event.SWITCHED else plan
        for name, value in (("customer", customer << INDEX_BITS), ("time", time), ("event", event), ("detail", detail),
                            ("amount", amount), ("plan", plan), ("stage", stage), ("life", life),
                            ("segment", segment), ("seats", 1)):  # fmt: skip
            row[name] = value
    return log


def told(*stories, until=30.0, plans=None, segments=None):
    """Return a history of customers, one story each, on the monthly plan and in the first segment unless said."""
    pieces = [
        (0, rows_of(n + 1, story, (plans or {}).get(n, Plan.MONTHLY), (segments or {}).get(n, 0)))
        for n, story in enumerate(stories)
    ]
    return history_of(pieces, until, STARTS)


def there(amount=1000, months=0):
    """Return the beginning of the story of somebody there on day 0."""
    return [(0.0, Event.OPENED, months, amount)]


def won(time, amount=1000):
    """Return the story of somebody who signs up, pays at once, and stays."""
    return [(time, Event.SIGNED_UP), (time, Event.CONVERTED), (time, Event.PAID, 0, amount)]


def left(time, reason=0):
    """Return an end."""
    return [(time, Event.ENDED, reason)]


def back(time, amount=1000, method=0):
    """Return a return, with its first bill."""
    return [(time, Event.RETURNED, method), (time, Event.PAID, 0, amount)]


def used(*times):
    """Return uses."""
    return [(time, Event.USED) for time in times]
