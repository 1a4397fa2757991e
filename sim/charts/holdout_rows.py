"""What each lever does to a customer whom it reaches: as its hold-out shows it, and on the same customers."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.intervals import Interval
from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.difference_rows import SMALL, bounds
from sim.charts.effect_rows import Way, draw_rows, height_of, key, limits_of
from sim.charts.sheet import LINE, Grid, entitle, panel_titles, sheet
from sim.charts.style import BLUE, ORANGE, SIZE
from sim.charts.text import BOLD, breadth, clean, line_count, magnitude, readable, wrap
from sim.charts.words import money_unit, note_on_error, words_of
from sim.language.formats import lever_name
from sim.language.words import Words, error_text
from sim.study.tables import Columns

if TYPE_CHECKING:
    from sim.study.study import Study

NAME = 2.6


def holdouts(study: "Study", *, language: str = "en") -> Chart:
    """Draw each lever's effect per customer reached, on profit inside the horizon and on being there at its end.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.

    Raises
    ------
    NotDrawn
        When no lever reaches anybody.
    """
    table = study.table("holdouts")
    reached = [place for place, count in enumerate(table["reached"]) if count > 0.0]
    if not reached:
        raise NotDrawn(error_text("charts.nobody_reached"))
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        ways = [Way(words("as_holdout"), ORANGE, "s", filled=False), Way(words("same_customers"), BLUE, "D")]
        money = [found_of(table, place, 1.0) for place in reached if table["value"][place] == "profit_npv"]
        alive = [found_of(table, place, 100.0) for place in reached if table["value"][place] == "alive_end"]
        power, word = magnitude([value for line in money for one in line for value in bounds(one)], words.language)
        unit = money_unit(word, study, words)
        money = [[Interval(*(value / power for value in bounds(one))) for one in line] for line in money]

        names = row_names(study, table, words)
        grid = Grid(
            2, width=11.0, panel_height=height_of(len(names), len(ways)), across=0.35,
            left=max(breadth(name, SMALL) for name in names) + 0.4,
        )  # fmt: skip
        titles = panel_titles([words("profit_each"), words("there_at_end")], grid.panel_width)
        grid = replace(grid, top=line_count(titles) * SIZE * BOLD * LINE + 0.12)
        notes = [words("holdouts_note")]
        notes += [] if any(table["held_out"][place] for place in reached) else [words("no_holdouts")]
        notes += [words("beside_others")] if any("\n" in name for name in names) else []
        notes += [note_on_error("bands_of_means", study.replications, words)]
        chart, panels = sheet(words("holdouts_title"), notes, key(ways), grid)
        axis = (words("money_each", unit=unit), words("points"))
        for axes, found, title, across in zip(panels, (money, alive), titles, axis, strict=True):
            draw_rows(axes, names, found, ways, limits_of(found))
            entitle(axes, title)
            axes.set_xlabel(across)
        panels[1].tick_params(labelleft=False)
        return chart


def row_names(study: "Study", table: Columns, words: Words) -> list[str]:
    """Return the strategies' names, and beside those of several levers the lever's."""
    shown = dict(zip(study.scenarios, readable(study.scenarios, words("scenario")), strict=True))
    rows = [
        (scenario, lever)
        for scenario, lever, value, count in zip(
            *(table[name] for name in ("scenario", "lever", "value", "reached")), strict=True
        )
        if value == "profit_npv" and count > 0.0
    ]
    several = {scenario for scenario, _ in rows if sum(scenario == other for other, _ in rows) > 1}
    return [
        wrap(shown[scenario], NAME, SMALL, lines=1)
        + (f"\n{wrap(clean(lever_name(lever, words.language)), NAME, SMALL, lines=1)}" if scenario in several else "")
        for scenario, lever in rows
    ]


def found_of(table: Columns, place: int, factor: float) -> list[Interval]:
    """Return the effect by the hold-out and on the same customers, in another unit."""
    return [
        Interval(*(factor * float(table[f"{way}{end}"][place]) for end in ("", "_low", "_high")))
        if np.isfinite(table[way][place]) else Interval(np.nan, np.nan, np.nan)
        for way in ("incremental", "paired")
    ]  # fmt: skip
