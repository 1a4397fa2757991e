"""What each lever contributes to a strategy that pulls several, beside what they do together.

Three answers, each over the same customers, with v(S) the metric's difference to the baseline when only S is pulled:

- *alone*: v(i). What is left of the whole after all of them alone is what working together adds or takes away.
- *taken out last*: v(all) - v(all but i), what would be missed without it.
- *contribution*: the Shapley value, the mean of v(S with i) - v(S) over all orders in which the levers can be pulled
  (Shapley 1953, A value for n-person games, in Contributions to the Theory of Games II, 307). It is the only division
  that adds up to v(all), treats levers alike that do the same, gives nothing to one that does nothing, and adds up over
  metrics. It takes all 2^n subsets. Where they are too many, the mean of alone and taken out last stands for it: the
  Shapley value of the lever against all others as one. These do not add up; what is left is shown as such.

All are sums of figures of the same replications, so that their intervals come from replications as everywhere. A subset
that is a scenario of the study is taken from it; others have to be simulated, the whole again with them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import Estimate, Interval
from sim.language.words import error_text
from sim.levers import BY_NAME
from sim.scenario.schema import Scenario
from sim.study.combinations import parts_of, same_business
from sim.study.hangs_on_numbers import with_value
from sim.study.tables import Columns, by_column, strategy_named

if TYPE_CHECKING:
    from sim.study.study import Study

MOST_SUBSETS = 32
"""Beyond, levers are pulled alone and taken out last only."""
MOST_LIVES = 2_000_000
"""Customers simulated in all scenarios and replications together, if nothing else is asked for."""
FEWEST_REPLICATIONS = 4
TOGETHER, WHOLE = "together", "whole"
"""Names of the last two rows: what is left, and all at once."""
ALONE, FIRST_AND_LAST, SHAPLEY = "alone", "first_and_last", "shapley"
COLUMNS = ("scenario", "metric", "part", "alone", "alone_low", "alone_high", "last", "last_low", "last_high",
           "contribution", "low", "high", "method", "customers", "replications")  # fmt: skip
Parts = frozenset[str]
Line = NDArray[np.float64]


@dataclass
class Game:
    """A combined strategy, its parts, and the differences of those subsets of parts that are known.

    Attributes
    ----------
    players
        Names of the parts and the levers of each.
    known
        By subset of parts: the difference of all replications together, then with each left out.
    """

    study: "Study"
    combined: int
    metric: str
    players: dict[str, Parts]
    known: dict[Parts, Line] = field(default_factory=dict)

    @property
    def everybody(self) -> Parts:
        """All parts."""
        return frozenset(self.players)

    @property
    def wanted(self) -> Iterable[Parts]:
        """Return the subsets that an answer takes: all, or each alone and all but each."""
        return subsets(self.everybody) if 2 ** len(self.players) <= MOST_SUBSETS else ends(self.everybody)

    @property
    def method(self) -> str:
        """Return how far the known subsets reach."""
        if all(some in self.known for some in subsets(self.everybody)):
            return SHAPLEY
        return FIRST_AND_LAST if all(some in self.known for some in ends(self.everybody)) else ALONE

    def learn(self, study: "Study") -> None:
        """Take every subset that is one of a study's scenarios."""
        scenarios = study.design.scenarios
        for some in self.wanted:
            wanted = self.with_parts(some)
            for number, scenario in enumerate(scenarios):
                if scenario.all_levers() == wanted.all_levers() and same_business(scenario, wanted):
                    found = study.estimates[self.metric][number].minus(study.estimates[self.metric][0])
                    self.known.setdefault(some, np.array([found.whole, *found.without]))

    def with_parts(self, some: Parts) -> Scenario:
        """Return the strategy with some of its parts only; the other levers are as the baseline has them."""
        whole, base = self.study.design.scenarios[self.combined], self.study.design.baseline
        pulled = frozenset().union(*(self.players[part] for part in some))
        after, before = whole.all_levers(), base.all_levers()
        chosen = {name: (after if name in pulled else before).get(name) for name in {*after, *before}}
        own = {name: lever for name, lever in chosen.items() if name not in BY_NAME and lever is not None}
        scenario: Scenario = with_value(whole, ("levers", "custom"), own or None)
        for name in chosen.keys() & BY_NAME.keys():
            scenario = with_value(scenario, ("levers", name), chosen[name])
        return scenario


def contributions(
    study: "Study", scenario: str | None = None, metric: str = "profit_npv", *, simulate: bool = False,
    customers: int | None = None, replications: int | None = None, jobs: int | None = None,
) -> Columns:  # fmt: skip
    """Return one row for each part of a combined strategy, one for what is left, and one for the whole.

    Parameters
    ----------
    scenario
        Name of the strategy; if left out, the one with most levers among those whose parts the study holds.
    metric
        Any metric of the catalogue.
    simulate
        Whether to simulate the subsets that are missing: all up to 5 parts, else each alone and all but each.
    customers, replications
        Of that simulation. By default the study's own, fewer where that takes more than 2,000,000 customers in all;
        its figures are then those of the smaller sample.

    Raises
    ------
    ValueError
        When there is no such strategy or metric, or it is not made of parts.
    NotComparable
        When the numbers make no study.
    """
    if metric not in study.estimates:
        raise ValueError(error_text("study.metric_unknown", metric=repr(metric)))
    game = game_of(study, combined_of(study, scenario), metric)
    game.learn(study)
    size = (study.design.customers, study.replications)
    if simulate and game.method != SHAPLEY:
        other = simulated(game, customers, replications, jobs)
        game.known.clear()
        game.learn(other)
        size = (other.design.customers, other.replications)
    if any(frozenset({part}) not in game.known for part in game.players):
        name = study.scenarios[game.combined]
        raise ValueError(error_text("study.parts_missing", name=repr(name)))
    rows = [
        (study.scenarios[game.combined], metric, part, *bounds, game.method, *size) for part, *bounds in rows_of(game)
    ]
    return by_column(COLUMNS, rows)


