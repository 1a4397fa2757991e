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
    PROBLEM = 37  # has a problem with product or service [1 solved to his content, 0 not]
    SEATS_ADDED = 38  # more people use the subscription [how many]
    SEATS_DROPPED = 39  # fewer people use it; counts from the next bill [how many]
    PRORATED = 40  # added seats are paid for the rest of the term [months of it]; amount
    USE_CASE = 41  # one more use case is found [which]
    SAVED = 42  # asks to cancel, is made an offer and stays [offer]
    PAUSED = 43  # the subscription rests, nothing is billed [months]
    UNPAUSED = 44  # it goes on; a bill follows
    ALERTED = 45  # early warning [signals, a bit each]
    REDEEMED = 46  # points are exchanged for a reward; amount: what it costs, in 1/FINE
    REFERRED = 47  # recommends the product to a friend, who may come next month [how many so far]
    REFERRAL_PAID = 48  # the friend's conversion is rewarded; amount: what it costs, in 1/FINE
    BENEFIT = 49  # what levers do for the customer this month; amount: what it costs, in 1/FINE
    ANSWERED = 50  # says why he left [reason]
    ORDER_CANCELLED = 51  # an order is cancelled before it is sent; amount: what goes back


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
    PREPAID = 3  # several years at once


@enum.unique
class Team(enum.IntEnum):
    """Teams with a limited number of agents."""

    ONBOARDING = 0
    RECALL = 1
    SUCCESS = 2


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


@enum.unique
class SaveOffer(enum.IntEnum):
    """What somebody who asks to cancel is offered."""

    HELP = 0  # with what he came for: a feature, a person
    DISCOUNT = 1
    PAUSE = 2
    DOWNGRADE = 3


@enum.unique
class Signal(enum.IntEnum):
    """Early signs of leaving, seen at month starts; a bit each."""

    USE_FALLS = 0  # far fewer uses than usual
    SPEND_FALLS = 1  # paid or ordered less, twice in a row
    PROFILE_THIN = 2  # little data kept in the product
    UNHAPPY = 3  # low satisfaction
    TAKES_NO_PART = 4  # has answered no touch for long


@enum.unique
class Source(enum.IntEnum):
    """Kinds of traffic by which prospects come."""

    FREE = 0  # search, store search, content, short video, live
    PAID = 1
    LOCATION = 2
    FISSION = 3  # customers bring customers
    BARGAIN = 4  # no traffic that can be bought: they come for a welcome offer alone


COST_EVENTS = (
    Event.TOUCHED, Event.REWARDED, Event.CONTACTED, Event.REDEEMED, Event.REFERRAL_PAID, Event.BENEFIT,
)  # fmt: skip
"""Events whose amount is what a lever pays for them, in 1/FINE; that of SIGNED_UP is what winning a prospect costs."""

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

LOG_ROWS = 1 << 15
BUFFER = np.dtype((np.record, [("used", "i8"), ("room", "i8"), ("rows", LOG, (LOG_ROWS,))]))
"""Where rules write the log. One record: it passes from rule to rule as an address, an array as seven numbers."""

STORY = ("customer", "time", "amount", "seats", "event", "detail", "segment", "plan", "stage", "life", "card")
"""The fields of a log row in which the two engines must agree to the bit."""
