"""Sell to the right customers: look at prospects first, and turn away those whom the product seems not to fit.

A seller sees where a prospect's fit stands among all, with an error. Of those below the cut a part is turned away, soon
enough to save a part of what winning them costs; a part of that money looks for further prospects, who are looked at in
the same way. Everybody looked at costs something. Fewer customers come who fit better, so it fails where sellers see
badly, where fit matters little, or where growth is worth more than fit.
What would prove the numbers wrong: customers above and below the cut, sold to at random, who stay equally long.
"""

from typing import ClassVar

from sim.core.compiling import compiled
from sim.core.events import Source, Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, money, param
from sim.core.units import Money, Probability, Ratio

LEAST_PAID = 0.1
"""Looking at a further prospect costs at least this share of winning one, however much turning him away saves."""


class RightCustomers(Lever):
    """Turn away prospects whom the product seems not to fit, and look for others."""

    meets: ClassVar = (Stage.INTRODUCTION,)
    for_prospects: ClassVar = True

    cut: Probability = choice("30 %", "Place among all, by the fit that is seen, below which a prospect is unwanted.")
    strength: Probability = choice("80 %", "Share of the unwanted who are turned away; the others are sold to anyway.")
    error: Ratio = param(
        0.5, "How far what is seen lies off at most, either way; 1 is the whole range from worst to best.",
        source="judgement", grade="J", low=0, high=2,
    )  # fmt: skip
    saved: Probability = param(
        "50 %", "Share of what winning a prospect costs that turning him away saves; the rest is spent by then.",
        source="judgement", grade="J", low="0 %", high="80 %",
    )  # fmt: skip
    reinvested: Probability = choice("50 %", "Share of the money saved that looks for further prospects.")
    look: Money = money("prospect_look", "What looking at one prospect costs.")

    def most_admitted(self, source: Source) -> float:
        """Return how many prospects are looked at, against the usual ones."""
        most = self.cut if self.error <= self.cut else min(1.0, (self.cut + self.error) ** 2 / (4.0 * self.error))
        return 1.0 + self.reinvested * self.strength * most * self.saved / max(LEAST_PAID, 1.0 - most * self.saved)


@compiled
def unwanted_share(lever):
    """Share of all prospects who are seen below the cut: their places are spread evenly, and so is the error."""
    if lever.error == 0.0:
        return lever.cut
    low = max(0.0, lever.cut - lever.error)  # mean, over places from low to high, of the share who stand below
    high = lever.cut + lever.error
    return (0.5 * min(1.0, high) ** 2 + max(0.0, high - 1.0) - 0.5 * low * low) / (2.0 * lever.error)


@compiled
def looked_at(lever):
    """Prospects looked at, against the usual ones: more, as far as the money reinvested goes."""
    unwanted = unwanted_share(lever)
    money = lever.reinvested * lever.strength * unwanted * lever.saved
    return 1.0 + money / max(LEAST_PAID, 1.0 - unwanted * lever.saved)


@compiled
def seems_unfit(customer, lever):
    """Whether the seller sees the prospect below the cut."""
    return customer.fit_place + lever.error * customer.screen < lever.cut


@RightCustomers.changes(Hook.QUOTA)
def turn_away(quota, customer, lever):
    if customer.referrer >= 0:
        return quota
    return quota * (1.0 - lever.strength if seems_unfit(customer, lever) else looked_at(lever))


@RightCustomers.changes(Hook.PROSPECT_COST)
def pay_for_looking(cost, customer, lever):
    """Those who come carry what was spent on those turned away; of further prospects all the unwanted are."""
    if customer.referrer >= 0:
        return cost
    unwanted = unwanted_share(lever)
    looked = looked_at(lever)
    turned_away = lever.strength * unwanted + (looked - 1.0) * unwanted
    left = looked - turned_away
    if left <= 0.0:
        return cost
    return (cost * (left + turned_away * (1.0 - lever.saved)) + lever.look * looked) / left
