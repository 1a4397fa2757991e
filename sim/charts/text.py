"""Text of charts: wrapping, readable names of scenarios, numbers, and the units of money."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from sim.charts.fonts import advance, drawable
from sim.language.formats import NO_BREAK, percent

PIECES = re.compile(r"\s+|[\u2e80-\uffff][、。，；：）！？]*|[^\s\u2e80-\uffff]+")
"""Spaces, words, and Chinese characters one by one, each with the punctuation that must not begin a line."""
MINUS = "\u2212"


POINTS = 72.0
"""In an inch."""
BOLD = 1.14
"""How much broader bold letters are, at most."""
HINTING = 1.06
"""How much broader letters become where they are fitted to the dots of a PNG."""


def breadth(text: str, size: float) -> float:
    """Return how broad a text is in inches, at a size in points: its broadest line."""
    return max(map(length, text.split("\n"))) * size / POINTS


def wrap(text: str, inches: float, size: float, lines: int = 9) -> str:
    """Break a text into lines of at most so many inches; what does not fit into ``lines`` is cut and marked."""
    found, room = [""], inches * POINTS / size
    for piece in PIECES.findall(text):
        for part in [piece] if length(piece) <= room else piece:
            if length(found[-1] + part.rstrip()) > room:
                found[-1] = found[-1].rstrip()
                found.append("")
            found[-1] += part if found[-1] else part.lstrip()
    if len(found) > lines:
        last = found[lines - 1]
        while length(last + "…") > room:
            last = last[:-1]
        found = [*found[: lines - 1], last.rstrip() + "…"]
    return "\n".join(found).rstrip()


def length(text: str) -> float:
    """Return how broad a line is, in units of its size."""
    return HINTING * sum(map(advance, text))


def line_count(texts: Sequence[str]) -> int:
    """Return how many lines the tallest text has."""
    return max((text.count("\n") + 1 for text in texts), default=1)


def readable(names: Sequence[str], word: str) -> list[str]:
    """Return names without what cannot be drawn: control characters, and letters that no installed font has.

    A name of which nothing can be read, or which then looks like another, becomes its place in the study, such as
    "scenario 2".
    """
    cleaned = [clean(name) for name in names]
    return [
        name if any(map(str.isalnum, name)) and cleaned.count(name) == 1 else f"{word} {place}"
        for place, name in enumerate(cleaned, start=1)
    ]


def clean(name: str) -> str:
    """Return what can be drawn of a name, on one line."""
    spaced = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in name)
    return " ".join("".join(filter(drawable, spaced)).split())


def number(value: float, decimals: int | None = None, signed: bool = False) -> str:
    """Write a number with thousands separated and a real minus sign; without ``decimals``, as many as it has."""
    if decimals is None:
        text = f"{value:,.0f}" if abs(value - round(value)) < 1e-9 else f"{value:,.3g}"
    else:
        text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        return text.lstrip("-")
    return ("+" if signed and value > 0 else "") + text.replace("-", MINUS)


def percentage(mean: float, low: float, high: float, to: str, language: str = "en") -> str:
    """Write a share in percent with its interval, if it has one."""
    share = percent(f"{100 * mean:.1f}", language).replace(NO_BREAK, " ")  # a chart may break a line there
    if not np.isfinite(low):
        return share
    return f"{share} ({100 * max(low, 0.0):.1f} {to} {100 * min(high, 1.0):.1f})"


def magnitude(values: Sequence[float], language: str) -> tuple[float, str]:
    """Return a power of ten in which the largest value is easily read, and the key of its word."""
    largest = max((abs(value) for value in values if np.isfinite(value)), default=0.0)
    steps = [(1e9, "billion"), (1e6, "million"), (1e3, "thousand")]
    if language == "zh":
        steps = [(1e8, "hundred_million"), (1e4, "ten_thousand")]
    return next((step for step in steps if largest >= 2 * step[0]), (1.0, ""))
