"""The model agrees with mathematics wherever a closed form is known, all else switched off: four standard errors.

Every test has fixed seeds, so it gives the same z-scores on every machine; run pytest with ``-s`` to read them.
"""

import csv
import os
from functools import cache
from math import exp, factorial
from pathlib import Path

import numpy as np
import pytest
from scipy.special import beta as beta_function
from worlds import frame_of

from sim.core.events import Event, Plan, Reason, Stage
from sim.core.units import MONTH, YEAR
from sim.engines import compiled
from sim.model.candidates import Group, Origin, Population, acquired, draw_traits, set_arrivals
from sim.model.kernel import new_kernel

LIMIT = 4.0
SEED = 12
AT_ONCE = 1e9
"""A rate per day so high that what it drives happens in the same instant."""
MONTHLY, ANNUAL = int(Plan.MONTHLY), int(Plan.ANNUAL)
NATURAL, SOFT, HARD, EXPERIENCE = (int(reason) for reason in list(Reason)[:4])


def bare():
    """Return a kernel in which prospects convert at once and nothing else ever happens."""
    kernel = new_kernel()
    kernel["seed"] = SEED
    kernel["price"] = 1000, 10_000, 0, 0
    kernel["convert"] = AT_ONCE
    kernel["introduction"]["give_up"] = 0.0
    kernel["introduction"]["fit_convert"] = 0.0
    kernel["use"]["peak"] = 0.0
    kernel["payment"]["fails"] = 0.0
    kernel["payment"]["replaced_fails"] = 0.0
    kernel["returning"]["within_year"] = 0.0
    leaving = kernel["leaving"]
    kernel["service"]["experience_unsatisfied"] = 1.0
    for factor in ("soft_without_habit", "experience_without_value", "attention"):
        leaving[factor] = 1.0
    leaving["fit_leave"] = 0.0
    leaving["resume"] = 0.0
    kernel["activation"]["effect"] = 1.0
    kernel["investment"]["holds"] = 0.0
    return kernel


def people(count, *, leave_shape=1.0, renewal=(0.0, 0.0)):
    """Return candidates who all sign up at the very start and pay by card; alike, unless a test says otherwise."""
    population = Population(SEED, (2, 2), leave_shape, 1.0, (3, 7), np.ones(1), np.ones(1), renewal)
    group = Group(Origin.ACQUIRED, 0, 0, 0, count)
    customers = draw_traits(population, 0, group.ids())
    set_arrivals(customers, np.zeros(count))
    return customers


def alike(count, **traits):
    """Return candidates who do not differ in how easily they leave."""
    customers = people(count, **traits)
    customers.leave_propensity = 1.0
    return customers


def live(customers, kernel, until, events=()):
    """Let customers live; return the log rows of the named events."""
    kept = [piece[np.isin(piece["event"], list(events))].copy() for piece in compiled.run(customers, kernel, until)]
    return np.concatenate(kept)


def ended(customers):
    """Return when each customer's life ended, in months since the first payment."""
    gone = customers.stage == Stage.CHURNED
    return np.where(gone, (customers.ended - customers.started) / MONTH, np.inf)


def report(what, seen, expected, error):
    """Print and return how many standard errors lie between what is seen and what is expected."""
    z = (seen - expected) / error
    print(f"{what}: seen {seen:.5f}, expected {expected:.5f}, z {z:+.2f}")
    return z


def share_z(what, hits, expected):
    """Return the z-score of a share, given which customers have it."""
    return report(what, hits.mean(), expected, np.sqrt(expected * (1.0 - expected) / len(hits)))


# --- leaving ------------------------------------------------------------------------------------------------------


def test_one_constant_hazard_gives_exponential_survival():
    """An intent comes at rate h and ends the life at the next bill: exp(-h t) are alive after the bill at month t."""
    kernel, customers, h = bare(), alike(200_000), 0.05
    kernel["leave"][0, 0, MONTHLY, HARD] = h / MONTH
    live(customers, kernel, 20.5 * MONTH)
    life = ended(customers)

    for month in (1, 3, 6, 12, 20):
        assert abs(share_z(f"month {month}", life > month + 0.01, exp(-h * month))) < LIMIT


def test_gamma_spread_of_hazards_gives_pareto_survival():
    """With Gamma hazards of shape r and mean h the share alive is (a / (a + t)) ** r, a = r / h."""
    kernel, h, r = bare(), 0.06, 2.0
    customers = people(200_000, leave_shape=r)
    kernel["leave"][0, 0, MONTHLY, NATURAL] = h / MONTH
    live(customers, kernel, 36.5 * MONTH)
    life = ended(customers)

    for month in (1, 6, 12, 24, 36):
        expected = (r / h / (r / h + month)) ** r
        assert abs(share_z(f"month {month}", life > month + 0.01, expected)) < LIMIT


