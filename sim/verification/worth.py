"""What customers are worth who renew at a constant rate: conventions, margin multiples, and the ledger's own value."""

from collections.abc import Iterator
from math import log
from typing import Any

from sim.analysis.measures import Value
from sim.core.events import FINE
from sim.verification.bare import PRICE, live, renewing, subscription
from sim.verification.bills import bills_of
from sim.verification.case import Row, case
from sim.verification.formulas import annuity_due, discounted_lifetime, finite, margin_multiple, ordinary, sbg_renewal
from sim.verification.renewals import REGULAR
from sim.verification.rows import mean, refused


def seats_growing(g: float) -> dict[str, Any]:
    """Return the change by which a customer's seats grow by a share each month: each seat brings others at a rate."""
    return {"segments": {"all": {"add_seats": f"{log(1.0 + g):.15g} per month"}}}


@case(full=50_000, fast=10_000)
def geometric_value(count: int) -> Iterator[Row]:
    m, r, d = 100.0, 0.8, 0.10
    bills = bills_of("geometric value", count, **renewing(r))
    yield mean("annuity due", m * bills.value(d), annuity_due(m, r, d))
    yield mean("ordinary", m * bills.value(d, first=1), ordinary(m, r, d))
    yield mean("finite, 5 periods", m * bills.value(d, first=1, last=5), finite(m, r, d, 5))
    yield mean("not discounted", m * bills.value(0.0), annuity_due(m, r, 0.0))


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
    i, growth = 0.12, 0.05
    for r in (0.6, 0.7, 0.8, 0.9):
        bills = bills_of(f"multiple at {r}", count, **renewing(r))
        yield mean(f"r = {r:g}", bills.value(i, first=1), margin_multiple(r, i))
    for r in (0.6, 0.8):
        bills = bills_of(f"growing at {r}", count, **renewing(r), **seats_growing(growth))
        expected = margin_multiple(r, i, growth)
        yield mean(f"r = {r:g}, g = 5 %", bills.value(i, first=1) / (1.0 + growth), expected)


@case(full=50_000, fast=10_000)
def discounted_expected_lifetime(count: int) -> Iterator[Row]:
    (a, b), d = REGULAR, 0.10
    values = bills_of("regular lifetimes", count, renewal={"alpha": a, "beta": b}).value(d)
    yield mean("Regular, d = 10 %", values, discounted_lifetime(a, b, d))
    constant = annuity_due(1.0, sbg_renewal(1, a, b), d)
    yield refused(mean("Regular: not a constant rate", values, constant))
    alike = bills_of("alike lifetimes", count, **renewing(sbg_renewal(1, a, b)))
    yield mean("a constant rate, all alike", alike.value(d), constant)
