"""Teams with a limited number of agents: asking, waiting, being served. The engines keep the queue itself."""

from numba import njit

from sim.core.customer import ALONE, SERVED, WAITING, Clock
from sim.core.events import Event, Stage, Team
from sim.core.randomness import Stream, unit_exponential
from sim.model.clocks import NEVER, look_ahead
from sim.model.guidance import begin_guidance
from sim.model.rates import set_rates
from sim.model.records import write

PATIENCE = int(Clock.PATIENCE)
ONBOARDING = int(Team.ONBOARDING)
PATIENCE_STREAM, SERVICE_STREAM = int(Stream.PATIENCE), int(Stream.SERVICE)
TEAM_ASKED, SERVICE_BEGAN = int(Event.TEAM_ASKED), int(Event.SERVICE_BEGAN)
SERVICE_ENDED, LEFT_QUEUE = int(Event.SERVICE_ENDED), int(Event.LEFT_QUEUE)
CHURNED = int(Stage.CHURNED)


@njit(error_model="numpy")
def length(c, p, stream, mean):
    """Length of a session or of a patience: exponential, or always the mean where the team is told so."""
    if p.teams[ONBOARDING].fixed == 1:
        return mean
    return mean * unit_exponential(c.key, stream, c.calls)


@njit(error_model="numpy")
def ask_team(c, p, log, used):
    """The customer begins to wait, for as long as his patience lasts."""
    c.team = WAITING
    c.due[PATIENCE] = c.now + length(c, p, PATIENCE_STREAM, p.teams[ONBOARDING].patience)
    write(log, used, c, TEAM_ASKED, ONBOARDING, 0)


@njit(error_model="numpy")
def leave_queue(c, log, used):
    """A waiting customer goes; his number changes, so that what is left of him in a queue counts for nothing."""
    c.due[PATIENCE] = NEVER
    if c.team == WAITING:
        c.team = ALONE
        c.calls += 1
        write(log, used, c, LEFT_QUEUE, ONBOARDING, 0)


@njit(error_model="numpy")
def begin_service(c, p, log, used, time):
    """An agent takes the customer; return when the agent is free again."""
    c.now = time
    c.team = SERVED
    c.due[PATIENCE] = NEVER
    write(log, used, c, SERVICE_BEGAN, ONBOARDING, 0)
    look_ahead(c)
    return time + length(c, p, SERVICE_STREAM, p.teams[ONBOARDING].session)


@njit(error_model="numpy")
def end_service(c, p, log, used, time):
    """The agent is done; a customer who is still there is guided from now on."""
    c.now = time
    c.team = ALONE
    c.calls += 1
    write(log, used, c, SERVICE_ENDED, ONBOARDING, 0)
    if c.stage < CHURNED:
        begin_guidance(c, log, used)
        set_rates(c, p)
    look_ahead(c)
