"""A workbook while it is written: its formats, texts that stay texts, formulas with their values, printing."""

import datetime
import io
import math
import unicodedata
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from sim.export.formulas import quoted
from sim.export.names import sheet_name

MAKER = "retention-sim"
MADE = datetime.datetime(2000, 1, 1)
"""Said to be when it was made, so that the same study gives the same bytes."""
RISKY = ("=", "+", "-", "@", "\t", "\r", "|", "%")
"""How texts begin that a spreadsheet might take for a formula, now or after somebody edits them."""
LINE = 15
"""Points that a line of text takes."""
UNITS = {"money": "#,##0;-#,##0;0", "count": "#,##0;-#,##0;0", "share": "0.0%", "ratio": "0.0000", "months": "0.0",
         "persons": "0.0", "1/month": "0.00"}  # fmt: skip
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14}, "head": {"bold": True, "bottom": 1, "bg_color": "#E8EEF4"},
    "section": {"bold": True, "top": 1}, "text": {}, "wrapped": {"text_wrap": True, "valign": "top"},
    "note": {"italic": True, "font_color": "#404040"}, "bold": {"bold": True},
}  # fmt: skip
Sheet = Any
"""A worksheet of XlsxWriter, which has no types for its methods."""


class Book:
    """Collects sheets and gives the bytes of the file.

    Parameters
    ----------
    language
        In which dates are written.
    """

    def __init__(self, language: str, title: str) -> None:
        self.language = language
        self.buffer = io.BytesIO()
        settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                    "strings_to_numbers": False}  # fmt: skip
        self.workbook = xlsxwriter.Workbook(self.buffer, settings)
        self.workbook.set_properties({"title": title, "author": MAKER, "created": MADE})
        self.workbook.set_calc_mode("auto")
        self.taken: set[str] = set()
        self.formats: dict[tuple[Any, ...], Any] = {}

    def bytes(self) -> bytes:
        """Close the workbook and return it."""
        self.workbook.close()
        return self.buffer.getvalue()

    def name(self, title: str) -> str:
        """Return a free name for a sheet."""
        return sheet_name(title, self.taken)

    def sheet(self, name: str, *, portrait: bool = False) -> Sheet:
        """Add a sheet under a name that ``name`` gave, set up for printing on A4 with its name and page below."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_paper(9)
        sheet.hide_gridlines(2)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        if portrait:
            sheet.set_portrait()
            sheet.fit_to_pages(1, 0)
        else:
            sheet.set_landscape()
        return sheet

    def look(self, kind: str, **more: Any) -> Any:
        """Return a format, made once."""
        key = (kind, *sorted(more.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format({**LOOKS[kind], **more})
        return self.formats[key]

    def text(self, sheet: Sheet, row: int, place: int, text: str, kind: str = "text", **more: Any) -> None:
        """Write a text that is never a formula, nor becomes one when its cell is edited."""
        if text.startswith(RISKY):
            more["quote_prefix"] = True
        sheet.write_string(row, place, text, self.look(kind, **more))

    def row(self, sheet: Sheet, row: int, texts: list[tuple[str, int]]) -> None:
        """Make a row as high as its wrapped texts need in columns of so many letters; not every program does so."""
        lines = max(math.ceil(width(text) / letters) for text, letters in texts)
        if lines > 1:
            sheet.set_row(row, LINE * lines)

    def link(self, sheet: Sheet, row: int, place: int, text: str, name: str) -> None:
        """Write the head of a section that leads to another sheet."""
        sheet.write_url(row, place, f"internal:{quoted(name)}!A1", None, text)
        self.text(sheet, row, place, text, "section", font_color="#0050A0")

    def figure(self, sheet: Sheet, row: int, place: int, value: float, unit: str, formula: str = "", *,
               kind: str = "text", **more: Any) -> None:  # fmt: skip
        """Write a figure, by its formula where it has one; nothing where it is not known."""
        look = self.look(kind, **{"num_format": UNITS[unit], **more})
        known = math.isfinite(value)
        if formula:
            sheet.write_formula(row, place, formula, look, value if known else "")
        elif known:
            sheet.write_number(row, place, value, look)
        else:
            sheet.write_blank(row, place, None, look)

    def date(self, sheet: Sheet, row: int, place: int, date: datetime.date, kind: str = "head") -> None:
        """Write a month."""
        form = 'yyyy"年"m"月"' if self.language == "zh" else "mmm yyyy"
        sheet.write_datetime(row, place, date, self.look(kind, num_format=form, align="right"))


def width(text: str) -> int:
    """Return how many columns of a page a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
