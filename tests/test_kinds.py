"""Two kinds of business: what a file with plans and one with orders must say, and what the model gets of it."""

import copy
import math
import re
from types import SimpleNamespace
from typing import ClassVar

import pytest
from worlds import BUSINESS, SHOP, business, frame_of, merged, shop

from sim.core.events import FINE, Channel, Plan, Stage
from sim.core.lever import Lever, Recalling
from sim.core.parameter import choice
from sim.core.units import MONTH, Amount, Days, Money, Ratio
from sim.levers import LEVERS
from sim.model.kernel import new_kernel
from sim.scenario.checks import differs_from_baseline
from sim.scenario.load import build, load
from sim.scenario.lower import fill_campaign, kernel_of, opening_cells, population_of
from sim.scenario.problems import ProblemsFound
from sim.scenario.resolved import resolved

PLANS = {"monthly": {"price": "3 CNY per month"}, "annual": {"price": "30 CNY per year"}}


def problems_of(data):
    """Return the problems of plain data as (place, message and remedy)."""
    try:
        build(data)
    except ProblemsFound as found:
        return {one.file: f"{one.message}; {one.remedy}" for one in found.problems}
    return {}


def without(data, *path):
    """Return plain data without one entry."""
    less = copy.deepcopy(data)
    *above, last = path
    inside = less
    for step in above:
        inside = inside[step]
    del inside[last]
    return less


# --- the right set of entries per kind ----------------------------------------------------------------------------


def test_a_business_has_plans_or_orders():
    both, neither = problems_of({**SHOP, "plans": PLANS}), problems_of(without(SHOP, "orders"))

    assert both == {"orders": "a business has either 'plans' or 'orders', and here are both; take one of them out"}
    assert list(neither) == ["scenario"]
    assert "neither 'plans' nor 'orders' is here; add 'plans: ...'" in neither["scenario"]


@pytest.mark.parametrize("target", ["basket", "orders", "second_year", "activation", "conversion"])
def test_a_shop_states_every_target_of_orders(target):
    found = problems_of(without(SHOP, "segments", "regular", "targets", target))

    assert found == {
        f"segments.regular.targets.{target}": f"'{target}' is missing under 'segments.regular.targets'; "
        f"add '{target}: ...'"
    }


@pytest.mark.parametrize("target", ["churn", "annual_share", "arpa"])
def test_subscriptions_state_every_target_of_plans(target):
    found = problems_of(without(BUSINESS, "segments", "small", "targets", target))

    assert found == {
        f"segments.small.targets.{target}": f"'{target}' is missing under 'segments.small.targets'; add '{target}: ...'"
    }


@pytest.mark.parametrize(
    ("data", "target", "value"),
    [(SHOP, "arpa", "3 CNY per month"), (BUSINESS, "basket", "3 USD"), (BUSINESS, "second_year", "30 %")],
)
def test_a_target_of_the_other_kind_does_not_belong(data, target, value):
    name = next(iter(data["segments"]))
    found = problems_of(merged(data, {"segments": {name: {"targets": {target: value}}}}))
    kind, other = ("orders", "plans") if data is SHOP else ("plans", "orders")

    assert list(found) == [f"segments.{name}.targets.{target}"]
    assert f"'{target}' belongs to a business with {other}, and this one has {kind}" in found.popitem()[1]


def test_the_opening_book_of_subscriptions_has_plans_and_that_of_a_shop_none():
    shares = {"all": {"monthly": "50 %", "annual": "50 %"}}

    assert problems_of(without(BUSINESS, "opening", "plans")) == {
        "opening.plans": "'plans' is missing under 'opening'; add 'plans: ...'"
    }
    assert problems_of(merged(SHOP, {"opening": {"plans": shares}})) == {
        "opening.plans": "here are plans, and the business has orders; take 'plans' out of 'opening'"
    }


