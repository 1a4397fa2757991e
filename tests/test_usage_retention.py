"""Usage retention by every definition, states of activity and stickiness, on logs made by hand."""

import numpy as np
import pytest
from hand_logs import back, left, there, told, used, won

from sim.analysis.history import History
from sim.analysis.usage_retention import average, average_retention, brackets, retention, still_using
from sim.analysis.usage_states import Daily, daily_rates, daily_states, life_cycle, stickiness
from sim.core.events import Event, Plan

NEW, CURRENT, REACTIVATED, RESURRECTED = Daily.NEW, Daily.CURRENT, Daily.REACTIVATED, Daily.RESURRECTED


def signed(time):
    return [(time, Event.SIGNED_UP)]


def curve(history, kind="on", last=3, **options):
    """Return retention in units 0 to ``last``."""
    return retention(history, kind, last, **options)["share"].tolist()


def two_users():
    """One uses on days 0, 1 and 3 after signing up, the other on day 1 alone."""
    return told(signed(0.0) + used(0.5, 1.5, 3.2), signed(0.0) + used(1.1))


# --- definitions -----------------------------------------------------------------------------------------------------


def test_on_the_day_alone_on_it_or_after_by_then_and_every_day():
    this = two_users()

    assert [0.5, 1.0, 0.0, 0.5] == curve(this, "on")
    assert [1.0, 1.0, 0.5, 0.5] == curve(this, "on_or_after")
    assert [0.5, 1.0, 1.0, 1.0] == curve(this, "on_or_before")
    assert [1.0, 1.0, 0.0, 0.0] == curve(this, "streak")


def test_brackets_hold_several_days():
    table = brackets(two_users(), ((0, 0), (1, 2), (2, 3)))

    assert [0.5, 1.0, 0.5] == table["share"].tolist()


def test_a_day_is_24_hours_from_the_start_or_a_date():
    """Signs up at 20:00 and uses at 06:00: the same day by the hour, the next by the date (Mixpanel's example)."""
    this = told(signed(4.8) + used(5.25))

    assert [1.0, 0.0] == curve(this, last=1)
    assert [0.0, 1.0] == curve(this, last=1, clock="calendar")


def test_weeks_of_the_calendar_begin_on_monday_and_months_on_the_first():
    """Day 0 is a Thursday, so day 4 is Monday; day 31 is 1 February."""
    this = told(signed(1.0) + used(4.5, 31.5), until=100.0)

    assert [0.0, 1.0] == curve(this, last=1, unit="week", clock="calendar")
    assert [1.0, 0.0] == curve(this, last=1, unit="week")
    assert [1.0, 1.0] == curve(this, last=1, unit="month", clock="calendar")
    assert [1.0, 1.0] == curve(this, last=1, unit="month")


def test_units_that_are_not_over_do_not_count():
    """One is observed for 10 days, the other for 2.5: day 2 is over for the first alone."""
    this = told(signed(0.0) + used(2.5), signed(7.5) + used(9.9), until=10.0)

    table = retention(this, "on", 3)
    assert [2.0, 2.0, 1.0, 1.0] == table["whole"].tolist()
    assert [1.0] == retention(this, "on", 3, same_people=True)["whole"].tolist()[:1]


def test_the_clock_may_start_at_the_first_use_or_the_first_payment():
    this = told(signed(0.0) + used(2.0, 3.5) + [(6.0, Event.CONVERTED), (6.0, Event.PAID)] + used(7.5))

    assert [0.0, 1.0, 0.0] == curve(this, last=2, anchor="first_use")
    assert [0.0, 1.0, 0.0] == curve(this, last=2, anchor="first_payment")
    assert [0.0, 0.0, 1.0] == curve(this, last=2)


def test_whoever_was_there_on_day_0_has_no_first_day():
    assert [] == curve(told(there() + used(1.0)))


def test_other_events_may_count_as_use():
    this = told(signed(0.0) + [(0.5, Event.ORDERED, 0, 100)], plans={0: Plan.PER_USE})

    assert [1.0, 0.0] == curve(this, last=1, events=(Event.ORDERED,))


