"""Bills, retries, ends and refunds as in a second writing of the rules: in shipped scenarios, in random ones."""

import ast
from collections import Counter

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some
from second_bills import Bills
from second_calendar import Calendar
from second_leaving import Leaving
from second_refunds import Refunds
from second_world import World, stories
from test_random_scenarios import scenarios
from worlds import ROOT, business, log_of, merged, recall, shop, world_of

from sim.engines.opening import BookNotReached
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
    looked_at = agrees(load(file), 1500)

    assert sum(looked_at.values()) > 1000


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
    looked_at = agrees(business(OFFERS, **BUSY), 600)

    assert min(looked_at[rule.__name__] for rule in RULES) > 100
    assert looked_at["ambiguous"] < 0.15 * looked_at["Bills"]


def test_orders_come_back_and_end_as_described():
    levers = {"flexible_terms": {"share": "50 %"}}
    looked_at = agrees(shop(levers, **BUSY_SHOP), 600)

    assert looked_at["Refunds"] > 500


@some.composite
def busy_scenarios(draw):
    """Any levers and numbers, seats that come and go, a promotion, ends soon enough to be seen."""
    make, levers, behaviour = draw(scenarios())
    extra = BUSY if make is business else BUSY_SHOP
    return make(levers, **merged(dict(extra), {"behaviour": behaviour, "horizon": "15 months"}))


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
        log = log_of(world_of(scenario, customers=100))
    except (ProblemsFound, BookNotReached):
        assume(False)
    found, _ = mistakes(scenario, log)

    assert found == []
