"""The cancel flow, on hand-made customers: what is offered for which reason, who stays on it, and what it costs."""

import numpy as np
import pytest
from by_hand import annual, leaving, live, paying_at_once, prospects, quiet_kernel, z_of
from worlds import business, copy_levers, difference, log_of, of, times, world

from sim.core.customer import new_customers
from sim.core.events import Event, Plan, Reason, SaveOffer
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.levers import BY_NAME
from sim.study.design import costs_of_events

LEVER = BY_NAME["cancel_flow"]
NO_EFFECT = {"matched": "0 %", "unmatched": "0 %"}
STRONG = {"matched": "90 %", "unmatched": "90 %"}
OWN_EVENTS = ()
NATURAL, SOFT, HARD, EXPERIENCE = (int(reason) for reason in list(Reason)[:4])
HELP, DISCOUNT, PAUSE, DOWNGRADE = SaveOffer
PRICE = 3000


def flowing(kernel=None, **settings):
    """Return a kernel with the lever."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0})) if kernel is None else kernel
    copy_levers(kernel, world({"cancel_flow": settings}).kernel)
    return kernel


def rule(hook, before=-1.0, *, settings=None, **customer):
    """Ask one of the lever's rules about a hand-made customer."""
    record, one = flowing(**(settings or {}))["levers"]["cancel_flow"], new_customers(1)
    for name, given in ({"save": -1, "price_sensitivity": 1.0, "value": 0.5} | customer).items():
        one[name] = given
    return float(LEVER.hooks[hook](before, one[0], record[0]))


# --- what is offered ------------------------------------------------------------------------------------------------

FITTING = [
    ({"request": NATURAL}, PAUSE), ({"request": HARD}, PAUSE),
    ({"request": SOFT, "habit": 0.1}, HELP), ({"request": SOFT, "habit": 0.3}, PAUSE),
    ({"request": EXPERIENCE, "price_sensitivity": 1.1}, HELP),
    ({"request": EXPERIENCE, "price_sensitivity": 1.2, "value": 0.4}, DISCOUNT),
    ({"request": EXPERIENCE, "price_sensitivity": 1.2, "value": 0.39}, DOWNGRADE),
]  # fmt: skip


@pytest.mark.parametrize("customer, expected", FITTING, ids=str)
def test_the_offer_fits_the_reason_and_the_customer(customer, expected):
    assert expected == rule(Hook.SAVE_OFFER, **customer)


@pytest.mark.parametrize("offer", SaveOffer)
@pytest.mark.parametrize("customer, fitting", FITTING, ids=str)
def test_one_offer_for_all_keeps_more_of_those_whom_it_fits(customer, fitting, offer):
    """20 and 10 %; 3 % of those who cannot stay or need nothing; money in proportion to a usual cut of 30 %."""
    settings = {"offers": offer.name.lower(), "discount": "15 %", "cut": "60 %"}
    lost = customer["request"] in (NATURAL, HARD)
    chance = 0.2 if offer == fitting else 0.03 if lost else 0.1
    chance *= {DISCOUNT: 0.5, DOWNGRADE: 2.0}.get(offer, 1.0)

    assert offer == rule(Hook.SAVE_OFFER, settings=settings, **customer)
    assert chance == pytest.approx(rule(Hook.SAVE_CHANCE, 0.0, settings=settings, **customer))
    assert rule(Hook.SAVE_CHANCE, 0.5, settings=settings, **customer) == pytest.approx(0.5 + 0.5 * chance)


def test_who_was_kept_once_in_this_life_is_offered_nothing_more():
    kernel = flowing(leaving(paying_at_once(quiet_kernel(use={"peak": 0.0})), 0.05, EXPERIENCE), matched="100 %")
    log, _ = live(prospects(200), kernel, 6 * MONTH)
    saved = log["customer"][log["event"] == Event.SAVED]

    assert -1.0 == rule(Hook.SAVE_OFFER, request=SOFT, save=HELP)
    assert len(saved) > 150
    assert len(saved) == len(set(saved))
    assert (log["event"] == Event.ENDED).sum() > 100


# --- who stays ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason, sensitivity, offers, chance", [
    (HARD, 1.0, "matched", 0.2), (SOFT, 1.0, "matched", 0.2), (EXPERIENCE, 0.5, "help", 0.2),
    (EXPERIENCE, 2.0, "help", 0.1), (HARD, 1.0, "discount", 0.03),
])  # fmt: skip
def test_an_offer_keeps_with_its_chance(reason, sensitivity, offers, chance):
    """Everybody asks at once and once; |z| below 4."""
    kernel = leaving(paying_at_once(quiet_kernel(use={"peak": 0.0})), 1e3, reason)
    log, _ = live(prospects(4000, price_sensitivity=sensitivity), flowing(kernel, offers=offers), 5.0)
    asked, saved = np.unique(log["customer"][log["event"] == Event.REQUESTED]), log[log["event"] == Event.SAVED]

    assert len(asked) == 4000
    assert abs(z_of(len(saved), 4000, chance)) < 4


def test_until_somebody_asks_to_cancel_the_flow_is_not_there():
    """Not a factor on leaving: nobody's story changes before his first request, to the bit."""
    this = world({"cancel_flow": STRONG}, customers=600)
    this.kernel["leave"] *= 3.0
    log, plain = log_of(this), log_of(this.without("cancel_flow"))
    changed = 0
    for customer in np.unique(plain["customer"]):
        own, before = of(log, customer), of(plain, customer)
        asked = times(before, Event.REQUESTED)
        first = asked[0] if len(asked) else np.inf
        assert difference(before[before["time"] < first], own[own["time"] < first]) == ""
        changed += len(asked) > 0

    assert changed > 100
    assert (log["event"] == Event.SAVED).sum() > 80


