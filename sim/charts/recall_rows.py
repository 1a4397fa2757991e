"""Customers who come back after a recall contact: gross against incremental, by reason of the end and by method."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.intervals import Interval
from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.difference_rows import SMALL
from sim.charts.effect_rows import Way, draw_rows, height_of, key, limits_of
from sim.charts.sheet import LINE, Grid, entitle, finish, panel_titles, sheet
from sim.charts.style import BLACK, BLUE, ORANGE, SIZE
from sim.charts.text import BOLD, breadth, line_count, number, readable
from sim.charts.words import note_on_error, spoken, words_of
from sim.language.words import Words, error_text
from sim.study.campaigns import ALL
from sim.study.tables import Columns

if TYPE_CHECKING:
    from sim.study.study import Study

PANEL = 4.0
"""Breadth of a panel in inches."""


@dataclass(frozen=True)
class Group:
    """One row: ends of one kind, how many of them were contacted, and what came of it in each way."""

    name: str
    found: list[Interval]


def recalls(study: "Study", *, language: str = "en") -> Chart:
    """Draw what share of those contacted comes back, and how much of it is due to the contact.

    Gross: back within a year. Incremental: more than of the hold-out, and more than of the same customers under the
    baseline. All lives together; the hold-out is compared in first lives only.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.

    Raises
    ------
    NotDrawn
        When nobody was contacted after an end.
    """
    table = study.table("recalls")
    if not any(table["contacted"]):
        raise NotDrawn(error_text("charts.no_recall"))
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        ways = ways_of(table, words)
        groups = {name: rows_of(table, name, list(ways), words) for name in dict.fromkeys(table["scenario"])}
        shown = dict(zip(study.scenarios, readable(study.scenarios, words("scenario")), strict=True))
        titles = panel_titles([shown[name] for name in groups], PANEL)
        notes = [words("recalls_note"), note_on_error("bands_of_means", study.replications, words)]
        grid = grid_of(groups, titles, len(ways))
        chart, panels = sheet(words("recalls_title"), notes, key(list(ways.values())), grid)
        limits = limits_of([group.found for rows in groups.values() for group in rows])
        for axes, rows, title in zip(panels, groups.values(), titles, strict=False):
            names, found = [group.name for group in rows], [group.found for group in rows]
            draw_rows(axes, names, found, list(ways.values()), limits)
            entitle(axes, title)
        finish(panels, len(groups), grid.columns, words("share_back"), "")
        for axes in panels[: len(groups)]:
            axes.tick_params(labelleft=True)  # groups differ from strategy to strategy
        return chart


def ways_of(table: Columns, words: Words) -> dict[str, Way]:
    """Return gross and incremental by the table's columns, those of which something is known."""
    ways = {
        "returned": Way(words("gross"), BLACK, "o"),
        "incremental": Way(words("over_holdout"), ORANGE, "s", filled=False),
        "paired": Way(words("same_customers"), BLUE, "D"),
    }
    return {column: way for column, way in ways.items() if np.isfinite(table[column]).any()}


def grid_of(groups: dict[str, list[Group]], titles: list[str], ways: int) -> Grid:
    """Return a grid with room for the names of the rows left of every panel."""
    left = max(breadth(row.name, SMALL) for rows in groups.values() for row in rows) + 0.4
    columns, over = min(2, len(groups)), line_count(titles) * SIZE * BOLD * LINE + 0.12
    return Grid(
        columns, -(-len(groups) // columns), width=(left + PANEL + 0.4) * columns, left=left, across=left + 0.1,
        panel_height=height_of(max(map(len, groups.values())), ways), down=over + 0.2, top=over,
    )  # fmt: skip


def rows_of(table: Columns, scenario: str, columns: list[str], words: Words) -> list[Group]:
    """Return all contacts, then those by reason, then by method; in percent of those contacted."""
    story = Words("story", spoken(words.language))
    rows = []
    for place, name in enumerate(table["scenario"]):
        reason, method, life = (table[part][place] for part in ("reason", "method", "life"))
        if name != scenario or life != ALL or ALL not in (reason, method) or table["contacted"][place] == 0.0:
            continue
        text = words("all_contacts")
        if reason != ALL:
            text = words(f"because_{reason}")
        elif method != ALL:
            text = words("by", method=story(f"method_{method}"))
        count = number(table["contacted"][place], 0)
        rows.append(Group(words("group_count", group=text, contacted=count), found_of(table, place, columns)))
    return rows


def found_of(table: Columns, place: int, columns: list[str]) -> list[Interval]:
    """Return gross and incremental shares in percent."""
    return [Interval(*(100.0 * table[f"{column}{end}"][place] for end in ("", "_low", "_high"))) for column in columns]
