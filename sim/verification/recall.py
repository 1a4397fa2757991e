"""Contacts with customers who have left: what they add to the natural return, and when to stop."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import integrate

from sim.core.events import FINE, Event
from sim.core.units import MONTH, YEAR
from sim.verification.bare import PRICE, all_at_once, laid_over, leaving, live, renewing, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import chain_value, weibull_back
from sim.verification.payment import AT_ONCE
from sim.verification.rows import exact, mean

KEPT, CHANCE, DISCOUNT = 0.7, 0.4, 0.02
MONTHLY, CONTACT = 100.0, 63.0
"""What a bill brings and a contact costs."""
MOST = 5


def campaign(chance: float, **settings: Any) -> dict[str, Any]:
    """Return the changes by which everybody who has left is contacted, notices it and never tires."""
    lever = {
        "reasons": "all", "least_worth": "0 USD", "most_service": "100 %", "most_bad_mouth": "100 %", "unmatched": 1,
        "gift": "0 USD", "enough_stored": "100 %", "benefit": chance, **settings,
    }  # fmt: skip
    email = {"opt_in": "100 %", "noticed": "100 %", "unsubscribes": "0 %", "price_thousand": "0 USD"}
    return {
        "levers": {"recall_campaign": lever}, "channels": {"email": email},
        "behaviour": {"touches": {"best_per_month": 1e6, "most_per_month": 1000}},
    }  # fmt: skip


def alike_in_response(customers: np.recarray) -> None:
    """Let everybody sign up on day 0 and respond to contacts alike."""
    all_at_once(customers)
    customers.responsiveness = 1.0


@case(full=60_000, fast=20_000)
def recall_adds(count: int) -> Iterator[Row]:
    within, shape, x, after, spacing = 0.2, 0.52, 0.1, 60.0, 30.0
    lever = campaign(x, contacts=3, after=f"{after} days", spacing=f"{spacing} days")
    change = laid_over(lever, {"behaviour": {"returning": {"within_year": within, "shape": shape}}})
    scenario = subscription("recall adds", count, residual="14 months", **change, **leaving(soft=AT_ONCE))
    lives = live(scenario, Event.RETURNED, prepare=alike_in_response)
    waited = lives.first(Event.RETURNED) - MONTH  # all leave at their first bill

    def away(days: float) -> float:
        return 1.0 - weibull_back(days / YEAR, within, shape)

    for days, n in ((59.0, 0), (61.0, 1), (100.0, 2), (130.0, 3), (YEAR, 3)):
        yield mean(f"back after {days:g} days", waited <= days, 1.0 - away(days) * (1.0 - x) ** n)
    first = lives.rows(Event.RETURNED)
    asked = np.isin(np.arange(count), first["slot"][(first["life"] == 1) & (first["detail"] > 0)])
    expected = sum(away(after + n * spacing) * (1.0 - x) ** n * x for n in range(3))
    yield mean("back at a contact", asked, expected)


def unanswered(contacts: int) -> float:
    """Return the share of customers who answer none of so many contacts; they respond exponentially around 1."""
    return float(integrate.quad(lambda rho: (1.0 - CHANCE * rho) ** contacts * np.exp(-rho), 0.0, 1.0 / CHANCE)[0])


def value_of(contacts: int) -> float:
    """Return what a customer is worth at his first bill if so many contacts follow his first life.

    States: first life, just ended, before each contact, second life, gone. A contact costs, and whoever answers it pays
    at once; who is left answers less and less.
    """
    second, gone = contacts + 2, contacts + 3
    moves, rewards = np.zeros((gone + 1, gone + 1)), np.zeros(gone + 1)
    rewards[[0, second]] = MONTHLY
    moves[0, 0] = moves[second, second] = KEPT
    moves[0, 1 if contacts else gone] = moves[second, gone] = 1.0 - KEPT
    moves[1, 2] = 1.0
    for n in range(1, contacts + 1):
        answers = 1.0 - unanswered(n) / (unanswered(n - 1) if n > 1 else 1.0)
        rewards[n + 1] = answers * MONTHLY - CONTACT
        moves[n + 1] = answers * moves[second]
        moves[n + 1, n + 2 if n < contacts else gone] += 1.0 - answers
    moves[gone] = 0.0
    return float(chain_value(moves, rewards, DISCOUNT)[0])


def simulated_value(contacts: int, count: int) -> NDArray[np.float64]:
    """Return what each customer is worth if so many contacts follow his first life; the same customers each time."""
    month = f"{MONTH:.12g} days"
    lever = campaign(
        CHANCE, contacts=max(1, contacts), after=month, spacing=month, gift=f"{CONTACT} USD", eligible={"lives": [1]}
    )
    change = lever if contacts else {}
    scenario = subscription("stop rule", count, residual="120 months", **change, **renewing(KEPT))
    lives = live(scenario, Event.PAID, Event.CONTACTED, prepare=all_at_once)
    log = lives.log
    unit = np.where(log["event"] == Event.PAID, MONTHLY / PRICE, -1.0 / FINE / 100.0)
    months = np.rint(log["time"] / MONTH)
    worth = log["amount"] * unit * (1.0 + DISCOUNT) ** -months
    return np.asarray(np.bincount(log["slot"], worth, minlength=len(lives.customers)), float)


@case(full=40_000, fast=15_000)
def recall_stop_rule(count: int) -> Iterator[Row]:
    values = [simulated_value(contacts, count) for contacts in range(MOST + 1)]
    expected = [value_of(contacts) for contacts in range(MOST + 1)]
    yield mean("a customer without contacts", values[0], expected[0])
    for n in range(1, MOST + 1):
        yield mean(f"the contact number {n}", values[n] - values[n - 1], expected[n] - expected[n - 1])
    best = float(np.argmax([one.mean() for one in values]))
    yield exact("best number of contacts", best, float(np.argmax(expected)))
