"""Offer the annual plan, at a discount, to customers who convert.

The plan itself has no magic factor on leaving: it removes eleven of twelve decision points and card charges, gives
time to drop an intent again, brings cash forward, and traps those who want to go. Who takes it is selected by fit.
What would prove the numbers wrong: a randomised offer in which the share taking it, or their renewals, differ.
"""

from sim.core.events import Plan
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import param
from sim.core.units import Probability, Ratio

ANNUAL = int(Plan.ANNUAL)


class AnnualPlan(Lever):
    """Move new customers to the annual plan."""

    discount: Probability = param(
        "16.7 %", "Share taken off twelve monthly prices for all who take the offer, at renewals too.",
        source="recurly_plans", grade="C", low="5 %", high="30 %",
    )  # fmt: skip
    offered_to: Probability = param(
        "100 %", "Share of converting customers who get the offer, drawn anew at each conversion.",
        source="choice", grade="J", low="10 %", high="100 %",
    )  # fmt: skip
    take_up: Probability = param(
        "30 %", "Of those who get the offer at the usual discount and would have paid monthly, the share who take it.",
        source="annual_take", grade="J", low="10 %", high="70 %",
    )  # fmt: skip
    usual_discount: Probability = param(
        "16.7 %", "Discount at which take_up holds.",
        source="recurly_plans", grade="C", low="10 %", high="20 %",
    )  # fmt: skip
    response: Ratio = param(
        1, "Take-up moves with the discount over the usual one, to this power.",
        source="judgement", grade="J", low=0.3, high=2,
    )  # fmt: skip
    fit_take: Probability = param(
        0.5, "Selection: take-up moves with fit by 1 +- this.",
        source="dellavigna", grade="J", low=0, high=1,
    )  # fmt: skip


@AnnualPlan.changes(Hook.OFFER)
def offer_to_some(offer, customer, lever):
    return 1.0 if customer.offer_chance < lever.offered_to else offer


@AnnualPlan.changes(Hook.ANNUAL_PROBABILITY)
def some_take_the_offer(chance, customer, lever):
    pull = (lever.discount / lever.usual_discount) ** lever.response if lever.usual_discount > 0.0 else 1.0
    selection = 1.0 + lever.fit_take * (2.0 * customer.fit - 1.0)
    return chance + (1.0 - chance) * min(1.0, lever.take_up * pull * selection)


@AnnualPlan.changes(Hook.PRICE)
def discount_the_year(price, customer, lever):
    if customer.plan != ANNUAL:
        return price
    return min(price, customer.full_price * (1.0 - lever.discount))
