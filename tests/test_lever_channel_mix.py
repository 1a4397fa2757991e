"""Spend by kind of traffic: more prospects, each dearer, no better; and those who came before stay who they are."""

import numpy as np
import pytest
from beside import beside, both, signed_up, spent, unpriced
from worlds import business, difference, of

from sim.core.customer import new_customers
from sim.core.events import Event, Source
from sim.levers.channel_mix import ChannelMix, bring_more, cost_more_each
from sim.model.kernel import KERNEL
from sim.scenario.problems import ProblemsFound

NO_EFFECT = {}
STRONG = {"paid": 3}
OWN_EVENTS = ()
CHANNELS = {"channels": {
    "ads": {"share": "60 %", "kind": "paid"}, "search": {"share": "40 %", "kind": "free", "contact": "searching"},
}}  # fmt: skip
SMALL = {"acquisition": {**CHANNELS, "new_customers": "40 per month"}}


def channel_of(ids):
    """Return the number of the acquisition channel that an id says."""
    return (ids >> 54) & 15


def test_doubled_spend_brings_less_than_double():
    """Prospects grow as 2^0.6 within one a month and segment, spend doubles: 2 % for whole prospects."""
    plain, more, _ = both({"channel_mix": {"paid": 2}}, customers=600)

    assert len(signed_up(more)) / len(signed_up(plain)) == pytest.approx(2**0.6, rel=0.02)
    assert spent(more) / spent(plain) == pytest.approx(2, rel=0.02)


def test_who_came_before_lives_the_same_life_to_the_bit():
    """Only what he cost is different: who is admitted besides takes nothing from anybody."""
    plain, more, _ = both({"channel_mix": {"paid": 2}})

    assert set(signed_up(plain)) < set(signed_up(more))
    assert difference(unpriced(plain), unpriced(of(more, *np.unique(plain["customer"])))) == ""


def test_less_spend_keeps_the_first_of_each_month():
    plain, less, _ = both({"channel_mix": {"paid": 0.25}}, customers=600)

    assert set(signed_up(less)) < set(signed_up(plain))
    assert len(signed_up(less)) / len(signed_up(plain)) == pytest.approx(0.25**0.6, rel=0.1)
    assert spent(less) / spent(plain) == pytest.approx(0.25, rel=0.1)


def test_each_kind_of_traffic_moves_alone():
    """Nothing for ads and double for search: no ads, and 2^0.4 times the searchers."""
    plain, moved, _ = both({"channel_mix": {"paid": 0, "free": 2}}, customers=600, **SMALL)
    counts = [np.bincount(channel_of(signed_up(log)), minlength=2) for log in (plain, moved)]

    assert counts[0][0] > 100 and counts[1][0] == 0
    assert counts[1][1] / counts[0][1] == pytest.approx(2**0.4, rel=0.03)


def test_who_comes_besides_is_as_good_as_the_others():
    """Money buys more of the same: mean fit of both differs by less than four standard errors (seen z .6)."""
    plain, more, customers = both({"channel_mix": {"paid": 3}}, customers=2500)
    before = np.isin(customers.id, signed_up(plain))
    besides = np.isin(customers.id, signed_up(more)) & ~before
    error = np.sqrt(customers.fit[before].var() / before.sum() + customers.fit[besides].var() / besides.sum())

    assert besides.sum() > 500
    assert abs(customers.fit[before].mean() - customers.fit[besides].mean()) < 4 * error


def test_acquisition_cost_of_a_customer_rises():
    """CAC rises as spend^0.4, so that LTV to CAC falls: what the mean customer leaves does not change."""
    logs = both({"channel_mix": {"paid": 3}}, customers=2500)[:2]
    cac = [spent(log) / (log["event"] == Event.CONVERTED).sum() for log in logs]

    assert cac[1] / cac[0] == pytest.approx(3**0.4, rel=0.06)


def record(**numbers):
    """Return the lever's record as rules see it."""
    lever = np.zeros(1, KERNEL["levers"]["channel_mix"]).view(np.recarray)[0]
    for name, value in {"paid": 1.0, "paid_response": 0.5, **numbers}.items():
        lever[name] = value
    return lever


def prospect(source=Source.PAID, referrer=-1):
    customer = new_customers(1)
    customer.source, customer.referrer = source, referrer
    return customer[0]


@pytest.mark.parametrize("spend, quota, cost", [(1, 1, 100), (4, 2, 200), (0.25, 0.5, 50), (0, 0, 100)])
def test_quota_times_cost_is_spend(spend, quota, cost):
    lever = record(paid=spend)

    assert bring_more(1.0, prospect(), lever) == pytest.approx(quota)
    assert cost_more_each(100.0, prospect(), lever) == pytest.approx(cost)
    assert quota * cost / 100 == pytest.approx(spend)


def test_friends_and_bargain_hunters_are_not_bought():
    for one in (prospect(Source.FISSION, referrer=7), prospect(Source.BARGAIN)):
        assert bring_more(0.2, one, record(paid=9, fission=0)) == 0.2
        assert cost_more_each(100.0, one, record(paid=9, fission=9)) == 100.0


def test_the_pool_of_candidates_is_as_wide_as_the_spend_needs():
    lever = ChannelMix(paid=2, free=0.5)

    assert lever.most_admitted(Source.PAID) == pytest.approx(2**0.6)
    assert lever.most_admitted(Source.FREE) == lever.most_admitted(Source.BARGAIN) == 1
    assert beside({"channel_mix": {"paid": 2}}).widest[0] == pytest.approx(2**0.6)


def test_spend_that_would_fill_the_memory_is_refused():
    with pytest.raises(ProblemsFound, match="20 times the usual prospects"):
        business({"channel_mix": {"paid": 100_000}})


def test_more_spend_on_a_channel_that_costs_nothing_is_refused():
    """Else it would bring prospects for nothing."""
    free = {
        "channels": {"word of mouth": {"share": "100 %", "kind": "free", "cost": 0}},
        "new_customers": "9 per month",
    }
    with pytest.raises(ProblemsFound, match="costs nothing"):
        business({"channel_mix": {"free": 2}}, acquisition=free)
