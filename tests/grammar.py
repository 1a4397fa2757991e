"""What may follow what in a customer's story: a second writing of the life cycle, from the events' meanings alone."""

from dataclasses import dataclass, field

import numpy as np

from sim.core.events import (
    COST_EVENTS,
    INTENT_REASONS,
    Channel,
    Event,
    Method,
    Plan,
    Reason,
    SaveOffer,
    Signal,
    Stage,
    Team,
)
from sim.core.hooks import CUSTOM_HOOKS, Hook
from sim.core.units import MONTH
from sim.levers import LEVERS
from sim.model.kernel import LINES, PLACES, TERM_MONTHS

SUBSCRIBED = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
AWAKE = (Stage.GROWTH, Stage.MATURITY)
IN_TERMS = (Plan.ANNUAL, Plan.PREPAID)
BILLED = (Event.PAID, Event.OPENED, Event.PRORATED)
WITH_AMOUNT = (
    *COST_EVENTS, Event.ORDERED, Event.REFUNDED, Event.ORDER_CANCELLED, Event.SIGNED_UP, Event.SEATS_ADDED,
)  # fmt: skip
CHANGES_SEATS = (Event.SEATS_ADDED, Event.SEATS_DROPPED, Event.CONVERTED, Event.REFERRAL_PAID)
"""The first deal of a subscription is sized between a friend's reward and the conversion."""
BY_HOOK = {
    Event.GUIDED: Hook.GUIDANCE, Event.INTEGRATED: Hook.INTEGRATE_RATE, Event.REWARDED: Hook.REWARD_CHANCE,
    Event.SWITCHED: Hook.SWITCH_PROBABILITY, Event.USE_CASE: Hook.USE_CASE_RATE, Event.SAVED: Hook.SAVE_OFFER,
    Event.REDEEMED: Hook.POINTS, Event.REFERRED: Hook.REFER_RATE, Event.REFERRAL_PAID: Hook.REFERRAL_COST,
    Event.BENEFIT: Hook.MONTH_COST,
}  # fmt: skip
CUSTOM = range(len(LEVERS), PLACES)
"""Places of the levers that a scenario file itself writes."""


def own_levers(event):
    """Return the places of the levers that can bring an event about; empty where it may come by itself."""
    if event == Event.TOUCHED:
        return [bit for bit, lever in enumerate(LEVERS) if lever.touching or lever.alerting]
    if event in (Event.CONTACTED, Event.WITHHELD):
        return [bit for bit, lever in enumerate(LEVERS) if lever.recalling]
    if event not in BY_HOOK:
        return []
    bits = [bit for bit, lever in enumerate(LEVERS) if BY_HOOK[event] in lever.hooks]
    custom = BY_HOOK[event] in CUSTOM_HOOKS or event == Event.BENEFIT
    return bits + (list(CUSTOM) if custom else [])


OF_LEVERS = {event: own_levers(event) for event in (*BY_HOOK, Event.TOUCHED, Event.CONTACTED, Event.WITHHELD)}
"""Events that nobody but some levers can bring about."""


@dataclass
class Told:
    """What is known of one customer from the events so far."""

    time: float = -1.0
    stage: Stage | None = None
    plan: int = -1
    life: int = 0
    steps: int = 0
    activated: bool = False
    standing: set = field(default_factory=set)  # reasons with an intent
    requested: bool = False
    awakened: bool = False  # the intent to come is acted on at once
    failures: int = 0  # failed charges of the present bill
    team: str = "alone"
    asked: int = -1  # which team
    called: bool = False  # the call desk was asked after the last end
    opened: bool = False
    met: dict = field(default_factory=dict)  # lever -> REACHED or HELD_OUT
    unsubscribed: set = field(default_factory=set)
    integrations: int = 0
    asleep: int = -1  # the reason
    order_is_due: float = -1.0  # when a use or a first payment in a shop was, until the order is told
    must_follow: tuple = ()  # of these the next row, at the same time
    used_at: float = -1.0  # when he last used
    cancelled_at: float = -1.0  # when he last cancelled an order
    seats: int = -1
    paid_seats: int = -1  # for which the present term is paid; -1 not known
    use_cases: int = 0
    referrals: int = 0
    requested_for: tuple = (-1.0, -1)  # time and reason of the last request
    saved_for: int = -1  # reason of the request after which he stayed
    save: int = -1  # the offer on which he stayed
    paused: bool = False
    alerted: bool = False
    last: tuple = (None, 0, 0)  # event, detail, amount
    last_contact: tuple = (None, 0, 0)  # the same of the touch or contact at which he has unsubscribed


