"""Levers that a scenario file itself writes: a quantity, an operation, a size, a cost, a source."""

import math
import re
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from sim.core.events import Source, Stage
from sim.core.hooks import CUSTOM_HOOKS, Hook
from sim.core.lever import Lever
from sim.core.parameter import choice
from sim.core.units import Money, Number

CUSTOM_PLACES = 8
"""Room for such levers in a scenario."""
MULTIPLY, ADD = 0, 1
CUSTOM = [("hook", "i8"), ("operation", "i1"), ("amount", "f8"), ("cost", "f8")]
if TYPE_CHECKING:
    Quantity = str
else:
    Quantity = Literal[tuple(hook.name.lower() for hook in CUSTOM_HOOKS)]


class CustomLever(Lever):
    """A lever written in a scenario file: it multiplies or adds to one quantity for those whom it reaches."""

    title: ClassVar[str] = "A lever of one's own"
    meets: ClassVar = tuple(stage for stage in Stage if stage != Stage.LOST)

    quantity: Quantity = choice(..., "Which quantity the lever changes; `retention-sim levers custom` lists them.")
    operation: Literal["multiply", "add"] = choice(..., "Whether the size multiplies the quantity or is added to it.")
    size: Number = choice(
        ..., "By how much the quantity changes; added rates are per day, money in minor units (cents)."
    )
    cost: Money | None = choice(None, "What each calendar month costs for each person whom it reaches.")
    source: Annotated[str, Field(min_length=1, max_length=500)] = choice(..., "Where the size comes from.")

    def decides_who_comes(self) -> bool:
        """Return whether the quantity is how many are admitted."""
        return Hook[self.quantity.upper()] == Hook.QUOTA

    def most_admitted(self, source: Source) -> float:
        """Return the most candidates that the lever admits, times the usual ones."""
        if not self.decides_who_comes():
            return 1.0
        return max(1.0, self.size) if self.operation == "multiply" else 1.0 + max(0.0, self.size)


def bounds_of(hook: Hook) -> tuple[float, float]:
    """Return the bounds of a quantity, as its entry in the vocabulary states them."""
    if "0..1" in hook.value:
        return 0.0, 1.0
    least = re.search(r">= ([0-9]+)", hook.value)
    return float(least[1]) if least else -math.inf, math.inf
