"""Intervals: known answers of each method, and how often they hold the truth, in small; docs hold the large table."""

from math import isnan, nan, sqrt

import numpy as np
import pytest
from scipy import stats

from sim.analysis.compare import difference, relative_difference, simultaneous_critical
from sim.analysis.intervals import (
    Estimate,
    Interval,
    around,
    hall,
    interval,
    ratio_estimate,
    spread,
    student,
    student_of_several,
)

STUDIES = 4000


def mean_of(values):
    """Return the estimate of a mean."""
    values = np.asarray(values, float)
    return Estimate(values.mean(), (values.sum() - values) / (len(values) - 1))


def z_of(hits, share=0.95):
    """Return how many standard errors a coverage lies above what it should be."""
    return (np.mean(hits) - share) / sqrt(share * (1.0 - share) / len(hits))


def holds(found, truth):
    """Whether an interval holds the truth."""
    return found.low <= truth <= found.high


# --- one figure ---------------------------------------------------------------------------------------------------


def test_the_interval_of_even_values_is_students_t():
    """Values without skewness: SciPy's own t interval."""
    values = np.array([1.0, 2.5, 4.0, 5.5, 7.0])
    low, high = stats.t.interval(0.95, 4, loc=4.0, scale=values.std(ddof=1) / sqrt(5))
    found = interval(values)

    assert (pytest.approx(low), 4.0, pytest.approx(high)) == (found.low, found.mean, found.high)


def test_the_skewness_is_scipys():
    values = np.array([3.0, 5.5, 4.0, 8.0, 1.5, 20.0])

    assert (5.0 * values.var(ddof=1), stats.skew(values, bias=False)) == pytest.approx(spread(values))
    assert (8.0, 0.0) == spread(np.array([1.0, 5.0]))
    assert (0.0, 0.0) == spread(np.full(4, 7.0))


def test_an_interval_ends_where_the_figure_can_be_no_more():
    """Unknown ends stay unknown, and ends inside stay as they are."""
    assert Interval(0.9, 0.7, 1.0) == Interval(0.9, 0.7, 1.2).within(0.0, 1.0)
    assert Interval(3.0, 0.0, 9.0) == Interval(3.0, -3.0, 9.0).within(0.0)
    unknown = Interval(0.5, nan, nan).within(0.0, 1.0)
    assert isnan(unknown.low) and isnan(unknown.high)


@pytest.mark.parametrize("skewed", [-2.5, -0.1, 0.0, 0.4, 3.0])
@pytest.mark.parametrize("quantile", [-2.1, 2.1])
def test_halls_transformation_of_what_is_returned_is_the_quantile(skewed, quantile):
    """T + g T^2 / (3 sqrt n) + g^2 T^3 / (27 n) + g / (6 sqrt n)."""
    t, count = hall(quantile, skewed, 20), 20
    transformed = t + skewed * t**2 / (3 * sqrt(count)) + skewed**2 * t**3 / (27 * count) + skewed / (6 * sqrt(count))

    assert quantile == pytest.approx(transformed)


def test_an_end_reaches_further_on_the_side_of_the_long_tail_and_never_less_far_than_students():
    """A long tail at the right: the mean may lie far above what was seen."""
    values = np.array([1.0, 1.0, 1.1, 1.2, 1.3, 1.5, 9.0])
    half = student(7) * values.std(ddof=1) / sqrt(7)
    found = interval(values)

    assert found.mean - found.low == pytest.approx(half)
    assert found.high - found.mean > 1.5 * half
    assert found.half_width == found.high - found.mean


def test_figures_that_hang_on_a_single_replication_have_no_bounds():
    """One replication, and a return whose cost fell in one replication only."""
    alone = Estimate(7.0, np.array([])).interval()
    hanging = ratio_estimate(np.array([4.0, 0.0, 0.0]), np.array([2.0, 0.0, 0.0])).interval()

    assert 7.0 == alone.mean and isnan(alone.low) and not alone.sure
    assert 2.0 == hanging.mean and isnan(hanging.low) and isnan(hanging.high)
    assert isnan(ratio_estimate(np.array([1.0, 2.0]), np.array([0.0, 0.0])).interval().mean)


def test_the_pseudo_values_of_a_mean_are_its_values():
    values = np.array([3.0, 5.5, 4.0, 8.0])

    assert np.allclose(values, mean_of(values).pseudo_values)
    found, plain = mean_of(values).interval(), interval(values)
    assert (found.low, found.high) == (pytest.approx(plain.low), pytest.approx(plain.high))


def test_a_ratio_is_of_sums_and_its_error_the_jackknifes():
    """By hand: 12 / 6; without one replication 10 / 5, 8 / 4, 6 / 3 all 2; and with parts that vary."""
    assert 0.0 == ratio_estimate(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0])).interval().half_width
    part, whole = np.array([2.0, 5.0, 6.0]), np.array([1.0, 2.0, 3.0])
    found = ratio_estimate(part, whole)

    assert 13.0 / 6.0 == pytest.approx(found.whole)
    assert np.allclose([11.0 / 5.0, 8.0 / 4.0, 7.0 / 3.0], found.without)
    assert np.allclose(3.0 * 13.0 / 6.0 - 2.0 * found.without, found.pseudo_values)


