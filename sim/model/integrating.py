"""Connecting the product to other products that the customer uses."""

from sim.core.compiling import compiled
from sim.core.customer import Clock
from sim.core.events import Event
from sim.model.clocks import wind
from sim.model.records import write

INTEGRATE = int(Clock.INTEGRATE)
INTEGRATED = int(Event.INTEGRATED)


@compiled
def integrate(c, log):
    """One more product is connected; the clock is wound for the next."""
    c.integrations += 1
    wind(c, INTEGRATE, c.integrations)
    write(log, c, INTEGRATED, c.integrations, 0)
