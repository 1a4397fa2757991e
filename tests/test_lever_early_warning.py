"""Early warning, on hand-made customers: who is alerted, who is spoken to, whom it helps and whom it wakes."""

import numpy as np
import pytest
from by_hand import leaving, live, paying_at_once, prospects, quiet_kernel, z_of
from worlds import TEAM, copy_levers, difference, frame_of, of, times, with_team, without, world
from worlds import World as Hands

from sim.core.customer import new_customers
from sim.core.events import Channel, Event, Reason, Signal, Team
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.engines import compiled
from sim.levers import BY_NAME

LEVER = BY_NAME["early_warning"]
NO_EFFECT = {"signs": 1, "rescue": "0 %", "rescue_by_person": "0 %", "awakens": "0 %"}
STRONG = {"signs": 1, "rescue": "100 %", "unhappy_message": 1, "channel": "in_app"}
OWN_EVENTS = (Event.ALERTED, Event.TOUCHED)
NATURAL, SOFT, HARD, EXPERIENCE = (int(reason) for reason in list(Reason)[:4])


def warning(kernel=None, **settings):
    """Return a kernel with alerts at one sign, which a customer without use shows, followed up by a noticed message."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0})) if kernel is None else kernel
    copy_levers(kernel, world({"early_warning": {**NO_EFFECT, **settings}}).kernel)
    for name, value in (("opt_in", 1.0), ("noticed", 1.0), ("unsubscribes", 0.0)):
        kernel["channels"][name] = value
    kernel["touches"]["memory"] = 0.001
    return kernel


def wanting(reason):
    """Return a kernel under which everybody wants to leave for one reason and never gets round to asking."""
    kernel = leaving(paying_at_once(quiet_kernel(use={"peak": 0.0})), 1e3, reason)
    kernel["leaving"]["attention"] = 0.0
    return kernel


def rule(hook, value=0.0, *, settings=None, has_team=0, **customer):
    """Ask one of the lever's rules about a hand-made customer."""
    record, one = warning(**(settings or {}))["levers"]["early_warning"], new_customers(1)
    record["has_team"] = has_team
    for name, given in customer.items():
        one[name] = given
    return float(LEVER.hooks[hook](value, one[0], record[0]))


# --- who is alerted -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", range(6))
@pytest.mark.parametrize("signs", [1, 2, 4])
def test_an_alert_asks_for_so_many_signs_at_once(shown, signs):
    assert (shown >= signs) == rule(Hook.ALERT, settings={"signs": signs}, risk=shown / 5)


def test_alerts_come_when_a_month_begins_and_are_followed_up_within_the_time():
    """Nobody stores data without use: one sign each month; five with a level that nobody reaches."""
    log, _ = live(prospects(200), warning(within="7 days"), 4.9 * MONTH)
    none, _ = live(prospects(200), warning(signs=4), 2.9 * MONTH)
    alerted = log[log["event"] == Event.ALERTED]

    assert set(np.round(alerted["time"] / MONTH, 9)) == {1, 2, 3, 4}
    assert len(alerted) == 4 * 200
    assert set(alerted["detail"]) >= {1 << Signal.PROFILE_THIN}
    assert not np.isin(none["event"], (Event.ALERTED, Event.TOUCHED)).any()
    for customer in range(1, 201):
        waits = times(of(log, customer), Event.TOUCHED) - times(of(log, customer), Event.ALERTED)
        assert ((0.0 <= waits) & (waits <= 7.0)).all()
        assert np.ptp(waits) < 1e-9


def test_the_hold_out_is_alerted_and_left_alone():
    """So that precision can be seen without what the follow-up does."""
    kernel = warning(wanting(SOFT), rescue="100 %", share="0 %")
    log, _ = live(prospects(100), kernel, 2.5 * MONTH)
    plain = kernel.copy().view(np.recarray)
    frame_of(plain, "early_warning")["on"] = 0
    expected, _ = live(prospects(100), plain, 2.5 * MONTH)

    assert len(times(log, Event.ALERTED)) == 200
    assert difference(expected, without(log, Event.ALERTED, Event.HELD_OUT)) == ""


