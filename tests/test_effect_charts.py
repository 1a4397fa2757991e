"""Charts of effects: who beats whom on the frontier, steps that end where the total does, intervals that are cut."""

from math import nan

import pytest

from sim.analysis.intervals import Interval
from sim.charts.effect_rows import limits_of
from sim.charts.efficient_frontier import beaten
from sim.charts.steps import Step, starts


def test_who_is_beaten_by_whom():
    """By the nearest that is at least as good in both and better in one; equal ones do not beat each other."""
    retention = [0.0, 2.0, 1.0, 2.0, 1.0, 0.0, 0.0]
    profit = [0.0, 1.0, 3.0, 0.5, 2.9, 4.0, 4.0]

    assert beaten(retention, profit) == [2, None, None, 1, 2, None, None]
    assert beaten([1.0], [1.0]) == [None]


def test_steps_begin_where_the_last_ended():
    moves = [Interval(value, nan, nan) for value in (10.0, 4.0, -6.0, 8.0)]
    steps = [Step(str(place), one, whole=place in (0, 3)) for place, one in enumerate(moves)]

    assert starts(steps) == [0.0, 10.0, 14.0, 0.0]
    assert starts(steps)[2] + moves[2].mean == moves[3].mean


def test_intervals_do_not_dwarf_the_markers():
    """The axis holds every marker and zero; an interval many times as long is cut."""
    low, high = limits_of([[Interval(1.0, 0.5, 1.5)], [Interval(2.0, -400.0, 900.0)]])
    narrow = limits_of([[Interval(1.0, 0.5, 1.5)], [Interval(nan, nan, nan)]])

    assert -6.0 < low < -2.0 and 2.0 < high < 8.0
    assert narrow[0] < 0.0 and narrow[1] == pytest.approx(1.56)
