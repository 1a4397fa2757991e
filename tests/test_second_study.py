"""Figures of studies as in the second writing: money at business scale, after the horizon too, and paired intervals."""

from collections import defaultdict

import numpy as np
import pytest
from second_study import (
    GAINED,
    LOST,
    NEITHER,
    SAME,
    Business,
    interval,
    kept_difference,
    of_sums,
    relative,
    split,
    variance_factor,
)
from test_second_rules import BUSY, BUSY_SHOP, OFFERS
from worlds import ROOT, TEAM, business, for_a_shop, shop

from sim.scenario.load import load
from sim.study.api import make_design, run_study

REPLICATIONS = 3
PARTS = (SAME, GAINED, LOST, NEITHER, "shared")
SPLIT = ("revenue", "cash", "profit", "profit_npv", "residual_value")
"""Totals that must come with their parts."""


class Compared:
    """A study, and the same from its event logs: [scenario][replication]."""

    def __init__(self, scenarios, customers, replications=REPLICATIONS):
        self.design = make_design(scenarios, customers=customers, replications=replications, seed=3)
        pieces = defaultdict(list)

        def keep(number, replication, piece):
            pieces[number, replication].append(piece.copy())

        self.study = run_study(self.design, keep=keep)
        self.second = [
            [Business(scenario, scenarios[0], self.design.scale, np.concatenate(pieces[number, replication]))
             for replication in range(replications)]
            for number, scenario in enumerate(self.design.scenarios)
        ]  # fmt: skip
        self.figures = [[business.figures() for business in line] for line in self.second]


TOTALS = ("cash", "revenue", "contribution", "profit", "profit_npv", "lever_cost", "lever_cost_npv")
"""Figures that are sums: those of all replications together are the mean of each replication's."""
NEVER_NEGATIVE = ("revenue", "lever_cost", "lever_cost_npv")
"""Those whose intervals end at nothing, where they would go below."""


def close(one, other, most=1e-6):
    return other == pytest.approx(one, rel=1e-9, abs=most, nan_ok=True)


def check(compared):
    """Every figure in every replication, every interval, every part of every difference."""
    study = compared.study
    for name in compared.figures[0][0]:
        expected = [[found[name] for found in line] for line in compared.figures]
        most = max(second.rounding(name) for line in compared.second for second in line) if name == "clv" else 1e-6
        assert close(np.array(expected), study.values[name], most), name
        if name not in TOTALS:
            continue
        for number, values in enumerate(study.values[name]):  # agreed upon to the last digit but one
            found = study.metric(number, name)
            mean, low, high = interval(values)
            low = 0.0 if name in NEVER_NEGATIVE and low < 0.0 else low
            assert close((mean, low, high), (found.mean, found.low, found.high)), name
            check_difference(compared, number, name)


def check_difference(compared, number, name):
    """The paired interval, what it is relative to, and the parts by who pays where."""
    found, before, after = compared.study.difference(number, name), *compared.study.values[name][[0, number]]
    bounds = found.interval
    assert close(interval(after - before), (bounds.mean, bounds.low, bounds.high)), name
    share = found.relative
    assert close(relative(before, after), (share.mean, share.low, share.high)), name
    assert close(variance_factor(before, after), found.variance_factor), name
    if found.same is None:
        assert name not in SPLIT
        return
    pairs = list(zip(compared.second[0], compared.second[number], strict=True))
    parts = [split(*pair, name) for pair in pairs]
    most = max(1e-6, *(one.rounding(name) + other.rounding(name) for one, other in pairs))
    for part in PARTS:
        assert close(np.mean([one[part] for one in parts]), getattr(found, part), most), (name, part)


def check_kept(compared):
    """The difference in customers kept for a year, among those who pay under both."""
    for number in range(1, len(compared.second)):
        pairs = zip(compared.second[0], compared.second[number], strict=True)
        found = compared.study.kept_difference(number)
        more, seen = zip(*(kept_difference(*pair) for pair in pairs), strict=True)
        assert close(of_sums(more, seen), (found.mean, found.low, found.high))


def check_table(compared):
    """What a person sees in ``compare()`` is that, too."""
    table = compared.study.compare().set_index(["scenario", "metric"])
    for number, name in enumerate(compared.study.scenarios[1:], start=1):
        for metric in ("profit_npv", "revenue", "cash"):
            before, after = ([found[metric] for found in compared.figures[side]] for side in (0, number))
            row = table.loc[(name, metric)]
            assert close(interval(np.subtract(after, before)), (row.difference, row.low, row.high)), metric
            assert close(sum(row[part] for part in PARTS), row.difference), metric


COSTLY = {
    "guided_onboarding": {"team": TEAM, "fixed_cost": "700 {currency}", "monthly_cost": "90 {currency}"},
    "integrations": {"starts": "5 months", "ends": "25.5 months", "connects": "20 % per month"},
    "loyalty_points": {"starts": "70 days", "monthly_cost": "35 {currency}"},
    "membership_club": {"member_from": "40 {currency}"},
    "prompts": {"per_month": 4},
    "variable_rewards": {},
    "referral_programme": {"refers": "3 % per month"},
}
"""What levers cost whoever uses them, with windows and a team, and what single events cost."""


def costly(currency):
    return {name: {key: text.format(currency=currency) if isinstance(text, str) else text
                   for key, text in lever.items()} for name, lever in COSTLY.items()}  # fmt: skip


def test_a_business_of_subscriptions_is_valued_and_compared_as_described():
    """Offers against nothing, then with levers that have costs of their own; the business has a fixed cost."""
    busy = BUSY | {"costs": {"overhead": "1200 USD", "discount_rate": "17 %"}}
    base, offers = business({}, **busy), business(OFFERS, **busy, name="offers")
    compared = Compared([base, offers, business(costly("USD"), **busy, name="costly")], 35)
    check(compared)
    check_kept(compared)
    check_table(compared)


def test_a_shop_is_valued_and_compared_as_described():
    busy = BUSY_SHOP | {"costs": {"overhead": "300 CNY"}}
    compared = Compared([shop({}, **busy), shop(for_a_shop(costly("CNY")), **busy, name="costly")], 35)
    check(compared)


SHIPPED = [
    ("baseline", "all_five"), ("app/baseline", "app/annual_first"), ("shop/baseline", "shop/both"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("names", SHIPPED, ids=lambda names: names[1].replace("/", "-"))
def test_shipped_businesses_are_valued_and_compared_as_described(names):
    compared = Compared([load(ROOT / "scenarios" / f"{name}.yaml") for name in names], 200, replications=3)
    check(compared)
    check_kept(compared)