def test_who_shows_few_signs_or_answers_nothing_can_be_spared():
    """By risk, and by responsiveness: the lower half of people is left alone, and so are those of one sign."""
    responsiveness = -np.log(1.0 - np.linspace(0.005, 0.995, 100))
    kernel = warning(eligible={"least_responsiveness": "50 %"})
    log, _ = live(prospects(100, responsiveness=responsiveness), kernel, 1.5 * MONTH)
    risky, _ = live(prospects(100), warning(eligible={"least_risk": "90 %"}), 1.5 * MONTH)

    assert sorted(set(log["customer"][log["event"] == Event.TOUCHED])) == list(range(51, 101))
    assert not (risky["event"] == Event.TOUCHED).any()


# --- what it does ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason, expected", [(SOFT, 0.3), (EXPERIENCE, 0.3), (NATURAL, 0.0), (HARD, 0.0)])
def test_a_follow_up_helps_who_wants_to_leave_for_what_can_be_helped(reason, expected):
    """Not a factor on leaving: an intent that stands is dropped, for two of the reasons; |z| below 4."""
    log, _ = live(prospects(2000), warning(wanting(reason), rescue="30 %", awakens="50 %"), 1.5 * MONTH)
    touched = log[log["event"] == Event.TOUCHED]
    dropped = np.isin(touched["time"], log["time"][log["event"] == Event.RESUMED])

    assert len(touched) == 2000
    assert not (log["event"] == Event.AWAKENED).any()
    if expected:
        assert abs(z_of(dropped.sum(), len(touched), expected)) < 4
    else:
        assert not dropped.any()


@pytest.mark.parametrize("responsiveness, noticed", [(1.0, 1.0), (0.5, 1.0), (1.0, 0.4)])
def test_a_follow_up_may_wake_who_wants_nothing(responsiveness, noticed):
    """A false alert costs: with the stated chance, times noticed and responsiveness, a request follows at once."""
    kernel = warning(awakens="20 %", rescue="100 %")
    kernel["channels"]["noticed"] = noticed
    log, _ = live(prospects(3000, responsiveness=responsiveness), kernel, 1.5 * MONTH)
    woken = log[log["event"] == Event.AWAKENED]

    assert abs(z_of(len(woken), 3000, 0.2 * noticed * responsiveness)) < 4
    assert set(woken["time"]) == set(times(log, Event.REQUESTED))
    assert set(woken["detail"]) == {SOFT}


def test_a_message_says_little_to_the_unhappy_and_a_talk_does():
    settings = {"rescue": "10 %", "rescue_by_person": "40 %", "unhappy_message": 0.3}
    unhappy = {"signals": 1 << Signal.UNHAPPY | 1 << Signal.PROFILE_THIN}

    assert rule(Hook.RESCUE, settings=settings, signals=1 << Signal.PROFILE_THIN) == pytest.approx(0.1)
    assert rule(Hook.RESCUE, settings=settings, **unhappy) == pytest.approx(0.03)
    assert rule(Hook.RESCUE, settings=settings, has_team=1, **unhappy) == pytest.approx(0.4)


def test_a_team_talks_to_whom_it_reaches_and_to_nobody_else():
    """One agent, sessions of half a day: who waits in vain is not helped; a talk is a call."""
    kernel = warning(wanting(EXPERIENCE), rescue_by_person="100 %", channel="email")
    kernel["channels"]["price"][0, Channel.PHONE] = 6.0
    this = with_team(Hands(prospects(60), kernel, 1.9 * MONTH), 1, session=0.5, patience=2.0, team=Team.SUCCESS)
    log = np.concatenate([piece.copy() for piece in compiled.run(this.customers, this.kernel, this.until)])
    touched, left = log[log["event"] == Event.TOUCHED], times(log, Event.LEFT_QUEUE)

    assert len(left) > 10 and len(touched) > 10
    assert len(touched) + len(left) == 60
    assert set(touched["detail"]) == {Channel.PHONE} and set(touched["amount"]) == {6}
    assert list(times(log, Event.SERVICE_ENDED)) == list(touched["time"])
    assert set(log["customer"][log["event"] == Event.RESUMED]) == set(touched["customer"])


def test_a_team_ties_customers_and_a_message_does_not():
    levers = [world({"early_warning": settings}, customers=20) for settings in ({}, {"team": TEAM})]

    assert [(this.kernel["teams"]["agents"][0, Team.SUCCESS] > 0) for this in levers] == [False, True]
