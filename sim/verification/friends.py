"""Customers who bring customers."""

from collections.abc import Iterator

from sim.analysis.measures import Measure
from sim.study.api import simulate
from sim.verification.bare import renewing, size_of, subscription
from sim.verification.case import Row, case
from sim.verification.rows import quotient

KEPT = 0.5


@case(full=32, fast=16)
def referral_branching(replications: int) -> Iterator[Row]:
    customers = 400
    for r in (0.2, 0.5):
        rate = r * (1.0 - KEPT)  # a life lasts 1 / (1 - kept) months on average
        lever = {"referral_programme": {"refers": f"{rate} per month", "long_standing": "0 days"}}
        scenario = subscription("referrals", customers, residual="60 months", levers=lever, **renewing(KEPT))
        study = simulate([scenario], customers=size_of(scenario), replications=replications, seed=1, jobs=1)
        sums = study.stacked(0, "sums").sum(axis=(1, 2, 3))
        won = sums[:, Measure.CONVERTED]
        direct = won - sums[:, Measure.FRIENDS_CONVERTED]
        yield quotient(f"r = {r:g}", won, direct, 1.0 / (1.0 - r))
