"""The explorer without a browser: what can be moved, what is simulated, what is kept and taken away."""

import json
import shutil

import numpy as np
import pytest
from click.testing import CliRunner
from worlds import ROOT

import sim
from sim.cli import explore
from sim.cli.main import commands
from sim.core.lever import words_of
from sim.core.parameter import GRADES, declared
from sim.explorer import bench, crowd
from sim.explorer.bench import Sample
from sim.explorer.export import new_file, save_report, save_scenario, scenario_text
from sim.explorer.knobs import knobs_of, parted
from sim.explorer.names import Names
from sim.explorer.state import MOST_KEPT, Explorer, Refused, businesses
from sim.language.words import LANGUAGES, Words
from sim.levers import BY_NAME, LEVERS
from sim.scenario.load import load
from sim.scenario.market import load_market, market_names
from sim.scenario.problems import ProblemsFound
from sim.study.simulate import Tally

SCENARIOS = ROOT / "scenarios"
SMALL = Sample(100, 2)


@pytest.fixture
def folder(tmp_path):
    """A folder with the shipped business and a strategy of it, where files are saved."""
    for name in ("baseline.yaml", "all_five.yaml"):
        shutil.copy(SCENARIOS / name, tmp_path / name)
    return tmp_path


def explorer_of(folder, file="baseline.yaml", *levers):
    explorer = Explorer(folder / file, folder, "this strategy", SMALL)
    for lever in levers:
        explorer.pull(lever)
    return explorer


def knob(explorer, lever, name):
    return next(one for one in explorer.knobs(lever) if one.name == name)


def as_the_command(explorer):
    """Whether the study is that which the command makes of the same scenarios."""
    return same(explorer.study(), sim.simulate(explorer.scenarios(), customers=100, replications=2))


def same(one, other):
    """Whether two studies have the same sums, to the last number."""
    pairs = [(a, b) for left, right in zip(one.tallies, other.tallies, strict=True) for a, b in zip(left, right)]
    return all(np.array_equal(getattr(a, n), getattr(b, n)) for a, b in pairs for n in Tally.__dataclass_fields__)


# --- what is simulated ------------------------------------------------------------------------------------------------


def test_a_study_is_that_of_the_command_to_the_bit(folder):
    """After moves, beside a kept strategy, and with levers that change who comes or that tie customers."""
    explorer = explorer_of(folder, "baseline.yaml", "annual_plan")
    explorer.study()
    explorer.keep("kept")
    explorer.move(knob(explorer, "annual_plan", "discount"), 25.0)
    explorer.study()
    for lever in ("welcome_offer", "prepaid_years", "channel_mix", "referral_programme", "churn_survey"):
        explorer.pull(lever)
        assert explorer.study().scenarios == ("baseline", "this strategy", "kept")
        assert as_the_command(explorer), lever
    for lever in ("churn_survey", "prepaid_years", "welcome_offer", "channel_mix"):
        explorer.let_go(lever)
        assert as_the_command(explorer), lever


def test_those_whom_only_a_strategy_admits_are_simulated_apart(folder, monkeypatch):
    """At each move of a lever that changes who comes; the baseline's own customers are asked once."""
    explorer = explorer_of(folder, "baseline.yaml", "channel_mix")
    explorer.study()
    ran = []
    run = crowd.run_scenario
    monkeypatch.setattr(
        crowd, "run_scenario", lambda design, number, lot: ran.append((number, len(lot))) or run(design, number, lot)
    )
    find = bench.opening_of
    monkeypatch.setattr(bench, "opening_of", lambda design, task: find(design, task) if not task.opening else 1 / 0)
    for spend in (1.5, 3.0, 2.0, 1.0):
        ran.clear()
        explorer.move(knob(explorer, "channel_mix", "paid"), spend)
        assert as_the_command(explorer), spend
        baseline, strategy = (sum(count for number, count in ran if number == which) for which in (0, 1))
        own, beyond = (sum(map(len, one.lots)) for one in explorer.bench.crowds)
        assert (beyond > 0) == (spend > 1.0)
        assert baseline in (0, beyond)  # 0 where another spend admits no others of so few
        assert strategy == own + beyond


