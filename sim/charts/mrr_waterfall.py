"""Monthly recurring revenue (MRR) from the first month's start to the last month's end, one panel per scenario."""

from typing import TYPE_CHECKING

from sim.analysis.intervals import Interval
from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.movement_bars import LOOKS
from sim.charts.steps import WHOLE, Panel, Step, steps_chart
from sim.charts.text import magnitude, readable
from sim.charts.words import money_unit, note_on_error, words_of
from sim.language.words import error_text

if TYPE_CHECKING:
    from sim.study.study import Study

ENDS = ("start", "end")


def waterfall(study: "Study", *, language: str = "en") -> Chart:
    """Draw how MRR comes from the start to the end: new, expansion, reactivation, contraction, churn.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.

    Raises
    ------
    NotDrawn
        When nobody subscribes.
    """
    if study.design.baseline.per_use:
        raise NotDrawn(error_text("charts.no_movements"))
    with house_style():
        words = words_of(language)
        table = study.table("mrr_steps")
        found = [Interval(*bounds) for bounds in zip(table["mean"], table["low"], table["high"], strict=True)]
        power, word = magnitude([abs(one.mean) for one in found], words.language)
        unit = money_unit(word, study, words)
        panels = [
            Panel(name, [
                Step(words(f"mrr_{step}" if step in ENDS else step), one,
                     WHOLE if step in ENDS else LOOKS[step][:2], step in ENDS).scaled(power)
                for scenario, step, one in zip(table["scenario"], table["step"], found, strict=True)
                if scenario == study.scenarios[place]
            ])
            for place, name in enumerate(readable(study.scenarios, words("scenario")))
        ]  # fmt: skip
        notes = [
            words("waterfall_note", months=study.design.months),
            note_on_error("step_bands", study.replications, words),
        ]
        return steps_chart(words("waterfall_title"), notes, [], panels, words("mrr_level", unit=unit), words)
