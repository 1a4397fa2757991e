"""The register of levers, and the order in which they act: one import and one name each.

Append only: REACHED and HELD_OUT in stored logs name a lever by its place.
"""

from sim.core.lever import Lever
from sim.levers.annual_plan import AnnualPlan
from sim.levers.guided_onboarding import GuidedOnboarding
from sim.levers.integrations import Integrations
from sim.levers.prompts import Prompts
from sim.levers.recall_campaign import RecallCampaign
from sim.levers.variable_rewards import VariableRewards

LEVERS: tuple[type[Lever], ...] = (
    AnnualPlan,
    GuidedOnboarding,
    Integrations,
    VariableRewards,
    Prompts,
    RecallCampaign,
)

BY_NAME = {lever.lever_name(): lever for lever in LEVERS}
