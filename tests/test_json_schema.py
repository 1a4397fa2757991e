"""The JSON Schema of scenario files: up to date, accepts what the model accepts, refuses what it refuses."""

import json
import re

import pytest
from jsonschema import Draft202012Validator
from language_server import LanguageServer, installed
from test_command_line import call
from test_units import PARSERS
from worlds import BUSINESS, PACKAGE, ROOT, merged

from sim.language.words import Words
from sim.levers import BY_NAME
from sim.scenario.document import read
from sim.scenario.json_schema import scenario_schema, schema_text
from sim.scenario.json_units import UNITS, unit_schema
from sim.scenario.load import as_json
from sim.scenario.market import market_names

FILES = sorted((ROOT / "scenarios").rglob("*.yaml"))
FILE = PACKAGE / "scenario.schema.json"
MODELINE = "# yaml-language-server: $schema="
STRATEGY = {"extends": "baseline.yaml", "name": "strategy"}


@pytest.fixture(scope="module")
def validator():
    Draft202012Validator.check_schema(scenario_schema())
    return Draft202012Validator(scenario_schema())


def problems(validator, data):
    """Return where a file is wrong: the deepest places."""
    found, leaves = list(validator.iter_errors(as_json(data))), []
    while found:
        error = found.pop()
        found += error.context or []
        leaves += [] if error.context else [".".join(map(str, error.absolute_path))]
    return leaves


def test_the_file_is_what_the_command_prints():
    """Made anew by: retention-sim schema > sim/scenario.schema.json."""
    printed = call("schema")

    assert 0 == printed.exit_code
    assert printed.stdout == schema_text() == FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT / "scenarios")))
def test_every_scenario_file_is_accepted(file, validator):
    assert [] == problems(validator, read(file).plain())


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT / "scenarios")))
def test_every_scenario_file_tells_editors_where_its_schema_is(file):
    """In a checkout; elsewhere the line is a comment."""
    first = file.read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith(MODELINE)
    assert (file.parent / first.removeprefix(MODELINE)).resolve() == FILE.resolve()


def test_a_business_and_its_strategies_are_accepted(validator):
    """Also a lever left at its defaults, let go of, or of one's own."""
    own = {"quantity": "use_rate", "operation": "multiply", "size": 1.1, "source": "ours"}
    levers = {"prompts": None, "annual_plan": False, "churn_survey": {}, "custom": {"mine": own, "yours": False}}
    team = {"guided_onboarding": {"team": {"wage": "5000 USD"}}}  # agents stand in what it extends

    assert [] == problems(validator, BUSINESS)
    assert [] == problems(validator, {**STRATEGY, "levers": levers})
    assert [] == problems(validator, {**STRATEGY, "levers": team, "segments": {"small": {"share": "70 %"}}})


