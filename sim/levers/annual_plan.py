"""Offer the annual plan, at a discount, to customers who convert, and again later to those who pay by the month.

The plan itself has no magic factor on leaving: it removes eleven of twelve decision points and card charges, gives
time to drop an intent again, brings cash forward, and traps those who want to go. Who takes it is selected by fit.
What would prove the numbers wrong: a randomised offer in which the share taking it, or their renewals, differ.
"""

from typing import ClassVar

from sim.core.compiling import compiled
from sim.core.events import Plan, Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, param
from sim.core.units import Count, Probability, Ratio

ANNUAL = int(Plan.ANNUAL)


class AnnualPlan(Lever):
    """Move new customers to the annual plan, at the first payment or later."""

    meets: ClassVar = (Stage.INTRODUCTION, Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)

    discount: Probability = param(
        "16.7 %", "Share taken off twelve monthly prices for all who take the annual plan, at renewals too.",
        source="recurly_plans", grade="C", low="5 %", high="30 %",
    )  # fmt: skip
    offered_to: Probability = param(
        "100 %", "Share of converting customers who are offered the annual plan, drawn anew at each conversion.",
        source="choice", grade="J", low="10 %", high="100 %",
    )  # fmt: skip
    take_up: Probability = param(
        "30 %", "Of those offered the annual plan at the usual discount who would have paid monthly, the share "
        "who take it.",
        source="annual_take", grade="J", low="10 %", high="70 %",
    )  # fmt: skip
    usual_discount: Probability = param(
        "16.7 %", "Discount at which the take-up (take_up) holds.",
        source="recurly_plans", grade="C", low="10 %", high="20 %",
    )  # fmt: skip
    response: Ratio = param(
        1, "Take-up moves with the discount over the usual one, to this power.",
        source="judgement", grade="J", low=0.3, high=2,
    )  # fmt: skip
    again_after: Count = choice(0, "Bills of the monthly plan after which the annual plan is offered again; 0 never.")
    later_take_up: Probability = param(
        "10 %", "Of those offered the annual plan again at the usual discount, the share who change to it.",
        source="judgement", grade="J", low="2 %", high="30 %",
    )  # fmt: skip
    price_take: Probability = param(
        0.3, "Selection by price sensitivity: factor on take-up, from 1 - this (lowest) to 1 + this (highest).",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip
    fit_take: Probability = param(
        0.5, "Selection by fit: factor on take-up, from 1 - this (lowest) to 1 + this (highest).",
        source="dellavigna", grade="J", low=0, high=1,
    )  # fmt: skip


@AnnualPlan.changes(Hook.OFFER)
def offer_to_some(offer, customer, lever):
    return 1.0 if customer.offer_chance < lever.offered_to else offer


@AnnualPlan.changes(Hook.LATER_OFFER)
def offer_again(offer, customer, lever):
    again = lever.again_after > 0.0 and customer.bills == lever.again_after
    return 1.0 if again and customer.offer_chance < lever.offered_to else offer


@compiled
def pull(customer, lever):
    """How the discount, fit and price sensitivity move take-up."""
    price = (lever.discount / lever.usual_discount) ** lever.response if lever.usual_discount > 0.0 else 1.0
    fit = 1.0 + lever.fit_take * (2.0 * customer.fit - 1.0)
    return price * fit * (1.0 + lever.price_take * (customer.price_sensitivity - 1.0))


@AnnualPlan.changes(Hook.ANNUAL_PROBABILITY)
def some_take_the_offer(chance, customer, lever):
    return chance + (1.0 - chance) * min(1.0, lever.take_up * pull(customer, lever))


@AnnualPlan.changes(Hook.SWITCH_PROBABILITY)
def some_take_it_later(chance, customer, lever):
    if customer.bills != lever.again_after:
        return chance
    return chance + (1.0 - chance) * min(1.0, lever.later_take_up * pull(customer, lever))


@AnnualPlan.changes(Hook.PRICE)
def discount_the_year(price, customer, lever):
    if customer.plan != ANNUAL:
        return price
    return min(price, customer.full_price * (1.0 - lever.discount))
