"""What can be moved of a lever: each parameter with its range and grade, in the unit in which a slider shows it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.core.lever import Lever, words_of
from sim.core.parameter import GRADES, Declared, declared
from sim.core.units import CURRENCIES, MONTH, Amount
from sim.scenario.market import Market

STEPS, MOST_STEPS = 50, 2000
"""A slider has at least so many steps, and more where it takes them to stand on both ends and on the default."""
DIGITS = 6
"""Behind the point, in the unit of a slider."""
CHOSEN = {"probability": 1.0, "days": 365.0, "count": 12.0, "ratio": 4.0}
"""How far a slider reaches at least for what whoever runs the study decides: no evidence bounds a decision."""


@dataclass(frozen=True)
class Scale:
    """The unit of a slider: so many of it make one of the model's.

    Attributes
    ----------
    word
        As a scenario file writes it behind the number.
    decimals
        Most that may be written.
    """

    factor: float = 1.0
    word: str = ""
    decimals: int = 9


@dataclass(frozen=True)
class Knob:
    """One parameter of one lever, to be moved.

    Attributes
    ----------
    default, low, high, step
        In the unit of the slider; the ends are the range of the evidence. A word has a default only.
    evidence
        Low end, high end and default as they are declared.
    grade
        Of the evidence; None where the number is a decision, for which no evidence sets a range.
    choices
        The words that it may be; empty where it is a number.
    """

    lever: str
    parameter: Declared
    default: Any
    scale: Scale = Scale()
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    evidence: tuple[str, str, str] = ("", "", "")
    grade: str | None = None
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.parameter.name

    @property
    def width(self) -> float:
        """How wide the range of the evidence is, in defaults."""
        return (self.high - self.low) / abs(self.default) if self.default else self.high - self.low

    @property
    def whole(self) -> bool:
        """Whether only whole numbers fit."""
        return self.parameter.unit == "count"

    def shown(self, written: Any) -> Any:
        """Return a value of a scenario file as the slider shows it."""
        return written if self.choices else onto(self.scale, self.parameter.parsed(written))

    def written(self, shown: Any) -> Any:
        """Return a slider's value as a scenario file writes it."""
        if self.choices:
            return shown
        number = round(float(shown), self.scale.decimals)
        text = str(int(number)) if number == int(number) else f"{number:.6g}"
        if self.scale.word:
            return f"{text} {self.scale.word}"
        return int(number) if self.whole else float(text)


def knobs_of(lever: type[Lever], market: Market) -> list[Knob]:
    """Return what can be moved of a lever: the share reached, then its own parameters in the order of its file.

    A group (a team, who is eligible) and what has no default stay as the scenario file has them.
    """
    share = next(parameter for parameter in declared(Lever) if parameter.name == "share")
    found = (knob_of(lever, parameter, market) for parameter in (share, *declared(lever)))
    return [knob for knob in found if knob is not None]


def parted(knobs: Sequence[Knob]) -> tuple[list[Knob], list[Knob]]:
    """Return what one sets, in the order of the lever's file, and what is to be known, the least known first.

    One sets what is a decision, and what the lever's file names first, its strength. Of the others comes first what has
    the worst grade, then what has the widest range: on these the answer is likeliest to hang. Which it hangs on is a
    question for ``sim.study.hangs_on``.
    """
    mine = [knob for place, knob in enumerate(knobs) if knob.grade is None or place == 1]
    known = [knob for knob in knobs if knob not in mine]
    return mine, sorted(known, key=lambda knob: (-list(GRADES).index(knob.grade or ""), -knob.width))


def knob_of(lever: type[Lever], parameter: Declared, market: Market) -> Knob | None:
    """Return one parameter as something to move; None where it is neither a number nor one of some words."""
    name, default = lever.lever_name(), parameter.field.default
    if parameter.unit == "names":
        words = words_of(lever, parameter.name)
        return Knob(name, parameter, default, choices=words) if words else None
    low, high, grade = parameter.low, parameter.high, parameter.grade
    if parameter.market is not None:
        price = market.values[parameter.market]
        default, low, high, grade = price.value, price.low, price.high, price.grade
    if default is None or parameter.unit == "group":
        return None
    evidence = "", "", parameter.written(default)
    usual = parameter.parsed(default)
    if low is None:
        ends = (0 * usual, max(usual, CHOSEN[parameter.unit]))
    else:
        evidence = parameter.written(low), parameter.written(high), evidence[2]
        ends = parameter.parsed(low), parameter.parsed(high)
    scale = scale_of(parameter.unit, evidence[2], usual)
    at, bottom, top = (onto(scale, value) for value in (usual, *ends))
    bottom, top = min(bottom, at), max(top, at)
    step = 1.0 if parameter.unit == "count" else step_of(bottom, top, at, scale.decimals)
    chosen = parameter.source == "choice"
    return Knob(name, parameter, at, scale, bottom, top, step, evidence, None if chosen else grade)


def scale_of(unit: str, written: str, usual: Any) -> Scale:
    """Return the unit in which a slider shows a parameter: that in which its default is written."""
    if isinstance(usual, Amount):
        decimals = CURRENCIES[usual.currency]
        return Scale(10.0**-decimals, usual.currency, decimals)
    if unit == "days":
        return Scale(1.0 / MONTH, "months") if "month" in written else Scale(1.0, "days")
    return {"probability": Scale(100.0, "%"), "1/day": Scale(100.0 * MONTH, "% per month")}.get(unit, Scale())


def onto(scale: Scale, value: Any) -> float:
    """Return a value of the model in the unit of a slider."""
    number = value.minor if isinstance(value, Amount) else value
    return round(float(number) * scale.factor, DIGITS)


def step_of(low: float, high: float, default: float, decimals: int) -> float:
    """Return a round step from which both ends and the default can be reached; the finest where none can."""
    span = high - low
    power = math.floor(math.log10(span / STEPS))
    step = 10.0**power
    for exponent in range(power, power - 4, -1):
        for digit in (5, 2, 1):
            step = digit * 10.0**exponent
            if STEPS <= span / step <= MOST_STEPS and on_grid(span, step) and on_grid(default - low, step):
                return max(step, 10.0**-decimals)
    return max(step, 10.0**-decimals)


def on_grid(distance: float, step: float) -> bool:
    """Whether a distance is a whole number of steps."""
    return abs(distance / step - round(distance / step)) < 1e-6
