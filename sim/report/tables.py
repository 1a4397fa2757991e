"""Tables of the report: what stands in each cell, and the value by which its column is sorted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.intervals import Interval


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes
    ----------
    key
        What a figure is sorted by; text is sorted by itself.
    lang
        The language of the text, where it is not the page's.
    link
        An address to which the text leads.
    """

    text: str
    key: float | None = None
    lang: str = ""
    link: str = ""

    @property
    def order(self) -> str:
        """The key as the page holds it; a figure that is not known stands last."""
        return "" if self.key is None or not math.isfinite(self.key) else repr(round(self.key, 6))


@dataclass(frozen=True)
class Table:
    """A table of the page.

    Attributes
    ----------
    name
        Its id.
    texts
        How many columns at the left hold text; the others hold figures.
    notes
        Sentences below it.
    """

    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    texts: int = 1
    notes: tuple[str, ...] = ()


def row(texts: Sequence[str], *figures: Cell) -> tuple[Cell, ...]:
    """Return a row of texts, then figures."""
    return (*map(Cell, texts), *figures)


def figure(text: str, found: Interval | float) -> Cell:
    """Return a figure's cell, sorted by its mean."""
    return Cell(text, found.mean if isinstance(found, Interval) else float(found))
