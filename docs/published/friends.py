"""Customers who recommend, and those who came by a recommendation."""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from experiments.findings import mean, quotient
from experiments.same_customers import Lives, run, under

from published.comparing import Compared, Outcome, at_risk, cohort, counted, first, published, rate_ratio, written
from sim.core.events import Event
from sim.core.units import MONTH, YEAR
from sim.model.friends import friend_ids

NAME = "published/referring"
MONTHS = 30
APART: dict[str, dict[str, Any]] = {
    "as it is": {},
    "referring binds nobody": {"referring": 1},
    "a friend's leaving is nothing": {"left": 1},
    "friends matter to nobody": {"left": 1, "referred": 1},
}


@functools.cache
def told(customers: int) -> dict[str, Lives]:
    """Return members who recommend, with parts of what friends do to one another taken away."""
    base, people = cohort(NAME, customers, MONTHS)
    base["levers"] = written(NAME, 1, 1)[1]
    scenarios = [under(base, name, {"friends": apart}) for name, apart in APART.items()]
    return dict(zip(APART, run(people, *scenarios), strict=True))


@published(
    5, "Garnefeld, Eggert, Helm and Tax 2013", "B",
    "Who recommends a telephone company leaves less: 7 instead of 19 % in a year; and pays 11.4 % more a month",
    (NAME,),
    "Members, from their first recommendation on, against themselves where recommending binds nobody: gone within a "
    "year, and paid in it",
    20_000,
    why="The model takes a weaker bond than the study found (a factor of 0.7 on leaving, not 0.34), as its control "
    "group was matched and not drawn; and recommending makes nobody buy more.",
)  # fmt: skip
def referrers(customers: int) -> Outcome:
    bound, free = (told(customers)[name] for name in ("as it is", "referring binds nobody"))
    count = len(free.customers)
    begins = first(free, Event.REFERRED)[:count]
    who = begins < (MONTHS - 12.5) * MONTH
    gone = [(first(lives, Event.ENDED)[:count] < begins + YEAR)[who].astype(float) for lives in (free, bound)]
    paid = [paid_within(lives, begins, YEAR)[who] for lives in (free, bound)]
    ratio = quotient("churn in a year, less by", gone[0] - gone[1], gone[0], "share")
    more = quotient("paid in that year, more by", paid[1] - paid[0], paid[0], "share")
    return Outcome(
        (Compared(ratio, 12.0 / 19.0), Compared(more, 0.114)),
        (mean("churn without the bond", gone[0], "share"), mean("with it", gone[1], "share")),
    )


def paid_within(lives: Lives, begins: np.ndarray, span: float) -> np.ndarray:
    """Return what each of the first customers pays within a span."""
    rows = lives.rows(Event.PAID)
    rows = rows[rows["slot"] < len(begins)]
    since = rows["time"] - begins[rows["slot"]]
    rows = rows[(since >= 0.0) & (since < span)]
    return np.bincount(rows["slot"], rows["amount"] / 100.0, minlength=len(begins))


@dataclass(frozen=True)
class Spans:
    """Of each friend who became a customer: since when, until when, and when his referrer left."""

    begins: np.ndarray
    ends: np.ndarray
    left: np.ndarray
    wants: np.ndarray


def friends_of(lives: Lives) -> Spans:
    """Return the friends of the first customers; what they learn, they learn when a month begins."""
    people = lives.customers.copy().view(np.recarray)
    made = lives.count(lives.rows(Event.REFERRED))[: len(people)]
    people.referrals, people.awaited = made, made
    ids, referrers = np.zeros(made.sum(), np.int64), np.zeros(made.sum(), np.int64)
    friend_ids(people, ids, referrers)
    came = lives.rows(Event.SIGNED_UP)
    came = came[np.argsort(came["customer"])]
    place = np.minimum(np.searchsorted(came["customer"], ids), len(came) - 1)
    there = came["customer"][place] == ids  # the last month's friends are still to come
    friends, referrers = came["slot"][place][there], referrers[there]
    begins, ends, wants = (first(lives, event)[friends] for event in (Event.CONVERTED, Event.ENDED, Event.INTENDED))
    left = first(lives, Event.ENDED)[referrers]
    return Spans(begins, ends, np.ceil(left / MONTH) * MONTH, wants)


def wanting(spans: Spans, since: float | None, until: float) -> tuple[float, float]:
    """Return first intents and days at risk: between months after the referrer left; or, with None, before."""
    there = np.isfinite(spans.begins)
    if since is None:
        begins, ends = spans.begins, spans.left
    else:
        there &= (spans.begins < spans.left) & np.isfinite(spans.left)
        begins, ends = spans.left + since * MONTH, spans.left + until * MONTH
    begins, ends = begins[there], np.minimum(ends, MONTHS * MONTH)[there]
    ends = np.minimum(ends, spans.ends[there])
    wants = spans.wants[there]
    open_ = wants >= begins  # who wants to leave already cannot begin to
    begins, ends, wants = begins[open_], ends[open_], wants[open_]
    return counted(wants, begins, ends), at_risk(begins, np.minimum(ends, wants))


@published(
    6, "Nitzan and Libai 2011", "B",
    "When somebody near to a customer leaves, the customer's own hazard is 80 % higher, most in the first month, and "
    "the effect fades",
    (NAME,),
    "Members who came by a recommendation and whose referrer has left, against the same where that is nothing to "
    "them: how readily they begin to want to leave",
    20_000, ("friends.left", "friends.left_half"),
)  # fmt: skip
def neighbours(customers: int) -> Outcome:
    lives = [told(customers)[name] for name in ("as it is", "a friend's leaving is nothing")]
    spans = [friends_of(one) for one in lives]

    def ratio(name: str, since: float, until: float) -> Any:
        (wants, days), (other_wants, other_days) = (wanting(one, since, until) for one in spans)
        return rate_ratio(name, (wants, other_wants), (days, other_days))

    soon, late = ratio("hazard ratio, month 1", 0, 1), ratio("months 4 to 9", 3, 9)
    return Outcome((Compared(soon, 1.8, 1.0), Compared(late, 1.0, 1.0, 0.3)))


@published(
    7, "Van den Bulte, Bayer, Skiera and Schmitt 2018", "B",
    "Referred customers of a bank leave less (a hazard 18 % lower) only as long as their referrer is there",
    (NAME,),
    "Members who came by a recommendation, against the same where friends matter to nobody: how readily they begin to "
    "want to leave while the referrer is there, and after",
    20_000, ("friends.referred",),
)  # fmt: skip
def referred(customers: int) -> Outcome:
    lives = [told(customers)[name] for name in ("a friend's leaving is nothing", "friends matter to nobody")]
    spans = [friends_of(one) for one in lives]
    ratios = []
    for name, since in (("hazard ratio, referrer there", None), ("referrer gone", 0.0)):
        (wants, days), (other_wants, other_days) = (wanting(one, since, MONTHS) for one in spans)
        ratios.append(rate_ratio(name, (wants, other_wants), (days, other_days)))
    return Outcome((Compared(ratios[0], 0.82, 1.0), Compared(ratios[1], 1.0, 1.0, 0.15)))
