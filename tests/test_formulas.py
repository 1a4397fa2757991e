"""The closed forms against the figures that are published of them, and against sums and integrals."""

from math import comb, exp

import numpy as np
import pytest
from scipy import integrate, linalg, special, stats

from sim.verification import formulas
from sim.verification.formulas import (
    acted_upon,
    activations,
    annuity_due,
    bg_nbd_alive,
    bg_nbd_orders,
    bg_nbd_share,
    bg_nbd_staying,
    bills_of_the_active,
    bills_paid,
    chain_value,
    competing,
    discounted_lifetime,
    erlang_a,
    erlang_c,
    ever_acted_upon,
    failing_charges,
    finite,
    five_points,
    fundamental,
    habit_after,
    habit_gain,
    linear_birth_death,
    margin_multiple,
    mean_habit,
    mixed_survival,
    negative_binomial,
    ordinary,
    pareto_survival,
    payback_month,
    restricted_lifetime,
    sbg_renewal,
    sbg_survival,
    seats_but_the_last,
    time_in_states,
    two_state_share,
    weibull_back,
    yule,
)
from sim.verification.orders import CDNOW
from sim.verification.renewals import REGULAR

R, ALPHA, A, B = CDNOW

WALK = np.array([[0.0, 0.5, 0.0], [0.5, 0.0, 0.5], [0.0, 0.5, 0.0]])
PUBLISHED = [
    (float(competing(12.0, np.array([0.05]))[0]), "0.4512"),
    (discounted_lifetime(*REGULAR, 0.10), "3.695"),
    (annuity_due(1.0, sbg_renewal(1, *REGULAR), 0.10), "2.324"),
    *(pair for row, numbers in zip(fundamental(WALK), ("1.5 1.0 0.5", "1.0 2.0 1.0", "0.5 1.0 1.5"))
      for pair in zip(row, numbers.split())),
    *zip(fundamental(WALK) @ np.ones(3), ("3.0", "4.0", "3.0")),
    *zip(fundamental(WALK) @ [0.5, 0.0, 0.0], ("0.75", "0.50", "0.25")),
    (float(bg_nbd_orders(39.0, *CDNOW)), "1.197"),
    (float(bg_nbd_alive(2, 30.43, 38.86, *CDNOW)), "0.727"),
    (ordinary(100.0, 0.8, 0.1), "266.67"),
    (finite(100.0, 0.8, 0.1, 5), "212.41"),
    *((margin_multiple(r, 0.12), seen) for r, seen in zip((0.6, 0.7, 0.8, 0.9), ("1.15", "1.67", "2.50", "4.09"))),
    *zip((*erlang_c(2, 3), *erlang_c(3, 4)), ("0.4444", "0.8889", "0.5094", "1.528")),
    (100.0 * failing_charges(0.064, 0.31, 1.0 / 36.0), "7.2"),
    (100.0 * two_state_share(1e6, 0.03, 0.08), "27.3"),
    (habit_after(30, habit_gain(66)), "0.7438"),
    (habit_after(66, habit_gain(66)), "0.95"),
    *((100.0 * five_points(r, d), seen) for r, seen_at in (
        (0.60, "14 11 10"), (0.70, "20 14 13"), (0.75, "25 17 14"), (0.80, "33 20 17"), (0.85, "50 25 20"),
        (0.90, "100 33 25"))
      for d, seen in zip((0.0, 0.10, 0.15), seen_at.split())),
    *((100.0 * five_points(r, 0.10, cac), seen) for r, seen_at in (
        (0.60, "11 20 122"), (0.70, "14 22 52"), (0.80, "20 28 44"), (0.90, "33 41 52"))
      for cac, seen in zip((0.0, 100.0, 200.0), seen_at.split())),
]  # fmt: skip
"""What our formula gives, and the figure as it was published."""


@pytest.mark.parametrize(("ours", "theirs"), PUBLISHED)
def test_formulas_give_the_published_figures(ours, theirs):
    """To the last digit that was published."""
    last_digit = 10.0 ** -len(theirs.partition(".")[2])

    assert ours == pytest.approx(float(theirs), abs=0.5001 * last_digit)


def test_survival_of_the_regular_cohort_is_as_published():
    """Two of eight figures are published a hundredth lower than their own rounded parameters give."""
    published = [62.67, 47.38, 38.80, 33.21, 29.23, 26.25, 23.90, 22.01]

    assert 100.0 * sbg_survival(np.arange(1, 9), *REGULAR) == pytest.approx(published, abs=0.0075)


def over_gamma(function, shape, rate):
    """Return the mean of a function of a Gamma variate."""
    density = stats.gamma(shape, scale=1.0 / rate).pdf
    return integrate.quad(lambda x: function(x) * density(x), 0.0, np.inf, epsabs=0.0, epsrel=1e-10, limit=500)[0]


def over_customers(function):
    """Return the mean of a function of rate and chance over the customers of BG/NBD."""

    # By the Gamma's own quantiles, where its density has a pole at 0.
    def inner(u):
        rate = special.gammaincinv(R, u) / ALPHA
        return integrate.quad(lambda p: function(rate, p), 0, 1, weight="alg", wvar=(A - 1, B - 1), epsrel=1e-9)[0]

    return integrate.quad(inner, 0.0, 1.0, epsrel=1e-8, limit=500)[0] / special.beta(A, B)


def activations_by_residues(t, trial, active, asleep, back):
    """Return m(t) from its Laplace transform g / (s (1 - r)), as the sum of its residues."""
    way = np.polymul([active, 1.0], [asleep, 1.0])  # g = 1 / (1 + trial s), r = back / way
    below = np.polymul(np.polymul([1.0, 0.0], [trial, 1.0]), np.polysub(way, [back]))
    poles = np.roots(below)
    return (np.polyval(way, poles) / np.polyval(np.polyder(below), poles) * np.exp(poles * t)).sum().real


