"""Guidance of new prospects: whether they get it at once, by a team, or not at all."""

from sim.core.compiling import compiled
from sim.core.events import Event
from sim.model.records import write

GUIDED = int(Event.GUIDED)
NONE, AT_ONCE, BY_TEAM = 0, 1, 2
"""Answers to the hook GUIDANCE."""


@compiled
def begin_guidance(c, log):
    c.guided = 1
    write(log, c, GUIDED, 0, 0)
