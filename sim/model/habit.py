"""Use and habit: the grid of cells, the S-shaped curve, and what one use does.

Use rate = peak x propensity x P(act) x S(x), x = 1 - (1 - habit)(1 - novelty). A curve with two stable habit levels
makes the first weeks a race: whoever has built the habit before novelty is gone stays a user.
"""

import math

import numpy as np

from sim.core.compiling import compiled
from sim.core.customer import Clock
from sim.core.units import MONTH

GRID = int(Clock.GRID)
TENURE_DAYS = np.array([1.0, 3.0, 7.0, 14.0, 28.0])
IDLE_DAYS = np.array([3.0, 7.0, 14.0, 28.0])
SHORTEST = 1e-9


@compiled
def s_shape(x, use):
    """Hill curve from the floor to 1, with a whole steepness (a loop is five times faster than a power)."""
    power, middle = 1.0, 1.0
    for _ in range(int(use.steepness)):
        power *= x
        middle *= use.middle
    return use.floor + (1.0 - use.floor) * power / (power + middle)


@compiled
def mean_decay(y):
    """Mean of exp(-t) over t in (0, y)."""
    return -math.expm1(-y) / y if y > 0.0 else 1.0


@compiled
def act_probability(c, use, effort, ability, trigger):
    """Fogg: motivation is perceived value, ability is what effort leaves plus what is added, triggers add up."""
    drive = c.value + (1.0 - effort + ability) + use.trigger + trigger - use.threshold
    return 1.0 / (1.0 + math.exp(-use.sharpness * drive))


@compiled
def carry_forward(c, p):
    """Let habit fade, perceived value return to the level of fit and satisfaction to the usual, up to now."""
    days = c.now - c.habit_at
    if days == 0.0:
        return
    c.habit *= math.exp(-p.use.habit_fade * days)
    c.value = c.fit + (c.value - c.fit) * math.exp(-p.leaving.value_returns * days)
    c.satisfaction = p.service.usual + (c.satisfaction - p.service.usual) * math.exp(-p.service.returns * days)
    c.habit_at = c.now


@compiled
def open_cell(c, p):
    """Begin a cell: hold habit and novelty at their means until the next point of the fixed grid.

    The grid is tenure days 1, 3, 7, 14, 28, idle days 3, 7, 14, 28, and calendar month starts: no lever adds to it.
    """
    if p.running.grid == 0:
        return
    due = (c.month + 1) * MONTH
    if c.tenure_step < len(TENURE_DAYS):
        due = min(due, c.began + TENURE_DAYS[c.tenure_step])
    if c.idle_step < len(IDLE_DAYS):
        due = min(due, c.last_use + IDLE_DAYS[c.idle_step])
    c.due[GRID] = due
    carry_forward(c, p)
    length = max(due - c.now, SHORTEST)
    habit = c.habit * mean_decay(p.use.habit_fade * length)
    novelty = c.novelty * math.exp((c.novelty_at - c.now) / p.use.novelty) * mean_decay(length / p.use.novelty)
    c.use_strength = s_shape(1.0 - (1.0 - habit) * (1.0 - novelty), p.use)
    half = p.use.paid_half / math.log(2.0)
    c.paid_bump = 1.0 + p.use.paid_bump * math.exp(-(c.now - c.paid_at) / half) * mean_decay(length / half)
    c.habit_strength = s_shape(habit, p.use)


@compiled
def pass_grid(c):
    """A point of the grid: count it; return whether a calendar month begins. The next cell is still to be opened."""
    month = c.month
    while (c.month + 1) * MONTH <= c.now:
        c.month += 1
    while c.tenure_step < len(TENURE_DAYS) and c.began + TENURE_DAYS[c.tenure_step] <= c.now:
        c.tenure_step += 1
    while c.idle_step < len(IDLE_DAYS) and c.last_use + IDLE_DAYS[c.idle_step] <= c.now:
        c.idle_step += 1
    c.tenure_point = c.now - c.began
    if c.tenure_step < len(TENURE_DAYS):
        c.tenure_point = TENURE_DAYS[c.tenure_step - 1] if c.tenure_step > 0 else 0.0
    return c.month > month


@compiled
def build_habit(c, p, effort, surprise):
    """One use: habit moves part of the way to 1, further when the use costs little effort or surprises."""
    use = p.use
    mean_effort = use.effort_a / (use.effort_a + use.effort_b)
    gain = use.habit_gain * (1.0 - use.effort_drag * (effort - mean_effort))
    gain *= 1.0 + p.rewards.surprise_habit * max(0.0, surprise)
    c.habit += min(1.0, gain) * (1.0 - c.habit)
