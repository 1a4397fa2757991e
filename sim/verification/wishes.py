"""Wishes to leave: looked at once a month, dropped again, and what the length of a term makes of them."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.core.events import Event
from sim.core.units import MONTH
from sim.verification.bare import laid_over, leaving, live, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import acted_upon, ever_acted_upon, two_state_share
from sim.verification.rows import mean, share


def wishing(attention: float, resume: float, rate: float) -> dict[str, Any]:
    """Return the change by which customers want to leave, look at it once a month and drop it, at rates per month."""
    change = {"behaviour": {"leaving": {"attention": attention, "resume": f"{resume} per month"}}}
    return laid_over(change, leaving(hard=rate))


@case(full=40_000, fast=15_000)
def wishes_acted_upon(count: int) -> Iterator[Row]:
    attention, resume = 0.4, 0.3
    scenario = subscription("attention", count, residual="60 months", **wishing(attention, resume, 0.5))
    lives = live(scenario, Event.INTENDED, Event.REQUESTED, Event.RESUMED)
    asked, dropped = lives.first(Event.REQUESTED), lives.first(Event.RESUMED)
    look = np.where(asked < dropped, np.rint((asked - lives.first(Event.INTENDED)) / MONTH), np.inf)
    for k in range(4):
        yield mean(f"at the look number {k + 1}", look == k, float(acted_upon(attention, resume, k)))
    yield mean("ever acted upon", np.isfinite(look), ever_acted_upon(attention, resume))


@case(full=40_000, fast=15_000)
def wishes_that_pass(count: int) -> Iterator[Row]:
    resume, rate = 0.2, 0.06
    for plan, months in (("monthly", 1), ("annual", 12)):
        chosen = {"solved": {"segments": {"all": {"annual": float(plan == "annual")}}}}
        changes = laid_over(chosen, wishing(1.0, resume, rate))
        lives = live(subscription(f"wishes, {plan}", count, residual="37 months", **changes))
        for month in (12, 24, 36):
            kept = (1.0 - two_state_share(months, rate, resume)) ** (month / months)
            yield share(f"{plan} plan: S({month})", lives.kept()[month] * count, count, kept)