def test_seed_002_asks_for_use_now_and_after_a_further_window():
    """Windows of 5 days, 5 between: of three who use in days 0 to 4, one uses in days 10 to 14."""
    stories = [used(1.0, 12.0), used(2.0, 7.0), used(3.0, 15.5), used(11.0)]
    this = told(*(signed(0.0) + story for story in stories))
    table = still_using(this, window=5, further=5)

    assert (1.0, 3.0) == (table["part"][0], table["whole"][0])


def test_retention_is_cut_by_cohort_and_segment():
    this = told(signed(0.0) + used(1.5), signed(40.0), until=60.0, segments={1: 1})

    assert [1.0, 0.0] == retention(this, "on", 1, by="segment")["share"].tolist()[2:]
    assert [0, 1, 0, 1] == retention(this, "on", 1, by="cohort")["cohort"].tolist()


def test_averages_of_cohorts_weigh_them_in_three_ways():
    """Mixpanel's example: 500 of 1000 and 400 of 500; its average row says 466.66 / 833.33 = 56 %, all pooled 60 %."""
    part, whole = [500, 400], [1000, 500]

    assert pytest.approx(0.56) == average(part, whole)
    assert pytest.approx(0.60) == average(part, whole, "pooled")
    assert pytest.approx(0.65) == average(part, whole, "simple")


@pytest.mark.parametrize("how, expected", [("weighted", 3 / 5), ("pooled", 2 / 3), ("simple", 3 / 4)])
def test_months_of_sign_up_are_averaged_where_they_are_complete(how, expected):
    """Of two in the first month one is back the next day, in the second the only one is; the third is not over."""
    stories = [signed(1.0) + used(2.5), signed(2.0), signed(40.0) + used(41.5), signed(70.0), signed(75.5)]
    table = average_retention(told(*stories, until=76.0), last=1, how=how)

    assert [2, 2] == table["cohorts"].tolist()
    assert pytest.approx(expected) == table["share"][1]


@pytest.mark.parametrize("options", [{"kind": "never"}, {"unit": "hour"}, {"clock": "lunar"}, {"anchor": "birth"}])
def test_an_unknown_definition_is_refused_with_those_that_are_known(options):
    with pytest.raises(ValueError, match="is not known; write one of"):
        retention(two_users(), **{"kind": "on", "last": 3, **options})


# --- states ----------------------------------------------------------------------------------------------------------


def weeks(count):
    edges = 7.0 * np.arange(count + 1)
    return np.column_stack([edges[:-1], edges[1:]])


def test_new_current_resurrected_and_dormant_and_their_pulse():
    """Weeks 0, 1, 2, 3. A uses in all; B in 0, not in 1, again in 2; C is new in week 2 and gone in 3."""
    this = told(signed(0.0) + used(1.0, 8.0, 15.0, 22.0), signed(0.0) + used(1.0, 16.0, 23.0), signed(0.0) + used(17.0))
    table = {name: column.tolist() for name, column in life_cycle(this, weeks(4)).items()}

    assert [1, 2, 3] == table["at"]
    assert [0.0, 1.0, 0.0] == table["new"]
    assert [1.0, 1.0, 2.0] == table["current"]
    assert [0.0, 1.0, 0.0] == table["resurrected"]
    assert [1.0, 0.0, 1.0] == table["dormant"]
    assert [1.0, 3.0, 2.0] == table["active"]
    assert [0.0, 0.0] == [table["pulse"][0], table["pulse"][2]]
    assert pytest.approx([1 / 2, 1.0, 2 / 3]) == table["retained"]


def test_whoever_was_there_before_day_0_is_never_new():
    table = life_cycle(told(there() + used(8.0), signed(0.0) + used(8.0)), weeks(2))

    assert (1.0, 1.0) == (table["new"][0], table["resurrected"][0])


def test_waking_may_take_more_than_one_missed_week():
    """With two weeks missed until dormant, a gap of one is none."""
    this = told(signed(0.0) + used(1.0, 16.0), signed(0.0) + used(1.0))
    table = life_cycle(this, weeks(4), missed=2)

    assert [0.0, 0.0] == table["resurrected"].tolist()
    assert [1.0, 0.0] == table["dormant"].tolist()


