"""Rewards and touches."""

import math
from typing import Any

import numpy as np

from experiments.findings import Figure, Finding, exactly, experiment, mean, quotient
from experiments.same_customers import SAAS, SHOP, Lives, business, changed_stories, run, some, under
from sim.core.events import Event, Stage
from sim.core.units import MONTH
from sim.scenario.load import build

MATURITY = int(Stage.MATURITY)


@experiment(
    "A fixed reward fades, a variable one does not, at the same cost",
    "Core customers who stay core; rewards from day 0, fixed or variable, against none; uses a month, months 0-6 and "
    "24-36",
    ("rewards.learning", "rewards.surprise_habit", "variable_rewards.chance"), 5_000,
)  # fmt: skip
def fixed_and_variable_rewards(customers: int) -> Finding:
    base = business(SAAS, customers, 36)
    people = some(SAAS, customers)
    none, fixed, variable = run(
        people,
        under(base, "none"),
        under(base, "fixed", variable_rewards={"schedule": "fixed"}),
        under(base, "variable", variable_rewards={"schedule": "variable"}),
    )
    core = people.stage == MATURITY
    for lives in (none, fixed, variable):
        core &= lives.customers["stage"] == MATURITY
        core[lives.rows(Event.SLIPPED, Event.FELL_ASLEEP, Event.ENDED)["slot"]] = False

    def gain(lives: Lives, first: int, last: int) -> np.ndarray:
        more = lives.count(lives.rows(Event.USED, first=first, last=last))
        less = none.count(none.rows(Event.USED, first=first, last=last))
        return (more - less)[core] / (last - first)

    def cost(lives: Lives, name: str) -> Figure:
        rewards, uses = lives.rows(Event.REWARDED), lives.rows(Event.USED)
        return quotient(name, lives.money(rewards), lives.count(uses), "USD")

    early, late = (0, 6), (24, 36)
    figures = [
        mean(f"{name} {when}", gain(lives, *span))
        for name, lives in (("fixed", fixed), ("variable", variable))
        for when, span in (("early", early), ("late", late))
    ]
    paid = [cost(fixed, "cost a use, fixed"), cost(variable, "variable")]
    apart = abs(paid[0].less(paid[1], "").z)
    return Finding(
        (*figures, *paid),
        {
            "fixed works early": figures[0].z,
            "fixed fades": mean("", gain(fixed, *early) - gain(fixed, *late)).z,
            "variable goes on": figures[3].z,
            "variable beats fixed late": mean("", gain(variable, *late) - gain(fixed, *late)).z,
            "cost is equal (within 4)": exactly(apart < 4.0),
        },
        int(core.sum()),
    )


@experiment(
    "A prompt reaches only those who opted in",
    "Two push notifications a month for a year, against none: whose story changes at all",
    ("push.opt_in",), 2_000,
)  # fmt: skip
def prompts_reach_those_who_opted_in(customers: int) -> Finding:
    base = business(SAAS, customers, 12)
    none, prompted = run(
        some(SAAS, customers), under(base, "none"), under(base, "push", prompts={"channel": "push", "per_month": 2})
    )
    there = prompted.alive(3.0)
    touched = prompted.count(prompted.rows(Event.TOUCHED)) > 0
    changed = changed_stories(none, prompted)
    share = float(base_channel(base, "push"))
    hits = touched[there]
    error = math.sqrt(share * (1.0 - share) / len(hits))
    return Finding(
        (
            Figure("touched, of those there after 3 months", float(hits.mean()), error, "share"),
            Figure("opted in", share, 0.0, "share"),
            mean("stories changed, of the touched", changed[touched], "share"),
            Figure("of the others", float(changed[~touched].mean()), 0.0, "share"),
        ),
        {
            "nobody else's story changes": exactly(not changed[~touched].any()),
            "the touched are those who opted in (within 4)": exactly(abs(hits.mean() - share) < 4.0 * error),
            "prompts change something": mean("", changed[touched]).z,
        },
        customers,
    )


def base_channel(base: dict[str, Any], channel: str) -> float:
    """Return the share who permit a channel."""
    return float(getattr(build(base).channels, channel).opt_in)


MAILS = (2, 4, 7, 10, 15)


