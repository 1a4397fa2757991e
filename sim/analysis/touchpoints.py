"""Churn per touchpoint: of customers at each point of the journey, the share lost within a stated time after it."""

from collections.abc import Iterator

import numpy as np

from sim.analysis.churn_rates import dues_of
from sim.analysis.cuts import Cases, Table, put_together, summed, with_share
from sim.analysis.history import History, Whole
from sim.analysis.holdouts import over
from sim.core.events import Channel, Event, Reason, Stage

POINTS: dict[str, Event] = {
    "sign-up": Event.SIGNED_UP, "guided": Event.GUIDED, "activated": Event.ACTIVATED,
    "first payment": Event.CONVERTED, "touched": Event.TOUCHED, "rewarded": Event.REWARDED,
    "integrated": Event.INTEGRATED, "mature": Event.MATURED, "plan switched": Event.SWITCHED,
    "served": Event.SERVICE_ENDED, "wants to leave": Event.INTENDED, "asked to cancel": Event.REQUESTED,
    "dormant": Event.FELL_ASLEEP, "awake again": Event.WOKE,
}  # fmt: skip
"""Touchpoints that are one kind of event; the others are worked out below."""
PROSPECT_LOST = len(Reason)
"""Code of the first of the two ways in which a prospect goes: gave up, trial over."""


def touchpoints_of(history: History) -> Iterator[tuple[str, Whole]]:
    """Yield every touchpoint and the rows at which somebody is there, in the order of a journey."""
    detail = history.rows["detail"]
    simple = {name: history.where(event) for name, event in POINTS.items()}
    yield "sign-up", simple.pop("sign-up")
    signed, used = history.where(Event.SIGNED_UP), history.where(Event.USED)
    first = history.next_of(signed, used)
    yield "first use", first[first >= 0]
    steps = history.where(Event.STEP_DONE)
    for step in np.unique(detail[steps]):
        yield f"key action {step + 1}", steps[detail[steps] == step]
    for name in ("guided", "activated", "first payment"):
        yield name, simple.pop(name)
    dues = dues_of(history)
    yield "first renewal", dues.row[dues.first]
    yield "later renewal", dues.row[~dues.first]
    failed, returned = history.where(Event.CHARGE_FAILED), history.where(Event.RETURNED)
    yield "charge failed", failed[detail[failed] == 0]
    yield from simple.items()
    yield "returned unasked", returned[detail[returned] == 0]
    yield "recalled", returned[detail[returned] > 0]


def churn_per_touchpoint(
    history: History, within: float = 30.0, by: str | tuple[str, ...] | None = None
) -> tuple[list[str], Table]:
    """Return the share of customers at each touchpoint who are lost within so many days after it (seed 001).

    Lost is an end, or a prospect who goes; every time that somebody is at the touchpoint counts, where the time after
    it is observed. A renewal is the moment at which a bill falls due: whoever does not renew is lost there. What comes
    after a touchpoint need not come from it. Cut by reason, the last two codes are prospects: gave up, trial over.

    Returns
    -------
    names, table
        Touchpoints, and ``at`` (place among them), ``part``, ``whole``, ``share``.
    """
    points = dict(touchpoints_of(history))
    parts = [lost_after(history, row, number, within) for number, row in enumerate(points.values())]
    return list(points), with_share(summed(history, put_together(parts), by))


def touches_by_channel(
    history: History, within: float = 30.0, by: str | tuple[str, ...] | None = None
) -> tuple[list[str], Table]:
    """Return the same for touches alone, by the channel of the touch."""
    touched = history.where(Event.TOUCHED)
    channel = history.rows["detail"][touched]
    parts = [lost_after(history, touched[channel == number], int(number), within) for number in Channel]
    return [channel.name.lower() for channel in Channel], with_share(summed(history, put_together(parts), by))


def lost_after(history: History, row: Whole, number: int, within: float) -> Cases:
    """Count customers at one touchpoint and who of them is lost in time; labels are as of just before."""
    losses = history.where(Event.ENDED, Event.LOST)
    here = (history.rows["stage"][row] < Stage.CHURNED) | history.event(row, Event.ENDED)
    row = row[here & (history.time[row] + within <= history.until)]
    loss = history.next_of(row, losses, itself=True)
    lost = (loss >= 0) & (history.time[loss] - history.time[row] <= within)
    how = history.rows["detail"][loss].astype(np.int64) + PROSPECT_LOST * history.event(loss, Event.LOST)
    label = np.where(history.event(row, Event.ENDED), row - 1, row)
    amounts = {"part": lost.astype(float), "whole": np.ones(len(row))}
    return Cases(label, np.full(len(row), number), amounts, np.where(lost, how, -1), ("whole",))


def churned(history: History, days: float = 30.0, by: str | tuple[str, ...] | None = None) -> Table:
    """Return who leaves and how they were doing (seed 004: activity of the churned, and their tier).

    Returns
    -------
    Table
        ``ends``; ``share`` of all ends; per end ``uses`` in the last ``days`` days, ``dormant`` (share asleep at the
        end), ``tenure`` (days of the life that ended; of lives that began before day 0, days since then) and ``mrr``
        (minor units). Cut by ``tier`` or ``stage`` it says where they belonged just before.
    """
    lives = history.lives
    gone = np.flatnonzero(lives.end_row >= 0)
    person, end = lives.person[gone], lives.end[gone]
    row = lives.end_row[gone] - 1
    count = np.concatenate([[0], np.cumsum(history.rows["event"] == Event.USED)])
    since = history.row_before(person, np.maximum(end - days, 0.0)) + 1
    amounts = {
        "ends": np.ones(len(gone)), "uses": (count[lives.end_row[gone]] - count[since]).astype(float),
        "dormant": (history.rows["stage"][row] == Stage.DORMANCY).astype(float),
        "tenure": end - np.maximum(lives.begin[gone], 0.0), "mrr": history.mrr[row].astype(float),
    }  # fmt: skip
    table = summed(history, Cases(row, np.zeros(len(row), np.int64), amounts, lives.reason[gone]), by)
    ends = np.asarray(table["ends"], float)
    means = {name: over(table[name], ends) for name in ("uses", "dormant", "tenure", "mrr")}
    return table | {"share": ends / max(1.0, float(ends.sum()))} | means
