"""How the code is built: short files, no chance but keyed chance, compiled code where its cache looks, a tidy top level."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from worlds import PACKAGE, ROOT

from sim.compile_cache import COMPILED, source_hash
from sim.core.customer import CUSTOMER
from sim.core.events import LOG
from sim.model.kernel import KERNEL

FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}
TEXTS = [file for pattern in ("sim/**/*", "tests/*", "docs/*", "scenarios/*", "*.md") for file in ROOT.glob(pattern)]
LONGEST = 300

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))


def nodes(file, *kinds):
    return [node for node in ast.walk(TREES[file]) if isinstance(node, kinds)]


def test_there_are_files():
    assert len(FILES) > 40


@each_file
def test_a_file_fits_on_a_few_screens(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST


@each_file
def test_a_file_says_in_its_first_line_what_it_is(file):
    """One sentence."""
    assert (ast.get_docstring(TREES[file]) or "").split("\n")[0]


@each_file
def test_there_is_no_chance_but_keyed_chance(file):
    """No attribute or name ``random``, no import of a module that draws, no hash of a text and no clock of the day."""
    used = {node.attr for node in nodes(file, ast.Attribute)} | {node.id for node in nodes(file, ast.Name)}
    imported = {alias.name for node in nodes(file, ast.Import, ast.ImportFrom) for alias in node.names}
    imported |= {node.module for node in nodes(file, ast.ImportFrom)}

    assert not used & {"random", "default_rng", "RandomState", "urandom", "uuid4", "shuffle", "rvs"}
    assert not imported & {"random", "secrets", "uuid"}
    if file.relative_to(PACKAGE).parts[0] in ("core", "levers", "model", "engines", "analysis"):
        assert not imported & {"time", "datetime"}
        assert "hash" not in used


@each_file
def test_nothing_prints_but_the_command_line(file):
    if file.relative_to(PACKAGE).parts[0] != "cli":
        assert not any(node.id == "print" for node in nodes(file, ast.Name))


@pytest.mark.parametrize("text", TEXTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_is_left_to_do(text):
    """No note to oneself, no path of one's own machine."""
    if text.is_file() and text.suffix in {".py", ".md", ".yaml", ".html", ".css", ".json", ".toml"}:
        found = re.findall(
            r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b|/(?:home|root|Users|wo" r"rk|tmp)/\w+", text.read_text("utf-8")
        )

        assert found == []


def test_the_top_level_is_what_the_readme_names():
    """Whoever opens the repository finds little, and everything that is not hidden is named in the README."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    here = {path.name + "/" * path.is_dir() for path in ROOT.iterdir()}
    here = {name for name in here if not any(Path(name.strip("/")).match(rule.strip("/")) for rule in ignored)}
    here -= {".git/", ".git"}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    visible = {name for name in here if not name.startswith(".")}

    assert len(visible) <= 16
    assert {name for name in visible if name.strip("/") not in readme} == set()
    assert {name for name in here if name.startswith(".")} <= {".ci/", ".gitignore", ".pre-commit-config.yaml"}


# --- compiled code --------------------------------------------------------------------------------------------------


def compiles(node):
    """Whether a name or a call in the code compiles something."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id
    return name in {"njit", "jit", "vectorize", "guvectorize", "cfunc", "stencil"}


def test_whatever_is_compiled_lies_where_the_cache_looks():
    """An edit of compiled code anywhere else would go unnoticed by Numba's cache."""
    found = {
        file.relative_to(PACKAGE).parts[0] for file in FILES if any(map(compiles, nodes(file, ast.Attribute, ast.Name)))
    }

    assert found <= set(COMPILED)
    assert {"core", "model", "engines"} <= found


