"""Charges that fail and are recovered, and customers who come back of their own accord."""

from collections.abc import Iterator
from math import exp

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import Measure
from sim.core.events import Event, Reason
from sim.core.units import MONTH, YEAR
from sim.model.behaviour import Payment, Return
from sim.verification.bare import Lives, all_at_once, leaving, live, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import failing_charges, weibull_back
from sim.verification.rows import exact, mean, share

STARTS = (Event.CONVERTED, Event.RETURNED)
"""How a life begins."""
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


@case(full=15_000, fast=6_000)
def replaced_cards(count: int) -> Iterator[Row]:
    usual, years = Payment(), 3
    for plan, months, fails, replaced in (("monthly", 1, usual.fails, usual.replaced_fails), ("annual", 12, 0.2, 0.6)):
        behaviour = {"payment": {"fails": fails, "replaced_fails": replaced, "recovered": "100 %"}}
        chosen = {"solved": {"segments": {"all": {"annual": float(plan == "annual")}}}}
        scenario = subscription(f"cards, {plan}", count, residual=f"{12 * years} months", behaviour=behaviour, **chosen)
        failed = live(scenario, Event.CHARGE_FAILED).rows(Event.CHARGE_FAILED)
        bills = 12 * years // months  # after the first, which does not fail
        expected = failing_charges(fails, replaced, months * MONTH / usual.replacement)
        yield mean(f"{plan} charges that fail", np.bincount(failed["slot"], minlength=count) / bills, expected)


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


@case(full=20_000, fast=8_000)
def later_lives(count: int) -> Iterator[Row]:
    rate, factors, watched, month = 0.1, (1.0, 1.5, 2.0), 60, 6
    behaviour = {
        "leaving": {"second_life": factors[1], "third_life": factors[2]},
        "returning": {"within_year": "90 %", "shape": 1},
    }
    scenario = subscription("lives", count, residual=f"{watched} months", behaviour=behaviour, **leaving(soft=rate))
    lives = live(scenario, Event.CONVERTED, Event.RETURNED, Event.ENDED)
    for number, factor in enumerate(factors):
        began, ended = (times_in(lives, number, events) for events in (STARTS, (Event.ENDED,)))
        seen = began < (watched - month) * MONTH
        stayed = ended[seen] - began[seen] > (month + 0.5) * MONTH
        yield mean(f"life {number + 1}: S({month})", stayed, exp(-factor * rate * month))


def times_in(lives: Lives, number: int, events: tuple[Event, ...]) -> NDArray[np.float64]:
    """Return when something happened in each customer's life of a number; inf: it did not."""
    rows, when = lives.log[np.isin(lives.log["event"], events)], np.full(len(lives.customers), np.inf)
    rows = rows[rows["life"] == number]
    when[rows["slot"]] = rows["time"]
    return when
