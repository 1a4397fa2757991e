"""What a person calls: simulate scenario files or scenarios, and compare."""

import os
import time
from collections.abc import Iterable
from numbers import Integral
from pathlib import Path

from sim.core.events import FINE
from sim.core.units import MONTH
from sim.language.words import error_text, listed
from sim.scenario.checks import differs_from_baseline
from sim.scenario.document import chain
from sim.scenario.load import load
from sim.scenario.problems import did_you_mean
from sim.scenario.schema import Scenario
from sim.study import store
from sim.study.design import DEFAULT_REPLICATIONS, Design, Engine, default_customers
from sim.study.notebook_progress import Progress, shown
from sim.study.simulate import KeepEvents, Tally, empty_tally, run_replications
from sim.study.study import Study
from sim.study.until import MOST, NotARule, Until, understood

MOST_CUSTOMERS = 100_000_000
MOST_REPLICATIONS = 100_000
MOST_MEMORY = 8 * 2**30
BYTES_OF_A_CUSTOMER = 1300


class NotComparable(ValueError):
    """The scenarios do not make a study; the message says why and what to do."""


def find_baseline(files: list[Path]) -> str | None:
    """Return the name of the scenario whose file the others extend; None when no file stands out."""
    families = {str(file.resolve()): {str(Path(other).resolve()) for other in chain(file)} for file in files}
    for file in files:
        own = str(file.resolve())
        if all(own in family for other, family in families.items() if other != own):
            return load(file).name
    return None


def load_all(scenarios: Iterable[str | Path | Scenario], baseline: str | None) -> list[Scenario]:
    """Load files and put the baseline first.

    Raises
    ------
    NotComparable
        When names repeat, or no baseline can be told.
    """
    given = list(scenarios)
    if not given:
        raise NotComparable(error_text("study.no_scenario"))
    loaded = [item if isinstance(item, Scenario) else load(item) for item in given]
    names = [scenario.name for scenario in loaded]
    for name in names:
        if names.count(name) > 1:
            raise NotComparable(error_text("study.same_name", name=name))
    if baseline is None:
        files = [Path(item) for item in given if not isinstance(item, Scenario)]
        baseline = find_baseline(files) if len(files) == len(given) else names[0]
    if baseline is None:
        raise NotComparable(error_text("study.which_baseline"))
    if baseline not in names:
        near = did_you_mean(baseline, names)
        here = error_text("study.scenarios_here", names=listed(names))
        hint = error_text("values.did_you_mean", name=near) if near else here
        raise NotComparable(error_text("study.no_such_scenario", name=baseline, hint=hint))
    first = names.index(baseline)
    return [loaded[first], *loaded[:first], *loaded[first + 1 :]]


def make_design(
    scenarios: Iterable[str | Path | Scenario],
    *,
    baseline: str | None = None,
    customers: int | None = None,
    months: int | None = None,
    replications: int | None = None,
    until: str | Until | None = None,
    seed: int = 1,
    engine: Engine = "compiled",
) -> Design:
    """Check that scenarios can be compared and return the study's design.

    Raises
    ------
    ProblemsFound
        When a file is wrong.
    NotComparable
        When the scenarios, or the numbers asked for, do not make a study.
    """
    loaded = load_all(scenarios, baseline)
    if months is not None:
        check_range("months", months, 1, 120)
        loaded = [scenario.model_copy(update={"horizon": months * MONTH}) for scenario in loaded]
    for scenario in loaded:
        if scenario.solved is None:
            raise NotComparable(error_text("study.not_tuned", name=scenario.name))
        different = differs_from_baseline(scenario, loaded[0])
        if different:
            names = {"name": scenario.name, "baseline": loaded[0].name}
            raise NotComparable(error_text("study.other_customers", changed=listed(different), **names))
    size = default_customers(tuple(loaded)) if customers is None else customers
    check_range("customers", size, 1, MOST_CUSTOMERS)
    rule = rule_of(until, len(loaded))
    most = (DEFAULT_REPLICATIONS if rule is None else MOST) if replications is None else replications
    check_range("replications", most, 1 if rule is None else 2, MOST_REPLICATIONS)
    check_range("seed", seed, 0, 2**63 - 1)
    design = Design(tuple(loaded), size, most, seed, engine, until=rule)
    check_size(design)
    return design


def rule_of(until: str | Until | None, scenarios: int) -> Until | None:
    """Return the half-width to go on for, if one is asked for."""
    try:
        rule = understood(until) if isinstance(until, str) else until
    except NotARule as problem:
        raise NotComparable(str(problem)) from None
    if rule is not None and rule.of_difference and scenarios < 2:
        raise NotComparable(error_text("study.no_differences"))
    return rule


def check_range(name: str, value: int, least: int, most: int) -> None:
    """Refuse numbers that make no study."""
    check_whole(name, value)
    if not least <= value <= most:
        raise NotComparable(
            error_text("study.out_of_range", name=name, value=f"{value:,}", least=f"{least:,}", most=f"{most:,}")
        )


