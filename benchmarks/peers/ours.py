"""The common model as a scenario of ours, run as any other: customers drawn, lives lived, every event valued."""

from functools import cache
from pathlib import Path

import numpy as np
from model import Outcome

import sim
from sim.analysis.measures import Measure
from sim.core.events import Reason
from sim.scenario.schema import Scenario
from sim.study.api import make_design, run_study
from sim.study.study import Study

FILE = Path(__file__).parent / "common.yaml"


@cache
def scenario() -> Scenario:
    """Return the scenario, read once."""
    return sim.load(FILE)


def run(expected: int, seed: int = 1, jobs: int = 1) -> Outcome:
    """Run some expected number of customers through the scenario, on one core or several."""
    count = int(np.random.default_rng(seed).poisson(expected))
    study = run_study(make_design([scenario()], customers=count, replications=1, seed=seed), jobs=jobs)
    return outcome_of(study)


def outcome_of(study: Study) -> Outcome:
    """Count as the peers do: a first bill, which ours asks in advance, is theirs at the end of the first month."""
    sums = study.stacked(0, "sums").sum(axis=(0, 1, 2, 3))
    ends = sums[Measure.ENDED : Measure.ENDED + len(Reason)].sum()
    trials, bills = sums[Measure.CONVERTED], sums[Measure.RENEWED]
    events = sums[Measure.PROSPECTS] + trials + sums[Measure.FELL_ASLEEP] + sums[Measure.WOKE] + ends + bills
    first_bills = trials * (sums[Measure.CASH] / (trials + bills))
    return Outcome(int(sums[Measure.PROSPECTS]), int(events), float(sums[Measure.CASH] - first_bills) / 100.0, np.nan)
