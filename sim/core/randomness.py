"""Keyed chance: every draw is a pure function of who, why and which time.

One primitive serves all: ``draw_bits(key, n)`` is the n-th output of the generator SplitMix64 started from ``key``
(Steele, Lea & Flood 2014). Keys are made of the same primitive, one level for each part of the address:
study seed -> replication -> customer -> life -> stream -> k. Nothing is stored and nothing is shared, so a draw does
not depend on which lever acts, which thread runs, or who else exists.
"""

import enum
import math

import numpy as np

from sim.core.compiling import compiled, compiled_once, entry_point, inlined


@enum.unique
class Stream(enum.IntEnum):
    """Why chance is asked. Append only, never renumber: the numbers are part of the results.

    A clock's budgets use the stream CLOCK + the clock's number, a decision on an intent ACT + the reason.
    """

    TRAIT = 0
    ARRIVAL = 1
    REACH = 2
    STEP = 3
    PLAN = 4
    OFFER = 5
    CHARGE = 7
    RETRY = 8
    PATIENCE = 9
    SERVICE = 10
    RENEWAL = 11
    SAMPLE = 12
    OPT_IN = 13
    CALENDAR = 14
    PROMPT = 15
    UNSUBSCRIBE = 16
    AWAKEN = 17
    REWARD = 18
    CONTACT = 19
    ACT = 20
    LATER_PLAN = 24
    BASKET = 25
    REFUND = 26
    ORDER_LEAVE = 27
    LEAVE_REASON = 28
    SLEEP_REASON = 29
    SAVE = 30
    SOLVED = 31
    OVERSOLD = 32
    ANSWER = 33
    CANCEL_ORDER = 34
    RESCUE = 35
    RATION = 36
    UNPAUSE = 37
    CUT_SEATS = 38
    CLOCK = 40
    LONG_TERM = 80
    INFORM = 81


GAMMA = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
ONE = np.uint64(1)
SHIFT_30, SHIFT_27, SHIFT_31, SHIFT_12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)


@inlined
def draw_bits(key, n):
    """The n-th output (n >= 0) of SplitMix64 started from ``key``: 64 bits."""
    bits = np.uint64(key) + (np.uint64(n) + ONE) * GAMMA
    bits = (bits ^ (bits >> SHIFT_30)) * FIRST
    bits = (bits ^ (bits >> SHIFT_27)) * SECOND
    return bits ^ (bits >> SHIFT_31)


if not hasattr(draw_bits, "py_func"):  # without the compiler, Python warns when 64 bits overflow, as they are meant to
    draw_bits = np.errstate(over="ignore")(draw_bits)


@compiled(forceinline=True)
def life_key(seed, replication, customer, life):
    """The key of one life of one customer; all draws of that life start from it."""
    return draw_bits(draw_bits(draw_bits(draw_bits(np.uint64(0), seed), replication), customer), life)


@inlined
def between_0_and_1(bits):
    """The middle of one of 2^52 equal cells: never 0 and never 1 (2^53 cells have no exact middles; the last is 1)."""
    return (np.float64(bits >> SHIFT_12) + 0.5) * (1.0 / 4503599627370496.0)


@inlined
def uniform(key, stream, k):
    """A number in (0, 1) for the k-th time that this life meets this decision; never 0 and never 1."""
    return between_0_and_1(draw_bits(draw_bits(key, stream), k))


@compiled_once
def unit_exponential(key, stream, k):
    """A waiting budget, exponential with mean 1, by inversion."""
    return -math.log(uniform(key, stream, k))


@entry_point(_nrt=True)
def uniforms(seed, replication, customers, stream, k):
    """One uniform for each id in ``customers``, from each customer's first life (traits are inverted outside)."""
    drawn = np.empty(len(customers))
    for i in range(len(customers)):
        drawn[i] = uniform(life_key(seed, replication, customers[i], 0), stream, k)
    return drawn
