"""Shares that make up a whole: whether they add up, in a scenario, and in a file that is wrong elsewhere as well."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from sim.core.units import Probability
from sim.language.words import error_and_remedy
from sim.model.behaviour import Reasons
from sim.scenario.schema import PlanShares

Loc = tuple[str | int, ...]
Finding = tuple[Loc, str, str]
SHARE: TypeAdapter[float] = TypeAdapter(Probability)
NEAR = 1e-6


def wrong_sums(data: Any) -> Iterator[Finding]:
    """Yield every whole whose shares do not add up to 1.

    Parameters
    ----------
    data
        A scenario, or plain data as its file has it. A whole with a share that is missing or no share is passed over:
        that is said of the share itself.
    """
    for loc, shares in wholes(data):
        numbers = [number for number in map(share_of, shares.values()) if number is not None]
        if numbers and len(numbers) == len(shares) and abs(sum(numbers) - 1.0) > NEAR:
            values = {"what": ".".join(map(str, loc)), "total": f"{100 * sum(numbers):.6g}"}
            yield loc, *error_and_remedy("scenario.shares", **values)


def wholes(data: Any) -> Iterator[tuple[Loc, dict[str, Any]]]:
    """Yield where each whole stands, and its shares by name."""
    opening = inside(inside(data).get("opening"))
    for loc in (("segments",), ("acquisition", "channels")):
        group = data
        for step in loc:
            group = inside(group).get(step)
        yield loc, {name: inside(one).get("share") for name, one in inside(group).items()}
    for name in ("segments", "tenure"):
        yield ("opening", name), inside(opening.get(name))
    for name, shares in inside(opening.get("plans")).items():
        yield ("opening", "plans", name), dict.fromkeys(PlanShares.model_fields) | inside(shares)
    defaults = {name: field.default for name, field in Reasons.model_fields.items()}
    yield ("behaviour", "reasons"), defaults | inside(inside(inside(data).get("behaviour")).get("reasons"))


def inside(group: Any) -> dict[str, Any]:
    """Return what is in a group by name; nothing where it is none."""
    return dict(group) if isinstance(group, dict | BaseModel) else {}


def share_of(value: Any) -> float | None:
    """Return a share that may be written as in a file; None if it is none."""
    try:
        return SHARE.validate_python(value)
    except ValidationError:
        return None
