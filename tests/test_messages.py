"""Every message that people can meet comes from the catalogue, and in Chinese holds no English sentence."""

import ast
import errno
import inspect
import os
import re
import string
import sys
from pathlib import Path

import click
import pytest
import test_command_line
import test_document
from click.testing import CliRunner
from worlds import ROOT

from sim.analysis.catalogue import CATALOGUE
from sim.cli.main import COMMANDS, commands
from sim.core.custom import CustomLever
from sim.core.hooks import Hook
from sim.core.parameter import GRADES
from sim.core.sources import sources
from sim.language.words import REMEDY, error_text, language_of_errors, texts
from sim.levers import BY_NAME
from sim.scenario.document import read
from sim.scenario.load import build
from sim.scenario.problems import ProblemsFound

FAULTS_OF_OURS = {
    "__init__.py", "core/chain.py", "core/lever.py", "core/parameter.py", "core/sources.py", "core/units.py",
    "scenario/json_schema.py",
}  # fmt: skip
"""Files with messages for whoever changes the project: a lever without what it needs, a source of an unknown kind."""
SAYS = {"Problem", "UsageError", "BadParameter", "told", "echo", "NotDrawn"}
SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}")
CHINESE = re.compile("[\u4e00-\u9fff]")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\{[^}]*\}|（[^）]*）")
"""What a message repeats, of the file or of the library that found the fault."""
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")


def files():
    """Yield every file of the package with its tree."""
    for path in sorted((ROOT / "sim").rglob("*.py")):
        yield path.relative_to(ROOT / "sim").as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def called(node):
    """Return the name of what a call calls."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def sentences(node):
    """Return the pieces of text inside a part of a tree that read like English."""
    found = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and type(part.value) is str]
    return [text for text in found if SENTENCE.search(text)]


def messages(tree, file):
    """Yield the parts of a file that become messages: what is raised, what is said, and findings of checks."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            yield node.exc
        elif (isinstance(node, ast.Call) and called(node) in SAYS) or (
            isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and file.startswith("scenario/")
        ):
            yield node


# --- nothing stands in the code ---------------------------------------------------------------------------------------


def test_no_message_stands_in_the_code():
    found = {
        f"{file}:{part.lineno}: {text}"
        for file, tree in files()
        if file not in FAULTS_OF_OURS
        for part in messages(tree, file)
        for text in sentences(part)
    }

    assert found == {f"scenario/market.py:{line}: {text}" for line, text in own_markets()}


def own_markets():
    """Return the one message of a fault of ours beside messages for users: a market preset of two currencies."""
    text = (ROOT / "sim/scenario/market.py").read_text(encoding="utf-8").splitlines()
    line = next(place for place, row in enumerate(text, start=1) if "is not in {market.currency}" in row)
    return [(line - 1, "; convert it to "), (line - 1, " is not in ")]


def test_the_guard_sees_a_message_in_the_code():
    tree = ast.parse("raise ValueError(f'{x} is not known; write one')\nProblem(1, 'there is none')")

    assert len([text for part in messages(tree, "x.py") for text in sentences(part)]) == 2


def keys_used():
    """Yield every key of an error that stands in the code, with the values that go with it; None if they are hidden."""
    for file, tree in files():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or called(node) not in (
                "error_text", "error_and_remedy", "_problem", "_stop",
            ):  # fmt: skip
                continue
            keys = [part.value for part in node.args if isinstance(part, ast.Constant) and type(part.value) is str]
            values = {word.arg for word in node.keywords}
            for key in keys:
                yield f"{file}:{node.lineno}", key, None if None in values else values, called(node)


def test_every_error_is_there_and_gets_what_fills_its_gaps():
    """A message that is seldom said must not fail when it is."""
    seen = 0
    for place, key, values, how in keys_used():
        subject, _, name = key.partition(".")
        found = texts(f"errors_of_{subject}", "en")
        for one in [name] if how == "error_text" else [name, name + REMEDY]:
            needed = {gap for _, gap, _, _ in string.Formatter().parse(found[one]) if gap}
            assert values is None or needed <= values, place
            seen += 1
    assert seen > 200


# --- and in Chinese all is Chinese ------------------------------------------------------------------------------------


@pytest.fixture
def chinese():
    """Let errors be in Chinese."""
    before = language_of_errors.set("zh")
    yield
    language_of_errors.reset(before)


def is_chinese(message):
    """Whether a message holds Chinese, and no English besides what it repeats."""
    assert CHINESE.search(message), message
    assert not ENGLISH.search(QUOTED.sub("", message)), message


def rows_of(test):
    """Return what an existing test is fed with."""
    return [row for mark in test.pytestmark if mark.name == "parametrize" for row in mark.args[1]]


FILES = [content for content, _ in rows_of(test_document.test_traps_are_explained_at_their_place)]
FILES += [content for content, _ in rows_of(test_document.test_no_file_is_too_much)]


@pytest.mark.parametrize("content", FILES, ids=range(len(FILES)))
def test_what_is_wrong_with_a_file_is_said_in_chinese(content, tmp_path, chinese):
    file = tmp_path / "file.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(ProblemsFound) as found:
        read(file)

    for line in str(found.value).splitlines():
        assert ": 错误：" in line
        is_chinese(line.partition(" 错误：")[2])


