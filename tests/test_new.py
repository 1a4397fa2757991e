"""Starter scenarios: what ``retention-sim new`` writes is accepted, can be tuned and run, and overwrites nothing."""

import importlib
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from test_command_line import call, data_of

from sim.cli.new import MARKETS, STARTERS
from sim.cli.output import WIDTH, width
from sim.language.words import LANGUAGES, texts
from sim.scenario.document import read
from sim.scenario.json_schema import scenario_schema
from sim.scenario.load import as_json, load
from sim.scenario.market import market_names


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RETENTION_SIM_LANG", raising=False)
    return tmp_path


def test_there_is_a_starter_for_every_market():
    assert sorted(MARKETS) == sorted(market_names())
    assert {*MARKETS, "strategy_plans", "strategy_orders"} == {file.stem for file in STARTERS.iterdir()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("market", MARKETS)
def test_check_accepts_what_is_written(market, language):
    """By the schema for editors, too; every comment is said, and fits into 80 columns."""
    Path("below").mkdir()
    made = call("new", "my_business.yaml", "--market", market, "--strategy", "below/s.yaml", "--lang", language)
    checked = call("check", "my_business.yaml", "below/s.yaml")
    scenario, strategy = load("my_business.yaml"), load("below/s.yaml")
    validator = Draft202012Validator(scenario_schema())

    assert 0 == made.exit_code and "" == made.stdout
    assert 0 == checked.exit_code and "no base rates yet" in checked.stderr
    assert ("my business", market) == (scenario.name, scenario.market)
    assert strategy.active_levers() and not scenario.active_levers()
    for file in ("my_business.yaml", "below/s.yaml"):
        text = Path(file).read_text(encoding="utf-8")
        assert [] == list(validator.iter_errors(as_json(read(file).plain())))
        assert not any(mark in text for mark in ("#:", "#|", "CURRENCY", "{file}"))
        comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
        assert len(comments) > 5 and max(map(width, comments)) <= WIDTH


@pytest.mark.parametrize("market", MARKETS)
def test_what_is_commented_out_is_accepted_too(market):
    """Take away the marks, and the shorter lines that they stand in for, as the comments say."""
    call("new", "a.yaml", "--market", market, "--strategy", "s.yaml")
    for file in map(Path, ("a.yaml", "s.yaml")):
        lines = file.read_text(encoding="utf-8").splitlines()
        out = [line.removeprefix("# ") for line in lines if line.startswith(("#   ", "# behaviour:", "# costs:"))]
        names = {line.strip() + " {}" for line in out if line.endswith(":")}
        bare = [line for line in lines if not line.startswith("#") and line.strip() not in names]
        file.write_text("\n".join([*bare, *out]) + "\n", encoding="utf-8")
    checked = call("check", "a.yaml", "s.yaml")

    assert 0 == checked.exit_code, checked.stderr
    assert "fixed_cost" in Path("s.yaml").read_text(encoding="utf-8")


def test_every_comment_of_the_catalogue_stands_in_a_starter():
    text = "\n".join(file.read_text(encoding="utf-8") for file in STARTERS.iterdir())
    keys = {line.split("#: ")[1] for line in text.splitlines() if "#: " in line}
    comments = {key.removesuffix("_shop") for key in texts("starter", "en") if key.startswith("comment_")}

    assert {f"comment_{key}" for key in keys} == comments


@pytest.mark.parametrize("market", ["us_b2b_saas", "cn_shop"])
def test_a_starter_can_be_tuned_and_run(market, monkeypatch):
    """Refused before, with the command that helps; roughly tuned and run after."""
    call("new", "a.yaml", "--market", market, "--strategy", "s.yaml")
    refused = call("run", "a.yaml", "s.yaml")
    monkeypatch.setattr(importlib.import_module("sim.study.tune"), "TOLERANCE", 0.1)
    tuned = call("tune", "a.yaml", "--customers", 2000)
    found = data_of("run", "a.yaml", "s.yaml", "--customers", 200, "--months", 4, "--replications", 2, "--no-charts")

    assert 2 == refused.exit_code and "retention-sim tune" in refused.stderr
    assert 0 == tuned.exit_code, tuned.stderr
    assert {"a", "s"} == {*found["scenarios"]}
    assert "#" in Path("a.yaml").read_text(encoding="utf-8")


def test_nothing_is_overwritten():
    Path("a.yaml").write_text("mine", encoding="utf-8")
    both = call("new", "b.yaml", "--strategy", "a.yaml")

    assert 2 == call("new", "a.yaml").exit_code == both.exit_code
    assert "is there already" in both.stderr
    assert "mine" == Path("a.yaml").read_text(encoding="utf-8") and not Path("b.yaml").exists()


def test_a_strategy_alone_extends_a_business_that_is_there():
    call("new", "a.yaml", "--market", "cn_shop")
    before = Path("a.yaml").read_bytes()
    done = call("new", "a.yaml", "--strategy", "s.yaml")
    again = call("new", "a.yaml", "--strategy", "t.yaml", "--market", "us_b2b_saas")

    assert (0, 2) == (done.exit_code, again.exit_code)
    assert before == Path("a.yaml").read_bytes() and "leave --market out" in again.stderr
    assert "dormant_wakeup" in load("s.yaml").active_levers()
    assert load("a.yaml") == load("a.yaml").model_copy() and not Path("t.yaml").exists()


@pytest.mark.parametrize("words, why", [
    (["a.txt"], "write it like a.txt.yaml"), (["nowhere/a.yaml"], "folder nowhere is not there"),
    (["a.yaml", "--strategy", "a.yaml"], "cannot extend itself"), (["a.yaml", "--market", "moon"], "us_b2b_saas"),
])  # fmt: skip
def test_wrong_places_are_refused(words, why):
    refused = call("new", *words)

    assert 2 == refused.exit_code and why in refused.stderr
    assert [] == list(Path().iterdir())


def test_names_of_files_are_text():
    """Whatever a file is called, its scenario is called so and nothing else."""
    name = 'a: "b" {c} #d.yaml'
    call("new", name)

    assert 'a: "b" {c} #d' == load(name).name
    assert yaml.safe_load(Path(name).read_text(encoding="utf-8"))["name"] == load(name).name
