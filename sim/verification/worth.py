"""What customers are worth who renew at a constant rate: conventions, margin multiples, and the ledger's own value."""

from collections.abc import Iterator
from functools import lru_cache
from math import log
from typing import Any

from sim.analysis.measures import Value
from sim.core.events import FINE
from sim.study.api import simulate
from sim.study.unit_economics import figures_of
from sim.verification.bare import CONVERSION, PRICE, live, renewing, size_of, subscription
from sim.verification.bills import Bills, bills_of
from sim.verification.case import Row, case
from sim.verification.formulas import (
    annuity_due,
    bills_paid,
    discounted_lifetime,
    finite,
    margin_multiple,
    ordinary,
    payback_month,
    sbg_renewal,
)
from sim.verification.renewals import REGULAR
from sim.verification.rows import exact, mean, refused
from sim.verification.seats import seats_change

MARGIN, RENEWING = 100.0, 0.8
"""A month's margin, and the share of customers who renew each month."""
INTEREST = 0.12
"""Of the margin multiples, per period."""


def seats_growing(g: float) -> dict[str, Any]:
    """Return the change by which a customer's seats grow by a share each month: each seat brings others at a rate."""
    return seats_change(add=log(1.0 + g))


@lru_cache(maxsize=1)
def payers(count: int) -> Bills:
    """Return the bills of customers who all renew at one rate."""
    return bills_of("geometric value", count, **renewing(RENEWING))


@case(full=50_000, fast=10_000)
def value_in_advance(count: int) -> Iterator[Row]:
    for d in (0.1, 0.2):
        yield mean(f"d = {d:.0%}", MARGIN * payers(count).value(d), annuity_due(MARGIN, RENEWING, d))


@case(full=50_000, fast=10_000)
def value_in_arrears(count: int) -> Iterator[Row]:
    for d in (0.1, 0.2):
        yield mean(f"d = {d:.0%}", MARGIN * payers(count).value(d, first=1), ordinary(MARGIN, RENEWING, d))


@case(full=50_000, fast=10_000)
def value_of_few_periods(count: int) -> Iterator[Row]:
    d = 0.1
    for periods in (2, 5, 10):
        seen = MARGIN * payers(count).value(d, first=1, last=periods)
        yield mean(f"periods: {periods}", seen, finite(MARGIN, RENEWING, d, periods))


@case(full=50_000, fast=10_000)
def value_not_discounted(count: int) -> Iterator[Row]:
    yield mean("not discounted", MARGIN * payers(count).value(0.0), annuity_due(MARGIN, RENEWING, 0.0))


@case(full=50_000, fast=10_000)
def payback(count: int) -> Iterator[Row]:
    r, months = 0.9, 24
    for cac in (230.0, 440.0, 700.0):
        prospect = {"segments": {"all": {"acquisition_cost": f"{cac / CONVERSION:g} USD"}}}
        scenario = subscription("payback", count / months, horizon=f"{months} months", **renewing(r), **prospect)
        study = simulate([scenario], customers=size_of(scenario), replications=1, seed=1, jobs=1)
        found = figures_of(study, 0, 0, study.tallies[0][0])
        yield exact(f"payback at a CAC of {cac:g}", found["payback_survival"], payback_month(MARGIN, r, cac))
    bills = payers(count)
    for t in (2, 4, 8):
        yield mean(f"margins of {t} months", MARGIN * bills.value(0.0, last=t - 1), MARGIN * bills_paid(RENEWING, t))


@case(full=50_000, fast=10_000)
def ledger_value(count: int) -> Iterator[Row]:
    r, yearly = 0.9, 0.10
    costs = {"costs": {"discount_rate": yearly}}
    lives = live(subscription("ledger value", count, residual="120 months", **renewing(r), **costs))
    d = (1.0 + yearly) ** (1.0 / 12.0) - 1.0
    value, unit = lives.standing.value, FINE * PRICE / 100.0
    due = annuity_due(100.0, r, d)
    yield mean("lifetime value", value[:, Value.LIFETIME] / unit, due)
    yield mean("net present value", (value[:, Value.NPV] + value[:, Value.RESIDUAL]) / unit, due * (1.0 + d) ** -0.5)


@case(full=20_000, fast=6_000)
def margin_multiples(count: int) -> Iterator[Row]:
    for r in (0.6, 0.7, 0.8, 0.9):
        bills = bills_of(f"multiple at {r}", count, **renewing(r))
        yield mean(f"r = {r:g}", bills.value(INTEREST, first=1), margin_multiple(r, INTEREST))


@case(full=20_000, fast=6_000)
def growing_margin_multiples(count: int) -> Iterator[Row]:
    growth = 0.05
    for r in (0.6, 0.8):
        bills = bills_of(f"growing at {r}", count, **renewing(r), **seats_growing(growth))
        expected = margin_multiple(r, INTEREST, growth)
        yield mean(f"r = {r:g}, g = 5 %", bills.value(INTEREST, first=1) / (1.0 + growth), expected)


@case(full=50_000, fast=10_000)
def discounted_expected_lifetime(count: int) -> Iterator[Row]:
    (a, b), d = REGULAR, 0.10
    values = bills_of("regular lifetimes", count, renewal={"alpha": a, "beta": b}).value(d)
    yield mean("Regular, d = 10 %", values, discounted_lifetime(a, b, d))
    constant = annuity_due(1.0, sbg_renewal(1, a, b), d)
    yield refused(mean("Regular: not a constant rate", values, constant))
    alike = bills_of("alike lifetimes", count, **renewing(sbg_renewal(1, a, b)))
    yield mean("a constant rate, all alike", alike.value(d), constant)
