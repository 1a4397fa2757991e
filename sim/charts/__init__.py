"""Charts of a study: each function draws one and returns a Matplotlib figure; nothing here needs a display."""

from sim.charts.cash_and_revenue import cash
from sim.charts.chart import NotDrawn
from sim.charts.cohort_map import cohorts
from sim.charts.difference_rows import differences
from sim.charts.efficient_frontier import frontier
from sim.charts.explored import explored
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
from sim.charts.save import save_all
from sim.charts.stage_areas import stages
from sim.charts.stage_ribbons import flows
from sim.charts.team_queues import teams

__all__ = [
    "NotDrawn", "bridge", "cash", "cohorts", "contributions", "differences", "explored", "flows", "frontier", "funnel",
    "habit", "holdouts", "movements", "reasons", "recalls", "retention", "save_all", "stages", "teams", "waterfall",
]  # fmt: skip