def test_a_compiled_file_reads_numbers_only_from_where_the_cache_looks():
    """What a compiled function reads as a constant is compiled into it, so it must belong to the same hash."""
    for file in FILES:
        if file.relative_to(PACKAGE).parts[0] in COMPILED:
            modules = {node.module or "" for node in nodes(file, ast.ImportFrom)}
            ours = {module.split(".")[1] for module in modules if module.startswith("sim.")}
            assert ours <= {*COMPILED, "compile_cache", "scenario"} - (
                {"scenario"} if "engines" not in file.parts else set()
            )


def test_fields_can_be_read_as_attributes_without_the_compiler():
    """A field that NumPy's own records have as an attribute, such as ``shape``, is read by its name in brackets."""
    own = set(dir(np.zeros(1, LOG).view(np.recarray)[0]))
    clash = {name for dtype in (KERNEL, CUSTOMER, LOG) for name in names_below(dtype)} & own
    wrong = [
        f"{file.name}: .{node.attr}"
        for file in FILES
        if file.relative_to(PACKAGE).parts[0] in ("model", "levers", "core")
        for node in nodes(file, ast.Attribute)
        if node.attr in clash and is_of_the_kernel(node.value)
    ]

    assert wrong == []


def names_below(dtype):
    for name, (inner, *_) in (dtype.fields or {}).items():
        yield name
        yield from names_below(inner.subdtype[0] if inner.subdtype else inner)


def is_of_the_kernel(node):
    """Whether an expression starts from a rule's customer, parameters or lever."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and node.id in {"p", "c", "customer", "lever", "use"}


ASK = """
import numpy as np
from sim.core.customer import new_customers, new_log
from sim.engines.reference import begin_session
from sim.model.kernel import new_kernel

customers, kernel, log = new_customers(1), new_kernel(), new_log(8)
kernel["teams"]["session"], kernel["teams"]["fixed"] = 3.0, 1
print(begin_session(customers.view(np.ndarray), 0, kernel.view(np.ndarray), log.view(np.ndarray), np.zeros(1, int), 1.0))
print(begin_session.stats.cache_hits[begin_session.signatures[0]] if begin_session.stats.cache_hits else 0)
"""
"""When a session that begins on day 1 and always takes 3 days is over; and whether compiled code was found on disk."""


def ask(folder):
    """Run the package in a folder, with its own cache beside it; return the answer and the number of cache hits."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "RETENTION_SIM_CACHE": str(folder / "cache")}
    found = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    answer, hits = found.stdout.split()
    return float(answer), int(hits)


def test_an_edited_rule_is_in_force_at_once(tmp_path):
    """Numba's own cache would still run the old one: the rule's file is not the file of the compiled function."""
    shutil.copytree(PACKAGE, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    rule = tmp_path / "sim" / "model" / "teams.py"

    assert ask(tmp_path) == (4.0, 0)
    assert ask(tmp_path) == (4.0, 1)
    text = rule.read_text(encoding="utf-8")
    rule.write_text(text.replace("        return mean\n", "        return mean + 5.0\n"), encoding="utf-8")
    assert text != rule.read_text(encoding="utf-8")
    assert ask(tmp_path) == (9.0, 0)
    assert len(list((tmp_path / "cache").iterdir())) == 2


@pytest.mark.parametrize("edited, changes", [
    ("model/habit.py", True), ("core/units.py", True), ("analysis/ledger.py", True), ("levers/annual_plan.py", True),
    ("engines/compiled.py", True), ("study/design.py", False), ("scenario/load.py", False),
])  # fmt: skip
def test_an_edit_changes_the_hash_of_its_own_folders(edited, changes, tmp_path, monkeypatch):
    """Of compiled code where that is edited; of the whole package in any case."""
    shutil.copytree(PACKAGE, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("sim.compile_cache.__file__", str(tmp_path / "sim" / "compile_cache.py"))
    compiled, whole = source_hash(*COMPILED), source_hash()
    with (tmp_path / "sim" / edited).open("a", encoding="utf-8") as file:
        file.write("# edited\n")

    assert (source_hash(*COMPILED) != compiled) == changes
    assert source_hash() != whole
