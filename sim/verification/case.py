"""What a case is: rows of an expected and a simulated figure, judged by how many standard errors lie between them."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LIMIT = 4.0
"""Standard errors within which a figure agrees; a wrong formula must lie further away."""
EXACT = 1e-9
"""Relative difference allowed where there is no chance: an identity, or a figure that follows from a count."""


@dataclass(frozen=True)
class Row:
    """One figure: what the formula says, what the simulation gives, and its standard error.

    Attributes
    ----------
    error
        0 for an identity.
    refused
        The formula is a wrong one that is in use: the row agrees when the simulation refutes it.
    """

    name: str
    expected: float
    seen: float
    error: float
    refused: bool = False

    @property
    def z(self) -> float:
        """Standard errors from the expected to the simulated figure."""
        difference = self.seen - self.expected
        if self.error > 0.0:
            return difference / self.error
        return 0.0 if abs(difference) <= EXACT * max(1.0, abs(self.expected)) else math.copysign(math.inf, difference)

    @property
    def agrees(self) -> bool:
        """Whether the row is as it must be."""
        return (abs(self.z) > LIMIT) == self.refused


@dataclass(frozen=True)
class Case:
    """A closed form or published table and the simulation that is held against it.

    Attributes
    ----------
    full, fast
        Sample sizes, in whatever the case simulates: customers, mostly.
    """

    name: str
    run: Callable[[int], Iterator[Row]]
    full: int
    fast: int


CASES: dict[str, Case] = {}
"""Every case by its name, in the order of the table."""


def case(*, full: int, fast: int) -> Callable[[Callable[[int], Iterator[Row]]], Callable[[int], Iterator[Row]]]:
    """Register a function of the sample size as the case of its name; what it is about stands in ``cases.yaml``."""

    def register(run: Callable[[int], Iterator[Row]]) -> Callable[[int], Iterator[Row]]:
        CASES[run.__name__] = Case(run.__name__, run, full, fast)
        return run

    return register


@dataclass(frozen=True)
class About:
    """What people read of a case, by language.

    Attributes
    ----------
    formula
        In words, what the figures in its rows are and what they must be.
    left_on
        What is not switched off.
    beside
        What the scenario format cannot say and is put into the customers' records; empty where nothing is.
    source
        Where the formula is from.
    """

    title: dict[str, str]
    formula: dict[str, str]
    left_on: dict[str, str]
    source: str
    beside: dict[str, str]


@cache
def words() -> dict[str, Any]:
    """Return the file of words."""
    return dict(yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8")))


def about() -> dict[str, About]:
    """Return the words about every case, by its name."""
    return {name: About(**{"beside": {}} | texts) for name, texts in words()["cases"].items()}


def row_name(name: str, language: str) -> str:
    """Return a row's name in a language: formulas stay as they are."""
    if language == "en":
        return name
    for english, chinese in sorted(words()["phrases"].items(), key=lambda pair: -len(pair[0])):
        name = name.replace(english, chinese)
    return name.replace("： ", "：")
