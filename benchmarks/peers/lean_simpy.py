"""The common model in SimPy, written as leanly as SimPy allows: one process per customer, timeouts, nothing else."""

import random
from collections.abc import Generator

import simpy
from model import ACTIVE, ARRIVALS, BACK, BILL, DORMANT, HORIZON, TRIAL, Outcome

Life = Generator[simpy.Event, None, None]


class Business:
    """Counts of one run."""

    def __init__(self, expected: int, seed: int, active: float) -> None:
        self.env, self.random = simpy.Environment(), random.Random(seed)
        self.rate, self.active = expected / ARRIVALS, active
        self.customers = self.events = 0
        self.revenue = self.squares = 0.0
        self.env.process(self.arrivals())

    def arrivals(self) -> Life:
        """Customers come as a Poisson process."""
        env, gap = self.env, self.random.expovariate
        while True:
            yield env.timeout(gap(self.rate))
            if env.now >= ARRIVALS:
                return
            self.customers += 1
            self.events += 1
            env.process(self.life())

    def life(self) -> Life:
        """Trial, activity with a bill for each full month, dormancy, and perhaps activity again."""
        env, draw, wait = self.env, self.random, self.random.expovariate
        paid = 0.0
        yield env.timeout(wait(1.0 / TRIAL))
        self.events += 1
        while True:
            left = wait(1.0 / self.active)
            while left >= 1.0:
                yield env.timeout(1.0)
                left -= 1.0
                self.events += 1
                # Kept for each customer as he pays, as the run may end at any time.
                self.revenue += BILL
                self.squares += BILL * (2.0 * paid + BILL)
                paid += BILL
            yield env.timeout(left)
            self.events += 1
            yield env.timeout(wait(1.0 / DORMANT))
            self.events += 1
            if draw.random() >= BACK:
                return


def run(expected: int, seed: int = 1, active: float = ACTIVE) -> Outcome:
    """Run some expected number of customers, for a mean length of activity."""
    business = Business(expected, seed, active)
    business.env.run(until=HORIZON)
    return Outcome(business.customers, business.events, business.revenue, business.squares)
