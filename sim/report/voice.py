"""How the report says figures of a study: money with its currency, ranges, names of scenarios in quotes."""

import re
from dataclasses import dataclass
from functools import cached_property

from sim.analysis.intervals import Interval
from sim.core.parameter import GRADES
from sim.language.formats import currency_name
from sim.language.words import Words
from sim.study.hangs_on_numbers import WEAK, Number, numbers_of, place_of
from sim.study.numbers import Numbers
from sim.study.study import Study

PROFIT = "profit_npv"
NO_BREAK_HERE = "\u2060"
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
        return self.words("with_range", value=self.level(found.mean, unit), low=low, high=high)

    def changes(self, found: Interval, unit: str = "money") -> str:
        """Return a signed figure with its range; alone where it has none."""
        if found.low != found.low or found.low == found.high:
            return self.change(found.mean, unit)
        low, high = (whole(self.numbers.change(bound, unit, named=False)) for bound in (found.low, found.high))
        return self.words("with_range", value=self.change(found.mean, unit), low=low, high=high)

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


def width(number: Number) -> float:
    """Return how wide a number's range is, in its stated values."""
    low, high = place_of(number.range.low), place_of(number.range.high)
    stated = abs(place_of(number.stated(STRATEGY)))
    return (high - low) / stated if stated > 0.0 else high - low
