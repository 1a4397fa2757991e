"""What the ledger counts: monthly sums, values of single customers, recalls. All whole numbers."""

import enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.events import Method, Plan, Reason
from sim.core.growing import Growing


@enum.unique
class Measure(enum.IntEnum):
    """One monthly sum by segment and plan. ENDED, ASLEEP: one entry per reason; STAGE: one per stage.

    Money is in minor units; the measures of FINE_MONEY, which add up prices below one unit, are in 1/FINE of it.
    """

    PROSPECTS = 0
    CONVERTED = 1
    LOST = 2
    ACTIVATED = 3
    SIGNED_UP_ACTIVATED = 4  # by month of sign-up: activated within the window
    SIGNED_UP_CONVERTED = 5  # by month of sign-up
    ENDED = 6  # to 11: by reason
    RETURNED = 12
    ENDED_RETURNED = 13  # by month of the end: back within a year
    REQUESTED = 14
    UNDONE = 15
    USES = 16
    FELL_ASLEEP = 17
    WOKE = 18
    CHARGES_FAILED = 19  # first failures only
    RECOVERED = 20
    DUE = 21  # bills that came due after the first; see RENEWED
    GUIDED = 22
    TEAM_ASKED = 23
    SERVED = 24
    LEFT_QUEUE = 25
    STAGE = 26  # to 29: net change of introduction, growth, maturity, dormancy
    CASH = 30
    REVENUE = 31
    SERVICE_COST = 32
    FEES = 33
    GOODS = 34
    REFUNDS = 35
    TOUCH_COST = 36  # all that levers pay for events: touches, rewards, contacts, and what they declare; 1/FINE
    MRR_NEW = 37
    MRR_EXPANSION = 38
    MRR_CONTRACTION = 39
    MRR_CHURN = 40
    MRR_REACTIVATION = 41
    MRR_OPENING = 42
    OPENING = 43
    MRR_YEAR_AGO = 44  # by month of the later date: MRR a year before of those who paid then
    MRR_YEAR_KEPT = 45  # what they pay now
    MRR_YEAR_CAPPED = 46  # the same, each capped at what he paid then
    RENEWED = 47  # bills paid after the first, at once or by a retry
    TRIAL_COST = 48  # the part of TOUCH_COST that falls on prospects before they pay; 1/FINE
    REWARD_COST = 49  # the part of TOUCH_COST that is rewards; 1/FINE
    CONTACT_COST = 50  # the part of TOUCH_COST that is recall contacts; 1/FINE
    ORDERS = 51
    REPEATED = 52  # by month of conversion: a second order in the first 12 months and the first life
    ORDERED_IN_YEAR_1 = 53  # by month of conversion: orders in the first 12 months, the first included
    REVENUE_IN_YEAR_1 = 54  # by month of conversion: what those orders come to
    ORDERED_IN_YEAR_2 = 55  # by month of conversion: customers with an order in months 12 to 24
    TOUCHED = 56
    UNSUBSCRIBED = 57
    AWAKENED = 58
    REWARDED = 59
    INTEGRATED = 60
    SWITCHED = 61
    CONTACTED = 62
    WITHHELD = 63
    RECALLED = 64  # returns at a recall contact
    RECALL_RETURN = 65  # by month of such a return: contribution from then to the next end, not discounted; 1/FINE
    ASLEEP = 66  # to 71: FELL_ASLEEP by reason
    PROMPTED = 72  # uses prompted by a touch
    ACQUISITION = 73  # what winning prospects costs; 1/FINE
    PROBLEMS = 74
    UNSOLVED = 75  # of them, those not solved to the customer's content
    SEATS_ADDED = 76
    SEATS_DROPPED = 77
    USE_CASES = 78
    SAVED = 79
    PAUSED = 80
    UNPAUSED = 81
    ALERTED = 82  # spells of alerts, each less than three months after the last
    ALERTED_ENDED = 83  # ends less than three months after an alert
    REDEEMED = 84
    REFERRED = 85
    FRIENDS = 86  # prospects who come as somebody's friend
    FRIENDS_CONVERTED = 87
    ANSWERED = 88
    ORDERS_CANCELLED = 89
    BENEFITS = 90


