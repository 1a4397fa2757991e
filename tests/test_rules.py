"""One rule at a time, on hand-made customers: the trial, key actions, stages, returns, guidance, the annual offer."""

import numpy as np
import pytest
from by_hand import annual, leaving, live, paying_at_once, prospects, quiet_kernel, watch, z_of
from worlds import TEAM, copy_levers, log_of, of, run, times, world

from sim.core.customer import Clock
from sim.core.events import INTENT_REASONS, Event, Plan, Reason, Stage
from sim.core.units import MONTH
from sim.model.behaviour import Behaviour

BEHAVIOUR = Behaviour()


# --- introduction ---------------------------------------------------------------------------------------------------


def test_a_prospect_who_does_not_convert_is_lost_at_the_end_of_the_trial():
    kernel = quiet_kernel()
    kernel["convert"] = 0.0
    log, _ = live(prospects(50, next_time=3.5), kernel, 60.0)
    ends = log[log["event"] == Event.LOST]

    assert len(ends) == 50
    assert set(ends["time"]) == {3.5 + BEHAVIOUR.introduction.trial}
    assert set(ends["detail"]) == {1}
    assert log["time"].max() == 17.5


def test_giving_up_and_converting_race_inside_the_trial():
    """Two exponential clocks: shares as by their rates, |z| below 4."""
    count = 20_000
    kernel = quiet_kernel(introduction={"give_up": 0.03}, activation={"steps": 100})
    kernel["convert"] = 0.05
    log, _ = live(prospects(count), kernel, 15.0)
    gone = -np.expm1(-0.08 * 14.0)
    converted = (log["event"] == Event.CONVERTED).sum()
    gave_up = ((log["event"] == Event.LOST) & (log["detail"] == 0)).sum()

    assert abs(z_of(converted, count, gone * 5 / 8)) < 4
    assert abs(z_of(gave_up, count, gone * 3 / 8)) < 4
    assert max(times(log, Event.CONVERTED)) < 14.0


def test_activation_and_fit_move_the_rates_of_the_introduction():
    """Activated prospects convert 1.6 and give up 0.4 times as fast; fit moves converting by 1 +- its strength."""
    kernel = quiet_kernel(introduction={"give_up": 0.02, "fit_convert": 0.5}, activation={"steps": 1, "fit_step": 0.0})
    kernel["convert"], kernel["step_probability"] = 0.001, 1.0
    for fit in (0.0, 0.5, 1.0):
        for _, c in watch(prospects(4, fit=fit)[3:], kernel, 14.0):
            if c.stage == Stage.INTRODUCTION:
                convert = 0.001 * (0.5 + fit) * (1.6 if c.activated else 1.0)
                assert convert == pytest.approx(c.rate[Clock.CONVERT], rel=1e-12)
                assert (0.008 if c.activated else 0.02) == pytest.approx(c.rate[Clock.GIVE_UP], rel=1e-12)


def test_steps_are_completed_one_after_another_and_the_last_activates():
    """With certainty the first three uses complete steps 0, 1, 2, at the same time as the use."""
    kernel = quiet_kernel(activation={"steps": 3})
    kernel["convert"], kernel["step_probability"] = 0.0, 1.0
    log, _ = live(prospects(200, fit=1.0), kernel, 30.0)
    for customer in np.unique(log["customer"][log["event"] == Event.ACTIVATED]):
        own = of(log, customer)
        uses = times(own, Event.USED)[:3]

        assert list(uses) == list(times(own, Event.STEP_DONE))
        assert [0, 1, 2] == list(own["detail"][own["event"] == Event.STEP_DONE])
        assert [uses[2]] == list(times(own, Event.ACTIVATED))


@pytest.mark.parametrize("fit, chance", [(0.0, 0.15), (0.5, 0.3), (1.0, 0.45)])
def test_a_use_completes_a_step_with_the_stated_chance(fit, chance):
    """Selection by fit included; |z| below 4."""
    kernel = quiet_kernel(activation={"steps": 100, "fit_step": 0.5})
    kernel["step_probability"] = 0.3
    log, _ = live(prospects(4000, fit=fit), kernel, 60.0)
    uses = (log["event"] == Event.USED).sum()

    assert uses > 2000
    assert abs(z_of((log["event"] == Event.STEP_DONE).sum(), uses, chance)) < 4


# --- stages, returns ------------------------------------------------------------------------------------------------


