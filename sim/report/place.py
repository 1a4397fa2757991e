"""Where a report may be written: over nothing that somebody else made."""

from pathlib import Path

from sim.language.words import Words

ENDINGS = (".html", ".htm")
MARK = '<meta name="generator" content="retention-sim">'
"""In the head of every report."""
HEAD = 4096
"""Bytes in which the mark stands."""


class NotWritten(ValueError):
    """The report cannot be written there; the message says why and what to do."""


def check_place(file: Path, language: str = "en") -> None:
    """Refuse to overwrite what is no report of this program.

    Raises
    ------
    NotWritten
        When the name does not end in .html, the folder is not there, or the file is there and is something else.
    """
    words = Words("report", language)
    if file.is_dir():
        raise NotWritten(words("is_folder", file=file))
    if file.suffix.lower() not in ENDINGS:
        raise NotWritten(words("wrong_ending", file=file, other=f"{file.name}.html"))
    if not file.parent.is_dir():
        raise NotWritten(words("no_folder", folder=file.parent))
    if file.exists() and not is_report(file):
        raise NotWritten(words("not_ours", file=file))


def is_report(file: Path) -> bool:
    """Whether a file is a report as it was written here."""
    if not file.is_file():
        return False
    with file.open("rb") as content:
        return MARK.encode() in content.read(HEAD)
