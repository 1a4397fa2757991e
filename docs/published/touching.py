"""Campaigns that touch customers: harm, whom to touch, and how often."""

import numpy as np

from experiments.findings import Figure, mean, quotient
from experiments.same_customers import SAAS, SHOP, Lives, run, some, under
from published.comparing import Compared, Outcome, first, pulled, published, written
from sim.core.events import Event, Plan, Stage
from sim.core.units import MONTH

MONTHLY, DORMANCY = int(Plan.MONTHLY), int(Stage.DORMANCY)


@published(
    3, "Ascarza, Iyengar and Schleicher 2016", "A",
    "A campaign that asked customers to look at their plan raised churn in three months from 6.4 to 10.0 %",
    ("published/proactive_campaign",),
    "All customers on the monthly plan, one e-mail on day 0 or within the month after, against none: gone within 3.2 "
    "months (a month's notice is billed), of those who got it",
    12_000, ("touches.awakening",),
    "Only sleepers are woken here, as only they have forgotten that they pay; the study's customers were woken by the "
    "advice itself, whether they slept or not.",
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
    "Calls for a year to monthly customers with two signs of leaving, or with one sign and among the two fifths who "
    "respond most: customers kept after the year for each hundred calls",
    14_000, ("early_warning.awakens",),
)  # fmt: skip
def whom_to_call(customers: int) -> Outcome:
    base, _ = written("published/by_risk", customers, 13)
    people = some(SAAS, customers, plan=MONTHLY)
    none, risk, sensitivity = run(
        people, under(base, "none"), pulled(base, "published/by_risk"), pulled(base, "published/by_sensitivity")
    )

    def kept(lives: Lives, name: str) -> Figure:
        more = lives.alive(13).astype(float) - none.alive(13)
        return quotient(name, 100.0 * more, lives.count(lives.rows(Event.TOUCHED)).astype(float))

    figures = kept(risk, "kept by 100 calls, by risk"), kept(sensitivity, "by sensitivity")
    return Outcome((Compared(figures[1].less(figures[0], "kept more by sensitivity")),), figures)


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