def nonsense(log, contacts_by=None):
    """Return the first event that cannot follow those before it, in words; nothing where all make sense.

    ``contacts_by`` is the channel of recall contacts other than calls.
    """
    order = np.argsort(log["customer"], kind="stable")
    known = {}
    for row in log[order]:
        told = known.setdefault(int(row["customer"]), Told())
        event = Event(int(row["event"]))
        wrong = wrong_with(told, event, int(row["detail"]), row, contacts_by)
        if wrong:
            return f"customer {row['customer']} at {row['time']}: {event.name}: {wrong}"
    for customer, told in known.items():
        if told.must_follow or told.order_is_due >= 0.0:
            return f"customer {customer}: the story stops in the middle of an event"
    return ""


def wrong_with(told, event, detail, row, contacts_by):
    """Say what is wrong with an event, and remember it."""
    time, stage = float(row["time"]), Stage(int(row["stage"]))
    wrong = wrong_in_place(told, event, time) or wrong_amount(told, event, row) or wrong_seats(told, event, row)
    if wrong:
        return wrong
    if event == Event.OPENED:
        told.opened = True
        told.stage, told.plan, told.standing = stage, int(row["plan"]), set(Reason)  # his wishes are not told
        told.steps, told.failures = -1, -1
        told.asleep = -2 if stage == Stage.DORMANCY else -1
    told.time = time
    wrong = RULES[event](told, detail, row, stage) or wrong_lever(told, event)
    if event in (Event.TOUCHED, Event.CONTACTED) and not wrong:
        wrong = wrong_channel(told, event, detail, contacts_by)
    told.last = event, detail, int(row["amount"])
    if wrong:
        return wrong
    if stage != told.stage:
        return f"in stage {stage.name} and not in {told.stage.name}"
    if stage != Stage.INTRODUCTION and stage != Stage.LOST and row["plan"] != told.plan:
        return f"on plan {row['plan']} and not on {told.plan}"
    return f"in life {row['life']} and not in {told.life}" if row["life"] != told.life and not told.opened else ""


def wrong_in_place(told, event, time):
    if time < told.time:
        return f"time goes back from {told.time}"
    if told.stage is None and event not in (Event.SIGNED_UP, Event.OPENED):
        return "nobody has signed up"
    if told.must_follow and event == Event.LEFT_QUEUE and Event.ENDED in told.must_follow:
        return ""  # who ends his life leaves the queue before
    if told.must_follow and (event not in told.must_follow or time != told.time):
        return f"where {' or '.join(known.name for known in told.must_follow)} must follow"
    told.must_follow = ()
    return "an order is missing" if time > told.order_is_due >= 0.0 else ""


def wrong_amount(told, event, row):
    """Bills ask something, orders and prices may be nothing, and all else has no amount."""
    amount, billed = row["amount"], event in BILLED and row["plan"] != Plan.PER_USE
    if amount < 0 or (amount > 0) < billed or (amount > 0) > (billed or event in WITH_AMOUNT):
        return f"amount {amount}"
    return ""


def wrong_seats(told, event, row):
    """Seats change when it is said, and by so many."""
    before, now = told.seats, int(row["seats"])
    told.seats = now
    if before < 0 or event in CHANGES_SEATS:
        return ""
    return f"{now} seats after {before}" if now != before else ""


def wrong_lever(told, event):
    """What a lever alone can do follows the meeting with it, unless it happens at the very sign-up."""
    as_met = [told.met.get(bit) for bit in OF_LEVERS.get(event, ())]
    if event == Event.REFERRAL_PAID:
        return ""  # a friend is rewarded under the lever that met his referrer
    if event == Event.GUIDED:
        return "held out" if Event.HELD_OUT in as_met else ""
    expected = Event.HELD_OUT if event == Event.WITHHELD else Event.REACHED
    return "by a lever not met so" if as_met and expected not in as_met else ""


def wrong_channel(told, event, detail, contacts_by):
    """Nobody is touched by a channel that he has unsubscribed from."""
    channel = detail if event == Event.TOUCHED else Channel.PHONE if detail == Method.CALL else contacts_by
    return "by a channel unsubscribed from" if channel in told.unsubscribed else ""


# --- introduction, use ----------------------------------------------------------------------------------------------


def opened(told, detail, row, stage):
    return "" if stage in SUBSCRIBED and row["time"] == 0.0 and told.time == 0.0 else f"in stage {stage.name}"


