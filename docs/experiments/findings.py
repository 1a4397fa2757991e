"""What an experiment is, what it finds, and the list of all."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

SURE = 3.0
"""Standard errors by which what must hold holds at least."""


@dataclass(frozen=True)
class Figure:
    """A figure with its standard error; 0 where it is exact."""

    name: str
    value: float
    error: float = 0.0
    unit: str = ""

    @property
    def z(self) -> float:
        """How many standard errors the figure lies above zero."""
        if self.error > 0.0:
            return self.value / self.error
        return math.copysign(math.inf, self.value) if self.value else 0.0

    def less(self, other: "Figure", name: str) -> "Figure":
        """Return the difference to a figure of other customers."""
        return Figure(name, self.value - other.value, math.hypot(self.error, other.error), self.unit)

    def shown(self) -> str:
        """Write the figure for people."""
        factor, unit = (100.0, " %") if self.unit == "share" else (1.0, f" {self.unit}" if self.unit else "")
        value, error = self.value * factor, self.error * factor
        if error == 0.0:
            return f"{self.name} {value:,.10g}{unit}"
        digits = max(0, 1 - math.floor(math.log10(error)))
        return f"{self.name} {value:,.{digits}f} ± {error:,.{digits}f}{unit}"


def mean(name: str, values: np.ndarray, unit: str = "") -> Figure:
    """Return the mean over customers."""
    values = np.asarray(values, float)
    return Figure(name, float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values))), unit)


def quotient(name: str, parts: np.ndarray, wholes: np.ndarray, unit: str = "") -> Figure:
    """Return the sum of parts over the sum of wholes, customers being independent."""
    ratio = float(parts.sum() / wholes.sum())
    left = parts - ratio * wholes
    return Figure(name, ratio, float(left.std(ddof=1) * math.sqrt(len(left)) / wholes.sum()), unit)


@dataclass(frozen=True)
class Finding:
    """What an experiment found: its figures, and by how many standard errors each thing holds that must.

    What must hold exactly has a margin of infinity, or of 0 where it does not.
    """

    figures: tuple[Figure, ...]
    margins: dict[str, float]
    customers: int

    @property
    def holds(self) -> bool:
        """Whether everything holds."""
        return all(margin > SURE for margin in self.margins.values())

    @property
    def verdict(self) -> str:
        """Say whether the mechanism shows, and by how much."""
        missed = [f"{what} ({margin:.1f})" for what, margin in self.margins.items() if not margin > SURE]
        if missed:
            return "NOT shown: " + ", ".join(missed)
        least = min(self.margins.values())
        return "shown, exactly" if math.isinf(least) else f"shown, by {least:.1f} standard errors or more"


def exactly(true: bool) -> float:
    """Return the margin of what must hold exactly."""
    return math.inf if true else 0.0


Run = Callable[[int], Finding]


@dataclass(frozen=True)
class Experiment:
    """One line of the page; ``rests_on`` names parameters as ``group.name``."""

    mechanism: str
    compared: str
    rests_on: tuple[str, ...]
    customers: int
    run: Run

    @property
    def name(self) -> str:
        """Name of its function."""
        return self.run.__name__


EXPERIMENTS: list[Experiment] = []


def experiment(mechanism: str, compared: str, rests_on: tuple[str, ...], customers: int) -> Callable[[Run], Run]:
    """Put a function on the page."""

    def register(function: Run) -> Run:
        EXPERIMENTS.append(Experiment(mechanism, compared, rests_on, customers, function))
        return function

    return register
