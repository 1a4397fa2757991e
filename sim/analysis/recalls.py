"""Recall episodes: an end, the contacts made or withheld after it, and what becomes of those who come back.

An episode begins at the first contact after an end inside the horizon, made or withheld, and goes on to the next end.
"""

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import CONTACTS_MADE, CONTACTS_WITHHELD, RECALL_LIVES, RECALL_SHAPE, Measure, Recall
from sim.core.compiling import compiled
from sim.core.events import Event, Method
from sim.core.units import MONTH

METHODS = len(Method)
EPISODES, SEEN, RETURNED, RECALLED = (
    int(figure) for figure in (Recall.EPISODES, Recall.SEEN, Recall.RETURNED, Recall.RECALLED)
)
BACK, KEPT_SEEN, KEPT = int(Recall.BACK), int(Recall.KEPT_SEEN), int(Recall.KEPT)
COST, CONTRIBUTION, WORTH = int(Recall.COST), int(Recall.CONTRIBUTION), int(Recall.WORTH)
CONTACTED = int(Event.CONTACTED)
RECALL_RETURN = int(Measure.RECALL_RETURN)
YEAR = 12 * MONTH
KEPT_MONTHS = 6


def empty_recalls() -> NDArray[np.int64]:
    """Return zeros [reason, method, life, made or withheld, figure]."""
    return np.zeros(RECALL_SHAPE, np.int64)


@compiled
def contact(row, account, recalls, fine, terms):
    """A contact is made, at a cost, or withheld; the first after an end begins an episode.

    ``recalls``: all cells in one row, [cell, figure].
    """
    if account.episode < 0 and account.ended < terms.horizon and account.returned == np.inf:
        side = CONTACTS_MADE if row.event == CONTACTED else CONTACTS_WITHHELD
        life = min(int(account.ended_life), RECALL_LIVES - 1)
        reason, method = int(account.ended_reason), int(row.detail)  # one byte each in the record
        account.episode = ((reason * METHODS + method) * RECALL_LIVES + life) * 2 + side
        recalls[account.episode, EPISODES] += 1
        recalls[account.episode, SEEN] += account.ended + YEAR <= terms.until
        if side == CONTACTS_MADE and account.ended == account.first_ended:
            account.first_episode = account.episode
    if account.episode >= 0:
        recalls[account.episode, COST] += fine


@compiled(forceinline=True)
def come_back(row, account, recalls, terms):
    """A further life begins, at a contact or not."""
    within_year = row.time - account.ended <= YEAR
    if within_year and account.ended == account.first_ended:
        account.first_back = 1
    account.returned = row.time
    account.returned_plan = row.plan
    account.recalled = row.detail > 0
    account.total_before = account.total
    if account.episode >= 0:
        cell = recalls[account.episode]
        cell[BACK] += 1
        cell[RECALLED] += account.recalled
        cell[RETURNED] += within_year and account.ended + YEAR <= terms.until
        cell[KEPT_SEEN] += row.time + KEPT_MONTHS * MONTH <= terms.until
        account.worth_due = 1


@compiled(forceinline=True)
def add_worth(account, recalls, monthly):
    """The first bill or order after a return."""
    if account.worth_due == 1:
        recalls[account.episode, WORTH] += monthly
        account.worth_due = 0


@compiled(forceinline=True)
def end_return(account, sums, recalls, ended, terms):
    """The life after a return ends, or the study does (``ended`` is infinite): what it was worth, and was it long."""
    if account.returned == np.inf:
        return
    earned = account.total - account.total_before
    if account.recalled == 1:
        sums[int(account.returned / MONTH), account.segment, account.returned_plan].counts[RECALL_RETURN] += earned
    if account.episode >= 0:
        recalls[account.episode, CONTRIBUTION] += earned
        seen = account.returned + KEPT_MONTHS * MONTH <= terms.until
        recalls[account.episode, KEPT] += seen and (ended - account.returned) / MONTH - 1e-9 > KEPT_MONTHS


@compiled(forceinline=True)
def leave(row, account):
    """An end: whatever follows is a new episode."""
    account.ended = row.time
    account.ended_plan = row.plan
    account.ended_reason = row.detail
    account.ended_life = row.life
    account.first_ended = min(account.first_ended, row.time)
    account.returned = np.inf
    account.episode = -1
    account.worth_due = 0
