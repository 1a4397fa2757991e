"""Names of sheets: what Excel allows, each once, whatever a scenario is called."""

import re
import unicodedata

LONGEST = 31
"""In units of UTF-16, as Excel counts."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
RESERVED = {"history"}
"""Excel keeps this name for itself."""


def sheet_name(title: str, taken: set[str]) -> str:
    """Return a name for a sheet, as near to its title as may be, and add it to those that are taken.

    Parameters
    ----------
    taken
        Names already given, folded: Excel takes small and capital letters for equal.
    """
    visible = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in title)
    bare = " ".join(_FORBIDDEN.sub(" ", visible).split()).strip("' ") or "-"
    number, name = 1, cut(bare, LONGEST)
    while name.casefold() in taken | RESERVED:
        number += 1
        end = f" {number}"
        name = cut(bare, LONGEST - len(end)) + end
    taken.add(name.casefold())
    return name


def cut(text: str, longest: int) -> str:
    """Return the beginning of a text; letters that take two units stay whole, and no apostrophe or space ends it."""
    units = 0
    for place, letter in enumerate(text):
        units += 1 + (ord(letter) > 0xFFFF)
        if units > longest:
            return text[:place].rstrip("' ") or "-"
    return text
