"""How fast, how small, how sharp: ratios measured in one run, since machines are noisy. Nothing here passes or fails.

    python benchmarks/speed.py [customers]

Customers are the sample as `run --customers` counts it: opening book and expected prospects over the horizon. All of
them live through the horizon and the residual, and their past is simulated too; "living months" counts paying
customers' months, and uses per month say how busy they are.
"""

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import sim
from sim.analysis.measures import Measure
from sim.core.events import Stage
from sim.study.api import make_design, run_study
from sim.study.design import Design
from sim.study.simulate import customers_of, run_engine

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ROOT / "scenarios" / "baseline.yaml"
ALL_FIVE = ROOT / "scenarios" / "all_five.yaml"
STRATEGIES = [file for file in sorted((ROOT / "scenarios").glob("*.yaml")) if file != BASELINE]
TEAM = {"guided_onboarding": {"team": {"agents": 3}}}


def design(customers: int, *strategies: object, **options: object) -> Design:
    """Return a study of the baseline and some strategies."""
    return make_design([sim.load(BASELINE), *strategies], customers=customers, **options)  # type: ignore[arg-type]


def living_months(study: object) -> tuple[float, float]:
    """Return paying customers' months, and uses per such month."""
    sums = study.stacked(0, "sums").sum(axis=(0, 2, 3))  # type: ignore[attr-defined]
    stages = sums[:, Measure.STAGE + Stage.GROWTH : Measure.STAGE + Stage.DORMANCY + 1].sum(axis=1)
    months = float(np.cumsum(stages)[: study.design.months_valued].sum())  # type: ignore[attr-defined]
    return months, float(sums[:, Measure.USES].sum()) / months


def compiled_speed(file: Path, customers: int) -> None:
    """Print the compiled engine's speed on one core on one scenario, ledger included."""
    run_study(make_design([file], customers=500, replications=1), jobs=1)
    began = time.perf_counter()
    study = run_study(make_design([file], customers=customers, replications=1), jobs=1)
    seconds = time.perf_counter() - began
    months, uses = living_months(study)
    residual = study.design.months_valued - study.design.months
    print(
        f"compiled, one core, {study.scenarios[0]}: {customers:,} customers x {study.design.months} months (and "
        f"{residual} of residual) in "
        f"{seconds:.2f} s, ledger and opening book included"
    )
    print(
        f"  {customers * study.design.months / seconds:,.0f} customer-months/s; {months:,.0f} living months, "
        f"{months / seconds:,.0f}/s, {uses:.1f} uses a month; {study.events:,} logged events, "
        f"{study.events / seconds:,.0f}/s"
    )


def engine_seconds(study: Design, engine: str) -> tuple[float, int]:
    """Return seconds and log rows of an engine alone on one replication's customers."""
    one = Design(study.scenarios, study.customers, 1, study.seed, engine)  # type: ignore[arg-type]
    rows, seconds = 0, 0.0
    for task in one.tasks(0):
        customers = customers_of(one, task)
        began = time.perf_counter()
        for piece in run_engine(one)(customers, one.kernels[0].copy(), one.months_valued * sim_month()):
            rows += len(piece)
        seconds += time.perf_counter() - began
    return seconds, rows


def sim_month() -> float:
    """Return the length of a month in days."""
    return 365.25 / 12


def engines(customers: int = 2_000) -> None:
    """Print both engines' speed on the same customers."""
    both = design(customers, replications=1)
    for engine in ("compiled", "reference"):
        engine_seconds(design(200, replications=1), engine)
    fast, rows = engine_seconds(both, "compiled")
    slow, same = engine_seconds(both, "reference")
    assert rows == same
    print(
        f"engines alone, {customers:,} customers: compiled {rows / fast:,.0f} events/s, reference {rows / slow:,.0f} "
        f"events/s, ratio {slow / fast:.0f}"
    )


def threads(customers: int) -> None:
    """Print what a second thread brings."""
    spent = {}
    for jobs in (1, 2):
        began = time.perf_counter()
        run_study(design(customers, replications=2), jobs=jobs)
        spent[jobs] = time.perf_counter() - began
    print(f"threads: two {spent[1] / spent[2]:.2f} times one")


def variance(customers: int = 4_000, replications: int = 24) -> None:
    """Print how many times smaller the variance of the paired profit difference is than with independent seeds."""
    study = run_study(make_design([BASELINE, *STRATEGIES], customers=customers, replications=replications))
    factors = [study.difference(number, "profit_npv").variance_factor for number in range(1, len(study.scenarios))]
    least, middle = min(factors), np.median(factors)
    print(f"variance of the paired profit_npv difference: least factor {least:.0f}, median {middle:.0f}")
    for number, name in enumerate(study.scenarios[1:], start=1):
        profit, kept = (study.difference(number, metric) for metric in ("profit_npv", "logo_retention_m24"))
        print(
            f"variance of the difference, {name}: profit_npv {profit.variance_factor:.1f} times smaller than with "
            f"independent seeds, 24-month retention {kept.variance_factor:.1f} times"
        )


PEAK = """
import re, sys
sys.path.insert(0, {root!r})
import sim
from sim.study.api import make_design
from sim.study.simulate import run_task
base = sim.load({baseline!r})
scenarios = [base.with_levers(name='teams', **{levers!r})] if {levers!r} else [base]
study = make_design(scenarios, customers={customers}, replications=1)
for task in study.tasks(0):
    run_task(study, task)
print(1024 * int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]))
"""


def peak(customers: int, levers: dict[str, object]) -> int:
    """Return the peak memory of a process that runs one replication of one scenario (on Linux).

    Not ``ru_maxrss``: a child inherits its parent's.
    """
    code = PEAK.format(root=str(ROOT), baseline=str(BASELINE), levers=levers, customers=customers)
    return int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def memory(small: int = 20_000, large: int = 200_000) -> None:
    """Print peak memory per customer, with and without a team that ties customers."""
    for name, levers in (("without ties", {}), ("with a team", TEAM)):
        peak(1_000, levers)  # so that nothing is compiled while it counts
        first, second = peak(small, levers), peak(large, levers)
        print(
            f"peak memory {name}: {first / 2**20:.0f} MiB with {small:,} customers, {second / 2**20:.0f} MiB with "
            f"{large:,}: {(second - first) / (large - small):.0f} bytes a customer"
        )


def start_up() -> None:
    """Print how long the command takes to say what it can do, and to make a small study."""
    small = ["--customers", "1000", "--quiet", "--out"]
    for name, arguments in {
        "--help": ["--help"],
        "run, the baseline, 1,000 customers": ["run", str(BASELINE), *small, f"{PLACE}/one"],
        "run, all scenarios, 1,000 customers": ["run", *map(str, (BASELINE, *STRATEGIES)), *small, f"{PLACE}/all"],
    }.items():
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "sim", *arguments], check=True, capture_output=True, cwd=ROOT)
        print(f"retention-sim {name}: {time.perf_counter() - began:.2f} s")


PLACE = ""

if __name__ == "__main__":
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("customers", nargs="?", type=int, default=100_000)
    sample = parser.parse_args().customers
    with tempfile.TemporaryDirectory() as PLACE:
        for file in (BASELINE, ALL_FIVE):
            compiled_speed(file, sample)
        engines()
        threads(sample // 2)
        variance()
        memory()
        start_up()
    print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10:.0f} MiB at its peak")
