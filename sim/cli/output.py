"""Text for a terminal of 80 columns or for a file: tables, wrapped lines, emphasis."""

import os
import re
import sys
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

import click

from sim.language.formats import NO_BREAK

WIDTH = 80
GAP = 2
NAME_WIDTH, NAME_LINES = 12, 3
"""Names at the head of a column are broken beyond this width, and cut after so many lines."""
# A Chinese text breaks behind any character, but not before the punctuation that closes a phrase, nor behind what opens
# one, nor inside a large number: 39.8万.
_WIDE = "\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\uffef"
_OPENS, _CLOSES = "（《「“", "，。；：、）！？》」”"
_TOKEN = re.compile(
    rf"[ \n]+|[{_OPENS}]*(?:[^ \n{_WIDE}]*\d(?:万亿|万|亿)|[^ \n{_WIDE}{_OPENS}]+|[{_WIDE}]|[{_OPENS}])[{_CLOSES}]*"
)


def width(text: str) -> int:
    """Return how many columns a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Fill a text with spaces: behind it, or before it to stand at the right."""
    space = " " * (columns - width(text))
    return space + text if right else text + space


def broken(name: str) -> list[str]:
    """Break a name for the head of a column, inside words if need be."""
    lines: list[str] = []
    for line in wrap(name, columns=NAME_WIDTH):
        while width(line) > NAME_WIDTH:
            cut = next(place for place in range(len(line), 0, -1) if width(line[:place]) <= NAME_WIDTH)
            lines.append(line[:cut])
            line = line[cut:]
        lines.append(line)
    if len(lines) > NAME_LINES:
        lines = [*lines[: NAME_LINES - 1], lines[NAME_LINES - 1][: NAME_WIDTH // 2] + "…"]
    return lines


def wrap(text: str, *, indent: str = "", columns: int = WIDTH) -> list[str]:
    """Break a text into lines; ``indent`` stands before each."""
    lines, line = [], indent
    for token in _TOKEN.findall(text):
        if width(line) + width(token.rstrip()) > columns and line.strip():
            lines.append(line.rstrip())
            line = indent
        if line.strip() or not token.isspace():
            line += " " if token.isspace() else token
    return [*lines, line.rstrip()]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, least: Sequence[int] = ()) -> list[str]:
    """Return aligned lines: the first column at the left and wrapped where there is no room, the others at the right.

    Parameters
    ----------
    least
        Widths of the columns behind the first, where tables below one another should look alike.
    """
    columns = list(zip(head, *rows, strict=True))
    widths = [max(map(width, column)) for column in columns]
    widths[1:] = map(max, zip_longest(widths[1:], least, fillvalue=0))
    widths[0] = max(8, min(widths[0], WIDTH - sum(widths[1:]) - GAP * (len(widths) - 1)))
    lines = []
    for row in (head, *rows):
        *above, first = [row[0]] if width(row[0]) <= widths[0] else wrap(row[0], columns=widths[0])
        cells = [pad(first, widths[0]), *(pad(cell, size, right=True) for cell, size in zip(row[1:], widths[1:]))]
        lines += [*above, (" " * GAP).join(cells).rstrip()]
    return lines


def wide_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table of names and figures, cut into several where it is wider than the page.

    Parameters
    ----------
    head
        What the rows are, then a name per column; long names are broken.
    """
    first = max(width(row[0]) for row in (head, *rows))
    fitting = (WIDTH - first) // (NAME_WIDTH + GAP)
    lines: list[str] = []
    for place in range(1, len(head), fitting):
        names = [broken(name) for name in head[place : place + fitting]]
        tall = max(map(len, names))
        upper = list(zip(*([""] * (tall - len(name)) + name for name in names), strict=True))
        titles = [[head[0] if row == tall - 1 else "", *parts] for row, parts in enumerate(upper)]
        body = [[row[0], *row[place : place + fitting]] for row in rows]
        lines += ([""] if lines else []) + table(titles[0], [*titles[1:], *body], least=[NAME_WIDTH] * len(names))
    return lines


def bold(text: str) -> str:
    """Emphasise a text where the results go to a terminal that can, and colours are not unwanted."""
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else click.style(text, bold=True)


def show(lines: Sequence[str], *, err: bool = False) -> None:
    """Print lines, of results or as messages; spaces at which no line may break have done their work."""
    click.echo("\n".join(lines).replace(NO_BREAK, " "), err=err)
