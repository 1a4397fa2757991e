"""Touches by the calendar, on hand-made customers: when, to whom, and what one does besides its purpose."""

import numpy as np
import pytest
from by_hand import leaving, live, paying_at_once, prospects, quiet_kernel, z_of
from worlds import copy_levers, of, times, world

from sim.core.events import Channel, Event, Reason, Stage
from sim.core.randomness import Stream, uniforms
from sim.core.units import MONTH
from sim.levers import BY_NAME
from sim.model.behaviour import Behaviour

BEHAVIOUR = Behaviour()
NUMBER = BY_NAME["prompts"].reach_number()


def prompting(kernel=None, **settings):
    """Return a kernel with prompts that everybody permits and notices, and from which nobody unsubscribes."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0})) if kernel is None else kernel
    copy_levers(kernel, world({"prompts": {"strength": 0, **settings}}).kernel)
    for name, value in (("opt_in", 1.0), ("noticed", 1.0), ("unsubscribes", 0.0)):
        kernel["channels"][name] = value
    return kernel


def offsets(customers, number=NUMBER):
    """Return each customer's own place between two touches: from the lever's name, and from nothing else."""
    return uniforms(np.uint64(1), 0, customers.id, int(Stream.CALENDAR), number)


def touches_of(log):
    return log[log["event"] == Event.TOUCHED]


def followed_by(log, events, first, second):
    """Whether each of some events is followed at the same time, in the customer's story, by another."""
    order = np.argsort(log["customer"], kind="stable")
    log = log[order]
    here = np.flatnonzero(log["event"] == first)
    next_one = np.minimum(here + 1, len(log) - 1)
    return (log["event"][next_one] == second) & (log["time"][next_one] == log["time"][here])


# --- when and to whom -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("per_month", [0.7, 1.0, 4.0, 12.0])
def test_touches_come_at_whole_steps_from_a_day_of_the_customers_own(per_month):
    """(n + own place) / per month, in months: from sign-up on, at even spans, spread over all customers."""
    customers = prospects(300, next_time=10.0)
    log, _ = live(customers, prompting(per_month=per_month), 5.5 * MONTH)
    for customer, offset in zip(customers.id, offsets(customers), strict=True):
        dates = (np.arange(-1, 100) + offset) / per_month * MONTH
        expected = dates[(dates > 10.0) & (dates < 5.5 * MONTH)]

        assert expected == pytest.approx(times(of(log, customer), Event.TOUCHED), abs=1e-9)


def test_a_lever_touches_inside_its_window():
    log, _ = live(prospects(50), prompting(per_month=12, starts="30 days", ends="60 days"), 100.0)
    touched = times(log, Event.TOUCHED)

    assert 30.0 <= touched.min() < 31.0
    assert 59.0 < touched.max() < 60.0


