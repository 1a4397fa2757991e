"""A study on disk: what it was asked (study.json), what each replication gave, and the tables made of it.

A folder under ``runs/`` is named by the study's content. Replications are written one by one, each in one step, so an
interrupted study goes on where it stopped; the tables and ``study.json`` are written at the end, the latter last: a
folder with ``study.json`` is finished.
"""

import hashlib
import io
import json
import math
import platform
import re
import zipfile
import zlib
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import Group, Measure, Met, Recall, Value
from sim.compile_cache import COMPILED, source_hash
from sim.core.events import Event, Method, Reason
from sim.core.files import write_bytes, write_text
from sim.core.units import MONTH
from sim.language.words import error_text
from sim.levers import BY_NAME
from sim.scenario.load import build
from sim.scenario.resolved import resolved
from sim.study.design import Design
from sim.study.simulate import Tally
from sim.study.study import Study
from sim.study.until import NotARule, understood

FORMAT = 1
TABLES_SAVED = ("metrics", "monthly", "cohorts")
DECISIVE = ("numpy", "numba", "scipy")
"""Packages on whose version the last bits may depend."""
PACKAGES = (*DECISIVE, "simpy", "pydantic", "pyarrow", "matplotlib")


class NotAStudy(Exception):
    """A folder does not hold a finished study; the message says what is missing."""


def request(design: Design) -> dict[str, Any]:
    """Return everything that decides the study's bits, as plain data."""
    until = {} if design.until is None else {"until": str(design.until)}
    return {
        **until,
        "format": FORMAT,
        "layout": layout(),
        "seed": design.seed,
        "customers": design.customers,
        "replications": design.replications,
        "model": model_version(),
        "packages": {name: metadata.version(name) for name in DECISIVE},
        "scenarios": [
            {"name": s.name, "data": s._data, "horizon": s.horizon, "resolved": resolved(s)} for s in design.scenarios
        ],
    }


def layout() -> str:
    """Return a hash of the names behind the saved numbers: a study saved under other names is not read as ours."""
    enums = (Measure, Value, Group, Recall, Met, Event, Method, Reason)
    names = [*(name for enum in enums for name in enum.__members__), *BY_NAME, *Tally.__dataclass_fields__]
    return hashlib.sha256(" ".join(names).encode()).hexdigest()[:10]


def model_version() -> str:
    """Return the hash of the code that decides results, so that another model never continues this one's study."""
    return source_hash(*COMPILED, "scenario", "study")


def study_hash(design: Design) -> str:
    """Return the content's hash; engine, jobs and block size have no part in it."""
    return hashlib.sha256(json.dumps(request(design), sort_keys=True).encode()).hexdigest()[:10]


def default_folder(design: Design, runs: Path) -> Path:
    """Return the folder of a study below ``runs``."""
    name = in_a_path("-".join(design.names[:3]))[:40].strip("-") or "study"
    until = "" if design.until is None else in_a_path(f"-until {design.until}".replace("%", "percent"))
    return runs / f"{name}{until}-{study_hash(design)}"


def in_a_path(text: str) -> str:
    """Return a text in letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9.]+", "-", text.casefold())


def replication_file(folder: Path, replication: int) -> Path:
    """Return where one replication's tallies are kept."""
    return folder / "replications" / f"{replication:05d}.zip"


def save_replication(folder: Path, replication: int, tallies: list[Tally]) -> None:
    """Write one replication's tallies in one step."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, tally in enumerate(tallies):
            for name in Tally.__dataclass_fields__:
                with archive.open(f"{number}.{name}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, sparse(getattr(tally, name)), allow_pickle=False)
    file = replication_file(folder, replication)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(file, buffer.getvalue())


def sparse(array: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return an array as one row: number of axes, their lengths, then places and values of what is not zero."""
    places = np.flatnonzero(array)
    return np.concatenate([[array.ndim], array.shape, places, array.ravel()[places]]).astype(np.int64)


def dense(row: NDArray[np.int64], largest: int = 1 << 28) -> NDArray[np.int64]:
    """Return the array behind a sparse row.

    Raises
    ------
    ValueError
        When the row does not describe an array, or one that is too large.
    """
    axes = int(row[0])
    shape, rest = tuple(int(length) for length in row[1 : 1 + axes]), row[1 + axes :]
    if not 1 <= axes <= 8 or min(shape) < 0 or math.prod(shape) > largest or len(rest) % 2:
        raise ValueError(error_text("study.no_array"))
    array = np.zeros(math.prod(shape), np.int64)
    places, values = np.split(rest, 2)
    if len(places) and not 0 <= places.min() <= places.max() < len(array):
        raise ValueError(error_text("study.outside_array"))
    array[places] = values
    return array.reshape(shape)


