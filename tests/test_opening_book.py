"""The opening book: month 0 ties to it exactly, and its customers are survivors of a past without levers."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from worlds import business

from sim.analysis.measures import Measure
from sim.core.customer import Clock
from sim.core.events import Event, Plan, Stage
from sim.core.units import MONTH
from sim.engines import compiled
from sim.engines.opening import BookNotReached, opening_customers
from sim.model.seats import seat_price
from sim.scenario.checks import tenure_spans
from sim.scenario.load import build, load
from sim.scenario.lower import counts_of, kernel_of, opening_cells, population_of
from sim.study.design import Design
from sim.study.simulate import customers_of, run_replications

BASELINE = Path(__file__).parent.parent / "scenarios" / "baseline.yaml"
MONTHLY, ANNUAL, SIGN_UP = int(Plan.MONTHLY), int(Plan.ANNUAL), int(Clock.SIGN_UP)
GROWTH, MATURITY, DORMANCY = int(Stage.GROWTH), int(Stage.MATURITY), int(Stage.DORMANCY)


def book(scenario, scale=1.0, seed=1, replication=0):
    """Return the opening customers of a scenario at a scale."""
    kernel = kernel_of(scenario, seed, levers=False)
    kernel["replication"] = replication
    population, cells = population_of(scenario, seed), opening_cells(scenario, scale, seed, replication)
    found = [opening_customers(population, kernel, replication, cell) for cell in cells]
    return np.concatenate(found).view(np.recarray)


def on_day_0(design):
    """Return the opening customers of each task of a design that has some."""
    parts = [customers_of(design, task) for task in design.tasks(0)]
    there = [people[people.next_kind != SIGN_UP] for people in parts]
    return [people for people in there if len(people) > 0]


def tenure(customers):
    """Return months since the first payment, on day 0."""
    return -customers.started / MONTH


@pytest.fixture(scope="module")
def many():
    """Ten times the shipped book."""
    return book(load(BASELINE), 10.0)


# --- month 0 ties to the book -------------------------------------------------------------------------------------


def test_a_book_of_whole_numbers_is_met_customer_by_customer():
    """400 customers: 75 % small, of these 80 % monthly; 60 % under four months, 40 % over."""
    opening = {
        "customers": 400, "segments": {"small": "75 %", "large": "25 %"},
        "plans": {"small": {"monthly": "80 %", "annual": "20 %"}, "large": {"monthly": "60 %", "annual": "40 %"}},
        "tenure": {"0-4 months": "60 %", "over": "40 %"},
    }  # fmt: skip
    customers = book(business(opening=opening))
    found = zip(customers.segment.tolist(), customers.plan.tolist(), (tenure(customers) < 4).tolist(), strict=True)
    expected = {
        (0, MONTHLY, True): 144, (0, MONTHLY, False): 96, (0, ANNUAL, True): 36, (0, ANNUAL, False): 24,
        (1, MONTHLY, True): 36, (1, MONTHLY, False): 24, (1, ANNUAL, True): 24, (1, ANNUAL, False): 16,
    }  # fmt: skip

    assert expected == Counter(found)


@pytest.mark.parametrize("customers", [97, 1000, 2345, 10_000])
def test_month_0_ties_to_the_book_at_any_sample_size(customers):
    """Every line of the book is its share of the sample, rounded down or up; all lines add up to the sample's book."""
    scenario = load(BASELINE)
    design = Design((scenario,), customers=customers)
    spans = tenure_spans(scenario.opening, scenario.history)
    found: Counter = Counter()
    for people in on_day_0(design):
        bucket = np.searchsorted([after / MONTH for _, after, _ in spans], tenure(people), side="right")
        found.update(zip(people.segment.tolist(), people.plan.tolist(), bucket.tolist(), strict=True))

    expected_total = scenario.opening.customers * design.scale
    assert abs(found.total() - expected_total) < 1.0
    for segment, name in enumerate(scenario.segments):
        for plan in (Plan.MONTHLY, Plan.ANNUAL):
            for number, (_, _, share) in enumerate(spans):
                line = expected_total * scenario.opening.segments[name] * share
                line *= getattr(scenario.opening.plans[name], plan.name.lower())
                assert abs(found[segment, int(plan), number] - line) < 1.0 + 1e-6