def test_later_lives_are_touched_as_first_lives_are():
    """Who comes back is touched at his own dates again, and while he is gone at none."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, returning={"within_year": 0.95}))
    log, _ = live(prospects(100), leaving(prompting(kernel, per_month=12), 0.05), 300.0)
    touched, lives = touches_of(log), np.bincount(touches_of(log)["life"])
    for customer in range(1, 101):
        own = of(log, customer)
        ends, returns = times(own, Event.ENDED), times(own, Event.RETURNED)
        for begin, end in zip(returns, [*ends[1:], 300.0][: len(returns)], strict=True):
            dates = of(touched, customer)["time"]
            expected = (end - begin) / MONTH * 12
            assert ((dates > begin) & (dates <= end)).sum() == pytest.approx(expected, abs=1)

    assert lives[1] > 500
    assert not np.isin(touched["stage"], (Stage.CHURNED, Stage.LOST)).any()


def test_who_has_not_permitted_a_channel_is_never_touched_by_it():
    """A share of people, the same in all lives and whatever the lever."""
    kernel = prompting(per_month=12)
    kernel["channels"]["opt_in"][0, Channel.EMAIL] = 0.4
    log, _ = live(prospects(2000), kernel, 60.0)
    counts = np.bincount(touches_of(log)["customer"], minlength=2001)[1:]

    back = leaving(paying_at_once(quiet_kernel(use={"peak": 0.0}, returning={"within_year": 0.95})), 0.02)
    back = prompting(back, per_month=12)
    back["channels"]["opt_in"] = 0.4
    lives, _ = live(prospects(300), back, 200.0)
    touched = {life: set(touches_of(lives[lives["life"] == life])["customer"]) for life in (0, 1)}
    twice = {row["customer"] for row in lives if row["event"] == Event.ENDED and row["life"] == 1}

    assert abs(z_of((counts > 0).sum(), 2000, 0.4)) < 4
    assert counts[counts > 0].min() > 20
    assert len(twice) > 50
    assert touched[0] & twice == touched[1] & twice


def test_nobody_is_touched_more_often_in_a_month_than_the_cap_allows():
    """The first of each month are delivered, the rest are not."""
    kernel = prompting(per_month=20)
    kernel["touches"]["most_per_month"] = 6
    customers = prospects(100)
    log, _ = live(customers, kernel, 4 * MONTH)
    for customer, offset in zip(customers.id, offsets(customers), strict=True):
        dates = (np.arange(80) + offset) / 20 * MONTH
        expected = np.concatenate([dates[np.floor(dates / MONTH) == month][:6] for month in range(4)])

        assert expected == pytest.approx(times(of(log, customer), Event.TOUCHED), abs=1e-9)


def test_a_touch_ends_the_permission_with_the_stated_chance_and_for_good():
    """Geometric numbers of touches; also in later lives nothing more comes by the channel."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, returning={"within_year": 0.95}))
    kernel = leaving(prompting(kernel, per_month=12), 0.02)
    kernel["channels"]["unsubscribes"][0, Channel.EMAIL] = 0.1
    log, customers = live(prospects(1000), kernel, 200.0)
    touched, gone = touches_of(log), log[log["event"] == Event.UNSUBSCRIBED]
    last = dict(zip(touched["customer"].tolist(), touched["time"].tolist(), strict=True))

    assert abs(z_of(len(gone), len(touched), 0.1)) < 4
    assert set(gone["detail"]) == {Channel.EMAIL}
    assert (customers.life[gone["customer"] - 1] > 0).sum() > 50
    assert all(last[row["customer"]] == row["time"] for row in gone)


def test_a_touch_costs_the_price_of_its_channel():
    """Kept in hundredths of the minor unit, rounded."""
    kernel = prompting(channel="push")
    kernel["channels"]["price"][0, Channel.PUSH] = 0.5
    kernel["channels"]["price"][0, Channel.EMAIL] = 9.0
    touched = touches_of(live(prospects(20), kernel, 60.0)[0])

    assert set(touched["amount"]) == {1}
    assert set(touched["detail"]) == {Channel.PUSH}


# --- what it does ---------------------------------------------------------------------------------------------------


def acting(strength):
    """Fogg's chance for a customer in the middle, with a trigger from outside."""
    use = BEHAVIOUR.use
    return 1.0 / (1.0 + np.exp(-use.sharpness * (0.5 + 0.7 + use.trigger + strength - use.threshold)))


@pytest.mark.parametrize("strength, noticed, timely, responsiveness", [
    (0.2, 1.0, 0.4, 1.0), (0.5, 0.5, 0.4, 1.0), (0.2, 1.0, 0.2, 0.5), (0.05, 1.0, 0.4, 2.0),
])  # fmt: skip
def test_a_noticed_timely_prompt_is_acted_on_with_foggs_chance(strength, noticed, timely, responsiveness):
    """Times responsiveness, and all that without fatigue: |z| below 4."""
    kernel = prompting(per_month=1, strength=strength, timely=timely)
    kernel["channels"]["noticed"], kernel["touches"]["memory"] = noticed, 0.01
    log, _ = live(prospects(2000, responsiveness=responsiveness), kernel, 3 * MONTH)
    used = followed_by(log, log, Event.TOUCHED, Event.USED)

    assert abs(z_of(used.sum(), len(used), responsiveness * noticed * timely * acting(strength))) < 4
    assert set(log["detail"][log["event"] == Event.USED]) == {1}


