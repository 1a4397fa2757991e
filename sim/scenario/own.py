"""What must hold of a lever that a scenario file itself writes: its name, its quantity, its size."""

from collections.abc import Iterator

from sim.core.custom import CustomLever
from sim.core.hooks import Hook
from sim.language.words import error_and_remedy, error_text
from sim.levers import BY_NAME
from sim.scenario.bounds import DEAREST, LARGEST_FACTOR, Finding, Loc
from sim.scenario.schema import Scenario

OF_PLANS = (
    Hook.ADD_SEAT_RATE, Hook.DROP_SEAT_RATE, Hook.CHARGE_FAILS, Hook.RETRY_RECOVERS, Hook.FIRST_SEATS, Hook.OVERSOLD,
    Hook.EXIT_REFUND, Hook.SAVE_CHANCE,
)  # fmt: skip
OF_ORDERS = (Hook.ORDER_CANCEL, Hook.ORDER_FEE)
"""Quantities that only one kind of business asks for."""
UNITS = {
    "1/day": (10.0, "rate"),
    "0..1": (1.0, "factor"),
    "minor money units": (DEAREST * 100.0, "money"),
    "": (LARGEST_FACTOR, "factor"),
}
"""Most that may be added and how it is called, by what the vocabulary says of a quantity; the first that fits."""


def check_own(scenario: Scenario, name: str, lever: CustomLever) -> Iterator[Finding]:
    """Yield what is wrong with one such lever: where, what, and what to write instead."""
    loc: Loc = ("levers", "custom", name)
    hook = Hook[lever.quantity.upper()]
    if name in BY_NAME or not name.isprintable() or name != name.strip():
        yield loc, *error_and_remedy("scenario.own_name")
    if lever.budget is not None:
        yield (*loc, "budget"), *error_and_remedy("scenario.own_budget")
    if hook in (OF_PLANS if scenario.per_use else OF_ORDERS):
        values = {"kind": "orders" if scenario.per_use else "plans", "quantity": lever.quantity}
        yield (*loc, "quantity"), *error_and_remedy("scenario.own_quantity", **values)
    if lever.operation == "multiply":
        if lever.size < 0.0:
            yield (*loc, "size"), *error_and_remedy("scenario.own_factor", size=f"{lever.size:g}")
        most, key = LARGEST_FACTOR, "factor"
    else:
        most, key = next(bound for unit, bound in UNITS.items() if unit in hook.value)
    if abs(lever.size) > most:
        message = error_text("scenario.own_size", size=f"{lever.size:g}")
        yield (*loc, "size"), message, error_text(f"scenario.within_{key}", most=f"{most:,.0f}")
