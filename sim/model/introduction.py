"""The introduction: sign-up, the trial and its end, conversion; and the start of a paid life."""

import math

import numpy as np

from sim.core.compiling import compiled
from sim.core.customer import CLOCKS, KINDS, Clock
from sim.core.events import FINE, INTENT_REASONS, Event, Plan, Stage, Team
from sim.core.randomness import Stream, life_key, uniform
from sim.levers import LEVERS
from sim.model import chains
from sim.model.billing import pay
from sim.model.clocks import NEVER, NOT_YET
from sim.model.guidance import AT_ONCE, begin_guidance
from sim.model.habit import carry_forward, open_cell
from sim.model.kernel import FRIEND_LINE
from sim.model.levers import reach
from sim.model.ordering import place_order
from sim.model.rates import around_fit, calendar_month
from sim.model.records import write
from sim.model.seats import first_deal
from sim.model.teams import ask_team, leave_queue
from sim.model.using import set_dormant_date
from sim.model.windows import set_windows

SIGN_UP, TRIAL_END = int(Clock.SIGN_UP), int(Clock.TRIAL_END)
OFFER_STREAM, PLAN_STREAM = int(Stream.OFFER), int(Stream.PLAN)
SIGNED_UP, PROSPECT_LOST = int(Event.SIGNED_UP), int(Event.LOST)
CONVERTED, RETURNED = int(Event.CONVERTED), int(Event.RETURNED)
INTRODUCTION, GROWTH, LOST = int(Stage.INTRODUCTION), int(Stage.GROWTH), int(Stage.LOST)
MONTHLY, ANNUAL, PER_USE = int(Plan.MONTHLY), int(Plan.ANNUAL), int(Plan.PER_USE)
PREPAID, LONG_TERM_STREAM = int(Plan.PREPAID), int(Stream.LONG_TERM)
REFERRAL_PAID = int(Event.REFERRAL_PAID)
ONBOARDING, LONG_AGO = int(Team.ONBOARDING), -1e9
GAVE_UP, TRIAL_OVER = 0, 1
RECALLING = sum(1 << bit for bit, lever in enumerate(LEVERS) if lever.recalling)
"""Bit per lever that makes its offer to those who have left: it holds whatever they then are."""


@compiled
def forget_life(c):
    """Whatever is counted within one life begins anew."""
    c.uses = 0
    c.month_uses = 0
    c.usual_uses = 0.0
    c.risk = 0.0
    c.orders = 0
    c.since_reward = 0
    c.integrations = 0
    c.use_cases = 0
    c.problems = 0
    c.lapses = 0
    c.seats_added = 0
    c.seats_dropped = 0
    c.oversold = 0
    c.points = 0.0
    c.falls = 0
    c.last_paid = 0
    c.signals = 0
    c.alert = 0
    c.save = -1
    c.saved_months = 0
    c.paused = 0
    c.lapsed = 0


@compiled
def begin_life(c, p):
    """A first or later life: a fresh key, fresh budgets, novelty back at 1."""
    c.rates_as = 0
    c.key = life_key(p.seed, p.replication, c.id, c.life)
    c.began = c.now
    c.novelty = 1.0
    c.novelty_at = c.now
    c.last_use = c.now
    c.took_part = c.now
    c.satisfaction = p.service.usual
    c.month = calendar_month(c.now)
    c.tenure_step = 0
    c.idle_step = 0
    c.tenure_point = 0.0
    forget_life(c)
    c.paid_at = LONG_AGO
    c.guided = 0
    c.gone = 0
    c.sleep_reason = -1
    c.request = -1
    for kind in range(KINDS):
        c.due[kind] = NEVER
    for clock in range(CLOCKS):
        c.rate[clock] = 0.0
        c.budget[clock] = NOT_YET
    open_cell(c, p)


@compiled
def guidance_kind(c, p):
    """The answer to the hook GUIDANCE, for a customer whose windows are set."""
    return int(chains.guidance(0.0, c, p))


@compiled
def meet(c, p):
    """A prospect as he stands at first contact; the same whenever it is asked."""
    c.stage = INTRODUCTION
    c.source = p.lines[c.channel].source
    c.value = c.fit
    c.habit_at = c.now
    begin_life(c, p)
    reach(c, p)
    set_windows(c, p)