def test_a_moved_slider_simulates_one_scenario(folder, monkeypatch):
    """The baseline and the strategies beside it are remembered, and so are the customers."""
    explorer = explorer_of(folder, "baseline.yaml", "annual_plan")
    explorer.keep("kept")
    explorer.move(knob(explorer, "annual_plan", "discount"), 20.0)
    first = explorer.study()
    ran = []
    run = crowd.run_scenario
    monkeypatch.setattr(
        crowd, "run_scenario", lambda design, number, lot: ran.append(number) or run(design, number, lot)
    )
    monkeypatch.setattr(bench, "lot_of", None)
    explorer.move(knob(explorer, "annual_plan", "discount"), 30.0)
    second = explorer.study()

    assert set(ran) == {1} and len(ran) == len(explorer.bench.crowds[0].lots)
    assert not same(first, second)
    profits = [explorer.rows(study)[1].more_profit.mean for study in (first, second)]
    assert profits[0] != profits[1]
    explorer.study()
    assert len(ran) == len(explorer.bench.crowds[0].lots)  # nothing moved, nothing simulated


@pytest.mark.parametrize("file", businesses(), ids=lambda file: file.parent.name)
def test_every_business_opens(file, tmp_path):
    explorer = Explorer(file, tmp_path, "this strategy", SMALL)
    explorer.pull("variable_rewards")
    baseline, strategy = explorer.rows(explorer.study())

    assert baseline.more_profit.mean == 0.0
    assert np.isfinite([strategy.profit.mean, strategy.more_profit.low, strategy.retention.mean]).all()


def test_an_opened_strategy_begins_with_its_levers(folder):
    """Its business is the baseline; what it says of a lever stays until somebody moves it."""
    explorer = explorer_of(folder, "all_five.yaml")

    assert explorer.baseline.name == "baseline"
    assert list(explorer.pulled) == list(load(folder / "all_five.yaml").active_levers())
    assert explorer.value(knob(explorer, "annual_plan", "take_up")) == 56.0
    assert explorer.scenario("x", explorer.pulled).levers == load(folder / "all_five.yaml").levers


def test_what_does_not_fit_is_an_error(folder):
    explorer = explorer_of(folder, "baseline.yaml", "annual_plan")
    explorer.pulled["annual_plan"]["discount"] = "soon"
    with pytest.raises(ProblemsFound, match="discount: 'soon' is not a probability"):
        explorer.study()
    with pytest.raises(ProblemsFound, match="there is no file"):
        explorer_of(folder, "basline.yaml")


# --- what can be moved ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("market", market_names())
@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.lever_name())
def test_every_number_of_a_lever_can_be_moved_over_the_range_of_its_evidence(lever, market):
    preset = load_market(market)
    knobs = knobs_of(lever, preset)
    numbers = {one.name: one for one in declared(lever) if one.unit != "group"}

    assert {one.name for one in knobs} == {"share", *numbers}
    for one in knobs:
        if one.choices:
            assert one.choices == words_of(lever, one.name) and one.default in one.choices
            continue
        assert one.low <= one.default <= one.high and one.low < one.high and one.step > 0.0
        for end in (one.low, one.default, one.high):
            assert one.shown(one.written(end)) == pytest.approx(end, rel=1e-5)
        source = preset.values[one.parameter.market] if one.parameter.market else one.parameter
        if source.low is not None:
            ends = one.shown(source.low), one.shown(source.high)
            assert (min(ends[0], one.default), max(ends[1], one.default)) == (one.low, one.high)
        assert one.grade == (None if one.parameter.source == "choice" else source.grade)


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.lever_name())
def test_what_one_sets_comes_first_then_what_is_known_least(lever):
    """Nothing is lost; a worse grade stands before a better one, and of one grade the wider range."""
    knobs = knobs_of(lever, load_market("us_b2b_saas"))
    mine, known = parted(knobs)
    order = [(list(GRADES).index(one.grade), one.width) for one in known]

    assert {one.name for one in mine + known} == {one.name for one in knobs}
    assert mine[0].name == "share" and all(one.grade is None for one in mine[2:])
    assert order == sorted(order, reverse=True)


