"""Charts of a study: each function draws one and returns a Matplotlib figure; nothing here needs a display."""

from sim.charts.chart import NotDrawn
from sim.charts.difference_rows import differences
from sim.charts.explored import explored
from sim.charts.movement_bars import movements
from sim.charts.retention_curves import retention
from sim.charts.save import save_all
from sim.charts.stage_areas import stages

__all__ = ["NotDrawn", "differences", "explored", "movements", "retention", "save_all", "stages"]
