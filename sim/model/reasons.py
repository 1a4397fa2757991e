"""Why customers leave: the table reason x mechanism in words and numbers, made from the parameters.

``sim/model/rates.py`` holds the rules; a test holds this table to them. A total says what a mechanism does to all
leaving: the factors of the reasons, weighed with the reasons' shares. Published ratios are totals.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from scipy import special

from sim.core.events import INTENT_REASONS, Reason
from sim.core.parameter import Parameters, param
from sim.core.units import Probability
from sim.model.behaviour import Behaviour

NATURAL, SOFT, HARD, EXPERIENCE, PAYMENT = (Reason(number) for number in range(INTENT_REASONS + 1))
VOLUNTARY = (NATURAL, SOFT, HARD, EXPERIENCE)


class Involuntary(Parameters):
    """What a total on all leaving needs besides the model's own parameters; no rule reads it."""

    title: ClassVar[str] = "Failed payments among all churn"
    share: Probability = param("26 %", "Share of failed payments among all churn, for the totals in reasons.md alone.",
                               source="recurly_ratio", grade="C", low="20 %", high="40 %")  # fmt: skip


@dataclass(frozen=True)
class ReasonRow:
    """One reason in words: what drives it, what helps, what does not."""

    reason: Reason
    meaning: str
    driven_by: str
    helped_by: str
    not_helped_by: str


@dataclass(frozen=True)
class Mechanism:
    """One factor on leaving: the reasons it touches, the parameters behind it, and its two ends."""

    name: str
    meaning: str
    reasons: tuple[Reason, ...]
    parameters: tuple[str, ...]
    first_end: str
    second_end: str


REASONS = (
    ReasonRow(
        NATURAL, "The need is gone.", "Poor fit; segment and plan.",
        "Customers whom the product fits.", "Habit, perceived value, activation: the need itself is gone.",
    ),
    ReasonRow(
        SOFT, "The customer does not want to: inertia, busy.", "A weak habit; not being activated.",
        "Habit (more uses, less effort, rewards that surprise, prompts), activation, guidance in the first weeks, "
        "integrations; stored value, at the request.",
        "Price; fit and perceived value only by way of use.",
    ),
    ReasonRow(
        HARD, "The customer cannot stay: job, policy.", "Segment and plan; otherwise constant.",
        "Nothing.", "Everything.",
    ),
    ReasonRow(
        EXPERIENCE, "The product fails the customer; price and rivals are counted here.",
        "Poor fit, low perceived value (also from being trapped in a paid term, or sold too much), low satisfaction "
        "after problems that were not solved, not being activated.",
        "Customers whom the product fits, perceived value, problems solved, activation, guidance in the first weeks, "
        "integrations; stored value, at the request.",
        "Habit, reminders such as prompts.",
    ),
    ReasonRow(
        PAYMENT, "A card charge fails and is not recovered.", "Paying by card; the number of charges.",
        "Retries that recover more, fewer charges (an annual plan), paying by invoice.", "All that helps the others.",
    ),
)  # fmt: skip

