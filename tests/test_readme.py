"""What the README shows in Python can be typed."""

import re
import shutil

import matplotlib
from click.testing import CliRunner
from worlds import ROOT

from sim.cli.main import commands

SMALLER = {
    "customers=20_000": "customers=200, replications=2",
    "hangs_on()": "hangs_on(customers=60, replications=2, top=1)",
}


def test_the_lines_of_python_in_the_readme_run(tmp_path, monkeypatch):
    """Smaller, and from a folder beside the scenarios."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    matplotlib.use("svg")
    code = re.search(
        r"## In Python\n\n```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )[1]
    for written, tried in SMALLER.items():
        assert written in code
        code = code.replace(written, tried)
    names: dict = {}

    exec(code, names)

    assert (tmp_path / "runs" / "mine" / "study.json").exists()
    assert names["generous"].levers.annual_plan.discount == 0.2


def test_the_first_own_strategy_of_the_readme_is_a_strategy(tmp_path, monkeypatch):
    """It is checked, and the customer whose two lives are told has two."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    written = re.search(r"Put this into `(.*?)`:\n\n```yaml\n(.*?)```", readme, re.DOTALL)
    story = re.search(r"^retention-sim (story .*)$", readme, re.MULTILINE)
    assert written and story
    for file in (ROOT / "scenarios").glob("*.yaml"):
        (tmp_path / "scenarios").mkdir(exist_ok=True)
        shutil.copy(file, tmp_path / "scenarios")
    (tmp_path / written[1]).write_text(written[2], encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert CliRunner().invoke(commands, ["check", written[1]]).exit_code == 0
    told = CliRunner().invoke(commands, story[1].split()).output
    assert "gentle annual" in told and "has the same life" not in told