MEASURES = 91
CELL = np.dtype((np.record, np.dtype([("counts", "i8", (MEASURES,))])))
"""The sums of one month, segment and plan."""
assert len(Reason) == Measure.RETURNED - Measure.ENDED == Measure.PROMPTED - Measure.ASLEEP
FINE_MONEY = frozenset({
    Measure.TOUCH_COST, Measure.TRIAL_COST, Measure.REWARD_COST, Measure.CONTACT_COST, Measure.RECALL_RETURN,
    Measure.ACQUISITION,
})  # fmt: skip
"""Measures in 1/FINE of the minor unit."""
MONEY = FINE_MONEY | {
    Measure.CASH, Measure.REVENUE, Measure.SERVICE_COST, Measure.FEES, Measure.GOODS, Measure.REFUNDS,
    Measure.REVENUE_IN_YEAR_1, *(measure for measure in Measure if measure.name.startswith("MRR_")),
}  # fmt: skip
"""Measures that are money."""


@enum.unique
class Value(enum.IntEnum):
    """What one customer is worth; from CONTRIBUTION on in 1/FINE of the minor unit."""

    CASH = 0
    REVENUE = 1
    CONTRIBUTION = 2
    NPV = 3  # contribution inside the horizon, discounted to day 0
    RESIDUAL = 4  # contribution after the horizon, discounted to day 0
    LIFETIME = 5  # contribution since the first payment, discounted to the month of that payment


VALUES = len(Value)


@enum.unique
class Recall(enum.IntEnum):
    """What is counted of recall episodes: ends inside the horizon, each followed by a contact made or withheld.

    By reason of the end, method of the first contact, life that ended, and whether that first contact was made.
    """

    EPISODES = 0
    SEEN = 1  # of them those whose year after the end lies in the time simulated
    RETURNED = 2  # of SEEN, back within a year of the end, at a contact or not
    RECALLED = 3  # back at a contact
    BACK = 4  # back, at a contact or not, whenever
    KEPT_SEEN = 5  # of BACK, those with 6 months to the end of the time simulated
    KEPT = 6  # of KEPT_SEEN, those still there after 6 months
    COST = 7  # of all contacts; 1/FINE
    CONTRIBUTION = 8  # of BACK, from the return to the next end, not discounted; 1/FINE
    WORTH = 9  # of BACK, MRR of the first bill, or the first order; minor units


CONTACTS_MADE, CONTACTS_WITHHELD = 0, 1
RECALL_LIVES = 3  # the first, the second, the third or a later one
RECALL_SHAPE = (len(Reason), len(Method), RECALL_LIVES, 2, len(Recall))


@enum.unique
class Met(enum.IntEnum):
    """What is added up over the customers whom a lever reached, and over those of its hold-out."""

    CUSTOMERS = 0
    ALIVE_END = 1  # customers at the end of the horizon
    VALUE = 2  # to 7: their values


