"""What may follow what in a customer's story: a second writing of the life cycle, from the events' meanings alone."""

from dataclasses import dataclass, field

import numpy as np

from sim.core.events import Event, Plan, Reason, Stage

SUBSCRIBED = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)


@dataclass
class Told:
    """What is known of one customer from the events so far."""

    time: float = -1.0
    stage: Stage | None = None
    life: int = 0
    steps: int = 0
    activated: bool = False
    standing: set = field(default_factory=set)  # reasons with an intent
    requested: bool = False
    failures: int = 0  # failed charges of the present bill
    team: str = "alone"
    opened: bool = False


def nonsense(log):
    """Return the first event that cannot follow those before it, in words; nothing where all make sense."""
    order = np.argsort(log["customer"], kind="stable")
    known = {}
    for row in log[order]:
        told = known.setdefault(int(row["customer"]), Told())
        wrong = wrong_with(told, Event(int(row["event"])), int(row["detail"]), row)
        if wrong:
            return f"customer {row['customer']} at {row['time']}: {Event(int(row['event'])).name}: {wrong}"
    return ""


def wrong_with(told, event, detail, row):
    """Say what is wrong with an event, and remember it."""
    time, stage = float(row["time"]), Stage(int(row["stage"]))
    if time < told.time:
        return f"time goes back from {told.time}"
    if (row["amount"] != 0) != (event in (Event.PAID, Event.OPENED)) or row["amount"] < 0:
        return f"amount {row['amount']}"
    if event == Event.OPENED:
        told.opened = True
        told.stage, told.standing = stage, set(Reason)  # what he wanted before day 0 is not told
        told.steps, told.failures = -1, -1
    elif told.stage is None and event != Event.SIGNED_UP:
        return "nobody has signed up"
    told.time = time
    wrong = RULES[event](told, detail, row, stage) if event in RULES else ""
    if wrong:
        return wrong
    if stage != told.stage:
        return f"in stage {stage.name} and not in {told.stage.name}"
    return f"in life {row['life']} and not in {told.life}" if row["life"] != told.life and not told.opened else ""


def signed_up(told, detail, row, stage):
    if told.stage is not None:
        return "signs up twice"
    told.stage = Stage.INTRODUCTION


def used(told, detail, row, stage):
    if told.stage in (Stage.CHURNED, Stage.LOST):
        return "uses after the end"


def step_done(told, detail, row, stage):
    if told.activated or (told.steps >= 0 and detail != told.steps):
        return f"step {detail} after {told.steps} steps"
    told.steps = detail + 1


def activated(told, detail, row, stage):
    if told.activated:
        return "twice"
    told.activated = True


def lost(told, detail, row, stage):
    if told.stage != Stage.INTRODUCTION or told.team == "waiting":
        return f"from {told.stage.name}, {told.team}"
    told.stage = Stage.LOST


def begun(told):
    told.stage = Stage.GROWTH
    told.standing, told.requested, told.failures = set(), False, 0


def converted(told, detail, row, stage):
    if told.stage != Stage.INTRODUCTION:
        return f"from {told.stage.name}"
    begun(told)


def returned(told, detail, row, stage):
    if told.stage != Stage.CHURNED:
        return f"from {told.stage.name}"
    told.life += 1
    begun(told)


def subscribed(told):
    return "" if told.stage in SUBSCRIBED else f"in stage {told.stage.name}"


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


def intended(told, detail, row, stage):
    if detail in told.standing and not told.opened:
        return "an intent for this reason stands already"
    told.standing.add(detail)
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
    wrong = subscribed(told)
    if told.team == "waiting":
        wrong = "while waiting for a team"
    known = told.failures >= 0 and not told.opened
    if detail == Reason.PAYMENT and known and (told.failures < 4 or told.standing):
        wrong = f"for payment after {told.failures} failures with intents {told.standing}"
    if detail < Reason.PAYMENT and detail not in told.standing:
        wrong = "for a reason without an intent"
    told.stage = Stage.CHURNED
    return wrong


def fell_asleep(told, detail, row, stage):
    wrong = "" if told.stage in (Stage.GROWTH, Stage.MATURITY) else f"from {told.stage.name}"
    told.stage = Stage.DORMANCY
    return wrong


def moved(before, after):
    def move(told, detail, row, stage):
        wrong = "" if told.stage == before else f"from {told.stage.name}"
        told.stage = after
        return wrong

    return move


def team_moves(before, after):
    def move(told, detail, row, stage):
        wrong = "" if told.team == before else f"while {told.team}"
        told.team = after
        return wrong

    return move


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
    Event.WOKE: moved(Stage.DORMANCY, Stage.GROWTH),
    Event.MATURED: moved(Stage.GROWTH, Stage.MATURITY),
    Event.SLIPPED: moved(Stage.MATURITY, Stage.GROWTH),
    Event.TEAM_ASKED: team_moves("alone", "waiting"),
    Event.SERVICE_BEGAN: team_moves("waiting", "served"),
    Event.SERVICE_ENDED: team_moves("served", "alone"),
    Event.LEFT_QUEUE: team_moves("waiting", "alone"),
}
"""Events without a rule of their own: GUIDED, and OPENED, which begins a story."""
