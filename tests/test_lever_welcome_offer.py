"""A welcome offer: more convert, all who convert get it, and some come for nothing else and are worth about half."""

import numpy as np
import pytest
from beside import both, signed_up
from worlds import ROOT, of, shop

from sim.analysis.measures import Value
from sim.core.customer import new_customers
from sim.core.events import Event, Plan, Source
from sim.levers.welcome_offer import convert_the_price_sensitive, let_in_bargain_hunters, take_off
from sim.model.kernel import BARGAIN_LINE, KERNEL
from sim.scenario.load import load
from sim.study.design import Design
from sim.study.simulate import lot_of_task, run_scenario

NO_EFFECT = {"discount": "0 %"}
STRONG = {"converts": 1}
OWN_EVENTS = ()


def for_the_offer(ids):
    """Whether customers come for the offer alone, by their ids."""
    return (ids >> 54) & 15 == BARGAIN_LINE


def first_bills(log):
    """Return the first bill of each customer by id."""
    paid = log[(log["event"] == Event.PAID) & (log["life"] == 0)]
    return {int(row["customer"]): row for row in paid[::-1]}


def test_only_the_offer_lets_bargain_hunters_in():
    """A fifth of the usual prospects, at the discount at which that holds; with half the discount half of them."""
    plain, offered, customers = both({"welcome_offer": {}}, customers=1000)
    half = both({"welcome_offer": {"discount": "17.5 %"}}, customers=1000)[1]
    usual = len(signed_up(plain))

    assert not for_the_offer(signed_up(plain)).any()
    assert set(signed_up(plain)) < set(signed_up(offered))
    assert for_the_offer(signed_up(offered)).sum() / usual == pytest.approx(0.2, abs=0.02)
    assert for_the_offer(signed_up(half)).sum() / usual == pytest.approx(0.1, abs=0.02)
    hunters = for_the_offer(customers.id)
    assert customers.fit[hunters].mean() == pytest.approx(0.6 * customers.fit[~hunters].mean(), rel=0.1)
    assert customers.price_sensitivity[hunters].min() >= 1.0


def test_who_would_have_come_anyway_gets_the_offer_too():
    """The same monthly customers pay 35 % less at first: the offer's cost falls on them as well."""
    plain, offered, _ = both({"welcome_offer": {"converts": 0}}, customers=600)
    before, now = first_bills(plain), first_bills(offered)
    both_pay = [one for one in before if one in now and before[one]["plan"] == now[one]["plan"] == Plan.MONTHLY]
    before_day_0 = set(plain["customer"][plain["event"] == Event.OPENED])
    new = [one for one in both_pay if one not in before_day_0]

    assert len(new) > 100
    assert all(now[one]["amount"] == int(before[one]["amount"] * 0.65 + 0.5) for one in new)


def test_the_discount_ends_after_its_months():
    _, offered, _ = both({"welcome_offer": {"months": 2}}, customers=200, behaviour={"payment": {"fails": "0 %"}})
    paid = offered[(offered["event"] == Event.PAID) & (offered["plan"] == Plan.MONTHLY) & (offered["life"] == 0)]
    new = paid[~np.isin(paid["customer"], offered["customer"][offered["event"] == Event.OPENED])]
    bills = [of(new, one)["amount"] / of(new, one)["seats"] for one in np.unique(new["customer"])]
    long = [each[:4] for each in bills if len(each) >= 4 and len(set(each[2:4])) == 1]

    assert len(long) > 20
    assert all(each == pytest.approx([1950, 1950, 3000, 3000], abs=1) for each in long)


def test_the_price_sensitive_convert_most_for_it():
    """Conversion rises more in the half that looks at the price; z of the difference of rises (seen 14)."""
    plain, offered, customers = both({"welcome_offer": {"converts": 1, "attracts": 0}}, customers=8000)
    came, high = np.isin(customers.id, signed_up(plain)), customers.price_sensitivity > 1.0
    rises, errors = [], []
    for half in (high, ~high):
        ids = customers.id[came & half]
        shares = [np.isin(ids, log["customer"][log["event"] == Event.CONVERTED]) for log in (plain, offered)]
        change = shares[1].astype(float) - shares[0]
        rises.append(change.mean())
        errors.append(change.var() / len(change))

    assert min(rises) > 0
    assert (rises[0] - rises[1]) / np.sqrt(sum(errors)) > 3


