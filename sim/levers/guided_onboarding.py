"""Guide new prospects to their first key actions: by the product itself, or by specialists with limited time.

Guidance completes key actions, brings more use while it lasts (so more customers build the habit before novelty is
gone), and halves leaving until the customer is activated, not beyond. With a team only the served are guided.
What would prove the numbers wrong: a randomised test in which activation or first-weeks churn does not move.
"""

from typing import ClassVar

from sim.core.events import Event, Stage, Team
from sim.core.hooks import Hook
from sim.core.lever import Lever, TeamSize
from sim.core.parameter import choice, money, param
from sim.core.units import Days, Money, Ratio


class GuidedOnboarding(Lever):
    """Guide new prospects through their first weeks."""

    costs: ClassVar = ((Event.GUIDED, "cost_per_customer"),)
    team_kind: ClassVar = Team.ONBOARDING
    meets: ClassVar = (Stage.INTRODUCTION,)
    for_prospects: ClassVar = True

    window: Days = param(
        "14 days", "How long after sign-up guidance works; ends at the next of days 1, 3, 7, 14, 28, month starts.",
        source="retana", grade="J", low="7 days", high="28 days",
    )  # fmt: skip
    step_help: Ratio = param(
        1.15, "Factor on the chance that a use completes the next key action.",
        source="judgement", grade="J", low=1, high=2,
    )  # fmt: skip
    use_help: Ratio = param(
        1.2, "Factor on the use rate.",
        source="retana", grade="J", low=1, high=1.6,
    )  # fmt: skip
    leave_help: Ratio = param(
        0.5, "Factor on giving up the trial and on leaving for soft and experience reasons, until activated.",
        source="retana", grade="A", low=0.4, high=1,
    )  # fmt: skip
    cost_per_customer: Money = money(
        "guidance_customer", "What guiding one prospect costs, without a specialist's wage."
    )
    team: TeamSize | None = choice(None, "Specialists who guide; left out, the product guides at once.")


@GuidedOnboarding.changes(Hook.GUIDANCE)
def guide(kind, customer, lever):
    return 2.0 if lever.has_team == 1 else max(kind, 1.0)


@GuidedOnboarding.changes(Hook.STEP_PROBABILITY)
def complete_more_steps(chance, customer, lever):
    guided = customer.guided == 1 and customer.tenure_point < lever.window
    return min(1.0, chance * lever.step_help) if guided else chance


@GuidedOnboarding.changes(Hook.USE_RATE)
def use_more(factor, customer, lever):
    guided = customer.guided == 1 and customer.tenure_point < lever.window
    return factor * lever.use_help if guided else factor


@GuidedOnboarding.changes(Hook.GIVE_UP_RATE)
@GuidedOnboarding.changes(Hook.LEAVE_SOFT)
@GuidedOnboarding.changes(Hook.LEAVE_EXPERIENCE)
def leave_less(factor, customer, lever):
    guided = customer.guided == 1 and customer.activated == 0 and customer.tenure_point < lever.window
    return factor * lever.leave_help if guided else factor
