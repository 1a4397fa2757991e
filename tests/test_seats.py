"""Seats and terms: what an added seat costs, what a dropped one changes, oversold deals, early ends, pauses."""

import math

import numpy as np
import pytest
from by_hand import annual, leaving, live, paying_at_once, prospects, quiet_kernel, step, z_of
from worlds import copy_levers, of, own, times, world

from sim.core.customer import Clock, new_buffer
from sim.core.events import Event, Plan, Reason, SaveOffer, Stage
from sim.core.units import MONTH
from sim.engines import compiled

BILL, USE, LEAVE, PROBLEM = int(Clock.BILL), int(Clock.USE), int(Clock.LEAVE), int(Clock.PROBLEM)
HARD = int(Reason.HARD)
SEAT_MONTH, SEAT_YEAR = 3000, 30_000
"""Prices of the small business, in cents."""


def seats_kernel(add=0.0, drop=0.0, **groups):
    """Return a kernel in which customers pay at once, stay, and seats come and go at a rate per seat and day."""
    groups = {"use": {"peak": 0.0}, "stages": {"dormant_after": 1e5}, **groups}
    kernel = paying_at_once(quiet_kernel(**groups))
    kernel["add_seat"], kernel["drop_seat"] = add, drop
    return kernel


def with_own(kernel, **levers):
    """Give a kernel levers that a scenario file itself writes."""
    other = world({"custom": levers}).kernel
    copy_levers(kernel, other)
    kernel["custom"] = other["custom"]
    return kernel


# --- seats come and go ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan, price, months", [(Plan.MONTHLY, SEAT_MONTH, 1), (Plan.ANNUAL, SEAT_YEAR, 12)])
def test_an_added_seat_is_paid_to_the_cent_for_the_months_to_the_next_bill(plan, price, months):
    """The first and the tenth of a term at the same price; and the next bill asks for all seats that are there."""
    kernel = seats_kernel(add=0.004)
    kernel = annual(kernel) if plan == Plan.ANNUAL else kernel
    log, _ = live(prospects(60, seats=3), kernel, 30 * MONTH)

    assert (log["event"] == Event.PRORATED).sum() > 1000
    assert (log["amount"][log["event"] == Event.SEATS_ADDED] == round(price / months)).all()
    paid = log["event"] == Event.PAID
    assert (log["amount"][paid] == price * log["seats"][paid]).all()
    for customer in range(1, 61):
        rows = of(log, customer)
        bills = rows["time"][rows["event"] == Event.PAID]
        for row in rows[rows["event"] == Event.PRORATED]:
            due = bills[bills <= row["time"]][-1] + months * MONTH
            left = min(months, max(1, math.floor(due / MONTH) - math.floor(row["time"] / MONTH)))
            assert (row["detail"], row["amount"]) == (left, round(price / months) * left)


@pytest.mark.parametrize("fit, factor", [(0.5, 1.0), (0.9, 1.8), (0.1, 0.2)])
def test_seats_grow_as_a_yule_process_whose_rate_moves_with_perceived_value(fit, factor):
    """Each seat brings another: mean s exp(at), variance s exp(at) (exp(at) - 1); value is that of the fit."""
    rate, start, days, count = 0.002, 4, 300.0, 2000
    _, customers = live(prospects(count, seats=start, fit=fit), seats_kernel(add=rate), days)
    grown = math.exp(rate * factor * days)
    z = (customers.seats.mean() - start * grown) / math.sqrt(start * grown * (grown - 1.0) / count)
    print(f"fit {fit}: mean {customers.seats.mean():.3f}, exactly {start * grown:.3f}, z {z:+.2f}")

    assert abs(z) < 4


@pytest.mark.parametrize("fit, factor", [(0.5, 1.0), (0.9, 0.2), (0.1, 1.8)])
def test_seats_are_given_up_one_by_one_and_more_where_value_is_low(fit, factor):
    """Each of 40 seats for itself: Binomial(40, exp(-dt))."""
    rate, start, days, count = 0.002, 40, 300.0, 1000
    _, customers = live(prospects(count, seats=start, fit=fit), seats_kernel(drop=rate), days)
    z = z_of(customers.seats.sum(), count * start, math.exp(-rate * factor * days))
    print(f"fit {fit}: z {z:+.2f}")

    assert abs(z) < 4


