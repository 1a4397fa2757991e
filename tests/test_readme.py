"""What the README shows in Python can be typed."""

import re

import matplotlib
from worlds import ROOT

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
