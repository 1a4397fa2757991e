"""The annual plan and stored value."""

import numpy as np

from experiments.findings import Figure, Finding, exactly, experiment, mean, quotient
from experiments.same_customers import SAAS, Lives, business, newcomers, run, some, under
from sim.core.events import Event, Plan, Reason, Stage
from sim.core.units import MONTH

ANNUAL, CHURNED, EXPERIENCE = int(Plan.ANNUAL), int(Stage.CHURNED), int(Reason.EXPERIENCE)


@experiment(
    "The annual plan traps those who want to go",
    "Annual customers, with the parameter trapped as it is and at 1: perceived value after a year of those in whose "
    "paid year an intent stood for a month or longer, and all intents for experience",
    ("leaving.trapped", "leaving.experience_without_value"), 5_000,
)  # fmt: skip
def trapped_in_a_year(customers: int) -> Finding:
    base = business(SAAS, customers, 24)
    free, trapped = run(
        some(SAAS, customers, plan=ANNUAL), under(base, "free", {"leaving": {"trapped": 1}}), under(base, "trapped")
    )
    both = (free.customers["stage"] < CHURNED) & (trapped.customers["stage"] < CHURNED)
    recent = np.zeros(customers, bool)
    recent[trapped.rows(Event.TRAPPED, first=23)["slot"]] = True
    value = (trapped.customers["value"] - free.customers["value"])[both & recent]
    lower = mean("perceived value of the trapped, lower by", -value)
    intents = [lives.count(intents_for(lives, EXPERIENCE)) for lives in (free, trapped)]
    more = quotient("intents for experience, more by", intents[1] - intents[0], intents[0], "share")
    return Finding((lower, more), {"value falls": lower.z}, customers)


def intents_for(lives: Lives, reason: int) -> np.ndarray:
    """Return the intents for one reason."""
    rows = lives.rows(Event.INTENDED)
    return rows[rows["detail"] == reason]


@experiment(
    "The annual plan brings cash forward",
    "New customers of a year, the annual plan offered to all against not: cash less revenue of the first 12 months, "
    "each who ever pays",
    ("annual_plan.take_up", "annual_plan.discount"), 8_000,
)  # fmt: skip
def cash_comes_forward(customers: int) -> Finding:
    base = {**business(SAAS, 1, 12), "acquisition": {"new_customers": "100 per month"}}
    plain, offered = run(
        newcomers(under(base, "new"), customers), under(base, "plain"), under(base, "annual", annual_plan={})
    )
    pay = (plain.cash > 0.0) | (offered.cash > 0.0)
    ahead = [mean(name, (lives.cash - lives.revenue)[pay], "USD")
             for name, lives in (("cash ahead of revenue, without", plain), ("with the offer", offered))]  # fmt: skip
    forward = mean("", (offered.cash - offered.revenue - plain.cash + plain.revenue)[pay])
    return Finding(tuple(ahead), {"cash comes forward": forward.z}, int(pay.sum()))


@experiment(
    "Paying for a year is followed by more use, which fades",
    "Annual customers who pay, with the bump and without it: uses a month, in the first two months after the payment "
    "and in months 8 to 12",
    ("use.paid_bump", "use.paid_half"), 4_000,
)  # fmt: skip
def use_after_paying(customers: int) -> Finding:
    base = business(SAAS, customers, 18)
    people = some(SAAS, customers, plan=ANNUAL)
    flat, bump = run(people, under(base, "flat", {"use": {"paid_bump": 0}}), under(base, "bump"))
    paid = np.full(customers, np.nan)
    rows = flat.rows(Event.PAID, last=6)
    paid[rows["slot"]] = rows["time"]
    there = np.isfinite(paid) & flat.alive(18) & bump.alive(18)

    def uses(lives: Lives, first: float, last: float) -> np.ndarray:
        rows = lives.rows(Event.USED)
        since = (rows["time"] - paid[rows["slot"]]) / MONTH
        return lives.count(rows[(since >= first) & (since < last)])[there] / (last - first)

    early = quotient("uses in months 0-2 after paying, more by", uses(bump, 0, 2) - uses(flat, 0, 2),
                     uses(flat, 0, 2), "share")  # fmt: skip
    late = quotient("in months 8-12, by", uses(bump, 8, 12) - uses(flat, 8, 12), uses(flat, 8, 12), "share")
    return Finding((early, late), {"use rises": early.z, "and falls again": early.less(late, "").z}, int(there.sum()))


@experiment(
    "Stored value keeps some who want to leave from asking to",
    "The same customers with stored value weighed and not: who intends first and when, and who asks to cancel at that "
    "moment",
    ("investment.holds", "investment.data"), 8_000,
)  # fmt: skip
def stored_value_holds(customers: int) -> Finding:
    base = business(SAAS, customers, 24)
    people = some(SAAS, customers)
    people = people[~people.stands.any(axis=1)].view(np.recarray)  # some want to leave on day 0 already
    loose, held = run(people, under(base, "loose", {"investment": {"holds": "0 %"}}), under(base, "held"))
    first = [first_intents(lives) for lives in (loose, held)]
    asks = [asked_at(lives, times) for lives, times in zip((loose, held), first, strict=True)]
    who = np.isfinite(first[0])
    same = bool(np.array_equal(first[0], first[1]))
    before, after = mean("ask without it", asks[0][who], "share"), mean("with it", asks[1][who], "share")
    fewer = mean("", asks[0][who].astype(float) - asks[1][who])
    totals = [float(len(lives.rows(Event.REQUESTED))) for lives in (loose, held)]
    return Finding(
        (
            Figure("first intents", float(who.sum())), before, after,
            Figure("all requests in two years, without it", totals[0]), Figure("with it", totals[1]),
        ),
        {"the same first intents": exactly(same), "fewer requests": fewer.z},
        len(people),
    )  # fmt: skip


def first_intents(lives: Lives) -> np.ndarray:
    """Return when each customer first wants to leave, of those who did not on day 0 already."""
    when = np.full(len(lives.customers), np.inf)
    rows = lives.rows(Event.INTENDED)[::-1]
    when[rows["slot"]] = rows["time"]
    return when


def asked_at(lives: Lives, when: np.ndarray) -> np.ndarray:
    """Say who asks to cancel at a moment of his own."""
    rows = lives.rows(Event.REQUESTED)
    asked = np.zeros(len(when), bool)
    asked[rows["slot"][rows["time"] == when[rows["slot"]]]] = True
    return asked
