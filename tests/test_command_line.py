"""The command line: what it prints and writes, exit codes, and that nothing a person may type ends in a traceback."""

import html
import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.analysis.catalogue import CATALOGUE
from sim.cli.main import COMMANDS, commands, outcome
from sim.cli.output import NO_BREAK, WIDTH, bold, broken, table, wide_table, width, wrap
from sim.cli.progress import Heartbeat, is_compiled
from sim.core.units import MONTH
from sim.language.words import LANGUAGES, Words
from sim.levers import LEVERS
from sim.scenario.load import load
from sim.study import store
from sim.study.numbers import Numbers

ROOT = Path(__file__).parent.parent
FILES = [str(ROOT / "scenarios" / name) for name in ("all_five.yaml", "baseline.yaml")]
SMALL = ["--customers", "200", "--months", "6", "--replications", "2", "--no-charts"]
HEAVY = {"numpy", "numba", "scipy", "pydantic", "pandas", "pyarrow", "matplotlib", "rich"}
# Module attributes of the same names are the click commands.
run_module = importlib.import_module("sim.cli.run")


def call(*words: object):
    """Run a command in this process."""
    return CliRunner().invoke(commands, [str(word) for word in words])


def data_of(*words: object):
    """Run a command that prints JSON."""
    result = call(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def start(*words: object, **options) -> subprocess.Popen:
    """Start a command in a process of its own."""
    command = [sys.executable, "-m", "sim", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RETENTION_SIM_LANG", raising=False)
    return tmp_path


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A finished study with two scenarios."""
    place = tmp_path_factory.mktemp("finished") / "study"
    assert call("run", *FILES, *SMALL, "--out", place).exit_code == 0
    return place


@pytest.fixture
def run(finished, folder):
    """A copy of the finished study, to be spoilt."""
    shutil.copytree(finished, folder / "run")
    return folder / "run"


def again(run):
    """Ask for the same study in the same folder."""
    return call("run", *FILES, *SMALL, "--out", run)


def written_scenario(name="mine.yaml", **changes):
    """Write the baseline with lines changed: key -> the line that replaces the first one starting with the key."""
    text = Path(FILES[1]).read_text(encoding="utf-8")
    for key, line in changes.items():
        text = re.sub(rf"^( *){key}:.*$", lambda found, line=line: found[1] + line, text, count=1, flags=re.MULTILINE)
    Path(name).write_text(text, encoding="utf-8")
    return name


# --- run --------------------------------------------------------------------------------------------------------------


def test_run_prints_the_comparison_and_writes_the_folder():
    result = call("run", *FILES, *SMALL)

    (place,) = Path("runs").iterdir()
    assert result.exit_code == 0
    assert "200 customers over 6 months, 2 replications" in result.stdout
    assert "all five, compared with baseline on the same customers; money in USD" in result.stdout
    assert "simulation error" in result.stdout
    assert f"Run folder: {place}" in result.stdout
    assert {path.name for path in place.iterdir()} == {
        "request.json", "replications", "study.json", "metrics.parquet", "monthly.parquet", "cohorts.parquet",
        "customers.parquet", "report.html",
    }  # fmt: skip
    assert json.loads((place / "study.json").read_text(encoding="utf-8"))["command"].startswith("retention-sim run ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_comparison_fits_80_columns_and_holds_no_escape_codes(finished, language):
    result = call("compare", finished, finished, "--lang", language)

    assert result.exit_code == 0
    assert max(width(line) for line in result.stdout.splitlines() if str(finished) not in line) <= WIDTH
    assert "\x1b" not in result.stdout
    assert NO_BREAK not in result.stdout


def test_the_answer_stands_first_as_in_the_report(finished):
    """In the words of the page's first line, before what was simulated and before all tables."""
    page = (finished / "report.html").read_text(encoding="utf-8")
    sentence = html.unescape(re.search("<h1>(.*?)</h1>", page)[1])

    answer, how, *_ = call("compare", finished).stdout.split("\n\n")
    assert " ".join(answer.split()) == " ".join(sentence.split())
    assert "“all five”" in answer and how.startswith("200 customers over 6 months")
    assert call("compare", finished, "--lang", "zh").stdout.startswith("维持“baseline”：“all five”确定赚得更少")


def test_the_language_can_stand_in_the_environment(finished, monkeypatch):
    monkeypatch.setenv("RETENTION_SIM_LANG", "zh")

    assert "模拟误差" in call("compare", finished).stdout
    assert "simulation error" in call("compare", finished, "--lang", "en").stdout


def test_json_has_the_form_that_is_promised():
    data = data_of("run", *FILES, *SMALL)

    assert list(data) == ["baseline", "seed", "customers", "months", "replications", "engine", "events", "seconds",
                          "run", "scenarios", "differences"]  # fmt: skip
    assert list(data["seconds"]) == ["simulate", "total"]
    assert set(data["scenarios"]) == {"baseline", "all five"}
    assert set(data["scenarios"]["all five"]["metrics"]) == set(CATALOGUE)
    assert set(data["scenarios"]["all five"]["metrics"]["profit"]) == {"mean", "low", "high"}
    assert set(data["differences"]["all five"]["activation_rate"]) == {
        "mean",
        "low",
        "high",
        "relative",
        "relative_low",
        "relative_high",
        "variance_factor",
    }
    profit = data["differences"]["all five"]["profit_npv"]
    assert profit["same"] + profit["gained"] + profit["lost"] + profit["neither"] + profit["shared"] == pytest.approx(
        profit["mean"]
    )
    assert data["scenarios"]["all five"]["metrics"]["logo_retention_m12"]["mean"] is None  # not seen in six months


def test_quiet_silences_messages():
    assert call("run", *FILES, *SMALL, "--quiet").stderr == ""


def test_a_finished_study_is_recognised_and_left_alone(run):
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}

    result = again(run)

    assert result.exit_code == 0
    assert "nothing is simulated" in result.stderr
    assert "all five, compared with baseline" in result.stdout
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before


def test_charts_are_drawn_once_before_the_study_counts_as_finished(run, monkeypatch):
    written = []

    def save_all(study, folder, drawn):
        written.append((str(folder), drawn, store.is_finished(folder.parent)))
        folder.mkdir()

    monkeypatch.setattr("sim.charts.save.draw_all", lambda study, language: f"drawn in {language}")
    monkeypatch.setattr("sim.charts.save.save_all", save_all)
    words = [*(word for word in SMALL if word != "--no-charts"), "--no-report"]
    for place in ("new", "new", run):
        assert call("run", *FILES, *words, "--out", place, "--lang", "zh").exit_code == 0

    assert written == [("new/charts", "drawn in zh", False), (str(run / "charts"), "drawn in zh", True)]


def test_an_unfinished_study_goes_on(run):
    expected = data_of("compare", run)[0]["scenarios"]
    (run / "study.json").unlink()
    store.replication_file(run, 1).unlink()

    result = again(run)

    assert "1 of 2 replications are there" in result.stderr
    assert data_of("compare", run)[0]["scenarios"] == expected


@pytest.mark.parametrize("content", [b"", b"no zip file", None])
def test_a_damaged_replication_is_simulated_again(run, content):
    expected = data_of("compare", run)[0]["scenarios"]
    file = store.replication_file(run, 0)
    file.write_bytes(file.read_bytes()[:100] if content is None else content)

    assert call("compare", run).exit_code == 2
    assert "Damaged replications removed, to be simulated again: 1." in again(run).stderr
    assert data_of("compare", run)[0]["scenarios"] == expected


def test_ctrl_c_keeps_what_is_finished(finished, monkeypatch):
    save, saved = store.save_replication, []

    def save_one(*arguments):
        if saved:
            raise KeyboardInterrupt
        saved.append(save(*arguments))

    with monkeypatch.context() as patch:
        patch.setattr(store, "save_replication", save_one)
        stopped = call("run", *FILES, *SMALL, "--out", "stopped")
    left = {path.name for path in Path("stopped").rglob("*")}
    resumed = again("stopped")

    assert stopped.exit_code == 130
    assert "the same command goes on" in stopped.stderr
    assert left == {"request.json", "replications", "00000.zip"}
    assert "1 of 2 replications are there" in resumed.stderr
    assert (Path("stopped") / "metrics.parquet").read_bytes() == (finished / "metrics.parquet").read_bytes()


def test_a_study_is_made_again_from_its_folder(run):
    data = data_of("run", "--from", run, "--out", "again", "--no-charts")

    assert data["scenarios"] == data_of("compare", run)[0]["scenarios"]


def test_a_study_of_another_model_is_made_again_with_a_warning(run):
    record = json.loads((run / "study.json").read_text(encoding="utf-8"))
    (run / "study.json").write_text(json.dumps({**record, "model": "older"}), encoding="utf-8")

    result = call("run", "--from", run, "--out", "again", "--no-charts")

    assert result.exit_code == 0
    assert "another version of the model" in result.stderr


def test_events_are_kept_in_a_file_even_for_a_study_that_is_finished(run):
    parquet = pytest.importorskip("pyarrow.parquet")
    result = call("run", *FILES, *SMALL, "--out", run, "--events")
    columns = parquet.read_table(run / "events.parquet").to_pydict()

    assert "simulated once more" in result.stderr
    assert len(columns["time"]) == data_of("compare", run)[0]["events"]
    assert set(columns["scenario"]) == {"baseline", "all five"}
    assert set(columns["replication"]) == {0, 1}
    assert {"used", "paid", "signed_up"} <= set(columns["event"])
    paid = [amount for event, amount in zip(columns["event"], columns["amount"], strict=True) if event == "paid"]
    assert min(paid) >= 20.0  # one seat is 30 USD
    assert "nothing is simulated" in call("run", *FILES, *SMALL, "--out", run, "--events").stderr


def test_an_interrupted_event_log_leaves_no_half_file(monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store, "save_replication", stop)
        result = call("run", *FILES, *SMALL, "--out", "stopped", "--events")

    assert result.exit_code == 130
    assert [path.name for path in Path("stopped").iterdir()] == ["request.json"]


def test_the_sample_of_customers_has_their_traits(finished):
    parquet = pytest.importorskip("pyarrow.parquet")
    customers = parquet.read_table(finished / "customers.parquet").to_pydict()

    assert set(customers) == {"id", "origin", "segment", "fit", "leave_propensity", "use_propensity", "effort",
                              "seats", "card"}  # fmt: skip
    assert set(customers["origin"]) == {"acquired", "opening"}
    assert set(customers["segment"]) == {"small", "mid", "enterprise"}
    assert len(set(customers["id"])) == len(customers["id"]) == pytest.approx(200, abs=2)  # groups are rounded


def test_after_a_run_the_model_counts_as_compiled(finished):
    assert os.environ.get("NUMBA_DISABLE_JIT") or is_compiled("live_one_by_one")


def test_one_replication_gives_no_interval():
    result = call("run", *FILES, *SMALL, "--replications", 1)

    assert "One replication gives no interval" in result.stdout
    assert "not yet" not in result.stdout


def test_a_reader_is_warned_of_what_the_figures_do_not_hold():
    written_scenario("baseline.yaml", arpa="arpa: 130 USD per month")
    team = "extends: baseline.yaml\nname: a team\nlevers: {guided_onboarding: {team: {agents: 3}}}\n"
    Path("team.yaml").write_text(team, encoding="utf-8")

    printed = " ".join(call("run", "baseline.yaml", "team.yaml", *SMALL).stdout.split())

    assert "the horizon of 6 months holds less than two rounds of annual plans" in printed
    assert "queues behave like those of a business of that size" in printed
    assert "the base rates of baseline were solved for other numbers" in printed
    assert os.environ.get("NUMBA_DISABLE_JIT") or is_compiled("run_month")


# --- wrong input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["nonsense"], "No such command"),
        (["rum"], "there is no command 'rum'; did you mean 'run'?"),
        (["run"], "name at least one scenario file"),
        (["run", "missing.yaml"], "there is no file"),
        (["run", "."], "is a folder"),
        (["run", "binary.yaml"], "neither UTF-8 nor GBK"),
        (["run", "empty.yaml"], "the file is empty"),
        (["run", FILES[0], FILES[0]], "two scenarios have the name"),
        (["run", *FILES, "--baseline", "al five"], "did you mean 'all five'?"),
        (["run", *FILES, "--customers", "-1"], "customers is -1"),
        (["run", *FILES, "--customers", "nan"], "not a valid integer"),
        (["run", *FILES, "--customers", "1e9"], "not a valid integer"),
        (["run", *FILES, "--customers", 10**30], "it lies between"),
        (["run", *FILES, "--months", "0"], "months is 0"),
        (["run", *FILES, "--replications", "0"], "replications is 0"),
        (["run", *FILES, "--seed", 2**63], "seed is"),
        (["run", *FILES, "--jobs", "0"], "not in the range"),
        (["run", *FILES, "--engine", "steam"], "is not one of"),
        (["run", *FILES, "--lang", "fr"], "is not one of"),
        (["run", *FILES, *SMALL, "--out", "empty.yaml"], "is a file"),
        (["run", *FILES, *SMALL, "--out", "empty.yaml/below"], "Not a directory"),
        (["run", *FILES, *SMALL, "--out", "x" * 300], "name too long"),
        (["run", *FILES, *SMALL, "--out", "."], "holds no study"),
        (["run", "--from", "."], "holds no finished study"),
        (["run", FILES[0], "--from", "."], "name no files"),
        (["run", "--from", ".", "--seed", "3"], "no option that changes the study"),
        (["compare"], "Missing argument"),
        (["compare", "nowhere"], "holds no finished study"),
        (["compare", "empty.yaml"], "holds no finished study"),
        (["check", "missing.yaml"], "there is no file"),
        (["tune", "binary.yaml"], "neither UTF-8 nor GBK"),
        (["tune", FILES[0]], "tune the baseline's own file"),
        (["tune", FILES[1], "--customers", "1"], "not in the range"),
        (["levers", "anual_plan"], "did you mean 'annual_plan'?"),
    ],
)
def test_wrong_input_ends_with_2_and_says_why(words, expected):
    Path("binary.yaml").write_bytes(bytes(range(256)))
    Path("empty.yaml").touch()

    result = call(*words)

    assert result.exit_code == 2
    assert expected in " ".join(result.stderr.split())
    assert result.stdout == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda record: "garbage",
        lambda record: "[" * 100_000,
        lambda record: {**record, "customers": "many"},
        lambda record: {**record, "customers": 300},
        lambda record: {**record, "replications": 10**12},
        lambda record: {**record, "seed": float("nan")},
        lambda record: {**record, "scenarios": []},
        lambda record: {**record, "scenarios": [{**record["scenarios"][0], "data": 7}]},
        lambda record: {**record, "format": 0},
        lambda record: {"format": record["format"]},
    ],
)
def test_a_run_folder_with_a_spoilt_record_ends_with_2(run, change):
    file = run / "study.json"
    changed = change(json.loads(file.read_text(encoding="utf-8")))
    file.write_text(changed if isinstance(changed, str) else json.dumps(changed), encoding="utf-8")

    result = call("compare", run)

    assert result.exit_code == 2
    assert "error: " in result.stderr
    assert result.stdout == ""


