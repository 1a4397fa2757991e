"""Payment recovery, on hand-made customers: which charges fail less, which failures are recovered, and for whom."""

import numpy as np
import pytest
from by_hand import leaving, live, paying_at_once, prospects, quiet_kernel, z_of
from worlds import copy_levers, difference, log_of, without, world

from sim.core.customer import new_customers
from sim.core.events import FINE, Event, Plan, Reason, Stage
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.levers import BY_NAME

LEVER = BY_NAME["payment_recovery"]
NOTHING = {"updates": "0 %", "other_cards": "0 %", "better_timing": "0 %", "reminders": "0 %"}
NO_EFFECT = NOTHING
STRONG = {"updates": "100 %", "other_cards": "90 %", "better_timing": "40 %"}
OWN_EVENTS = (Event.BENEFIT,)
SOFT = int(Reason.SOFT)


def recovering(kernel=None, **settings):
    """Return a kernel with the lever, of which only what is written does anything."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0})) if kernel is None else kernel
    copy_levers(kernel, world({"payment_recovery": {**NOTHING, **settings}}).kernel)
    return kernel


def rule(hook, value, *, settings=None, **customer):
    """Ask one of the lever's rules about a hand-made customer."""
    record, one = recovering(**(settings or {}))["levers"]["payment_recovery"], new_customers(1)
    for name, given in ({"stage": Stage.GROWTH, "card": 1} | customer).items():
        one[name] = given
    return float(LEVER.hooks[hook](value, one[0], record[0]))


def first_charges(log, customers, replacement, phase):
    """Return who was charged at whole months, whether the card was new, and whether the charge failed."""
    started = dict(zip(customers.id.tolist(), customers.started.tolist(), strict=True))
    rows = log[np.isin(log["event"], (Event.PAID, Event.CHARGE_FAILED)) & (log["detail"] == 0)]
    since = rows["time"] - np.array([started[each] for each in rows["customer"].tolist()])
    rows, since = rows[since > 1.0], since[since > 1.0]
    own = phase[rows["customer"] - 1]
    before = np.floor((rows["time"] - MONTH) / replacement - own)
    return np.floor(rows["time"] / replacement - own) > before, rows["event"] == Event.CHARGE_FAILED


def test_the_updater_saves_new_cards_and_no_others():
    """Not a factor on failing: old cards fail as before, new ones by the stated share less; |z| below 4."""
    payment = {"fails": 0.1, "replacement": 200.0, "replaced_fails": 0.5}
    kernel = recovering(paying_at_once(quiet_kernel(use={"peak": 0.0}, payment=payment)), updates="80 %")
    kernel["retry_recovers"] = 1.0
    phase = np.linspace(0.0, 1.0, 2000, endpoint=False)
    log, customers = live(prospects(2000, card=1, card_phase=phase), kernel, 24 * MONTH)
    new, failed = first_charges(log, customers, 200.0, phase)

    assert new.sum() > 3000
    assert abs(z_of(failed[new].sum(), new.sum(), 0.2 * 0.55)) < 4
    assert abs(z_of(failed[~new].sum(), (~new).sum(), 0.1)) < 4


@pytest.mark.parametrize("settings, lost", [
    ({"better_timing": "30 %"}, 0.7), ({"reminders": "30 %"}, 0.7),
    ({"better_timing": "50 %", "reminders": "50 %"}, 0.25),
])  # fmt: skip
def test_of_what_the_usual_retries_lose_the_stated_share_is_recovered(settings, lost):
    """Base: failures that three usual retries do not recover; |z| below 4."""
    kernel = recovering(paying_at_once(quiet_kernel(use={"peak": 0.0}, payment={"fails": 1.0})), **settings)
    log, _ = live(prospects(4000, card=1), kernel, 1.8 * MONTH)
    ended = log[log["event"] == Event.ENDED]

    assert set(ended["detail"]) == {Reason.PAYMENT}
    assert abs(z_of(len(ended), 4000, (1.0 - kernel["retry_recovers"][0]) ** 3 * lost)) < 4


