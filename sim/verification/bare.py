"""Businesses in which everything is switched off, and what their customers do when a case switches something on."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.metrics import retention_curve
from sim.core.events import LOG, Event, Stage
from sim.core.units import MONTH
from sim.model.candidates import set_arrivals
from sim.scenario.acquisition import business_size
from sim.scenario.load import build
from sim.scenario.schema import Scenario
from sim.study.design import Design
from sim.study.simulate import Tally, customers_of, run_together

ALIKE = 1e9
"""Shape of a spread so narrow that customers do not differ."""
CONVERSION = 0.5
"""Stated, not reached: everybody converts. It only says how many prospects there are."""
PRICE = 10_000
"""Of a month, in minor units."""

NOTHING_HAPPENS: dict[str, Any] = {
    "introduction": {"give_up": "0 % per day", "fit_convert": 0, "trial": "60 days"},
    "use": {"peak": "0 per month", "propensity_shape": ALIKE},
    "activation": {"effect": 1},
    "investment": {"holds": "0 %"},
    "leaving": {
        "propensity_shape": ALIKE, "fit_leave": "0 %", "attention": "100 %", "resume": "0 % per month",
        "soft_without_habit": 1, "experience_without_value": 1, "second_life": 1, "third_life": 1,
    },
    "payment": {"fails": "0 %", "replaced_fails": "0 %"},
    "stages": {"dormant_after": "100000 days", "lost_after": "200000 days"},
    "returning": {"within_year": "0 %"},
    "service": {"problems": "0 % per month", "usual": "100 %", "experience_unsatisfied": 1},
    "deals": {"oversold": "0 %", "value_seats": 0},
    "friends": {"referred": 1, "referring": 1, "left": 1},
}  # fmt: skip
"""Behaviour of customers who are all alike, convert at once and then only pay."""

FREE = {"serve_seat_month": "0 USD per month", "charge_share": "0 %", "charge_fixed": "0 USD", "discount_rate": "0 %"}


def laid_over(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Lay nested dicts over one another; the upper one wins."""
    both = {**base, **over}
    for key in base.keys() & over.keys():
        if isinstance(base[key], dict) and isinstance(over[key], dict):
            both[key] = laid_over(base[key], over[key])
    return both


def business(name: str, customers: float, targets: dict[str, Any], rates: dict[str, Any]) -> dict[str, Any]:
    """Return what a subscription and a shop have in common: one segment, nobody on day 0, nothing costs anything."""
    return {
        "name": name, "market": "us_b2b_saas", "currency": "USD", "starts": "2026-01-01",
        "horizon": "1 month", "residual": "0 months", "costs": FREE, "behaviour": NOTHING_HAPPENS,
        "acquisition": {"new_customers": f"{customers * CONVERSION:.9g} per month"},
        "segments": {
            "all": {
                "share": "100 %", "card": "100 %", "acquisition_cost": "0 USD",
                "targets": {"activation": "50 %", "conversion": CONVERSION, **targets},
            },
        },
        "solved": {
            "solved_for": "nothing",
            "reasons": {"natural": 0, "soft": 0, "hard": 0, "experience": 0},
            "segments": {"all": {"step_probability": 0, "convert": "1000 per day", **rates}},
        },
    }  # fmt: skip


def subscription(name: str, customers: float, **changes: Any) -> Scenario:
    """Return a business of so many sign-ups a month of the horizon, who pay 100 USD a month and never leave.

    A base rate of a reason is written under ``solved.reasons``, per month.
    """
    targets = {
        "churn": {"monthly": "1 % per month", "annual": "1 % per year"}, "annual_share": 0.5,
        "arpa": "100 USD per month",
    }  # fmt: skip
    leave = {"monthly": "1 per month", "annual": "1 per month"}
    base = business(name, customers, targets, {"leave": leave, "annual": 0, "seats": 1})
    base["plans"] = {"fit_annual": 0} | {
        "monthly": {"price": f"{PRICE / 100:g} USD per month"},
        "annual": {"price": f"{12 * PRICE / 100:g} USD per year"},
    }
    return build(laid_over(base, changes))


