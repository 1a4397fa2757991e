"""How prospects come: channels, growth, promotions, what they cost; and monthly budgets of levers."""

import numpy as np
import pytest
from by_hand import live, paying_at_once, prospects, quiet_kernel, z_of
from worlds import business, log_of, own, run, world

from sim.core.events import FINE, Event
from sim.core.units import MONTH
from sim.scenario.acquisition import acquired_groups, candidates_per_month, widest
from sim.scenario.lower import kernel_of
from sim.scenario.problems import ProblemsFound

CHANNELS = {
    "search": {"share": "50 %", "kind": "free", "contact": "searching", "cost": 0.5},
    "ads": {"share": "30 %", "kind": "paid", "convert": 0.6, "cost": 1.5},
    "shops": {"share": "20 %", "kind": "location"},
}


# --- how many come --------------------------------------------------------------------------------------------------


def test_growth_is_so_much_more_every_month():
    flat, grown = (candidates_per_month(business(acquisition={"growth": f"{rate} % per month"})) for rate in (0, 5))

    assert grown == pytest.approx(flat * 1.05 ** np.arange(len(flat))[:, None])


def test_channels_share_the_prospects_of_every_month():
    """Each line's candidates are within one of its share, month by month, and no more than all in sum."""
    scenario = business(acquisition={"channels": CHANNELS, "new_customers": "4000 per month"})
    expected = candidates_per_month(scenario)
    groups = acquired_groups(scenario, 1.0, widest(scenario), seed=1, replication=0)

    for group in groups:
        share = (0.5, 0.3, 0.2)[group.channel]
        assert abs(group.count - share * expected[group.period, group.segment]) < 1.0
        assert group.count == group.usual
    assert abs(sum(group.count for group in groups) - expected.sum()) < len(groups)


def test_one_channel_and_no_channel_are_the_same_but_for_the_name():
    plain = log_of(world())
    named = log_of(world(acquisition={"channels": {"all of them": {"share": "100 %"}}}))

    assert (plain == named).all()


def test_channels_convert_and_cost_by_their_factors():
    """What a prospect costs stands in the log, in hundredths of a cent, before anybody converts."""
    this = world(acquisition={"channels": CHANNELS}, customers=400)
    log = log_of(this)
    signed_up = log[log["event"] == Event.SIGNED_UP]

    for segment, cost in enumerate((90_000 * 0.6, 650_000 * 0.7)):
        for line, factor in enumerate((0.5, 1.5, 1.0)):
            these = signed_up[(signed_up["segment"] == segment) & (signed_up["detail"] == line)]
            assert len(these) > 0
            assert set(these["amount"]) == {round(FINE * cost * factor)}


@pytest.mark.parametrize("line, factor", [(0, 1.0), (1, 0.5), (2, 2.0)])
def test_the_convert_rate_moves_with_the_channel(line, factor):
    """Converted by day t: 1 - exp(-factor r t); searching counts on top."""
    kernel = quiet_kernel(introduction={"trial": 1000.0, "searching": 2.0}, activation={"steps": 100})
    kernel["convert"], kernel["use"]["peak"] = 0.02, 0.0
    kernel["lines"]["convert"][0, 1], kernel["lines"]["searching"][0, 2] = 0.5, 1
    count = 4000
    log, _ = live(prospects(count, channel=line), kernel, 30.0)
    z = z_of((log["event"] == Event.CONVERTED).sum(), count, -np.expm1(-0.02 * factor * 30.0))
    print(f"line {line}: z {z:+.2f}")

    assert abs(z) < 4


@pytest.mark.parametrize("channels, message", [
    ({"one": {"share": "40 %"}, "two": {"share": "40 %"}}, "add up to 80 %"),
    ({"friends": {"share": "100 %"}}, "those who come so by themselves"),
])  # fmt: skip
def test_channels_that_make_no_sense_are_refused(channels, message):
    with pytest.raises(ProblemsFound, match=message):
        business(acquisition={"channels": channels})


def test_a_target_group_names_known_channels():
    levers = {"prompts": {"eligible": {"channels": ["serch"]}}}
    with pytest.raises(ProblemsFound, match="serch"):
        business(levers, acquisition={"channels": CHANNELS})
    assert business({"prompts": {"eligible": {"channels": ["search", "friends"], "plans": ["prepaid"]}}},
                    acquisition={"channels": CHANNELS})  # fmt: skip


# --- promotions -----------------------------------------------------------------------------------------------------


def promoted(**settings):
    """Return the small business, which starts in March 2026, with a promotion in May."""
    return business(promotions=[{"month": "2026-05", "lift": "40 %", **settings}])


def test_what_a_promotion_pulls_forward_is_missing_later():
    """40 % more in May; half of that is missing, in equal parts, in June, July and August."""
    kernel = kernel_of(promoted(pulled_forward="50 %", over=3, discount="25 %"), seed=1)
    lift = kernel["promoted"][0] - 1.0

    assert lift[:7] == pytest.approx([0.0, 0.0, 0.4, -0.2 / 3, -0.2 / 3, -0.2 / 3, 0.0])
    assert lift.sum() == pytest.approx(0.4 * (1.0 - 0.5))
    assert kernel["promoted_price"][0, :4] == pytest.approx([1.0, 1.0, 0.75, 1.0])


