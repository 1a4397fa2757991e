"""The common model of all peers, and its value by the renewal equation.

Customers come as a Poisson process over months 0 to 12, some N of them. A trial (exponential, mean 1 month) is
followed by activity (mean 8); activity by dormancy (mean 3), after which a share of .3 is active again and the others
have churned. Whoever is active pays 30 at every full month since he became active, for the first time or again. The
horizon is month 36. Events are arrivals, ends of trial, activity and dormancy, and bills.
"""

from dataclasses import dataclass
from math import exp

import numpy as np
from scipy.linalg import expm

TRIAL, ACTIVE, DORMANT = 1.0, 8.0, 3.0
"""Mean lengths in months."""
BACK = 0.3
BILL = 30.0
ARRIVALS, HORIZON = 12.0, 36.0
"""Months over which customers come, and months simulated."""


@dataclass(frozen=True)
class Outcome:
    """What one run of a peer brought; sums over its customers."""

    customers: int
    events: int
    revenue: float
    revenue_squared: float

    @property
    def mean(self) -> float:
        """Revenue per customer."""
        return self.revenue / self.customers

    @property
    def error(self) -> float:
        """Standard error of that mean."""
        variance = self.revenue_squared / self.customers - self.mean**2
        return float(np.sqrt(variance / (self.customers - 1)))


def revenue_per_customer(active: float = ACTIVE) -> float:
    """Return the mean revenue per customer up to the horizon, for a mean length of activity, to machine precision.

    A customer's activations form a renewal process: with m(t) their mean number within t months of his arrival, g the
    density of the trial's length and r = .3 times that of activity and dormancy together, m = G + r * m. All lengths
    are exponential, so m solves linear differential equations and is had from matrix exponentials. An activation s
    months after the arrival brings 30 exp(-k / 8) for each k with s + k before the horizon.
    """
    nodes, weights = np.polynomial.legendre.leggauss(40)
    total = 0.0
    for k in range(1, int(HORIZON) + 1):
        latest = min(ARRIVALS, HORIZON - k)  # of the arrivals of those who can have a k-th bill
        arrivals = latest * (nodes + 1.0) / 2.0
        seen = [activations(HORIZON - k - arrival, active) for arrival in arrivals]
        total += exp(-k / active) * latest / 2.0 * float(weights @ seen)
    return BILL * total / ARRIVALS


def activations(months: float, active: float = ACTIVE) -> float:
    """Return the mean number of activations within a time of the arrival: m(t)."""
    # States: trial, active, dormant, and activations so far, which only grow.
    flows = np.zeros((4, 4))
    flows[0, 0], flows[1, 1], flows[2, 2] = -1.0 / TRIAL, -1.0 / active, -1.0 / DORMANT
    flows[1, 0] = flows[3, 0] = 1.0 / TRIAL
    flows[2, 1] = 1.0 / active
    flows[1, 2] = flows[3, 2] = BACK / DORMANT
    return float(expm(flows * months)[3, 0])
