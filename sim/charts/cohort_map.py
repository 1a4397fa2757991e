"""Heat map of cohorts: who is kept, by month of the first payment and tenure, and what strategies change in it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from sim.analysis.intervals import ratio_estimate
from sim.charts.chart import Chart, house_style
from sim.charts.sheet import MARGIN, NOTE, Grid, entitle, every, finish, panel_titles, sheet, small_multiples
from sim.charts.style import GREY
from sim.charts.text import breadth, line_count, number, readable
from sim.charts.words import month_name, words_of, year_name
from sim.language.words import Words

if TYPE_CHECKING:
    from sim.study.study import Study

Cells = NDArray[np.float64]
KEPT = ("#0B1F3F", "#123F73", "#1D639F", "#3A8AC0", "#6FB0D6", "#A5D1E6", "#D3EAF2", "#F3FAFC")
"""From few kept to all, ever lighter."""
LOST, GAINED = ("#B14A00", "#DD7B1F", "#F5B56B"), ("#8FD0B8", "#2FA27F", "#00674B")
"""Differences, from much to little and from little to much; losses are hatched too."""
HATCH, UNSURE, UNSEEN, DOTS = "/////", "#E4E4E4", "....", "#BBBBBB"
SCALE_ROOM, SCALE_HEIGHT, CLASS = 0.62, 0.13, 0.36
"""Inches above the panels for the scales of colours, height of one, and breadth of a class."""


@dataclass(frozen=True)
class Scale:
    """Classes of a figure, each with its colour; one edge more than colours."""

    edges: list[float]
    colours: tuple[str, ...]
    hatches: tuple[str, ...]


def cohorts(study: "Study", *, language: str = "en") -> Chart:
    """Draw the share of each monthly cohort of new customers that is kept, by tenure, all replications together.

    The baseline's panel shows the share in percent; each strategy's shows its difference to the baseline in percentage
    points, where the cell's own 95 % interval leaves out zero.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.
    """
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        names = readable(study.scenarios, words("scenario"))
        counts = counts_of(study)
        kept = 100.0 * shares(*counts[0])
        changes = [changes_of(counts[0], other) for other in counts[1:]]
        scales = [kept_scale(kept), *([change_scale(changes)] if changes else [])]

        titles = panel_titles(names, small_multiples(len(names), 1).panel_width)
        grid = small_multiples(len(names), line_count(titles))
        height = {1: 4.6, 2: 3.3}.get(grid.columns, 2.4)
        grid = replace(grid, top=grid.top + SCALE_ROOM, panel_height=height, left=1.15)
        chart, panels = sheet(words("cohorts_title"), notes_of(study, counts[0], words), [], grid)
        draw_scales(chart, panels[0], grid, scales, words)
        for place, (axes, title) in enumerate(zip(panels, titles, strict=False)):
            draw(axes, changes[place - 1] if place else kept, scales[min(place, 1)], np.isfinite(kept))
            entitle(axes, title)
            label(axes, study, grid, words)
        if not np.isfinite(kept).any():
            panels[0].text(0.5, 0.5, words("nobody"), transform=panels[0].transAxes, ha="center", color=GREY,
                           bbox={"facecolor": "white", "edgecolor": "none"})  # fmt: skip
        finish(panels, len(names), grid.columns, words("tenure_alone"), words("cohort_month"))
        return chart


def notes_of(study: "Study", baseline: tuple[Cells, Cells], words: Words) -> list[str]:
    """Return the notes under the title."""
    notes = [words("lost")] if study.design.baseline.per_use else []
    if study.replications == 1:
        return [*notes, words("one_replication")]
    together = words("together", replications=study.replications)
    error = usual_error(*baseline)
    together += words("space") + words("cell_error", points=number(error, 1)) if np.isfinite(error) else ""
    return [*notes, together] if len(study.scenarios) == 1 else [*notes, together, words("sure_cells")]


def usual_error(started: Cells, alive: Cells) -> float:
    """Return the half-width, in percentage points, that half of the cells do not exceed."""
    seen = np.argwhere(started[:, :, 1:].sum(axis=0) > 0) + (0, 1)  # at tenure 0 everybody is there
    widths = [ratio_estimate(alive[:, cohort, tenure], started[:, cohort, tenure]).interval().half_width
              for cohort, tenure in seen]  # fmt: skip
    known = [width for width in widths if np.isfinite(width)]
    return 100.0 * float(np.median(known)) if known else np.nan


def counts_of(study: "Study") -> list[tuple[Cells, Cells]]:
    """Return by scenario first payments and who is left, [replication, cohort, tenure], of the sample; unseen: zero."""
    table, months = study.table("cohorts"), study.design.months
    # Rows of a scenario stand together, in the order of the scenarios.
    ends = np.searchsorted(np.array([study.scenarios.index(name) for name in table["scenario"]], int),
                           np.arange(len(study.scenarios) + 1))  # fmt: skip
    found = []
    for here in map(slice, ends[:-1], ends[1:]):
        place = tuple(np.asarray(table[name][here], int) for name in ("replication", "cohort", "tenure"))
        counts = np.zeros((2, study.replications, months, months))
        for sums, name in zip(counts, ("started", "alive"), strict=True):
            np.add.at(sums, place, table[name][here])
        found.append((counts[0], counts[1]))
    return found


def shares(started: Cells, alive: Cells) -> Cells:
    """Return [cohort, tenure] the share kept; not a number where a cohort is not seen so long, or nobody came."""
    whole = started.sum(axis=0)
    return np.asarray(np.divide(alive.sum(axis=0), whole, out=np.full(whole.shape, np.nan), where=whole > 0))


def changes_of(baseline: tuple[Cells, Cells], other: tuple[Cells, Cells]) -> Cells:
    """Return [cohort, tenure] differences in percentage points; zero where the interval does not leave out zero."""
    found = 100.0 * (shares(*other) - shares(*baseline))
    if len(baseline[0]) == 1:
        return found
    for cohort, tenure in zip(*np.nonzero(np.nan_to_num(found)), strict=True):
        one, two = (ratio_estimate(alive[:, cohort, tenure], started[:, cohort, tenure])
                    for started, alive in (baseline, other))  # fmt: skip
        if not two.minus(one).interval().sure:
            found[cohort, tenure] = 0.0
    return found


def kept_scale(kept: Cells) -> Scale:
    """Return classes of the share kept, from the lowest one seen up to 100 %."""
    known = kept[np.isfinite(kept)]
    step = next(step for step in (1, 2, 5, 10, 12.5) if 100 - step * len(KEPT) <= known.min(initial=100.0))
    edges = [100.0 - step * n for n in range(len(KEPT), -1, -1)]
    return Scale(edges, KEPT, ("",) * len(KEPT))


def change_scale(changes: list[Cells]) -> Scale:
    """Return classes of differences, the outer ones open: a hundredth of the cells may lie beyond them."""
    sizes = np.concatenate([abs(change[np.isfinite(change) & (change != 0)]) for change in changes])
    usual = float(np.quantile(sizes, 0.99)) if len(sizes) else 0.0
    step = next((s for s in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0) if len(GAINED) * s >= usual), 33.0)
    edges = [step * n for n in range(-len(LOST), len(GAINED) + 1)]
    return Scale(edges, LOST + GAINED, (HATCH,) * len(LOST) + ("",) * len(GAINED))


def draw(axes: Axes, values: Cells, scale: Scale, seen: NDArray[np.bool_]) -> None:
    """Draw one panel, the first cohort on top: unseen cells dotted, unsure ones grey, the others in their class."""
    months = len(values)
    axes.grid(visible=False)
    fill(axes, ~seen, "white", UNSEEN)
    unsure = seen & (values == 0.0) if scale.edges[0] < 0 else np.zeros_like(seen)
    fill(axes, unsure, UNSURE, "")
    inside = np.clip(np.nan_to_num(values), scale.edges[0], scale.edges[-1] - 1e-9)
    place = np.digitize(inside, scale.edges) - 1
    for n, (colour, hatch) in enumerate(zip(scale.colours, scale.hatches, strict=True)):
        fill(axes, seen & ~unsure & np.isfinite(values) & (place == n), colour, hatch)
    axes.set_ylim(months, 0)
    axes.set_xlim(0, months)


def fill(axes: Axes, cells: NDArray[np.bool_], colour: str, hatch: str) -> None:
    """Fill [cohort, tenure] cells as one shape, neighbours in a row together: many shapes take seconds to draw."""
    if not cells.any():
        return
    changes = np.diff(np.pad(cells, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, left = np.nonzero(changes > 0)
    right = np.nonzero(changes < 0)[1]
    corners = [(left, row), (right, row), (right, row + 1), (left, row + 1)]
    shape = Path.make_compound_path_from_polys(np.stack([np.stack(corner, axis=1) for corner in corners], axis=1))
    axes.add_artist(PathPatch(shape, facecolor=colour, hatch=hatch, edgecolor=DOTS if hatch == UNSEEN else "white",
                              linewidth=0, antialiased=False))  # fmt: skip


def label(axes: Axes, study: "Study", grid: Grid, words: Words) -> None:
    """Write tenure along the horizontal axis and months of the first payment along the vertical one."""
    months, starts = study.design.months, study.design.baseline.starts
    across = every(months, max(1.0, grid.panel_width / 0.4))
    axes.set_xticks([n + 0.5 for n in range(0, months, across)], [str(n) for n in range(0, months, across)])
    step = every(months, max(1.0, grid.panel_height / 0.28))
    first = starts.year * 12 + starts.month - 1
    shown = [n for n in range(months) if (first + n) % step == 0] or [0]
    texts = [words("month_and_year", month=month_name((first + n) % 12 + 1, words.language),
                   year=year_name((first + n) // 12, words.language)) for n in shown]  # fmt: skip
    axes.set_yticks([n + 0.5 for n in shown], texts)


def draw_scales(chart: Chart, first: Axes, grid: Grid, scales: list[Scale], words: Words) -> None:
    """Draw what the colours mean, above the panels."""
    width, height = chart.get_size_inches()
    top = first.get_position().y1 * height + grid.top
    at = MARGIN
    for scale, key in zip(scales, ("kept_scale", "change_scale"), strict=False):
        long = CLASS * len(scale.colours)
        chart.text(at / width, top / height, words(key), size=NOTE, va="top")
        axes = chart.add_axes(((at + 0.06) / width, (top - 0.36) / height, long / width, SCALE_HEIGHT / height))
        for n, (colour, hatch) in enumerate(zip(scale.colours, scale.hatches, strict=True)):
            axes.axvspan(n, n + 1, facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0)
        axes.set_xlim(0, len(scale.colours))
        axes.set_xticks(range(len(scale.edges)), [number(edge, signed=edge > 0 > scale.edges[0]) for edge in
                                                  scale.edges], size=NOTE)  # fmt: skip
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.tick_params(length=2, pad=1)
        at += max(long, breadth(words(key), NOTE)) + 0.45
    samples = [(words("unseen"), "white", UNSEEN)]
    samples += [(words("unsure_cell"), UNSURE, "")] if len(scales) > 1 else []
    for n, (text, colour, hatch) in enumerate(samples):
        bottom = (top - 0.17 - 0.21 * n) / height
        axes = chart.add_axes((at / width, bottom, 0.3 / width, SCALE_HEIGHT / height))
        axes.axvspan(0, 1, facecolor=colour, hatch=hatch, edgecolor=DOTS, linewidth=0)
        axes.set_axis_off()
        chart.text((at + 0.36) / width, bottom, text, size=NOTE, va="bottom")
