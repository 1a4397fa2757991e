"""What the rules may read: one structured record of plain numbers in canonical units, levers as nested fields."""

import enum
from typing import Any

import numpy as np
from pydantic import BaseModel

from sim.core.custom import CUSTOM, CUSTOM_PLACES
from sim.core.events import INTENT_REASONS, Channel, Plan, Reason, Team
from sim.core.frame import FRAME
from sim.core.lever import lever_fields
from sim.levers import LEVERS
from sim.model.behaviour import Behaviour
from sim.model.running import RUNNING, skip_nothing

TERM_MONTHS = (1, 12, 0, 24)
"""Of each plan; a lever may set that of the last."""
SEGMENTS = 8
"""Room for segments; a scenario may name fewer."""
PLANS = len(Plan)
TEAMS = len(Team)
LINES = 16
"""Room for acquisition channels; the last two are for friends of customers and for those who come for an offer."""
FRIEND_LINE, BARGAIN_LINE = LINES - 2, LINES - 1
MOST_MONTHS = 240
"""Months simulated at most: horizon and residual."""


@enum.unique
class Season(enum.IntEnum):
    """Rates that may carry a factor per calendar month."""

    USE = 0
    CONVERT = 1
    LEAVE = 2
    CANDIDATES = 3


PLACES = len(LEVERS) + CUSTOM_PLACES
"""Places of levers: the register's, then those written in a scenario file."""
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
MONTH_TOTALS = [
    ("customers", "i8"),  # alive when the month began
    ("ended", "i8", (len(Reason),)),
    ("answered", "i8", (len(Reason),)),  # of those who said why they left
    ("said", "i8"),  # bad mouth of those who left for experience, in thousandths
    ("activated", "i8"),
    ("problems", "i8"),
]
"""What customers learn of one another at a month's start: last month's totals, of the sample."""
LINE = [("source", "i1"), ("searching", "i1"), ("convert", "f8"), ("cost", "f8")]  # factors on converting and on cost
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
                ("running", np.dtype(RUNNING, align=True)),
                ("first_month", "i8"),  # calendar month of day 0, 0..11
                ("price", "i8", (PLANS,)),  # minor money units per seat and billing period
                ("term_months", "i8", (PLANS,)),  # length of the billing period; 0: no bills
                ("step_probability", "f8", (SEGMENTS,)),
                ("convert", "f8", (SEGMENTS,)),  # 1/day
                ("annual", "f8", (SEGMENTS,)),  # chance of taking the annual plan at mean fit
                ("fit_annual", "f8"),  # selection of the annual plan by fit
                ("rests", "i1"),  # the monthly subscription of a sleeper rests
                ("leave", "f8", (SEGMENTS, PLANS, INTENT_REASONS)),  # 1/day
                ("season", "f8", (len(Season), 12)),
                ("promoted", "f8", (MOST_MONTHS,)),  # factor of dated promotions on use and converting
                ("promoted_price", "f8", (MOST_MONTHS,)),  # and on what orders and first bills ask
                ("add_seat", "f8", (SEGMENTS,)),  # 1/day for each seat
                ("drop_seat", "f8", (SEGMENTS,)),
                ("prospect_cost", "f8", (SEGMENTS,)),  # minor money units
                ("lines", np.dtype(LINE, align=True), (LINES,)),
                ("quota", "f8"),  # candidates admitted, times the usual ones: word of mouth moves it
                ("month", np.dtype(MONTH_TOTALS, align=True)),
                ("order_cancels", "f8"),  # chance that an order is cancelled before it is sent
                ("order_fee", "f8"),  # share of its value that is then kept
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
                ("frames", np.dtype(FRAME, align=True), (PLACES,)),
                ("custom", np.dtype(CUSTOM, align=True), (CUSTOM_PLACES,)),
                ("first_custom", "i8"),  # place of the first lever written in a scenario file
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
    kernel["term_months"][0] = TERM_MONTHS
    kernel["promoted"] = 1.0
    kernel["promoted_price"] = 1.0
    kernel["quota"] = 1.0
    kernel["lines"]["convert"] = 1.0
    kernel["lines"]["cost"] = 1.0
    kernel["lines"]["searching"] = 0
    kernel["custom"]["hook"] = -1
    kernel["first_custom"] = len(LEVERS)
    kernel["frames"]["ration"] = 1.0
    kernel["frames"]["meets_at"] = -1
    set_retries(kernel, Behaviour())
    skip_nothing(kernel)
    return kernel


def copied(kernel: np.recarray, replication: int) -> np.recarray:
    """Return a copy for one replication; byte by byte, as NumPy copies records field by field."""
    copy = np.asarray(kernel).view(np.uint8).copy().view(KERNEL)
    copy["replication"] = replication
    return copy.view(np.recarray)


def set_retries(kernel: np.recarray, behaviour: Behaviour) -> None:
    """Three equal retries recover the stated share of failures: r each, 1 - (1 - r)^3 in all."""
    kernel["retry_recovers"] = 1.0 - (1.0 - behaviour.payment.recovered) ** (1.0 / 3.0)
