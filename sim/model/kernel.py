"""What the rules may read: one structured record of plain numbers in canonical units, levers as nested fields."""

import enum
from typing import Any

import numpy as np
from pydantic import BaseModel

from sim.core.events import INTENT_REASONS, Channel, Plan, Team
from sim.core.lever import FRAME, lever_fields
from sim.levers import LEVERS
from sim.model.behaviour import Behaviour

SEGMENTS = 8
"""Room for segments; a scenario may name fewer."""
PLANS = len(Plan)
TEAMS = len(Team)


@enum.unique
class Season(enum.IntEnum):
    """Rates that may carry a factor per calendar month."""

    USE = 0
    CONVERT = 1
    LEAVE = 2
    CANDIDATES = 3


CHANNEL = [("price", "f8"), ("opt_in", "f8"), ("noticed", "f8"), ("unsubscribes", "f8")]  # price in 1/FINE
CAMPAIGN = [
    ("watched", "i1"),  # the stop rule is on: customers are tied by it
    ("stopped", "i1"),
    ("least_number", "f8"),  # recalled in a month, of the sample
    ("least_worth", "f8"),  # mean monthly worth of the recalled, minor money units
    ("from_month", "i8"),  # first calendar month at whose start the rule is looked at
    ("recalled", "i8"),  # in the present month
    ("worth", "i8"),  # of the recalled in the present month, minor money units a month
]
TEAM = [("agents", "i8"), ("session", "f8"), ("patience", "f8"), ("rank", "i8", (SEGMENTS,)), ("fixed", "i1")]


def _group(group: type[BaseModel]) -> np.dtype[Any]:
    return np.dtype([(name, "f8") for name in group.model_fields], align=True)


def _groups() -> list[tuple[str, np.dtype[Any]]]:
    return [(name, _group(field.annotation)) for name, field in Behaviour.model_fields.items()]  # type: ignore[arg-type]


KERNEL = np.dtype(
    (
        np.record,
        np.dtype(
            [
                ("seed", "u8"),
                ("replication", "i8"),
                ("first_month", "i8"),  # calendar month of day 0, 0..11
                ("price", "i8", (PLANS,)),  # minor money units per seat and billing period
                ("step_probability", "f8", (SEGMENTS,)),
                ("convert", "f8", (SEGMENTS,)),  # 1/day
                ("annual", "f8", (SEGMENTS,)),  # chance of taking the annual plan at mean fit
                ("fit_annual", "f8"),  # selection of the annual plan by fit
                ("leave", "f8", (SEGMENTS, PLANS, INTENT_REASONS)),  # 1/day
                ("season", "f8", (len(Season), 12)),
                ("retry_recovers", "f8"),
                ("per_use", "i1"),  # customers order instead of subscribing
                ("use_level", "f8", (SEGMENTS,)),  # factor on the peak of the use rate
                (
                    "basket",
                    "f8",
                    (SEGMENTS,),
                ),  # Weibull scale of an order's value: mean / Gamma(1 + 1/shape), minor units
                ("refunds", "f8"),  # chance that an order is sent back
                ("reason_mix", "f8", (INTENT_REASONS,)),  # mix of the reasons for which per-use customers leave
                ("channels", np.dtype(CHANNEL, align=True), (len(Channel),)),
                ("campaign", np.dtype(CAMPAIGN, align=True)),
                *_groups(),
                ("teams", np.dtype(TEAM, align=True), (TEAMS,)),
                ("frames", np.dtype(FRAME, align=True), (len(LEVERS),)),
                (
                    "levers",
                    np.dtype([(lever.lever_name(), np.dtype(lever_fields(lever), align=True)) for lever in LEVERS]),
                ),
            ],
            align=True,
        ),
    )
)


def fill_group(record: Any, group: BaseModel) -> None:
    """Copy a parameter group into its record, field by field."""
    for name in type(group).model_fields:
        record[name] = float(getattr(group, name))


def new_kernel() -> np.recarray:
    """Return one record with the default behaviour, no leaving, no levers, no season."""
    kernel = np.zeros(1, KERNEL).view(np.recarray)
    for name, group in Behaviour():
        fill_group(kernel[name], group)
    kernel["season"] = 1.0
    kernel["use_level"] = 1.0
    set_retries(kernel, Behaviour())
    return kernel


def set_retries(kernel: np.recarray, behaviour: Behaviour) -> None:
    """Three equal retries recover the stated share of failures: r each, 1 - (1 - r)^3 in all."""
    kernel["retry_recovers"] = 1.0 - (1.0 - behaviour.payment.recovered) ** (1.0 / 3.0)