def test_the_last_seat_is_not_given_up():
    log, customers = live(prospects(200, seats=2), seats_kernel(drop=0.05), 200.0)

    assert (customers.seats == 1).mean() > 0.99
    assert (log["event"] == Event.SEATS_DROPPED).sum() == (customers.seats == 1).sum()


def test_a_dropped_seat_lowers_the_next_bill_and_is_free_to_take_up_until_then():
    """What is paid is paid: nothing goes back, and a seat taken up again in the same term is not paid twice."""
    log, _ = live(prospects(200, seats=5), annual(seats_kernel(add=0.002, drop=0.002)), 30 * MONTH)
    free = 0
    for customer in range(1, 201):
        paid_for = 0
        for row in of(log, customer):
            if row["event"] == Event.PAID:
                paid_for = row["seats"]
                assert row["amount"] == SEAT_YEAR * paid_for
            elif row["event"] == Event.SEATS_ADDED:
                assert (row["amount"] > 0) == (row["seats"] > paid_for)
                free += row["amount"] == 0
                paid_for = max(paid_for, row["seats"])

    assert free > 100
    assert (log["event"] == Event.PRORATED).sum() == (log["amount"][log["event"] == Event.SEATS_ADDED] > 0).sum() > 100
    assert not (log["event"] == Event.REFUNDED).any()


def test_seats_rest_while_a_charge_is_tried_again_and_after_asking_to_cancel():
    kernel = leaving(seats_kernel(add=0.02, drop=0.02, payment={"fails": 0.3}), 0.005, HARD)
    log, _ = live(prospects(300, seats=5), kernel, 6 * MONTH)
    moving, stopped = {}, (Event.CHARGE_FAILED, Event.REQUESTED, Event.ENDED)
    for row in log:
        name = int(row["customer"])
        if row["event"] in (Event.SEATS_ADDED, Event.SEATS_DROPPED):
            assert moving[name]
        elif row["event"] in (Event.PAID, *stopped):
            moving[name] = row["event"] == Event.PAID


# --- oversold deals -------------------------------------------------------------------------------------------------


def test_an_oversold_deal_has_more_seats_and_less_value_and_is_cut_at_renewals():
    """Four seats needed, six sold; half of the deals still oversold are cut at each of the bills after the first."""
    deals = {"oversold": 1.0, "extra": 0.5, "cut": 0.5, "disappoints": 0.8}
    log, _ = live(prospects(2000, seats=4), seats_kernel(deals=deals), 3.5 * MONTH)
    bills = log[log["event"] == Event.PAID]

    for number, expected in enumerate((0.0, 0.5, 0.75, 0.875)):
        seats = bills["seats"][np.floor(bills["time"] / MONTH) == number]
        assert set(seats) <= {4, 6} and len(seats) == 2000
        assert (seats == 4).sum() == 0 if number == 0 else abs(z_of((seats == 4).sum(), 2000, expected)) < 4
    cut = log[log["event"] == Event.SEATS_DROPPED]
    assert set(cut["detail"]) == {2}
    assert set(cut["time"]) <= set(bills["time"])


@pytest.mark.parametrize("seats, sold, value", [(4, 6, 0.4), (1, 1, 0.5)])
def test_who_is_sold_too_much_is_disappointed(seats, sold, value):
    """Whole seats: of one seat, half a seat more is none, and nobody is disappointed."""
    kernel = seats_kernel(deals={"oversold": 1.0, "extra": 0.5, "disappoints": 0.8})
    _, customers = live(prospects(5, seats=seats), kernel, 1e-3)

    assert set(customers.seats) == {sold}
    assert customers.value == pytest.approx(value, abs=1e-4)


# --- ends inside a term ---------------------------------------------------------------------------------------------


