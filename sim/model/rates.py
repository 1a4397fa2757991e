"""All rates of one customer from his state. Safe to call after any event: nothing moves unless a rate really changed.

The table of reasons and mechanisms is this file's ``leave_factors``; ``docs/reasons.md`` is made from
``sim/model/reasons.py``, which says the same in words and is held to it by a test.
"""

import math

from sim.core.compiling import compiled, compiled_once
from sim.core.customer import CLOCKS, Clock
from sim.core.events import INTENT_REASONS, Plan, Reason, Stage
from sim.core.frame import stands_as
from sim.core.randomness import Stream, uniform
from sim.core.units import MONTH
from sim.model import chains
from sim.model.clocks import set_rate, set_return
from sim.model.habit import act_probability
from sim.model.kernel import Season

CONVERT, GIVE_UP, USE, LEAVE, RESUME, RETURN = (
    int(clock) for clock in (Clock.CONVERT, Clock.GIVE_UP, Clock.USE, Clock.LEAVE, Clock.RESUME, Clock.RETURN)
)
INTEGRATE, USE_CASE, ADD_SEAT, DROP_SEAT, REFER, PROBLEM, LAPSE, REVIVE = (
    int(clock)
    for clock in (
        Clock.INTEGRATE, Clock.USE_CASE, Clock.ADD_SEAT, Clock.DROP_SEAT, Clock.REFER, Clock.PROBLEM, Clock.LAPSE,
        Clock.REVIVE,
    )
)  # fmt: skip
MOST_SEATS = 100_000
MOST_COUNTED = 120
"""Use cases, integrations and friends are counted in one byte."""
INTRODUCTION, CHURNED, LOST = int(Stage.INTRODUCTION), int(Stage.CHURNED), int(Stage.LOST)
DORMANCY, PER_USE = int(Stage.DORMANCY), int(Plan.PER_USE)
SLEEP_REASON_STREAM = int(Stream.SLEEP_REASON)
NATURAL, SOFT, HARD, EXPERIENCE, PAYMENT = (
    int(reason) for reason in (Reason.NATURAL, Reason.SOFT, Reason.HARD, Reason.EXPERIENCE, Reason.PAYMENT)
)
SEASON_USE, SEASON_CONVERT, SEASON_LEAVE = int(Season.USE), int(Season.CONVERT), int(Season.LEAVE)


@compiled
def around_fit(strength, fit):
    """Selection by fit: 1 - strength .. 1 + strength, mean 1 as fit has mean 1/2."""
    return 1.0 + strength * (2.0 * fit - 1.0)


@compiled
def season(c, p, which):
    """Factor of the calendar month in which the customer's present cell lies."""
    return p.season[which, (p.first_month + c.month) % 12]


@compiled
def promoted(c, p):
    """Factor of dated promotions on use and converting, in the month of the customer's present cell."""
    return p.promoted[c.month] if c.month >= 0 else 1.0


@compiled
def direct(c, p, reason):
    """Direct lever factor on one reason."""
    floor = p.leaving.floor
    if reason == NATURAL:
        return chains.leave_natural(floor, c, p)
    if reason == SOFT:
        return chains.leave_soft(floor, c, p)
    if reason == HARD:
        return chains.leave_hard(floor, c, p)
    return chains.leave_experience(floor, c, p)


@compiled
def state_factor(c, p, reason):
    """How the customer's state moves one reason: the rows of the table reason x mechanism."""
    factor = 1.0
    if reason == SOFT:
        factor *= 1.0 + (p.leaving.soft_without_habit - 1.0) * (1.0 - c.habit_strength)
    if reason == EXPERIENCE:
        factor *= 1.0 + (p.leaving.experience_without_value - 1.0) * (1.0 - c.value)
        factor *= 1.0 + (p.service.experience_unsatisfied - 1.0) * (1.0 - c.satisfaction)
    if reason == NATURAL or reason == EXPERIENCE:
        factor *= around_fit(-p.leaving.fit_leave, c.fit)
    if (reason == SOFT or reason == EXPERIENCE) and c.activated == 1:
        factor *= p.activation.effect
    return factor


