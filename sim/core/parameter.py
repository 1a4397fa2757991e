"""A number that somebody may question: default, description, unit, range, source, grade."""

import inspect
import re
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.fields import FieldInfo

from sim.core.units import spell, unit_of
from sim.language.words import translated

GRADES = {
    "A": "exact mathematics or a randomised field experiment",
    "B": "peer-reviewed observational study or transaction data with a stated method",
    "C": "large platform or industry survey",
    "D": "vendor or trade press, no method",
    "S": "only the project's seed texts say so",
    "J": "our judgement",
}


class Parameters(BaseModel):
    """A group of parameters: frozen, and an unknown name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: ClassVar[str] = ""


def param(
    default: Any,
    description: str,
    *,
    source: str,
    grade: str,
    low: Any = None,
    high: Any = None,
) -> Any:
    """Declare one parameter; its unit is its type.

    Parameters
    ----------
    default
        As a scenario file would write it, with its unit: ``"14 days"``.
    description
        What it is, one sentence.
    source
        A key of ``sim/sources.yaml``.
    grade
        One of ``GRADES``.
    low, high
        The range worth sweeping, written like the default.
    """
    if grade not in GRADES:
        raise ValueError(f"grade {grade!r} of {description!r} is not one of {', '.join(GRADES)}")
    extra = {"source": source, "grade": grade, "low": low, "high": high}
    return Field(default, description=description, validate_default=True, json_schema_extra=extra)


def choice(default: Any, description: str) -> Any:
    """Declare what whoever runs the study decides: nothing to know, so no range; ``...`` for what must be written."""
    return param(default, description, source="choice", grade="J")


def money(market_key: str, description: str) -> Any:
    """Declare a parameter whose default, range, source and grade stand in the market preset under ``market_key``."""
    return Field(..., description=description, json_schema_extra={"market": market_key})


@dataclass(frozen=True)
class Declared:
    """One parameter as its class declares it; with a market key, the preset holds default, range, source, grade."""

    group: type[Parameters]
    name: str
    field: FieldInfo
    unit: str
    description: str
    source: str | None
    grade: str | None
    low: Any
    high: Any
    market: str | None

    @property
    def key(self) -> str:
        """Its place in the catalogue."""
        return key_of(self.group, self.name)

    def described(self, language: str) -> str:
        """Return what it is, in a language if the catalogue has it."""
        return translated("parameters", self.key, self.description, language)

    @property
    def default(self) -> str:
        """The default as people write it."""
        return "must be written" if self.field.is_required() else self.written(self.field.default)

    def written(self, value: Any) -> str:
        """Write a value of this parameter for people; what was declared with its unit stays as it is."""
        if isinstance(value, str):
            return value
        if value is None or value == ():
            return "left out"
        return "its own defaults" if self.unit == "group" else spell(self.parsed(value), self.unit)

    def parsed(self, value: Any) -> Any:
        """Read a value as a scenario file would be read; raises a ValueError if it does not fit the type."""
        return TypeAdapter(self.field.rebuild_annotation()).validate_python(value)


def catalogue_name(group: type[Parameters]) -> str:
    """Return what the catalogue calls a group: a lever's name, any other's class in small letters."""
    named = getattr(group, "lever_name", None)
    return str(named()) if named else re.sub(r"(?<=[a-z])(?=[A-Z])", "_", group.__name__).lower()


def key_of(group: type[Parameters], name: str) -> str:
    """Return the place in the catalogue of a parameter that a group declares: the name of its group, and its own."""
    return f"{catalogue_name(group)}.{name}"


def about(group: type[Parameters], language: str) -> str:
    """Return what a group of parameters is, in a language if the catalogue has it."""
    subject = "levers" if hasattr(group, "lever_name") else "parameters"
    return translated(subject, catalogue_name(group), inspect.getdoc(group) or "", language)


def description(group: type[Parameters], name: str, language: str) -> str:
    """Return what a parameter of a group is, whether declared there or inherited; nothing where none is said."""
    said = group.model_fields[name].description
    if not said:
        return ""
    owner = next(kind for kind in group.__mro__ if name in inspect.get_annotations(kind))
    return translated("parameters", key_of(owner, name), said, language)


def declared(group: type[Parameters]) -> tuple[Declared, ...]:
    """Return the parameters that a group declares itself, without those that it inherits."""
    inherited = getattr(group.__base__, "model_fields", {})
    own = [name for name in group.model_fields if name not in inherited or name in group.__annotations__]
    return tuple(_declared(group, name, group.model_fields[name]) for name in own)


def _declared(group: type[Parameters], name: str, field: FieldInfo) -> Declared:
    extra: dict[str, Any] = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    said = {key: extra.get(key) for key in ("source", "grade", "low", "high", "market")}
    return Declared(group, name, field, _unit(field), field.description or "", **said)


def _unit(field: FieldInfo) -> str:
    """Name the unit; what has none is a group of parameters or names of things."""
    parts = (field.annotation, *get_args(field.annotation))
    parts += tuple(inner for part in parts for inner in get_args(part))  # groups by name, where there are any
    if any(isinstance(part, type) and issubclass(part, Parameters) for part in parts):
        return "group"
    worded = get_origin(field.annotation) is Literal or str in parts or tuple[str, ...] in parts
    return "names" if worded else unit_of(field)