@cache
def regular_cohort():
    """Return when customers of the "Regular" cohort (Fader & Hardie 2007) end, in years; theta ~ Beta(.704, 1.182)."""
    kernel, customers = bare(), alike(200_000, renewal=(0.704, 1.182))
    kernel["annual"], kernel["fit_annual"] = 1.0, 0.0
    live(customers, kernel, (8 * 12 + 0.5) * MONTH)
    return ended(customers) / 12


def test_shares_per_renewal_give_the_shifted_beta_geometric():
    """With a Beta share lost per renewal, B(a, b + t) / B(a, b) are alive after t renewals."""
    life, a, b = regular_cohort(), 0.704, 1.182

    for renewals in range(1, 9):
        expected = beta_function(a, b + renewals) / beta_function(a, b)
        assert abs(share_z(f"{renewals} renewals", life > renewals + 0.01, expected)) < LIMIT


def test_shares_per_renewal_meet_the_observed_regular_cohort():
    """The published yearly cohort is met within 1.5 points in each of eight years."""
    folder = Path(os.environ.get("RETENTION_SIM_DATA", Path(__file__).parents[2] / "shared" / "data"))
    file = folder / "regular_renewals.csv"
    if not file.exists():
        pytest.skip("regular_renewals.csv is not here; set RETENTION_SIM_DATA to the folder of the shared data")
    with file.open(encoding="utf-8") as lines:
        rows = [[float(cell) for cell in row] for row in csv.reader(lines) if row and row[0].isdigit()]
    observed = {int(year): percent for year, percent in rows}
    life = regular_cohort()

    for year in range(1, 9):
        seen = 100.0 * (life > year + 0.01).mean()
        print(f"year {year}: simulated {seen:.2f} %, observed {observed[year]:.1f} %")
        assert abs(seen - observed[year]) < 1.5


@cache
def four_reasons(count=200_000):
    """Return hazards per month of four competing reasons, and when and for which of them customers leave."""
    hazards, kernel, customers = np.array([0.01, 0.02, 0.015, 0.03]), bare(), alike(count)
    kernel["leave"][0, 0, MONTHLY] = hazards / MONTH
    rows = live(customers, kernel, 24.5 * MONTH, [Event.ENDED])
    months, why = np.full(count, np.inf), np.full(count, -1)
    months[rows["slot"]] = np.round(rows["time"] / MONTH)
    why[rows["slot"]] = rows["detail"]
    return hazards, months, why


def test_four_reasons_compete():
    """By month t a share l_k / L (1 - exp(-L t)) has left for reason k, and all shares and the living add up to 1."""
    hazards, months, why = four_reasons()
    total = hazards.sum()

    for month in (3, 12, 24):
        gone = np.array([((why == k) & (months <= month)).mean() for k in range(4)])
        assert abs(gone.sum() + (months > month).mean() - 1.0) < 1e-12
        for k, hazard in enumerate(hazards):
            expected = hazard / total * (1.0 - exp(-total * month))
            z = share_z(f"month {month}, reason {k}", (why == k) & (months <= month), expected)
            assert abs(z) < LIMIT


def test_one_minus_kaplan_meier_of_one_reason_is_too_large():
    """Treating the other reasons as censored answers another question: 1 - exp(-l_k t), visibly more than F_k."""
    hazards, months, why = four_reasons()

    for k, hazard in enumerate(hazards):
        alive, kaplan_meier = len(months), 1.0
        for month in range(1, 25):
            leaving = months == month
            kaplan_meier *= 1.0 - ((why == k) & leaving).sum() / alive
            alive -= leaving.sum()
        true = ((why == k) & (months <= 24)).mean()
        print(f"reason {k}: F {true:.3f}, 1 - KM {1 - kaplan_meier:.3f}, 1 - exp(-l t) {1 - exp(-hazard * 24):.3f}")
        assert 1.0 - kaplan_meier > 1.3 * true


def test_removing_part_of_a_reason_lengthens_life_by_the_damper_effect():
    """Taking a share f off reason k moves mean life from 1 / L to 1 / (L - f l_k) (Braun & Schweidel 2011)."""
    hazards, lives = np.array([0.02, 0.06, 0.04, 0.08]), {}
    for f in (0.0, 0.5):
        kernel, customers = bare(), alike(40_000)
        kernel["leave"][0, 0, MONTHLY] = hazards * [1, 1, 1, 1 - f] / MONTH
        rows = live(customers, kernel, 120 * MONTH, [Event.INTENDED])
        first = np.unique(rows["customer"], return_index=True)[1]
        assert len(first) == len(customers)
        lives[f] = rows["time"][first] / MONTH

    for f, months in lives.items():
        expected = 1.0 / (hazards.sum() - f * hazards[EXPERIENCE])
        error = months.std(ddof=1) / np.sqrt(len(months))
        assert abs(report(f"f = {f}: mean months to the first intent", months.mean(), expected, error)) < LIMIT


