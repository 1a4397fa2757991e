"""Quantities with units: a scenario file writes "14 days", the model sees 14.0.

Every refusal is a ValueError that reads "what was typed and which rule it breaks; what to write instead".
"""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, WithJsonSchema
from pydantic.fields import FieldInfo

YEAR = 365.25
MONTH = DAYS_PER_MONTH = 365.25 / 12
LARGEST = 10**15

DAYS_IN = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": MONTH, "quarter": 3 * MONTH, "year": YEAR}
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
# Each currency with the decimals of its minor unit (the cent).
CURRENCIES = {"USD": 2, "EUR": 2, "GBP": 2, "CNY": 2, "JPY": 0, "CHF": 2, "CAD": 2, "AUD": 2, "INR": 2}


@dataclass(frozen=True)
class Unit:
    """Mark on a type: the unit in which the model holds its value."""

    name: str


@dataclass(frozen=True)
class Amount:
    """Money as a whole number of minor units (cents), so that sums are exact."""

    minor: int
    currency: str

    def __str__(self) -> str:
        """Write the amount with all its decimals, like "49.00 USD"."""
        return f"{Decimal(self.minor).scaleb(-CURRENCIES[self.currency]):f} {self.currency}"


@dataclass(frozen=True)
class PriceTag:
    """What is paid for each period of so many months."""

    amount: Amount
    months: int

    def __str__(self) -> str:
        """Write the price with its period, like "310.00 USD per month"."""
        words = {months: word for word, months in MONTHS_IN.items()}
        return f"{self.amount} per {words.get(self.months, f'{self.months} months')}"


@dataclass(frozen=True)
class _Form:
    """How one kind of quantity is written; `missing` is what a bare number lacks."""

    words: str
    examples: tuple[str | float, ...]
    missing: str = ""
    signed: bool = False


_DURATION = _Form("a length of time", ("14 days", "3 months"), "days")
_RATE = _Form("a rate", ("9 per month", "3 % per month"), "per month")
_FLOW = _Form("a number per period", ("28 per month", "2 per year"), "per month")
_CHURN = _Form("a churn rate", ("3 % per month", "24 % per year"))
_PROBABILITY = _Form("a probability", ("16.7 %", 0.167))
_RATIO = _Form("a ratio (1 means no change)", (0.85, 1.2))
_COUNT = _Form("a whole number", (12, 10_000))
_NUMBER = _Form("a plain number", (0.5, -2), signed=True)
_MONEY = _Form("an amount of money", ("49 USD", "0.30 USD"), "USD")
_PRICE = _Form("a price", ("310 USD per month", "3100 USD per year"), "USD per month")

_QUANTITY = re.compile(
    r"(?P<number>[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?)"
    r"\s*(?P<unit>[^0-9.,+-].*)?",
    re.IGNORECASE | re.DOTALL,
)


def _refusal(typed: object, form: _Form, rule: str = "", remedy: str = "") -> ValueError:
    """Make the error that repeats what was typed, names the rule and says what to write."""
    text = "an empty value" if typed is None else f"'{typed}'" if isinstance(typed, str) else str(typed)
    text = text if len(text) <= 60 else f"{text[:60]}..."
    examples = " or ".join(repr(example) for example in form.examples)
    return ValueError(f"{text} {rule or f'is not {form.words}'}; {remedy or f'write it like {examples}'}")


def _short(number: float | Decimal) -> str:
    """Write a number with at most six significant digits, and whole numbers in full."""
    text = f"{float(number):.6g}"
    return f"{float(number):.0f}" if "e+" in text else text


def _split(typed: object, form: _Form) -> tuple[Decimal, str]:
    """Split what was typed into its number and its unit, the unit in small letters and single spaces."""
    if isinstance(typed, str):
        match = _QUANTITY.fullmatch(typed.strip())
        if match is None:
            comma = re.search("[0-9],[0-9]", typed)
            raise _refusal(typed, form, remedy="write decimals with a point, like 1.5" if comma else "")
        number = Decimal(match["number"].replace(",", ""))
        unit = " ".join((match["unit"] or "").lower().replace("%", " % ").split())
    elif isinstance(typed, int | float) and not isinstance(typed, bool):
        number, unit = Decimal(str(typed)), ""
    else:
        raise _refusal(typed, form)
    if not number.is_finite() or abs(number) > LARGEST:
        raise _refusal(typed, form, "is not a number between -1e15 and 1e15")
    if number < 0 and not form.signed:
        raise _refusal(typed, form, "is below 0")
    if form.missing and not unit:
        kind = "currency" if "USD" in form.missing else "unit"
        raise _refusal(typed, form, f"has no {kind}", f"write '{_short(number)} {form.missing}'")
    return number + 0, unit  # adding 0 turns -0 into 0


