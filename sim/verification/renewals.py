"""Customers who lose a share of their own at each renewal: the shifted beta geometric model."""

from collections.abc import Iterator

import numpy as np

from sim.core.events import Event
from sim.verification.bare import live, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import sbg_renewal, sbg_survival
from sim.verification.rows import mean, share

REGULAR = (0.704, 1.182)
"""Beta of the share lost, of the customers called "Regular" (Fader & Hardie 2007)."""
YEARS = 8


@case(full=100_000, fast=20_000)
def shifted_beta_geometric(count: int) -> Iterator[Row]:
    a, b = REGULAR
    by_year = {"solved": {"segments": {"all": {"annual": 1}}}}
    spread = {"renewal": {"alpha": a, "beta": b}}
    scenario = subscription("regular", count, residual=f"{12 * YEARS + 2} months", **spread, **by_year)
    lives = live(scenario, Event.CONVERTED, Event.ENDED)
    kept = np.round(lives.kept()[::12] * count)
    for t in range(1, YEARS + 1):
        yield share(f"S({t})", kept[t], count, float(sbg_survival(t, a, b)))
    for t in (1, 2, 4, 8):
        yield share(f"r({t})", kept[t], kept[t - 1], sbg_renewal(t, a, b))
    lost = lives.customers.renewal_leave
    for t in (1, 4, 8):
        yield mean(f"mean theta after {t} renewals", lost[lives.tenure() > 12 * t + 1.0], a / (a + b + t))
