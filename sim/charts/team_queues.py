"""Teams: how busy agents are, who waits, how long, and who gives up, month by month."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.analysis.intervals import interval
from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.sheet import Grid, date_axis, entitle, panel_titles, sheet, small_multiples, upright
from sim.charts.style import SIZE, look
from sim.charts.text import line_count, readable, wrap
from sim.charts.words import note_on_error, words_of
from sim.language.words import Words, error_text
from sim.study.queues import FIGURES, Queue, queues
from sim.study.tables import month_dates

if TYPE_CHECKING:
    from sim.study.study import Study

PERCENT = ("busy", "gave_up")
MARKER = 3.5
ACROSS = 0.75
"""Inches between panels, for each has numbers of its own."""


def teams(study: "Study", *, language: str = "en") -> Chart:
    """Draw agents' time in use, customers waiting, the wait in days, and the share who give up, for every team.

    Monthly sums do not hold who waits at a moment, so up to eight replications are simulated again, whole ones, for a
    team ties its customers. That takes seconds, so the chart is not among those drawn at the end of every run.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.

    Raises
    ------
    NotDrawn
        When no scenario has a team.
    """
    found, sample = queues(study.design)
    if not found:
        raise NotDrawn(error_text("charts.no_team"))
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        names = readable(study.scenarios, words("scenario"))
        kinds = sorted({queue.team for queue in found})
        shown = [(team, figure) for team in kinds for figure in FIGURES]
        width = replace(small_multiples(4, 1), across=ACROSS).panel_width
        titles = panel_titles([words("of_team", team=words(f"team_{team.name.lower()}"), figure=words(figure))
                               for team, figure in shown], width)  # fmt: skip
        grid = replace(small_multiples(4, line_count(titles)), rows=2 * len(kinds), panel_height=2.1, across=ACROSS)
        chart, panels = sheet(words("teams_title"), notes_of(study, sample.replications, words),
                              key(found, names), grid)  # fmt: skip
        for place, (axes, (team, figure)) in enumerate(zip(panels, shown, strict=True)):
            draw(axes, [queue for queue in found if queue.team == team], figure)
            entitle(axes, titles[place])
            finish(axes, study, grid, place, language, words)
        return chart


def notes_of(study: "Study", replications: int, words: Words) -> list[str]:
    """Return the notes under the title."""
    size = words("team_sample", customers=f"{study.design.customers:,}", replications=replications)
    error = note_on_error("bands", replications, words)
    return [words("teams_note"), size + words("space") + error]


def key(found: list[Queue], names: list[str]) -> list[tuple[Line2D, str]]:
    """Return which line is which scenario."""
    scenarios = sorted({queue.scenario for queue in found})
    return [(Line2D([], [], markersize=MARKER, **look(n)), wrap(names[n], 2.4, SIZE, lines=2)) for n in scenarios]


def draw(axes: Axes, found: list[Queue], figure: str) -> None:
    """Draw one figure of one kind of team: a line per scenario, with its band."""
    top = 0.0
    for queue in found:
        values, most = getattr(queue, figure), np.inf
        if figure in PERCENT:
            values, most = 100.0 * values, 100.0
        middle = np.arange(values.shape[1]) + 0.5
        mean, low, high = bounds(values, most)
        style = look(queue.scenario)
        if np.isfinite(low).any():
            axes.fill_between(middle, low, high, color=style["color"], alpha=0.15, linewidth=0)
        axes.plot(middle, mean, linewidth=1.5, markersize=MARKER, markevery=max(1, len(middle) // 8), **style)
        top = max(top, float(np.nan_to_num(np.fmax(mean, high)).max()))
    top = 1.08 * top or 1.0  # nobody waits: a line at zero
    upright(axes, 0, min(104.0, top) if figure in PERCENT else top, most=5)


def bounds(values: NDArray[np.float64], most: float) -> tuple[NDArray[np.float64], ...]:
    """Return mean, low and high by month, of those replications in which it is defined; never below nothing."""
    found = [interval(month).within(0.0, most) for month in values.T]
    return tuple(np.array([getattr(one, name) for one in found]) for name in ("mean", "low", "high"))


def finish(axes: Axes, study: "Study", grid: Grid, place: int, language: str, words: Words) -> None:
    """Write months below the lowest panels."""
    date_axis(axes, month_dates(study.design.baseline.starts, study.design.months), grid.panel_width, language)
    if place < (grid.rows - 1) * grid.columns:
        axes.tick_params(labelbottom=False)
    else:
        axes.set_xlabel(words("calendar"))
