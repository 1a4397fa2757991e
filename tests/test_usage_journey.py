"""Churn per touchpoint, and drivers at a landmark, on logs made by hand."""

import math

import numpy as np
import pytest
from hand_logs import back, left, there, told, used, won
from scipy import stats

from sim.analysis.drivers import driver, drivers, landmark_of, odds_ratio, standardised
from sim.analysis.touchpoints import churn_per_touchpoint, touches_by_channel
from sim.core.events import Channel, Event, Reason

LOST_AFTER = 10.0


def points(history, within=LOST_AFTER, **options):
    """Return (lost, all) by touchpoint."""
    names, table = churn_per_touchpoint(history, within, **options)
    return {
        names[at]: (part, whole) for at, part, whole in zip(table["at"], table["part"], table["whole"], strict=True)
    }


def gives_up(time, after, how=0):
    return [(time, Event.SIGNED_UP), (time + after, Event.LOST, how)]


# --- touchpoints -----------------------------------------------------------------------------------------------------


def test_prospects_are_lost_after_sign_up_first_use_and_key_actions():
    """Three sign up. One gives up after 4 days; one uses twice, does a key action and is lost later; one stays."""
    tries = [(1.0, Event.SIGNED_UP), *used(2.0, 9.0), (9.0, Event.STEP_DONE, 0), (18.0, Event.LOST, 1)]
    does = [(1.0, Event.SIGNED_UP), *used(3.0), (3.0, Event.STEP_DONE, 0), (3.0, Event.ACTIVATED)]
    found = points(told(gives_up(1.0, 4.0), tries, does))

    assert (1.0, 3.0) == found["sign-up"]
    assert (0.0, 2.0) == found["first use"]
    assert (1.0, 2.0) == found["key action 1"]
    assert (0.0, 1.0) == found["activated"]


def test_what_comes_too_late_to_be_seen_does_not_count():
    assert (1.0, 1.0) == points(told(gives_up(1.0, 4.0), won(25.0)))["sign-up"]


def test_a_renewal_is_lost_where_it_falls_due():
    """Of three first renewals one ends the life; of one a later renewal does; who was there on day 0 renews later."""
    paid = [(35.0, Event.PAID, 0, 1000)]
    this = told(
        won(5.0) + left(35.0), won(5.0) + paid + left(44.0), won(5.0) + paid, there() + [(20.0, Event.PAID, 0, 1000)],
        until=60.0,
    )  # fmt: skip
    found = points(this)

    assert (2.0, 3.0) == found["first renewal"]
    assert (1.0, 2.0) == found["later renewal"]
    assert (0.0, 3.0) == found["first payment"]


def test_every_time_at_a_touchpoint_counts():
    """Asleep twice, awake once between; recalled once, and once back unasked."""
    sleeper = [(2.0, Event.FELL_ASLEEP), (5.0, Event.WOKE), (20.0, Event.FELL_ASLEEP), (25.0, Event.ENDED)]
    this = told(there() + sleeper, there() + left(4.0) + back(20.0, method=2) + left(24.0) + back(40.0), until=60.0)
    found = points(this)

    assert (1.0, 2.0) == found["dormant"]
    assert (0.0, 1.0) == found["awake again"]
    assert (1.0, 1.0) == found["recalled"]
    assert (0.0, 1.0) == found["returned unasked"]


def test_those_who_have_left_are_at_no_touchpoint():
    this = told(there() + left(2.0) + [(5.0, Event.TOUCHED, Channel.EMAIL, 70)])

    assert "touched" not in points(this)


def test_losses_are_cut_by_reason_prospects_among_them():
    this = told(gives_up(1.0, 2.0), gives_up(1.0, 3.0, how=1), won(1.0) + left(4.0, Reason.HARD), won(1.0))
    names, table = churn_per_touchpoint(this, LOST_AFTER, by="reason")
    signed = table["at"] == names.index("sign-up")

    assert [Reason.HARD, len(Reason), len(Reason) + 1] == table["reason"][signed].tolist()
    assert [1 / 4] * 3 == table["share"][signed].tolist()


def test_touches_are_told_by_channel():
    touched = [(3.0, Event.TOUCHED, Channel.PUSH, 70), (4.0, Event.TOUCHED, Channel.EMAIL, 70)]
    names, table = touches_by_channel(told(there() + touched + left(13.5)), LOST_AFTER)

    assert {"email": 1.0, "push": 0.0} == dict(zip((names[at] for at in table["at"]), table["share"], strict=True))


