"""Recall, on hand-made customers: whom, when, by which method, what it adds to the natural return, what it costs."""

import itertools

import numpy as np
import pytest
from by_hand import annual, leaving, live, paying_at_once, prospects, quiet_kernel, z_of
from test_touches import offsets
from worlds import TEAM, copy_levers, difference, frame_of, of, recall, times, with_desk, with_team, world
from worlds import World as Hands

from sim.core.customer import new_customers
from sim.core.events import FINE, Channel, Event, Method, Plan, Reason, Stored, Team
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.engines import compiled
from sim.levers import BY_NAME

LEVER = BY_NAME["recall_campaign"]
NATURAL, SOFT, HARD, EXPERIENCE, PAYMENT = (int(reason) for reason in list(Reason)[:5])
PRICE = 3000
"""Minor units a month; ten of them for a year."""


def recalling(kernel=None, levers=None, **settings):
    """Return a kernel with a campaign that everybody permits and notices, and from which nobody unsubscribes."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0})) if kernel is None else kernel
    chances = dict.fromkeys(("feature_news", "content", "benefit", "friends", "call"), "0 %")
    other = world({"recall_campaign": recall(**(chances | settings)), **(levers or {})}).kernel
    copy_levers(kernel, other)
    for name, value in (("opt_in", 1.0), ("noticed", 1.0), ("unsubscribes", 0.0)):
        kernel["channels"][name] = value
    kernel["touches"]["memory"] = 0.001
    return kernel


def gone_at_the_first_bill(kernel, reason=SOFT):
    """Let everybody leave for one reason at the end of the first month."""
    return leaving(kernel, 1e3, reason)


def contacts_of(log):
    return log[log["event"] == Event.CONTACTED]


def rule(hook, value=0.0, *, lever=None, **customer):
    """Ask one of the lever's rules about a hand-made customer."""
    kernel = recalling(**(lever or {}))
    record, one = kernel["levers"]["recall_campaign"], new_customers(1)
    if lever and "team" in lever:
        record["has_team"] = 1
    for name, given in ({"price_sensitivity": 1.0, "worth": 5000.0, "responsiveness": 1.0} | customer).items():
        one[name] = given
    return float(LEVER.hooks[hook](value, one[0], record[0]))


# --- whom and when --------------------------------------------------------------------------------------------------


def test_contacts_come_so_long_after_the_end_and_so_far_apart():
    """From the lever's start on for those who have left before, spread over one span; no more than are stated."""
    kernel = gone_at_the_first_bill(recalling(after="10 days", spacing="8 days", contacts=4, starts="70 days"))
    customers = prospects(200, next_time=np.repeat([0.0, 45.0], 100))
    log, _ = live(customers, kernel, 300.0)
    for customer, offset in zip(customers.id, offsets(customers, LEVER.reach_number()), strict=True):
        ended = times(of(log, customer), Event.ENDED)[0]
        first = max(ended + 10.0, 70.0 + 8.0 * offset)

        assert first + 8.0 * np.arange(4) == pytest.approx(times(of(log, customer), Event.CONTACTED), abs=1e-9)


