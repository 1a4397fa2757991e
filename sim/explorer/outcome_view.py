"""The outcome on the page: a sentence, a chart, and the strategies beside one another."""

import base64
from html import escape

import ipywidgets as widgets  # type: ignore[import-untyped]

from sim.analysis.catalogue import CATALOGUE, label
from sim.analysis.intervals import Interval
from sim.charts import explored
from sim.explorer.state import PROFIT, Explorer, Row
from sim.language.formats import currency_name
from sim.language.words import Words
from sim.study.numbers import Numbers
from sim.study.study import Study


class OutcomeView:
    """Shows what a study of the explorer says."""

    def __init__(self, words: Words, language: str) -> None:
        self.words, self.language, self.numbers = words, language, Numbers(language)
        self.headline, self.chart, self.table = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.headline.add_class("rs-headline")
        self.chart.add_class("rs-figure")
        self.box = widgets.VBox([self.headline, self.chart, self.table])

    def show(self, explorer: Explorer, study: Study) -> None:
        """Show a study: figures first, as they are there first."""
        rows, kept = explorer.rows(study), explorer.retention
        self.headline.value = f'<div aria-live="polite">{self.sentence(rows[1], kept, study)}</div>'
        self.table.value = self.beside(rows, kept, study)
        picture = base64.b64encode(explored(study, language=self.language).picture("svg")).decode()
        alt = self.words("chart_alt", names=self.words("list_gap").join(row.name for row in rows))
        self.chart.value = f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(alt)}">'

    def sentence(self, row: Row, kept: str, study: Study) -> str:
        """Say what the strategy at hand changes, and what the intervals hold."""
        design = study.design
        says = self.words(
            "headline", months=design.months, metric=label(kept, self.language),
            profit=self.changed(row.more_profit, PROFIT, self.words("currency", name=self.currency(study))),
            retention=self.changed(row.more_retention, kept),
        )  # fmt: skip
        sample = self.words("sample", customers=f"{design.customers:,}", replications=study.replications)
        tied = self.words("tied", customers=f"{design.customers:,}") if design.tied else ""
        notes = self.words("space").join(filter(None, [self.words("only_chance"), sample, tied]))
        return f"<h2>{escape(says)}</h2><p>{escape(notes)}</p>"

    def currency(self, study: Study) -> str:
        """Return what the currency is called."""
        return currency_name(study.design.baseline.currency, self.language)

    def changed(self, found: Interval, metric: str, currency: str = "") -> str:
        """Write a difference with its interval."""
        unit = CATALOGUE[metric].unit
        span = self.numbers.span(found.low, found.high, unit)
        return self.words("with_interval", value=self.numbers.change(found.mean, unit) + currency, span=span)

    def beside(self, rows: list[Row], kept: str, study: Study) -> str:
        """Return the table of all strategies."""
        words, level = self.words, self.numbers.level
        heads = (
            words("strategy"), words("profit", currency=self.currency(study)), words("against_baseline"),
            label(kept, self.language), words("against_baseline"),
        )  # fmt: skip
        lines = []
        for place, row in enumerate(rows):
            changes = [self.changed(row.more_profit, PROFIT), self.changed(row.more_retention, kept)]
            changes = changes if place else ["", ""]
            own = [level(row.profit.mean, "money"), level(row.retention.mean, "share")]
            cells = [row.name, own[0], changes[0], own[1], changes[1]]
            lines.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
        return f"<table><caption>{escape(words('table'))}</caption><tr>{head}</tr>{''.join(lines)}</table>"
