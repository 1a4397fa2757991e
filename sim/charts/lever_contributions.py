"""What each part contributes to a combined strategy: alone, and its share of the whole."""

from typing import TYPE_CHECKING

from sim.analysis.intervals import Interval
from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.difference_rows import bounds
from sim.charts.sheet import TITLE
from sim.charts.steps import WHOLE, Panel, Step, steps_chart
from sim.charts.text import BOLD, clean, magnitude, readable, wrap
from sim.charts.words import money_unit, note_on_error, words_of
from sim.language.words import Words, error_text
from sim.study.combinations import parts_of
from sim.study.contributions import ALONE
from sim.study.contributions import contributions as table_of
from sim.study.tables import Columns

if TYPE_CHECKING:
    from sim.study.study import Study

NAME = 3.0
"""Inches for the name of the strategy in the title."""


def contributions(
    study: "Study", scenario: str | None = None, *, simulate: bool = False, language: str = "en"
) -> Chart:
    """Draw how the parts of a combined strategy add up to it: each alone, and by shares where they are known.

    Parameters
    ----------
    scenario
        Name of the strategy; if left out, the one with most levers among those whose parts the study holds.
    simulate
        Whether to simulate what the shares take and the study does not hold; takes as long as a study.
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.

    Raises
    ------
    NotDrawn
        When no strategy of the study pulls the levers of others.
    ValueError
        When there is no such strategy, or its parts are neither held nor to be simulated.
    """
    if scenario is None and not any(parts_of(study, number) for number in range(1, len(study.scenarios))):
        raise NotDrawn(error_text("charts.no_parts"))
    table = table_of(study, scenario, simulate=simulate)
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        method = table["method"][0]
        whole = table["scenario"][0]
        kinds = [ALONE] if method == ALONE else [ALONE, "contribution"]
        largest = [value for kind in kinds for one in column(table, kind) for value in bounds(one)]
        power, word = magnitude(largest, words.language)
        unit = money_unit(word, study, words)
        panels = [panel(table, kind, method, power, words) for kind in kinds]
        count = table["replications"][0]
        notes = [words("contributions_note"), *([] if method == ALONE else [words(f"note_of_{method}")])]
        notes += [note_on_error("step_bands", count, words)]
        shown = dict(zip(study.scenarios, readable(study.scenarios, words("scenario")), strict=True))[whole]
        title = words("contributions_title", scenario=wrap(shown, NAME, TITLE * BOLD, lines=1))
        return steps_chart(title, notes, [], panels, words("money", unit=unit), words)


def column(table: Columns, kind: str) -> list[Interval]:
    """Return one of the table's answers with its intervals."""
    ends = ("low", "high") if kind == "contribution" else (f"{kind}_low", f"{kind}_high")
    return [Interval(*row) for row in zip(table[kind], *(table[end] for end in ends), strict=True)]


def panel(table: Columns, kind: str, method: str, power: float, words: Words) -> Panel:
    """Return the steps from nothing to the whole by one of the answers."""
    names = [clean(part).replace("_", " ") for part in table["part"][:-2]]
    names = [wrap(name, 1.9, 8.0, lines=1) for name in readable(names, words("part"))]
    left = "working_together" if kind == ALONE else "not_divided"
    found = column(table, kind)
    steps = [Step(name, one) for name, one in zip(names, found, strict=False)]
    if bounds(found[-2]) != (0.0, 0.0, 0.0) and (kind == ALONE or method != "shapley"):
        steps.append(Step(words(left), found[-2], ("#CC79A7", "xxxx")))
    steps.append(Step(words("all_parts"), found[-1], WHOLE, whole=True))
    title = words("each_alone") if kind == ALONE else words(f"shares_{method}")
    return Panel(title, [step.scaled(power) for step in steps])
