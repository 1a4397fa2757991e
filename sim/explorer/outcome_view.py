"""The outcome on the page: a sentence, a chart, and the strategies beside one another."""

import base64
from html import escape

import ipywidgets as widgets  # type: ignore[import-untyped]

from sim.analysis.catalogue import CATALOGUE, label
from sim.analysis.intervals import Interval
from sim.charts import explored
from sim.explorer.state import PROFIT, Explorer, Row, differs
from sim.language.formats import currency_name
from sim.language.words import Words
from sim.study.numbers import Numbers
from sim.study.study import Study

WHOLE = "<span>{}</span>"
"""What is not broken over lines."""


class OutcomeView:
    """Shows what a study of the explorer says."""

    def __init__(self, words: Words, language: str) -> None:
        self.words, self.language, self.numbers = words, language, Numbers(language)
        self.busy, self.headline, self.chart, self.table = (widgets.HTML() for _ in range(4))
        for part, look in ((self.busy, "busy"), (self.headline, "headline"), (self.chart, "figure"),
                           (self.table, "table")):  # fmt: skip
            part.add_class(f"rs-{look}")

    def work(self, doing: str) -> None:
        """Say what is being done, or nothing any more; until then what is shown is from before."""
        self.busy.value = f'<span aria-hidden="true">{escape(doing)}</span>' if doing else ""

    def show(self, explorer: Explorer, study: Study) -> None:
        """Show a study: figures first, as they are there first."""
        rows, kept = explorer.rows(study), explorer.retention
        says = self.sentence(rows[1], kept, study) if differs(study) else self.nothing_pulled(rows[0], kept, study)
        self.headline.value = f'<div aria-live="polite">{says}</div>{self.notes(study)}'
        self.table.value = self.beside(rows, kept, study)
        picture = base64.b64encode(explored(study, language=self.language).picture("svg")).decode()
        alt = self.words("chart_alt", names=self.words("list_gap").join(row.name for row in rows))
        self.chart.value = f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(alt)}">'

    def sentence(self, row: Row, kept: str, study: Study) -> str:
        """Say what the strategy at hand changes."""
        profit = self.verdict(row.more_profit, PROFIT, self.words("currency", name=self.currency(study)))
        named = ((self.words("profit_over", months=study.design.months), profit),
                 (label(kept, self.language), self.verdict(row.more_retention, kept)))  # fmt: skip
        lines = (self.words("line", name=name, value=value) for name, value in named)
        return f"<h2>{escape(self.words('headline'))}</h2>" + "".join(
            f'<p class="rs-big">{escape(line)}</p>' for line in lines
        )

    def nothing_pulled(self, baseline: Row, kept: str, study: Study) -> str:
        """Say that there is no strategy yet, and how the business stands without one."""
        level = self.numbers.level
        profit = level(baseline.profit.mean, "money") + self.words("currency", name=self.currency(study))
        text = self.words(
            "as_it_is", months=study.design.months, profit=profit, metric=label(kept, self.language),
            retention=level(baseline.retention.mean, "share"),
        )  # fmt: skip
        return f'<h2>{escape(self.words("nothing_pulled"))}</h2><p class="rs-big">{escape(text)}</p>'

    def notes(self, study: Study) -> str:
        """Say what the intervals hold, what they do not, and on how many customers."""
        customers = f"{study.design.customers:,}"
        sample = self.words("sample", customers=customers, replications=study.replications)
        tied = self.words("tied", customers=customers) if study.design.tied else ""
        notes = self.words("space").join(filter(None, [self.words("only_chance"), sample, tied]))
        return f'<p class="rs-note">{escape(notes)}</p>'

    def currency(self, study: Study) -> str:
        """Return what the currency is called."""
        return currency_name(study.design.baseline.currency, self.language)

    def changed(self, found: Interval, metric: str, currency: str = "", mark: str = "{}") -> str:
        """Write a difference with its interval, each put into a mark of HTML if one is given."""
        unit = CATALOGUE[metric].unit
        if unchanged(found):
            return self.words("no_difference")
        low, high = (self.numbers.change(end, unit, named=False) for end in (found.low, found.high))
        value, span = self.numbers.change(found.mean, unit) + currency, self.words("span", low=low, high=high)
        return self.words("with_interval", value=mark.format(value), span=mark.format(span))

    def verdict(self, found: Interval, metric: str, currency: str = "") -> str:
        """Write the same, and whether chance alone may be behind it."""
        if unchanged(found):
            return self.words("no_difference")
        return self.words("clear" if found.sure else "not_clear", change=self.changed(found, metric, currency))

    def beside(self, rows: list[Row], kept: str, study: Study) -> str:
        """Return the table of all strategies."""
        words, level = self.words, self.numbers.level
        heads = (
            words("strategy"), words("profit", currency=self.currency(study)), words("against_baseline"),
            label(kept, self.language), words("against_baseline"),
        )  # fmt: skip
        lines = []
        for place, row in enumerate(rows):
            figures = ((row.profit, row.more_profit, PROFIT), (row.retention, row.more_retention, kept))
            cells = [escape(row.name)]
            for own, more, metric in figures:
                cells.append(escape(level(own.mean, CATALOGUE[metric].unit)))
                cells.append(self.changed(more, metric, mark=WHOLE) if place else "")
            lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
        return f"<table><caption>{escape(words('table'))}</caption><tr>{head}</tr>{''.join(lines)}</table>"


def unchanged(found: Interval) -> bool:
    """Whether a difference is none in any replication."""
    return found.mean == 0.0 and not found.half_width > 0.0