def test_the_cost_on_which_guiding_hangs_is_shown_at_once():
    """It had stood behind a button, after numbers that change less."""
    _, known = parted(knobs_of(BY_NAME["guided_onboarding"], load_market("us_b2b_saas")))
    assert known[0].name == "cost_per_customer"


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_numbers_are_called_as_on_the_page(language):
    names = Names(language)
    knobs = knobs_of(BY_NAME["annual_plan"], load_market("us_b2b_saas"))
    usual = next(one for one in knobs if one.name == "usual_discount")
    take_up = next(one for one in knobs if one.name == "take_up")

    assert names.parameter(take_up) in names.description(usual) and "take_up" not in names.description(usual)


def test_only_levers_that_fit_the_business_are_offered(tmp_path):
    for file in businesses():
        explorer = Explorer(file, tmp_path, "this strategy", SMALL)
        for lever in BY_NAME:
            try:
                explorer.scenario("x", {lever: {}})
            except ProblemsFound:
                assert lever not in explorer.offered(), (file, lever)
            else:
                assert lever in explorer.offered(), (file, lever)


def test_a_default_is_not_written(folder):
    explorer = explorer_of(folder, "baseline.yaml", "annual_plan")
    discount = knob(explorer, "annual_plan", "discount")
    explorer.move(discount, 20.0)
    assert explorer.pulled == {"annual_plan": {"discount": "20 %"}}
    explorer.move(discount, discount.default)
    assert explorer.pulled == {"annual_plan": {}}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_has_a_name(language):
    names = Names(language)
    known = names.words.texts
    for lever in LEVERS:
        assert f"name_{lever.lever_name()}" in known
        assert names.does(lever.lever_name())
        for one in knobs_of(lever, load_market("us_b2b_saas")):
            assert {f"parameter_{one.name}", f"parameter_{one.lever}_{one.name}"} & known.keys(), one.name
            assert {f"word_{word}" for word in one.choices} <= known.keys()
            assert names.parameter(one) and (one.choices or names.value(one, one.default))


def test_what_a_lever_does_is_said_as_in_its_file():
    assert {name: Names("en").does(name) for name in BY_NAME} == {name: BY_NAME[name].__doc__ for name in BY_NAME}


def test_grades_are_said_as_everywhere():
    words = Words("explorer", "en")
    assert {grade: words(f"grade_{grade}") for grade in GRADES} == GRADES


# --- side by side -----------------------------------------------------------------------------------------------------


def test_strategies_are_kept_and_removed(folder):
    explorer = explorer_of(folder, "baseline.yaml", "annual_plan")
    explorer.keep("  gentle \n annual ")
    explorer.move(knob(explorer, "annual_plan", "discount"), 30.0)

    assert explorer.kept == {"gentle annual": {"annual_plan": {}}}
    assert [row.name for row in explorer.rows(explorer.study())] == ["baseline", "this strategy", "gentle annual"]
    explorer.remove("gentle annual")
    assert len(explorer.scenarios()) == 2


@pytest.mark.parametrize(
    "name, key",
    [(" \t", "name_empty"), ("x" * 61, "name_long"), ("baseline", "name_taken"), ("one", "name_taken")],
)
def test_names_that_cannot_be_used(name, key, folder):
    explorer = explorer_of(folder)
    explorer.keep("one")
    with pytest.raises(Refused) as refused:
        explorer.keep(name)
    assert refused.value.key == key


