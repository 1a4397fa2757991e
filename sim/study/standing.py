"""How the same customer stands under the baseline and under a scenario: what a comparison is made of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import RECALL_SHAPE, Group, Met, new_accounts
from sim.analysis.recalls import YEAR


@dataclass(frozen=True)
class Standing:
    """What a comparison needs to know of each customer.

    Attributes
    ----------
    id
        Of those who signed up in the study.
    value
        [customer, value].
    paid
        Whether he pays something inside the horizon, or was there on day 0.
    kept
        Whether he is kept at month 12; -1 where that is not seen.
    alive_end
        Whether he is a customer at the end of the horizon.
    reached, held_out
        A bit per lever: it met him; it would have met him, had he not been of its hold-out.
    first_ended, first_back
        When his first end was, and whether he was back within a year.
    first_episode
        Cell of the recall episode after that end, if a contact was made; else -1.
    """

    id: NDArray[np.int64]
    value: NDArray[np.int64]
    paid: NDArray[np.bool_]
    kept: NDArray[np.int8]
    alive_end: NDArray[np.int8]
    reached: NDArray[np.int64]
    held_out: NDArray[np.int64]
    first_ended: NDArray[np.float64]
    first_back: NDArray[np.int8]
    first_episode: NDArray[np.int16]


def standing_of(accounts: np.recarray) -> Standing:
    """Return what a comparison needs of some accounts, and nothing else of them."""
    columns = {name: accounts[name].copy() for name in Standing.__dataclass_fields__ if name != "paid"}
    return Standing(paid=accounts.paid == 1, **columns)


def side_by_side(baseline: Standing, standing: Standing, count: int) -> tuple[Standing, Standing]:
    """Return both with the same customers at the same places.

    The first ``count`` are; friends whom customers bring come after them, in each world others: those who do not
    exist in one of the worlds stand there like somebody who never came.
    """
    worlds = (baseline, standing)
    if max(len(there.id) for there in worlds) == count:
        return worlds
    friends = np.unique(np.concatenate([there.id[count:] for there in worlds]))
    return with_friends(baseline, friends, count), with_friends(standing, friends, count)


def with_friends(there: Standing, friends: NDArray[np.int64], count: int) -> Standing:
    """Return a standing with the given friends, in their order, after the first ``count`` customers."""
    absent = standing_of(new_accounts(len(friends)))
    places = np.searchsorted(friends, there.id[count:])
    columns = {}
    for name in Standing.__dataclass_fields__:
        friends_there = getattr(absent, name)
        friends_there[places] = getattr(there, name)[count:]
        columns[name] = np.concatenate([getattr(there, name)[:count], friends_there])
    return Standing(**columns)


def compare_split(split: NDArray[np.int64], kept: NDArray[np.int64], baseline: Standing, standing: Standing) -> None:
    """Split a scenario's values by who pays under both, only here, only under the baseline."""
    before, after = baseline.paid, standing.paid
    groups = {Group.SAME: before & after, Group.GAINED: after & ~before, Group.LOST: before & ~after,
              Group.NEITHER: ~before & ~after}  # fmt: skip
    for group, members in groups.items():
        split[group, :, 0] = baseline.value[members].sum(axis=0)
        split[group, :, 1] = standing.value[members].sum(axis=0)
    seen = groups[Group.SAME] & (baseline.kept >= 0) & (standing.kept >= 0)
    kept[:] = seen.sum(), baseline.kept[seen].sum(), standing.kept[seen].sum()


def met_by_levers(met: NDArray[np.int64], baseline: Standing, standing: Standing) -> None:
    """Add up what those are worth whom each lever reached, and those of its hold-out, here and under the baseline.

    After the levers' places comes one for everybody, as if reached.
    """
    worlds, everybody = (baseline, standing), np.ones(len(standing.reached), np.bool_)
    for lever in range(len(met) - 1):
        for side, bits in enumerate((standing.reached, standing.held_out)):
            add_up(met[lever, side], (bits >> lever) & 1 == 1, worlds)
    add_up(met[-1, 0], everybody, worlds)


def add_up(cells: NDArray[np.int64], members: NDArray[np.bool_], worlds: tuple[Standing, Standing]) -> None:
    """Add up what some customers are worth: [baseline or scenario, figure]."""
    for cell, there in zip(cells, worlds, strict=True):
        cell[Met.CUSTOMERS] = members.sum()
        cell[Met.ALIVE_END] = there.alive_end[members].sum()
        cell[Met.VALUE :] = there.value[members].sum(axis=0)


def recalled_beside(paired: NDArray[np.int64], baseline: Standing, standing: Standing, until: float) -> None:
    """Count who was back within a year of his first end, of those contacted after it, here and under the baseline."""
    seen = (standing.first_ended + YEAR <= until) & (baseline.first_ended + YEAR <= until)
    members = (standing.first_episode >= 0) & seen
    reason, method, life, _ = np.unravel_index(standing.first_episode[members], RECALL_SHAPE[:4])
    for place, counted in enumerate((members, standing.first_back, baseline.first_back)):
        np.add.at(paired[..., place], (reason, method, life), counted[members])