@compiled(forceinline=True)
def personal(c, p):
    """What moves all of a customer's leaving: earlier lives, the season, a save behind him, friends."""
    factor = later_life(c, p) * season(c, p, SEASON_LEAVE)
    if c.saved_months > 0:
        factor *= p.saves.relapse
    if c.referrals > 0:
        factor *= p.friends.referring
    if c.referrer_there == 1:
        factor *= p.friends.referred
    return factor * (1.0 + (p.friends.left - 1.0) * c.friend_left)


@compiled
def leaving_weight(c, p, reason):
    """How much one reason weighs at present: the base mix, times what state and levers do to it."""
    base = p.reason_mix[reason] if c.plan == PER_USE else p.leave[c.segment, c.plan, reason]
    return base * state_factor(c, p, reason) * direct(c, p, reason) if base > 0.0 else 0.0


@compiled
def leaving_total(c, p):
    """All reasons' weights, times what moves them all; 1 for a per-use customer whom nothing moves."""
    total = 0.0
    for reason in range(INTENT_REASONS):
        total += leaving_weight(c, p, reason)
    return total * personal(c, p)


@compiled_once
def draw_reason(c, p, stream, k):
    """Draw a reason by its weight."""
    total = 0.0
    for reason in range(INTENT_REASONS):
        total += leaving_weight(c, p, reason)
    left = uniform(c.key, stream, k) * total
    for reason in range(INTENT_REASONS - 1):
        left -= leaving_weight(c, p, reason)
        if left < 0.0:
            return reason
    return EXPERIENCE if total > 0.0 else SOFT


@compiled
def sleep_reason(c, p):
    """Why a customer falls asleep: what he has left for, or wants to; else drawn by what would make him leave."""
    if c.gone == 1:
        return c.left_for
    for reason in range(INTENT_REASONS):
        if c.stands[reason] == 1:
            return reason
    return draw_reason(c, p, SLEEP_REASON_STREAM, c.uses)


@compiled(forceinline=True)
def later_life(c, p):
    """Factor on leaving in second and later lives."""
    if c.life == 0:
        return 1.0
    return p.leaving.second_life if c.life == 1 else p.leaving.third_life


@compiled
def return_factor(c, p):
    """Cumulative return rate after one year, from the share expected back and the reason left for."""
    factor = 1.0
    if c.left_for == NATURAL:
        factor = p.returning.natural
    elif c.left_for == HARD:
        factor = p.returning.hard
    elif c.left_for == EXPERIENCE:
        factor = p.returning.experience
    elif c.left_for == PAYMENT:
        factor = p.returning.payment
    return -math.log1p(-p.returning.within_year) * factor


@compiled
def set_use_rate(c, p):
    """Base x propensity x P(act) x S(habit, novelty) x what was just paid for; nothing comes from who is gone."""
    if p.running.use == 0 or c.gone == 1 or c.paused == 1 or c.lapsed == 1:
        set_rate(c, USE, 0.0)
        return
    base = p.use.peak * p.use_level[c.segment] * c.use_propensity * c.use_strength * c.paid_bump
    act = act_probability(c, p.use, chains.effort(c.effort, c, p), chains.ability(0.0, c, p), 0.0)
    calendar = season(c, p, SEASON_USE) * promoted(c, p)
    set_rate(c, USE, base * act * calendar * max(0.0, chains.use_rate(1.0, c, p)))


@compiled
def set_introduction_rates(c, p):
    line = p.lines[c.channel]
    convert = p.convert[c.segment] * around_fit(p.introduction.fit_convert, c.fit) * line.convert
    convert *= season(c, p, SEASON_CONVERT) * promoted(c, p)
    if line.searching == 1:
        convert *= p.introduction.searching
    give_up = p.introduction.give_up
    if c.activated == 1:
        convert *= p.introduction.activated_convert
        give_up *= p.introduction.activated_give_up
    set_rate(c, CONVERT, convert * max(0.0, chains.convert_rate(1.0, c, p)))
    set_rate(c, GIVE_UP, give_up * max(0.0, chains.give_up_rate(1.0, c, p)))


