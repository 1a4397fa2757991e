"""How the same customer stands under the baseline and under a scenario: what a comparison is made of."""

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import RECALL_SHAPE, VALUES, Group, Met, Value
from sim.analysis.recalls import YEAR
from sim.core.compiling import compiled, entry_point

STANDING = np.dtype(
    (
        np.record,
        np.dtype(
            [
                ("id", "i8"),  # of those who signed up in the study
                ("value", "i8", (VALUES,)),
                ("reached", "i8"),  # a bit per lever: it met him
                ("held_out", "i8"),  # a bit per lever: it would have met him, had he not been of its hold-out
                ("first_ended", "f8"),  # first end; inf: none
                ("first_episode", "i2"),  # cell of the recall episode after it, if a contact was made; else -1
                ("first_back", "i1"),  # back within a year of it
                ("paid", "i1"),  # pays something inside the horizon, or was there on day 0
                ("kept", "i1"),  # at month 12; -1 where that is not seen
                ("alive_end", "i1"),  # a customer at the end of the horizon
                ("first_year", "i1"),  # pays first in the study's first year
            ],
            align=True,
        ),
    )
)
SAME, GAINED, LOST, NEITHER = (int(group) for group in (Group.SAME, Group.GAINED, Group.LOST, Group.NEITHER))
CUSTOMERS, ALIVE_END, VALUE = int(Met.CUSTOMERS), int(Met.ALIVE_END), int(Met.VALUE)
LIVES, METHODS = RECALL_SHAPE[2], RECALL_SHAPE[1]
REACHED_SIDE, HELD_OUT_SIDE = 0, 1


def nobody(count: int) -> np.recarray:
    """Return how those stand who never came."""
    standings = np.zeros(count, STANDING).view(np.recarray)
    standings.first_ended = np.inf
    standings.first_episode = -1
    standings.kept = -1
    return standings


@compiled(forceinline=True)
def note_standing(standing, account):
    """Keep what a comparison needs of an account."""
    standing.id = account.id
    for value in range(VALUES):
        standing.value[value] = account.value[value]
    standing.reached = account.reached
    standing.held_out = account.held_out
    standing.first_ended = account.first_ended
    standing.first_episode = account.first_episode
    standing.first_back = account.first_back
    standing.paid = account.paid
    standing.kept = account.kept
    standing.alive_end = account.alive_end
    standing.first_year = 0.0 <= account.converted < YEAR


@entry_point
def note_standings(standings, accounts):
    """Keep what a comparison needs of some accounts."""
    for n in range(len(accounts)):
        note_standing(standings[n], accounts[n])


def standing_of(accounts: np.recarray) -> np.recarray:
    """Return what a comparison needs of some accounts, and nothing else of them."""
    standings = nobody(len(accounts))
    note_standings(standings, accounts)
    return standings


def lifetime_values(standings: np.recarray) -> tuple[int, int]:
    """Return the sum of LIFETIME and the number of customers whose first payment lies in the study's first year."""
    first_year = standings.first_year == 1
    return int(standings.value[first_year, int(Value.LIFETIME)].sum()), int(first_year.sum())


def side_by_side(baseline: np.recarray, standing: np.recarray, count: int) -> tuple[np.recarray, np.recarray]:
    """Return both with the same customers at the same places.

    The first ``count`` are; friends whom customers bring come after them, in each world others: those who do not
    exist in one of the worlds stand there like somebody who never came.
    """
    worlds = (baseline, standing)
    if max(len(there) for there in worlds) == count:
        return worlds
    friends = np.unique(np.concatenate([there.id[count:] for there in worlds]))
    return with_friends(baseline, friends, count), with_friends(standing, friends, count)


def with_friends(there: np.recarray, friends: NDArray[np.int64], count: int) -> np.recarray:
    """Return a standing with the given friends, in their order, after the first ``count`` customers."""
    found = nobody(count + len(friends))
    found[:count] = there[:count]
    found[count + np.searchsorted(friends, there.id[count:])] = there[count:]
    return found


@compiled(forceinline=True)
def add_met(met, lever, side, before, after):
    """Add what one customer is worth to the figures of a lever, reached or held out."""
    for world in range(2):
        there = before if world == 0 else after
        met[lever, side, world, CUSTOMERS] += 1
        met[lever, side, world, ALIVE_END] += there.alive_end
        for value in range(VALUES):
            met[lever, side, world, VALUE + value] += there.value[value]


@compiled(forceinline=True)
def add_split(split, before, after):
    """Add to the values of those who pay under both, only here, only under the baseline, or under neither."""
    pays, paid = after.paid == 1, before.paid == 1
    group = SAME if pays and paid else GAINED if pays else LOST if paid else NEITHER
    for value in range(VALUES):
        split[group, value, 0] += before.value[value]
        split[group, value, 1] += after.value[value]
    return group


@compiled
def add_recalled(paired, before, after, until):
    """Count who was back within a year of his first end, of those contacted after it, here and under the baseline."""
    if after.first_episode < 0 or after.first_ended + YEAR > until or before.first_ended + YEAR > until:
        return
    life = after.first_episode // 2 % LIVES
    method = after.first_episode // (2 * LIVES) % METHODS
    reason = after.first_episode // (2 * LIVES * METHODS)
    paired[reason, method, life, 0] += 1
    paired[reason, method, life, 1] += after.first_back
    paired[reason, method, life, 2] += before.first_back


@entry_point
def compare(split, kept, met, paired, baseline, standing, until):
    """Add up what each customer is worth beside himself under the baseline; see ``Tally`` for the arrays.

    ``met`` has a place for each lever, and after them one for everybody, as if reached.
    """
    levers = len(met) - 1
    for n in range(len(standing)):
        before, after = baseline[n], standing[n]
        group = add_split(split, before, after)
        if group == SAME and before.kept >= 0 and after.kept >= 0:
            kept[0] += 1
            kept[1] += before.kept
            kept[2] += after.kept
        add_met(met, levers, REACHED_SIDE, before, after)
        if after.reached | after.held_out != 0:
            for lever in range(levers):
                if (after.reached >> lever) & 1 == 1:
                    add_met(met, lever, REACHED_SIDE, before, after)
                if (after.held_out >> lever) & 1 == 1:
                    add_met(met, lever, HELD_OUT_SIDE, before, after)
        add_recalled(paired, before, after, until)