def test_who_may_leave_inside_a_term_gets_back_his_share_of_the_whole_months_to_come():
    """Half of 25.00 a seat for each; who is not reached by the lever stays until his year is over."""
    kernel = annual(leaving(seats_kernel(add=0.001), 0.003, HARD))
    kernel = with_own(kernel, let_go=own("exit_refund", "add", 1.5, share="50 %"))
    log, customers = live(prospects(600, seats=3), kernel, 11.9 * MONTH)
    free = set(customers.id[customers.active > 0])
    ended, back = log[log["event"] == Event.ENDED], log[log["event"] == Event.REFUNDED]

    assert {*ended["customer"]} == {*log["customer"][log["event"] == Event.REQUESTED]} & free
    assert len(ended) > 100 and len(free) > 200
    assert {*back["customer"]} <= free
    for row in back:
        unused = 12 - math.floor(row["time"] / MONTH) - 1
        assert (row["detail"], row["amount"]) == (unused, SEAT_YEAR // 24 * row["seats"] * unused)
        assert row["time"] in ended["time"][ended["customer"] == row["customer"]]
    late = ended[np.isin(ended["customer"], back["customer"], invert=True)]
    assert (late["time"] > 11 * MONTH).all()


# --- pauses ---------------------------------------------------------------------------------------------------------


def pause(kernel, until):
    """Let a customer live whose pause is agreed; return rows, and time, whether it rests, and some rates as it goes."""
    first = prospects(1)
    rows, rates = [], []
    while first.next_time[0] < until:
        rows.append(step(first, 0, kernel).copy())
        if Event.PAID in rows[-1]["event"] and first.bills[0] == 1:
            first.save = int(SaveOffer.PAUSE)
            first.left_for = HARD
        c = first[0]
        rates.append(
            (float(c.now), int(c.paused), float(c.rate[USE]), float(c.rate[LEAVE + HARD]), float(c.rate[PROBLEM]))
        )
    return np.concatenate(rows), np.array(rates)


@pytest.mark.parametrize("back", [0.0, 1.0])
def test_a_pause_takes_the_place_of_a_bill_and_then_the_customer_goes_on_or_leaves(back):
    groups = {"saves": {"pause": 2 * MONTH, "back_from_pause": back}, "service": {"problems": 0.01}}
    kernel = leaving(paying_at_once(quiet_kernel(**groups)), 1e-6, HARD)
    log, rates = pause(kernel, 5.5 * MONTH)
    rest, on = times(log, Event.PAUSED)[0], times(log, Event.PAID)
    during = rates[(rates[:, 0] > rest) & (rates[:, 0] < rest + 2 * MONTH - 1e-6)]

    assert rest == pytest.approx(on[0] + MONTH)
    assert during[:, 1].all() and not during[:, 2:].any()
    assert (rates[rates[:, 0] < rest, 1] == 0).all()
    if back:
        assert on == pytest.approx(on[0] + np.array([0.0, 3.0, 4.0, 5.0]) * MONTH)
        assert times(log, Event.UNPAUSED) == pytest.approx(on[1])
        assert not len(times(log, Event.ENDED))
    else:
        assert len(on) == 1
        assert times(log, Event.ENDED) == pytest.approx(rest + 2 * MONTH)
        assert log["detail"][log["event"] == Event.ENDED] == HARD
        assert log["stage"][-1] == Stage.CHURNED


def test_the_share_that_goes_on_after_a_pause_is_the_one_stated():
    """A pause for everybody at the first bill; z below 4."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, saves={"back_from_pause": 0.54}))
    customers, count = prospects(2000), 2000
    list(compiled.run(customers, kernel, 1.0))
    customers.save = int(SaveOffer.PAUSE)
    log = np.concatenate([piece.copy() for piece in continued(customers, kernel, 4 * MONTH)])

    assert (log["event"] == Event.PAUSED).sum() == count
    assert abs(z_of((log["event"] == Event.UNPAUSED).sum(), count, 0.54)) < 4
    assert (log["event"] == Event.ENDED).sum() == count - (log["event"] == Event.UNPAUSED).sum()


def continued(customers, kernel, until):
    """Let customers go on from where they are."""
    return compiled.run_apart(customers, kernel, new_buffer(), until)
