"""A shop's customers, on hand-made ones: orders and what comes back, leaving without a word, and the model BG/NBD."""

import numpy as np
import pytest
from by_hand import live, prospects, watch, z_of
from scipy.special import gamma as gamma_function
from scipy.special import hyp2f1
from worlds import business, copy_levers, of, run, shop, times, world_of
from worlds import world as subscriptions

from sim.core.customer import Clock
from sim.core.events import INTENT_REASONS, Event, Plan, Reason, Stage
from sim.scenario.lower import kernel_of

NATURAL, SOFT, HARD, EXPERIENCE = range(INTENT_REASONS)
RATE = 0.1
"""Orders a day."""


def shop_kernel(**groups):
    """Return a shop in which prospects order at once and then at one rate, and nobody leaves, sleeps or is lost."""
    kernel = kernel_of(shop(), seed=1)
    quiet = {
        "introduction": {"give_up": 0.0, "fit_convert": 0.0},
        "leaving": {"soft_without_habit": 1.0, "experience_without_value": 1.0, "fit_leave": 0.0},
        "service": {"problems": 0.0, "usual": 1.0},
        "activation": {"effect": 1.0, "steps": 100},
        "investment": {"holds": 0.0},
        "returning": {"within_year": 0.0},
        "use": {"floor": 1.0, "peak": RATE, "sharpness": 1000.0},
        "stages": {"dormant_after": 1e4, "lost_after": 2e4},
        "orders": {"basket_shape": 2.0},
    }
    for group in quiet.keys() | groups.keys():
        for name, value in {**quiet.get(group, {}), **groups.get(group, {})}.items():
            kernel[group][name] = value
    kernel["convert"], kernel["season"], kernel["use_level"], kernel["refunds"] = 1e5, 1.0, 1.0, 0.0
    kernel["basket"] = 10_000.0
    kernel["reason_mix"] = 0.25
    return kernel


def count_of(log, event, customers):
    return np.bincount(log["customer"][log["event"] == event], minlength=customers + 1)[1:]


# --- orders ---------------------------------------------------------------------------------------------------------


def test_the_first_payment_is_an_order_and_so_is_every_use_after_it():
    """Uses of the trial are none; orders come at the rate of the segment and the customer."""
    kernel = shop_kernel()
    kernel["use_level"][0, 1] = 0.5
    segment = np.tile([0, 1], 500)
    log, _ = live(prospects(1000, segment=segment, use_propensity=2.0), kernel, 100.0)
    orders = count_of(log, Event.ORDERED, 1000)

    assert (orders == count_of(log, Event.USED, 1000) + 1).all()
    assert set(log["plan"][log["event"] == Event.ORDERED]) == {Plan.PER_USE}
    for number, level in ((0, 1.0), (1, 0.5)):
        mean = 1.0 + 2.0 * level * RATE * 100.0
        assert abs(orders[segment == number].mean() - mean) < 4 * np.sqrt(mean / 500)


def test_what_an_order_is_worth():
    """Weibull of the stated shape around the customer's own mean; mean and square within four standard errors."""
    log, _ = live(prospects(500, basket=np.tile([1.0, 3.0], 250)), shop_kernel(), 200.0)
    for own, scale in ((1, 10_000.0), (0, 30_000.0)):
        worth = log["amount"][(log["event"] == Event.ORDERED) & (log["customer"] % 2 == own)] / scale
        for power in (1, 2):
            expected, square = gamma_function(1 + power / 2), gamma_function(1 + power)
            error = np.sqrt((square - expected**2) / len(worth))
            assert abs((worth**power).mean() - expected) < 4 * error + 1e-4


def test_some_orders_come_back_whole():
    kernel = shop_kernel()
    kernel["refunds"] = 0.15
    log, _ = live(prospects(200), kernel, 200.0)
    orders, back = (log["event"] == event for event in (Event.ORDERED, Event.REFUNDED))

    assert abs(z_of(back.sum(), orders.sum(), 0.15)) < 4
    assert (log["amount"][back] == log["amount"][np.flatnonzero(back) - 1]).all()


def test_subscriptions_never_order_and_shops_never_bill():
    bills, orders = run(subscriptions())[0]["event"], run(world_of(shop(), customers=100))[0]["event"]

    assert not np.isin(bills, (Event.ORDERED, Event.REFUNDED)).any()
    assert not np.isin(orders, (Event.PAID, Event.CHARGE_FAILED, Event.INTENDED, Event.REQUESTED)).any()


# --- leaving without a word -----------------------------------------------------------------------------------------


