"""Give accounts more to do with the product than what they came for, layer by layer.

The outer layer attracts; the deeper ones are found with time, by many people sooner than by one, and by those whom
the product fits (selection). Each use case found keeps the account from soft and experience leaving, is paid for, and
makes champions who bring colleagues in. Building costs the same whether or not anybody finds anything, and small or
new accounts find little.
What would prove the numbers wrong: a randomised guide to further uses after which accounts pay more and stay no longer.
"""

import math
from typing import ClassVar

from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, money, param
from sim.core.units import Count, Days, Money, Probability, Rate, Ratio


class UseCases(Lever):
    """Build further use cases for customers to find."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    build_costs: ClassVar = ("cases", "build_cost")
    running_costs: ClassVar = ("cases", "running_cost")

    cases: Count = choice(3, "Use cases that can be found besides the first.")
    finds: Rate = param(
        "6 % per month", "Rate at which an old, activated account of one seat and mean fit finds the next use case.",
        source="judgement", grade="J", low="1 % per month", high="20 % per month",
    )  # fmt: skip
    half_way: Days = param(
        "6 months", "Tenure at which an account finds use cases half as readily as an old one; a new one finds "
        "nothing.",
        source="seed_layers", grade="J", low="1 month", high="24 months",
    )  # fmt: skip
    seats_help: Ratio = param(
        0.3, "How much more readily more people find use cases: 1 + this times the logarithm of the seats.",
        source="seed_layers", grade="J", low=0, high=1,
    )  # fmt: skip
    fit_find: Probability = param(
        0.7, "Selection by fit: factor on finding use cases, from 1 - this (lowest) to 1 + this (highest).",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip
    leave_help: Ratio = param(
        0.714, "Effect: factor on soft and experience leaving for each use case found (0.8 on voluntary leaving).",
        source="bundle_churn", grade="J", low=0.55, high=1,
    )  # fmt: skip
    leave_floor: Ratio = param(
        0.429, "Floor of the factor on leaving over all use cases found (0.6 on voluntary leaving).",
        source="bundle_churn", grade="J", low=0.25, high=0.7,
    )  # fmt: skip
    paid_more: Ratio = param(
        0.08, "Expansion: share of the list price that each use case adds to bills and orders.",
        source="judgement", grade="J", low=0, high=0.3,
    )  # fmt: skip
    champions: Ratio = param(
        0.1, "How much more readily colleagues are brought in, as seats, for each use case.",
        source="seed_layers", grade="J", low=0, high=0.5,
    )  # fmt: skip
    build_cost: Money = money("use_case_build", "Building one use case, once.")
    running_cost: Money = money("use_case_month", "Keeping one use case alive and leading customers to it, a month.")


@UseCases.changes(Hook.USE_CASE_RATE)
def find_the_next(rate, customer, lever):
    if customer.use_cases >= lever.cases or customer.activated == 0:
        return rate
    known = customer.tenure_point / (customer.tenure_point + lever.half_way) if lever.half_way > 0.0 else 1.0
    people = 1.0 + lever.seats_help * math.log(max(1.0, float(customer.seats)))
    return rate + lever.finds * known * people * (1.0 + lever.fit_find * (2.0 * customer.fit - 1.0))


@UseCases.changes(Hook.LEAVE_SOFT)
@UseCases.changes(Hook.LEAVE_EXPERIENCE)
def leave_less(factor, customer, lever):
    left = 1.0
    for _ in range(customer.use_cases):
        left *= lever.leave_help
    return factor * max(lever.leave_floor, left)


@UseCases.changes(Hook.LIST_PRICE)
def pay_for_each(price, customer, lever):
    return price * (1.0 + lever.paid_more * customer.use_cases)


@UseCases.changes(Hook.ADD_SEAT_RATE)
def bring_colleagues(factor, customer, lever):
    return factor * (1.0 + lever.champions * customer.use_cases)
