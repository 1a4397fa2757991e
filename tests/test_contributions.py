"""What parts contribute to a combined strategy: Shapley's value by hand, on the same customers, and within bounds."""

from itertools import permutations

import numpy as np
import pytest
from worlds import business

import sim
from sim.study import contributions as module
from sim.study.contributions import Game, contributions, ends, rows_of, subsets

A, B, C = ({"integrations": {"products": 2}}, {"value_reports": {}}, {"community": {"share": "40 %"}})
ALL = A | B | C


def study_of(*strategies, **options):
    """Return a small study of strategies, each with its levers."""
    scenarios = [business(), *(business(levers, name="+".join(levers)) for levers in strategies)]
    return sim.simulate(scenarios, **({"customers": 80, "replications": 2, "seed": 3} | options))


@pytest.fixture(scope="module")
def whole():
    """Return a study that holds a combination of three and none of its parts."""
    return study_of(ALL)


def game(values, names="abc"):
    """Return a game of so many parts, with the values of subsets as one replication's."""
    study = type("Study", (), {"critical": None})()
    known = {frozenset(some): np.array([float(value)]) for some, value in values.items()}
    return Game(study, 1, "profit_npv", {name: frozenset({name}) for name in names}, known)


GLOVES = {"": 0, "a": 0, "b": 0, "c": 0, "ab": 1, "ac": 1, "bc": 0, "abc": 1}
"""One left glove and two right ones: the Shapley value is 2/3, 1/6, 1/6 (a textbook's)."""


def test_shapley_by_the_textbook():
    rows = {row[0]: row for row in rows_of(game(GLOVES))}

    assert [rows[name][7] for name in "abc"] == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert [rows[name][4] for name in "abc"] == [1.0, 0.0, 0.0]  # taken out last
    assert rows["together"][7] == 0.0
    assert rows["together"][1] == rows["whole"][7] == 1.0


def test_shapley_is_the_mean_over_all_orders():
    """Every order written out, for arbitrary values."""
    values = {"": 0, "a": 3, "b": -2, "c": 5, "ab": 4, "ac": 11, "bc": 1, "abc": 7}
    added = {name: [] for name in "abc"}
    for order in permutations("abc"):
        for place, name in enumerate(order):
            before, after = ("".join(sorted(order[:end])) for end in (place, place + 1))
            added[name].append(values[after] - values[before])

    found = [row[7] for row in rows_of(game(values))[:3]]
    assert found == pytest.approx([np.mean(added[name]) for name in "abc"])


def test_without_all_subsets_alone_and_last_stand_for_it():
    """Four parts of which only the ends are known: the mean of both, and what is left is said."""
    values = {"": 0, "a": 1, "b": 2, "c": 3, "d": 4, "bcd": 8, "acd": 7, "abd": 9, "abc": 5, "abcd": 12}
    found = game(values, "abcd")
    rows = {row[0]: row[7] for row in rows_of(found)}

    assert found.method == "first_and_last"
    assert [rows[name] for name in "abcd"] == [2.5, 3.5, 3.0, 5.5]
    assert rows["together"] == 12 - 14.5


def test_two_parts_need_no_simulation(monkeypatch):
    """A study of both and of the two together holds every subset; the shares add up to the whole."""
    study = study_of(A, B, A | B)
    monkeypatch.setattr(module, "simulated", None)
    table = study.contributions(simulate=True)
    differences = [study.difference(number, "profit_npv").interval.mean for number in (1, 2, 3)]

    assert set(table["method"]) == {"shapley"}
    assert list(table["part"]) == ["integrations", "value_reports", "together", "whole"]
    assert list(table["alone"])[:2] == differences[:2]
    assert table["contribution"][:2].sum() == pytest.approx(differences[2])
    assert table["contribution"][0] == pytest.approx((differences[0] + differences[2] - differences[1]) / 2.0)
    assert np.isfinite(table["low"][:2]).all()


def test_simulated_subsets_meet_the_same_customers(whole):
    """The whole comes out as in the study, to the bit; three parts make eight scenarios."""
    table = whole.contributions("+".join(ALL), simulate=True)
    last = table.iloc[-1]

    assert set(table["method"]) == {"shapley"}
    assert last["contribution"] == whole.difference(1, "profit_npv").interval.mean
    assert set(table["customers"]) == {80} and set(table["replications"]) == {2}
    assert list(table["part"]) == [*sorted(ALL), "together", "whole"]


def test_simulation_is_bounded(whole, monkeypatch):
    """Fewer replications, then fewer customers; more parts than subsets allow are taken alone and out last."""
    asked = []
    monkeypatch.setattr("sim.study.api.run_study", lambda design, jobs: asked.append(design) or whole)
    monkeypatch.setattr(module, "MOST_LIVES", 8 * 100)
    monkeypatch.setattr(module, "MOST_SUBSETS", 7)
    with pytest.raises(ValueError, match="does not hold each part"):
        contributions(whole, "+".join(ALL), simulate=True)

    assert len(asked[0].scenarios) == 8 == len(list(ends(frozenset(ALL))))
    assert asked[0].customers * asked[0].replications * 8 <= 800
    assert asked[0].seed == whole.design.seed


def test_subsets_pull_what_they_say(whole):
    found = module.game_of(whole, 1, "profit_npv")
    pulled = [set(found.with_parts(some).all_levers()) for some in subsets(frozenset(ALL))]

    assert pulled == [set(some) for some in subsets(frozenset(ALL))]


def test_what_cannot_be_told_is_refused(whole):
    name = "+".join(ALL)
    with pytest.raises(ValueError, match="no strategy of this study pulls the levers of others"):
        whole.contributions()
    with pytest.raises(ValueError, match=r"does not hold each part of .* write simulate=True"):
        whole.contributions(name)
    with pytest.raises(ValueError, match="metric='happiness' is not known"):
        whole.contributions(name, metric="happiness")
    with pytest.raises(ValueError, match="no strategy of this study has the name 'x'"):
        whole.contributions("x")
    with pytest.raises(ValueError, match="pulls no two levers"):
        study_of(A, customers=20).contributions("integrations")
