"""From the baseline's profit to each strategy's by ledger account, one panel per strategy."""

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.catalogue import label
from sim.analysis.intervals import Interval
from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.difference_rows import bounds, typical
from sim.charts.sheet import TITLE
from sim.charts.steps import WHOLE, Panel, Step, steps_chart
from sim.charts.text import BOLD, magnitude, number, readable, wrap
from sim.charts.words import money_unit, note_on_error, spoken, words_of
from sim.language.words import Words, error_text
from sim.study.bridge import bridge as table_of

if TYPE_CHECKING:
    from sim.study.study import Study

PROFIT = "profit_npv_with_residual"


def bridge(study: "Study", metric: str = PROFIT, *, language: str = "en") -> Chart:
    """Draw by ledger account what makes up each strategy's difference in profit.

    Parameters
    ----------
    metric
        ``profit``, ``profit_npv`` or ``profit_npv_with_residual``.
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.

    Raises
    ------
    NotDrawn
        When the study has the baseline only.
    ValueError
        When there is no bridge to the metric.
    """
    if len(study.scenarios) < 2:
        raise NotDrawn(error_text("charts.no_differences"))
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        table = table_of(study, metric=metric)
        found = [Interval(*row) for row in zip(table["difference"], table["low"], table["high"], strict=True)]
        rows = list(zip(table["scenario"], table["account"], found, strict=True))
        power, word = magnitude(typical([one for _, account, one in rows if account == metric]), words.language)
        unit = money_unit(word, study, words)
        moved = {account for _, account, one in rows if np.any(bounds(one))} | {metric}
        names = readable(study.scenarios, words("scenario"))
        name_of = {account: words(f"account_{account}") for account in moved - {metric}}
        name_of[metric] = words("account_sum")
        panels = [
            Panel(name + "\n" + from_to(study, place, metric, power, words), [
                Step(name_of[account], one, WHOLE if account == metric else ("", ""), account == metric).scaled(power)
                for scenario, account, one in rows if account in moved and scenario == study.scenarios[place]
            ])
            for place, name in enumerate(names[1:], start=1)
        ]  # fmt: skip
        notes = [
            words("bridge_note", metric=label(metric, spoken(language))),
            note_on_error("step_bands", study.replications, words),
        ]
        title = words("bridge_title", baseline=wrap(names[0], 4.0, TITLE * BOLD, lines=1))
        return steps_chart(title, notes, [], panels, words("money", unit=unit), words)


def from_to(study: "Study", place: int, metric: str, power: float, words: Words) -> str:
    """Return both ends of a bridge in the unit of the axis, the baseline's profit and the strategy's."""
    found = study.estimates[metric]
    ends = [found[number].whole / power for number in (0, place)]
    decimals = 1 if max(map(abs, ends)) < 1000 else 0
    return words("from_to", before=number(ends[0], decimals), after=number(ends[1], decimals))