def combined_of(study: "Study", scenario: str | None) -> int:
    """Return the place of the combined strategy that is asked for."""
    if scenario is not None:
        return strategy_named(study, scenario)
    found = [number for number in range(1, len(study.scenarios)) if parts_of(study, number)]
    if not found:
        raise ValueError(error_text("study.no_combination"))
    return max(found, key=lambda number: len(study.design.scenarios[number].all_levers()))


def game_of(study: "Study", combined: int, metric: str) -> Game:
    """Return a strategy with its parts: strategies of the study, or each of its levers."""
    whole, base = study.design.scenarios[combined], study.design.baseline
    parts = parts_of(study, combined)
    if parts:
        players = {study.scenarios[part]: frozenset(study.design.scenarios[part].all_levers()) for part in parts}
    else:
        before, after = base.all_levers(), whole.all_levers()
        changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        players = {name: frozenset({name}) for name in changed}
    if len(players) < 2:
        raise ValueError(error_text("study.one_lever", name=repr(study.scenarios[combined])))
    if not same_business(whole, base):
        raise ValueError(error_text("study.more_than_levers", name=repr(study.scenarios[combined])))
    return Game(study, combined, metric, players)


def simulated(game: Game, customers: int | None, replications: int | None, jobs: int | None) -> "Study":
    """Simulate the subsets that the answer takes, on the study's customers or the first of them."""
    from sim.study.api import make_design, run_study  # it makes studies

    design = game.study.design
    scenarios = [game.with_parts(some) for some in game.wanted]
    scenarios = [one.model_copy(update={"name": f"subset {place}"}) for place, one in enumerate(scenarios)]
    most = MOST_LIVES // len(scenarios)
    size = customers or (design.customers if design.tied else min(design.customers, most // FEWEST_REPLICATIONS))
    count = replications or max(min(FEWEST_REPLICATIONS, game.study.replications), most // size)
    count = count if replications else min(count, game.study.replications)
    smaller = make_design(scenarios, baseline=scenarios[0].name, customers=size, replications=count, seed=design.seed)
    return run_study(smaller, jobs=jobs)


def subsets(everybody: Parts) -> Iterable[Parts]:
    """Return all subsets, none at all first."""
    names = sorted(everybody)
    return (frozenset(some) for count in range(len(names) + 1) for some in combinations(names, count))


def ends(everybody: Parts) -> Iterable[Parts]:
    """Return nothing, each alone, all but each, and all."""
    names = sorted(everybody)
    return dict.fromkeys(
        frozenset(some) for count in (0, 1, len(names) - 1, len(names)) for some in combinations(names, count)
    )


def rows_of(game: Game) -> list[tuple[Any, ...]]:
    """Return for every part, for what is left and for the whole: alone, taken out last, contribution."""
    everybody, critical = game.everybody, game.study.critical
    whole = game.known[everybody]
    alone = {part: game.known[frozenset({part})] for part in game.players}
    nothing = np.full(len(whole), np.nan)
    last = dict.fromkeys(game.players, nothing)
    shares = dict.fromkeys(game.players, nothing)
    if game.method != ALONE:
        last = {part: whole - game.known[everybody - {part}] for part in game.players}
        shares = {part: (alone[part] + last[part]) / 2.0 for part in game.players}
    if game.method == SHAPLEY:
        shares = {part: shapley(game, part) for part in game.players}
    lines = {part: (alone[part], last[part], shares[part]) for part in game.players}
    left = [whole - np.sum([line[column] for line in lines.values()], axis=0) for column in range(3)]
    if game.method == SHAPLEY:
        left[2] = np.zeros(len(whole))  # but for rounding it is
    found = [*lines.items(), (TOGETHER, left), (WHOLE, [whole] * 3)]
    return [(part, *(bound for line in three for bound in bounds(line, critical))) for part, three in found]


def shapley(game: Game, part: str) -> Line:
    """Return the Shapley value of one part."""
    count, value = len(game.players), np.zeros(len(game.known[game.everybody]))
    for some in subsets(game.everybody - {part}):
        weight = factorial(len(some)) * factorial(count - len(some) - 1) / factorial(count)
        value += weight * (game.known[some | {part}] - game.known[some])
    return value


def bounds(line: Line, critical: float | None) -> tuple[float, float, float]:
    """Return a figure and its interval."""
    found: Interval = Estimate(float(line[0]), line[1:]).interval(critical)
    return found.mean, found.low, found.high