def test_a_folder_with_another_study_is_not_touched(run):
    result = call("run", FILES[1], *SMALL, "--out", run)

    assert result.exit_code == 2
    assert "another study" in result.stderr


def test_a_spoilt_request_ends_with_2(run):
    (run / "request.json").write_bytes(b"\xff\xfe")

    assert again(run).exit_code == 2
    assert call("compare", run).exit_code == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), 130),
        (PermissionError(13, "Permission denied", "runs"), 2),
        (OSError(28, "No space left on device"), 2),
        (MemoryError(), 2),
        (RuntimeError("a fault"), 1),
        (store.NotAStudy("nothing here"), 2),
    ],
)
def test_every_outcome_has_its_code(error, code, monkeypatch, capsys):
    monkeypatch.delenv("RETENTION_SIM_DEBUG", raising=False)

    assert outcome(error) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_fault_of_ours_shows_its_traceback_only_when_asked(monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("a fault")

    monkeypatch.setattr(run_module, "show_study", fail)
    plain = call("run", *FILES, *SMALL)
    monkeypatch.setenv("RETENTION_SIM_DEBUG", "1")
    debugged = call("run", *FILES, *SMALL)

    assert plain.exit_code == debugged.exit_code == 1
    assert "Please report it" in plain.stderr and "Traceback" not in plain.stderr
    assert "Traceback" in debugged.stderr


# --- check, tune, levers ----------------------------------------------------------------------------------------------


def test_check_says_ok_for_each_good_file():
    result = call("check", *FILES)

    assert result.exit_code == 0
    assert [line.rsplit(": ", 1)[1] for line in result.stdout.splitlines()] == ["ok (all five)", "ok (baseline)"]


def test_check_says_every_problem_once_with_its_place():
    written_scenario("baseline.yaml", horizon="horizon: 36 mnths", card="card: 950 %")
    Path("one.yaml").write_text("extends: baseline.yaml\nname: one\n", encoding="utf-8")
    Path("数据.yaml").write_text("extends: nowhere.yaml\nname: two\n", encoding="utf-8")

    result = call("check", "baseline.yaml", "one.yaml", "数据.yaml", FILES[1])

    lines = [line for line in result.stderr.splitlines() if "warning" not in line]
    assert result.exit_code == 2
    assert len(lines) == 3
    assert all(re.fullmatch(r"[^:]+\.yaml:\d+:\d+: error: .+", line) for line in lines)
    assert result.stdout.endswith("ok (baseline)\n")


SUMS = {
    "segments": ("    share: 20 %\n", "    share: 10 %\n"),
    "acquisition.channels": ("search: {share: 35 %", "search: {share: 25 %"),
    "opening.segments": ("{small: 70 %", "{small: 60 %"),
    "opening.plans.small": ("monthly: 75 %", "monthly: 65 %"),
    "opening.tenure": ("{0-12 months: 50 %", "{0-12 months: 40 %"),
    "behaviour.reasons": ("horizon:", "behaviour: {reasons: {soft: 25 %}}\nhorizon:"),
}
"""What to change in the baseline for each whole to come to 90 %."""
ELSEWHERE = {
    "a value that is needed": ("horizon: 36 months", "horizon: 36", "horizon: 36 has no unit"),
    "a misspelt market": ("market: us_b2b_saas", "market: us_b2b", "there is no market 'us_b2b'"),
    "a market that is none": ("market: us_b2b_saas", "market: ours", "there is no market 'ours'"),
    "a name that is missing": ("name: baseline\n", "", "'name' is missing"),
}


@pytest.mark.parametrize("wrong", [None, *ELSEWHERE])
def test_check_says_of_every_whole_that_it_does_not_add_up_whatever_else_is_wrong(wrong):
    text = Path(FILES[1]).read_text(encoding="utf-8")
    *change, expected = ELSEWHERE[wrong] if wrong else ("", "", "")
    for before, after in [*SUMS.values(), change]:
        assert before in text
        text = text.replace(before, after, 1)
    Path("mine.yaml").write_text(text, encoding="utf-8")

    said = call("check", "mine.yaml").stderr

    assert re.findall(r"the shares of (\S+) add up to 90 %; make them", said) == sorted(
        SUMS, key=lambda what: text.index(SUMS[what][1])
    )
    assert expected in said


@pytest.mark.parametrize(("text", "said"), [
    ("name: a\nlevers：\n  annual_plan: {}\n", "3:7: error: the colon of this line is the full-width '：'; type"),
    ("name: '  '\n", "2:7: error: the name cannot be seen on one line; write a few words"),
    ('name: "two\\nlines"\n', "2:7: error: the name cannot be seen on one line"),
    (f"name: {'x' * 81}\n", "this text is too long"),
])  # fmt: skip
def test_check_says_what_the_eye_does_not_see(text, said):
    written_scenario("baseline.yaml")
    Path("mine.yaml").write_text("extends: baseline.yaml\n" + text, encoding="utf-8")

    assert said in " ".join(call("check", "mine.yaml").stderr.split())


def test_quantities_may_be_full_width():
    """As a Chinese keyboard types them."""
    written_scenario("baseline.yaml")
    text = "extends: baseline.yaml\nname: wide\nlevers: {annual_plan: {discount: 10％, starts: ３ months}}\n"
    Path("mine.yaml").write_text(text, encoding="utf-8")

    assert call("check", "mine.yaml").exit_code == 0
    plan = load(Path("mine.yaml")).levers.annual_plan
    assert (plan.discount, plan.starts) == (0.1, 3 * MONTH)


def test_a_wrong_currency_is_said_once():
    written_scenario("baseline.yaml", currency="currency: USDD")
    said = call("check", "baseline.yaml").stderr

    assert said.count("error") == 1 and "write 'currency: USD'" in said


def test_a_file_that_extends_nothing_is_told_how_a_strategy_begins():
    Path("mine.yaml").write_text("name: mine\n", encoding="utf-8")

    assert "if this is a strategy of a business, 'extends: baseline.yaml'" in " ".join(
        call("check", "mine.yaml").stderr.split()
    )


@pytest.mark.parametrize(("pattern", "empty", "what"), [
    (r"tenure: \{.*\}", "tenure: {}", "opening.tenure"), (r"segments: \{.*\}", "segments: {}", "opening.segments"),
    (r"channels:\n( {4}.*\n)+", "channels: {}\n", "acquisition.channels"),
])  # fmt: skip
def test_a_whole_of_nothing_does_not_add_up(pattern, empty, what):
    """Else there would be none of the customers of whom the file says how many there are."""
    text, count = re.subn(pattern, empty, Path(FILES[1]).read_text(encoding="utf-8"))
    Path("mine.yaml").write_text(text, encoding="utf-8")

    assert count == 1
    assert f"the shares of {what} add up to 0 %" in call("check", "mine.yaml").stderr


@pytest.mark.parametrize("market", ["market: us_b2b", "market: ours", ""])
def test_check_says_of_a_wrong_market_that_alone(market):
    """And not that all is missing that a market fills in, below levers too; what is wrong besides is said as well."""
    written_scenario("baseline.yaml", market=market, starts="starts: 2026-01-02")
    five = Path(FILES[0]).read_text(encoding="utf-8").replace("levers:", "levers:\n  prompts: {ends: 0 days}")
    Path("five.yaml").write_text(five, encoding="utf-8")

    said = [line.partition("error: ")[2] for line in call("check", "five.yaml").stderr.splitlines()]

    assert 1 == sum("market" in line for line in said)
    assert not [line for line in said if "is missing" in line and "'market'" not in line]
    if market == "market: us_b2b":
        assert any("first of a month" in line for line in said) and any("ends" in line for line in said)


def test_check_says_nothing_of_a_sum_whose_shares_are_wrong_themselves():
    """What is missing or no share is said once, of itself."""
    text = Path(FILES[1]).read_text(encoding="utf-8")
    for before, after in {"horizon: 36 months": "horizon: 36", "search: {share: 35 %": "search: {share: 35 months",
                          "{monthly: 75 %, annual: 25 %}": "{monthly: 75 %}"}.items():  # fmt: skip
        assert before in text
        text = text.replace(before, after, 1)
    Path("mine.yaml").write_text(text, encoding="utf-8")

    said = call("check", "mine.yaml").stderr

    assert "add up" not in said
    assert 3 == said.count("error: ")


def test_check_says_when_files_make_no_study():
    written_scenario("baseline.yaml", horizon="horizon: 30 months")
    Path("longer.yaml").write_text("extends: baseline.yaml\nname: longer\nhorizon: 40 months\n", encoding="utf-8")

    result = call("check", "baseline.yaml", "longer.yaml")

    assert result.exit_code == 2
    assert "'longer' changes horizon" in result.stderr


def test_check_warns_of_base_rates_that_are_missing_or_stale():
    written_scenario("stale.yaml", arpa="arpa: 130 USD per month")
    text = Path(FILES[1]).read_text(encoding="utf-8")
    Path("untuned.yaml").write_text(text[: text.index("solved:")], encoding="utf-8")

    stale, untuned = call("check", "stale.yaml"), call("check", "untuned.yaml")

    assert stale.exit_code == untuned.exit_code == 0
    assert "stale.yaml: warning: the base rates were solved for other numbers" in stale.stderr
    assert "untuned.yaml: warning: no base rates yet" in untuned.stderr


ONE_SEGMENT = """
name: one segment
market: us_b2b_saas
currency: USD
starts: 2026-01-01
horizon: 12 months
acquisition: {new_customers: 20 per month}
plans:
  monthly: {price: 30 USD per month}
  annual: {price: 300 USD per year}
segments:
  all:
    share: 100 %
    card: 80 %
    acquisition_cost: 300 USD
    targets:
      churn: {monthly: CHURN % per month, annual: 20 % per year}
      activation: 30 %
      conversion: 20 %
      annual_share: 30 %
      arpa: 100 USD per month
"""


@pytest.fixture
def roughly(monkeypatch):
    """Let tuning stop early: how well it hits the targets is tested elsewhere."""
    monkeypatch.setattr(importlib.import_module("sim.study.tune"), "TOLERANCE", 0.05)


@pytest.mark.usefixtures("roughly")
def test_tune_writes_base_rates_with_which_the_file_can_be_run():
    Path("one.yaml").write_text(ONE_SEGMENT.replace("CHURN", "4"), encoding="utf-8")
    refused = call("run", "one.yaml", *SMALL)
    dry = call("tune", "one.yaml", "--customers", 2000, "--dry-run")
    untouched = Path("one.yaml").read_text(encoding="utf-8")

    result = call("tune", "one.yaml", "--customers", 2000)

    assert refused.exit_code == 2 and "retention-sim tune" in refused.stderr
    assert dry.exit_code == result.exit_code == 0, result.stderr
    assert dry.stdout == result.stdout
    assert untouched == ONE_SEGMENT.replace("CHURN", "4")
    assert "step 1:" in result.stderr
    assert re.search(r"monthly plan: churn per month +4\.00 %( +\d\.\d\d %){2}", result.stdout)
    assert call("run", "one.yaml", *SMALL).exit_code == 0


@pytest.mark.usefixtures("roughly")
def test_tune_replaces_base_rates_that_no_longer_fit_the_segments():
    text = ONE_SEGMENT.replace("CHURN", "4") + "\nsolved: {solved_for: x, reasons: {}, segments: {}}\n"
    Path("one.yaml").write_text(text, encoding="utf-8")

    assert call("check", "one.yaml").exit_code == 2
    assert call("tune", "one.yaml", "--customers", 2000).exit_code == 0
    assert call("check", "one.yaml").stderr == ""


def test_tune_says_which_target_cannot_be_met():
    Path("one.yaml").write_text(ONE_SEGMENT.replace("CHURN", "0.1"), encoding="utf-8")

    result = call("tune", "one.yaml", "--customers", 2000)

    assert result.exit_code == 2
    assert "segment 'all': failed charges alone end" in result.stderr


def test_levers_are_listed_each_with_what_it_does():
    result = call("levers")

    assert result.exit_code == 0
    assert all(re.search(rf"^{lever.lever_name()} +\w", result.stdout, re.MULTILINE) for lever in LEVERS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.lever_name())
def test_all_is_told_of_a_lever(lever, language):
    result = call("levers", lever.lever_name(), "--lang", language)

    assert result.exit_code == 0
    assert all(f"  {name}: " in result.stdout for name in lever.model_fields)
    assert all(f"  {hook.name.lower()}: " in result.stdout for hook in lever.hooks)
    assert max(map(width, result.stdout.splitlines())) <= WIDTH


# --- processes --------------------------------------------------------------------------------------------------------


def test_help_loads_nothing_heavy():
    code = "import sys, sim.cli.main as main\ntry: main.commands.main(['--help'])\nexcept SystemExit: pass\n"
    code += f"print('loaded:', *sorted({HEAVY!r} & set(sys.modules)))"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert all(command in printed for command in COMMANDS)
    assert printed.splitlines()[-1].split() == ["loaded:"]


def test_a_terminated_run_ends_with_130_and_goes_on_to_the_same_figures():
    words = ["run", *FILES, "--customers", 500, "--months", 24, "--replications", 40, "--no-charts"]
    process = start(*words, "--out", "stopped")
    while process.poll() is None and not store.replication_file(Path("stopped"), 0).exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    there = len(list(Path("stopped/replications").glob("*.zip")))

    assert process.returncode == 130, err
    assert "Finished replications are kept in stopped" in err and "Traceback" not in err
    assert out == "" and 1 <= there < 40 and not store.is_finished(Path("stopped"))
    assert not list(Path("stopped/replications").glob(".*"))
    assert data_of(*words, "--out", "stopped")["scenarios"] == data_of(*words, "--out", "whole")["scenarios"]


def test_a_reader_who_goes_away_is_no_error():
    process = start("levers", "annual_plan")
    process.stdout.close()
    err = process.stderr.read()

    assert process.wait(timeout=60) == 0
    assert err == ""


def test_names_that_a_terminal_cannot_show_do_no_harm():
    written_scenario("数据.yaml")
    process = start("check", "数据.yaml", "--lang", "zh", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    out, err = process.communicate(timeout=60)

    assert process.returncode == 0, err
    assert "baseline" in out


# --- the parts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (0.0, "0", "0"),
        (0.004, "0", "0"),
        (115.0, "115", "115"),
        (9999.0, "10 k", "1万"),
        (41_000.0, "41 k", "4.1万"),
        (999_700.0, "1 M", "100万"),
        (1_234_567.0, "1.23 M", "123万"),
        (-2.5e9, "-2.5 bn", "-25亿"),
        (1e16, "10,000 T", "10,000万亿"),
    ],
)
def test_numbers_are_short(value, english, chinese):
    assert Numbers("en").short(value).replace(NO_BREAK, " ") == english
    assert Numbers("zh").short(value) == chinese


