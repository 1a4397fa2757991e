"""One common model in four programs: customers and events a second, memory, and ratios, all measured in one run.

    python benchmarks/peers/table.py [--starsim PYTHON ...] [--sizes 10000 100000 1000000]

PYTHON is the interpreter of an environment with starsim in it (pip install starsim); several for several versions,
none to leave that row out. Each program runs in a process of its own, warm. Seconds are of one core's processor time;
of ours on all cores, where they are those of the clock. Each size is measured in rounds, every program once a round,
and the ratios are medians over rounds.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from model import revenue_per_customer

HERE = Path(__file__).resolve().parent
ROUNDS = {10_000: 3, 100_000: 3, 1_000_000: 3}
LIMIT = 4.0
LAST_DAY = 0.0015
"""Of starsim's revenue, what the last day may miss: one day in 36 months, of which the busiest are behind."""
Run = dict[str, float]


@dataclass(frozen=True)
class Program:
    """One row of the table.

    Attributes
    ----------
    seconds
        Which seconds count: "processor" or, on several cores, "seconds" of the clock.
    slow
        One round of the largest size is enough.
    slack
        Share of revenue that it may miss.
    """

    name: str
    module: str
    python: str = sys.executable
    seconds: str = "processor"
    slow: bool = False
    slack: float = 0.0

    def run(self, customers: int, seed: int) -> Run:
        """Run it once in a process of its own."""
        command = [self.python, str(HERE / "one.py"), self.module, str(customers), str(seed)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE)
        return dict(json.loads(done.stdout.splitlines()[-1]))


FLAT, OURS = Program("flat loop", "flat"), Program("retention-sim", "ours")
OURS_ON_ALL_CORES = Program("retention-sim, all cores", "ours_on_all_cores", seconds="seconds")
SIMPY = Program("SimPy", "lean_simpy", slow=True)


def starsim(python: str) -> Program:
    """Return the program of one version of starsim."""
    asked = [python, "-c", "import starsim; print(starsim.__version__)"]
    version = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()[-1]
    return Program(f"starsim {version}", "daily_starsim", python, slack=LAST_DAY)


def measured(sizes: list[int], programs: list[Program]) -> dict[tuple[int, Program], list[Run]]:
    """Run all programs, round after round."""
    found: dict[tuple[int, Program], list[Run]] = {}
    for size in sizes:
        for turn in range(ROUNDS.get(size, 1)):
            for program in programs:
                if turn > 0 and program.slow and size >= 10**6:
                    continue
                found.setdefault((size, program), []).append(program.run(size, 1 + turn))
                print(f"{size:,} {program.name}: {found[size, program][-1][program.seconds]:.2f} s", file=sys.stderr)
    return found


def check(found: dict[tuple[int, Program], list[Run]]) -> list[str]:
    """Hold every mean revenue against the renewal equation; return the lines of the largest runs."""
    expected, lines = revenue_per_customer(), []
    largest = max(size for size, _ in found)
    for (size, program), runs in found.items():
        spread = max(variance(one) for one in found[size, FLAT])
        for one in runs:
            mean = one["revenue"] / one["customers"]
            error = math.sqrt(spread / one["customers"])
            z = max(0.0, abs(mean - expected) - program.slack * expected) / error
            if z > LIMIT:
                raise SystemExit(f"{program.name}, {size:,}: mean revenue {mean:.3f}, not {expected:.3f}: z {z:.1f}")
        if size == largest:
            lines.append(f"| {program.name} | {mean:.3f} | {error:.3f} | {(mean - expected) / error:+.2f} |")
    return lines


def variance(one: Run) -> float:
    """Variance of revenue between customers."""
    return one["revenue_squared"] / one["customers"] - (one["revenue"] / one["customers"]) ** 2


def rate(one: Run, program: Program, what: str = "customers") -> float:
    """Customers or events a second."""
    return one[what] / one[program.seconds]


def times_faster(ours: list[Run], mine: Program, theirs: list[Run], other: Program) -> str:
    """How many times faster ours is than another program, the median of the rounds."""
    pairs = zip(ours, theirs, strict=False)
    ratio = statistics.median(rate(our, mine) / rate(their, other) for our, their in pairs)
    return f"1/{1.0 / ratio:.1f}" if ratio < 1.0 else f"{ratio:,.1f}" if ratio < 20.0 else f"{ratio:,.0f}"


def table(found: dict[tuple[int, Program], list[Run]]) -> list[str]:
    """Return the table of speeds."""
    lines = [
        "| customers | program | customers/s | events/s | peak memory, MiB | ours is so many times faster "
        "| ours on all cores |",
        "|--:|---|--:|--:|--:|--:|--:|",
    ]
    for (size, program), runs in found.items():
        speeds = [statistics.median(rate(one, program, what) for one in runs) for what in ("customers", "events")]
        others = program not in (OURS, OURS_ON_ALL_CORES)
        ratios = [
            times_faster(found[size, mine], mine, runs, program) if others else "" for mine in (OURS, OURS_ON_ALL_CORES)
        ]
        peak = max(one["peak"] for one in runs) / 2**20
        cells = [f"{size:,}", program.name, *(f"{speed:,.0f}" for speed in speeds), f"{peak:,.0f}", *ratios]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starsim", metavar="PYTHON", nargs="+", default=[])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    chosen = parser.parse_args()
    peers = [FLAT, OURS, OURS_ON_ALL_CORES, *map(starsim, chosen.starsim), SIMPY]
    everything = measured(chosen.sizes, peers)
    means = check(everything)
    print("\n".join([*table(everything), "", f"Mean revenue per customer, expected {revenue_per_customer():.3f}:", "",
                     "| program | seen | standard error | z |", "|---|--:|--:|--:|", *means]))  # fmt: skip
