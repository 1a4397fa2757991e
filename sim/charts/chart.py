"""The figure that every chart is: it keeps its style, shows itself in Jupyter, and becomes the same bytes each time."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from sim.charts.fonts import families
from sim.charts.style import BLACK, GREY, SIZE

METADATA: dict[str, dict[str, Any]] = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}
"""What Matplotlib would write by itself: the time, and its version."""
DOTS_PER_INCH = 110


class NotDrawn(ValueError):
    """A study holds nothing of what a chart shows; the message says what is missing."""


class Chart(Figure):
    """A figure that keeps its style wherever it is drawn, and shows itself in Jupyter without pyplot.

    Attributes
    ----------
    letters
        How an SVG holds text: ``path``, as outlines, or ``none``, as text for the page's own fonts.
    """

    letters = "path"

    def draw(self, renderer: Any) -> None:
        """Draw with our settings: ticks are made while drawing, and the user's own settings must not reach them."""
        with house_style(self.letters):
            super().draw(renderer)

    def picture(self, kind: str) -> bytes:
        """Return the chart as the bytes of an ``svg`` or ``png`` file."""
        content = io.BytesIO()
        with house_style(self.letters):
            self.savefig(content, format=kind, dpi=DOTS_PER_INCH, metadata=METADATA[kind])
        return content.getvalue()

    def _repr_png_(self) -> bytes:
        return self.picture("png")


@contextmanager
def house_style(letters: str = "path") -> Iterator[None]:
    """Use our settings, and put the user's own back afterwards."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({
            "font.family": list(families()),
            "font.size": SIZE,
            # Names come from files of others: a dollar sign is a dollar sign.
            "text.parse_math": False,
            "text.usetex": False,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "axes.edgecolor": GREY,
            "axes.grid": True,
            "grid.color": "#DDDDDD",
            "grid.linewidth": 0.6,
            "xtick.color": GREY,
            "xtick.labelcolor": BLACK,
            "ytick.color": GREY,
            "ytick.labelcolor": BLACK,
            "hatch.linewidth": 0.6,
            "legend.frameon": False,
            # As outlines a file looks the same where DejaVu Sans is not installed.
            "svg.fonttype": letters,
            "svg.hashsalt": "retention-sim",
        })  # fmt: skip
        yield