def test_customers_won_by_the_offer_are_worth_about_half():
    """Lewis 2006, of the smallest customers: what they leave from conversion on, no discount counted (seen .49)."""
    base = load(ROOT / "scenarios" / "baseline.yaml")
    base = base.model_copy(update={"opening": None})
    offer = base.with_levers(welcome_offer={"months": 0, "attracts": 0.6, "converts": 0}, name="offer")
    design = Design((base, offer.model_copy(update={"opening": None})), customers=6000, seed=3)
    worth = {True: [], False: []}
    for task in design.tasks(0):
        lot = lot_of_task(design, task)
        people, found = lot.customers(), run_scenario(design, 1, lot)[1]
        hunters = for_the_offer(people.id)
        for hunter in worth:
            these = (found.paid == 1) & (people.segment == 0) & (hunters == hunter)
            worth[hunter] += found.value[these, Value.LIFETIME].tolist()

    assert len(worth[True]) > 200
    assert 0.35 < np.mean(worth[True]) / np.mean(worth[False]) < 0.7


def record(**numbers):
    """Return the lever's record as rules see it."""
    lever = np.zeros(1, KERNEL["levers"]["welcome_offer"]).view(np.recarray)[0]
    known = {
        "discount": 0.4,
        "usual_discount": 0.4,
        "months": 3.0,
        "threshold": 5000.0,
        "converts": 0.5,
        "attracts": 0.2,
    }
    for name, value in (known | numbers).items():
        lever[name] = value
    return lever


def customer(**fields):
    one = new_customers(1)
    for name, value in fields.items():
        one[name] = value
    return one[0]


@pytest.mark.parametrize("fields, share", [
    ({"plan": Plan.MONTHLY, "paid_months": 2, "term_months": 1}, 0.6),
    ({"plan": Plan.MONTHLY, "paid_months": 3, "term_months": 1}, 1),
    ({"plan": Plan.ANNUAL, "paid_months": 0, "term_months": 12}, 0.9),
    ({"plan": Plan.ANNUAL, "paid_months": 1, "term_months": 12}, 1 - 0.4 * 2 / 12),
    ({"plan": Plan.ANNUAL, "paid_months": 12, "term_months": 12}, 1),
    ({"plan": Plan.PREPAID, "paid_months": 0, "term_months": 24}, 0.95),
    ({"plan": Plan.PREPAID, "paid_months": 24, "term_months": 24}, 1),
    ({"plan": Plan.PER_USE, "orders": 0, "full_price": 5000}, 0.6),
    ({"plan": Plan.PER_USE, "orders": 0, "full_price": 4999}, 1),
    ({"plan": Plan.PER_USE, "orders": 1, "full_price": 9000}, 1),
])  # fmt: skip
def test_what_is_taken_off(fields, share):
    """Of a bill for a year or more the share of its months that lie in the first three."""
    assert take_off(6000.0, customer(**fields), record()) == pytest.approx(6000 * share)


def test_a_usual_discount_of_nothing_divides_nothing():
    lever = record(usual_discount=0)

    assert let_in_bargain_hunters(0.0, customer(source=Source.BARGAIN), lever) == 0
    assert convert_the_price_sensitive(1.0, customer(price_sensitivity=2), lever) == 1
    assert let_in_bargain_hunters(0.7, customer(source=Source.PAID), record()) == 0.7


def test_the_first_order_alone_is_cheaper():
    """In a shop: above the threshold 35 % off, and nothing off later orders."""
    plain, offered, _ = both({"welcome_offer": {"converts": 0}}, customers=300, scenario=shop)
    rows = [log[(log["event"] == Event.ORDERED) & (log["life"] == 0)] for log in (plain, offered)]
    book = plain["customer"][plain["event"] == Event.OPENED]
    same = sorted(set(rows[0]["customer"]) & set(rows[1]["customer"]) - set(book))
    for one in same:
        before, now = (of(each, one)["amount"] for each in rows)
        assert len(before) == len(now)
        expected = before[0] if before[0] < 10000 else int(before[0] * 0.65 + 0.5)
        assert now[0] == pytest.approx(expected, abs=1)
        assert (now[1:] == before[1:]).all()

    assert len(same) > 50
