"""How quantities are written, as patterns of JSON Schema: what ``sim.core.units`` reads, for editors."""

from collections.abc import Iterable
from typing import Any

from sim.core.units import CURRENCIES, DAYS_IN, MONTHS_IN

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


UNITS: dict[str, tuple[dict[str, Any], str]] = {
    "days": (text(f"{NUMBER}{SPACE}{PERIOD}"), "a length of time, like 14 days or 3 months"),
    "1/day": (text(f"{NUMBER}({CENT})?{SPACE}{PER}{PERIOD}"), "a rate, like 9 per month or 3 % per month"),
    "1/month": (text(f"{NUMBER}{SPACE}{PER}{PERIOD}"), "a number per period, like 28 per month"),
    "share/month": (text(f"[+]?{UNDER_100}{CENT}{SPACE}{PER}{PERIOD}"), "a churn rate, like 3 % per month"),
    "probability": (
        either(text(f"({UP_TO_100}{CENT}|{UP_TO_1})"), {"type": "number", "minimum": 0, "maximum": 1}),
        "a share, like 16.7 % or 0.167",
    ),
    "ratio": (either(text(NUMBER), {"type": "number", "minimum": 0}), "a factor of 0 or more; 1 changes nothing"),
    "count": (either(text(WHOLE), {"type": "number", "minimum": 0, "multipleOf": 1}), "a whole number, like 12"),
    "1": (either(text(SIGNED), {"type": "number"}), "a plain number, like 0.5 or -2"),
    "money": (text(f"{NUMBER}{SPACE}{CURRENCY}"), "an amount of money, like 49 USD"),
    "price": (text(f"{NUMBER}{SPACE}{CURRENCY}[ ]+{PER}{BILLED}"), "a price, like 310 USD per month"),
}
"""By unit of the model: the schema of what is written, and in words what belongs there."""


def unit_schema(unit: str) -> dict[str, Any]:
    """Return the schema of a quantity; editors show ``patternErrorMessage`` where a text does not fit."""
    schema, words = UNITS[unit]
    message = f"here belongs {words}"
    told = [{**kind, "patternErrorMessage": message} if "pattern" in kind else kind for kind in kinds_of(schema)]
    return told[0] if len(told) == 1 else {"anyOf": told, "errorMessage": message}


def kinds_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the alternatives of a schema."""
    return list(schema.get("anyOf", [schema]))
