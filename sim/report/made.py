"""How the study was made: what was simulated with what, and where every number of it comes from."""

from collections import defaultdict
from typing import Any

from sim.core.parameter import GRADES
from sim.core.sources import sources
from sim.language.formats import quantity
from sim.language.words import translated
from sim.report.risks import HangsOn, short
from sim.report.tables import Cell, Table, figure, row
from sim.report.voice import STRATEGY, Voice
from sim.scenario.resolved import resolved
from sim.study.hangs_on_numbers import CHOSEN
from sim.study.store import NotAStudy, read_record

LONGEST = 1000
"""Letters of a fact: some are read from a file that anybody may have written."""
MOST_SHOWN = 15
"""Weakly known numbers in the table."""


def facts(voice: Voice) -> list[tuple[str, str]]:
    """Return what was simulated, and with what: pairs of name and value."""
    study, design, words = voice.study, voice.study.design, voice.words
    record = record_of(voice)
    versions = words("list_gap").join(f"{name} {version}" for name, version in record.get("versions", {}).items())
    named = {
        "customers": words("customers_for", customers=f"{design.customers:,}",
                           real=voice.numbers.short(1.0 / design.scale)),
        "replications": f"{study.replications:,}",
        "months": words("from_month", months=design.months, start=f"{design.baseline.starts:%Y-%m-%d}"),
        "seed": str(design.seed),
        "events": f"{study.events:,}",
        "market": f"{design.baseline.market}{words('list_gap')}{voice.currency}",
        "until": "" if design.until is None else str(design.until),
        "model": str(record.get("model", "")),
        "versions": versions,
        "command": str(record.get("command", "")),
    }  # fmt: skip
    return [(words(f"made_{name}"), value[:LONGEST]) for name, value in named.items() if value]


def record_of(voice: Voice) -> dict[str, Any]:
    """Return what the run folder's study.json says; nothing where the study is in no folder."""
    try:
        return read_record(voice.study.folder) if voice.study.folder else {}
    except NotAStudy:
        return {}


def sources_used(voice: Voice) -> Table:
    """Return every source of the parameters of all scenarios, with its link and the grades of what is taken from it."""
    words, known = voice.words, sources()
    grades: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for scenario in voice.study.design.scenarios:
        for path, number in numbers_in(resolved(scenario), ""):
            if number["source"] in known and number["source"] != CHOSEN:
                grades[number["source"]].add(number["grade"])
                names[number["source"]].add(path)
    rows = []
    for key in sorted(names, key=lambda key: (min(map(list(GRADES).index, grades[key])), -len(names[key]))):
        source = known[key]
        own = translated("sources", key, source.title, voice.language)
        title = own + (f" ({source.year})" if source.year else "")
        rows.append((
            Cell(title, lang="en" if own == source.title else "", link=source.link or ""),
            Cell(source.authors, lang="en"),
            Cell(words(f"kind_{source.kind}")), Cell(words(f"read_{source.read}")),
            Cell(words("list_gap").join(sorted(grades[key], key=list(GRADES).index))),
            figure(f"{len(names[key])}", float(len(names[key]))),
        ))  # fmt: skip
    head = tuple(words(f"head_{name}") for name in ("source", "authors", "kind", "read", "grades", "numbers"))
    return Table("sources", words("sources"), head, tuple(rows), texts=5)


def numbers_in(group: dict[str, Any], above: str) -> list[tuple[str, dict[str, str]]]:
    """Return every number of resolved plain data with its dotted name."""
    found = []
    for name, value in group.items():
        if isinstance(value, dict) and {"value", "unit", "source", "grade"} <= value.keys():
            found.append((above + name, value))
        elif isinstance(value, dict):
            found += numbers_in(value, f"{above}{name}.")
    return found


def grades(voice: Voice) -> list[tuple[str, str]]:
    """Return the grades of evidence and what they mean."""
    return [(grade, voice.words(f"grade_{grade}")) for grade in GRADES]


def hangs_on(voice: Voice, strategy: int, found: HangsOn | None) -> Table:
    """Return what the answer hangs on: as hangs-on found it, else the weakly known numbers that nobody has tried."""
    words = voice.words
    name = voice.study.scenarios[strategy]
    if found is None:
        rows = []
        for number in voice.weak_numbers[:MOST_SHOWN]:
            values = (number.stated(STRATEGY), number.range.low, number.range.high)
            stated, low, high = (quantity(number.written(value), voice.language) for value in values)
            title = translated("sources", number.range.source, sources()[number.range.source].title, voice.language)
            rows.append(row([short(number.name), number.range.grade, title, stated,
                             f"{low} .. {high}"]))  # fmt: skip
        head = ("number", "grade", "source", "assumed", "judged_range")
        return Table("hangs-on", words("weak_numbers", strategy=name), tuple(words(f"head_{name}") for name in head),
                     tuple(rows), texts=5)  # fmt: skip

    def said(*values: str) -> str:
        return " .. ".join(quantity(value, voice.language) for value in values)

    lines = [
        row([short(number.name), number.grade, said(number.present), said(number.low, number.high),
             said(number.turns_at)],
            figure(voice.numbers.change(number.at_low, "money"), number.at_low),
            figure(voice.numbers.change(number.at_high, "money"), number.at_high),
            figure(voice.numbers.level(number.swing, "money"), number.swing))
        for number in found.numbers[:MOST_SHOWN]
    ]  # fmt: skip
    heads = tuple(words(f"head_{key}") for key in ("number", "grade", "assumed", "judged_range", "turns_at", "at_low",
                                                   "at_high", "swing"))  # fmt: skip
    caption = words("hangs_on", strategy=name, currency=voice.currency)
    return Table("hangs-on", caption, heads, tuple(lines), texts=5, notes=(words("hangs_on_note"),))
