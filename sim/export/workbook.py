"""Writing the workbook of a study."""

import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

from sim.core.files import write_bytes
from sim.export.account_sheet import write_account, write_differences
from sim.export.book import MADE, MAKER, Book
from sim.export.layout import Layout
from sim.export.made_sheets import write_definitions, write_made, write_ties
from sim.export.summary_sheet import write_summary
from sim.language.words import Words
from sim.study.study import Study

CORE = "docProps/core.xml"
MOST_CORE = 100_000
"""Bytes of a file's properties that are read."""


class NotExported(ValueError):
    """The workbook cannot be written there; the message says why and what to do."""


def workbook(study: Study, language: str = "en") -> bytes:
    """Return a study as the bytes of an Excel workbook; the same study gives the same bytes.

    A summary, a sheet per scenario month by month, a sheet per strategy with its paired differences, what each line
    means, how the totals tie to the ledger, and how it was made.
    """
    words = Words("export", language, shop=study.design.baseline.per_use)
    book = Book(language, words("title"))
    summary, definitions, ties, made = (
        book.name(words(f"sheet_{name}")) for name in ("summary", "definitions", "ties", "made")
    )
    layout = Layout(study, tuple(book.name(scenario) for scenario in study.scenarios))
    write_summary(book, layout, summary, words)
    for number in range(len(study.scenarios)):
        write_account(book, layout, number, words)
    for number in range(1, len(study.scenarios)):
        name = book.name(words("sheet_difference", scenario=study.scenarios[number]))
        write_differences(book, layout, number, name, words)
    write_definitions(book, layout, definitions, words)
    write_ties(book, layout, ties, words)
    write_made(book, layout, made, words)
    return book.bytes()


def write_workbook(study: Study, file: str | Path, language: str = "en") -> Path:
    """Write a study as an Excel workbook, in one step.

    Raises
    ------
    NotExported
        When the name does not end in .xlsx, or the file is there and is not a workbook as this function wrote it.
    """
    place = Path(file)
    check_place(place, language)
    write_bytes(place, workbook(study, language))
    return place


def check_place(file: Path, language: str = "en") -> None:
    """Refuse to overwrite what somebody else made, or has worked in; see ``write_workbook``."""
    words = Words("export", language)
    if file.is_dir():
        raise NotExported(words("is_folder", file=file))
    if file.suffix.lower() != ".xlsx":
        raise NotExported(words("wrong_ending", file=file, other=f"{file.stem}.xlsx"))
    if not file.parent.is_dir():
        raise NotExported(words("no_folder", folder=file.parent))
    if file.exists() and not is_untouched(file):
        raise NotExported(words("not_ours", file=file))


def is_untouched(file: Path) -> bool:
    """Whether a file is a workbook as it was written here: spreadsheet programs put in who saved it, and when."""
    try:
        with zipfile.ZipFile(file) as archive, archive.open(CORE) as core:
            text = core.read(MOST_CORE + 1)
    except (OSError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False
    if len(text) > MOST_CORE or b"<!DOCTYPE" in text:
        return False
    try:
        said = {element.tag.rpartition("}")[2]: element.text for element in ElementTree.fromstring(text)}
    except ElementTree.ParseError:
        return False
    stamp = MADE.strftime("%Y-%m-%dT%H:%M:%SZ")
    return (said.get("lastModifiedBy"), said.get("created"), said.get("modified")) == (MAKER, stamp, stamp)
