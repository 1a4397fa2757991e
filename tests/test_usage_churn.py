"""Customer churn by every convention, on logs made by hand, beside the examples of those who define them."""

import numpy as np
import pytest
from hand_logs import STARTS, back, left, there, told, won

from sim.analysis.churn_rates import churn, pooled, recovery, renewals
from sim.analysis.periods import windows_of
from sim.core.events import Event, Plan, Reason
from sim.core.units import MONTH

MONTH_LONG = np.array([[0.0, 30.0]])


def share(history, windows=MONTH_LONG, **options):
    """Return the churn of the first window."""
    return churn(history, windows, **options)["share"][0]


def hundred(*changes):
    """Return 100 customers on day 0, the first of them with more to tell, and whatever stories are added."""
    extra = [story for story in changes if story[0][1] != Event.ENDED]
    ends = [story for story in changes if story[0][1] == Event.ENDED]
    stayers = [there()] * (100 - len(ends))
    return told(*(there() + end for end in ends), *stayers, *extra)


# --- the rate --------------------------------------------------------------------------------------------------------


def test_chartmogul_leaves_out_who_joins_and_leaves_in_the_month():
    """Its example: 100 at the start, 11 cancel, one of whom joined in the month: 10 %."""
    this = hundred(*[left(5.0)] * 10, won(2.0) + left(9.0))

    assert pytest.approx(0.10) == share(this)
    assert pytest.approx(0.11) == share(this, formula="antenna_gross")


def test_chartmogul_leaves_out_who_leaves_and_is_back_in_the_month():
    """The longer example of its help page: 12 churned, one came back, one had joined: 10 %."""
    this = hundred(*[left(5.0)] * 10, left(5.0) + back(20.0), won(2.0) + left(9.0))

    assert pytest.approx(0.10) == share(this)
    assert pytest.approx(0.12) == share(this, formula="antenna_gross")
    assert pytest.approx(0.11) == share(this, formula="antenna_net")


def test_the_daily_sum_sees_those_who_leave_in_the_month_of_joining():
    """4 there and 1 won on day 2: one of 4 goes on day 1, the new one, of 4, on day 9."""
    this = told(there() + left(1.5), there(), there(), there(), won(2.2) + left(9.9))

    assert pytest.approx(1 / 4 + 1 / 4) == share(this, formula="b2c")
    assert pytest.approx(1 / 4) == share(this)


def test_whoever_is_back_the_same_day_is_not_lost_that_day():
    this = told(there() + left(4.1) + back(4.6), there())

    assert 0.0 == share(this, formula="b2c")
    assert 0.5 == share(this, formula="antenna_gross")


def test_antenna_net_can_be_below_zero():
    """One of two left in the first month and is back in the second."""
    windows = np.array([[0.0, 30.0], [30.0, 60.0]])
    this = told(there() + left(4.0) + back(40.0), there(), until=60.0)

    assert [0.5, -1.0] == churn(this, windows, "antenna_net")["share"].tolist()
    assert [0.5, 0.0] == churn(this, windows, "b2b")["share"].tolist()


def test_customers_at_a_months_start_are_those_who_have_begun_and_not_ended():
    """Won in the first month, lost in the second; an end at the very edge belongs to the second."""
    windows = np.array([[0.0, 30.0], [30.0, 60.0]])
    this = told(won(3.0) + left(30.0), there(), until=60.0)

    assert [1.0, 2.0] == churn(this, windows)["whole"].tolist()
    assert [0.0, 1.0] == churn(this, windows)["part"].tolist()


# --- when ------------------------------------------------------------------------------------------------------------


def asked(time, ends, reason=Reason.SOFT):
    return [(time, Event.REQUESTED, reason), (ends, Event.ENDED, reason)]


def failing(time, ends):
    return [(time, Event.CHARGE_FAILED, 0), (time + 3, Event.CHARGE_FAILED, 1), (ends, Event.ENDED, Reason.PAYMENT)]


