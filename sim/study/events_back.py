"""The event log of a run folder, read back as histories."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.analysis.history import History, history_of
from sim.core.events import LOG, Event, Plan, Stage
from sim.core.units import CURRENCIES, MONTH
from sim.language.words import error_text
from sim.study.design import Design
from sim.study.events_file import NAME
from sim.study.run_folder import open_study, reading
from sim.study.store import NotAStudy

CODED = {"event": Event, "plan": Plan, "stage": Stage}
PLAIN = ("customer", "time", "detail", "seats", "life")


def events_back(folder: Path, replications: int) -> tuple[Design, dict[str, History], dict[str, float]]:
    """Read the first replications of a run folder's log: its design, histories by scenario, and gross margins.

    Raises
    ------
    NotAStudy
        When the folder holds no finished study, or one without its log.
    """
    study = open_study(folder)
    design, file = study.design, folder / NAME
    if not file.exists():
        raise NotAStudy(error_text("study.no_events", folder=folder, name=NAME))
    with reading(file):
        wanted = [("replication", "<", replications), ("time", "<", design.months * MONTH)]
        table = pq.read_table(file, filters=wanted)
        histories = {name: history_in(table, name, design) for name in design.names}
    margins = {name: study.metric(number, "gross_margin").mean for number, name in enumerate(design.names)}
    return design, histories, margins


def history_in(table: pa.Table, scenario: str, design: Design) -> History:
    """Return one scenario's part of a log."""
    here = codes_of(table["scenario"], list(design.names)) == design.names.index(scenario)
    rows = np.zeros(int(here.sum()), LOG)
    for name in PLAIN:
        rows[name] = table[name].to_numpy()[here]
    for name, kind in CODED.items():
        rows[name] = codes_of(table[name], [member.name.lower() for member in kind])[here]
    rows["segment"] = codes_of(table["segment"], list(design.baseline.segments))[here]
    rows["amount"] = np.rint(table["amount"].to_numpy()[here] * 10 ** CURRENCIES[design.baseline.currency])
    replication = table["replication"].to_numpy()[here]
    pieces = [(int(number), rows[replication == number]) for number in np.unique(replication)]
    return history_of(pieces, design.months * MONTH, np.datetime64(design.baseline.starts))


def codes_of(column: pa.ChunkedArray, names: list[str]) -> NDArray[Any]:
    """Return a column of names as their places in a list."""
    parts = []
    for chunk in column.chunks:
        place = np.array([names.index(name) for name in chunk.dictionary.to_pylist()], np.int64)
        parts.append(place[np.asarray(chunk.indices)] if len(chunk) else np.zeros(0, np.int64))
    return np.concatenate([np.zeros(0, np.int64), *parts])
