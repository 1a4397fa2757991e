"""Set up .venv if needed, then run the scenarios or the tests. Needs nothing but Python."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
PYTHON = VENV / SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed"
RUN_LOCK, TEST_LOCK = "requirements.lock", "requirements-dev.lock"

USAGE = """\
python setup_and.py run [options]    simulate and compare scenarios/*.yaml, or the files that are named
python setup_and.py test [options]   check the code, run the tests and the notebooks; options go to the tests
python setup_and.py lock             choose the exact versions of all libraries again

The first call makes .venv and installs the libraries there.
"""

CHECKS = [
    "ruff check", "ruff format --check", "mypy", "lint-imports --no-logo",
    "mkdocs build --strict --quiet --config-file docs/site/mkdocs.yml", "pytest --nbmake --numprocesses auto notebooks",
    "pytest --numprocesses auto --dist loadfile",
]  # fmt: skip


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def stop(message: str) -> None:
    say(message)
    sys.exit(2)


def call(command: list, **options) -> int:
    """Run a command in the project folder; it ends when we are ended."""
    process = subprocess.Popen([str(word) for word in command], cwd=ROOT, **options)
    try:
        return process.wait()
    except KeyboardInterrupt:
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)  # it has received the same Ctrl-C, and may be saving its work
        raise
    finally:
        process.terminate()  # does nothing to a process that has ended
        process.wait()


def prepare(command: list) -> None:
    """Run a step of an installation; what it prints is progress, not a result."""
    if call(command, stdout=sys.stderr):
        say("That failed, see above. Is there a network? If .venv is damaged, delete it and try again.")
        sys.exit(1)


def install(lock_file: str) -> None:
    """Bring .venv to the state of the lock file, unless it is there already."""
    sources = [(ROOT / name).read_bytes() for name in ("pyproject.toml", RUN_LOCK, TEST_LOCK)]
    wanted = hashlib.sha256(b"\0".join(sources)).hexdigest()
    installed = STAMP.read_text() if PYTHON.exists() and STAMP.exists() else ""
    if installed in (f"{wanted} {lock_file} {ROOT}", f"{wanted} {TEST_LOCK} {ROOT}"):
        return

    uv = shutil.which("uv")
    say("Installing into .venv with " + ("uv ..." if uv else "pip ... (a minute or two; with uv, seconds)"))
    if not PYTHON.exists() or (installed and not installed.endswith(f" {ROOT}")):  # a .venv cannot be moved
        prepare([sys.executable, "-m", "venv", "--without-pip", "--clear", VENV])
    STAMP.unlink(missing_ok=True)
    if uv:
        pip = [uv, "pip", "install", "--python", PYTHON]
    else:
        if find_spec("ensurepip") is None:
            stop("This Python has no ensurepip. On Debian or Ubuntu: sudo apt install python3-venv. Then try again.")
        prepare([PYTHON, "-m", "ensurepip", "--default-pip"])
        pip = [PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    pip += [] if sys.stderr.isatty() else ["--quiet"]
    prepare([*pip, "-r", lock_file])
    prepare([*pip, "--no-deps", "-e", "."])
    STAMP.write_text(f"{wanted} {lock_file} {ROOT}")


def run(words: list) -> int:
    install(RUN_LOCK)
    named = any(word.endswith((".yaml", ".yml")) for word in words)
    files = [] if named else sorted(path.relative_to(ROOT) for path in ROOT.glob("scenarios/*.yaml"))
    return call([VENV / SCRIPTS / "retention-sim", "run", *files, *words])


def test(words: list) -> int:
    install(TEST_LOCK)
    failed = []
    for check in CHECKS:
        say("--- " + check)
        tool, *options = check.split()
        if call([VENV / SCRIPTS / tool, *options, *(words if check == CHECKS[-1] else [])]):
            failed.append(check)
    say("Failed: " + ", ".join(failed) if failed else "All passed.")
    return 1 if failed else 0


def lock(words: list) -> int:
    """Write both lock files from pyproject.toml."""
    if sys.version_info[:2] != OLDEST_PYTHON:
        stop("lock needs Python {}.{}: what it chooses must suit the oldest.".format(*OLDEST_PYTHON))
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed, extra = project["dependencies"], project["optional-dependencies"]["dev"]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        prepare([sys.executable, "-m", "venv", folder])
        pip = [Path(folder, SCRIPTS, "python"), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
        pip += ["--dry-run", "--ignore-installed", "--report", report]
        # The second one takes its versions from the first, so that runs and tests use the same.
        for name, wanted in ((TEST_LOCK, needed + extra), (RUN_LOCK, [*needed, "--constraint", TEST_LOCK])):
            say(f"Choosing versions for {name} ...")
            prepare([*pip, *wanted])
            chosen = [item["metadata"] for item in json.loads(report.read_text(encoding="utf-8"))["install"]]
            lines = sorted((f"{item['name']}=={item['version']}\n" for item in chosen), key=str.lower)
            (ROOT / name).write_text("# Made by: python setup_and.py lock\n" + "".join(lines))
    return 0


def main(words: list) -> int:
    if sys.version_info < OLDEST_PYTHON:
        stop("retention-sim needs Python {}.{} or newer; this is {}.{}.".format(*OLDEST_PYTHON, *sys.version_info))
    if words[:1] in (["-h"], ["--help"]):
        print(USAGE, end="")
        return 0
    commands = {"run": run, "test": test, "lock": lock}
    if not words or words[0] not in commands:
        stop("Please say what to do:\n\n" + USAGE)
    return commands[words[0]](words[1:])


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
