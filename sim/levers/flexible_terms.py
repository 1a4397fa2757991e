"""Let customers out for a fee: of a paid term with most of their money back, of an order until a cut-off.

Who may leave dares to come, and who pays a small fee does not complain. What it costs is the money given back, and the
time in which a customer who wanted to go might have changed his mind: with a term paid he stayed, now he leaves at
once.
What would prove the numbers wrong: a randomised test of the terms in which as many convert, or as few cancel.
"""

from typing import ClassVar

from sim.core.compiling import compiled
from sim.core.events import Plan, Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, money, param
from sim.core.units import Money, Number, Probability, Ratio

PER_USE = int(Plan.PER_USE)


class FlexibleTerms(Lever):
    """Take a small fee, instead of everything, from who cancels."""

    meets: ClassVar = (Stage.INTRODUCTION, Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    build_costs: ClassVar = ("build_cost",)

    fee: Probability = choice("10 %", "Share kept of the unused part of a term, and of an order before the cut-off.")
    late: Probability = param(
        "20 %", "Share of an order's cancellations that come after the cut-off, when all is kept.",
        source="ctrip", grade="J", low="0 %", high="50 %",
    )  # fmt: skip
    cancels: Ratio = param(
        1, "Factor on the chance that an order is cancelled.",
        source="ctrip", grade="J", low=0.8, high=1.5,
    )  # fmt: skip
    trust: Number = param(
        0.03, "Rise of converting without any fee; in proportion less with one.",
        source="ctrip", grade="D", low=0, high=0.1,
    )  # fmt: skip
    orders: Number = param(
        0.02, "Rise of ordering by customers of a shop without any fee; in proportion less with one.",
        source="ctrip", grade="D", low=0, high=0.05,
    )  # fmt: skip
    build_cost: Money = money("terms_change", "Changing contracts, billing and booking, once.")


@compiled
def kept(lever):
    """Share of a cancelled order that is kept, cancellations before and after the cut-off taken together."""
    return lever.late + (1.0 - lever.late) * lever.fee


@FlexibleTerms.changes(Hook.EXIT_REFUND)
def pay_back(share, customer, lever):
    return max(share, 1.0 - lever.fee) if lever.fee < 1.0 else share  # who gets nothing back stays to the end


@FlexibleTerms.changes(Hook.ORDER_FEE)
def keep_little(fee, customer, lever):
    return min(fee, kept(lever))


@FlexibleTerms.changes(Hook.ORDER_CANCEL)
def cancel_as_often(chance, customer, lever):
    return chance * lever.cancels


@FlexibleTerms.changes(Hook.CONVERT_RATE)
def dare_to_come(factor, customer, lever):
    return factor * (1.0 + lever.trust * (1.0 - lever.fee))


@FlexibleTerms.changes(Hook.USE_RATE)
def order_more(factor, customer, lever):
    return factor * (1.0 + lever.orders * (1.0 - lever.fee)) if customer.plan == PER_USE else factor
