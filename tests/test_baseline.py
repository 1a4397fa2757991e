"""Shipped baselines are tuned: what their files promise they show, on other customers than those of the tuning."""

import re
from pathlib import Path

import numpy as np
import pytest
from worlds import BUSINESS, SHOP, merged, shop

import sim
from sim.analysis.measures import Measure
from sim.core.events import Plan
from sim.scenario.document import chain
from sim.scenario.load import build, load
from sim.study.fingerprint import fingerprint
from sim.study.tune import CUSTOMERS_PER_SEGMENT, solve
from sim.study.tune_figures import (
    CHURN,
    NotSolvable,
    figures_of,
    months_simulated,
    sign_ups,
    simulate_cohort,
    targets_of,
)

LIMIT = 4.0
SCENARIOS = Path(__file__).parent.parent / "scenarios"
BASELINES = [file for file in sorted(SCENARIOS.glob("**/*.yaml")) if not chain(file)]
SEEDS, CUSTOMERS = (1, 2, 3), 6000
SOLVED_ON = 12_000
"""New customers on which the tests solve: with far fewer a single end is more than the solver's tolerance."""

SPREAD = {"arpa": 1.05, "orders": 0.75}
"""Standard deviation over the mean between customers: of geometric seats; of orders, as measured (.51 and .72)."""

each_baseline = pytest.mark.parametrize("file", BASELINES, ids=lambda file: f"{file.parent.name}/{file.stem}")


def relative_errors(scenario, figures, customers):
    """Return standard errors of figures over their targets, [segment, figure], for so many new customers.

    Shares have binomial errors, of prospects or of customers; churn has the error of its number of ends, ARPA and
    orders that of what differs between customers.
    """
    targets, errors = targets_of(scenario), np.zeros(targets_of(scenario).shape)
    for place, figure in enumerate(figures_of(scenario)):
        share = np.minimum(targets[:, place], 1.0)
        count = customers / targets[:, 1] if figure in ("activation", "conversion") else customers
        errors[:, place] = SPREAD.get(figure, np.sqrt((1.0 - share) / share)) / np.sqrt(count)
    if not scenario.per_use:
        errors[:, CHURN] = figures.errors[:, CHURN]
    return errors


def check(scenario, figures, customers, solved_on, what):
    """Print and assert how many standard errors lie between figures and targets; the tuning has an error of its own."""
    off = figures.by_segment / targets_of(scenario) - 1.0
    errors = relative_errors(scenario, figures, customers) * np.sqrt(1.0 + customers / solved_on)
    for name, distances, row in zip(scenario.segments, off, errors, strict=True):
        for figure, distance, error in zip(figures_of(scenario), distances, row, strict=True):
            print(f"{what}, {name}, {figure}: {100 * distance:+.2f} %, z {distance / error:+.2f}")
    assert (np.abs(off / errors) < LIMIT).all()


def check_reasons(scenario, figures, customers, solved_on, what):
    """Print and assert the z-scores of the reasons' shares among voluntary ends."""
    wanted = np.array([share for _, share in scenario.behaviour.reasons])
    weights = np.array([segment.share for segment in scenario.segments.values()])
    count = (weights @ figures.ends) ** 2 / (weights**2 @ figures.ends) / (1.0 + customers / solved_on)
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
    """Activation, conversion, what customers pay or order, churn and its reasons agree with the file, on others."""
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
    figures = simulate_cohort(scenario.model_copy(update={"solved": solved}), 5, SOLVED_ON)
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


# --- shops ------------------------------------------------------------------------------------------------------------


def untuned_shop(**targets):
    """Return a shop of one segment without base rates, all year alike; targets that its behaviour allows."""
    base = {"activation": "5 %", "conversion": "20 %", "basket": "90 CNY", "orders": 2.5, "second_year": "25 %"}
    segment = {**SHOP["segments"]["regular"], "share": "100 %", "targets": {**base, **targets}}
    data = {key: value for key, value in SHOP.items() if key not in ("solved", "season", "opening")}
    use = {"peak": "4 per month", "floor": 0.5, "novelty": "30 days", "habit_fade": "0.4 % per day"}
    behaviour = {"use": use, "activation": {"steps": 1}, "stages": {"lost_after": "365 days"}}
    return build(merged(data, {"behaviour": behaviour}) | {"segments": {"regular": segment}})


