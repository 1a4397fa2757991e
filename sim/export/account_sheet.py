"""A scenario month by month, and a strategy minus the baseline: three blocks, the middle one made of formulas."""

import math
from collections.abc import Callable
from itertools import pairwise

from sim.analysis.intervals import Interval
from sim.export.book import Book, Sheet, width
from sim.export.columns import FIRST, Column
from sim.export.formulas import cell, formula, quoted
from sim.export.layout import HEAD, Layout
from sim.export.lines import Kind, Line
from sim.language.words import Words

Found = Callable[[Line, Column], Interval | None]
Formula = Callable[[Line, Column, Column | None], str]
PAPER = 1000
"""Pixels across A4 between the margins; a column of n letters takes 7 n + 5 of them."""
LARGEST = 62
"""Per cent at which a block fits on the height of a page."""
TOTALS = {"mrr_end", "customers_end", "gross_profit", "contribution", "profit", "deferred_end"}
NARROWEST, WIDEST, UNIT = 8, 20, 9
"""Letters that columns take."""


def write_account(book: Book, layout: Layout, number: int, words: Words) -> None:
    """Write the sheet of one scenario."""
    study = layout.study
    sheet = begin(book, layout, layout.names[number], words)
    book.text(sheet, 0, 0, study.scenarios[number], "title")
    book.text(sheet, 1, 0, said_of(layout, words("account_note", currency=study.design.baseline.currency), words),
              "note")  # fmt: skip

    def found(line: Line, column: Column) -> Interval | None:
        known = layout.found(number, line, column)
        return None if known is None else known.interval(study.critical).within(*line.ends)

    def written(line: Line, column: Column, before: Column | None) -> str:
        return formula(line, column, layout.rows, before)

    write_blocks(book, layout, sheet, words, found, written)


def write_differences(book: Book, layout: Layout, number: int, name: str, words: Words) -> None:
    """Write the sheet of one strategy's paired differences to the baseline."""
    study = layout.study
    sheet = begin(book, layout, name, words)
    here, there = quoted(layout.names[number]), quoted(layout.names[0])
    title = words("difference_title", scenario=study.scenarios[number], baseline=study.scenarios[0])
    book.text(sheet, 0, 0, title, "title")
    book.text(sheet, 1, 0, said_of(layout, words("difference_note", currency=study.design.baseline.currency), words),
              "note")  # fmt: skip

    def found(line: Line, column: Column) -> Interval | None:
        change = None if line.kind is Kind.FACTOR else layout.change(number, line, column)
        return change.interval(study.critical) if change is not None and math.isfinite(change.whole) else None

    def written(line: Line, column: Column, before: Column | None) -> str:
        at = cell(layout.rows[line.name], column.place)
        return f"={here}!{at}-{there}!{at}"

    write_blocks(book, layout, sheet, words, found, written)


def said_of(layout: Layout, note: str, words: Words) -> str:
    """Return a note, and what the blocks below are."""
    gap = "" if words.language == "zh" else " "
    return note + gap + words("three_blocks" if len(layout.blocks) > 1 else "one_block")


def begin(book: Book, layout: Layout, name: str, words: Words) -> Sheet:
    """Add a sheet with the columns' names, widths, frozen panes and pages."""
    sheet = book.sheet(name)
    labels = [words(f"line_{line}") for line in layout.rows] + [words(f"section_{name}") for name in layout.sections]
    heads = [max(map(width, labels)) + 3, UNIT]
    sizes = [min(WIDEST, max(NARROWEST, letters + 1)) for letters in layout.widths]
    for place, size in enumerate(heads):
        sheet.set_column(place, place, size)
    for column, size in zip(layout.columns, sizes, strict=True):
        sheet.set_column(column.place, column.place, size, None, {} if column.spans else {"level": 1})
        if column.date is not None:
            book.date(sheet, HEAD, column.place, column.date)
        else:
            title = words("total") if column.year is None else words("year", year=column.year)
            book.text(sheet, HEAD, column.place, title, "head", align="right")
    book.text(sheet, HEAD, 0, words("line"), "head")
    book.text(sheet, HEAD, 1, words("unit"), "head")
    sheet.freeze_panes(HEAD + 1, FIRST)
    sheet.repeat_rows(HEAD)
    sheet.repeat_columns(0, FIRST - 1)
    breaks = [column.place + 1 for column in layout.columns[:-2] if column.year is not None]
    sheet.set_v_pagebreaks(breaks)
    sheet.set_print_scale(scale_of(heads, sizes, [place - FIRST for place in breaks]))
    sheet.set_h_pagebreaks([layout.head(block) for block in range(1, len(layout.blocks))])
    return sheet


def scale_of(heads: list[int], sizes: list[int], breaks: list[int]) -> int:
    """Return at how many per cent every page is as broad as the paper: a year with its total, names on its left."""
    pages = [sizes[first:last] for first, last in pairwise((0, *breaks, len(sizes)))]
    return min(LARGEST, int(100.0 * PAPER / max(sum(7 * size + 5 for size in heads + page) for page in pages)))


def write_blocks(book: Book, layout: Layout, sheet: Sheet, words: Words, found: Found, written: Formula) -> None:
    """Write every figure: the middle with formulas, the ends of the intervals as they are."""
    for block, name in enumerate(layout.blocks):
        head = layout.head(block)
        book.text(sheet, head, 0, words(f"block_{name}", count=layout.study.replications), "bold")
        down = block * layout.height
        for section, lines in layout.sections.items():
            for place in range(layout.columns[-1].place + 1):
                sheet.write_blank(layout.rows[lines[0].name] - 1 + down, place, None, book.look("section"))
            book.text(sheet, layout.rows[lines[0].name] - 1 + down, 0, words(f"section_{section}"), "section")
            for line in lines:
                write_line(book, layout, sheet, line, name, down, words, found, written)


def write_line(book: Book, layout: Layout, sheet: Sheet, line: Line, block: str, down: int, words: Words,
               found: Found, written: Formula) -> None:  # fmt: skip
    """Write one line of one block."""
    row, before = layout.rows[line.name] + down, None
    kind = "bold" if line.name in TOTALS else "text"
    book.text(sheet, row, 0, words(f"line_{line.name}"), kind, indent=1)
    book.text(sheet, row, 1, unit_of(layout, line, words), "text", font_color="#606060")
    for column in layout.columns:
        bounds = found(line, column)
        if bounds is not None:
            value = {"middle": bounds.mean, "low": bounds.low, "high": bounds.high}[block]
            text = written(line, column, before) if block == "middle" else ""
            more = {"bg_color": "#F4F6F8"} if column.spans else {}
            unit = "persons" if line.name == "persons" else line.unit
            book.figure(sheet, row, column.place, value, unit, text, kind=kind, **more)
        if not column.spans:
            before = column


def unit_of(layout: Layout, line: Line, words: Words) -> str:
    """Return the name of a line's unit: the currency, customers, a share."""
    if line.unit == "money":
        return layout.study.design.baseline.currency
    return words(f"unit_{line.name}" if line.name in ("persons", "orders", "orders_cancelled") else f"unit_{line.unit}")
