"""Customer churn by every convention of the field, and what falls due: renewed, lost, recovered."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.cuts import Cases, Table, checked, grouped, put_together, summed, with_share
from sim.analysis.history import MONTHS_PAID, Flags, History, Real, Whole
from sim.analysis.periods import Windows, days_of
from sim.core.events import Event, Plan
from sim.language.words import not_known

FORMULAS = ("b2b", "b2c", "antenna_gross", "antenna_net")
BASES = ("first_failure", "dunning")


def churn(
    history: History, windows: Windows, formula: str = "b2b", recognition: str = "after_dunning",
    by: str | tuple[str, ...] | None = None,
) -> Table:  # fmt: skip
    """Return customer churn in each window.

    Parameters
    ----------
    formula
        ``b2b``: customers at the window's start who are none at its end / customers at its start; leaves out whoever
        joins and leaves, or leaves and is back, in the same window (ChartMogul, standard). ``b2c``: sum over days of
        the same for the day, which sees those who leave in the month of joining (ChartMogul, "Shopify").
        ``antenna_gross``: ends in the window / customers at its start. ``antenna_net``: the same less returns.
    recognition
        When a customer counts as lost: see ``Lives.lost``.
    by
        Cuts: labels are those just before the window (of joiners, just before the end).

    Returns
    -------
    Table
        ``at`` (window), ``part`` (lost), ``whole`` (at risk; of ``b2c``, mean over days), ``share`` (1 per window).
    """
    if formula not in FORMULAS:
        raise ValueError(not_known("formula", formula, FORMULAS))
    lost = history.lives.lost(recognition)
    if formula == "b2c":
        return daily(history, windows, lost, by)
    cases = kept_cases if formula == "b2b" else ends_cases
    parts = [cases(history, lost, number, *window) for number, window in enumerate(windows)]
    if formula == "antenna_net":
        parts += [return_cases(history, number, *window) for number, window in enumerate(windows)]
    return with_share(summed(history, put_together(parts), by))


def at_risk(history: History, lost: Real, start: float) -> Whole:
    """Return the lives that go on just before a time."""
    return np.flatnonzero((history.lives.begin < start) & (lost >= start))


def kept_cases(history: History, lost: Real, number: int, start: float, end: float) -> Cases:
    """Count customers at the start of a window, and who of them is none at its end."""
    lives, here = history.lives, at_risk(history, lost, start)
    there = np.zeros(history.people, np.bool_)
    there[lives.person[at_risk(history, lost, end)]] = True
    gone = ~there[lives.person[here]]
    row = history.row_before(lives.person[here], start)
    return counted(row, number, gone.astype(float), np.ones(len(row)), np.where(gone, lives.reason[here], -1))


def ends_cases(history: History, lost: Real, number: int, start: float, end: float) -> Cases:
    """Count customers at the start of a window, and all ends in it, of joiners too."""
    lives, here = history.lives, at_risk(history, lost, start)
    gone = (lost >= start) & (lost < end)
    joined = np.flatnonzero(gone & (lives.begin >= start))
    lot = np.concatenate([here, joined])
    since = np.concatenate([np.full(len(here), start), lost[joined]])
    row, part = history.row_before(lives.person[lot], since), gone[lot]
    whole = (np.arange(len(lot)) < len(here)).astype(float)
    return counted(row, number, part.astype(float), whole, np.where(part, lives.reason[lot], -1))


def return_cases(history: History, number: int, start: float, end: float) -> Cases:
    """Count returns in a window: each takes off one end, of the reason for which he had left."""
    row = history.where(Event.RETURNED)
    row = row[(history.time[row] >= start) & (history.time[row] < end)]
    before = history.last_of(row, history.where(Event.ENDED))
    reason = np.where(before >= 0, history.rows["detail"][before], -1)
    return counted(row, number, np.full(len(row), -1.0), np.zeros(len(row)), reason)


def counted(row: Whole, number: int, part: Real, whole: Real, reason: Whole) -> Cases:
    return Cases(row, np.full(len(row), number), {"part": part, "whole": whole}, reason, ("whole",))


def daily(history: History, windows: Windows, lost: Real, by: str | tuple[str, ...] | None) -> Table:
    """Add up the churn of each window's days."""
    found = []
    for number, window in enumerate(windows):
        days = days_of(window)
        parts = [kept_cases(history, lost, day, *span) for day, span in enumerate(days)]
        found.append(added_up(with_share(summed(history, put_together(parts), by)), number, len(days), checked(by)))
    return {name: np.concatenate([table[name] for table in found]) for name in found[0]}


