"""What README and pages show can be typed: files, commands, Python; and commands print what stands below them.

Every block ```yaml, ```shell, ```console and ```python is tried, unless a comment before it says why it is not run, or
of which file it is a part. Samples are smaller than written, except where the output is shown.
"""

import ast
import re
import shlex
import shutil
from dataclasses import dataclass

import matplotlib
import pytest
from click.testing import CliRunner
from worlds import ROOT

from sim.cli.main import COMMANDS, commands

READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
PAGES = [*READMES, *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"(?:<!-- (?P<note>[^>]*) -->\n)?^```(?P<kind>[a-z]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"`(scenarios/[a-z_]+\.yaml)`[^`]*\n\n$")
KINDS = {"yaml", "shell", "console", "python", "math", ""}
SMALLER = {
    "run": ["--customers", "200", "--replications", "2", "--no-charts", "--no-report"],
    "report": ["--no-sliders"],
}
LONG = {"hangs-on": "test_hangs_on.py"}
"""Commands that take long however small the sample, and the tests that run them: here they are only read."""
SMALLER_IN_PYTHON = {
    "customers=20_000": "customers=200, replications=2",
    "hangs_on()": "hangs_on(customers=60, replications=2, top=1)",
}
WRITTEN = (".yaml", ".xlsx")
"""What commands write that print nothing."""
TIME = re.compile(r"(?:in|，用时)[0-9.]+(?:ms|s|min|h|毫秒|秒|分钟|小时)(?=[.。])")
FOLDER = re.compile(r"-[0-9a-f]{10}(?=$|/)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One block of code, with what the comment before it says and the file that the text before it names."""

    page: str
    kind: str
    text: str
    note: str
    named: str | None


def blocks_of(path):
    text = path.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        named = NAMED.search(text[: found.start()].replace("：", ":"))
        yield Block(path.name, found["kind"], found["text"], found["note"] or "", named and named[1])


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def tried(kind):
    return [block for block in BLOCKS if block.kind == kind and not block.note]


def page_of(block):
    return block.page


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with the shipped scenarios, and the files that a page has the reader write."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_files(place, page):
    for block in tried("yaml"):
        if block.page == page and block.named:
            (place / block.named).write_text(block.text, encoding="utf-8")


def typed(line):
    """Run a line as it would be typed; return what it prints."""
    program, *words = shlex.split(line, comments=True)
    assert program == "retention-sim"
    result = CliRunner().invoke(commands, words)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_block_is_of_a_kind_that_is_tried():
    """A comment says why a block is not; there are examples of every kind."""
    assert {block.kind for block in BLOCKS} == KINDS
    assert {block.page for block in BLOCKS if not block.kind} == {"generator.md"}, "what other programs printed"
    notes = {block.note.split(":")[0] for block in BLOCKS if block.note}
    assert notes <= {"not run", "part of"}


@pytest.mark.parametrize("block", tried("yaml"), ids=page_of)
def test_a_scenario_that_is_shown_is_right(place, block):
    file = place / (block.named or "scenarios/shown.yaml")
    file.write_text(block.text, encoding="utf-8")

    assert block.text.startswith("extends: ")
    typed(f"retention-sim check {file}")


@pytest.mark.parametrize("block", tried("shell"), ids=page_of)
def test_commands_that_are_shown_run(place, block):
    write_files(place, block.page)

    for line in block.text.splitlines():
        program, name, *words = shlex.split(line, comments=True)
        if name in LONG:
            assert commands.get_command(None, name).make_context(name, words)
            assert all((place / word).exists() for word in words if word.endswith(".yaml"))
        else:
            printed = typed(shlex.join([program, name, *words, *SMALLER.get(name, [])]))
            assert printed or all((place / word).exists() for word in words if word.endswith(WRITTEN))


def without_time(printed):
    """What is printed but for the folder; the second paragraph without spaces, as the time in it moves its lines.

    The folder's name ends in a hash of all that the files resolve to, notes on parameters included.
    """
    answer, how, rest = printed.split("\n\n", 2)
    return answer, TIME.sub("", re.sub(r"\s", "", how)), FOLDER.sub("", rest)


@pytest.mark.parametrize("block", tried("console"), ids=page_of)
def test_commands_print_what_is_shown(place, block):
    """To the last figure, but for the time that it took and the name of the folder."""
    write_files(place, block.page)
    line, shown = block.text.split("\n", 1)
    assert line.startswith("$ ") and "--charts" not in line

    printed = typed(line.removeprefix("$ ") + " --no-charts")

    assert without_time(printed) == without_time(shown)


def test_pages_in_two_languages_show_the_same():
    """Comments apart, and what the own strategy is called."""
    english, chinese = ([b for b in BLOCKS if b.page == readme.name] for readme in READMES)

    assert [block.kind for block in english] == [block.kind for block in chinese]
    code = [next(block.text for block in page if block.kind == "python") for page in (english, chinese)]
    assert ast.dump(ast.parse(code[0])) == ast.dump(ast.parse(code[1]))
    named = [re.findall(r"`retention-sim ([a-z-]+)", readme.read_text(encoding="utf-8")) for readme in READMES]
    assert named[0] == named[1]
    assert set(COMMANDS) == set(named[0])


def test_python_that_is_shown_runs(place):
    """Smaller; once for both languages."""
    matplotlib.use("svg")
    shown = [block for block in tried("python") if block.page != "README.zh.md"]
    assert len(shown) == 1
    code = shown[0].text
    for written, smaller in SMALLER_IN_PYTHON.items():
        assert written in code
        code = code.replace(written, smaller)
    names: dict = {}

    exec(code, names)

    assert (place / "runs" / "mine" / "study.json").exists()
    assert names["generous"].levers.annual_plan.discount == 0.2


def test_a_block_that_is_part_of_a_file_stands_in_it():
    parts = [block for block in BLOCKS if block.note.startswith("part of: ")]

    assert parts
    for block in parts:
        file = ROOT / block.note.removeprefix("part of: ")
        assert block.text in file.read_text(encoding="utf-8")


def test_the_customer_whose_two_lives_are_told_has_two(place):
    write_files(place, "README.md")
    line = next(line for block in tried("shell") for line in block.text.splitlines() if " story " in line)

    told = typed(line)

    assert "gentle annual" in told and "has the same life" not in told
