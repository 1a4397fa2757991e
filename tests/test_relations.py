"""Between seller and customer without any lever: problems, lapsing, signs of leaving, friends, word of mouth."""

import math

import numpy as np
import pytest
from by_hand import live, paying_at_once, prospects, quiet_kernel, watch, z_of
from worlds import business, own, run, times, world

from sim.core.customer import Clock, new_customers
from sim.core.events import Event, Reason, Signal, Stage
from sim.core.units import MONTH
from sim.engines import compiled, reference
from sim.model import months
from sim.model.friends import look_at_friends
from sim.model.kernel import FRIEND_LINE, new_kernel
from sim.study.design import Design
from sim.study.simulate import run_replications

PROBLEM, LAPSE, REVIVE = int(Clock.PROBLEM), int(Clock.LAPSE), int(Clock.REVIVE)
AWAKE = {"dormant_after": 1e5}


# --- problems and satisfaction --------------------------------------------------------------------------------------


@pytest.mark.parametrize("solved", [0.0, 1.0])
def test_a_problem_moves_satisfaction_and_time_brings_it_back(solved):
    """Not solved: times 0.5; solved: a fifth of the way to full; in between back to 0.7, exponentially."""
    service = {"problems": 0.05, "solved": solved, "usual": 0.7, "returns": 0.01, "pleases": 0.2, "annoys": 0.5}
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, stages=AWAKE, service=service))
    expected, since, seen = 0.7, 0.0, 0
    for kind, c in watch(prospects(1), kernel, 400.0):
        if kind == PROBLEM:
            expected = 0.7 + (expected - 0.7) * math.exp(-0.01 * (c.now - since))
            expected = expected + 0.2 * (1.0 - expected) if solved else 0.5 * expected
            since, seen = c.now, seen + 1
            assert c.satisfaction == pytest.approx(expected, rel=1e-9)

    assert seen > 10


@pytest.mark.parametrize("demand", [0.1, 0.5, 1.0])
def test_who_asks_for_more_service_has_more_problems_and_the_stated_share_is_solved(demand):
    """Poisson with the stated rate at middle demand."""
    count, days, rate = 2000, 200.0, 0.01
    kernel = quiet_kernel(use={"peak": 0.0}, stages=AWAKE, service={"problems": rate, "solved": 0.7})
    log, _ = live(prospects(count, service_demand=demand), paying_at_once(kernel), days)
    solved = log["detail"][log["event"] == Event.PROBLEM]
    mean = count * days * rate * 2.0 * demand
    z = (len(solved) - mean) / math.sqrt(mean)
    print(f"demand {demand}: z {z:+.2f}, solved z {z_of(solved.sum(), len(solved), 0.7):+.2f}")

    assert abs(z) < 4
    assert abs(z_of(solved.sum(), len(solved), 0.7)) < 4


def test_unsolved_problems_make_customers_leave_for_experience_alone():
    """The same customers with all problems solved and with none: by reason, and by more than chance."""
    ended = []
    for solved in (1.0, 0.0):
        service = {"problems": 0.1, "solved": solved, "usual": 0.7}
        kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, stages=AWAKE, service=service))
        kernel["leave"][0, :, :, [Reason.HARD, Reason.EXPERIENCE]] = 0.001
        log, _ = live(prospects(3000), kernel, 6 * MONTH)
        ended.append(np.bincount(log["detail"][log["event"] == Event.INTENDED], minlength=4))
    better, worse = ended

    assert worse[Reason.EXPERIENCE] > better[Reason.EXPERIENCE] + 5 * math.sqrt(worse[Reason.EXPERIENCE])
    assert abs(int(worse[Reason.HARD]) - int(better[Reason.HARD])) < 4 * math.sqrt(2 * worse[Reason.HARD])


