"""Formulas of a scenario's sheet, as a finance person would write them."""

from sim.export.columns import Column
from sim.export.lines import Kind, Line


def cell(row: int, place: int) -> str:
    """Return a cell's address, rows and places counted from 0: (0, 27) is AB1."""
    letters, number = "", place + 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def quoted(sheet: str) -> str:
    """Return a sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


def formula(line: Line, column: Column, rows: dict[str, int], before: Column | None) -> str:
    """Return the formula of one cell; nothing where a value stands.

    Parameters
    ----------
    rows
        Of the lines that are on the sheet.
    before
        The month before, for what a month starts from.
    """
    here = column.place
    if line.kind is Kind.RATIO:
        part, whole = (cell(rows[name], here) for name in (*line.adds, line.over))
        return f'=IF({whole}=0,"",{part}/{whole})'
    if line.kind is Kind.START:
        if column.spans:
            return f"={cell(rows[line.name], column.spans[0][0])}"
        name = line.name.replace("_start", "_end")
        return "" if before is None else f"={cell(rows[name], before.place)}"
    if line.times and not column.spans:
        return f"={cell(rows[line.adds[0]], here)}*{cell(rows[line.times], here)}"
    if line.adds and not line.times:
        return vertical(line, here, rows)
    return across(line, column, rows[line.name])


def vertical(line: Line, here: int, rows: dict[str, int]) -> str:
    """Return the sum of lines above: a range where they stand together."""
    added = [rows[name] for name in line.adds if name in rows]
    together = added == list(range(added[0], added[0] + len(added))) and len(added) > 2
    if together:
        text = f"=SUM({cell(added[0], here)}:{cell(added[-1], here)})"
    else:
        text = "=" + "+".join(cell(row, here) for row in added)
    return text + "".join(f"-{cell(rows[name], here)}" for name in line.takes if name in rows)


def across(line: Line, column: Column, row: int) -> str:
    """Return the sum or mean of the months of a year, or of all years."""
    if not column.spans or line.kind is Kind.FACTOR:
        return ""
    where = ",".join(f"{cell(row, first)}:{cell(row, last)}" for first, last in column.spans)
    return f"={'AVERAGE' if line.kind is Kind.AVERAGE else 'SUM'}({where})"
