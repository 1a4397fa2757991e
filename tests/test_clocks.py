"""Clocks and dates: what moves a firing time, what leaves it alone, and the grid that no lever can add to."""

import math

import numpy as np
import pytest
from by_hand import live, moments, paying_at_once, prospects, quiet_kernel, watch
from worlds import EVERY_LEVER, merged, of, run, world

from sim.core.customer import Clock, new_customers
from sim.core.events import INTENT_REASONS, Event, Reason, Stage
from sim.core.units import MONTH, YEAR
from sim.model.clocks import look_ahead, set_rate, set_return, wind
from sim.model.kernel import Season, new_kernel

USE, LEAVE, RETURN, GRID, EDGE = (
    int(clock) for clock in (Clock.USE, Clock.LEAVE, Clock.RETURN, Clock.GRID, Clock.EDGE)
)


def clock_at(now, *, rate, due):
    """Return a customer whose use clock runs at a rate and is due at a time."""
    customers = new_customers(1)
    customers.now, customers.rate[0, USE], customers.due[0, USE] = now, rate, due
    customers.budget[0, USE] = 123.0  # stale while the clock runs
    return customers


def test_an_unchanged_rate_leaves_the_firing_time_alone_to_the_bit():
    """Even where recomputing it would move the last bit, and whatever the moment."""
    due = 10.0 + 0.1 + 0.2
    for now in (0.0, 3.3333333, 10.2999, due):
        customers = clock_at(now, rate=0.3, due=due)
        set_rate(customers[0], USE, 0.3)

        assert customers.due[0, USE] == due
        assert customers.budget[0, USE] == 123.0


def test_a_new_rate_spends_the_rest_of_the_budget():
    """Half of the rate: what was left takes twice as long."""
    customers = clock_at(4.0, rate=0.5, due=10.0)
    set_rate(customers[0], USE, 0.25)

    assert customers.due[0, USE] == 16.0
    assert customers.rate[0, USE] == 0.25


def test_rate_zero_stores_the_budget_until_the_clock_runs_again():
    customers = clock_at(4.0, rate=0.5, due=10.0)
    set_rate(customers[0], USE, 0.0)
    assert customers.due[0, USE] == math.inf
    assert customers.budget[0, USE] == 3.0
    customers.now = 100.0
    set_rate(customers[0], USE, 1.0)

    assert customers.due[0, USE] == 103.0


def test_a_spent_budget_fires_at_once_and_never_in_the_past():
    """Another event at the very firing time may find the clock due, or due by a bit of rounding before."""
    for due in (5.0, 5.0 - 1e-12):
        customers = clock_at(5.0, rate=0.5, due=due)
        set_rate(customers[0], USE, 0.7)

        assert customers.due[0, USE] == 5.0


def test_winding_gives_a_fresh_budget_that_counts_from_now():
    """A clock that stands keeps the budget and is due never; the k-th budget is always the same."""
    customers = clock_at(4.0, rate=0.5, due=4.0)
    wind(customers[0], USE, 3)
    budget = float(customers.budget[0, USE])
    standing = clock_at(9.0, rate=0.0, due=9.0)
    wind(standing[0], USE, 3)

    assert customers.due[0, USE] == 4.0 + budget / 0.5
    assert standing.due[0, USE] == math.inf
    assert standing.budget[0, USE] == budget
    wind(standing[0], USE, 4)
    assert standing.budget[0, USE] != budget


@pytest.mark.parametrize("shape", [0.52, 1.0, 1.5])
@pytest.mark.parametrize("budget", [0.05, 0.4, 3.0])
def test_the_return_inverts_its_cumulative_hazard_through_changes_of_rate(shape, budget):
    """Rate 1, from day 30 on 2, from day 60 to 90 0, then 0.5: the hazard spent at the return is the budget."""

    def spent(days):
        return (days / YEAR) ** shape

    customers = new_customers(1)
    customers.ended = 100.0
    customers.budget[0, RETURN] = budget
    hazard, last, rate = 0.0, 0.0, 0.0
    for days, after in ((0.0, 1.0), (30.0, 2.0), (60.0, 0.0), (90.0, 0.5), (120.0, 0.5)):
        if rate > 0.0 and customers.due[0, RETURN] <= 100.0 + days:
            break
        hazard, last, rate = hazard + rate * (spent(days) - spent(last)), days, after
        customers.now = 100.0 + days
        set_return(customers[0], shape, after)
        assert (customers.due[0, RETURN] == math.inf) == (after == 0.0)
    total = hazard + rate * (spent(customers.due[0, RETURN] - 100.0) - spent(last))

    assert budget == pytest.approx(total, rel=1e-9)


