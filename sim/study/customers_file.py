"""Who the customers are: a bounded sample of replication 0 with the traits that they have in every scenario."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.study.design import Design, Task
from sim.study.parquet import write_table
from sim.study.simulate import customers_of

NAME = "customers.parquet"
MOST = 1000
TRAITS = ("id", "fit", "leave_propensity", "use_propensity", "effort", "seats")


def write_customers(folder: Path, design: Design) -> None:
    """Write the first customers of each segment, month of arrival and line of the opening book."""
    write_table(folder / NAME, customer_columns(design))


def customer_columns(design: Design) -> dict[str, Any]:
    """Return one row per customer.

    A smaller sample holds the first customers of each group of a larger one, so the design is made smaller.
    """
    small = replace(design, customers=min(MOST, design.customers))
    segments = np.array(list(design.baseline.segments), object)
    parts: list[dict[str, Any]] = []
    for origin, task in by_origin(small):
        people = customers_of(small, task)
        columns = {name: np.asarray(people[name]) for name in TRAITS}
        columns |= {"segment": segments[people["segment"]], "card": people["card"] == 1}
        parts.append({**columns, "origin": np.full(len(people), origin, object)})
    order = ("id", "origin", "segment", "fit", "leave_propensity", "use_propensity", "effort", "seats", "card")
    return {name: np.concatenate([part[name] for part in parts]) for name in order}


def by_origin(design: Design) -> Iterator[tuple[str, Task]]:
    """Yield the tasks of replication 0, each customers of one origin."""
    for task in design.tasks(0):
        if task.acquired:
            yield "acquired", replace(task, opening=())
        if task.opening:
            yield "opening", replace(task, acquired=())
