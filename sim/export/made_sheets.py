"""The sheets behind the figures: what the lines mean, that they tie to the ledger, and how it was all made."""

import math
import platform
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from sim.analysis.catalogue import CATALOGUE, label
from sim.core.parameter import GRADES
from sim.core.sources import sources
from sim.export.book import Book
from sim.export.formulas import cell
from sim.export.layout import Layout
from sim.export.summary_sheet import LINES, metrics_of, reference
from sim.language.words import Words
from sim.scenario.resolved import resolved
from sim.scenario.schema import Scenario
from sim.study.store import PACKAGES, model_version, read_record, study_hash

Row = tuple[str, ...]
CENT = 0.005


def write_definitions(book: Book, layout: Layout, name: str, words: Words) -> None:
    """Write what each line and each metric of the summary means."""
    sheet = book.sheet(name, portrait=True)
    sizes = (34, 96)
    for place, size in enumerate(sizes):
        sheet.set_column(place, place, size)
    book.text(sheet, 0, 0, words("definitions"), "title")
    rows = [(words(f"line_{line}"), words(f"means_{line}")) for line in layout.rows]
    rows += [
        (label(metric, words.language), words(f"means_{metric}"))
        for metric in metrics_of(layout) if metric not in LINES
    ]  # fmt: skip
    rows += [(words(f"about_{what}"), words(f"means_{what}")) for what in ("months", "intervals", "mean")]
    for row, texts in enumerate(rows, 2):
        book.row(sheet, row, list(zip(texts, sizes, strict=True)))
        book.text(sheet, row, 0, texts[0], "wrapped", bold=True)
        book.text(sheet, row, 1, texts[1], "wrapped")


def write_ties(book: Book, layout: Layout, name: str, words: Words) -> None:
    """Write the ledger's own totals beside those of the sheets, with their difference as a formula."""
    sheet = book.sheet(name, portrait=True)
    sheet.set_column(0, 1, 30)
    sheet.set_column(2, 5, 16)
    book.text(sheet, 0, 0, words("ties"), "title")
    book.text(sheet, 1, 0, words("ties_note"), "note")
    for place, column in enumerate(("scenario", "metric", "ledger", "workbook", "apart", "tied")):
        book.text(sheet, 3, place, words(f"column_{column}"), "head", align="left" if place < 2 else "right")
    sheet.freeze_panes(4, 0)
    row = 4
    for number, scenario in enumerate(layout.study.scenarios):
        for metric in (metric for metric in LINES if reference(layout, number, metric)):
            value, shown = layout.study.metric(number, metric).mean, total_of(layout, number, metric)
            book.text(sheet, row, 0, scenario)
            book.text(sheet, row, 1, label(metric, words.language))
            unit = CATALOGUE[metric].unit
            form = {"num_format": "0.0000%" if unit == "share" else "#,##0.00"}
            book.figure(sheet, row, 2, value, unit, **form)
            book.figure(sheet, row, 3, shown, unit, reference(layout, number, metric), **form)
            book.figure(sheet, row, 4, shown - value, unit, f"={cell(row, 3)}-{cell(row, 2)}", **form)
            test = f'=IF(ABS({cell(row, 4)})<{CENT},"{words("is_tied")}","{words("not_tied")}")'
            tied = words("is_tied" if abs(shown - value) < CENT else "not_tied")
            sheet.write_formula(row, 5, test, book.look("text", align="right"), tied)
            row += 1


def total_of(layout: Layout, number: int, metric: str) -> float:
    """Return what a scenario's sheet shows for a metric in its total column."""
    name, sign = LINES[metric]
    line = next(line for lines in layout.sections.values() for line in lines if line.name == name)
    found = layout.found(number, line, layout.columns[-1])
    return math.nan if found is None else sign * found.whole


def write_made(book: Book, layout: Layout, name: str, words: Words) -> None:
    """Write seed, versions and command, and each number of the levers with its source and grade."""
    sheet = book.sheet(name, portrait=True)
    for place, size in enumerate((38, 30, 34, 20, 8, 60)):
        sheet.set_column(place, place, size)
    book.text(sheet, 0, 0, words("made"), "title")
    row = 2
    for term, text in facts(layout, words):
        book.text(sheet, row, 0, term, "bold")
        book.text(sheet, row, 1, text)
        row += 1
    row += 1
    book.text(sheet, row, 0, words("grades"), "bold")
    for grade in GRADES:
        row += 1
        book.text(sheet, row, 0, grade, indent=1)
        book.text(sheet, row, 1, words(f"grade_{grade}"))
    row += 2
    for place, column in enumerate(("scenario", "lever", "parameter", "value", "grade", "source")):
        book.text(sheet, row, place, words(f"column_{column}"), "head")
    for line in lever_numbers(layout.study.design.scenarios):
        row += 1
        for place, text in enumerate(line):
            book.text(sheet, row, place, text)


def facts(layout: Layout, words: Words) -> Iterator[Row]:
    """Yield what a study needs to be made again; from its run folder where it has one."""
    study, design = layout.study, layout.study.design
    record: dict[str, Any] = read_record(study.folder) if study.folder else {}
    command = str(record.get("command", ""))
    if command:
        yield words("fact_command"), command
    yield words("fact_seed"), str(design.seed)
    yield words("fact_customers"), f"{design.customers:,}"
    yield words("fact_weight"), f"{1.0 / design.scale:.6g}"
    yield words("fact_replications"), str(study.replications)
    yield words("fact_months"), str(design.months)
    yield words("fact_starts"), str(design.baseline.starts)
    yield words("fact_market"), f"{design.baseline.market}, {design.baseline.currency}"
    yield words("fact_study"), study_hash(design)
    yield words("fact_model"), str(record.get("model", model_version()))
    packages = {package: metadata.version(package) for package in PACKAGES} | {"python": platform.python_version()}
    versions = record.get("versions", packages)
    yield words("fact_versions"), ", ".join(f"{package} {version}" for package, version in versions.items())
    for scenario in design.scenarios:
        if scenario.description:
            yield scenario.name, scenario.description


def lever_numbers(scenarios: tuple[Scenario, ...]) -> Iterator[Row]:
    """Yield scenario, lever, parameter, value, grade and source of every number of the levers that are pulled."""
    for scenario in scenarios:
        levers = resolved(scenario)["levers"]
        own = levers.pop("custom", None) or {}
        for lever, group in {**levers, **own}.items():
            for parameter, number in numbers_in(group or {}):
                known = sources().get(number["source"])
                title = known.title if known else number["source"]
                yield scenario.name, lever, parameter, number["value"], number["grade"], title


def numbers_in(group: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the numbers of a resolved group, those of groups inside it too."""
    for name, inner in group.items():
        if isinstance(inner, dict) and {"value", "unit", "source", "grade"} == set(inner):
            yield above + name, inner
        elif isinstance(inner, dict):
            yield from numbers_in(inner, f"{above}{name}.")
