"""The register of levers, and the order in which they act: one import and one name each."""

from sim.core.lever import Lever
from sim.levers.annual_plan import AnnualPlan
from sim.levers.guided_onboarding import GuidedOnboarding

LEVERS: tuple[type[Lever], ...] = (
    AnnualPlan,
    GuidedOnboarding,
)

BY_NAME = {lever.lever_name(): lever for lever in LEVERS}
