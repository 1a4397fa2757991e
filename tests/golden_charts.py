"""Golden pictures of all charts, coarse and grey: ``python tests/golden_charts.py`` makes them again, to be looked at.

Every text is drawn as a bar, as long as the widths of its letters make it, so that neither another version of a font
nor another rasteriser changes more than the ends of bars by a little. A picture is kept as the mean shade of squares of
a tenth of an inch, and compared square by square with the nearest shade among the square and its eight neighbours, in
both directions: what moves by less than a square passes, and what moves farther, appears or goes does not. Only English
is compared: Chinese fonts differ from machine to machine.
"""

import io
import sys
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))

from worlds import business

import sim
from sim.charts import NotDrawn
from sim.charts.chart import DOTS_PER_INCH
from sim.charts.save import CHARTS, SIMULATED
from sim.charts.text import POINTS, breadth

ALL = CHARTS | SIMULATED
FOLDER = Path(__file__).parent / "golden"
COMMAND = "python tests/golden_charts.py"
SQUARE = 0.1
"""Inches."""
SHADES = 0.2
"""By how much of the way from white to black a square may differ."""
SQUARES = 3
"""So many squares may differ more."""

ANNUAL = {"annual_plan": {"discount": "15 %", "offered_to": "60 %"}}
RECALL = {"recall_campaign": {"share": "70 %"}}
TEAM = {"guided_onboarding": {"team": {"agents": 1, "session": "0.5 days", "patience": "5 days"}}}


@cache
def studies():
    """Return small studies that hold between them what every chart shows; a chart is drawn of the first that does."""
    strategies = {"annual": ANNUAL, "recall": RECALL, "annual and recall": ANNUAL | RECALL}
    return small_study(strategies, 500), small_study({"team": TEAM}, 300)


def small_study(strategies, customers):
    """Return a study of a baseline and strategies, each with its levers."""
    levers = {"small world": {}} | strategies
    scenarios = [business(pulled, horizon="14 months", name=name) for name, pulled in levers.items()]
    return sim.simulate(scenarios, customers=customers, replications=3, seed=5)


def drawn(name):
    """Return a chart of the first study that holds it."""
    for study in studies():
        try:
            return ALL[name](study)
        except NotDrawn:
            continue
    raise LookupError(f"no golden study holds what the chart {name!r} shows; add one to tests/golden_charts.py")


def size_of(renderer, text, properties, ismath):
    """Return breadth, height and descent of a bar."""
    size = properties.get_size_in_points()
    dots = renderer.points_to_pixels(1.0)
    return breadth(text, size) * POINTS * dots, 0.95 * size * dots, 0.22 * size * dots


def draw_bar(renderer, pen, x, y, text, properties, angle, ismath=False, mtext=None):
    """Draw a bar where Matplotlib would draw a text."""
    width, height, descent = size_of(renderer, text, properties, ismath)
    place = Affine2D().translate(0.0, -descent / height).scale(width, height).rotate_deg(angle)
    bare = renderer.new_gc()
    bare.set_linewidth(0.0)
    renderer.draw_path(bare, Outline.unit_rectangle(), place.translate(x, renderer.height - y), pen.get_rgb())


def coarse(chart, dots_per_inch=DOTS_PER_INCH):
    """Return the mean shade of every square of a chart with bars for texts, 0 black to 1 white."""
    content = io.BytesIO()
    with patch.multiple(RendererAgg, draw_text=draw_bar, get_text_width_height_descent=size_of):
        chart.savefig(content, format="png", dpi=dots_per_inch)
    grey = np.asarray(Image.open(content).convert("L"), float) / 255.0
    rows, columns = (int(length / dots_per_inch / SQUARE) for length in grey.shape)
    edges = [np.round(np.arange(count + 1) * SQUARE * dots_per_inch).astype(int) for count in (rows, columns)]
    sums = np.pad(grey, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)[np.ix_(*edges)]
    return np.diff(np.diff(sums, axis=0), axis=1) / np.multiply.outer(*map(np.diff, edges))


def unlike(expected, actual):
    """Return how many squares of two coarse pictures differ; all of them where their sizes do."""
    if any(abs(a - b) > 1 for a, b in zip(expected.shape, actual.shape, strict=True)):
        return expected.size
    rows, columns = (min(pair) for pair in zip(expected.shape, actual.shape, strict=True))
    one, other = expected[:rows, :columns], actual[:rows, :columns]
    return int(np.maximum(beyond(one, other), beyond(other, one)).sum())


def beyond(one, other):
    """Return which squares are darker or lighter than every neighbour of theirs in the other picture."""
    padded = np.pad(other, 1, mode="edge")
    near = [padded[r : r + other.shape[0], c : c + other.shape[1]] for r in range(3) for c in range(3)]
    return (one > np.max(near, axis=0) + SHADES) | (one < np.min(near, axis=0) - SHADES)


def golden(name):
    """Return a golden picture."""
    return np.asarray(Image.open(FOLDER / f"{name}.png"), float) / 255.0


def main():
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for name in ALL:
        shades = np.round(255.0 * coarse(drawn(name))).astype(np.uint8)
        Image.fromarray(shades).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
