"""Onboarding, trials, rewards for the first steps, and what kind of contract one joins by."""

import numpy as np
from experiments.findings import mean, quotient
from experiments.same_customers import Lives, run, under

from published.comparing import (
    Compared,
    Outcome,
    at_risk,
    cohort,
    counted,
    first,
    published,
    pulled,
    rate_ratio,
    ratio_of,
)
from sim.core.events import Event, Plan
from sim.core.units import MONTH, YEAR

WEEK = 7.0


@published(
    1, "Retana, Forman and Wu 2016", "A-",
    "Teaching new customers of a cloud service halves churn in the first week, makes no difference after it, and adds "
    "46.57 % to use in 8 months",
    ("published/onboarding_call",),
    "Prospects of one month, taught by the product for a week, against the same untaught. Churn is here giving up the "
    "trial or ending a subscription",
    10_000, ("guided_onboarding.leave_help", "guided_onboarding.use_help"),
    "Teaching makes a fifth more use for a week; what remains of it is habit, and few build one in a week.",
)  # fmt: skip
def onboarding(customers: int) -> Outcome:
    base, people = cohort("published/onboarding_call", customers, 8)
    alone, taught = run(people, under(base, "alone"), pulled(base, "published/onboarding_call"))
    weeks = [[going(lives, week) for lives in (taught, alone)] for week in (0, 1)]
    ratios = [
        rate_ratio(name, (one[0], other[0]), (one[1], other[1]))
        for name, (one, other) in zip(("churn, week 1, ratio", "week 2, ratio"), weeks, strict=True)
    ]
    uses = [lives.count(lives.rows(Event.USED)) for lives in (alone, taught)]
    more = quotient("use in 8 months, more by", uses[1] - uses[0], uses[0], "share")
    return Outcome((Compared(ratios[0], 0.5, 1.0), Compared(ratios[1], 1.0, 1.0, 0.2), Compared(more, 0.4657)))


def going(lives: Lives, week: int) -> tuple[float, float]:
    """Return how many go in a week after signing up, and the days in which they could; after a trial ends nobody is."""
    came = first(lives, Event.SIGNED_UP)
    begins, ends = came + week * WEEK, came + (week + 1) * WEEK - 1e-6
    gone = np.minimum(first(lives, Event.LOST), first(lives, Event.ENDED))
    return counted(gone, begins, ends), at_risk(begins, np.minimum(gone, ends))


@published(
    2, "Yoganarasimhan, Barzegary and Pani", "A",
    "A trial of 7 days brings 5.59 % more subscriptions than one of 30 days",
    ("published/trial_7_days", "published/trial_30_days"),
    "Prospects of one month, under either trial: who becomes a customer within half a year",
    4_000,
    why="Here prospects decide at a steady rate as long as the trial lasts, so more time brings more of them. What "
    "made the short trial win - using the free month instead of the product, forgetting it before it ends - is not in "
    "the model.",
)  # fmt: skip
def trials(customers: int) -> Outcome:
    long, people = cohort("published/trial_30_days", customers, 6)
    short, _ = cohort("published/trial_7_days", 100, 6)
    lives = run(people, under(long, "30 days"), under(short, "7 days"))
    thirty, seven = (np.isfinite(first(one, Event.CONVERTED)).astype(float) for one in lives)
    more = quotient("subscriptions, 7 days against 30, more by", seven - thirty, thirty, "share")
    return Outcome((Compared(more, 0.0559),), (mean("subscribe after 30 days", thirty, "share"),))


