"""Recall: contacts with customers who have left, by method and channel or by a call desk; and the stop rule.

The effect of a contact is added to the natural return, whose clock runs on: whoever would have come back anyway still
does. Who is held out is followed just as long, and what he would have got is logged.
"""

import math

from sim.core.compiling import compiled
from sim.core.events import FINE, Channel, Event, Method, Stage, Team
from sim.core.hooks import Hook
from sim.core.lever import Recalling, Rule
from sim.core.randomness import Stream, uniform
from sim.core.units import MONTH
from sim.core.worth import monthly_worth
from sim.levers import LEVERS
from sim.model.introduction import come_back
from sim.model.records import write
from sim.model.teams import ask_team
from sim.model.touching import lose_channel, may_touch, served_by_budget, spend, tire, touch_number
from sim.model.windows import PLACE

CONTACT_STREAM = int(Stream.CONTACT)
CONTACTED, WITHHELD = int(Event.CONTACTED), int(Event.WITHHELD)
CHURNED, RECALL = int(Stage.CHURNED), int(Team.RECALL)
CALL, PHONE = int(Method.CALL), int(Channel.PHONE)


@compiled
def nobody(c, p, log):
    return


@compiled
def no_call(c, p):
    return False


def _is_call(bit: int, name: str, method_of: Rule, place: int) -> Rule:
    @compiled
    def is_call(c, p):
        """Whether the contact to come is a request to the call desk; it hangs on the customer's state alone."""
        lever = p.levers[name]
        if c.stage != CHURNED or c.touch_due[place] > c.next_time or (c.active >> bit) & 1 == 0 or lever.has_team == 0:
            return False
        if p.campaign.stopped == 1 or int(method_of(-1.0, c, lever)) != CALL:
            return False
        now = c.now
        c.now = c.next_time
        permitted = may_touch(c, p, PHONE)
        c.now = now
        return permitted

    return is_call


def _contact(bit: int, name: str, recalling: Recalling, hooks: dict[Hook, Rule], place: int) -> tuple[Rule, Rule]:
    method_of, chance_of, gift_of = hooks[Hook.METHOD], hooks[Hook.RECALL_CHANCE], hooks[Hook.GIFT]
    channel_field, offer_valid = recalling.channel, recalling.offer_valid

    @compiled
    def contact(c, p, log, channel):
        """The contact itself: it costs, it may bring the customer back, and its offer holds for a while."""
        lever, terms = p.levers[name], p.channels[channel]
        method = int(method_of(-1.0, c, lever))
        cost = terms.price + FINE * gift_of(float(method), c, lever)
        write(log, c, CONTACTED, method, int(math.floor(cost + 0.5)))
        spend(p.frames[bit], cost)
        k = touch_number(p.frames[bit], c.contacts)
        c.offer_until = c.now + lever[offer_valid]
        effect = terms.noticed * c.responsiveness * tire(c, p)
        lose_channel(c, p, log, channel, k)
        if uniform(c.key, CONTACT_STREAM, k) < effect * chance_of(float(method), c, lever):
            c.recalled_by = 1 + method
            come_back(c, p, log)
            p.campaign.recalled += 1
            p.campaign.worth += int(math.floor(monthly_worth(c) + 0.5))

    @compiled
    def call(c, p, log):
        """An agent reaches for the telephone, unless window, stop rule or permission have gone while he was busy."""
        if (c.active >> bit) & 1 == 1 and p.campaign.stopped == 0 and may_touch(c, p, PHONE):
            contact(c, p, log, PHONE)

    @compiled
    def contact_due(c, p, log):
        """A date for a contact has come: make it, hand it to the call desk, or note that it is withheld."""
        lever = p.levers[name]
        if c.touch_due[place] > c.now:
            return
        method = int(method_of(-1.0, c, lever))
        channel = PHONE if method == CALL else int(lever[channel_field])
        c.contacts += 1
        if method < 0 or p.campaign.stopped == 1 or not may_touch(c, p, channel):
            return
        if not served_by_budget(c, p, p.frames[bit]):
            return
        if (c.active >> bit) & 1 == 0:
            write(log, c, WITHHELD, method, 0)
        elif method == CALL and lever.has_team == 1:
            ask_team(c, p, log, RECALL)
        else:
            contact(c, p, log, channel)

    return call, contact_due


@compiled
def review(p, time):
    """At a month's start: stop for good when the last month's number or worth of the recalled was below the least."""
    campaign = p.campaign
    if campaign.watched == 1 and int(math.floor(time / MONTH + 0.5)) >= campaign.from_month:
        few = campaign.recalled < campaign.least_number
        poor = campaign.recalled > 0 and campaign.worth < campaign.least_worth * campaign.recalled
        if few or poor:
            campaign.stopped = 1
    campaign.recalled = 0
    campaign.worth = 0


@compiled
def no_answer(c, p, log):
    return


is_call: Rule = no_call
contact_due: Rule = nobody
speak: Rule = no_answer
"""What an agent of the call desk does for a customer."""
_recalling = [(bit, lever, lever.recalling) for bit, lever in enumerate(LEVERS) if lever.recalling]
assert len(_recalling) <= 1, "there is one call desk, and one campaign is watched"
for _bit, _lever, _names in _recalling:
    _place = PLACE[_lever.lever_name()]
    is_call = _is_call(_bit, _lever.lever_name(), _lever.hooks[Hook.METHOD], _place)
    speak, contact_due = _contact(_bit, _lever.lever_name(), _names, _lever.hooks, _place)
