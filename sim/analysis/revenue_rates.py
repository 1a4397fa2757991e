"""Monthly recurring revenue: movements, gross and net churn, quick ratio and ARPU, by the conventions of the field."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.churn_rates import at_risk, in_windows
from sim.analysis.cuts import Cases, Table, checked, grouped, put_together, summed, with_share
from sim.analysis.history import BEGINS, NEVER, History, Real, Whole
from sim.analysis.holdouts import over
from sim.analysis.periods import Windows, days_of
from sim.core.events import Event, Plan
from sim.language.words import not_known

MOVES = ("new", "expansion", "reactivation", "contraction", "churn")
NEW, EXPANSION, REACTIVATION, CONTRACTION, CHURN = range(len(MOVES))
FORMULAS = ("standard", "shopify")
AMONG = ("paying", "active")


def gross_mrr_churn(start: Real, churn: Real, contraction: Real) -> Real:
    """(churn + contraction) / MRR at the start; share (ChartMogul)."""
    return over(churn + contraction, start)


def net_mrr_churn(start: Real, churn: Real, contraction: Real, expansion: Real, reactivation: Real) -> Real:
    """(churn + contraction - expansion - reactivation) / MRR at the start; share, may be negative (ChartMogul)."""
    return over(churn + contraction - expansion - reactivation, start)


def net_mrr_churn_of_day(start: Real, end: Real, new: Real) -> Real:
    """1 - (MRR at the day's end - new) / MRR at its start; share, added up over days (ChartMogul, "Shopify")."""
    return np.asarray(1.0 - over(end - new, start))


def quick_ratio(new: Real, expansion: Real, reactivation: Real, churn: Real, contraction: Real) -> Real:
    """(new + expansion + reactivation) / (churn + contraction); ratio, 4 is good (Hamid); 0 for what is left out."""
    return over(new + expansion + reactivation, churn + contraction)


def mrr_rates(
    history: History, windows: Windows, formula: str = "standard", recognition: str = "after_dunning",
    by: str | tuple[str, ...] | None = None, *, again_within: float = NEVER, same_window: bool = True,
) -> Table:  # fmt: skip
    """Return MRR at each window's start and end, its movements (minor units), and the rates made of them.

    Parameters
    ----------
    formula
        ``standard``: rates over the window. ``shopify``: the sum over its days of each day's rate.
    recognition
        When a life's MRR is gone: see ``Lives.lost``. ``after_dunning`` keeps it during retries (ProfitWell).
    again_within
        Days since the end within which a return is a reactivation, later new business: without limit (ProfitWell), or
        90 (Maxio).
    same_window
        Whether new and churn of lives that begin and end in the same window count (ProfitWell ignores them).

    Returns
    -------
    Table
        ``start``, the movements, ``end``, ``gross_churn``, ``net_churn``, ``quick_ratio``. A customer who changes
        the group by which ``by`` cuts takes his MRR with him, so cut by plan, stage, life or tier the movements do not
        add up to the next start. Cut by reason only ``churn`` is of the reason; everything else is of all.
    """
    if formula not in FORMULAS:
        raise ValueError(not_known("formula", formula, FORMULAS))
    moves = moves_of(history, recognition, again_within)
    lost = history.lives.lost(recognition)
    if formula == "standard":
        return with_rates(mrr_table(history, windows, moves, lost, by, same_window))
    found = []
    for number, window in enumerate(windows):
        table = mrr_table(history, days_of(window), moves, lost, by, same_window)
        found.append(over_days(table, number, checked(by)))
    return {name: np.concatenate([table[name] for table in found]) for name in found[0]}


@dataclass(frozen=True)
class Moves:
    """Changes of MRR, one entry each: row as of which it is labelled, when, which of MOVES, how much, in which life."""

    row: Whole
    time: Real
    kind: Whole
    amount: Real
    life: Whole


def moves_of(history: History, recognition: str, again_within: float = NEVER) -> Moves:
    """Return every change of MRR."""
    lives = history.lives
    bills = history.where(Event.PAID)
    bills = bills[history.rows["plan"][bills] != Plan.PER_USE]
    step = history.mrr[bills] - history.mrr[bills - 1]
    before = history.last_of(bills, history.where(Event.PAID, *BEGINS))
    ended = history.last_of(bills, history.where(Event.ENDED))
    again = (ended >= 0) & (history.time[bills] - history.time[ended] <= again_within)
    begins = history.event(before, Event.CONVERTED, Event.RETURNED)
    kind = np.where(begins, np.where(again, REACTIVATION, NEW), np.where(step >= 0, EXPANSION, CONTRACTION))
    lost = lives.lost(recognition)
    gone = np.flatnonzero(np.isfinite(lost))
    row = history.row_before(lives.person[gone], lost[gone])
    return Moves(
        np.concatenate([bills, row]),
        np.concatenate([history.time[bills], lost[gone]]),
        np.concatenate([kind, np.full(len(gone), CHURN)]),
        np.concatenate([np.abs(step), history.mrr[row]]).astype(float),
        np.concatenate([np.searchsorted(lives.begin_row, bills, side="right") - 1, gone]),
    )


def mrr_table(
    history: History, windows: Windows, moves: Moves, lost: Real, by: str | tuple[str, ...] | None, same_window: bool
) -> Table:
    """Return MRR at the start of each window and its movements."""
    lives, parts = history.lives, []
    for number, (start, end) in enumerate(windows):
        here = at_risk(history, lost, start)
        row = history.row_before(lives.person[here], start)
        inside = (moves.time >= start) & (moves.time < end)
        if not same_window:
            inside &= ~((lives.begin >= start) & (lost < end))[moves.life]
        move = np.flatnonzero(inside)
        amounts = {"start": np.concatenate([history.mrr[row].astype(float), np.zeros(len(move))])}
        for kind, name in enumerate(MOVES):
            part = np.where(moves.kind[move] == kind, moves.amount[move], 0.0)
            amounts[name] = np.concatenate([np.zeros(len(row)), part])
        reason = np.where(moves.kind[move] == CHURN, lives.reason[moves.life[move]], -1)
        rows, reasons = np.concatenate([row, moves.row[move]]), np.concatenate([np.full(len(row), -1), reason])
        parts.append(Cases(rows, np.full(len(rows), number), amounts, reasons, ("start", *MOVES[:CHURN])))
    return summed(history, put_together(parts), by)


def with_rates(table: Table) -> Table:
    """Add MRR at the end and the rates to a table of movements."""
    start, new, expansion, reactivation, contraction, churn = (np.asarray(table[n], float) for n in ("start", *MOVES))
    return table | {
        "end": start + new + expansion + reactivation - contraction - churn,
        "gross_churn": gross_mrr_churn(start, churn, contraction),
        "net_churn": net_mrr_churn(start, churn, contraction, expansion, reactivation),
        "quick_ratio": quick_ratio(new, expansion, reactivation, churn, contraction),
    }


def over_days(table: Table, number: int, cuts: tuple[str, ...]) -> Table:
    """Return a window's movements with rates that are sums over its days of each day's rate."""
    days = with_rates(table)
    start, end, new = (np.asarray(days[name], float) for name in ("start", "end", "new"))
    amounts = {name: np.asarray(days[name], float) for name in MOVES}
    amounts |= {"start": np.where(days["at"] == 0, start, 0.0), "gross_churn": days["gross_churn"]}
    amounts["net_churn"] = net_mrr_churn_of_day(start, end, new)
    amounts = {name: np.where(np.isfinite(amount), amount, 0.0) for name, amount in amounts.items()}
    keys = [np.full(len(days["at"]), number), *(days[cut] for cut in cuts)]
    sums = grouped(("at", *cuts), keys, amounts)
    return {**with_rates(sums), "gross_churn": sums["gross_churn"], "net_churn": sums["net_churn"]}


def arpu(
    history: History, windows: Windows, among: str = "paying", by: str | tuple[str, ...] | None = None
) -> Table:  # fmt: skip
    """Return revenue per customer and window, minor units: MRR at the start, of per-use customers orders in the window.

    Cut by stage its row ``dormancy`` is dormant ARPU.

    Parameters
    ----------
    among
        ``paying``: all who pay at the window's start (ARPA). ``active``: those of them who use the product in it.
    """
    if among not in AMONG:
        raise ValueError(not_known("among", among, AMONG))
    lives, parts = history.lives, []
    ordered, used = history.where(Event.ORDERED), history.where(Event.USED)
    bought, uses = (in_windows(history.time[rows], windows) for rows in (ordered, used))
    for number, (start, _) in enumerate(windows):
        person = lives.person[at_risk(history, lives.end, start)]
        spent = np.zeros(history.people)
        orders = ordered[bought[number]]
        np.add.at(spent, history.person[orders], history.rows["amount"][orders])
        if among == "active":
            person = person[np.isin(person, history.person[used[uses[number]]])]
        row = history.row_before(person, start)
        amounts = {"part": history.mrr[row] + spent[person], "whole": np.ones(len(row))}
        parts.append(Cases(row, np.full(len(row), number), amounts))
    return with_share(summed(history, put_together(parts), by))


def first_orders(history: History, by: str | tuple[str, ...] | None = None) -> Table:
    """Return the mean amount of a new customer's first bill or order, minor units (seed 004: first-order value)."""
    row = history.where(Event.CONVERTED)
    paid = history.next_of(row, history.where(Event.PAID, Event.ORDERED))
    row, paid = row[paid >= 0], paid[paid >= 0]
    amounts = {"part": history.rows["amount"][paid].astype(float), "whole": np.ones(len(row))}
    return with_share(summed(history, Cases(row, np.zeros(len(row), np.int64), amounts), by))
