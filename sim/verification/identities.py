"""What must hold to the cent and to the customer in every month, in the shipped businesses with every lever pulled."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import Measure
from sim.analysis.metrics import mrr_at_ends
from sim.core.events import Event, Plan, Reason, Stage
from sim.core.units import MONTH
from sim.levers import BY_NAME
from sim.scenario.kinds import PLAN_HOOKS
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.study.design import Design
from sim.study.simulate import Tally, run_replications
from sim.verification.bare import seed_of
from sim.verification.case import Row, case
from sim.verification.rows import exact

SCENARIOS = Path(__file__).parents[2] / "scenarios"
BUSINESSES = {"SaaS": "baseline.yaml", "app": "app/baseline.yaml", "shop": "shop/baseline.yaml"}
SETS_MRR = (Event.OPENED, Event.PAID, Event.SEATS_ADDED, Event.PAUSED, Event.ENDED)


@dataclass(frozen=True)
class Books:
    """What one business's ledger and event log say.

    Attributes
    ----------
    months
        How many are valued.
    sums
        The ledger's [month, measure].
    mrr
        At month ends, from the events alone; none of a shop.
    last
        The stage in which each customer was seen last.
    """

    months: int
    sums: NDArray[np.int64]
    mrr: NDArray[np.int64] | None
    last: NDArray[np.int8]


@lru_cache(maxsize=len(BUSINESSES))
def books(name: str, count: int) -> Books:
    """Let a shipped business go on with every lever pulled."""
    design = Design((everything(SCENARIOS / BUSINESSES[name]),), count, replications=1, seed=seed_of(name))
    log, tally = lived(design)
    months, per_use = design.months_valued, design.baseline.per_use
    mrr = None if per_use else mrr_by_month(log, design.kernels[0]["term_months"][0], months)
    return Books(months, np.asarray(tally.sums.sum(axis=(1, 2))), mrr, last_stages(log))


@case(full=2_000, fast=600)
def identity_of_revenue(count: int) -> Iterator[Row]:
    for name in BUSINESSES:
        some = books(name, count)
        if some.mrr is not None:
            ledger = mrr_at_ends(some.sums.astype(float), some.months)
            yield exact(f"{name}: cents of MRR off, all months", np.abs(ledger - some.mrr).sum(), 0.0)


@case(full=2_000, fast=600)
def identity_of_customers(count: int) -> Iterator[Row]:
    for name in BUSINESSES:
        some = books(name, count)
        off = np.abs(population(some.sums, some.months)).sum()
        yield exact(f"{name}: customers off, all months", off, 0.0)


@case(full=2_000, fast=600)
def identity_of_acquired(count: int) -> Iterator[Row]:
    for name in BUSINESSES:
        some = books(name, count)
        there = int(np.isin(some.last, (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY, Stage.CHURNED)).sum())
        ever = int(some.sums[:, Measure.OPENING].sum() + some.sums[:, Measure.CONVERTED].sum())
        yield exact(f"{name}: acquired = alive + churned", there, ever)


def lived(design: Design) -> tuple[NDArray[Any], Tally]:
    """Run one replication; return all its events and what the ledger made of them."""
    pieces: list[NDArray[Any]] = []
    ((_, (tally,)),) = run_replications(design, [0], 1, keep=lambda _, __, piece: pieces.append(piece.copy()))
    return np.concatenate(pieces), tally


def everything(file: Path) -> Scenario:
    """Return a shipped business with every lever that its kind of customers can meet."""
    business = load(file)
    fitting: dict[str, Any] = {
        name: {} for name, lever in BY_NAME.items() if not (business.per_use and PLAN_HOOKS & lever.hooks.keys())
    }
    return business.with_levers("every lever", **fitting)


def mrr_by_month(log: NDArray[Any], term_months: NDArray[np.int64], months: int) -> NDArray[np.int64]:
    """Return MRR at month ends from the events alone: each customer's last bill over its months, seats added since."""
    change, mrr = np.zeros(months, np.int64), dict[int, int]()
    for row in log[np.isin(log["event"], SETS_MRR)]:
        customer, event, before = int(row["customer"]), Event(row["event"]), mrr.get(int(row["customer"]), 0)
        after = 0
        if event in (Event.OPENED, Event.PAID) and row["plan"] != Plan.PER_USE:
            term = int(term_months[row["plan"]])
            after = (int(row["amount"]) + term // 2) // term
        elif event == Event.SEATS_ADDED:
            after = before + int(row["amount"])
        change[int(row["time"] / MONTH)] += after - before
        mrr[customer] = after
    return np.cumsum(change)


def population(sums: NDArray[np.int64], months: int) -> NDArray[np.int64]:
    """Return customers by who came and went, less customers by stage, at every month's end."""
    came = sums[:months, [Measure.OPENING, Measure.CONVERTED, Measure.RETURNED]].sum(axis=1)
    went = sums[:months, Measure.ENDED : Measure.ENDED + len(Reason)].sum(axis=1)
    stages = sums[:months, Measure.STAGE + Stage.GROWTH : Measure.STAGE + Stage.DORMANCY + 1].sum(axis=1)
    return np.asarray(np.cumsum(came - went - stages))


def last_stages(log: NDArray[Any]) -> NDArray[np.int8]:
    """Return the stage in which each customer of the log was seen last."""
    order = np.argsort(log["customer"], kind="stable")
    last = np.append(np.flatnonzero(np.diff(log["customer"][order])), len(log) - 1)
    return np.asarray(log["stage"][order][last])
