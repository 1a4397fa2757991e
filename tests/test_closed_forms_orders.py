"""Orders, recall and the call desk agree with mathematics and with real customers; see test_closed_forms.py.

Fixed seeds: the same z-scores on every machine; run pytest with ``-s`` to read them.
"""

import csv
import os
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.special import beta as beta_function
from scipy.special import gammaln, hyp2f1
from test_closed_forms import (
    AT_ONCE,
    LIMIT,
    MONTHLY,
    SEED,
    SESSION,
    SOFT,
    alike,
    bare,
    batch_z,
    erlang_a,
    erlang_c,
    live,
    report,
    share_z,
)
from worlds import frame_of

from sim.core.events import Event, Method, Team
from sim.core.units import MONTH, YEAR
from sim.model.candidates import Group, Origin, Population, draw_traits, set_arrivals

WEEK = 7.0
R, ALPHA, A, B = 0.243, 4.414, 0.793, 2.426
"""BG/NBD of the CDNOW customers, in weeks (Fader, Hardie & Lee 2005)."""
EVERYBODY = 2**32 - 1
AN_INSTANT = 1e-6
"""Days within which lies what happens at once, at a rate of AT_ONCE."""


def data(name):
    """Return the rows of a file of the shared data, or skip the test."""
    folder = Path(os.environ.get("RETENTION_SIM_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not (folder / name).exists():
        pytest.skip(f"{name} is not here; set RETENTION_SIM_DATA to the folder of the shared data")
    with (folder / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


# --- orders: BG/NBD ---------------------------------------------------------------------------------------------------


def buyers(starts):
    """Return a world of customers who order as in BG/NBD from a day of their own on: habit, fit and value move nothing.

    Orders come at rate lambda ~ Gamma(r, alpha) a week; after each but the first a customer is gone with a chance
    p ~ Beta(a, b).
    """
    kernel = bare()
    kernel["per_use"] = 1
    kernel["reason_mix"][0, SOFT] = 1.0
    kernel["basket"] = 1000.0
    kernel["use"]["peak"] = R / ALPHA / WEEK
    kernel["use"]["floor"], kernel["use"]["threshold"] = 1.0, -1000.0
    kernel["investment"]["holds"] = 0.0
    kernel["stages"]["lost_after"] = kernel["stages"]["dormant_after"] = 1e9
    population = Population(
        SEED, (2, 2), 1.0, R, (3, 7), np.ones(1), np.ones(1), (0.0, 0.0), np.array([A / (A + B)]), A + B
    )
    customers = draw_traits(population, 0, Group(Origin.ACQUIRED, 0, 0, 0, len(starts)).ids())
    set_arrivals(customers, np.asarray(starts, float))
    return customers, kernel


@cache
def ordered(weeks, count=100_000):
    """Return [customer, number of an order after the first] times in weeks as rows, and who is gone at the end."""
    customers, kernel = buyers(np.zeros(count))
    rows = live(customers, kernel, weeks * WEEK, [Event.ORDERED])
    repeats = rows[rows["time"] > AN_INSTANT]
    assert len(rows) - len(repeats) == count
    return repeats["slot"].copy(), repeats["time"] / WEEK, customers.gone == 1


def counts(until, weeks=78):
    """Return how often each customer has ordered again by a week."""
    slot, time, gone = ordered(weeks)
    return np.bincount(slot[time < until], minlength=len(gone))


def expected_orders(t):
    """Return E[X(t)] of BG/NBD."""
    return (A + B - 1) / (A - 1) * (1 - (ALPHA / (ALPHA + t)) ** R * hyp2f1(R, B, A + B - 1, t / (ALPHA + t)))


@pytest.mark.parametrize("week", [10, 20, 39, 78])
def test_repeat_orders_come_as_bg_nbd_expects(week):
    """The mean number of repeat orders by a week."""
    assert expected_orders(39) == pytest.approx(1.197, abs=5e-4)
    orders = counts(week)
    error = orders.std(ddof=1) / np.sqrt(len(orders))

    assert abs(report(f"E[X({week})]", orders.mean(), expected_orders(week), error)) < LIMIT


def share_with(x, t):
    """Return P(X(t) = x) of BG/NBD."""
    gone_share = ALPHA / (ALPHA + t)
    j = np.arange(max(x, 1))
    before = np.exp(gammaln(R + j) - gammaln(R) - gammaln(j + 1)) * (1 - gone_share) ** j
    still = beta_function(A, B + x) / beta_function(A, B)
    still *= np.exp(gammaln(R + x) - gammaln(R) - gammaln(x + 1)) * gone_share**R * (1 - gone_share) ** x
    if x == 0:
        return still
    return still + beta_function(A + 1, B + x - 1) / beta_function(A, B) * (1 - gone_share**R * before.sum())


@pytest.mark.parametrize("x", [0, 1, 2, 5, 10, 20])
def test_customers_differ_in_orders_as_in_bg_nbd(x):
    """The share with x repeat orders by week 39."""
    assert abs(share_z(f"P(X(39) = {x})", counts(39) == x, share_with(x, 39.0))) < LIMIT


@pytest.mark.parametrize("week", [39, 78])
def test_customers_stay_as_in_bg_nbd(week):
    """The share not gone by a week: given lambda and p exp(-lambda p t), over both 2F1(r, a; a + b; -t / alpha)."""
    _, _, gone = ordered(week)

    assert abs(share_z(f"not gone by week {week}", ~gone, hyp2f1(R, A, A + B, -week / ALPHA))) < LIMIT


def alive_chance(x, last, t):
    """Return P(alive | x repeat orders, the last at ``last``, t weeks seen) of BG/NBD."""
    return 1.0 / (1.0 + (x > 0) * A / (B + np.maximum(x, 1) - 1) * ((ALPHA + t) / (ALPHA + last)) ** (R + x))


def test_who_is_gone_can_be_told_as_well_as_bg_nbd_says():
    """Of those with the same chance of being alive, from their orders, that share is alive."""
    assert alive_chance(np.array(2), 30.43, 38.86) == pytest.approx(0.727, abs=5e-4)
    slot, time, gone = ordered(39)
    x, last = np.bincount(slot, minlength=len(gone)), np.zeros(len(gone))
    np.maximum.at(last, slot, time)
    chance = alive_chance(x, last, 39.0)
    assert not gone[x == 0].any()

    for low, high in ((0.0, 0.3), (0.3, 0.6), (0.6, 0.8), (0.8, 1.0)):
        some = (x > 0) & (chance >= low) & (chance < high)
        error = np.sqrt((chance[some] * (1.0 - chance[some])).sum()) / some.sum()
        what = f"alive, with a chance of {low} to {high}"
        assert some.sum() > 1000
        assert abs(report(what, (~gone[some]).mean(), chance[some].mean(), error)) < LIMIT


def test_orders_follow_the_real_customers_of_cdnow():
    """The cohort's cumulative repeat orders are met within 5 % from week 39 to 78, and exactly what BG/NBD expects.

    The parameters are the paper's, fitted to weeks 0 to 39 of a tenth of these customers. The simulated customers begin
    on the real ones' days. (In weeks 39 to 78 alone BG/NBD has 15 % too few, whoever computes it: real customers slow
    down less than it says.)
    """
    days = {}
    for row in data("cdnow_transactions.csv"):
        days.setdefault(row["customer"], set()).add((date.fromisoformat(row["date"]) - date(1997, 1, 1)).days)
    first = np.array([min(some) for some in days.values()])
    repeats = np.array([day for some in days.values() for day in some - {min(some)}])
    copies = 4
    customers, kernel = buyers(np.repeat(first, copies))
    rows = live(customers, kernel, 78 * WEEK, [Event.ORDERED])
    rows = rows[rows["time"] > customers.began[rows["slot"]] + AN_INSTANT]

    for week in (39, 52, 65, 78):
        real = (repeats < week * WEEK).sum()
        each = np.bincount(rows["slot"][rows["time"] < week * WEEK], minlength=len(customers))
        seen, error = each.sum() / copies, each.std() * np.sqrt(len(each)) / copies
        expected = expected_orders(np.maximum(0.0, week - first / WEEK)).sum()
        print(f"week {week}: simulated {seen:,.0f}, real {real:,} ({100 * (seen / real - 1):+.1f} %)")
        assert seen == pytest.approx(real, rel=0.05)
        assert abs(report("  against BG/NBD", seen, expected, error)) < LIMIT


# --- recall -----------------------------------------------------------------------------------------------------------


def recalled(kernel, *, contacts, after, spacing, chance):
    """Pull the recall lever: every contact with anybody brings back the same share; nobody tires or refuses."""
    frame, lever = frame_of(kernel, "recall_campaign"), kernel["levers"]["recall_campaign"]
    frame["on"], frame["share"], frame["ends"] = 1, 1.0, np.inf
    for target in ("segments", "channels", "plans", "stages", "lives"):
        frame[target] = EVERYBODY
    lever["after"], lever["contacts"], lever["spacing"] = after, contacts, spacing
    lever["reasons"] = lever["most_service"] = lever["most_bad_mouth"] = 1.0
    for method in Method:
        lever[method.name.lower()] = chance
    kernel["channels"]["opt_in"] = kernel["channels"]["noticed"] = 1.0
    kernel["touches"]["memory"] = 1e-3
    kernel["touches"]["most_per_month"] = 30


def test_recalled_returns_add_to_the_natural_return():
    """By a day after the end 1 - S (1 - x) ^ n are back: S the Weibull share away, n contacts of a chance x each."""
    kernel, count, share, x, after, spacing = bare(), 100_000, 0.2, 0.1, 60.0, 30.0
    kernel["leave"][0, 0, MONTHLY, SOFT] = AT_ONCE
    kernel["returning"]["within_year"] = share
    shape = float(kernel["returning"]["shape"][0])
    recalled(kernel, contacts=3, after=after, spacing=spacing, chance=x)
    customers = alike(count)
    customers.responsiveness = 1.0
    rows = live(customers, kernel, MONTH + 400.0, [Event.RETURNED])
    rows = rows[rows["life"] == 1]
    waited, asked = np.full(count, np.inf), np.zeros(count, bool)
    waited[rows["slot"]], asked[rows["slot"]] = rows["time"] - MONTH, rows["detail"] > 0

    def away(days):
        return (1.0 - share) ** ((days / YEAR) ** shape)

    for days, n in ((59.0, 0), (61.0, 1), (100.0, 2), (130.0, 3), (YEAR, 3)):
        assert abs(share_z(f"back by day {days:g}", waited <= days, 1.0 - away(days) * (1.0 - x) ** n)) < LIMIT
    by_contact = sum(away(after + n * spacing) * (1.0 - x) ** n * x for n in range(3))
    assert abs(share_z("at a contact", asked, by_contact)) < LIMIT


def calls(load, agents, count, patience=1e12):
    """Return how long each customer who has left waited for the desk and whether the call came to nothing.

    Customers come as a Poisson process, leave at their first bill and are called once, a month later: another one.
    """
    kernel = bare()
    kernel["leave"][0, 0, MONTHLY, SOFT] = AT_ONCE
    recalled(kernel, contacts=1, after=MONTH, spacing=1.0, chance=0.0)
    kernel["levers"]["recall_campaign"]["has_team"] = 1
    kernel["levers"]["recall_campaign"]["call_worth"] = 0.0
    team = kernel["teams"][0, int(Team.RECALL) : int(Team.RECALL) + 1]
    team["agents"], team["session"], team["patience"] = agents, SESSION, patience
    arrivals = np.cumsum(np.random.default_rng(SEED).exponential(SESSION / load, count))
    customers = alike(count)
    set_arrivals(customers, arrivals)
    events = [Event.TEAM_ASKED, Event.SERVICE_BEGAN, Event.LEFT_QUEUE, Event.CONTACTED]
    rows = live(customers, kernel, arrivals[-1] + 2.0 * MONTH + 1.0, events)
    asked, over, left_off = np.full(count, np.nan), np.full(count, np.nan), np.zeros(count, bool)
    asks, ends = rows["event"] == Event.TEAM_ASKED, np.isin(rows["event"], (Event.SERVICE_BEGAN, Event.LEFT_QUEUE))
    assert (rows["detail"][ends] == Team.RECALL).all()
    asked[rows["slot"][asks]], over[rows["slot"][ends]] = rows["time"][asks], rows["time"][ends]
    left_off[rows["slot"][rows["event"] == Event.LEFT_QUEUE]] = True
    assert np.allclose(asked, arrivals + 2.0 * MONTH, rtol=0.0, atol=AN_INSTANT) and np.isfinite(over).all()
    assert (rows["event"] == Event.CONTACTED).sum() == count - left_off.sum()
    return over - asked, left_off


@pytest.mark.parametrize(("load", "agents", "waits", "waiting"), [(2, 3, 0.4444, 0.8889), (3, 4, 0.5094, 1.528)])
def test_calls_wait_for_the_desk_as_erlang_c_says(load, agents, waits, waiting):
    """Calls asked for at random, sessions exponential, a patient desk: chance of waiting, mean queue, mean wait."""
    formula = erlang_c(load, agents)
    assert formula == pytest.approx((waits, waiting), abs=1e-3)

    waited, left_off = calls(load, agents, 150_000)
    assert not left_off.any()
    assert abs(batch_z(f"({load}, {agents}) chance of waiting", waited > 0.0, formula[0])) < LIMIT
    assert abs(batch_z(f"({load}, {agents}) mean queue", waited * load / SESSION, formula[1])) < LIMIT
    assert abs(batch_z(f"({load}, {agents}) mean wait", waited / SESSION, formula[0] / (agents - load))) < LIMIT


@pytest.mark.parametrize(("load", "agents", "patience"), [(3, 4, 2.0), (5, 4, 1.0)])
def test_calls_are_given_up_as_erlang_a_says(load, agents, patience):
    """Where the desk gives up on a call after a while, the share given up is that of M/M/c+M, also when overloaded."""
    waits, go = erlang_a(load, agents, patience)
    waited, left_off = calls(load, agents, 80_000, patience * SESSION)

    assert abs(batch_z(f"({load}, {agents}) chance of waiting", waited > 0.0, waits)) < LIMIT
    assert abs(batch_z(f"({load}, {agents}) share given up", left_off, go)) < LIMIT


# --- what a touch adds ------------------------------------------------------------------------------------------------


def test_a_mail_adds_to_the_visits_of_real_customers_the_same_however_long_they_are_away():
    """The ground for effects that add (Hillstrom, randomised): the lift is flat over months since the last purchase.

    Visits without a mail fall to half from 1 to 12 months; the difference that a mail makes does not (no slope within
    2 standard errors, chi square as chance has it). Were the ratio the same, chi square would be too large.
    """
    rows = data("hillstrom_email.csv")
    months, visits = (np.array([int(row[name]) for row in rows]) for name in ("recency", "visit"))
    mailed = np.array([row["segment"] != "No E-Mail" for row in rows])
    month = np.arange(1, 13)
    mean, error = np.zeros((2, 12)), np.zeros((2, 12))
    for arm in (0, 1):
        for n in month:
            some = visits[(months == n) & (mailed == arm)]
            mean[arm, n - 1], error[arm, n - 1] = some.mean(), some.std() / np.sqrt(len(some))
    lift, weight = mean[1] - mean[0], 1.0 / (error**2).sum(axis=0)
    flat = (weight * lift).sum() / weight.sum()
    chi_square = (weight * (lift - flat) ** 2).sum()
    z = slope_z(month, lift, 1.0 / np.sqrt(weight))
    ratio, ratio_error = np.log(mean[1] / mean[0]), np.sqrt(((error / mean) ** 2).sum(axis=0))
    ratio_z = slope_z(month, ratio, ratio_error)
    print(f"lift {flat:.4f}, chi square {chi_square:.1f} of 11, slope z {z:+.2f}; log ratio slope z {ratio_z:+.2f}")

    assert mean[0, -3:].mean() < 0.65 * mean[0, :3].mean()
    assert abs(z) < 2.0 and chi_square < 11 + 2.0 * np.sqrt(22)
    assert ratio_z > 3.0


def slope_z(x, y, error):
    """Return the z-score of the slope of a weighted line."""
    weight = 1.0 / error**2
    away = x - (weight * x).sum() / weight.sum()
    return (weight * away * y).sum() / np.sqrt((weight * away**2).sum())
