"""How often 95 % intervals hold the truth: of metrics, differences, ratios, relative differences, and of --until.

    python benchmarks/coverage.py POOL [--files N] [--studies N] [--sizes N N ...]

POOL is a folder for the pool of replications, which is simulated first (a thousand replications a file, some two
minutes each), and for what is measured of each size of study; what is there is not done again. A study's replications hold ten of the pool's, drawn with replacement: 2,000 customers. So the pool is the whole
population of replications, and the figure of all of it the exact truth; studies overlap as samples from one population
do. Writes docs/coverage_of_intervals.md.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from coverage_pool import TOGETHER, Pool, simulate_pool
from coverage_report import write_page
from numpy.typing import NDArray

from sim.analysis.compare import difference, relative_difference, simultaneous_critical
from sim.analysis.intervals import Estimate, Interval, student
from sim.study.until import Until, critical_of, stages

SIZES = (5, 10, 20, 50)
STUDIES, OLD_STUDIES, RULE_STUDIES = 4000, 1000, 4000
METRICS = ("logo_retention_m12", "nrr_m12", "monthly_logo_churn", "activation_rate", "churn_payment", "customers_end",
           "mrr_end", "profit_npv", "arpa", "clv", "cac", "ltv_to_cac", "payback_months", "lever_roi")  # fmt: skip
AT_ONCE = ("logo_retention_m12", "activation_rate", "customers_end", "profit_npv", "ltv_to_cac")
"""Metrics whose simultaneous intervals are judged."""
NEEDED = (15, 30, 60, 150)
"""About how many replications the half-widths asked for need."""
MOST = 500
Verdict = tuple[str, bool | None]
"""What an interval is of (a metric and a kind), and whether it holds the truth; None where it has no bounds."""


def holds(found: Interval, truth: float) -> bool | None:
    """Whether an interval holds the truth; None where one of them is not defined."""
    if not np.isfinite(truth) or not np.isfinite(found.low):
        return None
    return found.low - 1e-9 * abs(truth) <= truth <= found.high + 1e-9 * abs(truth)


def judged(estimates: dict[str, list[Estimate]], truth: dict[str, NDArray[np.float64]]) -> Iterator[Verdict]:
    """Judge every interval of one study: of each scenario, of each strategy, and of all strategies at once."""
    for name in METRICS:
        found, true = estimates[name], truth[name]
        baseline, strategies = found[0], range(1, len(found))
        together = simultaneous_critical(baseline, found[1:]) if name in AT_ONCE else None
        hits: list[bool | None] = []
        for one, value in zip(found, true, strict=True):
            yield f"{name} figure", holds(one.interval(), float(value))
        for number in strategies:
            change = float(true[number] - true[0])
            yield f"{name} difference", holds(difference(baseline, found[number]), change)
            if true[0]:
                relative = relative_difference(baseline, found[number])
                yield f"{name} relative", holds(relative, change / abs(float(true[0])))
            if together is not None:
                hits.append(holds(difference(baseline, found[number], together), change))
        if together is not None and None not in hits:
            yield f"{name} at once", all(hits)


def judged_before(values: dict[str, NDArray[np.float64]], truth: dict[str, NDArray[np.float64]]) -> Iterator[Verdict]:
    """Judge Student's t over each replication's own value, which was the method before."""
    for name in METRICS:
        for number, value in enumerate(truth[name]):
            yield f"{name} figure", holds(plain(values[name][number]), float(value))
            if number:
                change = plain(values[name][number] - values[name][0])
                yield f"{name} difference", holds(change, float(value - truth[name][0]))


def plain(values: NDArray[np.float64]) -> Interval:
    """Return Student's interval of values over replications, those in which it is not defined left out."""
    known = values[np.isfinite(values)]
    if len(known) < 2:
        return Interval(np.nan, np.nan, np.nan)
    half = student(len(known)) * known.std(ddof=1) / np.sqrt(len(known))
    return Interval(float(known.mean()), float(known.mean() - half), float(known.mean() + half))


def coverage(verdicts: Iterator[Verdict]) -> dict[str, tuple[int, int]]:
    """Count by row how many intervals have bounds, and how many of them hold the truth."""
    count = Counter(verdicts)
    return {row: (count[row, True] + count[row, False], count[row, True]) for row in sorted({row for row, _ in count})}


def of_the_rule(pool: Pool, random: np.random.Generator) -> Iterator[tuple[str, int, float, float, float]]:
    """Yield for --until: what is asked, about how many replications it needs, coverage, mean replications, capped."""
    each = pool.linear("profit_npv")
    for asked, values in (("profit_npv", each[:1]), ("difference profit_npv", each[[0, 2]])):
        paired = values[-1] - values[0] if len(values) > 1 else values[0]
        for needed in NEEDED:
            size = float(1.96 * paired.std() * np.sqrt(TOGETHER / needed))  # of sums of pool rows, see ``linear``
            rule = Until("profit_npv", len(values) > 1, size, relative=False)
            found = [one_study(rule, values, random, float(paired.mean() * TOGETHER)) for _ in range(RULE_STUDIES)]
            hits, made = np.array(found, float).T
            yield asked, needed, float(hits.mean()), float(made.mean()), float((made == MOST).mean())


def one_study(rule: Until, values: NDArray[np.float64], random: np.random.Generator, truth: float) -> tuple[bool, int]:
    """Let the rule decide when one study stops; return whether its interval holds the truth, and its replications."""
    drawn = random.integers(values.shape[1], size=(MOST, TOGETHER))
    rows = values[:, drawn].sum(axis=2)
    for count in stages(MOST):
        estimates = [mean_of(row[:count]) for row in rows]
        if rule.reached(estimates, critical_of(count)):
            break
    found, _ = rule.widths(estimates, critical_of(count))[0]
    return bool(holds(found, truth)), count


def mean_of(values: NDArray[np.float64]) -> Estimate:
    """Return the estimate of a mean."""
    return Estimate(float(values.mean()), (values.sum() - values) / (len(values) - 1))


def measured(pool: Pool, size: int, studies: int) -> dict[str, object]:
    """Measure studies of one size, by the method before and by the present one."""
    random, truth = np.random.default_rng(size), pool.truth
    few = min(OLD_STUDIES, studies)
    before = coverage(one for _ in range(few) for one in judged_before(pool.values(pool.study(size, random)), truth))
    now = coverage(
        one for _ in range(studies) for one in judged(pool.figures.estimates(pool.study(size, random)), truth)
    )
    return {"studies": studies, "studies_before": few, "before": before, "now": now}


def main() -> None:
    """Measure what is not there yet, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pool", type=Path)
    parser.add_argument("--files", type=int, default=12)
    parser.add_argument("--studies", type=int, default=STUDIES)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    asked = parser.parse_args()
    pool = Pool(list(simulate_pool(asked.pool, asked.files, 1)))
    work: dict[str, Callable[[], object]] = {str(n): partial(measured, pool, n, asked.studies) for n in asked.sizes}
    for name, measure in {**work, "until": lambda: list(of_the_rule(pool, np.random.default_rng(1)))}.items():
        file = asked.pool / f"coverage-{name}.json"
        if not file.exists():
            began = time.perf_counter()
            file.write_text(json.dumps(measure(), indent=1), encoding="utf-8")
            print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
    write_page(
        pool, {name: json.loads((asked.pool / f"coverage-{name}.json").read_text()) for name in (*work, "until")}
    )


if __name__ == "__main__":
    main()