SPOILT = {
    "starts": "soon", "horizon": "14", "residual": "-3 months", "currency": 7, "market": "us_b2b_saas2", "name": "",
    "description": "x" * 3000, "history": "1e9 months", "season": {"candidates": [1, 2]},
    "levers": {"anual_plan": None},
    "acquisition": {"new_customers": "3 % per month"}, "plans": [1], "costs": {"nonsense": 1, "discount_rate": "x %"},
    "promotions": [{"month": "May", "lift": "120 %"}], "opening": {"customers": 1.5}, "segments": {},
    "renewal": {"alpha": 1, "beta": 0},
    "behaviour": {"use": {"peak": "9000 per day"}, "stages": {"dormant_after": "x"}},
    "solved": 5, "surprise": 1, "orders": {"goods_cost": "7 EUR"},
}  # fmt: skip


@pytest.mark.parametrize("key", SPOILT)
def test_what_is_wrong_with_a_scenario_is_said_in_chinese(key, chinese):
    data = {**read(ROOT / "scenarios/baseline.yaml").plain(), key: SPOILT[key]}

    with pytest.raises(ProblemsFound) as found:
        build(data)

    for line in str(found.value).splitlines():
        is_chinese(line.partition(" 错误：")[2])


@pytest.mark.parametrize(
    "words", [row[0] for row in rows_of(test_command_line.test_wrong_input_ends_with_2_and_says_why)], ids=str
)
@pytest.mark.usefixtures("built_in")
def test_what_is_wrong_with_a_command_line_is_said_in_chinese(words):
    Path("binary.yaml").write_bytes(bytes(range(256)))
    Path("empty.yaml").touch()
    if "fr" in words:
        words = [*words, "--lang", "fr"]

    result = CliRunner().invoke(commands, ["--lang", "zh", *map(str, words)])

    assert result.exit_code == 2
    if "fr" not in words:
        is_chinese(result.stderr.partition("错误：")[2].replace("\n", " "))


@pytest.fixture
def built_in(tmp_path, monkeypatch):
    """Work in a folder with the built-in scenarios."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_in_chinese(name):
    printed = CliRunner().invoke(commands, ["--lang", "zh", *([name] if name else []), "--help"])

    assert printed.exit_code == 0
    assert not [line for line in printed.output.splitlines()[1:] if ENGLISH.search(QUOTED.sub("", line))]
    assert CHINESE.search(printed.output.splitlines()[0])


def test_every_text_of_help_belongs_to_a_command_or_an_option():
    used = {"all", "option_lang", *(f"short_{name.replace('-', '_')}" for name in COMMANDS)}
    for name in COMMANDS:
        command, own = commands.get_command(click.Context(commands), name), name.replace("-", "_")
        used.add(own)
        for option in (one for one in command.params if isinstance(one, click.Option)):
            key = f"{own}_{option.name}"
            used.add(key if key in texts("commands", "en") else f"option_{option.name}")

    assert used == set(texts("commands", "en"))


def test_click_still_says_what_is_translated():
    """Another version of click may say it otherwise; then the translation would silently be lost."""
    source = "".join(
        inspect.getsource(sys.modules[f"click.{module}"])
        for module in ("core", "decorators", "exceptions", "formatting", "parser", "types")
    )
    written = "".join(
        part.value for part in ast.walk(ast.parse(source.replace("from __future__ import annotations", "")))
        if isinstance(part, ast.Constant) and type(part.value) is str
    )  # fmt: skip

    assert [text for text in texts("click", "en").values() if text not in written] == []


def test_reasons_of_the_system_are_those_of_the_system():
    for name, reason in texts("errors_of_system", "en").items():
        assert os.strerror(getattr(errno, name)) == reason


def test_an_unknown_name_is_answered_in_lines_of_80_columns():
    for command in ("levers", "verify"):
        printed = CliRunner().invoke(commands, [command, "xyz"]).stderr.splitlines()
        assert len(printed) > 5 and max(map(len, printed)) <= 80


def test_an_error_of_a_thread_is_in_the_language_of_its_caller(chinese):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1, initializer=language_of_errors.set, initargs=(language_of_errors.get(),)) as pool:
        assert CHINESE.search(pool.submit(error_text, "study.no_scenario").result())


# --- what stands in the code in English -------------------------------------------------------------------------------


def test_every_lever_and_every_quantity_has_its_chinese():
    every = {**BY_NAME, CustomLever.lever_name(): CustomLever}

    assert set(texts("levers", "zh")) == {key for name in every for key in (name, f"{name}_about")}
    assert set(texts("hooks", "zh")) == {hook.name.lower() for hook in Hook} | {f"grade_{grade}" for grade in GRADES}


def test_every_source_of_our_own_has_a_chinese_title():
    own = {key for key, source in sources().items() if source.kind in ("seed", "judgement", "choice")}

    assert set(texts("sources", "zh")) == own


def test_every_metric_has_a_definition_in_every_language():
    for language in ("en", "zh"):
        assert list(texts("metric_definitions", language)) == list(CATALOGUE)
