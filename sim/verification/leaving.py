"""Leaving at constant and at different rates, for competing reasons, and how many customers stand in the long run."""

from collections.abc import Iterator
from math import exp, log1p

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import Measure
from sim.core.events import Event, Reason
from sim.core.units import MONTH
from sim.study.api import simulate
from sim.verification.bare import Lives, leaving, live, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import competing, pareto_survival
from sim.verification.rows import estimate, exact, mean, refused, share

FOUR = {"natural": 0.01, "soft": 0.02, "hard": 0.015, "experience": 0.03}
"""Hazards per month of four competing reasons."""
JUST_AFTER = 0.01
"""Months after a bill at which it has surely been decided."""


@case(full=100_000, fast=20_000)
def constant_hazard(count: int) -> Iterator[Row]:
    h = 0.05
    lives = live(subscription("constant hazard", count, residual="22 months", **leaving(hard=h)))
    for month in (1, 3, 6, 12, 20):
        yield share(f"S({month})", lives.kept()[month] * count, count, exp(-h * month))


@case(full=100_000, fast=20_000)
def gamma_hazards(count: int) -> Iterator[Row]:
    shape, h = 2.0, 0.06
    spread = {"leaving": {"propensity_shape": shape}}
    lives = live(subscription("gamma hazards", count, residual="38 months", behaviour=spread, **leaving(natural=h)))
    for month in (1, 6, 12, 24, 36):
        yield share(f"S({month})", lives.kept()[month] * count, count, pareto_survival(month, shape, h))


def four_reasons(count: int) -> Lives:
    """Let customers leave for four reasons at once."""
    scenario = subscription("four reasons", count, residual="26 months", **leaving(**FOUR))
    return live(scenario, Event.CONVERTED, Event.ENDED)


def left_for(lives: Lives, reason: Reason) -> NDArray[np.float64]:
    """Return after how many months each customer left for a reason; not for it: inf."""
    months, rows = np.full(len(lives.customers), np.inf), lives.rows(Event.ENDED)
    slots = rows["slot"][rows["detail"] == reason]
    months[slots] = lives.tenure()[slots]
    return months


@case(full=100_000, fast=20_000)
def competing_reasons(count: int) -> Iterator[Row]:
    lives, hazards = four_reasons(count), np.array(list(FOUR.values()))
    for month in (3, 12, 24):
        expected = competing(month, hazards)
        for k, name in enumerate(FOUR):
            gone = left_for(lives, Reason(k)) < month + JUST_AFTER
            yield mean(f"F({month}), {name}", gone, expected[k])
        counted = sum((left_for(lives, Reason(k)) < month + JUST_AFTER).mean() for k in range(4))
        yield exact(f"all F({month}) and S({month})", counted + lives.kept()[month], 1.0)
    ended = lives.sums()[:, Measure.ENDED : Measure.ENDED + 4].sum(axis=0)
    for k, name in enumerate(FOUR):
        yield share(f"of all ends, {name}", ended[k], ended.sum(), hazards[k] / hazards.sum())


@case(full=100_000, fast=20_000)
def one_minus_kaplan_meier(count: int) -> Iterator[Row]:
    lives, hazards, month = four_reasons(count), np.array(list(FOUR.values())), 24
    for k, name in enumerate(FOUR):
        survival, error = kaplan_meier(lives.tenure(), left_for(lives, Reason(k)), month)
        at_a_bill = competing(1.0, hazards)[k]  # of those who stood before it
        yield estimate(f"1 - KM(24), {name}", 1.0 - survival, error, 1.0 - (1.0 - at_a_bill) ** month)
        yield refused(estimate(f"1 - KM(24), {name}: not F(24)", 1.0 - survival, error, competing(month, hazards)[k]))


def kaplan_meier(watched: NDArray[np.float64], left: NDArray[np.float64], until: float) -> tuple[float, float]:
    """Return the product-limit estimate of staying and Greenwood's standard error.

    Parameters
    ----------
    watched
        When each customer goes out of sight, whatever the reason.
    left
        When he leaves for what is counted; inf: he does not.
    """
    survival, variance = 1.0, 0.0
    for time in range(1, int(until) + 1):
        at_risk = (watched > time - JUST_AFTER).sum()
        events = (np.abs(left - time) < JUST_AFTER).sum()
        survival *= 1.0 - events / at_risk
        variance += events / at_risk / (at_risk - events)
    return survival, survival * float(np.sqrt(variance))


@case(full=100_000, fast=20_000)
def kaplan_meier_is_the_cohort(count: int) -> Iterator[Row]:
    h, horizon = 0.05, 24
    rates = leaving(hard=h)
    whole = live(subscription("nobody censored", count, residual="14 months", **rates), Event.CONVERTED, Event.ENDED)
    for month in (6, 12):
        survival, _ = kaplan_meier(whole.tenure(), whole.tenure(), month)
        yield exact(f"KM({month}), nobody censored", whole.kept()[month], survival)
    months = f"{horizon} months"
    part = live(subscription("many censored", count / horizon, horizon=months, **rates), Event.CONVERTED, Event.ENDED)
    seen = horizon - part.first(Event.CONVERTED) / MONTH
    survival, error = kaplan_meier(np.minimum(part.tenure(), seen), part.tenure(), 12)
    yield estimate("KM(12), half of them censored", survival, error, exp(-12 * h))


@case(full=60_000, fast=20_000)
def damper_effect(count: int) -> Iterator[Row]:
    hazards, months = np.array([0.02, 0.06, 0.04, 0.08]), 120
    for removed in (0.0, 0.5):
        rates = dict(zip(FOUR, hazards * [1.0, 1.0, 1.0, 1.0 - removed], strict=True))
        scenario = subscription(f"damper {removed}", count, residual=f"{months} months", **leaving(**rates))
        lives = live(scenario, Event.CONVERTED, Event.INTENDED)
        until = (lives.first(Event.INTENDED) - lives.first(Event.CONVERTED)) / MONTH
        expected = 1.0 / (hazards.sum() - removed * hazards[Reason.EXPERIENCE])
        yield mean(f"mean months, f = {removed:g}", until, expected)


@case(full=40, fast=12)
def steady_state(replications: int) -> Iterator[Row]:
    signing_up, c, horizon = 40, 0.10, 120
    scenario = subscription("steady state", signing_up, horizon=f"{horizon} months", **leaving(hard=-log1p(-c)))
    study = simulate([scenario], customers=signing_up * horizon, replications=replications, seed=1, jobs=1)
    yield mean("customers at the end", study.values["customers_end"][0], signing_up / c)
    sums = study.stacked(0, "sums").sum(axis=(2, 3))[:, horizon - 12 : horizon]
    ended = sums[..., Measure.ENDED : Measure.ENDED + len(Reason)].sum(axis=(1, 2))
    yield mean("ends a month in the last year", ended / 12.0, signing_up)