def signed_up(told, detail, row, stage):
    if told.stage is not None:
        return "signs up twice"
    told.stage = Stage.INTRODUCTION
    return "" if 0 <= detail < LINES else f"by line {detail}"


def used(told, detail, row, stage):
    if told.stage in (Stage.CHURNED, Stage.LOST):
        return "uses after the end"
    if told.paused:
        return "uses while the subscription rests"
    told.used_at = told.time
    if told.stage in SUBSCRIBED and row["plan"] == Plan.PER_USE:
        told.order_is_due = told.time
    touched = told.last[0] in (Event.TOUCHED, Event.UNSUBSCRIBED)
    return "prompted by nothing" if detail == 1 and not touched else ""


def step_done(told, detail, row, stage):
    if told.activated or (told.steps >= 0 and detail != told.steps):
        return f"step {detail} after {told.steps} steps"
    told.steps = detail + 1


def activated(told, detail, row, stage):
    if told.activated or told.last[0] != Event.STEP_DONE:
        return "twice, or without a step"
    told.activated = True


def rewarded(told, detail, row, stage):
    return "" if told.last[0] == Event.USED else "without a use"


def integrated(told, detail, row, stage):
    told.integrations += 1
    wrong = "" if detail == told.integrations else f"number {detail}, not {told.integrations}"
    return wrong if told.stage in (Stage.GROWTH, Stage.MATURITY) else f"in stage {told.stage.name}"


def lost(told, detail, row, stage):
    if told.stage != Stage.INTRODUCTION or told.team == "waiting":
        return f"from {told.stage.name}, {told.team}"
    told.stage = Stage.LOST


def begun(told, row):
    told.stage, told.plan = Stage.GROWTH, int(row["plan"])
    told.standing, told.requested, told.failures, told.integrations, told.asleep = set(), False, 0, 0, -1
    told.use_cases, told.save, told.saved_for, told.paused, told.paid_seats = 0, -1, -1, False, -1
    in_shop = told.plan == Plan.PER_USE
    told.must_follow = (Event.ORDERED,) if in_shop else (Event.PAID,)
    told.order_is_due = told.time if in_shop else -1.0


def referral_paid(told, detail, row, stage):
    wrong = "" if told.stage == Stage.INTRODUCTION else f"from {told.stage.name}"
    told.stage, told.plan, told.must_follow = Stage.GROWTH, int(row["plan"]), (Event.CONVERTED,)
    return wrong


def converted(told, detail, row, stage):
    if told.stage != Stage.INTRODUCTION and told.last[0] != Event.REFERRAL_PAID:
        return f"from {told.stage.name}"
    begun(told, row)


def returned(told, detail, row, stage):
    if told.stage != Stage.CHURNED or told.team == "waiting":
        return f"from {told.stage.name}, {told.team}"
    contact = told.last_contact if told.last[0] == Event.UNSUBSCRIBED else told.last
    if detail > 0 and contact[:2] != (Event.CONTACTED, detail - 1):
        return f"at a contact by method {detail - 1} that was not made"
    told.life += 1
    begun(told, row)


# --- bills, orders --------------------------------------------------------------------------------------------------


def subscribed(told):
    """Say what is wrong unless the customer is one who pays bills."""
    return "" if told.stage in SUBSCRIBED and told.plan != Plan.PER_USE else f"in stage {told.stage.name}"


def paid(told, detail, row, stage):
    if told.failures >= 0 and detail != told.failures:
        return f"at attempt {detail} after {told.failures} failures"
    told.failures, told.paid_seats = 0, told.seats
    return "while the subscription rests" if told.paused else subscribed(told)


def charge_failed(told, detail, row, stage):
    if row["card"] != 1:
        return "without a card"
    if told.failures >= 0 and detail != told.failures:
        return f"failure {detail} after {told.failures}"
    told.failures = detail + 1
    return "while the subscription rests" if told.paused else subscribed(told)


def switched(told, detail, row, stage):
    if told.plan != Plan.MONTHLY or detail != Plan.ANNUAL:
        return f"from plan {told.plan} to {detail}"
    told.plan = detail
    told.must_follow = (Event.PAID, Event.SEATS_DROPPED)
    return subscribed(told)


def ordered(told, detail, row, stage):
    if told.plan != Plan.PER_USE or told.order_is_due != told.time:
        return "without a use"
    told.order_is_due = -1.0


