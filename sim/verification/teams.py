"""Customers who wait for a team: the onboarding team and the call desk as queues with many agents."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.events import Event
from sim.core.randomness import Stream, uniforms
from sim.core.units import MONTH
from sim.model.candidates import set_arrivals
from sim.scenario.schema import Scenario
from sim.verification.bare import leaving, live, seed_of, subscription
from sim.verification.case import Row, case
from sim.verification.formulas import erlang_a, erlang_c
from sim.verification.rows import batches, exact

SESSION = 0.01
"""Mean length of a session in days: short, so that few months hold many of them."""
FOR_EVER = 1e9
Queue = Callable[[str, float, int, int, float], tuple[NDArray[np.float64], NDArray[np.bool_]]]


def team_of(agents: int, patience: float) -> dict[str, Any]:
    """Return a team as a scenario writes it; session lengths and patience are exponential."""
    return {"agents": agents, "session": f"{SESSION} days", "patience": f"{patience:.9g} days"}


def poisson(name: str, load: float) -> Callable[[np.recarray], None]:
    """Return what lets customers sign up as a Poisson process, with so many sessions asked for per mean session."""

    def arrive(customers: np.recarray) -> None:
        chance = uniforms(np.uint64(seed_of(name)), 0, customers.id, int(Stream.ARRIVAL), 0)
        set_arrivals(customers, np.cumsum(-np.log1p(-chance) * SESSION / load))

    return arrive


def onboarding(name: str, load: float, agents: int, count: int, patience: float) -> tuple[Any, Any]:
    """Let prospects who never convert ask the onboarding team."""
    team = {"guided_onboarding": {"team": team_of(agents, patience)}}
    never = {"solved": {"segments": {"all": {"convert": "0 per day"}}}}
    return waits(subscription(name, count, residual=span(count, load, 1.0), levers=team, **never), load)


def call_desk(name: str, load: float, agents: int, count: int, patience: float) -> tuple[Any, Any]:
    """Let customers who leave at their first bill be called once, a month later, to no avail."""
    nobody = dict.fromkeys(("feature_news", "content", "benefit", "friends", "call"), "0 %")
    campaign = {
        "after": f"{MONTH:.9g} days", "contacts": 1, "reasons": "all", "least_worth": "0 USD", "most_service": "100 %",
        "most_bad_mouth": "100 %", "call_worth": "0 USD", "team": team_of(agents, patience), **nobody,
    }  # fmt: skip
    changes = leaving(soft=1e6) | {"channels": {"phone": {"opt_in": "100 %"}}}
    changes |= {"levers": {"recall_campaign": campaign}, "residual": span(count, load, 3.0)}
    return waits(subscription(name, count, **changes), load)


def span(count: int, load: float, more: float) -> str:
    """Return so many months as the last of so many customers needs."""
    return f"{int(count * SESSION / load / MONTH * 1.1 + more) + 1} months"


def waits(scenario: Scenario, load: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return how long each customer waits, in the order of asking, in mean sessions, and whether he goes away."""
    events = (Event.TEAM_ASKED, Event.SERVICE_BEGAN, Event.LEFT_QUEUE)
    lives = live(scenario, *events, prepare=poisson(scenario.name, load))
    asked, served, left = (lives.first(event) for event in events)
    order = np.argsort(asked, kind="stable")
    return (np.minimum(served, left) - asked)[order] / SESSION, np.isfinite(left)[order]


def patient(queue: Queue, count: int) -> Iterator[Row]:
    """Hold a team whom everybody waits for against Erlang C."""
    for load, agents in ((2, 3), (3, 4)):
        waiting, left = queue(f"{queue.__name__} {load} {agents}", load, agents, count, FOR_EVER)
        chance, length = erlang_c(load, agents)
        yield exact(f"({load}, {agents}) who go away", left.sum(), 0.0)
        yield batches(f"({load}, {agents}) chance of waiting", waiting > 0.0, chance)
        yield batches(f"({load}, {agents}) mean number waiting", waiting * load, length)
        yield batches(f"({load}, {agents}) mean wait", waiting, chance / (agents - load))


def impatient(queue: Queue, count: int) -> Iterator[Row]:
    """Hold a team for whom people wait so long and no longer against Erlang A, also where it is overloaded."""
    for load, agents, patience in ((3, 4, 2.0), (5, 4, 1.0)):
        waiting, left = queue(f"{queue.__name__} {load} {agents}", load, agents, count, patience * SESSION)
        chance, go = erlang_a(load, agents, patience)
        yield batches(f"({load}, {agents}) chance of waiting", waiting > 0.0, chance)
        yield batches(f"({load}, {agents}) who go away", left, go)


@case(full=150_000, fast=40_000)
def onboarding_erlang_c(count: int) -> Iterator[Row]:
    yield from patient(onboarding, count)


@case(full=150_000, fast=40_000)
def call_desk_erlang_c(count: int) -> Iterator[Row]:
    yield from patient(call_desk, count)


@case(full=80_000, fast=30_000)
def onboarding_erlang_a(count: int) -> Iterator[Row]:
    yield from impatient(onboarding, count)


@case(full=80_000, fast=30_000)
def call_desk_erlang_a(count: int) -> Iterator[Row]:
    yield from impatient(call_desk, count)
