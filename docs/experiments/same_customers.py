"""The same customers of a shipped business under several scenarios, and what they did."""

import functools
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.measures import Value
from sim.core.events import FINE, STORY, Event
from sim.core.units import CURRENCIES, MONTH
from sim.scenario.document import resolve
from sim.scenario.load import build
from sim.scenario.schema import Scenario
from sim.study.design import Design, lever_costs_by_month
from sim.study.simulate import customers_of, run_together

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SAAS, SHOP = SCENARIOS / "baseline.yaml", SCENARIOS / "shop" / "baseline.yaml"
BOOK = {SAAS: 16_000, SHOP: 6_000}
"""Customers on day 0 of whom experiments take some."""
SEED = 7


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Lay nested dicts over one another; the upper one wins."""
    both = {**base, **over}
    for key in base.keys() & over.keys():
        if isinstance(base[key], dict) and isinstance(over[key], dict):
            both[key] = merged(base[key], over[key])
    return both


def business(file: Path, customers: int, months: int, residual: int = 0, **changes: Any) -> dict[str, Any]:
    """Return a shipped business with so many customers on day 0 and no new ones, as plain data."""
    size = {"opening": {"customers": customers}, "acquisition": {"new_customers": "0 per month"}}
    time = {"horizon": f"{months} months", "residual": f"{residual} months"}
    return merged(resolve(file).plain(), merged({**size, **time}, changes))


def under(base: dict[str, Any], name: str, behaviour: dict[str, Any] | None = None, **levers: Any) -> Scenario:
    """Return the business with levers pulled and behaviour changed."""
    return build(merged(base, {"name": name, "behaviour": behaviour or {}, "levers": levers}))


@functools.cache
def book(file: Path) -> np.recarray:
    """Return a shipped business's customers on day 0, many more of them than it has."""
    design = Design((under(business(file, BOOK[file], 1), "book"),), BOOK[file], seed=SEED)
    return np.concatenate([customers_of(design, task) for task in design.tasks(0)]).view(np.recarray)


def some(file: Path, customers: int, *, segment: int | None = None, plan: int | None = None) -> np.recarray:
    """Return so many customers of day 0, evenly from the book; of one segment or plan alone, if asked for."""
    people = book(file)
    if segment is not None:
        people = people[people.segment == segment]
    if plan is not None:
        people = people[people.plan == plan]
    places = np.linspace(0, len(people), customers, endpoint=False).astype(int)
    return people[places].view(np.recarray)


def newcomers(scenario: Scenario, customers: int) -> np.recarray:
    """Return so many prospects of the horizon."""
    design = Design((scenario,), customers, seed=SEED)
    return np.concatenate([customers_of(design, task) for task in design.tasks(0)]).view(np.recarray)


@dataclass(frozen=True)
class Lives:
    """What customers did under one scenario, customers in the same order in every scenario of an experiment.

    Attributes
    ----------
    log
        All events; ``slot`` is the customer's place.
    customers
        As they stand at the end.
    profit
        Of each customer: discounted contribution, horizon and residual together, with his part of the levers' costs
        inside the horizon.
    cash, revenue
        Of each customer, inside the horizon.
    """

    log: np.ndarray
    customers: np.ndarray
    profit: np.ndarray
    cash: np.ndarray
    revenue: np.ndarray

    def rows(self, *events: Event, first: float = -math.inf, last: float = math.inf) -> np.ndarray:
        """Return the rows of some events, between two months."""
        chosen = self.log[np.isin(self.log["event"], events)]
        return chosen[(chosen["time"] >= first * MONTH) & (chosen["time"] < last * MONTH)]

    def count(self, rows: np.ndarray) -> np.ndarray:
        """Return the number of rows of each customer."""
        return np.bincount(rows["slot"], minlength=len(self.customers))

    def money(self, rows: np.ndarray) -> np.ndarray:
        """Return what the rows cost, of each customer; amounts in 1/FINE of the minor unit."""
        return np.bincount(rows["slot"], rows["amount"] / FINE / 100.0, minlength=len(self.customers))

    def alive(self, month: float) -> np.ndarray:
        """Say who is a customer at a month: opened or began to pay before, and not ended since."""
        rows = self.rows(Event.OPENED, Event.CONVERTED, Event.RETURNED, Event.ENDED, last=month)
        state = np.zeros(len(self.customers), bool)
        state[rows["slot"]] = rows["event"] != Event.ENDED  # rows of a customer are in order: the last one stays
        return state


def run(people: np.recarray, *scenarios: Scenario) -> tuple[Lives, ...]:
    """Let the same customers live under several scenarios of one business."""
    design = Design(scenarios, len(people), seed=SEED)
    with ThreadPoolExecutor(2) as pool:
        return tuple(pool.map(lambda number: _live(design, number, people), range(len(scenarios))))


def _live(design: Design, number: int, people: np.recarray) -> Lives:
    customers = people.copy().view(np.recarray)
    pieces: list[np.ndarray] = []
    _, standing = run_together(design, number, customers, 0, lambda _, __, piece: pieces.append(piece.copy()))
    value, unit = standing.value.astype(float), 10 ** CURRENCIES[design.baseline.currency]
    shared = lever_costs_by_month(design.scenarios[number], design.months, design.months_valued)[: design.months]
    each = float((shared * design.discount[: design.months]).sum()) * design.scale / len(people)
    profit = (value[:, Value.NPV] + value[:, Value.RESIDUAL]) / FINE - each
    return Lives(
        np.concatenate(pieces), customers, profit / unit, value[:, Value.CASH] / unit, value[:, Value.REVENUE] / unit
    )


def changed_stories(one: Lives, other: Lives, *without: Event) -> np.ndarray:
    """Say of whom the two logs tell different stories, apart from the note that a lever met him."""
    kept = [np.flatnonzero(~np.isin(lives.log["event"], (Event.REACHED, *without))) for lives in (one, other)]
    slots = [lives.log["slot"][places] for lives, places in zip((one, other), kept, strict=True)]
    rows = [np.bincount(slot, minlength=len(one.customers)) for slot in slots]
    changed = rows[0] != rows[1]
    ordered = []
    for places, slot in zip(kept, slots, strict=True):
        places = places[np.argsort(slot, kind="stable")]
        ordered.append(places[~changed[np.sort(slot)]])
    who = one.log["slot"][ordered[0]]
    for field in STORY:
        changed[who[one.log[field][ordered[0]] != other.log[field][ordered[1]]]] = True
    return changed
