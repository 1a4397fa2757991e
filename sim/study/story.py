"""One customer's life in one scenario: who he is and what happens to him; runs only whom he depends on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.customer import new_log
from sim.core.events import COST_EVENTS, STORY, Event, Reason
from sim.core.units import MONTH
from sim.language.words import error_text
from sim.model.friends import coming_friends
from sim.model.kernel import TERM_MONTHS
from sim.scenario.acquisition import acquired_groups
from sim.scenario.lower import opening_cells
from sim.study.api import NotComparable
from sim.study.design import Design, Task
from sim.study.simulate import customers_of, kernel_for, run_engine

Rows = NDArray[Any]
"""Rows of the event log, in the order of time."""


@dataclass(frozen=True)
class Before:
    """What a customer of the opening book brings along from the time before day 0.

    Attributes
    ----------
    started
        Day of the first payment, below 0.
    wishes
        Reasons for which the customer wants to leave on day 0.
    asked
        Whether a cancel request stands.
    failed
        Whether a charge has failed and will be tried again.
    """

    started: float
    wishes: tuple[Reason, ...]
    asked: bool
    failed: bool


@dataclass(frozen=True)
class Life:
    """One customer, and what happens to him in one scenario before the horizon.

    Attributes
    ----------
    scenario
        Name of the scenario.
    id
        The customer's address: origin, segment, month and number.
    segment
        Name of the segment, as the scenario file gives it.
    fit, effort
        From 0 to 1.
    leave_propensity, use_propensity, basket
        Factors, mean 1; the first is of a subscription's customer, the last of a shop's.
    order_leave
        Of a shop's customer: chance to be gone for good after an order.
    card
        Whether bills are paid by card; else by invoice.
    before
        Of a customer already there on day 0; None for a new one.
    rows
        The customer's rows of the event log.
    levers
        Names of the scenario's levers by their places.
    """

    scenario: str
    id: int
    segment: str
    seats: int
    fit: float
    leave_propensity: float
    use_propensity: float
    effort: float
    order_leave: float
    basket: float
    card: bool
    before: Before | None
    rows: Rows
    levers: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sum:
    """What a life comes to.

    Attributes
    ----------
    months
        Months paid for, some of which may lie behind the horizon.
    paid
        Minor money units, bills and orders, less what went back.
    spent
        On touches, rewards and recall contacts, in 1/FINE.
    """

    months: int
    orders: int
    paid: int
    uses: int
    prompted: int
    returns: int
    spent: int


def life_of(design: Design, scenario_number: int, number: int, replication: int) -> Life:
    """Return the life of one customer under one scenario of a study.

    Parameters
    ----------
    scenario_number
        Place of the scenario in the design.
    number
        The customer's place in the sample, from 0: new candidates by month and segment, then the opening book.

    Raises
    ------
    NotComparable
        When the sample has no customer of that number.
    """
    everybody = whole_sample(design, replication)
    alone = on_day_0(design, only(everybody, number))
    who = alone[0].copy()
    kernel = kernel_for(design, scenario_number, replication)
    customers = on_day_0(design, everybody) if design.together[scenario_number] else alone
    friends = partial(coming_friends, design.population, replication)
    pieces = run_engine(design)(customers, kernel, design.months * MONTH, coming=friends)
    rows = np.concatenate([new_log(0), *(piece[piece["customer"] == who.id] for piece in pieces)])
    scenario = design.scenarios[scenario_number]
    return Life(
        scenario=scenario.name, id=int(who.id), segment=list(scenario.segments)[who.segment], seats=int(who.seats),
        fit=float(who.fit), leave_propensity=float(who.leave_propensity), use_propensity=float(who.use_propensity),
        effort=float(who.effort), order_leave=float(who.order_leave), basket=float(who.basket), card=bool(who.card),
        before=before(who, rows), rows=rows, levers=scenario.lever_places(),
    )  # fmt: skip


def whole_sample(design: Design, replication: int) -> Task:
    """Return all customers of one replication as one task."""
    acquired = acquired_groups(design.baseline, design.scale, design.widest, design.seed, replication)
    return Task(
        replication, tuple(acquired), tuple(opening_cells(design.baseline, design.scale, design.seed, replication))
    )


def only(task: Task, number: int) -> Task:
    """Narrow a task to its customer of the given number."""
    behind = number
    for group in task.acquired:
        if 0 <= behind < group.count:
            return replace(task, acquired=(replace(group, first=group.first + behind, count=1),), opening=())
        behind -= group.count
    for cell in task.opening:
        if 0 <= behind < cell.group.count:
            group = replace(cell.group, first=cell.group.first + behind, count=1)
            return replace(task, acquired=(), opening=(replace(cell, group=group),))
        behind -= cell.group.count
    raise NotComparable(error_text("study.no_customer", number=f"{number:,}", size=f"{number - behind:,}"))


def on_day_0(design: Design, task: Task) -> np.recarray:
    """Return a task's customers as they stand before a scenario."""
    return customers_of(design, task)


def before(who: np.record, rows: Rows) -> Before | None:
    """Return what a customer brings along, if already there on day 0."""
    if not (rows["event"] == Event.OPENED).any():
        return None
    wishes = tuple(Reason(int(reason)) for reason in np.flatnonzero(who.stands))
    return Before(float(who.started), wishes, bool(who.request >= 0), bool(who.attempt > 0))


def parting(first: Rows, second: Rows) -> float | None:
    """Return the day of the first event in which two lives differ; None if they do not.

    That a lever meets a customer is no such event: it may change nothing.
    """
    first, second = happening(first), happening(second)
    shared = min(len(first), len(second))
    fields = list(STORY)
    differ = np.flatnonzero(first[:shared][fields] != second[:shared][fields])
    if len(differ) == 0 and len(first) == len(second):
        return None
    place = int(differ[0]) if len(differ) else shared
    return min(float(rows["time"][place]) for rows in (first, second) if place < len(rows))


def happening(rows: Rows) -> Rows:
    """Return a life without what only notes that a lever meets the customer."""
    return rows[~np.isin(rows["event"], (Event.REACHED, Event.HELD_OUT))]


PAYMENTS = (Event.PAID, Event.PRORATED, Event.ORDERED)
GIVEN_BACK = (Event.REFUNDED, Event.ORDER_CANCELLED)


def sum_up(rows: Rows) -> Sum:
    """Add up a life's bills, orders, money and uses, and what it cost to touch, reward and recall the customer."""
    event, detail, amount = rows["event"], rows["detail"], rows["amount"]
    bills, used, orders = rows[event == Event.PAID], event == Event.USED, event == Event.ORDERED
    return Sum(
        months=int(np.array(TERM_MONTHS)[bills["plan"]].sum()),
        orders=int(orders.sum()),
        paid=int(amount[np.isin(event, PAYMENTS)].sum() - amount[np.isin(event, GIVEN_BACK)].sum()),
        uses=int(used.sum()),
        prompted=int((used & (detail > 0)).sum()),
        returns=int((event == Event.RETURNED).sum()),
        spent=int(amount[np.isin(event, COST_EVENTS)].sum()),
    )
