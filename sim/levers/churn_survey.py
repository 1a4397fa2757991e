"""Ask customers who leave why they do, and mend what they say.

Each month's answers of those whom the product failed show part of what is wrong, the next month for everybody; the
severely unhappy answer more readily. What is found is mended up to a point, and new faults come up. Only leaving for
experience falls; where few leave for it, or few answer, nothing is learnt and the survey only costs.
What would prove the numbers wrong: experience leaving that does not fall in the year after the answers began.
"""

import math
from typing import ClassVar

from sim.core.events import Event, Reason, Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import money, param
from sim.core.units import Count, Money, Number, Probability

EXPERIENCE = int(Reason.EXPERIENCE)


class ChurnSurvey(Lever):
    """Learn from those who leave."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    costs: ClassVar = ((Event.ANSWERED, "cost_per_answer"),)
    running_costs: ClassVar = ("running_cost",)
    remembers: ClassVar = ("found",)
    of_business_size: ClassVar = ("enough",)

    answer: Probability = param(
        "15 %", "Share who answer, at a satisfaction of 50 %.",
        source="judgement", grade="J", low="3 %", high="40 %",
    )  # fmt: skip
    severity: Number = param(
        0.5, "How much more readily the unhappy answer: at satisfaction 0 by 1 + this, at 100 % by 1 - this.",
        source="seed_survey", grade="J", low=0, high=1,
    )  # fmt: skip
    enough: Count = param(
        20, "Answers about bad experience in one month that show 63 % of what is wrong.",
        source="judgement", grade="J", low=5, high=100,
    )  # fmt: skip
    mended: Probability = param(
        "30 %", "Share of experience leaving that ends when all that can be found is found and mended.",
        source="judgement", grade="J", low="0 %", high="50 %",
    )  # fmt: skip
    new_faults: Probability = param(
        "5 %", "Share of what is known and mended that a month's new faults undo.",
        source="judgement", grade="J", low="0 %", high="15 %",
    )  # fmt: skip
    cost_per_answer: Money = money("survey_answer", "Asking for and reading one answer, with the thanks for it.")
    running_cost: Money = money("mending_month", "People who mend what is found, a month.")


@ChurnSurvey.reviews
def learn(lever, month):
    shown = 1.0 - math.exp(-month.answered[EXPERIENCE] / lever.enough) if lever.enough > 0.0 else 0.0
    known = lever.found * (1.0 - lever.new_faults)
    lever.found = known + (1.0 - known) * shown


@ChurnSurvey.changes(Hook.ANSWERS)
def say_why(chance, customer, lever):
    readily = lever.answer * (1.0 + lever.severity * (1.0 - 2.0 * customer.satisfaction))
    return chance + (1.0 - chance) * min(1.0, max(0.0, readily))


@ChurnSurvey.changes(Hook.LEAVE_EXPERIENCE)
def meet_fewer_faults(factor, customer, lever):
    return factor * (1.0 - lever.mended * lever.found)
