"""Bills, retries, ends and refunds as in a second writing of the rules: in shipped scenarios, in random ones."""

import ast
from collections import Counter

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some
from second_bills import Bills
from second_calendar import Calendar
from second_leaving import Leaving
from second_orders import wrong_orders
from second_refunds import Refunds
from second_world import World, stories
from test_random_scenarios import BEHAVIOUR, inside, settings_of, with_currency
from worlds import ROOT, business, for_a_shop, log_of, merged, own, recall, shop, world_of

from sim.core.events import Event, Plan
from sim.engines.opening import BookNotReached
from sim.levers import BY_NAME
from sim.scenario.load import load
from sim.scenario.problems import ProblemsFound

RULES = (Bills, Calendar, Leaving, Refunds)
SHIPPED = sorted(
    file for folder in ("scenarios", "scenarios/app", "scenarios/shop", "scenarios/more")
    for file in (ROOT / folder).glob("*.yaml")
)  # fmt: skip
BASELINES = [ROOT / "scenarios" / folder / "baseline.yaml" for folder in ("", "app", "shop")]


def mistakes(scenario, log):
    """Return what a log has that the second writing has not, or the other way round; how much each rule looked at."""
    found, looked_at, world = [], Counter(), World(scenario)
    for rows in stories(log).values():
        for rule in RULES:
            reader = rule(world, rows)
            found += [f"{rule.__name__}: {wrong}" for wrong in reader.check()]
            looked_at[rule.__name__] += reader.checked
            looked_at["ambiguous"] += getattr(reader, "ambiguous", 0)
    return found, looked_at


def agrees(scenario, customers, **design):
    """Check a scenario's log; return how much each rule looked at."""
    found, looked_at = mistakes(scenario, log_of(world_of(scenario, customers=customers, **design)))

    assert found == []
    return looked_at


