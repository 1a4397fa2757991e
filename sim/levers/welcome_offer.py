"""A welcome offer: something off the first bills, or off the first order, for whoever becomes a customer.

More prospects convert, those who look at the price most. It is also paid to all who would have come anyway, and it
lets in people who come for the offer alone: the product fits them less, so they are worth about half (Lewis 2006).
What would prove the numbers wrong: a randomised offer after which converted prospects stay as long as the others, or
in which no more convert.
"""

from typing import ClassVar

from sim.core.compiling import compiled
from sim.core.events import Plan, Source, Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, money, param
from sim.core.units import Count, Money, Probability, Ratio
from sim.core.worth import share_of_term

BARGAIN, PER_USE = int(Source.BARGAIN), int(Plan.PER_USE)


class WelcomeOffer(Lever):
    """Offer new customers something off their first bills, or off their first order."""

    meets: ClassVar = (Stage.INTRODUCTION,)
    for_prospects: ClassVar = True

    discount: Probability = param(
        "35 %", "Share taken off the first bills, or off the first order.",
        source="lewis", grade="B", low="5 %", high="50 %",
    )  # fmt: skip
    months: Count = choice(
        3, "Months for which the discount holds; of a bill for several months, the share that they are of it."
    )
    threshold: Money = money(
        "coupon_threshold", "Least first order on which the discount is given; for bills there is none."
    )
    usual_discount: Probability = param(
        "35 %", "Discount at which the rise of converting (converts) and the share attracted (attracts) hold; both "
        "move in proportion.",
        source="lewis", grade="B", low="20 %", high="50 %",
    )  # fmt: skip
    converts: Ratio = param(
        0.3, "How much more prospects of middle price sensitivity convert; in proportion to price sensitivity.",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip
    attracts: Ratio = param(
        0.2, "Prospects who come for the offer alone, against the usual ones.",
        source="judgement", grade="J", low=0, high=0.6,
    )  # fmt: skip

    def most_bargains(self) -> float:
        """Return how many come for the offer alone, against the usual prospects."""
        return self.attracts * self.discount / self.usual_discount if self.usual_discount > 0.0 else 0.0


@compiled
def strength(lever):
    """How large the offer is, against the usual one."""
    return lever.discount / lever.usual_discount if lever.usual_discount > 0.0 else 0.0


@WelcomeOffer.changes(Hook.QUOTA)
def let_in_bargain_hunters(quota, customer, lever):
    return quota + lever.attracts * strength(lever) if customer.source == BARGAIN else quota


@WelcomeOffer.changes(Hook.CONVERT_RATE)
def convert_the_price_sensitive(factor, customer, lever):
    return factor * (1.0 + lever.converts * strength(lever) * customer.price_sensitivity)


@WelcomeOffer.changes(Hook.OFFER)
def offer_to_the_new(offer, customer, lever):
    return 1.0 if customer.life == 0 else offer


@WelcomeOffer.changes(Hook.PRICE)
def take_off(price, customer, lever):
    if customer.plan == PER_USE:
        given = customer.orders == 0 and customer.full_price >= lever.threshold
        return price * (1.0 - lever.discount) if given else price
    return price * (1.0 - lever.discount * share_of_term(customer, lever.months - customer.paid_months))
