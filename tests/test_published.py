"""Every line of docs/experiments.md holds: the same experiments, the same seed, the same verdicts."""

import re
import sys

import pytest
from worlds import ROOT

import sim

sys.path.insert(0, str(ROOT / "docs"))

from experiments.findings import Figure
from mechanisms_page import grades
from published.comparing import Compared, Outcome, Verdict
from published_page import ORDER, row_of

QUICK = ("onboarding", "trials", "ladders", "gym", "five_points")
PAGE = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")
LINES = {int(line[1]): line[0] for line in re.finditer(r"^\| (\d+)\. .*$", PAGE, re.MULTILINE)}


@pytest.mark.parametrize(
    "experiment",
    [pytest.param(one, marks=() if one.name in QUICK else pytest.mark.slow, id=one.name) for one in ORDER],
)
def test_the_page_says_what_comes_out(experiment):
    outcome = experiment.run(experiment.customers)
    for line in outcome.compared:
        print(f"{line.ours.shown()} ({line.published}): {line.verdict.value}")

    assert f"**{outcome.verdict.value}**" in LINES[experiment.number]
    for line in outcome.compared:
        assert f"{line.ours.name} " in LINES[experiment.number]
    assert bool(experiment.why) == (outcome.verdict != Verdict.SIZE)


def test_every_experiment_of_the_list_has_a_line():
    assert [one.number for one in ORDER] == list(range(1, 19))
    assert list(LINES) == list(range(1, 19))


def test_every_scenario_file_belongs_to_an_experiment_and_can_be_loaded():
    used = {name for one in ORDER for name in one.files} | {"published/members"}
    there = {f"published/{file.stem}" for file in (ROOT / "scenarios" / "published").glob("*.yaml")}

    assert there == used
    for name in sorted(used):
        assert sim.load(ROOT / "scenarios" / f"{name}.yaml").solved is not None


def test_what_was_taken_from_a_study_is_a_parameter():
    assert not {name for one in ORDER for name in one.put_in} - grades().keys()


@pytest.mark.parametrize(
    ("compared", "verdict"),
    [
        (Compared(Figure("twice as much", 0.2, 0.01), 0.1), Verdict.SIZE),
        (Compared(Figure("more than twice as much", 0.21, 0.01), 0.1), Verdict.SIGN),
        (Compared(Figure("half as much", 0.05, 0.01), 0.1), Verdict.SIZE),
        (Compared(Figure("less than half", 0.04, 0.01), 0.1), Verdict.SIGN),
        (Compared(Figure("not sure", 0.1, 0.04), 0.1), Verdict.NOT),
        (Compared(Figure("the other way", -0.1, 0.01), 0.1), Verdict.NOT),
        (Compared(Figure("a ratio below 1", 0.6, 0.05), 0.5, 1.0), Verdict.SIZE),
        (Compared(Figure("a ratio above 1", 1.4, 0.05), 0.5, 1.0), Verdict.NOT),
        (Compared(Figure("the right direction", 7.0, 1.0)), Verdict.SIZE),
        (Compared(Figure("the wrong direction", -7.0, 1.0)), Verdict.NOT),
        (Compared(Figure("no effect, as found", 1.05, 0.04), 1.0, 1.0, 0.1), Verdict.SIZE),
        (Compared(Figure("no effect found, too noisy here", 1.05, 0.06), 1.0, 1.0, 0.1), Verdict.NOT),
        (Compared(Figure("a formula met", 0.23, 0.01), 0.2, exact=True), Verdict.SIZE),
        (Compared(Figure("a formula missed", 0.25, 0.01), 0.2, exact=True), Verdict.NOT),
    ],
    ids=lambda value: value.ours.name if isinstance(value, Compared) else "",
)  # fmt: skip
def test_a_verdict_follows_from_the_two_figures(compared, verdict):
    assert compared.verdict == verdict


def test_an_experiment_comes_out_as_far_as_all_its_figures_do():
    size, sign, never = (Compared(Figure("", value, 0.01), 0.1) for value in (0.1, 0.5, -0.1))

    assert Outcome((size, size)).verdict == Verdict.SIZE
    assert Outcome((size, sign)).verdict == Verdict.SIGN
    assert Outcome((size, never)).verdict == Verdict.PART
    assert Outcome((never, never)).verdict == Verdict.NOT


def test_a_line_without_figures_says_that_nothing_can_be_expressed():
    assert row_of(ORDER[0], Outcome())[-2:] == ("-", f"**{Verdict.NOTHING.value}**. {ORDER[0].why}")
