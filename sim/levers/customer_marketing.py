"""Market to those who are customers already: new features, best practice, how to justify the spend to one's leaders.

An issue that is permitted and noticed raises perceived value a little. While it is remembered, those who are engaged
look for further use cases, if the lever use_cases has built any. Others read it and do nothing with it. Each issue has
to be written whoever reads it; it tires like any touch, may lose the channel, and reminds a sleeper that he pays,
unless ``eligible: {stages: [growth, maturity]}`` leaves sleepers alone.
What would prove the numbers wrong: a randomised hold-out among engaged customers that finds as many use cases.
"""

from typing import ClassVar, Literal

from sim.core.compiling import compiled
from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever, Touching
from sim.core.parameter import choice, money, param
from sim.core.units import Money, Probability, Ratio


class CustomerMarketing(Lever):
    """Teach customers what else the product can do for them, and what it is worth."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    touching: ClassVar = Touching("per_month", "channel", "strength", "timely")
    running_costs: ClassVar = ("per_month", "issue_cost")

    per_month: Ratio = choice(2, "Issues a month, spread evenly from a day of the customer's own.")
    channel: Literal["email", "push", "sms", "account", "phone", "in_app", "ad", "creator"] = choice(
        "email", "Channel of the issues."
    )
    excites: Probability = param(
        "4 %", "Share of the way to full perceived value that a noticed issue makes.",
        source="seed_marketing", grade="J", low="0 %", high="15 %",
    )  # fmt: skip
    teaches: Ratio = param(
        1.5, "Factor on the rate of finding use cases of engaged customers who have an issue fresh in mind.",
        source="seed_marketing", grade="J", low=1, high=3,
    )  # fmt: skip
    engaged: Ratio = param(
        4, "Usual uses a month from which a customer is engaged.",
        source="judgement", grade="J", low=1, high=10,
    )  # fmt: skip
    strength: Ratio = param(
        0, "Strength of an issue as a trigger to use.",
        source="fogg", grade="J", low=0, high=0.3,
    )  # fmt: skip
    timely: Probability = param(
        "12 %", "Share of noticed issues that come when one can act on them; counts where strength is above 0.",
        source="push_opens", grade="J", low="3 %", high="40 %",
    )  # fmt: skip
    issue_cost: Money = money("issue", "Writing one issue.")


@compiled
def in_mind(customer, lever):
    """How fresh what was noticed is, 0..1: perceived value above the level of fit, against what one issue makes."""
    made = lever.excites * (1.0 - customer.fit)
    return min(1.0, max(0.0, customer.value - customer.fit) / made) if made > 0.0 else 0.0


@CustomerMarketing.changes(Hook.TOUCH_VALUE)
def excite(push, customer, lever):
    return push + lever.excites


@CustomerMarketing.changes(Hook.USE_CASE_RATE)
def teach(rate, customer, lever):
    if customer.usual_uses < lever.engaged:
        return rate
    return rate * (1.0 + (lever.teaches - 1.0) * in_mind(customer, lever))
