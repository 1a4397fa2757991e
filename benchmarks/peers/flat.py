"""The limit: a flat loop, written by hand for the common model and compiled. It can do nothing else."""

import math

import numpy as np
from model import ACTIVE, ARRIVALS, BACK, BILL, DORMANT, HORIZON, TRIAL, Outcome
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def lives(expected, seed):
    """Return customers, events, and the sums of revenue and of its square."""
    np.random.seed(seed)
    count = np.random.poisson(expected)
    events, total, squares = 0, 0.0, 0.0
    for _ in range(count):
        time = np.random.random() * ARRIVALS - TRIAL * math.log(1.0 - np.random.random())
        events += 1
        paid = 0.0
        while time < HORIZON:
            events += 1  # the trial, or the dormancy before, is over
            ends = time - ACTIVE * math.log(1.0 - np.random.random())
            bill = time + 1.0
            while bill < ends and bill < HORIZON:
                events += 1
                paid += BILL
                bill += 1.0
            if ends >= HORIZON:
                break
            events += 1
            time = ends - DORMANT * math.log(1.0 - np.random.random())
            if np.random.random() >= BACK:
                events += time < HORIZON
                break
        total += paid
        squares += paid * paid
    return count, events, total, squares


def run(expected: int, seed: int = 1) -> Outcome:
    """Run some expected number of customers."""
    return Outcome(*lives(expected, seed))