def test_touches_tire():
    """The effect falls as exp(-(n / best)^2 / 2), n the touches of late by the month, forgotten exponentially."""
    best, memory, per_month = 5.0, 20.0, 15
    kernel = prompting(per_month=per_month, strength=0.2, timely=0.4)
    kernel["touches"]["best_per_month"], kernel["touches"]["memory"] = best, memory
    log, _ = live(prospects(3000), kernel, 2 * MONTH)
    used = followed_by(log, log, Event.TOUCHED, Event.USED)
    number = np.concatenate([np.arange(count) for count in np.bincount(touches_of(log)["customer"])[1:]])
    decay = np.exp(-MONTH / per_month / memory)
    load = np.array([sum(decay**before for before in range(1, n + 1)) for n in range(number.max() + 1)])
    chance = 0.4 * acting(0.2) * np.exp(-0.5 * (load * MONTH / memory / best) ** 2)

    assert chance[-1] < 0.1 * chance[0]
    for n in range(0, number.max(), 3):
        assert abs(z_of(used[number == n].sum(), (number == n).sum(), chance[n])) < 4


def test_a_prompted_use_is_a_use():
    """It builds habit, completes key actions, wakes sleepers; and nobody is prompted by strength 0."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, stages={"dormant_after": 3.0}))
    kernel["step_probability"] = 1.0
    kernel = prompting(kernel, per_month=4, strength=0.5, timely=0.4)
    log, customers = live(prospects(200, responsiveness=3.0), kernel, 100.0)
    none, _ = live(prospects(200, responsiveness=3.0), prompting(kernel.copy().view(np.recarray)), 100.0)

    assert customers.habit.max() > 0.2 and customers.activated.mean() > 0.5
    assert (log["event"] == Event.WOKE).sum() > 50
    assert not np.isin(none["event"], (Event.USED, Event.WOKE)).any()


def test_what_prompts_add_takes_nothing_away():
    """Where use does not feed on itself, uses of the customer's own accord are those without prompts, to the bit."""
    kernel = paying_at_once(quiet_kernel(use={"floor": 1.0}))
    plain, _ = live(prospects(100), kernel, 100.0)
    log, _ = live(prospects(100), prompting(kernel, per_month=12, strength=0.5, timely=0.4), 100.0)
    used = log[log["event"] == Event.USED]
    own = used[used["detail"] == 0]

    assert len(own) > 1000 and len(used) > len(own) + 500
    for name in ("customer", "time"):
        assert plain[name][plain["event"] == Event.USED].tolist() == own[name].tolist()


def test_a_touch_reminds_sleepers_that_they_pay():
    """With the stated chance an intent out of inertia, acted on at once; and that is all that the touch does then."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, stages={"dormant_after": 1.0}, touches={"awakening": 0.1}))
    kernel = prompting(kernel, per_month=1, strength=0.0)
    kernel["touches"]["memory"] = 0.01
    log, _ = live(prospects(4000, responsiveness=2.0), kernel, 1.5 * MONTH)
    asleep = touches_of(log)[touches_of(log)["stage"] == Stage.DORMANCY]
    first = asleep[np.unique(asleep["customer"], return_index=True)[1]]
    woken = log[log["event"] == Event.AWAKENED]

    assert abs(z_of(np.isin(first["time"], woken["time"]).sum(), len(first), 0.2)) < 4
    assert set(woken["detail"]) == {Reason.SOFT}
    for customer in woken["customer"][:200]:
        own = of(log, customer)
        place = int(np.flatnonzero(own["event"] == Event.AWAKENED)[0])
        assert list(own["event"][place - 1 : place + 3]) == [
            Event.TOUCHED, Event.AWAKENED, Event.INTENDED, Event.REQUESTED,
        ]  # fmt: skip
        assert len(set(own["time"][place - 1 : place + 3])) == 1


def test_nobody_awake_is_reminded():
    kernel = prompting(quiet_kernel(use={"peak": 0.0}, touches={"awakening": 1.0}), per_month=12)
    log, _ = live(prospects(100), paying_at_once(kernel), 50.0)

    assert (log["event"] == Event.TOUCHED).sum() > 1000
    assert not (log["event"] == Event.AWAKENED).any()
