"""What keeping customers is worth: winning them back, preventing one reason, points, and five points of retention."""

from typing import Any

import numpy as np
from experiments.findings import Figure, mean, quotient
from experiments.recall import prices
from experiments.same_customers import SAAS, SEED, SHOP, Lives, run, some, under

from published.comparing import Compared, Outcome, cohort, first, published, pulled, written
from sim.core.events import Event, Plan, Reason
from sim.core.units import MONTH
from sim.scenario.schema import Scenario

EXPERIENCE, MONTHLY = int(Reason.EXPERIENCE), int(Plan.MONTHLY)
OFFERS = ("discount", "upgrade", "bundle")


@published(
    14, "Kumar, Bhagwat and Zhang 2015", "B",
    "A bundle of discount and upgrade wins most customers back (47 %; discount 45, upgrade 41 %), the upgrade earns "
    "the best return on its cost (793 %; discount 668, bundle 302 %)",
    tuple(f"published/win_back_{offer}" for offer in OFFERS),
    "Small customers for two years, each offer to all who leave. The upgrade is a gift worth what it cost there",
    8_000,
    why="A gift goes with each contact and not only to who comes back, and how much it is worth does not move the "
    "chance of coming back: so the bundle wins no more than the discount, and what costs less per contact earns more. "
    "Nor does what one is won back by change how long one stays.",
)  # fmt: skip
def offers(customers: int) -> Outcome:
    base, _ = written("published/win_back_discount", customers, 24)
    people = some(SAAS, customers, segment=0)
    scenarios = [pulled(base, f"published/win_back_{offer}") for offer in OFFERS]
    none, *lives = run(people, under(base, "none"), *scenarios)
    won, earned = {}, {}
    for offer, one, scenario in zip(OFFERS, lives, scenarios, strict=True):
        asked, back = one.rows(Event.CONTACTED), one.rows(Event.RETURNED)
        contacted = (one.count(asked) > 0).astype(float)
        won[offer] = quotient(f"won by {offer}", one.count(back[back["detail"] > 0]) * contacted, contacted, "share")
        cost = one.money(asked) + given(one, scenario)
        earned[offer] = quotient(f"return on {offer}", one.profit - none.profit, cost, "share")
    return Outcome(
        (
            Compared(won["bundle"].less(won["discount"], "bundle wins more than discount")),
            Compared(won["discount"].less(won["upgrade"], "discount wins more than upgrade")),
            Compared(earned["upgrade"].less(earned["discount"], "upgrade returns more than discount")),
            Compared(earned["discount"].less(earned["bundle"], "discount returns more than bundle")),
        ),
        (*won.values(), *earned.values()),
    )


def given(lives: Lives, scenario: Scenario) -> np.ndarray:
    """Return what each customer's later lives were let off."""
    rows, price = lives.rows(Event.PAID), prices(scenario)
    rows = rows[rows["life"] > 0]
    full = np.array([price[int(plan)] for plan in rows["plan"]]) * rows["seats"]
    off = np.maximum(0.0, full - rows["amount"] / 100.0)
    return np.bincount(rows["slot"], off, minlength=len(lives.customers))


@published(
    15, "Braun and Schweidel 2011", "B",
    "Preventing one reason of leaving is always worth less than a model with a single reason says, as those kept "
    "leave for another one",
    ("published/fewer_faults",),
    "Customers for three years with half of the leaving for bad experience prevented: customer-months gained, against "
    "those that were gained if all who are spared stayed on",
    8_000,
)  # fmt: skip
def damper(customers: int) -> Outcome:
    base, _ = written("published/fewer_faults", customers, 36)
    none, fewer = run(some(SAAS, customers), under(base, "none"), pulled(base, "published/fewer_faults"))
    end = 36.0 * MONTH
    stay = [np.minimum(first(lives, Event.ENDED, life=0), end) for lives in (none, fewer)]
    left_for = first(none, Event.ENDED, life=0, detail=EXPERIENCE)
    spared = np.isfinite(left_for) & ~np.isfinite(first(fewer, Event.ENDED, life=0, detail=EXPERIENCE))
    gained, hoped = np.where(spared, stay[1] - stay[0], 0.0), np.where(spared, end - stay[0], 0.0)
    share = quotient("months gained, of those hoped for", gained, hoped, "share")
    less = Figure("worth less than hoped by", 1.0 - share.value, share.error, "share")
    return Outcome((Compared(less), Compared(share)))


