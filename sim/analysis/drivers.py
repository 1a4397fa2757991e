"""Drivers: which early behaviour separates those who stay. Association, never effect.

Behaviour is looked at up to a landmark, and only of those still there at it: otherwise whoever stays longer has had
more time to behave, and even "was ever dormant" seems to protect. What the table shows is still no effect: people whom
the product fits do more and stay longer, and a term that is paid cannot end before it is over, whoever took it.
"""

from dataclasses import dataclass

import numpy as np

from sim.analysis.cuts import checked, labels
from sim.analysis.history import Flags, History, Real, Whole
from sim.analysis.usage_retention import cohort_of
from sim.core.events import Event, Plan
from sim.language.words import error_text

MEANING = "association, not effect"
Z95 = 1.959963984540054
COUNTED: dict[str, Event] = {
    "uses": Event.USED, "key actions": Event.STEP_DONE, "activated": Event.ACTIVATED, "guided": Event.GUIDED,
    "integrations": Event.INTEGRATED, "rewards": Event.REWARDED, "touches": Event.TOUCHED,
    "asked for help": Event.TEAM_ASKED, "fell asleep": Event.FELL_ASLEEP, "wanted to leave": Event.INTENDED,
    "asked to cancel": Event.REQUESTED, "failed charges": Event.CHARGE_FAILED, "orders": Event.ORDERED,
}  # fmt: skip
"""Behaviour that is counted event by event."""


@dataclass(frozen=True)
class Landmark:
    """Those alive at the landmark: their row there, whether they stay, and what each has done until then."""

    row: Whole
    stays: Flags
    behaviour: dict[str, Real]


@dataclass(frozen=True)
class Driver:
    """How one behaviour goes with staying.

    Attributes
    ----------
    stayed, left
        How many did either.
    mean_stayed, mean_left
        Mean of the behaviour.
    difference, low, high
        Standardised: difference of the means over their pooled standard deviation (Cohen's d), with 95 % interval.
    odds, odds_low, odds_high
        Odds of staying of those above the median (where nobody is above it, of those at it) over the others', with
        95 % interval; half a customer added to each cell where one is empty (Haldane, Anscombe).
    """

    stayed: int
    left: int
    mean_stayed: float
    mean_left: float
    difference: float
    low: float
    high: float
    odds: float
    odds_low: float
    odds_high: float


def landmark_of(history: History, day: float, until: float, anchor: str = "sign_up") -> Landmark:
    """Look at everybody ``day`` days after the anchor, and again ``until`` days after it.

    Alive is whoever was not lost, as a prospect or as a customer, since the anchor; those not observed for ``until``
    days are left out.
    """
    if not 0.0 < day < until:
        raise ValueError(error_text("analysis.landmark", day=f"{day:g}", until=f"{until:g}"))
    start = cohort_of(history, anchor=anchor).row
    start = start[history.time[start] + until <= history.until]
    losses = history.where(Event.ENDED, Event.LOST)
    loss = history.next_of(start, losses)
    lost = np.where(loss >= 0, history.time[loss] - history.time[start], np.inf)
    start, lost = start[lost >= day], lost[lost >= day]
    person = history.person[start]
    row = history.row_before(person, history.time[start] + day)
    return Landmark(row, lost >= until, behaviour_of(history, start, np.maximum(row, start)))


def behaviour_of(history: History, start: Whole, end: Whole) -> dict[str, Real]:
    """Return what customers did from one row to another, both included."""
    rows = history.rows
    behaviour = {name: counts(rows["event"] == event, start, end) for name, event in COUNTED.items()}
    prompted = (rows["event"] == Event.USED) & (rows["detail"] == 1)
    used = history.where(Event.USED)
    day = np.floor(history.time[used])
    fresh = np.ones(len(used), np.bool_)
    fresh[1:] = (np.diff(day) != 0) | (np.diff(history.person[used]) != 0)
    new_day = np.zeros(len(rows), np.bool_)
    new_day[used[fresh]] = True
    behaviour |= {"days of use": counts(new_day, start, end), "prompted uses": counts(prompted, start, end)}
    paid = counts(np.isin(rows["event"], (Event.CONVERTED, Event.RETURNED, Event.OPENED)), start, end)
    annual = (paid > 0) & (rows["plan"][end] == Plan.ANNUAL)
    return behaviour | {"pays": paid, "annual plan": annual.astype(float), "seats": rows["seats"][end].astype(float)}


