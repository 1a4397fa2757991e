"""What becomes of new customers: those who stay, and those who have left by reason, stacked to one."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.analysis.intervals import Interval
from sim.charts.chart import Chart, NotDrawn, house_style
from sim.charts.sheet import Legend, entitle, every, finish, panel_titles, sheet, small_multiples, upright
from sim.charts.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION
from sim.charts.text import line_count, readable
from sim.charts.words import note_on_error, words_of
from sim.core.events import Reason
from sim.language.formats import NO_BREAK, percent
from sim.language.words import Words, error_text
from sim.study.leaving import STAYING, Incidence, incidence

if TYPE_CHECKING:
    from sim.study.study import Study

LOOKS: dict[str | Reason, tuple[str, str]] = {
    "staying": ("#EDEDED", ""),
    Reason.EXPERIENCE: (VERMILLION, ""),
    Reason.SOFT: (ORANGE, "////"),
    Reason.NATURAL: (SKY, "...."),
    Reason.HARD: (BLUE, "\\\\\\\\"),
    Reason.PAYMENT: (PURPLE, "xxxx"),
    Reason.RENEWAL: (GREEN, "----"),
}
"""Colour and hatch, from below upwards."""
PLACES: dict[str | Reason, int] = {"staying": STAYING, **{reason: 1 + reason for reason in Reason}}
FEW = 30
"""Customers at risk with whom the chart ends."""
YEAR = 12
"""Months; intervals are drawn about the ends of years."""


def reasons(study: "Study", *, language: str = "en") -> Chart:
    """Draw who stays and who has left for which reason, by tenure, as shares of new customers.

    Monthly sums do not hold tenure by reason, so a sample of some 12,000 customers is simulated for it, which takes
    seconds, and a minute more where event logs have not been read before and the engine is compiled for them. It is
    not among the charts drawn at the end of every run.

    Parameters
    ----------
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the chart is in English.

    Raises
    ------
    NotDrawn
        When nobody in the sample leaves.
    """
    found = incidence(study.design)
    used = [key for key in LOOKS if key == "staying" or found.whole[:, PLACES[key]].any()]
    if len(used) == 1:
        raise NotDrawn(error_text("charts.nobody_leaves"))
    with house_style():
        words = words_of(language, shop=study.design.baseline.per_use)
        names = readable(study.scenarios, words("scenario"))
        last = max(1, int((found.risk >= FEW).all(axis=0).sum()))
        year = min(YEAR, last)
        width = small_multiples(len(names), 1).panel_width
        stays = panel_titles([still_there(found, place, year, words) for place in range(len(names))], width)
        titles = [f"{name}\n{share}" for name, share in zip(panel_titles(names, width), stays, strict=True)]
        grid = small_multiples(len(names), line_count(titles))
        chart, panels = sheet(words("reasons_title"), notes_of(found, words), legend_of(used, words), grid)
        for place, axes in enumerate(panels[: len(names)]):
            draw(axes, found, place, used, last)
            entitle(axes, titles[place])
            upright(axes, 0, 100)
            step = every(last + 1, max(1.0, grid.panel_width / 0.45))
            axes.set_xticks(range(0, last + 1, step))
            axes.set_xlim(0, last)
        finish(panels, len(names), grid.columns, words("tenure_alone"), words("share_of_new"))
        return chart


def still_there(found: Incidence, scenario: int, month: int, words: Words) -> str:
    """Return the share of those who stay, in words."""
    staying = found.estimate(scenario, [STAYING], month).interval()
    share = percent(f"{100.0 * staying.mean:.0f}", words.language).replace(NO_BREAK, " ")
    if np.isfinite(staying.low):
        share += f" ({100.0 * max(staying.low, 0.0):.0f} {words('to')} {100.0 * min(staying.high, 1.0):.0f})"
    return words("staying_at", month=month, share=share)


def notes_of(found: Incidence, words: Words) -> list[str]:
    """Return the notes under the title."""
    error = note_on_error("whiskers", found.replications, words)
    sample = words("sample", customers=f"{found.customers:,}", replications=found.replications)
    return [words("reasons_note"), sample + words("space") + error]


def legend_of(used: list[str | Reason], words: Words) -> Legend:
    """Return what the areas mean, from above downwards."""
    return [
        (Patch(facecolor=LOOKS[key][0], hatch=LOOKS[key][1], edgecolor="white"),
         words("staying" if isinstance(key, str) else f"reason_{key.name.lower()}"))
        for key in reversed(used)
    ]  # fmt: skip


def draw(axes: Axes, found: Incidence, scenario: int, used: list[str | Reason], last: int) -> None:
    """Draw one scenario's areas and the intervals of what they add up to."""
    tenure = np.arange(last + 1)
    below = np.zeros(last + 1)
    for key in used:
        colour, hatch = LOOKS[key]
        above = below + 100.0 * found.whole[scenario, PLACES[key], : last + 1]
        axes.fill_between(tenure, below, above, facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0.4)
        below = above
    axes.plot(tenure, 100.0 * found.whole[scenario, STAYING, : last + 1], color=BLACK, linewidth=1.3)
    for number in range(1, len(used)):
        sums = [PLACES[key] for key in used[:number]]
        # Whiskers of neighbouring boundaries stand at different months, so that they do not hide one another.
        aside = (number - len(used) // 2) * max(1, last // 24)
        for month in range(YEAR, last + 1, YEAR) or [last]:
            at = min(max(1, month + aside), last)
            whisker(axes, at, found.estimate(scenario, sums, at).interval().within(0.0, 1.0))


def whisker(axes: Axes, at: int, found: Interval) -> None:
    """Draw one interval, if there is one."""
    if np.isfinite(found.low):
        ends = [100.0 * found.low, 100.0 * found.high]
        axes.plot([at, at], ends, color="white", linewidth=2.6, solid_capstyle="butt")
        axes.plot([at, at], ends, color=BLACK, linewidth=1.1, solid_capstyle="butt")