def test_each_end_has_contacts_of_its_own():
    """Who comes back and leaves again is contacted again, from the first contact on."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, returning={"within_year": 0.9}))
    log, _ = live(prospects(100), gone_at_the_first_bill(recalling(kernel, after="5 days", contacts=2)), 300.0)
    for customer in range(1, 101):
        own = of(log, customer)
        for end, back in itertools.zip_longest(times(own, Event.ENDED), times(own, Event.RETURNED), fillvalue=300.0):
            dates = times(own, Event.CONTACTED)
            expected = [date for date in (end + 5.0, end + 15.0) if date < back]
            assert expected == pytest.approx(list(dates[(dates >= end) & (dates < back)]), abs=1e-9)

    assert (contacts_of(log)["life"] > 0).sum() > 50


@pytest.mark.parametrize("settings, customer, expected", [
    ({}, {"left_for": SOFT}, 1), ({}, {"left_for": HARD}, 1), ({"reasons": "promising"}, {"left_for": HARD}, 0),
    ({"reasons": "promising"}, {"left_for": NATURAL}, 0), ({"reasons": "promising"}, {"left_for": SOFT}, 1),
    ({"reasons": "promising"}, {"left_for": EXPERIENCE}, 1), ({"reasons": "promising"}, {"left_for": PAYMENT}, 1),
    ({"least_worth": "50 USD"}, {"worth": 4999.0}, 0), ({"least_worth": "50 USD"}, {"worth": 5000.0}, 1),
    ({"most_service": "80 %"}, {"service_demand": 0.81}, 0), ({"most_service": "80 %"}, {"service_demand": 0.8}, 1),
    ({"most_bad_mouth": "80 %"}, {"bad_mouth": 0.81}, 0), ({"most_bad_mouth": "80 %"}, {"bad_mouth": 0.8}, 1),
])  # fmt: skip
def test_who_is_worth_recalling(settings, customer, expected):
    """By reason, worth a month (or of the last order), demand for service and speaking ill."""
    assert expected == rule(Hook.WORTH, lever=settings, **{"left_for": SOFT, **customer})


def test_who_is_not_worth_it_is_not_contacted():
    kernel = gone_at_the_first_bill(recalling(most_service="80 %", least_worth="60 USD"))
    demand, seats = np.tile([0.1, 0.9], 50), np.repeat([1, 2], 50)
    log, _ = live(prospects(100, service_demand=demand, seats=seats), kernel, 100.0)

    assert set(contacts_of(log)["customer"] - 1) == set(np.flatnonzero((demand < 0.8) & (seats == 2)))


STORED = {Stored.TIES: (0.9, 0, 0, 0), Stored.CONTENT: (0, 0.9, 0, 0), Stored.DATA: (0, 0, 0, 0.9)}


@pytest.mark.parametrize("left_for, stored, worth, expected", [
    (EXPERIENCE, Stored.TIES, 100, Method.FEATURE_NEWS), (SOFT, Stored.TIES, 100, Method.FRIENDS),
    (SOFT, Stored.CONTENT, 100, Method.CONTENT), (SOFT, Stored.DATA, 100, Method.BENEFIT),
    (PAYMENT, Stored.TIES, 100, Method.BENEFIT), (NATURAL, Stored.CONTENT, 100, Method.BENEFIT),
    (EXPERIENCE, Stored.TIES, 99_999, Method.CALL), (SOFT, Stored.TIES, 20_000, Method.CALL),
    (SOFT, Stored.TIES, 19_999, Method.FRIENDS),
])  # fmt: skip
def test_the_method_fits_the_reason(left_for, stored, worth, expected):
    """A call for who is worth it where there is a desk; else by reason and by what the customer has left behind."""
    desk = {"team": TEAM, "call_worth": "200 USD"}
    customer = {"left_for": left_for, "stored": STORED[stored], "worth": worth}
    without_desk = rule(Hook.METHOD, -1.0, **customer)

    assert expected == rule(Hook.METHOD, -1.0, lever=desk, **customer)
    assert (without_desk == expected) == (expected != Method.CALL)


# --- what it does ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason, method, factor", [
    (EXPERIENCE, "feature_news", 1.0), (SOFT, "benefit", 1.0), (NATURAL, "benefit", 0.4), (HARD, "benefit", 0.4),
])  # fmt: skip
@pytest.mark.parametrize(
    "responsiveness, noticed, discount", [(1.0, 1.0, "0 %"), (0.5, 1.0, "0 %"), (1.0, 0.5, "40 %")]
)
def test_a_contact_brings_back_with_the_stated_chance(reason, method, factor, responsiveness, noticed, discount):
    """Responsiveness x noticed x chance of the method, less for reasons that do not match, more with an offer."""
    settings = {method: "20 %", "unmatched": 0.4, "offer_lift": 0.6, "discount": discount, "contacts": 1}
    kernel = gone_at_the_first_bill(recalling(**settings), reason)
    kernel["channels"]["noticed"] = noticed
    log, _ = live(prospects(3000, responsiveness=responsiveness, price_sensitivity=0.5), kernel, 1.5 * MONTH)
    offer = 1.0 + 0.6 * 0.5 * 2.0 if discount == "40 %" else 1.0

    assert len(contacts_of(log)) == 3000
    assert set(log["detail"][log["event"] == Event.RETURNED]) == {1 + Method[method.upper()]}
    chance = responsiveness * noticed * 0.2 * factor * offer
    assert abs(z_of((log["event"] == Event.RETURNED).sum(), 3000, chance)) < 4


def test_contacts_add_to_the_natural_return():
    """Nobody comes back later than he would anyway, and who is not won back comes back to the bit when he would."""
    kernel = gone_at_the_first_bill(paying_at_once(quiet_kernel(use={"peak": 0.0}, returning={"within_year": 0.8})))
    plain = first_returns(live(prospects(1000), kernel, 300.0)[0])
    log, _ = live(prospects(1000), recalling(kernel, benefit="10 %", contacts=9), 300.0)
    back = first_returns(log)
    recalled = {customer for customer, (_, detail) in back.items() if detail > 0}

    assert len(recalled) > 100 and len(back.keys() - recalled) > 100
    assert plain.keys() <= back.keys()
    for customer, (time, _) in back.items():
        if customer in recalled:
            assert time <= plain.get(customer, (np.inf, 0))[0]
        else:
            assert time == plain[customer][0]


def first_returns(log):
    """Return when and how each customer comes back for the first time."""
    rows = log[(log["event"] == Event.RETURNED) & (log["life"] == 1)]
    return {int(row["customer"]): (float(row["time"]), int(row["detail"])) for row in rows}


def test_contacts_tire_and_count_against_the_cap_as_touches_do():
    kernel = gone_at_the_first_bill(recalling(benefit="30 %", contacts=30, spacing="1 day"))
    kernel["touches"]["memory"], kernel["touches"]["best_per_month"] = 20.0, 5.0
    fresh = gone_at_the_first_bill(recalling(benefit="30 %", contacts=30, spacing="1 day"))
    fresh["touches"]["most_per_month"] = 4
    tired, capped = (live(prospects(500), one, 4 * MONTH)[0] for one in (kernel, fresh))
    months = np.floor(contacts_of(capped)["time"] / MONTH)
    most = np.unique(np.stack([contacts_of(capped)["customer"], months]), axis=1, return_counts=True)[1]

    assert (tired["event"] == Event.RETURNED).sum() < 0.5 * 0.3 * len(contacts_of(tired))
    assert most.max() == 4


def test_what_is_withheld_tires_nobody_and_fills_no_cap():
    """Who is held out and comes back is prompted as if there were no campaign."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, returning={"within_year": 0.95}))
    prompts = {"prompts": {"per_month": 8, "strength": 0.5, "timely": "40 %"}}
    kernel = leaving(recalling(kernel, prompts, after="1 day", spacing="1 day", contacts=60, share="0 %"), 0.02)
    kernel["touches"]["most_per_month"], kernel["touches"]["memory"] = 6, 20.0
    plain = kernel.copy().view(np.recarray)
    frame_of(plain, "recall_campaign")["on"] = 0
    log, expected = (live(prospects(200), one, 200.0)[0] for one in (kernel, plain))
    kept = log["event"] != Event.WITHHELD
    kept &= ~((log["event"] == Event.HELD_OUT) & (log["detail"] == list(BY_NAME).index("recall_campaign")))

    assert (~kept).sum() > 500
    assert difference(expected, log[kept]) == ""


