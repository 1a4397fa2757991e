"""The customer record: every field, its unit, its meaning. Both engines work on the same memory."""

import enum

import numpy as np

from sim.core.events import INTENT_REASONS, LOG


@enum.unique
class Clock(enum.IntEnum):
    """What can fire, in the order that settles ties within one customer.

    First the clocks (a budget spent at a rate), then the dates. LEAVE, RESUME and ACT stand for one entry per reason.
    """

    CONVERT = 0
    GIVE_UP = 1
    USE = 2
    LEAVE = 3
    RESUME = 7
    RETURN = 11
    GRID = 12
    EDGE = 13
    SIGN_UP = 14
    TRIAL_END = 15
    BILL = 16
    RETRY = 17
    ACT = 18
    PATIENCE = 22
    DORMANT = 23


CLOCKS = 12
KINDS = 24

ALONE, WAITING, SERVED = 0, 1, 2
"""Where a customer stands with a team."""

CUSTOMER = np.dtype(
    (
        np.record,
        np.dtype(
            [
                # who: fixed from the start, the same in every scenario
                ("id", "i8"),  # says origin, channel, segment, month and number: see model/candidates.py
                ("key", "u8"),  # key of all chance in this life
                ("fit", "f8"),  # 0..1, mean 1/2 within a segment
                ("leave_propensity", "f8"),  # factor on leaving, mean 1
                ("use_propensity", "f8"),  # factor on use, mean 1
                ("effort", "f8"),  # 0..1, what a use costs the customer
                ("renewal_leave", "f8"),  # chance of leaving at each bill, where the plan works by it; else 0
                ("seats", "i4"),  # quantity of the subscription
                ("segment", "i1"),
                ("channel", "i1"),
                ("card", "i1"),  # 1 pays by card, 0 by invoice
                # time, in days since the study's start
                ("now", "f8"),  # time of the customer's last event
                ("next_time", "f8"),
                ("next_kind", "i1"),
                ("began", "f8"),  # this life: sign-up or return
                ("started", "f8"),  # this life's first payment
                ("ended", "f8"),
                ("last_use", "f8"),
                ("habit_at", "f8"),  # when habit and value were last carried forward
                ("due", "f8", (KINDS,)),  # absolute firing times
                ("rate", "f8", (CLOCKS,)),  # 1/day
                ("budget", "f8", (CLOCKS,)),  # unit exponentials left
                # state
                ("habit", "f8"),  # 0..1
                ("value", "f8"),  # 0..1, perceived value: vitamin to painkiller
                ("use_strength", "f8"),  # S(x) over the present cell
                ("habit_strength", "f8"),  # S(habit) over the present cell
                ("tenure_point", "f8"),  # days since the life began, as of the last point of the grid
                ("last_paid", "i8"),  # the last paid bill, minor money units
                ("full_price", "f8"),  # what the bill's period would cost by the month, minor money units
                ("offer_chance", "f8"),  # where the customer stands in the order of offers, 0..1
                ("offered", "u4"),  # bit per lever: it made an offer at this life's conversion
                ("month", "i2"),  # calendar month of the last grid point
                ("stage", "i1"),
                ("life", "i1"),
                ("plan", "i1"),
                ("steps", "i1"),  # key actions done
                ("activated", "i1"),
                ("guided", "i1"),  # a lever's guidance has begun
                ("request", "i1"),  # reason of the standing cancel request; -1 none
                ("left_for", "i1"),  # reason of the last end
                ("attempt", "i1"),  # charges failed for the present bill
                ("tenure_step", "i1"),
                ("idle_step", "i1"),
                ("stands", "i1", (INTENT_REASONS,)),  # an intent stands
                ("wants", "i1", (INTENT_REASONS,)),  # and the customer has acted on it
                ("intents", "i2", (INTENT_REASONS,)),  # intents so far in this life
                ("intent_months", "i2", (INTENT_REASONS,)),
                ("uses", "i4"),
                ("bills", "i2"),
                # levers and teams
                ("reached", "u4"),  # bit per lever: reached, fixed for all lives
                ("active", "u4"),  # bit per lever: reached and inside the lever's window
                ("team", "i1"),  # alone, waiting, served
                ("calls", "i2"),  # counts the stays with the team; changes whenever the customer leaves the queue
                ("on_calendar", "i1"),  # the engine's calendar holds the next event
                ("version", "i4"),  # of the entry on the engine's calendar
                ("slot", "i4"),  # place in the block
            ],
            align=True,
        ),
    )
)


def new_customers(count: int) -> np.recarray:
    """Return empty records; record arrays, so that fields are attributes with and without the compiler."""
    return np.zeros(count, CUSTOMER).view(np.recarray)


def new_log(rows: int) -> np.recarray:
    """Return an empty event log."""
    return np.zeros(rows, LOG).view(np.recarray)
