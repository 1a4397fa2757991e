"""Recalling those who have left."""

import math
from typing import Any

import numpy as np

from experiments.findings import Figure, Finding, exactly, experiment, mean, quotient
from experiments.same_customers import SAAS, Lives, business, changed_stories, run, some, under
from sim.core.events import Event, Plan
from sim.core.units import MONTH
from sim.scenario.schema import Scenario

MONTHLY, ANNUAL = int(Plan.MONTHLY), int(Plan.ANNUAL)
METHODS = ("feature_news", "content", "benefit", "friends")


def campaign(chance: str, **more: Any) -> dict[str, Any]:
    """Return a recall campaign by SMS in which every method brings back the same share of those who notice."""
    return {"channel": "sms", **dict.fromkeys(METHODS, chance), **more}


@experiment(
    "The stop rule ends a bad campaign and not a good one",
    "Recall of small customers by SMS that brings back 0.01 % or 16 % of those who notice, with the rule 'stop below 1 "
    "recalled a month' and without it",
    ("recall_campaign.benefit", "sms.noticed"), 8_000,
)  # fmt: skip
def the_stop_rule(customers: int) -> Finding:
    base = business(SAAS, customers, 24)
    rule = {"stop_number": 1}
    none, good, good_watched, bad, bad_watched = run(
        some(SAAS, customers, segment=0),
        under(base, "none"),
        under(base, "good", recall_campaign=campaign("16 %")),
        under(base, "good, watched", recall_campaign=campaign("16 %", **rule)),
        under(base, "bad", recall_campaign=campaign("0.01 %")),
        under(base, "bad, watched", recall_campaign=campaign("0.01 %", **rule)),
    )
    last = {name: last_contact(lives) for name, lives in (("good", good_watched), ("bad", bad_watched))}
    gain = mean("good: profit a customer", good.profit - none.profit, "USD")
    loss = mean("bad, without the rule", bad.profit - none.profit, "USD")
    kept = mean("the rule saves of it", bad_watched.profit - bad.profit, "USD")
    return Finding(
        (
            gain, loss, kept,
            Figure("last contact of the good in month", last["good"]), Figure("of the bad", last["bad"]),
        ),
        {
            "the bad is stopped after 3 months": exactly(last["bad"] <= 3.0),
            "the good runs on": exactly(last["good"] >= 22.0 and not changed_stories(good, good_watched).any()),
            "the good earns": gain.z, "the bad loses": -loss.z, "stopping saves": kept.z,
        },
        customers,
    )  # fmt: skip


def last_contact(lives: Lives) -> float:
    """Return the month of the last contact, the first month being 1."""
    return float(math.ceil(lives.rows(Event.CONTACTED)["time"].max() / MONTH))


@experiment(
    "Recalling everybody earns less than recalling the valuable",
    "Gifts of 50 USD to all who left for reasons that can be helped, or only to those worth 200 USD a month; calls to "
    "all by four agents, or from 300 USD a month by one",
    ("recall_campaign.least_worth", "recall_campaign.call_worth", "recall_campaign.call"), 4_000,
)  # fmt: skip
def recalling_the_valuable(customers: int) -> Finding:
    base = business(SAAS, customers, 24, 24)

    def desk(agents: int, least: int) -> dict[str, Any]:
        team = {"agents": agents, "wage": "5000 USD"}
        return {"call_worth": f"{least} USD", "team": team, "ends": "24 months"}

    none, gift_all, gift_some, call_all, call_some = run(
        some(SAAS, customers),
        under(base, "none"),
        under(base, "gift to all", recall_campaign={"gift": "50 USD", "least_worth": "0 USD"}),
        under(base, "gift to some", recall_campaign={"gift": "50 USD", "least_worth": "200 USD"}),
        under(base, "call all", recall_campaign={**desk(4, 0), "least_worth": "0 USD"}),
        under(base, "call some", recall_campaign=desk(1, 300)),
    )
    gift = mean("gifts: the valuable earn more by", gift_some.profit - gift_all.profit, "USD")
    call = mean("calls: by", call_some.profit - call_all.profit, "USD")
    return Finding(
        (
            mean("gifts to all, a customer", gift_all.profit - none.profit, "USD"),
            mean("to the valuable", gift_some.profit - none.profit, "USD"), gift,
            mean("calls to all", call_all.profit - none.profit, "USD"),
            mean("to the valuable", call_some.profit - none.profit, "USD"), call,
        ),
        {"gifts": gift.z, "calls": call.z},
        customers,
    )  # fmt: skip


@experiment(
    "The offer of a recall is also paid to those who come back unasked",
    "A fifth off for three months to whoever comes back within 30 days of a contact: who gets the money",
    ("returning.within_year", "recall_campaign.offer_lift"), 40_000,
)  # fmt: skip
def offers_to_natural_returners(customers: int) -> Finding:
    base = business(SAAS, customers, 24)
    scenario = under(base, "offer", recall_campaign={"discount": "20 %", "least_worth": "0 USD"})
    (lives,) = run(some(SAAS, customers), scenario)
    money = {True: np.zeros(customers), False: np.zeros(customers)}
    asked = np.zeros(customers, bool)
    price = prices(scenario)
    for row in lives.rows(Event.RETURNED, Event.PAID):
        if row["event"] == Event.RETURNED:
            asked[row["slot"]] = row["detail"] > 0
        elif row["life"] > 0:
            money[bool(asked[row["slot"]])][row["slot"]] += price[row["plan"]] * row["seats"] - row["amount"] / 100.0
    back = lives.rows(Event.RETURNED)
    share = quotient("of the discounts, to those who came unasked", money[False], money[False] + money[True], "share")
    return Finding(
        (
            share,
            Figure("returns at a contact", float((back["detail"] > 0).sum())),
            Figure("unasked", float((back["detail"] == 0).sum())),
            Figure("of them with the offer", float((money[False] > 0.0).sum())),
        ),
        {"part of it goes to them": share.z},
        customers,
    )


def prices(scenario: Scenario) -> dict[int, float]:
    """Return the price of a bill per seat, by plan."""
    assert scenario.plans is not None
    found = {}
    for plan, months in ((MONTHLY, 1), (ANNUAL, 12)):
        tag = getattr(scenario.plans, Plan(plan).name.lower()).price
        found[plan] = tag.amount.minor / 100.0 * months / tag.months
    return found