MET_FIGURES = Met.VALUE + VALUES
ACCOUNT = np.dtype(
    (
        np.record,
        np.dtype(
            [
                ("value", "i8", (VALUES,)),
                ("mrr", "i8"),
                ("id", "i8"),  # of the customer
                ("month_revenue", "i8"),  # of each whole month to come of the present term
                ("month_service", "i8"),  # what serving costs in each of them
                ("ordered", "i8"),  # the last order
                ("year_mrr", "i8"),  # MRR when the present year of the study began
                ("signed_up", "f8"),
                ("converted", "f8"),  # first payment; inf: never
                ("ended", "f8"),  # last end; inf: none
                ("first_ended", "f8"),  # first end in the study; inf: none
                ("alerted", "f8"),  # last alert; -inf: none
                ("returned", "f8"),  # return of the life that goes on; inf: none
                ("total", "i8"),  # contribution so far, not discounted, 1/FINE
                ("total_before", "i8"),  # what it was at that return
                ("reached", "i8"),  # bit per lever: it met him
                ("held_out", "i8"),  # bit per lever: it would have met him, had he not been of its hold-out
                ("orders", "i4"),  # since the first payment
                ("episode", "i2"),  # cell of the recall episode that goes on; -1: none
                ("first_episode", "i2"),  # of the one after the first end, if a contact was made; -1: none
                ("year", "i2"),
                ("stage", "i1"),  # -1: not yet there
                ("signed_plan", "i1"),  # plan at sign-up
                ("plan", "i1"),  # plan at the first payment
                ("plan_now", "i1"),  # plan as of the last event
                ("ended_plan", "i1"),  # plan of the life that ended last
                ("ended_reason", "i1"),
                ("ended_life", "i1"),  # number of that life
                ("returned_plan", "i1"),  # plan at the last return
                ("recalled", "i1"),  # that return was at a contact
                ("worth_due", "i1"),  # the first bill or order after that return is still to come
                ("first_back", "i1"),  # back within a year of the first end
                ("segment", "i1"),
                ("friend", "i1"),  # came as a customer's friend
                ("paying", "i1"),  # between a first payment and the end of that life
                ("alive_end", "i1"),  # the same at the end of the horizon
                ("resting", "i1"),  # asleep, and nothing is charged
                ("dunning", "i1"),  # a charge has failed and is being retried
                ("paid", "i1"),  # paid something inside the horizon, or was there on day 0
                ("first_life", "i1"),
                ("year_2", "i1"),  # has ordered in his second year
                ("kept", "i1"),  # -1: month 12 of a new customer not seen; else alive after it
            ],
            align=True,
        ),
    )
)

TERMS = np.dtype(
    (
        np.record,
        np.dtype(
            [
                ("horizon", "f8"),  # days
                ("until", "f8"),  # days simulated: the horizon and the residual
                ("activation_window", "f8"),
                ("charge_share", "f8"),
                ("charge_fixed", "i8"),
                ("serve_seat_month", "f8"),  # minor units
                ("term_months", "i8", (len(Plan),)),
                ("goods_share", "f8"),  # what goods cost, of an order's amount
                ("resale", "f8"),  # what of that cost comes back with goods sent back
                ("from_conversion", "f8"),  # turns discount factors from day 0 into those from a life's first month
            ],
            align=True,
        ),
    )
)
"""What the ledger needs to value events, besides the discount factors and the levers' costs per event."""


@enum.unique
class Group(enum.IntEnum):
    """How a customer of one scenario stands to the same customer under the baseline."""

    SAME = 0  # pays under both
    GAINED = 1  # pays under the scenario only
    LOST = 2  # pays under the baseline only
    NEITHER = 3  # pays under neither inside the horizon: prospects, mostly


def accounts_for(accounts: Growing, piece: NDArray[Any]) -> np.recarray:
    """Return the accounts with empty ones added for who comes for the first time in a piece of log."""
    missing = int(piece["slot"].max(initial=-1)) + 1 - accounts.count
    if missing > 0:
        accounts.join(new_accounts(missing))
    return accounts.all()


def new_accounts(count: int) -> np.recarray:
    """Return empty accounts."""
    accounts = np.zeros(count, ACCOUNT).view(np.recarray)
    accounts.stage = -1
    accounts.kept = -1
    for never in (accounts.converted, accounts.ended, accounts.first_ended, accounts.returned):
        never[:] = np.inf
    accounts.alerted = -np.inf
    accounts.episode = -1
    accounts.first_episode = -1
    accounts.first_life = 1
    return accounts