def refunded(told, detail, row, stage):
    """An order goes back whole; of a term, so many whole months may be paid back to who asked to cancel in it."""
    if told.plan == Plan.PER_USE:
        return "" if told.last[0] == Event.ORDERED and told.last[2] == row["amount"] else "without the order"
    told.must_follow = (Event.ENDED,)
    if told.requested_for[0] != told.time or told.paused or not 0 < detail < TERM_MONTHS[Plan.PREPAID] * 3:
        return f"{detail} months, or nobody has asked to cancel"
    return "" if told.plan in IN_TERMS else f"on plan {told.plan}"


def order_cancelled(told, detail, row, stage):
    told.cancelled_at = told.time
    return "" if told.last[0] == Event.ORDERED and row["amount"] <= told.last[2] else "without the order"


# --- problems, seats, pauses, friends -------------------------------------------------------------------------------


def problem(told, detail, row, stage):
    """Of those who are awake; in a shop also about the fee of an order just cancelled."""
    if told.cancelled_at == told.time:
        return "" if detail == 0 else "a fee that pleases"
    return at_work(told) or ("" if detail in (0, 1) else f"detail {detail}")


def at_work(told):
    """Say what is wrong unless the customer is awake and his subscription does not rest."""
    if told.paused:
        return "while the subscription rests"
    return "" if told.stage in AWAKE else f"in stage {told.stage.name}"


def grows(told):
    """Say what is wrong unless the customer is awake and nothing stands against more or fewer seats."""
    if told.requested and not told.opened:
        return "after asking to cancel"
    return at_work(told) or ("while a charge is tried again" if told.failures > 0 else subscribed(told))


def seats_added(told, detail, row, stage):
    """A seat is paid for pro rata unless one was given up in this term."""
    if detail != 1:
        return f"{detail} at once"
    free, told.paid_seats = told.seats <= told.paid_seats, max(told.paid_seats, told.seats)
    told.must_follow = (Event.PRORATED,) if row["amount"] > 0 else ()
    if not told.opened and free == (row["amount"] > 0):
        return f"for {row['amount']}, {told.seats} of {told.paid_seats} paid"
    return grows(told)


def prorated(told, detail, row, stage):
    if told.last[0] != Event.SEATS_ADDED or abs(int(row["amount"]) - detail * told.last[2]) > detail:
        return "without a seat, or not so many months of it"
    longest = max(TERM_MONTHS[told.plan], 1) if told.plan != Plan.PREPAID else 12 * 10
    return "" if 1 <= detail <= longest else f"{detail} months"


def seats_dropped(told, detail, row, stage):
    """One at a time by itself; more where an oversold deal is cut, at a bill that is paid at once."""
    if detail > 1 or told.failures > 0:
        told.must_follow = (Event.PAID,)
    return subscribed(told) if detail >= 1 else f"{detail} of them"


def use_case(told, detail, row, stage):
    told.use_cases += 1
    return at_work(told) or ("" if detail == told.use_cases else f"number {detail}, not {told.use_cases}")


def saved(told, detail, row, stage):
    """Who has just asked to cancel stays, and does not want to leave for that reason any more."""
    time, reason = told.requested_for
    if time != told.time or detail not in iter(SaveOffer):
        return f"offer {detail}, without a request"
    told.save, told.saved_for, told.requested = detail, reason, False
    told.standing.discard(reason)
    return subscribed(told)


def paused(told, detail, row, stage):
    wrong = "" if told.save == SaveOffer.PAUSE and detail > 0 else f"{detail} months, saved by {told.save}"
    told.paused, told.save = True, -1
    return wrong or subscribed(told)


def unpaused(told, detail, row, stage):
    wrong = "" if told.paused else "without a pause"
    told.paused, told.paid_seats = False, -1
    told.must_follow = (
        Event.PAID, Event.CHARGE_FAILED, Event.SWITCHED, Event.SEATS_DROPPED, Event.ENDED, Event.PAUSED,
    )  # fmt: skip
    return wrong


def at_month_start(time):
    """Say what is wrong unless a time is that of a month's start."""
    return "" if abs(time / MONTH - round(time / MONTH)) < 1e-6 else "inside a month"


def alerted(told, detail, row, stage):
    told.alerted = True
    wrong = "" if 0 <= detail < 1 << len(Signal) else f"signals {detail}"
    return wrong or at_month_start(told.time) or ("" if told.stage in SUBSCRIBED else f"in stage {told.stage.name}")


def benefit(told, detail, row, stage):
    gone = told.stage in (Stage.CHURNED, Stage.LOST)
    return "after the end" if gone else at_month_start(told.time)


