"""What levers cost whoever uses them: when they begin, while they run, and after the horizon."""

import pytest
from worlds import business

from sim.core.events import Team
from sim.study.design import lever_costs_by_month, wages_by_month

CENTS = 100
TEAM = {"agents": 2, "wage": "5000 USD"}
BUILT = {"products": 3, "build_cost": "700 USD", "running_cost": "50 USD"}


def costs(levers, months=3, valued=5):
    """Return what levers cost by month, in whole money."""
    return (lever_costs_by_month(business(levers), months, valued) / CENTS).tolist()


def test_products_are_built_once_and_kept_up_every_month():
    """3 products at 700 to build and 50 a month, from the second month on, also after the horizon."""
    assert [0, 2100 + 150, 150, 150, 150] == costs({"integrations": {**BUILT, "starts": "1 month"}})


def test_fixed_and_monthly_costs_come_on_top():
    """400 when it begins and 30 a month."""
    assert [400 + 30, 30, 30, 30, 30] == costs({"prompts": {"fixed_cost": "400 USD", "monthly_cost": "30 USD"}})


def test_a_lever_that_ends_costs_no_more():
    """Inside the horizon, at it, and after it."""
    for ends, expected in (("2 months", 2), ("3 months", 3), ("4 months", 4)):
        assert [30] * expected + [0] * (5 - expected) == costs({"prompts": {"ends": ends, "monthly_cost": "30 USD"}})


def test_what_is_for_prospects_stops_with_the_horizon():
    """Nobody new comes after it; a recall desk goes on, as those who left are still there."""
    onboarding = {"guided_onboarding": {"team": TEAM, "monthly_cost": "100 USD"}}
    recall = {"recall_campaign": {"team": TEAM, "monthly_cost": "100 USD"}}

    assert [10_100] * 3 + [0, 0] == costs(onboarding)
    assert [10_100] * 5 == costs(recall)


def test_wages_are_told_by_kind_of_team():
    """Each kind alone; together they are in the levers' costs."""
    levers = {"guided_onboarding": {"team": TEAM}, "recall_campaign": {"team": {**TEAM, "agents": 1}}}
    wages = {kind: (wages_by_month(business(levers), 2, kind) / CENTS).tolist() for kind in Team}

    assert {Team.ONBOARDING: [10_000, 10_000], Team.RECALL: [5000, 5000], Team.SUCCESS: [0, 0]} == wages
    assert [15_000, 15_000, 15_000, 5000, 5000] == costs(levers)


def test_a_lever_that_begins_after_the_horizon_costs_what_it_costs_to_run():
    """Its beginning is outside what is reported; what it does then is not free."""
    assert [0, 0, 0, 0, pytest.approx(150)] == costs({"integrations": {**BUILT, "starts": "4 months"}})
