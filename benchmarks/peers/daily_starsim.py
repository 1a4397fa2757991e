"""The common model in starsim, by its own means: arrays of agents, one step a day, its common random numbers on.

Times are kept exactly and looked at once a day, so that steps of a day cost no accuracy: only part of what happens on
the last day is missed.
"""

import numpy as np
import starsim as ss
from model import ACTIVE, ARRIVALS, BACK, BILL, DORMANT, HORIZON, TRIAL, Outcome

MONTH = 365.25 / 12
TO_COME, TRYING, PAYING, SLEEPING, GONE = range(5)


class Customers(ss.Module):
    """Every agent is a customer: he comes, tries, pays, sleeps, pays again or goes."""

    def __init__(self) -> None:
        super().__init__()
        self.comes = ss.uniform(low=0.0, high=ARRIVALS * MONTH)
        self.tries = ss.expon(scale=TRIAL * MONTH)
        self.stays = ss.expon(scale=ACTIVE * MONTH)
        self.sleeps = ss.expon(scale=DORMANT * MONTH)
        self.wakes = ss.bernoulli(p=BACK)
        self.define_states(
            ss.FloatArr("over", default=0.0),  # when the present stage is over
            ss.FloatArr("bill", default=np.inf),
            ss.FloatArr("paid", default=0.0),
            ss.FloatArr("stage", default=TO_COME),
        )
        self.events = 0

    def init_post(self) -> None:
        """Draw when everybody comes."""
        super().init_post()
        everybody = self.sim.people.auids
        self.over[everybody] = self.comes.rvs(everybody)

    def step(self) -> None:
        """A day: bills, then what is over."""
        now = min(self.ti + 1.0, HORIZON * MONTH)
        due = ((self.bill <= now) & (self.bill < self.over)).uids
        self.paid[due] = self.paid[due] + BILL
        self.bill[due] = self.bill[due] + MONTH
        over = (self.over <= now).uids
        self.events += len(due) + len(over)
        if len(over) == 0:
            return
        stage = self.stage[over]
        asleep = over[stage == SLEEPING]
        wake = self.wakes.rvs(asleep)
        self.move(over[stage == TO_COME], TRYING, self.tries)
        fall_asleep = over[stage == PAYING]
        self.begin_paying(ss.uids.cat([over[stage == TRYING], asleep[wake]]))
        self.bill[fall_asleep] = np.inf
        self.move(fall_asleep, SLEEPING, self.sleeps)
        self.stage[asleep[~wake]] = GONE
        self.over[asleep[~wake]] = np.inf

    def begin_paying(self, who: ss.uids) -> None:
        """Activity begins, for the first time or again."""
        self.bill[who] = self.over[who] + MONTH
        self.move(who, PAYING, self.stays)

    def move(self, who: ss.uids, stage: int, length: ss.Dist) -> None:
        """Begin a stage when the one before is over."""
        self.over[who] = self.over[who] + length.rvs(who)
        self.stage[who] = stage


def run(expected: int, seed: int = 1) -> Outcome:
    """Run some expected number of customers."""
    count = int(np.random.default_rng(seed).poisson(expected))
    customers = Customers()
    days = int(np.ceil(HORIZON * MONTH))
    sim = ss.Sim(n_agents=count, modules=customers, dur=ss.days(days - 1), dt=ss.days(1), rand_seed=seed, verbose=0)
    sim.init()
    sim.run()
    (found,) = sim.modules  # a run works on a copy
    paid = found.paid.values
    return Outcome(count, found.events, float(paid.sum()), float((paid**2).sum()))
