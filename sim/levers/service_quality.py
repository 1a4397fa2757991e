"""Serve customers better: answer before the sale, have fewer problems, and solve more of them.

It works by what happens: a problem less, or one solved to content, leaves a satisfied customer, and who has no
problems is not helped. Care costs with how much service customers ask for, whether it solves anything or not.
What would prove the numbers wrong: a hold-out with as many unsolved problems, or as many ends for experience.
"""

from typing import ClassVar

from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import money, param
from sim.core.units import Money, Number, Probability

DORMANCY = int(Stage.DORMANCY)


class ServiceQuality(Lever):
    """Better service before and after the sale."""

    meets: ClassVar = (Stage.INTRODUCTION, Stage.GROWTH, Stage.MATURITY)
    running_costs: ClassVar = ("running_cost",)

    solves: Probability = param(
        "40 %", "Of problems that were not solved to the customer's content, the share that now are.",
        source="judgement", grade="J", low="0 %", high="80 %",
    )  # fmt: skip
    prevents: Probability = param(
        "10 %", "Share of problems that do not arise any more.",
        source="judgement", grade="J", low="0 %", high="40 %",
    )  # fmt: skip
    trust: Number = param(
        0.05, "Rise of converting of a prospect of middle service demand, whose questions are answered.",
        source="seed_service", grade="J", low=0, high=0.15,
    )  # fmt: skip
    care: Money = money("care_month", "Looking after a customer of middle service demand while he is awake, a month.")
    running_cost: Money = money("service_quality_month", "Running the service centre itself, a month.")


@ServiceQuality.changes(Hook.SOLVED)
def solve_more(chance, customer, lever):
    return chance + (1.0 - chance) * lever.solves


@ServiceQuality.changes(Hook.PROBLEM_RATE)
def prevent_some(factor, customer, lever):
    return factor * (1.0 - lever.prevents)


@ServiceQuality.changes(Hook.CONVERT_RATE)
def answer_questions(factor, customer, lever):
    return factor * max(0.0, 1.0 + lever.trust * 2.0 * customer.service_demand)


@ServiceQuality.changes(Hook.MONTH_COST)
def care_for(cost, customer, lever):
    return cost + (0.0 if customer.stage == DORMANCY else lever.care * 2.0 * customer.service_demand)
