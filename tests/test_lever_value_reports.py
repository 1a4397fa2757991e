"""Value reports: they reach whoever permits and notices them, show as much as there is to show, and do not last."""

import math

import pytest
from by_hand import live, paying_at_once, prospects, quiet_kernel, watch, z_of
from one_lever import ask, permitted, under
from worlds import business, difference, of, without

from sim.core.customer import Clock
from sim.core.events import FINE, Channel, Event, Stage
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.model.behaviour import Behaviour
from sim.study.design import lever_costs_by_month

NO_EFFECT = {"convinces": "0 %"}
STRONG = {"per_month": 4, "channel": "in_app", "convinces": "60 %", "enough": 1}
OWN_EVENTS = (Event.TOUCHED,)
REPORTS = {"convinces": "20 %", "enough": 0}


@pytest.mark.parametrize("usual, share", [(0.0, 0.0), (1.0, 0.05), (2.0, 0.1), (4.0, 0.2), (40.0, 0.2)])
def test_a_report_shows_what_the_product_has_brought(usual, share):
    """In proportion to the customer's usual use up to enough: who hardly uses it is shown nothing."""
    settings = {"convinces": "20 %", "enough": 4}

    assert share == pytest.approx(ask("value_reports", Hook.TOUCH_VALUE, 0.0, settings, usual_uses=usual))


def test_a_noticed_report_raises_value_by_a_share_of_what_is_missing_and_it_returns():
    """v + .2 (1 - v) at the report; back towards the level of fit between reports, by the day."""
    kernel = permitted(under({"value_reports": REPORTS}, paying_at_once(quiet_kernel(use={"peak": 0.0}))))
    value, last, reports, returns = 0.3, 0.0, 0, Behaviour().leaving.value_returns
    for kind, c in watch(prospects(1, fit=0.3), kernel, 6 * MONTH):
        if kind == Clock.TOUCH or c.habit_at == c.now:
            value = 0.3 + (value - 0.3) * math.exp(-returns * (c.now - last))
            value += 0.2 * (1.0 - value) if kind == Clock.TOUCH else 0.0
            last, reports = c.now, reports + (kind == Clock.TOUCH)
            assert value == pytest.approx(c.value, rel=1e-9)

    assert reports == 6
    assert 0.3 < value < 0.9


def test_who_does_not_permit_the_channel_lives_as_without_it():
    """To the bit, and so does who never notices; a factor on value would move them too. |z| of the reached below 4."""
    settings = {**REPORTS, "convinces": "60 %", "per_month": 2}
    plain, _ = live(prospects(800), paying_at_once(quiet_kernel()), 120.0)
    kernel = permitted(under({"value_reports": settings}))
    kernel["channels"]["opt_in"][0, Channel.EMAIL] = 0.4
    log, _ = live(prospects(800), kernel, 120.0)
    touched = set(log["customer"][log["event"] == Event.TOUCHED].tolist())
    others = set(range(1, 801)) - touched
    kernel["channels"]["noticed"] = 0.0
    unnoticed, _ = live(prospects(800), kernel, 120.0)
    own = (Event.REACHED, Event.TOUCHED)

    assert abs(z_of(len(touched), 800, 0.4)) < 4
    assert difference(of(plain, *others), without(of(log, *others), *own)) == ""
    assert difference(of(plain, *touched), without(of(log, *touched), *own)) != ""
    assert difference(plain, without(unnoticed, *own)) == ""


def test_it_asks_for_nothing():
    """No use is prompted, however often it comes and whoever notices it."""
    log, _ = live(prospects(100), permitted(under({"value_reports": {**REPORTS, "per_month": 20}})), 100.0)
    used = log["detail"][log["event"] == Event.USED]

    assert len(used) > 100
    assert set(used) == {0}


def test_a_report_reminds_a_sleeper_that_he_pays():
    """With certain awakening each sleeper who is sent one asks to cancel."""
    quiet = quiet_kernel(use={"peak": 0.0}, stages={"dormant_after": 20.0}, touches={"awakening": 1.0})
    log, _ = live(prospects(50), permitted(under({"value_reports": REPORTS}, paying_at_once(quiet))), 60.0)

    assert (log["event"] == Event.AWAKENED).sum() == 50


def test_a_report_costs_its_making_and_its_channel():
    kernel = permitted(under({"value_reports": {**REPORTS, "report_cost": "0.30 USD"}}))
    kernel["channels"]["price"][0, Channel.EMAIL] = 7.0
    log, _ = live(prospects(10), kernel, 60.0)

    assert set(log["amount"][log["event"] == Event.TOUCHED]) == {30 * FINE + 7}
    assert lever_costs_by_month(business({"value_reports": {"build_cost": "9 USD"}}), 2, 2).tolist() == [900, 0]


def test_prospects_and_those_who_have_left_get_no_reports():
    """Prompts by the same calendar do reach prospects; reports go to customers alone."""
    kernel = quiet_kernel(returning={"within_year": 0.0})
    kernel["convert"] = 0.1
    log, _ = live(prospects(100), permitted(under({"value_reports": {**REPORTS, "per_month": 20}}, kernel)), 60.0)
    stages = {int(stage) for stage in log["stage"][log["event"] == Event.TOUCHED]}

    assert (log["event"] == Event.LOST).sum() > 10
    assert {Stage.GROWTH} <= stages <= {Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY}
