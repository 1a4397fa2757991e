"""Levers that a scenario file itself writes: a quantity, an operation, a size, a cost, a source."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from sim.core.hooks import CUSTOM_HOOKS
from sim.core.lever import Lever
from sim.core.parameter import choice
from sim.core.units import Money, Number

CUSTOM_PLACES = 8
"""Room for such levers in a scenario."""
MULTIPLY, ADD = 0, 1
CUSTOM = [("hook", "i8"), ("operation", "i1"), ("amount", "f8"), ("cost", "f8")]
Quantity: Any = Literal[tuple(hook.name.lower() for hook in CUSTOM_HOOKS)]


class CustomLever(Lever):
    """A lever written in a scenario file: it multiplies or adds to one quantity for those whom it reaches."""

    title: ClassVar[str] = "A lever of one's own"
    quantity: Quantity = choice(..., "Which quantity it changes; `retention-sim levers custom` lists them.")
    operation: Literal["multiply", "add"] = choice(..., "Whether it multiplies the quantity or is added to it.")
    size: Number = choice(..., "By how much; added rates are per day, money in minor units.")
    cost: Money | None = choice(None, "What a month costs for each customer whom it reaches.")
    source: Annotated[str, Field(min_length=1, max_length=500)] = choice(..., "Where the size comes from.")
