"""The register of levers, and the order in which they act: one import and one name each.

Append only: REACHED and HELD_OUT in stored logs name a lever by its place.
"""

from sim.core.lever import Lever
from sim.levers.annual_plan import AnnualPlan
from sim.levers.cancel_flow import CancelFlow
from sim.levers.channel_mix import ChannelMix
from sim.levers.churn_survey import ChurnSurvey
from sim.levers.community import Community
from sim.levers.customer_marketing import CustomerMarketing
from sim.levers.dormant_wakeup import DormantWakeup
from sim.levers.early_warning import EarlyWarning
from sim.levers.flexible_terms import FlexibleTerms
from sim.levers.guided_onboarding import GuidedOnboarding
from sim.levers.integrations import Integrations
from sim.levers.loyalty_points import LoyaltyPoints
from sim.levers.membership_club import MembershipClub
from sim.levers.payment_recovery import PaymentRecovery
from sim.levers.prepaid_years import PrepaidYears
from sim.levers.product_releases import ProductReleases
from sim.levers.prompts import Prompts
from sim.levers.recall_campaign import RecallCampaign
from sim.levers.referral_programme import ReferralProgramme
from sim.levers.right_customers import RightCustomers
from sim.levers.right_sized_deal import RightSizedDeal
from sim.levers.service_quality import ServiceQuality
from sim.levers.simpler_product import SimplerProduct
from sim.levers.stored_value import StoredValue
from sim.levers.use_cases import UseCases
from sim.levers.value_reports import ValueReports
from sim.levers.variable_rewards import VariableRewards
from sim.levers.welcome_offer import WelcomeOffer

LEVERS: tuple[type[Lever], ...] = (
    AnnualPlan,
    GuidedOnboarding,
    Integrations,
    VariableRewards,
    Prompts,
    RecallCampaign,
    PaymentRecovery,
    CancelFlow,
    PrepaidYears,
    EarlyWarning,
    DormantWakeup,
    ServiceQuality,
    ChurnSurvey,
    FlexibleTerms,
    SimplerProduct,
    UseCases,
    StoredValue,
    LoyaltyPoints,
    ProductReleases,
    ValueReports,
    CustomerMarketing,
    Community,
    MembershipClub,
    ChannelMix,
    WelcomeOffer,
    RightCustomers,
    RightSizedDeal,
    ReferralProgramme,
)

BY_NAME = {lever.lever_name(): lever for lever in LEVERS}
