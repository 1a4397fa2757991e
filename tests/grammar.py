"""What may follow what in a customer's story: a second writing of the life cycle, from the events' meanings alone."""

from dataclasses import dataclass, field

import numpy as np

from sim.core.events import INTENT_REASONS, Channel, Event, Method, Plan, Reason, Stage, Team
from sim.levers import BY_NAME

SUBSCRIBED = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
BIT = {name: bit for bit, name in enumerate(BY_NAME)}
BILLED = (Event.PAID, Event.OPENED)
WITH_AMOUNT = (Event.ORDERED, Event.REFUNDED, Event.TOUCHED, Event.REWARDED, Event.CONTACTED)
OF_LEVERS = {
    Event.GUIDED: ("guided_onboarding",),
    Event.INTEGRATED: ("integrations",),
    Event.REWARDED: ("variable_rewards",),
    Event.TOUCHED: ("prompts",),
    Event.SWITCHED: ("annual_plan",),
    Event.CONTACTED: ("recall_campaign",),
    Event.WITHHELD: ("recall_campaign",),
}
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
    must_follow: Event | None = None  # the next row, at the same time
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
        if told.must_follow is not None or told.order_is_due >= 0.0:
            return f"customer {customer}: the story stops in the middle of an event"
    return ""


def wrong_with(told, event, detail, row, contacts_by):
    """Say what is wrong with an event, and remember it."""
    time, stage = float(row["time"]), Stage(int(row["stage"]))
    wrong = wrong_in_place(told, event, time) or wrong_amount(told, event, row)
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
    if told.must_follow is not None and (event != told.must_follow or time != told.time):
        return f"where {told.must_follow.name} must follow"
    told.must_follow = None
    return "an order is missing" if time > told.order_is_due >= 0.0 else ""


def wrong_amount(told, event, row):
    """Bills ask something, orders and prices may be nothing, and all else has no amount."""
    amount, billed = row["amount"], event in BILLED and row["plan"] != Plan.PER_USE
    if amount < 0 or (amount > 0) < billed or (amount > 0) > (billed or event in WITH_AMOUNT):
        return f"amount {amount}"
    return ""


def wrong_lever(told, event):
    """What a lever alone can do follows the meeting with it, unless it happens at the very sign-up."""
    as_met = [told.met.get(BIT[name]) for name in OF_LEVERS.get(event, ())]
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


def used(told, detail, row, stage):
    if told.stage in (Stage.CHURNED, Stage.LOST):
        return "uses after the end"
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
    in_shop = told.plan == Plan.PER_USE
    told.must_follow = Event.ORDERED if in_shop else Event.PAID
    told.order_is_due = told.time if in_shop else -1.0


def converted(told, detail, row, stage):
    if told.stage != Stage.INTRODUCTION:
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
    told.failures = 0
    return subscribed(told)


def charge_failed(told, detail, row, stage):
    if row["card"] != 1:
        return "without a card"
    if told.failures >= 0 and detail != told.failures:
        return f"failure {detail} after {told.failures}"
    told.failures = detail + 1
    return subscribed(told)


def switched(told, detail, row, stage):
    if told.plan != Plan.MONTHLY or detail != Plan.ANNUAL:
        return f"from plan {told.plan} to {detail}"
    told.plan = detail
    told.must_follow = Event.PAID
    return subscribed(told)


def ordered(told, detail, row, stage):
    if told.plan != Plan.PER_USE or told.order_is_due != told.time:
        return "without a use"
    told.order_is_due = -1.0


def refunded(told, detail, row, stage):
    return "" if told.last[0] == Event.ORDERED and told.last[2] == row["amount"] else "without the order"


# --- leaving --------------------------------------------------------------------------------------------------------


def intended(told, detail, row, stage):
    if detail in told.standing and not told.opened:
        return "an intent for this reason stands already"
    told.standing.add(detail)
    if told.awakened and not told.requested and not told.opened:
        told.must_follow = Event.REQUESTED
    told.awakened = False
    return subscribed(told)


def dropped(told, detail, row, stage):
    if detail not in told.standing:
        return "there is no such intent"
    told.standing.discard(detail)
    return subscribed(told)


def requested(told, detail, row, stage):
    if told.requested and not told.opened:
        return "twice"
    told.requested = True
    return subscribed(told) if detail in told.standing else "without an intent"


def undone(told, detail, row, stage):
    if not told.requested and not told.opened:
        return "there is no request"
    told.requested = False
    return dropped(told, detail, row, stage)


def trapped(told, detail, row, stage):
    return "" if row["plan"] == Plan.ANNUAL and detail in told.standing else "not by an intent in a paid year"


def ended(told, detail, row, stage):
    wrong = "" if told.stage in SUBSCRIBED else f"from {told.stage.name}"
    if told.team == "waiting":
        wrong = "while waiting for a team"
    wrong = wrong or (wrong_silence(told, detail) if told.plan == Plan.PER_USE else wrong_end(told, detail))
    told.stage, told.called = Stage.CHURNED, False
    return wrong


def wrong_end(told, reason):
    known = told.failures >= 0 and not told.opened
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
    if detail in told.met or not 0 <= detail < len(BIT):
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
    if told.last[0] not in (Event.TOUCHED, Event.UNSUBSCRIBED) or told.stage != Stage.DORMANCY:
        return "without a touch, or awake"
    if detail != Reason.SOFT:
        return f"for reason {detail}"
    if detail not in told.standing:
        told.must_follow, told.awakened = Event.INTENDED, True
    elif not told.requested and not told.opened:
        told.must_follow = Event.REQUESTED
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
    expected = Stage.CHURNED if detail == Team.RECALL else Stage.INTRODUCTION
    return f"in stage {told.stage.name}" if told.stage != expected else team_moves("alone", "waiting")(told, detail)


def service_ended(told, detail, row, stage):
    if detail == Team.RECALL and told.called:
        told.must_follow = None  # a call, unless window, stop rule or permission have gone while the agent was busy
    elif detail == Team.ONBOARDING:
        told.must_follow = Event.GUIDED if told.stage < Stage.CHURNED else None
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
}
"""A rule for every event."""
