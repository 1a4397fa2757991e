"""The lines of a business's monthly account: which there are, how they add up, and what they come to."""

import enum
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import Estimate, ratio_estimate
from sim.analysis.measures import FINE_MONEY, MONEY, Measure
from sim.analysis.metrics import alive_at_starts
from sim.core.events import FINE, Reason, Team
from sim.scenario.schema import Scenario
from sim.study.design import running, wages_by_month

if TYPE_CHECKING:
    from sim.study.study import Study

Values = NDArray[np.float64]
Account = dict[str, Values]
"""Values by line: [replication, month], money in whole units of the currency, at business scale."""


class Kind(enum.Enum):
    """What a line's months make of a year."""

    FLOW = "their sum"
    START = "the first month's"
    END = "the last month's"
    AVERAGE = "their mean"
    RATIO = "one sum over another"
    FACTOR = "nothing"


@dataclass(frozen=True)
class Line:
    """One line of the account.

    Attributes
    ----------
    unit
        money, count or share.
    adds, takes
        Lines of which it is the sum; those that are taken off.
    over
        The line by which a ratio is divided.
    times
        The line by which each month is multiplied.
    optional
        Left out where it is zero in all scenarios.
    side
        1 never below nothing, -1 never above, 0 either: where its intervals end at the latest.
    """

    name: str
    unit: str
    kind: Kind = Kind.FLOW
    adds: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    over: str = ""
    times: str = ""
    optional: bool = False
    side: int = 0

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the most that it can be; a margin is at most all."""
        most = 1.0 if self.unit == "share" else math.inf
        return (0.0 if self.side > 0 else -math.inf, 0.0 if self.side < 0 else most)


def gain(name: str, unit: str = "money") -> Line:
    """Return a line of what comes in, left out where nothing does."""
    return Line(name, unit, optional=True, side=1)


def loss(name: str) -> Line:
    """Return a line of what is lost or paid, left out where nothing is."""
    return Line(name, "money", optional=True, side=-1)


GAINS = ("mrr_new", "mrr_expansion", "mrr_reactivation")
MOVES = (*GAINS, "mrr_contraction", "mrr_churn")
COSTS = ("service", "fees", "goods", "refunds")
LEVER_COSTS = ("event_costs", "programme_costs", "wages")
SECTIONS: dict[str, tuple[Line, ...]] = {
    "mrr": (
        Line("mrr_start", "money", Kind.START, optional=True, side=1), *map(gain, GAINS),
        *map(loss, MOVES[len(GAINS):]),
        Line("mrr_end", "money", Kind.END, adds=("mrr_start", *MOVES), optional=True, side=1),
    ),
    "orders": (
        gain("orders", "count"), gain("orders_cancelled", "count"),
        Line("basket", "money", Kind.RATIO, adds=("revenue",), over="orders", optional=True, side=1),
    ),
    "customers": (
        gain("prospects", "count"), Line("customers_start", "count", Kind.START, side=1),
        Line("customers_new", "count", side=1), Line("customers_returned", "count", side=1),
        Line("customers_ended", "count", side=-1),
        Line("customers_end", "count", Kind.END, side=1,
             adds=("customers_start", "customers_new", "customers_returned", "customers_ended")),
    ),
    "result": (
        Line("revenue", "money", side=1), loss("service"), loss("fees"), Line("goods", "money", optional=True),
        loss("refunds"), Line("gross_profit", "money", adds=("revenue", *COSTS)),
        Line("acquisition", "money", side=-1), *map(loss, LEVER_COSTS),
        Line("contribution", "money", adds=("gross_profit", "acquisition", *LEVER_COSTS)),
        loss("overhead"), Line("profit", "money", adds=("contribution", "overhead")),
        Line("discount", "ratio", Kind.FACTOR), Line("profit_npv", "money", adds=("profit",), times="discount"),
    ),
    "shares": (
        Line("gross_margin", "share", Kind.RATIO, adds=("gross_profit",), over="revenue"),
        Line("contribution_margin", "share", Kind.RATIO, adds=("contribution",), over="revenue"),
        Line("lever_costs", "money", adds=LEVER_COSTS, optional=True, side=-1),
    ),
    "cash": (
        Line("cash", "money"), Line("deferred_start", "money", Kind.START, optional=True),
        Line("deferred_end", "money", Kind.END, adds=("deferred_start", "cash"), takes=("refunds", "revenue"),
             optional=True),
    ),
    "staff": (Line("persons", "count", Kind.AVERAGE, optional=True),),
}  # fmt: skip
"""Costs and what is lost stand with a minus, so that every total is a sum."""


def lines_in_use(accounts: list[Account]) -> dict[str, tuple[Line, ...]]:
    """Return the sections with those lines that say something in any scenario."""
    used = {
        name: tuple(
            line
            for line in lines
            if not line.optional or any(account[line.over or line.name].any() for account in accounts)
        )
        for name, lines in SECTIONS.items()
    }
    return {name: lines for name, lines in used.items() if lines}


def account_of(study: "Study", number: int) -> Account:
    """Return every line of one scenario."""
    design, frame = study.design, study.frame(number)
    months, scenario = design.months, design.scenarios[number]
    total = study.stacked(number, "sums").sum(axis=(2, 3))

    def of(measure: Measure) -> Values:
        unit = frame.weight
        if measure in MONEY:
            unit /= 10**frame.decimals * (FINE if measure in FINE_MONEY else 1)
        return np.asarray(total[:, :, measure] * unit)

    def every(per_month: NDArray[np.float64]) -> Values:
        return np.tile(per_month[:months] / 10**frame.decimals, (study.replications, 1))

    wages = sum((wages_by_month(scenario, months, team) for team in Team), np.zeros(months))
    found = {
        "mrr_new": of(Measure.MRR_NEW), "mrr_expansion": of(Measure.MRR_EXPANSION),
        "mrr_reactivation": of(Measure.MRR_REACTIVATION), "mrr_contraction": -of(Measure.MRR_CONTRACTION),
        "mrr_churn": -of(Measure.MRR_CHURN), "orders": of(Measure.ORDERS),
        "orders_cancelled": of(Measure.ORDERS_CANCELLED), "prospects": of(Measure.PROSPECTS),
        "customers_new": of(Measure.CONVERTED), "customers_returned": of(Measure.RETURNED),
        "customers_ended": -total[:, :, Measure.ENDED : Measure.ENDED + len(Reason)].sum(axis=2) * frame.weight,
        "revenue": of(Measure.REVENUE), "service": -of(Measure.SERVICE_COST), "fees": -of(Measure.FEES),
        "goods": -of(Measure.GOODS), "refunds": -of(Measure.REFUNDS), "acquisition": -of(Measure.ACQUISITION),
        "event_costs": -of(Measure.TOUCH_COST), "cash": of(Measure.CASH),
        "programme_costs": -every(frame.lever_months[:months] - wages), "wages": -every(wages),
        "overhead": -every(np.full(months, frame.overhead)),
        "discount": np.tile(frame.discount[:months], (study.replications, 1)),
        "persons": np.tile(persons_by_month(scenario, months), (study.replications, 1)),
    }  # fmt: skip
    owed = owed_at_starts(total)[:, : months + 1] * frame.weight / 10**frame.decimals
    found = {name: values[:, :months] for name, values in found.items()}
    found |= levels("mrr", of(Measure.MRR_OPENING)[:, :1], sum(found[move] for move in MOVES))
    alive = np.array([alive_at_starts(one, months) for one in total]) * frame.weight
    found |= {"customers_start": alive[:, :-1], "customers_end": alive[:, 1:]}
    found |= {"deferred_start": owed[:, :-1], "deferred_end": owed[:, 1:]}
    return with_sums(found)


def levels(name: str, opening: Values, moves: Values) -> Account:
    """Return what there is at each month's start and end."""
    at = np.concatenate([opening, opening + np.cumsum(moves, axis=1)], axis=1)
    return {f"{name}_start": at[:, :-1], f"{name}_end": at[:, 1:]}


