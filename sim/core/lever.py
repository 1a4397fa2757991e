"""What a lever is: parameters with units and sources, costs, a target group, and the quantities it changes."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar, Literal, get_args, get_origin

from sim.core.compiling import compiled, inlined
from sim.core.events import Event, Source, Stage, Team
from sim.core.frame import Eligible
from sim.core.hooks import RECALL_HOOKS, TOUCH_HOOKS, Hook
from sim.core.parameter import Parameters, choice, money, param
from sim.core.units import Amount, Count, Days, Money, Probability

Rule = Callable[..., Any]


class TeamSize(Parameters):
    """A team with a limited number of agents, and the customers who wait for it."""

    title: ClassVar[str] = "The team behind the lever"
    agents: Count = choice(..., "Agents at the business's own size; a larger sample scales them.")
    session: Days = param("0.5 days", "Mean time that an agent is busy with one customer.", source="judgement",
                          grade="J", low="0.1 days", high="3 days")  # fmt: skip
    patience: Days = param("7 days", "Mean time after which a waiting customer stops waiting.", source="judgement",
                           grade="J", low="1 day", high="30 days")  # fmt: skip
    wage: Money = money("specialist_month", "What one agent costs a month.")
    priority: tuple[str, ...] = choice((), "Segments served first, in this order; then all others.")


@dataclass(frozen=True)
class Touching:
    """Which of a lever's own parameters say how it touches customers by the calendar."""

    per_month: str
    channel: str
    strength: str
    timely: str


@dataclass(frozen=True)
class Recalling:
    """Which of a lever's own parameters say how it contacts those who have left."""

    after: str
    contacts: str
    spacing: str
    channel: str
    offer_valid: str


@dataclass(frozen=True)
class Alerting:
    """Which of a lever's own parameters say how it follows up an alert."""

    within: str
    channel: str
    awakens: str


