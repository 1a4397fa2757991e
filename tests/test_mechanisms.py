"""Every line of docs/mechanisms.md holds: the same experiments, the same seed, most of them on smaller samples.

Each experiment says what must hold and by how many standard errors it does; what must hold exactly has no error.
"""

import sys

import pytest
from worlds import ROOT

sys.path.insert(0, str(ROOT / "docs"))

from experiments.findings import SURE
from mechanisms_page import ALL, grades

WHOLE = (
    "mails_a_month", "waking_sleepers", "the_stop_rule", "offers_to_natural_returners", "selection_without_effect",
    "effect_and_selection",
)  # fmt: skip
"""Experiments whose margins need the page's own sample; the others take half of it."""


@pytest.mark.parametrize("experiment", ALL, ids=lambda one: one.name)
def test_the_mechanism_shows(experiment):
    finding = experiment.run(experiment.customers if experiment.name in WHOLE else experiment.customers // 2)
    for figure in finding.figures:
        print(figure.shown())
    for what, margin in finding.margins.items():
        print(f"{what}: z {margin:+.1f}")

    assert all(margin > SURE for margin in finding.margins.values()), finding.verdict


def test_what_an_experiment_rests_on_is_a_parameter():
    assert not {name for one in ALL for name in one.rests_on} - grades().keys()
