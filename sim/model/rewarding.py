"""Rewards, surprise and stored value: what a use leaves behind in the customer."""

import math

from sim.core.compiling import compiled
from sim.core.events import FINE, Event, Reward, Stored
from sim.core.randomness import Stream, uniform
from sim.model import chains
from sim.model.records import write

REWARD_STREAM = int(Stream.REWARD)
REWARDED, REDEEMED = int(Event.REWARDED), int(Event.REDEEMED)
TIES, CONTENT, ACHIEVEMENTS, DATA = int(Stored.TIES), int(Stored.CONTENT), int(Stored.ACHIEVEMENTS), int(Stored.DATA)
TRIBE, SELF = int(Reward.TRIBE), int(Reward.SELF)
KINDS_STORED = len(Stored)


@compiled
def nearer(stored, share):
    """Stored value part of the way nearer to full: it saturates."""
    return stored + min(1.0, share) * (1.0 - stored)


@compiled
def invest_use(c, p):
    """One use leaves something of every kind behind."""
    own = p.investment
    c.stored[TIES] = nearer(c.stored[TIES], chains.invest_ties(own.ties, c, p))
    c.stored[CONTENT] = nearer(c.stored[CONTENT], chains.invest_content(own.content, c, p))
    c.stored[ACHIEVEMENTS] = nearer(c.stored[ACHIEVEMENTS], chains.invest_achievements(own.achievements, c, p))
    c.stored[DATA] = nearer(c.stored[DATA], chains.invest_data(own["data"], c, p))  # .data is NumPy's own otherwise


@compiled
def earn_points(c, p, log):
    """A use may earn points; at a number of them a reward is due, and they are exchanged for it."""
    earned = chains.points(0.0, c, p)
    if earned <= 0.0:
        return
    c.points += earned
    needed = chains.points_needed(0.0, c, p)
    if 0.0 < needed <= c.points:
        c.points -= needed
        cost = FINE * chains.points_cost(0.0, c, p)
        if cost > 0.0:  # a reward worth nothing is no achievement
            c.stored[ACHIEVEMENTS] = nearer(c.stored[ACHIEVEMENTS], p.rewards.invests)
        write(log, c, REDEEMED, 0, int(math.floor(cost + 0.5)))


@compiled
def hold(c, p):
    """Factor on asking to cancel of a customer who weighs what he would leave behind."""
    stored = 0.0
    for kind in range(KINDS_STORED):
        stored += c.stored[kind]
    return 1.0 - p.investment.holds * stored / KINDS_STORED


@compiled
def reward(c, p, log, k):
    """Reward the use if it reaches the standard; return the surprise R - V, 0 where nobody rewards.

    The expectation learns from every use that might have been rewarded: V + a (R - V) (Rescorla & Wagner 1972). So a
    reward that always comes stops surprising, one that comes by chance does not.
    """
    chance = chains.reward_chance(0.0, c, p)
    if chance <= 0.0:
        return 0.0
    c.since_reward += 1
    if c.since_reward < chains.reward_standard(1.0, c, p):
        return 0.0
    c.since_reward = 0
    size = 0.0
    if uniform(c.key, REWARD_STREAM, k) < chance:
        size = chains.reward_size(0.0, c, p)
        kind = int(chains.reward_kind(0.0, c, p))
        cost = FINE * chains.reward_cost(0.0, c, p)
        write(log, c, REWARDED, kind, int(math.floor(cost + 0.5)))
        left = TIES if kind == TRIBE else ACHIEVEMENTS if kind == SELF else DATA
        c.stored[left] = nearer(c.stored[left], p.rewards.invests * size)
    surprise = size - c.expectation
    c.expectation += p.rewards.learning * surprise
    return surprise
