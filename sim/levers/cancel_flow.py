"""Make customers who ask to cancel an offer: a pause, help, a discount, or less for less money.

An offer keeps more where it answers what they want to leave for. Who was kept is more ready to leave for a while, who
rests may not come back, and whoever would have changed his mind anyway keeps his discount too. Nobody is kept twice in
one life; of a year paid at once a discount takes its months' share.
What would prove the numbers wrong: a hold-out of those who ask whose customers are there as often three months later.
"""

from typing import ClassVar, Literal

from sim.core.compiling import compiled
from sim.core.events import Event, Reason, SaveOffer, Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, money, param
from sim.core.units import Count, Money, Probability, Ratio
from sim.core.worth import share_of_term

NATURAL, SOFT, HARD = int(Reason.NATURAL), int(Reason.SOFT), int(Reason.HARD)
HELP, DISCOUNT, PAUSE, DOWNGRADE = (float(offer) for offer in SaveOffer)
MATCHED, NOBODY = 0.0, -1.0
"""Places of the word ``matched``, and of no offer."""


class CancelFlow(Lever):
    """Keep customers at the moment when they ask to cancel."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    meets_at: ClassVar = Event.REQUESTED
    costs: ClassVar = ((Event.SAVED, "cost_per_save"),)
    running_costs: ClassVar = ("running_cost",)

    offers: Literal["matched", "help", "discount", "pause", "downgrade"] = choice(
        "matched", "What is offered: what fits the reason, or the same to all."
    )
    matched: Probability = param(
        "20 %", "Chance that an offer which fits the reason keeps the customer.",
        source="save_rates", grade="D", low="0 %", high="35 %",
    )  # fmt: skip
    unmatched: Probability = param(
        "10 %", "Chance that an offer which does not fit the reason keeps the customer.",
        source="save_rates", grade="D", low="0 %", high="15 %",
    )  # fmt: skip
    need_gone: Ratio = param(
        0.3, "Factor on the chance of an offer that does not fit, for who leaves for natural or hard reasons.",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip
    discount: Probability = choice("30 %", "Share taken off the price of who is kept by a discount.")
    discount_months: Count = choice(3, "Months for which the discount holds.")
    cut: Probability = choice("40 %", "Share taken off the price, for good, of who takes the smaller product.")
    usual_cut: Probability = param(
        "30 %", "Discount or cut at which the chances to keep the customer hold; others move them in proportion.",
        source="judgement", grade="J", low="20 %", high="50 %",
    )  # fmt: skip
    sensitive: Ratio = param(
        1.2, "Price sensitivity (0 to 2) from which who leaves for experience is offered money instead of help.",
        source="judgement", grade="J", low=0.8, high=1.6,
    )  # fmt: skip
    little_value: Probability = param(
        "40 %", "Perceived value below which the money offered is the smaller product, and not a discount.",
        source="judgement", grade="J", low="20 %", high="60 %",
    )  # fmt: skip
    busy_habit: Probability = param(
        "30 %", "Habit from which who leaves out of inertia is taken to be busy and offered a pause instead of help.",
        source="judgement", grade="J", low="10 %", high="60 %",
    )  # fmt: skip
    cost_per_save: Money = money("save_talk", "Talks that it takes to keep one customer, those in vain included.")
    running_cost: Money = money("cancel_flow_month", "Keeping the flow up to date, a month.")


@compiled
def fitting(customer, lever):
    """The offer that answers what the customer wants to leave for."""
    reason = customer.request
    if reason == NATURAL or reason == HARD:
        return PAUSE
    if reason == SOFT:
        return PAUSE if customer.habit >= lever.busy_habit else HELP
    if customer.price_sensitivity < lever.sensitive:
        return HELP
    return DOWNGRADE if customer.value < lever.little_value else DISCOUNT


@compiled
def offered(customer, lever):
    """What the customer is offered; the words after ``matched`` stand in the order of offers."""
    return fitting(customer, lever) if lever.offers == MATCHED else lever.offers - 1.0


@CancelFlow.changes(Hook.SAVE_OFFER)
def make_an_offer(offer, customer, lever):
    return offered(customer, lever) if customer.save == NOBODY else offer


@CancelFlow.changes(Hook.SAVE_CHANCE)
def keep_some(chance, customer, lever):
    offer = offered(customer, lever)
    if offer == fitting(customer, lever):
        own = lever.matched
    else:
        own = lever.unmatched
        if customer.request == NATURAL or customer.request == HARD:
            own = own * lever.need_gone
    if offer == DISCOUNT or offer == DOWNGRADE:
        taken = lever.discount if offer == DISCOUNT else lever.cut
        own = own * (taken / lever.usual_cut if lever.usual_cut > 0.0 else 1.0)
    return chance + (1.0 - chance) * min(1.0, own)


@compiled
def discounted(customer, lever):
    """Share of the next bill's time that lies in the months of a saving discount."""
    return share_of_term(customer, lever.discount_months - (customer.paid_months - customer.saved_at))


@CancelFlow.changes(Hook.LIST_PRICE)
def charge_less(price, customer, lever):
    if customer.save == DOWNGRADE:
        return price * (1.0 - lever.cut)
    return price * (1.0 - lever.discount * discounted(customer, lever)) if customer.save == DISCOUNT else price
