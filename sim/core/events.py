"""What can happen to a customer, and the row that records it. Append only: the numbers are part of the results."""

import enum

import numpy as np


@enum.unique
class Event(enum.IntEnum):
    """One row of the event log. ``detail`` in brackets; ``amount`` is integer minor money where it is named."""

    SIGNED_UP = 0  # first contact: a prospect starts the trial
    USED = 1  # one use of the product [0 of his own accord, 1 prompted by a touch]
    STEP_DONE = 2  # a key action is completed [which one]
    ACTIVATED = 3  # the last key action is completed
    LOST = 4  # the prospect goes [0 gave up, 1 trial over]: never a customer
    CONVERTED = 5  # first payment follows: a customer
    PAID = 6  # a bill is paid [attempt: 0 at once, n at the n-th retry]; amount
    CHARGE_FAILED = 7  # a card charge fails [attempt]
    INTENDED = 8  # wants to leave [reason]
    RESUMED = 9  # drops an intent [reason]
    REQUESTED = 10  # asks to cancel: automatic renewal is off [reason]
    UNDONE = 11  # the last request is withdrawn: renewal is restored [reason]
    TRAPPED = 12  # a further month inside a paid term that he wants to leave [reason]
    ENDED = 13  # the paid period is over: churned [reason]
    RETURNED = 14  # a further life begins [0 of his own accord, 1 + method: at a recall contact]
    FELL_ASLEEP = 15  # no use for long: dormant [reason]
    WOKE = 16  # a use out of dormancy
    MATURED = 17  # habit and tenure are over their thresholds
    SLIPPED = 18  # the habit is lost: back to growth
    GUIDED = 19  # guidance of a prospect begins
    TEAM_ASKED = 20  # asks for a team [team]
    SERVICE_BEGAN = 21  # an agent takes the customer [team]
    SERVICE_ENDED = 22  # the agent is done with the customer [team]
    LEFT_QUEUE = 23  # stops waiting [team]
    ORDERED = 24  # an order is placed and paid; amount
    REFUNDED = 25  # money goes back; amount
    OPENED = 26  # already a customer on day 0 [months since the last bill]; amount of that bill
    REACHED = 27  # a lever meets a customer for the first time [lever's place in the register]
    HELD_OUT = 28  # the same for a customer of its hold-out: from now on he is what the reached are compared with
    TOUCHED = 29  # a touch is delivered [channel]; amount: its price, in 1/FINE
    UNSUBSCRIBED = 30  # wants no more touches by this channel, ever [channel]
    AWAKENED = 31  # a touch reminds a sleeping customer that he pays [reason]; an intent follows
    REWARDED = 32  # a use is rewarded [kind]; amount: what the reward costs, in 1/FINE
    INTEGRATED = 33  # one more product is connected [which]
    SWITCHED = 34  # changes the plan at a bill [new plan]
    CONTACTED = 35  # a recall contact is made [method]; amount: its price and gift, in 1/FINE
    WITHHELD = 36  # a customer of the hold-out would have been contacted [method]


@enum.unique
class Stage(enum.IntEnum):
    """Where a customer stands in the life cycle; LOST is a prospect who never became a customer."""

    INTRODUCTION = 0
    GROWTH = 1
    MATURITY = 2
    DORMANCY = 3
    CHURNED = 4
    LOST = 5


@enum.unique
class Reason(enum.IntEnum):
    """Why a customer leaves. RENEWAL is used only where a plan decides by its own share per renewal."""

    NATURAL = 0
    SOFT = 1
    HARD = 2
    EXPERIENCE = 3
    PAYMENT = 4
    RENEWAL = 5


INTENT_REASONS = 4
"""Reasons that have a leave clock and an intent: the first four."""


@enum.unique
class Plan(enum.IntEnum):
    """How a subscription is billed."""

    MONTHLY = 0
    ANNUAL = 1
    PER_USE = 2  # no subscription: orders


@enum.unique
class Team(enum.IntEnum):
    """Teams with a limited number of agents."""

    ONBOARDING = 0
    RECALL = 1


@enum.unique
class Channel(enum.IntEnum):
    """Ways to touch a customer."""

    EMAIL = 0
    PUSH = 1
    SMS = 2
    ACCOUNT = 3  # a brand's official account inside a messenger
    PHONE = 4
    IN_APP = 5
    AD = 6
    CREATOR = 7


@enum.unique
class Method(enum.IntEnum):
    """What a recall contact is about."""

    FEATURE_NEWS = 0
    CONTENT = 1
    BENEFIT = 2
    FRIENDS = 3
    CALL = 4


@enum.unique
class Reward(enum.IntEnum):
    """Kinds of reward: from other people, from oneself, from reaching a goal."""

    TRIBE = 0
    SELF = 1
    GOAL = 2


@enum.unique
class Stored(enum.IntEnum):
    """Kinds of stored value that a customer leaves behind when he goes."""

    TIES = 0
    CONTENT = 1
    ACHIEVEMENTS = 2
    DATA = 3


FINE = 100
"""Prices of touches and rewards, and discounted values, are kept in 1/FINE of the minor unit, as whole numbers."""


LOG = np.dtype(
    (
        np.record,
        np.dtype(
            [
                ("customer", "i8"),
                ("time", "f8"),
                ("amount", "i8"),
                ("seats", "i4"),
                ("slot", "i4"),  # the customer's place in the block being run; no part of the story
                ("event", "i1"),
                ("detail", "i1"),
                ("segment", "i1"),
                ("plan", "i1"),
                ("stage", "i1"),
                ("life", "i1"),
                ("card", "i1"),
            ],
            align=True,
        ),
    )
)

STORY = ("customer", "time", "amount", "seats", "event", "detail", "segment", "plan", "stage", "life", "card")
"""The fields of a log row in which the two engines must agree to the bit."""
