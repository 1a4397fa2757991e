"""Touches that wake sleepers, on hand-made ones: who is touched, who can be woken, who gets what."""

import numpy as np
import pytest
from by_hand import live, paying_at_once, prospects, quiet_kernel, z_of
from worlds import copy_levers, log_of, of, world

from sim.core.customer import new_customers
from sim.core.events import FINE, Event, Reason, Stage
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.levers import BY_NAME
from sim.model.behaviour import Behaviour

LEVER = BY_NAME["dormant_wakeup"]
NO_EFFECT = {"strength": 0}
STRONG = {"strength": 0.5, "timely": "40 %", "per_month": 10, "channel": "in_app"}
OWN_EVENTS = (Event.TOUCHED,)
NATURAL, SOFT, HARD, EXPERIENCE = (int(reason) for reason in list(Reason)[:4])
BEHAVIOUR = Behaviour()
WORTH = {"club_worth": "1000 USD"}


def waking(reason=SOFT, **settings):
    """Return a kernel under which everybody falls asleep for one reason, and permits and notices every touch."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, stages={"dormant_after": 1.0}))
    kernel["leave"][0, :, :, reason] = 1e-9  # what he falls asleep for is what he would leave for
    copy_levers(kernel, world({"dormant_wakeup": {"per_month": 1, **WORTH, **settings}}).kernel)
    for name, value in (("opt_in", 1.0), ("noticed", 1.0), ("unsubscribes", 0.0)):
        kernel["channels"][name] = value
    kernel["touches"]["memory"] = 0.001
    return kernel


def rule(hook, value, *, settings=None, **customer):
    """Ask one of the lever's rules about a hand-made sleeper of little worth who does not look at prices."""
    record, one = waking(**(settings or {}))["levers"]["dormant_wakeup"], new_customers(1)
    usual = {"sleep_reason": SOFT, "worth": 3000.0, "price_sensitivity": 0.5}
    for name, given in (usual | customer).items():
        one[name] = given
    return float(LEVER.hooks[hook](value, one[0], record[0]))


def test_only_sleepers_are_touched():
    """In a whole business, whatever stages the target group leaves open."""
    log = log_of(world({"dormant_wakeup": {"channel": "in_app", "per_month": 8}}, customers=400))
    touched = log[log["event"] == Event.TOUCHED]

    assert len(touched) > 50
    assert set(touched["stage"]) == {Stage.DORMANCY}


@pytest.mark.parametrize("reason, share", [(SOFT, 1.0), (EXPERIENCE, 0.4), (NATURAL, None), (HARD, None)])
def test_a_touch_wakes_by_what_the_customer_sleeps_for(reason, share):
    """Not a factor on waking: the trigger is weaker after a bad experience, and nothing for whom it cannot help."""
    kernel = waking(reason, strength=0.5, timely="40 %", after_experience=0.4)
    log, _ = live(prospects(3000, price_sensitivity=0.5), kernel, MONTH - 1.0)
    touched, woken = (log["event"] == Event.TOUCHED).sum(), (log["event"] == Event.WOKE).sum()
    use = BEHAVIOUR.use

    assert touched > 2700
    assert set(log["detail"][log["event"] == Event.FELL_ASLEEP]) == {reason}
    if share is None:
        assert woken == 0
    else:
        drive = 0.5 + 0.7 + use.trigger + 0.5 * share - use.threshold
        assert abs(z_of(woken, touched, 0.4 / (1.0 + np.exp(-use.sharpness * drive)))) < 4


@pytest.mark.parametrize("customer, strength, gift", [
    ({}, 0.25, 0), ({"price_sensitivity": 1.3}, 0.35, 300), ({"price_sensitivity": 1.29}, 0.25, 0),
    ({"worth": 100_000.0}, 0.4, 0), ({"worth": 99_999.0, "price_sensitivity": 2.0}, 0.35, 300),
    ({"worth": 100_000.0, "price_sensitivity": 2.0}, 0.4, 0),
    ({"sleep_reason": EXPERIENCE, "price_sensitivity": 2.0}, 0.35 * 0.3, 300),
    ({"sleep_reason": EXPERIENCE, "worth": 1e6}, 0.4 * 0.3, 0),
    ({"sleep_reason": NATURAL, "price_sensitivity": 2.0, "worth": 1e6}, 0.0, 0),
    ({"sleep_reason": HARD, "price_sensitivity": 2.0}, 0.0, 0), ({"sleep_reason": -1}, 0.0, 0),
], ids=str)  # fmt: skip
def test_each_type_gets_its_own(customer, strength, gift):
    """The best a club, those who look at prices a gift; and a strength of 0 stays 0 for all."""
    settings = {"gift": "3 USD"}

    assert rule(Hook.TOUCH_STRENGTH, 0.25, settings=settings, **customer) == pytest.approx(strength)
    assert rule(Hook.TOUCH_GIFT, 0.0, settings=settings, **customer) == gift
    assert rule(Hook.TOUCH_STRENGTH, 0.0, settings=settings, **customer) == 0.0


def test_a_gift_is_paid_for_with_every_touch_of_whom_it_is_for():
    """Woken or not: 3.00 and the channel, for the one half."""
    kernel = waking(strength=0.1, gift="3 USD")
    kernel["channels"]["price"] = 5.0
    sensitivity = np.tile([0.5, 1.5], 50)
    log, _ = live(prospects(100, price_sensitivity=sensitivity), kernel, 2.5 * MONTH)
    for customer in range(1, 101):
        touched = of(log, customer)
        touched = touched[touched["event"] == Event.TOUCHED]
        assert len(touched) >= 1
        assert set(touched["amount"]) == {300 * FINE + 5 if sensitivity[customer - 1] == 1.5 else 5}


def test_the_first_touch_of_a_sleeper_may_remind_him_that_he_pays():
    """Also those whom it cannot wake: that is how it can do harm; |z| below 4."""
    kernel = waking(HARD, strength=0.5)
    kernel["touches"]["awakening"] = 0.1
    log, _ = live(prospects(3000), kernel, 3 * MONTH)
    asked = log["customer"][log["event"] == Event.AWAKENED]

    assert len(asked) == len(set(asked))
    assert abs(z_of(len(asked), 3000, 0.1)) < 4


def test_who_wakes_is_not_touched_again_before_he_sleeps_again():
    kernel = waking(strength=0.5, timely="40 %", per_month=10)
    kernel["stages"]["dormant_after"] = 20.0
    log, _ = live(prospects(200), kernel, 3 * MONTH)
    for customer in range(1, 201):
        asleep = False
        for row in of(log, customer):
            asleep = (asleep or row["event"] == Event.FELL_ASLEEP) and row["event"] != Event.WOKE
            assert asleep or row["event"] != Event.TOUCHED

    assert (log["event"] == Event.WOKE).sum() > 100
