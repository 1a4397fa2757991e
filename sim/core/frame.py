"""What the framework knows of every lever, the same for all: whom it may reach, and when."""

from typing import ClassVar, Literal

from sim.core.compiling import compiled
from sim.core.events import Stage
from sim.core.parameter import Parameters, choice
from sim.core.units import Count, Money, Probability

INTRODUCTION = int(Stage.INTRODUCTION)


class Eligible(Parameters):
    """Whom a lever may reach. What is left out does not restrict."""

    title: ClassVar[str] = "Whom the lever may reach"
    segments: tuple[str, ...] | None = choice(None, "Segments that the lever may reach.")
    channels: tuple[str, ...] | None = choice(
        None, "Acquisition channels by which customers came whom the lever may reach."
    )
    plans: tuple[str, ...] | None = choice(
        None, "Plans, of monthly, annual and prepaid, or per_use; asked once the customer pays."
    )
    stages: tuple[str, ...] | None = choice(None, "Stages, of introduction, growth, maturity, dormancy and churned.")
    lives: tuple[Count, ...] | None = choice(None, "Lives of the customer by number, from 1.")
    activated: Literal["either", "yes", "no"] = choice("either", "Whether all key actions are completed.")
    least_worth: Money | None = choice(None, "Tier: least monthly worth, for a shop of the last order; of customers.")
    least_risk: Probability = choice(
        "0 %", "Risk: least share of the five signs of leaving, as of the last month start; see behaviour.signals."
    )
    least_responsiveness: Probability = choice(
        "0 %", "Share of all people, those who respond least to touches, who are left alone."
    )


FRAME = [
    ("on", "i1"), ("starts", "f8"), ("ends", "f8"), ("ramp_months", "f8"), ("share", "f8"), ("reach_number", "i8"),
    ("segments", "u4"), ("channels", "u4"), ("plans", "u4"), ("stages", "u4"), ("lives", "u4"), ("meets", "u4"),
    ("meets_at", "i1"),
    ("narrow", "i1"), ("activated", "i1"), ("least_worth", "f8"), ("least_risk", "f8"), ("least_response", "f8"),
    ("budget", "f8"), ("ration", "f8"), ("spent", "f8"),
]  # fmt: skip
"""Rules see the lever's own numbers. ``narrow``: one of the conditions after it is set. The last three are about a
monthly budget in 1/FINE: what it is, the share of people served this month, and what is spent in it.
"""


@compiled(forceinline=True)
def stands_as(customer):
    """What levers ask of a customer again and again, as one number; 0 is nobody's."""
    return ((int(customer.stage) * 8 + int(customer.plan)) * 128 + int(customer.life)) * 2 + int(customer.activated) + 1


@compiled
def fitting(customer, p):
    """Bits of the levers whose window is open and that may reach the customer as he stands."""
    stands = stands_as(customer)
    if customer.fits_as != stands:
        note_fitting(customer, p)
        customer.fits_as = stands
    fits = customer.active & customer.fits
    return fits if fits & customer.narrow == 0 else fitting_narrowly(fits, customer, p)


@compiled
def note_fitting(customer, p):
    """Remember which levers may reach a customer who stands as he does, but for the conditions that few levers have."""
    customer.fits = 0
    customer.narrow = 0
    for bit in range(len(p.frames)):
        frame = p.frames[bit]
        if fits_broadly(customer, frame):
            customer.fits |= 1 << bit
            if frame.narrow == 1:
                customer.narrow |= 1 << bit


@compiled
def fitting_narrowly(fits, customer, p):
    """Of these levers, those whose further conditions the customer meets."""
    for bit in range(len(p.frames)):
        if fits & customer.narrow & (1 << bit) != 0 and not fits_narrowly(customer, p.frames[bit]):
            fits &= ~(1 << bit)
    return fits


@compiled
def eligible(customer, frame):
    """Whether the customer, as he stands, belongs to those whom the lever may reach."""
    return fits_broadly(customer, frame) and (frame.narrow == 0 or fits_narrowly(customer, frame))


@compiled
def fits_broadly(customer, frame):
    """The conditions that change with the stage, the plan or the life, if they do."""
    if (frame.segments >> customer.segment) & 1 == 0 or (frame.stages >> customer.stage) & 1 == 0:
        return False
    if customer.stage != INTRODUCTION and (frame.plans >> customer.plan) & 1 == 0:
        return False
    return (frame.lives >> min(customer.life, 31)) & 1 == 1 and (frame.channels >> customer.channel) & 1 == 1


@compiled
def fits_narrowly(customer, frame):
    """The conditions that few levers have."""
    if customer.stage != INTRODUCTION and customer.worth < frame.least_worth:
        return False
    if frame.activated >= 0 and customer.activated != frame.activated:
        return False
    return customer.risk >= frame.least_risk and customer.responsiveness >= frame.least_response


@compiled
def meets(customer, frame):
    """Whether the lever can do anything to the customer as he stands."""
    return eligible(customer, frame) and (frame.meets >> customer.stage) & 1 == 1
