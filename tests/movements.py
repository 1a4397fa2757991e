"""Whether a parameter moves an event: the same customers with the parameter at its low and at its high end."""

import functools
import json
import sys

import numpy as np
from worlds import ROOT, SIGN_UP, merged

sys.path.insert(0, str(ROOT / "docs"))

from coverage_items import declared_at
from experiments.findings import mean
from experiments.same_customers import SAAS, SHOP, business, newcomers, run, some

import sim
from sim.analysis.catalogue import CATALOGUE
from sim.core.events import Channel, Event, Method, Plan, Reason, Reward
from sim.scenario.load import build
from sim.scenario.market import load_market

BUSINESSES = {"saas": SAAS, "shop": SHOP}
THERE, NEW, MONTHS = 3000, 6000, 36
"""Customers of day 0, prospects of the first year, and for how long they live."""
PROSPECTS = {"opening": {"customers": 1}, "horizon": "12 months", "acquisition": {"new_customers": "100 per month"}}
REPLICATIONS = 6
"""For what only a whole study shows."""

BY_REASON = {reason.name.lower(): int(reason) for reason in Reason}
BY_CHANNEL = {channel.name.lower(): int(channel) for channel in Channel}
WITH_REASON = (
    Event.INTENDED, Event.RESUMED, Event.REQUESTED, Event.UNDONE, Event.TRAPPED, Event.ENDED, Event.FELL_ASLEEP,
    Event.AWAKENED,
)  # fmt: skip
DETAILS = {
    **dict.fromkeys(WITH_REASON, BY_REASON),
    **dict.fromkeys((Event.TOUCHED, Event.UNSUBSCRIBED), BY_CHANNEL),
    Event.USED: {"own": 0, "prompted": 1},
    Event.LOST: {"gave_up": 0, "trial_over": 1},
    Event.REWARDED: {kind.name.lower(): int(kind) for kind in Reward},
    Event.SWITCHED: {plan.name.lower(): int(plan) for plan in Plan},
    Event.CONTACTED: {method.name.lower(): int(method) for method in Method},
    Event.RETURNED: {"unasked": 0} | {method.name.lower(): 1 + int(method) for method in Method},
}
"""What the details of an event are called in ``docs/checklist``: ``INTENDED soft``."""
OF_EACH = ("cash", "revenue")
"""Metrics that are known of every customer."""


def is_known(event):
    """Whether something of this name can be looked at: an event, with a detail or without, or a metric."""
    name, _, detail = event.partition(" ")
    if name not in Event.__members__:
        return event in CATALOGUE
    return not detail or detail in DETAILS.get(Event[name], {})


def range_of(item):
    """Return the parameter's two ends, as a scenario file would write them."""
    if item.ends:
        return tuple(item.ends)
    parameter = declared_at(item.parameter)
    if parameter.market is not None:
        price = load_market(build(business(BUSINESSES[item.business], 1, 1)).market).values[parameter.market]
        return price.low, price.high
    return parameter.low, parameter.high


def changes(item):
    """Return what the two scenarios say beside the business."""
    both = []
    for end in range_of(item):
        said = end
        for step in reversed(item.parameter.split(".")):
            said = {step: said}
        both.append(json.dumps(merged(item.under, said), sort_keys=True))
    return tuple(both)


def case_of(item):
    """Return what two items have in common that are one and the same test, those of one pair of scenarios together."""
    return item.business, *changes(item), item.event, item.direction


def movement(item):
    """Return how much more of the event a customer has at the high end, or how much larger the metric is there."""
    file, both = BUSINESSES[item.business], changes(item)
    name, _, detail = item.event.partition(" ")
    if name not in Event.__members__ and name not in OF_EACH:
        low, high = (metric(file, change, name) for change in both)
        return mean(item.event, high - low)
    low, high = (of_each(lives, name, detail) for lives in lives_of(file, *both))
    everybody = sorted(low.keys() | high.keys())
    return mean(item.event, np.array([high.get(who, 0.0) - low.get(who, 0.0) for who in everybody]))


@functools.lru_cache(maxsize=1)
def lives_of(file, *scenarios):
    """Return what the same customers do under two changes of a business."""
    return tuple(live(file, json.loads(change)) for change in scenarios)


def live(file, change):
    """Let customers of day 0, as the business has them, and a year's prospects live under a change of it."""
    base = business(file, THERE + NEW, MONTHS)
    new = newcomers(build(merged(merged(base, PROSPECTS), change)), NEW)
    people = np.concatenate([some(file, THERE), new[new.next_kind == SIGN_UP]]).view(np.recarray)
    return run(people, build(merged(base, change)))[0]


def of_each(lives, name, detail):
    """Return a number for each customer, by id."""
    if name in OF_EACH:
        numbers = getattr(lives, name)
    else:
        rows = lives.rows(Event[name])
        numbers = lives.count(rows[rows["detail"] == DETAILS[Event[name]][detail]] if detail else rows)
    ids = lives.customers["id"].tolist()  # friends who come to be are nobody's own
    return dict(zip(ids, numbers[: len(ids)].tolist(), strict=True))


def metric(file, change, name):
    """Return a metric of each replication of a study; studies of one seed have the same customers."""
    data = business(file, 500, MONTHS, acquisition={"new_customers": "20 per month"})
    study = sim.simulate([build(merged(data, json.loads(change)))], customers=3000, replications=REPLICATIONS, seed=7)
    return study.values[name][0]
