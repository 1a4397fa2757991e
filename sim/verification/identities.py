"""What must hold to the cent and to the customer in every month, in the shipped businesses with every lever pulled."""

from collections.abc import Iterator
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


@case(full=2_000, fast=600)
def identities(count: int) -> Iterator[Row]:
    for name, file in BUSINESSES.items():
        design = Design((everything(SCENARIOS / file),), count, replications=1, seed=seed_of(name))
        log, tally = lived(design)
        sums, months = np.asarray(tally.sums.sum(axis=(1, 2))), design.months_valued
        if not design.baseline.per_use:
            ledger = mrr_at_ends(sums.astype(float), months)
            counted = mrr_by_month(log, design.kernels[0]["term_months"][0], months)
            yield exact(f"{name}: cents of MRR off, all months", np.abs(ledger - counted).sum(), 0.0)
        yield exact(f"{name}: customers off, all months", np.abs(population(sums, months)).sum(), 0.0)
        last = last_stages(log)
        living = int(np.isin(last, (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)).sum())
        ever = int(sums[:, Measure.OPENING].sum() + sums[:, Measure.CONVERTED].sum())
        yield exact(f"{name}: acquired = alive + churned", living + int((last == Stage.CHURNED).sum()), ever)


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