@compiled
def admitted(c, p):
    """Whether the candidate is among this scenario's prospects: the first ones of the month, as many as its quota."""
    usual = p.quota if c.channel < FRIEND_LINE else 1.0 if c.channel == FRIEND_LINE else 0.0
    return c.place < chains.quota(usual, c, p)


@compiled
def sign_up(c, p, log):
    """First contact: the trial begins; a lever may guide the prospect, or send him to a team.

    Whoever is not among this scenario's prospects never comes, and leaves no trace.
    """
    meet(c, p)
    if not admitted(c, p):
        c.stage = LOST
        c.active = 0
        c.held_out = 0
        for due in range(KINDS):
            c.due[due] = NEVER
        return
    c.due[TRIAL_END] = c.now + p.introduction.trial
    cost = p.prospect_cost[c.segment] * p.lines[c.channel].cost
    cost = FINE * max(0.0, chains.prospect_cost(cost, c, p))
    write(log, c, SIGNED_UP, c.channel, int(math.floor(cost + 0.5)))
    kind = guidance_kind(c, p)
    if kind == AT_ONCE:
        begin_guidance(c, log)
    elif kind > AT_ONCE:
        ask_team(c, p, log, ONBOARDING)


@compiled
def lose(c, log, how):
    """The prospect goes and never becomes a customer."""
    leave_queue(c, log)
    c.stage = LOST
    for kind in range(KINDS):
        c.due[kind] = NEVER
    write(log, c, PROSPECT_LOST, how, 0)


@compiled
def choose_plan(c, p):
    """Monthly or annual; those whom the product fits take the annual plan more often (selection)."""
    c.offer_chance = uniform(c.key, OFFER_STREAM, 0)
    c.offered = chains.offer(0, c, p)
    if c.offer_stands == 1:
        c.offered |= RECALLING
    if p.per_use == 1:
        c.plan = PER_USE
        return
    share = min(1.0, p.annual[c.segment] * around_fit(p.fit_annual, c.fit))
    share = chains.annual_probability(share, c, p)
    c.plan = ANNUAL if uniform(c.key, PLAN_STREAM, 0) < share else MONTHLY
    if c.plan == ANNUAL and uniform(c.key, LONG_TERM_STREAM, 0) < chains.long_term_probability(0.0, c, p):
        c.plan = PREPAID


@compiled
def reward_referrer(c, p, log):
    """A friend converts: that, and nothing before it, is rewarded."""
    if c.referrer >= 0:
        cost = FINE * max(0.0, chains.referral_cost(0.0, c, p))
        if cost > 0.0:
            write(log, c, REFERRAL_PAID, 0, int(math.floor(cost + 0.5)))


@compiled
def begin_paying(c, p, log):
    """The first payment of a life. Levers are asked as in the introduction, on a return too; then growth begins."""
    c.stage = INTRODUCTION
    choose_plan(c, p)
    c.stage = GROWTH
    c.started = c.now
    c.term_from = c.now
    c.bills = 0
    c.term_bills = 0
    c.paid_months = 0
    c.attempt = 0
    c.due[TRIAL_END] = NEVER
    set_dormant_date(c, p)
    for reason in range(INTENT_REASONS):
        c.intents[reason] = 0
        c.stands[reason] = 0
        c.wants[reason] = 0
    if c.life == 0:
        reward_referrer(c, p, log)
        if c.plan != PER_USE:
            first_deal(c, p)
        write(log, c, CONVERTED, 0, 0)
    else:
        write(log, c, RETURNED, c.recalled_by, 0)
    if c.plan == PER_USE:
        place_order(c, p, log, np.int64(0))
    else:
        pay(c, p, log)


@compiled
def convert(c, p, log):
    for clock in range(2):  # convert and give up: over for good
        c.rate[clock] = 0.0
        c.due[clock] = NEVER
    begin_paying(c, p, log)


@compiled
def come_back(c, p, log):
    """A further life: the same customer, habit as far as it has faded, novelty new.

    An offer that a recall contact made holds for whoever comes back in time, asked or not.
    """
    leave_queue(c, log)
    carry_forward(c, p)
    c.offer_stands = 1 if c.now < c.offer_until else 0
    c.life += 1
    c.stage = INTRODUCTION  # before the windows open: who has left is not touched by the calendar
    begin_life(c, p)
    set_windows(c, p)
    begin_paying(c, p, log)
