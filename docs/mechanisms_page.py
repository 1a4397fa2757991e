"""The page of experiments: what each mechanism does, on the same customers with it and without."""

import functools
from collections.abc import Iterator
from typing import Any

from experiments import integrations, recall, staying, touches
from experiments.findings import EXPERIMENTS, SURE, Experiment

from sim.core.lever import Lever
from sim.core.parameter import declared
from sim.levers import BY_NAME
from sim.model.behaviour import Behaviour
from sim.model.channels import Channels
from sim.scenario.market import load_market

ORDER = [module.__name__ for module in (touches, recall, integrations, staying)]
ALL = sorted(EXPERIMENTS, key=lambda one: ORDER.index(one.run.__module__))
"""Every experiment, in the order of the page."""


@functools.cache
def grades() -> dict[str, str]:
    """Return the grade of every parameter that an experiment may rest on, by group and name."""
    groups: dict[str, Any] = {name: type(group) for name, group in Behaviour()}
    groups |= {name: field.annotation for name, field in Channels.model_fields.items()}
    groups |= dict(BY_NAME)
    market, found = load_market("us_b2b_saas"), {}
    for name, group in groups.items():
        own = (*declared(group), *(declared(Lever) if name in BY_NAME else ()))
        for one in own:
            found[f"{name}.{one.name}"] = str(one.grade or (market.values[one.market].grade if one.market else "J"))
    return found


def row_of(one: Experiment) -> tuple[str, ...]:
    """Run one experiment and return its line of the table."""
    finding = one.run(one.customers)
    figures = "; ".join(figure.shown() for figure in finding.figures)
    rests = ", ".join(f"`{name}` ({grades()[name]})" for name in one.rests_on)
    return one.mechanism, one.compared, f"{figures} ({finding.customers:,} customers)", finding.verdict, rests


def mechanisms_page() -> Iterator[str]:
    """Yield the page's lines."""
    from make import table

    yield from (
        "# What each mechanism does", "",
        "Made by `python docs/make.py` from simulation; `tests/test_mechanisms.py` holds every line. Each experiment "
        "lets the same customers of a shipped business live with and without something. Figures are means over "
        "customers, ± one standard error, of one replication; profit is discounted to day 0. A mechanism is *shown* "
        f"when all that it promises holds by more than {SURE:g} standard errors.", "",
        "What it rests on are the parameters that make the effect, with their grades (see "
        "[parameters](parameters.md)). An experiment shows that the model does what its parameters say; whether "
        "customers do is a matter of those grades.", "",
    )  # fmt: skip
    head = ("mechanism", "what is compared", "figures", "verdict", "what it rests on (grade)")
    yield from table(head, (row_of(one) for one in ALL))