def counts(happens: Flags, start: Whole, end: Whole) -> Real:
    """Return how often something happens from one row to another, both included."""
    so_far = np.concatenate([[0], np.cumsum(happens)])
    return np.asarray(so_far[end + 1] - so_far[start], float)


def driver(behaviour: Real, stays: Flags) -> Driver:
    """Return how one behaviour goes with staying."""
    one, other = behaviour[stays], behaviour[~stays]
    difference, half = standardised(one, other)
    median = np.median(behaviour)
    above = behaviour > median
    odds = odds_ratio(above if above.any() else behaviour >= median, stays)
    mean, mean_other = (float(part.mean()) if len(part) else np.nan for part in (one, other))
    bounds = (difference, difference - half, difference + half)
    return Driver(len(one), len(other), mean, mean_other, *bounds, *odds)


def standardised(one: Real, other: Real) -> tuple[float, float]:
    """Return Cohen's d and half its 95 % interval, sqrt((n + m)/(n m) + d^2 / (2 (n + m))) wide (Hedges and Olkin)."""
    n, m = len(one), len(other)
    if n < 2 or m < 2:
        return np.nan, np.nan
    spread = np.sqrt(((n - 1) * one.var(ddof=1) + (m - 1) * other.var(ddof=1)) / (n + m - 2))
    if spread == 0.0:
        return np.nan, np.nan
    d = float((one.mean() - other.mean()) / spread)
    return d, float(Z95 * np.sqrt((n + m) / (n * m) + d * d / (2 * (n + m))))


def odds_ratio(does: Flags, stays: Flags) -> tuple[float, float, float]:
    """Return the odds ratio of staying and its 95 % interval (Woolf); not a number where all or none do it."""
    if does.all() or not does.any() or stays.all() or not stays.any():
        return np.nan, np.nan, np.nan
    cells = np.array([(one & other).sum() for one in (does, ~does) for other in (stays, ~stays)], float)
    cells += 0.5 * (cells == 0.0).any()
    log, half = np.log(cells) @ [1, -1, -1, 1], Z95 * np.sqrt((1.0 / cells).sum())
    return float(np.exp(log)), float(np.exp(log - half)), float(np.exp(log + half))


def drivers(
    history: History, day: float = 30.0, until: float = 180.0, anchor: str = "sign_up",
    by: str | tuple[str, ...] | None = None,
) -> list[tuple[tuple[int, ...], str, Driver]]:  # fmt: skip
    """Return per group and behaviour how behaviour up to day ``day`` goes with staying to day ``until``.

    Parameters
    ----------
    day, until
        Days since the anchor.
    anchor
        ``sign_up``, ``first_use`` or ``first_payment``.
    by
        Cuts as of the landmark.

    Returns
    -------
    list
        (codes of the cuts, name of the behaviour, driver). Behaviour in which nobody differs is left out.
    """
    cuts, mark = checked(by), landmark_of(history, day, until, anchor)
    codes = np.stack([np.zeros(len(mark.row), np.int64), *(labels(history, cut, mark.row) for cut in cuts)])
    groups, place = np.unique(codes, axis=1, return_inverse=True)
    found = []
    for number, group in enumerate(groups.T):
        here = place.ravel() == number
        for name, behaviour in mark.behaviour.items():
            if np.ptp(behaviour[here]) > 0.0:
                found.append((tuple(group[1:].tolist()), name, driver(behaviour[here], mark.stays[here])))
    return found
