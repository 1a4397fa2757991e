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
        that is said of the share itself. A whole of nothing adds up to nothing.
    """
    for loc, shares in wholes(data):
        numbers = [number for number in map(share_of, shares.values()) if number is not None]
        if len(numbers) == len(shares) and abs(sum(numbers) - 1.0) > NEAR:
            values = {"what": ".".join(map(str, loc)), "total": f"{100 * sum(numbers):.6g}"}
            yield loc, *error_and_remedy("scenario.shares", **values)


def wholes(data: Any) -> Iterator[tuple[Loc, dict[str, Any]]]:
    """Yield where each whole that is there stands, and its shares by name."""
    for loc in (("segments",), ("acquisition", "channels")):
        lines = group_at(data, *loc)
        if lines is not None:
            yield loc, {name: (group_at(line) or {}).get("share") for name, line in lines.items()}
    for name in ("segments", "tenure"):
        shares = group_at(data, "opening", name)
        if shares is not None:
            yield ("opening", name), shares
    for name, plans in (group_at(data, "opening", "plans") or {}).items():
        yield ("opening", "plans", name), dict.fromkeys(PlanShares.model_fields) | (group_at(plans) or {})
    reasons = group_at(data, "behaviour", "reasons")
    if reasons is not None:
        yield ("behaviour", "reasons"), {name: field.default for name, field in Reasons.model_fields.items()} | reasons


def group_at(data: Any, *loc: str) -> dict[str, Any] | None:
    """Return what is in a group by name; None where there is no group."""
    for name in loc:
        data = (group_at(data) or {}).get(name)
    return dict(data) if isinstance(data, dict | BaseModel) else None


def share_of(value: Any) -> float | None:
    """Return a share that may be written as in a file; None if it is none."""
    try:
        return SHARE.validate_python(value)
    except ValidationError:
        return None
