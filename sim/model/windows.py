"""What follows from a customer's open windows: the dates of touches, by the calendar and after the end. Generated."""

import math

from sim.core.compiling import compiled, inlined
from sim.core.customer import ALONE, TOUCHERS, Clock
from sim.core.events import Stage
from sim.core.frame import eligible
from sim.core.hooks import Hook
from sim.core.lever import Alerting, Recalling, Rule
from sim.core.randomness import Stream, uniform
from sim.core.units import MONTH
from sim.levers import LEVERS
from sim.model.clocks import NEVER
from sim.model.levers import open_windows, opens, person_key

TOUCH = int(Clock.TOUCH)
CALENDAR_STREAM = int(Stream.CALENDAR)
CHURNED = int(Stage.CHURNED)
TOUCHERS_THERE = [lever for lever in LEVERS if lever.touching or lever.recalling or lever.alerting]
PLACE = {lever.lever_name(): place for place, lever in enumerate(TOUCHERS_THERE)}
"""Each touching lever's place among the dates of touches; chance goes by the lever's name, and never by its place."""
PLACES = len(PLACE)
assert PLACES <= TOUCHERS, "give the customer record room for more levers that touch: core/customer.py, TOUCHERS"


@compiled
def offset_of(c, p, frame):
    """Where in the span between two touches of a lever the customer's own stand, 0..1: they spread over the month."""
    return uniform(person_key(c, p), CALENDAR_STREAM, frame.reach_number)


@compiled
def calendar_date(c, p, frame, per_month):
    """The first of the customer's calendar dates after now: (slot + offset) / per_month, slot whole."""
    offset = offset_of(c, p, frame)
    slot = math.floor(c.now / MONTH * per_month - offset) + 1.0
    due = (slot + offset) / per_month * MONTH
    return due if due > c.now else (slot + 1.0 + offset) / per_month * MONTH


@compiled
def no_dates(c, p):
    return


def _by_calendar(bit: int, name: str, per_month: str, place: int, rest: Rule) -> Rule:
    @inlined
    def dates(c, p):
        rate = p.levers[name][per_month]
        if c.stage >= CHURNED or (c.active >> bit) & 1 == 0 or rate == 0.0:
            c.touch_due[place] = NEVER
        elif not c.now < c.touch_due[place] < NEVER:  # what is still to come stays
            c.touch_due[place] = calendar_date(c, p, p.frames[bit], rate)
        rest(c, p)

    return dates


def _after_the_end(bit: int, name: str, recalling: Recalling, worth: Rule, place: int, rest: Rule) -> Rule:
    after, contacts, spacing = recalling.after, recalling.contacts, recalling.spacing

    @inlined
    def dates(c, p):
        lever, frame = p.levers[name], p.frames[bit]
        c.touch_due[place] = NEVER
        there = c.stage == CHURNED and c.team == ALONE and ((c.active | c.held_out) >> bit) & 1 == 1
        if there and c.contacts < lever[contacts] and eligible(c, frame) and worth(0.0, c, lever) > 0.0:
            since = opens(person_key(c, p), frame) + offset_of(c, p, frame) * lever[spacing]
            c.touch_due[place] = max(c.now, max(c.ended + lever[after], since) + c.contacts * lever[spacing])
        rest(c, p)

    return dates


def _after_alert(bit: int, name: str, alerting: Alerting, place: int, rest: Rule) -> Rule:
    within = alerting.within

    @inlined
    def dates(c, p):
        c.touch_due[place] = NEVER
        if c.alert == 1 and c.team == ALONE and c.stage < CHURNED:
            wait = offset_of(c, p, p.frames[bit]) * min(p.levers[name][within], MONTH)
            c.touch_due[place] = max(c.now, c.month * MONTH + wait)
        rest(c, p)

    return dates


dates: Rule = no_dates
for _bit, _lever in enumerate(LEVERS):
    _name = _lever.lever_name()
    if _lever.touching:
        dates = _by_calendar(_bit, _name, _lever.touching.per_month, PLACE[_name], dates)
    if _lever.recalling:
        dates = _after_the_end(_bit, _name, _lever.recalling, _lever.hooks[Hook.WORTH], PLACE[_name], dates)
    if _lever.alerting:
        dates = _after_alert(_bit, _name, _lever.alerting, PLACE[_name], dates)


@compiled
def set_touch_dates(c, p):
    """Find the next touch of every lever that touches; the dates hang on the calendar or on the end, not on now."""
    dates(c, p)
    soonest = NEVER
    for place in range(PLACES):
        soonest = min(soonest, c.touch_due[place])
    c.due[TOUCH] = soonest


@compiled
def set_windows(c, p):
    """Open and close windows, and set the dates of touches."""
    if p.running.levers == 0:
        return
    open_windows(c, p)
    set_touch_dates(c, p)
