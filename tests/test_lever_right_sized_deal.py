"""A first deal of the right size: fewer seats at first, missing ones sooner, fewer oversold, a bonus on renewals."""

import numpy as np
import pytest
from beside import both
from worlds import BUSINESS, merged

from sim.core.customer import new_customers
from sim.core.events import Event, Plan, Reason
from sim.levers.right_sized_deal import grow_to_what_is_needed, pay_the_seller
from sim.model.kernel import KERNEL

NO_EFFECT = {"start": "100 %", "oversold": 1, "grows": 1}
STRONG = {"start": "30 %"}
OWN_EVENTS = (Event.BENEFIT,)
GROWING = {"segments": merged(BUSINESS["segments"], {
    "small": {"add_seats": "3 % per month"}, "large": {"add_seats": "3 % per month"},
})}  # fmt: skip


def first_seats(log):
    """Return the seats of each new customer's first deal, by id."""
    rows = log[log["event"] == Event.CONVERTED]
    return dict(zip(rows["customer"].tolist(), rows["seats"].tolist(), strict=True))


def revenue(log):
    """Return what is paid, pro rata for added seats too."""
    return log["amount"][np.isin(log["event"], (Event.PAID, Event.PRORATED))].sum()


def test_the_first_deal_is_seven_tenths_of_what_is_needed():
    """Whole seats, at least one; oversold deals apart, exactly."""
    settings = {"oversold": 1, "start": "70 %"}
    quiet = {"behaviour": {"deals": {"oversold": "0 %"}}}
    plain, sized, _ = both({"right_sized_deal": settings}, customers=400, **quiet)
    before, now = first_seats(plain), first_seats(sized)
    shared = before.keys() & now.keys()

    assert len(shared) > 100
    assert all(now[one] == max(1, int(before[one] * 0.7 + 0.5)) for one in shared)


def test_fewer_deals_are_oversold():
    """Seats beyond what is needed, as seen in first deals that are all there: a third as many; z of the shares."""
    settings = {"start": "100 %", "oversold": 0.3}
    oversold = {"deals": {"oversold": "40 %", "extra": 1, "disappoints": 1}}
    plain, sized, customers = both({"right_sized_deal": settings}, customers=3000, behaviour=oversold)
    needed = dict(zip(customers.id.tolist(), customers.seats.tolist(), strict=True))
    shares = [np.mean([seats > needed[one] for one, seats in first_seats(log).items()]) for log in (plain, sized)]

    assert shares[0] == pytest.approx(0.4, abs=0.05)
    assert shares[1] == pytest.approx(0.12, abs=0.04)


def test_missing_seats_come_sooner_and_only_they():
    """A constant factor would go on for ever: whoever has what he needs adds seats as slowly as without the lever."""
    settings = {"start": "50 %", "oversold": 1, "grows": 10}
    plain, sized, customers = both({"right_sized_deal": settings}, customers=1500, horizon="24 months", **GROWING)
    needed = dict(zip(customers.id.tolist(), customers.seats.tolist(), strict=True))
    below, above = 0, 0
    for log, sign in ((sized, 1), (plain, -1)):
        added = log[(log["event"] == Event.SEATS_ADDED) & np.isin(log["customer"], list(first_seats(log)))]
        within = np.array([row["seats"] <= needed[int(row["customer"])] for row in added])
        below, above = below + sign * within.sum(), above + sign * (~within).sum()

    assert below > 300
    assert abs(above) < 0.35 * below


def test_less_is_earned_at_first():
    """In a few months, and in a business where nobody adds seats for ever, it loses: revenue falls."""
    plain, sized, _ = both({"right_sized_deal": {}}, customers=800)

    assert revenue(sized) < 0.95 * revenue(plain)


def test_growing_accounts_win_part_of_it_back():
    """The gap closes where seats are added."""
    gaps = []
    for more in ({}, GROWING):
        plain, sized, _ = both({"right_sized_deal": {"bonus": "0 %"}}, customers=800, horizon="24 months", **more)
        gaps.append(1 - revenue(sized) / revenue(plain))

    assert 0 < gaps[1] < 0.8 * gaps[0]


def test_oversold_customers_leave_more():
    """What the lever prevents: of the same customers more want to leave for experience; z of the pairs that differ."""
    oversold = {"oversold": "100 %", "extra": 1, "disappoints": 0.2}
    settings = {"start": "100 %", "oversold": 0, "grows": 1, "bonus": "0 %"}
    plain, sized, _ = both(
        {"right_sized_deal": settings}, customers=4000, horizon="9 months", behaviour={"deals": oversold}
    )
    want = [set(log["customer"][(log["event"] == Event.INTENDED) & (log["detail"] == Reason.EXPERIENCE)])
            & first_seats(log).keys() for log in (plain, sized)]  # fmt: skip
    more, fewer = len(want[0] - want[1]), len(want[1] - want[0])

    assert (more - fewer) / np.sqrt(more + fewer) > 4


def record(**numbers):
    """Return the lever's record as rules see it."""
    lever = np.zeros(1, KERNEL["levers"]["right_sized_deal"]).view(np.recarray)[0]
    for name, value in {"start": 0.7, "oversold": 0.3, "grows": 4.0, "bonus": 0.03, **numbers}.items():
        lever[name] = value
    return lever


@pytest.mark.parametrize("fields, cost", [
    ({"plan": Plan.MONTHLY, "bills": 3}, 0), ({"plan": Plan.MONTHLY, "bills": 4}, 300),
    ({"plan": Plan.ANNUAL, "bills": 1}, 0), ({"plan": Plan.ANNUAL, "bills": 2}, 300),
    ({"plan": Plan.PREPAID, "bills": 2}, 300), ({"plan": Plan.PER_USE, "bills": 9}, 0),
])  # fmt: skip
def test_sellers_are_paid_for_renewed_deals(fields, cost):
    one = new_customers(1)
    for name, value in {"worth": 10_000.0, **fields}.items():
        one[name] = value

    assert pay_the_seller(0.0, one[0], record()) == pytest.approx(cost)


def test_who_has_what_he_needs_grows_as_before():
    one = new_customers(1)
    assert grow_to_what_is_needed(1.5, one[0], record()) == 1.5
    one.missing = 2
    assert grow_to_what_is_needed(1.5, one[0], record()) == 6.0
