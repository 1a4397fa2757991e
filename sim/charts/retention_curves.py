"""Retention curves of new customers with their bands, all scenarios in one panel, or one panel per group."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.charts.chart import Chart, house_style
from sim.charts.sheet import Grid, entitle, every, finish, panel_titles, sheet, small_multiples, upright
from sim.charts.style import GREY, SIZE, look
from sim.charts.text import line_count, percentage, readable, wrap
from sim.charts.words import words_of
from sim.language.words import Words

if TYPE_CHECKING:
    from sim.study.study import Study

Curves = NDArray[np.float64]
LABEL_INCHES = 3.05
LABEL_LINE = 0.155
"""Inches for the names beside the panel, and for each of their lines."""
BOTTOM = 0.95
MARKER = 4.5


def retention(study: "Study", by: str | None = None, *, language: str = "en") -> Chart:
    """Draw retention curves with 95 % bands by scenario.

    Parameters
    ----------
    by
        ``segment``, ``plan``, or ``cohort`` (calendar quarter of the first payment, or year): one panel for each; left
        out, one panel for all.
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.
    """
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        curves, groups = curves_of(study, by)
        names = readable(study.scenarios, words("scenario"))
        notes = notes_of(study, by, words)
        if by is None:
            return one_panel(curves[:, 0], names, notes, words)
        shown = [words(plan) for plan in groups] if by == "plan" else readable(groups, words("group"))
        across = words("tenure_alone" if by == "cohort" else "tenure")
        return many_panels(curves, names, shown, (words(f"retention_title_{by}"), across), notes, words)


def notes_of(study: "Study", by: str | None, words: Words) -> list[str]:
    """Return the notes under the title."""
    notes = [words("retention_note_cohort" if by == "cohort" else "retention_note", cohorts=study.design.months)]
    notes += [words("lost")] if study.design.baseline.per_use else []
    if study.replications == 1:
        return [*notes, words("one_replication")]
    bands = words("bands", replications=study.replications)
    return [*notes, bands] if len(study.scenarios) == 1 else [*notes, bands, words("paired")]


def curves_of(study: "Study", by: str | None) -> tuple[Curves, list[str]]:
    """Return [scenario, group, (mean, low, high), tenure], and the groups' names."""
    table = study.retention_table(by)
    groups = list(dict.fromkeys(table[by or "group"]))
    shape = (len(study.scenarios), len(groups), study.design.months + 1)
    parts = [np.array(table[name], float).reshape(shape) for name in ("retention", "low", "high")]
    return np.stack(parts, axis=2), groups


def one_panel(curves: Curves, names: list[str], notes: list[str], words: Words) -> Chart:
    """Draw all scenarios with their names at the ends of the lines."""
    labels = [wrap(name, LABEL_INCHES - 0.8, SIZE, lines=2) for name in names]
    months = curves.shape[-1] - 1
    shown = min(12, months - 1)
    texts = []
    for name, (mean, low, high) in zip(labels, curves[:, :, shown], strict=True):
        value = percentage(mean, low, high, words("to"), words.language)
        texts.append(f"{name}\n{words('at_month', month=shown, value=value)}" if np.isfinite(mean) else name)
    need = len(texts) * (line_count(texts) * LABEL_LINE + 0.08)
    grid = Grid(panel_height=max(4.2, need), right=LABEL_INCHES, bottom=BOTTOM)
    chart, panels = sheet(words("retention_title"), notes, [], grid)
    axes = panels[0]
    floor = draw(axes, curves, 13, words)
    end_labels(axes, curves[:, 0], texts, grid)
    finish(panels, 1, 1, words("tenure"), still(floor, words))
    return chart


def many_panels(
    curves: Curves, names: list[str], groups: list[str], said: tuple[str, str], notes: list[str], words: Words
) -> Chart:
    """Draw one panel per group; ``said`` are the title and the label of the axes of tenure."""
    title, across = said
    legend = [
        (Line2D([], [], markersize=MARKER, **look(place)), wrap(name, 2.4, SIZE, lines=2))
        for place, name in enumerate(names)
    ]
    grid = small_multiples(len(groups), 1)
    titles = panel_titles(groups, grid.panel_width)
    grid = small_multiples(len(groups), line_count(titles))
    grid = replace(grid, bottom=BOTTOM) if "\n" in across else grid
    grid = replace(grid, panel_height=max(2.6, grid.panel_height))
    chart, panels = sheet(title, notes, legend, grid)
    floors = []
    for place, (axes, name) in enumerate(zip(panels, titles, strict=False)):
        floors.append(draw(axes, curves[:, place], grid.panel_width / 0.45, words, counted="\n" in across))
        entitle(axes, name)
    for axes in panels[: len(groups)]:
        upright(axes, min(floors), 101)
    finish(panels, len(groups), grid.columns, across, still(min(floors), words))
    return chart