@compiled
def set_leave_rates(c, p):
    common = c.leave_propensity * personal(c, p)
    if c.stage != DORMANCY:
        common *= p.leaving.awake
    if c.paused == 1:
        common = 0.0
    for reason in range(INTENT_REASONS):
        rate, resume = 0.0, p.leaving.resume
        if c.stands[reason] == 0:
            resume = 0.0
            base = p.leave[c.segment, c.plan, reason]
            if base > 0.0:
                rate = base * common * state_factor(c, p, reason) * direct(c, p, reason)
        set_rate(c, LEAVE + reason, rate)
        set_rate(c, RESUME + reason, resume)


@compiled
def set_relation_rates(c, p, awake):
    """Clocks of a customer who is awake: integrations, use cases, seats, friends, problems."""
    grows = awake and c.plan != PER_USE and c.request < 0 and c.attempt == 0
    around_value = p.deals.value_seats * (2.0 * c.value - 1.0)
    add, drop, cases, connect, refer, problem = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    if grows and p.add_seat[c.segment] > 0.0 and c.seats < MOST_SEATS:
        add = p.add_seat[c.segment] * c.seats * max(0.0, 1.0 + around_value) * chains.add_seat_rate(1.0, c, p)
    if grows and p.drop_seat[c.segment] > 0.0 and c.seats > 1:
        drop = p.drop_seat[c.segment] * c.seats * max(0.0, 1.0 - around_value) * chains.drop_seat_rate(1.0, c, p)
    if awake:
        connect = chains.integrate_rate(0.0, c, p) if c.integrations < MOST_COUNTED else 0.0
        cases = chains.use_case_rate(0.0, c, p) if c.use_cases < MOST_COUNTED else 0.0
        refer = chains.refer_rate(0.0, c, p) if c.referrals < MOST_COUNTED else 0.0
        problem = p.service.problems * 2.0 * c.service_demand * chains.problem_rate(1.0, c, p)
    set_rate(c, ADD_SEAT, max(0.0, add))
    set_rate(c, DROP_SEAT, max(0.0, drop))
    set_rate(c, USE_CASE, max(0.0, cases))
    set_rate(c, INTEGRATE, max(0.0, connect))
    set_rate(c, REFER, max(0.0, refer))
    set_rate(c, PROBLEM, max(0.0, problem))


@compiled
def set_lapse_rates(c, p, awake):
    """The clocks by which a customer lapses and comes to life again, where the scenario has them."""
    lapse = 0.0
    if awake and p.stages.lapse > 0.0:
        lapse = p.stages.lapse + (p.stages.lapse_habit - p.stages.lapse) * c.habit_strength
    set_rate(c, LAPSE, lapse)
    revives = c.lapsed == 1 and c.gone == 0 and c.paused == 0
    set_rate(c, REVIVE, p.stages.revive if revives else 0.0)


@compiled(forceinline=True)
def rates_follow(c):
    """How the customer stands, as one number: where the grid does not run, all rates follow from it."""
    standing = stands_as(c)
    for reason in range(INTENT_REASONS):
        standing = 2 * standing + c.stands[reason]
    return 2 * standing + c.lapsed


@compiled(forceinline=True)
def set_rates(c, p):
    """Set every clock's rate, unless nothing has happened that can change one."""
    if p.running.grid == 0:
        standing = rates_follow(c)
        if standing == c.rates_as:
            return
        c.rates_as = standing
    set_rates_of_stage(c, p)


@compiled
def set_rates_of_stage(c, p):
    """Set every clock's rate for the stage the customer is in."""
    if c.stage == CHURNED or c.stage == LOST:
        for clock in range(RETURN):
            set_rate(c, clock, 0.0)
        for clock in range(INTEGRATE, CLOCKS):
            set_rate(c, clock, 0.0)
        if c.stage == CHURNED:
            set_return(c, p.returning["shape"], return_factor(c, p))  # .shape is NumPy's own without the compiler
        return
    set_use_rate(c, p)
    if c.stage == INTRODUCTION:
        set_introduction_rates(c, p)
        return
    if c.plan != PER_USE:
        set_leave_rates(c, p)
    awake = c.stage != DORMANCY and c.paused == 0
    if p.running.relations == 1:
        set_relation_rates(c, p, awake)
    if p.running.lapses == 1:
        set_lapse_rates(c, p, awake)


@compiled
def calendar_month(now):
    """Number of the month, counted from the study's start; negative before it."""
    return int(math.floor(now / MONTH))
