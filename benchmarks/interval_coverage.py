"""How often 95 % intervals hold the truth: of metrics, differences, ratios, relative differences, and of --until.

    python benchmarks/interval_coverage.py POOL [--files N] [--studies N] [--sizes N N ...]

POOL is a folder for the pool of replications, which is simulated first (a thousand replications a file, some two
minutes each), and for what is measured of each size of study; what is there is not done again. Each replication of a
study is made of fifty of the pool's, drawn with replacement: 10,000 customers. So the pool is the whole population, and
its figure the exact truth; studies overlap as samples from one population do. Writes docs/coverage_of_intervals.md.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from interval_formulas import metrics
from interval_pool import Pool, estimates, simulate_pool
from interval_report import write_page
from numpy.typing import NDArray

from sim.analysis.compare import difference, relative_difference, simultaneous_critical
from sim.analysis.intervals import Estimate, Interval, student
from sim.study.until import Until, critical_of, stages

SIZES = (5, 10, 20, 50)
STUDIES, RULE_STUDIES = 4000, 2000
AT_ONCE = ("profit_npv", "ltv_to_cac")
"""Metrics whose simultaneous intervals are judged."""
NEEDED = (15, 30, 60, 150)
"""About how many replications the half-widths asked for need."""
MOST = 500
RULES = (("profit_npv", 0), ("ltv_to_cac", 0), ("profit_npv", 1), ("profit_npv", 2))
"""Metrics for which studies go on: of the baseline, or the difference of a strategy."""
Verdict = tuple[str, bool | None]
"""What an interval is of (a metric and a kind), and whether it holds the truth; None where it has no bounds."""


def holds(found: Interval, truth: float) -> bool | None:
    """Whether an interval holds the truth; None where one of them is not defined, or no replication differs."""
    if not np.isfinite(truth) or not np.isfinite(found.low) or found.low == found.high:
        return None
    return found.low - 1e-9 * abs(truth) <= truth <= found.high + 1e-9 * abs(truth)


def judged(found_by: dict[str, list[Estimate]], truth: dict[str, NDArray[np.float64]]) -> Iterator[Verdict]:
    """Judge every interval of one study: of each scenario, of each strategy, and of all strategies at once."""
    for name, found in found_by.items():
        true = truth[name]
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
    for name in truth:
        for number, value in enumerate(truth[name]):
            yield f"{name} figure", holds(plain(values[name][:, number]), float(value))
            if number:
                change = plain(values[name][:, number] - values[name][:, 0])
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
    for name, number in RULES:
        spread = estimates(pool.study(2000, random))[name][:: number or 1][: 2 if number else 1]
        values = (spread[-1].minus(spread[0]) if number else spread[0]).pseudo_values
        for needed in NEEDED:
            rule = Until(name, number > 0, float(1.96 * values.std() / np.sqrt(needed)), relative=False)
            hits, made = np.array([one_study(rule, pool, number, random) for _ in range(RULE_STUDIES)], float).T
            yield (
                f"difference {name}" if number else name,
                needed,
                float(hits.mean()),
                float(made.mean()),
                float((made == MOST).mean()),
            )


def rules(pool: Pool) -> dict[str, object]:
    """Measure the stopping rule."""
    return {"studies": RULE_STUDIES, "rows": list(of_the_rule(pool, np.random.default_rng(1)))}


def one_study(rule: Until, pool: Pool, number: int, random: np.random.Generator) -> tuple[bool, int]:
    """Let the rule decide when one study stops; return whether its interval holds the truth, and its replications."""
    rows, true = np.empty((0, *pool.each.shape[1:])), pool.truth[rule.metric]
    for count in stages(MOST):
        rows = np.concatenate([rows, pool.study(count - len(rows), random)])
        found = estimates(rows)[rule.metric]
        looked_at = [found[0], found[number]] if number else found[:1]
        if rule.reached(looked_at, critical_of(count)):
            break
    interval, _ = rule.widths(looked_at, critical_of(count))[0]
    return bool(holds(interval, float(true[number] - true[0] if number else true[0]))), count


def measured(pool: Pool, size: int, studies: int) -> dict[str, object]:
    """Measure studies of one size, by the method before and by the present one."""
    random, truth = np.random.default_rng(size), pool.truth
    before = coverage(one for _ in range(studies) for one in judged_before(metrics(pool.study(size, random)), truth))
    now = coverage(one for _ in range(studies) for one in judged(estimates(pool.study(size, random)), truth))
    return {"studies": studies, "before": before, "now": now}


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
    for name, measure in {**work, "until": lambda: rules(pool)}.items():
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