def owed_at_starts(total: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what is paid for and not yet earned when each month begins: [replication, month], minor units.

    A bill is earned in the months that it pays for, all of which the ledger holds, also those after the time
    simulated. So what is owed at any time is all that is earned from then on, less what is paid from then on.
    """
    earned = total[:, :, Measure.REVENUE] - total[:, :, Measure.REFUNDS] - total[:, :, Measure.CASH]
    return np.asarray(np.cumsum(earned[:, ::-1], axis=1)[:, ::-1])


def with_sums(found: Account) -> Account:
    """Add the lines that other lines make; a ratio is made of sums, when it is known over which months."""
    for line in (line for lines in SECTIONS.values() for line in lines):
        if line.name not in found and line.kind is not Kind.RATIO:
            made = sum(found[name] for name in line.adds)
            found[line.name] = np.asarray(made * found[line.times] if line.times else made)
    return found


def persons_by_month(scenario: Scenario, months: int) -> Values:
    """Return the agents of all teams by month, at the business's own size."""
    persons = np.zeros(months)
    for lever in scenario.all_levers().values():
        team = getattr(lever, "team", None)
        if team is not None and lever.team_kind is not None:
            persons[running(lever, months)] += team.agents
    return persons


def estimate(line: Line, account: Account, months: list[int]) -> Estimate | None:
    """Return what a line comes to over some months, from which intervals are made; None where it comes to nothing."""
    if line.kind is Kind.RATIO:
        part, whole = (account[name][:, months].sum(axis=1) for name in (*line.adds, line.over))
        return ratio_estimate(part, whole)
    values = account[line.name][:, months]
    if line.kind is Kind.FACTOR:
        return mean_estimate(values[:, 0]) if len(months) == 1 else None
    if line.kind in (Kind.START, Kind.END):
        return mean_estimate(values[:, 0 if line.kind is Kind.START else -1])
    return mean_estimate(values.sum(axis=1) / (len(months) if line.kind is Kind.AVERAGE else 1))


def mean_estimate(values: Values) -> Estimate:
    """Return the mean over replications."""
    count = len(values)
    without = (values.sum() - values) / (count - 1) if count > 1 else values[:0]
    return Estimate(float(values.mean()), without)
