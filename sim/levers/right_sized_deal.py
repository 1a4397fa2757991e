"""Do not be greedy in the first deal: sell fewer seats than are needed, oversell less, and leave room to grow.

Who begins with fewer seats than he needs adds the missing ones sooner than others add seats; an oversold customer is
disappointed and cuts seats at a renewal, and there are fewer of them. Sellers get a bonus on what is paid after
renewals, of those who were customers before too. The first bills are smaller, so it fails where few are oversold, where
seats come slowly whatever is done (with no `add_seats` in a segment, never), or before the missing seats have come.
What would prove the numbers wrong: deals made smaller at random whose accounts grow no faster than the others.
"""

from typing import ClassVar

from sim.core.events import Plan, Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, param
from sim.core.units import Probability, Ratio

MONTHLY, PER_USE = int(Plan.MONTHLY), int(Plan.PER_USE)
QUARTER = 3
"""Monthly bills after which a deal counts as one of an earlier quarter."""


class RightSizedDeal(Lever):
    """Begin with a smaller deal, oversell less, and pay sellers for renewals."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)

    start: Probability = choice("70 %", "Share of the seats needed that the first deal has; whole seats, at least one.")
    oversold: Ratio = param(
        0.3, "Factor on the chance that a deal is oversold.",
        source="seed_deal", grade="J", low=0, high=1,
    )  # fmt: skip
    grows: Ratio = param(
        4, "Factor on adding seats as long as seats that are needed are missing.",
        source="seed_deal", grade="J", low=1, high=10,
    )  # fmt: skip
    bonus: Probability = param(
        "3 %", "Seller's bonus on what is paid by the month once a deal is of an earlier quarter, or renewed.",
        source="judgement", grade="J", low="0 %", high="10 %",
    )  # fmt: skip


@RightSizedDeal.changes(Hook.FIRST_SEATS)
def begin_smaller(factor, customer, lever):
    return factor * lever.start


@RightSizedDeal.changes(Hook.OVERSOLD)
def oversell_less(chance, customer, lever):
    return chance * lever.oversold


@RightSizedDeal.changes(Hook.ADD_SEAT_RATE)
def grow_to_what_is_needed(factor, customer, lever):
    return factor * lever.grows if customer.missing > 0 else factor


@RightSizedDeal.changes(Hook.MONTH_COST)
def pay_the_seller(cost, customer, lever):
    renewed = customer.bills > (QUARTER if customer.plan == MONTHLY else 1)
    return cost + lever.bonus * customer.worth if renewed and customer.plan != PER_USE else cost