def test_the_kept_are_more_ready_to_leave_for_a_while():
    """Those kept by help leave 1.5 times as fast until the third month start, against those who never asked."""
    kernel = leaving(paying_at_once(quiet_kernel(use={"peak": 0.0}, saves={"relapse": 1.5})), 1e-3, HARD)
    settings = {"offers": "help", "unmatched": "100 %", "need_gone": 1}
    _, customers = live(prospects(3000), flowing(kernel, **settings), 3.5 * MONTH)
    lately = (customers.saved_months > 0) & (customers.stands[:, HARD] == 0)
    usual = (customers.save == -1) & (customers.stands[:, HARD] == 0)

    assert min(lately.sum(), usual.sum()) > 50
    rates = [np.unique(customers.rate[these, 3 + HARD]) for these in (lately, usual)]
    assert rates[0] == pytest.approx(1.5 * rates[1])


def test_who_is_kept_by_a_pause_rests_and_may_not_come_back():
    """No bill for two months, then 54 % go on; the others leave for what they had wanted to leave for."""
    kernel = leaving(paying_at_once(quiet_kernel(use={"peak": 0.0})), 0.02, HARD)
    log, _ = live(prospects(3000), flowing(kernel, matched="100 %"), 3.9 * MONTH)
    paused = log[log["event"] == Event.PAUSED]
    first = paused[paused["time"] < 1.5 * MONTH]
    back = np.isin(first["customer"], log["customer"][log["event"] == Event.UNPAUSED])

    assert len(first) > 500
    assert abs(z_of(back.sum(), len(first), 0.54)) < 4
    gone = log[(log["event"] == Event.ENDED) & np.isin(log["customer"], first["customer"][~back])]
    assert len(gone) == (~back).sum() and set(gone["detail"]) == {HARD}


# --- what it costs --------------------------------------------------------------------------------------------------


def saved_bills(plan, months, until=8, **settings):
    """Return what each of those who were kept pays at the bills after it, in shares of the full price."""
    kernel = paying_at_once(quiet_kernel(use={"peak": 0.0}))
    kernel = annual(leaving(kernel, 0.0005, EXPERIENCE)) if plan == Plan.ANNUAL else leaving(kernel, 0.003, EXPERIENCE)
    kernel = flowing(kernel, matched="100 %", unmatched="100 %", usual_cut="20 %", discount_months=months, **settings)
    log, _ = live(prospects(100), kernel, until * MONTH)
    full = 30_000 if plan == Plan.ANNUAL else PRICE
    bills = []
    for customer in np.unique(log["customer"][log["event"] == Event.SAVED]):
        own = of(log, customer)
        saved = times(own, Event.SAVED)[0]
        paid = own[(own["event"] == Event.PAID) & (own["time"] > saved)]
        bills.append([amount / full for amount in paid["amount"]])
    return bills


@pytest.mark.parametrize("plan, months, expected", [
    (Plan.MONTHLY, 1, [0.8, 1.0, 1.0]), (Plan.MONTHLY, 0, [1.0]), (Plan.ANNUAL, 3, [1 - 0.2 * 3 / 12, 1.0]),
    (Plan.ANNUAL, 30, [0.8, 0.8, 0.9]),
])  # fmt: skip
def test_a_discount_holds_for_its_months_whatever_the_plan(plan, months, expected):
    """Of a year it takes the months' share; after them the full price is back."""
    until = 39 if plan == Plan.ANNUAL else 5
    kept = saved_bills(plan, months, until, offers="discount", discount="20 %")
    for bills in kept:
        seen = bills[: len(expected)]
        assert seen == pytest.approx(expected[: len(seen)])
    assert max(map(len, kept)) >= len(expected)


def test_who_takes_the_smaller_product_pays_less_for_good():
    kept = saved_bills(Plan.MONTHLY, 1, offers="downgrade", cut="40 %")

    assert max(map(len, kept)) > 4
    assert {round(share, 6) for bills in kept for share in bills} == {0.6}


@pytest.mark.parametrize("bills, months, plan, expected", [
    (0, 3, Plan.MONTHLY, 700), (2, 3, Plan.MONTHLY, 700), (3, 3, Plan.MONTHLY, 1000), (0, 0, Plan.MONTHLY, 1000),
    (0, 6, Plan.ANNUAL, 850), (0, 12, Plan.ANNUAL, 700), (1, 12, Plan.ANNUAL, 1000), (0, 24, Plan.PREPAID, 700),
    (0, 12, Plan.PREPAID, 850),
])  # fmt: skip
def test_how_much_of_a_bill_a_discount_takes(bills, months, plan, expected):
    """30 % of the months that it still holds for; a term of two years has 24. He was saved after a year."""
    terms = {Plan.MONTHLY: 1, Plan.ANNUAL: 12, Plan.PREPAID: 24}[plan]
    customer = {"save": DISCOUNT, "saved_at": 12, "paid_months": 12 + bills * terms, "term_months": terms}

    assert expected == pytest.approx(rule(Hook.LIST_PRICE, 1000.0, settings={"discount_months": months}, **customer))


def test_each_save_costs_its_talks():
    costs = costs_of_events(business({"cancel_flow": {"cost_per_save": "7 USD"}}))

    assert costs[Event.SAVED] == 700
    assert costs.sum() == 700
