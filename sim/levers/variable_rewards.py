"""Reward uses: always the same, or by chance.

A reward acts by surprise: it makes habit where it is larger than the customer has learnt to expect. So a fixed reward
works while it is new, and a variable one of the same cost goes on working. Each also leaves some stored value behind.
What would prove the numbers wrong: a randomised test in which habit (uses a month) grows no faster under chance.
"""

from typing import ClassVar, Literal

from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, money, param
from sim.core.units import Count, Money, Probability, Ratio


class VariableRewards(Lever):
    """Reward customers for using the product."""

    meets: ClassVar = (Stage.INTRODUCTION, Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)

    kind: Literal["tribe", "self", "goal"] = choice("self", "Whose reward: other people's, one's own, a goal's.")
    schedule: Literal["fixed", "variable"] = choice("variable", "Each time the same, or by chance.")
    size: Ratio = param(
        1, "Size of a fixed reward, and mean size of a variable one; 1 is noticeable.",
        source="judgement", grade="J", low=0.3, high=3,
    )  # fmt: skip
    chance: Probability = param(
        "25 %", "Chance of a variable reward, which is larger in proportion: size / chance.",
        source="uncertain_reward", grade="J", low="5 %", high="60 %",
    )  # fmt: skip
    standard: Count = param(
        4, "Uses that it takes to reach the standard for a reward.",
        source="seed_reward", grade="J", low=1, high=10,
    )  # fmt: skip
    cost: Money = money("reward_unit", "What a reward of size 1 costs.")


@VariableRewards.changes(Hook.REWARD_STANDARD)
def reach_the_standard(uses, customer, lever):
    return max(uses, lever.standard)


@VariableRewards.changes(Hook.REWARD_CHANCE)
def reward_some(chance, customer, lever):
    return max(chance, 1.0 if lever.schedule == 0.0 else lever.chance)


@VariableRewards.changes(Hook.REWARD_SIZE)
def of_this_size(size, customer, lever):  # .size is NumPy's own without the compiler
    return size + (lever["size"] if lever.schedule == 0.0 else lever["size"] / lever.chance)


@VariableRewards.changes(Hook.REWARD_KIND)
def of_this_kind(kind, customer, lever):
    return lever.kind


@VariableRewards.changes(Hook.REWARD_COST)
def at_this_cost(cost, customer, lever):
    return cost + lever.cost * (lever["size"] if lever.schedule == 0.0 else lever["size"] / lever.chance)