# --- differences --------------------------------------------------------------------------------------------------


def test_a_difference_is_paired_replication_by_replication():
    """Scenario minus baseline, its interval, and relative to the baseline's figure."""
    baseline, scenario = mean_of([10.0, 20.0, 30.0]), mean_of([13.0, 22.0, 34.0])
    found, plain = difference(baseline, scenario), interval(np.array([3.0, 2.0, 4.0]))

    assert (found.mean, found.low, found.high) == pytest.approx((plain.mean, plain.low, plain.high))
    assert pytest.approx(3.0 / 20.0) == relative_difference(baseline, scenario).mean


def test_a_relative_difference_has_bounds_only_where_the_baseline_is_clear_of_zero():
    clear, unclear = mean_of([20.0, 21.0, 22.0, 23.0]), mean_of([-20.0, 21.0, -22.0, 25.0])
    better = mean_of([22.0, 22.5, 24.0, 26.0])

    assert relative_difference(clear, better).low < 2.125 / 21.5 < relative_difference(clear, better).high
    assert isnan(relative_difference(unclear, better).low)
    assert isnan(relative_difference(mean_of([1.0, -1.0]), better).mean)


def test_the_relative_difference_to_a_loss_keeps_its_sign():
    """From -20 to -10 is half better, not half worse."""
    assert 0.5 == relative_difference(mean_of([-20.0, -20.0]), mean_of([-10.0, -10.0])).mean


# --- several strategies -------------------------------------------------------------------------------------------


def test_figures_at_once_share_the_chance_to_miss():
    """Bonferroni's quantile for four figures of ten replications, one degree of freedom spent on skewness."""
    assert student_of_several(10, 4) == pytest.approx(stats.t.ppf(1.0 - 0.05 / 8, 8))
    assert student_of_several(2, 2) == pytest.approx(stats.t.ppf(1.0 - 0.05 / 4, 1))


def test_one_strategy_or_others_that_do_nothing_need_no_wider_interval():
    baseline, better = mean_of([1.0, 2.0, 4.0]), mean_of([2.0, 5.0, 6.0])

    assert simultaneous_critical(baseline, [better]) is None
    assert simultaneous_critical(baseline, [better, baseline]) is None
    assert simultaneous_critical(baseline, [better, mean_of([2.0, 1.0, 9.0])]) > student(3)


# --- coverage, in small; fixed seeds ------------------------------------------------------------------------------


def test_intervals_of_skewed_values_hold_their_mean_where_students_do_not():
    """Log-normal values (skewness 6.2), 20 replications: Student's misses 95 % by more than 4 standard errors."""
    values = np.random.default_rng(3).lognormal(0.0, 1.0, (STUDIES, 20)).reshape(STUDIES, 20)
    truth = np.exp(0.5)
    ours = [holds(interval(row), truth) for row in values]
    half = student(20) * values.std(axis=1, ddof=1) / sqrt(20)
    students = np.abs(values.mean(axis=1) - truth) <= half

    print(f"ours {np.mean(ours):.3f}, z {z_of(ours):.1f}; Student's {students.mean():.3f}, z {z_of(students):.1f}")
    assert z_of(students) < -4.0
    assert np.mean(ours) > students.mean() + 0.03


@pytest.mark.parametrize("count", [5, 20])
def test_intervals_of_a_ratio_hold_the_ratio_of_means(count):
    """Money over customers, both random and tied: at least 95 % less three standard errors."""
    random = np.random.default_rng(4)
    whole = random.gamma(20.0, 1.0, (STUDIES, count))
    part = whole * random.gamma(10.0, 0.1, (STUDIES, count))
    hits = [holds(ratio_estimate(*pair).interval(), 1.0) for pair in zip(part, whole, strict=True)]

    print(f"{np.mean(hits):.3f}, z {z_of(hits):.1f}")
    assert z_of(hits) > -3.0


def test_simultaneous_intervals_hold_all_differences_at_once():
    """Four strategies on the same customers, 10 replications: alone they do not hold together, at once they do."""
    random, studies = np.random.default_rng(5), 1000
    values = random.standard_normal((studies, 4, 10)) + random.standard_normal((studies, 1, 10))
    alone = [all(holds(interval(one), 0.0) for one in study) for study in values]
    hits = [all(holds(around(one.mean(), one, c), 0.0) for one in study)
            for study in values for c in [student_of_several(10, 4)]]  # fmt: skip

    print(f"alone {np.mean(alone):.3f}, at once {np.mean(hits):.3f}, z {z_of(hits):.1f}")
    assert z_of(alone) < -4.0 and z_of(hits) > -3.0


def test_gaps_are_left_out_of_a_mean():
    assert interval(np.array([1.0, 2.0, 4.0])) == interval(np.array([1.0, nan, 2.0, 4.0]))
