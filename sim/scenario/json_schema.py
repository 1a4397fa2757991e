"""The JSON Schema of scenario files, for editors: every key with its unit, default, range, grade and source.

What it says is in the language that was asked for; what it accepts is the same in all.

What needs more than one place of a file to be judged (shares that add up, names of segments, a business's kind) is left
to ``retention-sim check``.
"""

import datetime
import json
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from urllib.parse import quote

from pydantic.fields import FieldInfo

from sim.core.lever import Lever
from sim.core.parameter import GRADES, Parameters, about, description
from sim.core.sources import sources
from sim.core.units import CURRENCIES, Unit
from sim.language.words import LANGUAGES, Words, translated
from sim.scenario.checks import STAGES
from sim.scenario.json_units import unit_schema
from sim.scenario.load import any_from_market
from sim.scenario.market import market_names
from sim.scenario.schema import LeverSet, Scenario

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NULL = {"type": "null"}
PLANS = ["monthly", "annual", "prepaid", "per_use"]
WORDS: dict[tuple[str, str], dict[str, Any]] = {
    ("Scenario", "market"): {"enum": list(market_names())},
    ("Scenario", "currency"): {"enum": list(CURRENCIES)},
    ("Eligible", "stages"): {"anyOf": [{"type": "array", "items": {"enum": list(STAGES)}}, NULL]},
    ("Eligible", "plans"): {"anyOf": [{"type": "array", "items": {"enum": PLANS}}, NULL]},
}
"""Texts of which only some are known, which the model checks later than its types."""
EXTENDS = {"type": "string", "pattern": r"^(?![/\\~]|[A-Za-z][A-Za-z0-9+.-]*:).+"}
CONSTRAINTS = {
    "min_length": ("minLength", "minItems", "minProperties", ""),
    "max_length": ("maxLength", "maxItems", "maxProperties", ""),
    "pattern": ("pattern", "", "", ""), "ge": ("", "", "", "minimum"), "le": ("", "", "", "maximum"),
}  # fmt: skip
"""What JSON Schema calls a bound of a text, a list, a mapping, a number."""


def scenario_schema(language: str = LANGUAGES[0]) -> dict[str, Any]:
    """Return the schema of a scenario file: of a business, or of a strategy that extends one and so may be in part."""
    words = Words("schema", language)
    writer = Writer(words)
    business = writer.group(Scenario, whole=True)
    strategy = writer.group(Scenario, whole=False)
    business["anyOf"] = [{"required": ["plans"]}, {"required": ["orders"]}]
    business["not"] = {"required": ["plans", "orders"]}
    strategy["properties"] = {"extends": {**EXTENDS, "description": words("extends")}, **strategy["properties"]}
    strategy["required"] = ["extends", "name"]
    return {
        "$schema": DRAFT,
        "title": words("title"),
        "description": words("file"),
        "if": {"required": ["extends"]},
        "then": strategy,
        "else": business,
        "$defs": dict(sorted(writer.definitions.items())),
    }


def schema_text(language: str = LANGUAGES[0]) -> str:
    """Return the schema as the text of a file."""
    return json.dumps(scenario_schema(language), indent=1, ensure_ascii=False) + "\n"