def test_what_a_shop_wants_its_simulated_customers_do():
    """Level of use and leaving after an order are solved together; a few steps are enough, other customers agree."""
    scenario, far = untuned_shop(), []
    solved, reached = solve(scenario, customers=SOLVED_ON, report=lambda _, distance: far.append(distance))
    figures = simulate_cohort(scenario.model_copy(update={"solved": solved}), 5, SOLVED_ON)
    rates = solved.segments["regular"]

    assert len(far) <= 12
    assert reached.by_segment[0] == pytest.approx(targets_of(scenario)[0], rel=0.005)
    check(scenario, figures, SOLVED_ON, SOLVED_ON, "shop")
    check_reasons(scenario, figures, SOLVED_ON, SOLVED_ON, "shop")
    assert rates.leave is None and rates.seats is None
    assert 0.0 < rates.order_leave < 1.0 < 100.0 * rates.use_level


@pytest.mark.slow
def test_more_who_order_in_the_second_year_leave_less_after_an_order():
    """With the same orders in the first year."""
    some, more = (solve(untuned_shop(second_year=share), customers=SOLVED_ON)[0] for share in ("20 %", "28 %"))

    assert more.segments["regular"].order_leave < 0.8 * some.segments["regular"].order_leave


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ({"second_year": "90 %"}, "leaves any more: lower 'second_year', or raise 'orders'"),
        ({"second_year": "0.1 %"}, "leave after an order: raise 'second_year', or lower 'orders'"),
        ({"activation": "70 %"}, "as rarely as customers order: lower 'activation', or raise 'orders'"),
    ],
)
def test_a_target_that_a_shop_cannot_reach_is_named_with_what_to_change(targets, words):
    with pytest.raises(NotSolvable, match=words) as refused:
        solve(untuned_shop(**targets), customers=1000)

    print(refused.value)
    assert re.match(
        "segment 'regular': (activation|orders|second_year) reaches .* of .* after .* steps; ", str(refused.value)
    )


def test_prospects_sign_up_over_a_year_where_its_months_differ():
    """From the month in which the study starts; all in one month where all are alike."""
    seasons = {"candidates": [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]}
    by_month = sign_ups(shop(season=seasons), 12_000)  # starts in March

    assert by_month == [1000] * 9 + [2000, 1000, 0]
    assert sum(sign_ups(shop(season=seasons), 777)) == 777
    assert sign_ups(untuned_shop(), 12_000) == [12_000]


def test_cohorts_of_a_shop_live_until_the_second_year_of_all_and_the_loss_of_some_are_seen():
    trial_months = 1
    late = {"stages": {"lost_after": "540 days"}}

    assert months_simulated(untuned_shop()) == 1 + trial_months + 24
    assert months_simulated(shop()) == 12 + trial_months + 24
    assert months_simulated(shop(behaviour=late)) == 12 + trial_months + 12 + 18


@pytest.mark.parametrize("name", ["annual_first", "all_five"])
def test_the_annual_strategy_moves_seven_in_ten_new_customers(name):
    """The seed's figure, among new customers of the shipped business; within four standard errors and a point."""
    files = [SCENARIOS / "baseline.yaml", SCENARIOS / f"{name}.yaml"]
    study = sim.simulate(files, customers=10_000, replications=4, seed=11)
    new = study.stacked(1, "sums")[:, : study.design.months, :, :, Measure.CONVERTED].sum(axis=(0, 1, 2))
    share = new[Plan.ANNUAL] / new.sum()

    assert abs(share - 0.70) < LIMIT * np.sqrt(0.7 * 0.3 / new.sum()) + 0.01
