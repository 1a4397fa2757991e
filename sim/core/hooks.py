"""The quantities a lever may change: the whole vocabulary, on one page.

A rule is always ``rule(value, customer, lever) -> value``. It draws nothing, stores nothing, and may read only what
changes at an event (never the clock), so that a rate moves only when something real happens to the customer.

Which customers a rule is asked about, three things of different length:
reached   by the lever's ``share``: fixed for all lives;
active    reached and inside the lever's window (``starts``, ``ramp``, ``ends``): changes at the window's edges;
eligible  by segment, plan, stage and life as the customer now stands.
GUIDANCE and OFFER are answered once and kept; rules on OFFERED hooks are asked about those who got the lever's offer,
whatever they have become since, as long as the lever is active. INVITED hooks are asked about friends, for whatever
lever was active for who recommended the product to them. All other rules: active and eligible at the moment.
"""

import enum


@enum.unique
class Hook(enum.Enum):
    """Name = unit, bounds, and when the rules ask for it."""

    GUIDANCE = "kind of guidance for a new prospect: 0 none, 1 at once, 2 by the onboarding team; asked at sign-up"
    STEP_PROBABILITY = "chance that a use completes the next key action; 0..1; asked at each use before activation"
    EFFORT = "what a use costs the customer; 0..1; asked with the use rate and at each use"
    USE_RATE = "factor on the use rate; >= 0"
    ABILITY = "added to the ability to act; asked with the use rate and at a touch"
    REWARD_CHANCE = "chance that a use that reaches the standard is rewarded; 0..1; asked at each such use"
    REWARD_STANDARD = "uses that it takes to reach the standard; >= 1; asked at each use"
    REWARD_SIZE = "size of the reward, 1 a noticeable one; >= 0; asked when a use is rewarded"
    REWARD_KIND = "kind of the reward, see Reward; asked when a use is rewarded"
    REWARD_COST = "what the reward costs; minor money units, >= 0; asked when a use is rewarded"
    INVEST_TIES = "share of the way to full ties that a use makes besides; 0..1; asked at each use"
    INVEST_CONTENT = "share of the way to full content of one's own that a use makes besides; 0..1; asked at each use"
    INVEST_ACHIEVEMENTS = "share of the way to full achievements that a use makes besides; 0..1; asked at each use"
    INVEST_DATA = "share of the way to full data in the product that a use makes besides; 0..1; asked at each use"
    POINTS = "points that a use earns; >= 0; asked at each use of a customer"
    POINTS_NEEDED = "points at which a reward is due; 0 none; asked at each use of a customer"
    POINTS_COST = "what the reward for points costs; minor money units, >= 0; asked when it is due"
    NOVELTY = "share of the way back to new that a month start makes; 0..1; asked at each month start"
    VALUE_PUSH = "share of the way to full perceived value that a month start makes; 0..1; asked at each month start"
    MONTH_COST = "what this customer's month costs besides; minor money units, >= 0; asked at each month start"
    ALERT = "whether the signs of leaving raise an alert: 1 yes, 0 no; asked at each month start"
    INTEGRATE_RATE = "rate of connecting one more product; 1/day; >= 0"
    USE_CASE_RATE = "rate of finding one more use case; 1/day; >= 0"
    ADD_SEAT_RATE = "factor on the rate of adding a seat; >= 0"
    DROP_SEAT_RATE = "factor on the rate of dropping a seat; >= 0"
    REFER_RATE = "rate of recommending the product to a friend; 1/day; >= 0"
    REFERRAL_COST = "what a friend's conversion is rewarded with; minor money units, >= 0; asked of the friend"
    PROBLEM_RATE = "factor on the rate of problems; >= 0"
    SOLVED = "chance that a problem is solved to the customer's content; 0..1; asked at each problem"
    QUOTA = "candidates admitted, times the usual ones of the month; >= 0; asked of each at sign-up"
    PROSPECT_COST = "what winning this prospect costs; minor money units, >= 0; asked at sign-up"
    CONVERT_RATE = "factor on the rate of converting in the introduction; >= 0"
    GIVE_UP_RATE = "factor on the rate of giving up in the introduction; >= 0"
    LEAVE_NATURAL = "direct factor on leaving because the need is gone; >= 0, the product of those below 1 has a floor"
    LEAVE_SOFT = "direct factor on leaving out of inertia; >= 0, the product of those below 1 has a floor"
    LEAVE_HARD = "direct factor on leaving because one has to; >= 0, the product of those below 1 has a floor"
    LEAVE_EXPERIENCE = (
        "direct factor on leaving because the product fails; >= 0, the product of those below 1 has a floor"
    )
    CHARGE_FAILS = "chance that a card charge fails; 0..1; asked at each charge, not at retries"
    RETRY_RECOVERS = "chance that a retry of a failed charge goes through; 0..1; asked at each retry"
    FIRST_SEATS = "factor on the seats of the first deal; >= 0; asked at conversion"
    OVERSOLD = "chance that the first deal is larger than what is needed; 0..1; asked at conversion"
    LIST_PRICE = "what the next bill or order asks before offers; minor money units, >= 0; asked at each"
    EXIT_REFUND = (
        "share of the unused term paid back to who leaves inside it; below 0 one cannot; asked at a cancel request"
    )
    ORDER_CANCEL = "chance that an order is cancelled before it is sent; 0..1; asked at each order"
    ORDER_FEE = "share of a cancelled order that is kept; 0..1; asked at each such order"
    ANSWERS = "chance that who leaves says why; 0..1; asked at the end"
    SAVE_OFFER = "what somebody who asks to cancel is offered, see SaveOffer; -1 nothing; asked at the request"
    SAVE_CHANCE = "chance that the offer made keeps who asks to cancel; 0..1; asked at the request"
    TOUCH_STRENGTH = "strength of a touch as a trigger; >= 0; asked at each touch of this lever"
    TOUCH_VALUE = "share of the way to full perceived value that noticing a touch of this lever makes; 0..1"
    TOUCH_GIFT = "what goes with a touch of this lever; minor money units, >= 0; asked at each"
    WORTH = "whether a customer who has just left is worth recalling: 1 yes, 0 no; asked at the end"
    METHOD = "what the next recall contact is about, see Method; -1 none; asked before each contact"
    RECALL_CHANCE = (
        "chance that a contact by this method, if noticed, brings a customer of mean responsiveness back; 0..1"
    )
    GIFT = "what a contact by this method gives away; minor money units, >= 0; asked at each contact"
    RESCUE = "chance that following up an alert, if noticed, makes him drop what he wants to leave for; 0..1"
    LATER_OFFER = "whether a customer gets an offer at this bill of the monthly plan: 1 yes, 0 no; asked at each"
    SWITCH_PROBABILITY = "chance that a monthly customer changes to the annual plan; 0..1; asked of those with an offer"
    OFFER = (
        "whether the lever makes a converting customer its offer: 1 yes, 0 no; asked at conversion, kept for this life"
    )
    ANNUAL_PROBABILITY = "chance that a converting customer takes the annual plan; 0..1; asked of those with an offer"
    LONG_TERM_PROBABILITY = "chance that who pays annually prepays several years; 0..1; asked of those with an offer"
    PRICE = "what the next bill or order asks; minor money units, >= 0; asked of those with an offer; rounded after"


