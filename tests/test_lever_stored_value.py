"""Stored value: what uses leave behind is weighed at the cancel request, and at no other moment."""

import numpy as np
import pytest
from by_hand import annual, leaving, live, paying_at_once, prospects, quiet_kernel
from one_lever import ask, under
from worlds import business, difference, of, story, story_of, without

from sim.core.events import FINE, Event, Stored
from sim.core.hooks import Hook
from sim.model.behaviour import Behaviour
from sim.study.design import lever_costs_by_month

NO_EFFECT = {"ties": "0 %", "content": "0 %", "achievements": "0 %", "records": "0 %"}
STRONG = {"ties": "80 %", "content": "80 %", "achievements": "80 %", "records": "80 %"}
OWN_EVENTS = (Event.BENEFIT,)
OWN = (Event.REACHED, Event.BENEFIT)


def wanting(**groups):
    """Return a kernel under which yearly customers soon want to leave, and half of them act in a month."""
    quiet = {"leaving": {"attention": 0.5, "trapped": 1.0}, "investment": {"holds": 0.6}}
    return annual(leaving(paying_at_once(quiet_kernel(**(quiet | groups))), 0.002))


def test_it_moves_nothing_before_somebody_would_ask_to_cancel():
    """A story parts from that without the lever at a request that is not made; use and intents are the same till then.

    A factor on leaving would move the intents themselves.
    """
    plain, _ = live(prospects(300), wanting(), 300.0)
    log, _ = live(prospects(300), under({"stored_value": STRONG}, wanting()), 300.0)
    log, parted = without(log, *OWN), 0
    for customer in range(1, 301):
        one, other = story(of(plain, customer)), story(of(log, customer))
        common = min(len(one), len(other))
        unequal = np.flatnonzero(one[:common] != other[:common])
        if len(unequal):
            parted += 1
            assert one["event"][unequal[0]] == Event.REQUESTED

    assert parted > 50


def test_where_nobody_weighs_what_he_would_leave_it_changes_nothing():
    plain, _ = live(prospects(100), wanting(investment={"holds": 0.0}), 300.0)
    log, _ = live(prospects(100), under({"stored_value": STRONG}, wanting(investment={"holds": 0.0})), 300.0)

    assert difference(plain, without(log, *OWN)) == ""


def test_it_holds_those_who_use_much_and_not_those_who_use_little():
    """Requests against those without the lever: as many of who uses nothing, fewer of who uses a lot."""
    settings = {"ties": "3 %", "content": "3 %", "achievements": "3 %", "records": "3 %"}
    requests = {}
    for propensity in (0.0, 3.0):
        kernels = (wanting(), under({"stored_value": settings}, wanting()))
        logs = [live(prospects(600, use_propensity=propensity), kernel, 200.0)[0] for kernel in kernels]
        requests[propensity] = [(log["event"] == Event.REQUESTED).sum() for log in logs]

    assert requests[0.0][0] == requests[0.0][1] > 100
    assert requests[3.0][1] < 0.9 * requests[3.0][0]


@pytest.mark.parametrize("name, kind", [
    ("ties", Stored.TIES), ("content", Stored.CONTENT), ("achievements", Stored.ACHIEVEMENTS), ("records", Stored.DATA),
])  # fmt: skip
def test_each_use_makes_its_share_of_the_way_and_only_of_the_kind_that_is_built(name, kind):
    """1 - (1 - own - 2 %)^uses of that kind, 1 - (1 - own)^uses of the others: it saturates."""
    kernel, own = under({"stored_value": {**NO_EFFECT, name: "2 %"}}), Behaviour().investment
    share = np.array([own.ties, own.content, own.achievements, own.data])
    share[kind] += 0.02
    log, customers = live(prospects(10), kernel, 150.0)
    for customer in range(10):
        uses = sum(event == Event.USED for event, _ in story_of(of(log, customer + 1)))
        assert 1.0 - (1.0 - share) ** uses == pytest.approx(customers.stored[customer], rel=1e-9)


def test_records_are_kept_and_paid_for_every_month_of_every_customer():
    """Whether he uses it or not; building comes once."""
    log, _ = live(prospects(20, use_propensity=0.0), under({"stored_value": {"keep_cost": "0.25 USD"}}), 100.0)
    kept = log[log["event"] == Event.BENEFIT]
    building = lever_costs_by_month(business({"stored_value": {"build_cost": "70 USD"}}), 2, 2)

    assert len(kept) == 20 * 3
    assert set(kept["amount"]) == {25 * FINE}
    assert building.tolist() == [7000, 0]
    assert ask("stored_value", Hook.INVEST_TIES, 0.002) == 0.002
