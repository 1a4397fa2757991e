"""How quantities are written in a scenario file, and what is said of one that is written otherwise."""

from dataclasses import dataclass
from decimal import Decimal

from sim.language.words import error_text


@dataclass(frozen=True)
class Form:
    """How one kind of quantity is written; `missing` is what a bare number lacks."""

    name: str
    examples: tuple[str | float, ...]
    missing: str = ""
    signed: bool = False


DURATION = Form("days", ("14 days", "3 months"), "days")
RATE = Form("rate", ("9 per month", "3 % per month"), "per month")
FLOW = Form("flow", ("28 per month", "2 per year"), "per month")
CHURN = Form("churn", ("3 % per month", "24 % per year"))
PROBABILITY = Form("probability", ("16.7 %", 0.167))
RATIO = Form("ratio", (0.85, 1.2))
COUNT = Form("count", (12, 10_000))
NUMBER = Form("number", (0.5, -2), signed=True)
MONEY = Form("money", ("49 USD", "0.30 USD"), "USD")
PRICE = Form("price", ("310 USD per month", "3100 USD per year"), "USD per month")


def refusal(typed: object, form: Form, rule: str = "", remedy: str = "") -> ValueError:
    """Make the error that repeats what was typed, names the rule and says what to write."""
    text = error_text("values.empty") if typed is None else f"'{typed}'" if isinstance(typed, str) else str(typed)
    text = text if len(text) <= 60 else f"{text[:60]}..."
    examples = error_text("values.or").join(repr(example) for example in form.examples)
    rule = rule or error_text("values.is_not", form=error_text(f"values.form_{form.name}"))
    remedy = remedy or error_text("values.write_like", examples=examples)
    return ValueError(error_text("values.refused", typed=text, rule=rule, remedy=remedy))


def to_write(meant: object) -> str:
    """Say what to write."""
    return error_text("values.write", meant=meant)


def short(number: float | Decimal) -> str:
    """Write a number with at most six significant digits, and whole numbers in full."""
    text = f"{float(number):.6g}"
    return f"{float(number):.0f}" if "e+" in text else text
