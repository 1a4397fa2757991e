"""What a published experiment is here: what they found, what we find beside it, and a verdict made from the two."""

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from experiments.findings import SURE, Figure
from experiments.same_customers import SCENARIOS, Lives, business, newcomers, under

from sim.core.customer import Clock
from sim.core.events import Event
from sim.scenario.schema import Scenario

SIGN_UP = int(Clock.SIGN_UP)
FACTOR = 2.0
"""Sizes agree when ours is between theirs over this and theirs times this."""

CLOSE = 4.0


class Verdict(enum.Enum):
    """How ours stands beside theirs, the best first."""

    SIZE = "sign and size agree"
    SIGN = "the sign agrees, the size does not"
    PART = "comes out in part"
    NOT = "does not come out"
    NOTHING = "cannot be expressed"


@dataclass(frozen=True)
class Compared:
    """One published figure beside ours.

    Attributes
    ----------
    theirs
        What was found, in the unit of ours; None where only a direction was published: above ``neutral``.
    neutral
        The value that says 'no effect', from which effects are counted.
    within
        Where ``neutral`` itself was found: how far from it still counts as no effect.
    exact
        A formula's figure, to be met within ``CLOSE`` standard errors.
    """

    ours: Figure
    theirs: float | None = None
    neutral: float = 0.0
    within: float = 0.0
    exact: bool = False

    @property
    def effect(self) -> Figure:
        """Our figure, counted from no effect."""
        return Figure(self.ours.name, self.ours.value - self.neutral, self.ours.error, self.ours.unit)

    @property
    def verdict(self) -> Verdict:
        """Compare the two."""
        if self.theirs == self.neutral:
            return Verdict.SIZE if abs(self.effect.value) + self.effect.error <= self.within else Verdict.NOT
        if self.exact and self.theirs is not None:
            return Verdict.SIZE if abs(self.ours.value - self.theirs) < CLOSE * self.ours.error else Verdict.NOT
        published = 1.0 if self.theirs is None else self.theirs - self.neutral
        if not math.copysign(1.0, published) * self.effect.z > SURE:
            return Verdict.NOT
        if self.theirs is None or 1.0 / FACTOR <= self.effect.value / published <= FACTOR:
            return Verdict.SIZE
        return Verdict.SIGN

    @property
    def published(self) -> str:
        """Write what was published."""
        if self.theirs is None:
            return f"above {spelled(self.neutral, self.ours.unit)}"
        return spelled(self.theirs, self.ours.unit)


def spelled(value: float, unit: str) -> str:
    """Write a published figure."""
    return f"{100.0 * value:.4g} %" if unit == "share" else f"{value:.4g}" + (f" {unit}" if unit else "")


@dataclass(frozen=True)
class Outcome:
    """What an experiment gave: figures beside published ones, and further figures of ours that help to read them."""

    compared: tuple[Compared, ...] = ()
    beside: tuple[Figure, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Return what all figures share; where some do not come out at all, that a part does."""
        verdicts = {one.verdict for one in self.compared}
        if not verdicts:
            return Verdict.NOTHING
        if len(verdicts) == 1:
            return verdicts.pop()
        return Verdict.PART if Verdict.NOT in verdicts else Verdict.SIGN


@dataclass(frozen=True)
class Published:
    """One line of the page.

    Attributes
    ----------
    number
        In the list of published experiments that the project holds itself to.
    files
        Scenario files below ``scenarios``, without their ending.
    set_up
        What is configured there, and how it is measured.
    put_in
        Parameters that the model took from this very study, as ``group.name``: there the size is no test.
    why
        Why not everything comes out; empty where it does.
    """

    number: int
    study: str
    strength: str
    found: str
    files: tuple[str, ...]
    set_up: str
    put_in: tuple[str, ...]
    why: str
    customers: int
    run: Callable[[int], Outcome]

    @property
    def name(self) -> str:
        """Name of its function."""
        return self.run.__name__


ALL: list[Published] = []


def published(
    number: int, study: str, strength: str, found: str, files: tuple[str, ...], set_up: str, customers: int,
    put_in: tuple[str, ...] = (), why: str = "",
) -> Callable[[Callable[[int], Outcome]], Callable[[int], Outcome]]:  # fmt: skip
    """Put a function on the page."""

    def register(function: Callable[[int], Outcome]) -> Callable[[int], Outcome]:
        ALL.append(Published(number, study, strength, found, files, set_up, put_in, why, customers, function))
        return function

    return register


def written(name: str, customers: int, months: int, residual: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a scenario file as a business without its levers, and the levers that it pulls."""
    data = business(SCENARIOS / f"{name}.yaml", customers, months, residual)
    return {**data, "levers": {}}, data.get("levers") or {}


def pulled(base: dict[str, Any], name: str) -> Scenario:
    """Return the business under the levers of a scenario file."""
    return under(base, name, **written(name, 1, 1)[1])


def cohort(name: str, customers: int, months: int) -> tuple[dict[str, Any], np.recarray]:
    """Return a scenario file's business and about so many prospects of its first month, to be followed for months."""
    data, levers = written(name, 1, 1, months)
    data["acquisition"] = {"new_customers": "1000 per month"}
    people = newcomers(under(data, "new", **levers), customers)  # a lever may let in others
    return data, people[people.next_kind == SIGN_UP].view(np.recarray)


def first(lives: Lives, *events: Event, life: int | None = None, detail: int | None = None) -> np.ndarray:
    """Return when each customer's first row of some events is; infinity where there is none."""
    rows = lives.rows(*events)
    if life is not None:
        rows = rows[rows["life"] == life]
    if detail is not None:
        rows = rows[rows["detail"] == detail]
    when = np.full(max(len(lives.customers), int(lives.log["slot"].max(initial=0)) + 1), np.inf)  # friends come later
    when[rows["slot"][::-1]] = rows["time"][::-1]
    return when


def rate_ratio(name: str, events: tuple[float, float], times: tuple[float, float]) -> Figure:
    """Return the ratio of two rates, the second below; its error is that of two independent counts."""
    if min(events) == 0.0:
        return Figure(name, math.nan, math.inf)
    ratio = events[0] / times[0] * times[1] / events[1]
    return Figure(name, ratio, ratio * math.sqrt(sum(1.0 / number for number in events)))


def ratio_of(one: Figure, other: Figure, name: str) -> Figure:
    """Return the ratio of two figures of different customers."""
    ratio = one.value / other.value
    return Figure(name, ratio, abs(ratio) * math.hypot(one.error / one.value, other.error / other.value))


def at_risk(begins: np.ndarray, ends: np.ndarray) -> float:
    """Return the sum of the spans that are there at all."""
    return float(np.maximum(0.0, ends - begins)[np.isfinite(begins)].sum())


def counted(when: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> float:
    """Return how many moments lie within spans."""
    return float(((when >= begins) & (when < ends)).sum())
