"""Chance is keyed by who, why and which time: exact, never 0 or 1, without collisions, and nobody disturbs anybody."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from numba import njit
from worlds import UNTIED, World, business, difference, everybody, log_of, of, same_records, world

from sim.core.customer import CLOCKS, Clock
from sim.core.events import INTENT_REASONS
from sim.core.randomness import Stream, between_0_and_1, draw_bits, life_key, uniform, uniforms, unit_exponential
from sim.levers import LEVERS
from sim.model.candidates import (
    ATTEMPT_BITS,
    GROUP_BITS,
    INDEX_BITS,
    PERIOD_BITS,
    Group,
    Origin,
    Population,
    acquired,
    draw_traits,
)
from sim.study.design import Design

PUBLISHED = (
    6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
)  # fmt: skip
"""SplitMix64 from seed 1234567, as on Rosetta Code."""
WORD = 2**64 - 1
EDGES = (0, 1, 2, 2**31, 2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63, WORD - 1, WORD)


@njit(cache=True)
def bits_of(keys, numbers):
    drawn = np.empty(len(keys), np.uint64)
    for i in range(len(keys)):
        drawn[i] = draw_bits(keys[i], numbers[i])
    return drawn


@njit(cache=True)
def draws(key, streams, k):
    drawn = np.empty((len(streams), len(k)))
    for i in range(len(streams)):
        for j in range(len(k)):
            drawn[i, j] = uniform(key, streams[i], k[j])
    return drawn


@njit(cache=True)
def budget(key, stream, k):
    return unit_exponential(key, stream, k)


@njit(cache=True)
def key_of(seed, replication, customer, life):
    return life_key(seed, replication, customer, life)


def split_mix(key, n):
    """The n-th output of SplitMix64 in whole numbers of any size: a second writing, after Vigna's splitmix64.c."""
    state = (key + (n + 1) * 0x9E3779B97F4A7C15) & WORD
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & WORD
    return state ^ (state >> 31)


def fast(key, n):
    return int(bits_of(np.array([key], np.uint64), np.array([n], np.uint64))[0])


# --- the numbers themselves -----------------------------------------------------------------------------------------


def test_the_published_vectors():
    assert tuple(fast(1234567, n) for n in range(5)) == PUBLISHED
    assert tuple(split_mix(1234567, n) for n in range(5)) == PUBLISHED


def test_edge_keys_equal_whole_number_arithmetic():
    for key, n in itertools.product(EDGES, EDGES):
        assert split_mix(key, n) == fast(key, n)


@given(key=some.integers(0, WORD), n=some.integers(0, WORD))
@example(key=WORD, n=WORD)
def test_any_key_equals_whole_number_arithmetic(key, n):
    assert split_mix(key, n) == fast(key, n)


@given(
    seed=some.integers(0, 2**63 - 1), replication=some.integers(0, 99_999), customer=some.integers(0, 2**62),
    life=some.integers(0, 127),
)  # fmt: skip
def test_a_life_is_keyed_level_by_level(seed, replication, customer, life):
    """Study seed, replication, customer, life; then stream and k; the top 52 bits make the number."""
    key = 0
    for part in (seed, replication, customer, life):
        key = split_mix(key, part)
    expected = (split_mix(split_mix(key, Stream.CHARGE), 7) >> 12) + 0.5

    assert key == int(key_of(np.uint64(seed), replication, customer, life))
    assert expected / 2**52 == draws(np.uint64(key), np.array([Stream.CHARGE]), np.array([7]))[0, 0]


def test_a_uniform_is_never_zero_and_never_one():
    """Not even from the smallest and the largest 64 bits: 52 of them and a half are exact, 53 and a half are not."""
    lowest, highest = (between_0_and_1(np.uint64(bits)) for bits in (0, WORD))

    assert lowest == 2.0**-53
    assert highest == 1.0 - 2.0**-53
    drawn = uniforms(np.uint64(1), 0, np.arange(1_000_000), int(Stream.ACT), 0)
    assert 0.0 < drawn.min() < 1e-5
    assert 1.0 - 1e-5 < drawn.max() < 1.0


def test_a_budget_is_the_inverted_exponential():
    key = np.uint64(99)

    assert -np.log(draws(key, np.array([5]), np.array([3]))[0, 0]) == pytest.approx(budget(key, 5, 3), rel=1e-15)


# --- addresses ------------------------------------------------------------------------------------------------------


