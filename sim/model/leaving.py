"""Intents by reason, and the way from an intent to a cancel request and back."""

from sim.core.compiling import compiled, compiled_once
from sim.core.customer import Clock
from sim.core.events import Event
from sim.core.randomness import Stream, uniform
from sim.core.units import MONTH
from sim.model.clocks import wind
from sim.model.habit import carry_forward
from sim.model.records import write
from sim.model.rewarding import hold
from sim.model.saving import answer_request, drop_intent

LEAVE, RESUME, ACT = int(Clock.LEAVE), int(Clock.RESUME), int(Clock.ACT)
ACT_STREAM = int(Stream.ACT)
INTENDED, RESUMED, REQUESTED = int(Event.INTENDED), int(Event.RESUMED), int(Event.REQUESTED)
UNDONE, TRAPPED = int(Event.UNDONE), int(Event.TRAPPED)
MONTHS_OF_AN_INTENT = 1024
"""Room for months in the k of the draws on one intent."""


@compiled
def intend(c, p, log, reason):
    """A leave clock fires: one intent for this reason stands, and is first looked at at once."""
    c.stands[reason] = 1
    c.intent_months[reason] = 0
    c.due[ACT + reason] = c.now
    wind(c, RESUME + reason, c.intents[reason])
    wind(c, LEAVE + reason, c.intents[reason] + 1)
    write(log, c, INTENDED, reason, 0)


@compiled
def request(c, p, log, reason):
    """The customer acts on an intent: automatic renewal is off, unless another request stands already."""
    c.wants[reason] = 1
    if c.request < 0:
        c.request = reason
        write(log, c, REQUESTED, reason, 0)
        answer_request(c, p, log, reason)


@compiled_once
def want_to_cancel(c, p, log, reason):
    """Somebody is reminded that he wants to leave, and acts on it at once."""
    if c.stands[reason] == 0:
        intend(c, p, log, reason)
    if c.wants[reason] == 0:
        request(c, p, log, reason)


@compiled
def act(c, p, log, reason):
    """Once a month while the intent stands: does the customer act on it, weighing what he would leave behind?"""
    k = int(c.intents[reason]) * MONTHS_OF_AN_INTENT + c.intent_months[reason]
    if c.wants[reason] == 0 and uniform(c.key, ACT_STREAM + reason, k) < p.leaving.attention * hold(c, p):
        request(c, p, log, reason)
        if c.stands[reason] == 0 or c.request < 0:  # saved, or gone at once
            return
    # While a charge is retried, or the subscription rests, no term is paid.
    inside_term = p.term_months[c.plan] > 1 and c.attempt == 0 and c.paused == 0
    if c.intent_months[reason] > 0 and inside_term:
        carry_forward(c, p)
        c.value *= p.leaving.trapped
        write(log, c, TRAPPED, reason, 0)
    c.intent_months[reason] += 1
    c.due[ACT + reason] = c.now + MONTH


@compiled_once
def resume(c, p, log, reason):
    """The intent is dropped; a request that it carried passes to another reason acted on, or is withdrawn."""
    carried = c.request == reason
    drop_intent(c, reason)
    write(log, c, UNDONE if carried and c.request < 0 else RESUMED, reason, 0)