MECHANISMS = (
    Mechanism(
        "fit", "Selection: whom the product fits leaves less.",
        (NATURAL, EXPERIENCE), ("leaving.fit_leave",), "fit 0", "fit 1",
    ),
    Mechanism(
        "habit", "Who uses out of habit does not drift off.",
        (SOFT,), ("leaving.soft_without_habit",), "no habit", "full habit",
    ),
    Mechanism(
        "value", "Who sees the value is not failed by the product.",
        (EXPERIENCE,), ("leaving.experience_without_value",), "value 0", "value 1",
    ),
    Mechanism(
        "satisfaction", "Who is not helped when there is a problem is failed by the product.",
        (EXPERIENCE,), ("service.experience_unsatisfied",), "satisfaction 0", "satisfaction 1",
    ),
    Mechanism(
        "activation", "Effect of having completed the key actions.",
        (SOFT, EXPERIENCE), ("activation.effect",), "not activated", "activated",
    ),
    Mechanism(
        "levers", "Direct factors of levers; those below 1 multiply no further than the floor, those above 1 freely.",
        VOLUNTARY, ("leaving.floor",), "no lever", "the floor",
    ),
    Mechanism(
        "awake", "Who is awake leaves more or less than a sleeper; neutral unless a file says otherwise.",
        VOLUNTARY, ("leaving.awake",), "asleep", "awake",
    ),
    Mechanism(
        "second_life", "Who comes back leaves sooner.",
        VOLUNTARY, ("leaving.second_life",), "first life", "second life",
    ),
    Mechanism(
        "third_life", "Who comes back again leaves sooner still.",
        VOLUNTARY, ("leaving.third_life",), "first life", "third or later life",
    ),
    Mechanism(
        "saved", "Who asked to cancel and was kept by an offer leaves sooner, for some months.",
        VOLUNTARY, ("saves.relapse", "saves.relapse_months"), "never saved", "just saved",
    ),
    Mechanism(
        "referring", "Who has brought a friend leaves less.",
        VOLUNTARY, ("friends.referring",), "nobody brought", "a friend brought",
    ),
    Mechanism(
        "referred", "Who was brought by a friend leaves less while that friend is there.",
        VOLUNTARY, ("friends.referred",), "came by himself", "the referrer is there",
    ),
    Mechanism(
        "referrer_left", "When the referrer leaves, who was brought by him leaves sooner; that fades.",
        VOLUNTARY, ("friends.left", "friends.left_half"), "no referrer, or gone for long", "the referrer has just left",
    ),
    Mechanism(
        "season", "The calendar month's factor on leaving, as the scenario gives it.",
        VOLUNTARY, ("the scenario's season",), "a month with factor 1", "a month with factor 2",
    ),
    Mechanism(
        "propensity", "Customers differ in how easily they leave: a Gamma spread with mean 1.",
        VOLUNTARY, ("leaving.propensity_shape",), "the 5th of 100 customers", "the 95th of 100 customers",
    ),
)  # fmt: skip


def factors(behaviour: Behaviour) -> Mapping[str, tuple[float, float]]:
    """Return each mechanism's factor at its two ends, on the reasons that it touches; on all others it is 1."""
    leaving, shape = behaviour.leaving, behaviour.leaving.propensity_shape
    low, high = (float(special.gammaincinv(shape, chance)) / shape for chance in (0.05, 0.95))
    return {
        "fit": (1.0 + leaving.fit_leave, 1.0 - leaving.fit_leave),
        "habit": (leaving.soft_without_habit, 1.0),
        "value": (leaving.experience_without_value, 1.0),
        "satisfaction": (behaviour.service.experience_unsatisfied, 1.0),
        "activation": (1.0, behaviour.activation.effect),
        "levers": (1.0, leaving.floor),
        "awake": (1.0, leaving.awake),
        "second_life": (1.0, leaving.second_life),
        "third_life": (1.0, leaving.third_life),
        "saved": (1.0, behaviour.saves.relapse),
        "referring": (1.0, behaviour.friends.referring),
        "referred": (1.0, behaviour.friends.referred),
        "referrer_left": (1.0, behaviour.friends.left),
        "season": (1.0, 2.0),
        "propensity": (low, high),
    }


def voluntary_total(factor: float, reasons: tuple[Reason, ...], behaviour: Behaviour) -> float:
    """Hazard ratio on voluntary leaving when the given reasons have a factor and the others have 1.

    The shares of the reasons are taken to hold among customers for whom the factor is 1.
    """
    share = {reason: float(getattr(behaviour.reasons, reason.name.lower())) for reason in VOLUNTARY}
    moved = sum(share[reason] for reason in reasons)
    return 1.0 + (factor - 1.0) * moved / sum(share.values())


def total(factor: float, reasons: tuple[Reason, ...], behaviour: Behaviour, involuntary: Involuntary) -> float:
    """Hazard ratio on all leaving: none of the mechanisms touches failed payments."""
    return involuntary.share + (1.0 - involuntary.share) * voluntary_total(factor, reasons, behaviour)
