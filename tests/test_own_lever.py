"""A lever of one's own, added to a copy of the package: one file, one import and one entry; both engines run it."""

import os
import shutil
import subprocess
import sys

import pytest
from worlds import PACKAGE, ROOT

FAST = '''"""More use, for a comparison with the same lever in a scenario file."""

from sim.core.hooks import Hook
from sim.core.lever import Lever


class FastUse(Lever):
    """Use the product a fifth more."""


@FastUse.changes(Hook.USE_RATE)
def use_more(factor, customer, lever):
    return factor * 1.2
'''
RUN = """
from beside import beside, live
from worlds import difference, reference, without
from sim.core.events import Event
from sim.levers import BY_NAME, LEVERS
from sim.study.simulate import run_replications

CUSTOM = {"custom": {"fast": {"quantity": "use_rate", "operation": "multiply", "size": 1.2, "source": "a test"}}}
MET = (Event.REACHED, Event.HELD_OUT)

assert list(BY_NAME)[-2:] == ["open_hour", "fast_use"]
hour = beside({"open_hour": {"share": "60 %", "takes_part": "100 %"}}, customers=25, horizon="2 months")
log = live(hour, 1)
assert difference(live(hour, 1, reference), log) == ""
met = log[log["event"] == Event.REACHED]
assert set(met["detail"]) == {len(LEVERS) - 2}
guests = log[log["event"] == Event.BENEFIT]
assert len(guests) and set(guests["stage"]) <= set(BY_NAME["open_hour"].meets), "it pays for those alone whom it meets"
assert set(guests["customer"]) <= set(met["customer"])
((_, tallies),) = run_replications(hour, [0], jobs=1)
assert tallies[1].met[len(LEVERS) - 2, 0, 1, 0] > 0

logs = []
for levers in (CUSTOM, {"fast_use": {}}, {}):
    design = beside(levers, customers=25, horizon="2 months")
    logs.append(live(design, 1))
    assert difference(live(design, 1, reference), logs[-1]) == ""
own, python, plain = (without(log, *MET) for log in logs)
assert difference(own, python) == "", "a factor in a file is a factor in Python"
assert difference(own, plain) != ""
print("as promised")
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """Return a folder with a copy of the package that has two more levers."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    levers = folder / "sim" / "levers"
    template = (levers / "_copy_me.py").read_text(encoding="utf-8")
    (levers / "open_hour.py").write_text(template.replace("CopyMe", "OpenHour"), encoding="utf-8")
    (levers / "fast_use.py").write_text(FAST, encoding="utf-8")
    register = (levers / "__init__.py").read_text(encoding="utf-8")
    for module, name in (("open_hour", "OpenHour"), ("fast_use", "FastUse")):
        register = register.replace("\nLEVERS", f"from sim.levers.{module} import {name}\n\nLEVERS", 1)
        register = register.replace("\n)\n", f"\n    {name},\n)\n", 1)
    (levers / "__init__.py").write_text(register, encoding="utf-8")
    return folder


def python(package, *arguments):
    """Run Python on the copy, without the compiler."""
    path = os.pathsep.join(map(str, (package, ROOT / "tests")))
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": path}
    return subprocess.run(
        [sys.executable, *arguments], cwd=package, env=environment, capture_output=True, text=True, timeout=600
    )


def test_a_study_runs_with_it_in_both_engines(package):
    done = python(package, "-c", RUN)

    assert done.stdout == "as promised\n", done.stderr


def test_the_command_line_knows_it(package):
    done = python(package, "-m", "sim", "levers", "open_hour")

    assert done.returncode == 0 and "Share of the way to full perceived value that an hour makes." in done.stdout


def test_the_template_itself_is_no_lever_of_the_package():
    from sim.levers import BY_NAME

    assert "_copy_me" not in BY_NAME