WRONG = {
    "anual_plan": {"levers": {"anual_plan": {}}},
    "key": {"levers": {"annual_plan": {"discont": "10 %"}}},
    "unit": {"levers": {"annual_plan": {"starts": "3 mnths"}}},
    "no unit": {"levers": {"annual_plan": {"starts": 90}}},
    "share": {"levers": {"annual_plan": {"discount": "170 %"}}},
    "number": {"levers": {"annual_plan": {"share": 70}}},
    "below": {"acquisition": {"new_customers": "-3 per month"}},
    "word": {"levers": {"custom": {"mine": {"operation": "divide"}}}},
    "quantity": {"levers": {"custom": {"mine": {"quantity": "luck"}}}},
    "currency": {"currency": "USX"},
    "market": {"market": "moon"},
    "date": {"starts": "1st of May"},
    "stage": {"levers": {"prompts": {"eligible": {"stages": ["old"]}}}},
    "month": {"promotions": [{"month": "2026-13", "lift": "10 %"}]},
    "over": {"promotions": [{"month": "2026-11", "lift": "10 %", "over": 13}]},
    "season": {"season": {"use": [1, 2, 3]}},
    "list": {"segments": []},
    "path": {"extends": "/etc/passwd"},
    "price": {"plans": {"monthly": {"price": "310 USD per week"}}},
    "whole": {"opening": {"customers": 2.5}},
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_found(what, validator):
    assert problems(validator, {**STRATEGY, **WRONG[what]})


@pytest.mark.parametrize("missing", ["market", "currency", "starts", "horizon", "acquisition", "segments", "name"])
def test_a_business_says_what_a_business_must(missing, validator):
    """And a strategy says of it what it changes."""
    assert problems(validator, {key: value for key, value in BUSINESS.items() if key != missing})


def test_a_business_has_plans_or_orders(validator):
    orders = {"goods_cost": "50 %", "refunds": "5 %", "resale": "80 %"}

    assert problems(validator, {key: value for key, value in BUSINESS.items() if key != "plans"})
    assert problems(validator, merged(BUSINESS, {"orders": orders}))
    assert problems(validator, {"name": "nothing"}) and problems(validator, {"extends": "baseline.yaml"})


# --- quantities -----------------------------------------------------------------------------------------------------

NUMBERS = ["0", "1", "12", "0.5", ".5", "1,000", "2.", "+3", "1e2", "1e-2", "007", "-1", "1.2.3", "1,5", "x", "", "100",
           "100.0", "101", "99.99", "2.5"]  # fmt: skip
ENDS = ["", " %", "%", " days", "days", " DAYS", " day", " per month", "% per year", " % per quarter", " per weeks",
        "per day", " USD", " usd", " USX", " USD per month", " EUR per 2 years", " USD per week", " mnths", " per",
        "  "]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_patterns_accept_what_the_model_reads_and_refuse_what_it_refuses(unit):
    """Texts put together from numbers and units. Two rules are the model's alone: cents, and numbers written with e."""
    schema = Draft202012Validator(unit_schema(unit, Words("schema", "en")))
    typed = [number + end for number in NUMBERS for end in ENDS] + [0, 1, 0.5, -1, 2.5, 70, 1e3, True, None]
    known = [(text, reads(unit, text)) for text in typed]

    assert 4 < sum(good for _, good in known) < len(known) / 2
    assert [] == [text for text, good in known if good and not schema.is_valid(text)]
    assert [] == [text for text, good in known if not good and schema.is_valid(text) and not of_the_model(text)]


def of_the_model(typed):
    """Whether a text is refused for its cents or for what its power of ten comes to."""
    return isinstance(typed, str) and (re.match("[0-9.]+e[+-]?[0-9]", typed) or "USD" in typed.upper())


def reads(unit, typed):
    try:
        PARSERS[unit](typed)
    except ValueError:
        return False
    return True


def test_patterns_are_those_of_both_languages_of_regular_expressions():
    """No group names, no flags, no look-behind: what Python and JavaScript read alike."""
    patterns = re.findall(r'"pattern": "((?:[^"\\]|\\.)*)"', schema_text())

    assert len(patterns) > 10
    assert [] == [pattern for pattern in patterns if re.search(r"\(\?(?!!)|\\[dwsb]", pattern)]


# --- what editors show ----------------------------------------------------------------------------------------------


def test_every_lever_is_there_with_all_its_parameters():
    schema = scenario_schema()["$defs"]

    assert [*BY_NAME] == [name for name in schema["LeverSet"]["properties"] if name != "custom"]
    for name, lever in BY_NAME.items():
        assert [*lever.model_fields] == [*schema[name]["properties"]]
        assert all(told.get("description") for told in schema[name]["properties"].values())


def test_a_parameter_says_unit_default_range_grade_and_source():
    window = scenario_schema()["$defs"]["guided_onboarding"]["properties"]["window"]

    assert "14 days" == window["default"]
    for words in ("Write a length of time", "Default: 14 days.", "Range: 7 days to 28 days.", "Grade J (our judgement)",
                  "Source: "):  # fmt: skip
        assert words in window["description"], words


def test_markets_currencies_and_words_are_enumerated():
    schema = scenario_schema()
    properties = schema["else"]["properties"]

    assert [*market_names()] == properties["market"]["enum"]
    assert "CNY" in properties["currency"]["enum"]
    assert ["free", "paid", "location", "fission"] == schema["$defs"]["Line"]["properties"]["kind"]["enum"]
    assert "refer_rate" in schema["$defs"]["custom"]["properties"]["quantity"]["enum"]


def test_it_is_small_enough_for_an_editor():
    assert len(json.dumps(scenario_schema())) < 300_000


# --- the real language server ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    script = installed(tmp_path_factory.mktemp("server"))
    if script is None:
        pytest.skip("the YAML language server cannot be installed here: it takes node, npm and their registry")
    with LanguageServer(script) as running:
        yield running


def as_shipped(folder, name, text):
    """Write a file and the schema where they stand in a checkout, with the line by which shipped files find it."""
    for place, content in (("sim/scenario.schema.json", schema_text()),
                           (f"scenarios/{name}", f"{MODELINE}../sim/scenario.schema.json\n{text}")):  # fmt: skip
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_text(content, encoding="utf-8")
    return folder / "scenarios" / name


@pytest.mark.slow
def test_the_real_language_server_accepts_our_files(server):
    for file in FILES:
        assert [] == server.problems(file), file


@pytest.mark.slow
def test_the_real_language_server_reports_errors_and_says_what_belongs_there(server, tmp_path):
    text = """\
extends: baseline.yaml
name: wrong
levers:
  anual_plan: {}
  annual_plan:
    starts: 3 mnths
    discount: 170 %
    discont: 10 %
  guided_onboarding:
    window: 14 days
"""
    file = as_shipped(tmp_path, "wrong.yaml", text)
    found = server.problems(file)

    assert [5, 7, 8, 9] == [line for line, _ in found]
    assert "anual_plan" in found[0][1]
    assert "here belongs a length of time" in found[1][1]
    assert "here belongs a share" in found[2][1]
    assert "discont" in found[3][1]
    shown = server.hover(file, 10, 5)
    assert "Default: 14 days" in shown and "Grade J" in shown
