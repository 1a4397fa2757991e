"""Product releases: they come at a rhythm, and help those whose novelty is gone and who have no habit yet."""

import math

import pytest
from by_hand import paying_at_once, prospects, quiet_kernel, watch
from one_lever import ask, met_by, under
from worlds import business

from sim.core.customer import Clock, new_buffer
from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.model import habit, months
from sim.model.behaviour import Behaviour
from sim.study.design import lever_costs_by_month

NO_EFFECT = {"renews": "0 %", "deepens": "0 %"}
STRONG = {"per_month": 1, "renews": "80 %", "deepens": "40 %"}
OWN_EVENTS = ()
EVERY_FOURTH = {"per_month": 0.25, "renews": "30 %", "deepens": "10 %"}


@pytest.mark.parametrize("per_month, expected", [
    (0.25, [4, 8, 12]), (1 / 3, [3, 6, 9, 12]), (0.5, [2, 4, 6, 8, 10, 12]), (1, list(range(1, 13))), (0, []),
    (0.4, [3, 5, 8, 10]),
])  # fmt: skip
def test_releases_come_at_a_rhythm(per_month, expected):
    """The n-th at the start of the month in which n of them have had their time."""
    settings = {"per_month": per_month, "renews": "30 %"}
    shares = [ask("product_releases", Hook.NOVELTY, 0.0, settings, month=month) for month in range(1, 13)]

    assert expected == [month for month, share in enumerate(shares, 1) if share > 0.0]
    assert max(shares) in (0.0, 0.3)


def strength_after(novelty, habit_now, *, month=4, **fields):
    """Return how a customer's use stands (S of habit and novelty) after a month start, with the lever and without."""
    kernel, found = under({"product_releases": EVERY_FOURTH}), []
    for names in (("product_releases",), ()):
        usual = {"stage": Stage.GROWTH, "value": 0.5, "satisfaction": 0.7, "now": month * MONTH, "month": month}
        customers = prospects(1, **(usual | {"novelty": novelty, "habit": habit_now} | fields))
        c = met_by(customers, *names)[0]
        c.novelty_at = c.habit_at = c.last_use = c.now
        c.began = 0.0
        months.renew(c, kernel[0], new_buffer()[0])
        habit.open_cell(c, kernel[0])
        found.append((float(c.use_strength), float(c.value)))
    return found


def test_a_release_helps_whose_novelty_is_gone_and_no_newcomer():
    """Use of those without habit to whom nothing is new more than doubles; of a newcomer it stays to the bit.

    And of those who come by habit it hardly moves. One factor on use would move all three alike.
    """
    gone, new, used_to = (strength_after(*state) for state in ((0.0, 0.1), (1.0, 0.1), (0.0, 0.8)))

    assert gone[0][0] > 2.0 * gone[1][0]
    assert new[0][0] == new[1][0]
    assert 1.0 < used_to[0][0] / used_to[1][0] < 1.05


def test_between_releases_and_asleep_nothing_is_new():
    assert strength_after(0.0, 0.1, month=5)[0] == strength_after(0.0, 0.1, month=5)[1]
    assert strength_after(0.0, 0.1, stage=Stage.DORMANCY)[0] == strength_after(0.0, 0.1, stage=Stage.DORMANCY)[1]


@pytest.mark.parametrize("activated, expected", [(0, 0.5), (1, 0.55)])
def test_deeper_features_are_of_value_to_those_who_know_the_core(activated, expected):
    """A tenth of the way to full."""
    assert expected == pytest.approx(strength_after(0.0, 0.5, activated=activated)[0][1])


def test_what_is_new_fades_again():
    """Novelty of somebody who signed up long ago: back to new by .3 at each release, gone by then before the next."""
    awake = paying_at_once(quiet_kernel(stages={"dormant_after": 1e4}))
    kernel, fades, seen = under({"product_releases": EVERY_FOURTH}, awake), Behaviour().use.novelty, []
    for kind, c in watch(prospects(1), kernel, 9.5 * MONTH):
        if kind == Clock.GRID and c.now == c.month * MONTH:
            seen.append((int(c.month), c.novelty * math.exp((c.novelty_at - c.now) / fades)))
    left = math.exp(-4 * MONTH / fades)
    first = left + 0.3 * (1.0 - left)
    now = dict(seen)

    assert first == pytest.approx(now[4], rel=1e-9)
    assert first * math.exp(-2 * MONTH / fades) == pytest.approx(now[6], rel=1e-9)
    assert first * left + 0.3 * (1.0 - first * left) == pytest.approx(now[8], rel=1e-9)


def test_releases_cost_by_their_number():
    """Spread over the months: a quarter of one a month."""
    lever = {"per_month": 0.25, "release_cost": "4000 USD"}

    assert [100_000] * 3 == lever_costs_by_month(business({"product_releases": lever}), 3, 3).tolist()
