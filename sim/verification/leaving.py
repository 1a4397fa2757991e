"""Leaving at constant and at different rates, for competing reasons, and how many customers stand in the long run."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log1p

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import Measure
from sim.core.events import Event, Reason
from sim.core.units import MONTH
from sim.study.api import simulate
from sim.verification.bare import leaving, live, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import bills_paid, competing, pareto_survival, restricted_lifetime
from sim.verification.rows import estimate, exact, mean, refused, share

FOUR = {"natural": 0.01, "soft": 0.02, "hard": 0.015, "experience": 0.03}
"""Hazards per month of four competing reasons."""
RATE = 0.05
"""The same of a single one."""
JUST_AFTER = 0.01
"""Months after a bill at which it has surely been decided."""


@dataclass(frozen=True)
class Leavers:
    """When customers left, in months since the first payment; inf: they did not.

    Attributes
    ----------
    wish
        When they first wanted to leave.
    left
        When they left for each of four reasons: [reason, customer].
    kept
        Share kept by months, from the ledger's cohorts.
    ended
        Ends by reason, of the ledger.
    """

    wish: NDArray[np.float64]
    left: NDArray[np.float64]
    kept: NDArray[np.float64]
    ended: NDArray[np.int64]

    @property
    def tenure(self) -> NDArray[np.float64]:
        """When they left, whatever the reason."""
        return np.asarray(self.left.min(axis=0))


@lru_cache(maxsize=2)
def leavers(name: str, count: int, months: int, **per_month: float) -> Leavers:
    """Let customers leave for some reasons at constant rates; those who sign up last are seen for so many months."""
    scenario = subscription(name, count, residual=f"{months} months", **leaving(**per_month))
    lives = live(scenario, Event.CONVERTED, Event.INTENDED, Event.ENDED)
    rows, left = lives.rows(Event.ENDED), np.full((len(FOUR), len(lives.customers)), np.inf)
    left[rows["detail"], rows["slot"]] = lives.tenure()[rows["slot"]]
    wish = (lives.first(Event.INTENDED) - lives.first(Event.CONVERTED)) / MONTH
    ended = lives.sums()[:, Measure.ENDED : Measure.ENDED + len(FOUR)].sum(axis=0)
    return Leavers(wish, left, lives.kept(), ended)


def constant(count: int) -> Leavers:
    """Let customers leave at one constant rate."""
    return leavers("constant hazard", count, 22, hard=RATE)


def four_reasons(count: int) -> Leavers:
    """Let customers leave for four reasons at once."""
    return leavers("four reasons", count, 26, **FOUR)


@case(full=100_000, fast=20_000)
def constant_hazard(count: int) -> Iterator[Row]:
    kept = constant(count).kept
    for month in (1, 3, 6, 12, 20):
        yield share(f"S({month})", kept[month] * count, count, exp(-RATE * month))


@case(full=100_000, fast=20_000)
def restricted_mean_lifetime(count: int) -> Iterator[Row]:
    some = constant(count)
    for month in (6, 12, 20):
        yield mean(f"mean time kept, of {month}", np.minimum(some.wish, month), restricted_lifetime(RATE, month))
        error = np.minimum(some.tenure, month).std(ddof=1) / np.sqrt(count)
        yield estimate(f"mean bills paid, of {month}", some.kept[:month].sum(), error, bills_paid(exp(-RATE), month))


@case(full=100_000, fast=20_000)
def gamma_hazards(count: int) -> Iterator[Row]:
    shape, h = 2.0, 0.06
    spread = {"leaving": {"propensity_shape": shape}}
    lives = live(subscription("gamma hazards", count, residual="38 months", behaviour=spread, **leaving(natural=h)))
    for month in (1, 6, 12, 24, 36):
        yield share(f"S({month})", lives.kept()[month] * count, count, pareto_survival(month, shape, h))


@case(full=100_000, fast=20_000)
def competing_reasons(count: int) -> Iterator[Row]:
    some, hazards = four_reasons(count), np.array(list(FOUR.values()))
    for month in (3, 12, 24):
        gone, expected = some.left < month + JUST_AFTER, competing(month, hazards)
        for k, name in enumerate(FOUR):
            yield mean(f"F({month}), {name}", gone[k], expected[k])
        counted = gone.mean(axis=1).sum()
        yield exact(f"all F({month}) and S({month})", counted + some.kept[month], 1.0)


@case(full=100_000, fast=20_000)
def reasons_of_ends(count: int) -> Iterator[Row]:
    ended, hazards = four_reasons(count).ended, np.array(list(FOUR.values()))
    for k, name in enumerate(FOUR):
        yield share(f"of all ends, {name}", ended[k], ended.sum(), hazards[k] / hazards.sum())


@case(full=100_000, fast=20_000)
def one_minus_kaplan_meier(count: int) -> Iterator[Row]:
    some, hazards, month = four_reasons(count), np.array(list(FOUR.values())), 24
    for k, name in enumerate(FOUR):
        survival, error = kaplan_meier(some.tenure, some.left[k], month)
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
