"""Loyalty points: they bind infrequent customers close to a reward, and nobody else."""

import pytest
from by_hand import leaving, live, paying_at_once, prospects, quiet_kernel, watch
from one_lever import ask, rates_of, under
from worlds import business, difference, of, without

from sim.core.customer import Clock
from sim.core.events import FINE, Event, Reason
from sim.core.hooks import Hook
from sim.core.units import YEAR
from sim.study.design import lever_costs_by_month

NO_EFFECT = {"hold": 1, "hurry": 1, "reward": "0 USD", "needed": 2}
STRONG = {"needed": 3, "near": "30 %", "frequent": 50, "hold": 0.3, "hurry": 1.5}
OWN_EVENTS = (Event.REDEEMED,)
USE, LEAVE = int(Clock.USE), int(Clock.LEAVE)


@pytest.mark.parametrize("points, usual, this_month, binds", [
    (6.9, 2.0, 1, False), (7.0, 2.0, 1, True), (9.5, 5.9, 5, True), (9.5, 6.0, 1, False), (9.5, 2.0, 6, False),
    (0.0, 0.0, 0, False), (9.5, 0.0, 0, True),
])  # fmt: skip
def test_points_bind_close_to_a_reward_and_only_who_uses_seldom(points, usual, this_month, binds):
    """Soft leaving and use move for him; for all others, and for all other reasons, every rate is the same to the bit.

    The programme's mean effect, spread over all, would move those far from a reward and those who use often.
    """
    kernel = leaving(under({"loyalty_points": {"hold": 0.6, "hurry": 1.2, "frequent": 6}}), 1e-3)
    fields = {"points": points, "usual_uses": usual, "month_uses": this_month}
    plain, rates = rates_of(kernel, **fields), rates_of(kernel, "loyalty_points", **fields)
    soft = LEAVE + Reason.SOFT
    moved = {int(clock) for clock in range(len(rates)) if rates[clock] != plain[clock]}

    assert moved == ({USE, soft} if binds else set())
    if binds:
        assert [0.6, 1.2] == pytest.approx([rates[soft] / plain[soft], rates[USE] / plain[USE]])


def test_frequent_customers_change_nothing_but_are_rewarded():
    """They have long been frequent when the reward comes near: Hartmann & Viard 2008."""
    settings = {"needed": 60, "tenure_bonus": 0, "hold": 0.3, "hurry": 1.5, "frequent": 4}
    frequent = {"use_propensity": 3.0, "fit": 1.0, "effort": 0.0, "habit": 1.0}
    kernel = leaving(paying_at_once(quiet_kernel(use={"habit_fade": 0.0})), 1e-4)
    plain, _ = live(prospects(40, **frequent), kernel, 400.0)
    log, _ = live(prospects(40, **frequent), under({"loyalty_points": settings}, kernel), 400.0)

    assert (log["event"] == Event.REDEEMED).sum() > 100
    assert difference(plain, without(log, Event.REACHED, Event.REDEEMED)) == ""


def test_points_come_with_use_and_are_exchanged_at_the_number_needed():
    """Every fourth use; each exchange costs the reward, and the balance begins anew."""
    kernel = under({"loyalty_points": {"needed": 4, "tenure_bonus": 0, "reward": "3 USD"}})
    log, customers = live(prospects(30), kernel, 200.0)
    redeemed = log[log["event"] == Event.REDEEMED]
    for customer in range(1, 31):
        own = of(log, customer)
        first = own["time"][own["event"] == Event.CONVERTED]
        uses = own["time"][(own["event"] == Event.USED) & (own["time"] >= first)]
        assert list(uses[3::4]) == list(own["time"][own["event"] == Event.REDEEMED])
        assert customers.points[customer - 1] == len(uses) % 4

    assert len(redeemed) > 30
    assert set(redeemed["amount"]) == {300 * FINE}


def test_points_grow_with_time_too():
    """A tenth more with each year of the customer's life here."""
    for years, expected in ((0.0, 2.0), (1.0, 2.2), (5.0, 3.0)):
        found = ask("loyalty_points", Hook.POINTS, 0.0, {"per_use": 2, "tenure_bonus": 0.1}, tenure_point=years * YEAR)
        assert expected == pytest.approx(found)


def test_points_are_forfeited_on_leaving():
    """Whoever comes back begins at nothing."""
    kernel = leaving(paying_at_once(quiet_kernel(returning={"within_year": 0.9})), 0.01)
    kernel = under({"loyalty_points": {"needed": 1000}}, kernel)
    seen, before = 0, 0.0
    for i in range(30):
        for kind, c in watch(prospects(30)[i:], kernel, 300.0):
            seen += c.stage == 4 and before > 0.0
            assert c.stage != 4 or c.points == 0.0
            assert kind != Clock.RETURN or c.points == 0.0
            before = float(c.points)

    assert seen > 5


def test_without_a_reward_there_is_nothing_to_lose():
    assert ask("loyalty_points", Hook.LEAVE_SOFT, 1.0, {"needed": 0}, points=50.0) == 1.0


def test_the_programme_costs_whether_or_not_anybody_is_rewarded():
    costs = lever_costs_by_month(business({"loyalty_points": {"running_cost": "20 USD"}}), 2, 2)

    assert costs.tolist() == [2000, 2000]
