"""Why the recommended strategy may fail: what hangs-on found, profit beyond the horizon, weakly known numbers."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.language.formats import quantity
from sim.report.voice import GROUP, STRATEGY, Voice
from sim.study.hangs_on_numbers import Number
from sim.study.store import study_hash

FILE = "hangs_on.json"
"""In the run folder, written by ``retention-sim hangs-on``."""
LARGEST = 32 * 2**20
LONGEST = 200
"""Letters of a text in it."""
UNREADABLE = (OSError, ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError)
"""What reading a file may raise that somebody has edited."""


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
    """Return what the run folder holds of one strategy; None where it holds nothing readable, or of another study."""
    if not voice.study.folder:
        return None
    file = Path(voice.study.folder) / FILE
    try:
        if not file.is_file() or file.stat().st_size > LARGEST:
            return None
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["study"] != study_hash(voice.study.design):
            return None
        lines = data["comparisons"][voice.study.scenarios[strategy]]["numbers"]
        return HangsOn(tuple(map(turning, lines)), int(data["customers"]), int(data["replications"]))
    except UNREADABLE:
        return None


def turning(line: dict[str, Any]) -> Turning:
    """Read one number's line."""
    written, turns, at = line["written"], line["turns"], line["turns_at"]
    present, low, high = (text(written[name]) for name in ("present", "low", "high"))
    return Turning(
        text(line["number"]), present, low, high, text(line["grade"]), text(line["source"]),
        float(line["difference_at_low"]), float(line["difference_at_high"]), float(line["swing"]), bool(line["sure"]),
        text(turns[0]["value"]) if turns else "", at is not None and float(at) > float(line["present"]),
    )  # fmt: skip


def text(value: object) -> str:
    """Return what the file writes of a number, which is short; raises a ValueError for anything else."""
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError(value)
    return value


def short(name: str) -> str:
    """Return a number's name without the group that every lever's number is in."""
    return name.removeprefix(GROUP)


def failures(voice: Voice, strategy: int, found: HangsOn | None) -> list[str]:
    """Return clauses that go on "it fails if", the gravest first."""
    words, clauses = voice.words, []
    for number in found.turning if found else []:
        key = "fails_above" if number.above else "fails_below"
        clauses.append(words(key, number=voice.number(number.name), value=quantity(number.turns_at, voice.language),
                             present=quantity(number.present, voice.language)))  # fmt: skip
    beyond = voice.difference(strategy, "profit_npv_with_residual")
    if beyond.mean < 0.0:
        clauses.append(words("fails_beyond", profit=voice.changes(beyond)))
    if found is not None and not found.turning:
        clauses.append(words("fails_together", count=len(found.numbers)))
    if found is None and voice.questioned is not None:
        clauses.append(untested(voice, voice.questioned))
    return clauses or [words("fails_by_nothing")]


def untested(voice: Voice, number: Number) -> str:
    """Say that the answer rests on a weakly known number, and that nobody has tried another value of it."""
    return voice.words(
        "fails_untested", number=voice.number(number.name),
        present=quantity(number.written(number.stated(STRATEGY)), voice.language),
    )  # fmt: skip


def where_untested(voice: Voice, number: Number) -> str:
    """Say which number that is in scenario files, and how well it is known."""
    low, high = (quantity(number.written(bound), voice.language) for bound in (number.range.low, number.range.high))
    return voice.words("fails_which", name=short(number.name), grade=number.range.grade,
                       meaning=voice.words(f"grade_{number.range.grade}"), low=low, high=high)  # fmt: skip
