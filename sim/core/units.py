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

from sim.core.forms import (
    CHURN,
    COUNT,
    DURATION,
    FLOW,
    MONEY,
    NUMBER,
    PRICE,
    PROBABILITY,
    RATE,
    RATIO,
    Form,
    refusal,
    short,
    to_write,
)
from sim.language.words import error_text, listed

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


_QUANTITY = re.compile(
    r"(?P<number>[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?)"
    r"\s*(?P<unit>[^0-9.,+-].*)?",
    re.IGNORECASE | re.DOTALL,
)


FULL_WIDTH = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}
"""Letters, digits and signs as wide as Chinese characters, which Chinese keyboards type: 10％ is 10%."""


def _split(typed: object, form: Form) -> tuple[Decimal, str]:
    """Split what was typed into its number and its unit, the unit in small letters and single spaces."""
    if isinstance(typed, str):
        match = _QUANTITY.fullmatch(typed.translate(FULL_WIDTH).strip())
        if match is None:
            comma = re.search("[0-9],[0-9]", typed)
            raise refusal(typed, form, remedy=error_text("values.point") if comma else "")
        number = Decimal(match["number"].replace(",", ""))
        unit = " ".join((match["unit"] or "").lower().replace("%", " % ").split())
    elif isinstance(typed, int | float) and not isinstance(typed, bool):
        number, unit = Decimal(str(typed)), ""
    else:
        raise refusal(typed, form)
    if not number.is_finite() or abs(number) > LARGEST:
        raise refusal(typed, form, error_text("values.too_large"))
    if number < 0 and not form.signed:
        raise refusal(typed, form, error_text("values.below_0"))
    if form.missing and not unit:
        rule = error_text("values.no_currency" if "USD" in form.missing else "values.no_unit")
        raise refusal(typed, form, rule, to_write(f"'{short(number)} {form.missing}'"))
    return number + 0, unit  # adding 0 turns -0 into 0


def _look_up(word: str, table: Mapping[str, float], typed: object, form: Form) -> float:
    """Find a unit of time, singular or plural, or a currency."""
    name = word if word in table else word.removesuffix("s")
    if name in table:
        return table[name]
    near = difflib.get_close_matches(word, table, 1, cutoff=0.5)
    known = listed(table)
    remedy = error_text("values.did_you_mean", name=near[0]) if near else error_text("values.one_of", known=known)
    raise refusal(typed, form, error_text("values.unknown_word", word=word[:30]), remedy)


def _per(typed: object, form: Form) -> tuple[Decimal, bool, float]:
    """Split a rate into its number, whether that is a percentage, and the days of its period."""
    number, unit = _split(typed, form)
    period = unit.removeprefix("%").strip()
    if not period.startswith("per "):
        raise refusal(typed, form, error_text("values.per_what"))
    return number, unit.startswith("%"), _look_up(period.removeprefix("per "), DAYS_IN, typed, form)


def _plain(typed: object, form: Form) -> Decimal:
    """Read a number that has no unit."""
    number, unit = _split(typed, form)
    if unit:
        meant = {"x": number, "%": number / 100}.get(unit)
        raise refusal(typed, form, remedy="" if meant is None else to_write(short(meant)))
    return number


def parse_days(typed: object) -> float:
    """Read a length of time; days."""
    number, unit = _split(typed, DURATION)
    return float(number) * _look_up(unit, DAYS_IN, typed, DURATION)


def parse_rate(typed: object) -> float:
    """Read a rate; per day, linear in the period."""
    number, percent, days = _per(typed, RATE)
    return float(number.scaleb(-2) if percent else number) / days


def parse_per_month(typed: object) -> float:
    """Read a flow of things that can be counted; per month."""
    number, percent, days = _per(typed, FLOW)
    if percent:
        raise refusal(typed, FLOW, error_text("values.percentage"))
    return float(number) * (MONTH / days)


def parse_churn(typed: object) -> float:
    """Read the share of customers lost; per month, compounding over other periods."""
    number, percent, days = _per(typed, CHURN)
    if not percent:
        meant = f"{short(number * 100 if number < 1 else number)} % per month"
        raise refusal(typed, CHURN, error_text("values.no_percent"), to_write(f"'{meant}'"))
    share = float(number.scaleb(-2))
    if share >= 1:
        raise refusal(typed, CHURN, error_text("values.not_below_100"))
    # A month stays as written: 1 - (1 - .03) is not .03 to the last bit.
    return share if days == MONTH else 1 - (1 - share) ** (MONTH / days)


