"""Windows of time over which metrics are counted: equal months, calendar months, rolling months."""

import numpy as np
from numpy.typing import NDArray

from sim.core.units import MONTH
from sim.language.words import error_text, not_known

Windows = NDArray[np.float64]
"""[window, (from, to)], days since day 0."""
ROLLING_MONTH = 30.0
PERIODS = ("equal", "calendar", "rolling")


def windows_of(period: str, until: float, starts: np.datetime64, step: float = 7.0) -> Windows:
    """Return the whole windows inside the time observed.

    Parameters
    ----------
    period
        ``equal``: months of 365.25 / 12 days from day 0, as in other tables. ``calendar``: from the first of a
        month to the first of the next. ``rolling``: 30 days (Amplitude's month), a new window every ``step`` days.
    until
        Days observed.
    starts
        Date of day 0.

    Raises
    ------
    ValueError
        When no whole window lies inside the time observed.
    """
    if period not in PERIODS:
        raise ValueError(not_known("period", period, PERIODS))
    if period == "calendar":
        windows = calendar_windows(until, starts)
    else:
        length = MONTH if period == "equal" else ROLLING_MONTH
        begin = np.arange(0.0, until - length + 1e-9, MONTH if period == "equal" else step)
        windows = np.column_stack([begin, begin + length])
    if len(windows) == 0:
        raise ValueError(error_text("analysis.no_month", period=repr(period), days=f"{until:g}"))
    return windows


def calendar_windows(until: float, starts: np.datetime64) -> Windows:
    """Return the calendar months that lie wholly inside the time observed."""
    first = starts.astype("M8[D]")
    months = np.arange(starts.astype("M8[M]"), starts.astype("M8[M]") + int(until / 28) + 2)
    edges = (months.astype("M8[D]") - first).astype(float)
    edges = edges[(edges >= 0.0) & (edges <= until + 1e-9)]
    return np.column_stack([edges[:-1], edges[1:]])


def days_of(window: NDArray[np.float64]) -> Windows:
    """Return the days, from midnight to midnight, that begin inside one window."""
    begin = np.arange(np.ceil(window[0] - 1e-9), window[1] - 1e-9)
    return np.column_stack([begin, begin + 1.0])


def calendar_index(time: NDArray[np.float64], unit: str, starts: np.datetime64) -> NDArray[np.int64]:
    """Return the number of the calendar day, week (from Monday) or month in which a time lies."""
    date = starts.astype("M8[D]") + np.floor(time).astype("m8[D]")
    if unit == "month":
        return np.asarray(date.astype("M8[M]").astype(np.int64))
    day = date.astype(np.int64)
    return np.asarray((day + 3) // 7 if unit == "week" else day)  # 1970-01-01 was a Thursday
