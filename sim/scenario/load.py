"""From a file to a scenario: read, fill in the market's prices, validate; all problems of a file in one go."""

import copy
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sim.core.custom import CustomLever
from sim.language.words import error_text, listed
from sim.levers import BY_NAME
from sim.scenario.checks import check
from sim.scenario.document import Node, chain, resolve
from sim.scenario.market import Market, load_market, market_names
from sim.scenario.problems import Position, Problem, ProblemsFound, did_you_mean, excerpt
from sim.scenario.schema import Scenario, group_models
from sim.scenario.wholes import wrong_sums

Loc = tuple[str | int, ...]
KINDS = {
    "model_type": "group",
    "model_attributes_type": "group",
    "dict_type": "group",
    "tuple_type": "list",
    "list_type": "list",
    "string_type": "text",
    "date_from_datetime_parsing": "date",
    "date_from_datetime_inexact": "date",
    "date_parsing": "date",
    "date_type": "date",
    "bool_type": "yes_or_no",
    "bool_parsing": "yes_or_no",
    "int_type": "whole_number",
    "int_parsing": "whole_number",
    "int_from_float": "whole_number",
    "float_type": "number",
    "float_parsing": "number",
    "string_too_long": "long_text",
    "string_too_short": "short_text",
    "too_long": "long_list",
    "too_short": "short_list",
    "string_pattern_mismatch": "pattern",
    "greater_than_equal": "at_least",
    "less_than_equal": "at_most",
    "greater_than": "above",
    "less_than": "below",
}
"""What pydantic calls what is wrong with a value, and what is said of it."""


def load(path: str | Path) -> Scenario:
    """Load a scenario file with all that it extends.

    Raises
    ------
    ProblemsFound
        With every problem: file, line, column, what is wrong, and what to write instead.
    """
    node, parents = resolve(path), chain(path)
    spare = resolve(parents[0]).plain() if parents else {}
    return build(node.plain(), node, spare)


def build(data: dict[str, Any], node: Node | None = None, spare: dict[str, Any] | None = None) -> Scenario:
    """Validate plain data as a scenario.

    Parameters
    ----------
    node
        Says where each value stands in its file.
    spare
        What the file extends: stands in for wrong values, so that what must fit together is looked at all the same.
    """
    where = Where(node)
    given = switch_levers(data)
    market, problems = find_market(given, where)
    # Without its market any other one stands in, so that what a market fills in is not said to be missing.
    complete = fill_from_market(given, Scenario, market or load_market(market_names()[0]))
    errors: list[ErrorDetails] = []
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate(complete)
    except ValidationError as error:
        errors = unique(error.errors())
        problems += [translate(detail, where) for detail in errors]
    mended = scenario or mend(complete, errors, switch_levers(spare or {}))
    # Without a scenario, parts cannot be held against one another; shares still add up or not.
    findings = check(mended, market) if mended and market else wrong_sums(complete)
    wrong = [tuple(error["loc"]) for error in errors]
    problems += [
        where.problem(loc, message, remedy)
        for loc, message, remedy in findings
        if not any(loc[: len(place)] == place for place in wrong)
    ]
    if scenario is None or problems:
        raise ProblemsFound(problems)
    scenario._data = as_json(data)
    return scenario


def mend(data: dict[str, Any], errors: Sequence[ErrorDetails], spare: dict[str, Any]) -> Scenario | None:
    """Return the scenario with spare values for the wrong ones, or without them; None if it is no scenario even so."""
    mended = copy.deepcopy(data)
    for error in errors:
        *above, last = error["loc"]
        group, other = inside(mended, above), inside(spare, above)
        if not isinstance(group, dict):
            continue
        if isinstance(other, dict) and last in other:
            group[last] = other[last]
        else:
            group.pop(last, None)
    try:
        return Scenario.model_validate(mended)
    except ValidationError:
        return None


def inside(data: Any, path: Sequence[str | int]) -> Any:
    """Return what stands at a path of plain data; None if nothing does."""
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data


class Where:
    """Finds the place in the file that a path of keys belongs to."""

    def __init__(self, node: Node | None) -> None:
        self.node = node

    def problem(self, loc: Loc, message: str, remedy: str = "", *, key: bool = False) -> Problem:
        position = self.node.at(loc, key=key) if self.node else Position(".".join(map(str, loc)) or "scenario", 1, 1)
        return Problem(position.file, position.line, position.column, message, remedy)


def as_json(data: dict[str, Any]) -> dict[str, Any]:
    """Return plain data with dates as text, so that it can be stored and read again."""
    return dict(json.loads(json.dumps(data, default=str)))


def switch_levers(data: dict[str, Any]) -> dict[str, Any]:
    """Read ``lever:`` with nothing behind it as all defaults, and ``lever: false`` as not pulled."""
    given = copy.deepcopy(data)
    levers = given.get("levers")
    if levers is None:
        given.pop("levers", None)
    elif isinstance(levers, dict):
        given["levers"] = {name: {} if value is None else value for name, value in levers.items() if value is not False}
        own = given["levers"].get("custom")
        if isinstance(own, dict):
            given["levers"]["custom"] = {name: value for name, value in own.items() if value is not False}
    return given