@published(
    9, "Lewis 2006", "B",
    "Customers won with 35 % off are worth about half of those won without, in the long term",
    ("published/acquisition_discount",),
    "Members of one month, with the offer and without: what each who joins pays in five years, discounted at 10 %",
    20_000, ("introduction.bargain_fit", "introduction.bargain_leave"),
    "Most who join with the offer would have joined anyway, and are worth here what they are worth without it: only "
    "those whom the offer alone brought are worth less.",
)  # fmt: skip
def acquisition_discount(customers: int) -> Outcome:
    base, people = cohort("published/acquisition_discount", customers, 60)
    plain, offered = run(people, under(base, "plain"), pulled(base, "published/acquisition_discount"))
    joined = [np.isfinite(first(lives, Event.CONVERTED)) for lives in (plain, offered)]
    without = mean("paid in five years, without the offer", paid(plain)[joined[0]], "USD")
    with_it = mean("with it", paid(offered)[joined[1]], "USD")
    brought = mean("", paid(offered)[joined[1] & ~joined[0]])
    return Outcome(
        (Compared(ratio_of(with_it, without, "value, with the offer over without"), 0.5, 1.0),),
        (without, with_it, ratio_of(brought, without, "of those whom the offer brought, over without")),
    )


def paid(lives: Lives) -> np.ndarray:
    """Return what each customer pays, discounted at 10 % a year."""
    rows = lives.rows(Event.PAID)
    worth = rows["amount"] / 100.0 * 1.1 ** (-rows["time"] / YEAR)
    return np.bincount(rows["slot"], worth, minlength=len(lives.customers))


@published(
    13, "DellaVigna and Malmendier 2006", "B",
    "Gym members who pay by the month are 17 % more likely to stay beyond a year than those who pay by the year",
    ("published/gym",),
    "New members, those of the monthly plan beside those of the annual one; both want to leave equally readily (the "
    "annual base rate is set to the monthly one)",
    10_000,
    why="In that gym an annual contract ended unless one renewed it, and a monthly one went on unless one ended it. "
    "Here both go on, and a year gives time to change one's mind again: so the annual plan keeps more.",
)  # fmt: skip
def gym(customers: int) -> Outcome:
    base, people = cohort("published/gym", customers, 16)
    rates = base["solved"]["segments"]["members"]["leave"]
    rates["annual"] = rates["monthly"]
    (lives,) = run(people, under(base, "gym"))
    paid, ended = first(lives, Event.CONVERTED), first(lives, Event.ENDED)
    plan = np.full(len(paid), -1)
    rows = lives.rows(Event.CONVERTED)
    plan[rows["slot"]] = rows["plan"]
    stay = (ended > paid + 12.5 * MONTH).astype(float)
    monthly, annual = (mean(p.name.lower(), stay[plan == p], "share") for p in (Plan.MONTHLY, Plan.ANNUAL))
    ratio = ratio_of(monthly, annual, "stay beyond a year, monthly over annual")
    return Outcome((Compared(ratio, 1.17, 1.0),), (monthly, annual))


@published(
    17, "Shen, Fishbach and Hsee 2015; Nunes and Drèze 2006", "B",
    "70 % finish a task for an uncertain reward, 43 % for a certain one, 63 % more; 34 % fill a stamp card of ten "
    "that begins with two stamps, 19 % one of eight",
    ("published/certain_reward", "published/uncertain_reward"),
    "New prospects rewarded for each use, or at the same cost for half of them by chance: who completes all key "
    "actions, and how much more use the uncertain reward makes in half a year than the certain one. The stamp card "
    "cannot be expressed: nobody begins with points",
    6_000,
    why="Rewards act through habit here, and a trial of two weeks is too short for one; in the study the reward waited "
    "at the end of the task.",
)  # fmt: skip
def rewards(customers: int) -> Outcome:
    base, people = cohort("published/certain_reward", customers, 6)
    none, certain, uncertain = run(
        people, under(base, "none"),
        pulled(base, "published/certain_reward"), pulled(base, "published/uncertain_reward"),
    )  # fmt: skip
    done = [np.isfinite(first(lives, Event.ACTIVATED)).astype(float) for lives in (certain, uncertain)]
    more = quotient("complete the key actions, more by", done[1] - done[0], done[0], "share")
    uses = [lives.count(lives.rows(Event.USED)).astype(float) for lives in (none, certain, uncertain)]
    extra = mean("uses besides, uncertain less certain", uses[2] - uses[1])
    return Outcome((Compared(more, 70.0 / 43.0 - 1.0), Compared(extra)), (mean("certain", uses[1] - uses[0]),))