def _look_up(word: str, table: Mapping[str, float], typed: object, form: _Form) -> float:
    """Find a unit of time, singular or plural, or a currency."""
    name = word if word in table else word.removesuffix("s")
    if name in table:
        return table[name]
    near = difflib.get_close_matches(word, table, 1, cutoff=0.5)
    remedy = f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(table)}"
    raise _refusal(typed, form, f"contains the unknown word '{word[:30]}'", remedy)


def _per(typed: object, form: _Form) -> tuple[Decimal, bool, float]:
    """Split a rate into its number, whether that is a percentage, and the days of its period."""
    number, unit = _split(typed, form)
    period = unit.removeprefix("%").strip()
    if not period.startswith("per "):
        raise _refusal(typed, form, "does not say per what")
    return number, unit.startswith("%"), _look_up(period.removeprefix("per "), DAYS_IN, typed, form)


def _plain(typed: object, form: _Form) -> Decimal:
    """Read a number that has no unit."""
    number, unit = _split(typed, form)
    if unit:
        meant = {"x": number, "%": number / 100}.get(unit)
        raise _refusal(typed, form, remedy="" if meant is None else f"write {_short(meant)}")
    return number


def parse_days(typed: object) -> float:
    """Read a length of time; days."""
    number, unit = _split(typed, _DURATION)
    return float(number) * _look_up(unit, DAYS_IN, typed, _DURATION)


def parse_rate(typed: object) -> float:
    """Read a rate; per day, linear in the period."""
    number, percent, days = _per(typed, _RATE)
    return float(number.scaleb(-2) if percent else number) / days


def parse_per_month(typed: object) -> float:
    """Read a flow of things that can be counted; per month."""
    number, percent, days = _per(typed, _FLOW)
    if percent:
        raise _refusal(typed, _FLOW, "is a percentage, not a number of things")
    return float(number) * (MONTH / days)


def parse_churn(typed: object) -> float:
    """Read the share of customers lost; per month, compounding over other periods."""
    number, percent, days = _per(typed, _CHURN)
    if not percent:
        meant = f"{_short(number * 100 if number < 1 else number)} % per month"
        raise _refusal(typed, _CHURN, "has no percent sign", f"write '{meant}'")
    share = float(number.scaleb(-2))
    if share >= 1:
        raise _refusal(typed, _CHURN, "is not below 100 %")
    # A month stays as written: 1 - (1 - .03) is not .03 to the last bit.
    return share if days == MONTH else 1 - (1 - share) ** (MONTH / days)


def parse_probability(typed: object) -> float:
    """Read a probability or share, in percent or as a number from 0 to 1."""
    number, unit = _split(typed, _PROBABILITY)
    if unit not in ("", "%"):
        raise _refusal(typed, _PROBABILITY)
    share = float(number.scaleb(-2) if unit else number)
    if share > 1:
        meant = f"write '{_short(number)} %'" if not unit and number <= 100 else ""
        raise _refusal(typed, _PROBABILITY, "is above 100 %" if unit else "is above 1", meant)
    return share


def parse_ratio(typed: object) -> float:
    """Read a factor of 0 or more; 1 changes nothing."""
    return float(_plain(typed, _RATIO))


def parse_number(typed: object) -> float:
    """Read a plain number of either sign."""
    return float(_plain(typed, _NUMBER))


def parse_count(typed: object) -> int:
    """Read a whole number of 0 or more."""
    number = _plain(typed, _COUNT)
    if number != int(number):
        raise _refusal(typed, _COUNT, remedy=f"write {int(number)} or {int(number) + 1}")
    return int(number)


def _amount(number: Decimal, word: str, typed: object, form: _Form) -> Amount:
    """Put a number and a currency together, exactly."""
    currency = word.upper()
    places = int(_look_up(currency, CURRENCIES, typed, form))
    # Counting the digits typed, not the value, also catches "2.900 USD" meant as 2900.
    if int(number.as_tuple().exponent) < -places:
        raise _refusal(typed, form, f"has more than the {places} decimals of {currency} (and thousands take no point)")
    return Amount(int(number.scaleb(places)), currency)


