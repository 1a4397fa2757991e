"""A club for customers of high worth, with benefits month by month.

Whoever is worth a month what the club asks is a member: he leaves less for soft and experience reasons, and makes
some ties. Members who use often already hardly change their use (Liu 2007); those who use less come to use a little
more. Everybody below gets nothing. Benefits are paid for all members, most of whom would have stayed anyway.
What would prove the numbers wrong: customers just above the threshold who leave as often as those just below.
"""

from typing import ClassVar

from sim.core.compiling import compiled
from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import money, param
from sim.core.units import Money, Probability, Ratio
from sim.core.worth import monthly_worth


class MembershipClub(Lever):
    """Run a club for customers of high worth."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    running_costs: ClassVar = ("running_cost",)

    member_from: Money = money("club_worth", "Monthly worth (in a shop, last order) from which one is a member.")
    leave_help: Ratio = param(
        0.85, "Effect: factor on soft and experience leaving of members.",
        source="seed_club", grade="J", low=0.6, high=1,
    )  # fmt: skip
    ties: Probability = param(
        "0.5 %", "Share of the way to full ties that a use of a member makes besides.",
        source="seed_club", grade="J", low="0 %", high="3 %",
    )  # fmt: skip
    use_help: Ratio = param(
        1.05, "Effect: factor on the use rate of members who do not use often.",
        source="liu_loyalty", grade="J", low=1, high=1.3,
    )  # fmt: skip
    often: Ratio = param(
        6, "Usual uses a month from which a member uses often, and uses no more for being one.",
        source="liu_loyalty", grade="J", low=1, high=12,
    )  # fmt: skip
    benefit_cost: Money = money("club_month", "Benefits of one member, a month.")
    running_cost: Money = money("club_running", "Running the club, a month.")


@compiled
def is_member(customer, lever):
    """Whether the customer has paid, and what he pays reaches the threshold."""
    return monthly_worth(customer) > 0.0 and monthly_worth(customer) >= lever.member_from


@MembershipClub.changes(Hook.LEAVE_SOFT)
@MembershipClub.changes(Hook.LEAVE_EXPERIENCE)
def leave_less(factor, customer, lever):
    return factor * lever.leave_help if is_member(customer, lever) else factor


@MembershipClub.changes(Hook.INVEST_TIES)
def tie(share, customer, lever):
    return share + lever.ties if is_member(customer, lever) else share


@MembershipClub.changes(Hook.USE_RATE)
def use_a_little_more(factor, customer, lever):
    light = is_member(customer, lever) and customer.usual_uses < lever.often
    return factor * lever.use_help if light else factor


@MembershipClub.changes(Hook.MONTH_COST)
def give_benefits(cost, customer, lever):
    return cost + lever.benefit_cost if is_member(customer, lever) else cost