def draw(axes: Axes, curves: Curves, most_ticks: float, words: Words, *, counted: bool = True) -> float:
    """Draw [scenario, (mean, low, high), tenure] into a panel; return where its vertical axis begins.

    Parameters
    ----------
    counted
        Whether the cohorts seen are written below each month.
    """
    months = curves.shape[-1] - 1
    tenure = np.arange(months + 1)
    gap = max(1, months // 6)
    shade = 0.5 / max(4, len(curves))
    for place, (mean, low, high) in enumerate(100.0 * curves):
        style: dict[str, Any] = look(place)
        if np.isfinite(low).any():
            axes.fill_between(
                tenure, np.maximum(low, 0), np.minimum(high, 100), color=style["color"], alpha=shade, linewidth=0
            )
        # Markers of different scenarios stand at different months, so that they do not hide one another.
        axes.plot(tenure, mean, linewidth=1.6, markersize=MARKER, markevery=(place % gap, gap), **style)
    step = every(months, most_ticks)
    last = max(1, months - 1)
    shown = tenure[: last + 1 : step]
    # A curve at tenure t > 0 has the cohorts of the first months - t months; at 0 it has all.
    axes.set_xticks(shown, [f"{t}\n{months - t}" if counted else str(t) for t in shown])
    axes.set_xlim(0, last)
    lowest = np.nanmin(100.0 * curves) if np.isfinite(curves).any() else 0.0
    floor = max(0.0, np.floor((lowest - 1.0) / 10.0) * 10.0)
    upright(axes, floor, 101)
    if not np.isfinite(curves).any():
        axes.text(0.5, 0.5, words("nobody"), transform=axes.transAxes, ha="center", color=GREY)
    return float(floor)


def still(floor: float, words: Words) -> str:
    """Return the label of the vertical axis, which says where it begins if not at zero."""
    return words("still_from", floor=f"{floor:.0f}") if floor else words("still")


def end_labels(axes: Axes, means: Curves, texts: list[str], grid: Grid) -> None:
    """Write each scenario's name and a piece of its line beside the end of its curve, apart from one another."""
    low, high = axes.get_ylim()
    ends = []
    for mean in means:
        known = np.flatnonzero(np.isfinite(mean))
        ends.append((float(known[-1]), 100.0 * float(mean[known[-1]])) if len(known) else (np.nan, low))
    heights = [(height - low) / (high - low) for _, height in ends]
    gap = (line_count(texts) * LABEL_LINE + 0.06) / grid.panel_height
    inch = 1.0 / grid.panel_width
    beside: dict[str, Any] = {"transform": axes.transAxes, "clip_on": False}
    for place, at in enumerate(spread(heights, gap)):
        end = (ends[place][0] / axes.get_xlim()[1], heights[place])
        axes.plot([end[0], 1 + 0.22 * inch], [end[1], at], color=GREY, linewidth=0.6, **beside)
        sample = [1 + t * inch for t in (0.24, 0.42, 0.6)]
        axes.plot(sample, [at] * 3, markevery=[1], markersize=MARKER, **look(place), **beside)
        axes.text(1 + 0.68 * inch, at, texts[place], va="center", linespacing=1.25, transform=axes.transAxes)


def spread(wanted: list[float], gap: float) -> list[float]:
    """Return heights in 0..1 near the wanted ones, in their order, at least a gap apart."""
    order = np.lexsort((-np.arange(len(wanted)), np.array(wanted)))  # of equal ones, the first stands highest
    steps = gap * np.arange(len(wanted))
    free = np.maximum.accumulate(np.array(wanted)[order] - steps)
    top = 1.0 - gap / 2.0 - steps[-1]
    placed = np.clip(free, min(gap / 2.0, top), top) + steps
    result = np.empty(len(wanted))
    result[order] = placed
    return [float(at) for at in result]
