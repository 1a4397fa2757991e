"""Problems with product or service, and the satisfaction that they leave."""

from sim.core.compiling import compiled
from sim.core.customer import Clock
from sim.core.events import Event
from sim.core.randomness import Stream, uniform
from sim.model import chains
from sim.model.clocks import wind
from sim.model.habit import carry_forward
from sim.model.levers import meet_at
from sim.model.records import write

PROBLEM_CLOCK, PROBLEM = int(Clock.PROBLEM), int(Event.PROBLEM)
SOLVED_STREAM = int(Stream.SOLVED)


@compiled
def have_problem(c, p, log):
    """The customer has a problem; it is solved to his content, or it is not."""
    c.problems += 1
    wind(c, PROBLEM_CLOCK, c.problems)
    meet_at(c, p, log, PROBLEM)
    solved = uniform(c.key, SOLVED_STREAM, c.problems) < chains.solved(p.service.solved, c, p)
    feel(c, p, log, solved)


@compiled
def feel(c, p, log, solved):
    """What a problem leaves behind."""
    carry_forward(c, p)
    if solved:
        c.satisfaction += p.service.pleases * (1.0 - c.satisfaction)
    else:
        c.satisfaction *= p.service.annoys
    p.month.problems += 1
    write(log, c, PROBLEM, 1 if solved else 0, 0)
