"""Bring customers together: groups of peers, live shows, meetings; the most successful teach the rest.

Those who take part form ties with other customers whenever they use the product, and come to see more value in it;
those who only read, far less. Where fewer than a certain share would take part the community stays empty: nobody gets
anything from it, and it is paid for all the same.
What would prove the numbers wrong: customers invited at random who take part and ask to cancel as often.
"""

from typing import ClassVar

from sim.core.compiling import compiled
from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import money, param
from sim.core.units import Money, Probability, Ratio

INTRODUCTION = int(Stage.INTRODUCTION)


class Community(Lever):
    """Run a community of customers."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    build_costs: ClassVar = ("build_cost",)
    running_costs: ClassVar = ("running_cost",)

    take_part: Probability = param(
        "10 %", "Share of customers who post when there is somewhere to post; all others read.",
        source="judgement", grade="J", low="1 %", high="30 %",
    )  # fmt: skip
    empty_below: Probability = param(
        "3 %", "Share who post below which there is nothing to read, and the community is empty.",
        source="judgement", grade="J", low="0 %", high="10 %",
    )  # fmt: skip
    ties: Probability = param(
        "3 %", "Share of the way to full ties that a use of somebody who posts makes besides.",
        source="manchanda", grade="J", low="0 %", high="8 %",
    )  # fmt: skip
    belonging: Probability = param(
        "6 %", "Share of the way to full perceived value that a month makes for somebody who posts.",
        source="manchanda", grade="J", low="0 %", high="20 %",
    )  # fmt: skip
    readers: Ratio = param(
        0.15, "Share of ties and perceived value that somebody who only reads gets.",
        source="manchanda", grade="J", low=0, high=0.5,
    )  # fmt: skip
    build_cost: Money = money("community_build", "Setting the community up, once.")
    running_cost: Money = money("community_month", "Whoever looks after the community, rooms and shows, a month.")


@compiled
def gets(customer, lever):
    """Share of what the community gives that comes to the customer: all, a reader's part, or nothing."""
    if lever.take_part < lever.empty_below or customer.stage == INTRODUCTION:
        return 0.0
    return 1.0 if customer.posts >= 1.0 - lever.take_part else lever.readers


@Community.changes(Hook.INVEST_TIES)
def tie(share, customer, lever):
    return share + lever.ties * gets(customer, lever)


@Community.changes(Hook.VALUE_PUSH)
def belong(push, customer, lever):
    return push + lever.belonging * gets(customer, lever)
