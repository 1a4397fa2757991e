"""What an agent's time with a customer ends in."""

from sim.core.compiling import compiled
from sim.core.customer import ALONE
from sim.core.events import Event, Stage, Team
from sim.model.alerts import follow_up
from sim.model.clocks import look_ahead
from sim.model.guidance import begin_guidance
from sim.model.levers import meet_levers
from sim.model.rates import set_rates
from sim.model.recall import speak
from sim.model.records import write
from sim.model.windows import set_touch_dates

SERVICE_ENDED = int(Event.SERVICE_ENDED)
CHURNED, ONBOARDING = int(Stage.CHURNED), int(Team.ONBOARDING)
RECALL, SUCCESS = int(Team.RECALL), int(Team.SUCCESS)


@compiled
def end_service(c, p, log, time):
    """The agent is done: a prospect is guided from now on; a customer, or one who has left, has been spoken with."""
    c.now = time
    c.team = ALONE
    c.calls += 1
    write(log, c, SERVICE_ENDED, c.asked, 0)
    if c.asked == ONBOARDING and c.stage < CHURNED:
        begin_guidance(c, log)
    elif c.asked == SUCCESS and c.stage < CHURNED:
        follow_up(c, p, log)
    elif c.asked == RECALL and c.stage == CHURNED and c.contacts > 0:  # 0: back and gone again meanwhile
        speak(c, p, log)
    set_touch_dates(c, p)  # nobody is contacted while an agent is busy with him
    set_rates(c, p)
    meet_levers(c, p, log)
    look_ahead(c, p)
