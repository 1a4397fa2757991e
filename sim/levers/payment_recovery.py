"""Keep cards up to date, and try failed charges again at a better time, with reminders.

Only card payers and only the payment reason are helped. The updater works before a charge, mostly on cards that were
replaced; a better time for retries works on all failures alike; a reminder works on who is awake and wants to stay:
who wants to leave lets it lapse, and a sleeper may be reminded of what he pays for.
What would prove the numbers wrong: a hold-out whose replaced cards fail, or whose failures are recovered, as often.
"""

from typing import ClassVar

from sim.core.compiling import compiled
from sim.core.events import Plan, Reason, Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import money, param
from sim.core.units import Money, Number, Probability

INTRODUCTION, DORMANCY, PER_USE = int(Stage.INTRODUCTION), int(Stage.DORMANCY), int(Plan.PER_USE)
NATURAL, SOFT, HARD, EXPERIENCE = (int(reason) for reason in list(Reason)[:4])
RETRIES = 3.0
"""Usual retries of a failed charge; shares are of failures, and each retry makes its part of them."""


class PaymentRecovery(Lever):
    """Lose fewer customers to failed card charges."""

    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)
    running_costs: ClassVar = ("running_cost",)

    updates: Probability = param(
        "50 %", "Of charges that would fail on a replaced card, the share that its new number saves.",
        source="card_replacement", grade="J", low="0 %", high="85 %",
    )  # fmt: skip
    other_cards: Probability = param(
        "3 %", "Of charges that would fail on a card that was not replaced, the share that updating it saves.",
        source="judgement", grade="J", low="0 %", high="15 %",
    )  # fmt: skip
    better_timing: Probability = param(
        "15 %", "Of failures that the usual retries lose, the share recovered by retrying at a better time.",
        source="recurly_retries", grade="J", low="0 %", high="40 %",
    )  # fmt: skip
    reminders: Probability = param(
        "15 %", "Of failures that no retry recovers, the share recovered by reminding customers who use it and want to "
        "stay.",
        source="judgement", grade="J", low="0 %", high="40 %",
    )  # fmt: skip
    asleep: Number = param(
        0, "Factor on reminders to sleepers; below 0 more of them let it lapse than without a reminder.",
        source="proactive_backfire", grade="J", low=-1, high=1,
    )  # fmt: skip
    cost_per_card: Money = money("card_update_month", "Keeping one customer's card up to date, a month.")
    running_cost: Money = money("payment_recovery_month", "Running the service, a month.")


@PaymentRecovery.changes(Hook.CHARGE_FAILS)
def update_cards(chance, customer, lever):
    return chance * (1.0 - (lever.updates if customer.new_card == 1 else lever.other_cards))


@compiled
def reminded(customer, lever):
    """Share of lost failures that a reminder recovers; below 0 it loses more."""
    stands = customer.stands
    if stands[NATURAL] + stands[SOFT] + stands[HARD] + stands[EXPERIENCE] > 0:
        return 0.0
    return lever.reminders * (lever.asleep if customer.stage == DORMANCY else 1.0)


@PaymentRecovery.changes(Hook.RETRY_RECOVERS)
def recover_more(chance, customer, lever):
    lost = (1.0 - lever.better_timing) * (1.0 - reminded(customer, lever))
    return max(0.0, chance + (1.0 - chance) * (1.0 - lost ** (1.0 / RETRIES)))


@PaymentRecovery.changes(Hook.MONTH_COST)
def look_after_the_card(cost, customer, lever):
    has_card = customer.card == 1 and customer.stage != INTRODUCTION and customer.plan != PER_USE
    return cost + lever.cost_per_card if has_card else cost
