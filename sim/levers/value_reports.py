"""Report regularly to customers what the product has brought them.

A report that is permitted and noticed raises perceived value, from a vitamin towards a painkiller, by as much as there
is to report: it shows little to whoever hardly uses the product. Value returns to what fit gives, so one report does
not last. It costs and tires like any touch, may lose the channel, and reminds a sleeper that he pays, which can cost
more than it brings: ``eligible: {stages: [growth, maturity]}`` leaves sleepers alone.
What would prove the numbers wrong: randomised reports after which those who use a lot leave as often for experience.
"""

from typing import ClassVar, Literal

from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever, Touching
from sim.core.parameter import choice, money, param
from sim.core.units import Money, Probability, Ratio


class ValueReports(Lever):
    """Send customers reports of what the product has brought them."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    touching: ClassVar = Touching("per_month", "channel", "strength", "timely")
    build_costs: ClassVar = ("build_cost",)

    per_month: Ratio = choice(1, "Reports a month, spread evenly from a day of the customer's own.")
    channel: Literal["email", "push", "sms", "account", "phone", "in_app", "ad", "creator"] = choice(
        "email", "Channel of the reports."
    )
    convinces: Probability = param(
        "15 %", "Share of the way to full perceived value that a noticed report makes, if it has enough to report.",
        source="seed_reports", grade="J", low="0 %", high="40 %",
    )  # fmt: skip
    enough: Ratio = param(
        4, "Usual uses a month from which a report has enough to report; of fewer it reports in proportion.",
        source="judgement", grade="J", low=1, high=10,
    )  # fmt: skip
    strength: Ratio = param(
        0, "Strength of a report as a trigger to use; it asks for nothing.",
        source="judgement", grade="J", low=0, high=0.2,
    )  # fmt: skip
    timely: Probability = param(
        "12 %", "Share of noticed reports that come when one can act on them; counts where strength is above 0.",
        source="push_opens", grade="J", low="3 %", high="40 %",
    )  # fmt: skip
    build_cost: Money = money("report_build", "Building what measures and tells the value, once.")
    report_cost: Money = money("report", "Making one customer's report.")


@ValueReports.changes(Hook.TOUCH_VALUE)
def show_what_it_brought(push, customer, lever):
    reported = min(1.0, customer.usual_uses / lever.enough) if lever.enough > 0.0 else 1.0
    return push + lever.convinces * reported


@ValueReports.changes(Hook.TOUCH_GIFT)
def make_it(gift, customer, lever):
    return gift + lever.report_cost