def test_differences_have_a_sign_and_shares_are_in_points():
    numbers = Numbers("en")
    written = [
        numbers.change(0.0163, "share"), numbers.change(-0.0, "share"), numbers.change(-31_600.0, "money"),
        numbers.change(12.34, "count"), numbers.span(-0.001, 0.02, "share"), numbers.relative(-0.0042),
        numbers.change(float("nan"), "money"), numbers.span(float("nan"), 1.0, "money"),
    ]  # fmt: skip

    assert [text.replace(NO_BREAK, " ") for text in written] == [
        "+1.63 pp", "0.00 pp", "-31.6 k", "+12.3", "-0.10 .. +2.00", "-0.42 %", "n/a", "n/a",
    ]  # fmt: skip


def test_text_is_wrapped_by_the_columns_it_takes():
    assert wrap("one two three", columns=8) == ["one two", "three"]
    assert wrap("客户留存，率", columns=8) == ["客户留", "存，率"]
    assert wrap("留存（率）", columns=6) == ["留存", "（率）"]
    assert wrap("利润 +39.8万，率", columns=12) == ["利润", "+39.8万，率"]
    assert wrap(f"1{NO_BREAK}k and more", columns=6) == [f"1{NO_BREAK}k", "and", "more"]
    assert table(["a", "b"], [["客户", "1"], ["x", "22"]]) == ["a          b", "客户       1", "x         22"]


