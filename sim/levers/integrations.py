"""Connect the product to other products that customers use: deeper in the workflow, harder to remove.

Those whom the product fits connect more readily (selection); what a connection itself changes is ability and the two
kinds of leaving that it can help. Each product costs to build and to keep up, whoever connects.
What would prove the numbers wrong: a randomised nudge to connect that changes use or churn by less.
"""

from typing import ClassVar

from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, money, param
from sim.core.units import Count, Money, Probability, Rate, Ratio


class Integrations(Lever):
    """Build integrations and let customers connect them."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    build_costs: ClassVar = ("products", "build_cost")
    running_costs: ClassVar = ("products", "running_cost")

    products: Count = choice(4, "Products that can be connected.")
    connects: Rate = param(
        "4 % per month", "Rate at which a customer of mean fit connects the next product.",
        source="judgement", grade="J", low="1 % per month", high="15 % per month",
    )  # fmt: skip
    fit_connect: Probability = param(
        0.7, "Selection by fit: factor on connecting, from 1 - this (lowest) to 1 + this (highest).",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip
    ability: Ratio = param(
        0.02, "What each connected product adds to the ability to act.",
        source="judgement", grade="J", low=0, high=0.1,
    )  # fmt: skip
    leave_help: Ratio = param(
        0.786, "Effect: factor on soft and experience leaving for each connected product (0.85 on voluntary leaving).",
        source="integration_life", grade="J", low=0.6, high=1,
    )  # fmt: skip
    leave_floor: Ratio = param(
        0.286, "Floor of the factor on leaving over all connected products (0.5 on voluntary leaving).",
        source="bundle_churn", grade="J", low=0.25, high=0.6,
    )  # fmt: skip
    build_cost: Money = money("integration_build", "Building the connection to one product, once.")
    running_cost: Money = money("integration_month", "Keeping one connection alive, a month.")


@Integrations.changes(Hook.INTEGRATE_RATE)
def connect_the_next(rate, customer, lever):
    if customer.integrations >= lever.products:
        return rate
    return rate + lever.connects * (1.0 + lever.fit_connect * (2.0 * customer.fit - 1.0))


@Integrations.changes(Hook.ABILITY)
def act_more_easily(ability, customer, lever):
    return ability + lever.ability * customer.integrations


@Integrations.changes(Hook.LEAVE_SOFT)
@Integrations.changes(Hook.LEAVE_EXPERIENCE)
def leave_less(factor, customer, lever):
    left = 1.0
    for _ in range(customer.integrations):  # a power takes five times as long
        left *= lever.leave_help
    return factor * max(lever.leave_floor, left)
