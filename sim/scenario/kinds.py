"""The two kinds of business, with plans or with orders: what each must say, and what does not belong to it."""

from collections.abc import Iterable, Iterator
from typing import Any

from sim.core.events import Plan
from sim.core.hooks import Hook
from sim.language.words import error_and_remedy, error_text, listed
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
        yield (), *error_and_remedy("scenario.no_kind")
        return
    if scenario.plans is not None and scenario.orders is not None:
        yield ("orders",), *error_and_remedy("scenario.both_kinds")
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
            yield ("opening", "plans"), *error_and_remedy("scenario.book_of_plans")
    if scenario.solved is not None:
        for name, rates in scenario.solved.segments.items():
            if any(getattr(rates, rate) is None for rate in RATES[kind]):
                yield ("solved", "segments", name), *error_and_remedy("scenario.other_rates", kind=kind)
    if kind == "orders":
        yield from check_no_plans(scenario)


def missing(group: Any, names: Iterable[str], loc: Loc) -> Iterator[Finding]:
    """Say what this kind of business needs and the file leaves out."""
    for name in names:
        if getattr(group, name) is None:
            message = error_text("values.missing_under", name=name, above=".".join(map(str, loc)))
            yield (*loc, name), message, error_text("values.missing_remedy", name=name)


def foreign(group: Any, kind: str, names: dict[str, tuple[str, ...]], loc: Loc) -> Iterator[Finding]:
    """Say what belongs to the other kind of business."""
    for name in names[OTHER[kind]]:
        if getattr(group, name) is not None:
            values = {"name": name, "other": OTHER[kind], "kind": kind, "own": listed(names[kind])}
            yield (*loc, name), *error_and_remedy("scenario.foreign", **values)


def check_no_plans(scenario: Scenario) -> Iterator[Finding]:
    """Nothing in a business with orders works by renewals or annual plans."""
    if scenario.renewal.alpha > 0.0 or scenario.renewal.beta > 0.0:
        yield ("renewal",), *error_and_remedy("scenario.no_renewal")
    for name, lever in scenario.active_levers().items():
        if PLAN_HOOKS & lever.hooks.keys():
            yield ("levers", name), *error_and_remedy("scenario.lever_of_plans", name=name)
