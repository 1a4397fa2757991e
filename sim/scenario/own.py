"""What must hold of a lever that a scenario file itself writes: its name, its quantity, its size."""

from collections.abc import Iterator

from sim.core.custom import CustomLever
from sim.core.hooks import Hook
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
    "1/day": (10.0, "10 a day"),
    "0..1": (1.0, "1"),
    "minor money units": (DEAREST * 100.0, f"{DEAREST * 100:,} minor units"),
    "": (LARGEST_FACTOR, f"{LARGEST_FACTOR:g}"),
}
"""Most that may be added, by what the vocabulary says of a quantity; the first that fits."""


def check_own(scenario: Scenario, name: str, lever: CustomLever) -> Iterator[Finding]:
    """Yield what is wrong with one such lever: where, what, and what to write instead."""
    loc: Loc = ("levers", "custom", name)
    hook = Hook[lever.quantity.upper()]
    if name in BY_NAME or not name.isprintable() or name != name.strip():
        yield loc, "a lever of one's own cannot have this name", "write one that no other lever has, in plain letters"
    if lever.budget is not None:
        yield (*loc, "budget"), "this lever neither touches nor contacts anybody", "write 'cost' or 'monthly_cost'"
    if hook in (OF_PLANS if scenario.per_use else OF_ORDERS):
        kind = "orders" if scenario.per_use else "plans"
        yield (*loc, "quantity"), f"a business with {kind} never asks for {lever.quantity}", "take the lever out"
    if lever.operation == "multiply":
        if lever.size < 0.0:
            yield (*loc, "size"), f"{lever.size:g} is no factor", "write 0 or more, or 'operation: add'"
        most, words = LARGEST_FACTOR, f"{LARGEST_FACTOR:g}"
    else:
        most, words = next(bound for unit, bound in UNITS.items() if unit in hook.value)
    if abs(lever.size) > most:
        yield (*loc, "size"), f"{lever.size:g} is more than can be computed", f"stay within {words}"
