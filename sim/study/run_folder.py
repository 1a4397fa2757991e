"""Run folders as they are found: finished, unfinished, damaged, or something else."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from sim.language.words import error_text
from sim.study import store
from sim.study.api import make_design
from sim.study.design import Design
from sim.study.simulate import Tally, empty_tally
from sim.study.store import NotAStudy
from sim.study.study import Study


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Turn whatever goes wrong with a file that somebody else may have written into words."""
    try:
        yield
    except (NotAStudy, OSError, MemoryError):
        raise
    except Exception as error:  # what broken JSON, zip files and arrays raise is a long list
        what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise NotAStudy(error_text("study.damaged", file=file, what=what)) from None


def design_in(folder: Path) -> tuple[Design, dict[str, Any]]:
    """Read what a finished study was asked, and check it as if it came from scenario files.

    Raises
    ------
    NotAStudy
        When there is no finished study, or its record is damaged.
    """
    with reading(folder / "study.json"):
        record = store.read_record(folder)
        read = store.design_of(record)
        sound = make_design(
            read.scenarios, baseline=read.names[0], customers=read.customers, months=read.months,
            replications=read.replications, until=read.until, seed=read.seed,
        )  # fmt: skip
        return sound, record


def load_tallies(folder: Path, replication: int, design: Design) -> list[Tally]:
    """Read one replication and check that its arrays are what the design makes.

    Raises
    ------
    NotAStudy
        When the file is damaged.
    """
    with reading(store.replication_file(folder, replication)):
        tallies = store.load_replication(folder, replication, len(design.scenarios))
        expected = empty_tally(design)
        for tally in tallies:
            for field in fields(Tally):
                array, model = getattr(tally, field.name), getattr(expected, field.name)
                if array.shape != model.shape or array.dtype != model.dtype:
                    raise ValueError(error_text("study.wrong_shape", name=field.name))
        return tallies


def open_study(folder: str | Path) -> Study:
    """Open a finished study without simulating.

    Raises
    ------
    NotAStudy
        When the folder holds none, or a damaged one.
    """
    folder = Path(folder)
    design, record = design_in(folder)
    with reading(folder / "request.json"):
        asked = json.loads((folder / "request.json").read_text(encoding="utf-8"))
        if any(record[name] != value for name, value in asked.items()):
            raise NotAStudy(error_text("study.edited", folder=folder))
        made = store.replications_made(record)
        if made not in design.stages:
            raise NotAStudy(error_text("study.cannot_have", folder=folder, made=made))
    missing = [r for r in range(made) if not store.replication_file(folder, r).exists()]
    if missing:
        raise NotAStudy(error_text("study.lacks", folder=folder, replication=missing[0]))
    return Study(design, [load_tallies(folder, r, design) for r in range(made)], folder=str(folder))


def prepare(folder: Path, design: Design) -> tuple[dict[int, list[Tally]], int]:
    """Prepare a folder for a study; return the replications that are there, and how many damaged ones were removed.

    Raises
    ------
    NotAStudy
        When the folder holds something else.
    """
    if folder.exists() and not folder.is_dir():
        raise NotAStudy(error_text("study.is_file", folder=folder))
    with reading(folder / "request.json"):
        there = store.begin(folder, design)
    found, damaged = {}, 0
    for replication in there:
        try:
            found[replication] = load_tallies(folder, replication, design)
        except NotAStudy:
            store.replication_file(folder, replication).unlink()
            damaged += 1
    return found, damaged


def finished_replications(folder: Path) -> int:
    """Return how many replications the folder's finished study has; 0 where none can be read."""
    try:
        with reading(folder / "study.json"):
            return store.replications_made(store.read_record(folder))
    except NotAStudy:
        return 0
