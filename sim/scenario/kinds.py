"""The two kinds of business, with plans or with orders: what each must say, and what does not belong to it."""

from collections.abc import Iterable, Iterator
from typing import Any

from sim.core.events import Plan
from sim.core.hooks import Hook
from sim.scenario.schema import SUBSCRIPTIONS, Scenario

Loc = tuple[str | int, ...]
Finding = tuple[Loc, str, str]

TARGETS: dict[str, tuple[str, ...]] = {
    "plans": ("churn", "annual_share", "arpa"),
    "orders": ("basket", "orders", "second_year"),
}
RATES: dict[str, tuple[str, ...]] = {"plans": ("leave", "annual", "seats"), "orders": ("use_level", "order_leave")}
OTHER = {"plans": "orders", "orders": "plans"}
PLAN_HOOKS = {
    Hook.ANNUAL_PROBABILITY, Hook.SWITCH_PROBABILITY, Hook.LONG_TERM_PROBABILITY, Hook.FIRST_SEATS, Hook.OVERSOLD,
    Hook.SAVE_OFFER, Hook.RETRY_RECOVERS,
}  # fmt: skip
"""What a lever asks for that only subscriptions have."""
TUNE = "run 'retention-sim tune' on the file"


def kind_of(scenario: Scenario) -> str:
    """Return the key that says what kind of business it is."""
    return "orders" if scenario.per_use else "plans"


def plan_words(scenario: Scenario) -> list[str]:
    """Return the words for the plans that customers of this business can have."""
    plans = (Plan.PER_USE,) if scenario.per_use else (*SUBSCRIPTIONS, Plan.PREPAID)
    return [plan.name.lower() for plan in plans]


def check_kind(scenario: Scenario) -> Iterator[Finding]:
    """The business has plans or orders, and all that goes with the one and nothing of the other."""
    if scenario.plans is None and scenario.orders is None:
        yield (), "neither 'plans' nor 'orders' is here", "add 'plans: ...' for subscriptions, 'orders: ...' for a shop"
        return
    if scenario.plans is not None and scenario.orders is not None:
        yield ("orders",), "a business has either 'plans' or 'orders', and here are both", "take one of them out"
        return
    kind = kind_of(scenario)
    for name, segment in scenario.segments.items():
        loc: Loc = ("segments", name, "targets")
        yield from missing(segment.targets, TARGETS[kind], loc)
        yield from foreign(segment.targets, kind, TARGETS, loc)
    if scenario.opening is not None:
        if kind == "plans":
            yield from missing(scenario.opening, ("plans",), ("opening",))
        elif scenario.opening.plans is not None:
            yield ("opening", "plans"), "here are plans, and the business has orders", "take 'plans' out of 'opening'"
    if scenario.solved is not None:
        for name, rates in scenario.solved.segments.items():
            if any(getattr(rates, rate) is None for rate in RATES[kind]):
                yield ("solved", "segments", name), f"these are no base rates of a business with {kind}", TUNE
    if kind == "orders":
        yield from check_no_plans(scenario)


def missing(group: Any, names: Iterable[str], loc: Loc) -> Iterator[Finding]:
    """Say what this kind of business needs and the file leaves out."""
    for name in names:
        if getattr(group, name) is None:
            yield (*loc, name), f"'{name}' is missing under '{'.'.join(map(str, loc))}'", f"add '{name}: ...'"


def foreign(group: Any, kind: str, names: dict[str, tuple[str, ...]], loc: Loc) -> Iterator[Finding]:
    """Say what belongs to the other kind of business."""
    for name in names[OTHER[kind]]:
        if getattr(group, name) is not None:
            message = f"'{name}' belongs to a business with {OTHER[kind]}, and this one has {kind}"
            yield (*loc, name), message, f"take it out; what belongs here: {', '.join(names[kind])}"


def check_no_plans(scenario: Scenario) -> Iterator[Finding]:
    """Nothing in a business with orders works by renewals or annual plans."""
    if scenario.renewal.alpha > 0.0 or scenario.renewal.beta > 0.0:
        yield ("renewal",), "renewals belong to plans, and this business has orders", "take 'renewal' out"
    for name, lever in scenario.active_levers().items():
        if PLAN_HOOKS & lever.hooks.keys():
            yield ("levers", name), f"'{name}' needs plans, and this business has orders", "take the lever out"
