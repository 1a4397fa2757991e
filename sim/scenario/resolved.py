"""A scenario with every default written out, each number with its unit, source and grade."""

from typing import Any

from pydantic import BaseModel

from sim.core.units import spell, unit_of
from sim.scenario.market import Market, load_market
from sim.scenario.schema import Scenario


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Return nested plain data: every number as {value, unit, source, grade}, everything else as it is."""
    found = resolve_group(scenario, load_market(scenario.market))
    return {name: value for name, value in found.items() if value is not None}


def resolve_group(group: BaseModel, market: Market) -> dict[str, Any]:
    """Resolve one group of parameters, field by field."""
    return {
        name: resolve_value(getattr(group, name), field, market) for name, field in type(group).model_fields.items()
    }


def resolve_value(value: Any, field: Any, market: Market) -> Any:
    """Resolve one value: a number with what is known of it, a group, or plain data."""
    if isinstance(value, BaseModel):
        return resolve_group(value, market)
    if isinstance(value, dict):
        return {name: resolve_value(inner, field, market) for name, inner in value.items()}
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    try:
        unit = unit_of(field)
    except (ValueError, TypeError, LookupError):
        unit = ""
    if value is None or not unit or isinstance(value, tuple | str | bool):
        return list(value) if isinstance(value, tuple) else value if isinstance(value, str | bool) else plain(value)
    key = extra.get("market")
    known = market.values.get(str(key)) if key else None
    source = known.source if known else extra.get("source", "scenario file")
    grade = known.grade if known else extra.get("grade", "scenario file")
    return {"value": spell(value, unit), "unit": unit, "source": source, "grade": grade}


def plain(value: Any) -> Any:
    """Return dates as text and nothing as nothing."""
    return None if value is None else str(value)
