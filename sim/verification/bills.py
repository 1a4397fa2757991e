"""The bills that customers pay, and what they are worth: each bill stands for a period, a year mostly."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.events import Event
from sim.core.units import MONTH
from sim.model.candidates import set_arrivals
from sim.verification.bare import PRICE, live, subscription

MONTHS = 240
"""Most that is simulated, and so the most bills of the monthly plan."""


@dataclass(frozen=True)
class Bills:
    """Bills as columns.

    Attributes
    ----------
    customer
        Who pays it.
    number
        Bills that he paid before it.
    amount
        In the monthly price of one seat.
    customers
        How many there are.
    """

    customer: NDArray[np.int32]
    number: NDArray[np.int64]
    amount: NDArray[np.float64]
    customers: int

    def value(self, d: float, *, first: int = 0, last: int = MONTHS) -> NDArray[np.float64]:
        """Return what the bills of some numbers are worth to each customer's day of the first, at a rate a period."""
        counted = (self.number >= first) & (self.number <= last)
        worth = np.where(counted, self.amount * (1.0 + d) ** -self.number.astype(float), 0.0)
        return np.asarray(np.bincount(self.customer, worth, minlength=self.customers), float)


def bills_of(name: str, count: int, **changes: Any) -> Bills:
    """Let customers of a monthly plan live for 240 months and return what they pay."""
    span = {"horizon": f"{MONTHS // 2} months", "residual": f"{MONTHS // 2} months"}
    scenario = subscription(name, 2.0 * count / MONTHS, **span, **changes)
    lives = live(scenario, Event.CONVERTED, Event.PAID, prepare=all_in_the_first_month)
    paid, since = lives.rows(Event.PAID), lives.first(Event.CONVERTED)
    number = np.rint((paid["time"] - since[paid["slot"]]) / MONTH).astype(np.int64)
    return Bills(paid["slot"], number, paid["amount"] / PRICE, len(lives.customers))


def all_in_the_first_month(customers: np.recarray) -> None:
    """Let everybody sign up as early in the first month as he would in his own, so that all are seen for long."""
    set_arrivals(customers, customers.next_time % MONTH)
