"""A referral programme: customers recommend the product to friends, and both are rewarded when a friend converts.

Who is content recommends, the more so the longer he has been there; who is not, does not. A friend is a new customer
with traits of his own who comes the month after and costs no acquisition but the two rewards, if he converts. While
both are there both leave less; when the referrer goes, the friend is more likely to. It fails where friends would have
come anyway, or where rewards cost more than a prospect does.
What would prove the numbers wrong: a programme after which recommendations do not rise, or friends who replace others.
"""

from typing import ClassVar

from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import money, param
from sim.core.units import Days, Money, Probability, Rate


class ReferralProgramme(Lever):
    """Reward customers for bringing friends, and the friends for coming."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)

    refers: Rate = param(
        "0.5 % per month", "Rate at which a wholly satisfied customer of long standing brings a friend to look at it.",
        source="referral_business", grade="J", low="0 % per month", high="3 % per month",
    )  # fmt: skip
    long_standing: Days = param(
        "6 months", "Time in this life over which the rate of referring grows from nothing to full; looked at when a "
        "month begins.",
        source="referrers", grade="J", low="0 days", high="24 months",
    )  # fmt: skip
    least_satisfaction: Probability = param(
        "50 %", "Satisfaction below which nobody recommends; above it the rate is in proportion to satisfaction.",
        source="judgement", grade="J", low="0 %", high="80 %",
    )  # fmt: skip
    reward: Money = money("referral_reward", "Reward of the referrer, when the friend converts.")
    friend_reward: Money = money("friend_reward", "Reward of the friend, when he converts.")


@ReferralProgramme.changes(Hook.REFER_RATE)
def recommend(rate, customer, lever):
    if customer.satisfaction < lever.least_satisfaction:
        return rate
    known = min(1.0, customer.tenure_point / lever.long_standing) if lever.long_standing > 0.0 else 1.0
    return rate + lever.refers * known * customer.satisfaction


@ReferralProgramme.changes(Hook.REFERRAL_COST)
def reward_both(cost, customer, lever):
    return cost + lever.reward + lever.friend_reward
