"""Values with which the model cannot be computed, or never ends: found before anything runs."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sim.core.lever import Lever
from sim.core.units import MONTH, Amount, PriceTag, spell, unit_of
from sim.language.words import error_and_remedy, error_text
from sim.scenario.acquisition import widest
from sim.scenario.schema import Scenario, SolvedSegment

Loc = tuple[str | int, ...]
Finding = tuple[Loc, str, str]

FASTEST = 1000.0
"""Per day: no rate of a scenario is higher, or one customer's life would fill the memory."""
DEAREST = 1_000_000
"""Units of the currency: no price, cost or revenue per account is higher, so that sums fit into 64 bits."""
MOST_SEATS = 100_000
FASTEST_SEATS = 0.2 / MONTH
"""Each seat brings others: at a higher rate an account's seats would fill the memory."""
LARGEST_FACTOR = 100.0
MOST_ADMITTED = 20.0
"""Times the usual candidates: no strategy lets in more by one channel, or the sample would fill the memory."""
MOST_OF_A_LEVER = 100
"""Contacts, products, touches a month: the customer record counts them in a byte."""

ABOVE_0 = {
    "introduction": ("trial",),
    "use": ("novelty", "middle", "steepness", "propensity_shape", "effort_a", "effort_b", "paid_half"),
    "activation": ("steps",),
    "touches": ("best_per_month", "memory"),
    "orders": ("customer_shape", "leave_total"),
    "leaving": ("propensity_shape", "fit_shape"),
    "payment": ("replacement",),
    "stages": ("dormant_after",),
    "returning": ("shape",),
    "friends": ("left_half",),
    "voice": ("usual",),
}
MOST = {("activation", "steps"): 100, ("use", "steepness"): 20, ("touches", "most_per_month"): 1000}
LEAST = {("orders", "basket_shape"): 0.2}
"""A Weibull of a smaller shape has orders of a million times the mean."""


def out_of_bounds(scenario: Scenario) -> Iterator[Finding]:
    """Yield every value that is out of bounds: where, what, and what to write instead."""
    yield from walk(scenario, ())
    behaviour = scenario.behaviour
    for group, names in ABOVE_0.items():
        for name in names:
            if not getattr(getattr(behaviour, group), name) > 0.0:
                yield ("behaviour", group, name), *error_and_remedy("scenario.is_0", name=name)
    for (group, name), most in MOST.items():
        if getattr(getattr(behaviour, group), name) > most:
            yield ("behaviour", group, name), *error_and_remedy("scenario.above", name=name, most=most)
    for (group, name), least in LEAST.items():
        if getattr(getattr(behaviour, group), name) < least:
            yield ("behaviour", group, name), *error_and_remedy("scenario.below", name=name, least=f"{least:g}")
    stages = behaviour.stages
    if scenario.per_use and stages.lost_after <= stages.dormant_after:
        yield ("behaviour", "stages", "lost_after"), *error_and_remedy("scenario.lost_after")
    payment = behaviour.payment
    if not 0.0 < payment.first_retry < payment.second_retry < payment.last_retry < MONTH:
        yield ("behaviour", "payment"), *error_and_remedy("scenario.retries")
    if behaviour.leaving.resume > 1.0:
        yield ("behaviour", "leaving", "resume"), *error_and_remedy("scenario.resume")
    if behaviour.returning.within_year >= 1.0:
        yield ("behaviour", "returning", "within_year"), *error_and_remedy("scenario.within_year")
    for name, segment in scenario.segments.items():
        if segment.add_seats > FASTEST_SEATS:
            yield ("segments", name, "add_seats"), *error_and_remedy("scenario.add_seats")
    for which, factors in scenario.season:
        if factors is not None and max(factors) > LARGEST_FACTOR:
            yield ("season", which), *error_and_remedy("scenario.season", most=f"{LARGEST_FACTOR:g}")
    for name, lever in scenario.active_levers().items():
        yield from out_of_lever(lever, ("levers", name))
    if not widest(scenario).max() <= MOST_ADMITTED:
        yield ("levers",), *error_and_remedy("scenario.admitted", most=f"{MOST_ADMITTED:g}")
    if scenario.solved is not None:
        for name, rates in scenario.solved.segments.items():
            yield from out_of_rates(rates, behaviour.use.peak, ("solved", "segments", name))


def out_of_lever(lever: Lever, loc: Loc) -> Iterator[Finding]:
    """Look at what a lever counts."""
    touches = lever.touching.per_month if lever.touching is not None else ""
    for name in lever.own_parameters():
        value = getattr(lever, name)
        if (isinstance(value, int) or name == touches) and value > MOST_OF_A_LEVER:
            yield (*loc, name), *error_and_remedy("scenario.above", name=name, most=MOST_OF_A_LEVER)


def out_of_rates(rates: SolvedSegment, peak: float, loc: Loc) -> Iterator[Finding]:
    """Look at the base rates of one segment."""
    again = error_text("scenario.tune_again")
    if rates.leave is not None and max(rate for _, rate in rates.leave) > 1.0:
        yield (*loc, "leave"), error_text("scenario.rate_leave"), again
    if rates.seats is not None and rates.seats > MOST_SEATS:
        yield (*loc, "seats"), error_text("scenario.rate_seats", most=f"{MOST_SEATS:,}"), again
    if rates.use_level is not None and not 0.0 < rates.use_level * peak <= FASTEST:
        yield (*loc, "use_level"), error_text("scenario.rate_use", level=f"{rates.use_level:g}"), again
    if rates.order_leave is not None and not 0.0 < rates.order_leave < 1.0:
        yield (*loc, "order_leave"), error_text("scenario.rate_order_leave"), again


def walk(value: Any, loc: Loc) -> Iterator[Finding]:
    """Look at rates and money wherever they stand."""
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            inner = getattr(value, name)
            if isinstance(inner, float) and unit_of(field) == "1/day" and inner > FASTEST:
                values = {"name": name, "rate": spell(inner, "1/day"), "most": f"{FASTEST:g}"}
                yield (*loc, name), *error_and_remedy("scenario.too_fast", **values)
            yield from walk(inner, (*loc, name))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, (*loc, name))
    else:
        amount = value.amount if isinstance(value, PriceTag) else value
        if isinstance(amount, Amount) and amount.minor > DEAREST * 100:
            values = {"amount": str(amount), "most": f"{DEAREST:,} {amount.currency}"}
            yield loc, *error_and_remedy("scenario.too_dear", **values)
