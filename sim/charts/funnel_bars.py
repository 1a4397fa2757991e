"""From prospect to customer and on: one panel per step, one bar per scenario, each with its interval."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from sim.analysis.intervals import Interval
from sim.charts.chart import Chart, house_style
from sim.charts.sheet import Grid, entitle, lengthwise, panel_titles, sheet
from sim.charts.style import BLACK, SKY
from sim.charts.text import breadth, line_count, number, readable, wrap
from sim.charts.words import note_on_error, words_of
from sim.language.words import Words

if TYPE_CHECKING:
    from sim.study.study import Study

NAMES, SMALL = 1.8, 8.0
"""Inches left of the panels for names, at most, and the size of small text, in points."""


def funnel(study: "Study", *, language: str = "en") -> Chart:
    """Draw prospects, those activated, customers, and customers alive a year later, by scenario, at business scale.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.
    """
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        found = steps_of(study)
        rows = [wrap(name, NAMES, SMALL, lines=2) for name in readable(study.scenarios, words("scenario"))]
        left = max(breadth(name, SMALL) for name in rows) + 0.3
        row = line_count(rows) * SMALL * 0.019 + 0.16
        columns = len(found)
        across = 0.25
        room = (10.0 - left - 0.3 - (columns - 1) * across) / columns
        titles = panel_titles([words(f"step_{step}") for step in found], room)
        top = line_count(titles) * 0.185 + 0.1
        grid = Grid(columns=columns, panel_height=row * (len(rows) + 0.4), left=left, across=across, top=top,
                    bottom=0.6)  # fmt: skip
        chart, panels = sheet(words("funnel_title"), notes_of(study, "alive_m12" in found, words), [], grid)
        prospects = found["prospects"]
        for axes, (step, values), title in zip(panels, found.items(), titles, strict=True):
            draw(axes, values, None if step == "prospects" else prospects, words)
            entitle(axes, title)
        for axes in panels[1:]:
            axes.tick_params(labelleft=False)
        panels[0].set_yticks(range(len(rows)), rows, size=SMALL)
        return chart


def notes_of(study: "Study", year: bool, words: Words) -> list[str]:
    """Return the notes under the title."""
    notes = [words("funnel_note", months=study.design.months) + words("space")
             + note_on_error("lines", study.replications, words)]  # fmt: skip
    notes += [words("activated_or_not") + (words("space") + words("funnel_year") if year else "")]
    return [*notes, words("lost")] if study.design.baseline.per_use else notes


def steps_of(study: "Study") -> dict[str, list[Interval]]:
    """Return each step's figure by scenario."""
    table = study.table("funnel")
    found: dict[str, list[Interval]] = {}
    for step, *figures in zip(*(table[name] for name in ("step", "mean", "low", "high")), strict=True):
        found.setdefault(step, []).append(Interval(*figures))
    return found


def draw(axes: Axes, found: list[Interval], of: list[Interval] | None, words: Words) -> None:
    """Draw one step: bars, intervals, and beside each bar the number and its share of the prospects."""
    mean, low, high = np.nan_to_num(np.array([(one.mean, one.low, one.high) for one in found]).T)
    heights = np.arange(len(found))
    axes.barh(heights, mean, height=0.62, color=SKY, linewidth=0)
    known = [n for n, one in enumerate(found) if np.isfinite(one.low)]
    axes.hlines(heights[known], np.maximum(low[known], 0.0), high[known], color=BLACK, linewidth=1.4)
    ends = np.maximum(mean, high)
    # The longest bar leaves room for its number.
    largest = max(1e-9, float(ends.max()))
    axes.set_xlim(0, 2.15 * largest)
    for n, one in enumerate(found):
        text = words("unknown") if not np.isfinite(one.mean) else number(one.mean, 0)
        if of is not None and of[n].mean > 0 and np.isfinite(one.mean):
            text += "\n" + words("of_prospects", share=f"{100 * one.mean / of[n].mean:.1f}")
        axes.text(ends[n] + 0.04 * largest, n, text, va="center", size=SMALL - 1, linespacing=1.0)
    axes.set_ylim(len(found) - 0.5, -0.7)
    axes.set_yticks(heights)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False)
    lengthwise(axes, most=3)
    axes.set_xlabel(words("people"))
