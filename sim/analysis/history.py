"""An event log laid out for reading: customer by customer, with the paid lives that it tells of."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.events import LOG, Event, Plan
from sim.language.words import not_known

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Flags = NDArray[np.bool_]
NEVER = np.inf
BEFORE = -1.0
"""When a paid life began that was there on day 0."""
BEGINS = (Event.OPENED, Event.CONVERTED, Event.RETURNED)
MONTHS_PAID = np.array([12 if plan == Plan.ANNUAL else 1 for plan in Plan])
RECOGNITIONS = ("request", "period_end", "after_dunning")


@dataclass(frozen=True)
class History:
    """A log inside a horizon, sorted by customer, in the order in which things happened to each.

    Attributes
    ----------
    rows
        Records of the type LOG.
    person
        Number of the customer of each row, from 0; the same customer in two replications is two.
    until
        Days observed.
    starts
        Date of day 0, for calendar windows.
    """

    rows: NDArray[Any]
    person: Whole
    until: float
    starts: np.datetime64

    @cached_property
    def first_row(self) -> Whole:
        """First row of each customer; behind the last customer, the number of rows."""
        return np.searchsorted(self.person, np.arange(self.people + 1))

    @property
    def people(self) -> int:
        """Number of customers."""
        return int(self.person[-1]) + 1 if len(self.person) else 0

    @cached_property
    def time(self) -> Real:
        """Time of each row, days."""
        return np.ascontiguousarray(self.rows["time"])

    @cached_property
    def keys(self) -> Real:
        """Numbers that rise from row to row, by customer and then by time."""
        return np.asarray(self.person * (self.until + 2.0) + self.time)

    def where(self, *events: Event) -> Whole:
        """Return the rows of some kinds of event."""
        return np.flatnonzero(np.isin(self.rows["event"], events))

    def row_before(self, person: Whole, time: Real | float) -> Whole:
        """Return each customer's last row strictly before a time; his first row where there is none."""
        found = np.searchsorted(self.keys, person * (self.until + 2.0) + time, side="left") - 1
        return np.maximum(found, self.first_row[person])

    def next_of(self, rows: Whole, wanted: Whole, *, itself: bool = False) -> Whole:
        """Return for each row the next of ``wanted`` (sorted rows) of the same customer; -1 where there is none."""
        return self._neighbour(rows, wanted, np.searchsorted(wanted, rows, side="left" if itself else "right"))

    def last_of(self, rows: Whole, wanted: Whole, *, itself: bool = False) -> Whole:
        """Return for each row the last of ``wanted`` before it, of the same customer; -1 where there is none."""
        return self._neighbour(rows, wanted, np.searchsorted(wanted, rows, side="right" if itself else "left") - 1)

    def _neighbour(self, rows: Whole, wanted: Whole, place: Whole) -> Whole:
        padded = np.append(wanted, -1)  # both a place too far and a place too near lead to it
        found = padded[np.where((place >= 0) & (place < len(wanted)), place, -1)]
        return np.where((found >= 0) & (self.person[found] == self.person[rows]), found, -1)

    def event(self, rows: Whole, *events: Event) -> Flags:
        """Whether rows are of some kinds of event; a row -1 is of none."""
        return np.asarray(np.isin(self.rows["event"][rows], events) & (rows >= 0))

    @cached_property
    def mrr(self) -> Whole:
        """Monthly recurring revenue after each row, minor units: the last bill over its months, until the end."""
        bills = self.where(Event.OPENED, Event.PAID, Event.ENDED)
        row = self.rows[bills]
        months = MONTHS_PAID[row["plan"]]
        monthly = np.where(self.event(bills, Event.ENDED), 0, (row["amount"] + months // 2) // months)
        last = self.last_of(np.arange(len(self.rows)), bills, itself=True)
        return np.where(last >= 0, np.append(monthly, 0)[np.searchsorted(bills, last)], 0)

    @cached_property
    def lives(self) -> "Lives":
        """The paid lives that the log tells of."""
        return lives_of(self)


@dataclass(frozen=True)
class Lives:
    """Paid lives: from the first payment, a return, or day 0, to the end.

    Attributes
    ----------
    begin_row, end_row
        Rows of the beginning and the end; -1: goes on.
    person, reason
        Whose; why it ended, or why the end was asked for; -1 while it goes on.
    begin, end
        Days; -1: before day 0; infinite: goes on.
    requested, failed
        When the cancel request was made that stands at the end, and when the charge first failed that was never paid;
        infinite where there is none.
    """

    begin_row: Whole
    end_row: Whole
    person: Whole
    reason: Whole
    begin: Real
    end: Real
    requested: Real
    failed: Real

    def lost(self, recognition: str) -> Real:
        """Return when each life counts as lost, days; infinite while it does not.

        ``after_dunning``: its end, after the last retry. ``period_end``: the end of the paid period, so a failed
        charge that is never recovered counts from its first failure. ``request``: when automatic renewal was turned
        off; whoever never asks, at the end. A request withdrawn, and a failure recovered, count as none.
        Sources: ChartMogul, ProfitWell (end of the cycle), Stripe, Maxio (at the request).
        """
        if recognition not in RECOGNITIONS:
            raise ValueError(not_known("recognition", recognition, RECOGNITIONS))
        if recognition == "request":
            return np.minimum(self.requested, self.end)
        if recognition == "period_end":
            return np.where(np.isfinite(self.end), np.minimum(self.failed, self.end), NEVER)
        return self.end


def lives_of(history: History) -> Lives:
    """Find the paid lives in a history."""
    begins, rows = history.where(*BEGINS), history.rows
    ends = history.next_of(begins, history.where(Event.ENDED))
    person = history.person[begins]
    after = np.where(ends >= 0, ends, history.first_row[person + 1])

    def standing(opening: Flags, closing: Flags) -> Whole:
        """Return the row of what ``opening`` rows begin and ``closing`` rows undo, where it stands at the end."""
        both = np.flatnonzero(opening | closing)
        last = np.append(both, -1)[np.searchsorted(both, after) - 1]
        return np.where((last > begins) & opening[last], last, -1)

    event, detail = rows["event"], rows["detail"]
    requested = standing(event == Event.REQUESTED, event == Event.UNDONE)
    failed = standing((event == Event.CHARGE_FAILED) & (detail == 0), event == Event.PAID)
    return Lives(
        begins, ends, person,
        np.where(ends >= 0, detail[ends], np.where(requested >= 0, detail[requested], -1)).astype(np.int64),
        np.where(event[begins] == Event.OPENED, BEFORE, history.time[begins]),
        np.where(ends >= 0, history.time[ends], NEVER),
        np.where(requested >= 0, history.time[requested], NEVER),
        np.where(failed >= 0, history.time[failed], NEVER),
    )  # fmt: skip


def history_of(pieces: Iterable[tuple[int, NDArray[Any]]], until: float, starts: np.datetime64) -> History:
    """Return pieces of log as one history.

    Parameters
    ----------
    pieces
        (replication, rows), in the order in which they were written.
    until
        Days; rows from then on are left out.
    starts
        Date of day 0.
    """
    kept = [(number, np.asarray(piece)[np.asarray(piece)["time"] < until]) for number, piece in pieces]
    rows = np.concatenate([np.zeros(0, LOG), *(piece for _, piece in kept)])
    replication = np.repeat([number for number, _ in kept], [len(piece) for _, piece in kept]).astype(np.int64)
    order = np.lexsort((rows["customer"], replication))
    rows, replication = rows[order], replication[order]
    new = (rows["customer"][1:] != rows["customer"][:-1]) | (replication[1:] != replication[:-1])
    person = np.concatenate([np.zeros(min(1, len(rows)), np.int64), np.cumsum(new)])
    return History(rows, person, until, starts)
