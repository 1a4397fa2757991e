"""How the report says figures of a study: money with its currency, ranges, names of scenarios in quotes."""

import re
import shlex
from dataclasses import dataclass
from functools import cached_property

from sim.analysis.intervals import Interval
from sim.core.parameter import GRADES
from sim.language.formats import NO_BREAK_HERE, currency_name
from sim.language.words import Words
from sim.study.hangs_on_numbers import WEAK, Number, numbers_of, place_of
from sim.study.numbers import Numbers
from sim.study.study import Study

PROFIT = "profit_npv"
GROUP = "levers."
"""The group of every lever's number."""
NO_EFFECTS = ("money", "days", "count")
"""Units of what is decided or paid; the others are of what customers do."""
STRATEGY = 1
"""Place of the strategy among the two scenarios of which weakly known numbers are looked for."""


@dataclass(frozen=True)
class Voice:
    """A study and the language in which it is told."""

    study: Study
    language: str

    @cached_property
    def words(self) -> Words:
        """The texts of the report."""
        return Words("report", self.language, shop=self.study.design.baseline.per_use)

    @cached_property
    def numbers(self) -> Numbers:
        """Figures as the language writes them."""
        return Numbers(self.language)

    @property
    def currency(self) -> str:
        """What the currency is called."""
        return currency_name(self.study.design.baseline.currency, self.language)

    @property
    def strategies(self) -> range:
        """The places of all scenarios but the baseline."""
        return range(1, len(self.study.scenarios))

    def name(self, scenario: int) -> str:
        """Return a scenario's name in quotes."""
        return self.words("quoted", name=self.study.scenarios[scenario])

    def named(self, scenarios: list[int]) -> str:
        """Return several names in one list."""
        return self.listed([self.name(scenario) for scenario in scenarios])

    def listed(self, texts: list[str]) -> str:
        """Return texts as one list: a, b and c."""
        if len(texts) < 2:
            return "".join(texts)
        return self.words("list_gap").join(texts[:-1]) + self.words("list_end") + texts[-1]

    def level(self, value: float, unit: str = "money") -> str:
        """Return a figure, money with its currency."""
        text = whole(self.numbers.level(value, unit))
        return self.words("amount", amount=text, currency=self.currency) if unit == "money" else text

    def change(self, value: float, unit: str = "money") -> str:
        """Return a figure with its sign."""
        text = whole(self.numbers.change(value, unit))
        return self.words("amount", amount=text, currency=self.currency) if unit == "money" else text

    def levels(self, found: Interval, unit: str = "money") -> str:
        """Return a figure with its range; alone where it has none."""
        if found.low != found.low or found.low == found.high:
            return self.level(found.mean, unit)
        low, high = (whole(self.numbers.level(bound, unit)) for bound in (found.low, found.high))
        if low == high:  # narrower than figures are written
            return self.level(found.mean, unit)
        return self.words("with_range", value=self.level(found.mean, unit), low=low, high=high)

    def changes(self, found: Interval, unit: str = "money") -> str:
        """Return a signed figure with its range; alone where it has none."""
        if found.low != found.low or found.low == found.high:
            return self.change(found.mean, unit)
        low, high = (whole(self.numbers.change(bound, unit, named=False)) for bound in (found.low, found.high))
        if low == high:
            return self.change(found.mean, unit)
        return self.words("with_range", value=self.change(found.mean, unit), low=low, high=high)

    def moved(
        self, key: str, found: Interval, unit: str = "money", *, beside: Interval | None = None, **said: str
    ) -> list[str]:
        """Say by how much the shown strategy changes something; that it does not, where nothing changes at all.

        Nothing is said of what is not known, nor where only what stands beside it in the text changes.
        """
        if found.mean != found.mean:
            return []
        if unchanged(found):
            same = beside is None or unchanged(beside)
            return [self.words("changes_nothing", strategy=self.name(self.shown))] if same else []
        return [self.words(key, strategy=self.name(self.shown), change=self.changes(found, unit), **said)]

    def difference(self, scenario: int, metric: str) -> Interval:
        """Return a strategy's difference to the baseline."""
        return self.study.difference(scenario, metric).interval

    def surely_better(self, scenario: int) -> bool:
        """Whether a strategy earns more, by its own interval and by the one that holds for all strategies at once."""
        found = self.study.difference(scenario, PROFIT)
        return found.interval.low > 0.0 and (found.simultaneous or found.interval).low > 0.0

    @cached_property
    def recommended(self) -> int | None:
        """The strategy that surely earns more, and most; None where there is none."""
        better = [number for number in self.strategies if self.surely_better(number)]
        return max(better, key=lambda number: self.difference(number, PROFIT).mean, default=None)

    @cached_property
    def shown(self) -> int:
        """The strategy that sentences are about: the recommended one, else that with the highest mean profit."""
        if self.recommended is not None:
            return self.recommended
        return max(self.strategies, key=lambda number: self.difference(number, PROFIT).mean, default=0)

    def number(self, name: str) -> str:
        """Return in quotes what a number of a scenario file is, in words; its name where no lever declares it."""
        if name not in self.described:
            return self.words("quoted", name=name.removeprefix(GROUP))
        number = self.described[name]
        said = number.parameter.described(self.language).rstrip(".。")
        levers, lever = Words("lever_names", self.language), f"name_{number.path[1] if len(number.path) > 2 else ''}"
        known = levers(lever) if lever in levers.texts else ""
        return self.words("quoted", name=self.words("of_lever", lever=known, number=said) if known else said)

    @property
    def command(self) -> str:
        """What finds out on which numbers the answer hangs."""
        return f"retention-sim hangs-on {shlex.quote(self.study.folder) if self.study.folder else 'RUN'}"

    @cached_property
    def described(self) -> dict[str, Number]:
        """Every number that the shown strategy's comparison may hang on, by its name."""
        scenarios = self.study.design.scenarios
        return {number.name: number for number in numbers_of((scenarios[0], scenarios[self.shown]), GRADES)}

    @property
    def questioned(self) -> Number | None:
        """The weakly known number to question first: of an effect, for profit hangs on these, rather than of a cost.

        One that is stated outside of its range is questioned only where there is no other.
        """

        def rank(number: Number) -> tuple[bool, bool]:
            low, stated, high = map(place_of, (number.range.low, number.stated(STRATEGY), number.range.high))
            return number.parameter.unit in NO_EFFECTS, not low <= stated <= high

        return min(self.weak_numbers, key=rank, default=None)

    @cached_property
    def weak_numbers(self) -> list[Number]:
        """The weakly known numbers on which the shown strategy rests, worst grade first, then widest range.

        Those that are its own; a strategy without any rests on those of the business.
        """
        scenarios = self.study.design.scenarios
        found = numbers_of((scenarios[0], scenarios[self.shown]), WEAK)
        own = [number for number in found if 0 not in number.present]
        return sorted(own or found, key=lambda one: (-list(GRADES).index(one.range.grade), -width(one)))


def whole(figure: str) -> str:
    """Keep a figure and the Chinese word of its size on one line, which a browser would part."""
    return re.sub("(?<=[0-9万])(?=[万亿])", NO_BREAK_HERE, figure)


def unchanged(found: Interval) -> bool:
    """Whether a difference is none in any replication."""
    return found.mean == 0.0 and not found.half_width > 0.0


def width(number: Number) -> float:
    """Return how wide a number's range is, in its stated values."""
    low, high = place_of(number.range.low), place_of(number.range.high)
    stated = abs(place_of(number.stated(STRATEGY)))
    return (high - low) / stated if stated > 0.0 else high - low