def test_dormancy_begins_so_long_after_the_last_use_and_a_use_ends_it():
    kernel = paying_at_once(quiet_kernel(stages={"dormant_after": 20.0}))
    log, _ = live(prospects(300), kernel, 200.0)
    asleep = woke = 0
    for customer in range(1, 301):
        last, sleeping = None, False
        for row in of(log, customer):
            event = row["event"]
            if event in (Event.CONVERTED, Event.USED):
                last = row["time"] if event == Event.CONVERTED or row["stage"] != Stage.INTRODUCTION else last
            if event == Event.FELL_ASLEEP:
                assert row["time"] == last + 20.0
                asleep, sleeping = asleep + 1, True
            if event == Event.WOKE:
                assert sleeping and row["time"] == last
                woke, sleeping = woke + 1, False
    assert min(asleep, woke) > 100


def test_maturity_asks_for_habit_and_tenure_and_is_lost_with_the_habit():
    """Reached at a use or a grid point after the waiting time with a habit over the threshold."""
    kernel = paying_at_once(quiet_kernel(stages={"mature_after": 50.0, "slip_habit": 0.45}))
    matured = slipped = 0
    for i in range(60):
        stage = Stage.INTRODUCTION
        for kind, c in watch(prospects(60)[i:], kernel, 400.0):
            if stage == Stage.GROWTH and c.stage == Stage.MATURITY:
                matured += 1
                assert c.habit > 0.5 and c.now > c.started + 50.0
                assert kind in (Clock.USE, Clock.GRID)
            if stage == Stage.MATURITY and c.stage == Stage.GROWTH:
                slipped += 1
                assert c.habit < 0.45
            if kind in (Clock.USE, Clock.GRID) and c.stage == Stage.GROWTH:
                assert c.habit <= 0.5 or c.now <= c.started + 50.0
            stage = c.stage
    assert matured > 20 and slipped > 2


def test_the_share_back_within_a_year_is_as_stated_for_each_reason():
    """Soft as stated; the other reasons by their factor on the cumulative hazard; |z| below 4."""
    kernel = paying_at_once(quiet_kernel(returning={"within_year": 0.3}))
    for reason in range(INTENT_REASONS):
        factor = 1.0 if reason == Reason.SOFT else getattr(BEHAVIOUR.returning, Reason(reason).name.lower())
        own = leaving(kernel.copy().view(np.recarray), 0.0)
        log, _ = live(prospects(4000), leaving(own, 1e3, reason), 13.05 * MONTH)
        back = len(np.unique(log["customer"][log["event"] == Event.RETURNED]))

        assert abs(z_of(back, 4000, 1.0 - 0.7**factor)) < 4


def test_a_later_life_begins_afresh():
    """A return writes RETURNED and pays at once; intents, bills and guidance start from nothing; the reach stays."""
    this = world(
        {"guided_onboarding": {"share": "50 %"}}, customers=400, behaviour={"returning": {"within_year": "90 %"}}
    )
    this.kernel["leave"] *= 5.0
    log, customers = run(this)
    returned = log[log["event"] == Event.RETURNED]
    for row in returned:
        own = of(log, row["customer"])
        place = int(np.flatnonzero((own["event"] == Event.RETURNED) & (own["time"] == row["time"]))[0])
        assert own["event"][place + 1] == Event.PAID and own["time"][place + 1] == row["time"]
        assert own["life"][place] == own["life"][place - 1] + 1

    assert len(returned) > 20
    assert not customers.guided[customers.life > 0].any()
    assert 0 < (customers.reached > 0).mean() < 1


# --- guidance -------------------------------------------------------------------------------------------------------


def test_guidance_works_from_sign_up_to_the_first_grid_day_after_its_window():
    """A window of 10 days ends with day 14: the use rate is 1.3 times as high before, and not after."""
    kernel = paying_at_once(quiet_kernel())
    copy_levers(kernel, world({"guided_onboarding": {"window": "10 days", "use_help": 1.3}}).kernel)
    for _, c in watch(prospects(3)[2:], kernel, 60.0):
        alone = kernel["use"]["peak"][0] * c.use_strength / (1.0 + np.exp(-4.0 * (c.value + 0.7 - 0.6)))

        assert (1.3 if c.now < 14.0 else 1.0) == pytest.approx(c.rate[Clock.USE] / alone, rel=1e-9)


def test_with_a_team_only_the_served_are_guided():
    log = log_of(world({"guided_onboarding": {"team": {**TEAM, "agents": 1}}}, customers=400))
    served, guided = (set(log["customer"][log["event"] == e].tolist()) for e in (Event.SERVICE_ENDED, Event.GUIDED))

    assert guided <= served
    assert len(guided) > 20
    assert len(served) < 0.9 * (log["event"] == Event.TEAM_ASKED).sum()


