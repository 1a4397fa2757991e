"""The quantities a lever may change: the whole vocabulary, on one page.

A rule is always ``rule(value, customer, lever) -> value``. It draws nothing, stores nothing, and may read only what
changes at an event (never the clock), so that a rate moves only when something real happens to the customer.

Which customers a rule is asked about, three things of different length:
reached   by the lever's ``share``: fixed for all lives;
active    reached and inside the lever's window (``starts``, ``ramp``, ``ends``): changes at the window's edges;
eligible  by segment, plan, stage and life as the customer now stands.
GUIDANCE and OFFER are answered once and kept; rules on OFFERED hooks are asked about those who got the lever's offer,
whatever they have become since, as long as the lever is active. All other rules: active and eligible at the moment.
"""

import enum


@enum.unique
class Hook(enum.Enum):
    """Name = unit, bounds, and when the rules ask for it."""

    GUIDANCE = "kind of guidance for a new prospect: 0 none, 1 at once, 2 by the onboarding team; asked at sign-up"
    STEP_PROBABILITY = "chance that a use completes the next key action; 0..1; asked at each use before activation"
    USE_RATE = "factor on the use rate; >= 0"
    ABILITY = "added to the ability to act; asked with the use rate and at a touch"
    REWARD_CHANCE = "chance that a use that reaches the standard is rewarded; 0..1; asked at each such use"
    REWARD_STANDARD = "uses that it takes to reach the standard; >= 1; asked at each use"
    REWARD_SIZE = "size of the reward, 1 a noticeable one; >= 0; asked when a use is rewarded"
    REWARD_KIND = "kind of the reward, see Reward; asked when a use is rewarded"
    REWARD_COST = "what the reward costs; minor money units, >= 0; asked when a use is rewarded"
    INTEGRATE_RATE = "rate of connecting one more product; 1/day; >= 0"
    CONVERT_RATE = "factor on the rate of converting in the introduction; >= 0"
    GIVE_UP_RATE = "factor on the rate of giving up in the introduction; >= 0"
    LEAVE_NATURAL = "direct factor on leaving because the need is gone; >= 0, the product of those below 1 has a floor"
    LEAVE_SOFT = "direct factor on leaving out of inertia; >= 0, floor as above"
    LEAVE_HARD = "direct factor on leaving because one has to; >= 0, floor as above"
    LEAVE_EXPERIENCE = "direct factor on leaving because the product fails the customer; >= 0, floor as above"
    WORTH = "whether a customer who has just left is worth recalling: 1 yes, 0 no; asked at the end"
    METHOD = "what the next recall contact is about, see Method; -1 none; asked before each contact"
    RECALL_CHANCE = (
        "chance that a contact by this method, if noticed, brings a customer of mean responsiveness back; 0..1"
    )
    GIFT = "what a contact by this method gives away; minor money units, >= 0; asked at each contact"
    LATER_OFFER = "whether a customer gets an offer at this bill of the monthly plan: 1 yes, 0 no; asked at each"
    SWITCH_PROBABILITY = "chance that a monthly customer changes to the annual plan; 0..1; asked of those with an offer"
    OFFER = (
        "whether the lever makes a converting customer its offer: 1 yes, 0 no; asked at conversion, kept for this life"
    )
    ANNUAL_PROBABILITY = "chance that a converting customer takes the annual plan; 0..1; asked of those with an offer"
    PRICE = "what the next bill or order asks; minor money units, >= 0; asked of those with an offer; rounded after"


OFFERED = (Hook.ANNUAL_PROBABILITY, Hook.SWITCH_PROBABILITY, Hook.PRICE)
"""Hooks that a lever acts on for those whom it made its offer."""

RECALL_HOOKS = (Hook.WORTH, Hook.METHOD, Hook.RECALL_CHANCE, Hook.GIFT)
"""For the one lever that recalls: all four, or none. The last two are given the method as their value."""

LEAVE_HOOKS = (Hook.LEAVE_NATURAL, Hook.LEAVE_SOFT, Hook.LEAVE_HARD, Hook.LEAVE_EXPERIENCE)
"""In the order of the reasons that have an intent."""
