"""What levers cost in time: all of them off against none there, and all of them on. Ratios measured in one run.

    python benchmarks/levers.py [customers]

For "none there" the package is copied with an empty register, so that nothing of a lever is compiled.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3
TIMED = """
import sys, time, sim
from sim.levers import LEVERS
from sim.study.api import make_design, run_study

customers, pulled = int(sys.argv[1]), sys.argv[2] == "on"
scenario = sim.load(sys.argv[3])
if pulled:
    scenario = scenario.with_levers("everything", **{lever.lever_name(): {} for lever in LEVERS})
def study(size):
    return run_study(make_design([scenario], baseline=scenario.name, customers=size, replications=1), jobs=1)
began = time.perf_counter()
study(200)
first = time.perf_counter() - began
began = time.perf_counter()
events = study(customers).events
print(first, time.perf_counter() - began, events)
"""


def timed(package: Path, cache: Path, customers: int, *words: str) -> tuple[float, float, int]:
    """Return seconds of a small first run, seconds of the run itself, and logged events."""
    env = {**os.environ, "PYTHONPATH": str(package), "RETENTION_SIM_CACHE": str(cache)}
    command = [sys.executable, "-c", TIMED, str(customers), *words]
    out = subprocess.run(command, env=env, capture_output=True, text=True, check=True, cwd=cache).stdout.split()
    return float(out[0]), float(out[1]), int(out[2])


def without_levers(folder: Path) -> Path:
    """Copy the package with an empty register of levers."""
    package = folder / "none"
    shutil.copytree(ROOT / "sim", package / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    register = package / "sim" / "levers" / "__init__.py"
    register.write_text(
        "from sim.core.lever import Lever\n\nLEVERS: tuple[type[Lever], ...] = ()\n"
        "BY_NAME: dict[str, type[Lever]] = {}\n",
        encoding="utf-8",
    )
    return package


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("customers", type=int, nargs="?", default=100_000)
    customers = parser.parse_args().customers
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        baseline, few = str(ROOT / "scenarios" / "baseline.yaml"), max(1000, customers // 5)
        none, cache = without_levers(folder), folder / "cache"
        cache.mkdir()
        first = timed(ROOT, cache, few, "off", baseline)[0]
        timed(none, cache, few, "off", baseline)
        print(f"first run ever, empty compile cache: {first:.0f} s")
        print(f"with the cache filled: {timed(ROOT, cache, 200, 'off', baseline)[0]:.2f} s")
        there, gone = [], []
        for _ in range(ROUNDS):  # in turns, as machines are noisy
            there.append(timed(ROOT, cache, few, "off", baseline)[1])
            gone.append(timed(none, cache, few, "off", baseline)[1])
        print(f"levers off: {100 * (min(there) / min(gone) - 1):+.1f} % against none there ({few:,} customers)")
        _, seconds, events = timed(ROOT, cache, customers, "on", baseline)
        print(f"every lever on: {customers:,} customers in {seconds:.1f} s on one core, {events:,} logged events")


if __name__ == "__main__":
    main()
