"""Habit and perceived value of new customers by tenure, seen at several moments of a sample's simulation."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.events import Stage
from sim.core.units import MONTH
from sim.model.friends import coming_friends
from sim.study.design import Design, Task
from sim.study.sample import small_sample
from sim.study.simulate import customers_of, kernel_for, run_engine

Real = NDArray[np.float64]
LOOKS = 12
"""At how many moments, evenly over the horizon, everybody is looked at."""
TRAITS = ("habit", "value")


@dataclass(frozen=True)
class Habits:
    """What new customers in their first paid life are like.

    Attributes
    ----------
    found
        [replication][scenario]: tenure in months since the first payment, habit, perceived value (0 to 1), one column
        per customer and moment.
    sample
        Design of the sample.
    """

    found: list[list[Real]]
    sample: Design


def habits(design: Design) -> Habits:
    """Simulate a small sample of a study up to each of some moments, and look at everybody who is a customer then.

    The log does not hold habit and value, so each moment is a simulation of its own, from day 0.
    """
    small = small_sample(design)
    months = np.unique(np.ceil(design.months * np.arange(1, LOOKS + 1) / LOOKS))
    return Habits([[seen(small, number, replication, months) for number in range(len(small.scenarios))]
                   for replication in range(small.replications)], small)  # fmt: skip


def seen(design: Design, number: int, replication: int, months: Real) -> Real:
    """Return what is seen under one scenario of one replication at the ends of some months."""
    parts = [np.zeros((1 + len(TRAITS), 0))]
    for month in months:
        for task in design.tasks(replication):
            # Whoever was there on day 0 is not looked at, and matters only where customers are tied.
            whole = task if design.together[number] else replace(task, opening=())
            parts.append(looked_at(design, number, whole, month * MONTH))
    return np.concatenate(parts, axis=1)


def looked_at(design: Design, number: int, task: Task, time: float) -> Real:
    """Return tenure, habit and value of new customers at a time."""
    customers, kernel = customers_of(design, task), kernel_for(design, number, task.replication)
    friends = partial(coming_friends, design.population, task.replication)
    people = lived(run_engine(design)(customers, kernel, time, coming=friends))
    new = (people["stage"] >= Stage.GROWTH) & (people["stage"] <= Stage.DORMANCY)
    people = people[new & (people["life"] == 0) & (people["started"] >= 0.0) & (people["began"] >= 0.0)]
    return np.array([(time - people["started"]) / MONTH, *carried(people, kernel, time)])


def lived(pieces: Any) -> np.recarray:
    """Let customers live; return their records as they then stand."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            people: np.recarray = end.value
            return people


def carried(people: np.recarray, kernel: np.recarray, time: float) -> tuple[Real, Real]:
    """Return habit and value as they stand at a time: habit fades, value returns to the fit (``carry_forward``)."""
    days = time - people["habit_at"]
    fade, returns = kernel["use"]["habit_fade"][0], kernel["leaving"]["value_returns"][0]
    value = people["fit"] + (people["value"] - people["fit"]) * np.exp(-returns * days)
    return people["habit"] * np.exp(-fade * days), value
