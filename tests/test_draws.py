"""The draws are as good as chance: uniform, and independent of their neighbours in every part of the address."""

import itertools

import numpy as np
import pytest
from numba import njit
from scipy import special

from sim.core.customer import CLOCKS
from sim.core.events import INTENT_REASONS
from sim.core.randomness import Stream, life_key, uniform, uniforms
from sim.core.units import MONTH
from sim.model.candidates import Group, Origin, Population, acquired
from sim.model.traits import Trait

POPULATION = Population(
    1, (2.0, 2.0), 2.0, 8.0, (3.0, 7.0), np.array([3.0, 13.0]), np.array([0.9, 0.4]), (0.7, 3.8), np.array([0.3, 0.2]),
    3.0, 4.0,
)  # fmt: skip


@njit(cache=True)
def draws(key, streams, k):
    drawn = np.empty((len(streams), len(k)))
    for i in range(len(streams)):
        for j in range(len(k)):
            drawn[i, j] = uniform(key, streams[i], k[j])
    return drawn


CELLS = 100


def chi_square_z(drawn):
    """How far the counts in equal cells are from equal, as a standard normal."""
    counts = np.histogram(drawn, bins=CELLS, range=(0.0, 1.0))[0]
    expected = len(drawn) / CELLS
    return float((((counts - expected) ** 2 / expected).sum() - (CELLS - 1)) / np.sqrt(2 * (CELLS - 1)))


def correlation_z(one, other):
    return float(np.corrcoef(one, other)[0, 1] * np.sqrt(len(one)))


@njit(cache=True)
def first_draws(lives, stream):
    drawn = np.empty(len(lives))
    for i in range(len(lives)):
        drawn[i] = uniform(life_key(1, 0, 5, lives[i]), stream, 0)
    return drawn


IDS = np.arange(200_000)
ONE_PART_COUNTS_UP = {
    "customers": lambda: uniforms(np.uint64(1), 0, IDS, int(Stream.TRAIT), 0),
    "customers of a later month": lambda: uniforms(np.uint64(1), 0, IDS + (5 << 38), int(Stream.TRAIT), 0),
    "k": lambda: draws(12345, np.array([int(Stream.STEP)]), IDS)[0],
    "intents": lambda: draws(12345, np.array([int(Stream.ACT)]), IDS * 1024)[0],
    "streams": lambda: draws(777, IDS, np.array([0]))[:, 0],
    "lives": lambda: first_draws(IDS, int(Stream.ACT)),
    "replications": lambda: np.array([uniforms(np.uint64(1), r, IDS[:1], 0, 0)[0] for r in range(20_000)]),
    "seeds": lambda: np.array([uniforms(np.uint64(seed), 0, IDS[:1], 0, 0)[0] for seed in range(20_000)]),
}
"""Long runs of draws in which only one part of the address counts up."""


@pytest.mark.parametrize("name", ONE_PART_COUNTS_UP)
def test_draws_of_neighbours_are_uniform_and_independent(name):
    """Chi-square over 100 cells, and correlation of each draw with the next three; |z| below 4."""
    drawn = ONE_PART_COUNTS_UP[name]()

    assert abs(chi_square_z(drawn)) < 4
    for lag in (1, 2, 3):
        assert abs(correlation_z(drawn[:-lag], drawn[lag:])) < 4


def test_different_decisions_of_one_customer_are_independent():
    """Every pair of streams, over many customers: 10 x 10 cells are as full as chance makes them."""
    ids = np.arange(20_000)
    numbers = [*(stream for stream in Stream if stream not in (Stream.ACT, Stream.CLOCK)),
               *(Stream.ACT + reason for reason in range(INTENT_REASONS)),
               *(Stream.CLOCK + clock for clock in range(CLOCKS))]  # fmt: skip
    cells = [(uniforms(np.uint64(3), 0, ids, int(stream), 0) * 10).astype(int) for stream in numbers]
    pairs = list(itertools.combinations(cells, 2))
    tables = np.array([np.bincount(10 * one + other, minlength=100) for one, other in pairs])
    surprise = special.chdtrc(99, ((tables - 200.0) ** 2 / 200.0).sum(axis=1))

    assert surprise.min() * len(pairs) > 0.001
    assert abs((surprise < 0.1).mean() - 0.1) < 0.05


def test_traits_have_the_distributions_that_they_are_said_to_have():
    """Mean of each trait against its exact mean, |z| below 4; and no two traits of a customer go together."""
    count = 100_000
    customers = acquired(POPULATION, 0, Group(Origin.ACQUIRED, 1, 2, 0, count))
    arrival = customers.next_time / MONTH - 2
    exact = {
        "fit": (0.5, 0.05), "leave_propensity": (1.0, 0.5), "use_propensity": (1.0, 0.125), "effort": (0.3, 0.21 / 11),
        "seats": (13.0, 13.0 * 12.0), "card": (0.4, 0.24), "renewal_leave": (0.7 / 4.5, 0.7 * 3.8 / 4.5**2 / 5.5),
        "order_leave": (0.2, 0.2 * 0.8 / 4.0), "basket": (1.0, 0.25), "responsiveness": (1.0, 1.0),
        "price_sensitivity": (1.0, 1 / 3), "service_demand": (0.5, 1 / 12), "bad_mouth": (0.5, 1 / 12),
        "card_phase": (0.5, 1 / 12), "posts": (0.5, 1 / 12), "screen": (0.0, 1 / 3),
    }  # fmt: skip

    for name, (mean, variance) in exact.items():
        z = (customers[name].astype(float).mean() - mean) / np.sqrt(variance / count)
        assert abs(z) < 4, (name, z)
    assert len(exact) == len(Trait)
    assert ((arrival >= 0) & (arrival < 1)).all()
    assert abs((arrival.mean() - 0.5) * np.sqrt(12 * count)) < 4
    for one, other in itertools.combinations([*exact], 2):
        assert abs(correlation_z(customers[one].astype(float), customers[other].astype(float))) < 4.5, (one, other)
    assert special.gammainc(2.0, 2.0 * np.median(customers.leave_propensity)) == pytest.approx(0.5, abs=0.01)
