"""Bring out improved and new features at a rhythm.

A release makes the product new again for those who still use it: much for customers whose novelty is gone and who
have no habit yet, nothing for newcomers, to whom all is new, little for those who come by habit. Deeper features raise
perceived value of those alone who know the core, the activated. Sleepers see nothing of it. What is new fades again,
so that releases which stop leave nothing but what habit they made, and each has to be paid for.
What would prove the numbers wrong: customers held back from a release, months after sign-up, who use as much.
"""

import math
from typing import ClassVar

from sim.core.compiling import compiled
from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, money, param
from sim.core.units import Money, Probability, Ratio

DORMANCY = int(Stage.DORMANCY)
ROUNDING = 1e-9


class ProductReleases(Lever):
    """Release improved and new features."""

    meets: ClassVar = (Stage.INTRODUCTION, Stage.GROWTH, Stage.MATURITY)
    running_costs: ClassVar = ("per_month", "release_cost")

    per_month: Ratio = choice(
        0.25, "Releases a month, up to 1, counted from the study's start: at .25 every fourth month begins with one."
    )
    renews: Probability = param(
        "20 %", "Share of the way back to new that a release makes.",
        source="seed_releases", grade="J", low="0 %", high="50 %",
    )  # fmt: skip
    deepens: Probability = param(
        "5 %", "Share of the way to full perceived value that a release makes for activated customers.",
        source="seed_releases", grade="J", low="0 %", high="20 %",
    )  # fmt: skip
    release_cost: Money = money("release", "What one release costs, spread over the months that it takes.")


@compiled
def is_due(customer, lever):
    """Whether a release comes at the start of this month."""
    by_now = math.floor(customer.month * lever.per_month + ROUNDING)
    return by_now > math.floor((customer.month - 1) * lever.per_month + ROUNDING)


@ProductReleases.changes(Hook.NOVELTY)
def be_new_again(share, customer, lever):
    sees = customer.stage != DORMANCY and is_due(customer, lever)
    return share + (1.0 - share) * lever.renews if sees else share


@ProductReleases.changes(Hook.VALUE_PUSH)
def go_deeper(push, customer, lever):
    knows = customer.activated == 1 and customer.stage != DORMANCY and is_due(customer, lever)
    return push + (1.0 - push) * lever.deepens if knows else push