@pytest.mark.parametrize("recognition, months", [
    ("request", [1, 0, 1]), ("period_end", [0, 2, 0]), ("after_dunning", [0, 1, 1]),
])  # fmt: skip
def test_a_customer_counts_as_lost_at_the_request_at_the_periods_end_or_after_the_retries(recognition, months):
    """One asks on day 10 and is gone on day 40; another's charge fails on day 55 and is given up on day 65."""
    windows = np.array([[0.0, 30.0], [30.0, 60.0], [60.0, 90.0]])
    this = told(there() + asked(10.0, 40.0), there() + failing(55.0, 65.0), there(), until=90.0)

    assert months == churn(this, windows, recognition=recognition)["part"].tolist()


def test_a_request_that_stands_at_the_end_counts_and_one_withdrawn_does_not():
    withdrawn = [(3.0, Event.REQUESTED, 1), (8.0, Event.UNDONE, 1)]
    this = told(there() + [(12.0, Event.REQUESTED, Reason.HARD)], there() + withdrawn)
    table = churn(this, MONTH_LONG, recognition="request", by="reason")

    assert [1.0] == table["part"].tolist()
    assert [Reason.HARD] == table["reason"].tolist()
    assert [2.0] == table["whole"].tolist()


def test_a_failure_that_is_recovered_counts_as_no_loss():
    recovered = [(4.0, Event.CHARGE_FAILED, 0), (7.0, Event.PAID, 1, 1000)]
    this = told(there() + recovered, there())

    assert 0.0 == share(this, recognition="period_end")


# --- windows ---------------------------------------------------------------------------------------------------------


def test_months_are_equal_or_of_the_calendar_or_rolling():
    """From 1 January 2026: 31 and 28 days; rolling, 30 days every 7."""
    equal, calendar, rolling = (windows_of(name, 61.0, STARTS) for name in ("equal", "calendar", "rolling"))

    assert [[0.0, MONTH], [MONTH, 2 * MONTH]] == equal.tolist()
    assert [[0.0, 31.0], [31.0, 59.0]] == calendar.tolist()
    assert [[0.0, 30.0], [7.0, 37.0], [14.0, 44.0], [21.0, 51.0], [28.0, 58.0]] == rolling.tolist()


def test_an_end_on_30_january_is_of_january_and_not_of_the_first_30_days():
    this = told(there() + left(30.2), there(), until=62.0)

    assert [0.5, 0.0] == churn(this, windows_of("calendar", 62.0, STARTS))["share"].tolist()
    assert [0.0, 0.5] == churn(this, windows_of("rolling", 62.0, STARTS, 30.0))["share"].tolist()


# --- cuts ------------------------------------------------------------------------------------------------------------


def test_churn_is_cut_by_what_somebody_was_when_the_month_began():
    """Two segments of two; the sleeper leaves, the other is of the second segment."""
    asleep = [(2.0, Event.FELL_ASLEEP), (35.0, Event.ENDED, 1)]
    this = told(there() + asleep, there(), there() + left(40.0), there(), until=60.0, segments={2: 1, 3: 1})
    windows = np.array([[30.0, 60.0]])

    assert [0.5, 0.5] == churn(this, windows, by="segment")["share"].tolist()
    assert [1 / 3, 1.0] == churn(this, windows, by="stage")["share"].tolist()
    assert [0.0, 1.0, 1.0] == churn(this, windows, by=("segment", "stage"))["part"].tolist()


def test_reasons_share_one_base_and_add_up_to_all_churn():
    this = told(there() + left(4.0, Reason.SOFT), there() + left(5.0, Reason.HARD), there(), there())
    table = churn(this, MONTH_LONG, by="reason")

    assert [Reason.SOFT, Reason.HARD] == table["reason"].tolist()
    assert [4.0, 4.0] == table["whole"].tolist()
    assert share(this) == table["share"].sum()


def test_a_return_takes_off_an_end_of_its_own_reason():
    this = told(there() + left(4.0, Reason.SOFT) + back(9.0), there() + left(5.0, Reason.HARD))
    table = churn(this, MONTH_LONG, "antenna_net", by="reason")

    assert [0.0, 1.0] == table["part"].tolist()