@pytest.mark.parametrize("plan, months, expected", [
    (Plan.MONTHLY, 3, [0.75, 0.75, 0.75, 1.0, 1.0]), (Plan.MONTHLY, 0, [1.0, 1.0]),
    (Plan.ANNUAL, 3, [1 - 0.25 * 3 / 12]), (Plan.ANNUAL, 30, [0.75]),
])  # fmt: skip
def test_an_offer_holds_for_all_who_come_back_in_time(plan, months, expected):
    """So many months of the discount, for who is won back and who would have come anyway; for late ones none."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, returning={"within_year": 0.9}))
    kernel = annual(kernel) if plan == Plan.ANNUAL else kernel
    kernel["leave"][0, :, plan, SOFT] = 0.004
    offer = {"discount": "25 %", "offer_months": months, "offer_valid": "20 days", "offer_lift": 0}
    log, _ = live(prospects(600), recalling(kernel, benefit="10 %", contacts=1, **offer), 40 * MONTH)
    full, seen = (30_000 if plan == Plan.ANNUAL else PRICE), {"in time": 0, "late": 0, "recalled": 0}
    for customer in range(1, 601):
        own = of(log, customer)
        for life in range(1, int(own["life"].max()) + 1):
            contact = of(own[own["life"] == life - 1], customer)
            contact = times(contact, Event.CONTACTED)
            rows = own[own["life"] == life]
            returned, paid = rows[0], rows["amount"][rows["event"] == Event.PAID]
            in_time = len(contact) > 0 and returned["time"] < contact[-1] + 20.0
            seen["recalled" if returned["detail"] else "in time" if in_time else "late"] += 1
            prices = [*expected, *[1.0] * len(paid)] if in_time else [1.0] * len(paid)
            assert [round(full * price) for price in prices[: len(paid)]] == list(paid)

    assert min(seen.values()) > 5, seen


@pytest.mark.parametrize("eligible", [{"lives": [1]}, {"stages": ["churned"]}, {"plans": ["monthly"]}], ids=str)
def test_the_offer_holds_whomever_the_campaign_is_for(eligible):
    """Who comes back is of the next life and not churned any more; he was promised the price all the same."""
    kernel = recalling(benefit="100 %", contacts=1, discount="20 %", offer_lift=0, eligible=eligible)
    log, _ = live(prospects(50, responsiveness=2.0), gone_at_the_first_bill(kernel), 1.5 * MONTH)
    paid = log[(log["event"] == Event.PAID) & (log["life"] == 1)]

    assert len(paid) == 50
    assert set(paid["amount"]) == {round(0.8 * PRICE)}


def test_a_contact_costs_its_channel_and_its_gift():
    """The gift goes with a benefit alone; a call costs the line."""
    kernel = gone_at_the_first_bill(recalling(gift="3 USD", contacts=1, channel="sms"), SOFT)
    kernel["channels"]["price"][0, Channel.SMS], kernel["channels"]["price"][0, Channel.PHONE] = 4.4, 7.0
    benefit = contacts_of(live(prospects(20), kernel, 1.5 * MONTH)[0])
    news = kernel.copy().view(np.recarray)
    news["leave"][0, :, :, SOFT] = 0.0
    news = contacts_of(live(prospects(20), gone_at_the_first_bill(news, EXPERIENCE), 1.5 * MONTH)[0])
    kernel["levers"]["recall_campaign"]["call_worth"] = 0
    calls = contacts_of(log_with_desk(prospects(20), kernel, 3 * MONTH, 50))

    assert (set(benefit["detail"]), set(benefit["amount"])) == ({Method.BENEFIT}, {300 * FINE + 4})
    assert (set(news["detail"]), set(news["amount"])) == ({Method.FEATURE_NEWS}, {4})
    assert (set(calls["detail"]), set(calls["amount"])) == ({Method.CALL}, {7})


# --- the call desk --------------------------------------------------------------------------------------------------


def log_with_desk(customers, kernel, until, agents, **terms):
    """Let hand-made customers live where a desk calls those who have left."""
    this = with_desk(Hands(customers, kernel, until), agents, **terms)
    return np.concatenate([piece.copy() for piece in compiled.run(this.customers, this.kernel, until)])


def test_only_whom_an_agent_reaches_has_heard_the_offer():
    """Who waits in vain is asked for again at the next date; a contact is made when a call ends, and never else."""
    kernel = gone_at_the_first_bill(recalling(call="20 %", contacts=3, spacing="5 days"))
    log = log_with_desk(prospects(60), kernel, 100.0, 1, session=0.5, patience=2.0)
    asked, served, left = (times(log, event) for event in (Event.TEAM_ASKED, Event.SERVICE_ENDED, Event.LEFT_QUEUE))

    assert len(left) > 20
    assert list(served) == list(contacts_of(log)["time"])
    assert set(contacts_of(log)["detail"]) == {Method.CALL}
    assert len(asked) == len(served) + len(left)
    assert (log["event"] == Event.RETURNED).sum() > 2


def test_nobody_is_called_who_has_not_permitted_it():
    kernel = gone_at_the_first_bill(recalling(call="20 %", contacts=1))
    kernel["channels"]["opt_in"][0, Channel.PHONE] = 0.3
    log = log_with_desk(prospects(1000), kernel, 100.0, 1000)

    assert abs(z_of((log["event"] == Event.TEAM_ASKED).sum(), 1000, 0.3)) < 4


def test_who_leaves_while_the_onboarding_team_is_busy_with_him_is_contacted_afterwards():
    kernel = recalling(after="5 days", contacts=2, levers={"guided_onboarding": {"team": TEAM}})
    kernel = gone_at_the_first_bill(kernel)
    this = with_team(Hands(prospects(5), kernel, 100.0), 5, session=50.0, patience=1.0)
    log = np.concatenate([piece.copy() for piece in compiled.run(this.customers, this.kernel, this.until)])

    assert set(times(log, Event.SERVICE_ENDED)) == {50.0}
    assert max(times(log, Event.ENDED)) < 31.0
    assert not (log["event"] == Event.GUIDED).any()
    assert len(contacts_of(log)) == 10
    assert contacts_of(log)["time"].min() >= 50.0


def test_a_call_counts_for_the_end_that_it_was_meant_for():
    """Who comes back while he is on the line, and leaves again before it is over, is not contacted by that call."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}, returning={"within_year": 0.999, "shape": 1.0}))
    kernel = gone_at_the_first_bill(recalling(kernel, after="1 day", contacts=1))
    log = log_with_desk(prospects(200), kernel, 200.0, 200, session=100.0, patience=1.0)
    twice = [c for c in range(1, 201) if second_end_during_the_call(of(log, c))]

    assert len(twice) > 5
    for customer in twice:
        own = of(log, customer)
        assert own["event"][np.flatnonzero(own["event"] == Event.SERVICE_ENDED)[0] + 1] != Event.CONTACTED
        assert (own["event"] == Event.TEAM_ASKED).sum() == 2


def second_end_during_the_call(own):
    began, ended = times(own, Event.SERVICE_BEGAN), times(own, Event.SERVICE_ENDED)
    if len(ended) == 0:
        return False
    ends = times(own, Event.ENDED)
    back = times(own, Event.RETURNED)
    away = len(ends[ends < ended[0]]) > len(back[back < ended[0]])
    return ((ends > began[0]) & (ends < ended[0])).any() and away


def test_the_desk_is_the_recall_team():
    log = log_with_desk(prospects(20), gone_at_the_first_bill(recalling(contacts=1)), 100.0, 2)

    assert set(log["detail"][log["event"] == Event.SERVICE_BEGAN]) == {Team.RECALL}
