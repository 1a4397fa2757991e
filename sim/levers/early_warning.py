"""Watch for signs of leaving, and speak with who shows them: by a message, or by a success team with limited time.

Signs are what an outsider sees, so an alert may be false. Who wants nothing may be reminded that he pays; who wants to
leave out of inertia, or for what the product does, may drop it. A message says little to the unhappy. Whom to spare
is written under ``eligible``: least_risk, or least_responsiveness. Ascarza (2018) found the latter the better guide;
here it is while a follow-up wakes nobody, and at the default chance of waking both lose.
What would prove the numbers wrong: a hold-out of the alerted that leaves as often as those who were spoken to.
"""

from typing import ClassVar, Literal

from sim.core.events import Event, Signal, Stage, Team
from sim.core.hooks import Hook
from sim.core.lever import Alerting, Lever, TeamSize
from sim.core.parameter import choice, money, param
from sim.core.units import Count, Days, Money, Probability, Ratio

SIGNALS = float(len(Signal))
UNHAPPY = int(Signal.UNHAPPY)


class SuccessTeam(TeamSize):
    """People who look after customers who may leave."""

    title: ClassVar[str] = "The success team"
    wage: Money = money(
        "success_agent_month", "What one member of the success team costs a month, as long as the lever runs."
    )


class EarlyWarning(Lever):
    """Notice customers who may leave before they do."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    meets_at: ClassVar = Event.ALERTED
    team_kind: ClassVar = Team.SUCCESS
    alerting: ClassVar = Alerting("within", "channel", "awakens")
    running_costs: ClassVar = ("running_cost",)

    signs: Count = param(
        2, "Signs of leaving at once, of five, from which an alert is raised.",
        source="seed_signals", grade="J", low=1, high=4,
    )  # fmt: skip
    within: Days = param(
        "7 days", "Time within which an alert is followed up, spread over it; at most a month.",
        source="judgement", grade="J", low="1 day", high="30 days",
    )  # fmt: skip
    channel: Literal["email", "push", "sms", "account", "phone", "in_app", "ad", "creator"] = choice(
        "email", "Channel of the messages where there is no team; a team calls."
    )
    rescue: Probability = param(
        "8 %", "Chance that a noticed message makes a customer of mean responsiveness drop what he wants to leave for.",
        source="judgement", grade="J", low="0 %", high="20 %",
    )  # fmt: skip
    rescue_by_person: Probability = param(
        "20 %", "Chance that a talk with the team makes a customer of mean responsiveness drop what he wants to leave "
        "for.",
        source="judgement", grade="J", low="0 %", high="40 %",
    )  # fmt: skip
    unhappy_message: Ratio = param(
        0.3, "Factor on what a message, without a talk, does for the unhappy.",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip
    awakens: Probability = param(
        "3.6 %", "Chance that a noticed follow-up reminds who wants nothing that he pays.",
        source="proactive_backfire", grade="B", low="0 %", high="8 %",
    )  # fmt: skip
    running_cost: Money = money("early_warning_month", "Collecting the signs and keeping the alerts, a month.")
    team: SuccessTeam | None = choice(None, "The success team; left out, a message is sent.")


@EarlyWarning.changes(Hook.ALERT)
def raise_an_alert(alert, customer, lever):
    return 1.0 if customer.risk * SIGNALS > lever.signs - 0.5 else alert


@EarlyWarning.changes(Hook.RESCUE)
def speak_with_him(chance, customer, lever):
    if lever.has_team == 1:
        return lever.rescue_by_person
    unhappy = (int(customer.signals) >> UNHAPPY) & 1 == 1
    return lever.rescue * (lever.unhappy_message if unhappy else 1.0)
