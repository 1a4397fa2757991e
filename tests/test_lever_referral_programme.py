"""Customers bring friends: who they are, who is rewarded, how many there are in the end, and who leaves less."""

from dataclasses import replace

import numpy as np
import pytest
from beside import beside, live
from worlds import TEAM, difference, merged, of

from sim.analysis.measures import Group, Measure
from sim.core.customer import new_customers
from sim.core.events import Event
from sim.engines import reference
from sim.levers.referral_programme import recommend, reward_both
from sim.model import friends
from sim.model.friends import FriendsWithoutEnd
from sim.model.kernel import FRIEND_LINE, KERNEL
from sim.study.simulate import empty_tally, run_replications, run_task

NO_EFFECT = {"refers": "0 % per month"}
STRONG = {"refers": "20 % per month", "long_standing": "0 days"}
OWN_EVENTS = ()  # who recommends leaves less himself: no event of it is without effect
MANY = {"referral_programme": STRONG}


def is_friend(ids):
    """Whether customers came as somebody's friends, by their ids."""
    return (ids >> 54) & 15 == FRIEND_LINE


def names_of_friends(log):
    return set(log["customer"][is_friend(log["customer"])].tolist())


def first_rows(log, ids):
    """Return the sign-up of some customers: time, segment, seats, card."""
    rows = of(log[log["event"] == Event.SIGNED_UP], *ids)
    return {int(r["customer"]): (r["time"], r["segment"], r["seats"], r["card"]) for r in rows}


# --- who they are ---------------------------------------------------------------------------------------------------


def test_friends_are_the_same_customers_under_two_strategies():
    """Ids follow from the referrer and the number of the recommendation, traits from the id alone."""
    alone = live(beside(MANY), 1)
    among = live(beside(merged(MANY, {"integrations": {}, "right_sized_deal": {"start": "90 %"}})), 1)
    shared = names_of_friends(alone) & names_of_friends(among)
    one, other = (first_rows(log, shared) for log in (alone, among))
    same_month = [name for name in shared if int(one[name][0] * 12 / 365.25) == int(other[name][0] * 12 / 365.25)]

    assert len(shared) > 30
    assert all(one[name][1:] == other[name][1:] for name in shared)
    assert len(same_month) > 20
    assert all(one[name] == other[name] for name in same_month)


def by_month(log):
    """Count rows by month."""
    return np.bincount((log["time"] * 12 / 365.25).astype(int), minlength=6)


def test_friends_come_in_the_month_after():
    """As many as were recommended to in the month before; nobody in the first."""
    log = live(beside(MANY), 1)
    recommended = by_month(log[log["event"] == Event.REFERRED])
    came = by_month(log[(log["event"] == Event.SIGNED_UP) & is_friend(log["customer"])])

    assert came[0] == 0 and recommended.sum() > 50
    assert (came[1:] == recommended[:-1]).all()


def test_a_friend_costs_the_rewards_and_only_if_he_converts():
    log = live(beside(MANY), 1)
    converted = log[(log["event"] == Event.CONVERTED) & is_friend(log["customer"])]
    paid = log[log["event"] == Event.REFERRAL_PAID]
    won = log[(log["event"] == Event.SIGNED_UP) & is_friend(log["customer"])]

    assert sorted(converted["customer"]) == sorted(paid["customer"])
    assert set(paid["amount"]) == {150 * 100 * 100}
    assert not won["amount"].any()


def test_the_promise_is_made_to_the_referrer():
    """Half of all are reached: friends are brought by those alone, and each is rewarded, reached himself or not."""
    log = live(beside({"referral_programme": STRONG | {"share": "50 %"}}, customers=800), 1)
    reached = set(log["customer"][log["event"] == Event.REACHED])
    converted = set(log["customer"][log["event"] == Event.CONVERTED])
    friends_here = names_of_friends(log) & converted

    assert set(log["customer"][log["event"] == Event.REFERRED]) <= reached
    assert set(log["customer"][log["event"] == Event.REFERRAL_PAID]) == friends_here
    assert len(friends_here & reached) > 5 and len(friends_here - reached) > 5


def numbers_of(log):
    """Return how many friends each customer has recommended the product to."""
    rows = log[log["event"] == Event.REFERRED]
    return {int(one): rows["detail"][rows["customer"] == one].max() for one in np.unique(rows["customer"])}


def friend_of(name, number):
    """Return the id of a customer's friend."""
    one = new_customers(1)
    one.id, one.segment, one.referrals, one.awaited = name, (name >> 50) & 15, number + 1, 1
    ids, slots = np.zeros(1, np.int64), np.zeros(1, np.int64)
    friends.friend_ids(one, ids, slots)
    return int(ids[0])


def test_friends_without_end_are_refused():
    """Everybody brings ten a month: the sample would fill the memory."""
    lever = {"refers": "10 per month", "long_standing": "0 days", "least_satisfaction": "0 %"}
    with pytest.raises(FriendsWithoutEnd, match="lower the rate"):
        live(beside({"referral_programme": lever}, customers=300, horizon="24 months"), 1)


