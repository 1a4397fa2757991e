"""The items of the texts that the project grew from, each with its home in the code: read, and looked up."""

import functools
import importlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel

from sim.analysis.catalogue import CATALOGUE
from sim.core.events import Event
from sim.core.parameter import Declared, Parameters, declared
from sim.levers import BY_NAME
from sim.scenario.schema import Scenario
from sim.study.study import Study

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
SEEDS = {
    "000": "Habit and the hook",
    "001": "Three stages of retention",
    "002": "New, active and core users",
    "003": "Eight levers against churn",
    "004": "Five stages of the life cycle",
}
"""The texts, by the first part of their items' ids."""

TYPES = {
    "M": "mechanism",
    "L": "lever",
    "K": "metric",
    "R": "rule",
    "N": "number",
    "S": "segment or state",
    "X": "example or page noise",
}


@dataclass(frozen=True)
class Item:
    """One item: what it says, where it is at home, and for mechanisms and levers what moves what.

    Attributes
    ----------
    type
        One of ``TYPES``.
    homes
        Each a kind and a place: ``lever prompts``, ``rule sim.model.habit.build_habit``, ``context: a reason``.
    parameter, event, direction
        From the low to the high end of the parameter the event becomes more (+) or less (-) frequent, or the metric
        larger or smaller.
    ends
        The two ends, where the parameter is a choice and declares no range.
    under
        What else the scenario says; a lever that owns the parameter need not be named.
    business
        The shipped business in which it shows: saas or shop.
    grade
        J or S where the item itself is without evidence, whatever the parameter's.
    """

    id: str
    type: str
    item: str
    homes: Sequence[str]
    parameter: str = ""
    event: str = ""
    direction: str = ""
    ends: Sequence[Any] = ()
    under: Mapping[str, Any] = field(default_factory=dict)
    business: str = "saas"
    grade: str = ""


@functools.cache
def items() -> tuple[Item, ...]:
    """Return all items, in the order of the texts."""
    found = []
    for file in sorted((FOLDER / "checklist").glob("*.yaml")):
        for name, said in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            found.append(Item(name, **{"homes": (), **said}))
    return tuple(sorted(found, key=lambda item: item.id))


def split(home: str) -> tuple[str, str]:
    """Return a home's kind and place."""
    kind, _, place = home.partition(" ")
    return kind.rstrip(":"), place.strip()


def exists(home: str) -> bool:
    """Say whether a home exists; a context has only to give a reason."""
    kind, place = split(home)
    if kind == "lever":
        return place in BY_NAME
    if kind == "parameter":
        return declared_at(place) is not None
    if kind == "metric":
        return place in CATALOGUE
    if kind == "event":
        return place in Event.__members__
    if kind == "rule":
        return bool(found_in_code(place))
    if kind == "table":
        return place.startswith("study.") and callable(getattr(Study, place.removeprefix("study."), None))
    if kind == "doc":
        file, _, heading = place.partition("#")
        return (ROOT / file).is_file() and heading in headings(ROOT / file)
    return kind == "context" and len(place) > len("a reason")


def found_in_code(place: str) -> str:
    """Return the module in which a dotted name stands, empty if there is none."""
    module, _, name = place.rpartition(".")
    try:
        return module if hasattr(importlib.import_module(module), name) else ""
    except ImportError:
        return ""


def headings(file: Path) -> set[str]:
    """Return a Markdown file's headings, as links write them."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return {slug(line.lstrip("# ")) for line in lines if line.startswith("#")}


def slug(heading: str) -> str:
    """Return a heading as a link writes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def declared_at(path: str) -> Declared | None:
    """Return the parameter at a dotted path of a scenario file, None if there is none."""
    *above, last = path.split(".")
    group: type[BaseModel] | None = Scenario
    steps = iter(above)
    for step in steps:
        group = inner(group, step, steps)
        if group is None:
            return None
    bases = [base for base in group.__mro__ if issubclass(base, Parameters) and base is not Parameters]
    return next((one for base in bases for one in declared(base) if one.name == last), None)


def inner(group: type[BaseModel], step: str, steps: Iterator[str]) -> type[BaseModel] | None:
    """Return the group of a field; of a table by name, such as that of segments, the next step is any name."""
    known = group.model_fields.get(step)
    if known is None:
        return None
    kinds = (known.annotation, *get_args(known.annotation))
    named = [kind for kind in kinds if get_origin(kind) is dict]
    if named:
        next(steps, None)
    kinds += tuple(inside for table in named for inside in get_args(table))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
