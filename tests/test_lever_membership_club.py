"""Membership club: for customers of high worth alone; those who use often already use no more."""

import numpy as np
import pytest
from by_hand import leaving, live, paying_at_once, prospects, quiet_kernel
from one_lever import rates_of, under
from worlds import business, difference, without

from sim.core.customer import Clock
from sim.core.events import FINE, Event, Reason, Stored
from sim.core.units import MONTH
from sim.model.behaviour import Behaviour
from sim.study.design import lever_costs_by_month

NO_EFFECT = {"member_from": "1 USD", "leave_help": 1, "ties": "0 %", "use_help": 1}
STRONG = {"member_from": "1 USD", "leave_help": 0.3, "use_help": 2, "often": 50}
OWN_EVENTS = (Event.BENEFIT,)
USE, LEAVE = int(Clock.USE), int(Clock.LEAVE)
CLUB = {"member_from": "300 USD", "leave_help": 0.8, "use_help": 1.2, "often": 6, "benefit_cost": "5 USD"}
OWN = (Event.REACHED, Event.BENEFIT)


def paying(**groups):
    """Return a quiet kernel in which everybody buys as many seats as he needs, at once."""
    return paying_at_once(quiet_kernel(deals={"oversold": 0.0}, **groups))


@pytest.mark.parametrize("worth, usual, member, light", [
    (29_999.0, 1.0, False, False), (30_000.0, 1.0, True, True), (90_000.0, 5.9, True, True),
    (90_000.0, 6.0, True, False), (0.0, 0.0, False, False),
])  # fmt: skip
def test_members_leave_less_and_only_the_light_users_among_them_use_more(worth, usual, member, light):
    """Every other rate, and every rate of who is not a member, is the same to the bit."""
    kernel = leaving(under({"membership_club": CLUB}), 1e-3)
    fields = {"worth": worth, "usual_uses": usual}
    plain, rates = rates_of(kernel, **fields), rates_of(kernel, "membership_club", **fields)
    expected = {LEAVE + Reason.SOFT: 0.8, LEAVE + Reason.EXPERIENCE: 0.8} if member else {}
    expected |= {USE: 1.2} if light else {}

    assert set(expected) == {clock for clock in range(len(rates)) if rates[clock] != plain[clock]}
    assert all(rates[clock] == pytest.approx(factor * plain[clock]) for clock, factor in expected.items())


def test_below_the_threshold_everybody_lives_as_without_it():
    """At 30 USD a seat, who has 9 seats is no member and who has 10 is one; the discount of a year changes nothing."""
    for seats, alike in ((9, True), (10, False)):
        kernel = leaving(paying(), 2e-3)
        plain, _ = live(prospects(150, seats=seats), kernel, 200.0)
        log, _ = live(prospects(150, seats=seats), under({"membership_club": CLUB}, kernel), 200.0)
        assert (difference(plain, without(log, *OWN)) == "") == alike
        assert (log["event"] == Event.BENEFIT).any() != alike


def test_who_is_offered_a_discount_is_worth_as_much():
    """The threshold is looked at in full prices: an annual discount ends nobody's membership."""
    levers = {"membership_club": CLUB, "annual_plan": {"discount": "30 %", "take_up": "100 %", "fit_take": 0}}
    log, _ = live(prospects(40, seats=10), under(levers, paying()), 3.5 * MONTH)
    paid = log["amount"][log["event"] == Event.PAID]

    assert (paid == round(0.7 * 12 * 30_000)).mean() > 0.2
    assert set(log["customer"][log["event"] == Event.BENEFIT]) == set(range(1, 41))


def test_benefits_cost_by_member_and_month():
    """And the club costs whether or not it has members."""
    seats = [1] * 5 + [20] * 5
    log, _ = live(prospects(10, seats=seats), under({"membership_club": CLUB}, paying()), 3.5 * MONTH)
    given = log[log["event"] == Event.BENEFIT]

    assert sorted(given["customer"].tolist()) == sorted(list(range(6, 11)) * 3)
    assert set(given["amount"]) == {500 * FINE}
    assert lever_costs_by_month(business({"membership_club": {"running_cost": "7 USD"}}), 2, 2).tolist() == [700, 700]


def test_members_make_ties_and_others_do_not():
    """1 - (1 - own - 2 %)^uses of a member; without the 2 % of who is none."""
    own, settings = Behaviour().investment.ties, {"membership_club": {**CLUB, "ties": "2 %"}}
    for seats, share in ((9, own), (10, own + 0.02)):
        log, customers = live(prospects(20, seats=seats), under(settings, paying()), 200.0)
        uses = np.bincount(log["customer"][log["event"] == Event.USED], minlength=21)[1:]
        assert uses.max() > 3
        assert 1.0 - (1.0 - share) ** uses == pytest.approx(customers.stored[:, Stored.TIES], rel=1e-9)