# --- the lapse clock ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lapse, revive, days", [(0.004, 0.006, 60.0), (0.004, 0.006, 2000.0), (0.02, 0.002, 300.0)])
def test_lapsing_and_reviving_are_a_chain_of_two_states(lapse, revive, days):
    """Dormant at t: a / (a + b) (1 - exp(-(a + b) t)), whatever the habit where both lapse rates are one."""
    count = 4000
    stages = {"lapse": lapse, "lapse_habit": lapse, "revive": revive}
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, stages=stages))
    log, customers = live(prospects(count), kernel, days)
    share = lapse / (lapse + revive) * -math.expm1(-(lapse + revive) * days)
    z = z_of((customers.stage == Stage.DORMANCY).sum(), count, share)
    print(f"a {lapse}, b {revive}, day {days:g}: dormant {share:.3f}, z {z:+.2f}")

    assert abs(z) < 4
    assert (customers.lapsed == (customers.stage == Stage.DORMANCY)).all()
    assert len(times(log, Event.WOKE)) == len(times(log, Event.USED))  # who revives uses; nobody else does


def test_who_has_a_habit_lapses_more_slowly_and_nobody_uses_while_lapsed():
    """The rate lies between the two by the strength of the habit."""
    stages = {"lapse": 0.02, "lapse_habit": 0.002, "revive": 0.01}
    kernel = paying_at_once(quiet_kernel(stages=stages))
    seen = set()
    for _, c in watch(prospects(1), kernel, 1500.0):
        if c.stage == Stage.INTRODUCTION:
            continue
        lapsed = c.stage == Stage.DORMANCY
        seen.add(lapsed)
        assert lapsed == (c.lapsed == 1)
        assert c.rate[LAPSE] == (0.0 if lapsed else pytest.approx(0.02 - 0.018 * c.habit_strength))
        assert c.rate[REVIVE] == (0.01 if lapsed else 0.0)
        assert (c.rate[int(Clock.USE)] > 0.0) != lapsed

    assert seen == {True, False}


def test_without_a_lapse_clock_nothing_lapses():
    for _, c in watch(prospects(1), paying_at_once(quiet_kernel()), 300.0):
        assert not c.lapsed and not c.rate[LAPSE] and not c.rate[REVIVE]


# --- signs of leaving -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shows, fields", [
    ((), {}),
    ((Signal.USE_FALLS,), {"month_uses": 3, "usual_uses": 8.0}),
    ((Signal.SPEND_FALLS,), {"falls": 2}),
    ((Signal.PROFILE_THIN,), {"data": 0.01}),
    ((Signal.UNHAPPY,), {"satisfaction": 0.3}),
    ((Signal.TAKES_NO_PART,), {"took_part": 0.0}),
    ((Signal.SPEND_FALLS, Signal.UNHAPPY), {"falls": 3, "satisfaction": 0.1}),
], ids=str)  # fmt: skip
def test_each_sign_of_leaving_is_seen_by_itself(shows, fields):
    """Risk is the share of the five signs; what is usual takes in the month that is over."""
    customers, kernel = new_customers(1), new_kernel()
    usual = {"now": 200.0, "took_part": 190.0, "satisfaction": 0.7, "month_uses": 8, "usual_uses": 8.0}
    for name, value in {**usual, **fields}.items():
        if name != "data":
            customers[name] = value
    customers.stored = fields.get("data", 0.5)
    months.read_signals(customers[0], kernel[0])

    assert customers.signals[0] == sum(1 << signal for signal in shows)
    assert customers.risk[0] == pytest.approx(len(shows) / 5)
    assert customers.usual_uses[0] == pytest.approx(8.0 + 0.3 * (fields.get("month_uses", 8) - 8.0))
    assert customers.month_uses[0] == 0


# --- friends --------------------------------------------------------------------------------------------------------


def world_with_friends(**settings):
    """Return a world in which customers bring friends, by a lever that the file itself writes."""
    return world({"custom": {"bring friends": own("refer_rate", "add", 0.01)}}, customers=400, **settings)


def test_each_recommendation_brings_one_friend_of_the_same_segment_in_the_month_after():
    this = world_with_friends()
    log, _ = run(this)
    signed_up = log[(log["event"] == Event.SIGNED_UP) & (log["detail"] == FRIEND_LINE)]
    last = int(this.until / MONTH) - 1
    referred = log[log["event"] == Event.REFERRED]
    told = [(int(row["time"] / MONTH) + 1, int(row["segment"])) for row in referred if row["time"] < last * MONTH]
    came = [(int(row["time"] / MONTH), int(row["segment"])) for row in signed_up]

    assert len(told) > 100
    assert sorted(told) == sorted(came)
    assert len(np.unique(signed_up["customer"])) == len(signed_up)
    assert not signed_up["amount"].any()
    assert (np.isin(referred["customer"], signed_up["customer"])).any()  # friends bring friends


