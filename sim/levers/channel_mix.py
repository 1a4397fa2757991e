"""Spend more or less on each kind of traffic by which prospects come: free, paid, location, fission.

More money brings more prospects, with diminishing returns: prospects grow as spend to a power below 1, so each costs
more. They are as good as those who came before, and no better; friends and those who come for an offer are not bought.
It fails where the last prospects cost more than they leave, which a mean cost per prospect does not show.
What would prove the numbers wrong: a month, or a region, of doubled spend with more or fewer prospects than said here.
"""

from typing import ClassVar

from sim.core.compiling import compiled
from sim.core.events import Source, Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, param
from sim.core.units import Ratio

FREE, PAID, LOCATION, FISSION, BARGAIN = (int(source) for source in Source)


class ChannelMix(Lever):
    """Spend more or less on each kind of traffic, against what is spent now."""

    meets: ClassVar = (Stage.INTRODUCTION,)
    for_prospects: ClassVar = True

    free: Ratio = choice(1, "Spend on free traffic (search, stores of apps, content, live); 1 is what is spent now.")
    paid: Ratio = choice(1, "Spend on paid traffic (search ads, display, commissions, mail); 1 is what is spent now.")
    location: Ratio = choice(1, "Spend on traffic by location (shops, service on site); 1 is what is spent now.")
    fission: Ratio = choice(1, "Spend on campaigns by which people bring people; 1 is what is spent now.")
    free_response: Ratio = param(
        0.4, "Prospects by free traffic move with spend to this power; 1 would be no diminishing returns.",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip
    paid_response: Ratio = param(
        0.6, "Prospects by paid traffic move with spend to this power; 1 would be no diminishing returns.",
        source="advertising_response", grade="J", low=0.1, high=1,
    )  # fmt: skip
    location_response: Ratio = param(
        0.5, "Prospects by location move with spend to this power; 1 would be no diminishing returns.",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip
    fission_response: Ratio = param(
        0.5, "Prospects whom people bring move with spend on such campaigns to this power; 1 would be no diminishing "
        "returns.",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip

    def most_admitted(self, source: Source) -> float:
        """Return the most candidates of a kind of traffic that the spend brings, times the usual ones."""
        if source == Source.BARGAIN:
            return 1.0
        spend, response = getattr(self, source.name.lower()), getattr(self, f"{source.name.lower()}_response")
        return float(max(1.0, spend**response))


@compiled
def spend_on(customer, lever):
    """Spend on the customer's kind of traffic, against now."""
    if customer.source == FREE:
        return lever.free
    if customer.source == PAID:
        return lever.paid
    return lever.location if customer.source == LOCATION else lever.fission


@compiled
def response_of(customer, lever):
    """How prospects of the customer's kind of traffic respond to spend."""
    if customer.source == FREE:
        return lever.free_response
    if customer.source == PAID:
        return lever.paid_response
    return lever.location_response if customer.source == LOCATION else lever.fission_response


@compiled
def is_bought(customer):
    """Whether money brings the customer: not a friend, and nobody who comes for an offer alone."""
    return customer.source != BARGAIN and customer.referrer < 0


@ChannelMix.changes(Hook.QUOTA)
def bring_more(quota, customer, lever):
    if not is_bought(customer):
        return quota
    spend = spend_on(customer, lever)
    return quota * spend ** response_of(customer, lever) if spend > 0.0 else 0.0


@ChannelMix.changes(Hook.PROSPECT_COST)
def cost_more_each(cost, customer, lever):
    spend = spend_on(customer, lever)
    if not is_bought(customer) or spend == 0.0:
        return cost
    return cost * spend ** (1.0 - response_of(customer, lever))