# --- drivers ---------------------------------------------------------------------------------------------------------


def test_only_those_alive_at_the_landmark_are_looked_at():
    """Lost on day 5; lost on day 40; there on day 60; not observed for 60 days. Landmark 10, outcome 60."""
    stories = [gives_up(0.0, 5.0), won(0.0) + left(40.0), won(0.0), won(30.0)]
    mark = landmark_of(told(*stories, until=80.0), 10.0, 60.0)

    assert [False, True] == mark.stays.tolist()


def test_behaviour_after_the_landmark_does_not_count():
    """Uses on days 1, 2 and 30: two up to day 10, on two days; one of them prompted."""
    story = [*won(0.0), (1.0, Event.USED), (2.0, Event.USED, 1), (2.1, Event.USED), (30.0, Event.USED)]
    mark = landmark_of(told(story, until=80.0), 10.0, 60.0)

    assert [3.0] == mark.behaviour["uses"].tolist()
    assert [2.0] == mark.behaviour["days of use"].tolist()
    assert [1.0] == mark.behaviour["prompted uses"].tolist()
    assert [1.0] == mark.behaviour["pays"].tolist()


def test_ever_asleep_protects_unless_it_is_looked_at_at_a_landmark():
    """Everybody alive falls asleep on day 40: none has at day 10, so nothing separates them."""
    sleeps = [(40.0, Event.FELL_ASLEEP)]
    this = told(won(0.0) + left(20.0), *[won(0.0) + sleeps] * 3, until=80.0)

    assert [] == [name for _, name, _ in drivers(this, 10.0, 60.0) if name == "fell asleep"]
    later = told(*[won(0.0) + sleeps] * 3, won(0.0), until=80.0)
    assert "fell asleep" in [name for _, name, _ in drivers(later, 50.0, 60.0)]


def test_the_standardised_difference_and_its_interval():
    """Means 3 and 1, both with standard deviation 1, three each: d = 2, its error sqrt(6/9 + 4/12) = 1."""
    d, half = standardised(np.array([2.0, 3.0, 4.0]), np.array([0.0, 1.0, 2.0]))

    assert pytest.approx(2.0) == d
    assert pytest.approx(stats.norm.ppf(0.975)) == half


def test_the_odds_ratio_agrees_with_that_of_others():
    """30 of 40 who do it stay, 20 of 60 who do not: 3 over 1/2."""
    does = np.repeat([True, False], [40, 60])
    stays = np.concatenate([np.arange(40) < 30, np.arange(60) < 20])
    odds, low, high = odds_ratio(does, stays)
    other = stats.contingency.odds_ratio([[30, 10], [20, 40]], kind="sample")
    bounds = other.confidence_interval(0.95)

    assert pytest.approx(6.0) == odds == pytest.approx(other.statistic)
    assert pytest.approx((bounds.low, bounds.high)) == (low, high)


def test_an_empty_cell_gets_half_a_customer():
    """All 2 who do it stay, 1 of 2 who do not: (2.5 x 1.5) / (0.5 x 1.5)."""
    does, stays = np.array([True, True, False, False]), np.array([True, True, True, False])

    assert pytest.approx(5.0) == odds_ratio(does, stays)[0]
    assert math.isnan(odds_ratio(np.ones(4, bool), stays)[0])


def test_what_most_do_is_compared_with_not_doing_it():
    """Three of four are activated, so the median is 1: the odds are of the activated."""
    stays = np.array([True, True, False, False])
    found = driver(np.array([1.0, 1.0, 1.0, 0.0]), stays)

    assert pytest.approx(odds_ratio(np.array([True, True, True, False]), stays)[0]) == found.odds
    assert (2, 2, 1.0, 0.5) == (found.stayed, found.left, found.mean_stayed, found.mean_left)


def test_drivers_are_cut_like_everything_else():
    """In the second segment the one who uses stays; in the first nobody differs."""
    this = told(won(0.0), won(0.0), won(0.0) + used(1.0), won(0.0) + left(20.0), until=80.0, segments={2: 1, 3: 1})

    found = [(codes, name) for codes, name, _ in drivers(this, 10.0, 60.0, by="segment")]
    assert [((1,), "uses"), ((1,), "days of use")] == found


def test_the_landmark_lies_before_the_outcome():
    with pytest.raises(ValueError, match="the first comes before the second"):
        landmark_of(told(won(0.0)), 60.0, 60.0)
