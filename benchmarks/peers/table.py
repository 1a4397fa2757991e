"""One common model in four programs: customers and events a second, memory, and ratios, all measured in one run.

    python benchmarks/peers/table.py [--starsim PYTHON] [--sizes 10000 100000 1000000] [--page FILE]

PYTHON is the interpreter of an environment with starsim in it (pip install starsim); without it that row is left out.
Each program runs in a process of its own, warm; seconds are of one core's processor time. Each size is measured in
rounds, every program once a round, and the ratios are medians over rounds.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
from pathlib import Path

from model import revenue_per_customer

HERE = Path(__file__).resolve().parent
PEERS = ("flat", "ours", "daily_starsim", "lean_simpy")
NAMES = {"flat": "flat loop", "ours": "retention-sim", "daily_starsim": "starsim", "lean_simpy": "SimPy"}
ROUNDS = {10_000: 3, 100_000: 3, 1_000_000: 3}
ONCE = ("lean_simpy",)
"""Slow: one round of the largest size is enough."""
LIMIT = 4.0
LAST_DAY = 0.0015
"""Of starsim's revenue, what the last day may miss: one day in 36 months, of which the busiest are behind."""


def run(peer: str, customers: int, seed: int, starsim: str | None) -> dict[str, float]:
    """Run one peer once in a process of its own."""
    python = starsim if peer == "daily_starsim" and starsim else sys.executable
    command = [python, str(HERE / "one.py"), peer, str(customers), str(seed)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measured(sizes: list[int], starsim: str | None) -> dict[tuple[int, str], list[dict[str, float]]]:
    """Run all peers, round after round."""
    found: dict[tuple[int, str], list[dict[str, float]]] = {}
    for size in sizes:
        for turn in range(ROUNDS.get(size, 1)):
            for peer in PEERS:
                if (peer == "daily_starsim" and starsim is None) or (turn > 0 and peer in ONCE and size >= 10**6):
                    continue
                found.setdefault((size, peer), []).append(run(peer, size, 1 + turn, starsim))
                print(f"{size:,} {NAMES[peer]}: {found[size, peer][-1]['processor']:.2f} s", file=sys.stderr)
    return found


def check(found: dict[tuple[int, str], list[dict[str, float]]]) -> list[str]:
    """Hold every mean revenue against the renewal equation; return the lines of the largest runs."""
    expected, lines = revenue_per_customer(), []
    largest = max(size for size, _ in found)
    for (size, peer), runs in found.items():
        spread = max(variance(one) for one in found[size, "flat"])
        for one in runs:
            mean = one["revenue"] / one["customers"]
            slack = LAST_DAY * expected if peer == "daily_starsim" else 0.0
            error = math.sqrt(spread / one["customers"])
            z = max(0.0, abs(mean - expected) - slack) / error
            if z > LIMIT:
                raise SystemExit(f"{NAMES[peer]}, {size:,}: mean revenue {mean:.3f}, not {expected:.3f}: z {z:.1f}")
        if size == largest:
            lines.append(f"| {NAMES[peer]} | {mean:.3f} | {error:.3f} | {(mean - expected) / error:+.2f} |")
    return lines


def variance(one: dict[str, float]) -> float:
    """Variance of revenue between customers."""
    return one["revenue_squared"] / one["customers"] - (one["revenue"] / one["customers"]) ** 2


def speed(runs: list[dict[str, float]], what: str) -> float:
    """Customers or events a second of processor time, the median of the rounds."""
    return statistics.median(one[what] / one["processor"] for one in runs)


def table(found: dict[tuple[int, str], list[dict[str, float]]]) -> list[str]:
    """Return the table of speeds."""
    lines = [
        "| customers | program | customers/s | events/s | peak memory, MiB | ours is so many times faster |",
        "|--:|---|--:|--:|--:|--:|",
    ]
    for (size, peer), runs in found.items():
        ratios = [
            (mine["customers"] / mine["processor"]) / (one["customers"] / one["processor"])
            for mine, one in zip(found[size, "ours"], runs, strict=False)
        ]
        ratio = statistics.median(ratios)
        said = "" if peer == "ours" else f"1/{1.0 / ratio:.1f}" if ratio < 1.0 else f"{ratio:,.0f}"
        peak = max(one["peak"] for one in runs) / 2**20
        lines.append(
            f"| {size:,} | {NAMES[peer]} | {speed(runs, 'customers'):,.0f} | {speed(runs, 'events'):,.0f} "
            f"| {peak:,.0f} | {said} |"
        )
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starsim", metavar="PYTHON")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    chosen = parser.parse_args()
    everything = measured(chosen.sizes, chosen.starsim)
    means = check(everything)
    print("\n".join([*table(everything), "", f"Mean revenue per customer, expected {revenue_per_customer():.3f}:", "",
                     "| program | seen | standard error | z |", "|---|--:|--:|--:|", *means]))  # fmt: skip
