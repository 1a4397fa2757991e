"""The report of odd studies, beside files that somebody has edited, and at odd places."""

import html
import json
import math

import pytest
from test_report import DEARER, HOSTILE, NUMBER, WASTE, kept_answer, said_first, simulated, strategy
from worlds import business

import sim
from sim.analysis.intervals import Interval
from sim.report import report, what_if, write_report
from sim.report.compared import strategies
from sim.report.page import SENTENCES
from sim.report.place import NotWritten, check_place
from sim.report.risks import FILE, LONGEST, read_hangs_on
from sim.report.voice import Voice
from sim.study.store import study_hash


def sentences(study, language="en"):
    voice = Voice(study, language)
    return [text for said in SENTENCES.values() for text in said(voice)]


@pytest.fixture(scope="module")
def study():
    return simulated(strategy("dearer", DEARER))


@pytest.mark.parametrize(("others", "options"), [
    ([strategy("same", {})], {"customers": 100, "replications": 2}),
    ([strategy("mail", {"recall_campaign": {}})], {"customers": 100, "replications": 1}),
    ([strategy("mail", {"recall_campaign": {}})], {"customers": 100, "replications": 3, "months": 1}),
    ([strategy("mail", {"recall_campaign": {}})], {"customers": 1, "replications": 3, "months": 2}),
])  # fmt: skip
def test_nothing_is_said_of_what_is_not_known_or_does_not_change(others, options):
    """Nothing differs, one replication, one month, one customer: no gap, no change by zero, no month 0."""
    study = sim.simulate([strategy("small world", {}), *others], **options)

    for text in [*sentences(study), *sentences(study, "zh"), said_first(study).sentence]:
        assert "n/a" not in text and "nan" not in text
        assert "by 0.0" not in text and "after 0 months" not in text and "0 个月后" not in text
    assert "changes nothing of this" in " ".join(sentences(study))


def test_a_sample_may_be_nobody():
    """One customer in a business: in some replications there is none, and the others' figures stand."""
    study = sim.simulate([strategy("small world", {})], customers=1, replications=4, seed=1)

    assert study.replications == 4
    assert math.isfinite(study.metric(0, "profit_npv").mean)


def test_return_is_profit_over_the_cost_that_stands_beside_it():
    """Both discounted, in the table and in the first line's parts."""
    study = simulated(strategy("guide", {"guided_onboarding": {"cost_per_customer": "900 USD"}}))
    row = strategies(Voice(study, "en")).rows[0]
    profit, cost, roi = (row[place].key for place in (2, 5, 6))

    assert study.metric(1, "lever_cost").mean > cost > 0.0
    assert roi == pytest.approx(profit / cost)


def test_what_it_fails_on_is_said_in_words(tmp_path):
    """A number that a lever declares is described; its name stands in the table."""
    study = simulated(strategy("guide", {"guided_onboarding": {}, **DEARER}))
    name = "levers.guided_onboarding.step_help"
    kept_answer(study, tmp_path, [{**NUMBER, "number": name}])
    line = said_first(study).sentence

    assert "fails if “Guided onboarding: Factor on the chance that a use completes the next key action” is" in line
    assert "guided_onboarding.step_help" in html.unescape(report(study, drawn={}))
    assert Voice(study, "zh").number(name).startswith("“新手引导：")
    (tmp_path / FILE).unlink()
    assert "may fail if “Guided onboarding: Factor" in said_first(study).sentence


@pytest.mark.parametrize("change", [
    {"number": "x" * (LONGEST + 1)}, {"number": ["a"]}, {"swing": []}, {"turns": 7}, {"written": "all"},
    {"grade": None},
])  # fmt: skip
def test_an_edited_answer_is_none(change, study, tmp_path):
    kept_answer(study, tmp_path, [{**NUMBER, **change}])

    assert read_hangs_on(Voice(study, "en"), 1) is None


@pytest.mark.parametrize("content", [
    "[" * 100_000,
    '{"study": "%s", "customers": 1e999, "replications": 1, "comparisons": {"dearer": {"numbers": []}}}',
    '{"study": "0123456789", "customers": 1, "replications": 1, "comparisons": {"dearer": {"numbers": []}}}',
])  # fmt: skip
def test_an_answer_made_to_break_is_none_and_so_is_that_of_another_study(content, study, tmp_path):
    study.folder = str(tmp_path)
    (tmp_path / FILE).write_text(content.replace("%s", study_hash(study.design)))

    assert read_hangs_on(Voice(study, "en"), 1) is None


