"""Customers of the monthly and of the annual plan side by side."""

from collections.abc import Iterator

import numpy as np

from sim.analysis.measures import Measure
from sim.core.events import Event, Plan
from sim.verification.bare import PRICE, laid_over, leaving, live, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import mixed_survival
from sim.verification.rows import estimate, mean, share

ANNUAL, FEWER = 0.3, 0.5
"""Share who take the annual plan, and their rate of leaving in that of the others."""
YEAR_PRICE = 9 * PRICE
"""What a year costs."""
RATE = 0.06
"""At which those others leave, per month."""


@case(full=60_000, fast=20_000)
def mix_of_plans(count: int) -> Iterator[Row]:
    levels = {"annual": ANNUAL, "leave": {"annual": f"{FEWER} per month"}}
    changes = laid_over(leaving(hard=RATE), {"solved": {"segments": {"all": levels}}})
    changes["plans"] = {"annual": {"price": f"{YEAR_PRICE / 100:g} USD per year"}}
    lives = live(subscription("mix of plans", count, residual="25 months", **changes), Event.CONVERTED, Event.ENDED)
    tenure, yearly = lives.tenure(), np.zeros(count, bool)
    first = lives.rows(Event.CONVERTED)
    yearly[first["slot"]] = first["plan"] == Plan.ANNUAL
    for month in (6, 11, 12, 24):
        monthly, annual = mixed_survival(month, ANNUAL, RATE, FEWER * RATE)
        yield share(f"S({month})", lives.kept()[month] * count, count, monthly + annual)
        among = yearly[tenure > month + 0.5]
        yield mean(f"annual, of those kept after {month} months", among, annual / (monthly + annual))
    sums = lives.sums().sum(axis=0)
    a_month = YEAR_PRICE / 12.0
    error = (PRICE - a_month) * yearly.std(ddof=1) / np.sqrt(count)
    seen = sums[Measure.MRR_NEW] / sums[Measure.CONVERTED]
    expected = (1.0 - ANNUAL) * PRICE + ANNUAL * a_month
    yield estimate("MRR of a new customer, cents", seen, error, expected)
