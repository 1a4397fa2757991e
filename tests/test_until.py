"""Replications that go on until the intervals are narrow enough: the rule, its cap, resuming, and what is said."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_store import assert_equal
from worlds import ROOT, business

import sim
from sim.analysis.intervals import student
from sim.cli.main import commands
from sim.study import store
from sim.study.api import NotComparable, make_design, run_study
from sim.study.until import FIRST, NotARule, critical_of, stages, understood

FILES = [str(ROOT / "scenarios" / f"{name}.yaml") for name in ("baseline", "annual_first")]
SMALL = {"customers": 60, "months": 3, "seed": 2}
WIDE, NARROW, NEVER = "profit_npv +- 200 %", "cash +- 11 %", "cash +- 0.01 %"


def design(until=NARROW, **asked):
    """Return the design of a small study with a stopping rule."""
    scenarios = [business(), business({"annual_plan": {}}, name="annual")]
    return make_design(scenarios, **SMALL, until=until, **asked)


@pytest.fixture(scope="module")
def reached():
    """A study whose rule is met after some looks."""
    return run_study(design(), jobs=1)


# --- what is asked ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("profit_npv +- 1 %", "profit_npv +- 1 %"),
        ("profit_npv ± 1%", "profit_npv +- 1 %"),
        ("profit_npv +/- 5,000", "profit_npv +- 5000"),
        ("  difference profit_npv +- 0.5 %", "difference profit_npv +- 0.5 %"),
        ("difference logo_retention_m12 ± 0.5 pp", "difference logo_retention_m12 +- 0.005"),
    ],
)
def test_a_rule_is_understood_and_written_back(text, written):
    assert written == str(understood(text))
    assert understood(text) == understood(written)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("profit_npv 1 %", "is not a half-width; write --until"),
        ("profit +- ", "is not a half-width"),
        ("profit_nvp +- 1 %", "did you mean 'profit_npv'?"),
        ("profit_npv +- 0 %", "never reached"),
        ("profit_npv +- 1.2.3", "is not a number"),
        ("profit_npv +- 1 pp", "points of a share"),
    ],
)
def test_what_is_no_rule_is_refused_with_the_remedy(text, message):
    with pytest.raises(NotARule, match=message.replace("?", r"\?")):
        understood(text)
    with pytest.raises(NotComparable, match=message.replace("?", r"\?")):
        design(text)


def test_one_scenario_has_no_difference_to_wait_for():
    with pytest.raises(NotComparable, match="one scenario has no differences"):
        make_design([business()], until="difference cash +- 1 %")


def test_looks_lie_half_as_many_apart_and_end_at_the_cap():
    assert [20, 30, 45, 68, 100] == list(stages(100))
    assert [7] == list(stages(7))
    assert 500 == design().replications


def test_the_quantile_stays_that_of_the_first_look():
    assert student(FIRST) == critical_of(FIRST) == critical_of(400)
    assert student(5) == critical_of(5)


# --- what is done -------------------------------------------------------------------------------------------------


def test_a_study_goes_on_until_every_scenario_is_precise(reached):
    """Reached at a look, not at the one before, in both scenarios, by the intervals that the study shows."""
    looks = list(stages(500))
    before = sim.study.study.Study(reached.design, reached.tallies[: looks[looks.index(reached.replications) - 1]])

    assert FIRST < reached.replications < 500
    assert reached.precise and not before.precise
    for number in (0, 1):
        found = reached.metric(number, "cash")
        assert found.half_width <= 0.11 * found.mean
    assert any(one.half_width > 0.11 * one.mean for one in (before.metric(number, "cash") for number in (0, 1)))


def test_an_easy_rule_ends_at_the_first_look():
    assert FIRST == run_study(design(WIDE)).replications


def test_the_cap_ends_what_is_not_reached():
    study = run_study(design(NEVER, replications=25))

    assert 25 == study.replications and not study.precise


def test_a_rule_on_differences_looks_at_differences():
    """In per cent of the baseline's figure, of each strategy."""
    study = run_study(design("difference customers_end +- 10 %"))
    ((name, width, asked),) = study.half_widths()

    assert study.precise and name == "annual"
    assert width == study.difference(1, "customers_end").interval.half_width
    assert width <= asked == pytest.approx(0.1 * study.metric(0, "customers_end").mean)


def test_the_same_bits_with_any_number_of_threads_and_interrupted_or_not(reached, tmp_path):
    """Three threads; and a folder in which seven replications of an interrupted run lie."""
    assert_equal(reached, run_study(design(), jobs=3))
    folder = tmp_path / "run"
    store.begin(folder, design())
    for replication in (0, 1, 2, 3, 4, 5, 30):
        if replication < reached.replications:
            store.save_replication(folder, replication, reached.tallies[replication])
    assert_equal(reached, run_study(design(), folder=folder))


def test_a_saved_study_says_what_was_asked_and_reached_and_opens_again(reached, tmp_path):
    folder = store.save(reached, tmp_path / "run")
    record = json.loads((folder / "study.json").read_text(encoding="utf-8"))

    assert NARROW == record["until"]
    assert {"replications": reached.replications, "precise": True} == record["made"]
    assert_equal(reached, sim.open_study(folder))
    assert "until-cash-11-percent" in store.default_folder(reached.design, Path("runs")).name


def test_another_rule_is_another_study():
    assert store.study_hash(design()) != store.study_hash(design(WIDE)) != store.study_hash(design(None))


# --- the command --------------------------------------------------------------------------------------------------


def call(*words):
    """Run a command in this process."""
    return CliRunner().invoke(commands, [str(word) for word in words])


@pytest.mark.parametrize(("language", "words"), [("en", "Not reached: 20"), ("zh", "未达到：重复次数上限为 20")])
def test_the_command_says_aloud_that_the_cap_is_hit_and_makes_the_study_again(tmp_path, monkeypatch, language, words):
    monkeypatch.chdir(tmp_path)
    small = ["--customers", 50, "--months", 2, "--no-charts", "--lang", language, "--quiet"]
    first = call("run", *FILES, *small, "--until", NEVER, "--replications", 20, "--out", "run")
    again = call("run", "--from", "run", "--out", "again", "--no-charts", "--json")

    assert words in first.stdout and first.exit_code == 0
    assert {"asked": NEVER, "reached": False} == {
        name: json.loads(again.stdout)["until"][name] for name in ("asked", "reached")
    }
    assert Path("again/study.json").exists()


def test_events_cannot_be_kept_where_their_number_is_open(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = call("run", *FILES, "--until", WIDE, "--events")

    assert result.exit_code == 2 and "--replications instead" in result.stderr
