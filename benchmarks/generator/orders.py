"""The draws of the keyed generator as streams of 64-bit words, in the order of a study and in orders made to be hard.

Each order is a function that fills an array with the words from a place on; the hard ones let one part of the address
count up and keep the others, so that words follow from neighbouring keys.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.core.customer import CLOCKS, Clock
from sim.core.events import INTENT_REASONS
from sim.core.randomness import Stream, draw_bits, life_key
from sim.model.traits import INDEX_BITS, PERIOD_PLACE, Trait

Fill = Callable[[NDArray[np.uint64], int], None]
"""``fill(words, start)``: the words of an order from number ``start`` on."""
TRAITS, REPLICATIONS = len(Trait), 100_000
TRAIT, BUDGET = int(Stream.TRAIT), int(Stream.CLOCK) + int(Clock.CONVERT)
STREAMS = np.array(
    sorted({
        *map(int, Stream), *(Stream.ACT + reason for reason in range(INTENT_REASONS)),
        *(Stream.CLOCK + clock for clock in range(CLOCKS)),
    })
)  # fmt: skip
"""Every stream of a life."""
WORD, USED = 64, 52
"""Bits of a draw, and how many of them, from the top, make a number between 0 and 1."""


@njit(inline="always")
def word_of(seed, replication, customer, life, stream, k):
    return draw_bits(draw_bits(life_key(seed, replication, customer, life), stream), k)


@njit(inline="always")
def candidate(n):
    """The id of the n-th candidate of a business with one segment: number by number, and month by month."""
    return ((n >> INDEX_BITS) << PERIOD_PLACE) + (n & ((1 << INDEX_BITS) - 1))


@njit(nogil=True)
def customers(words, start):
    for i in range(len(words)):
        words[i] = word_of(1, 0, candidate(start + i), 0, BUDGET, 0)


@njit(nogil=True)
def replications(words, start):
    for i in range(len(words)):
        n = start + i
        words[i] = word_of(1 + n // REPLICATIONS, n % REPLICATIONS, 0, 0, BUDGET, 0)


@njit(nogil=True)
def seeds(words, start):
    for i in range(len(words)):
        words[i] = word_of(start + i, 0, 0, 0, BUDGET, 0)


@njit(nogil=True)
def traits(words, start):
    for i in range(len(words)):
        n = start + i
        words[i] = word_of(1, 0, candidate(n // TRAITS), 0, TRAIT, n % TRAITS)


@njit(nogil=True)
def streams(words, start):
    for i in range(len(words)):
        n = start + i
        words[i] = word_of(1, 0, candidate(n // len(STREAMS)), 0, STREAMS[n % len(STREAMS)], 0)


@njit(nogil=True)
def times(words, start):
    for i in range(len(words)):
        words[i] = word_of(1, 0, 0, 0, BUDGET, start + i)


@njit(nogil=True)
def replay(words, start, lives, life_of, stream, k, keys):
    """Ask for the same addresses in one replication after another, and in one study after another."""
    asked = len(life_of)
    replication = -1
    for i in range(len(words)):
        n = start + i
        if n // asked != replication:
            replication = n // asked
            for j in range(len(lives)):
                seed, number = 1 + replication // REPLICATIONS, replication % REPLICATIONS
                keys[j] = life_key(seed, number, lives[j, 0], lives[j, 1])
        place = n % asked
        words[i] = draw_bits(draw_bits(keys[life_of[place]], stream[place]), k[place])


def study(addresses: NDArray[Any]) -> Fill:
    """Return the order of a study, from the addresses that a run has asked for.

    Raises
    ------
    ValueError
        When the words of its first replication are not those that the run was given.
    """
    both = np.column_stack([addresses["customer"], addresses["life"]])
    lives, life_of = np.unique(both, axis=0, return_inverse=True)
    stream, k = (np.ascontiguousarray(addresses[name]) for name in ("stream", "k"))

    def fill(words: NDArray[np.uint64], start: int) -> None:
        replay(words, start, lives, life_of.ravel(), stream, k, np.empty(len(lives), np.uint64))

    again = np.empty(len(addresses), np.uint64)
    fill(again, 0)
    if (again != addresses["word"]).any():
        raise ValueError("these are not the draws that the run was given")
    return fill


@njit(nogil=True)
def pack(words, packed):
    """Put the top 52 bits of words one after another: 16 words into 13."""
    place, room = 0, WORD
    packed[:] = np.uint64(0)
    for i in range(len(words)):
        bits, left = words[i] >> np.uint64(WORD - USED), USED
        while left > 0:
            taken = min(left, room)
            part = (bits >> np.uint64(left - taken)) & ((np.uint64(1) << np.uint64(taken)) - np.uint64(1))
            packed[place] |= part << np.uint64(room - taken)
            left -= taken
            room -= taken
            if room == 0:
                place, room = place + 1, WORD


def as_used(fill: Fill) -> Fill:
    """Return an order without the twelve bits of each word that no draw uses."""

    def fill_used(words: NDArray[np.uint64], start: int) -> None:
        whole = np.empty(len(words) * WORD // USED, np.uint64)
        fill(whole, start * WORD // USED)
        pack(whole, words)

    return fill_used


BLOCK = 13 << 13
"""Words written at a time; as used, 16 words make 13."""
HARD: dict[str, Fill] = {
    "customers": customers, "replications": replications, "seeds": seeds, "traits": traits, "streams": streams,
    "times": times,
}  # fmt: skip
"""The orders in which one part of the address counts up."""