@given(some.lists(some.floats(0, 1000), min_size=1, max_size=40), some.integers(0, 1000))
def test_rounding_keeps_every_line_and_the_total_within_one(lines, replication):
    """Whole numbers, none further than one from what was wanted, and neither is their sum."""
    wanted = np.array(lines)
    counts = counts_of(wanted, 7, replication, 3)

    assert (np.abs(counts - wanted) < 1.0 + 1e-6).all()
    assert abs(counts.sum() - wanted.sum()) < 1.0 + 1e-6


def test_rounding_is_right_on_average():
    """A line of a third of a customer has one in a third of the replications."""
    wanted = np.full(12, 1 / 3)
    mean = np.mean([counts_of(wanted, 7, replication, 0) for replication in range(3000)], axis=0)
    z = (mean - wanted) / np.sqrt(wanted * (1 - wanted) / 3000)
    print(f"largest |z| of twelve lines: {np.abs(z).max():.2f}")

    assert np.abs(z).max() < 4


def billed(customers):
    """Return the last bill as if the seats added since had been on it, minor units."""
    months = np.where(customers.plan == ANNUAL, 12, 1)
    return np.floor(seat_price(customers) * customers.paid_seats * months + 0.5).astype(int)


def test_the_ledger_opens_with_the_book():
    """Month 0's opening count and MRR are the book's own, before anything happens, and no other month has any."""
    design = Design((load(BASELINE),), customers=2000, replications=1)
    _, (tally,) = next(run_replications(design, [0], 1))
    people = on_day_0(design)
    mrr = sum((np.where(p.plan == ANNUAL, 2 * billed(p) + 12, 24 * billed(p)) // 24).sum() for p in people)

    assert sum(map(len, people)) == tally.sums[0, ..., Measure.OPENING].sum()
    assert mrr == tally.sums[0, ..., Measure.MRR_OPENING].sum()
    assert not tally.sums[1:, ..., [Measure.OPENING, Measure.MRR_OPENING]].any()


def test_every_opening_customer_is_put_on_the_book_first():
    """One row at time 0 for each, with months since the last bill and its amount, before any other event of his."""
    scenario = load(BASELINE)
    customers = book(scenario, 0.5)
    people, kernel = customers.copy().view(np.recarray), kernel_of(scenario, 1)
    log = np.concatenate([piece.copy() for piece in compiled.run(people, kernel, MONTH)])
    first = log[np.unique(log["customer"], return_index=True)[1]]
    opened = log[log["event"] == Event.OPENED]

    assert len(customers) == len(opened)
    assert (first["event"] == Event.OPENED).all()
    assert (opened["time"] == 0.0).all()
    assert np.array_equal(billed(customers), opened["amount"])
    last = np.where(customers.plan == ANNUAL, 12, 1) * (customers.bills - 1) - tenure(customers)
    assert np.array_equal(-np.floor(last).astype(int), opened["detail"])


# --- who they are -------------------------------------------------------------------------------------------------


def test_opening_customers_pay_and_have_lived_up_to_day_0(many):
    """In growth, maturity or dormancy; the next event is still to come; the bill reaches beyond day 0 or is late."""
    period = np.where(many.plan == ANNUAL, 12, 1)
    late = many.attempt > 0

    assert ((many.stage >= GROWTH) & (many.stage <= DORMANCY)).all()
    assert (many.next_time >= 0.0).all()
    assert (many.life == 0).all()
    assert (many.bills >= 1).all()
    assert np.array_equal(np.ceil(tenure(many) / period)[~late], many.bills[~late])
    assert (np.ceil(tenure(many) / period)[late] == many.bills[late] + 1).all()
    assert 0 < late.mean() < 0.05
    assert np.isinf(many.due[~late, int(Clock.RETRY)]).all()


def test_opening_customers_stand_in_sensible_stages(many):
    """Mature only after three months and by habit, dormant only when idle; the first weeks are growth alone."""
    mature, dormant = many.stage == MATURITY, many.stage == DORMANCY

    assert 0.1 < mature.mean() < 0.9
    assert 0.02 < dormant.mean() < 0.6
    assert (tenure(many)[mature] > 90 / MONTH).all()
    assert (-many.last_use[dormant] >= 60.0).all()
    assert many.habit[mature].mean() > 0.6 > 0.3 > many.habit[dormant].mean()
    assert (many.stage[tenure(many) < 1.5] == GROWTH).all()


def test_opening_customers_are_survivors(many):
    """Those who stayed fit better and leave less easily than candidates do, the more so the longer they are there."""
    bounds = ((0, 12), (12, 36), (36, 60))
    small = many[(many.segment == 0) & (many.plan == MONTHLY)]
    fit, propensity = [], []
    for low, high in bounds:
        there = small[(tenure(small) >= low) & (tenure(small) < high)]
        fit.append(there.fit.mean())
        propensity.append(there.leave_propensity.mean())
        print(f"{low}-{high} months: {len(there)} customers, fit {fit[-1]:.3f}, leave propensity {propensity[-1]:.3f}")

    assert 0.5 < fit[0] < fit[1] < fit[2]
    assert 1.0 > propensity[0] > propensity[1] > propensity[2]


def test_traits_do_not_differ_where_nobody_leaves():
    """Where nothing selects by leaving, the leave propensity of opening customers is that of candidates: mean 1."""
    nobody = {"leave": {"monthly": "0 per month", "annual": "0 per month"}}
    solved = {"segments": {"small": nobody, "large": nobody}}
    scenario = business(behaviour={"payment": {"fails": 0}}, solved=solved)
    customers = book(scenario, 40.0)
    shape = scenario.behaviour.leaving.propensity_shape
    z = (customers.leave_propensity.mean() - 1.0) * np.sqrt(shape * len(customers))
    print(f"mean leave propensity of {len(customers)}: z {z:+.2f}")

    assert abs(z) < 4


# --- what the book does not depend on -----------------------------------------------------------------------------


def in_blocks(block, scenarios=None):
    """Return the opening customers of a design with some block size, by id."""
    design = Design(scenarios or (load(BASELINE),), customers=1500, block=block)
    people = np.concatenate(on_day_0(design))
    return people[np.argsort(people["id"])]


@pytest.mark.parametrize("block", [1, 7, 100])
def test_the_book_does_not_depend_on_the_block_size(block):
    """The same customers to the bit, found one by one or all together."""
    assert (in_blocks(4096) == in_blocks(block)).all()


def test_a_larger_sample_keeps_the_customers_of_a_smaller_one():
    """Sample size adds customers and changes none."""
    small, large = book(load(BASELINE), 1.0), book(load(BASELINE), 2.0)
    common = large[np.isin(large.id, small.id)]

    assert len(common) == len(small)
    assert (common[np.argsort(common.id)] == small[np.argsort(small.id)]).all()


def test_replications_have_different_customers():
    """The book is the same, the customers behind it are not."""
    one, other = book(load(BASELINE), replication=0), book(load(BASELINE), replication=1)

    assert abs(len(one) - len(other)) <= 1
    assert not np.isin(one.fit, other.fit).any()


def test_no_lever_acts_before_day_0():
    """A business that pulls levers from the first day has the same past, and nobody has been reached yet."""
    levers = {"annual_plan": {"discount": "30 %"}, "guided_onboarding": {"step_help": 2}}
    pulled = load(BASELINE).with_levers("pulled", **levers)
    without, customers = in_blocks(4096), in_blocks(4096, (pulled,))

    assert (without == customers).all()
    assert not customers["reached"].any()
    assert not customers["guided"].any()


# --- books that cannot be -----------------------------------------------------------------------------------------


def test_an_impossible_book_is_refused_in_words():
    """Nobody takes the annual plan, and the book has annual customers: how many are missing, and with which tenure."""
    scenario = business(solved={"segments": {name: {"annual": 0} for name in ("small", "large")}})

    words = r"one of \d+ opening customers with a tenure of 0 to 4 months was not found"
    with pytest.raises(BookNotReached, match=words):
        book(scenario)


def test_a_scenario_without_a_book_starts_empty():
    """No opening customers, no opening MRR."""
    data = dict(load(BASELINE)._data)
    data.pop("opening")

    assert [] == opening_cells(build(data), 1.0, 1, 0)