def test_base_rates_of_the_other_kind_are_to_be_tuned_again():
    rates = {**SHOP["solved"]["segments"], "regular": BUSINESS["solved"]["segments"]["small"]}
    found = problems_of({**SHOP, "solved": {**SHOP["solved"], "segments": rates}})

    assert found == {
        "solved.segments.regular": "these are no base rates of a business with orders; run 'retention-sim tune' on "
        "the file"
    }


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"renewal": {"alpha": 1, "beta": 2}}, "renewal", "renewals belong to plans"),
        ({"levers": {"annual_plan": {}}}, "levers.annual_plan", "'annual_plan' needs plans"),
        ({"levers": {"prompts": {"eligible": {"plans": ["monthly"]}}}}, "levers.prompts.eligible.plans.0", "per_use"),
        ({"levers": {"recall_campain": {}}}, "levers.recall_campain", "did you mean 'recall_campaign'?"),
        ({"levers": {"discount": {}}}, "levers.discount", "unknown lever 'discount'; known here: custom, annual_plan"),
        ({"behaviour": {"stages": {"lost_after": "40 days"}}}, "behaviour.stages.lost_after", "before they are dorm"),
        ({"behaviour": {"orders": {"basket_shape": 0.1}}}, "behaviour.orders.basket_shape", "below 0.2"),
        ({"behaviour": {"orders": {"leave_total": 0}}}, "behaviour.orders.leave_total", "leave_total is 0"),
        ({"behaviour": {"touches": {"memory": "0 days"}}}, "behaviour.touches.memory", "memory is 0"),
        ({"segments": {"regular": {"targets": {"orders": 1}}}}, "segments.regular.targets.orders", "not above 1"),
        ({"segments": {"regular": {"targets": {"basket": "0 CNY"}}}}, "segments.regular.targets.basket", "nothing"),
        ({"segments": {"regular": {"targets": {"second_year": 0}}}}, "segments.regular.targets.second_year", "0 %"),
        ({"solved": {"segments": {"regular": {"order_leave": 1}}}}, "solved.segments.regular.order_leave", "100 %"),
        ({"solved": {"segments": {"regular": {"use_level": 0}}}}, "solved.segments.regular.use_level", "no rate"),
        ({"channels": {"sms": {"price_thousand": "5 USD"}}}, "channels.sms.price_thousand", "not in CNY"),
        ({"channels": {"fax": {"opt_in": "5 %"}}}, "channels.fax", "unknown key 'fax'; known here: email, push"),
        (
            {"levers": {"prompts": {"channel": "e-mail"}}},
            "levers.prompts.channel",
            "'e-mail' is not known; did you mean 'em",
        ),
        (
            {"levers": {"prompts": {"channel": "fax"}}},
            "levers.prompts.channel",
            "'fax' is not known; known here: email, push",
        ),
        ({"levers": {"prompts": {"per_month": 101}}}, "levers.prompts.per_month", "per_month is above 100"),
        (
            {"levers": {"recall_campaign": {"contacts": 101}}},
            "levers.recall_campaign.contacts",
            "contacts is above 100",
        ),
        ({"channels": {"sms": {"opt_out": "5 %"}}}, "channels.sms.opt_out", "did you mean 'opt_in'?"),
    ],
)
def test_what_a_shop_cannot_have_is_explained(changes, place, words):
    found = problems_of(merged(SHOP, changes))

    assert list(found) == [place]
    assert words in found[place]


def test_all_that_is_wrong_with_a_shop_comes_in_one_go_with_its_place(tmp_path):
    """File, line, column and remedy of what is missing, foreign, out of bounds or unknown."""
    (tmp_path / "shop.yaml").write_text(
        "name: wrong\nmarket: cn_shop\ncurrency: CNY\nstarts: 2026-01-01\nhorizon: 12 months\n"
        "acquisition: {new_customers: 10 per month}\norders: {goods_cost: 55 %, refunds: 8 %, resale: 80 %}\n"
        "segments:\n  all:\n    share: 100 %\n    card: 100 %\n    acquisition_cost: 5 CNY\n"
        "    targets: {activation: 30 %, conversion: 10 %, basket: 90 CNY, orders: 1, arpa: 5 CNY per month}\n"
        "behaviour: {stages: {lost_after: 20 days}}\nlevers: {annual_plan: }\n",
        encoding="utf-8",
    )
    with pytest.raises(ProblemsFound) as found:
        load(tmp_path / "shop.yaml")

    lines = [re.sub(r"^\S+shop\.yaml:", "", str(one)) for one in found.value.problems]
    assert [line.split(": error:")[0] for line in lines] == ["13:5", "13:75", "13:84", "14:34", "15:22"]
    expected = ("'second_year' is missing", "orders: 1 is not", "'arpa' belongs", "lost before", "needs plans")
    assert all(words in line and "; " in line for line, words in zip(lines, expected, strict=True))


def test_a_strategy_may_change_what_orders_cost_but_not_that_there_are_orders():
    base = shop()
    cheaper = shop(orders={"goods_cost": "50 %"}, channels={"sms": {"opt_in": "70 %"}})
    other = base.model_copy(update={"orders": None, "plans": business().plans})

    assert differs_from_baseline(cheaper, base) == []
    assert differs_from_baseline(other, base) == ["plans to orders or back"]
    assert differs_from_baseline(shop(behaviour={"orders": {"customer_shape": 9}}), base) == [
        "behaviour.orders.customer_shape"
    ]


# --- channels ---------------------------------------------------------------------------------------------------------


def test_channels_are_filled_in_whole_or_in_part():
    whole, part = shop().channels, shop(channels={"sms": {"opt_in": "70 %"}, "email": {"price_thousand": "9 CNY"}})

    assert whole.sms.price_thousand == part.channels.sms.price_thousand == Amount(5000, "CNY")
    assert (whole.sms.opt_in, part.channels.sms.opt_in) == (0.5, 0.7)
    assert part.channels.email.price_thousand == Amount(900, "CNY")
    assert resolved(shop())["channels"]["sms"]["price_thousand"]["source"] == "channel_prices_cn"


