"""Computes a workbook's formulas without its stored values, by rules written here alone."""

import re

import openpyxl

ADDRESS = re.compile(r"(?:'((?:[^']|'')+)'!)?([A-Z]{1,3})([0-9]+)(?::([A-Z]{1,3})([0-9]+))?|(?<![<>])=")
"""A cell, or cells, of this sheet or another; or the sign that asks whether two are equal."""


class Computed:
    """The values of every cell, formulas computed anew; ``stored`` are those that the file holds."""

    def __init__(self, file):
        self.book = openpyxl.load_workbook(file)
        self.stored = openpyxl.load_workbook(file, data_only=True)
        self.known = {}

    def formulas(self):
        """Yield sheet and address of every formula."""
        for sheet in self.book:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        yield sheet.title, cell.coordinate

    def value(self, sheet, address):
        """Return a cell's value; an empty one is 0 to a formula."""
        place = sheet, address
        if place not in self.known:
            cell = self.book[sheet][address]
            self.known[place] = self.computed(sheet, cell.value) if cell.data_type == "f" else cell.value
        return self.known[place]

    def computed(self, sheet, formula):
        """Compute one formula."""
        text = ADDRESS.sub(lambda found: self.fetched(sheet, found), formula.removeprefix("="))
        text = re.sub(r'^IF\((.+?),"",(.+)\)$', r'("" if \1 else \2)', text)  # what is not asked for is not computed
        return eval(text, {"__builtins__": {}}, {**FUNCTIONS, "at": self.number})  # the text is the test's own file's

    def fetched(self, sheet, found):
        """Return Python that fetches a cell, or a list of cells in one row or column."""
        if found[0] == "=":
            return "=="
        name, column, row, last_column, last_row = found.groups()
        where = (name or sheet.replace("'", "''")).replace("''", "'")
        if last_column is None:
            return f"at({where!r}, {column + row!r})"
        cells = self.book[where][f"{column}{row}:{last_column}{last_row}"]
        return "[" + ", ".join(f"at({where!r}, {cell.coordinate!r})" for line in cells for cell in line) + "]"

    def number(self, sheet, address):
        value = self.value(sheet, address)
        return 0 if value is None else value


def flat(parts):
    return [value for part in parts for value in (part if isinstance(part, list) else [part])]


def total(*parts):
    return sum(flat(parts))


FUNCTIONS = {
    "SUM": total, "ABS": abs, "AVERAGE": lambda *parts: total(*parts) / len(flat(parts)),
    "IF": lambda test, then, otherwise: then if test else otherwise,
}  # fmt: skip
