"""Why the recommended strategy may fail: what hangs-on found, profit beyond the horizon, weakly known numbers."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.parameter import GRADES
from sim.report.voice import Voice
from sim.study.hangs_on_numbers import WEAK, Number, numbers_of, place_of

FILE = "hangs_on.json"
"""In the run folder, written by ``retention-sim hangs-on``."""
LARGEST = 32 * 2**20


@dataclass(frozen=True)
class Turning:
    """A weakly known number in a strategy's comparison, as hangs-on found it; values as people write them.

    Attributes
    ----------
    above
        Whether the sign changes where the number is higher than assumed.
    turns_at
        Where it changes; empty where it does not.
    """

    name: str
    present: str
    low: str
    high: str
    grade: str
    source: str
    at_low: float
    at_high: float
    swing: float
    sure: bool
    turns_at: str
    above: bool


@dataclass(frozen=True)
class HangsOn:
    """What a finished ``hangs-on`` says of one strategy, largest swing first."""

    numbers: tuple[Turning, ...]
    customers: int
    replications: int

    @property
    def turning(self) -> list[Turning]:
        """The numbers that surely turn the answer."""
        return [number for number in self.numbers if number.sure and number.turns_at]


def read_hangs_on(voice: Voice, strategy: int) -> HangsOn | None:
    """Return what the run folder holds of one strategy; None where it holds nothing that can be read."""
    if not voice.study.folder:
        return None
    file = Path(voice.study.folder) / FILE
    try:
        if file.stat().st_size > LARGEST:
            return None
        data = json.loads(file.read_text(encoding="utf-8"))
        if (data["seed"], data["months"]) != (voice.study.design.seed, voice.study.design.months):
            return None
        lines = data["comparisons"][voice.study.scenarios[strategy]]["numbers"]
        return HangsOn(tuple(map(turning, lines)), int(data["customers"]), int(data["replications"]))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def turning(line: dict[str, Any]) -> Turning:
    """Read one number's line."""
    written, turns, at = line["written"], line["turns"], line["turns_at"]
    return Turning(
        str(line["number"]), str(written["present"]), str(written["low"]), str(written["high"]), str(line["grade"]),
        str(line["source"]), float(line["difference_at_low"]), float(line["difference_at_high"]),
        float(line["swing"]), bool(line["sure"]), str(turns[0]["value"]) if turns else "",
        at is not None and float(at) > float(line["present"]),
    )  # fmt: skip


def weak_numbers(voice: Voice, strategy: int) -> list[Number]:
    """Return the weakly known numbers that are the strategy's own, worst grade first, then widest range.

    A strategy whose own numbers are all well known rests on those of the business.
    """
    found = numbers_of(voice.study.design.scenarios, WEAK)
    own = [number for number in found if strategy in number.present and 0 not in number.present]
    return sorted(own or found, key=lambda number: (-list(GRADES).index(number.range.grade), -width(number, strategy)))


def width(number: Number, strategy: int) -> float:
    """Return how wide a number's range is, in its stated values."""
    low, high = place_of(number.range.low), place_of(number.range.high)
    stated = abs(place_of(number.stated(strategy)))
    return (high - low) / stated if stated > 0.0 else high - low


def failures(voice: Voice, strategy: int, found: HangsOn | None) -> list[str]:
    """Return clauses that go on "it fails if", the gravest first."""
    words, clauses = voice.words, []
    for number in found.turning if found else []:
        key = "fails_above" if number.above else "fails_below"
        clauses.append(words(key, number=number.name, value=number.turns_at, present=number.present))
    beyond = voice.difference(strategy, "profit_npv_with_residual")
    if beyond.mean < 0.0:
        clauses.append(words("fails_beyond", profit=voice.changes(beyond)))
    if found is not None and not found.turning:
        clauses.append(words("fails_together", count=len(found.numbers)))
    if found is None:
        clauses += [untested(voice, strategy, number) for number in weak_numbers(voice, strategy)[:1]]
    return clauses or [words("fails_by_nothing")]


def untested(voice: Voice, strategy: int, number: Number) -> str:
    """Say that the answer rests on a weakly known number, and that nobody has tried another value of it."""
    return voice.words(
        "fails_untested", number=number.name, present=number.written(number.stated(strategy)),
        low=number.written(number.range.low), high=number.written(number.range.high), grade=number.range.grade,
    )  # fmt: skip
