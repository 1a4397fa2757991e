"""Prompts: touches by the calendar that ask customers to use the product, or sleepers to come back to it.

A prompt is a trigger from outside: it reaches only those who permit the channel, brings a use where it comes in time
and motivation and ability suffice, tires, and reminds sleepers that they pay.
What would prove the numbers wrong: a randomised hold-out of prompts whose use, or whose churn, differs otherwise.
"""

from typing import ClassVar, Literal

from sim.core.events import Stage
from sim.core.lever import Lever, Touching
from sim.core.parameter import choice, param
from sim.core.units import Probability, Ratio


class Prompts(Lever):
    """Touch customers a number of times a month."""

    meets: ClassVar = (Stage.INTRODUCTION, Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    touching: ClassVar = Touching("per_month", "channel", "strength", "timely")

    per_month: Ratio = param(
        4, "Touches a month, spread evenly from a day of the customer's own.",
        source="mail_frequency", grade="J", low=1, high=12,
    )  # fmt: skip
    channel: Literal["email", "push", "sms", "account", "phone", "in_app", "ad", "creator"] = choice(
        "email", "Channel of the touches."
    )
    strength: Ratio = param(
        0.2, "Strength of the trigger: meets a need, or makes curious; 0 prompts nobody.",
        source="fogg", grade="J", low=0, high=0.5,
    )  # fmt: skip
    timely: Probability = param(
        "12 %", "Share of noticed prompts that come when one can act on them; 40 % where they fit what one is doing.",
        source="push_opens", grade="J", low="3 %", high="40 %",
    )  # fmt: skip
