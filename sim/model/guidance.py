"""Guidance of new prospects: whether they get it at once, by a team, or not at all."""

from numba import njit

from sim.core.events import Event
from sim.model.records import write

GUIDED = int(Event.GUIDED)
NONE, AT_ONCE, BY_TEAM = 0, 1, 2
"""Answers to the hook GUIDANCE."""


@njit(error_model="numpy")
def begin_guidance(c, log):
    c.guided = 1
    write(log, c, GUIDED, 0, 0)
