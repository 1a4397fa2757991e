"""The streams that are put through dieharder are the draws of the keyed generator, and its p-values are read right."""

import sys

import numpy as np
import pytest
from test_randomness import split_mix
from worlds import ROOT

sys.path.insert(0, str(ROOT / "benchmarks" / "generator"))
sys.path.insert(0, str(ROOT / "docs"))

from generator_page import Outcome, outcomes
from orders import HARD, STREAMS, as_used, pack, study

from sim.core.customer import Clock
from sim.core.randomness import Stream

BUDGET, MONTHS_APART = Stream.CLOCK + Clock.CONVERT, 1 << 38


def candidate_of(n):
    """Return the id of the n-th candidate: 2^26 a month."""
    return n % 2**26 + n // 2**26 * MONTHS_APART


ADDRESSES = {
    "customers": lambda n: (1, 0, candidate_of(n), 0, BUDGET, 0),
    "replications": lambda n: (1 + n // 100_000, n % 100_000, 0, 0, BUDGET, 0),
    "seeds": lambda n: (n, 0, 0, 0, BUDGET, 0),
    "traits": lambda n: (1, 0, candidate_of(n // 16), 0, Stream.TRAIT, n % 16),
    "streams": lambda n: (1, 0, candidate_of(n // len(STREAMS)), 0, STREAMS[n % len(STREAMS)], 0),
    "times": lambda n: (1, 0, 0, 0, BUDGET, n),
}
"""Of the n-th word of each order: seed, replication, customer, life, stream, k."""


def word(address):
    """Return the draw at an address, by whole numbers of any size."""
    key = 0
    for part in address:
        key = split_mix(key, int(part))
    return key


@pytest.mark.parametrize("name", HARD)
def test_an_order_is_of_the_addresses_that_it_says(name):
    """From its beginning, and from a place far on."""
    for start in (0, 199_990, 2**33 - 5):
        words = np.empty(20, np.uint64)
        HARD[name](words, start)
        assert words.tolist() == [word(ADDRESSES[name](start + i)) for i in range(20)]


def asked(count=7):
    """Return addresses that a run may have asked for, and what it was given."""
    rows = [(5 * n % 3, n % 2, 40 + n % 3, n, word((1, 0, 5 * n % 3, n % 2, 40 + n % 3, n))) for n in range(count)]
    return np.array(rows, [("customer", "i8"), ("life", "i8"), ("stream", "i8"), ("k", "i8"), ("word", "u8")])


def test_a_study_is_replayed_in_one_replication_after_another():
    addresses, words = asked(), np.empty(10, np.uint64)
    study(addresses)(words, 5)
    expected = [(n // 7, addresses[n % 7]) for n in range(5, 15)]

    assert words.tolist() == [word((1, r, *list(one.tolist())[:4])) for r, one in expected]
    addresses["word"][3] += 1
    with pytest.raises(ValueError, match="not the draws"):
        study(addresses)


def test_as_used_packs_the_top_bits():
    """Sixteen times 52 bits are thirteen words; nothing is lost between two pieces."""
    words, packed = np.empty(32, np.uint64), np.empty(26, np.uint64)
    HARD["seeds"](words, 0)
    pack(words, packed)
    bits = "".join(f"{int(one) >> 12:052b}" for one in words)
    later = np.empty(13, np.uint64)
    as_used(HARD["seeds"])(later, 13)

    assert [int(bits[i : i + 64], 2) for i in range(0, len(bits), 64)] == packed.tolist()
    assert later.tolist() == packed[13:].tolist()


PRINTED = """dieharder version 3.31.1 Copyright 2003 Robert G. Brown
        diehard_runs|   0|    100000|     100|0.66079053|  PASSED
        diehard_runs|   0|    100000|     100|0.76907510|  PASSED
         rgb_bitdist|   4|    100000|     100|0.99845403|   WEAK
"""


def test_every_p_value_is_read():
    assert outcomes(PRINTED) == [
        Outcome("diehard_runs", 0, 1, 0.66079053), Outcome("diehard_runs", 0, 2, 0.7690751),
        Outcome("rgb_bitdist", 4, 1, 0.99845403),
    ]  # fmt: skip
