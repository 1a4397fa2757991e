"""Following up an alert by a message or by the success team: it may help, and it may wake. Generated."""

import math

from sim.core.compiling import compiled
from sim.core.events import INTENT_REASONS, Channel, Event, Plan, Reason, Stage, Team
from sim.core.frame import eligible
from sim.core.hooks import Hook
from sim.core.lever import Alerting, Lever, Rule
from sim.core.randomness import Stream, uniform
from sim.core.units import MONTH
from sim.levers import LEVERS
from sim.model.leaving import resume, want_to_cancel
from sim.model.records import write
from sim.model.teams import ask_team
from sim.model.touching import lose_channel, may_touch, served_by_budget, spend, tire, touch_number
from sim.model.windows import PLACE

RESCUE_STREAM, AWAKEN_STREAM = int(Stream.RESCUE), int(Stream.AWAKEN)
TOUCHED, AWAKENED = int(Event.TOUCHED), int(Event.AWAKENED)
CHURNED, INTRODUCTION, SUCCESS = int(Stage.CHURNED), int(Stage.INTRODUCTION), int(Team.SUCCESS)
SOFT, EXPERIENCE, PHONE = int(Reason.SOFT), int(Reason.EXPERIENCE), int(Channel.PHONE)
PER_USE = int(Plan.PER_USE)


@compiled
def nobody_calls(c, p):
    return False


@compiled
def nothing_due(c, p, log):
    return


@compiled
def wants_nothing(c):
    """Whether no intent stands: somebody who could be woken."""
    for reason in range(INTENT_REASONS):
        if c.stands[reason] == 1:
            return False
    return True


def _following(bit: int, lever: type[Lever], alerting: Alerting) -> tuple[Rule, Rule, Rule]:
    name, place = lever.lever_name(), PLACE[lever.lever_name()]
    channel_field, awakens, rescue_of = alerting.channel, alerting.awakens, lever.hooks[Hook.RESCUE]

    @compiled
    def channel_of(lever):
        return PHONE if lever.has_team == 1 else int(lever[channel_field])

    @compiled
    def to_follow(c, p):
        """Whether an alert is to be followed up now: by a person, a message, or nobody."""
        frame = p.frames[bit]
        there = c.alert == 1 and INTRODUCTION < c.stage < CHURNED and (c.active >> bit) & 1 == 1 and c.paused == 0
        if not there or c.touch_due[place] > c.now or not eligible(c, frame):
            return False
        return may_touch(c, p, channel_of(p.levers[name])) and served_by_budget(c, p, frame)

    @compiled
    def calls_team(c, p):
        """Whether the touch to come is a request to the success team; it hangs on the customer's state alone."""
        if p.levers[name].has_team == 0:
            return False
        now = c.now
        c.now = c.next_time
        follows = to_follow(c, p)
        c.now = now
        return follows

    @compiled
    def follow_up(c, p, log):
        """Speak with somebody who shows signs of leaving."""
        own, frame = p.levers[name], p.frames[bit]
        channel = channel_of(own)
        terms = p.channels[channel]
        write(log, c, TOUCHED, channel, int(math.floor(terms.price + 0.5)))
        spend(frame, terms.price)
        k = touch_number(frame, math.floor(c.now / MONTH))
        effect = terms.noticed * c.responsiveness * tire(c, p)
        lose_channel(c, p, log, channel, k)
        if wants_nothing(c):
            if c.plan != PER_USE and uniform(c.key, AWAKEN_STREAM, k) < effect * own[awakens]:
                write(log, c, AWAKENED, SOFT, 0)
                want_to_cancel(c, p, log, SOFT)
        elif uniform(c.key, RESCUE_STREAM, k) < effect * rescue_of(0.0, c, own):
            for reason in (SOFT, EXPERIENCE):
                if c.stands[reason] == 1:
                    resume(c, p, log, reason)

    @compiled
    def alert_due(c, p, log):
        """The day has come on which an alert is followed up."""
        if c.alert == 0 or c.touch_due[place] > c.now:
            return
        follows = to_follow(c, p)
        c.alert = 0
        if follows and p.levers[name].has_team == 1:
            ask_team(c, p, log, SUCCESS)
        elif follows:
            follow_up(c, p, log)

    return calls_team, follow_up, alert_due


calls_team: Rule = nobody_calls
follow_up: Rule = nothing_due
"""What a member of the success team does for a customer."""
alert_due: Rule = nothing_due
for _bit, _lever in enumerate(LEVERS):
    if _lever.alerting:
        calls_team, follow_up, alert_due = _following(_bit, _lever, _lever.alerting)