def test_an_annual_offer_is_taken_by_the_stated_share_at_the_stated_price():
    """At mean fit 30 % of those offered; two months off twelve monthly prices; |z| below 4."""
    count = 4000
    offer = {"discount": "25 %", "usual_discount": "25 %", "offered_to": "60 %", "take_up": "30 %"}
    this = world({"annual_plan": offer})
    kernel = paying_at_once(quiet_kernel())
    copy_levers(kernel, this.kernel)
    log, _ = live(prospects(count, seats=2), kernel, 5.0)
    first = log[log["event"] == Event.PAID]
    yearly = first["plan"] == Plan.ANNUAL

    assert abs(z_of(yearly.sum(), count, 0.18)) < 4
    assert set(first["amount"][yearly]) == {round(2 * 12 * 3000 * 0.75)}
    assert set(first["amount"][~yearly]) == {2 * 3000}


@pytest.mark.parametrize("fit, sensitivity, discount, factor", [
    (0.5, 1.0, "25 %", 1.0), (1.0, 1.0, "25 %", 1.5), (0.0, 1.0, "25 %", 0.5), (0.5, 2.0, "25 %", 1.4),
    (0.5, 0.0, "25 %", 0.6), (0.5, 1.0, "50 %", 4.0), (0.5, 1.0, "0 %", 0.0),
])  # fmt: skip
def test_fit_price_sensitivity_and_the_discount_move_take_up(fit, sensitivity, discount, factor):
    """1 +- selection by each; the discount over the usual one, to the power of the response; |z| below 4."""
    offer = {"discount": discount, "usual_discount": "25 %", "take_up": "15 %", "response": 2, "fit_take": 0.5}
    kernel = paying_at_once(quiet_kernel())
    copy_levers(kernel, world({"annual_plan": {**offer, "price_take": 0.4}}).kernel)
    log, _ = live(prospects(4000, fit=fit, price_sensitivity=sensitivity), kernel, 5.0)
    taken = (log["plan"][log["event"] == Event.PAID] == Plan.ANNUAL).sum()

    assert taken == 0 if factor == 0.0 else abs(z_of(taken, 4000, 0.15 * factor)) < 4


def test_a_later_offer_comes_once_after_so_many_bills():
    """Of those offered to at all a share changes at that bill: the year begins then, at the year's price."""
    offer = {"discount": "25 %", "usual_discount": "25 %", "offered_to": "60 %", "take_up": "0 %"}
    kernel = paying_at_once(quiet_kernel())
    copy_levers(kernel, world({"annual_plan": {**offer, "again_after": 3, "later_take_up": "40 %"}}).kernel)
    log, _ = live(prospects(3000), kernel, 16 * MONTH)
    started = dict(zip(*(log[log["event"] == Event.CONVERTED][name].tolist() for name in ("customer", "time"))))
    switched = log[log["event"] == Event.SWITCHED]

    assert abs(z_of(len(switched), 3000, 0.6 * 0.4)) < 4
    for row in switched:
        paid = of(log, row["customer"])
        paid = paid[paid["event"] == Event.PAID]
        assert row["time"] == started[int(row["customer"])] + 3 * MONTH
        assert list(paid["amount"]) == [3000] * 3 + [27_000, 27_000]
        assert list(paid["time"][3:]) == [row["time"], row["time"] + 12 * MONTH]
    stay = of(log, *(set(started) - set(switched["customer"].tolist())))
    assert set(stay["amount"][stay["event"] == Event.PAID]) == {3000}


def test_who_has_just_paid_for_a_year_uses_more_for_a_while():
    """By the bump at first, by half of it after the half-life, as the mean over the cell; not on the monthly plan."""
    kernel = annual(paying_at_once(quiet_kernel(use={"paid_bump": 0.4, "paid_half": 50.0})))
    seen = 0
    for kind, c in watch(prospects(3)[2:], kernel, 16 * MONTH):
        if c.stage != Stage.INTRODUCTION and kind in (Clock.USE, Clock.GRID, Clock.BILL):
            since = np.linspace(c.now, c.due[Clock.GRID], 2001) - c.paid_at
            mean = np.trapezoid(1.0 + 0.4 * 0.5 ** (since / 50.0), since) / (since[-1] - since[0])
            assert mean == pytest.approx(c.paid_bump, rel=1e-6)
            seen += kind == Clock.BILL
            act = 1.0 / (1.0 + np.exp(-4.0 * (c.value + 0.7 - 0.6)))
            assert kernel["use"]["peak"][0] * c.use_strength * act * c.paid_bump == pytest.approx(c.rate[Clock.USE])
    monthly = [c.paid_bump for _, c in watch(prospects(3)[2:], paying_at_once(quiet_kernel()), 3 * MONTH)]

    assert seen == 1
    assert set(monthly) == {1.0}
