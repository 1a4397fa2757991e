"""Cash against accrual: what comes in and what is earned month by month, and what is received and not yet earned."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from numpy.typing import NDArray

from sim.analysis.intervals import Interval
from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.difference_rows import decimals_of
from sim.charts.movement_bars import bars
from sim.charts.sheet import LINE, Grid, Legend, date_axis, entitle, panel_titles, sheet, upright
from sim.charts.steps import Step, written
from sim.charts.style import BLACK, BLUE, ORANGE, SIZE, SKY
from sim.charts.text import BOLD, line_count, magnitude, readable
from sim.charts.words import money_unit, note_on_error, words_of
from sim.language.words import Words, error_text

if TYPE_CHECKING:
    from sim.study.study import Study

PARTS = ("cash", "revenue", "gap")
FLOWS = slice(0, 2)


def cash(study: "Study", *, language: str = "en") -> Chart:
    """Draw cash and revenue by calendar month, and beside them what they come to since the start.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.

    Raises
    ------
    NotDrawn
        When customers pay when they order, so that cash is revenue.
    """
    if study.design.baseline.per_use:
        raise NotDrawn(error_text("charts.same_cash"))
    with house_style():
        words = words_of(language)
        money = money_of(study)
        power, word = magnitude([float(np.nanmax(np.abs(money[:, FLOWS, 0])))], words.language)
        money = money / power
        unit = money_unit(word, study, words)
        names = readable(study.scenarios, words("scenario"))
        titles, grid = titles_of(names, money, words)
        notes = [words("cash_note"), note_on_error("bands_of_means", study.replications, words)]
        chart, panels = sheet(words("cash_title"), notes, key(words), grid)
        dates = study.table("cash")["date"][: study.design.months]
        ends = [(np.nanmin(money[:, part]), np.nanmax(money[:, part])) for part in (FLOWS, slice(2, 3))]
        for place, axes in enumerate(panels[: 2 * len(names)]):
            scenario, side = divmod(place, 2)
            low, high = min(0.0, float(ends[side][0])), max(0.0, float(ends[side][1]))
            room = 0.06 * (high - low) or 1.0
            upright(axes, low - (room if low < 0.0 else 0.0), high + room, most=5)
            date_axis(axes, dates, grid.panel_width, language)
            entitle(axes, titles[place])
            if side:
                draw_gap(axes, money[scenario, 2])
            else:
                draw_flows(axes, money[scenario, FLOWS])
            if place + grid.columns < 2 * len(names):
                axes.tick_params(labelbottom=False)
            else:
                axes.set_xlabel(words("calendar"))
            if place % grid.columns < 2:
                axes.set_ylabel(words("since_start" if side else "in_month", unit=unit))
        for axes in panels[2 * len(names) :]:
            axes.remove()
        return chart


def money_of(study: "Study") -> NDArray[np.float64]:
    """Return [scenario, part, (mean, low, high), month]."""
    table, shape = study.table("cash"), (len(study.scenarios), study.design.months)
    return np.stack([
        np.stack([np.array(table[f"{part}{end}"], float).reshape(shape) for end in ("", "_low", "_high")], axis=1)
        for part in PARTS
    ], axis=1)  # fmt: skip


def titles_of(names: list[str], money: NDArray[np.float64], words: Words) -> tuple[list[str], Grid]:
    """Return two titles a scenario, with what both panels come to, and the grid that they need."""
    columns = 2 if len(names) <= 4 else 4
    rows = -(-2 * len(names) // columns)
    grid = Grid(columns, rows, width=10.0 if columns == 2 else 15.0, panel_height=1.9,
                left=1.0, across=1.15)  # fmt: skip
    totals = money[:, FLOWS, 0].sum(axis=2)
    gaps = [Interval(*(float(value) for value in gap[:, -1])) for gap in money[:, 2]]
    decimals = decimals_of([gaps, [Interval(total, total, total) for total in totals.flat]])
    texts = []
    for name, (received, earned), gap in zip(names, totals, gaps, strict=True):
        own = panel_titles([name], grid.panel_width)[0]
        flows = (Step("", Interval(total, np.nan, np.nan), whole=True) for total in (received, earned))
        cash, revenue = (written(step, decimals, words) for step in flows)
        texts += [f"{own}\n{words('totals', cash=cash, revenue=revenue)}",
                  f"{own}\n{words('gap_end', gap=written(Step('', gap), decimals, words))}"]  # fmt: skip
    over = line_count(texts) * SIZE * BOLD * LINE + 0.12
    return texts, replace(grid, top=over, down=over + 0.16)


def key(words: Words) -> Legend:
    """Return what bars, line and area mean."""
    return [
        (Patch(facecolor=SKY, edgecolor="white"), words("cash_in")),
        (Line2D([], [], color=BLACK, linewidth=1.6), words("revenue_earned")),
        (Patch(facecolor=ORANGE, alpha=0.35, edgecolor=BLUE), words("unearned")),
    ]


def draw_flows(axes: Axes, money: NDArray[np.float64]) -> None:
    """Draw a month's cash as bars and its revenue as a line; [part, (mean, low, high), month]."""
    received, earned = money
    months = np.arange(received.shape[1])
    shape = bars(np.zeros(len(months)), received[0])
    axes.add_artist(PathPatch(shape, facecolor=SKY, linewidth=0))
    axes.vlines(months + 0.5, received[1], received[2], color=BLUE, linewidth=0.9)
    axes.fill_between(months + 0.5, earned[1], earned[2], color=BLACK, alpha=0.18, linewidth=0)
    axes.plot(months + 0.5, earned[0], color=BLACK, linewidth=1.6, marker="o" if len(months) == 1 else None)
    axes.axhline(0, color=BLACK, linewidth=0.8)


def draw_gap(axes: Axes, gap: NDArray[np.float64]) -> None:
    """Draw what has been received and not yet earned since the start, at the ends of the months."""
    ends = np.arange(gap.shape[1] + 1)
    mean, low, high = (np.concatenate([[0.0], line]) for line in gap)
    axes.fill_between(ends, 0.0, mean, facecolor=ORANGE, alpha=0.35, linewidth=0)
    axes.fill_between(ends, low, high, color=BLUE, alpha=0.25, linewidth=0)
    axes.plot(ends, mean, color=BLUE, linewidth=1.6)
    axes.axhline(0, color=BLACK, linewidth=0.8)
