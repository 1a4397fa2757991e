"""What is said on stderr while a command works: messages, and how far it has come."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.cli.output import show
from sim.language.words import Words
from sim.study.numbers import Numbers

Step = Callable[[int, int], None]
HEARTBEAT = 10.0
"""Seconds between two lines where there is no terminal."""


class Messages:
    """Says things on stderr, unless it is to be quiet."""

    def __init__(self, words: Words, *, quiet: bool = False) -> None:
        self.words = words
        self.quiet = quiet

    def say(self, key: str, **values: object) -> None:
        """Say one text."""
        if not self.quiet:
            show([self.words(key, **values)], err=True)

    @contextmanager
    def progress(self, part: str = "") -> Iterator[Step | None]:
        """Show how far the work has come: yields what is to be called with (pieces done, pieces in all).

        Parameters
        ----------
        part
            What to call this round of several; the time left is then said of it alone.
        """
        if self.quiet:
            yield None
        elif on_terminal():
            with bar(part or self.words("working")) as step:
                yield step
        else:
            yield Heartbeat(self.words, part=part).step

    def announce_compiling(self, function: str) -> None:
        """Warn of the wait before the model runs for the first time; ``function`` is the engine's outermost."""
        if not os.environ.get("NUMBA_DISABLE_JIT") and not is_compiled(function):
            self.say("compiling")


def on_terminal() -> bool:
    """Whether stderr is a terminal that can move its cursor."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def is_compiled(function: str) -> bool:
    """Whether Numba's cache has an index of the function's machine code."""
    return any(Path(os.environ["NUMBA_CACHE_DIR"]).rglob(f"*.{function}-*.nbi"))


@contextmanager
def bar(title: str) -> Iterator[Step]:
    """Draw a bar with the time left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        task = drawn.add_task(title, total=None)
        yield lambda done, total: drawn.update(task, completed=done, total=total)


class Heartbeat:
    """A plain line now and then."""

    def __init__(self, words: Words, clock: Callable[[], float] = time.monotonic, *, part: str = "") -> None:
        self.words, self.part = words, part
        self.clock = clock
        self.last = clock()
        self.first: tuple[int, float] | None = None

    def step(self, done: int, total: int) -> None:
        """Say how many pieces are done, if that was not said just now."""
        now = self.clock()
        # Counted from the first piece on: before it the model may have been compiled.
        first, began = self.first = self.first or (done, now)
        if now - self.last < HEARTBEAT or done >= total:
            return
        self.last = now
        line = self.words("pieces", what=self.part or self.words("working"), done=done, total=total)
        if done > first:
            left = (now - began) / (done - first) * (total - done)
            key = "time_left_of_round" if self.part else "time_left"
            line += self.words(key, time=Numbers(self.words.language).seconds(max(1, round(left))))
        show([line], err=True)