def test_streams_of_reasons_and_clocks_do_not_collide():
    """ACT stands for one stream per reason, CLOCK for one per clock."""
    single = [stream for stream in Stream if stream not in (Stream.ACT, Stream.CLOCK)]
    acts = [Stream.ACT + reason for reason in range(INTENT_REASONS)]
    clocks = [Stream.CLOCK + clock for clock in range(CLOCKS)]
    numbers = [*map(int, single), *acts, *clocks]

    assert len(numbers) == len(set(numbers))
    assert max(clock for clock in Clock if clock < Clock.GRID) < CLOCKS


def test_reach_numbers_differ():
    assert len({lever.reach_number() for lever in LEVERS}) == len(LEVERS)


def test_ids_do_not_collide_at_the_ends_of_their_ranges():
    """Origin, channel, segment, period, attempt and number each have their own bits."""
    ends = [(0, 1, 2**bits - 2, 2**bits - 1) for bits in (GROUP_BITS, GROUP_BITS, PERIOD_BITS, ATTEMPT_BITS)]
    ids = set()
    for origin in Origin:
        for channel, segment, period, attempt in itertools.product(*ends):
            for first in (0, 2**INDEX_BITS - 2):
                ids |= set(Group(origin, segment, period, first, 2, channel).ids(attempt).tolist())

    assert len(ids) == len(Origin) * 4**4 * 4
    assert min(ids) >= 0
    assert max(ids) < 2**62  # the reference engine packs an id and an order into one number


# --- nobody disturbs anybody ----------------------------------------------------------------------------------------

POPULATION = Population(1, (2.0, 2.0), 2.0, 8.0, (3.0, 7.0), np.array([3.0, 13.0]), np.array([0.9, 0.4]), (0.7, 3.8))


def test_one_more_customer_changes_nobody():
    few, more = (acquired(POPULATION, 0, Group(Origin.ACQUIRED, 1, 3, 0, count)) for count in (100, 101))

    assert same_records(few, more[:100])


def test_pieces_of_a_group_are_the_group():
    whole = acquired(POPULATION, 2, Group(Origin.ACQUIRED, 0, 1, 0, 50))
    pieces = [acquired(POPULATION, 2, Group(Origin.ACQUIRED, 0, 1, first, 5)) for first in range(0, 50, 5)]

    assert same_records(whole, np.concatenate(pieces))


@pytest.mark.parametrize("customers", [150, 151, 300])
def test_a_larger_sample_only_adds_customers(customers):
    """Everybody new in the smaller sample is in the larger one and lives the same life; so do those of the book.

    The book's own counts by cell are rounded to the sample and may move one customer to another cell.
    """
    logs, ids = [], []
    for size in (customers, 2 * customers):
        this = world(UNTIED, customers=size)
        coming = this.customers.next_kind == Clock.SIGN_UP
        logs.append(log_of(this))
        ids.append([set(this.customers.id[these].tolist()) for these in (coming, ~coming)])
    (new, old), (more_new, more_old) = ids
    both = sorted(new | (old & more_old))

    assert new < more_new
    assert len(old - more_old) <= 0.1 * len(old)
    assert difference(of(logs[0], both), of(logs[1], both)) == ""


def test_customers_do_not_know_of_one_another():
    """Half of the customers, in another order, live as they do among all."""
    this = world(UNTIED)
    order = np.random.default_rng(1).permutation(len(this.customers))[::2]
    part = World(this.customers[order].view(np.recarray), this.kernel, this.until)

    assert difference(of(log_of(this), this.customers.id[order]), log_of(part)) == ""


def test_other_seeds_and_replications_are_other_worlds():
    """Same addresses, no common uniform."""
    traits = [
        draw_traits(population, replication, np.arange(1000)).fit
        for population, replication in ((POPULATION, 0), (POPULATION, 1), (seeded(2), 0), (seeded(2), 1))
    ]

    for one, other in itertools.combinations(traits, 2):
        assert not (one == other).any()
        assert abs(np.corrcoef(one, other)[0, 1]) * np.sqrt(1000) < 4


def seeded(seed):
    return replace(POPULATION, seed=seed)


def test_scenarios_share_their_customers():
    """Levers, prices and behaviour towards levers redraw nobody: traits, arrivals and ids are equal to the bit."""
    designs = [Design((business(levers),), customers=100) for levers in ({}, UNTIED)]
    one, other = (everybody(design) for design in designs)

    assert same_records(one, other)