def test_not_more_are_kept_than_can_be_told_apart(folder):
    explorer = explorer_of(folder)
    for number in range(MOST_KEPT):
        explorer.keep(f"strategy {number}")
    with pytest.raises(Refused, match="many_kept"):
        explorer.keep("one more")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart_is_the_same_bytes_each_time_and_moves_with_a_slider(language, folder):
    """Names are drawn as they are written."""
    explorer = explorer_of(folder, "baseline.yaml", "annual_plan")
    explorer.keep("kept $x$")
    study = explorer.study()
    first = sim.charts.explored(study, language=language).picture("svg")
    explorer.move(knob(explorer, "annual_plan", "discount"), 30.0)

    assert first == sim.charts.explored(study, language=language).picture("svg")
    assert first != sim.charts.explored(explorer.study(), language=language).picture("svg")


# --- taking away ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mine", "2026-01-01", "010", "yes: no", "年付 'x' #1", "=1+1"])
@pytest.mark.parametrize("file", ["baseline.yaml", "all_five.yaml"])
def test_the_saved_file_is_the_strategy(file, name, folder):
    """A lever of the opened file that was let go of stays away; what was moved and what was not are as on the page."""
    explorer = explorer_of(folder, file, "referral_programme")
    explorer.let_go("integrations")
    explorer.pull("annual_plan")
    explorer.move(knob(explorer, "annual_plan", "take_up"), 30.0)
    explorer.move(knob(explorer, "annual_plan", "share"), 80.0)
    explorer.pull("variable_rewards")
    explorer.move(knob(explorer, "variable_rewards", "kind"), "goal")
    path = save_scenario(explorer, name, explorer.pulled, "mine.yaml")
    found, here = load(path), explorer.scenario(name, explorer.pulled)

    assert found.name == name
    assert found.levers == here.levers
    assert found.model_dump(exclude={"description"}) == here.model_dump(exclude={"description"})


def test_nothing_is_written_for_what_is_as_in_the_file(folder):
    explorer = explorer_of(folder, "all_five.yaml")
    assert scenario_text(explorer, "x", explorer.pulled, "all_five.yaml") == "extends: all_five.yaml\nname: x\n"


@pytest.mark.parametrize(
    "file, key",
    [
        ("mine.txt", "file_ending"), (".yaml", "file_ending"), ("", "file_ending"), ("../mine.yaml", "file_outside"),
        ("/mine.yaml", "file_outside"), ("nowhere/mine.yaml", "file_outside"), ("baseline.yaml", "file_there"),
    ],
)  # fmt: skip
def test_files_are_saved_only_where_that_does_no_harm(file, key, folder):
    with pytest.raises(Refused) as refused:
        new_file(folder, file, ".yaml")
    assert refused.value.key == key


def test_a_report_is_written_of_all_strategies(folder):
    explorer = explorer_of(folder, "baseline.yaml", "annual_plan")
    explorer.keep("kept")
    page = save_report(explorer, "report.html", "zh").read_text(encoding="utf-8")

    assert '<html lang="zh' in page
    assert all(name in page for name in ("baseline", "this strategy", "kept"))


# --- the command ------------------------------------------------------------------------------------------------------


def call(*words):
    return CliRunner().invoke(commands, ["explore", *map(str, words)])


def test_a_wrong_file_is_said_as_check_says_it(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "wrong.yaml").write_text(
        "extends: baseline.yaml\nname: wrong\nlevers: {anual_plan: }\n", encoding="utf-8"
    )
    checked = CliRunner().invoke(commands, ["check", "wrong.yaml"])
    result = call("wrong.yaml", "--no-browser")

    assert (checked.exit_code, result.exit_code) == (2, 2)
    assert result.stderr == checked.stderr
    assert "wrong.yaml:3:10: error: unknown lever 'anual_plan'; did you mean 'annual_plan'?" in result.stderr


def test_without_the_extra_libraries_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(explore, "find_spec", lambda name: None)
    result = call("--no-browser")

    assert result.exit_code == 2
    assert 'python -m pip install -e ".[explorer]"' in result.stderr