def test_people_use_more_in_the_month_of_a_promotion_and_less_after_it():
    """Uses of customers without habit or novelty, by month, against those without the promotion; z below 4."""
    plain = paying_at_once(quiet_kernel(use={"floor": 1.0, "peak": 0.2}))
    with_it = plain.copy().view(np.recarray)
    with_it["promoted"] = kernel_of(promoted(pulled_forward="50 %", over=2), seed=1)["promoted"]
    uses = []
    for kernel in (plain, with_it):
        log, _ = live(prospects(3000), kernel, 6 * MONTH)
        uses.append(np.bincount((log["time"][log["event"] == Event.USED] / MONTH).astype(int), minlength=6))
    for month, factor in enumerate((1.0, 1.0, 1.4, 0.9, 0.9, 1.0)):
        z = (uses[1][month] - factor * uses[0][month]) / np.sqrt(uses[1][month] + factor**2 * uses[0][month])
        print(f"month {month}: {uses[1][month] / uses[0][month]:.3f}, z {z:+.2f}")
        assert abs(z) < 4


def test_a_promotion_lowers_first_bills_alone():
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}))
    kernel["promoted_price"][0, 0] = 0.75
    log, _ = live(prospects(20), kernel, 2.5 * MONTH)
    bills = log[log["event"] == Event.PAID]

    assert [set(bills["amount"][(bills["time"] / MONTH).astype(int) == month]) for month in range(3)] == [
        {2250}, {3000}, {3000},
    ]  # fmt: skip


def test_a_promotion_outside_the_study_is_refused():
    with pytest.raises(ProblemsFound, match="is not simulated"):
        business(promotions=[{"month": "2031-05", "lift": "40 %"}])


def test_a_promotion_near_the_last_month_that_can_be_simulated_is_no_error():
    late = {"horizon": "120 months", "residual": "120 months"}
    kernel = kernel_of(business(promotions=[{"month": "2046-02", "lift": "40 %", "over": 12}], **late), seed=1)

    assert kernel["promoted"][0, -1] == pytest.approx(1.4)


# --- budgets --------------------------------------------------------------------------------------------------------


def spent_by_month(log, months):
    rows = log[log["event"] == Event.TOUCHED]
    return np.bincount((rows["time"] / MONTH).astype(int), rows["amount"], minlength=months)


def test_a_budget_rations_touches_after_the_first_month():
    """Each month's share served follows the month before: spending leaves the budget only as far as customers grow."""
    settings = {"channel": "sms", "per_month": 4, "strength": 0}
    free = spent_by_month(log_of(world({"prompts": settings}, customers=6000)), 6)
    this = world({"prompts": settings | {"budget": "100 USD"}}, customers=6000)
    budget = 0.4 * free[0]
    this.kernel["frames"]["budget"][this.kernel["frames"]["budget"] > 0] = budget
    spent = spent_by_month(log_of(this), 6)
    print("spent over the budget, by month:", np.round(spent / budget, 2), "customers grow by", free[1:] / free[:-1])

    assert spent[0] == free[0]
    assert spent[1:] / budget == pytest.approx(free[1:] / free[:-1], abs=0.25)  # whom it serves is drawn anew
    assert (spent[1:] / budget).mean() == pytest.approx((free[1:] / free[:-1]).mean(), abs=0.1)
    assert free[1:].min() > 1.5 * budget


def test_a_budget_that_is_never_reached_changes_nothing():
    settings = {"channel": "sms", "per_month": 4}
    plain, rich = (log_of(world({"prompts": settings | budget})) for budget in ({}, {"budget": "900000 USD"}))

    assert len(plain) == len(rich)
    order = [np.lexsort((log["event"], log["time"], log["customer"])) for log in (plain, rich)]
    assert (plain["time"][order[0]] == rich["time"][order[1]]).all()


# --- levers that a file itself writes -------------------------------------------------------------------------------


def test_a_lever_of_ones_own_multiplies_or_adds():
    """Prospect cost: halved, and 10 USD more."""
    for operation, size, expected in (("multiply", 0.5, 27_000), ("add", 1000, 55_000)):
        log = log_of(world({"custom": {"cheaper": own("prospect_cost", operation, size)}}))
        cost = log["amount"][(log["event"] == Event.SIGNED_UP) & (log["segment"] == 0)]
        assert set(cost) == {FINE * expected}


def test_a_lever_of_ones_own_costs_by_customer_and_month():
    log, _ = run(world({"custom": {"gift": own("value_push", "add", 0.0, cost="2 USD")}}))
    benefits = log[log["event"] == Event.BENEFIT]

    assert set(benefits["amount"]) == {200 * FINE}
    assert benefits["time"] / MONTH == pytest.approx(np.round(benefits["time"] / MONTH))