def test_cohorts_lives_tiers_and_channels_are_cuts_too():
    this = told(there(300) + left(40.0), there(600), there(900), won(2.0, 500) + left(8.0) + back(9.0, 550), until=60.0)
    windows = np.array([[30.0, 60.0]])

    assert [-1, 0] == churn(this, windows, by="cohort")["cohort"].tolist()
    assert [0, 1] == churn(this, windows, by="life")["life"].tolist()
    assert [1.0, 1.0, 2.0] == churn(this, windows, by="tier")["whole"].tolist()
    assert [0] == churn(this, windows, by="channel")["channel"].tolist()


@pytest.mark.parametrize("options", [{"formula": "mine"}, {"recognition": "never"}, {"by": "colour"}])
def test_an_unknown_convention_is_refused_with_those_that_are_known(options):
    with pytest.raises(ValueError, match="is not known; write one of"):
        churn(told(there()), MONTH_LONG, **options)


# --- what falls due --------------------------------------------------------------------------------------------------


def test_churn_among_those_due_never_mixes_the_plans():
    """Monthly: due 4 times, lost once. Annual: due once and lost. All alive together: 2 of 3 in two months."""
    months = [(10.0, Event.PAID, 0, 100), (40.0, Event.PAID, 0, 100)]
    this = told(
        there(100, 1) + months, there(100, 1) + [(20.0, Event.PAID, 0, 100), *left(50.0)], there(1200, 11) + left(15.0),
        until=60.0, plans={2: Plan.ANNUAL},
    )  # fmt: skip
    table = pooled(renewals(this, np.array([[0.0, 30.0], [30.0, 60.0]]), by="plan"), ("plan",))

    assert [Plan.MONTHLY, Plan.ANNUAL] == table["plan"].tolist()
    assert [4.0, 1.0] == table["whole"].tolist()
    assert [0.25, 1.0] == table["share"].tolist()


def test_a_first_payment_is_not_due_and_a_failed_charge_is_due_once():
    """Won and billed again; a failure recovered; a failure given up; one still being retried is left out."""
    this = told(
        won(1.0) + [(31.0, Event.PAID, 0, 1000)],
        there() + [(5.0, Event.CHARGE_FAILED, 0), (8.0, Event.PAID, 1, 1000)],
        there() + failing(6.0, 20.0),
        there() + [(58.0, Event.CHARGE_FAILED, 0)],
        until=60.0,
    )
    table = renewals(this, np.array([[0.0, 60.0]]))

    assert (1.0, 3.0) == (table["part"][0], table["whole"][0])


def test_a_switch_of_plan_counts_by_the_term_that_is_over():
    switched = [(9.0, Event.SWITCHED, Plan.ANNUAL), (9.0, Event.PAID, 0, 9000)]

    assert [Plan.MONTHLY] == renewals(told(there() + switched), MONTH_LONG, by="plan")["plan"].tolist()


def test_orders_fall_due_never():
    this = told(there(0) + [(3.0, Event.ORDERED, 0, 500), *left(20.0)], plans={0: Plan.PER_USE})

    assert 0 == len(renewals(this, MONTH_LONG)["at"])


def test_the_recovery_rate_depends_on_its_base():
    """Of 4 first failures 2 are recovered at once and 1 later; of 2 whose first retry failed, 1."""
    at_once = [(4.0, Event.CHARGE_FAILED, 0), (7.0, Event.PAID, 1, 1000)]
    late = [(4.0, Event.CHARGE_FAILED, 0), (7.0, Event.CHARGE_FAILED, 1), (9.0, Event.PAID, 2, 1000)]
    this = told(there() + at_once, there() + at_once, there() + late, there() + failing(4.0, 20.0))

    assert 0.75 == recovery(this, MONTH_LONG)["share"][0]
    assert 0.5 == recovery(this, MONTH_LONG, "dunning")["share"][0]


def test_a_window_that_is_not_there_is_said_aloud():
    with pytest.raises(ValueError, match="no whole month"):
        windows_of("calendar", 40.0, STARTS + 14)
    with pytest.raises(ValueError, match="write one of equal, calendar, rolling"):
        windows_of("lunar", 40.0, STARTS)


def test_reasons_are_refused_where_nothing_is_lost():
    with pytest.raises(ValueError, match="nothing is lost"):
        recovery(told(there() + [(4.0, Event.CHARGE_FAILED, 0), (7.0, Event.PAID, 1, 5)]), MONTH_LONG, by="reason")
