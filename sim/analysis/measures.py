"""What the ledger counts: monthly sums, values of single customers, cohorts. All whole numbers."""

import enum

import numpy as np

from sim.core.events import Reason


@enum.unique
class Measure(enum.IntEnum):
    """One monthly sum by segment and plan; money in minor units. ENDED, STAGE: one entry per reason, per stage."""

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
    TOUCH_COST = 36  # costs that levers declare against events
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
    TRIAL_COST = 48  # the part of TOUCH_COST that falls on prospects before they pay


MEASURES = 49
assert len(Reason) == Measure.RETURNED - Measure.ENDED


@enum.unique
class Value(enum.IntEnum):
    """What one customer is worth; NPV, RESIDUAL and LIFETIME in hundredths of the minor unit."""

    CASH = 0
    REVENUE = 1
    CONTRIBUTION = 2
    NPV = 3  # contribution inside the horizon, discounted to day 0
    RESIDUAL = 4  # contribution after the horizon, discounted to day 0
    LIFETIME = 5  # contribution since the first payment, discounted to the month of that payment


VALUES = len(Value)
ACCOUNT = np.dtype(
    (
        np.record,
        np.dtype(
            [
                ("value", "i8", (VALUES,)),
                ("mrr", "i8"),
                ("year_mrr", "i8"),  # MRR when the present year of the study began
                ("signed_up", "f8"),
                ("converted", "f8"),  # first payment; inf: never
                ("ended", "f8"),  # last end; inf: none
                ("year", "i2"),
                ("stage", "i1"),  # -1: not yet there
                ("plan", "i1"),  # plan at the first payment
                ("plan_now", "i1"),  # plan as of the last event
                ("ended_plan", "i1"),  # plan of the life that ended last
                ("segment", "i1"),
                ("paying", "i1"),  # between a first payment and the end of that life
                ("dunning", "i1"),  # a charge has failed and is being retried
                ("paid", "i1"),  # paid something inside the horizon, or was there on day 0
                ("first_life", "i1"),
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
                ("activation_window", "f8"),
                ("charge_share", "f8"),
                ("charge_fixed", "i8"),
                ("serve_seat_month", "f8"),  # minor units
                ("goods_share", "f8"),
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


def new_accounts(count: int) -> np.recarray:
    """Return empty accounts."""
    accounts = np.zeros(count, ACCOUNT).view(np.recarray)
    accounts.stage = -1
    accounts.kept = -1
    accounts.converted = np.inf
    accounts.ended = np.inf
    accounts.first_life = 1
    return accounts