def test_the_second_writing_takes_nothing_from_the_first():
    """Neither from the rules nor from the ledger."""
    files = sorted((ROOT / "tests").glob("second_*.py"))
    imported = {
        name
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else
                     [alias.name for alias in node.names] if isinstance(node, ast.Import) else [])
    }  # fmt: skip

    assert len(files) > 5
    assert "sim.core.events" in imported
    assert not {name for name in imported if name.startswith(("sim.model", "sim.analysis", "sim.engines"))}
    assert not any("importlib" in file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("file", BASELINES, ids=lambda file: file.parent.name)
def test_each_business_bills_as_described(file):
    looked_at = agrees(load(file), 400)

    assert sum(looked_at.values()) > (40 if file.parent.name == "shop" else 1000)


@pytest.mark.slow
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_shipped_scenario_bills_as_described(file):
    agrees(load(file), 1500)


# --- scenarios in which much happens --------------------------------------------------------------------------------

PACE = {
    "leaving": {"resume": "10 % per month", "attention": "60 %"},
    "payment": {"fails": "30 %"},
    "returning": {"within_year": "60 %"},
    "deals": {"oversold": "40 %"},
}
HORIZON = {"horizon": "24 months", "residual": "6 months"}
SEATS = {"add_seats": "3 % per month", "drop_seats": "3 % per month"}
BUSY = HORIZON | {
    "behaviour": PACE,
    "segments": {"small": SEATS, "large": SEATS},
    "promotions": [{"month": "2026-05", "lift": "50 %", "discount": "20 %"}],
}
BUSY_SHOP = HORIZON | {
    "behaviour": {"returning": PACE["returning"], "stages": {"dormant_after": "12 days", "lost_after": "60 days"}},
    "orders": {"cancels": "10 %", "cancel_fee": "40 %"},
}
OFFERS = {
    "annual_plan": {"again_after": 2, "later_take_up": "30 %", "share": "70 %", "offered_to": "60 %"},
    "prepaid_years": {"take_up": "30 %"},
    "welcome_offer": {"share": "80 %", "ends": "20 months"},
    "cancel_flow": {"matched": "35 %", "unmatched": "35 %"},
    "use_cases": {"finds": "20 % per month"},
    "recall_campaign": recall("USD", discount="30 %", benefit="40 %", contacts=6, spacing="5 days", share="80 %"),
    "flexible_terms": {"share": "50 %"},
}


def test_everything_at_once_is_billed_as_described():
    """All levers that change what is asked or paid back; hardly a bill is left open by what the log does not tell."""
    looked_at = agrees(business(OFFERS, **BUSY), 420)

    assert min(looked_at[rule.__name__] for rule in RULES) > 100
    assert looked_at["ambiguous"] < 0.15 * looked_at["Bills"]


ALWAYS_SAVED = {"offers": "discount", "matched": "100 %", "unmatched": "100 %", "need_gone": 1}


def test_who_changes_to_a_year_keeps_the_rest_of_his_discount_and_no_more():
    """Three months of a discount, of which the bills by the month have taken their part, are a share of the year's."""
    levers = {
        "annual_plan": {"again_after": 3, "later_take_up": "100 %", "take_up": "0 %"},
        "cancel_flow": ALWAYS_SAVED | {"discount_months": 6},
    }
    looked_at = agrees(business(levers, **BUSY), 300)

    assert looked_at["Bills"] > 500


def test_a_request_passes_on_until_nothing_is_left_that_was_acted_on():
    """Of customers who act at once on whatever they want to leave for, and change their minds as readily."""
    at_once = {"leaving": {"attention": "100 %", "resume": "40 % per month"}, "investment": {"holds": "0 %"}}
    looked_at = agrees(business({}, **merged(BUSY, {"behaviour": at_once})), 400)

    assert looked_at["Leaving"] > 3000


def test_who_asks_while_a_charge_is_tried_again_is_gone_at_the_next_retry():
    """Whatever the terms: the year that he could give back is over."""
    often = {"payment": {"fails": "90 %", "recovered": "10 %", "last_retry": "28 days"}}
    rates = {name: {"leave": {"monthly": "9 % per month", "annual": "9 % per month"}} for name in ("small", "large")}
    levers = {"annual_plan": {"take_up": "100 %", "discount": "30 %"}, "flexible_terms": {"share": "70 %"}}
    scenario = business(levers, **HORIZON, behaviour=often, solved={"segments": rates})
    log = log_of(world_of(scenario, customers=800))
    found, _ = mistakes(scenario, log)

    assert found == []
    assert len(asked_while_tried_again(log)) > 2


def asked_while_tried_again(log):
    """Return who has asked to cancel a year or more while its charge was being tried again."""
    found, failed = set(), {}
    for row in (row for rows in stories(log).values() for row in rows if row.plan in (Plan.ANNUAL, Plan.PREPAID)):
        if row.event == Event.REQUESTED and failed.get(row.customer):
            found.add(row.customer)
        elif row.event in (Event.CHARGE_FAILED, Event.PAID, Event.ENDED):
            failed[row.customer] = row.event == Event.CHARGE_FAILED
    return found


def test_nobody_is_trapped_while_the_subscription_rests():
    """What was paid is over; other wishes to leave may still stand."""
    levers = {
        "annual_plan": {"take_up": "80 %", "discount": "30 %"},
        "cancel_flow": ALWAYS_SAVED | {"offers": "pause"},
    }
    slow = {"leaving": {"attention": "20 %", "resume": "1 % per month"}, "saves": {"pause": "6 months"}}
    looked_at = agrees(business(levers, behaviour=slow, horizon="30 months"), 300)

    assert looked_at["Leaving"] > 1000


def test_a_discount_does_not_come_back_after_ten_years():
    """Of who is kept by a discount for three months and stays for fourteen years."""
    rates = {name: {"leave": {"monthly": "1 % per month", "annual": "1 % per month"}} for name in ("small", "large")}
    years = {"horizon": "110 months", "residual": "60 months", "solved": {"segments": rates}}
    looked_at = agrees(business({"cancel_flow": ALWAYS_SAVED}, **years, behaviour={"payment": {"fails": "0 %"}}), 150)

    assert looked_at["Bills"] > 3000


def test_orders_come_back_and_end_as_described():
    levers = {"flexible_terms": {"share": "50 %"}}
    looked_at = agrees(shop(levers, **BUSY_SHOP), 600)

    assert looked_at["Refunds"] > 500


def test_orders_ask_what_promotions_and_the_welcome_offer_leave():
    """Of an offer that changes nothing but the price: neither who comes nor who converts."""
    levers = {"welcome_offer": {"converts": 0, "attracts": 0, "threshold": "90 CNY", "share": "70 %"}}
    promotions = [{"month": month, "lift": "0 %", "discount": "20 %"} for month in ("2026-05", "2026-09")]
    cheap = shop(levers, **BUSY_SHOP, promotions=promotions)
    world, wrong, cheaper = World(cheap), [], 0
    rows, listed = (stories(log_of(world_of(one, customers=300))) for one in (cheap, shop({}, **BUSY_SHOP)))
    for customer in rows.keys() & listed.keys():
        found, taken_off = wrong_orders(world, rows[customer], listed[customer])
        wrong, cheaper = wrong + found, cheaper + taken_off

    assert rows.keys() == listed.keys()
    assert wrong == []
    assert cheaper > 200


PERCENT = some.sampled_from(["0 %", "7 %", "12.5 %", "33.3 %", "60 %"])
MONTHS = some.sampled_from([1, 3, 12, 14, 30])
WRITTEN = {
    "annual_plan": {"discount": PERCENT, "again_after": some.sampled_from([0, 1, 3]),
                    "later_take_up": some.just("50 %"), "offered_to": some.sampled_from(["40 %", "100 %"])},
    "prepaid_years": {"discount": PERCENT, "years": some.sampled_from([1, 2, 3]), "take_up": some.just("40 %")},
    "welcome_offer": {"discount": PERCENT, "months": MONTHS},
    "cancel_flow": {"offers": some.sampled_from(["matched", "discount", "pause", "downgrade"]), "cut": PERCENT,
                    "discount": PERCENT, "discount_months": MONTHS, "matched": some.just("60 %")},
    "use_cases": {"finds": some.just("30 % per month")},
    "recall_campaign": {"discount": PERCENT, "offer_months": MONTHS,
                        "offer_valid": some.sampled_from(["2 days", "40 days"])},
    "flexible_terms": {"fee": some.sampled_from(["0 %", "12.5 %", "100 %"]), "late": PERCENT},
}  # fmt: skip
"""Of the levers that change what is asked or paid back, what the ranges of ``settings_of`` do not draw."""
OWN_PRICES = some.fixed_dictionaries({}, optional={
    "dearer": some.just(own("list_price", "multiply", 1.117)),
    "let go": some.just(own("exit_refund", "add", 1.45, share="50 %")),
    "keep some": some.just(own("order_fee", "add", 0.15)),
})  # fmt: skip
PRICES = {"monthly": {"price": "29.99 USD per month"}, "annual": {"price": "311.13 USD per year"}}
NUMBERS = [one for one in BEHAVIOUR if one[0] != "reasons"]
"""What reasons add up to is another test's; here a scenario should hold."""


@some.composite
def busy_scenarios(draw):
    """Levers that change what is asked, others too; seats come and go, there is a promotion, many leave."""
    make, currency = draw(some.sampled_from([(business, "USD"), (business, "USD"), (shop, "CNY")]))
    names = draw(some.lists(some.sampled_from(list(WRITTEN)), unique=True, min_size=3))
    names += draw(some.lists(some.sampled_from(sorted(BY_NAME.keys() - WRITTEN.keys())), unique=True, max_size=3))
    levers = {name: draw(settings_of(BY_NAME[name])) | draw_all(draw, WRITTEN.get(name, {})) for name in names}
    if "recall_campaign" in levers:
        levers["recall_campaign"] |= recall(currency)
    custom = draw(OWN_PRICES)
    behaviour = {group: {one.name: draw(inside(one))} for group, one in draw(some.lists(some.sampled_from(NUMBERS)))}
    levers = {name: with_currency(lever, currency) for name, lever in levers.items()}
    custom.pop("let go" if make is shop else "keep some", None)
    levers = for_a_shop(levers) if make is shop else levers
    levers = {name: reaching(lever, make) for name, lever in levers.items()}
    busy = BUSY | {"plans": PRICES} if make is business else BUSY_SHOP
    return make(levers | {"custom": custom}, **merged(busy, {"behaviour": behaviour, "horizon": "15 months"}))


def draw_all(draw, strategies):
    return {name: draw(strategy) for name, strategy in strategies.items()}


def reaching(lever, make):
    """Leave out whom a lever may reach by names that the business does not have."""
    unknown = ("segments", "plans") if make is shop else ()
    whom = {name: value for name, value in lever.get("eligible", {}).items()
            if name not in unknown and "per_use" not in value}  # fmt: skip
    return lever | {"eligible": whom} if "eligible" in lever else lever


@given(data=some.data())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_scenarios_are_billed_as_described(data):
    check_random(data)


@pytest.mark.slow
@given(data=some.data())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_many_random_scenarios_are_billed_as_described(data):
    check_random(data)


def check_random(data):
    """Draw a scenario; draw again where its numbers contradict one another."""
    try:
        scenario = data.draw(busy_scenarios())
        log = log_of(world_of(scenario, customers=70))
    except (ProblemsFound, BookNotReached):
        assume(False)
    found, _ = mistakes(scenario, log)

    assert found == []