class Writer:
    """Writes groups of parameters once, whole or in part: in a strategy everything may stand in what it extends."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.definitions: dict[str, dict[str, Any]] = {}

    def reference(self, group: type[Parameters], whole: bool) -> dict[str, Any]:
        """Return a reference to a group."""
        name = group.lever_name() if issubclass(group, Lever) else group.__name__
        name += " in part" if not whole and needs_something(group) else ""
        if name not in self.definitions:
            self.definitions[name] = {}  # a group inside itself would find this
            self.definitions[name] = self.group(group, whole=whole)
        return reference_to(name)

    def group(self, group: type[Parameters], *, whole: bool) -> dict[str, Any]:
        """Return the schema of a group of parameters."""
        properties = {name: self.field(group, name, field, whole) for name, field in group.model_fields.items()}
        written: dict[str, Any] = {"type": "object", "description": about(group, self.words.language),
                                   "properties": properties, "additionalProperties": False}  # fmt: skip
        required = [name for name, field in group.model_fields.items() if must_stand(field)]
        return written | ({"required": required} if whole and required else {})

    def field(self, group: type[Parameters], name: str, field: FieldInfo, whole: bool) -> dict[str, Any]:
        """Return the schema of one parameter with all that is known of it."""
        kind = WORDS.get((group.__name__, name)) or self.kind(field.rebuild_annotation(), whole)
        if group is LeverSet and name != "custom":
            kind = {"anyOf": [*kind["anyOf"], {"const": False}]}  # let go of what the extended file pulls
        told = self.told(group, name, field)
        known = {"default": field.default} if has_plain_default(field) else {}
        return {**kind, **({"description": told} if told else {}), **known}

    def told(self, group: type[Parameters], name: str, field: FieldInfo) -> str:
        """Say what a parameter is, how it is written, its default, range, grade and source."""
        words, unit = self.words, unit_in(field.rebuild_annotation())
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        said = [description(group, name, words.language)]
        said += [words("write", words=words(f"unit_{unit}"))] if unit else []
        if extra.get("market"):
            said.append(words("of_market"))
        elif has_plain_default(field) and field.default != "":
            said.append(words("default", value=field.default))
        if extra.get("low") is not None:
            said.append(words("range", low=extra["low"], high=extra["high"]))
        source = sources().get(str(extra.get("source")))
        if source is not None and source.key != "choice":
            grade, link = str(extra["grade"]), words("link", link=source.link) if source.link else ""
            meaning = translated("hooks", f"grade_{grade}", GRADES[grade], words.language)
            title = translated("sources", source.key, source.title, words.language)
            said.append(words("evidence", grade=grade, meaning=meaning, title=title, link=link))
        return words("space").join(filter(None, said))

    def kind(self, annotation: Any, whole: bool) -> dict[str, Any]:
        """Return the schema of a type."""
        origin, inside = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self.annotated(inside[0], inside[1:], whole)
        if origin in (Union, types.UnionType):
            return {"anyOf": [NULL if part is types.NoneType else self.kind(part, whole) for part in inside]}
        if origin is Literal:
            return {"enum": list(inside)}
        if origin is tuple:
            return {"type": "array", "items": self.kind(inside[0], whole)}
        if origin is dict:
            value = self.kind(inside[1], whole)
            names = self.kind(inside[0], whole)
            of_levers = isinstance(inside[1], type) and issubclass(inside[1], Lever)
            value = {"anyOf": [value, {"const": False}]} if of_levers else value
            return {"type": "object", "propertyNames": names, "additionalProperties": value}
        if annotation is datetime.date:
            return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                    "patternErrorMessage": self.words("here", words=self.words("unit_date"))}  # fmt: skip
        if isinstance(annotation, type) and issubclass(annotation, Parameters):
            return self.reference(annotation, whole)
        if annotation is str:
            return {"type": "string"}
        raise TypeError(f"{annotation} has no JSON Schema yet; add it to sim/scenario/json_schema.py")

    def annotated(self, base: Any, marks: tuple[Any, ...], whole: bool) -> dict[str, Any]:
        """Return the schema of a quantity, or of a type with bounds."""
        unit = next((mark.name for mark in marks if isinstance(mark, Unit)), None)
        bounds = bounds_of(marks)
        if unit and not bounds:
            name = f"unit {unit.replace('/', ' per ')}"
            self.definitions.setdefault(name, unit_schema(unit, self.words))
            return reference_to(name)
        found = unit_schema(unit, self.words) if unit else self.kind(base, whole)
        place = ("string", "array", "object", "number").index(found.get("type", "number"))
        held = {words[place]: value for words, value in bounds.items()}
        if "anyOf" in found:  # bounds of a number hold for its alternative that is a number
            return {**found, "anyOf": [one | held if one["type"] == "number" else one for one in found["anyOf"]]}
        return found | held


def bounds_of(marks: tuple[Any, ...]) -> dict[tuple[str, ...], Any]:
    """Return the bounds among the marks of a type, by what JSON Schema calls them."""
    parts = [part for mark in marks for part in (mark.metadata if isinstance(mark, FieldInfo) else [mark])]
    parts += [part for part in marks if not isinstance(part, FieldInfo)]
    return {
        words: value
        for part in parts
        for name, words in CONSTRAINTS.items()
        if isinstance(value := getattr(part, name, None), str | int)
    }


def reference_to(name: str) -> dict[str, Any]:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{quote(name)}"}


def has_plain_default(field: FieldInfo) -> bool:
    """Whether a parameter may be left out for a value that can be written down."""
    return isinstance(field.default, str | int | float) and not field.is_required()


def must_stand(field: FieldInfo) -> bool:
    """Whether a business must write a parameter: it has no default, and the market has none for it."""
    extra = field.json_schema_extra
    if not field.is_required() or (isinstance(extra, dict) and "market" in extra):
        return False
    group = field.annotation
    return not (isinstance(group, type) and issubclass(group, Parameters) and any_from_market(group))


def needs_something(group: type[Parameters]) -> bool:
    """Whether a group, or one inside it, has parameters that must be written."""
    return any(
        must_stand(field) or any(map(needs_something, groups_in(field.annotation)))
        for field in group.model_fields.values()
    )


def groups_in(annotation: Any) -> list[type[Parameters]]:
    """Return the groups of parameters in a type."""
    if isinstance(annotation, type) and issubclass(annotation, Parameters):
        return [annotation]
    return [group for part in get_args(annotation) for group in groups_in(part)]


def unit_in(annotation: Any) -> str:
    """Return the unit of a quantity; nothing of what has none."""
    marks = [part for part in get_args(annotation) if isinstance(part, Unit)]
    return marks[0].name if marks else next(filter(None, map(unit_in, get_args(annotation))), "")
