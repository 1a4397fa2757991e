"""Tables for notebooks: every text is escaped, colours and fonts are the page's; and a lever's parameters as one."""

import inspect
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from sim.core.lever import Lever
from sim.core.parameter import Declared, Parameters, declared
from sim.core.units import spell
from sim.language.words import Words, language_now, translated


def table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "", texts: int = 1) -> str:
    """Return an HTML table; the first ``texts`` columns stand at the left, the others where the page puts figures."""

    def line(cells: Sequence[str], tag: str) -> str:
        left = ' style="text-align: left"'
        written = (escape(cell).replace("\n", "<br>") for cell in cells)
        return "".join(f"<{tag}{left if n < texts else ''}>{cell}</{tag}>" for n, cell in enumerate(written))

    top = f"<caption>{escape(caption)}</caption>" if caption else ""
    top += f"<thead><tr>{line(head, 'th')}</tr></thead>" if head else ""
    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return f"<table>{top}<tbody>{body}</tbody></table>"


def paragraph(text: str) -> str:
    """Return a paragraph."""
    return f"<p>{escape(text)}</p>"


def each(group: Parameters | type[Parameters], above: str = "") -> Iterator[tuple[str, Declared, Any]]:
    """Yield dotted name, declaration and value of every parameter, those of groups inside too; of a class, no value."""
    kind = group if isinstance(group, type) else type(group)
    inherited = kind.__base__
    common = declared(inherited) if inherited is not None and issubclass(inherited, Parameters) else ()
    for parameter in (*declared(kind), *common):
        value = None if isinstance(group, type) else getattr(group, parameter.name)
        if isinstance(value, Parameters):
            yield from each(value, f"{above}{parameter.name}.")
        else:
            yield above + parameter.name, parameter, value


def written(value: Any, unit: str) -> str:
    """Write a parameter's value with its unit."""
    if value is None or value == ():
        return Words("notebook", language_now())("left_out")
    if isinstance(value, tuple):
        return ", ".join(written(part, unit) for part in value)
    return str(value) if isinstance(value, str | bool) else spell(value, unit)


def lever_table(lever: Lever | type[Lever]) -> str:
    """Return a lever's parameters: value (of a lever that is pulled), unit, default, range and grade."""
    pulled, words = not isinstance(lever, type), Words("notebook", language_now())
    rows = []
    for name, parameter, value in each(lever):
        low, high, own = parameter.low, parameter.high, parameter.source != "choice"
        rows.append([
            name, *([written(value, parameter.unit)] if pulled else []),
            words.texts.get(f"unit_{parameter.unit}", parameter.unit),
            default_of(parameter, words),
            "" if low is None else f"{parameter.written(low)} .. {parameter.written(high)}",
            (parameter.grade or "") if own else "",
        ])  # fmt: skip
    kind = type(lever) if isinstance(lever, Lever) else lever
    head = ["parameter", *(["value"] if pulled else []), "unit", "default", "range", "grade"]
    does = translated("levers", kind.lever_name(), inspect.getdoc(kind) or "", words.language)
    return table([words(name) for name in head], rows, words("titled", name=kind.lever_name(), text=does), len(head))


def default_of(parameter: Declared, words: Words) -> str:
    """Write the default of a parameter."""
    if parameter.market:
        return words("of_market")
    if parameter.field.is_required():
        return words("required")
    if parameter.field.default in (None, ()):
        return words("left_out")
    return words("own_defaults") if parameter.unit == "group" else parameter.default