def parse_probability(typed: object) -> float:
    """Read a probability or share, in percent or as a number from 0 to 1."""
    number, unit = _split(typed, PROBABILITY)
    if unit not in ("", "%"):
        raise refusal(typed, PROBABILITY)
    share = float(number.scaleb(-2) if unit else number)
    if share > 1:
        meant = to_write(f"'{short(number)} %'") if not unit and number <= 100 else ""
        raise refusal(typed, PROBABILITY, error_text("values.above_100" if unit else "values.above_1"), meant)
    return share


def parse_ratio(typed: object) -> float:
    """Read a factor of 0 or more; 1 changes nothing."""
    return float(_plain(typed, RATIO))


def parse_number(typed: object) -> float:
    """Read a plain number of either sign."""
    return float(_plain(typed, NUMBER))


def parse_count(typed: object) -> int:
    """Read a whole number of 0 or more."""
    number = _plain(typed, COUNT)
    if number != int(number):
        raise refusal(typed, COUNT, remedy=to_write(f"{int(number)}{error_text('values.or')}{int(number) + 1}"))
    return int(number)


def _amount(number: Decimal, word: str, typed: object, form: Form) -> Amount:
    """Put a number and a currency together, exactly."""
    currency = word.upper()
    places = int(_look_up(currency, CURRENCIES, typed, form))
    # Counting the digits typed, not the value, also catches "2.900 USD" meant as 2900.
    if int(number.as_tuple().exponent) < -places:
        raise refusal(typed, form, error_text("values.decimals", places=places, currency=currency))
    return Amount(int(number.scaleb(places)), currency)


def parse_money(typed: object) -> Amount:
    """Read an amount of money with its currency."""
    if isinstance(typed, Amount):
        return typed
    number, currency = _split(typed, MONEY)
    return _amount(number, currency, typed, MONEY)


def parse_price(typed: object) -> PriceTag:
    """Read a price with its currency and its period, which may be several months or years."""
    if isinstance(typed, PriceTag):
        return typed
    number, unit = _split(typed, PRICE)
    currency, _, period = f" {unit}".partition(" per ")
    count, _, word = period.rpartition(" ")
    if not re.fullmatch("([1-9][0-9]{0,2})?", count) or not period:
        raise refusal(typed, PRICE, error_text("values.per_what"))
    if not currency:
        raise refusal(typed, PRICE, error_text("values.no_currency"), to_write(f"'{short(number)} USD {unit}'"))
    months = int(count or 1) * int(_look_up(word, MONTHS_IN, typed, PRICE))
    return PriceTag(_amount(number, currency.strip(), typed, PRICE), months)


def _schema(form: Form) -> WithJsonSchema:
    """Describe a form to editors; looser than the parsers, which are free in case and spaces."""
    text = {"type": "string", "pattern": "[0-9].*[A-Za-z]"} if isinstance(form.examples[-1], str) else {}
    return WithJsonSchema({"type": ["string", "number"], "examples": list(form.examples), **text})


Days = Annotated[float, BeforeValidator(parse_days), Unit("days"), _schema(DURATION)]
Rate = Annotated[float, BeforeValidator(parse_rate), Unit("1/day"), _schema(RATE)]
PerMonth = Annotated[float, BeforeValidator(parse_per_month), Unit("1/month"), _schema(FLOW)]
Churn = Annotated[float, BeforeValidator(parse_churn), Unit("share/month"), _schema(CHURN)]
Probability = Annotated[float, BeforeValidator(parse_probability), Unit("probability"), _schema(PROBABILITY)]
Ratio = Annotated[float, BeforeValidator(parse_ratio), Unit("ratio"), _schema(RATIO)]
Count = Annotated[int, BeforeValidator(parse_count), Unit("count"), _schema(COUNT)]
Number = Annotated[float, BeforeValidator(parse_number), Unit("1"), _schema(NUMBER)]
Money = Annotated[Amount, BeforeValidator(parse_money), Unit("money"), _schema(MONEY)]
Price = Annotated[PriceTag, BeforeValidator(parse_price), Unit("price"), _schema(PRICE)]


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
    return f"{short(number)} {word}" if number == 1 else f"{short(number)} {word}s"


_SPELLINGS: dict[str, Callable[[float], str]] = {
    "days": _spell_days,
    "1/day": lambda rate: f"{short(rate * MONTH)} per month",
    "1/month": lambda flow: f"{short(flow)} per month",
    "share/month": lambda share: f"{short(share * 100)} % per month",
    "probability": lambda share: f"{short(share * 100)} %",
}


def spell(value: float | Amount | PriceTag, unit: str) -> str:
    """Write a value back for people, rounded to six digits: "14 days", "9 per month", "16.7 %", "49.00 USD"."""
    return str(value) if isinstance(value, Amount | PriceTag) else _SPELLINGS.get(unit, short)(value)