def shop(name: str, customers: float, **changes: Any) -> Scenario:
    """Return a shop of so many sign-ups a month of the horizon, who order at once and then never again."""
    targets = {"basket": "50 USD", "orders": 2, "second_year": "50 %"}
    base = business(name, customers, targets, {"use_level": 1, "order_leave": 0.5})
    base["orders"] = {"goods_cost": "0 %", "refunds": "0 %", "resale": "0 %"}
    return build(laid_over(base, changes))


def leaving(**per_month: float) -> dict[str, Any]:
    """Return the change by which customers want to leave at constant rates per month, and so do at their next bill."""
    return {"solved": {"reasons": per_month}}


def renewing(kept: float) -> dict[str, Any]:
    """Return the change by which every bill keeps the same share, of customers who are all alike."""
    return {"renewal": {"alpha": ALIKE * (1.0 - kept), "beta": ALIKE * kept}}


def seed_of(name: str) -> int:
    """Return the seed of a scenario, from its name: cases do not share their chance."""
    return zlib.crc32(name.encode())


@dataclass(frozen=True)
class Lives:
    """What one scenario's customers did.

    Attributes
    ----------
    log
        Rows of the events that were asked for.
    customers
        As they stand at the end; friends whom they bring are not among them.
    tally, standing
        What the ledger made of all events.
    months
        How long they were watched.
    """

    log: NDArray[Any]
    customers: np.recarray
    tally: Tally
    standing: np.recarray
    months: int

    def rows(self, event: Event) -> NDArray[Any]:
        """Return the rows of one event."""
        return np.asarray(self.log[self.log["event"] == event])

    def first(self, event: Event) -> NDArray[np.float64]:
        """Return when the event first happens to each customer, days; never: inf."""
        rows, when = self.rows(event), np.full(len(self.customers), np.inf)
        np.minimum.at(when, rows["slot"], rows["time"])
        return when

    def count(self, event: Event) -> NDArray[np.int64]:
        """Return how often the event happens to each customer."""
        return np.bincount(self.rows(event)["slot"], minlength=len(self.customers))

    def tenure(self) -> NDArray[np.float64]:
        """Return the months from first payment to end of each customer's first life; not over: inf."""
        return (self.first(Event.ENDED) - self.first(Event.CONVERTED)) / MONTH

    def kept(self) -> NDArray[np.float64]:
        """Return the share of customers kept by months since the first payment, from the ledger's cohorts."""
        started = self.tally.cohort_started.sum(axis=(1, 2))
        return retention_curve(started, self.tally.cohort_ended.sum(axis=(1, 2)), self.months)[0]

    def sums(self) -> NDArray[np.int64]:
        """Return the ledger's sums [month, measure]."""
        return np.asarray(self.tally.sums.sum(axis=(1, 2)))

    def alive(self) -> NDArray[np.bool_]:
        """Say who is a customer at the end."""
        return np.asarray(self.customers.stage < Stage.CHURNED)


def live(scenario: Scenario, *events: Event, prepare: Callable[[np.recarray], None] | None = None) -> Lives:
    """Let a scenario's candidates live as in a study, and keep the rows of some events.

    Parameters
    ----------
    prepare
        Changes the customers' records before their first event, where a scenario cannot say what is wanted.
    """
    customers = people_of(scenario)
    if prepare is not None:
        prepare(customers)
    design = Design((scenario,), len(customers), replications=1, seed=seed_of(scenario.name))
    kept: list[NDArray[Any]] = [np.zeros(0, LOG)]

    def keep(_: int, __: int, piece: NDArray[Any]) -> None:
        kept.append(piece[np.isin(piece["event"], events)])

    tally, standing = run_together(design, 0, customers, 0, keep)
    return Lives(np.concatenate(kept), customers, tally, standing, design.months_valued)


def all_at_once(customers: np.recarray) -> None:
    """Let everybody sign up on day 0."""
    set_arrivals(customers, np.zeros(len(customers)))


def people_of(scenario: Scenario) -> np.recarray:
    """Return a scenario's own candidates, before their first event."""
    design = Design((scenario,), size_of(scenario), replications=1, seed=seed_of(scenario.name))
    return np.concatenate([customers_of(design, task) for task in design.tasks(0)]).view(np.recarray)


def size_of(scenario: Scenario) -> int:
    """Return the number of a scenario's candidates: the sample is the business at its own size."""
    return round(business_size(scenario))
