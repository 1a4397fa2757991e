"""The closed forms, each as its source writes it; a test holds them to the published figures."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg, special

from sim.language.words import error_text

Vector = NDArray[np.float64]


# --- how long customers stay ------------------------------------------------------------------------------------------


def pareto_survival(t: float, shape: float, mean: float) -> float:
    """Return the share alive after t where hazards are Gamma of a shape and mean: (a / (a + t)) ** shape."""
    scale = shape / mean
    return float((scale / (scale + t)) ** shape)


def restricted_lifetime(h: float, t: float) -> float:
    """Return the mean time kept within the first t, at a constant hazard: (1 - exp(-h t)) / h."""
    return -math.expm1(-h * t) / h


def bills_paid(r: float, t: int) -> float:
    """Return the mean number of bills within t periods, the first at once, kept r by each: (1 - r^t) / (1 - r)."""
    return (1.0 - r**t) / (1.0 - r)


def competing(t: float, hazards: Vector) -> Vector:
    """Return the share who have left for each reason by t: l_k / L (1 - exp(-L t))."""
    total = hazards.sum()
    return np.asarray(hazards / total * -math.expm1(-total * t))


def sbg_survival(t: ArrayLike, a: float, b: float) -> Vector:
    """Return the share alive after t renewals of shifted beta geometric customers: B(a, b + t) / B(a, b)."""
    return np.asarray(np.exp(special.betaln(a, b + np.asarray(t, float)) - special.betaln(a, b)))


def sbg_renewal(t: int, a: float, b: float) -> float:
    """Return the share of those before the t-th renewal who renew: (b + t - 1) / (a + b + t - 1)."""
    return (b + t - 1.0) / (a + b + t - 1.0)


def discounted_lifetime(a: float, b: float, d: float) -> float:
    """Return the expected discounted number of payments, the first today: 2F1(1, b; a + b; 1 / (1 + d))."""
    return float(special.hyp2f1(1.0, b, a + b, 1.0 / (1.0 + d)))


def failing_charges(fails: float, replaced_fails: float, replaced: float) -> float:
    """Return the share of charges that fail if so many cards were replaced since the last: f + (1 - f) f_r share."""
    return fails + (1.0 - fails) * replaced_fails * replaced


def weibull_back(years: float, within_year: float, shape: float, factor: float = 1.0) -> float:
    """Return the share back after so many years, if ``within_year`` are after one; factor on the cumulative hazard."""
    return float(1.0 - (1.0 - within_year) ** (factor * years**shape))


def two_state_share(t: float, into: float, out: float) -> float:
    """Return the share after t in a state entered at a rate a and left at b: a / (a + b) (1 - exp(-(a + b) t))."""
    return into / (into + out) * -math.expm1(-(into + out) * t)


def acted_upon(attention: float, resume: float, looks: ArrayLike) -> Vector:
    """Return the share of wishes acted upon at the k-th monthly look, the first at once: a ((1 - a) exp(-rho))^k."""
    return np.asarray(attention * ((1.0 - attention) * math.exp(-resume)) ** np.asarray(looks, float))


def ever_acted_upon(attention: float, resume: float) -> float:
    """Return the share ever acted upon: a / (1 - (1 - a) exp(-rho))."""
    return attention / (1.0 - (1.0 - attention) * math.exp(-resume))


def mixed_survival(months: int, share: float, monthly: float, annual: float) -> tuple[float, float]:
    """Return the shares kept of all on the monthly and on the annual plan; the latter leave at the ends of years."""
    years = months // 12
    return (1.0 - share) * math.exp(-monthly * months), share * math.exp(-annual * 12 * years)


# --- what they are worth ----------------------------------------------------------------------------------------------


def annuity_due(m: float, r: float, d: float) -> float:
    """Return the value of a margin per period, the first today: m (1 + d) / (1 + d - r).

    Raises
    ------
    ValueError
        When retention is so high that the sum has no end.
    """
    if not r < 1.0 + d:
        raise ValueError(error_text("analysis.infinite", retention=f"{r:g}", discount=f"{d:g}"))
    return m * (1.0 + d) / (1.0 + d - r)


def ordinary(m: float, r: float, d: float) -> float:
    """Return the same, the first after one period: m r / (1 + d - r)."""
    return annuity_due(m, r, d) - m


def finite(m: float, r: float, d: float, periods: int) -> float:
    """Return the sum over the periods 1 .. T of m r^t / (1 + d)^t."""
    return float(m * ((r / (1.0 + d)) ** np.arange(1, periods + 1)).sum())


def margin_multiple(r: float, i: float, g: float = 0.0) -> float:
    """Return r / (1 + i - r (1 + g)), by which a margin that grows by g a period is multiplied."""
    return ordinary(1.0, r * (1.0 + g), i) / (1.0 + g)


def five_points(r: float, d: float, cac: float = 0.0, m: float = 100.0) -> float:
    """Return by what share five points more of retention raise the value net of what winning a customer costs."""
    before = annuity_due(m, r, d) - cac
    return (annuity_due(m, r + 0.05, d) - cac) / before - 1.0


def payback_month(m: float, r: float, cac: float) -> float:
    """Return the least t with m (1 - r^t) / (1 - r) >= CAC, the first margin at once; inf if there is none."""
    left = 1.0 - cac * (1.0 - r) / m
    return math.inf if left <= 0.0 else math.ceil(math.log(left) / math.log(r))


# --- chains -----------------------------------------------------------------------------------------------------------


def chain_value(moves: Vector, rewards: Vector, d: float) -> Vector:
    """Return what each state is worth: V = (I - P / (1 + d))^-1 R."""
    return np.asarray(np.linalg.solve(np.eye(len(moves)) - moves / (1.0 + d), rewards))


def fundamental(among: Vector) -> Vector:
    """Return the expected visits to each transient state from each: N = (I - Q)^-1."""
    return np.asarray(np.linalg.inv(np.eye(len(among)) - among))


def time_in_states(rates: Vector) -> Vector:
    """Return the same in continuous time, from the rates among transient states, diagonal included: N = (-Q)^-1."""
    return np.asarray(np.linalg.inv(-rates))


def activations(t: float, trial: float, active: float, asleep: float, back: float) -> float:
    """Return how often a customer becomes active on average within t of his sign-up: m = G + r * m (renewal equation).

    Trial, activity and sleep have exponential lengths of these means, and a share ``back`` of sleepers is active again,
    so m solves linear differential equations: the states are trial, active, asleep, and the count, which only grows.
    """
    flows = np.zeros((4, 4))
    flows[0, 0], flows[1, 1], flows[2, 2] = -1.0 / trial, -1.0 / active, -1.0 / asleep
    flows[1, 0] = flows[3, 0] = 1.0 / trial
    flows[2, 1] = 1.0 / active
    flows[1, 2] = flows[3, 2] = back / asleep
    return float(linalg.expm(flows * t)[3, 0])


def bills_of_the_active(t: int, trial: float, active: float, asleep: float, back: float) -> float:
    """Return a customer's mean number of bills within t: a first one at once, one at each full month of activity.

    An activation at s has its k-th bill at s + k if the activity lasts: the sum of exp(-k / active) m(t - k).
    """
    first = -math.expm1(-t / trial)
    later = (math.exp(-k / active) * activations(t - k, trial, active, asleep, back) for k in range(1, t + 1))
    return first + sum(later)


# --- seats ------------------------------------------------------------------------------------------------------------


def yule(n: ArrayLike, t: float, rate: float) -> Vector:
    """Return the share with n seats after t from one that brings others: q (1 - q)^(n - 1), q = exp(-a t)."""
    first = math.exp(-rate * t)
    return np.asarray(first * (1.0 - first) ** (np.asarray(n, float) - 1.0))


def linear_birth_death(t: float, start: float, add: float, drop: float) -> tuple[float, float]:
    """Return mean and variance of seats that bring others and are given up, each at constant rates.

    s e^x and s (a + b) / (a - b) e^x (e^x - 1), with x = (a - b) t.
    """
    grown = math.exp((add - drop) * t)
    return start * grown, start * (add + drop) / (add - drop) * grown * (grown - 1.0)


def seats_but_the_last(t: float, start: int, add: float, drop: float, most: int = 60) -> float:
    """Return the mean of the same where the last seat is not given up, from the chain on 1 to ``most`` seats."""
    seats = np.arange(1, most + 1)
    up, down = add * seats[:-1], drop * seats[1:]
    rates = np.diag(up, 1) + np.diag(down, -1)
    return float(linalg.expm((rates - np.diag(rates.sum(axis=1))) * t)[start - 1] @ seats)


# --- orders: BG/NBD ---------------------------------------------------------------------------------------------------


def bg_nbd_orders(t: ArrayLike, r: float, alpha: float, a: float, b: float) -> Vector:
    """Return E[X(t)], the expected number of repeat orders by t."""
    t = np.asarray(t, float)
    still = (alpha / (alpha + t)) ** r * special.hyp2f1(r, b, a + b - 1.0, t / (alpha + t))
    return np.asarray((a + b - 1.0) / (a - 1.0) * (1.0 - still))


def bg_nbd_share(x: int, t: float, r: float, alpha: float, a: float, b: float) -> float:
    """Return P(X(t) = x)."""
    first = alpha / (alpha + t)

    def poisson_gamma(j: ArrayLike) -> Vector:
        j = np.asarray(j, float)
        size = special.gammaln(r + j) - special.gammaln(r) - special.gammaln(j + 1.0)
        return np.asarray(np.exp(size) * first**r * (1.0 - first) ** j)

    still = special.beta(a, b + x) / special.beta(a, b) * poisson_gamma(x)
    if x == 0:
        return float(still)
    gone = special.beta(a + 1.0, b + x - 1.0) / special.beta(a, b) * (1.0 - poisson_gamma(np.arange(x)).sum())
    return float(still + gone)


def bg_nbd_staying(t: float, r: float, alpha: float, a: float, b: float) -> float:
    """Return the share not gone by t: given rate and chance exp(-lambda p t), over both 2F1(r, a; a + b; -t/alpha)."""
    return float(special.hyp2f1(r, a, a + b, -t / alpha))


def bg_nbd_alive(x: ArrayLike, last: ArrayLike, t: float, r: float, alpha: float, a: float, b: float) -> Vector:
    """Return P(alive | x repeat orders, the last at ``last``, seen for t)."""
    x, last = np.asarray(x, float), np.asarray(last, float)
    odds = (x > 0) * a / (b + np.maximum(x, 1.0) - 1.0) * ((alpha + t) / (alpha + last)) ** (r + x)
    return np.asarray(1.0 / (1.0 + odds))


# --- queues -----------------------------------------------------------------------------------------------------------


def erlang_c(load: float, agents: int) -> tuple[float, float]:
    """Return the chance of waiting and the mean number waiting in M/M/c, ``load`` in mean sessions.

    Raises
    ------
    ValueError
        When as much is asked for as can be done, or more: the queue has no end.
    """
    if load >= agents:
        raise ValueError(error_text("analysis.queue", agents=agents, load=f"{load:g}"))
    last = load**agents / math.factorial(agents) * agents / (agents - load)
    waits = last / (sum(load**k / math.factorial(k) for k in range(agents)) + last)
    return waits, waits * load / (agents - load)


def erlang_a(load: float, agents: int, patience: float, longest: int = 400) -> tuple[float, float]:
    """Return the chance of waiting and the share who go away in M/M/c+M, from its birth-death chain.

    ``patience`` in mean sessions; k customers present leave at rate min(k, c) + max(0, k - c) / patience.
    """
    weights = np.ones(longest + 1)
    for k in range(1, longest + 1):
        weights[k] = weights[k - 1] * load / (min(k, agents) + max(0, k - agents) / patience)
    shares = weights / weights.sum()
    waiting = shares @ np.maximum(0, np.arange(longest + 1) - agents)
    return float(shares[agents:].sum()), float(waiting / patience / load)


# --- use --------------------------------------------------------------------------------------------------------------


def negative_binomial(x: ArrayLike, mean: float, shape: float) -> Vector:
    """Return the share who use x times, rates being Gamma: C(s + x - 1, x) q^s (1 - q)^x, q = s / (s + m)."""
    x, q = np.asarray(x, float), shape / (shape + mean)
    size = special.gammaln(shape + x) - special.gammaln(shape) - special.gammaln(x + 1.0)
    return np.asarray(np.exp(size) * q**shape * (1.0 - q) ** x)


def habit_gain(uses: float) -> float:
    """Return the share of the way to full habit that one use makes if so many uses make 95 % of it."""
    return -math.expm1(-math.log(20.0) / uses)


def habit_after(uses: float, gain: float) -> float:
    """Return the habit after so many uses from none, none of it fading: 1 - (1 - c)^n."""
    return float(1.0 - (1.0 - gain) ** uses)


def mean_habit(days: float, rate: float, gain: float, fade: float) -> float:
    """Return the expected habit at a time, uses coming at random: dh/dt = rate c (1 - h) - fade h from 0."""
    pull = rate * gain + fade
    return rate * gain / pull * -math.expm1(-pull * days)
