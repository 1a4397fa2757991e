"""Shipped baselines are tuned: what their files promise they show, on other customers than those of the tuning."""

from pathlib import Path

import numpy as np
import pytest
from worlds import BUSINESS, merged

from sim.scenario.document import chain
from sim.scenario.load import build, load
from sim.study.tune import (
    CUSTOMERS_PER_SEGMENT,
    FIGURES,
    NotSolvable,
    fingerprint,
    simulate_cohort,
    solve,
    targets_of,
    with_solved,
)

LIMIT = 4.0
SCENARIOS = Path(__file__).parent.parent / "scenarios"
BASELINES = [file for file in sorted(SCENARIOS.glob("**/*.yaml")) if not chain(file)]
SEEDS, CUSTOMERS = (1, 2, 3), 6000
SOLVED_ON = 12_000
"""New customers on which the tests solve: with far fewer a single end is more than the solver's tolerance."""

each_baseline = pytest.mark.parametrize("file", BASELINES, ids=lambda file: file.stem)


def relative_errors(scenario, figures, customers):
    """Return binomial standard errors of figures over their targets, [segment, figure], for so many new customers.

    Churn has the error of its number of ends. ARPA that of geometric seats, whose spread is nearly their mean.
    """
    targets, errors = targets_of(scenario), []
    for number, (activation, conversion, annual, *_) in enumerate(targets):
        shares = np.array([activation, conversion, annual])
        counts = np.array([customers / conversion, customers / conversion, customers])
        churn = figures.ends[number] ** -0.5
        errors.append([*np.sqrt((1.0 - shares) / shares / counts), 1.05 / np.sqrt(customers), *churn])
    return np.array(errors)


def check(scenario, figures, customers, solved_on, what):
    """Print and assert how many standard errors lie between figures and targets; the tuning has an error of its own."""
    off = figures.by_segment / targets_of(scenario) - 1.0
    errors = relative_errors(scenario, figures, customers) * np.sqrt(1.0 + customers / solved_on)
    for name, distances, row in zip(scenario.segments, off, errors, strict=True):
        for figure, distance, error in zip(FIGURES, distances, row, strict=True):
            print(f"{what}, {name}, {figure}: {100 * distance:+.2f} %, z {distance / error:+.2f}")
    assert (np.abs(off / errors) < LIMIT).all()


def check_reasons(scenario, figures, customers, solved_on, what):
    """Print and assert the z-scores of the reasons' shares among voluntary ends."""
    wanted = np.array([share for _, share in scenario.behaviour.reasons])
    weights = np.array([segment.share for segment in scenario.segments.values()])
    ends = figures.ends.sum(axis=1)
    count = (weights @ ends) ** 2 / (weights**2 @ ends) / (1.0 + customers / solved_on)
    z = (figures.reasons - wanted) / np.sqrt(wanted * (1.0 - wanted) / count)
    print(f"{what}, reasons: z " + " ".join(f"{one:+.2f}" for one in z))
    assert (np.abs(z) < LIMIT).all()


def test_there_is_a_shipped_baseline():
    """Every file that extends nothing is a baseline, and has base rates."""
    assert BASELINES
    assert all(load(file).solved is not None for file in BASELINES)


@each_baseline
def test_base_rates_are_those_of_the_numbers_in_the_file(file):
    """Nobody changed a target, a price or a behaviour without tuning again: retention-sim tune FILE."""
    scenario = load(file)

    assert fingerprint(scenario) == scenario.solved.solved_for


@each_baseline
@pytest.mark.parametrize("seed", SEEDS)
def test_a_shipped_baseline_shows_its_targets_on_other_seeds(file, seed):
    """Activation, conversion, plans, ARPA, churn and its reasons agree with the file, on customers not tuned on."""
    scenario = load(file)
    figures = simulate_cohort(scenario, seed, CUSTOMERS)

    check(scenario, figures, CUSTOMERS, CUSTOMERS_PER_SEGMENT, f"seed {seed}")
    check_reasons(scenario, figures, CUSTOMERS, CUSTOMERS_PER_SEGMENT, f"seed {seed}")


@each_baseline
@pytest.mark.slow
def test_a_shipped_baseline_shows_its_targets_on_many_customers(file):
    """The same with the precision of the tuning itself."""
    scenario = load(file)
    figures = simulate_cohort(scenario, 4, CUSTOMERS_PER_SEGMENT)

    check(scenario, figures, CUSTOMERS_PER_SEGMENT, CUSTOMERS_PER_SEGMENT, "many")
    check_reasons(scenario, figures, CUSTOMERS_PER_SEGMENT, CUSTOMERS_PER_SEGMENT, "many")


def one_segment(monthly="3 % per month", annual="20 % per year", **segment):
    """Return a business of one segment without base rates, all year alike."""
    targets = {"churn": {"monthly": monthly, "annual": annual}, "annual_share": "50 %"}
    data = {key: value for key, value in BUSINESS.items() if key not in ("solved", "season", "opening")}
    small = merged(BUSINESS["segments"]["small"], {"share": "100 %", "targets": targets, **segment})
    return build({**data, "segments": {"small": small}})


def test_typing_three_percent_gives_three_percent():
    """Rates solved on one half of the world give 3 % a month on the other."""
    scenario = one_segment()
    solved, reached = solve(scenario, customers=SOLVED_ON)
    figures = simulate_cohort(with_solved(scenario, solved), 5, SOLVED_ON)
    own, other = reached.by_segment[0, 4], figures.by_segment[0, 4]
    print(f"typed 3 %, reached {100 * own:.3f} %, other seed {100 * other:.3f} %")

    assert abs(own - 0.03) < 0.0001
    check(scenario, figures, SOLVED_ON, SOLVED_ON, "3 %")
    check_reasons(scenario, figures, SOLVED_ON, SOLVED_ON, "3 %")
    assert fingerprint(scenario) == solved.solved_for


@pytest.mark.slow
def test_typing_more_churn_solves_more_leaving():
    """The solved level of leaving grows with the target, by more than the target: failed charges do not grow."""
    three, six = (solve(one_segment(monthly), customers=SOLVED_ON)[0] for monthly in ("3 % per month", "6 % per month"))
    levels = [solved.segments["small"].leave.monthly for solved in (three, six)]

    assert levels[1] > 2.0 * levels[0] > 0.0


@pytest.mark.parametrize(
    ("churn", "words"),
    [
        ({"monthly": "1 % per month"}, "failed charges alone end .* of monthly customers .* target is 1.00 %"),
        ({"annual": "0.5 % per year"}, "failed charges alone end .* of annual customers .* target is 0.50 %"),
    ],
)
def test_a_target_below_what_failed_charges_cause_is_refused_in_words(churn, words):
    """95 % pay by card, 7.2 % of charges fail and 19 % of these are not recovered: 1.3 % a month leave anyway."""
    with pytest.raises(NotSolvable, match=words) as refused:
        solve(one_segment(**churn), customers=4000)

    assert "segment 'small'" in str(refused.value)
    assert "raise the target" in str(refused.value)


@pytest.mark.slow
def test_paying_by_invoice_makes_room_for_a_lower_target():
    """What is refused above is solved where nobody pays by card."""
    solved, reached = solve(one_segment(monthly="1 % per month", card="0 %"), customers=SOLVED_ON)

    assert abs(reached.by_segment[0, 4] / 0.01 - 1.0) < 0.01
    assert solved.segments["small"].leave.monthly > 0.0