def test_without_shipped_scenarios_it_says_how_to_begin(monkeypatch, tmp_path):
    """With a file that lies there, else with a business of one's own: the installed package holds no scenarios."""
    monkeypatch.setattr("sim.explorer.state.SHIPPED", ())
    monkeypatch.chdir(tmp_path)
    empty = call("--no-browser")
    (tmp_path / "our shop.yaml").write_text("name: x", encoding="utf-8")
    here = call("--no-browser")

    assert (empty.exit_code, here.exit_code) == (2, 2)
    said = " ".join(empty.stderr.split())
    assert all(f"retention-sim {command} my_business.yaml" in said for command in ("new", "tune", "explore"))
    assert "retention-sim explore 'our shop.yaml'" in " ".join(here.stderr.split())


def test_names_of_a_file_are_escaped_on_the_page(folder):
    """The page without a browser: what its widgets hold is HTML."""
    pytest.importorskip("ipywidgets")
    from sim.explorer.asked import Asked
    from sim.explorer.page import Page

    text = (folder / "baseline.yaml").read_text(encoding="utf-8")
    (folder / "bad.yaml").write_text(text.replace("name: baseline", 'name: "<img src=x onerror=alert(1)>"'), "utf-8")
    page = Page(Asked(str(folder / "bad.yaml"), str(folder), "en", 100, 2))
    page.name.value = "<script>alert(2)</script>"
    page.keep()
    page.exports.name.value = "<b>"
    page.update()
    shown = [page.outcome.headline, page.outcome.table, page.outcome.chart, page.exports.file, page.message]
    whole = "".join(one.value for one in shown)

    assert "&lt;script&gt;" in whole and "&lt;img src=x" in whole
    assert "<script" not in whole and "<img src=x" not in whole and "<b>" not in whole
    page.name.value = "<script>alert(2)</script>"
    page.told(page.keep)
    assert "&lt;script&gt;" in page.message.value and "<script" not in page.message.value
    assert json.dumps(page.message.value)


def test_a_business_that_somebody_comes_back_to_is_as_it_was_left(folder):
    pytest.importorskip("ipywidgets")
    from sim.explorer.asked import Asked
    from sim.explorer.page import Page

    page = Page(Asked(str(folder / "baseline.yaml"), str(folder), "en", 100, 2))
    here, there = page.business.value, businesses()[-1]
    page.adding.value = "prompts"
    page.added()
    page.name.value = "kept"
    page.told(page.keep)
    headline = page.outcome.headline.value
    page.business.value = there
    assert "No lever is pulled yet" in page.outcome.headline.value and page.kept.children == ()
    page.business.value = here

    assert page.outcome.headline.value == headline
    assert list(page.explorer.pulled) == ["prompts"] and len(page.kept.children) == 1
    (folder / "broken.yaml").write_text("name: broken", encoding="utf-8")
    page.business.options = [*page.business.options, ("broken", folder / "broken.yaml")]
    page.business.value = folder / "broken.yaml"
    assert page.business.value == here and "rs-message" in page.message._dom_classes and page.message.value
    assert page.outcome.headline.value == headline


def test_the_page_says_what_it_cannot_simulate_and_keeps_what_it_showed(folder, monkeypatch):
    """Wrong values and faults of ours alike; and that a lever ties customers."""
    pytest.importorskip("ipywidgets")
    from sim.explorer.asked import Asked
    from sim.explorer.page import Page

    page = Page(Asked(str(folder / "baseline.yaml"), str(folder), "en", 100, 2))
    assert "No lever is pulled yet: this is the baseline" in page.outcome.headline.value
    page.adding.value = "churn_survey"
    page.added()
    shown = page.outcome.headline.value
    assert "tied to one another" in shown and page.message.value == ""
    page.explorer.pulled["churn_survey"]["running_cost"] = "much"
    page.update()
    assert "running_cost: &#x27;much&#x27; is not an amount of money" in page.message.value
    page.exports.saved(page.exports.write_report)
    assert "is not an amount of money" in page.message.value and page.exports.note.value == ""
    page.explorer.pulled["churn_survey"].clear()
    monkeypatch.setattr(page.explorer, "study", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        page.update()
    assert "fault of retention-sim" in page.message.value and page.outcome.headline.value == shown