def test_an_unchanged_return_rate_leaves_the_return_alone_to_the_bit():
    customers = new_customers(1)
    customers.ended, customers.now, customers.budget[0, RETURN] = 100.0, 100.0, 0.7
    set_return(customers[0], 0.52, 0.3)
    due = float(customers.due[0, RETURN])
    customers.now = 133.3
    set_return(customers[0], 0.52, 0.3)

    assert due == customers.due[0, RETURN]


def test_ties_within_a_customer_go_to_the_lower_number():
    customers = new_customers(1)
    customers.due = 9.0
    customers.due[0, [GRID, EDGE, int(Clock.BILL)]] = 5.0
    look_ahead(customers[0], new_kernel()[0])

    assert (customers.next_kind[0], customers.next_time[0]) == (GRID, 5.0)


def test_every_kind_of_clock_and_date_has_a_place_of_its_own():
    """LEAVE, RESUME and ACT take one place per reason; clocks come before dates."""
    places = [
        int(clock) + reason
        for clock in Clock
        for reason in range(INTENT_REASONS if clock in (Clock.LEAVE, Clock.RESUME, Clock.ACT) else 1)
    ]

    assert sorted(places) == list(range(len(new_customers(1).due[0])))


# --- the grid -------------------------------------------------------------------------------------------------------


def test_the_grid_is_tenure_days_idle_days_and_month_starts():
    """A prospect who never uses the product: tenure and idle days fall together, then only months start."""
    kernel = quiet_kernel(introduction={"trial": 1000.0}, use={"peak": 0.0})
    kernel["convert"] = 0.0
    customers = prospects(1, next_time=40.0)

    expected = sorted({40.0 + day for day in (1, 3, 7, 14, 28)} | {MONTH * month for month in range(2, 6)})
    assert expected == moments(customers, kernel, GRID, until=5.5 * MONTH)


def test_a_use_moves_the_idle_days_and_nothing_else():
    """The idle days 3, 7, 14, 28 count from the last use; tenure days and months stand where they were."""
    kernel = paying_at_once(quiet_kernel())
    customers = prospects(30)
    log, _ = live(customers, kernel, 100.0)
    for i in range(len(customers)):
        uses = [0.0, *of(log, i + 1)["time"][of(log, i + 1)["event"] == Event.USED]]
        expected = {float(day) for day in (1, 3, 7, 14, 28)} | {MONTH * month for month in (1, 2, 3)}
        for use, following in zip(uses, [*uses[1:], 100.0]):
            expected |= {use + day for day in (3, 7, 14, 28) if use + day < following}

        found = moments(prospects(30)[i:], kernel, GRID, until=100.0)

        assert sorted(expected) == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("ramp, steps", [("0 days", 1), ("3 months", 3)])
def test_a_lever_adds_its_own_edges_and_no_point_to_the_grid(ramp, steps):
    """Each customer meets the start and the end once; with a ramp, starts lie whole months after the first."""
    window = {"starts": "20 days", "ends": "150 days", "ramp": ramp}
    this = world({"guided_onboarding": window | {"step_help": 1, "use_help": 1, "leave_help": 1}}, customers=100)
    plain, starts = this.without_levers().kernel, set()
    for i in range(len(this.customers)):
        edges = [edge for edge in moments(this.customers[i:], this.kernel, EDGE, this.until) if edge > 0.0]
        grid = moments(this.customers[i:], this.kernel, GRID, this.until)

        assert moments(this.customers[i:], plain, GRID, this.until) == grid
        assert edges == sorted(set(edges))
        starts |= set(edges) - {150.0}

    assert {20.0 + step * MONTH for step in range(steps)} == starts


def test_season_changes_rates_at_month_starts_alone():
    """Leaving for a hard reason hangs on nothing else that moves: its rate steps with the calendar, at the grid."""
    kernel = paying_at_once(quiet_kernel())
    kernel["leave"][0, :, :, Reason.HARD] = 1e-9
    kernel["season"][0, Season.LEAVE] = factors = 1.0 + np.arange(12.0)
    kernel["first_month"] = 9
    rates = [(c.now, c.rate[LEAVE + Reason.HARD]) for _, c in watch(prospects(), kernel, 7 * MONTH) if c.now > 1.0]

    assert len(rates) > 15
    for moment, rate in rates:
        assert rate == factors[(9 + int(moment / MONTH + 1e-9)) % 12] * 1e-9


def test_a_window_holds_its_start_and_not_its_end():
    """Between the two edges everybody reached meets the lever, before and after nobody."""
    this = world(merged(EVERY_LEVER, {"annual_plan": {"starts": "50 days", "ends": "80 days"}}))
    for until, share in ((50.0, 0.0), (50.0 + 1e-9, 1.0), (80.0, 1.0), (80.0 + 1e-9, 0.0)):
        this.until = until
        _, customers = run(this)
        there = customers[(customers.next_kind != Clock.SIGN_UP) & (customers.stage != Stage.LOST)]

        assert share == (there.active & 1 == 1).mean()