def parse_money(typed: object) -> Amount:
    """Read an amount of money with its currency."""
    if isinstance(typed, Amount):
        return typed
    number, currency = _split(typed, _MONEY)
    return _amount(number, currency, typed, _MONEY)


def parse_price(typed: object) -> PriceTag:
    """Read a price with its currency and its period, which may be several months or years."""
    if isinstance(typed, PriceTag):
        return typed
    number, unit = _split(typed, _PRICE)
    currency, _, period = f" {unit}".partition(" per ")
    count, _, word = period.rpartition(" ")
    if not re.fullmatch("([1-9][0-9]{0,2})?", count) or not period:
        raise _refusal(typed, _PRICE, "does not say per what")
    if not currency:
        raise _refusal(typed, _PRICE, "has no currency", f"write '{_short(number)} USD {unit}'")
    months = int(count or 1) * int(_look_up(word, MONTHS_IN, typed, _PRICE))
    return PriceTag(_amount(number, currency.strip(), typed, _PRICE), months)


def _schema(form: _Form) -> WithJsonSchema:
    """Describe a form to editors; looser than the parsers, which are free in case and spaces."""
    text = {"type": "string", "pattern": "[0-9].*[A-Za-z]"} if isinstance(form.examples[-1], str) else {}
    return WithJsonSchema({"type": ["string", "number"], "examples": list(form.examples), **text})


Days = Annotated[float, BeforeValidator(parse_days), Unit("days"), _schema(_DURATION)]
Rate = Annotated[float, BeforeValidator(parse_rate), Unit("1/day"), _schema(_RATE)]
PerMonth = Annotated[float, BeforeValidator(parse_per_month), Unit("1/month"), _schema(_FLOW)]
Churn = Annotated[float, BeforeValidator(parse_churn), Unit("share/month"), _schema(_CHURN)]
Probability = Annotated[float, BeforeValidator(parse_probability), Unit("probability"), _schema(_PROBABILITY)]
Ratio = Annotated[float, BeforeValidator(parse_ratio), Unit("ratio"), _schema(_RATIO)]
Count = Annotated[int, BeforeValidator(parse_count), Unit("count"), _schema(_COUNT)]
Number = Annotated[float, BeforeValidator(parse_number), Unit("1"), _schema(_NUMBER)]
Money = Annotated[Amount, BeforeValidator(parse_money), Unit("money"), _schema(_MONEY)]
Price = Annotated[PriceTag, BeforeValidator(parse_price), Unit("price"), _schema(_PRICE)]


def _marks(annotation: Any) -> Iterator[Unit]:
    """Find the unit marks inside a type such as `dict[str, Days] | None`, or a pydantic field."""
    if isinstance(annotation, Unit):
        yield annotation
    inside = (
        (*annotation.metadata, annotation.annotation) if isinstance(annotation, FieldInfo) else get_args(annotation)
    )
    for part in inside:
        yield from _marks(part)


def unit_of(annotation: Any) -> str:
    """Name the unit of a type of this page, or of a pydantic field that has one."""
    for mark in _marks(annotation):
        return mark.name
    raise TypeError(f"{annotation} has no unit; use a type of sim.core.units")


def _spell_days(days: float) -> str:
    months = days / MONTH
    number, word = (months, "month") if days and months == int(months) else (days, "day")
    return f"{_short(number)} {word}" if number == 1 else f"{_short(number)} {word}s"


_SPELLINGS: dict[str, Callable[[float], str]] = {
    "days": _spell_days,
    "1/day": lambda rate: f"{_short(rate * MONTH)} per month",
    "1/month": lambda flow: f"{_short(flow)} per month",
    "share/month": lambda share: f"{_short(share * 100)} % per month",
    "probability": lambda share: f"{_short(share * 100)} %",
}


def spell(value: float | Amount | PriceTag, unit: str) -> str:
    """Write a value back for people, rounded to six digits: "14 days", "9 per month", "16.7 %", "49.00 USD"."""
    return str(value) if isinstance(value, Amount | PriceTag) else _SPELLINGS.get(unit, _short)(value)