def check_whole(name: str, value: object) -> None:
    """Refuse what is no whole number."""
    if not isinstance(value, Integral):
        raise NotComparable(error_text("study.no_whole", name=name, value=repr(value)))


def check_size(design: Design) -> None:
    """Refuse what does not fit into memory or into whole numbers of 64 bits."""
    held = memory_of_tallies(design) + (design.customers * BYTES_OF_A_CUSTOMER if design.tied else 0)
    if held > MOST_MEMORY:
        raise NotComparable(error_text("study.memory", size=f"{held / 2**30:,.0f}"))
    if dearest_month(design) * design.customers * FINE > 2**60 / design.months_valued:
        raise NotComparable(error_text("study.large_sums"))


def dearest_month(design: Design) -> float:
    """Return what the dearest customers of any scenario pay in a month: a year's bill, or orders; minor units."""
    solved = design.baseline.solved.segments.values() if design.baseline.solved else ()
    seats = max([rates.seats or 1.0 for rates in solved], default=1.0)
    bills = seats * max(int(kernel["price"].max()) for kernel in design.kernels)
    orders = max(
        float((kernel["basket"] * kernel["use_level"]).max() * kernel["use"]["peak"].max()) for kernel in design.kernels
    )
    return max(bills, orders * MONTH)


def memory_of_tallies(design: Design) -> int:
    """Return the bytes that all tallies of a study take."""
    one = sum(int(getattr(empty_tally(design), name).nbytes) for name in Tally.__dataclass_fields__)
    return 2 * one * len(design.scenarios) * design.replications  # the tables stack them once more


def threads_for(design: Design, jobs: int | None) -> int:
    """Return how many threads to use: fewer where each holds a whole business in memory."""
    wanted = jobs or os.cpu_count() or 1
    if not design.tied:
        return wanted
    return max(1, min(wanted, MOST_MEMORY // (2 * design.customers * BYTES_OF_A_CUSTOMER)))


def run_study(
    design: Design,
    *,
    jobs: int | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
    keep: KeepEvents | None = None,
) -> Study:
    """Run a study, in a folder that keeps finished replications if one is given.

    Raises
    ------
    NotAStudy
        When the folder holds something else.
    """
    began = time.perf_counter()
    there = store.begin(folder, design) if folder is not None else []
    found = {r: store.load_replication(folder, r, len(design.scenarios)) for r in there} if folder is not None else {}
    threads = 1 if keep is not None or design.engine == "reference" else threads_for(design, jobs)
    for stage in design.stages:
        missing = [r for r in range(stage) if r not in found]
        for replication, tallies in run_replications(design, missing, threads, progress, keep):
            if folder is not None:
                store.save_replication(folder, replication, tallies)
            found[replication] = tallies
        study = Study(design, [found[r] for r in range(stage)], folder=str(folder or ""))
        if study.precise:
            break
    study.seconds = {"simulate": time.perf_counter() - began}
    return study


def simulate(
    scenarios: Iterable[str | Path | Scenario],
    *,
    baseline: str | None = None,
    customers: int | None = None,
    months: int | None = None,
    replications: int | None = None,
    until: str | None = None,
    seed: int = 1,
    engine: Engine = "compiled",
    jobs: int | None = None,
    progress: bool | Progress | None = None,
) -> Study:
    """Simulate every scenario on the same customers.

    Parameters
    ----------
    scenarios
        Scenario files or loaded scenarios. The baseline is the file that the others extend, or the first scenario.
    baseline
        Name of the baseline, where it cannot be told.
    customers
        Sample size: opening book and expected candidates of the baseline; 10,000, or the business's own size where a
        team ties customers. It changes precision and nothing else.
    months
        Horizon instead of the files' own.
    replications
        Independent repetitions, 20 if left out; intervals come from them. With ``until`` the most, 500 if left out.
    until
        Half-width of 95 % intervals for which replications go on: ``"profit_npv +- 1 %"`` of each scenario's figure,
        ``"difference profit_npv +- 1 %"`` of each strategy's difference, in per cent of the baseline's figure; also
        in points of a share (``0.5 pp``) or in the metric's own unit. ``study.precise`` says whether it was reached.
    seed
        Of the study; the same seed gives the same bits.
    engine
        ``compiled`` or ``reference`` (SimPy): the same events, slower.
    jobs
        Threads; all processors if left out.
    progress
        True and False show how far it is, or not; left out, it is shown in a notebook and not in a script. A function
        is called with the pieces done and all pieces.

    Returns
    -------
    Study
        With tables, metrics and paired differences.

    Raises
    ------
    ProblemsFound
        When a file is wrong: every problem with its place.
    NotComparable
        When the scenarios do not make a study.
    """
    design = make_design(
        scenarios, baseline=baseline, customers=customers, months=months, replications=replications, until=until,
        seed=seed, engine=engine,
    )  # fmt: skip
    with shown(progress) as step:
        return run_study(design, jobs=jobs, progress=step)
