"""The customer record: every field, its unit, its meaning. Both engines work on the same memory."""

import enum

import numpy as np

from sim.core.events import BUFFER, INTENT_REASONS, LOG, LOG_ROWS, Stored


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
    INTEGRATE = 12
    USE_CASE = 13
    ADD_SEAT = 14
    DROP_SEAT = 15
    REFER = 16
    PROBLEM = 17
    LAPSE = 18
    REVIVE = 19
    GRID = 20
    EDGE = 21
    SIGN_UP = 22
    TRIAL_END = 23
    BILL = 24
    RETRY = 25
    ACT = 26
    PATIENCE = 30
    DORMANT = 31
    LOST = 32
    TOUCH = 33


CLOCKS = 20
KINDS = 34
TOUCHERS = 8
"""Room for levers that touch customers by a calendar of their own."""

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
                ("fit_place", "f8"),  # 0..1: place among all customers in fit
                ("leave_propensity", "f8"),  # factor on leaving, mean 1
                ("use_propensity", "f8"),  # factor on use, mean 1
                ("effort", "f8"),  # 0..1, what a use costs the customer
                ("renewal_leave", "f8"),  # chance of leaving at each bill, where the plan works by it; else 0
                ("order_leave", "f8"),  # chance of leaving after each order; per-use customers alone
                ("basket", "f8"),  # factor on what an order is worth, mean 1
                ("responsiveness", "f8"),  # factor on the effect of touches, mean 1
                ("price_sensitivity", "f8"),  # 0..2, mean 1
                ("service_demand", "f8"),  # 0..1: place among all customers in how much service he asks for
                ("bad_mouth", "f8"),  # 0..1: place among all customers in how readily he speaks ill
                ("card_phase", "f8"),  # 0..1: when in its life the card is on day 0
                ("posts", "f8"),  # 0..1: place among all customers in how much he takes part in public
                ("screen", "f8"),  # -1..1: what a seller sees wrongly of the fit
                ("place", "f8"),  # place among the month's candidates of his channel: below 1 the usual ones
                ("seats", "i4"),  # quantity of the subscription
                ("segment", "i1"),
                ("channel", "i1"),
                ("source", "i1"),  # kind of traffic of the channel; set at sign-up
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
                ("novelty", "f8"),  # 0..1, as of novelty_at; fades
                ("novelty_at", "f8"),
                ("satisfaction", "f8"),  # 0..1, as of habit_at
                ("points", "f8"),  # of a loyalty programme
                ("risk", "f8"),  # 0..1: share of the signs of leaving that he showed at the last month start
                ("usual_uses", "f8"),  # uses a month of late, mean with a memory
                ("took_part", "f8"),  # when a touch was last acted upon
                ("friend_left", "f8"),  # how much the leaving of the referrer still weighs: 1 at first, then less
                ("referrer", "i8"),  # id; -1 none
                ("paid_bump", "f8"),  # factor of the use rate after a year is paid, over the present cell
                ("paid_at", "f8"),  # when a year was last paid
                ("expectation", "f8"),  # V: the reward that the customer has learnt to expect
                ("stored", "f8", (len(Stored),)),  # 0..1, what he would leave behind
                ("fatigue", "f8"),  # touches of late, the older the less, as of the last one
                ("fatigue_at", "f8"),
                ("touch_due", "f8", (TOUCHERS,)),  # next touch of each lever that touches
                ("offer_until", "f8"),  # until when an offer made by a recall contact holds
                ("term_from", "f8"),  # since when bills of the present plan are counted
                ("last_paid", "i8"),  # the last paid bill or order, minor money units
                ("paid_before", "i8"),  # the one before
                ("full_price", "f8"),  # what the bill's period would cost by the month, minor money units
                ("worth", "f8"),  # the same for one month; of an order, its value before discounts
                ("offer_chance", "f8"),  # where the customer stands in the order of offers, 0..1
                ("offered", "i8"),  # bit per lever: it made an offer at this life's conversion
                ("invited", "i8"),  # bit per lever: active for the referrer in the month of the recommendation
                ("month", "i2"),  # calendar month of the last grid point
                ("touch_month", "i2"),  # calendar month in which touches_in_month are counted
                ("touches_in_month", "i2"),
                ("stage", "i1"),
                ("life", "i1"),
                ("plan", "i1"),
                ("steps", "i1"),  # key actions done
                ("activated", "i1"),
                ("guided", "i1"),  # a lever's guidance has begun
                ("request", "i1"),  # reason of the standing cancel request; -1 none
                ("left_for", "i1"),  # reason of the last end
                ("attempt", "i1"),  # charges failed for the present bill
                ("new_card", "i1"),  # replaced since the bill before, as of the charge being made or tried again
                ("tenure_step", "i1"),
                ("idle_step", "i1"),
                ("stands", "i1", (INTENT_REASONS,)),  # an intent stands
                ("wants", "i1", (INTENT_REASONS,)),  # and the customer has acted on it
                ("intents", "i2", (INTENT_REASONS,)),  # intents so far in this life
                ("intent_months", "i2", (INTENT_REASONS,)),
                ("uses", "i4"),  # of his own accord, in this life
                ("month_uses", "i4"),  # of any kind, since the last month start
                ("problems", "i4"),  # in this life
                ("lapses", "i4"),
                ("seats_added", "i4"),  # times, in this life
                ("seats_dropped", "i4"),
                ("paid_seats", "i4"),  # seats that are paid for until the next bill
                ("billed_seats", "i4"),  # seats that the last bill was for
                ("oversold", "i4"),  # seats sold beyond what is needed
                ("missing", "i4"),  # seats needed that the first deal left out, less those added since
                ("referrer_slot", "i4"),
                ("awaited", "i4"),  # friends referred since the last month start
                ("since_reward", "i4"),  # uses since the standard for a reward was last reached
                ("orders", "i4"),  # in this life
                ("bills", "i2"),  # in this life
                ("term_bills", "i2"),  # since term_from
                ("term_months", "i2"),  # that the bill being asked for, or the last one, pays for
                ("paid_months", "i2"),  # that the bills of this life have paid for
                ("saved_at", "i2"),  # what paid_months was when he was last saved
                ("contacts", "i1"),  # recall contacts since the last end
                ("recalled_by", "i1"),  # comes back at a contact: 1 + its method; 0 of his own accord
                ("offer_stands", "i1"),  # comes back while a recall offer holds
                ("integrations", "i1"),  # products connected
                ("use_cases", "i1"),  # found besides the first
                ("referrals", "i1"),  # friends recommended to, in all lives
                ("referrer_there", "i1"),
                ("falls", "i1"),  # payments in a row that were each less than the one before
                ("signals", "i1"),  # a bit each, as of the last month start
                ("alert", "i1"),  # raised, and not yet followed up
                ("save", "i1"),  # offer on which he stays; -1 none
                ("saved_months", "i1"),  # month starts for which he is still more ready to leave
                ("paused", "i1"),  # the subscription rests
                ("lapsed", "i1"),  # dormant by the lapse clock: no use until the revive clock
                ("sleep_reason", "i1"),  # why he fell asleep; -1 awake
                ("reminded", "i1"),  # touched since he fell asleep
                ("gone", "i1"),  # has left without a word; per-use customers alone
                ("unsubscribed", "u1"),  # bit per channel, for good
                # levers and teams
                ("reached", "i8"),  # bit per lever: reached, fixed for all lives
                ("active", "i8"),  # bit per lever: reached and inside the lever's window
                ("held_out", "i8"),  # bit per lever: not reached, and inside the window in which he would be
                ("met", "i8"),  # bit per lever: REACHED or HELD_OUT is written
                ("met_as", "i4"),  # how he stood when levers were last asked whether they meet him
                ("fits", "i8"),  # bit per lever: it may reach him as he stood when that was last noted
                ("narrow", "i8"),  # bit per lever: of these, those that ask for more
                ("fits_as", "i4"),  # how he stood then
                ("rates_as", "i4"),  # how he stood when his rates were set, where they follow from that alone
                ("team", "i1"),  # alone, waiting, served
                ("asked", "i1"),  # by which team
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


def new_buffer(room: int = LOG_ROWS) -> np.recarray:
    """Return an empty buffer for a log being written, in an array of one; ``room`` is how many rows it takes."""
    buffer = np.zeros(1, BUFFER).view(np.recarray)
    buffer.room = room
    return buffer