RENEWED = np.cumprod([1.0, *(sbg_renewal(t, *REGULAR) for t in range(1, 400))])


@pytest.mark.parametrize(
    ("formula", "otherwise"),
    [
        (pareto_survival(7.0, 2.0, 0.06), over_gamma(lambda h: exp(-7.0 * h), 2.0, 2.0 / 0.06)),
        (float(sbg_survival(8, *REGULAR)), RENEWED[8]),
        (discounted_lifetime(*REGULAR, 0.10), RENEWED @ 1.1 ** -np.arange(400.0)),
        (annuity_due(100.0, 0.8, 0.1), 100.0 * ((0.8 / 1.1) ** np.arange(400)).sum()),
        (margin_multiple(0.7, 0.12, 0.05) * 1.05, ((0.7 * 1.05 / 1.12) ** np.arange(1, 400)).sum()),
        (chain_value(np.array([[0.8]]), np.array([100.0]), 0.1)[0], annuity_due(100.0, 0.8, 0.1)),
        (time_in_states(WALK - np.eye(3))[0, 1], fundamental(WALK)[0, 1]),
        (bg_nbd_staying(39.0, *CDNOW), over_customers(lambda rate, p: exp(-39.0 * rate * p))),
        (
            bg_nbd_orders(39.0, *CDNOW),
            over_customers(lambda rate, p: -np.expm1(-39.0 * rate * p) / p if p > 0.0 else 39.0 * rate),
        ),
        (sum(bg_nbd_share(x, 39.0, *CDNOW) for x in range(800)), 1.0),
        (sum(x * bg_nbd_share(x, 39.0, *CDNOW) for x in range(800)), float(bg_nbd_orders(39.0, *CDNOW))),
        (erlang_a(2.0, 3, 1e9)[0], erlang_c(2.0, 3)[0]),
        (mean_habit(9.0, 2.0, 0.1, 0.0), sum(stats.poisson(18).pmf(n) * habit_after(n, 0.1) for n in range(200))),
        (weibull_back(1.0, 0.2, 0.52), 0.2),
        (restricted_lifetime(0.05, 12.0), integrate.quad(lambda t: exp(-0.05 * t), 0.0, 12.0)[0]),
        (bills_paid(0.9, 7), (0.9 ** np.arange(7)).sum()),
        (two_state_share(5.0, 0.06, 0.2), linalg.expm(5.0 * np.array([[-0.06, 0.06], [0.2, -0.2]]))[0, 1]),
        (acted_upon(0.4, 0.3, np.arange(200)).sum(), ever_acted_upon(0.4, 0.3)),
        (float(acted_upon(0.4, 0.3, 1)), 0.6 * exp(-0.3) * 0.4),
        (sum(mixed_survival(30, 0.3, 0.06, 0.03)), 0.7 * exp(-30 * 0.06) + 0.3 * exp(-24 * 0.03)),
        (payback_month(100.0, 0.9, 450.0), np.flatnonzero(np.cumsum(100.0 * 0.9 ** np.arange(50)) >= 450.0)[0] + 1),
        (activations(9.0, 1.0, 8.0, 3.0, 0.3), activations_by_residues(9.0, 1.0, 8.0, 3.0, 0.3)),
        (bills_of_the_active(9, 1e-9, 8.0, 3.0, 0.0), bills_paid(exp(-1.0 / 8.0), 9)),
        (yule(np.arange(1, 2000), 12.0, 0.08) @ np.arange(1, 2000), linear_birth_death(12.0, 1.0, 0.08, 0.0)[0]),
        (
            yule(np.arange(1, 2000), 12.0, 0.08) @ np.arange(1, 2000) ** 2 - exp(2 * 0.96),
            linear_birth_death(12.0, 1.0, 0.08, 0.0)[1],
        ),
        (linear_birth_death(6.0, 40.0, 0.03, 0.06)[0], seats_but_the_last(6.0, 40, 0.03, 0.06, 120)),
        (seats_but_the_last(6.0, 1, 0.03, 1e-9), linear_birth_death(6.0, 1.0, 0.03, 0.0)[0]),
        (float(negative_binomial(3, 3.0, 0.8)), over_gamma(lambda m: stats.poisson.pmf(3, m), 0.8, 0.8 / 3.0)),
        (mean_habit(1e6, 1.0, 0.04, 0.02), 0.04 / 0.06),
        (float(competing(12.0, np.array([0.02, 0.03])).sum()), 1.0 - exp(-0.6)),
        (habit_after(3, 0.1), 1.0 - sum(comb(3, k) * (-0.1) ** k for k in range(4))),
    ],
    ids=lambda value: None,
)
def test_formulas_agree_with_another_way_to_compute_them(formula, otherwise):
    """To one in a million, by sums and integrals."""
    assert formula == pytest.approx(otherwise, rel=1e-6)


def test_what_has_no_finite_value_is_refused():
    for call in (lambda: annuity_due(1.0, 1.1, 0.1), lambda: ordinary(1.0, 1.2, 0.1), lambda: erlang_c(4, 4)):
        with pytest.raises(ValueError, match=r"infinite|for ever"):
            call()


def test_what_never_comes_back_has_no_month():
    assert payback_month(100.0, 0.9, 1001.0) == np.inf


def test_every_formula_is_tested():
    public = [name for name, thing in vars(formulas).items() if getattr(thing, "__module__", "") == formulas.__name__]

    assert set(public) <= set(globals())