@experiment(
    "More mails than about seven a month earn less",
    "The same customers of the shop, 2, 4, 7, 10 or 15 mails a month for two years, against none; profit each. "
    "Published, of lifetime profit: 4 mails -32 %, 10 mails -16 % (grade B, another retailer)",
    ("touches.best_per_month", "touches.memory", "prompts.timely", "email.unsubscribes"), 6_000,
)  # fmt: skip
def mails_a_month(customers: int) -> Finding:
    base = business(SHOP, customers, 24)
    everybody = {"stages": ["growth", "maturity", "dormancy"]}
    none, *mailed = run(
        some(SHOP, customers),
        under(base, "none"),
        *(under(base, f"{n} mails", prompts={"per_month": n, "eligible": everybody}) for n in MAILS),
    )
    gains = {n: lives.profit - none.profit for n, lives in zip(MAILS, mailed, strict=True)}
    lost = {n: quotient(f"gain at {n} against 7", gains[n] - gains[7], gains[7], "share") for n in MAILS if n != 7}
    whole = {n: quotient(f"profit at {n} against 7", gains[n] - gains[7], none.profit + gains[7], "share")
             for n in (4, 10)}  # fmt: skip
    return Finding(
        (mean("gain at 7 a customer", gains[7], "CNY"), *lost.values(), *whole.values()),
        {f"7 earns more than {n}": -lost[n].z for n in MAILS if n != 7},
        customers,
    )


@experiment(
    "Waking content sleepers loses money",
    "One mail a month to small dormant customers for two years, against none; the same with awakening at 0. One mail "
    "alone, to those on the monthly plan: more gone in 3 months (published: 10.0 - 6.4 % = 3.6 points, grade A)",
    ("touches.awakening",), 6_000,
)  # fmt: skip
def waking_sleepers(customers: int) -> Finding:
    base = business(SAAS, customers, 24, 12)
    sleepers = {"stages": ["dormancy"]}
    mails = {"per_month": 1, "eligible": sleepers}
    once = {"per_month": 1, "ends": "1 month", "eligible": {**sleepers, "plans": ["monthly"]}}
    never = {"touches": {"awakening": "0 %"}}
    none, waking, silent, one = run(
        some(SAAS, customers, segment=0), under(base, "none"), under(base, "wakes", prompts=mails),
        under(base, "does not wake", never, prompts=mails), under(base, "one mail", prompts=once),
    )  # fmt: skip
    harm, other = mean("profit a customer", waking.profit - none.profit, "USD"), silent.profit - none.profit
    touched = one.rows(Event.TOUCHED)
    gone = {name: ended_within(lives, touched, 3.2) for name, lives in (("one", one), ("none", none))}
    return Finding(
        (
            harm, mean("with awakening 0", other, "USD"),
            mean("gone in 3 months without a mail", gone["none"], "share"),
            mean("one mail adds", gone["one"].astype(float) - gone["none"], "share"),
        ),
        {
            "it loses money": -harm.z,
            "the loss is the awakening's": -mean("", waking.profit - silent.profit).z,
            "without awakening it loses nothing (within 3)": exactly(mean("", other).z > -3.0),
        },
        customers,
    )  # fmt: skip


def ended_within(lives: Lives, touched: np.ndarray, months: float) -> np.ndarray:
    """Say which touched customers have ended within some months of the touch."""
    when = np.full(len(lives.customers), np.inf)
    when[touched["slot"]] = touched["time"]
    ends = lives.rows(Event.ENDED)
    after = ends["time"] - when[ends["slot"]]
    gone = np.zeros(len(when), bool)
    gone[ends["slot"][(after > 0.0) & (after < months * MONTH)]] = True
    return gone[np.isfinite(when)]


@experiment(
    "In a shop a mail wakes silent customers, and there nobody is reminded that he pays",
    "Two mails a month to customers of the shop who have not ordered for long, against none: orders and profit each",
    ("prompts.timely", "prompts.strength"), 6_000,
)  # fmt: skip
def waking_silent_customers(customers: int) -> Finding:
    base = business(SHOP, customers, 24)
    none, mailed = run(
        some(SHOP, customers),
        under(base, "none"),
        under(base, "mails", prompts={"per_month": 2, "eligible": {"stages": ["dormancy"]}}),
    )
    orders = [lives.count(lives.rows(Event.ORDERED)) for lives in (none, mailed)]
    woke = [lives.count(lives.rows(Event.WOKE)) for lives in (none, mailed)]
    more, wakes = mean("orders, more by", orders[1] - orders[0]), mean("wakings, more by", woke[1] - woke[0])
    profit = mean("profit a customer", mailed.profit - none.profit, "CNY")
    return Finding((wakes, more, profit), {"they wake": wakes.z, "they order": more.z, "it earns": profit.z}, customers)
