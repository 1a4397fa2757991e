"""Renewals: lives and returns, ladders of renewals, and replaced cards."""

import numpy as np
from experiments.findings import Figure, mean
from experiments.same_customers import Lives, run, under

from published.comparing import Compared, Outcome, cohort, first, published
from sim.core.events import Event, Plan
from sim.core.units import MONTH, YEAR

MONTHLY = int(Plan.MONTHLY)


@published(
    10, "Antenna", "C",
    "Of first, second and third subscriptions 45, 36 and 26 % last a year; of those who cancelled 25, 34 and 45 % are "
    "back within 3, 6 and 12 months",
    ("published/lives",),
    "New monthly members, followed for eight years: each life, from its first payment; and who comes back, of those "
    "whose first life has ended. Configured: the monthly churn of the first life, and 45 % back within a year, which "
    "the model takes as the share of those who left out of inertia",
    12_000, ("leaving.second_life", "leaving.third_life", "returning.shape"),
)  # fmt: skip
def lives_and_returns(customers: int) -> Outcome:
    base, people = cohort("published/lives", customers, 96)
    (lives,) = run(people, under(base, "lives"))
    plan = first_plan(lives)
    survive = [survival(name, lives, life, plan) for life, name in enumerate(("first", "second", "third"))]
    left, back = first(lives, Event.ENDED, life=0), first(lives, Event.RETURNED, life=1)
    seen = (left < 84 * MONTH) & (plan == MONTHLY)
    returns = [mean(f"back in {n} months", back[seen] - left[seen] < n * MONTH, "share") for n in (3, 6, 12)]
    pairs = zip((*survive, *returns), (0.45, 0.36, 0.26, 0.25, 0.34, 0.45), strict=True)
    return Outcome(tuple(Compared(ours, theirs) for ours, theirs in pairs))


def first_plan(lives: Lives) -> np.ndarray:
    """Return the plan that each customer converts to; -1 for who never does."""
    plan = np.full(len(lives.customers), -1)
    rows = lives.rows(Event.CONVERTED)
    plan[rows["slot"]] = rows["plan"]
    return plan


def survival(name: str, lives: Lives, life: int, plan: np.ndarray) -> Figure:
    """Return the share whose n-th life, on the monthly plan, lasts a year, of those in whom a year of it is seen."""
    begins = first(lives, Event.CONVERTED if life == 0 else Event.RETURNED, life=life)
    ends = first(lives, Event.ENDED, life=life)
    rows = lives.rows(Event.PAID)
    of_life = rows[rows["life"] == life]
    monthly = np.zeros(len(plan), bool)
    monthly[of_life["slot"][of_life["plan"] == MONTHLY]] = True
    seen = monthly & (begins < 84 * MONTH)
    return mean(f"{name} life lasts a year", ends[seen] - begins[seen] > YEAR, "share")


@published(
    11, "RevenueCat", "C",
    "Of those due, 53.2, 70.8 and 77.4 % renew a monthly subscription the first, second and third time; 44.3, 71.0, "
    "79.2 % a weekly and 25.2, 50.0, 62.5 % a yearly one; 11 % of monthly and 3 % of weekly ones last a year; 20.1 % "
    "of monthly and 5.2 % of yearly subscribers are back within a year",
    (
        "published/renewals_weekly", "published/renewals_monthly", "published/renewals_yearly",
        "published/reactivation",
    ),
    "Members who lose a share of their own at each bill, spread so that the first two renewals are met; the third "
    "renewal and the year are the test. Returns: members, a fifth of whom come back if they left out of inertia",
    20_000, ("returning.within_year",),
    "Whether somebody comes back depends on why he left here, and not on the plan that he left: too many return to the "
    "yearly one.",
)  # fmt: skip
def ladders(customers: int) -> Outcome:
    compared, beside = [], []
    for name, renew, bills, year in (
        ("weekly", (0.443, 0.710, 0.792), 52, 0.03), ("monthly", (0.532, 0.708, 0.774), 12, 0.11),
        ("yearly", (0.252, 0.500, 0.625), 0, 0.0),
    ):  # fmt: skip
        base, people = cohort(f"published/renewals_{name}", customers, max(bills, 4) + 2)
        (lives,) = run(people, under(base, name))
        paid = lives.count(lives.rows(Event.PAID))[first_plan(lives) == MONTHLY]
        for number in (1, 2, 3):
            ours = mean(f"{name} renewal {number}", paid[paid >= number] > number, "share")
            if number < 3:
                beside.append(ours)
            else:
                compared.append(Compared(ours, renew[2]))
        if bills:
            compared.append(Compared(mean(f"{name}, lasts a year", paid > bills, "share"), year))
    return Outcome((*compared, *reactivated(customers)), tuple(beside))


def reactivated(customers: int) -> list[Compared]:
    """Return who is back within a year of leaving, by the plan left."""
    base, people = cohort("published/reactivation", customers, 36)
    (lives,) = run(people, under(base, "reactivation"))
    plan, left = first_plan(lives), first(lives, Event.ENDED, life=0)
    back = first(lives, Event.RETURNED, life=1)
    found = []
    for which, theirs in ((Plan.MONTHLY, 0.201), (Plan.ANNUAL, 0.052)):
        seen = (plan == which) & (left < 24 * MONTH)
        back_soon = back[seen] < left[seen] + YEAR
        found.append(Compared(mean(f"back within a year, {which.name.lower()}", back_soon, "share"), theirs))
    return found


@published(
    12, "Einav, Klopack and Mahoney 2023", "B",
    "Of subscribers whose card is replaced after a year 52 % are left, of the others 75 %: the new card loses 31 %",
    ("published/replaced_cards",),
    "Monthly members for whom the twelfth to fourteenth bill is the first after a replacement, against the same with "
    "cards that never fail: who pays it. Nothing updates cards, and retries recover nothing",
    20_000, ("payment.replaced_fails",),
)  # fmt: skip
def replaced_cards(customers: int) -> Outcome:
    base, people = cohort("published/replaced_cards", customers, 16)
    replaced, never, usual = run(
        people, under(base, "replaced"), under(base, "never", {"payment": {"replaced_fails": "0 %"}}),
        under(base, "usual retries", {"payment": {"recovered": "81 %"}}),
    )  # fmt: skip
    card_life = 36.0 * MONTH
    paid = first(never, Event.CONVERTED)
    cards = [np.floor((paid + n * MONTH) / card_life - people.card_phase) for n in (11, 14)]
    who = np.isfinite(paid) & (first_plan(never) == MONTHLY) & (cards[1] > cards[0])
    before = who & (first(never, Event.ENDED) > paid + 10.9 * MONTH)

    def there(lives: Lives) -> np.ndarray:
        return (first(lives, Event.ENDED)[before] > paid[before] + 14.9 * MONTH).astype(float)

    left = there(never)
    lost = mean("", (left - there(replaced))[left > 0.0]), mean("", (left - there(usual))[left > 0.0])
    figures = [Figure(name, one.value, one.error, "share")
               for name, one in zip(("lost with the card", "with the usual retries"), lost, strict=True)]  # fmt: skip
    return Outcome((Compared(figures[0], 1.0 - 52.0 / 75.0),), (figures[1],))
