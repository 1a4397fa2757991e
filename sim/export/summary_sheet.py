"""The first sheet: what each scenario comes to over the horizon, and what each strategy changes."""

import math

from sim.analysis.catalogue import CATALOGUE, label
from sim.analysis.intervals import Interval
from sim.export.book import Book, Sheet
from sim.export.formulas import cell, quoted
from sim.export.layout import Layout
from sim.language.words import Words

LINES = {
    "new_customers": ("customers_new", 1), "customers_end": ("customers_end", 1), "mrr_end": ("mrr_end", 1),
    "revenue": ("revenue", 1), "cash": ("cash", 1), "gross_margin": ("gross_margin", 1),
    "acquisition_cost": ("acquisition", -1), "lever_cost": ("lever_costs", -1), "contribution": ("contribution", 1),
    "profit": ("profit", 1), "profit_npv": ("profit_npv", 1),
}  # fmt: skip
"""Metrics that a scenario's sheet sums up: the line, and whether it stands there with a minus."""
METRICS = ("logo_retention_m12", "logo_retention_m24", "nrr_m12", "new_customers", "customers_end", "mrr_end",
           "revenue", "cash", "gross_margin", "acquisition_cost", "lever_cost", "contribution", "profit", "profit_npv",
           "residual_value", "profit_npv_with_residual", "cac", "clv")  # fmt: skip
SHOP_METRICS = ("logo_retention_m24", "repeat_rate", "second_year_rate", "orders_per_month",
                *(name for name in METRICS[3:] if name != "mrr_end"))  # fmt: skip
COLUMNS = ("metric", "unit", "middle", "low", "high", "difference", "low", "high", "relative", "sure")
WIDTHS = (36, 9, *(14 for _ in COLUMNS[2:]))
CHANGES = {"share": "+0.00%;-0.00%;0.00%", "ratio": "+0.0000;-0.0000;0", "months": "+0.0;-0.0;0"}
FIRST_ROW = 4


def metrics_of(layout: Layout) -> tuple[str, ...]:
    """Return the metrics that the summary shows."""
    return SHOP_METRICS if layout.study.design.baseline.per_use else METRICS


def write_summary(book: Book, layout: Layout, name: str, words: Words) -> None:
    """Write the summary."""
    study, design = layout.study, layout.study.design
    sheet = book.sheet(name, portrait=True)
    book.text(sheet, 0, 0, words("summary_title"), "title")
    note = words("summary_note", months=design.months, customers=f"{design.customers:,}",
                 replications=study.replications, currency=design.baseline.currency)  # fmt: skip
    book.text(sheet, 1, 0, note, "note")
    book.text(sheet, 2, 0, words("only_chance"), "note")
    heads = [words(f"column_{column}") for column in COLUMNS]
    book.row(sheet, FIRST_ROW - 1, list(zip(heads, WIDTHS, strict=True)))
    for place, (text, size) in enumerate(zip(heads, WIDTHS, strict=True)):
        sheet.set_column(place, place, size)
        book.text(sheet, FIRST_ROW - 1, place, text, "head", align="left" if place < 2 else "right", text_wrap=True,
                  valign="bottom")  # fmt: skip
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.repeat_rows(FIRST_ROW - 1)
    shown = metrics_of(layout)
    for number, scenario in enumerate(study.scenarios):
        row = FIRST_ROW + number * (len(shown) + 2)
        for place in range(len(COLUMNS)):
            sheet.write_blank(row, place, None, book.look("section"))
        book.link(sheet, row, 0, scenario, layout.names[number])
        for place, metric in enumerate(shown):
            write_metric(book, layout, sheet, row + 1 + place, number, metric, words)


def write_metric(book: Book, layout: Layout, sheet: Sheet, row: int, number: int, metric: str, words: Words) -> None:
    """Write one metric of one scenario."""
    study, unit = layout.study, CATALOGUE[metric].unit
    found = study.metric(number, metric)
    book.text(sheet, row, 0, label(metric, words.language), indent=1)
    book.text(sheet, row, 1, study.design.baseline.currency if unit == "money" else words(f"unit_{unit}"))
    book.figure(sheet, row, 2, found.mean, unit, reference(layout, number, metric))
    book.figure(sheet, row, 3, found.low, unit)
    book.figure(sheet, row, 4, found.high, unit)
    if number > 0:
        write_change(book, layout, sheet, row, number, metric, words)


def write_change(book: Book, layout: Layout, sheet: Sheet, row: int, number: int, metric: str, words: Words) -> None:
    """Write one metric's paired difference to the baseline."""
    study, unit = layout.study, CATALOGUE[metric].unit
    found, before = study.difference(number, metric), study.metric(0, metric).mean
    if not math.isfinite(found.interval.mean):
        return
    there = row - number * (len(metrics_of(layout)) + 2)
    more = {"num_format": CHANGES.get(unit, "+#,##0;-#,##0;0")}
    book.figure(sheet, row, 5, found.interval.mean, unit, f"={cell(row, 2)}-{cell(there, 2)}", **more)
    book.figure(sheet, row, 6, found.interval.low, unit, **more)
    book.figure(sheet, row, 7, found.interval.high, unit, **more)
    part, whole = cell(row, 5), cell(there, 2)
    ratio = found.interval.mean / abs(before) if before else math.nan
    book.figure(sheet, row, 8, ratio, unit, f'=IF({whole}=0,"",{part}/ABS({whole}))', num_format="+0.0%;-0.0%;0.0%")
    book.text(sheet, row, 9, mark(found.interval, words), align="right")


def mark(found: Interval, words: Words) -> str:
    """Say whether the interval leaves out zero."""
    if found.low != found.low:
        return ""
    if found.low == found.high == 0.0:
        return words("equal")
    return words("clear" if found.sure else "not_clear")


def reference(layout: Layout, number: int, metric: str) -> str:
    """Return the formula that takes a metric from the total column of the scenario's sheet; nothing if it is not there.

    What cost something stands on that sheet with a minus, and as a metric without.
    """
    line, sign = LINES.get(metric, ("", 1))
    if line not in layout.rows:
        return ""
    at = cell(layout.rows[line], layout.columns[-1].place)
    return f"={'-' if sign < 0 else ''}{quoted(layout.names[number])}!{at}"
