"""The churn survey: who answers, what the answers teach all together, and what that changes."""

from types import SimpleNamespace

import numpy as np
import pytest
from by_hand import leaving, live, paying_at_once, prospects, quiet_kernel, z_of
from worlds import business, copy_levers, difference, log_of, times, without, world

from sim.core.customer import new_customers
from sim.core.events import Event, Reason
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.engines import compiled, reference
from sim.levers import BY_NAME
from sim.scenario.lower import kernel_of
from sim.study.design import costs_of_events

LEVER = BY_NAME["churn_survey"]
NO_EFFECT = {"mended": "0 %", "answer": "100 %"}
STRONG = {"mended": "100 %", "answer": "100 %", "enough": 1}
OWN_EVENTS = (Event.ANSWERED,)
SOFT, HARD, EXPERIENCE = int(Reason.SOFT), int(Reason.HARD), int(Reason.EXPERIENCE)


def asking(kernel=None, **settings):
    """Return a kernel with the lever."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0})) if kernel is None else kernel
    copy_levers(kernel, world({"churn_survey": settings}).kernel)
    return kernel


def rule(hook, value, *, settings=None, found=0.0, **customer):
    record, one = asking(**(settings or {}))["levers"]["churn_survey"], new_customers(1)
    record["found"] = found
    for name, given in customer.items():
        one[name] = given
    return float(LEVER.hooks[hook](value, one[0], record[0]))


def alone(count):
    """Return prospects whom nobody referred."""
    return prospects(count, referrer=-1, referrer_slot=-1)


def learnt(answers, *, found=0.0, enough=20.0, new_faults=0.05):
    """Return what is known after months with so many answers about bad experience."""
    lever = SimpleNamespace(found=found, enough=enough, new_faults=new_faults)
    for number in answers:
        month = SimpleNamespace(answered=np.zeros(len(Reason), np.int64))
        month.answered[EXPERIENCE] = number
        getattr(LEVER.review, "py_func", LEVER.review)(lever, month)
    return lever.found


# --- who answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("satisfaction, expected", [(0.0, 0.3), (0.5, 0.2), (1.0, 0.1)])
def test_the_severely_unhappy_answer_more_readily(satisfaction, expected):
    settings = {"answer": "20 %", "severity": 0.5}

    assert rule(Hook.ANSWERS, 0.0, settings=settings, satisfaction=satisfaction) == pytest.approx(expected)
    assert 0.0 <= rule(Hook.ANSWERS, 0.0, settings={"answer": "100 %", "severity": 9}, satisfaction=satisfaction) <= 1.0


def test_so_many_of_those_who_leave_say_why():
    """And they say the reason for which they left; |z| below 4."""
    kernel = leaving(asking(answer="30 %", severity=0), 0.05, SOFT, EXPERIENCE)
    log, _ = live(alone(2000), kernel, 3 * MONTH)
    ended, answered = log[log["event"] == Event.ENDED], log[log["event"] == Event.ANSWERED]
    reasons = dict(zip(ended["customer"].tolist(), ended["detail"].tolist(), strict=True))

    assert abs(z_of(len(answered), len(ended), 0.3)) < 4
    assert all(reasons[row["customer"]] == row["detail"] for row in answered)


# --- what is learnt -------------------------------------------------------------------------------------------------


def test_answers_teach_less_and_less_and_new_faults_undo_it():
    """63 % from enough answers at once, the same of what is left; nothing without answers, and it fades."""
    assert learnt([20], new_faults=0.0) == pytest.approx(1.0 - np.exp(-1.0))
    assert learnt([20, 20], new_faults=0.0) == pytest.approx(1.0 - np.exp(-2.0))
    assert learnt([0, 0, 0]) == 0.0
    assert learnt([0, 0], found=0.8) == pytest.approx(0.8 * 0.95**2)
    assert 0.99 < learnt([1000] * 3) <= 1.0


def test_what_is_found_lowers_leaving_for_experience_alone():
    """Down to what cannot be mended."""
    assert [Hook.LEAVE_EXPERIENCE] == [hook for hook in LEVER.hooks if hook.name.startswith("LEAVE")]
    for found in (0.0, 0.5, 1.0):
        assert rule(Hook.LEAVE_EXPERIENCE, 1.0, settings={"mended": "40 %"}, found=found) == 1.0 - 0.4 * found


def test_nothing_is_better_before_the_month_after_the_first_answers():
    """Not a factor on leaving: until a month begins whose last one had answers, all is as without, to the bit."""
    plain = leaving(paying_at_once(quiet_kernel()), 0.001, EXPERIENCE)
    log, _ = live(alone(2000), asking(plain.copy().view(np.recarray), **STRONG), 6 * MONTH)
    expected, _ = live(alone(2000), plain, 6 * MONTH)
    first = np.floor(times(log, Event.ANSWERED).min() / MONTH + 1.0) * MONTH
    before, after = [], []
    for one in (without(log, Event.ANSWERED, Event.REACHED), expected):
        intended = one[one["event"] == Event.INTENDED]
        before.append(np.sort(intended["time"][intended["time"] < first]).tolist())
        after.append((intended["time"] >= first).sum())

    assert before[0] == before[1] and len(before[0]) > 100
    assert after[0] < 0.6 * after[1]


def test_where_nobody_leaves_for_experience_nothing_is_learnt():
    """Answers about other reasons only cost; the product is what it was, to the bit."""
    plain = leaving(paying_at_once(quiet_kernel()), 0.01, HARD)
    plain["leave"][0, :, :, EXPERIENCE] = 1e-6
    log, customers = live(alone(300), asking(plain.copy().view(np.recarray), **STRONG), 5 * MONTH)
    expected, others = live(alone(300), plain, 5 * MONTH)

    assert (log["event"] == Event.ANSWERED).sum() > 100
    assert sorted(times(log, Event.INTENDED)) == sorted(times(expected, Event.INTENDED))
    assert customers.rate.tolist() == others.rate.tolist()


def test_all_learn_from_all_so_that_engines_agree_month_by_month():
    """A survey ties customers: one knowledge for everybody, begun anew in every run."""
    this = world({"churn_survey": STRONG}, customers=250)
    this.kernel["leave"] *= 4.0
    log = log_of(this, compiled)

    assert (log["event"] == Event.ANSWERED).sum() > 20
    assert difference(log, log_of(this, compiled)) == ""
    assert difference(log, log_of(this, reference)) == ""


def test_enough_answers_are_counted_at_the_business_own_size():
    """A sample of a tenth has a tenth of the answers, and learns as fast from them."""
    scenario = business({"churn_survey": {"enough": 30}})

    records = [kernel_of(scenario, 1, scale=scale)["levers"]["churn_survey"][0] for scale in (1.0, 0.1)]

    assert [30.0, 3.0] == [record["enough"] for record in records]
    assert [0.15, 0.15] == [record["answer"] for record in records]


def test_each_answer_costs():
    costs = costs_of_events(business({"churn_survey": {"cost_per_answer": "4 USD"}}))

    assert costs[Event.ANSWERED] == costs.sum() == 400


def test_the_hold_out_is_not_asked():
    kernel = leaving(asking(share="50 %", answer="100 %", severity=0), 0.05, SOFT)
    log, customers = live(alone(300), kernel, 3 * MONTH)
    asked = np.isin(customers.id, log["customer"][log["event"] == Event.ANSWERED])
    gone = np.isin(customers.id, log["customer"][log["event"] == Event.ENDED])

    assert (asked == (gone & (customers.reached != 0))).all()
    assert 0 < asked.sum() < gone.sum()
