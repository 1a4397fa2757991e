"""What can be wrong in a scenario file: where it is, what it is in plain words, and what to write instead."""

import codecs
import difflib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from sim.language.words import error_and_remedy, error_text, why

MAX_BYTES = 2**20

# What a text may not hold: it would garble a terminal, or cannot be written to a file.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# What PyYAML's message contains, and the key of what it means and what to do.
_PLAIN_WORDS = (
    ("character '\\t'", "tab"),
    ("cannot start any token", "odd_start"),
    ("mapping values are not allowed", "odd_colon"),
    ("could not find expected ':'", "no_colon"),
    ("expected ',' or", "not_closed"),
    ("quoted scalar", "open_quote"),
    ("expected <block end>", "does_not_fit"),
    ("expected '<document start>'", "too_much"),
    ("expected the node content", "no_value"),
    ("while scanning an al", "star"),
    ("while scanning an anchor", "ampersand"),
    ("while scanning a tag", "mark"),
    ("while scanning a dir", "percent"),
    ("chr() arg", "escape"),
    ("int too large", "escape"),
)


@dataclass(frozen=True)
class Position:
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where, and what to write instead."""

    file: str
    line: int
    column: int
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        """Write the problem on one line, as compilers do."""
        text = error_text("files.remedied", what=self.message, remedy=self.remedy) if self.remedy else self.message
        return error_text("files.problem", place=f"{self.file}:{self.line}:{self.column}", what=text)


class ProblemsFound(Exception):
    """All problems found in one go, sorted by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Write one problem per line."""
        return "\n".join(map(str, self.problems))


def did_you_mean(word: str, choices: Iterable[str]) -> str | None:
    """Find the choice that a misspelt word most likely meant, or the only one that has it as a part.

    Case, spaces, - and _ make no difference.
    """
    plain = {_plain(choice): choice for choice in choices}
    near = difflib.get_close_matches(_plain(word), plain, n=1)
    if not near:
        near = [choice for choice in plain if _plain(word) in choice.split("_")]
    return plain[near[0]] if len(near) == 1 else None


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text.replace("\n", " "))


def excerpt(text: str) -> str:
    """Quote a text from a file on one line, harmless for a terminal and not too long."""
    short = text if len(text) <= 60 else f"{text[:60]}..."
    return f"'{_printable(short)}'"


def shown_path(path: str | os.PathLike[str]) -> str:
    """Write a path for people: relative to the working folder when below it."""
    whole, folder = os.path.abspath(path), os.getcwd()
    text = os.path.relpath(whole, folder) if whole.startswith(os.path.join(folder, "")) else whole
    return _printable(text)


def _place(before: str) -> tuple[int, int]:
    """Count line and column behind a piece of text."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def not_found(path: str) -> tuple[str, str]:
    """Say that a path is no file, and which one of its folder may be meant."""
    folder, name = os.path.split(path)
    if os.path.isdir(path):
        return error_and_remedy("files.is_folder", path=shown_path(path))
    if os.path.exists(path):
        return error_and_remedy("files.is_odd", path=shown_path(path))
    try:
        near = did_you_mean(name, [file for file in os.listdir(folder) if file.endswith((".yaml", ".yml"))])
    except OSError as error:
        return error_and_remedy("files.closed_folder", path=shown_path(folder), why=why(error))
    message, remedy = error_and_remedy("files.not_there", path=shown_path(path))
    return message, error_text("values.did_you_mean", name=excerpt(near)[1:-1]) if near else remedy


def file_text(path: str) -> str:
    """Read the text of a file in UTF-8 or GBK, or say why that cannot be."""
    try:
        if not os.path.isfile(path):
            raise ProblemsFound([Problem(shown_path(path), 1, 1, *not_found(path))])
        if os.path.getsize(path) > MAX_BYTES:
            raise ProblemsFound([Problem(shown_path(path), 1, 1, *error_and_remedy("files.too_large"))])
        with open(path, "rb") as stream:
            text = decoded(stream.read(MAX_BYTES))[0]
    except OSError as error:
        raise ProblemsFound(
            [Problem(shown_path(path), 1, 1, *error_and_remedy("files.cannot_read", why=why(error)))]
        ) from None
    except UnicodeDecodeError as error:
        place = _place(error.object[: error.start].decode(error.encoding))
        raise ProblemsFound([Problem(shown_path(path), *place, *error_and_remedy("files.no_text"))]) from None
    odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if odd is not None:
        place = _place(text[: odd.start()])
        raise ProblemsFound([Problem(shown_path(path), *place, *error_and_remedy("files.odd_letter"))])
    return text


def decoded(data: bytes) -> tuple[str, str]:
    """Return text in UTF-8, with a mark at its start or without, or else in GBK or its successor GB18030; the encoding.

    Raises
    ------
    UnicodeDecodeError
        When it is neither; from the encoding in which more can be read.
    """
    marked = data.startswith(codecs.BOM_UTF8)
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8"), "utf-8-sig" if marked else "utf-8"
    except UnicodeDecodeError as error:
        other = error
    if marked:
        raise other
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise (error if error.start > other.start else other) from None
    # Western letters with accents look like the rarest Chinese characters, which nobody writes alone.
    wide = [letter for letter in text if not letter.isascii()]
    if 2 * len("".join(wide).encode("gb2312", "ignore").decode("gb2312")) < len(wide):
        raise other
    return text, "gb18030"


def not_yaml(error: Exception, here: Position, text: str) -> Problem:
    """Turn an error of PyYAML into plain words; `here` is the last value that could be read of the text."""
    line, column, message = here.line, here.column, str(error)
    if isinstance(error, yaml.MarkedYAMLError):
        message = f"{error.context or ''}: {error.problem or ''}"
        # What cannot be scanned is best seen where it starts, such as an opening quote.
        scanning = message.startswith("while scanning") and error.context_mark
        mark = scanning or error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (line, column)
        wide = "".join(text.splitlines()[line - 1 : line]).find("：")
        if wide >= 0:  # to the eye the line is right
            return Problem(here.file, line, wide + 1, *error_and_remedy("files.yaml_wide_colon"))
    for fragment, key in _PLAIN_WORDS:
        if fragment in message:
            return Problem(here.file, line, column, *error_and_remedy(f"files.yaml_{key}"))
    return Problem(here.file, line, column, *error_and_remedy("files.yaml_other", what=excerpt(message)))
