"""Customers without ties, life by life in one record, come to the same sums as all together by the engines."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special
from worlds import ROOT, difference, log_of, world_of

from sim.core.events import Event
from sim.core.quantiles import beta_table, gamma_table, quantiles
from sim.engines import reference
from sim.scenario.load import load
from sim.study.api import make_design
from sim.study.simulate import Tally, run_task

THIN = ROOT / "benchmarks" / "peers" / "common.yaml"
PAIRS = {
    "subscriptions": ("baseline.yaml", "all_five.yaml"),
    "app": ("app/baseline.yaml",),
    "shop": ("shop/baseline.yaml",),
}


def tallies(design, keep=None):
    return [tally for task in design.tasks(0) for tally in run_task(design, task, keep)]


@pytest.mark.parametrize("files", PAIRS.values(), ids=PAIRS)
def test_lives_one_by_one_come_to_the_same_sums(files):
    design = make_design([ROOT / "scenarios" / file for file in files], customers=250, replications=1, months=14)
    one_by_one, together = tallies(design), tallies(design, lambda *piece: None)

    for one, other in zip(one_by_one, together, strict=True):
        for name in Tally.__dataclass_fields__:
            assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_what_a_thin_model_does_without_changes_nothing():
    """The reference engine skips nothing: no grid, no levers and most clocks left out, and still the same log."""
    this = world_of(load(THIN), customers=400)
    log = log_of(this)

    assert {Event.PAUSED, Event.UNPAUSED, Event.ENDED} <= set(log["event"])
    assert difference(log_of(this, reference), log) == ""


def test_blocks_change_nothing():
    design = make_design([THIN], customers=300, replications=1)
    whole, parts = (sum_of(tallies(replace(design, block=block))) for block in (1000, 7))

    assert np.array_equal(whole, parts)


def sum_of(found):
    return np.sum([tally.sums for tally in found], axis=0)


@pytest.mark.parametrize("name, table, below, above", [
    ("Gamma 2", gamma_table(2.0), lambda u: special.gammaincinv(2.0, u) / 2, lambda v: special.gammainccinv(2, v) / 2),
    ("Gamma .65", gamma_table(0.65), lambda u: special.gammaincinv(0.65, u) / 0.65,
     lambda v: special.gammainccinv(0.65, v) / 0.65),
    ("Beta 2, 2", beta_table(2.0, 2.0), lambda u: special.betaincinv(2, 2, u), lambda v: special.betainccinv(2, 2, v)),
    ("Beta .3, 2.7", beta_table(0.3, 2.7), lambda u: special.betaincinv(0.3, 2.7, u),
     lambda v: special.betainccinv(0.3, 2.7, v)),
])  # fmt: skip
def test_tables_of_quantiles_are_as_exact_as_the_functions_in_their_tails_too(name, table, below, above):
    """To 1e-8 of the variate, from 1e-15 to 1 - 1e-15."""
    random = np.random.default_rng(1)
    chance = np.concatenate([random.random(20_000), 10.0 ** -random.uniform(0.31, 15.0, 5000), [0.5, 2.0**-53]])
    low = chance[chance <= 0.5]
    upper = 1.0 - 10.0 ** -random.uniform(0.31, 15.0, 5000)

    for chances, exact in ((low, below(low)), (upper, above(1.0 - upper))):
        drawn = quantiles(table[None], 0, chances)
        seen = exact > 1e-200
        worst = float(np.abs(drawn / np.where(seen, exact, 1.0) - 1.0)[seen].max())
        print(f"{name}: largest relative error {worst:.1e}")
        assert worst < 1e-8