def test_steady_state_is_sign_ups_over_churn():
    """With A new customers and a share c leaving a month, A / c customers stand in the long run."""
    a, c, months, warm_up = 2000, 0.10, 150, 90
    kernel = bare()
    kernel["leave"][0, 0, MONTHLY, HARD] = -np.log1p(-c) / MONTH
    population = Population(SEED, (2, 2), 1.0, 1.0, (3, 7), np.ones(1), np.ones(1))
    change = np.zeros(months)
    for month in range(months):
        customers = acquired(population, 0, Group(Origin.ACQUIRED, 0, month, 0, a))
        customers.leave_propensity = 1.0
        rows = live(customers, kernel, months * MONTH, [Event.CONVERTED, Event.ENDED])
        np.add.at(change, (rows["time"] / MONTH).astype(int), np.where(rows["event"] == Event.ENDED, -1, 1))
    standing = np.cumsum(change)[warm_up:]
    # Of those who came k months ago (1 - c) ** k stand; month ends j apart are correlated by (1 - c) ** j.
    lags = np.arange(1, len(standing))
    variance = a * (1.0 / c - 1.0 / (1.0 - (1.0 - c) ** 2)) / len(standing)
    error = np.sqrt(variance * (1.0 + 2.0 * ((1.0 - lags / len(standing)) * (1.0 - c) ** lags).sum()))

    assert abs(report("customers", standing.mean(), a / c, error)) < LIMIT


# --- payment and return -------------------------------------------------------------------------------------------


def test_failed_charges_end_the_stated_share_of_bills():
    """Of all charges after the first a share f fails, and f (1 - recovered) ends the subscription."""
    kernel, customers, f, recovered = bare(), alike(60_000), 0.072, 0.81
    kernel["payment"]["fails"] = f
    kernel["retry_recovers"] = 1.0 - (1.0 - recovered) ** (1.0 / 3.0)
    rows = live(customers, kernel, 24.0 * MONTH, [Event.PAID, Event.CHARGE_FAILED, Event.ENDED])
    first = rows[rows["time"] < 23.0 * MONTH]  # bills whose retries are over by the end
    failed = ((first["event"] == Event.CHARGE_FAILED) & (first["detail"] == 0)).sum()
    at_once = ((first["event"] == Event.PAID) & (first["detail"] == 0)).sum() - len(customers)
    ends = rows[rows["event"] == Event.ENDED]
    assert set(ends["detail"]) == {int(Reason.PAYMENT)}
    charges = failed + at_once
    gone = (np.round(ends["time"] / MONTH - 0.25) < 23).sum()

    for what, count, share in (("failed", failed, f), ("ended", gone, f * (1.0 - recovered))):
        z = report(what, count / charges, share, np.sqrt(share * (1.0 - share) / charges))
        assert abs(z) < LIMIT


def test_natural_return_follows_the_weibull_curve():
    """Back after t days are 1 - exp(-H), H = -log(1 - share in a year) (t / year) ** shape, of those left for soft."""
    kernel, count, share, shape = bare(), 100_000, 0.2, 0.52
    kernel["leave"][0, 0, MONTHLY, SOFT] = AT_ONCE
    kernel["returning"]["within_year"], kernel["returning"]["shape"] = share, shape
    rows = live(alike(count), kernel, MONTH + 400.0, [Event.ENDED, Event.RETURNED])
    first_ends = rows[(rows["event"] == Event.ENDED) & (rows["life"] == 0)]
    returns = rows[(rows["event"] == Event.RETURNED) & (rows["life"] == 1)]
    assert len(first_ends) == count and np.allclose(first_ends["time"], MONTH)

    waited = np.full(count, np.inf)
    waited[returns["slot"]] = returns["time"] - MONTH
    for days in (1.0, 10.0, 29.0, 200.0, YEAR):
        expected = 1.0 - exp(np.log1p(-share) * (days / YEAR) ** shape)
        assert abs(share_z(f"{days:g} days", waited <= days, expected)) < LIMIT


@pytest.mark.parametrize(("reason", "name"), [(NATURAL, "natural"), (HARD, "hard"), (EXPERIENCE, "experience")])
def test_the_reason_moves_the_whole_return_curve(reason, name):
    """The share back within a year is 1 - (1 - share) ** factor of the reason left for."""
    kernel, count, share = bare(), 100_000, 0.2
    kernel["leave"][0, 0, MONTHLY, reason] = AT_ONCE
    kernel["returning"]["within_year"] = share
    factor = float(kernel["returning"][name][0])
    rows = live(alike(count), kernel, MONTH + YEAR, [Event.RETURNED])
    back = np.isin(np.arange(count), rows["slot"][rows["life"] == 1])

    assert abs(share_z(name, back, 1.0 - (1.0 - share) ** factor)) < LIMIT


