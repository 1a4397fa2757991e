"""Integrations: what is selection and what is effect."""

import numpy as np

from experiments.findings import Figure, Finding, exactly, experiment, mean
from experiments.same_customers import SAAS, SEED, Lives, business, changed_stories, run, some, under
from sim.core.customer import Clock
from sim.core.events import Event, Reason
from sim.levers import BY_NAME
from sim.model import rates
from sim.scenario.schema import Scenario
from sim.study.design import Design

SOFT = int(Reason.SOFT)
LANDMARK, LATER = 12, 24
FREE = {"build_cost": "0 USD", "running_cost": "0 USD"}


def gap(name: str, lives: Lives) -> Figure:
    """Return the raw gap: of those alive at month 12, the share alive at month 24, connected by month 12 less not."""
    there = lives.alive(LANDMARK)
    connected = np.zeros(len(there), bool)
    connected[lives.rows(Event.INTEGRATED, last=LANDMARK)["slot"]] = True
    stays = lives.alive(LATER)
    some, none = stays[there & connected], stays[there & ~connected]
    return mean("", some, "share").less(mean("", none, "share"), name)


@experiment(
    "Selection makes a gap in raw data where there is no effect",
    "Integrations without any effect, connected more readily by those whom the product fits: retention of small "
    "customers from month 12 to 24, of those connected by month 12 against the others, and every story against the "
    "same without the lever",
    ("integrations.fit_connect", "leaving.fit_leave"), 11_000,
)  # fmt: skip
def selection_without_effect(customers: int) -> Finding:
    base = business(SAAS, customers, LATER)
    lever = {"connects": "8 % per month", "fit_connect": 1, "ability": 0, "leave_help": 1, "leave_floor": 0.6, **FREE}
    small = some(SAAS, customers, segment=0)
    none, lives = run(small, under(base, "none"), under(base, "no effect", integrations=lever))
    raw = gap("raw gap", lives)
    changed = changed_stories(none, lives, Event.INTEGRATED)
    return Finding(
        (
            raw,
            Figure("stories changed, integrating apart", float(changed.sum())),
            Figure("paired difference of profit", float((lives.profit - none.profit).sum()), 0.0, "USD"),
        ),
        {"the raw data show a gap": raw.z, "the paired comparison none": exactly(not changed.any())},
        customers,
    )


@experiment(
    "Integrations: selection beside effect, and the floor",
    "The same raw gap with effect alone (who connects is chance) and with both; how much better those fit (0 to 1) who "
    "connect in the first month; the rate of soft leaving with 1, 3, 5 and 12 products, of that with none",
    ("integrations.leave_help", "integrations.leave_floor", "integrations.fit_connect"), 11_000,
)  # fmt: skip
def effect_and_selection(customers: int) -> Finding:
    base = business(SAAS, customers, LATER)
    connect = {"connects": "8 % per month", **FREE}
    people = some(SAAS, customers, segment=0)
    effect, both = run(
        people,
        under(base, "effect", integrations={**connect, "fit_connect": 0}),
        under(base, "both", integrations=connect),
    )
    gaps = [gap(name, lives) for name, lives in (("gap, effect alone", effect), ("gap, both", both))]
    fits = [fit_of_the_connected(name, lives, people) for name, lives in
            (("their fit, effect alone", effect), ("their fit, both", both))]  # fmt: skip
    help_, floor, seen = leaving_by_products(under(base, "many", integrations={"products": 12, **FREE}))
    expected = np.maximum(floor, help_ ** np.arange(len(seen)))
    return Finding(
        (*gaps, *fits, *(Figure(f"{count} products", float(round(seen[count], 3))) for count in (1, 3, 5, 12))),
        {
            "the effect is seen": gaps[0].z,
            "both is no less (within 2)": exactly(gaps[1].less(gaps[0], "").z > -2.0),
            "those who connect fit better": fits[1].z,
            "where connecting is chance they do not (within 3)": exactly(abs(fits[0].z) < 3.0),
            "the floor holds": exactly(bool(np.allclose(seen, expected, rtol=1e-9) and seen[-1] == seen[-2])),
        },
        customers,
    )  # fmt: skip


def fit_of_the_connected(name: str, lives: Lives, people: np.recarray) -> Figure:
    """Return how much better those fit who connect in the first month than those there who do not."""
    there = lives.alive(1)
    connected = np.zeros(len(there), bool)
    connected[lives.rows(Event.INTEGRATED, last=1)["slot"]] = True
    return mean("", people.fit[there & connected]).less(mean("", people.fit[there & ~connected]), name)


def leaving_by_products(scenario: Scenario) -> tuple[float, float, np.ndarray]:
    """Return the lever's factor and floor, and one customer's soft leaving by products connected, against none."""
    lever = scenario.levers.integrations  # type: ignore[attr-defined]
    customer = some(SAAS, 1)[0]
    kernel, found = Design((scenario,), 1, seed=SEED).kernels[0][0], []
    customer.active = (1 << list(BY_NAME).index("integrations")) | customer.active
    for count in range(int(lever.products) + 1):
        customer.integrations = count
        rates.set_rates(customer, kernel)
        found.append(customer.rate[int(Clock.LEAVE) + SOFT])
    return lever.leave_help, lever.leave_floor, np.array(found) / found[0]
