"""Let customers who pay by the year pay several years at once, for less and with a benefit.

What is paid leaves fewer decision points and charges; it brings cash forward and traps those who want to go. The plan
has no factor on leaving of its own: who takes it is selected, by price sensitivity and by fit.
What would prove the numbers wrong: a randomised offer in which the share taking it, or what they pay in all, differs.
"""

from typing import ClassVar

from sim.core.events import Plan, Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, money, param
from sim.core.units import Count, Money, Probability

PREPAID = int(Plan.PREPAID)


class PrepaidYears(Lever):
    """Offer several years in advance to new customers who pay by the year."""

    meets: ClassVar = (Stage.INTRODUCTION, Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    term_years: ClassVar = "years"

    years: Count = choice(2, "Years paid at once.")
    take_up: Probability = param(
        "10 %", "Of customers who take the annual plan, the share who prepay the years at the usual discount.",
        source="judgement", grade="J", low="0 %", high="30 %",
    )  # fmt: skip
    discount: Probability = param(
        "10 %", "Share taken off the annual price for all of the years.",
        source="judgement", grade="J", low="0 %", high="25 %",
    )  # fmt: skip
    usual_discount: Probability = param(
        "10 %", "Discount at which the take-up (take_up) holds; it moves with the discount in proportion.",
        source="judgement", grade="J", low="5 %", high="20 %",
    )  # fmt: skip
    price_take: Probability = param(
        0.6, "Selection by price sensitivity: factor on take-up, from 1 - this (lowest) to 1 + this (highest).",
        source="seed_dormant", grade="J", low=0, high=1,
    )  # fmt: skip
    fit_take: Probability = param(
        0.3, "Selection by fit: factor on take-up, from 1 - this (lowest) to 1 + this (highest).",
        source="dellavigna", grade="J", low=0, high=1,
    )  # fmt: skip
    benefit: Money = money(
        "prepaid_benefit_month", "What the benefit that goes with prepaid years costs, for each month prepaid."
    )


@PrepaidYears.changes(Hook.OFFER)
def offer_the_years(offer, customer, lever):
    return 1.0


@PrepaidYears.changes(Hook.LONG_TERM_PROBABILITY)
def some_prepay(chance, customer, lever):
    price = lever.discount / lever.usual_discount if lever.usual_discount > 0.0 else 1.0
    pull = price * (1.0 + lever.fit_take * (2.0 * customer.fit - 1.0))
    pull = pull * (1.0 + lever.price_take * (customer.price_sensitivity - 1.0))
    return chance + (1.0 - chance) * min(1.0, lever.take_up * pull)


@PrepaidYears.changes(Hook.PRICE)
def charge_less(price, customer, lever):
    return price * (1.0 - lever.discount) if customer.plan == PREPAID else price


@PrepaidYears.changes(Hook.MONTH_COST)
def give_the_benefit(cost, customer, lever):
    return cost + lever.benefit if customer.plan == PREPAID else cost