def redeemed(told, detail, row, stage):
    return "" if told.used_at == told.time and told.stage in SUBSCRIBED else "without a use"


def referred(told, detail, row, stage):
    told.referrals += 1
    return at_work(told) or ("" if detail == told.referrals else f"number {detail}, not {told.referrals}")


def answered(told, detail, row, stage):
    return "" if told.last[:2] == (Event.ENDED, detail) else "not at the end, or for another reason"


# --- leaving --------------------------------------------------------------------------------------------------------


def intended(told, detail, row, stage):
    if detail in told.standing and not told.opened:
        return "an intent for this reason stands already"
    told.standing.add(detail)
    if told.awakened and not told.requested and not told.opened:
        told.must_follow = (Event.REQUESTED,)
    told.awakened = False
    return "while the subscription rests" if told.paused else subscribed(told)


def dropped(told, detail, row, stage):
    if detail not in told.standing:
        return "there is no such intent"
    told.standing.discard(detail)
    return subscribed(told)


def requested(told, detail, row, stage):
    if told.requested and not told.opened:
        return "twice"
    told.requested, told.requested_for = True, (told.time, detail)
    return subscribed(told) if detail in told.standing else "without an intent"


def undone(told, detail, row, stage):
    if not told.requested and not told.opened:
        return "there is no request"
    told.requested = False
    return dropped(told, detail, row, stage)


def trapped(told, detail, row, stage):
    return "" if row["plan"] in IN_TERMS and detail in told.standing else "not by an intent in a paid term"


def ended(told, detail, row, stage):
    wrong = "" if told.stage in SUBSCRIBED else f"from {told.stage.name}"
    if told.team == "waiting":
        wrong = "while waiting for a team"
    wrong = wrong or (wrong_silence(told, detail) if told.plan == Plan.PER_USE else wrong_end(told, detail))
    told.stage, told.called = Stage.CHURNED, False
    return wrong


def wrong_end(told, reason):
    known = told.failures >= 0 and not told.opened
    if told.paused and reason == told.saved_for:  # does not go on after the pause on which he stayed
        return ""
    if reason == Reason.PAYMENT and known and (told.failures < 4 or told.standing):
        return f"for payment after {told.failures} failures with intents {told.standing}"
    return "for a reason without an intent" if reason < Reason.PAYMENT and reason not in told.standing else ""


def wrong_silence(told, reason):
    """In a shop nobody says why he goes; whoever was asleep goes for the reason that he fell asleep for."""
    if not 0 <= reason < INTENT_REASONS:
        return f"for reason {reason}"
    return f"for reason {reason}, asleep for {told.asleep}" if told.asleep >= 0 and told.asleep != reason else ""


def fell_asleep(told, detail, row, stage):
    wrong = "" if told.stage in (Stage.GROWTH, Stage.MATURITY) else f"from {told.stage.name}"
    known = not told.opened and told.plan != Plan.PER_USE and told.standing
    if not 0 <= detail < INTENT_REASONS or (known and detail != min(told.standing)):
        wrong = f"for reason {detail} with intents {told.standing}"
    told.stage, told.asleep = Stage.DORMANCY, detail
    return wrong


def woke(told, detail, row, stage):
    told.asleep = -1
    return moved(Stage.DORMANCY, Stage.GROWTH)(told, detail, row, stage)


def moved(before, after):
    def move(told, detail, row, stage):
        wrong = "" if told.stage == before else f"from {told.stage.name}"
        told.stage = after
        return wrong

    return move


# --- levers, touches, teams -----------------------------------------------------------------------------------------


def met(told, detail, row, stage):
    if detail in told.met or not 0 <= detail < PLACES:
        return f"lever {detail} once more"
    told.met[detail] = Event(int(row["event"]))


def touched(told, detail, row, stage):
    return "after the end" if told.stage in (Stage.CHURNED, Stage.LOST) else ""


def unsubscribed(told, detail, row, stage):
    event, channel, _ = told.last_contact = told.last
    if detail in told.unsubscribed or event not in (Event.TOUCHED, Event.CONTACTED):
        return "twice, or not at a touch"
    told.unsubscribed.add(detail)
    if event == Event.CONTACTED:
        return "" if (channel == Method.CALL) <= (detail == Channel.PHONE) else "from another channel"
    return "" if channel == detail else "from another channel"


