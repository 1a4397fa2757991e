"""Columns as Parquet, in one step, and without pandas, which Arrow would import for its own conversions."""

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.core.files import write_bytes


def write_table(file: Path, columns: dict[str, Any]) -> None:
    """Write columns: numbers, texts or dates; texts and dates are stored as dictionaries."""
    arrays = [arrow_array(column) for column in columns.values()]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, names=list(columns)), buffer, compression="zstd")
    write_bytes(file, buffer.getvalue())


def arrow_array(column: Sequence[Any] | NDArray[Any]) -> Any:
    """Return one column as an Arrow array."""
    if len(column) and isinstance(column[0], str | date):
        return dictionary(column)
    values = np.asarray(column)
    return dictionary([]) if values.dtype == object else numbers(values)


def numbers(values: NDArray[Any]) -> Any:
    """Return numbers, or truth values, as an Arrow array."""
    if values.dtype == bool:
        bits = np.packbits(values, bitorder="little")
        return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])
    plain = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(plain.dtype), len(plain), [None, pa.py_buffer(plain)])


def dictionary(column: Sequence[Any] | NDArray[Any]) -> Any:
    """Return texts or dates as an Arrow array that holds each different one once."""
    places: dict[Any, int] = {}
    codes = np.fromiter((places.setdefault(value, len(places)) for value in column), np.int32, len(column))
    words = list(places)
    if not isinstance(next(iter(words), ""), date):
        encoded = [word.encode() for word in words]
        ends = np.zeros(len(words) + 1, np.int32)
        np.cumsum([len(word) for word in encoded], out=ends[1:])
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
        different = pa.Array.from_buffers(pa.string(), len(words), buffers)
    else:
        days = np.array([word.toordinal() - date(1970, 1, 1).toordinal() for word in words], np.int32)
        different = pa.Array.from_buffers(pa.date32(), len(words), [None, pa.py_buffer(days)])
    return pa.DictionaryArray.from_arrays(numbers(codes), different)
