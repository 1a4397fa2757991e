"""The reference of scenario files, made from the schema that reads them: every key with its unit, default and range."""

import datetime
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from make import parameter_row, table
from pydantic import create_model

from sim.core import units
from sim.core.parameter import Declared, Parameters, declared
from sim.scenario.kinds import RATES, TARGETS
from sim.scenario.market import load_market, market_names
from sim.scenario.schema import Scenario

ELSEWHERE = {"behaviour": "parameters.md", "channels": "parameters.md", "levers": "levers.md"}
"""Groups with a page of their own."""
TYPES = ("Days", "Rate", "PerMonth", "Churn", "Probability", "Ratio", "Count", "Number", "Money", "Price")
HEAD = ("key", "unit", "default", "range", "what it is")


def scenario_page() -> Iterator[str]:
    """Yield the page's lines."""
    yield from ("# Scenario files", "")
    yield "A scenario file is YAML: a business, or a strategy that extends one. Whatever a strategy leaves out is as in"
    yield "the file that it extends; what it writes is put over it, key by key. This page is made from the schema that"
    yield "reads the files ([`sim/scenario/schema.py`](../sim/scenario/schema.py)). `retention-sim check FILE` finds"
    yield "everything that is wrong, with line, column and what to write instead; unknown keys are errors, not ignored."
    yield ""
    yield "```yaml"
    yield from ("extends: baseline.yaml", "name: tips", "levers:", "  value_reports: {starts: 2 months, share: 80 %}")
    yield from ("```", "")
    yield from written_part()
    yield from kinds_part()
    yield from markets_part()
    yield from (
        "## The file",
        "",
        "`extends` may stand first: the file that this one extends, from its own folder.",
        "",
    )
    yield from group_part(Scenario, (), set())


def written_part() -> Iterator[str]:
    """Yield how each unit is written."""
    yield from ("## How numbers are written", "")
    yield "Every number with a unit is written with it. A rate is linear in its period; churn compounds. A month is"
    yield f"365.25 / 12 days. Currencies: {', '.join(units.CURRENCIES)}; one in a file."
    yield ""
    rows = []
    for name in TYPES:
        kind = getattr(units, name)
        schema = next(mark.json_schema for mark in kind.__metadata__ if hasattr(mark, "json_schema"))
        examples = ", ".join(f"`{example}`" for example in schema["examples"])
        rows.append((units.unit_of(kind), examples))
    yield from table(("unit", "written like"), rows)


def kinds_part() -> Iterator[str]:
    """Yield what each of the two kinds of business needs."""
    yield from ("## Two kinds of business", "")
    yield "A business has either `plans` (subscriptions) or `orders` (a shop), never both."
    yield ""
    rows = ((f"`{kind}`", quoted(TARGETS[kind]), quoted(RATES[kind])) for kind in TARGETS)
    yield from table(
        ("has", "targets of each segment, besides activation and conversion", "base rates of its own"), rows
    )


def markets_part() -> Iterator[str]:
    """Yield the presets behind money defaults."""
    yield from ("## Markets", "")
    yield "The preset behind every money default; a file may write its own value for any of them."
    yield ""
    rows = ((f"`{name}`", load_market(name).currency, load_market(name).description) for name in market_names())
    yield from table(("market", "currency", "what it is"), rows)


def group_part(group: type[Parameters], path: tuple[str, ...], done: set[type[Parameters]]) -> Iterator[str]:
    """Yield a table of a group's keys, then the groups inside it."""
    done.add(group)
    if path:
        yield from (f"## `{'.'.join(path)}`", "", first_line(group), "")
    own = keys_of(group)
    yield from table(HEAD, (key_row(one, path) for one in own))
    for one in own:
        for inside in groups_in(one.field.annotation):
            if one.name not in ELSEWHERE and inside not in done:
                yield from group_part(inside, (*path, place(one)), done)


