"""How shares, money, months and large numbers are written in each language; one place for pages, charts and stories."""

import re

from sim.language.words import LANGUAGES, Words, texts

NO_BREAK = "\u00a0"
NO_BREAK_HERE = "\u2060"
"""Takes no room; a browser would break a Chinese amount before the word of its size."""
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""Not taken from the locale: what is written is the same everywhere."""
PERIOD = "minute|hour|day|week|month|quarter|year"
QUANTITY = re.compile(
    rf"(?P<number>[+-]?[0-9.,]+)(?:(?P<percent> %)| (?P<currency>[A-Z]{{3}})| (?P<time>{PERIOD})s?)?"
    rf"(?: per (?P<period>{PERIOD}))?"
)
"""As ``sim.core.units`` writes quantities back."""
LARGE = {
    "en": ((1e12, f"{NO_BREAK}T"), (1e9, f"{NO_BREAK}bn"), (1e6, f"{NO_BREAK}M"), (1e3, f"{NO_BREAK}k")),
    "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
}
"""Sizes behind which a number is shortened, and how they are written behind its digits."""


def percent(digits: str, language: str) -> str:
    """Write digits as a percentage: 33.5 %, in Chinese 33.5%."""
    return f"{digits}%" if language == "zh" else f"{digits}{NO_BREAK}%"


def quantity(written: str, language: str) -> str:
    """Put a quantity as a scenario file writes it for readers: 14 days, in Chinese 14 天; 2 % per month, 每月 2%."""
    found = QUANTITY.fullmatch(written)
    if language == LANGUAGES[0] or found is None:
        return written
    number, words = found["number"], Words("quantities", language)
    if found["percent"]:
        number = percent(number, language)
    elif found["currency"]:
        name = f"currency_{found['currency']}"
        number = f"{number} {texts('formats', language).get(name, found['currency'])}"
    elif found["time"]:
        number = words(found["time"], number=number)
    return words(f"per_{found['period']}", number=number) if found["period"] else number


def month_name(month: int, language: str) -> str:
    """Return the short name of a calendar month, 1 to 12."""
    return f"{month}月" if language == "zh" else MONTHS[month - 1][:3]


def year_name(year: int, language: str) -> str:
    """Return the name of a year."""
    return f"{year}年" if language == "zh" else str(year)


def currency_name(currency: str, language: str) -> str:
    """Return what people write behind an amount: USD, in Chinese 美元."""
    return Words("formats", language)(f"currency_{currency}")


def lever_name(lever: str, language: str) -> str:
    """Return what a lever is called; one that the catalogue does not know is called as in its file."""
    return texts("lever_names", language).get(f"name_{lever}", lever.replace("_", " "))
