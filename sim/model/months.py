"""What the start of a calendar month does to a customer: signs of leaving, what levers renew, and what they cost."""

import math

from sim.core.compiling import compiled
from sim.core.custom import CUSTOM_PLACES
from sim.core.events import FINE, Event, Signal, Stage, Stored
from sim.core.frame import eligible
from sim.core.hooks import Hook
from sim.core.lever import Rule
from sim.levers import LEVERS
from sim.model import chains
from sim.model.levers import meet_at
from sim.model.records import write
from sim.model.windows import set_touch_dates

ALERTED, BENEFIT = int(Event.ALERTED), int(Event.BENEFIT)
INTRODUCTION, CHURNED = int(Stage.INTRODUCTION), int(Stage.CHURNED)
DATA = int(Stored.DATA)
USE_FALLS, SPEND_FALLS, PROFILE_THIN, UNHAPPY, TAKES_NO_PART = (1 << int(signal) for signal in Signal)
SIGNALS = len(Signal)


@compiled
def read_signals(c, p):
    """Note which signs of leaving the customer shows, and what share of them: his risk, as an outsider sees it."""
    seen, signals = 0, p.signals
    if c.usual_uses >= 1.0 and c.month_uses < signals.use_falls * c.usual_uses:
        seen |= USE_FALLS
    if c.falls >= signals.spend_falls:
        seen |= SPEND_FALLS
    if c.stored[DATA] < signals.thin_profile:
        seen |= PROFILE_THIN
    if c.satisfaction < signals.unhappy:
        seen |= UNHAPPY
    if c.now - c.took_part > signals.no_part:
        seen |= TAKES_NO_PART
    c.signals = seen
    count = 0
    for signal in range(SIGNALS):
        count += (seen >> signal) & 1
    c.risk = count / SIGNALS
    fresh = c.usual_uses == 0.0
    c.usual_uses += (1.0 if fresh else signals.memory) * (c.month_uses - c.usual_uses)
    c.month_uses = 0


@compiled
def custom_cost(c, p):
    """What levers written in a scenario file cost for this customer's month."""
    cost = 0.0
    if c.active >> p.first_custom != 0:
        for n in range(CUSTOM_PLACES):
            bit = p.first_custom + n
            if c.active >> bit & 1 == 1 and eligible(c, p.frames[bit]):
                cost += p.custom[n].cost
    return cost


@compiled
def renew(c, p, log):
    """What levers give this month: novelty and value, at a cost; the customer has been carried forward to now."""
    share = min(1.0, max(0.0, chains.novelty(0.0, c, p)))
    if share > 0.0:
        left = c.novelty * math.exp((c.novelty_at - c.now) / p.use.novelty)
        c.novelty = left + share * (1.0 - left)
        c.novelty_at = c.now
    push = min(1.0, max(0.0, chains.value_push(0.0, c, p)))
    c.value += push * (1.0 - c.value)
    cost = FINE * (max(0.0, chains.month_cost(0.0, c, p)) + custom_cost(c, p))
    if cost > 0.0:
        write(log, c, BENEFIT, 0, int(math.floor(cost + 0.5)))


@compiled
def nobody_watches(c, p, log):
    return


def _watching(bit: int, name: str, alerting: Rule) -> Rule:
    @compiled
    def watch(c, p, log):
        """Raise an alert where the lever's rule says so; in its hold-out too, where nobody follows it up."""
        followed, c.alert = c.alert, 0
        there = ((c.active | c.held_out) >> bit) & 1 == 1 and eligible(c, p.frames[bit])
        if there and alerting(0.0, c, p.levers[name]) > 0.0:
            c.alert = 1
            write(log, c, ALERTED, c.signals, 0)
            meet_at(c, p, log, ALERTED)
        if there or followed == 1:
            set_touch_dates(c, p)

    return watch


watch: Rule = nobody_watches
_alerting = [(bit, lever) for bit, lever in enumerate(LEVERS) if lever.alerting]
assert len(_alerting) <= 1, "a customer has one alert at a time"
for _bit, _lever in _alerting:
    watch = _watching(_bit, _lever.lever_name(), _lever.hooks[Hook.ALERT])


@compiled
def month_begins(c, p, log):
    """A calendar month begins for somebody who is there."""
    c.met_as = -1  # what levers may ask of him, risk and worth, is looked at anew
    c.saved_months = max(0, c.saved_months - 1)
    renew(c, p, log)
    if c.stage == INTRODUCTION:
        return
    read_signals(c, p)
    watch(c, p, log)
