"""Time to a decision: how long until a 2 % difference in profit between two strategies is told from nothing.

    python benchmarks/peers/decision.py [--seeds N]

Both strategies are the common model; under the second activity lasts a little longer, so that profit (revenue less
200 for winning a customer) is 2 % higher: known exactly, by the renewal equation. Samples double, from a small one on,
until the half-width of the 95 % interval is below the difference; all the time on the way counts. SimPy runs both with
independent seeds, as is usual; ours the same customers under both. Neither looks at anything but profit. Wall time,
warm, one core; medians over seeds.
"""

import argparse
import math
import statistics
import time
from functools import cache

import lean_simpy
import numpy as np
import ours
from model import ACTIVE, revenue_per_customer
from scipy import special
from scipy.optimize import brentq

from sim.analysis.measures import Value
from sim.core.events import FINE
from sim.study.api import make_design, run_study

COST = 200.0
"""Of winning a customer."""
BETTER = 0.02
BATCHES = 20
TIMES = 5
"""How often ours is timed for each seed, being so short that what else the machine does shows."""
CENTS = 100


def longer() -> float:
    """Return the mean length of activity at which profit is 2 % higher."""
    wanted = (1.0 + BETTER) * expected_profit() + COST
    return float(brentq(lambda active: revenue_per_customer(active) - wanted, ACTIVE, 2.0 * ACTIVE))


@cache
def expected_profit() -> float:
    """Return the profit per customer that the first strategy is known to make."""
    return revenue_per_customer() - COST


def tells(differences: list[float]) -> bool:
    """Return whether the half-width of the mean's 95 % t interval is below the difference that there is.

    Stopping as soon as an interval leaves out zero would reward luck: with noise that large it soon does by chance.
    """
    count = len(differences)
    half = special.stdtrit(count - 1, 0.975) * np.std(differences, ddof=1) / math.sqrt(count)
    return bool(half < BETTER * expected_profit())


def by_simpy(active: float, seed: int) -> tuple[float, int]:
    """Return seconds and customers per strategy until the difference is told."""
    began, size = time.perf_counter(), 1000
    while True:
        profits = []
        for strategy, length in enumerate((ACTIVE, active)):
            seeds = [seed * 10**9 + 100 * size + 2 * n + strategy for n in range(BATCHES)]
            batches = [lean_simpy.run(size // BATCHES, one, length) for one in seeds]
            profits.append([batch.mean - COST for batch in batches])
        if tells([after - before for before, after in zip(*profits, strict=True)]):
            return time.perf_counter() - began, size
        size *= 2


def by_ours(active: float, seed: int) -> tuple[float, int]:
    """Return the same of ours."""
    began, size = time.perf_counter(), 100
    base = ours.scenario()
    rate = 1.0 / active / MONTH
    stages = base.behaviour.stages.model_copy(update={"lapse": rate, "lapse_habit": rate})
    better = base.model_copy(
        update={"name": "longer", "behaviour": base.behaviour.model_copy(update={"stages": stages})}
    )
    while True:
        design = make_design([base, better], customers=size // BATCHES, replications=BATCHES, seed=seed)
        profits = run_study(design, jobs=1).stacked(1, "split")[:, :, Value.CONTRIBUTION].sum(axis=1) / FINE / CENTS
        if tells(list((profits[:, 1] - profits[:, 0]) / design.customers)):
            return time.perf_counter() - began, size
        size *= 2


MONTH = 365.25 / 12
RUNS = {"retention-sim, the same customers": by_ours, "SimPy, independent seeds": by_simpy}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    seeds = parser.parse_args().seeds
    longer_life = longer()
    by_ours(longer_life, 99)  # what is compiled is compiled before the clock starts
    print(f"Profit per customer {expected_profit():.2f}, and 2 % more with {longer_life:.4f} months of activity.\n")
    print("| program | seconds | customers per strategy | seeds |\n|---|--:|--:|--:|", flush=True)
    medians = []
    for name, until_told in RUNS.items():
        times = TIMES if until_told is by_ours else 1
        found = [until_told(longer_life, seed) for seed in range(1, seeds + 1) for _ in range(times)]
        seconds, customers = (statistics.median(column) for column in zip(*found, strict=True))
        medians.append(seconds)
        print(f"| {name} | {seconds:.3f} | {customers:,.0f} | {seeds} |", flush=True)
    print(f"\nOurs is {medians[1] / medians[0]:,.0f} times faster.")