OFFERED = (Hook.ANNUAL_PROBABILITY, Hook.LONG_TERM_PROBABILITY, Hook.SWITCH_PROBABILITY, Hook.PRICE)
"""Hooks that a lever acts on for those whom it made its offer."""

INVITED = (Hook.REFERRAL_COST,)
"""Hooks that a lever acts on for the friends of those for whom it was active: what is promised is kept."""

RECALL_HOOKS = (Hook.WORTH, Hook.METHOD, Hook.RECALL_CHANCE, Hook.GIFT)
"""For the one lever that recalls: all four, or none. The last two are given the method as their value."""

TOUCH_HOOKS = (Hook.TOUCH_STRENGTH, Hook.TOUCH_VALUE, Hook.TOUCH_GIFT)
"""For levers that touch by the calendar, each about its own touches: any of them, or none."""

ANSWERS_OF_A_KIND = (
    Hook.OFFER, Hook.LATER_OFFER, Hook.GUIDANCE, Hook.REWARD_KIND, Hook.SAVE_OFFER, Hook.ALERT, Hook.RESCUE,
)  # fmt: skip
"""Hooks whose answer is a choice, or belongs to one lever: nothing to multiply."""

CUSTOM_HOOKS = tuple(hook for hook in Hook if hook not in (*OFFERED, *RECALL_HOOKS, *TOUCH_HOOKS, *ANSWERS_OF_A_KIND))
"""Quantities that a lever written in a scenario file may change."""

LEAVE_HOOKS = (Hook.LEAVE_NATURAL, Hook.LEAVE_SOFT, Hook.LEAVE_HARD, Hook.LEAVE_EXPERIENCE)
"""In the order of the reasons that have an intent."""
