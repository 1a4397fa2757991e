"""Use cases: found with time, people and fit; paid for at the next bill; they keep only whoever has found them."""

import math

import numpy as np
import pytest
from by_hand import leaving, live, paying_at_once, prospects, quiet_kernel, z_of
from one_lever import ask, rates_of, under
from worlds import business, of

from sim.core.customer import Clock
from sim.core.events import Event, Reason, Stage
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.model.behaviour import Behaviour
from sim.model.reasons import voluntary_total
from sim.study.design import lever_costs_by_month

NO_EFFECT = {"leave_help": 1, "paid_more": 0, "champions": 0, "finds": "100 % per month", "half_way": "0 days"}
STRONG = {"finds": "200 % per month", "half_way": "0 days", "paid_more": 0.3}
OWN_EVENTS = (Event.USE_CASE,)
USE_CASE, ADD_SEAT, LEAVE = int(Clock.USE_CASE), int(Clock.ADD_SEAT), int(Clock.LEAVE)
CERTAIN = {"finds": "30 % per month", "half_way": "0 days", "seats_help": 0, "fit_find": 0, "cases": 100}


@pytest.mark.parametrize("fields, factor", [
    ({"tenure_point": 0.0}, 0.0), ({"tenure_point": 90.0}, 0.5), ({"tenure_point": 270.0}, 0.75),
    ({"tenure_point": 90.0, "seats": 50}, 0.5 * (1 + 0.3 * math.log(50))), ({"tenure_point": 90.0, "fit": 1.0}, 0.85),
    ({"tenure_point": 90.0, "activated": 0}, 0.0), ({"tenure_point": 90.0, "use_cases": 3}, 0.0),
    ({"tenure_point": 90.0, "stage": Stage.DORMANCY}, 0.0),
])  # fmt: skip
def test_deeper_layers_are_found_over_time_by_many_and_by_those_whom_it_fits(fields, factor):
    """A new account finds nothing, nor one that does not know the core, nor where there is no more to find."""
    kernel = under({"use_cases": {"half_way": "90 days", "finds": "6 % per month"}})
    rate = rates_of(kernel, "use_cases", **{"activated": 1, **fields})[USE_CASE]

    assert factor * 0.06 / MONTH == pytest.approx(rate, rel=1e-12)


def test_they_are_found_one_after_another_at_that_rate():
    """Poisson, mean within four standard errors, numbered from 1."""
    kernel = under({"use_cases": CERTAIN}, paying_at_once(quiet_kernel(stages={"dormant_after": 1e4})))
    log, customers = live(prospects(1500, activated=1), kernel, 6 * MONTH)
    found = log["detail"][log["event"] == Event.USE_CASE]

    assert abs(customers.use_cases.mean() - 1.8) < 4 * np.sqrt(1.8 / 1500)
    assert abs(z_of((customers.use_cases == 0).sum(), 1500, np.exp(-1.8))) < 4
    assert np.bincount(found)[1] == (customers.use_cases > 0).sum()


def test_only_what_was_found_keeps_and_only_for_two_reasons():
    """Each times .7 down to the floor; who has found nothing leaves as without the lever, to the bit."""
    settings = {"leave_help": 0.7, "leave_floor": 0.4}
    kernel = leaving(under({"use_cases": settings}), 1e-3)
    plain = rates_of(kernel)
    for found, factor in ((0, 1.0), (1, 0.7), (2, 0.49), (3, 0.4), (90, 0.4)):
        rates = rates_of(kernel, "use_cases", use_cases=found)
        for reason in range(4):
            helped = reason in (Reason.SOFT, Reason.EXPERIENCE)
            assert rates[LEAVE + reason] == pytest.approx(plain[LEAVE + reason] * (factor if helped else 1.0))
            assert found > 0 or rates[LEAVE + reason] == plain[LEAVE + reason]


def test_the_factors_are_the_published_ones_on_all_leaving():
    """.8 for the first and at least .6, as soft and experience are seven tenths of it."""
    defaults, two = business({"use_cases": {}}).active_levers()["use_cases"], (Reason.SOFT, Reason.EXPERIENCE)

    assert voluntary_total(defaults.leave_help, two, Behaviour()) == pytest.approx(0.8, abs=0.001)
    assert voluntary_total(defaults.leave_floor, two, Behaviour()) == pytest.approx(0.6, abs=0.001)


def test_each_bill_asks_for_the_use_cases_found_before_it():
    """30 USD and a tenth more for each; nobody pays more for what he has not found."""
    kernel = under({"use_cases": {**CERTAIN, "paid_more": 0.1}})
    log, _ = live(prospects(40, activated=1), kernel, 8 * MONTH)
    counts = set()
    for customer in range(1, 41):
        found = 0
        for row in of(log, customer):
            found += row["event"] == Event.USE_CASE
            if row["event"] == Event.PAID:
                counts.add(int(found))
                assert row["amount"] == round(3000 * (1.0 + 0.1 * found))

    assert {0, 1, 2, 3} <= counts


def test_champions_bring_colleagues_in():
    kernel = under({"use_cases": {"champions": 0.2}})
    kernel["add_seat"] = 0.01
    adding = [rates_of(kernel, "use_cases", use_cases=found)[ADD_SEAT] for found in (0, 1, 3)]

    assert [0.01, 0.012, 0.016] == pytest.approx(adding)
    assert ask("use_cases", Hook.ADD_SEAT_RATE, 1.0, use_cases=0) == 1.0


def test_building_costs_by_the_use_case_whoever_finds_it():
    lever = {"cases": 2, "build_cost": "1000 USD", "running_cost": "10 USD"}

    assert [202_000, 2000] == lever_costs_by_month(business({"use_cases": lever}), 2, 2).tolist()
