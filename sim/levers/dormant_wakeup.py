"""Touch customers who have fallen asleep, by why they did and by who they are.

A touch answers inertia, a bad experience hardly, and a need that is gone or a customer who cannot not at all. Those
worth most are invited to a club, and of the others those who look at prices get a gift, woken or not. Every first
touch of a sleeper also reminds him that he pays.
What would prove the numbers wrong: a hold-out of sleepers that wakes as often, or leaves less.
"""

from typing import ClassVar, Literal

from sim.core.compiling import compiled
from sim.core.events import Reason, Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever, Touching
from sim.core.parameter import choice, money, param
from sim.core.units import Money, Probability, Ratio
from sim.core.worth import monthly_worth

SOFT, EXPERIENCE = int(Reason.SOFT), int(Reason.EXPERIENCE)


class DormantWakeup(Lever):
    """Wake customers who do not use the product any more."""

    meets: ClassVar = (Stage.DORMANCY,)
    touching: ClassVar = Touching("per_month", "channel", "strength", "timely")

    channel: Literal["email", "push", "sms", "account", "phone", "in_app", "ad", "creator"] = choice(
        "sms", "Channel of the touches."
    )
    per_month: Ratio = param(
        1, "Touches a month while the customer sleeps.",
        source="judgement", grade="J", low=0.3, high=4,
    )  # fmt: skip
    strength: Ratio = param(
        0.25, "Strength of the trigger on who sleeps out of inertia; 0 wakes nobody.",
        source="fogg", grade="J", low=0, high=0.5,
    )  # fmt: skip
    timely: Probability = param(
        "12 %", "Share of noticed touches that come when one can act on them.",
        source="push_opens", grade="J", low="3 %", high="40 %",
    )  # fmt: skip
    after_experience: Ratio = param(
        0.3, "Factor on the strength of the trigger for who sleeps because of what he has experienced.",
        source="seed_dormant", grade="J", low=0, high=1,
    )  # fmt: skip
    club_worth: Money = money("club_worth", "Monthly worth (of a shop: last order) from which a club invites.")
    club: Ratio = param(
        0.15, "What the invitation to the club adds to the strength of the trigger.",
        source="seed_dormant", grade="J", low=0, high=0.4,
    )  # fmt: skip
    sensitive: Ratio = param(
        1.3, "Price sensitivity (0 to 2) from which one gets a gift.",
        source="judgement", grade="J", low=0.8, high=1.8,
    )  # fmt: skip
    gift_help: Ratio = param(
        0.1, "What the gift adds to the strength of the trigger.",
        source="seed_dormant", grade="J", low=0, high=0.4,
    )  # fmt: skip
    gift: Money = money("wakeup_gift", "What one gift costs; it goes with the touch.")


@compiled
def can_be_woken(customer):
    """Whether what he sleeps for is something that a touch can answer."""
    return customer.sleep_reason == SOFT or customer.sleep_reason == EXPERIENCE


@compiled
def gets_gift(customer, lever):
    """A gift is for who looks at prices, and is not invited to the club."""
    poor = monthly_worth(customer) < lever.club_worth
    return poor and customer.price_sensitivity >= lever.sensitive and can_be_woken(customer)


@DormantWakeup.changes(Hook.TOUCH_STRENGTH)
def wake(strength, customer, lever):
    if not can_be_woken(customer) or strength <= 0.0:
        return 0.0
    if monthly_worth(customer) >= lever.club_worth:
        strength = strength + lever.club
    elif gets_gift(customer, lever):
        strength = strength + lever.gift_help
    return strength * (lever.after_experience if customer.sleep_reason == EXPERIENCE else 1.0)


@DormantWakeup.changes(Hook.TOUCH_GIFT)
def give(gift, customer, lever):
    return gift + lever.gift if gets_gift(customer, lever) else gift