@published(
    16, "Hartmann and Viard 2008", "B",
    "Points bind infrequent customers who are close to a reward, and nobody else",
    ("published/stamps",),
    "Customers of the shop for three years, every fifth order rewarded, against none: who orders again within four "
    "months of the fourth, from which on points bind; and whether anything changes for those who never come so far",
    6_000, ("loyalty_points.near", "loyalty_points.frequent", "loyalty_points.hold"),
)  # fmt: skip
def points(customers: int) -> Outcome:
    base, _ = written("published/stamps", customers, 36)
    none, stamped = run(some(SHOP, customers), under(base, "none"), pulled(base, "published/stamps"))
    near = order_number(none, 4)
    seen = near < 32 * MONTH
    again = [(order_number(lives, 5) < near + 4 * MONTH)[seen].astype(float) for lives in (none, stamped)]
    often = (near < order_number(none, 1) + 3 * MONTH)[seen]
    orders = [lives.count(lives.rows(Event.ORDERED)) for lives in (none, stamped)]
    far = mean("orders of those who never come close, more by", (orders[1] - orders[0])[~np.isfinite(near)])
    more = again[1] - again[0]
    return Outcome(
        (
            Compared(mean("infrequent and close, order again more by", more[~often], "share")),
            Compared(mean("frequent and close, more by", more[often], "share"), 0.0, 0.0, 0.05),
            Compared(far, 0.0, 0.0, 0.001),
        ),
        (mean("order again without points", again[0][~often], "share"),),
    )


def order_number(lives: Lives, number: int) -> np.ndarray:
    """Return when each customer places his n-th order of the horizon."""
    rows = lives.rows(Event.ORDERED)
    rows = rows[np.argsort(rows["slot"], kind="stable")]
    place = np.arange(len(rows)) - np.searchsorted(rows["slot"], rows["slot"])
    when = np.full(len(lives.customers), np.inf)
    chosen = rows[place == number - 1]
    when[chosen["slot"]] = chosen["time"]
    return when


FIGURES = ((0.60, 0.15, 0.10), (0.75, 0.0, 0.25), (0.80, 0.10, 0.20), (0.85, 0.10, 0.25), (0.90, 0.0, 1.00))
"""Of the table: yearly retention, discount rate, and what five points more are worth."""
PERIODS = 119
"""Bills followed: one of the monthly plan stands for a year."""


@published(
    18, "Reichheld and Sasser 1990; Reichheld 1996", "-",
    "Five points of retention are worth 25 to 95 % more profit. By the formula for a flat margin: 10 % more at a "
    "retention of 60 % and a discount rate of 15 %, up to 100 % more at 90 % and none; net of winning costs more",
    ("published/flat_margin",),
    "Members who all lose the same share at each bill, which stands for a year; the share varied. Value of the bills "
    "of those who pay, with and without five points more; then, at 80 %, 10 % and a margin of 100, with winning costs "
    "of 200, and with other conditions. The formula's figures must be met within 4 standard errors",
    6_000,
)  # fmt: skip
def five_points(customers: int) -> Outcome:
    base, people = cohort("published/flat_margin", customers, PERIODS)
    years = {kept: years_kept(base, people, kept) for kept in sorted({k for r, _, _ in FIGURES for k in (r, r + 0.05)})}

    def uplift(name: str, retention: float, discount: float, **more: float) -> Figure:
        return worth_more(name, (years[retention], years[retention + 0.05]), discount, **more)

    table = [Compared(uplift(f"at {r:.0%}, discounted at {d:.0%}", r, d), found, exact=True) for r, d, found in FIGURES]
    costly = Compared(uplift("net of winning costs of 200", 0.8, 0.10, winning=200.0), 0.44, exact=True)
    apart = np.random.default_rng(SEED).beta(0.8, 3.2, len(people)) / 0.2  # shares lost differ, their mean is the same
    differing = years_kept(base, people, 0.8, apart), years_kept(base, people, 0.85, apart)
    return Outcome(
        (*table, costly),
        (
            uplift("net of winning costs and with a programme of 5 a year", 0.8, 0.10, winning=200.0, programme=5.0),
            uplift("with a margin that grows by 5 % a year", 0.8, 0.10, growth=0.05),
            worth_more("where the shares lost differ, all cut by a quarter", differing, 0.10),
            uplift("in the first three years alone", 0.8, 0.10, years=3),
        ),
    )


def worth_more(
    name: str, bills: tuple[np.ndarray, np.ndarray], discount: float, *, winning: float = 0.0, programme: float = 0.0,
    growth: float = 0.0, years: int = PERIODS,
) -> Figure:  # fmt: skip
    """Return by what share bills of 100 are worth more where more of them are paid."""
    few, many = (annuity(np.minimum(number, years), (1.0 + discount) / (1.0 + growth)) for number in bills)
    before, after = 100.0 * few - winning, (100.0 - programme) * many - winning
    return quotient(name, after - before, before, "share")


def years_kept(base: dict[str, Any], people: np.recarray, kept: float, apart: Any = 1.0) -> np.ndarray:
    """Return how many bills each member of the monthly plan pays, if each bill keeps a share; or one of his own."""
    people = people.copy().view(np.recarray)
    people.renewal_leave = (1.0 - kept) * apart
    (lives,) = run(people, under(base, f"kept {kept:g}"))
    rows = lives.rows(Event.CONVERTED)
    return lives.count(lives.rows(Event.PAID))[rows["slot"][rows["plan"] == MONTHLY]]


def annuity(bills: np.ndarray, rate: float) -> np.ndarray:
    """Return the present value of bills of 1, the first today."""
    return np.append(0.0, np.cumsum(rate ** -np.arange(PERIODS + 2.0)))[bills]
