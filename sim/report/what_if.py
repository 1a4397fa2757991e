"""What-ifs of the page: the recommended strategy simulated anew with other shares, prices and levers, on few customers.

Every combination of the sliders is simulated, so that the page needs nothing but itself. At each price the baseline has
that price too, and the strategy is compared with it on the same customers. The price is what bills and orders ask from
the first day on; nobody in the model leaves, stays away or buys less because of it, which the page says.
"""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from sim.core.custom import CUSTOM_PLACES, CustomLever
from sim.core.files import write_text
from sim.core.lever import Lever
from sim.report.about_customers import kept_metric
from sim.report.risks import LARGEST, UNREADABLE
from sim.report.voice import PROFIT, Voice
from sim.scenario.schema import Scenario
from sim.study.api import make_design, run_study
from sim.study.design import Design, default_customers
from sim.study.store import model_version, study_hash

FILE = "sliders.json"
FORMAT = 2
CUSTOMERS = 1000
LIVES = 500_000
"""Customers simulated in all: what two processors do in some ten seconds."""
FEWEST, MOST = 4, 20
"""Replications."""
GRIDS = (
    ((0.25, 0.5, 0.75, 1.0), (0.9, 1.0, 1.1)), ((0.5, 1.0), (0.9, 1.0, 1.1)), ((0.5, 1.0), (1.0,)), ((1.0,), (1.0,)),
)  # fmt: skip
"""Shares of those reached now and prices over the present one, the richest first."""
MOST_SWITCHES = 5
MOST_MONEY = 1e15
"""Beyond this a file holds no figure of a business."""
TOGETHER = 16
"""Scenarios simulated at a time, for the sake of memory."""
FIGURES = ("profit", "kept", "cost")
Step = Callable[[int, int], None]
Found = dict[str, list[float]]


@dataclass(frozen=True)
class Setting:
    """One position of all sliders: place of the share and the price, and one bit per lever that is on."""

    share: int
    price: int
    on: int

    @property
    def key(self) -> str:
        """Its name in the file and the page."""
        return f"{self.share}.{self.price}.{self.on}"


@dataclass(frozen=True)
class Plan:
    """What is to be simulated.

    Attributes
    ----------
    switches
        Levers that can be switched off.
    """

    strategy: int
    switches: tuple[str, ...]
    shares: tuple[float, ...]
    prices: tuple[float, ...]
    customers: int
    replications: int

    def settings(self) -> Iterator[Setting]:
        """Yield every position; with no lever on there is no share."""
        everything, top = 1 << len(self.switches), len(self.shares) - 1
        for price, on in product(range(len(self.prices)), range(everything)):
            yield from (Setting(share, price, on) for share in (range(len(self.shares)) if on else (top,)))


