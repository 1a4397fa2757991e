"""Give points for use that are exchanged for a reward, and lost on leaving.

Points bind only whoever uses seldom and is close to the next reward: he has something to lose, and hurries a little.
Frequent customers earn rewards anyway, and change nothing (Hartmann & Viard 2008); they are who most rewards go to. So
a programme mostly pays for what would have happened. At a reward the balance begins anew, and what it held with it.
What would prove the numbers wrong: infrequent customers close to a reward who leave as often as those far from it.
"""

from typing import ClassVar

from sim.core.compiling import compiled
from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, money, param
from sim.core.units import YEAR, Money, Probability, Ratio


class LoyaltyPoints(Lever):
    """Reward customers with points for using the product."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    running_costs: ClassVar = ("running_cost",)

    per_use: Ratio = choice(1, "Points that a use earns; in a shop, an order.")
    tenure_bonus: Ratio = choice(
        0.1, "Share by which the points of a use grow with each year of the customer's life here."
    )
    needed: Ratio = choice(10, "Points that a reward takes; 0 no reward.")
    near: Probability = param(
        "70 %", "Share of the points needed from which a customer is close to the reward.",
        source="hartmann_viard", grade="J", low="50 %", high="90 %",
    )  # fmt: skip
    frequent: Ratio = param(
        6, "Uses a month, usual or in this month, from which a customer is frequent and points change nothing.",
        source="hartmann_viard", grade="J", low=1, high=12,
    )  # fmt: skip
    hold: Ratio = param(
        0.7, "Effect: factor on soft leaving of an infrequent customer close to a reward.",
        source="hartmann_viard", grade="J", low=0.4, high=1,
    )  # fmt: skip
    hurry: Ratio = param(
        1.1, "Effect: factor on the use rate of an infrequent customer close to a reward.",
        source="goal_gradient", grade="J", low=1, high=1.5,
    )  # fmt: skip
    reward: Money = money("points_reward", "What the reward costs, each time that points are exchanged for it.")
    running_cost: Money = money("points_month", "Running the programme, a month.")


@compiled
def binds(customer, lever):
    """Whether points matter to the customer: he uses seldom, and the next reward is close."""
    seldom = max(customer.usual_uses, float(customer.month_uses)) < lever.frequent
    return seldom and lever.needed > 0.0 and customer.points >= lever.near * lever.needed


@LoyaltyPoints.changes(Hook.POINTS)
def earn(points, customer, lever):
    return points + lever.per_use * (1.0 + lever.tenure_bonus * customer.tenure_point / YEAR)


@LoyaltyPoints.changes(Hook.POINTS_NEEDED)
def need(points, customer, lever):
    return points + lever.needed


@LoyaltyPoints.changes(Hook.POINTS_COST)
def redeem(cost, customer, lever):
    return cost + lever.reward


@LoyaltyPoints.changes(Hook.LEAVE_SOFT)
def keep_what_is_close(factor, customer, lever):
    return factor * lever.hold if binds(customer, lever) else factor


@LoyaltyPoints.changes(Hook.USE_RATE)
def hurry_towards_it(factor, customer, lever):
    return factor * lever.hurry if binds(customer, lever) else factor
