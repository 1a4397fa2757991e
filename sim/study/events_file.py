"""The event log of a study as one Parquet file, written while it is simulated, with bounded memory."""

import os
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.core.events import Event, Plan, Stage
from sim.core.units import CURRENCIES
from sim.study.design import Design

NAME = "events.parquet"
ROWS_AT_ONCE = 1 << 18

NUMBERS = (
    ("customer", pa.int64(), "id"),
    ("time", pa.float64(), "days since the study's start; beyond the horizon lies the time of the residual value"),
    ("detail", pa.int8(), "see sim/core/events.py"),
    ("seats", pa.int32(), "seats"),
    ("life", pa.int8(), "0 is the first"),
)
"""Columns that are written as the log holds them."""
ORDER = ("scenario", "replication", "customer", "time", "event", "detail", "amount", "seats", "segment", "plan",
         "stage", "life")  # fmt: skip


class EventsFile:
    """Collects pieces of log; at the end the file is moved into place, or removed if the study did not end well."""

    def __init__(self, folder: Path, design: Design) -> None:
        self.target = folder / NAME
        self.temporary = folder / f".{NAME}.{os.getpid()}.part"
        self.decimals = CURRENCIES[design.baseline.currency]
        self.names = {
            "scenario": list(design.names),
            "event": [event.name.lower() for event in Event],
            "segment": list(design.baseline.segments),
            "plan": [plan.name.lower() for plan in Plan],
            "stage": [stage.name.lower() for stage in Stage],
        }
        self.schema = schema(self.names, design.baseline.currency)
        self.pieces: list[tuple[int, int, NDArray[Any]]] = []
        self.rows = 0

    def __enter__(self) -> "EventsFile":
        self.writer = pq.ParquetWriter(self.temporary, self.schema, compression="zstd")
        return self

    def keep(self, scenario: int, replication: int, piece: NDArray[Any]) -> None:
        """Take one piece of log; it is copied, as the engine goes on writing into it."""
        self.pieces.append((scenario, replication, piece.copy()))
        self.rows += len(piece)
        if self.rows >= ROWS_AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write what has been collected."""
        if self.rows:
            log = np.concatenate([piece for _, _, piece in self.pieces])
            sizes = [len(piece) for _, _, piece in self.pieces]
            scenarios = np.repeat([scenario for scenario, _, _ in self.pieces], sizes)
            replications = np.repeat([replication for _, replication, _ in self.pieces], sizes)
            self.writer.write_table(self.table(log, scenarios, replications))
        self.pieces, self.rows = [], 0

    def table(self, log: NDArray[Any], scenarios: NDArray[np.int64], replications: NDArray[np.int64]) -> pa.Table:
        """Return rows of log as a table, with names instead of codes and money in the currency's own unit."""
        codes = {"scenario": scenarios, **{name: log[name] for name in self.names if name != "scenario"}}
        columns = {name: named(codes[name], names) for name, names in self.names.items()}
        columns |= {name: pa.array(np.ascontiguousarray(log[name]), kind) for name, kind, _ in NUMBERS}
        columns["replication"] = pa.array(replications, pa.int32())
        columns["amount"] = pa.array(log["amount"] / 10**self.decimals)
        return pa.table([columns[name] for name in ORDER], schema=self.schema)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if kind is None:
                self.write()
            self.writer.close()
            if kind is None:
                os.replace(self.temporary, self.target)
        finally:
            self.temporary.unlink(missing_ok=True)


def schema(names: dict[str, list[str]], currency: str) -> pa.Schema:
    """Return the columns in their order, each number with its unit."""
    fields = {name: pa.field(name, pa.dictionary(pa.int32(), pa.string())) for name in names}
    fields |= {name: pa.field(name, kind, metadata={"unit": unit}) for name, kind, unit in NUMBERS}
    fields["replication"] = pa.field("replication", pa.int32())
    fields["amount"] = pa.field("amount", pa.float64(), metadata={"unit": currency})
    return pa.schema([fields[name] for name in ORDER])


def named(codes: NDArray[Any], names: list[str]) -> pa.DictionaryArray:
    """Return codes as the names that they stand for."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names))
