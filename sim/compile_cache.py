"""Where compiled code is kept: one folder per version of the source.

Numba's disk cache does not notice a change in an imported file, so a rule could be edited and its old machine code
still run. Hence the cache folder is named by a hash of every source file that compiled code can be made of: edit any
rule and the cache starts afresh.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

KEPT = 4
"""Folders of other versions that are left alone."""
COMPILED = ("core", "levers", "model", "engines", "analysis")
"""Folders whose code may be compiled; a test finds every compiled function in them."""


def source_hash(*parts: str) -> str:
    """Return a hash of Python files, names and contents: of the whole package, or of some of its folders."""
    folder, found = Path(__file__).parent, hashlib.sha256()
    files = [file for part in parts or (".",) for file in (folder / part).rglob("*.py")]
    for file in sorted(files):
        found.update(str(file.relative_to(folder)).encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


OPTIONS = {"OPT": 1, "LOOP_VECTORIZE": 0, "SLP_VECTORIZE": 0}
"""Rules are branches and single numbers: what more the compiler can do takes a fifth more time and gains nothing."""


def prepare() -> None:
    """Point Numba's cache at the folder of this source, and say how much to optimise."""
    options = {"CACHE_DIR": str(writable(base_folder(), source_hash(*COMPILED))), **OPTIONS}
    for name, value in options.items():
        os.environ[f"NUMBA_{name}"] = str(value)
    if "numba" in sys.modules:
        from numba.core import config

        config.reload_config()  # type: ignore[no-untyped-call]


def base_folder() -> Path:
    """Return the user's cache folder, or the one named by RETENTION_SIM_CACHE."""
    named = os.environ.get("RETENTION_SIM_CACHE")
    if named:
        return Path(named)
    try:
        home = Path.home()
    except RuntimeError:
        return Path(tempfile.gettempdir()) / "retention-sim"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "retention-sim"


def writable(base: Path, version: str) -> Path:
    """Return the version's folder below ``base``, or below the temporary folder where ``base`` cannot be written."""
    folder = base / version
    try:
        fresh = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        if fresh:
            forget_old(base, version)
        return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="retention-sim-"))


def forget_old(base: Path, version: str) -> None:
    """Remove the caches of all but the newest few other versions."""
    others = [folder for folder in base.iterdir() if folder.is_dir() and folder.name != version]
    others.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in others[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
