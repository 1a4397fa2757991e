"""Make a use cost the customer less: less time, less money besides the price, less thought, less toil.

Each part is a quarter of the effort that a use costs. Where effort falls, uses come more easily, make more habit, and
complete more key actions, as there are fewer steps. So it helps those to whom a use costs much, and nobody to whom it
costs nothing; it is paid for whether or not anybody found the product hard.
What would prove the numbers wrong: a randomised simpler version in which those who took longest use it no more.
"""

from typing import ClassVar

from sim.core.compiling import compiled
from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import money, param
from sim.core.units import Money, Probability, Ratio

PARTS = 4.0


class SimplerProduct(Lever):
    """Make the product easier to use."""

    meets: ClassVar = (Stage.INTRODUCTION, Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    build_costs: ClassVar = ("build_cost",)
    running_costs: ClassVar = ("running_cost",)

    less_time: Probability = param(
        "15 %", "Share saved of the time that a use takes.",
        source="seed_simple", grade="J", low="0 %", high="50 %",
    )  # fmt: skip
    less_money: Probability = param(
        "0 %", "Share saved of what a use costs in money besides the price: delivery, travel, data.",
        source="seed_simple", grade="J", low="0 %", high="50 %",
    )  # fmt: skip
    less_thought: Probability = param(
        "15 %", "Share saved of what one has to think about in a use.",
        source="seed_simple", grade="J", low="0 %", high="50 %",
    )  # fmt: skip
    less_toil: Probability = param(
        "15 %", "Share saved of what one has to do by hand in a use.",
        source="seed_simple", grade="J", low="0 %", high="50 %",
    )  # fmt: skip
    step_help: Ratio = param(
        2, "Fewer steps: the chance to complete a key action grows by this share for each unit of effort saved (0..1).",
        source="judgement", grade="J", low=0, high=5,
    )  # fmt: skip
    build_cost: Money = money("simplify_build", "Making the product simpler, once.")
    running_cost: Money = money("simplify_month", "Keeping the product simple while it grows, a month.")


@compiled
def saved(lever):
    """Share of the effort that is saved: the mean of its four parts."""
    return (lever.less_time + lever.less_money + lever.less_thought + lever.less_toil) / PARTS


@SimplerProduct.changes(Hook.EFFORT)
def cost_less(effort, customer, lever):
    return effort * (1.0 - saved(lever))


@SimplerProduct.changes(Hook.STEP_PROBABILITY)
def take_fewer_steps(chance, customer, lever):
    return min(1.0, chance * (1.0 + lever.step_help * customer.effort * saved(lever)))
