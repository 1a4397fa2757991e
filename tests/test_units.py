"""Quantities with units: what people may write, what the model then sees, and how mistakes are answered."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pydantic import TypeAdapter, ValidationError, create_model

from sim.core import units
from sim.core.units import MONTH, YEAR, Amount, PriceTag, spell, unit_of

PARSERS: dict[str, Callable[[object], Any]] = {
    "days": units.parse_days,
    "1/day": units.parse_rate,
    "1/month": units.parse_per_month,
    "share/month": units.parse_churn,
    "probability": units.parse_probability,
    "ratio": units.parse_ratio,
    "count": units.parse_count,
    "1": units.parse_number,
    "money": units.parse_money,
    "price": units.parse_price,
}
TYPES: dict[str, Any] = {
    "days": units.Days,
    "1/day": units.Rate,
    "1/month": units.PerMonth,
    "share/month": units.Churn,
    "probability": units.Probability,
    "ratio": units.Ratio,
    "count": units.Count,
    "1": units.Number,
    "money": units.Money,
    "price": units.Price,
}


@pytest.mark.parametrize(
    ("unit", "typed", "expected"),
    [
        ("days", "14 days", 14.0),
        ("days", "1 day", 1.0),
        ("days", "3 months", 3 * MONTH),
        ("days", "1 quarter", 3 * MONTH),
        ("days", "2 weeks", 14.0),
        ("days", "1 year", YEAR),
        ("days", "12 hours", 0.5),
        ("days", "  1,000   DAYS ", 1000.0),
        ("days", "2.5days", 2.5),
        ("1/day", "3 % per month", 0.03 / MONTH),
        ("1/day", "9 per month", 9 / MONTH),
        ("1/day", "0.05 per day", 0.05),
        ("1/day", "2 per year", 2 / YEAR),
        ("1/day", "4 per week", 4 / 7),
        ("1/month", "28 per month", 28.0),
        ("1/month", "24 per year", 2.0),
        ("share/month", "3 % per month", 0.03),
        ("share/month", "3%per month", 0.03),
        ("share/month", "24 % per year", 1 - 0.76 ** (1 / 12)),
        ("share/month", "0 % per month", 0.0),
        ("probability", "16.7 %", 0.167),
        ("probability", "16.7%", 0.167),
        ("probability", 0.167, 0.167),
        ("probability", "0.167", 0.167),
        ("probability", "0 %", 0.0),
        ("probability", 1, 1.0),
        ("ratio", 1.6, 1.6),
        ("ratio", 0, 0.0),
        ("count", 12, 12),
        ("count", "1,000", 1000),
        ("count", 1e4, 10_000),
        ("1", -2, -2.0),
        ("1", "-2.5", -2.5),
        ("money", "49 USD", Amount(4900, "USD")),
        ("money", "2,900 usd", Amount(290_000, "USD")),
        ("money", "0.30 USD", Amount(30, "USD")),
        ("money", "100 JPY", Amount(100, "JPY")),
        ("price", "310 USD per month", PriceTag(Amount(31_000, "USD"), 1)),
        ("price", "3100 USD per year", PriceTag(Amount(310_000, "USD"), 12)),
        ("price", "5000 EUR per 2 years", PriceTag(Amount(500_000, "EUR"), 24)),
    ],
)
def test_what_people_write_is_understood(unit: str, typed: object, expected: object) -> None:
    """Singular or plural, with or without a space before %, in any case, with thousands separators."""
    actual = PARSERS[unit](typed)

    assert expected == actual
    assert type(expected) is type(actual)


@pytest.mark.parametrize(
    ("unit", "typed", "answer"),
    [
        ("days", 90, "90 has no unit; write '90 days'"),
        ("days", "90", "'90' has no unit; write '90 days'"),
        ("days", "2 mnths", "'2 mnths' contains the unknown word 'mnths'; did you mean 'month'?"),
        ("days", "-3 days", "'-3 days' is below 0; write it like '14 days' or '3 months'"),
        ("days", "soon", "'soon' is not a length of time; write it like '14 days' or '3 months'"),
        ("days", None, "an empty value is not a length of time; write it like '14 days' or '3 months'"),
        ("days", "1,5 days", "'1,5 days' is not a length of time; write decimals with a point, like 1.5"),
        ("1/day", 9, "9 has no unit; write '9 per month'"),
        ("1/day", "3 %", "'3 %' does not say per what; write it like '9 per month' or '3 % per month'"),
        ("share/month", "3 per month", "'3 per month' has no percent sign; write '3 % per month'"),
        ("share/month", "0.03 per month", "'0.03 per month' has no percent sign; write '3 % per month'"),
        ("share/month", "100 % per month", "'100 % per month' is not below 100 %; write it like '3 % per month'"),
        ("1/month", "3 % per month", "'3 % per month' is a percentage, not a number of things; write it like"),
        ("probability", 70, "70 is above 1; write '70 %'"),
        ("probability", "170 %", "'170 %' is above 100 %; write it like '16.7 %' or 0.167"),
        ("ratio", "1.6x", "'1.6x' is not a ratio (1 means no change); write 1.6"),
        ("ratio", "160 %", "'160 %' is not a ratio (1 means no change); write 1.6"),
        ("ratio", -1, "-1 is below 0; write it like 0.85 or 1.2"),
        ("count", 2.5, "2.5 is not a whole number; write 2 or 3"),
        ("count", True, "True is not a whole number; write it like 12 or 10000"),
        ("count", "12 people", "'12 people' is not a whole number; write it like 12 or 10000"),
        ("money", 49, "49 has no currency; write '49 USD'"),
        ("money", "49 USX", "'49 USX' contains the unknown word 'USX'; did you mean 'USD'?"),
        ("money", "49 dollars", "'49 dollars' contains the unknown word 'DOLLARS'; use one of USD, EUR, GBP"),
        ("money", "-1 USD", "'-1 USD' is below 0; write it like '49 USD' or '0.30 USD'"),
        ("money", "0.305 USD", "'0.305 USD' has more than the 2 decimals of USD (and thousands take no point);"),
        ("money", "2.900 USD", "'2.900 USD' has more than the 2 decimals of USD (and thousands take no point);"),
        ("price", 310, "310 has no currency; write '310 USD per month'"),
        ("price", "310 per month", "'310 per month' has no currency; write '310 USD per month'"),
        ("price", "310 USD", "'310 USD' does not say per what; write it like '310 USD per month'"),
        ("price", "310 USD per week", "'310 USD per week' contains the unknown word 'week'; use one of month"),
    ],
)
def test_a_mistake_is_answered_with_what_to_write(unit: str, typed: object, answer: str) -> None:
    """The error repeats what was typed, names the rule, and says what to write instead."""
    with pytest.raises(ValueError, match=re.escape(answer)):
        PARSERS[unit](typed)


@pytest.mark.parametrize("unit", PARSERS)
@pytest.mark.parametrize("typed", [float("nan"), float("inf"), 1e16, 10**400, "1e16 days", "", "nan", ".inf", [1], {}])
def test_nothing_absurd_is_taken(unit: str, typed: object) -> None:
    """Neither what is no number, nor what is beyond 1e15, nor lists and mappings."""
    with pytest.raises(ValueError, match="; "):
        PARSERS[unit](typed)


def test_a_month_is_a_twelfth_of_a_year() -> None:
    """The same month is used everywhere."""
    assert YEAR / 12 == MONTH == units.DAYS_PER_MONTH


def test_a_long_mistake_is_not_repeated_whole() -> None:
    """The error stays readable."""
    with pytest.raises(ValueError) as caught:
        PARSERS["days"]("x" * 10_000)

    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (14.0, "days", "14 days"),
        (1.0, "days", "1 day"),
        (0.0, "days", "0 days"),
        (0.5, "days", "0.5 days"),
        (3 * MONTH, "days", "3 months"),
        (MONTH, "days", "1 month"),
        (9 / MONTH, "1/day", "9 per month"),
        (28.0, "1/month", "28 per month"),
        (0.03, "share/month", "3 % per month"),
        (0.167, "probability", "16.7 %"),
        (0.85, "ratio", "0.85"),
        (1_234_567, "count", "1234567"),
        (-2.0, "1", "-2"),
        (Amount(4900, "USD"), "money", "49.00 USD"),
        (Amount(5, "USD"), "money", "0.05 USD"),
        (Amount(-5, "USD"), "money", "-0.05 USD"),
        (Amount(4900, "JPY"), "money", "4900 JPY"),
        (PriceTag(Amount(31_000, "USD"), 12), "price", "310.00 USD per year"),
    ],
)
def test_values_are_spelled_for_people(value: Any, unit: str, expected: str) -> None:
    """As one would write them in a scenario file."""
    assert expected == spell(value, unit)


SIX_DIGITS = some.integers(0, 999_999).map(lambda whole: whole / 1000)


@settings(deadline=None, derandomize=True)
@given(
    SIX_DIGITS, some.sampled_from([unit for unit in TYPES if unit not in ("money", "price", "share/month", "count")])
)
def test_what_is_spelled_is_read_as_the_same_value(number: float, unit: str) -> None:
    """Spelling and reading again loses nothing that six digits can hold."""
    value = number / 1000 if unit == "probability" else number

    actual = TypeAdapter(TYPES[unit]).validate_python(spell(value, unit))

    assert value == pytest.approx(actual, rel=1e-5, abs=1e-9)


@settings(deadline=None, derandomize=True)
@given(some.integers(0, 10**15), some.sampled_from(sorted(units.CURRENCIES)), some.integers(1, 60))
def test_money_is_never_rounded(minor: int, currency: str, months: int) -> None:
    """Every amount of minor units comes back to the cent."""
    price = PriceTag(Amount(minor // 100, currency), months)

    assert price == PARSERS["price"](str(price))
    assert price.amount == PARSERS["money"](str(price.amount))


@settings(deadline=None, derandomize=True)
@given(some.integers(0, 99_999))
def test_churn_per_year_compounds(hundredths_of_percent: int) -> None:
    """Twelve months of the monthly share lose exactly the yearly share."""
    yearly = hundredths_of_percent / 1e5

    monthly = PARSERS["share/month"](f"{hundredths_of_percent / 1e3} % per year")

    assert 1 - yearly == pytest.approx((1 - monthly) ** 12, rel=1e-9)


TYPED = some.one_of(
    some.text(max_size=20),
    some.text(alphabet="0123456789.,+-e %x$USDpermonthdays", max_size=20),
    some.floats(),
    some.integers(),
    some.none(),
    some.booleans(),
    some.dates(),
)


@settings(deadline=None, derandomize=True, max_examples=500)
@given(TYPED, some.sampled_from(sorted(PARSERS)))
def test_arbitrary_input_is_read_or_refused(typed: object, unit: str) -> None:
    """No input ends in anything but a value or a ValueError, and no number that is read is absurd."""
    try:
        value = PARSERS[unit](typed)
    except ValueError as refusal:
        assert "; " in str(refusal)
    else:
        assert not isinstance(value, float) or abs(value) < 1e20


@pytest.mark.parametrize("unit", TYPES)
def test_a_type_knows_its_unit(unit: str) -> None:
    """Also inside an optional type or a list, and as a field of a model."""
    kind: Any = TYPES[unit]
    model = create_model("Model", value=(kind, ...), many=(list[kind] | None, None))

    assert unit == unit_of(TYPES[unit])
    assert unit == unit_of(TYPES[unit] | None)
    assert unit == unit_of(model.model_fields["value"])
    assert unit == unit_of(model.model_fields["many"])


def test_a_type_without_a_unit_is_refused() -> None:
    """Rather than shown without one."""
    with pytest.raises(TypeError, match="has no unit"):
        unit_of(float)


@pytest.mark.parametrize("unit", TYPES)
def test_editors_are_told_how_to_write(unit: str) -> None:
    """The JSON Schema of each type has examples that the type itself reads and its own pattern allows."""
    reader: TypeAdapter[Any] = TypeAdapter(TYPES[unit])
    schema = reader.json_schema()

    for example in schema["examples"]:
        reader.validate_python(example)
        assert re.search(schema.get("pattern", ""), str(example))


@pytest.mark.parametrize(
    ("unit", "value"), [("money", Amount(4900, "USD")), ("price", PriceTag(Amount(4900, "USD"), 1))]
)
def test_values_already_read_are_taken_again(unit: str, value: Amount | PriceTag) -> None:
    """A model that is validated again keeps its money."""
    assert value == PARSERS[unit](value)


def test_a_bare_number_is_no_duration_even_in_a_model() -> None:
    """Pydantic reports the refusal with its words."""
    with pytest.raises(ValidationError, match="90 has no unit; write '90 days'"):
        TypeAdapter(units.Days).validate_python(90)
