"""What more customers cost: time for each, memory, and what a second core brings.

    python benchmarks/scale.py [--sizes 10000 100000 1000000 10000000]

Two businesses without ties between customers: the shipped baseline (36 months, and 36 of residual; most customers use
some six times a month, and those of its opening book have lived before) and the common model of the peers, which has
little else than bills. Each size runs in a process of its own, warm, one replication; seconds are of wall time.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUSINESSES = {
    "shipped baseline": ROOT / "scenarios" / "baseline.yaml",
    "common model": ROOT / "benchmarks" / "peers" / "common.yaml",
}
THREADS_AT = {"shipped baseline": 200_000, "common model": 4_000_000}
TURNS = 3


def run(file: str, customers: int, jobs: int) -> None:
    """Run one study and print its time and the most memory that its process had (on Linux)."""
    sys.path.insert(0, str(ROOT))
    import sim
    from sim.study.api import make_design, run_study

    scenario = sim.load(file)
    run_study(make_design([scenario], customers=1000, replications=1), jobs=jobs)
    began = time.perf_counter()
    study = run_study(make_design([scenario], customers=customers, replications=1), jobs=jobs)
    seconds = time.perf_counter() - began
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    print(json.dumps({"seconds": seconds, "events": study.events, "peak": 1024 * int(peak[1]) if peak else 0}))


def measured(file: Path, customers: int, jobs: int) -> dict[str, float]:
    """Run it in a process of its own."""
    command = [sys.executable, __file__, "--one", str(file), str(customers), str(jobs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def sizes_table(sizes: list[int]) -> None:
    """Print what a customer costs by size of the sample, on one core."""
    print("| business | customers | seconds | microseconds a customer | events/s | peak memory, MiB |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, file in BUSINESSES.items():
        for size in sizes:
            one = measured(file, size, 1)
            each, speed = one["seconds"] / size * 1e6, one["events"] / one["seconds"]
            peak = one["peak"] / 2**20
            print(f"| {name} | {size:,} | {one['seconds']:.2f} | {each:.2f} | {speed:,.0f} | {peak:,.0f} |", flush=True)


def threads_table() -> None:
    """Print what a second thread brings, turn by turn."""
    print("\n| business | customers | two threads are so many times faster than one |\n|---|--:|--:|")
    for name, file in BUSINESSES.items():
        size = THREADS_AT[name]
        ratios = [measured(file, size, 1)["seconds"] / measured(file, size, 2)["seconds"] for _ in range(TURNS)]
        print(f"| {name} | {size:,} | {statistics.median(ratios):.2f} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000])
        sizes_table(parser.parse_args().sizes)
        threads_table()
