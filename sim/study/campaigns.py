"""Tables of hold-outs and recall campaigns, as columns."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sim.analysis.holdouts import VALUES, campaign, effect, effect_on_who_comes
from sim.analysis.intervals import Interval
from sim.analysis.measures import RECALL_LIVES
from sim.core.events import FINE, Method, Reason
from sim.core.lever import word_for
from sim.core.units import CURRENCIES
from sim.study.tables import Columns, by_column

if TYPE_CHECKING:
    from sim.study.study import Study

LIVES = [*(str(life) for life in range(1, RECALL_LIVES)), f"{RECALL_LIVES}+"]
ALL = "all"
HOLDOUT_COLUMNS = ("scenario", "lever", "value", "unit", "reached", "held_out", "incremental", "incremental_low",
                   "incremental_high", "paired", "paired_low", "paired_high", "z")  # fmt: skip
RECALL_COLUMNS = ("scenario", "reason", "method", "life", "contacted", "withheld", "returned", "returned_low",
                  "returned_high", "returned_withheld", "incremental", "incremental_low", "incremental_high", "paired",
                  "paired_low", "paired_high", "recalled", "kept", "worth", "cost", "contribution", "gain", "gain_low",
                  "gain_high")  # fmt: skip


def holdouts(study: "Study") -> Columns:
    """Return what each lever does to a customer whom it reaches, by its hold-out and by the same customers twice."""
    rows = []
    money = 1.0 / FINE / 10 ** CURRENCIES[study.design.baseline.currency]
    for number, scenario in enumerate(study.scenarios):
        met = study.stacked(number, "met")
        levers = study.design.scenarios[number].all_levers()
        alone = len(levers) == 1
        for place, lever in study.design.scenarios[number].lever_places().items():
            pulled = levers[lever]
            for value, figure in VALUES.items():
                unit = 1.0 if value == "alive_end" else money
                if pulled.decides_who_comes() and alone:
                    found = effect_on_who_comes(met[:, place], met[:, -1], figure, pulled.share, unit)
                else:
                    found = effect(met[:, place], figure, unit)
                counts = (found.reached / study.design.scale, found.held_out / study.design.scale)
                bounds = (*spread(found.incremental), *spread(found.paired))
                rows.append(
                    (scenario, lever, value, "share" if value == "alive_end" else "money", *counts, *bounds, found.z)
                )
    return by_column(HOLDOUT_COLUMNS, rows)


def recalls(study: "Study") -> Columns:
    """Return what recall contacts do: for all ends, by reason, by method, by life, and by all three."""
    rows = []
    for number, scenario in enumerate(study.scenarios):
        recall, paired = study.stacked(number, "recall"), study.stacked(number, "recall_paired")
        for words, place in cells():
            within = (slice(None), *place)
            some, same = recall[within].sum(axis=(1, 2, 3)), paired[within].sum(axis=(1, 2, 3))
            first = recall[(*within[:3], slice(0, 1) if words[2] in (ALL, LIVES[0]) else slice(0, 0))]
            if some.any():
                rows.append((scenario, *words, *recall_row(study, some, same, first.sum(axis=(1, 2, 3)))))
    return by_column(RECALL_COLUMNS, rows)


def cells() -> Iterator[tuple[tuple[str, str, str], tuple[slice, slice, slice]]]:
    """Yield every group of recall episodes, totals first: reason, method and life in words and as slices."""
    names = ([word_for(reason) for reason in Reason], [word_for(method) for method in Method], LIVES)
    groups: list[tuple[int | None, ...]] = [(None, None, None)]
    for axis, kind in enumerate(names):
        groups += [tuple(place if n == axis else None for n in range(3)) for place in range(len(kind))]
    groups += [(r, m, n) for r in range(len(names[0])) for m in range(len(names[1])) for n in range(len(names[2]))]
    for group in groups:
        reason, method, life = (ALL if place is None else names[axis][place] for axis, place in enumerate(group))
        some, few, one = (slice(None) if place is None else slice(place, place + 1) for place in group)
        yield (reason, method, life), (some, few, one)


def recall_row(study: "Study", recall: Any, paired: Any, first: Any) -> tuple[float, ...]:
    """Return the figures of one group of episodes at business scale; ``first`` are those of first lives among them.

    Only first lives are compared with the hold-out: later ones may be there because of the campaign.
    """
    found, weight = campaign(recall, paired), 1.0 / study.design.scale
    compared = campaign(first, paired)
    money = 1.0 / 10 ** CURRENCIES[study.design.baseline.currency]
    return (
        found.contacted * weight, found.withheld * weight, *spread(found.returned), found.returned_withheld.mean,
        *spread(compared.incremental), *spread(found.paired), found.recalled * weight, found.kept, found.worth * money,
        found.cost * weight * money, found.contribution * weight * money, *spread(compared.gain),
    )  # fmt: skip


def spread(found: Interval) -> tuple[float, float, float]:
    """Return a mean and its bounds."""
    return found.mean, found.low, found.high


TABLES: dict[str, Callable[["Study"], Columns]] = {"holdouts": holdouts, "recalls": recalls}