def with_more_levers(data: dict[str, Any], name: str | None, levers: dict[str, Any]) -> dict[str, Any]:
    """Return plain data with more levers pulled, as if a file said so that extends it."""
    pulled = [*(word for word in levers if word != "custom"), *(levers.get("custom") or {})]
    both = laid_over(data.get("levers") or {}, levers)
    return {**data, "levers": both, "name": name or f"{data['name']} with {' and '.join(pulled)}"}


def laid_over(base: Any, change: Any) -> Any:
    """Lay plain data over other plain data: mappings merge, everything else is replaced."""
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    return {**base, **{name: laid_over(base.get(name), value) for name, value in change.items()}}


def find_market(data: Mapping[str, Any], where: Where) -> tuple[Market | None, list[Problem]]:
    """Find the market preset that the scenario names, or the one that it means by a misspelt name."""
    name = data.get("market")
    if not isinstance(name, str):
        return None, []  # the schema says so in better words
    try:
        return load_market(name), []
    except ValueError as error:
        near = did_you_mean(name, market_names())
        return load_market(near) if near else None, [where.problem(("market",), str(error))]


def fill_from_market(data: Any, model: type[BaseModel], market: Market) -> Any:
    """Put the market's value wherever the file leaves out one that has its default there."""
    if not isinstance(data, dict):
        return data
    filled = dict(data)
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        key = extra.get("market") if isinstance(extra, dict) else None
        if key is not None and name not in filled and str(key) in market.values:
            filled[name] = market.values[str(key)].value
    for name, group in group_models(model).items():
        needed = model.model_fields[name].is_required()
        if name in filled or (needed and any_from_market(group)):
            filled[name] = fill_from_market(filled.get(name, {}), group, market)
    return filled


def any_from_market(model: type[BaseModel]) -> bool:
    """Whether a group, or one inside it, has defaults in the market preset, so that the file may leave it out."""
    extras = (field.json_schema_extra for field in model.model_fields.values())
    if any(isinstance(extra, dict) and "market" in extra for extra in extras):
        return True
    return any(any_from_market(inner) for inner in group_models(model).values())


def unique(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Keep one error for each place."""
    seen: dict[Loc, ErrorDetails] = {}
    for error in errors:
        seen.setdefault(tuple(error["loc"]), error)
    return list(seen.values())


def translate(error: ErrorDetails, where: Where) -> Problem:
    """Turn one of pydantic's errors into words for a person who writes scenario files."""
    loc: Loc = tuple(error["loc"])
    kind, last = error["type"], loc[-1] if loc else "scenario"
    if kind == "extra_forbidden":
        choices = known_keys(loc[:-1])
        message = error_text("values.unknown_lever" if loc[:-1] == ("levers",) else "values.unknown_key", name=last)
        return where.problem(loc, message, near_or_known(str(last), choices), key=True)
    if kind == "missing":
        above = ".".join(map(str, loc[:-1]))
        message = error_text("values.missing_under" if above else "values.missing", name=last, above=above)
        remedy = error_text("values.missing_remedy", name=last)
        if loc == ("market",):
            remedy = error_text("values.or_extend", names=listed(market_names()))
        return where.problem(loc, message, remedy)
    if kind == "value_error":
        text = error["msg"].removeprefix("Value error, ")
        return where.problem(loc, error_text("values.of_value", name=last, text=text))
    if kind == "literal_error":
        choices = re.findall("'([^']*)'", str(error["ctx"]["expected"]))
        message = error_text("values.unknown_choice", name=last, value=excerpt(str(error["input"])))
        return where.problem(loc, message, near_or_known(str(error["input"]), choices))
    what = error_text(
        f"values.kind_{KINDS.get(kind, 'other')}", what=error["msg"][0].lower() + error["msg"][1:],
        **error.get("ctx", {}),
    )  # fmt: skip
    if last == "[key]":
        message = error_text("values.name_does_not_fit", name=excerpt(str(loc[-2])), why=what)
        return where.problem(loc[:-1], message, key=True)
    message = error_text("values.does_not_fit", name=last, value=f"{error['input']!r:.60}", why=what)
    return where.problem(loc, message)


def near_or_known(word: str, choices: Sequence[str]) -> str:
    """Say which word was meant, or which are known here."""
    near = did_you_mean(word, choices)
    if near:
        return error_text("values.did_you_mean", name=near)
    return error_text("values.known_here", names=listed(choices))


def known_keys(loc: Loc) -> list[str]:
    """Return the keys that may stand at a place of the file."""
    model: type[BaseModel] = Scenario
    for step in loc:
        if model.__name__ == "LeverSet" and step != "custom":
            model = BY_NAME.get(str(step), CustomLever)
            continue
        groups = group_models(model)
        model = groups.get(str(step), model)
        field = model.model_fields.get(str(step))
        inner = (get_args(getattr(field, "annotation", None)) or (None,))[-1]  # of a mapping: dict[str, group]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return list(model.model_fields)
