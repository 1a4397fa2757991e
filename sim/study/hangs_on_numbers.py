"""The numbers that an answer may hang on: found in the scenarios by how they are declared, and how each is changed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sim.core.forms import short
from sim.core.parameter import Declared, Parameters, declared
from sim.core.units import CURRENCIES, DAYS_IN, Amount, PriceTag, spell
from sim.scenario.checks import check
from sim.scenario.market import Market, load_market
from sim.scenario.schema import Scenario

Path = tuple[str, ...]
WEAK = ("D", "S", "J")
"""Grades of numbers that rest on no stated method."""
REASONS = ("behaviour", "reasons")
PERCENT_PER = re.compile(r"[0-9.]+ % per ([a-z]+)")
CHOSEN = "choice"
"""The source of what whoever runs the study decides."""


@dataclass(frozen=True)
class Range:
    """What is declared of a number.

    Attributes
    ----------
    low, high
        As the model holds them.
    texts
        Both ends and the default as they are declared, with what they mean.
    """

    low: Any
    high: Any
    grade: str
    source: str
    texts: tuple[tuple[Any, str], ...]


@dataclass(frozen=True)
class Number:
    """One number that is swept.

    Attributes
    ----------
    path
        Where it stands in a scenario file.
    present
        Its stated value by the place of the scenario in which it is changed, the baseline's place being 0.
    """

    path: Path
    parameter: Declared
    range: Range
    present: dict[int, Any]

    @property
    def name(self) -> str:
        """The path as people write it."""
        return ".".join(self.path)

    def comparisons(self, scenarios: int) -> tuple[int, ...]:
        """Return the strategies whose difference to the baseline may move."""
        return tuple(range(1, scenarios)) if 0 in self.present else tuple(self.present)

    def stated(self, strategy: int) -> Any:
        """Return the value that holds in a comparison."""
        return self.present.get(strategy, self.present.get(0))

    def written(self, value: Any) -> str:
        """Write a value for people; what is declared stays in its own unit."""
        texts = (text for known, text in self.range.texts if known == value)
        return next(texts, None) or self.spelled(value)

    def spelled(self, value: Any) -> str:
        """Write a value that is not declared; a rate in per cent of the period in which its range is declared."""
        declared = (PERCENT_PER.fullmatch(text) for _, text in self.range.texts)
        period = next((found[1] for found in declared if found), None)
        if self.parameter.unit != "1/day" or period is None:
            return spell(value, self.parameter.unit)
        return f"{short(value * DAYS_IN[period] * 100)} % per {period}"

    def changed(self, scenarios: tuple[Scenario, ...], value: Any) -> tuple[Scenario, ...]:
        """Return the scenarios with this number at another value."""
        return tuple(
            changed_in(scenario, self.path, value) if place in self.present else scenario
            for place, scenario in enumerate(scenarios)
        )

    def misfit(self, scenarios: tuple[Scenario, ...]) -> str:
        """Say why changed scenarios are none that a file could state; nothing if they are."""
        for place in self.present:
            for _, message, _ in check(scenarios[place], load_market(scenarios[place].market)):
                return message
        return ""


def numbers_of(scenarios: tuple[Scenario, ...], grades: Iterable[str]) -> list[Number]:
    """Return every number of some grades that has a range and that a scenario uses.

    Where a strategy states another value than the baseline does, that is what the strategy is about: the number is
    then changed apart, in such strategies alone.
    """
    wanted, found = set(grades), dict[tuple[Path, bool], Number]()
    stated = [{path: value for path, _, value in stated_in(scenario)} for scenario in scenarios]
    market = load_market(scenarios[0].market)
    for place, scenario in enumerate(scenarios):
        for path, parameter, value in stated_in(scenario):
            known = range_of(parameter, market)
            if known is None or known.grade not in wanted or value is None:
                continue
            own = path not in stated[0] or stated[0][path] != value
            number = found.setdefault((path, own), Number(path, parameter, known, {}))
            number.present[place] = value
    return list(found.values())


def stated_in(scenario: Scenario) -> Iterator[tuple[Path, Declared, Any]]:
    """Yield path, declaration and value of every number that says where it comes from."""
    for name, group in scenario:
        if isinstance(group, Parameters):
            yield from within(group, (name,))


def within(group: Parameters, above: Path) -> Iterator[tuple[Path, Declared, Any]]:
    """Yield the numbers of a group and of the groups inside it."""
    known = declarations(type(group))
    for name, value in group:
        if isinstance(value, Parameters):
            yield from within(value, (*above, name))
        elif name in known:
            yield (*above, name), known[name], value


def declarations(kind: type[Parameters]) -> dict[str, Declared]:
    """Return what is declared of a group's numbers, inherited ones too; the nearest declaration holds."""
    found: dict[str, Declared] = {}
    for group in kind.__mro__:
        if isinstance(group, type) and issubclass(group, Parameters) and any(map(says, group.model_fields.values())):
            found = {one.name: one for one in declared(group) if says(one.field)} | found
    return found


