"""Levers of known factors on one hazard: by themselves, together, and as a hold-out finds them."""

from collections.abc import Iterator
from dataclasses import replace
from math import exp, prod
from typing import Any

from sim.analysis.holdouts import BASELINE, HELD_OUT, REACHED, SCENARIO, effect
from sim.analysis.measures import Met
from sim.study.api import simulate
from sim.verification.bare import all_at_once, leaving, live, size_of, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import bills_paid
from sim.verification.rows import mean, share

FLOOR = 0.25
RATE = 0.08
"""Hazard per month of the one reason for which customers leave."""


def levers_on(*factors: float, reached: float = 1.0) -> dict[str, Any]:
    """Return levers that multiply that hazard by so much each, for a share of the customers."""
    own = {"quantity": "leave_hard", "operation": "multiply", "share": reached, "source": "a factor that is known"}
    return {"levers": {"custom": {f"lever {n}": own | {"size": factor} for n, factor in enumerate(factors)}}}


@case(full=12_000, fast=6_000)
def levers_on_one_hazard(count: int) -> Iterator[Row]:
    month = 12
    for factors in ((0.6,), (0.6, 0.7), (0.6, 0.7, 0.5), (1.5,)):
        changes = levers_on(*factors) | leaving(hard=RATE) | {"behaviour": {"leaving": {"floor": FLOOR}}}
        name = " x ".join(f"{factor:g}" for factor in factors)
        lives = live(subscription(f"levers {name}", count, residual=f"{month} months", **changes), prepare=all_at_once)
        expected = exp(-max(FLOOR, prod(factors)) * RATE * month)
        yield share(f"{name}: S({month})", lives.kept()[month] * count, count, expected)


@case(full=24, fast=12)
def hold_out(replications: int) -> Iterator[Row]:
    customers, months, factor, reached = 4000, 12, 0.5, 0.6
    rates = leaving(hard=RATE)
    span = {"horizon": f"{months} months"}
    plain = subscription("without the lever", customers / months, **span, **rates)
    pulled = subscription("with the lever", customers / months, **span, **rates, **levers_on(factor, reached=reached))
    study = simulate([plain, pulled], customers=size_of(plain), replications=replications, seed=1, jobs=1)
    (place,) = pulled.lever_places()
    met = study.stacked(1, "met")[:, place]
    counts = met[:, :, SCENARIO, Met.CUSTOMERS]
    there = met[..., Met.ALIVE_END] / met[..., Met.CUSTOMERS]
    without, with_it = (bills_paid(exp(-h), months) / months for h in (RATE, factor * RATE))
    yield mean("share reached", counts[:, REACHED] / counts.sum(axis=1), reached)
    yield mean("there at the end, reached", there[:, REACHED, SCENARIO], with_it)
    yield mean("there at the end, held out", there[:, HELD_OUT, SCENARIO], without)
    found, now = effect(met, Met.ALIVE_END), there[:, REACHED, SCENARIO]
    for name, others, interval in (
        ("incremental", there[:, HELD_OUT, SCENARIO], found.incremental),
        ("paired", there[:, REACHED, BASELINE], found.paired),
    ):
        yield replace(mean(name, now - others, with_it - without), seen=interval.mean)
