"""Let customers put more of their own into the product: ties, content, achievements, and records kept about them.

A use leaves more behind than it does anyway, until nothing more can be added. That brings nobody back and wakes
nobody: it is weighed at one moment, before asking to cancel (in a shop, before ordering no more). Whoever uses little
stores little; records are kept, and paid for, for all.
What would prove the numbers wrong: a randomised invitation to store something after which as many ask to cancel.
"""

from typing import ClassVar

from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import money, param
from sim.core.units import Money, Probability


class StoredValue(Lever):
    """Let each use leave more behind that a customer would lose by leaving."""

    meets: ClassVar = (Stage.INTRODUCTION, Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    build_costs: ClassVar = ("build_cost",)

    ties: Probability = param(
        "0 %", "Share of the way to full ties that a use makes besides; 0 % where this kind is not built.",
        source="seed_investment", grade="J", low="0 %", high="3 %",
    )  # fmt: skip
    content: Probability = param(
        "1 %", "Share of the way to full content of one's own that a use makes besides.",
        source="seed_investment", grade="J", low="0 %", high="3 %",
    )  # fmt: skip
    achievements: Probability = param(
        "1 %", "Share of the way to full achievements and badges that a use makes besides.",
        source="seed_investment", grade="J", low="0 %", high="3 %",
    )  # fmt: skip
    records: Probability = param(
        "2 %", "Share of the way to full data (customer records, collected and checked) that a use makes besides.",
        source="seed_investment", grade="J", low="0 %", high="5 %",
    )  # fmt: skip
    build_cost: Money = money("store_build", "Building what customers store things with, once.")
    keep_cost: Money = money("record_month", "Keeping one customer's records for a month.")


@StoredValue.changes(Hook.INVEST_TIES)
def tie(share, customer, lever):
    return share + lever.ties


@StoredValue.changes(Hook.INVEST_CONTENT)
def create(share, customer, lever):
    return share + lever.content


@StoredValue.changes(Hook.INVEST_ACHIEVEMENTS)
def achieve(share, customer, lever):
    return share + lever.achievements


@StoredValue.changes(Hook.INVEST_DATA)
def record(share, customer, lever):
    return share + lever.records


@StoredValue.changes(Hook.MONTH_COST)
def keep(cost, customer, lever):
    return cost + lever.keep_cost