def says(field: Any) -> bool:
    """Whether a field says where its number comes from."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and ("market" in extra or "source" in extra)


def range_of(parameter: Declared, market: Market) -> Range | None:
    """Return a number's range; None for what has none."""
    known: Any = parameter if parameter.market is None else market.values.get(parameter.market)
    if known is None or known.low is None or known.high is None or known.source == CHOSEN:
        return None
    default = known.default if known is parameter else known.value
    texts = [parameter.written(known.low), parameter.written(known.high)]
    if known is not parameter or not parameter.field.is_required():
        texts.append(default)
    low, high = parameter.parsed(known.low), parameter.parsed(known.high)
    return Range(low, high, known.grade, known.source, tuple((parameter.parsed(text), text) for text in texts))


def changed_in(scenario: Scenario, path: Path, value: Any) -> Scenario:
    """Return a scenario with one number changed.

    The shares of the reasons add up to one: the others give way in proportion, and the solved mix, which is what the
    customers live by, moves as the shares do.
    """
    if path[:-1] != REASONS:
        return with_value(scenario, path, value)  # type: ignore[no-any-return]
    shares = dict(scenario.behaviour.reasons)
    rest = 1.0 - shares[path[-1]]
    moved = {name: value if name == path[-1] else share * (1.0 - value) / rest for name, share in shares.items()}
    reasons = scenario.behaviour.reasons.model_copy(update=moved)
    scenario = with_value(scenario, REASONS, reasons)
    if scenario.solved is None:
        return scenario
    mix = {name: share * moved[name] / shares[name] if shares[name] > 0.0 else 0.0
           for name, share in scenario.solved.reasons}  # fmt: skip
    solved = {name: share / sum(mix.values()) for name, share in mix.items()}
    return with_value(scenario, ("solved", "reasons"), scenario.solved.reasons.model_copy(update=solved))  # type: ignore[no-any-return]


def with_value(group: Any, path: Path, value: Any) -> Any:
    """Return a group with one number changed."""
    name, *rest = path
    inner = with_value(getattr(group, name), tuple(rest), value) if rest else value
    return group.model_copy(update={name: inner})


# --- numbers as places on a line ------------------------------------------------------------------------------------


def place_of(value: Any) -> float:
    """Return a number without its unit: money in whole coins of its currency, a price a month."""
    if isinstance(value, PriceTag):
        return place_of(value.amount) / value.months
    if isinstance(value, Amount):
        return float(value.minor / 10 ** CURRENCIES[value.currency])
    return float(value)


def value_at(place: float, like: Any) -> Any:
    """Return the number of the same kind at a place; money and counts are rounded to what can be written."""
    if isinstance(like, PriceTag):
        return replace(like, amount=value_at(place * like.months, like.amount))
    if isinstance(like, Amount):
        return replace(like, minor=round(place * 10 ** CURRENCIES[like.currency]))
    return round(place) if isinstance(like, int) else place


def unit_of_place(number: Number) -> str:
    """Name the unit of ``place_of``."""
    value = number.range.low
    if isinstance(value, PriceTag):
        return f"{value.amount.currency}/month"
    return value.currency if isinstance(value, Amount) else number.parameter.unit