def load_replication(folder: Path, replication: int, scenarios: int) -> list[Tally]:
    """Read one replication's tallies.

    Raises
    ------
    NotAStudy
        When the file is damaged.
    """
    file = replication_file(folder, replication)
    try:
        with zipfile.ZipFile(file) as archive:
            return [
                Tally(**{name: read_array(archive, f"{number}.{name}.npy") for name in Tally.__dataclass_fields__})
                for number in range(scenarios)
            ]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise NotAStudy(error_text("study.damaged_replication", file=file, what=error)) from None


def read_array(archive: zipfile.ZipFile, name: str) -> NDArray[np.int64]:
    """Read one array; a damaged one is an error."""
    with archive.open(name) as member:
        row = np.lib.format.read_array(member, allow_pickle=False)
    if row.ndim != 1 or row.dtype != np.int64 or len(row) < 2:
        raise ValueError(error_text("study.wrong_form", name=name))
    return dense(row)


def finished_replications(folder: Path, design: Design) -> list[int]:
    """Return the replications of a study that are already there."""
    return [r for r in range(design.replications) if replication_file(folder, r).exists()]


def begin(folder: Path, design: Design) -> list[int]:
    """Prepare a folder; return the replications that an earlier, interrupted run of the same study left there.

    Raises
    ------
    NotAStudy
        When the folder holds something else.
    """
    marker = folder / "request.json"
    wanted = json.dumps(request(design), sort_keys=True, indent=1)
    if marker.exists():
        if marker.read_text(encoding="utf-8") != wanted:
            raise NotAStudy(error_text("study.other_study", folder=folder))
        return finished_replications(folder, design)
    if folder.exists() and any(not file.name.startswith(".") for file in folder.iterdir()):
        raise NotAStudy(error_text("study.not_empty", folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    write_text(marker, wanted)
    return []


def is_finished(folder: Path) -> bool:
    """Whether a folder holds a finished study."""
    return (folder / "study.json").exists()


def finish(folder: Path, study: Study, command: str = "") -> None:
    """Write the tables and, last, study.json."""
    from sim.study.parquet import write_table  # Arrow is needed nowhere else

    for name in TABLES_SAVED:
        write_table(folder / f"{name}.parquet", study.table(name))
    record = {
        **request(study.design),
        "made": {"replications": study.replications, "precise": study.precise},
        "command": command,
        "versions": {name: metadata.version(name) for name in PACKAGES} | {"python": platform.python_version()},
        "months": study.design.months,
        "business_size": study.design.customers / study.design.scale,
    }
    write_text(folder / "study.json", json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def save(study: Study, folder: str | Path, command: str = "") -> Path:
    """Save a study that was simulated in memory."""
    place = Path(folder)
    begin(place, study.design)
    for replication, tallies in enumerate(study.tallies):
        save_replication(place, replication, tallies)
    finish(place, study, command)
    study.folder = str(place)
    return place


def replications_made(record: dict[str, Any]) -> int:
    """Return how many replications a finished study has: with a stopping rule at most those asked for."""
    return int(record.get("made", record)["replications"])


def design_of(record: dict[str, Any]) -> Design:
    """Return the design that a study.json describes.

    Raises
    ------
    NotAStudy
        When the record lacks something, or says what no study does.
    """
    try:
        scenarios = tuple(
            build(entry["data"]).model_copy(update={"horizon": entry["horizon"]}) for entry in record["scenarios"]
        )
        until = understood(record["until"]) if "until" in record else None
        design = Design(scenarios, record["customers"], record["replications"], record["seed"], until=until)
    except (NotARule, KeyError, TypeError, AttributeError) as error:
        raise NotAStudy(error_text("study.incomplete", what=repr(error))) from None
    if not isinstance(design.replications, int) or not isinstance(design.seed, int):
        raise NotAStudy(error_text("study.no_whole_number"))
    if any(scenario.horizon != design.months * MONTH for scenario in scenarios):
        raise NotAStudy(error_text("study.horizons"))
    return design


def read_record(folder: str | Path) -> dict[str, Any]:
    """Read a finished study's study.json.

    Raises
    ------
    NotAStudy
        When there is none, or it is not readable.
    """
    file = Path(folder) / "study.json"
    if not file.exists():
        raise NotAStudy(error_text("study.unfinished", folder=folder))
    try:
        record: Any = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise NotAStudy(error_text("study.unreadable", file=file, what=error)) from None
    ours = isinstance(record, dict) and record.get("format") == FORMAT and record.get("layout") == layout()
    if not ours or not isinstance(record.get("versions", {}), dict):
        raise NotAStudy(error_text("study.other_format", file=file))
    return dict(record)