def test_a_table_of_many_scenarios_is_cut_to_the_page():
    names = ["baseline", "a_name_without_any_space_in_it", "one two three four five six", *"abcdefgh"]

    lines = wide_table(["metric", *names], [["Customer retention, month 12", *["74.6 %"] * len(names)]])

    assert max(map(width, lines)) <= WIDTH
    assert sum(line.count("74.6 %") for line in lines) == len(names)
    assert max(map(width, broken(names[1]))) <= 12


def test_emphasis_is_for_terminals_only(monkeypatch):
    class Terminal:
        def isatty(self):
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    plain = bold("text")
    monkeypatch.setattr(sys, "stdout", Terminal())
    emphasised = bold("text")
    monkeypatch.setenv("NO_COLOR", "1")

    assert (plain, bold("text")) == ("text", "text")
    assert emphasised.startswith("\x1b[1m")


def test_without_a_terminal_a_line_is_said_at_most_every_ten_seconds(capsys):
    times = iter([0.0, 1.0, 2.0, 11.0, 12.0, 22.0, 40.0])
    heartbeat = Heartbeat(Words("command_line", "en"), clock=lambda: next(times))
    for done in (1, 2, 3, 4, 5, 6):
        heartbeat.step(done, 6)

    assert capsys.readouterr().err.splitlines() == [
        "Simulating: 3 of 6 pieces, about 15 s left",
        "Simulating: 5 of 6 pieces, about 5 s left",
    ]
