"""Usage retention: who uses the product again so long after joining, by every definition of the field."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.cuts import Cases, Table, labels, summed, with_share
from sim.analysis.history import Flags, History, Real, Whole
from sim.analysis.holdouts import over
from sim.analysis.periods import calendar_index
from sim.core.events import Event
from sim.language.words import not_known

KINDS = ("on", "on_or_after", "on_or_before", "streak")
CLOCKS = ("rolling", "calendar")
UNITS = {"day": 1.0, "week": 7.0, "month": 30.0}
ANCHORS = {"sign_up": Event.SIGNED_UP, "first_use": Event.USED, "first_payment": Event.CONVERTED}
AVERAGES = ("weighted", "pooled", "simple")
USES = (Event.USED,)


@dataclass(frozen=True)
class Cohort:
    """Customers from their anchor on, and every later use by the unit of time in which it lies.

    Attributes
    ----------
    row
        Row of each one's anchor.
    user, bucket
        Of each use after the anchor: number in the cohort, and units since the anchor.
    seen
        The last unit that is over, each customer's own.
    """

    row: Whole
    user: Whole
    bucket: Whole
    seen: Whole

    def active(self, last: int) -> Flags:
        """Return whether each is active in each of the units 0 to ``last``."""
        active = np.zeros((len(self.row), last + 1), np.bool_)
        near = self.bucket <= last
        active[self.user[near], self.bucket[near]] = True
        return active


def cohort_of(
    history: History, unit: str = "day", clock: str = "rolling", anchor: str = "sign_up",
    events: tuple[Event, ...] = USES,
) -> Cohort:  # fmt: skip
    """Return everybody who joins inside the time observed, from the anchor on.

    Parameters
    ----------
    unit
        ``day``, ``week`` (7 days) or ``month`` (30 days; by the calendar, the month).
    clock
        ``rolling``: units begin at the anchor, not rounded (Amplitude and Mixpanel default). ``calendar``: midnight,
        Monday, the first of the month.
    anchor
        ``sign_up``, ``first_use`` or ``first_payment``.
    events
        What counts as use.
    """
    for name, value, known in (("unit", unit, UNITS), ("clock", clock, CLOCKS), ("anchor", anchor, ANCHORS)):
        if value not in known:
            raise ValueError(not_known(name, value, known))
    born = history.rows["event"][history.first_row[:-1]] == Event.SIGNED_UP
    row = history.where(ANCHORS[anchor])
    row = row[born[history.person[row]]]
    row = row[np.unique(history.person[row], return_index=True)[1]]
    place = np.full(history.people, -1)
    place[history.person[row]] = np.arange(len(row))
    uses = history.where(*events)
    uses = uses[place[history.person[uses]] >= 0]
    user = place[history.person[uses]]
    after = uses > row[user]
    user, since, time = user[after], history.time[row], history.time[uses[after]]

    def passed(begin: Real, to: Real) -> Whole:
        """Return the units begun between two times."""
        if clock == "rolling":
            return np.floor((to - begin) / UNITS[unit] + 1e-12).astype(np.int64)
        return np.asarray(calendar_index(to, unit, history.starts) - calendar_index(begin, unit, history.starts))

    return Cohort(row, user, passed(since[user], time), passed(since, np.full(len(row), history.until)) - 1)


def retention(
    history: History, kind: str = "on", last: int = 30, by: str | tuple[str, ...] | None = None, *,
    same_people: bool = False, unit: str = "day", clock: str = "rolling", anchor: str = "sign_up",
    events: tuple[Event, ...] = USES,
) -> Table:  # fmt: skip
    """Return usage retention in units 0 to ``last`` after the anchor, over those for whom the unit is over.

    Parameters
    ----------
    kind
        ``on``: active in unit N (N-day, bounded). ``on_or_after``: in N or later (unbounded, rolling; Mixpanel's
        default; recent cohorts look worse as they are seen for less long). ``on_or_before``: at least once after the
        anchor, up to N. ``streak``: in every unit from 1 to N.
    same_people
        Count only those for whom unit ``last`` is over, so that the curve is of one cohort; then ``on_or_after`` never
        rises.
    unit, clock, anchor, events
        See ``cohort_of``.

    Returns
    -------
    Table
        ``at`` (N), ``part`` (retained), ``whole``, ``share``. Sources: Amplitude help, Mixpanel docs.
    """
    if kind not in KINDS:
        raise ValueError(not_known("kind", kind, KINDS))
    cohort = cohort_of(history, unit, clock, anchor, events)
    active = cohort.active(last)
    if kind == "on_or_after":
        latest = np.full(len(cohort.row), -1)
        np.maximum.at(latest, cohort.user, cohort.bucket)
        active = latest[:, None] >= np.arange(last + 1)
    elif kind == "on_or_before":
        active = np.logical_or.accumulate(active, axis=1)
    elif kind == "streak":
        active[:, 0] = True
        active = np.logical_and.accumulate(active, axis=1)
    over_by = np.repeat(last, last + 1) if same_people else np.arange(last + 1)
    return share_of(history, cohort, active, cohort.seen[:, None] >= over_by, by)


def brackets(
    history: History, bounds: tuple[tuple[int, int], ...], by: str | tuple[str, ...] | None = None, *,
    unit: str = "day", clock: str = "rolling", anchor: str = "sign_up", events: tuple[Event, ...] = USES,
) -> Table:  # fmt: skip
    """Return the share active at least once in units a to b, both included, over those for whom b is over.

    ``at`` is the number of the bracket. Source: custom brackets of Mixpanel and Amplitude.
    """
    cohort = cohort_of(history, unit, clock, anchor, events)
    active = cohort.active(max(b for _, b in bounds))
    inside = np.stack([active[:, a : b + 1].any(axis=1) for a, b in bounds], axis=1)
    return share_of(history, cohort, inside, cohort.seen[:, None] >= [b for _, b in bounds], by)


def still_using(
    history: History, window: int = 30, further: int = 30, by: str | tuple[str, ...] | None = None, *,
    anchor: str = "sign_up", events: tuple[Event, ...] = USES,
) -> Table:  # fmt: skip
    """Return seed 002's retention: of those who use in a window, who still uses after a further window; share.

    Used in days 0 to ``window``, and again in as many days after ``further`` more have passed.
    """
    cohort = cohort_of(history, "day", "rolling", anchor, events)
    end = 2 * window + further
    active = cohort.active(end)
    used, still = active[:, :window].any(axis=1), active[:, window + further : end].any(axis=1)
    counts = np.asarray(used & (cohort.seen >= end - 1))
    return share_of(history, cohort, np.asarray(used & still)[:, None], counts[:, None], by)


def share_of(
    history: History, cohort: Cohort, retained: Flags, counts: Flags, by: str | tuple[str, ...] | None
) -> Table:
    """Count the retained among those who count, by column."""
    who, at = np.nonzero(counts)
    amounts = {"part": retained[who, at].astype(float), "whole": np.ones(len(who))}
    return with_share(summed(history, Cases(cohort.row[who], at, amounts), by))


def average(part: Real, whole: Real, how: str = "weighted") -> float:
    """Return one retention over complete cohorts.

    Parameters
    ----------
    part, whole
        Retained and size of each cohort that is complete.
    how
        ``weighted``: sum(w part) / sum(w whole), w the cohort's share of all (Mixpanel's average row, which counts
        large cohorts twice over). ``pooled``: sum(part) / sum(whole). ``simple``: mean of the cohorts' shares.
    """
    part, whole = np.asarray(part, float), np.asarray(whole, float)
    if how == "simple":
        return float(np.mean(over(part, whole)))
    if how not in AVERAGES:
        raise ValueError(not_known("how", how, AVERAGES))
    weight = whole if how == "weighted" else np.ones_like(whole)
    return float(over((weight * part).sum(), (weight * whole).sum()))


def average_retention(
    history: History, kind: str = "on", last: int = 30, how: str = "weighted", **options: Any
) -> Table:  # fmt: skip
    """Return one retention curve over months of sign-up: in each unit, of those months for which it is wholly over.

    Parameters
    ----------
    kind, last, options
        See ``retention``.
    how
        How the months are weighed: see ``average``.

    Returns
    -------
    Table
        ``at`` (N), ``cohorts`` (how many are complete), ``share``; not a number where none is.
    """
    anchors = {name: value for name, value in options.items() if name != "same_people"}
    months = labels(history, "cohort", cohort_of(history, **anchors).row)
    table = retention(history, kind, last, "cohort", **options)
    size = np.bincount(months, minlength=1)
    complete = table["whole"] == size[table["cohort"]]
    units = np.arange(last + 1)
    shares, cohorts = np.full(last + 1, np.nan), np.zeros(last + 1, np.int64)
    for unit in units:
        here = complete & (table["at"] == unit)
        cohorts[unit] = here.sum()
        if cohorts[unit]:
            shares[unit] = average(table["part"][here], table["whole"][here], how)
    return {"at": units, "cohorts": cohorts, "share": shares}
