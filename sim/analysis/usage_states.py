"""States of activity from window to window, Duolingo's daily states, and stickiness."""

import enum

import numpy as np

from sim.analysis.cuts import Cases, Table, put_together, summed
from sim.analysis.history import Flags, History, Whole
from sim.analysis.holdouts import over
from sim.analysis.periods import Windows, days_of
from sim.analysis.usage_retention import USES
from sim.core.events import Event
from sim.language.words import error_text

LIFE_CYCLE = ("new", "current", "resurrected", "dormant")
WEEK, MONTH_OF_DAYS = 7, 30


@enum.unique
class Daily(enum.IntEnum):
    """Where somebody stands on a day (Duolingo)."""

    UNSEEN = 0  # before the first use
    NEW = 1  # first use ever
    CURRENT = 2  # uses today and used in the 6 days before
    REACTIVATED = 3  # uses today after 7 to 29 days away
    RESURRECTED = 4  # uses today after 30 days away or more
    AT_RISK_WAU = 5  # not today, but in the 6 days before
    AT_RISK_MAU = 6  # not in 7 days, but in 30
    DORMANT = 7  # not in 30 days


RATES = {"nurr": Daily.NEW, "curr": Daily.CURRENT, "rurr": Daily.REACTIVATED, "surr": Daily.RESURRECTED,
         "iwaurr": Daily.AT_RISK_WAU}  # fmt: skip
"""Share of those in a state on one day who use the product on the next: new, current, reactivated, resurrected users'
retention, and the inactive of the week who come back."""


def active_in(history: History, windows: Windows, events: tuple[Event, ...] = USES) -> Flags:
    """Return whether each customer is active in each of consecutive windows: [person, window]."""
    edges = np.append(windows[:, 0], windows[-1:, 1])
    if not np.allclose(windows[:-1, 1], windows[1:, 0]):
        raise ValueError(error_text("analysis.windows"))
    rows = history.where(*events)
    place = np.searchsorted(edges, history.time[rows], side="right") - 1
    inside = (place >= 0) & (place < len(windows))
    active = np.zeros((history.people, len(windows)), np.bool_)
    active[history.person[rows][inside], place[inside]] = True
    return active


def joined(history: History) -> Flags:
    """Whether each customer's first contact lies in the time observed, so that his first use is known."""
    return np.asarray(history.rows["event"][history.first_row[:-1]] == Event.SIGNED_UP)


def life_cycle(
    history: History, windows: Windows, by: str | tuple[str, ...] | None = None, *, missed: int = 1,
    events: tuple[Event, ...] = USES,
) -> Table:  # fmt: skip
    """Return customers by state of activity in each window but the first ``missed`` ones, of which too little is known.

    New: first active in this window (never those there on day 0). Current: active in this and the one before.
    Resurrected: active now, not before, not new. Dormant: active before, not now (Amplitude). Exactly:
    active(t) = active(t-1) - dormant(t) + new(t) + resurrected(t), over all and by cuts that never change.

    Parameters
    ----------
    missed
        Windows missed until somebody counts as dormant; with more than 1, active is whoever used in as many windows.

    Returns
    -------
    Table
        Counts ``new``, ``current``, ``resurrected``, ``dormant``, ``active``; ``pulse`` = (new + resurrected) /
        dormant; and of the same counts, by the Chinese cloud convention, shares of those active before: ``retained``
        (current) and ``lost`` (dormant); resurrected are its recalled.
    """
    used = active_in(history, windows, events)
    seen = np.logical_or.accumulate(used, axis=1) | ~joined(history)[:, None]
    active = np.stack([used[:, max(0, n - missed + 1) : n + 1].any(axis=1) for n in range(used.shape[1])], axis=1)
    if not 0 < missed < len(windows):
        raise ValueError(error_text("analysis.missed", missed=missed, most=len(windows) - 1))
    parts = []
    for number in range(missed, len(windows)):
        now, before, new = active[:, number], active[:, number - 1], ~seen[:, number - 1]
        states = (now & new, now & before, now & ~before & ~new, before & ~now)
        person = np.flatnonzero(now | before)
        row = history.row_before(person, windows[number, 0])
        amounts = {name: state[person].astype(float) for name, state in zip(LIFE_CYCLE, states, strict=True)}
        parts.append(Cases(row, np.full(len(row), number), amounts))
    table = summed(history, put_together(parts), by)
    new_ones, current, resurrected, dormant = (np.asarray(table[name], float) for name in LIFE_CYCLE)
    return table | {
        "active": new_ones + current + resurrected, "pulse": over(new_ones + resurrected, dormant),
        "retained": over(current, current + dormant), "lost": over(dormant, current + dormant),
    }  # fmt: skip


def daily_states(history: History, events: tuple[Event, ...] = USES) -> Whole:
    """Return everybody's state on each whole day: [person, day], members of ``Daily``.

    What those there on day 0 did before is not known: their states are right from day 30 on.
    """
    days = days_of(np.array([0.0, np.floor(history.until)]))
    used = active_in(history, days, events)
    number = np.arange(used.shape[1])
    long_ago = -MONTH_OF_DAYS
    last = np.maximum.accumulate(np.where(used, number, long_ago), axis=1)
    before = np.concatenate([np.full((len(used), 1), long_ago), last[:, :-1]], axis=1)
    away = number - before
    seen = np.concatenate([np.zeros((len(used), 1), np.bool_), before[:, 1:] >= 0], axis=1) | ~joined(history)[:, None]
    back = np.select([~seen, away < WEEK, away < MONTH_OF_DAYS], [Daily.NEW, Daily.CURRENT, Daily.REACTIVATED],
                     Daily.RESURRECTED)  # fmt: skip
    gone = np.select([~seen, away < WEEK, away < MONTH_OF_DAYS], [Daily.UNSEEN, Daily.AT_RISK_WAU, Daily.AT_RISK_MAU],
                     Daily.DORMANT)  # fmt: skip
    return np.where(used, back, gone)


def daily_rates(history: History, since: int = MONTH_OF_DAYS, events: tuple[Event, ...] = USES) -> dict[str, float]:
    """Return NURR, CURR, RURR, SURR and iWAURR: see ``RATES``; shares, pooled over the days from ``since`` on."""
    states = daily_states(history, events)[:, since:]
    today, tomorrow = states[:, :-1], np.isin(states[:, 1:], (Daily.NEW, Daily.CURRENT, Daily.REACTIVATED,
                                                             Daily.RESURRECTED))  # fmt: skip
    return {name: float(over(tomorrow[today == state].sum(), (today == state).sum())) for name, state in RATES.items()}


def stickiness(history: History, windows: Windows, by: str | tuple[str, ...] | None = None, *,
               events: tuple[Event, ...] = USES) -> Table:  # fmt: skip
    """Return mean daily active / active in the window (DAU / MAU; 20 % is good for SaaS, 40 % for consumers: June)."""
    parts = []
    for number, window in enumerate(windows):
        used = active_in(history, days_of(window), events)
        person = np.flatnonzero(used.any(axis=1))
        row = history.row_before(person, window[0])
        amounts = {"dau": used[person].mean(axis=1), "mau": np.ones(len(person))}
        parts.append(Cases(row, np.full(len(row), number), amounts))
    table = summed(history, put_together(parts), by)
    return table | {"share": over(table["dau"], table["mau"])}
