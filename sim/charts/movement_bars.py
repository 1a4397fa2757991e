"""Movements of monthly recurring revenue (MRR), one panel per scenario, on one scale."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.sheet import Grid, Legend, date_axis, entitle, finish, panel_titles, sheet, small_multiples, upright
from sim.charts.style import BLACK, GREEN, ORANGE, PURPLE, SKY, VERMILLION
from sim.charts.text import line_count, magnitude, number, readable
from sim.charts.words import money_unit, note_on_means, words_of
from sim.language.words import Words, error_text

if TYPE_CHECKING:
    from sim.study.study import Study

LOOKS = {
    "new": (SKY, "", 1),
    "expansion": (GREEN, "////", 1),
    "reactivation": (PURPLE, "xxxx", 1),
    "churn": (VERMILLION, "", -1),
    "contraction": (ORANGE, "\\\\\\\\", -1),
}
"""Colour, hatch and direction, from zero outwards."""


def movements(study: "Study", *, language: str = "en") -> Chart:
    """Draw what each month adds to MRR and takes from it, and the net of both.

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
        moves = moves_of(study)
        low, high = (float(abs(np.clip(moves, *ends).sum(axis=2)).max()) for ends in ((None, 0), (0, None)))
        power, word = magnitude([low, high], words.language)
        moves /= power
        unit = money_unit(word, study, words)

        titles, grid = titles_of(readable(study.scenarios, words("scenario")), moves, words)
        absent = [words(name) for name, change in zip(LOOKS, moves.T, strict=True) if not change.any()]
        notes = [note_on_means(len(moves), study.replications, words)]
        notes += [words("none", movements=words("and").join(absent))] if absent else []
        chart, panels = sheet(words("movements_title"), notes, key(moves, words), grid)
        room = 0.07 * max(low, high) / power or 1.0
        for place, axes in enumerate(panels[: len(titles)]):
            draw(axes, moves[place])
            entitle(axes, titles[place])
            upright(axes, -low / power - room, high / power + room)
            date_axis(axes, study.table("movements")["date"][: study.design.months], grid.panel_width, language)
        finish(panels, len(titles), grid.columns, words("calendar"), words("mrr", unit=unit))
        return chart


def moves_of(study: "Study") -> NDArray[np.float64]:
    """Return movements by [scenario, month, movement], losses negative."""
    table, shape = study.table("movements"), (len(study.scenarios), study.design.months)
    return np.stack([way * np.array(table[name], float).reshape(shape) for name, (*_, way) in LOOKS.items()], axis=2)


def titles_of(names: list[str], moves: NDArray[np.float64], words: Words) -> tuple[list[str], Grid]:
    """Return the panels' titles, with the mean net movement in the unit of the axis, and the grid they need."""
    nets = moves.sum(axis=2).mean(axis=1)
    decimals = 1 if abs(nets).max() < 100 else 0
    titles = [
        title + "\n" + words("net_a_month", net=number(net, decimals, signed=True))
        for title, net in zip(panel_titles(names, small_multiples(len(names), 1).panel_width), nets, strict=True)
    ]
    return titles, small_multiples(len(names), line_count(titles))


def key(moves: NDArray[np.float64], words: Words) -> Legend:
    """Return what the bars and the line mean, of movements that there are."""
    found: Legend = [
        (Patch(facecolor=colour, hatch=hatch, edgecolor="white"), words(name))
        for (name, (colour, hatch, _)), change in zip(LOOKS.items(), moves.T, strict=True)
        if change.any()
    ]
    return [*found, (Line2D([], [], color=BLACK, linewidth=1.5), words("net"))]


def draw(axes: Axes, moves: NDArray[np.float64]) -> None:
    """Draw one scenario's bars and its net line; [month, movement]."""
    ends = {1: np.zeros(len(moves)), -1: np.zeros(len(moves))}
    for (colour, hatch, way), change in zip(LOOKS.values(), moves.T, strict=True):
        if change.any():
            shape = bars(ends[way], ends[way] + change)
            axes.add_artist(PathPatch(shape, facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0))
        ends[way] = ends[way] + change
    axes.axhline(0, color=BLACK, linewidth=0.8)
    marker = "o" if len(moves) <= 12 else None  # a line of one month would not be seen
    axes.plot(np.arange(len(moves)) + 0.5, moves.sum(axis=1), color=BLACK, linewidth=1.5, marker=marker, markersize=4)


def bars(begin: NDArray[np.float64], end: NDArray[np.float64]) -> Path:
    """Return one bar per month as a single shape, which is drawn several times faster than many."""
    left = np.arange(len(begin)) + 0.08
    corners = [(left, begin), (left + 0.84, begin), (left + 0.84, end), (left, end)]
    return Path.make_compound_path_from_polys(np.stack([np.stack(corner, axis=1) for corner in corners], axis=1))