def test_an_answer_may_hold_anything_as_text(study, tmp_path):
    """It comes to the page as text; figures that are none stand as not known."""
    changed = {"number": HOSTILE, "turns": [{"value": HOSTILE}], "at": 1.0, "swing": math.inf, "source": HOSTILE}
    kept_answer(study, tmp_path, [{**NUMBER, **changed, "difference_at_low": math.nan}])
    page = report(study, drawn={})

    assert "<script>alert" not in page and HOSTILE in html.unescape(page)


@pytest.mark.parametrize("change", [
    {"profit": [1.0]}, {"profit": [1e999, 0, 0]}, {"curve": [0.5]}, {"kept": "abc"}, {"cost": {}}, {"curve": None},
])  # fmt: skip
def test_edited_sliders_are_made_again(change, study, tmp_path, monkeypatch):
    monkeypatch.setattr(what_if, "LIVES", 200 * 18 * 4)
    voice, file = Voice(study, "en"), tmp_path / what_if.FILE
    plan = what_if.plan_of(voice, 1)
    good = {"profit": [1.0, 0.0, 2.0], "kept": [0.0] * 3, "cost": [0.0] * 3, "curve": [1.0] * 7}
    keys = [one.key for one in plan.settings()] + [f"baseline.{place}" for place in range(len(plan.prices))]
    inputs = what_if.inputs_of(voice, plan)
    found = dict.fromkeys(keys, good)
    file.write_text(json.dumps({"inputs": inputs, "found": found}))
    assert what_if.kept(file, inputs, plan, 6) == found
    file.write_text(json.dumps({"inputs": inputs, "found": {**found, keys[0]: {**good, **change}}}))
    assert what_if.kept(file, inputs, plan, 6) is None


def test_it_overwrites_nothing_but_reports(study, tmp_path):
    """A scenario file, a page of somebody else, a folder, no folder."""
    (tmp_path / "mine.html").write_text("<html>mine</html>")
    (tmp_path / "folder.html").mkdir()
    for name in ("mine.html", "folder.html", "scenario.yaml", "nowhere/report.html"):
        with pytest.raises(NotWritten):
            write_report(study, tmp_path / name, drawn={})
    assert (tmp_path / "mine.html").read_text() == "<html>mine</html>"
    write_report(study, tmp_path / "new.html", drawn={})
    check_place(tmp_path / "new.html")


def test_a_story_is_asked_for_by_whole_numbers(study):
    for asked in ({"customer": 1.5}, {"customer": "first"}, {"customer": 0, "scenario": "dearer"}):
        with pytest.raises(sim.study.api.NotComparable, match="write a whole number"):
            study.story(**asked)


def test_a_study_without_strategies_says_so():
    with pytest.raises(ValueError, match="it holds the baseline alone"):
        simulated(replications=2).bridge("mail")


def test_who_is_beaten_need_not_be_behind_in_both():
    """A strategy that only costs keeps as many as the baseline: no sentence says that it is beaten in both."""
    scenarios = [business(levers, name=name, horizon="14 months") for name, levers in (("base", {}), ("waste", WASTE))]
    said = SENTENCES["frontier"](Voice(sim.simulate(scenarios, customers=100, replications=2), "en"))

    assert said[1] == "Another one is at least as good in both, and better in one, than “waste”."


def test_silence_where_only_the_figure_beside_changes(study):
    """What stands beside a figure in a sentence may change while the figure does not: nothing is claimed of both."""
    voice, none, some = Voice(study, "en"), Interval(0.0, 0.0, 0.0), Interval(1.0, 0.5, 1.5)

    assert voice.moved("funnel_moved", none, "share", beside=some) == []
    assert voice.moved("funnel_moved", none, "share", beside=none) == ["“dearer” changes nothing of this."]
    assert voice.moved("funnel_moved", Interval(math.nan, math.nan, math.nan), "share") == []
    assert "by +100.00" in voice.moved("funnel_moved", some, "share")[0]
