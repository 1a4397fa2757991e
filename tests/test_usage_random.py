"""What is read of made-up logs, in which anything may happen at once, beside a slow reading row by row."""

import numpy as np
import pytest
from hand_logs import STARTS
from random_logs import random_log

from sim.analysis.churn_rates import churn, dues_of
from sim.analysis.history import history_of
from sim.analysis.periods import windows_of
from sim.core.events import Event, Plan
from sim.core.units import MONTH

MONTHS = 30
BEGINS = (Event.OPENED, Event.CONVERTED, Event.RETURNED)


def read_slowly(log):
    """Return lives as [begin, end, reason, requested, failed], and bills that fell due as (time, lost)."""
    lives, dues = [], []
    for customer in np.unique(log["customer"]):
        life, paid, waiting = None, False, None
        for row in log[log["customer"] == customer]:
            event, time, detail = Event(row["event"]), float(row["time"]), int(row["detail"])
            subscribed = row["plan"] != Plan.PER_USE
            if event in BEGINS:
                life = [-1.0 if event == Event.OPENED else time, np.inf, -1, np.inf, np.inf]
                lives.append(life)
                late = detail > (12 if row["plan"] == Plan.ANNUAL else 1)
                paid, waiting = event == Event.OPENED, "before" if event == Event.OPENED and late else None
            elif life is None:
                continue  # nobody's yet, or nobody's any more
            elif event == Event.REQUESTED:
                life[2:4] = [detail, time]
            elif event == Event.UNDONE:
                life[2:4] = [-1, np.inf]
            elif event == Event.CHARGE_FAILED and detail == 0:
                life[4], waiting = time, time
            elif event == Event.PAID:
                if paid and waiting != "before":
                    dues.append((time if waiting is None else waiting, False))
                life[4], paid, waiting = np.inf, True, None
            elif event == Event.ENDED:
                if subscribed and waiting != "before":
                    dues.append((time if waiting is None else waiting, True))
                life[1], life[2] = time, detail
                life = None
    return lives, sorted(dues)


def histories():
    for seed in range(12):
        log = random_log(seed, months=MONTHS, shop=seed % 4 == 3)
        yield log, history_of([(0, log)], MONTHS * MONTH, STARTS)


def test_lives_are_those_of_a_slow_reading():
    for log, history in histories():
        expected, _ = read_slowly(log)
        lives = history.lives
        found = np.stack([lives.begin, lives.end, lives.reason, lives.requested, lives.failed], axis=1)

        assert len(expected) > 20
        assert np.array_equal(np.array(expected), found)


def test_what_falls_due_is_that_of_a_slow_reading():
    for log, history in histories():
        _, expected = read_slowly(log)
        dues = dues_of(history)

        assert expected == sorted(zip(history.time[dues.row].tolist(), dues.lost.tolist(), strict=True))


@pytest.mark.parametrize("recognition", ["request", "period_end", "after_dunning"])
def test_churn_is_that_of_a_slow_count(recognition):
    """Customers just before the month who are none just before the next one."""
    for _, history in histories():
        windows = windows_of("equal", history.until, STARTS)
        lost = history.lives.lost(recognition)
        spans = list(zip(history.lives.person.tolist(), history.lives.begin.tolist(), lost.tolist(), strict=True))

        def there(time, spans=spans):
            return {person for person, begin, end in spans if begin < time <= end}

        expected = [(len(there(start) - there(end)), len(there(start))) for start, end in windows]
        table = churn(history, windows, recognition=recognition)
        found = dict(zip(table["at"].tolist(), zip(table["part"], table["whole"], strict=True), strict=True))
        assert expected == [found.get(n, (0, 0)) for n in range(len(windows))]


def test_replications_are_told_apart_and_pieces_put_together():
    """The same customers in two replications are twice as many; a log cut in pieces is the same log."""
    log = random_log(3, months=MONTHS)
    one = history_of([(0, log)], MONTHS * MONTH, STARTS)
    two = history_of([(0, log[:100]), (1, log), (0, log[100:])], MONTHS * MONTH, STARTS)

    assert 2 * one.people == two.people
    assert (two.rows[: len(log)] == one.rows).all() and (two.rows[len(log) :] == one.rows).all()
