"""Writing charts: the same study gives the same bytes."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sim.charts.cash_and_revenue import cash
from sim.charts.chart import METADATA, Chart, NotDrawn
from sim.charts.cohort_map import cohorts
from sim.charts.difference_rows import differences
from sim.charts.efficient_frontier import frontier
from sim.charts.funnel_bars import funnel
from sim.charts.habit_curves import habit
from sim.charts.holdout_rows import holdouts
from sim.charts.lever_contributions import contributions
from sim.charts.movement_bars import movements
from sim.charts.mrr_waterfall import waterfall
from sim.charts.profit_bridge import bridge
from sim.charts.reason_areas import reasons
from sim.charts.recall_rows import recalls
from sim.charts.retention_curves import retention
from sim.charts.stage_areas import stages
from sim.charts.stage_ribbons import flows
from sim.charts.team_queues import teams
from sim.core.files import write_bytes

if TYPE_CHECKING:
    from sim.study.study import Study

CHARTS: dict[str, Callable[..., Chart]] = {
    "retention": retention, "differences": differences, "stages": stages, "movements": movements,
    "cohorts": cohorts, "funnel": funnel,
    "waterfall": waterfall, "cash": cash, "frontier": frontier, "contributions": contributions, "bridge": bridge,
    "recalls": recalls, "holdouts": holdouts,
}  # fmt: skip
SIMULATED: dict[str, Callable[..., Chart]] = {"reasons": reasons, "flows": flows, "habit": habit, "teams": teams}
"""Charts of what tallies do not hold: each simulates a sample first, so it is drawn only where it is asked for."""


def draw_all(
    study: "Study", language: str = "en", charts: dict[str, Callable[..., Chart]] = CHARTS
) -> dict[str, Chart]:
    """Draw every chart of a study, by name.

    A chart of something that the study does not hold is left out: a study of one scenario has no differences, a shop
    no recurring revenue.
    """
    drawn = {}
    for name, draw in charts.items():
        with suppress(NotDrawn):
            drawn[name] = draw(study, language=language)
    return drawn


def save_all(
    study: "Study", folder: str | Path, language: str = "en", drawn: dict[str, Chart] | None = None
) -> list[Path]:  # fmt: skip
    """Write every chart of a study as SVG and PNG and return the files.

    The same study gives the same bytes with the same version of Matplotlib and the same fonts.

    Parameters
    ----------
    folder
        Made if it is not there.
    language
        ``en`` or ``zh``; Chinese needs a font with Chinese characters, else the charts are in English.
    drawn
        The charts, if they are drawn already; the language is then theirs.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    files = []
    for name, chart in (draw_all(study, language) if drawn is None else drawn).items():
        for kind in METADATA:
            files.append(place / f"{name}.{kind}")
            write_bytes(files[-1], chart.picture(kind))
    return files
