"""How quantities are written, as patterns of JSON Schema: what ``sim.core.units`` reads, for editors."""

from collections.abc import Iterable
from typing import Any

from sim.core.units import CURRENCIES, DAYS_IN, MONTHS_IN
from sim.language.words import Words

DIGITS = r"([0-9]{1,3}(,[0-9]{3})+|[0-9]+)"
NUMBER = rf"[+]?({DIGITS}([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{{1,3}})?"
SIGNED = NUMBER.replace("[+]?", "[+-]?", 1)
UNDER_100 = r"(0*[0-9]{1,2}([.][0-9]*)?|[.][0-9]+|[0-9.]+[eE][+-]?[0-9]{1,3})"
UP_TO_100 = rf"[+]?(0*100([.]0*)?|{UNDER_100})"
UP_TO_1 = r"[+]?(0*1([.]0*)?|0+([.][0-9]*)?|[.][0-9]+|[0-9.]+[eE][+-]?[0-9]{1,3})"
WHOLE = rf"[+]?{DIGITS}([.]0*|[eE][+]?[0-9]{{1,3}})?"
SPACE = r"[ ]*"


def any_case(words: Iterable[str]) -> str:
    """Return a pattern of some words in small or capital letters, as the parsers read them."""
    return "(" + "|".join("".join(f"[{letter.upper()}{letter}]" for letter in word.lower()) for word in words) + ")"


PERIOD = any_case(DAYS_IN) + "[sS]?"
BILLED = "([1-9][0-9]{0,2} +)?" + any_case(MONTHS_IN) + "[sS]?"
CURRENCY = any_case(CURRENCIES)
PER = any_case(["per"]) + "[ ]+"
CENT = rf"{SPACE}%"


def text(pattern: str) -> dict[str, Any]:
    """Return the schema of a text that fits a pattern as a whole."""
    return {"type": "string", "pattern": f"^{SPACE}{pattern}{SPACE}$"}


def either(*kinds: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a text or a number."""
    return {"anyOf": list(kinds)}


UNITS: dict[str, dict[str, Any]] = {
    "days": text(f"{NUMBER}{SPACE}{PERIOD}"),
    "1/day": text(f"{NUMBER}({CENT})?{SPACE}{PER}{PERIOD}"),
    "1/month": text(f"{NUMBER}{SPACE}{PER}{PERIOD}"),
    "share/month": text(f"[+]?{UNDER_100}{CENT}{SPACE}{PER}{PERIOD}"),
    "probability": either(text(f"({UP_TO_100}{CENT}|{UP_TO_1})"), {"type": "number", "minimum": 0, "maximum": 1}),
    "ratio": either(text(NUMBER), {"type": "number", "minimum": 0}),
    "count": either(text(WHOLE), {"type": "number", "minimum": 0, "multipleOf": 1}),
    "1": either(text(SIGNED), {"type": "number"}),
    "money": text(f"{NUMBER}{SPACE}{CURRENCY}"),
    "price": text(f"{NUMBER}{SPACE}{CURRENCY}[ ]+{PER}{BILLED}"),
}
"""By unit of the model: the schema of what is written."""


def unit_schema(unit: str, words: Words) -> dict[str, Any]:
    """Return the schema of a quantity; editors show ``patternErrorMessage`` where a text does not fit."""
    message = words("here", words=words(f"unit_{unit}"))
    told = [{**kind, "patternErrorMessage": message} if "pattern" in kind else kind for kind in kinds_of(UNITS[unit])]
    return told[0] if len(told) == 1 else {"anyOf": told, "errorMessage": message}


def kinds_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the alternatives of a schema."""
    return list(schema.get("anyOf", [schema]))