def test_friends_are_the_same_whichever_engine_brings_them():
    this = world_with_friends()

    assert (run(this)[0] == run(this, compiled, 5000)[0]).all()
    mine, yours = (np.sort(times(run(this, engine)[0], Event.SIGNED_UP)) for engine in (compiled, reference))
    assert (mine == yours).all()


def test_block_size_does_not_change_who_comes_as_a_friend():
    lever = {"custom": {"bring friends": own("refer_rate", "add", 0.005)}}
    scenarios = (business(), business(lever, name="friends"))
    found = []
    for block in (20, 4096):
        design = Design(scenarios, customers=200, block=block)
        found.append([tally for _, tallies in run_replications(design, [0], 1) for tally in tallies])

    for one, other in zip(*found, strict=True):
        assert np.array_equal(one.sums, other.sums)
        assert np.array_equal(one.split, other.split)


def test_the_referred_learn_that_the_referrer_has_left_when_a_month_begins():
    """At once in full, then half in the stated time."""
    customers, kernel = new_customers(3), new_kernel()
    half = float(kernel["friends"]["left_half"][0])
    customers.referrer, customers.referrer_slot, customers.referrer_there = (-1, 5, 6), (-1, 0, 2), (0, 1, 1)
    customers.stage = Stage.CHURNED, Stage.GROWTH, Stage.MATURITY
    look_at_friends(customers, kernel)

    assert customers.friend_left.tolist() == [0.0, 1.0, 0.0]
    assert customers.referrer_there.tolist() == [0, 0, 1]
    look_at_friends(customers, kernel)
    assert customers.friend_left.tolist() == [0.0, pytest.approx(0.5 ** (MONTH / half)), 0.0]


# --- word of mouth --------------------------------------------------------------------------------------------------


def test_what_those_who_left_have_said_decides_how_many_come_the_month_after():
    """Of every candidate: he signs up if and only if his place is below the month's quota."""
    voice = {"strength": 0.5, "usual": "2 % per month", "most": 0.5}
    this = world(customers=1500, behaviour={"voice": voice})
    this.kernel["leave"][0, :, :, Reason.EXPERIENCE] *= 2.0
    log, _ = run(this)
    ended = log[(log["event"] == Event.ENDED) & (log["detail"] == Reason.EXPERIENCE)]
    mouth = dict(zip(this.customers.id.tolist(), this.customers.bad_mouth.tolist(), strict=True))
    coming = this.customers[this.customers.next_kind == Clock.SIGN_UP].view(np.recarray)
    came, month_of = np.isin(coming.id, log["customer"]), (coming.next_time / MONTH).astype(int)
    quotas = [1.0]
    for month in range(1, int(this.until / MONTH)):
        said = sum(
            math.floor(1000.0 * mouth[int(row["customer"])] + 0.5) / 1000.0
            for row in ended[(ended["time"] / MONTH).astype(int) == month - 1]
        )
        change = 0.5 * (1.0 - said / alive_at(log, (month - 1) * MONTH) / 0.02)
        quotas.append(1.0 + min(0.5, max(-0.5, change)))

    for month, quota in enumerate(quotas):
        assert (came[month_of == month] == (coming.place[month_of == month] < quota)).all(), month
    assert min(quotas) < 0.95 and len(set(quotas)) > 4
    assert (coming.place > 1.4).any()


def alive_at(log, time):
    """Return how many are customers when a month begins, as those who are told of it count them."""
    here = log[log["time"] < time] if time > 0 else log[log["event"] == Event.OPENED]
    came = np.isin(here["event"], (Event.OPENED, Event.CONVERTED, Event.RETURNED)).sum()
    return came - (here["event"] == Event.ENDED).sum()


def test_without_word_of_mouth_everybody_comes_who_usually_does():
    this = world(customers=400)
    log, _ = run(this)

    assert (this.customers.place < 1.0).all()
    assert {*this.customers.id} == {*log["customer"]}
