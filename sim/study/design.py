"""What a study is before anything runs: scenarios, sample, seed; and the tasks that it splits into."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measures import TERMS
from sim.core.events import Event, Team
from sim.core.lever import Lever
from sim.core.units import MONTH, Amount
from sim.model.candidates import Cell, Group, Population, pieces
from sim.model.reviews import grows_together, ties_customers
from sim.scenario.acquisition import acquired_groups, business_size, widest
from sim.scenario.lower import kernel_of, opening_cells, population_of
from sim.scenario.schema import Scenario
from sim.study.until import Until, stages

Engine = Literal["compiled", "reference"]
BLOCK = 32_768
OPENING_COST = 8
"""A customer of the opening book, found and alive from the first day, takes as long as so many prospects, or longer."""
DEFAULT_CUSTOMERS = 10_000
DEFAULT_REPLICATIONS = 20


@dataclass(frozen=True)
class Task:
    """One piece of a replication: some new candidates and some opening customers."""

    replication: int
    acquired: tuple[Group, ...]
    opening: tuple[Cell, ...]


@dataclass(frozen=True)
class Design:
    """Everything that decides a study's bits, and the engine and block size, which do not.

    Parameters
    ----------
    scenarios
        The baseline first.
    customers
        Size of the sample: opening book and expected candidates of the baseline.
    block
        Most work at a time, in prospects (a customer of the opening book counts as several); changes memory and nothing
        else.
    until
        Half-width for which replications go on; ``replications`` is then the most.
    """

    scenarios: tuple[Scenario, ...]
    customers: int
    replications: int = DEFAULT_REPLICATIONS
    seed: int = 1
    engine: Engine = "compiled"
    block: int = BLOCK
    until: Until | None = None
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(scenario.name for scenario in self.scenarios))

    @property
    def baseline(self) -> Scenario:
        """The scenario that the others are compared with."""
        return self.scenarios[0]

    @property
    def months(self) -> int:
        """Months of the horizon."""
        return self.baseline.months

    @property
    def months_valued(self) -> int:
        """Months simulated: the horizon and the residual."""
        return self.baseline.months_valued

    @property
    def stages(self) -> tuple[int, ...]:
        """After how many replications it is seen whether they are enough."""
        return (self.replications,) if self.until is None else tuple(stages(self.replications))

    @cached_property
    def scale(self) -> float:
        """Sample size over business size; each simulated customer stands for 1 / scale real ones."""
        return self.customers / business_size(self.baseline)

    @cached_property
    def population(self) -> Population:
        """What the traits of all candidates are drawn from: the baseline's."""
        return population_of(self.baseline, self.seed)

    @cached_property
    def past(self) -> np.recarray:
        """The kernel under which opening customers lived until day 0."""
        return kernel_of(self.baseline, self.seed, levers=False)

    @cached_property
    def kernels(self) -> tuple[np.recarray, ...]:
        """One kernel per scenario."""
        return tuple(kernel_of(scenario, self.seed, scale=self.scale) for scenario in self.scenarios)

    @cached_property
    def tied(self) -> bool:
        """Whether a team ties customers in any scenario, so that a replication is one block."""
        return any(ties_customers(kernel) for kernel in self.kernels)

    @cached_property
    def together(self) -> tuple[bool, ...]:
        """Whether the customers of each scenario are to be run all together."""
        return tuple(map(grows_together, self.kernels))

    @cached_property
    def term_months(self) -> int:
        """Longest term that a bill of any scenario pays for, in months."""
        return max(int(kernel["term_months"].max()) for kernel in self.kernels)

    @cached_property
    def widest(self) -> NDArray[np.float64]:
        """Most candidates that any scenario admits by each line, times the usual ones."""
        return np.asarray(np.max([widest(scenario) for scenario in self.scenarios], axis=0))

    @cached_property
    def discount(self) -> NDArray[np.float64]:
        """Discount factor of the middle of each month, to day 0."""
        months = np.arange(self.months_valued + self.term_months)
        return np.asarray((1.0 + self.baseline.costs.discount_rate) ** (-(months + 0.5) / 12.0))

    @cached_property
    def terms(self) -> tuple[np.recarray, ...]:
        """What the ledger needs to value each scenario's events."""
        return tuple(map(self.terms_of, self.scenarios, self.kernels))

    @cached_property
    def event_costs(self) -> tuple[NDArray[np.int64], ...]:
        """What the levers of each scenario pay for events."""
        return tuple(map(costs_of_events, self.scenarios))

    def terms_of(self, scenario: Scenario, kernel: np.recarray) -> np.recarray:
        """Return what the ledger needs to value a scenario's events."""
        terms = np.zeros(1, TERMS).view(np.recarray)
        costs = scenario.costs
        terms["term_months"] = kernel["term_months"]
        terms["from_conversion"] = 1.0 / self.discount[0]
        terms["horizon"] = self.months * MONTH
        terms["until"] = self.months_valued * MONTH
        terms["activation_window"] = scenario.behaviour.activation.window
        terms["charge_share"] = costs.charge_share
        terms["charge_fixed"] = costs.charge_fixed.minor
        terms["serve_seat_month"] = costs.serve_seat_month.amount.minor / costs.serve_seat_month.months
        orders = scenario.orders
        if orders is not None:
            terms["goods_share"] = orders.goods_cost
            terms["resale"] = orders.resale
        return terms

    def tasks(self, replication: int) -> Iterator[Task]:
        """Split one replication into tasks that may run in any order."""
        acquired = acquired_groups(self.baseline, self.scale, self.widest, self.seed, replication)
        cells = opening_cells(self.baseline, self.scale, self.seed, replication)
        if self.tied:
            yield Task(replication, tuple(acquired), tuple(cells))
            return
        cost = max(1, sum(map(cost_of, cells)) + sum(map(cost_of, acquired)))
        size = math.ceil(cost / math.ceil(cost / self.block))  # as even as can be: threads end together
        lots: list[Group | Cell] = []
        for cell in cells:
            lots += [replace(cell, group=piece) for piece in pieces(cell.group, max(1, size // OPENING_COST))]
        for group in acquired:
            lots += pieces(group, size)
        # A sample of very few may be nobody at all, which is a task too: the costs of the business stay.
        yield from (packed(replication, batch) for batch in (batches(lots, size) if lots else [[]]))


def cost_of(lot: Group | Cell) -> int:
    """Return how long a lot of customers takes, in prospects."""
    return OPENING_COST * lot.group.count if isinstance(lot, Cell) else lot.count


def batches(lots: Iterable[Group | Cell], size: int) -> Iterator[list[Group | Cell]]:
    """Put lots of customers together, in order, up to a cost of ``size``."""
    batch: list[Group | Cell] = []
    room = size
    for lot in lots:
        cost = cost_of(lot)
        if cost > room and batch:
            yield batch
            batch, room = [], size
        batch.append(lot)
        room -= cost
    if batch:
        yield batch


def packed(replication: int, batch: list[Group | Cell]) -> Task:
    """Return a batch as a task."""
    cells = tuple(lot for lot in batch if isinstance(lot, Cell))
    return Task(replication, tuple(lot for lot in batch if isinstance(lot, Group)), cells)


def costs_of_events(scenario: Scenario) -> NDArray[np.int64]:
    """Return what one event of each kind costs under the scenario's levers, minor units, besides prices in the log."""
    costs = np.zeros(len(Event), np.int64)
    for lever in scenario.all_levers().values():
        for event, name in lever.costs:
            costs[event] += getattr(lever, name).minor
    return costs


def running(lever: Lever, months: int) -> slice:
    """Return the months in which a lever runs."""
    last = months if lever.ends is None else min(months, math.ceil(lever.ends / MONTH))
    return slice(min(months, int(lever.starts / MONTH)), last)


def wages_of(lever: Lever) -> int:
    """Return what a lever's team costs a month, at business scale; nothing without one."""
    team = getattr(lever, "team", None)
    return 0 if team is None or lever.team_kind is None else round(team.agents * minor(team.wage))


def wages_by_month(scenario: Scenario, months: int, team_kind: Team) -> NDArray[np.float64]:
    """Return what the agents of one kind of team cost per month, at business scale."""
    wages = np.zeros(months)
    for lever in scenario.all_levers().values():
        if lever.team_kind == team_kind:
            wages[running(lever, months)] += wages_of(lever)
    return wages


def lever_costs_by_month(scenario: Scenario, months: int, months_valued: int) -> NDArray[np.float64]:
    """Return what the levers cost whoever uses them, per month at business scale.

    Inside the horizon: what it costs to begin, and every month what it costs to run, with teams' wages. After it: what
    it costs to run those levers that are for customers, were there as many customers as at the horizon's end.
    """
    costs = np.zeros(months_valued)
    for lever in scenario.all_levers().values():
        span = running(lever, months if lever.for_prospects else months_valued)
        costs[span] += minor(lever.monthly_cost) + lever.product(lever.running_costs) + wages_of(lever)
        costs[running(lever, months)][:1] += minor(lever.fixed_cost) + lever.product(lever.build_costs)
    return costs


def minor(amount: Amount | None) -> int:
    """Return an amount in minor units; nothing where none is given."""
    return 0 if amount is None else amount.minor


def default_customers(scenarios: tuple[Scenario, ...]) -> int:
    """Return the sample used when none is asked for: the business's own size where a team ties customers."""
    ties = any(lever.ties_customers() for scenario in scenarios for lever in scenario.all_levers().values())
    return round(business_size(scenarios[0])) if ties else DEFAULT_CUSTOMERS
