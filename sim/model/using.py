"""One use of the product: habit, key actions, waking up, and the stages that follow from habit."""

import numpy as np

from sim.core.compiling import compiled, inlined
from sim.core.customer import Clock
from sim.core.events import Event, Plan, Stage
from sim.core.randomness import Stream, uniform
from sim.model import chains
from sim.model.billing import charge_again, rest_asleep
from sim.model.clocks import NEVER, wind
from sim.model.habit import build_habit, carry_forward, open_cell, pass_grid
from sim.model.months import month_begins
from sim.model.ordering import leave_silently, place_order
from sim.model.rates import around_fit, sleep_reason
from sim.model.records import write
from sim.model.rewarding import earn_points, invest_use, reward

USE, DORMANT, LAPSE, REVIVE = int(Clock.USE), int(Clock.DORMANT), int(Clock.LAPSE), int(Clock.REVIVE)
STEP_STREAM = int(Stream.STEP)
PROMPTED = 1 << 40
"""Keeps the k of draws at prompted uses apart from that of the others."""
USED, STEP_DONE, ACTIVATED = int(Event.USED), int(Event.STEP_DONE), int(Event.ACTIVATED)
FELL_ASLEEP, WOKE = int(Event.FELL_ASLEEP), int(Event.WOKE)
PER_USE = int(Plan.PER_USE)
MATURED, SLIPPED = int(Event.MATURED), int(Event.SLIPPED)
INTRODUCTION, GROWTH = int(Stage.INTRODUCTION), int(Stage.GROWTH)
MATURITY, DORMANCY = int(Stage.MATURITY), int(Stage.DORMANCY)


@compiled
def take_step(c, p, log, k):
    """The use completes the next key action, or does not."""
    chance = p.step_probability[c.segment] * around_fit(p.activation.fit_step, c.fit)
    chance = chains.step_probability(min(1.0, chance), c, p)
    if uniform(c.key, STEP_STREAM, k) < chance:
        write(log, c, STEP_DONE, c.steps, 0)
        c.steps += 1
        if c.steps >= p.activation.steps:
            c.activated = 1
            p.month.activated += 1
            write(log, c, ACTIVATED, 0, 0)


@compiled
def settle_stage(c, p, log):
    """Growth and maturity follow habit and tenure; looked at after a use and at points of the grid."""
    if c.stage == GROWTH and c.habit > p.stages.mature_habit and c.now > c.started + p.stages.mature_after:
        c.stage = MATURITY
        write(log, c, MATURED, 0, 0)
    elif c.stage == MATURITY and c.habit < p.stages.slip_habit:
        c.stage = GROWTH
        write(log, c, SLIPPED, 0, 0)


@inlined
def use(c, p, log):
    """The use clock fires: a trigger from within."""
    c.uses += 1
    wind(c, USE, c.uses)
    write(log, c, USED, 0, 0)
    live_use(c, p, log, np.int64(c.uses))


@inlined
def revive(c, p, log):
    """The revive clock fires: a lapsed customer uses again of his own accord."""
    c.uses += 1
    write(log, c, USED, 0, 0)
    live_use(c, p, log, np.int64(c.uses))


@inlined
def prompted_use(c, p, log, k):
    """A touch is acted upon. The use clock goes on as it stands: what a touch adds takes nothing away."""
    c.took_part = c.now
    write(log, c, USED, 1, 0)
    live_use(c, p, log, PROMPTED + k)


@compiled
def live_use(c, p, log, k):
    """What every use does: reward, habit, stored value, waking up, the next key action; in a shop it is an order."""
    carry_forward(c, p)
    surprise = reward(c, p, log, k)
    build_habit(c, p, chains.effort(c.effort, c, p), surprise)
    invest_use(c, p)
    c.last_use = c.now
    c.idle_step = 0
    c.month_uses += 1
    if c.stage == DORMANCY:
        c.stage = GROWTH
        c.sleep_reason = -1
        c.lapsed = 0
        write(log, c, WOKE, 0, 0)
        charge_again(c, p, log)
    if c.activated == 0:
        take_step(c, p, log, k)
    if c.stage != INTRODUCTION:
        set_dormant_date(c, p)
        settle_stage(c, p, log)
        earn_points(c, p, log)
        if c.plan == PER_USE:
            place_order(c, p, log, k)
            leave_silently(c, p, k)
    open_cell(c, p)


@compiled
def set_dormant_date(c, p):
    """Dormant after so long without use, unless a lapse clock decides."""
    c.due[DORMANT] = c.now + p.stages.dormant_after if p.stages.lapse == 0.0 else NEVER


@compiled
def lapse(c, p, log):
    """The lapse clock fires: no use from now on until the revive clock, or a touch."""
    c.lapsed = 1
    c.lapses += 1
    wind(c, LAPSE, c.lapses)
    wind(c, REVIVE, c.lapses)
    fall_asleep(c, p, log)


@compiled
def fall_asleep(c, p, log):
    """No use for long; why, is settled now, by what would make the customer leave."""
    c.stage = DORMANCY
    c.reminded = 0
    c.due[DORMANT] = NEVER
    c.sleep_reason = sleep_reason(c, p)
    write(log, c, FELL_ASLEEP, c.sleep_reason, 0)
    rest_asleep(c, p, log)


@compiled
def grid_point(c, p, log):
    begins = pass_grid(c)
    carry_forward(c, p)
    if begins:
        month_begins(c, p, log)
    open_cell(c, p)
    settle_stage(c, p, log)
