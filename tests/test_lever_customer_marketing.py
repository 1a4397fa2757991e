"""Customer marketing: a little value for whoever notices it; further use cases for the engaged who still remember."""

import numpy as np
import pytest
from by_hand import live, paying_at_once, prospects, quiet_kernel
from one_lever import ask, permitted, rates_of, under
from worlds import business, difference, of, without

from sim.core.customer import Clock
from sim.core.events import Channel, Event
from sim.core.hooks import Hook
from sim.study.design import lever_costs_by_month

NO_EFFECT = {"excites": "0 %", "teaches": 1}
STRONG = {"per_month": 8, "channel": "in_app", "excites": "60 %"}
OWN_EVENTS = (Event.TOUCHED,)
USE_CASE = int(Clock.USE_CASE)
MANY = {"finds": "20 % per month", "half_way": "0 days", "cases": 100}
BOTH = {"use_cases": MANY, "customer_marketing": {"excites": "10 %", "teaches": 3, "engaged": 4}}


@pytest.mark.parametrize("usual, value, factor", [
    (4.0, 0.5, 1.0), (4.0, 0.45, 1.0), (4.0, 0.525, 2.0), (4.0, 0.55, 3.0), (4.0, 0.9, 3.0), (3.9, 0.55, 1.0),
])  # fmt: skip
def test_the_engaged_look_further_as_long_as_they_remember(usual, value, factor):
    """Fit .5, so an issue lifts value by .05: right after it the full factor, half way back half of what it adds."""
    kernel = under(BOTH)
    fields = {"activated": 1, "usual_uses": usual, "value": value}
    plain, rates = (rates_of(kernel, *names, **fields) for names in (("use_cases",), tuple(BOTH)))

    assert factor * plain[USE_CASE] == pytest.approx(rates[USE_CASE])
    assert all(rates[clock] == plain[clock] for clock in range(len(rates)) if clock != USE_CASE)


def test_where_no_use_case_has_been_built_there_is_none_to_find():
    assert rates_of(under(BOTH), "customer_marketing", activated=1, usual_uses=9.0, value=0.9)[USE_CASE] == 0.0
    assert ask("customer_marketing", Hook.USE_CASE_RATE, 0.1, {"excites": "0 %"}, value=0.9, usual_uses=9.0) == 0.1


def test_only_whoever_gets_the_issues_finds_more():
    """Who permits nothing lives as without marketing, to the bit; of the others the frequent find more.

    More than four standard errors; a factor on the rate of all would move both.
    """
    frequent = {"activated": 1, "fit": 0.5, "effort": 0.0, "habit": 1.0, "use_propensity": 2.0}
    kernel = paying_at_once(quiet_kernel(use={"habit_fade": 0.0}))
    plain, before = live(prospects(600, **frequent), under({"use_cases": MANY}, kernel), 200.0)
    kernel = permitted(under(BOTH, kernel))
    kernel["channels"]["opt_in"][0, Channel.EMAIL] = 0.5
    log, after = live(prospects(600, **frequent), kernel, 200.0)
    touched = np.isin(np.arange(1, 601), log["customer"][log["event"] == Event.TOUCHED])
    others = set((1 + np.flatnonzero(~touched)).tolist())
    more = (after.use_cases - before.use_cases)[touched]

    assert 200 < touched.sum() < 400
    assert difference(without(of(plain, *others), Event.REACHED),
                      without(of(log, *others), Event.REACHED, Event.TOUCHED)) == ""  # fmt: skip
    assert more.mean() > 4 * more.std() / np.sqrt(len(more)) > 0.0


def test_an_issue_is_written_once_for_all():
    lever = {"per_month": 2, "issue_cost": "100 USD"}

    assert [20_000, 20_000] == lever_costs_by_month(business({"customer_marketing": lever}), 2, 2).tolist()
