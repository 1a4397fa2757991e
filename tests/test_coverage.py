"""Every item of the texts that the project grew from has a home that exists, and what it names moves what it says."""

import os
import re
import sys
from pathlib import Path

import pytest
from worlds import ROOT

sys.path.insert(0, str(ROOT / "docs"))

from coverage_items import TYPES, Item, declared_at, exists, items, split
from experiments.findings import SURE
from movements import case_of, changes, is_known, movement, range_of

from sim.levers import BY_NAME

COUNTS = {"000": 36, "001": 39, "002": 23, "003": 38, "004": 79}
CONTEXT = {"000-X", "001-X", "002-N", "003-X"}
"""Page noise and examples of brands, beside the numbered items."""

EVIDENCE = Path(os.environ.get("RETENTION_SIM_EVIDENCE", ROOT.parent / "shared" / "evidence")) / "EVIDENCE.md"
QUICK = ("000-05", "000-35", "001-12", "002-20", "003-15", "003-18", "003-30", "004-76")
"""Movements looked at in the default run."""

ITEMS = items()
MOVING = [item for item in ITEMS if item.parameter]

# --- homes ----------------------------------------------------------------------------------------------------------


def test_all_items_are_there():
    expected = {f"{seed}-{number:02d}" for seed, count in COUNTS.items() for number in range(1, count + 1)}

    assert len(expected) == 215
    assert sorted(expected | CONTEXT) == [item.id for item in ITEMS]
    assert {item.id for item in ITEMS if item.type == "X"} == CONTEXT


@pytest.mark.skipif(not EVIDENCE.is_file(), reason="the checklist of the texts is not beside the repository")
def test_the_list_is_that_of_the_checklist():
    """The same ids and types, and a visible J or S wherever the checklist knows no evidence."""
    rows = re.findall(r"^\| (00\d-\w+) \| ([\w/]+) \| .* \| (.*) \|$", EVIDENCE.read_text("utf-8"), re.MULTILINE)
    types = {name: type_ for name, type_, _ in rows}
    doubted = {name for name, _, evidence in rows if "†" in evidence or evidence.strip() == "–"} - CONTEXT

    assert len(rows) == len(ITEMS)
    assert types.keys() == {item.id for item in ITEMS}
    assert {item.id: item.type for item in ITEMS if item.type not in types[item.id]} == {}
    assert {item.id for item in ITEMS if not item.grade} & doubted == set()


def test_an_item_is_complete():
    complete = [item for item in ITEMS if item.item.endswith(".") and item.homes and item.grade in ("", "J", "S")]

    assert [item.id for item in ITEMS if item not in complete or item.type not in TYPES] == []


def test_every_home_exists():
    missing = {item.id: [home for home in item.homes if not exists(home)] for item in ITEMS}

    assert {name: homes for name, homes in missing.items() if homes} == {}


def test_only_noise_and_rules_of_conduct_are_context_alone():
    """A context says why nothing is simulated: not enough for mechanism, lever, metric, number or state."""
    alone = {item.id for item in ITEMS if all(split(home)[0] == "context" for home in item.homes)}

    assert {item.id for item in ITEMS if item.type in "MLKNS"} & alone == set()


def test_every_lever_is_at_home_in_some_item():
    """All but what only the evidence asks for: failed payments are no item of the texts."""
    homes = {place for item in ITEMS for kind, place in map(split, item.homes) if kind == "lever"}

    assert set(BY_NAME) - homes == {"payment_recovery"}


@pytest.mark.parametrize("home", [
    "lever magic", "parameter behaviour.use.magic", "parameter behaviour.magic.habit_gain", "metric magic",
    "event MAGIC", "rule sim.model.habit.magic", "rule sim.magic.build_habit", "table study.magic", "table funnel",
    "doc docs/magic.md#grades", "doc docs/parameters.md#magic", "doc docs/parameters.md", "context:", "magic",
])  # fmt: skip
def test_a_home_that_does_not_exist_is_found_out(home):
    assert not exists(home)


# --- what moves what ------------------------------------------------------------------------------------------------


def test_mechanisms_and_levers_name_what_moves_what():
    """And no other item does."""
    assert [item.id for item in ITEMS if bool(item.parameter) != (item.type in "ML")] == []
    assert [item.id for item in MOVING if not is_known(item.event) or item.direction not in ("+", "-")] == []


def test_the_ends_are_the_declared_ones():
    """An item gives ends of its own only where the parameter declares no range."""
    for item in MOVING:
        parameter = declared_at(item.parameter)

        assert parameter is not None, item.id
        assert bool(item.ends) == (parameter.low is None and parameter.market is None), item.id
        assert len(set(range_of(item))) == len(set(changes(item))) == 2, item.id


def cases():
    """One case for all items that look at the same thing, those of the same two scenarios in a row."""
    found = {}
    for item in MOVING:
        found.setdefault(case_of(item), []).append(item)
    for case in sorted(found):
        names = [item.id for item in found[case]]
        marks = () if set(names) & set(QUICK) else pytest.mark.slow
        yield pytest.param(found[case][0], id=",".join(names), marks=marks)


@pytest.mark.parametrize("item", list(cases()))
def test_the_parameter_moves_the_event(item):
    found = movement(item)
    print(f"{item.parameter}: {found.shown()}, z {found.z:+.1f}")

    assert found.z * {"+": 1.0, "-": -1.0}[item.direction] > SURE


def test_a_parameter_that_does_nothing_is_found_out():
    """Touches that nobody permits, and the permission of a channel that nobody uses."""
    idle = Item("idle", "L", "", (), "channels.sms.opt_in", "TOUCHED", "+", under={"levers": {"prompts": {}}})

    assert movement(idle).z == 0.0
