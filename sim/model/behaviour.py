"""How customers behave when no lever acts: every number with its unit, source and grade."""

from typing import ClassVar

from pydantic import Field

from sim.core.parameter import Parameters, choice, param
from sim.core.units import Count, Days, Number, Probability, Rate, Ratio
from sim.model.relations import Deals, Friends, Saves, Service, Signals, Voice

# fmt: off


class Introduction(Parameters):
    """The trial: from first contact to first payment, or to the loss of the prospect."""

    title: ClassVar[str] = "Introduction"
    trial: Days = param("14 days", "Length of the trial.",
                        source="yoganarasimhan", grade="J", low="7 days", high="30 days")
    give_up: Rate = param("2 % per day", "Rate at which a prospect who is not activated gives up.",
                          source="judgement", grade="J", low="0.5 % per day", high="6 % per day")
    activated_give_up: Ratio = param(0.4, "Factor on giving up once activated.",
                                     source="judgement", grade="J", low=0.1, high=1)
    activated_convert: Ratio = param(1.6, "Factor on converting once activated.",
                                     source="activation_odds", grade="J", low=1, high=6)
    bargain_fit: Ratio = param(0.6, "Fit of prospects who come for an offer alone, against that of the others.",
                               source="lewis", grade="J", low=0.3, high=1)
    bargain_leave: Ratio = param(3, "Factor on leaving of who came for an offer alone, for all reasons.",
                                 source="lewis", grade="J", low=1, high=5)
    searching: Ratio = param(1.5, "Factor on converting of prospects who came searching, against passive ones.",
                             source="judgement", grade="J", low=1, high=3)
    fit_convert: Ratio = param(
        0.5, "Selection by fit: factor on converting, from 1 - this (lowest) to 1 + this (highest).",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip


class Use(Parameters):
    """The use clock: who uses how often, and the race between novelty and habit."""

    title: ClassVar[str] = "Use and habit"
    peak: Rate = param("10 per month", "Uses of a customer with full habit who always acts on a trigger.",
                       source="prototype", grade="J", low="5 per month", high="20 per month")
    propensity_shape: Ratio = param(8, "Shape of the Gamma spread of use between customers, mean 1.",
                                    source="prototype", grade="J", low=2, high=20)
    sharpness: Ratio = param(4, "Steepness k of P(act) = logistic(k (motivation + ability + trigger - threshold)).",
                             source="fogg", grade="J", low=1, high=8)
    trigger: Ratio = param(0, "Strength of the triggers that are always there.",
                           source="fogg", grade="J", low=0, high=0.5)
    threshold: Ratio = param(0.6, "Action line: threshold of P(act) = logistic(k (motivation + ability + trigger - "
                             "threshold)).", source="fogg", grade="J", low=0.3, high=0.9)
    floor: Probability = param(0.02, "Share of the peak use rate that is left without habit and novelty.",
                               source="prototype", grade="J", low=0.005, high=0.1)
    middle: Probability = param(0.45, "Habit at which use stands half way between floor and peak.",
                                source="prototype", grade="J", low=0.35, high=0.55)
    steepness: Count = param(5, "Steepness of use over habit, whole; two stable habit levels need 3 or more.",
                             source="prototype", grade="J", low=3, high=7)
    novelty: Days = param("18 days", "Time in which novelty fades to 1/e.",
                          source="prototype", grade="J", low="10 days", high="40 days")
    habit_gain: Probability = param(0.10, "Share of the way to full habit that one use makes, at mean effort.",
                                    source="lally", grade="J", low=0.0444, high=0.15)
    habit_fade: Rate = param("1 % per day", "Rate at which an idle customer's habit fades.",
                             source="prototype", grade="J", low="0.4 % per day", high="2 % per day")
    effort_drag: Ratio = param(0.5, "How much less habit a use makes per unit of effort above the mean.",
                               source="seed_habit", grade="S", low=0, high=1)
    paid_bump: Ratio = param(0.3, "How much more a customer uses right after paying for a year; fades.",
                             source="prepaid_usage", grade="J", low=0, high=0.6)
    paid_half: Days = param("60 days", "Time in which the rise of use after paying for a year fades to half.",
                            source="prepaid_usage", grade="J", low="30 days", high="120 days")
    effort_a: Ratio = param(3, "Beta a of the effort that a use costs (time, money, thought, toil).",
                            source="judgement", grade="J", low=1, high=6)
    effort_b: Ratio = param(7, "Beta b of the effort that a use costs; mean a / (a + b).",
                            source="judgement", grade="J", low=3, high=12)


class Activation(Parameters):
    """Key actions completed by using, and what having completed them changes."""

    title: ClassVar[str] = "Activation"
    steps: Count = param(3, "Key actions until a customer is activated.", source="judgement", grade="J", low=2, high=6)
    fit_step: Ratio = param(
        0.5, "Selection by fit: factor on completing a key action, from 1 - this (lowest) to 1 + this (highest).",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip
    effect: Ratio = param(0.57, "Effect: factor on soft and on experience leaving once activated (0.7 on voluntary).",
                          source="activation_effect", grade="J", low=0.29, high=1)
    window: Days = param("30 days", "Time from sign-up within which activation counts in the activation rate.",
                         source="lenny_activation", grade="J", low="7 days", high="60 days")


class Rewards(Parameters):
    """What a reward does: it surprises, and what surprises makes a habit; what is expected does not."""

    title: ClassVar[str] = "Rewards and surprise"
    learning: Probability = param(0.15, "Share of a surprise by which the expectation V moves: V + a (R - V).",
                                  source="rescorla_wagner", grade="J", low=0.05, high=0.4)
    surprise_habit: Ratio = param(0.5, "How much more habit a use makes per unit of surprise R - V above 0.",
                                  source="uncertain_reward", grade="J", low=0, high=1.5)
    invests: Probability = param(0.05, "Share of the way to full stored value that a reward of size 1 makes.",
                                 source="seed_reward", grade="J", low=0, high=0.2)


class Investment(Parameters):
    """Stored value: what a customer would leave behind grows with use and is weighed before asking to cancel."""

    title: ClassVar[str] = "Stored value"
    ties: Probability = param(0.002, "Share of the way to full ties with other people that one use makes.",
                              source="seed_investment", grade="J", low=0, high=0.02)
    content: Probability = param(0.004, "Share of the way to full content of one's own that one use makes.",
                                 source="seed_investment", grade="J", low=0, high=0.02)
    achievements: Probability = param(0.002, "Share of the way to full achievements that one use makes.",
                                      source="seed_investment", grade="J", low=0, high=0.02)
    data: Probability = param(0.01, "Share of the way to full data kept in the product that one use makes.",
                              source="seed_investment", grade="J", low=0, high=0.05)
    holds: Probability = param(0.3, "By how much full stored value of all four kinds lowers the chance of asking to "
                               "cancel; each kind counts a quarter.",
                               source="switching_cost", grade="J", low=0, high=0.6)


class Touches(Parameters):
    """What touches do besides their purpose: they tire, and they wake."""

    title: ClassVar[str] = "Touches"
    best_per_month: Ratio = param(7, "Touches a month beyond which more of them bring less: the effect of one falls "
                                  "as exp(-(n / this)^2 / 2).",
                                  source="mail_frequency", grade="B", low=4, high=10)
    memory: Days = param("1 month", "Time in which a touch is forgotten to 1/e.",
                         source="judgement", grade="J", low="14 days", high="60 days")
    most_per_month: Count = param(30, "Cap on touches to one customer in a calendar month, over all levers.",
                                  source="judgement", grade="J", low=4, high=60)
    awakening: Probability = param("3.6 %", "Chance that the first touch since he fell asleep reminds a subscriber "
                                   "that he pays.",
                                   source="proactive_backfire", grade="J", low="0 %", high="8 %")


class Orders(Parameters):
    """Per-use customers: what an order is worth, and what comes back."""

    title: ClassVar[str] = "Orders (per-use customers)"
    basket_shape: Ratio = param(1.5, "Weibull shape of one order's value around the customer's own mean.",
                                source="judgement", grade="J", low=1, high=4)
    customer_shape: Ratio = param(4, "Shape of the Gamma spread of customers' mean order values.",
                                  source="judgement", grade="J", low=1, high=20)
    leave_total: Ratio = param(3, "a + b of the Beta spread of the chance of leaving after an order; small is uneven.",
                               source="buy_till_you_die", grade="J", low=1, high=20)


class Leaving(Parameters):
    """Intents by reason, and the way from an intent to the end."""

    title: ClassVar[str] = "Leaving"
    propensity_shape: Ratio = param(2, "Shape of the Gamma spread of leaving between customers, mean 1.",
                                    source="fader_2018", grade="J", low=0.5, high=10)
    fit_shape: Ratio = param(2, "Beta shape, both ways, of the fit between product and customer: mean 1/2.",
                             source="judgement", grade="J", low=1, high=5)
    fit_leave: Probability = param(0.7, "Selection: natural and experience leaving moves with fit by 1 -+ this.",
                                   source="seed_icp", grade="S", low=0, high=0.9)
    attention: Probability = param(0.5, "Chance a month that somebody who wants to leave acts on it (1 - inattention).",
                                   source="einav", grade="J", low=0.2, high=1)
    resume: Rate = param("10 % per month", "Rate of dropping an intent again; sets the effect of an annual plan.",
                         source="judgement", grade="J", low="0 % per month", high="40 % per month")
    trapped: Probability = param(0.95, "Factor on perceived value for each month that an intent stands in a paid year.",
                                 source="seed_trapped", grade="S", low=0.85, high=1)
    value_returns: Rate = param("1 % per day", "Rate at which perceived value returns to the level that fit gives.",
                                source="judgement", grade="J", low="0.2 % per day", high="5 % per day")
    soft_without_habit: Ratio = param(4, "Factor on soft leaving of a customer without habit, against full habit.",
                                      source="judgement", grade="J", low=1, high=8)
    experience_without_value: Ratio = param(3, "Factor on experience leaving at value 0, against value 1.",
                                            source="judgement", grade="J", low=1, high=6)
    awake: Ratio = param(1, "Factor on leaving of a subscriber who is awake, against one who has fallen asleep.",
                         source="judgement", grade="J", low=0.3, high=1)
    floor: Probability = param(0.25, "Floor of the product of all direct lever factors below 1, per reason.",
                               source="caps", grade="J", low=0.1, high=0.5)
    second_life: Ratio = param(1.28, "Factor on leaving in the second life (12-month survival .36 against .45).",
                               source="antenna", grade="C", low=1, high=1.6)
    third_life: Ratio = param(1.69, "Factor on leaving in third and later lives (12-month survival .26 against .45).",
                              source="antenna", grade="C", low=1, high=2.2)


class Payment(Parameters):
    """Card charges, failures and retries."""

    title: ClassVar[str] = "Payment"
    fails: Probability = param("6.4 %", "Chance that a card charge fails; with replaced cards 7.2 % of monthly ones.",
                               source="recurly_risk", grade="J", low="5.6 %", high="7.1 %")
    replacement: Days = param("36 months", "Time after which a card is replaced.",
                              source="card_replacement", grade="J", low="24 months", high="60 months")
    replaced_fails: Probability = param("31 %", "Chance that the first charge after a replacement fails besides; it is "
                                        "recovered as any other (published: 31 % lapse, where nothing updates cards).",
                                        source="card_replacement", grade="J", low="10 %", high="60 %")
    recovered: Probability = param("81 %", "Share of failed charges that the retries recover (base: all failures).",
                                   source="recurly_ratio", grade="C", low="50 %", high="88 %")
    first_retry: Days = param("3 days", "Time from a failed charge to its first retry.",
                              source="recurly_retry", grade="J", low="1 day", high="5 days")
    second_retry: Days = param("7 days", "Time from a failed charge to its second retry.",
                               source="recurly_retry", grade="J", low="4 days", high="10 days")
    last_retry: Days = param("14 days", "Time from a failed charge to its last retry; then the subscription ends.",
                             source="recurly_retry", grade="C", low="14 days", high="28 days")


class Stages(Parameters):
    """Thresholds between growth, maturity and dormancy."""

    title: ClassVar[str] = "Stages"
    dormant_after: Days = param("60 days", "Time without use after which a customer is dormant (the seed says 180).",
                                source="dormancy_practice", grade="D", low="30 days", high="180 days")
    lapse: Rate = param("0 % per month", "Dormancy by a clock (above 0): rate at which a customer without habit "
                        "lapses.",
                        source="dormancy_two_state", grade="J", low="0 % per month", high="10 % per month")
    lapse_habit: Rate = param("0.5 % per month", "Dormancy by a clock: rate at which a customer with full habit "
                              "lapses.",
                              source="dormancy_two_state", grade="J", low="0 % per month", high="3 % per month")
    revive: Rate = param("8 % per month", "Dormancy by a clock: rate at which a lapsed customer uses again.",
                         source="dormancy_two_state", grade="J", low="2 % per month", high="20 % per month")
    lost_after: Days = param("365 days", "Time without an order after which a per-use customer counts as churned.",
                             source="judgement", grade="J", low="180 days", high="730 days")
    mature_after: Days = param("90 days", "Time since the first payment from which a customer can be mature.",
                               source="judgement", grade="J", low="30 days", high="180 days")
    mature_habit: Probability = param(0.5, "Habit from which a customer is mature: between the two stable levels.",
                                      source="judgement", grade="J", low=0.4, high=0.6)
    slip_habit: Probability = param(0.4, "Habit below which a mature customer falls back to growth.",
                                    source="judgement", grade="J", low=0.3, high=0.5)


class Return(Parameters):
    """Natural return of churned customers: a Weibull waiting time."""

    title: ClassVar[str] = "Natural return"
    within_year: Probability = param("8 %", "Share of those leaving for soft reasons who return within a year unasked.",
                                     source="revenuecat_return", grade="J", low="2 %", high="20 %")
    shape: Ratio = param(0.52, "Weibull shape of the return time.", source="antenna_return", grade="C", low=0.4, high=1)
    natural: Ratio = param(0.3, "Factor on the cumulative return rate after leaving because the need is gone.",
                           source="judgement", grade="J", low=0, high=1)
    hard: Ratio = param(0.3, "Factor on the cumulative return rate after leaving because one had to.",
                        source="judgement", grade="J", low=0, high=1)
    experience: Ratio = param(0.7, "Factor on the cumulative return rate after leaving because the product failed the "
                              "customer.",
                              source="win_back_reason", grade="J", low=0.2, high=1)
    payment: Ratio = param(1.5, "Factor on the cumulative return rate after a failed payment.",
                           source="judgement", grade="J", low=0.5, high=4)


class Reasons(Parameters):
    """Shares of the reasons among voluntary churn: a target that the base rates are solved for."""

    title: ClassVar[str] = "Reasons of voluntary churn"
    natural: Probability = param("20 %", "Share leaving because the need is gone.",
                                 source="reason_split", grade="J", low="10 %", high="50 %")
    soft: Probability = param("35 %", "Share leaving out of inertia: not using, busy.",
                              source="reason_split", grade="J", low="15 %", high="50 %")
    hard: Probability = param("10 %", "Share leaving because they have to.",
                              source="reason_split", grade="J", low="2 %", high="20 %")
    experience: Probability = param("35 %", "Share leaving because the product fails them; price, rivals count here.",
                                    source="reason_split", grade="J", low="15 %", high="60 %")


# fmt: on


class Renewal(Parameters):
    """A plan that loses customers by a share per renewal instead of by intents: exactly the sBG model."""

    title: ClassVar[str] = "Leaving at renewals (instead of intents)"
    alpha: Number = choice(0, "Beta alpha of the share lost per renewal; 0 switches this off.")
    beta: Number = choice(0, "Beta beta of the share lost per renewal.")


class Behaviour(Parameters):
    """All groups, as a scenario file may override them under ``behaviour``."""

    introduction: Introduction = Field(default_factory=Introduction)
    use: Use = Field(default_factory=Use)
    activation: Activation = Field(default_factory=Activation)
    rewards: Rewards = Field(default_factory=Rewards)
    investment: Investment = Field(default_factory=Investment)
    touches: Touches = Field(default_factory=Touches)
    orders: Orders = Field(default_factory=Orders)
    leaving: Leaving = Field(default_factory=Leaving)
    payment: Payment = Field(default_factory=Payment)
    stages: Stages = Field(default_factory=Stages)
    returning: Return = Field(default_factory=Return)
    reasons: Reasons = Field(default_factory=Reasons)
    service: Service = Field(default_factory=Service)
    deals: Deals = Field(default_factory=Deals)
    saves: Saves = Field(default_factory=Saves)
    signals: Signals = Field(default_factory=Signals)
    friends: Friends = Field(default_factory=Friends)
    voice: Voice = Field(default_factory=Voice)