# --- the queue for a team -----------------------------------------------------------------------------------------

SESSION = 0.01
"""Mean length of a session in days: short, so that few months hold many prospects."""


def queue(load, agents, count, patience=1e12):
    """Return how long each prospect waited for the team and whether he went away; prospects come as a Poisson process.

    Parameters
    ----------
    load
        Sessions asked for per mean session: arrival rate times session.
    """
    kernel = bare()
    kernel["convert"] = 0.0
    kernel["introduction"]["trial"] = 1e6
    kernel["levers"]["guided_onboarding"]["has_team"] = 1
    frame = frame_of(kernel, "guided_onboarding")
    frame["on"], frame["share"], frame["ends"] = 1, 1.0, np.inf
    for target in ("segments", "channels", "plans", "stages", "lives"):
        frame[target] = 2**32 - 1
    team = kernel["teams"][0, 0:1]
    team["agents"], team["session"], team["patience"], team["fixed"] = agents, SESSION, patience, 0
    gaps = np.random.default_rng(SEED).exponential(SESSION / load, count)
    arrivals = np.cumsum(gaps)
    customers = alike(count)
    set_arrivals(customers, arrivals)
    events = [Event.TEAM_ASKED, Event.SERVICE_BEGAN, Event.LEFT_QUEUE]
    rows = live(customers, kernel, arrivals[-1] + 1.0, events)
    asked, left_off = np.full(count, np.nan), np.zeros(count, bool)
    over = np.full(count, np.nan)
    asks = rows["event"] == Event.TEAM_ASKED
    asked[rows["slot"][asks]] = rows["time"][asks]
    over[rows["slot"][~asks]] = rows["time"][~asks]
    left_off[rows["slot"][rows["event"] == Event.LEFT_QUEUE]] = True
    assert np.array_equal(asked, arrivals)
    assert np.isfinite(over).all()
    return over - asked, left_off


def batch_z(what, values, expected, batches=40):
    """Return the z-score of a mean of values that depend on their neighbours, by means of long batches."""
    means = np.asarray(values[: len(values) // batches * batches], float).reshape(batches, -1).mean(axis=1)[1:]
    return report(what, means.mean(), expected, means.std(ddof=1) / np.sqrt(len(means)))


def erlang_c(load, agents):
    """Return the chance of waiting and the mean number waiting in M/M/c."""
    last = load**agents / factorial(agents) * agents / (agents - load)
    waits = last / (sum(load**k / factorial(k) for k in range(agents)) + last)
    return waits, waits * load / (agents - load)


@pytest.mark.parametrize(("load", "agents", "waits", "waiting"), [(2, 3, 0.4444, 0.8889), (3, 4, 0.5094, 1.528)])
def test_patient_prospects_wait_as_erlang_c_says(load, agents, waits, waiting):
    """Poisson arrivals, exponential sessions: the chance of waiting and the mean queue of M/M/c."""
    formula = erlang_c(load, agents)
    assert formula == pytest.approx((waits, waiting), abs=1e-3)

    waited, left_off = queue(load, agents, 200_000)
    assert not left_off.any()
    assert abs(batch_z(f"({load}, {agents}) chance of waiting", waited > 0.0, formula[0])) < LIMIT
    # Little's law: mean number waiting = arrival rate x mean wait.
    assert abs(batch_z(f"({load}, {agents}) mean queue", waited * load / SESSION, formula[1])) < LIMIT


def erlang_a(load, agents, patience, longest=400):
    """Return the chance of waiting and the share who go away in M/M/c+M, from its birth-death chain.

    ``patience`` in mean sessions; k customers present leave at rate min(k, c) + max(0, k - c) / patience.
    """
    weights = np.ones(longest + 1)
    for k in range(1, longest + 1):
        weights[k] = weights[k - 1] * load / (min(k, agents) + max(0, k - agents) / patience)
    shares = weights / weights.sum()
    waiting = shares @ np.maximum(0, np.arange(longest + 1) - agents)
    return shares[agents:].sum(), waiting / patience / load


@pytest.mark.parametrize(("load", "agents", "patience"), [(3, 4, 2.0), (5, 4, 1.0)])
def test_impatient_prospects_go_away_as_erlang_a_says(load, agents, patience):
    """With exponential patience the share who stop waiting is that of M/M/c+M, also when the team is overloaded."""
    waits, go = erlang_a(load, agents, patience)
    waited, left_off = queue(load, agents, 100_000, patience * SESSION)

    assert abs(batch_z(f"({load}, {agents}) chance of waiting", waited > 0.0, waits)) < LIMIT
    assert abs(batch_z(f"({load}, {agents}) share who go away", left_off, go)) < LIMIT
