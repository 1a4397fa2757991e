"""One customer's life: which event happens next, and what engines call."""

import math

import numpy as np

from sim.core.compiling import compiled, inlined
from sim.core.customer import ALONE, Clock
from sim.core.events import Event, Plan, Reason, Stage, Team
from sim.model.alerts import alert_due, calls_team
from sim.model.billing import bill, end_life, period, rests, retry
from sim.model.clocks import look_ahead
from sim.model.friends import refer
from sim.model.guidance import AT_ONCE
from sim.model.integrating import integrate
from sim.model.introduction import GAVE_UP, TRIAL_OVER, admitted, come_back, convert, guidance_kind, lose, meet, sign_up
from sim.model.kernel import PLACES
from sim.model.leaving import act, intend, resume
from sim.model.levers import meet_levers, reach
from sim.model.rates import calendar_month, set_rates
from sim.model.recall import contact_due, is_call
from sim.model.records import write
from sim.model.seats import add_seat, drop_seat, find_use_case, seat_price
from sim.model.service import have_problem
from sim.model.teams import leave_queue
from sim.model.touching import calendar_touches
from sim.model.using import fall_asleep, grid_point, lapse, revive, use
from sim.model.windows import set_touch_dates, set_windows

CONVERT, GIVE_UP, USE, LEAVE, RESUME, RETURN = (
    int(clock) for clock in (Clock.CONVERT, Clock.GIVE_UP, Clock.USE, Clock.LEAVE, Clock.RESUME, Clock.RETURN)
)
INTEGRATE, USE_CASE, ADD_SEAT, DROP_SEAT, REFER, PROBLEM, LAPSE = (
    int(clock)
    for clock in (
        Clock.INTEGRATE, Clock.USE_CASE, Clock.ADD_SEAT, Clock.DROP_SEAT, Clock.REFER, Clock.PROBLEM, Clock.LAPSE,
    )
)  # fmt: skip
GRID, EDGE, SIGN_UP, TRIAL_END, BILL, RETRY, ACT, PATIENCE, DORMANT, LOST, TOUCH = (
    int(clock)
    for clock in (
        Clock.GRID, Clock.EDGE, Clock.SIGN_UP, Clock.TRIAL_END, Clock.BILL, Clock.RETRY, Clock.ACT, Clock.PATIENCE,
        Clock.DORMANT, Clock.LOST, Clock.TOUCH,
    )
)  # fmt: skip
OPENED, PAUSED = int(Event.OPENED), int(Event.PAUSED)
CHURNED, SOFT, PER_USE = int(Stage.CHURNED), int(Reason.SOFT), int(Plan.PER_USE)
ONBOARDING, RECALL, SUCCESS = int(Team.ONBOARDING), int(Team.RECALL), int(Team.SUCCESS)
ROWS_PER_EVENT = 32 + PLACES
"""No event writes more log rows than this."""


@inlined
def clock_fires(c, p, log, kind):
    """A budget is spent."""
    if kind == USE:
        use(c, p, log)
    elif kind == CONVERT:
        convert(c, p, log)
    elif kind == GIVE_UP:
        lose(c, log, GAVE_UP)
    elif kind < RESUME:
        intend(c, p, log, kind - LEAVE)
    elif kind < RETURN:
        resume(c, p, log, kind - RESUME)
    elif kind == RETURN:
        come_back(c, p, log)
    elif kind == INTEGRATE:
        integrate(c, log)
    else:
        later_clock_fires(c, p, log, kind)


@inlined
def later_clock_fires(c, p, log, kind):
    """The clocks of the relation with a customer."""
    if kind == USE_CASE:
        find_use_case(c, log)
    elif kind == ADD_SEAT:
        add_seat(c, p, log)
    elif kind == DROP_SEAT:
        drop_seat(c, log)
    elif kind == REFER:
        refer(c, log)
    elif kind == PROBLEM:
        have_problem(c, p, log)
    elif kind == LAPSE:
        lapse(c, p, log)
    else:
        revive(c, p, log)


@inlined
def date_comes(c, p, log, kind):
    """A date is reached."""
    if kind == GRID:
        grid_point(c, p, log)
    elif kind == EDGE:
        set_windows(c, p)
    elif kind == SIGN_UP:
        sign_up(c, p, log)
    elif kind == TRIAL_END:
        lose(c, log, TRIAL_OVER)
    elif kind == BILL:
        bill(c, p, log)
    elif kind == RETRY:
        retry(c, p, log)
    elif kind < PATIENCE:
        act(c, p, log, kind - ACT)
    elif kind == PATIENCE:
        leave_queue(c, log)
        set_touch_dates(c, p)  # a call that did not come about makes room for the next contact
    elif kind == DORMANT:
        fall_asleep(c, p, log)
    elif kind == LOST:
        give_up_on(c, p, log)
    else:
        touches_come(c, p, log)


@compiled
def give_up_on(c, p, log):
    """A per-use customer has not ordered for so long that he counts as churned."""
    reason = c.left_for if c.gone == 1 else c.sleep_reason
    end_life(c, p, log, np.int64(reason) if reason >= 0 else SOFT)


@inlined
def touches_come(c, p, log):
    """The next touch is due: contacts after the end, or touches by the calendar."""
    if c.stage == CHURNED:
        contact_due(c, p, log)
    else:
        calendar_touches(c, p, log)
        alert_due(c, p, log)
    set_touch_dates(c, p)


@compiled
def happen(c, p, log):
    """Let the customer's next event happen and find the one after it."""
    kind = c.next_kind
    c.now = c.next_time
    if kind < GRID:
        clock_fires(c, p, log, kind)
    else:
        date_comes(c, p, log, kind)
    set_rates(c, p)
    meet_levers(c, p, log)
    look_ahead(c, p)


# Order at equal times: service ends, then whatever ends a wait or a life, then requests, then agents are freed.
SERVICE_ENDS, LEAVES, REQUESTS, FREES = 1, 2, 3, 4
RANKS = 16


@compiled
def team_asked(c, p):
    """Which team the event to come asks for, -1 none: what it hangs on is keyed, so it can be looked at before."""
    if c.team != ALONE:
        return -1
    if c.next_kind == TOUCH:
        return RECALL if is_call(c, p) else SUCCESS if calls_team(c, p) else -1
    if c.next_kind != SIGN_UP:
        return -1
    now = c.now
    c.now = c.next_time
    meet(c, p)  # happens again, and the same, at the sign-up itself
    asks = admitted(c, p) and guidance_kind(c, p) > AT_ONCE
    c.now = now
    return ONBOARDING if asks else -1


@compiled
def order_of(c, p):
    """Rank of the next event among events at the same time, and the customer's rank with the team."""
    team = team_asked(c, p)
    if team >= 0:
        return REQUESTS * RANKS + p.teams[team].rank[c.segment]
    return LEAVES * RANKS


@compiled
def enter(c, p, log):
    """Let a customer meet the scenario: one already there on day 0 is put on the book, and levers may reach him."""
    if c.next_kind == SIGN_UP:
        return
    c.now = 0.0
    if c.plan == PER_USE:
        write(log, c, OPENED, 0, 0)
    elif rests(c, p):
        write(log, c, OPENED, 0, 0)
        write(log, c, PAUSED, 0, 0)
    else:
        last_bill = calendar_month(c.term_from + (c.term_bills - 1) * period(c, p))
        months = p.term_months[c.plan]  # seats added since the bill count as if they had been on it
        write(log, c, OPENED, -last_bill, int(math.floor(seat_price(c) * c.paid_seats * months + 0.5)))
    reach(c, p)
    look_ahead(c, p)
