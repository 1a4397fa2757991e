"""What keeping customers is worth: winning them back, preventing one reason, points, and five points of retention."""

import numpy as np

from experiments.findings import Figure, mean, quotient
from experiments.recall import prices
from experiments.same_customers import SAAS, SHOP, Lives, run, some, under
from published.comparing import Compared, Outcome, cohort, first, pulled, published, written
from sim.core.events import Event, Reason
from sim.core.units import MONTH
from sim.scenario.schema import Scenario

EXPERIENCE = int(Reason.EXPERIENCE)
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
    "Customers of the shop for three years, every tenth order rewarded, against none: who orders again within four "
    "months of the order after which points first bind; and whether anything changes for those who never come close",
    5_000, ("loyalty_points.near", "loyalty_points.frequent", "loyalty_points.hold"),
)  # fmt: skip
def points(customers: int) -> Outcome:
    base, levers = written("published/stamps", customers, 36)
    none, stamped = run(some(SHOP, customers), under(base, "none"), pulled(base, "published/stamps"))
    near = order_number(none, 7)
    seen = near < 32 * MONTH
    again = [(order_number(lives, 8) - near < 4 * MONTH)[seen].astype(float) for lives in (none, stamped)]
    often = (near - order_number(none, 6) < MONTH)[seen]
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


LADDER = 240
"""Periods followed; a bill of the monthly plan stands for a year."""


def lifetime(name: str, retention: float, more: float, people_wanted: int) -> list[np.ndarray]:
    """Return for how many periods each member pays at a retention, and at one that is higher by five points."""
    total = 1_000_000
    base, people = cohort(name, people_wanted, 60)
    base = {**base, "residual": f"{LADDER // 2} months", "horizon": f"{LADDER // 2} months"}
    found = []
    for kept in (retention, retention + more):
        renewal = {"alpha": round(total * (1.0 - kept)), "beta": round(total * kept)}
        scenario = under({**base, "renewal": renewal}, f"{kept:g}")
        found.append((scenario, people))
    return [np.zeros(0) for _ in found]
