"""What the explorer holds: a business, the levers that are pulled, the strategies kept beside; no widgets."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.analysis.intervals import Interval
from sim.core.hooks import Hook
from sim.explorer.bench import Bench, Sample, content
from sim.explorer.knobs import Knob, knobs_of
from sim.levers import BY_NAME
from sim.scenario.document import chain, resolve
from sim.scenario.kinds import PLAN_HOOKS
from sim.scenario.load import build, load, switch_levers
from sim.scenario.market import load_market
from sim.scenario.problems import CONTROL
from sim.scenario.schema import Scenario
from sim.study.study import Study

SHIPPED = tuple(Path(__file__).parents[2] / "scenarios" / name for name in ("", "app", "shop"))
PROFIT = "profit_npv"
LONGEST_NAME = 60
MOST_KEPT = 6
"""Curves beside one another that can still be told apart."""

Pulled = dict[str, dict[str, Any]]
"""Parameters by lever, written as in a scenario file."""


class Refused(ValueError):
    """Something that the explorer does not do: the key of the text that says why, and what fills its gaps."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def businesses() -> list[Path]:
    """Return the scenario files of the shipped businesses that are there."""
    return [file for folder in SHIPPED if (file := folder / "baseline.yaml").is_file()]


@dataclass(frozen=True)
class Row:
    """What one strategy comes to beside the baseline.

    Attributes
    ----------
    retention, profit
        The scenario's own; retention as a share, profit in the currency, of the whole business.
    more_retention, more_profit
        Paired differences to the baseline.
    """

    name: str
    retention: Interval
    profit: Interval
    more_retention: Interval
    more_profit: Interval


@dataclass
class Explorer:
    """A business under levers.

    Attributes
    ----------
    file
        The scenario file that was opened: a business, or a strategy of one.
    folder
        Where files are saved.
    pulled
        The levers of the strategy at hand.
    kept
        Levers of the strategies beside it, by name.
    """

    file: Path
    folder: Path
    name: str
    sample: Sample = field(default_factory=Sample)
    pulled: Pulled = field(default_factory=dict)
    kept: dict[str, Pulled] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.open(self.file)

    def open(self, file: Path) -> None:
        """Open a scenario file; of a strategy, the business that it extends is the baseline.

        Raises
        ------
        ProblemsFound
            When the file is wrong.
        """
        above = chain(file)
        load(file)
        self.baseline = load(above[-1]) if above else load(file)
        self.file, self.kept, self.bench = file, {}, Bench(self.sample)
        self.data = resolve(file).plain()
        self.pulled = {name: dict(values) for name, values in self.own_levers().items()}

    def own_levers(self) -> Pulled:
        """Return the levers that the opened file pulls itself, those of its own making excepted."""
        levers = switch_levers(self.data).get("levers") or {}
        return {name: values for name, values in levers.items() if name in BY_NAME}

    # --- levers -------------------------------------------------------------------------------------------------------

    def knobs(self, lever: str) -> list[Knob]:
        """Return what can be moved of a lever."""
        return knobs_of(BY_NAME[lever], load_market(self.baseline.market))

    def offered(self) -> list[str]:
        """Return the levers that can be pulled in this business and are not."""
        foreign = PLAN_HOOKS if self.baseline.per_use else set[Hook]()
        return [name for name, lever in BY_NAME.items() if name not in self.pulled and not foreign & lever.hooks.keys()]

    def pull(self, lever: str) -> None:
        """Pull a lever with its defaults, or as the opened file has it."""
        self.pulled[lever] = dict(self.own_levers().get(lever, {}))

    def let_go(self, lever: str) -> None:
        """Pull a lever no more."""
        self.pulled.pop(lever, None)

    def value(self, knob: Knob) -> Any:
        """Return where a knob stands, in the unit of its slider."""
        written = self.pulled[knob.lever].get(knob.name)
        return knob.default if written is None else knob.shown(written)

    def move(self, knob: Knob, shown: Any) -> None:
        """Move a knob; what stands on the default is not written."""
        own = self.own_levers().get(knob.lever, {})
        if shown == knob.default and knob.name not in own:
            self.pulled[knob.lever].pop(knob.name, None)
        else:
            self.pulled[knob.lever][knob.name] = knob.written(shown)

    # --- simulating ---------------------------------------------------------------------------------------------------

    def scenario(self, name: str, pulled: Pulled) -> Scenario:
        """Return the opened file's scenario with these levers.

        Raises
        ------
        ProblemsFound
            When they do not fit the business, or one another.
        """
        levers = {**dict.fromkeys(self.own_levers(), False), **pulled}
        own = (self.data.get("levers") or {}).get("custom")
        return build({**self.data, "name": name, "levers": {**levers, **({"custom": own} if own else {})}})

    def scenarios(self) -> list[Scenario]:
        """Return the baseline, the strategy at hand, and those kept, in this order.

        Raises
        ------
        ProblemsFound
            When levers do not fit.
        """
        strategies = {self.name: self.pulled, **self.kept}
        return [self.baseline, *(self.scenario(name, pulled) for name, pulled in strategies.items())]

    def study(self) -> Study:
        """Return the study of all of them."""
        return self.bench.run(self.scenarios())

    @property
    def retention(self) -> str:
        """The metric of retention that is shown: a shop's customers count as lost only late."""
        return "logo_retention_m24" if self.baseline.per_use else "logo_retention_m12"

    def rows(self, study: Study) -> list[Row]:
        """Return what each scenario of a study comes to, the baseline first."""
        kept = self.retention
        return [
            Row(
                name, study.metric(number, kept), study.metric(number, PROFIT),
                study.difference(number, kept).interval, study.difference(number, PROFIT).interval,
            )
            for number, name in enumerate(study.scenarios)
        ]  # fmt: skip

    # --- strategies side by side --------------------------------------------------------------------------------------

    def keep(self, name: str) -> None:
        """Keep the strategy at hand under a name.

        Raises
        ------
        Refused
            When the name cannot be used, or too many are kept.
        """
        name = " ".join(CONTROL.sub(" ", name).split())
        if not name:
            raise Refused("name_empty")
        if len(name) > LONGEST_NAME:
            raise Refused("name_long", most=LONGEST_NAME)
        if name in (self.name, self.baseline.name, *self.kept):
            raise Refused("name_taken", name=name)
        if len(self.kept) >= MOST_KEPT:
            raise Refused("many_kept", most=MOST_KEPT)
        self.kept[name] = copied(self.pulled)

    def remove(self, name: str) -> None:
        """Keep a strategy no more."""
        self.kept.pop(name, None)


def copied(pulled: Pulled) -> Pulled:
    """Return the same levers, so that moving a knob leaves them as they are."""
    return {lever: dict(values) for lever, values in pulled.items()}


def differs(study: Study) -> bool:
    """Whether the strategy at hand is another one than the baseline."""
    baseline, strategy, *_ = map(content, study.design.scenarios)
    return strategy != baseline
