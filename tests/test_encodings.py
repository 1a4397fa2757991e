"""Scenario files in UTF-8 and GBK, with Chinese names, through check, tune, run and charts; consoles of GBK."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from worlds import ROOT

from sim.cli.main import commands
from sim.scenario.load import load
from sim.scenario.problems import ProblemsFound, decoded
from sim.study.solved_file import write_solved
from sim.study.tune_figures import targets_of

ENCODINGS = ("utf-8", "utf-8-sig", "gbk", "gb18030")
TEXT = (
    (ROOT / "scenarios/baseline.yaml").read_text(encoding="utf-8")
    .replace("name: baseline", "name: 基准情景").replace("small:", "小微企业:").replace("mid:", "中型企业:")
)  # fmt: skip
STRATEGY = "extends: 基准.yaml\nname: 年付优先\nlevers:\n  annual_plan:\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(encoding):
    """Write a baseline and a strategy with Chinese names into the working folder."""
    Path("基准.yaml").write_bytes(TEXT.encode(encoding))
    Path("年付.yaml").write_bytes(STRATEGY.encode(encoding))


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_is_read_in_every_encoding(encoding):
    write(encoding)

    assert load("基准.yaml").name == "基准情景"
    assert load("年付.yaml").name == "年付优先"
    assert "小微企业" in load("基准.yaml").segments


def test_what_is_neither_is_pointed_at(folder):
    """The place is where the encoding that goes further breaks off."""
    for content, place in (
        ("name: 好\n甲: ".encode("gbk") + b"\xff\n", "2:4"),
        ("name: 好\n甲: ".encode() + b"\xff\n", "2:4"),
        (b"name: caf\xe9s\n", "1:10"),
    ):
        Path("x.yaml").write_bytes(content)
        with pytest.raises(ProblemsFound, match=f"x.yaml:{place}: error: the file is neither UTF-8 nor GBK text"):
            load("x.yaml")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_base_rates_are_written_in_the_file_s_own_encoding(folder, encoding):
    write(encoding)
    before = load("基准.yaml")

    write_solved(folder / "基准.yaml", before, before.solved, SimpleNamespace(by_segment=targets_of(before)))

    data = (folder / "基准.yaml").read_bytes()
    assert decoded(data)[1] in (encoding, "gb18030")
    assert data.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    assert load("基准.yaml").solved == before.solved
    assert {"# arpa: 115 USD reached, 115 USD wanted", "# arpa: 550 USD reached, 550 USD wanted"} < set(
        re.findall("# arpa: .*", decoded(data)[0])
    )


@pytest.mark.usefixtures("folder")
def test_a_study_of_chinese_names_is_run_compared_and_drawn():
    write("gbk")

    checked = CliRunner().invoke(commands, ["--lang", "zh", "check", "基准.yaml", "年付.yaml"])
    done = CliRunner().invoke(
        commands,
        ["--lang", "zh", "run", "基准.yaml", "年付.yaml", "--customers", "60", "--replications", "2",
         "--quiet", "--out", "研究"],
    )  # fmt: skip

    assert checked.exit_code == 0 and "基准情景" in checked.output
    assert done.exit_code == 0 and "年付优先" in done.output and "研究" in done.output, done.output
    assert list(Path("研究/charts").glob("*.svg"))
    for encoding in ("gbk", "ascii", "utf-8"):
        printed = process("compare", "研究", "--lang", "zh", encoding=encoding)
        assert printed.returncode == 0, printed.stderr
        assert encoding == "ascii" or "年付优先" in printed.stdout.decode(encoding)


@pytest.mark.usefixtures("folder")
def test_an_error_reads_well_on_a_console_of_gbk():
    Path("坏.yaml").write_bytes("名称: 客户é\n".encode())

    printed = process("check", "坏.yaml", "--lang", "zh", encoding="gbk")

    assert printed.returncode == 2
    assert "错误：" in printed.stderr.decode("gbk") and "Traceback" not in printed.stderr.decode("gbk")


def process(*words, encoding):
    """Run a command in a process whose console has an encoding."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)}
    code = "from sim.cli.main import entry; entry()"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, env=environment, timeout=120)
