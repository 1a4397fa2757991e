"""What can be wrong in a scenario file: where it is, what it is in plain words, and what to write instead."""

import difflib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

MAX_BYTES = 2**20

# What a text may not hold: it would garble a terminal, or cannot be written to a file.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# What PyYAML's message contains, what it means, what to do.
_PLAIN_WORDS = (
    ("character '\\t'", "there is a tab where YAML wants spaces", "indent with spaces only"),
    ("cannot start any token", "a text cannot start with this character", "put the text in quotes"),
    ("mapping values are not allowed", "there is a ':' where none fits", "check the indentation, or quote the text"),
    ("could not find expected ':'", "this line is no 'key: value'", "write a ':' and a space after the key"),
    ("expected ',' or", "a '{' or '[' is not closed, or a comma is missing", "check the brackets"),
    ("quoted scalar", "a quoted text is not closed or has a wrong escape", "check the quotes"),
    ("expected <block end>", "this line does not fit the lines above it", "check indentation, quotes and commas"),
    ("expected '<document start>'", "this does not fit behind the lines above it", "check indentation and quotes"),
    ("expected the node content", "a value is missing here", "write it, or remove the punctuation"),
    ("while scanning an al", "a text cannot start with '*'", "put the text in quotes"),
    ("while scanning an anchor", "a text cannot start with '&'", "put the text in quotes"),
    ("while scanning a tag", "a text cannot start with '!'", "put the text in quotes"),
    ("while scanning a dir", "a line cannot start with '%'", "put the text in quotes, or remove the line"),
    ("chr() arg", "a quoted text has a wrong escape behind this", "check what follows a backslash"),
    ("int too large", "a quoted text has a wrong escape behind this", "check what follows a backslash"),
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
        text = f"{self.message}; {self.remedy}" if self.remedy else self.message
        return f"{self.file}:{self.line}:{self.column}: error: {text}"


class ProblemsFound(Exception):
    """All problems found in one go, sorted by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Write one problem per line."""
        return "\n".join(map(str, self.problems))


def did_you_mean(word: str, choices: Iterable[str]) -> str | None:
    """Find the choice that a misspelt word most likely meant; case, spaces, - and _ make no difference."""
    plain = {_plain(choice): choice for choice in choices}
    near = difflib.get_close_matches(_plain(word), plain, n=1)
    return plain[near[0]] if near else None


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
        return f"{shown_path(path)} is a folder", "name a .yaml file in it"
    if os.path.exists(path):
        return f"{shown_path(path)} is not an ordinary file", "name a .yaml file"
    try:
        near = did_you_mean(name, [file for file in os.listdir(folder) if file.endswith((".yaml", ".yml"))])
    except OSError as error:
        return f"the folder {shown_path(folder)} cannot be opened ({error.strerror})", "check the path"
    return f"there is no file {shown_path(path)}", f"did you mean {excerpt(near)}?" if near else "check the name"


def file_text(path: str) -> str:
    """Read the text of a file, or say why that cannot be."""
    line, column = 1, 1
    try:
        if not os.path.isfile(path):
            message, remedy = not_found(path)
        elif os.path.getsize(path) > MAX_BYTES:
            message, remedy = "the file is larger than 1 MiB", "check that it is the right one"
        else:
            with open(path, "rb") as stream:
                text = stream.read(MAX_BYTES).decode("utf-8-sig")
            odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
            if odd is None:
                return text
            line, column = _place(text[: odd.start()])
            message, remedy = "the file holds a character that is not text", "remove it"
    except OSError as error:
        message, remedy = f"the file cannot be read ({error.strerror})", "check its permissions"
    except UnicodeDecodeError as error:
        line, column = _place(error.object[: error.start].decode("utf-8"))
        message, remedy = "the file is not UTF-8 text", "save it as UTF-8 in your editor"
    raise ProblemsFound([Problem(shown_path(path), line, column, message, remedy)])


def not_yaml(error: Exception, here: Position) -> Problem:
    """Turn an error of PyYAML into plain words; `here` is the last value that could be read."""
    line, column, message = here.line, here.column, str(error)
    if isinstance(error, yaml.MarkedYAMLError):
        message = f"{error.context or ''}: {error.problem or ''}"
        # What cannot be scanned is best seen where it starts, such as an opening quote.
        scanning = message.startswith("while scanning") and error.context_mark
        mark = scanning or error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (line, column)
    for fragment, meaning, remedy in _PLAIN_WORDS:
        if fragment in message:
            return Problem(here.file, line, column, meaning, remedy)
    meaning = f"something behind this is not YAML ({excerpt(message)})"
    return Problem(here.file, line, column, meaning, "check indentation, colons and quotes")