def test_after_each_order_but_the_first_some_are_gone():
    """So the last order's number is geometric; those gone use nothing and are lost so long after their last order."""
    kernel = shop_kernel(stages={"dormant_after": 300.0, "lost_after": 500.0})
    log, customers = live(prospects(3000, order_leave=0.2), kernel, 3000.0)
    orders = count_of(log, Event.ORDERED, 3000)
    last = np.array([times(of(log, c), Event.ORDERED)[-1] for c in range(1, 301)])
    ended = np.array([times(of(log, c), Event.ENDED)[0] for c in range(1, 301)])
    slept = np.array([times(of(log, c), Event.FELL_ASLEEP)[-1] for c in range(1, 301)])

    assert set(customers.stage) == {Stage.CHURNED}
    assert orders.min() == 2
    for number in (2, 3, 5):
        assert abs(z_of((orders == number).sum(), (orders >= number).sum(), 0.2)) < 4
    assert last + 500.0 == pytest.approx(ended, abs=1e-9)
    assert last + 300.0 == pytest.approx(slept, abs=1e-9)


def test_reasons_are_drawn_by_their_mix():
    """Each reason's share of those gone, |z| below 4; falling asleep and being lost is for that reason."""
    kernel = shop_kernel(stages={"dormant_after": 300.0, "lost_after": 500.0})
    kernel["reason_mix"] = 0.4, 0.3, 0.1, 0.2
    log, _ = live(prospects(3000, order_leave=0.3), kernel, 3000.0)
    ended, slept = (log["detail"][log["event"] == event] for event in (Event.ENDED, Event.FELL_ASLEEP))

    assert len(ended) == len(slept) == 3000
    for reason, share in enumerate((0.4, 0.3, 0.1, 0.2)):
        assert abs(z_of((ended == reason).sum(), 3000, share)) < 4
        assert (ended == reason).sum() == (slept == reason).sum()


@pytest.mark.parametrize("groups, traits, mix, factor", [
    ({}, {}, (0.25, 0.25, 0.25, 0.25), 1.0),
    ({"investment": {"holds": 0.5}}, {"stored": 1.0}, (0.25, 0.25, 0.25, 0.25), 0.5),
    ({"leaving": {"fit_leave": 0.6}}, {"fit": 1.0}, (1.0, 0.0, 0.0, 0.0), 0.4),
    ({"leaving": {"fit_leave": 0.6}}, {"fit": 1.0}, (0.0, 0.0, 1.0, 0.0), 1.0),
    ({"activation": {"effect": 0.5}}, {"activated": 1}, (0.0, 0.5, 0.0, 0.5), 0.5),
    ({"activation": {"effect": 0.5}}, {"activated": 1}, (0.5, 0.0, 0.0, 0.5), 0.75),
], ids=str)  # fmt: skip
def test_what_moves_leaving_moves_the_chance_after_an_order(groups, traits, mix, factor):
    """All that the reasons hang on, by their mix, and what the customer would leave behind; |z| below 4."""
    kernel = shop_kernel(stages={"dormant_after": 300.0, "lost_after": 500.0}, **groups)
    kernel["reason_mix"], kernel["use"]["peak"] = mix, 1.0
    log, _ = live(prospects(1500, **{"order_leave": 0.1, **traits}), kernel, 15.0)
    orders = (log["event"] == Event.ORDERED).sum() - 1500
    _, later = live(prospects(1500, **{"order_leave": 0.1, **traits}), kernel, 15.0)

    assert abs(z_of((later.gone == 1).sum(), orders, 0.1 * factor)) < 4


def test_season_and_later_lives_move_the_chance_after_an_order():
    kernel = shop_kernel(leaving={"second_life": 2.0}, returning={"within_year": 0.99, "shape": 1.0},
                         stages={"dormant_after": 50.0, "lost_after": 60.0})  # fmt: skip
    kernel["season"][0, 2] = 0.5
    log, _ = live(prospects(1500, order_leave=0.2), kernel, 400.0)
    for life, chance in ((0, 0.1), (1, 0.2)):
        own = log[(log["life"] == life) & (log["time"] < 300.0)]
        begun = np.isin(own["event"], (Event.CONVERTED, Event.RETURNED)).sum()
        repeat = (own["event"] == Event.ORDERED).sum() - begun
        gone = ((log["event"] == Event.ENDED) & (log["life"] == life) & (log["time"] < 360.0)).sum()

        assert begun > 500
        assert abs(gone / repeat - chance) < 0.02


