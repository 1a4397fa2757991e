"""What a lever is: parameters with units and sources, costs, a target group, and the quantities it changes."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar, Literal, get_args, get_origin

from numba import njit

from sim.core.events import Event, Stage, Team
from sim.core.hooks import OFFERED, RECALL_HOOKS, Hook
from sim.core.parameter import Parameters, choice, money, param
from sim.core.units import Amount, Count, Days, Money, Probability

Rule = Callable[..., Any]
INTRODUCTION = int(Stage.INTRODUCTION)


class Eligible(Parameters):
    """Whom a lever may reach. What is left out does not restrict."""

    title: ClassVar[str] = "Whom the lever may reach"
    segments: tuple[str, ...] | None = choice(None, "Names of segments.")
    plans: tuple[str, ...] | None = choice(None, "Of monthly and annual; asked once the customer pays.")
    stages: tuple[str, ...] | None = choice(None, "Of introduction, growth, maturity, dormancy and churned.")
    lives: tuple[Count, ...] | None = choice(None, "Numbers of the customer's life, from 1.")


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
        The stages in which the lever can do anything to a customer.
    for_prospects
        Its running costs are for prospects; those of all other levers are for customers, also after the horizon.
    touching, recalling
        What makes the model touch customers by the calendar, or contact those who have left.
    """

    hooks: ClassVar[dict[Hook, Rule]] = {}
    costs: ClassVar[tuple[tuple[Event, str], ...]] = ()
    build_costs: ClassVar[tuple[str, ...]] = ()
    running_costs: ClassVar[tuple[str, ...]] = ()
    team_kind: ClassVar[Team | None] = None
    meets: ClassVar[tuple[Stage, ...]] = tuple(Stage)
    for_prospects: ClassVar[bool] = False
    touching: ClassVar[Touching | None] = None
    recalling: ClassVar[Recalling | None] = None

    starts: Days = choice("0 days", "When the lever begins, counted from the study's start.")
    ends: Days | None = choice(None, "When it stops; never, if left out.")
    ramp: Days = choice("0 days", "Time over which the share reached grows from nothing, month by month.")
    share: Probability = choice(
        "100 %", "Share of eligible customers reached, fixed per customer; the rest is a hold-out."
    )
    eligible: Eligible = choice(Eligible(), "Whom the lever may reach.")
    fixed_cost: Money | None = choice(None, "Paid once, when the lever begins.")
    monthly_cost: Money | None = choice(None, "Paid every month while the lever runs.")

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

        def register(rule: Rule) -> Rule:
            cls.hooks[hook] = rule if hasattr(rule, "py_func") else njit(error_model="numpy")(rule)
            return cls.hooks[hook]

        return register

    @classmethod
    def reach_number(cls) -> int:
        """Return the k of the reach draw: from the name, so that a new lever changes nobody's old draw."""
        return zlib.crc32(cls.lever_name().encode())

    def _repr_html_(self) -> str:
        from sim.core.html import lever_table  # html knows this file

        return lever_table(self)

    def ties_customers(self) -> bool:
        """Return whether customers are no longer independent of one another: they wait for the same team."""
        return getattr(self, "team", None) is not None

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


FRAME = [
    ("on", "i1"), ("starts", "f8"), ("ends", "f8"), ("ramp_months", "f8"), ("share", "f8"), ("reach_number", "i8"),
    ("segments", "u4"), ("plans", "u4"), ("stages", "u4"), ("lives", "u4"), ("meets", "u4"),
]  # fmt: skip
"""What the framework needs to know of every lever, the same for all; rules see the lever's own numbers."""


def lever_fields(lever: type[Lever]) -> list[tuple[str, str]]:
    """Return the record fields that a lever's rules see: its own numbers (money in minor units), and its team's."""
    return [("has_team", "i1")] + [(name, "f8") for name in lever.own_parameters()]


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


