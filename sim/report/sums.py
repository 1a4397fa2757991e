"""Sums of a study that several parts of the report need: of a measure, by segment, by plan, by reason."""

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import Interval, interval
from sim.analysis.measures import Measure
from sim.core.events import Reason
from sim.core.units import CURRENCIES
from sim.study.study import Study
from sim.study.tables import PLAN_NAMES, plans_in_use

Sums = NDArray[np.float64]


def inside(study: Study, scenario: int) -> Sums:
    """Return the sums of the horizon at business scale: [replication, segment, plan, measure]."""
    sums = study.stacked(scenario, "sums")[:, : study.design.months].sum(axis=1)
    return np.asarray(sums / study.design.scale)


def count(study: Study, scenario: int, measure: Measure) -> Interval:
    """Return how often something happens inside the horizon, at business scale."""
    return interval(inside(study, scenario)[..., measure].sum(axis=(1, 2))).within(0.0)


def more(study: Study, scenario: int, measure: Measure) -> Interval:
    """Return how much more often it happens than under the baseline, on the same customers."""
    change = inside(study, scenario)[..., measure] - inside(study, 0)[..., measure]
    return interval(change.sum(axis=(1, 2)))


def ends(study: Study, scenario: int) -> Sums:
    """Return ends inside the horizon: [replication, segment, plan, reason]."""
    return inside(study, scenario)[..., Measure.ENDED : Measure.ENDED + len(Reason)]


def revenue_by_group(study: Study, scenario: int) -> list[tuple[str, str, Interval, Interval]]:
    """Return what a strategy changes in revenue and in ends: by segment and plan, money in whole units.

    Plans are those at the time: who changes from one to the other moves revenue between them.
    """
    here, before = inside(study, scenario), inside(study, 0)
    money = 1.0 / 10 ** CURRENCIES[study.design.baseline.currency]
    earned = (here - before)[..., Measure.REVENUE] * money
    left = ends(study, scenario).sum(axis=-1) - ends(study, 0).sum(axis=-1)
    rows = []
    for place, segment in enumerate(study.design.baseline.segments):
        rows.append((segment, "all", interval(earned[:, place].sum(axis=1)), interval(left[:, place].sum(axis=1))))
        for plan in plans_in_use(study) if len(plans_in_use(study)) > 1 else []:
            rows.append((segment, PLAN_NAMES[plan], interval(earned[:, place, plan]), interval(left[:, place, plan])))
    return rows
