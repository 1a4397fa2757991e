"""Teams with a limited number of agents: asking, waiting, being served. The engines keep the queue itself."""

from sim.core.compiling import compiled
from sim.core.customer import ALONE, SERVED, WAITING, Clock
from sim.core.events import Event
from sim.core.randomness import Stream, unit_exponential
from sim.model.clocks import NEVER, look_ahead
from sim.model.records import write

PATIENCE = int(Clock.PATIENCE)
PATIENCE_STREAM, SERVICE_STREAM = int(Stream.PATIENCE), int(Stream.SERVICE)
TEAM_ASKED, SERVICE_BEGAN = int(Event.TEAM_ASKED), int(Event.SERVICE_BEGAN)
LEFT_QUEUE = int(Event.LEFT_QUEUE)


@compiled
def length(c, p, stream, mean):
    """Length of a session or of a patience: exponential, or always the mean where the team is told so."""
    if p.teams[c.asked].fixed == 1:
        return mean
    return mean * unit_exponential(c.key, stream, c.calls)


@compiled
def ask_team(c, p, log, team):
    """The customer begins to wait, for as long as his patience lasts (or the desk's, for a call to him)."""
    c.team = WAITING
    c.asked = team
    c.due[PATIENCE] = c.now + length(c, p, PATIENCE_STREAM, p.teams[team].patience)
    write(log, c, TEAM_ASKED, team, 0)


@compiled
def leave_queue(c, log):
    """A waiting customer goes; his number changes, so that what is left of him in a queue counts for nothing."""
    c.due[PATIENCE] = NEVER
    if c.team == WAITING:
        c.team = ALONE
        c.calls += 1
        write(log, c, LEFT_QUEUE, c.asked, 0)


@compiled
def begin_service(c, p, log, time):
    """An agent takes the customer; return when the agent is free again."""
    c.now = time
    c.team = SERVED
    c.due[PATIENCE] = NEVER
    write(log, c, SERVICE_BEGAN, c.asked, 0)
    look_ahead(c, p)
    return time + length(c, p, SERVICE_STREAM, p.teams[c.asked].session)