@njit(error_model="numpy")
def eligible(customer, frame):
    """Whether the customer, as he stands, belongs to those whom the lever may reach."""
    if (frame.segments >> customer.segment) & 1 == 0 or (frame.stages >> customer.stage) & 1 == 0:
        return False
    if customer.stage != INTRODUCTION and (frame.plans >> customer.plan) & 1 == 0:
        return False
    return (frame.lives >> min(customer.life, 31)) & 1 == 1


@njit(error_model="numpy")
def meets(customer, frame):
    """Whether the lever can do anything to the customer as he stands."""
    return eligible(customer, frame) and (frame.meets >> customer.stage) & 1 == 1


@njit(error_model="numpy")
def unchanged(value, customer, p):
    """Return the value: the end of every chain."""
    return value


@njit(error_model="numpy")
def floored(below, above, floor, customer, p):
    """Return the product of all factors: the end of a chain of factors."""
    return max(floor, below) * above


def chain(levers: Sequence[type[Lever]], hook: Hook) -> Rule:
    """Fold every lever's rule for one hook, in register order, into one compiled ``(value, customer, p)``."""
    link = _offered_link if hook in OFFERED else _link
    rest: Rule = unchanged
    for bit, lever in reversed(list(enumerate(levers))):
        if hook in lever.hooks:
            offers = lever.recalling or {Hook.OFFER, Hook.LATER_OFFER} & lever.hooks.keys()
            if hook in OFFERED and not offers:
                raise TypeError(f"{lever.lever_name()} changes {hook.name} and so needs a rule on OFFER too")
            rest = link(bit, lever.lever_name(), lever.hooks[hook], rest)
    return rest


def offer_chain(levers: Sequence[type[Lever]], hook: Hook) -> Rule:
    """Fold all rules on an offer into one compiled ``(bits, customer, p)``: a bit per lever that makes its own."""
    rest: Rule = unchanged
    for bit, lever in reversed(list(enumerate(levers))):
        if hook in lever.hooks:
            rest = _offer_link(bit, lever.lever_name(), lever.hooks[hook], rest)
    return rest


def factor_chain(levers: Sequence[type[Lever]], hook: Hook) -> Rule:
    """Fold every lever's factor for one hook into one compiled ``(floor, customer, p)``.

    The floor holds for the product of the factors below 1; factors above 1 multiply afterwards.
    """
    rest: Rule = floored
    for bit, lever in reversed(list(enumerate(levers))):
        if hook in lever.hooks:
            rest = _factor_link(bit, lever.lever_name(), lever.hooks[hook], rest)

    @njit(error_model="numpy")
    def start(floor, customer, p):
        return rest(1.0, 1.0, floor, customer, p)

    return start


def _link(bit: int, name: str, rule: Rule, rest: Rule) -> Rule:
    @njit(error_model="numpy")
    def link(value, customer, p):
        if (customer.active >> bit) & 1 == 1 and eligible(customer, p.frames[bit]):
            value = rule(value, customer, p.levers[name])
        return rest(value, customer, p)

    return link


def _offered_link(bit: int, name: str, rule: Rule, rest: Rule) -> Rule:
    @njit(error_model="numpy")
    def link(value, customer, p):
        if (customer.active >> bit) & 1 == 1 and (customer.offered >> bit) & 1 == 1:
            value = rule(value, customer, p.levers[name])
        return rest(value, customer, p)

    return link


def _offer_link(bit: int, name: str, rule: Rule, rest: Rule) -> Rule:
    @njit(error_model="numpy")
    def link(bits, customer, p):
        asked = (customer.active >> bit) & 1 == 1 and eligible(customer, p.frames[bit])
        if asked and rule(0.0, customer, p.levers[name]) > 0.0:
            bits |= 1 << bit
        return rest(bits, customer, p)

    return link


def _factor_link(bit: int, name: str, rule: Rule, rest: Rule) -> Rule:
    @njit(error_model="numpy")
    def link(below, above, floor, customer, p):
        if (customer.active >> bit) & 1 == 1 and eligible(customer, p.frames[bit]):
            factor = max(0.0, rule(1.0, customer, p.levers[name]))
            below, above = below * min(1.0, factor), above * max(1.0, factor)
        return rest(below, above, floor, customer, p)

    return link