def plan_of(voice: Voice, strategy: int) -> Plan | None:
    """Return the richest grid of what-ifs that can be afforded; None where the strategy pulls no lever."""
    design = voice.study.design
    levers = design.scenarios[strategy].all_levers()
    if not levers:
        return None
    switches = tuple(levers)[:MOST_SWITCHES]
    full = any(len(scenario.custom_levers()) >= CUSTOM_PLACES for scenario in design.scenarios)
    customers = default_customers(design.scenarios) if design.tied else min(CUSTOMERS, design.customers)
    for shares, prices in GRIDS:
        plan = Plan(strategy, switches, shares, (1.0,) if full else prices, customers, FEWEST)
        count = sum(1 for _ in plan.settings()) + len(plan.prices)
        replications = min(MOST, LIVES // (customers * count))
        if replications >= FEWEST:
            break
    return Plan(strategy, switches, plan.shares, plan.prices, customers, max(FEWEST, replications))


def what_ifs(voice: Voice, strategy: int, *, jobs: int | None = None, step: Step | None = None) -> "WhatIfs | None":
    """Return the what-ifs of a strategy: from the run folder if they are there, else simulated and kept in it."""
    plan = plan_of(voice, strategy)
    if plan is None:
        return None
    inputs = inputs_of(voice, plan)
    file = Path(voice.study.folder) / FILE if voice.study.folder else None
    found = kept(file, inputs, plan, voice.study.design.months) if file else None
    if found is None:
        found = simulated(voice, plan, jobs, step)
        if file:
            with suppress(OSError):  # a folder that cannot be written to has a page all the same
                write_text(file, json.dumps({"inputs": inputs, "found": without_gaps(found)}, allow_nan=False) + "\n")
    return WhatIfs(plan, found)


@dataclass(frozen=True)
class WhatIfs:
    """What was found: by setting, profit, retention and cost with their ranges; and retention curves.

    Attributes
    ----------
    found
        ``profit``, ``kept`` and ``cost`` of a key are mean, low and high; ``curve`` is retention by tenure month.
    """

    plan: Plan
    found: dict[str, Found]


def inputs_of(voice: Voice, plan: Plan) -> dict[str, Any]:
    """Return everything that decides the what-ifs."""
    return {
        "format": FORMAT, "study": study_hash(voice.study.design), "model": model_version(),
        "strategy": voice.study.scenarios[plan.strategy], "switches": list(plan.switches), "shares": list(plan.shares),
        "prices": list(plan.prices), "customers": plan.customers, "replications": plan.replications,
        "seed": voice.study.design.seed,
    }  # fmt: skip


def kept(file: Path, inputs: dict[str, Any], plan: Plan, months: int) -> dict[str, Found] | None:
    """Return what a file holds of the same what-ifs; None where it holds none, or something else."""
    try:
        if not file.is_file() or file.stat().st_size > LARGEST:
            return None
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["inputs"] != inputs:
            return None
        keys = [setting.key for setting in plan.settings()] + [f"baseline.{n}" for n in range(len(plan.prices))]
        return {
            key: {**{name: figures(data["found"][key][name], 3) for name in FIGURES},
                  "curve": figures(data["found"][key]["curve"], months + 1)}
            for key in keys
        }  # fmt: skip
    except UNREADABLE:
        return None


def figures(values: list[float | None], count: int) -> list[float]:
    """Return so many figures of a file, not a number where there is none; raises a ValueError for anything else."""
    found = [math.nan if value is None else float(value) for value in values]
    if len(found) != count or any(math.isinf(value) or abs(value) > MOST_MONEY for value in found):
        raise ValueError(values)
    return found


def without_gaps(found: dict[str, Found]) -> dict[str, dict[str, list[float | None]]]:
    """Return what was found with None for what is not known, as JSON has it."""
    return {
        key: {name: [value if math.isfinite(value) else None for value in values] for name, values in entry.items()}
        for key, entry in found.items()
    }


def simulated(voice: Voice, plan: Plan, jobs: int | None, step: Step | None) -> dict[str, Found]:
    """Simulate every setting beside the baseline at the same price, some at a time."""
    found: dict[str, Found] = {}
    settings = list(plan.settings())
    batches = [
        (price, same[first : first + TOGETHER])
        for price in range(len(plan.prices))
        for same in [[setting for setting in settings if setting.price == price]]
        for first in range(0, len(same), TOGETHER)
    ]
    for done, (price, batch) in enumerate(batches):
        found |= simulated_batch(voice, plan, price, batch, jobs)
        if step is not None:
            step(done + 1, len(batches))
    return found


def simulated_batch(voice: Voice, plan: Plan, price: int, batch: list[Setting], jobs: int | None) -> dict[str, Found]:
    """Simulate some settings of one price."""
    design = voice.study.design
    scenarios = [changed(design.baseline, "baseline", None, plan, price)]
    scenarios += [changed(design.scenarios[plan.strategy], setting.key, setting, plan, price) for setting in batch]
    asked: Design = make_design(
        scenarios, baseline="baseline", customers=plan.customers, replications=plan.replications, seed=design.seed
    )
    study = run_study(asked, jobs=jobs)
    table, months = study.retention_table(), asked.months + 1
    found: dict[str, Found] = {}
    for number, key in enumerate([f"baseline.{price}", *(setting.key for setting in batch)]):
        compared = [study.difference(number, name).interval for name in (PROFIT, kept_metric(voice), "lever_cost_npv")]
        found[key] = {name: [one.mean, one.low, one.high] for name, one in zip(FIGURES, compared, strict=True)}
        found[key]["curve"] = [float(value) for value in table["retention"][number * months : (number + 1) * months]]
    return found


def changed(scenario: Scenario, name: str, setting: Setting | None, plan: Plan, price: int) -> Scenario:
    """Return a scenario with the levers, shares and price of a setting; what comes after the horizon is left out."""
    levers = scenario.all_levers()
    if setting is not None:
        off = {lever for place, lever in enumerate(plan.switches) if not setting.on >> place & 1}
        levers = {key: reaching(lever, plan.shares[setting.share]) for key, lever in levers.items() if key not in off}
    custom = {key: lever for key, lever in levers.items() if isinstance(lever, CustomLever)}
    if plan.prices[price] != 1.0:
        own = CustomLever(quantity="list_price", operation="multiply", size=plan.prices[price], source="a what-if")
        custom[f"price x {plan.prices[price]} of a what-if"] = own
    known = {key: levers.get(key) for key in scenario.active_levers()}
    pulled: Any = scenario.levers
    pulled = pulled.model_copy(update={**known, "custom": custom or None})
    return scenario.model_copy(update={"name": name, "levers": pulled, "residual": 0.0})


def reaching(lever: Lever, share: float) -> Lever:
    """Return a lever that reaches a part of those whom it reaches now."""
    return lever.model_copy(update={"share": lever.share * share})
