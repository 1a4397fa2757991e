"""The page of coverage: every item of the texts that the project grew from, and where it is at home."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from coverage_items import (
    ROOT,
    SEEDS,
    TYPES,
    Item,
    declared_at,
    found_in_code,
    items,
    slug,
    split,
)  # fmt: skip
from make import MARKET, all_groups, heading, table

from sim.core.parameter import Declared
from sim.scenario.market import load_market

NO_EVIDENCE = ("J", "S")
WORDS = {"doc": "page", "context": "context only"}
KINDS = ("lever", "parameter", "rule", "metric", "table", "event", "doc", "context")


def coverage_page() -> Iterator[str]:
    """Yield the page's lines."""
    yield from (
        "# Coverage", "",
        "Made by `python docs/make.py` from `docs/checklist/`; `tests/test_coverage.py` holds every line. Each item "
        "has a home that exists. For each mechanism and lever the same customers live twice, with a parameter at the "
        "low and at the high end of its range: at the high end there is more (+) or less (-) of the event, by over "
        "3 standard errors of the paired difference. That shows that the model does what it says, not that "
        "customers do.", "",
    )  # fmt: skip
    yield from summary()
    yield from ("## Grades", "")
    yield "A grade of its own, **J** or **S**, marks an item without evidence: our judgement, or only the text says so."
    yield "The grades of the parameters that it is at home in follow; see [parameters](parameters.md#grades)."
    yield ""
    for seed, title in SEEDS.items():
        yield from (f"## {seed}: {title}", "")
        rows = (row_of(item) for item in items() if item.id.startswith(seed))
        yield from table(("id", "type", "item", "home", "what moves what", "grade"), rows)


def summary() -> Iterator[str]:
    """Yield what the page adds up to."""
    counted = [item for item in items() if item.type != "X"]
    yield f"{len(counted)} items and {len(items()) - len(counted)} of context."
    yield ""
    kinds = Counter((item.type, split(item.homes[0])[0]) for item in items())
    head = ("type", "items", *(WORDS.get(kind, kind) for kind in KINDS))
    yield "By the first home of each:"
    yield ""
    rows = []
    for type_, word in TYPES.items():
        counts = [kinds[type_, kind] for kind in KINDS]
        rows.append((word, sum(counts), *counts))
    rows.append(("all", *(sum(column) for column in list(zip(*rows, strict=True))[1:])))
    yield from table(head, (tuple(str(cell or "-") for cell in row) for row in rows))


def row_of(item: Item) -> tuple[str, ...]:
    """Return one item's line of the table."""
    homes = "; ".join(shown(home) for home in item.homes)
    return item.id, TYPES[item.type], item.item, homes, moved(item), graded(item) or "-"


def shown(home: str) -> str:
    """Write a home with a link to its file."""
    kind, place = split(home)
    if kind == "context":
        return f"*{place}*"
    return f"{WORDS.get(kind, kind)} [`{place.rpartition('#')[2] if kind == 'doc' else place}`]({link(kind, place)})"


def link(kind: str, place: str) -> str:
    """Return the link to where a home stands, from this folder."""
    if kind == "parameter":
        return parameter_link(place)
    if kind == "doc":
        file, _, heading = place.partition("#")
        return f"../{file}#{heading}"
    file = {
        "lever": f"sim/levers/{place}.py",
        "metric": "sim/analysis/catalogue.yaml",
        "event": "sim/core/events.py",
        "table": "sim/study/study.py",
        "rule": f"{found_in_code(place).replace('.', '/')}.py" if kind == "rule" else "",
    }[kind]
    if not (ROOT / file).is_file():
        raise ValueError(f"the home '{kind} {place}' has no file '{file}'")
    return f"../{file}"


def parameter_link(path: str) -> str:
    """Return the link to a parameter: its table on the page of parameters, or the file that declares it."""
    parameter = found(path)
    if parameter.group in all_groups():
        return f"parameters.md#{slug(heading(parameter.group))}"
    return f"../{parameter.group.__module__.replace('.', '/')}.py"


def found(path: str) -> Declared:
    """Return a parameter that must be there."""
    parameter = declared_at(path)
    if parameter is None:
        raise ValueError(f"there is no parameter '{path}'")
    return parameter


def moved(item: Item) -> str:
    """Say which parameter moves which event."""
    if not item.parameter:
        return "-"
    ends = f" from {item.ends[0]} to {item.ends[1]}" if item.ends else ""
    settings = ", ".join(f"`{path}` {value}" for path, value in flat(item.under))
    given = f" (with {settings})" if settings else ""
    return f"[`{item.parameter}`]({parameter_link(item.parameter)}){ends}: {item.event} {item.direction}{given}"


def flat(settings: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every setting of nested ones by its dotted path; a lever with nothing said has its defaults."""
    for name, value in settings.items():
        path = f"{above}{name}"
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{path}.")
        else:
            yield path, "as it is" if value == {} else value


def graded(item: Item) -> str:
    """Write the item's own grade and its parameters'; what is judged or only said stands out."""
    paths = [place for kind, place in map(split, item.homes) if kind == "parameter"]
    paths += [item.parameter] if item.parameter not in ("", *paths) else []
    grades = [f"**{item.grade}**"] if item.grade else []
    for path in paths:
        grade = grade_of(found(path))
        if grade:
            grades.append(f"`{path.rpartition('.')[2]}` {f'**{grade}**' if grade in NO_EVIDENCE else grade}")
    return ", ".join(grades)


def grade_of(parameter: Declared) -> str:
    """Return a parameter's grade, from the market where that holds its default; none where a scenario must say it."""
    if parameter.market is not None:
        return load_market(MARKET).values[parameter.market].grade
    return parameter.grade or ""