# --- both engines, and blocks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [{}, {"guided_onboarding": {"team": TEAM}}], ids=["friends", "friends and a team"])
def test_engines_agree_about_friends(more):
    design = beside(merged(MANY, more), customers=150)
    log = live(design, 1)

    assert len(names_of_friends(log)) > 20
    assert difference(live(design, 1, reference), log) == ""


def test_blocks_change_nothing():
    """One block or many: the same totals, friends included."""
    sums = []
    for block in (37, 4096):
        design = replace(beside(MANY, customers=400), block=block)
        total = empty_tally(design)
        for task in design.tasks(0):
            total.add(run_task(design, task)[1])
        sums.append(total)
    for name in total.__dataclass_fields__:
        assert (getattr(sums[0], name) == getattr(sums[1], name)).all(), name
    assert sums[0].sums[..., Measure.FRIENDS].sum() > 50


def test_friends_are_the_gained_of_a_comparison():
    """Their value is the programme's: nobody is lost, and those gained are there only with it."""
    design = beside(MANY, customers=800)
    ((_, (plain, strategy)),) = run_replications(design, [0], jobs=1)
    before, now = (tally.sums[..., Measure.FRIENDS_CONVERTED].sum() for tally in (plain, strategy))

    assert before == 0 and now > 50
    assert strategy.split[Group.GAINED, :, 1].any() and not strategy.split[Group.GAINED, 0, 0].any()
    assert strategy.split[Group.GAINED, 0, 1] > 0


# --- family ties ----------------------------------------------------------------------------------------------------


def test_a_friend_leaves_less_only_while_the_referrer_is_there():
    """Ends per month of friends, referrer there against referrer gone: z of the logarithm of their ratio (seen 12)."""
    ties = {"friends": {"referred": 0.3, "referring": 1, "left": 1}, "returning": {"within_year": "0 %"}}
    design = beside(MANY, customers=6000, horizon="12 months", behaviour=ties)
    for kernel in design.kernels:
        kernel["leave"] *= 2.0
    log = live(design, 1)
    referrer = {friend_of(one, n): one for one, most in numbers_of(log).items() for n in range(int(most))}
    intended, started, over = ({} for _ in range(3))
    for event, found in ((Event.INTENDED, intended), (Event.CONVERTED, started), (Event.ENDED, over)):
        rows = log[(log["event"] == event) & (log["life"] == 0)]
        for one, time in zip(rows["customer"][::-1].tolist(), rows["time"][::-1].tolist(), strict=True):
            found[one] = time
    ends, days = np.zeros(2), np.zeros(2)
    for friend, since in started.items():
        if friend not in referrer:
            continue
        until = min(intended.get(friend, np.inf), over.get(friend, np.inf), 365.25)
        gone = over.get(referrer[friend], np.inf)
        gone = np.ceil(gone * 12 / 365.25) * 365.25 / 12 if gone < np.inf else gone  # learnt at a month's start
        days += max(0.0, min(until, gone) - since), max(0.0, until - max(since, gone))
        if friend in intended:
            ends[int(intended[friend] >= gone)] += 1
    z = np.log((ends[1] / days[1]) / (ends[0] / days[0])) / np.sqrt((1 / ends).sum())

    assert ends.min() > 10
    assert z > 4


def test_who_has_referred_leaves_less_himself():
    """From the moment of referring: the same customers intend to leave less than without the programme."""
    ties = {"friends": {"referred": 1, "referring": 0.34, "left": 1}}
    design = beside(MANY, customers=3000, behaviour=ties)
    plain, log = live(design, 0), live(design, 1)
    referrers = set(log["customer"][log["event"] == Event.REFERRED].tolist())
    intents = [
        np.isin(each["customer"][each["event"] == Event.INTENDED], list(referrers)).sum() for each in (plain, log)
    ]

    assert len(referrers) > 100
    assert intents[0] - intents[1] > 3 * np.sqrt(sum(intents))


# --- the rules ------------------------------------------------------------------------------------------------------


def record(**numbers):
    """Return the lever's record as rules see it."""
    lever = np.zeros(1, KERNEL["levers"]["referral_programme"]).view(np.recarray)[0]
    known = {"refers": 0.01, "long_standing": 100.0, "least_satisfaction": 0.5, "reward": 700.0, "friend_reward": 300.0}
    for name, value in (known | numbers).items():
        lever[name] = value
    return lever


@pytest.mark.parametrize("satisfaction, tenure, rate", [
    (1, 100, 0.01), (1, 1000, 0.01), (1, 50, 0.005), (0.6, 100, 0.006), (0.49, 100, 0), (1, 0, 0),
])  # fmt: skip
def test_the_content_recommend_more_the_longer_they_are_there(satisfaction, tenure, rate):
    one = new_customers(1)
    one.satisfaction, one.tenure_point = satisfaction, tenure

    assert recommend(0.0, one[0], record()) == pytest.approx(rate)
    assert recommend(0.0, one[0], record(long_standing=0)) >= rate


def test_both_are_rewarded():
    assert reward_both(50.0, new_customers(1)[0], record()) == 1050.0
