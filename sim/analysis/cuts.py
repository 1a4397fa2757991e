"""One way to split every reading: by segment, plan, channel, cohort, stage, life, tier, reason."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.history import Flags, History, Real, Whole
from sim.analysis.holdouts import over
from sim.core.events import Event, Plan, Stage
from sim.core.units import MONTH
from sim.language.words import error_text, not_known
from sim.model.candidates import part_of
from sim.model.traits import GROUP_BITS, SEGMENT_PLACE

Table = dict[str, NDArray[Any]]
"""Columns: whole numbers that say what a row is about, then sums and rates."""
CUTS = ("segment", "plan", "channel", "cohort", "stage", "life", "tier", "reason")
NONE = -1
"""Code of what has no plan, no tier, no reason; in cohorts, of customers there on day 0."""
TIERS = 3


@dataclass(frozen=True)
class Cases:
    """What is counted, one entry each.

    Attributes
    ----------
    row
        The row of the log as of which the customer is labelled.
    at
        Where it is counted: number of the window, the day, the touchpoint.
    amounts
        What is added up, by name.
    reason
        Why it was lost; -1 otherwise.
    bases
        Names of amounts that are the base of a rate: cut by reason, they count for every reason.
    """

    row: Whole
    at: Whole
    amounts: dict[str, Real]
    reason: Whole | None = None
    bases: tuple[str, ...] = ()


def put_together(parts: list[Cases]) -> Cases:
    """Return cases of several windows as one; either all of them have reasons, or none."""
    reasons = [part.reason for part in parts if part.reason is not None]
    amounts = {name: np.concatenate([part.amounts[name] for part in parts]) for name in parts[0].amounts}
    row, at = (np.concatenate([getattr(part, name) for part in parts]) for name in ("row", "at"))
    return Cases(row, at, amounts, np.concatenate(reasons) if reasons else None, parts[0].bases)


def checked(by: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the cuts asked for, as a tuple of known names."""
    cuts = () if by is None else (by,) if isinstance(by, str) else tuple(by)
    for cut in cuts:
        if cut not in CUTS:
            raise ValueError(not_known("by", cut, CUTS))
    return cuts


def labels(history: History, cut: str, row: Whole) -> Whole:
    """Return the code of one cut as of some rows.

    Segment, channel of acquisition, cohort (month of sign-up; -1 on the book on day 0) never change. Plan (-1 before
    the first payment), stage, life (0 is the first) and tier are as of the row; the tier is the third of all paying
    rows into which the customer's last bill or order, by the month, falls: 0 low, 2 high.
    """
    if cut == "reason":
        raise ValueError(error_text("analysis.no_reason"))
    person = history.person[row]
    first = history.rows[history.first_row[person]]
    if cut == "segment":
        return first["segment"].astype(np.int64)
    if cut == "channel":
        return part_of(first["customer"], SEGMENT_PLACE + GROUP_BITS, GROUP_BITS)
    if cut == "cohort":
        return np.where(first["event"] == Event.OPENED, NONE, (first["time"] / MONTH).astype(np.int64))
    rows = history.rows[row]
    if cut == "plan":
        return np.where(np.isin(rows["stage"], (Stage.INTRODUCTION, Stage.LOST)), NONE, rows["plan"]).astype(np.int64)
    if cut == "tier":
        return tiers(history, row)
    return rows[cut].astype(np.int64)


def tiers(history: History, row: Whole) -> Whole:
    """Return the third into which a customer's last bill or order falls, of all bills and orders."""
    bills = np.flatnonzero((history.rows["amount"] > 0) & paying(history))
    if len(bills) == 0:
        return np.full(len(row), NONE)
    worth = history.rows["amount"][bills] / np.where(history.rows["plan"][bills] == Plan.ANNUAL, 12.0, 1.0)
    bounds = np.quantile(worth, np.arange(1, TIERS) / TIERS)
    last = history.last_of(row, bills, itself=True)
    known = last >= 0
    place = np.searchsorted(bills, last[known])
    found = np.full(len(row), NONE)
    found[known] = np.searchsorted(bounds, worth[place], side="left")
    return found


def paying(history: History) -> Flags:
    return np.asarray(np.isin(history.rows["event"], (Event.OPENED, Event.PAID, Event.ORDERED)))


def summed(history: History, cases: Cases, by: str | tuple[str, ...] | None = None) -> Table:
    """Return sums of the cases' amounts by where they are counted and by the cuts.

    Returns
    -------
    Table
        Columns ``at``, one per cut with its codes, and one per amount.
    """
    cuts = checked(by)
    names = ("at", *(cut for cut in cuts if cut != "reason" or cases.reason is None))
    fixed = [cases.at] + [labels(history, cut, cases.row) for cut in names[1:]]
    if "reason" not in cuts or cases.reason is None:
        return grouped(names, fixed, cases.amounts)
    lost = cases.reason != NONE
    parts = {name: amount * lost for name, amount in cases.amounts.items() if name not in cases.bases}
    base = grouped(names, fixed, {name: cases.amounts[name] for name in cases.bases})
    return put_beside(base, names, np.unique(cases.reason[lost]), fixed, cases.reason, parts)


def put_beside(
    base: Table, names: tuple[str, ...], reasons: Whole, fixed: list[Whole], reason: Whole, parts: dict[str, Real]
) -> Table:
    """Return for every row of a base and every reason the parts lost for it, nothing where none is."""
    rows = len(base["at"])
    keys = [np.concatenate([key, np.repeat(base[name], len(reasons))]) for key, name in zip(fixed, names, strict=True)]
    keys.append(np.concatenate([reason, np.tile(reasons, rows)]))
    padded = {name: np.concatenate([amount, np.zeros(rows * len(reasons))]) for name, amount in parts.items()}
    known = keys[-1] != NONE
    table = grouped((*names, "reason"), [key[known] for key in keys], {n: a[known] for n, a in padded.items()})
    return table | {name: np.repeat(base[name], len(reasons)) for name in base if name not in names}


def grouped(names: tuple[str, ...], keys: list[Whole], amounts: dict[str, Real]) -> Table:
    """Return sums of amounts by the keys, sorted by them."""
    different, place = np.unique(np.stack(keys), axis=1, return_inverse=True)
    table: Table = {name: different[n] for n, name in enumerate(names)}
    for name, amount in amounts.items():
        table[name] = np.bincount(place.ravel(), amount, different.shape[1])
    return table


def with_share(table: Table) -> Table:
    """Add ``share``: part / whole."""
    return table | {"share": over(table["part"], table["whole"])}
