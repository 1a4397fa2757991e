"""The register of levers, and the order in which they act: one import and one name each.

Append only: REACHED and HELD_OUT in stored logs name a lever by its place.
"""

from sim.core.lever import Lever
from sim.levers.annual_plan import AnnualPlan
from sim.levers.channel_mix import ChannelMix
from sim.levers.guided_onboarding import GuidedOnboarding
from sim.levers.integrations import Integrations
from sim.levers.prompts import Prompts
from sim.levers.recall_campaign import RecallCampaign
from sim.levers.referral_programme import ReferralProgramme
from sim.levers.right_customers import RightCustomers
from sim.levers.right_sized_deal import RightSizedDeal
from sim.levers.variable_rewards import VariableRewards
from sim.levers.welcome_offer import WelcomeOffer

LEVERS: tuple[type[Lever], ...] = (
    AnnualPlan,
    GuidedOnboarding,
    Integrations,
    VariableRewards,
    Prompts,
    RecallCampaign,
    ChannelMix,
    WelcomeOffer,
    RightCustomers,
    RightSizedDeal,
    ReferralProgramme,
)

BY_NAME = {lever.lever_name(): lever for lever in LEVERS}