class Lever(Parameters):
    """Base of all levers. A lever's name is the name of its file.

    Attributes
    ----------
    hooks
        Its rules; filled by ``changes``.
    costs
        Events that cost something, each with the parameter that says how much.
    build_costs, running_costs
        Products of parameters, paid when the lever begins and every month: ``("build_cost", "products")``.
    team_kind
        The team that a parameter ``team`` describes.
    meets
        The stages in which the lever can do anything to a customer: from then on he counts as reached, or as held out.
        Its rules are asked in every stage that ``eligible`` lets in, and leave others alone by themselves.
    meets_at
        The event at which it first can; left out, when he is in one of those stages.
    for_prospects
        Its running costs are for prospects; those of all other levers are for customers, also after the horizon.
    touching, recalling, alerting
        What makes the model touch customers by the calendar, contact those who have left, or follow up alerts.
    term_years
        Its own parameter that says for how many years the plan PREPAID is paid.
    remembers
        What all customers together have taught the lever: numbers from 0, beside its own ones; see ``reviews``.
    review
        Filled by ``reviews``.
    of_business_size
        Its own parameters that count people at the business's own size: a larger sample has more of them.
    """

    hooks: ClassVar[dict[Hook, Rule]] = {}
    costs: ClassVar[tuple[tuple[Event, str], ...]] = ()
    build_costs: ClassVar[tuple[str, ...]] = ()
    running_costs: ClassVar[tuple[str, ...]] = ()
    team_kind: ClassVar[Team | None] = None
    meets: ClassVar[tuple[Stage, ...]] = tuple(Stage)
    meets_at: ClassVar[Event | None] = None
    for_prospects: ClassVar[bool] = False
    touching: ClassVar[Touching | None] = None
    recalling: ClassVar[Recalling | None] = None
    alerting: ClassVar[Alerting | None] = None
    term_years: ClassVar[str | None] = None
    remembers: ClassVar[tuple[str, ...]] = ()
    review: ClassVar[Rule | None] = None
    of_business_size: ClassVar[tuple[str, ...]] = ()

    starts: Days = choice("0 days", "When the lever begins, counted from the study's start.")
    ends: Days | None = choice(None, "When the lever stops; never, if left out.")
    ramp: Days = choice("0 days", "Time over which the share reached grows from nothing, month by month.")
    share: Probability = choice(
        "100 %", "Share of eligible customers reached, fixed per customer; the rest is a hold-out."
    )
    eligible: Eligible = choice(Eligible(), "Whom the lever may reach.")
    fixed_cost: Money | None = choice(None, "Fixed cost, paid once when the lever begins.")
    monthly_cost: Money | None = choice(None, "Monthly cost, paid while the lever runs.")
    budget: Money | None = choice(
        None, "Most to spend a month on touches and contacts; each month's share served follows the month before."
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        cls.hooks = {}

    @classmethod
    def lever_name(cls) -> str:
        """Return the name used in scenario files: the module's own."""
        return cls.__module__.rsplit(".", 1)[-1]

    @classmethod
    def changes(cls, hook: Hook) -> Callable[[Rule], Rule]:
        """Say that a rule, ``rule(value, customer, lever) -> value``, changes one quantity."""

        if hook in RECALL_HOOKS and cls.recalling is None:
            raise TypeError(f"{cls.lever_name()} changes {hook.name}, which only a lever with 'recalling' can")
        if hook in TOUCH_HOOKS and cls.touching is None:
            raise TypeError(f"{cls.lever_name()} changes {hook.name}, which only a lever with 'touching' can")

        def register(rule: Rule) -> Rule:
            cls.hooks[hook] = rule if hasattr(rule, "py_func") else inlined(rule)
            return cls.hooks[hook]

        return register

    @classmethod
    def reviews(cls, rule: Rule) -> Rule:
        """Say what is learnt at a month's start: ``rule(lever, month)`` changes what the lever remembers.

        ``month`` holds last month's totals, see ``MONTH_TOTALS`` in ``sim/model/kernel.py``. It ties all customers.
        """
        cls.review = staticmethod(compiled(rule))
        return rule

    @classmethod
    def reach_number(cls) -> int:
        """Return the k of the reach draw."""
        return reach_number(cls.lever_name())

    def decides_who_comes(self) -> bool:
        """Return whether other people sign up because of the lever, or fewer, so that reached and held out differ."""
        return Hook.QUOTA in type(self).hooks

    def most_admitted(self, source: Source) -> float:
        """Return the most candidates of a kind of traffic that the lever admits, times the usual ones; at least 1."""
        return 1.0

    def most_bargains(self) -> float:
        """Return how many it lets in who come for an offer alone, times the usual candidates."""
        return 0.0

    def _repr_html_(self) -> str:
        from sim.core.html import lever_table  # html knows this file

        return lever_table(self)

    def ties_customers(self) -> bool:
        """Return whether customers are no longer independent: they share a team, a budget, or what is learnt."""
        shared = getattr(self, "team", None) is not None or self.budget is not None
        return shared or type(self).review is not None

    def product(self, names: tuple[str, ...]) -> int:
        """Return the product of some parameters, one of them money: minor units; 0 for none."""
        total = 1.0 if names else 0.0
        for name in names:
            total *= own_values(self)[name]
        return round(total)

    @classmethod
    def own_parameters(cls) -> list[str]:
        """Names of the parameters that are this lever's own and that its rules read as numbers."""
        return [name for name in cls.model_fields if name not in Lever.model_fields and name != "team"]


def reach_number(name: str) -> int:
    """Return the k of a lever's reach draw: from the name, so that a new lever changes nobody's old draw."""
    return zlib.crc32(name.encode())


def team_of(lever: type[Lever]) -> type[TeamSize] | None:
    """Return the group that describes a lever's team; None for a lever that can have none."""
    if "team" not in lever.model_fields:
        return None
    kinds: tuple[type[TeamSize], ...] = get_args(lever.model_fields["team"].annotation)
    return kinds[0]


def lever_fields(lever: type[Lever]) -> list[tuple[str, str]]:
    """Return the record fields that a lever's rules see: its own numbers (money in minor units), and what it learns."""
    return [("has_team", "i1"), *((name, "f8") for name in (*lever.own_parameters(), *lever.remembers))]


def own_values(lever: Lever) -> dict[str, float]:
    """Return the lever's own numbers as its record stores them: money in minor units, a word as its place."""
    return {name: _number(getattr(lever, name), words_of(type(lever), name)) for name in lever.own_parameters()}


def words_of(lever: type[Lever], name: str) -> tuple[str, ...]:
    """Return the words that one of a lever's parameters may be; empty where it is a number."""
    annotation = lever.model_fields[name].annotation
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _number(value: Any, words: tuple[str, ...]) -> float:
    if words:
        return float(words.index(value))
    return float(value.minor) if isinstance(value, Amount) else float(value)


def word_for(number: IntEnum) -> str:
    """Return the word by which scenario files name a member of an enum."""
    return number.name.lower()
