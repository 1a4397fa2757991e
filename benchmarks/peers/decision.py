"""Time to a decision: how long until a 2 % difference in profit between two strategies is told from nothing.

    python benchmarks/peers/decision.py

Both strategies are the common model; under the second activity lasts a little longer, so that profit (revenue less
200 for winning a customer) is 2 % higher: known exactly, by the renewal equation. Samples double, from a small one on,
until the 95 % interval of the difference leaves out zero; all the time on the way counts. SimPy runs the two with
independent seeds, as is usual; ours the same customers under both. Wall time, warm, one core; medians over seeds.
"""

import math
import statistics
import time

import lean_simpy
import numpy as np
import ours
from model import ACTIVE, revenue_per_customer
from scipy import special
from scipy.optimize import brentq

from sim.study.api import make_design, run_study

COST = 200.0
"""Of winning a customer."""
BETTER = 0.02
BATCHES = 20


def longer() -> float:
    """Return the mean length of activity at which profit is 2 % higher."""
    wanted = (1.0 + BETTER) * (revenue_per_customer() - COST) + COST
    return float(brentq(lambda active: revenue_per_customer(active) - wanted, ACTIVE, 2.0 * ACTIVE))


def excludes_zero(differences: list[float]) -> bool:
    """Return whether the 95 % t interval of a mean leaves out zero."""
    count = len(differences)
    half = special.stdtrit(count - 1, 0.975) * np.std(differences, ddof=1) / math.sqrt(count)
    return bool(abs(np.mean(differences)) > half)


def by_simpy(active: float, seed: int) -> tuple[float, int]:
    """Return seconds and customers per strategy until the difference is told."""
    began, size = time.perf_counter(), 1000
    while True:
        profits = []
        for strategy, length in enumerate((ACTIVE, active)):
            lean_simpy.ACTIVE = length
            batches = [lean_simpy.run(size // BATCHES, seed * 10**6 + size + 2 * n + strategy) for n in range(BATCHES)]
            profits.append([batch.mean - COST for batch in batches])
        if excludes_zero([after - before for before, after in zip(*profits, strict=True)]):
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
        study = run_study(design, jobs=1)
        if excludes_zero(list(study.values["profit"][1] - study.values["profit"][0])):
            return time.perf_counter() - began, size
        size *= 2


MONTH = 365.25 / 12
RUNS = {"SimPy, independent seeds": (by_simpy, 3), "retention-sim, the same customers": (by_ours, 9)}

if __name__ == "__main__":
    active = longer()
    by_ours(active, 99)  # what is compiled is compiled before the clock starts
    print(f"profit per customer {revenue_per_customer() - COST:.2f}, and 2 % more with {active:.4f} months of activity")
    medians = []
    for name, (runs, seeds) in RUNS.items():
        found = [runs(active, seed) for seed in range(1, seeds + 1)]
        seconds, customers = (statistics.median(column) for column in zip(*found, strict=True))
        medians.append(seconds)
        print(f"{name}: {seconds:.3f} s, {customers:,.0f} customers per strategy (medians of {seeds} seeds)")
    print(f"ratio: {medians[0] / medians[1]:,.0f}")