def awakened(told, detail, row, stage):
    if told.last[0] not in (Event.TOUCHED, Event.UNSUBSCRIBED) or told.paused:
        return "without a touch, or while the subscription rests"
    if told.stage != Stage.DORMANCY and not told.alerted:
        return "awake"
    if detail != Reason.SOFT:
        return f"for reason {detail}"
    if detail not in told.standing:
        told.must_follow, told.awakened = (Event.INTENDED,), True
    elif not told.requested and not told.opened:
        told.must_follow = (Event.REQUESTED,)
    return subscribed(told)


def contacted(told, detail, row, stage):
    if told.stage != Stage.CHURNED or told.team != "alone":
        return f"in stage {told.stage.name}, {told.team}"
    by_desk = told.last[:2] == (Event.SERVICE_ENDED, Team.RECALL)
    return "" if by_desk == (detail == Method.CALL) else f"method {detail} after {told.last[0].name}"


def withheld(told, detail, row, stage):
    return "" if told.stage == Stage.CHURNED and detail in iter(Method) else f"from {told.stage.name}, method {detail}"


def team_asked(told, detail, row, stage):
    told.asked, told.called = detail, detail == Team.RECALL
    expected = {
        Team.RECALL: (Stage.CHURNED,), Team.ONBOARDING: (Stage.INTRODUCTION,), Team.SUCCESS: SUBSCRIBED,
    }[Team(detail)]  # fmt: skip
    wrong = "" if told.stage in expected else f"in stage {told.stage.name}"
    return wrong or team_moves("alone", "waiting")(told, detail)


def service_ended(told, detail, row, stage):
    if detail == Team.RECALL and told.called:
        told.must_follow = ()  # a call, unless window, stop rule or permission have gone while the agent was busy
    elif detail == Team.ONBOARDING:
        told.must_follow = (Event.GUIDED,) if told.stage < Stage.CHURNED else ()
    return team_moves("served", "alone")(told, detail)


def team_moves(before, after):
    def move(told, detail, row=None, stage=None):
        wrong = "" if told.team == before and told.asked == detail else f"while {told.team}, {told.asked}"
        told.team = after
        return wrong

    return move


def guided(told, detail, row, stage):
    return "after the end" if told.stage in (Stage.CHURNED, Stage.LOST) else ""


RULES = {
    Event.SIGNED_UP: signed_up,
    Event.USED: used,
    Event.STEP_DONE: step_done,
    Event.ACTIVATED: activated,
    Event.LOST: lost,
    Event.CONVERTED: converted,
    Event.PAID: paid,
    Event.CHARGE_FAILED: charge_failed,
    Event.INTENDED: intended,
    Event.RESUMED: dropped,
    Event.REQUESTED: requested,
    Event.UNDONE: undone,
    Event.TRAPPED: trapped,
    Event.ENDED: ended,
    Event.RETURNED: returned,
    Event.FELL_ASLEEP: fell_asleep,
    Event.WOKE: woke,
    Event.MATURED: moved(Stage.GROWTH, Stage.MATURITY),
    Event.SLIPPED: moved(Stage.MATURITY, Stage.GROWTH),
    Event.GUIDED: guided,
    Event.TEAM_ASKED: team_asked,
    Event.SERVICE_BEGAN: team_moves("waiting", "served"),
    Event.SERVICE_ENDED: service_ended,
    Event.LEFT_QUEUE: team_moves("waiting", "alone"),
    Event.ORDERED: ordered,
    Event.REFUNDED: refunded,
    Event.OPENED: opened,
    Event.REACHED: met,
    Event.HELD_OUT: met,
    Event.TOUCHED: touched,
    Event.UNSUBSCRIBED: unsubscribed,
    Event.AWAKENED: awakened,
    Event.REWARDED: rewarded,
    Event.INTEGRATED: integrated,
    Event.SWITCHED: switched,
    Event.CONTACTED: contacted,
    Event.WITHHELD: withheld,
    Event.PROBLEM: problem,
    Event.SEATS_ADDED: seats_added,
    Event.SEATS_DROPPED: seats_dropped,
    Event.PRORATED: prorated,
    Event.USE_CASE: use_case,
    Event.SAVED: saved,
    Event.PAUSED: paused,
    Event.UNPAUSED: unpaused,
    Event.ALERTED: alerted,
    Event.REDEEMED: redeemed,
    Event.REFERRED: referred,
    Event.REFERRAL_PAID: referral_paid,
    Event.BENEFIT: benefit,
    Event.ANSWERED: answered,
    Event.ORDER_CANCELLED: order_cancelled,
}
"""A rule for every event."""
