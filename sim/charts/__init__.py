"""Charts of a study: each function draws one and returns a Matplotlib figure; nothing here needs a display."""

from sim.charts.cash_and_revenue import cash
from sim.charts.chart import NotDrawn
from sim.charts.difference_rows import differences
from sim.charts.efficient_frontier import frontier
from sim.charts.holdout_rows import holdouts
from sim.charts.lever_contributions import contributions
from sim.charts.movement_bars import movements
from sim.charts.mrr_waterfall import waterfall
from sim.charts.profit_bridge import bridge
from sim.charts.recall_rows import recalls
from sim.charts.retention_curves import retention
from sim.charts.save import save_all
from sim.charts.stage_areas import stages

__all__ = [
    "NotDrawn", "bridge", "cash", "contributions", "differences", "frontier", "holdouts", "movements", "recalls",
    "retention", "save_all", "stages", "waterfall",
]  # fmt: skip