def test_the_kernel_holds_the_price_of_one_touch():
    """50 CNY a thousand are 5 fen each."""
    channels = kernel_of(shop(), 1)["channels"][0]

    assert channels["price"][Channel.SMS] == pytest.approx(5 * FINE)
    assert channels["opt_in"][Channel.PHONE] == 0.8
    assert len(channels) == len(Channel)


# --- what the model gets ----------------------------------------------------------------------------------------------


def test_the_kernel_of_a_shop():
    scenario = shop()
    kernel = kernel_of(scenario, 1)
    mean = kernel["basket"][0] * math.gamma(1.0 + 1.0 / scenario.behaviour.orders.basket_shape)

    assert kernel["per_use"][0] == 1
    assert kernel["refunds"][0] == 0.08
    assert mean[:2] == pytest.approx([9000, 16_000])
    assert kernel["use_level"][0, :2].tolist() == [0.3, 0.8]
    assert kernel["reason_mix"][0].sum() == pytest.approx(1.0)
    assert not kernel["leave"].any() and not kernel["price"].any()


def test_the_kernel_of_subscriptions_has_nothing_of_a_shop():
    kernel = kernel_of(business(), 1)

    assert kernel["price"][0].tolist() == [3000, 30_000, 0, 0]
    assert kernel["per_use"][0] == 0 and not kernel["basket"].any() and (kernel["use_level"] == 1.0).all()
    assert kernel["leave"][0, :2, : Plan.PER_USE].all() and not kernel["leave"][0, :, Plan.PER_USE].any()
    assert population_of(business(), 1).order_leave is None


def test_what_traits_of_a_shop_are_drawn_from():
    population = population_of(shop(behaviour={"orders": {"leave_total": 5, "customer_shape": 7}}), 1)

    assert population.order_leave.tolist() == [0.25, 0.1]
    assert (population.leave_total, population.customer_shape) == (5.0, 7.0)
    assert population.seats.tolist() == [1.0, 1.0]


def test_the_opening_book_of_a_shop_has_a_line_for_each_segment_and_span():
    cells = opening_cells(shop(), 10.0, 1, 0)

    assert {cell.plan for cell in cells} == {int(Plan.PER_USE)}
    assert [(cell.group.segment, cell.group.count) for cell in cells] == [(0, 288), (0, 192), (1, 192), (1, 128)]


def test_every_lever_says_in_the_kernel_in_which_stages_it_meets_customers():
    for lever in LEVERS:
        levers = {lever.lever_name(): {"eligible": {"stages": ["churned", "growth"]}}}
        record = frame_of(kernel_of(business(levers), 1), lever.lever_name())[0]

        assert record["stages"] == 1 << Stage.CHURNED | 1 << Stage.GROWTH
        assert record["meets"] == sum(1 << stage for stage in lever.meets)


class Recall(Lever):
    """A lever with a rule for stopping."""

    recalling: ClassVar = Recalling("after", "contacts", "spacing", "channel", "offer_valid")
    stop_number: Ratio = choice(0, "Least number.")
    stop_worth: Ratio = choice(0, "Least worth.")
    stop_after: Days = choice("3 months", "When.")
    least_worth: Money = choice("40 CNY", "Worth.")


@pytest.mark.parametrize(
    ("given", "watched", "number", "worth", "month"),
    [
        ({}, 0, 0.0, 0.0, 3),
        ({"stop_number": 30}, 1, 15.0, 0.0, 3),
        ({"stop_worth": 1.5, "stop_after": "10 days"}, 1, 0.0, 6000.0, 1),
        ({"stop_number": 4, "starts": "2 months", "stop_after": "0 days"}, 1, 2.0, 0.0, 2),
        ({"stop_number": 4, "starts": "2 months", "stop_after": "40 days"}, 1, 2.0, 0.0, 4),
    ],
)
def test_the_rule_for_stopping_is_scaled_with_the_sample(given, watched, number, worth, month):
    """A required number is the business's own; a worth is per customer and does not scale."""
    kernel = new_kernel()
    fill_campaign(kernel, Recall.model_validate(given), 0.5)
    campaign = SimpleNamespace(**{name: kernel["campaign"][name][0] for name in kernel["campaign"].dtype.names})

    assert (campaign.watched, campaign.least_number, campaign.least_worth) == (watched, number, worth)
    assert campaign.from_month == month
    assert month * MONTH >= Recall.model_validate(given).starts


def test_a_shop_shows_itself_in_a_notebook():
    shown = shop()._repr_html_()

    for words in ("goods cost 55 % of the value, 8 % are sent back", "160.00 CNY", "orders in 12 months"):
        assert words in shown
