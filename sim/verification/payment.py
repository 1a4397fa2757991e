"""Charges that fail and are recovered, and customers who come back of their own accord."""

from collections.abc import Iterator

import numpy as np

from sim.analysis.measures import Measure
from sim.core.events import Event, Reason
from sim.core.units import YEAR
from sim.model.behaviour import Return
from sim.verification.bare import all_at_once, leaving, live, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import weibull_back
from sim.verification.rows import exact, mean, share

AT_ONCE = 1e6
"""Rate per month so high that what it drives happens in the same instant."""


@case(full=40_000, fast=10_000)
def dunning(count: int) -> Iterator[Row]:
    f, recovered = 0.072, 0.81
    cards = {"payment": {"fails": f, "recovered": recovered}}
    # All bills are due on the first day of a month, and their retries are over before it ends.
    lives = live(subscription("dunning", count, residual="24 months", behaviour=cards), prepare=all_at_once)
    total = lives.sums().sum(axis=0)
    due, failed = total[Measure.DUE], total[Measure.CHARGES_FAILED]
    ended = total[Measure.ENDED : Measure.ENDED + len(Reason)]
    yield share("charges that fail", failed, due, f)
    yield share("of them recovered", failed - ended[Reason.PAYMENT], failed, recovered)
    yield share("ended, of charges", ended[Reason.PAYMENT], due, f * (1.0 - recovered))
    yield exact("ended for another reason", ended.sum() - ended[Reason.PAYMENT], 0.0)


@case(full=50_000, fast=20_000)
def natural_return(count: int) -> Iterator[Row]:
    within, shape = 0.2, 0.52
    coming_back = {"returning": {"within_year": within, "shape": shape}}
    for reason in ("soft", "natural", "hard", "experience"):
        factor = 1.0 if reason == "soft" else float(getattr(Return(), reason))
        scenario = subscription(
            f"back after {reason}", count, residual="15 months", behaviour=coming_back, **leaving(**{reason: AT_ONCE})
        )
        lives = live(scenario, Event.ENDED, Event.RETURNED)
        waited = np.where(lives.count(Event.RETURNED) > 0, lives.first(Event.RETURNED), np.inf)
        waited = waited - lives.first(Event.ENDED)
        for days in (10.0, 200.0, YEAR) if reason == "soft" else (YEAR,):
            expected = weibull_back(days / YEAR, within, shape, factor)
            yield mean(f"{reason}: back after {days:.0f} days", waited <= days, expected)
