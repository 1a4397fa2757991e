"""How far a simulation has come, shown in a notebook: a bar where ipywidgets are installed, else a line of text."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from sim.language.words import Words, language_now

Progress = Callable[[int, int], None]
BETWEEN = 0.2
"""Seconds between two changes of what is shown."""


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook, which shows what it is given."""
    interactive = sys.modules.get("IPython")  # not imported: a script that has no notebook does not need it
    shell = interactive.get_ipython() if interactive is not None else None
    return shell is not None and getattr(shell, "kernel", None) is not None


@contextmanager
def shown(progress: bool | Progress | None, language: str | None = None) -> Iterator[Progress | None]:
    """Yield what is to be called with (pieces done, pieces in all); None where nothing is to be shown.

    Parameters
    ----------
    progress
        True and False show it or not; left out, it is shown in a notebook; a function is called as it is.
    """
    if callable(progress):
        yield progress
        return
    if not (in_notebook() if progress is None else progress):
        yield None
        return
    words = Words("notebook", language or language_now())
    bar: WidgetBar | TextLine = widget_bar(words) or TextLine(words)
    try:
        yield bar.step
    finally:
        bar.close()


class TextLine:
    """One line of text that is written over."""

    def __init__(self, words: Words, clock: Callable[[], float] = time.monotonic) -> None:
        self.words = words
        self.clock = clock
        self.last: float | None = None
        self.handle: Any = None

    def step(self, done: int, total: int) -> None:
        """Show how many pieces are done, unless that was shown just now."""
        now = self.clock()
        if done < total and self.last is not None and now - self.last < BETWEEN:
            return
        self.last = now
        self.show(self.words("simulated_pieces", done=done, total=total, percent=f"{100 * done / max(1, total):.0f}"))

    def show(self, text: str) -> None:
        """Show a text in place of the one before."""
        if self.handle is None:
            self.handle = display()({"text/plain": text}, raw=True, display_id=True)
        else:
            self.handle.update({"text/plain": text}, raw=True)

    def close(self) -> None:
        """Leave the last line where it is."""


class WidgetBar:
    """A bar with the number of pieces beside it, which goes away when the work is over."""

    def __init__(self, words: Words, widgets: Any) -> None:
        self.words = words
        self.bar = widgets.IntProgress(min=0, max=1, description=words("simulating"))
        self.label = widgets.Label()
        self.box = widgets.HBox([self.bar, self.label])
        display()(self.box)

    def step(self, done: int, total: int) -> None:
        """Show how many pieces are done."""
        self.bar.max, self.bar.value = max(1, total), done
        self.label.value = self.words("pieces_of", done=done, total=total)

    def close(self) -> None:
        """Take the bar away, also after an error."""
        self.box.close()


def widget_bar(words: Words) -> WidgetBar | None:
    """Return a bar; None where ipywidgets are not installed."""
    try:
        return WidgetBar(words, import_module("ipywidgets"))
    except ImportError:
        return None


def display() -> Any:
    """Return what IPython shows things by; only a notebook has it."""
    return import_module("IPython.display").display
