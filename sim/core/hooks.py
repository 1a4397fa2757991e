"""The quantities a lever may change: the whole vocabulary, on one page.

A rule is always ``rule(value, customer, lever) -> value``. It draws nothing, stores nothing, and may read only what
changes at an event (never the clock), so that a rate moves only when something real happens to the customer.
"""

import enum


@enum.unique
class Hook(enum.Enum):
    """Name = unit, bounds, and when the rules ask for it."""

    GUIDANCE = "kind of guidance for a new prospect: 0 none, 1 at once, 2 by the onboarding team; asked at sign-up"
    STEP_PROBABILITY = "chance that a use completes the next key action; 0..1; asked at each use before activation"
    USE_RATE = "factor on the use rate; >= 0"
    CONVERT_RATE = "factor on the rate of converting in the introduction; >= 0"
    GIVE_UP_RATE = "factor on the rate of giving up in the introduction; >= 0"
    LEAVE_NATURAL = "direct factor on leaving because the need is gone; >= 0, the product of those below 1 has a floor"
    LEAVE_SOFT = "direct factor on leaving out of inertia; >= 0, floor as above"
    LEAVE_HARD = "direct factor on leaving because one has to; >= 0, floor as above"
    LEAVE_EXPERIENCE = "direct factor on leaving because the product fails the customer; >= 0, floor as above"
    ANNUAL_PROBABILITY = "chance that a converting customer takes the annual plan; 0..1; asked at conversion"
    PRICE = "what the next bill asks; minor money units, >= 0; rounded to whole units afterwards"


LEAVE_HOOKS = (Hook.LEAVE_NATURAL, Hook.LEAVE_SOFT, Hook.LEAVE_HARD, Hook.LEAVE_EXPERIENCE)
"""In the order of the reasons that have an intent."""