def added_up(table: Table, number: int, days: int, cuts: tuple[str, ...]) -> Table:
    """Return one row per group: lost and shares added up over days, those at risk averaged."""
    shares = np.where(np.isfinite(table["share"]), table["share"], 0.0)
    keys = [np.full(len(table["at"]), number), *(table[cut] for cut in cuts)]
    return grouped(("at", *cuts), keys, {"part": table["part"], "whole": table["whole"] / days, "share": shares})


# --- what falls due ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dues:
    """Bills that fall due after the first of a life: the row at which they do, and what becomes of them.

    Attributes
    ----------
    row
        A payment on time, a first failure, or an end.
    lost
        It ends the life, at once or after the last retry.
    first
        It is the life's first renewal (of customers there on day 0, none is known to be).
    reason
        Of the end; -1 where it is paid.
    """

    row: Whole
    lost: Flags
    first: Flags
    reason: Whole


def dues_of(history: History) -> Dues:
    """Find the bills that fell due and whose outcome is seen."""
    rows, failure = history.rows, (history.rows["event"] == Event.CHARGE_FAILED) & (history.rows["detail"] == 0)
    begins = (Event.OPENED, Event.CONVERTED, Event.RETURNED)
    steps = np.flatnonzero(failure | np.isin(rows["event"], (*begins, Event.PAID, Event.ENDED)))
    steps = steps[rows["plan"][steps] != Plan.PER_USE]
    before, after = history.last_of(steps, steps), history.next_of(steps, steps)
    earlier = np.where(before >= 0, history.last_of(np.maximum(before, 0), steps), -1)
    opened_late = history.event(before, Event.OPENED) & (rows["detail"][before] > MONTHS_PAID[rows["plan"][before]])
    retried = history.event(before, Event.CHARGE_FAILED) | opened_late
    new_life = history.event(before, Event.CONVERTED, Event.RETURNED)
    paid, ended = history.event(steps, Event.PAID), history.event(steps, Event.ENDED)
    seen = np.where(failure[steps], after >= 0, True)
    due = (failure[steps] | (paid & ~new_life & ~retried) | (ended & ~retried)) & seen
    outcome = np.where(failure[steps], after, steps)[due]
    lost = history.event(outcome, Event.ENDED)
    first = history.event(before, Event.PAID) & history.event(earlier, Event.CONVERTED, Event.RETURNED)
    return Dues(steps[due], lost, first[due], np.where(lost, rows["detail"][outcome], -1).astype(np.int64))


def in_windows(time: Real, windows: Windows) -> list[Whole]:
    """Return the places of the times that lie in each window."""
    return [np.flatnonzero((time >= start) & (time < end)) for start, end in windows]


def renewals(history: History, windows: Windows, by: str | tuple[str, ...] | None = None) -> Table:
    """Return churn among those due: bills after the first that fall due in a window and end the life / all of them.

    The renewal rate among those due is 1 - share (RevenueCat); a failure recovered counts as renewed, and a bill whose
    retries are not over is left out. Never mixes monthly and annual plans where ``by`` is ``plan``, the plan being that
    of the term that is over.
    """
    dues = dues_of(history)
    time = history.time[dues.row]
    row = history.row_before(history.person[dues.row], time)
    parts = [
        counted(row[here], number, dues.lost[here].astype(float), np.ones(len(here)), dues.reason[here])
        for number, here in enumerate(in_windows(time, windows))
    ]
    return with_share(summed(history, put_together(parts), by))


def recovery(
    history: History, windows: Windows, base: str = "first_failure", by: str | tuple[str, ...] | None = None
) -> Table:
    """Return failed charges that are paid in the end / failed charges.

    Parameters
    ----------
    base
        ``first_failure``: of all first failures. ``dunning``: of those whose first retry failed too. The field names
        either "recovery rate" and they differ by tens of points. Those whose retries are not over are left out.
    """
    if base not in BASES:
        raise ValueError(not_known("base", base, BASES))
    row = history.where(Event.CHARGE_FAILED)
    row = row[history.rows["detail"][row] == BASES.index(base)]
    outcome = history.next_of(row, history.where(Event.PAID, Event.ENDED))
    row, outcome = row[outcome >= 0], outcome[outcome >= 0]
    part = history.event(outcome, Event.PAID).astype(float)
    parts = [
        Cases(row[here], np.full(len(here), number), {"part": part[here], "whole": np.ones(len(here))})
        for number, here in enumerate(in_windows(history.time[row], windows))
    ]
    return with_share(summed(history, put_together(parts), by))


def pooled(table: Table, cuts: tuple[str, ...]) -> Table:
    """Return a table of parts and wholes with its windows added up: per window, weighted by who is at risk."""
    keys = [np.zeros(len(table["at"]), np.int64), *(table[cut] for cut in cuts)]
    return with_share(grouped(("at", *cuts), keys, {name: table[name] for name in ("part", "whole")}))