def keys_of(group: type[Parameters]) -> list[Declared]:
    """Return a group's keys in their order; a date has no unit, so it is described here."""
    fields = group.model_fields
    dates = {name: field for name, field in fields.items() if field.annotation is datetime.date}
    if not dates:
        return list(declared(group))
    others: Any = {name: (one.rebuild_annotation(), one) for name, one in fields.items() if name not in dates}
    known = {one.name: one for one in declared(create_model(group.__name__, __base__=Parameters, **others))}
    for name, field in dates.items():
        known[name] = Declared(group, name, field, "date", str(field.description), *[None] * 5)
    return [known[name] for name in fields]


def place(one: Declared) -> str:
    """Return where a group's keys stand; groups by name stand under any name."""
    return f"{one.name}.NAME" if dict in origins(one.field.annotation) else one.name


def key_row(one: Declared, path: tuple[str, ...]) -> tuple[str, ...]:
    """Return one key's row; what is chosen has no range."""
    inside = groups_in(one.field.annotation)
    said = one.description or first_line(inside[0])
    if not path and one.name in ELSEWHERE:
        said += f" See [{ELSEWHERE[one.name].removesuffix('.md')}]({ELSEWHERE[one.name]})."
    if one.market is not None:
        _, unit, default, span, *_ = parameter_row(one)
        return f"`{one.name}`", unit, f"of the market, `us_b2b_saas`: {default}", span, said
    low, high = (one.written(bound) for bound in (one.low, one.high))
    span = "-" if one.low is None else f"{low} .. {high}"
    return f"`{one.name}`", unit_of(one), default_of(one), span, said


def unit_of(one: Declared) -> str:
    """Name what is written there: a unit, words, one of some words, a date, further keys."""
    annotation = one.field.annotation
    words = [word for part in parts_of(annotation) if get_origin(part) is not None for word in get_args(part)]
    words = [word for word in words if isinstance(word, str)]
    if words:
        return "one of " + ", ".join(f"`{word}`" for word in words)
    if groups_in(annotation):
        return "keys by name" if dict in origins(annotation) else "a list" if tuple in origins(annotation) else "keys"
    if one.unit == "date":
        return "date, `2026-01-01`"
    numbers = [part for part in parts_of(annotation) if part is float]
    if one.unit == "names" and not numbers:
        return "text"
    unit = one.unit if one.unit != "names" else units.unit_of(annotation)
    many = {dict: " by name", tuple: ", twelve of them"}
    return unit + next((many[kind] for kind in many if kind in origins(annotation)), "")


def default_of(one: Declared) -> str:
    """Return a default as a file would write it."""
    inside = groups_in(one.field.annotation)
    if one.field.is_required():
        return "of the market" if inside and all(map(filled, inside)) else "must be written"
    if inside:
        return "left out" if one.field.default in (None, ()) else "its own defaults"
    default = one.field.default
    return "left out" if default in (None, "", ()) else one.written(default)


def filled(group: type[Parameters]) -> bool:
    """Return whether the market fills whatever a group must have."""
    needed = [one for one in declared(group) if one.field.is_required() and one.market is None]
    return all(groups_in(one.field.annotation) and all(map(filled, groups_in(one.field.annotation))) for one in needed)


def first_line(group: type[Parameters]) -> str:
    """Return what a group says of itself."""
    return (group.__doc__ or "").split("\n")[0].replace("``", "`")


def groups_in(annotation: Any) -> list[type[Parameters]]:
    """Return the groups of keys that a type holds."""
    return [part for part in parts_of(annotation) if isinstance(part, type) and issubclass(part, Parameters)]


def origins(annotation: Any) -> list[Any]:
    """Return what holds things in a type: dict, tuple."""
    return [get_origin(part) for part in parts_of(annotation)]


def parts_of(annotation: Any) -> list[Any]:
    """Return a type and everything inside it."""
    parts = [annotation]
    for part in parts:
        parts += [inner for inner in get_args(part) if not isinstance(inner, str)]
    return parts


def quoted(names: tuple[str, ...]) -> str:
    """Write names as code."""
    return ", ".join(f"`{name}`" for name in names)