def test_a_reminder_reaches_who_wants_to_stay_and_nobody_else():
    """Who wants to leave, and never gets round to it, lets the charge lapse as without the lever, to the bit."""
    payment = {"fails": 1.0}
    plain = leaving(paying_at_once(quiet_kernel(use={"peak": 0.0}, payment=payment)), 1e3, SOFT)
    plain["leaving"]["attention"] = 0.0
    reminding = recovering(plain.copy().view(np.recarray), reminders="40 %")
    customers = prospects(300, card=1)
    log, expected = (live(customers, kernel, 3 * MONTH)[0] for kernel in (reminding, plain))

    assert (log["event"] == Event.ENDED).sum() > 30
    assert difference(expected, without(log, Event.BENEFIT, Event.REACHED)) == ""


@pytest.mark.parametrize("asleep, expected", [(0.0, 0.5), (1.0, 0.7), (-1.0, 0.3)])
def test_a_reminder_may_remind_a_sleeper_of_what_he_pays_for(asleep, expected):
    """Share recovered by one retry of three, chance 50 %: with reminders of who is awake 1 - .5 x .4 ** (1/3)."""
    one = rule(Hook.RETRY_RECOVERS, 0.5, settings={"reminders": "60 %", "asleep": asleep}, stage=Stage.DORMANCY)
    awake = rule(Hook.RETRY_RECOVERS, 0.5, settings={"reminders": "60 %", "asleep": asleep})

    assert one == pytest.approx(1.0 - 0.5 * (1.0 - 0.6 * asleep) ** (1 / 3))
    assert awake == pytest.approx(1.0 - 0.5 * 0.4 ** (1 / 3))
    assert (one > 0.5) == (expected > 0.5) and (one < 0.5) == (expected < 0.5)


def test_who_pays_by_invoice_is_not_helped_and_costs_nothing():
    plain = paying_at_once(quiet_kernel(payment={"fails": 0.5}))
    kernel = recovering(plain.copy().view(np.recarray), updates="100 %", other_cards="100 %", better_timing="100 %")
    by_invoice, _ = live(prospects(50, card=0), kernel, 200.0)
    by_card, _ = live(prospects(50, card=1), kernel, 200.0)

    assert difference(live(prospects(50, card=0), plain, 200.0)[0], without(by_invoice, Event.REACHED)) == ""
    assert not (by_card["event"] == Event.CHARGE_FAILED).any()
    assert set(by_card["amount"][by_card["event"] == Event.BENEFIT]) == {5 * FINE}


def test_only_ends_for_payment_become_fewer():
    """Others can only become more: who is kept by his card can still leave."""
    levers = {"payment_recovery": STRONG}
    this, plain = (world(each, customers=2000, behaviour={"payment": {"fails": "30 %"}}) for each in (levers, {}))
    ends = [np.bincount(log["detail"][log["event"] == Event.ENDED], minlength=6) for log in map(log_of, (this, plain))]

    assert ends[0][Reason.PAYMENT] < 0.4 * ends[1][Reason.PAYMENT]
    assert ends[0][: Reason.PAYMENT].sum() >= ends[1][: Reason.PAYMENT].sum()


@pytest.mark.parametrize("customer, expected", [
    ({}, 5), ({"card": 0}, 0), ({"stage": Stage.INTRODUCTION}, 0), ({"plan": Plan.PER_USE}, 0),
    ({"stage": Stage.DORMANCY, "plan": Plan.PREPAID}, 5),
])  # fmt: skip
def test_only_stored_cards_cost(customer, expected):
    assert expected == rule(Hook.MONTH_COST, 0.0, **customer)


def test_a_certain_failure_and_a_certain_recovery_stay_inside_their_bounds():
    everything = {"updates": "100 %", "other_cards": "100 %", "better_timing": "100 %", "reminders": "100 %"}

    assert 0.0 == rule(Hook.CHARGE_FAILS, 1.0, settings=everything, new_card=1)
    assert 1.0 == rule(Hook.RETRY_RECOVERS, 0.0, settings=everything)
    assert 0.0 == rule(Hook.RETRY_RECOVERS, 0.0, settings={"reminders": "100 %", "asleep": -1}, stage=Stage.DORMANCY)
