"""How customers behave towards seller, service and one another when no lever acts: numbers with units and sources."""

from typing import ClassVar

from sim.core.parameter import Parameters, param
from sim.core.units import Count, Days, Probability, Rate, Ratio

# fmt: off


class Service(Parameters):
    """Problems with product or service, and the satisfaction that they leave."""

    title: ClassVar[str] = "Problems and satisfaction"
    problems: Rate = param("8 % per month", "Rate at which a customer of middle service demand has a problem.",
                           source="judgement", grade="J", low="1 % per month", high="30 % per month")
    solved: Probability = param("70 %", "Share of problems solved to the customer's content.",
                                source="judgement", grade="J", low="40 %", high="95 %")
    usual: Probability = param("70 %", "Satisfaction at the start, and the level to which it returns.",
                               source="judgement", grade="J", low="50 %", high="90 %")
    returns: Rate = param("1 % per day", "Rate at which satisfaction returns to its usual level.",
                          source="judgement", grade="J", low="0.2 % per day", high="5 % per day")
    pleases: Probability = param("20 %", "Share of the way to full satisfaction that a solved problem makes.",
                                 source="judgement", grade="J", low="0 %", high="50 %")
    annoys: Ratio = param(0.5, "Factor on satisfaction of a problem that is not solved.",
                          source="keaveney", grade="J", low=0.2, high=1)
    experience_unsatisfied: Ratio = param(3, "Factor on experience leaving at satisfaction 0, against 1.",
                                          source="keaveney", grade="J", low=1, high=6)


class Deals(Parameters):
    """The first deal of a subscription with several seats, and the seats that come and go later."""

    title: ClassVar[str] = "Deals and seats"
    oversold: Probability = param("15 %", "Share of first deals larger than what is needed.",
                                  source="seed_deal", grade="J", low="0 %", high="40 %")
    extra: Ratio = param(0.3, "How much larger an oversold deal is, as a share of the seats needed; whole seats.",
                         source="judgement", grade="J", low=0.1, high=1)
    disappoints: Ratio = param(0.8, "Factor of an oversold deal on perceived value at the start.",
                               source="seed_deal", grade="S", low=0.5, high=1)
    cut: Probability = param("50 %", "Chance that seats not needed are cut at a renewal.",
                             source="judgement", grade="J", low="20 %", high="100 %")
    value_seats: Ratio = param(
        1, "Factor on adding seats by perceived value, from 1 - this to 1 + this; on dropping, reversed.",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip


class Saves(Parameters):
    """Customers who asked to cancel, were made an offer and stayed."""

    title: ClassVar[str] = "Saved customers"
    relapse: Ratio = param(1.5, "Factor on leaving after being saved.",
                           source="save_relapse", grade="J", low=1, high=3)
    relapse_months: Count = param(3, "Month starts for which a saved customer leaves more readily.",
                                  source="save_relapse", grade="J", low=1, high=6)
    pause: Days = param("2 months", "Length of a pause, from the bill that it replaces.",
                        source="judgement", grade="J", low="1 month", high="6 months")
    back_from_pause: Probability = param("54 %", "Share who go on after a pause; the others leave.",
                                         source="save_relapse", grade="D", low="30 %", high="80 %")


class Signals(Parameters):
    """Early signs of leaving, looked at when a calendar month begins."""

    title: ClassVar[str] = "Signs of leaving"
    use_falls: Probability = param("50 %", "Sign of leaving: a month's uses below this share of the customer's own "
                                   "usual number.",
                                   source="seed_signals", grade="J", low="20 %", high="80 %")
    memory: Probability = param("30 %", "Weight of the last month in a customer's usual number of uses.",
                                source="judgement", grade="J", low="10 %", high="60 %")
    spend_falls: Count = param(2, "Sign of leaving: so many payments in a row, each less than the one before.",
                               source="seed_signals", grade="S", low=1, high=3)
    thin_profile: Probability = param("5 %", "Sign of leaving: data kept in the product below this share of full.",
                                      source="seed_signals", grade="J", low="1 %", high="20 %")
    unhappy: Probability = param("45 %", "Sign of leaving: satisfaction below this.",
                                 source="seed_signals", grade="J", low="30 %", high="60 %")
    no_part: Days = param("90 days", "Sign of leaving: so long without acting upon a touch.",
                          source="seed_signals", grade="J", low="30 days", high="180 days")


class Friends(Parameters):
    """Referred customers and those who referred them: whether one stays matters to the other."""

    title: ClassVar[str] = "Referrers and the referred"
    referred: Ratio = param(0.82, "Factor on leaving of a referred customer while the referrer stays.",
                            source="referred_customers", grade="B", low=0.7, high=1)
    referring: Ratio = param(0.7, "Factor on leaving of a customer who has referred somebody.",
                             source="referrers", grade="J", low=0.34, high=1)
    left: Ratio = param(1.8, "Factor on leaving of the referred right after the referrer has left.",
                        source="neighbour_churn", grade="B", low=1, high=2.5)
    left_half: Days = param("1 month", "Time in which the effect of a referrer's leaving fades to half; looked at when "
                            "a month begins.",
                            source="neighbour_churn", grade="B", low="14 days", high="90 days")


class Voice(Parameters):
    """Word of mouth: who leaves for a bad experience tells others, and fewer come the month after."""

    title: ClassVar[str] = "Word of mouth"
    strength: Ratio = param(0, "How much the month's candidates move with word of mouth; 0 switches it off.",
                            source="judgement", grade="J", low=0, high=0.5)
    usual: Rate = param("1 % per month", "Customers leaving for experience a month, each weighed with how readily he "
                        "speaks ill (mean 1/2), at which the usual number comes.",
                        source="judgement", grade="J", low="0.2 % per month", high="3 % per month")
    most: Ratio = param(0.5, "Most by which word of mouth moves the number of candidates, either way.",
                        source="judgement", grade="J", low=0.1, high=0.9)


# fmt: on