def random_uses(seed):
    """Return a history of 40 people who use now and then, half of them there on day 0."""
    random = np.random.default_rng(seed)
    stories = []
    for n in range(40):
        start = 0.0 if n % 2 else float(random.uniform(0, 60))
        story = there() if n % 2 else signed(start)
        stories.append(story + used(*np.sort(random.uniform(start, 90.0, random.integers(0, 25)))))
    return told(*stories, until=90.0)


@pytest.mark.parametrize("missed", [1, 2, 3])
def test_active_customers_are_those_of_before_less_dormant_plus_new_and_resurrected(missed):
    table = life_cycle(random_uses(missed), weeks(12), missed=missed)
    active, gone = table["active"], table["dormant"]

    assert (active[1:] == active[:-1] - gone[1:] + table["new"][1:] + table["resurrected"][1:]).all()
    assert (active[1:] == table["new"][1:] + table["current"][1:] + table["resurrected"][1:]).all()


@pytest.mark.parametrize("seed", range(3))
def test_on_or_after_never_rises_for_the_same_people_and_holds_between_the_others(seed):
    """On the day <= on it or after; by then >= on the day; a streak is no more than the day itself."""
    this = random_uses(seed)
    on, after, before, streak = (
        np.array(curve(this, kind, 20, same_people=True)) for kind in ("on", "on_or_after", "on_or_before", "streak")
    )

    assert (np.diff(after) <= 0.0).all() and (np.diff(before) >= 0.0).all() and (np.diff(streak) <= 0.0).all()
    assert (on <= after).all() and (on <= before).all() and (streak[1:] <= on[1:]).all()


def test_days_of_duolingo():
    """First use on day 1, again on 3, on 12 (8 days away from day 3 to day 12: reactivated), on 45 (resurrected)."""
    states = daily_states(told(signed(0.5) + used(1.5, 3.5, 12.5, 45.5), until=90.0))[0]

    assert [Daily.UNSEEN, NEW, Daily.AT_RISK_WAU, CURRENT] == states[:4].tolist()
    assert [Daily.AT_RISK_WAU, Daily.AT_RISK_MAU] == states[9:11].tolist()
    assert REACTIVATED == states[12]
    assert [Daily.AT_RISK_MAU, Daily.DORMANT] == states[41:43].tolist()
    assert RESURRECTED == states[45]
    assert Daily.DORMANT == states[75]


def test_the_state_of_those_there_on_day_0_is_known_after_thirty_days():
    states = daily_states(told(there() + used(35.5), until=40.0))[0]

    assert [Daily.DORMANT, RESURRECTED] == [states[34], states[35]]


def test_daily_rates_are_shares_of_those_in_a_state_who_use_the_next_day():
    """From day 0 on: new on day 1 and back on day 2; current on 2 and gone on 3; then 6 days in which he may come."""
    rates = daily_rates(told(signed(0.0) + used(1.5, 2.5), until=12.0), since=0)

    assert (1.0, 0.0, 0.0) == (rates["nurr"], rates["curr"], rates["iwaurr"])
    assert np.isnan(rates["surr"])


def test_stickiness_is_daily_over_monthly_users():
    """Three of 30 days by one, nine by the other: 0.4 a day of 2."""
    days = [float(day) + 0.5 for day in range(9)]
    table = stickiness(told(signed(0.0) + used(*days[:3]), signed(0.0) + used(*days)), np.array([[0.0, 30.0]]))

    assert pytest.approx(0.4) == table["dau"][0]
    assert pytest.approx(0.2) == table["share"][0]


def test_states_need_windows_that_follow_one_another():
    with pytest.raises(ValueError, match="follow one another"):
        life_cycle(two_users(), np.array([[0.0, 10.0], [5.0, 15.0]]))


# --- the history -----------------------------------------------------------------------------------------------------


def test_lives_are_told_from_first_payment_or_day_0_to_the_end():
    this = told(there() + left(4.0, 2) + back(9.0), won(3.0))
    lives = this.lives

    assert isinstance(this, History) and 2 == this.people
    assert [-1.0, 9.0, 3.0] == lives.begin.tolist()
    assert [4.0, np.inf, np.inf] == lives.end.tolist()
    assert [2, -1, -1] == lives.reason.tolist()
    assert [0, 0, 1] == lives.person.tolist()