def test_who_orders_too_seldom_counts_as_lost_for_the_reason_that_he_fell_asleep_for():
    """Not gone at all, only slow: asleep and then lost, for one and the same reason."""
    kernel = shop_kernel(stages={"dormant_after": 10.0, "lost_after": 25.0})
    kernel["reason_mix"] = 0.4, 0.3, 0.1, 0.2
    log, customers = live(prospects(1000), kernel, 400.0)
    pairs = [
        (int(before["detail"]), int(after["detail"]), after["time"] - before["time"])
        for customer in range(1, 1001)
        for before, after in zip(of(log, customer)[:-1], of(log, customer)[1:], strict=True)
        if after["event"] == Event.ENDED
    ]

    assert not customers.gone.any()
    assert len(pairs) > 500
    assert all(asleep == lost for asleep, lost, _ in pairs)
    assert {round(days, 6) for *_, days in pairs} == {15.0}
    assert len({reason for reason, *_ in pairs}) == INTENT_REASONS


def test_sleepers_of_subscriptions_have_a_reason_too():
    """The one that they want to leave for; else drawn by what would make them leave."""
    kernel = kernel_of(business(), seed=1)
    kernel["convert"], kernel["use"]["peak"], kernel["stages"]["dormant_after"] = 1e5, 0.0, 20.0
    kernel["leave"] = 0.0
    kernel["leave"][0, :, :, HARD] = 1e-6
    hard = live(prospects(300), kernel, 25.0)[0]
    kernel["leave"][0, :, :, HARD], kernel["leave"][0, :, :, EXPERIENCE] = 0.0, 1e3
    kernel["leaving"]["attention"], kernel["leaving"]["resume"] = 0.0, 0.0
    experience = live(prospects(300), kernel, 25.0)[0]

    for log, reason in ((hard, Reason.HARD), (experience, Reason.EXPERIENCE)):
        assert set(log["detail"][log["event"] == Event.FELL_ASLEEP]) == {reason}


def test_use_of_who_is_gone_stands_still():
    kernel = shop_kernel()
    for _, c in watch(prospects(1, order_leave=1.0), kernel, 200.0):
        assert c.gone == (c.orders > 1)
        if c.stage != Stage.INTRODUCTION:
            assert c.rate[Clock.USE] == (0.0 if c.gone else pytest.approx(RATE))


# --- a known model --------------------------------------------------------------------------------------------------


def test_orders_are_those_of_bg_nbd():
    """Gamma rates, Beta chances of leaving: expected repeat orders by time t as in Fader, Hardie & Lee 2005."""
    count, r, a, b, alpha = 60_000, 0.8, 0.8, 2.5, 20.0
    random = np.random.default_rng(5)
    kernel = shop_kernel(use={"peak": r / alpha})
    customers = prospects(count, use_propensity=random.gamma(r, 1.0 / r, count), order_leave=random.beta(a, b, count))
    log, _ = live(customers, kernel, 300.0)
    orders = log[(log["event"] == Event.ORDERED)]
    for t in (30.0, 100.0, 300.0):
        repeat = np.bincount(orders["customer"][orders["time"] <= t], minlength=count + 1)[1:] - 1
        shrink = (alpha / (alpha + t)) ** r * hyp2f1(r, b, a + b - 1, t / (alpha + t))
        expected = (a + b - 1) / (a - 1) * (1.0 - shrink)
        assert abs(repeat.mean() - expected) < 4 * repeat.std() / np.sqrt(count), (t, repeat.mean(), expected)


# --- levers in a shop -----------------------------------------------------------------------------------------------


def test_a_recall_offer_is_for_the_first_order_and_from_the_threshold_on():
    kernel = shop_kernel(stages={"dormant_after": 20.0, "lost_after": 30.0}, use={"peak": 0.05})
    settings = {"discount": "40 %", "threshold": "100 CNY", "offer_valid": "400 days", "offer_lift": 0, "contacts": 1,
                "reasons": "all", "benefit": "100 %", "least_worth": "0 CNY", "after": "1 day"}  # fmt: skip
    copy_levers(kernel, world_of(shop({"recall_campaign": settings}), customers=10).kernel)
    kernel["channels"]["opt_in"], kernel["channels"]["noticed"] = 1.0, 1.0
    plain = kernel.copy().view(np.recarray)
    plain["levers"]["recall_campaign"]["discount"] = 0.0
    log, full = (live(prospects(500, responsiveness=9.0), one, 100.0)[0] for one in (kernel, plain))
    given = log[(log["event"] == Event.ORDERED) & (log["life"] == 1)]
    listed = full[(full["event"] == Event.ORDERED) & (full["life"] == 1)]
    first = np.zeros(len(given), bool)
    first[np.unique(given["customer"], return_index=True)[1]] = True
    price = np.where(first & (listed["amount"] >= 10_000), np.floor(0.6 * listed["amount"] + 0.5), listed["amount"])

    assert first.sum() > 200 and (~first).sum() > 50 and (price < listed["amount"]).sum() > 50
    assert (given["customer"] == listed["customer"]).all()
    assert price.tolist() == given["amount"].tolist()
