"""How the code is built: short files, only keyed chance, compiled code where its cache looks, a tidy top level."""

import ast
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from worlds import PACKAGE, ROOT

from sim.compile_cache import COMPILED, source_hash
from sim.core.customer import CUSTOMER
from sim.core.events import LOG
from sim.model.kernel import KERNEL

FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}
TEXTS = [
    file
    for pattern in ("sim/**/*", "tests/*", "docs/*", "scenarios/*", "*")
    for file in sorted(ROOT.glob(pattern))
    if file.is_file() and file.suffix in {".py", ".md", ".yaml", ".html", ".css", ".json", ".toml"}
]
LONGEST = 300


def nodes(file, *kinds):
    return [node for node in ast.walk(TREES[file]) if isinstance(node, kinds)]


def part(file):
    """Return the folder of the package that a file belongs to."""
    return file.relative_to(PACKAGE).parts[0]


def names_used(file):
    return {node.attr for node in nodes(file, ast.Attribute)} | {node.id for node in nodes(file, ast.Name)}


def names_imported(file):
    """Return modules and what is taken from them."""
    names = {alias.name for node in nodes(file, ast.Import, ast.ImportFrom) for alias in node.names}
    return names | {node.module for node in nodes(file, ast.ImportFrom)}


def test_files_fit_on_a_few_screens():
    lines = {file.name: len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}

    assert len(FILES) > 40
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


def test_files_say_in_their_first_line_what_they_are():
    """One sentence."""
    assert [file for file in FILES if not (ast.get_docstring(TREES[file]) or "").split("\n")[0]] == []


DRAWS = {"random", "default_rng", "RandomState", "urandom", "uuid4", "shuffle", "rvs", "secrets", "uuid"}


def test_there_is_no_chance_but_keyed_chance():
    """Nothing named ``random``, nothing else that draws; below the study no clock of the day and no hash of a text."""
    for file in FILES:
        assert not (names_used(file) | names_imported(file)) & DRAWS, file
        if part(file) in COMPILED:
            assert not names_imported(file) & {"time", "datetime"}, file
            assert "hash" not in names_used(file), file


def test_nothing_prints_but_the_command_line():
    assert {part(file) for file in FILES if "print" in {node.id for node in nodes(file, ast.Name)}} <= {"cli"}


NOTES = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b|/(?:[h]ome|[r]oot|[U]sers|[w]ork|[t]mp)/\w+")


def test_nothing_is_left_to_do():
    """No note to oneself, no path of one's own machine."""
    found = {text.name: NOTES.findall(text.read_text(encoding="utf-8")) for text in TEXTS}

    assert len(TEXTS) > 80
    assert {name: notes for name, notes in found.items() if notes} == {}


CUSTOMARY = {"README.md", "LICENSE", "pyproject.toml", "requirements.lock", "requirements-dev.lock"}


def test_the_top_level_is_small_and_the_readme_names_it():
    """Whoever opens the repository finds little; what is not customary is named in the README."""
    rules = [rule.strip("/") for rule in (ROOT / ".gitignore").read_text(encoding="utf-8").split()]
    here = {path.name for path in ROOT.iterdir() if not any(path.match(rule) for rule in rules)}
    visible = {name for name in here if not name.startswith(".")}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert here - visible <= {".ci", ".git", ".gitignore", ".pre-commit-config.yaml"}
    assert len(visible) <= 16
    assert {name for name in visible - CUSTOMARY if name not in readme} == set()


# --- compiled code --------------------------------------------------------------------------------------------------


COMPILERS = {
    "compiled", "compiled_once", "entry_point", "njit", "jit", "vectorize", "guvectorize", "cfunc", "stencil",
}  # fmt: skip


def compiles(file):
    """Whether a file asks Numba to compile something; a lever's rules are compiled when they are registered."""
    compilers = [node for node in nodes(file, ast.ImportFrom) if node.module in ("numba", "sim.core.compiling")]
    return part(file) == "levers" or any(alias.name in COMPILERS for node in compilers for alias in node.names)


def test_whatever_is_compiled_lies_where_the_cache_looks():
    """An edit of compiled code anywhere else would go unnoticed by Numba's cache."""
    assert {part(file) for file in FILES if compiles(file)} == set(COMPILED)


def test_compiled_code_takes_its_numbers_from_where_the_cache_looks():
    """What a compiled function reads of another module is compiled into it, so it belongs to the same hash.

    Texts of errors are not: compiled code raises none.
    """
    for file in filter(compiles, FILES):
        modules = {node.module for node in nodes(file, ast.ImportFrom) if (node.module or "").startswith("sim.")}
        assert {module.split(".")[1] for module in modules} <= {*COMPILED, "language"}, file


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
from sim.core.customer import new_buffer, new_customers
from sim.engines.reference import begin_session
from sim.model.kernel import new_kernel

customers, kernel, buffer = new_customers(1), new_kernel(), new_buffer()
kernel["teams"]["session"], kernel["teams"]["fixed"] = 3.0, 1
customers, kernel, buffer = (records.view(np.ndarray) for records in (customers, kernel, buffer))
print(begin_session(customers, 0, kernel, buffer, 1.0))
print(sum(begin_session.stats.cache_hits.values()))
"""
"""When a session that begins on day 1 and always takes 3 days is over; and whether compiled code was found on disk."""


def ask(folder):
    """Run the package in a folder, with its own cache beside it; return the answer and the number of cache hits."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "RETENTION_SIM_CACHE": str(folder / "cache")}
    command = [sys.executable, "-c", ASK]
    found = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
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


NAMES = """
import gc
from collections import defaultdict
from numba.core.dispatcher import Dispatcher
import sim.engines.reference
import sim.study.simulate
named = defaultdict(set)
for one in gc.get_objects():
    if issubclass(type(one), Dispatcher) and one.targetoptions.get("inline") != "always":
        named[one.py_func.__module__, one.py_func.__qualname__].add(one.py_func)
print(len(named), *(name for name, found in named.items() if name[0].startswith("sim.") and len(found) > 1))
"""


def test_compiled_functions_have_names_of_their_own():
    """Compiled code on disk is linked by names: of two with the same name, one would run in place of the other.

    In a process of its own, as tests make levers and chains that go by the same names.
    """
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"}
    done = subprocess.run([sys.executable, "-c", NAMES], capture_output=True, text=True, check=True, env=environment)
    count, *repeated = done.stdout.split()

    assert int(count) > 200
    assert repeated == []
