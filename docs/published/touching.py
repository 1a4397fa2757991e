"""Campaigns that touch customers: harm, whom to touch, and how often."""

from typing import Any

import numpy as np
from experiments.findings import Figure, mean, quotient
from experiments.same_customers import SAAS, SHOP, Lives, run, some, under

from published.comparing import Compared, Outcome, first, published, pulled, written
from sim.core.events import Event, Plan, Stage
from sim.core.units import MONTH
from sim.scenario.schema import Scenario

MONTHLY, DORMANCY = int(Plan.MONTHLY), int(Stage.DORMANCY)


@published(
    3, "Ascarza, Iyengar and Schleicher 2016", "A",
    "A campaign that asked customers to look at their plan raised churn in three months from 6.4 to 10.0 %",
    ("published/proactive_campaign",),
    "All customers on the monthly plan, one e-mail on day 0 or within the month after, against none: gone within 3.2 "
    "months (a month's notice is billed), of those who got it",
    9_000, ("touches.awakening",),
    "Only sleepers are woken here, as only they have forgotten that they pay, and few of all customers sleep; those "
    "of the study were woken by the advice itself, whether they slept or not.",
)  # fmt: skip
def proactive_campaign(customers: int) -> Outcome:
    base, _ = written("published/proactive_campaign", customers, 6)
    people = some(SAAS, customers, plan=MONTHLY)
    none, asked = run(people, under(base, "none"), pulled(base, "published/proactive_campaign"))
    touched = first(asked, Event.TOUCHED)
    reached = np.isfinite(touched)
    asleep = people.stage[reached] == DORMANCY
    gone = [first(lives, Event.ENDED)[reached] - touched[reached] < 3.2 * MONTH for lives in (none, asked)]
    more = gone[1].astype(float) - gone[0]
    return Outcome(
        (Compared(mean("churn in 3 months, more by", more, "share"), 0.036),),
        (mean("churn without", gone[0], "share"), mean("of sleepers, more by", more[asleep], "share")),
    )


@published(
    4, "Ascarza 2018", "A",
    "Targeting those who respond to a retention programme works better than targeting those who are likely to leave",
    ("published/by_risk", "published/by_sensitivity"),
    "Calls for two years to customers with two signs of leaving, or with one sign and among the two fifths who respond "
    "most: for how many of a hundred calls somebody drops what he wanted to leave for. The studies gave presents to "
    "people who had to decide anyway, so a call reminds nobody that he pays. Beside it how many more are there after "
    "25 months, also with the lever's own awakening",
    16_000,
)  # fmt: skip
def whom_to_call(customers: int) -> Outcome:
    base, _ = written("published/by_risk", customers, 25)
    people = some(SAAS, customers)
    names = ("published/by_risk", "published/by_sensitivity")
    none, risk, sensitivity, risk_woken, sensitivity_woken = run(
        people, under(base, "none"), *(pulled(base, name) for name in names), *(waking(base, name) for name in names)
    )

    def kept(lives: Lives, name: str) -> Figure:
        more = lives.alive(25).astype(float) - none.alive(25)
        return quotient(name, 100.0 * more, lives.count(lives.rows(Event.TOUCHED)).astype(float))

    helped = dropped(risk, "by risk"), dropped(sensitivity, "by sensitivity")
    return Outcome(
        (Compared(helped[1].less(helped[0], "dropped at 100 calls, by sensitivity more by")),),
        (
            *helped, kept(risk, "kept by 100 calls, by risk"), kept(sensitivity, "by sensitivity"),
            kept(risk_woken, "by risk, where calls wake"), kept(sensitivity_woken, "by sensitivity, where calls wake"),
        ),
    )  # fmt: skip


def dropped(lives: Lives, name: str) -> Figure:
    """Return how often a hundred calls let somebody drop what he wanted to leave for."""
    calls, drops = lives.rows(Event.TOUCHED), lives.rows(Event.RESUMED, Event.UNDONE)
    at_call = drops[np.isin(drops["time"], calls["time"])]  # no two moments are the same by chance
    return quotient(name, 100.0 * lives.count(at_call), lives.count(calls).astype(float))


def waking(base: dict[str, Any], name: str) -> Scenario:
    """Return a scenario file's early warning with the awakening that the lever has by itself."""
    settings = dict(written(name, 1, 1)[1]["early_warning"])
    del settings["awakens"]
    return under(base, f"{name}, waking", early_warning=settings)


@published(
    8, "Zhang, Kumar and Cosguner 2017", "B",
    "Seven mails a month earn most: four lose 32 % of a customer's profit, ten 16 %",
    ("published/seven_mails",),
    "Customers of the shop for two years, 4, 7 or 10 mails a month: profit of each against seven",
    5_000, ("touches.best_per_month",),
    "In that retailer most of the profit came by mail; in this shop most orders come without one, so the same loss of "
    "what mails bring is a smaller part of the whole.",
)  # fmt: skip
def mails(customers: int) -> Outcome:
    base, levers = written("published/seven_mails", customers, 24)
    settings = levers["prompts"]
    none, *mailed = run(
        some(SHOP, customers),
        under(base, "none"),
        *(under(base, f"{number} mails", prompts={**settings, "per_month": number}) for number in (4, 7, 10)),
    )
    four, seven, ten = (lives.profit for lives in mailed)
    return Outcome(
        (
            Compared(quotient("profit at 4, more by", four - seven, seven, "share"), -0.32),
            Compared(quotient("at 10, more by", ten - seven, seven, "share"), -0.16),
        ),
        (
            quotient("of what mails bring: at 4, more by", four - seven, seven - none.profit, "share"),
            quotient("at 10", ten - seven, seven - none.profit, "share"),
        ),
    )
