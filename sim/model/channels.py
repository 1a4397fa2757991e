"""The channels by which customers are touched: price, who permits it, who notices it."""

from typing import ClassVar

from sim.core.parameter import Parameters, money, param
from sim.core.units import Money, Probability

# fmt: off


class ChannelTerms(Parameters):
    """One channel. Whoever has not opted in, or has unsubscribed, is not touched by it."""

    price_thousand: Money
    opt_in: Probability
    noticed: Probability
    unsubscribes: Probability


class Email(ChannelTerms):
    """Mail."""

    title: ClassVar[str] = "Channel `email`"
    price_thousand: Money = money("email_thousand", "Price of a thousand mails.")
    opt_in: Probability = param("90 %", "Share of customers who permit mail.",
                                source="judgement", grade="J", low="50 %", high="100 %")
    noticed: Probability = param("20 %", "Share of mails that are noticed.",
                                 source="email_opens", grade="C", low="8 %", high="40 %")
    unsubscribes: Probability = param("0.2 %", "Chance that a mail ends the permission for good.",
                                      source="email_unsubscribe", grade="D", low="0.1 %", high="0.6 %")


class Push(ChannelTerms):
    """Notification of an app."""

    title: ClassVar[str] = "Channel `push`"
    price_thousand: Money = money("push_thousand", "Price of a thousand notifications.")
    opt_in: Probability = param("61 %", "Share of customers who permit notifications.",
                                source="push_opt_in", grade="C", low="40 %", high="85 %")
    noticed: Probability = param("35 %", "Share of notifications that are noticed.",
                                 source="sms_delivery", grade="D", low="15 %", high="60 %")
    unsubscribes: Probability = param("0.5 %", "Chance that a notification ends the permission for good.",
                                      source="judgement", grade="J", low="0.1 %", high="2 %")


class Sms(ChannelTerms):
    """Text message."""

    title: ClassVar[str] = "Channel `sms`"
    price_thousand: Money = money("sms_thousand", "Price of a thousand text messages.")
    opt_in: Probability = param("50 %", "Share of customers who permit text messages.",
                                source="judgement", grade="J", low="20 %", high="90 %")
    noticed: Probability = param("60 %", "Share of text messages that are noticed.",
                                 source="sms_delivery", grade="J", low="40 %", high="95 %")
    unsubscribes: Probability = param("1 %", "Chance that a text message ends the permission for good.",
                                      source="judgement", grade="J", low="0.2 %", high="4 %")


class Account(ChannelTerms):
    """Message of a brand's official account inside a messenger."""

    title: ClassVar[str] = "Channel `account`"
    price_thousand: Money = money("account_thousand", "Price of a thousand messages of the account.")
    opt_in: Probability = param("40 %", "Share of customers who permit messages of the account.",
                                source="judgement", grade="J", low="15 %", high="80 %")
    noticed: Probability = param("25 %", "Share of messages of the account that are noticed.",
                                 source="judgement", grade="J", low="5 %", high="50 %")
    unsubscribes: Probability = param("0.5 %", "Chance that a message of the account ends the permission for good.",
                                      source="judgement", grade="J", low="0.1 %", high="2 %")


class Phone(ChannelTerms):
    """Call; the price is that of the line, the caller's wage is his team's."""

    title: ClassVar[str] = "Channel `phone`"
    price_thousand: Money = money("phone_thousand", "Price of a thousand calls, the line alone.")
    opt_in: Probability = param("80 %", "Share of customers who permit calls.",
                                source="judgement", grade="J", low="40 %", high="100 %")
    noticed: Probability = param("65 %", "Share of calls that connect.",
                                 source="call_desk", grade="D", low="40 %", high="75 %")
    unsubscribes: Probability = param("2 %", "Chance that a call ends the permission for good.",
                                      source="judgement", grade="J", low="0.5 %", high="8 %")


class InApp(ChannelTerms):
    """Message inside the product."""

    title: ClassVar[str] = "Channel `in_app`"
    price_thousand: Money = money("in_app_thousand", "Price of a thousand messages inside the product.")
    opt_in: Probability = param("100 %", "Share of customers who permit messages inside the product.",
                                source="judgement", grade="J", low="80 %", high="100 %")
    noticed: Probability = param("30 %", "Share of messages inside the product that are noticed.",
                                 source="judgement", grade="J", low="10 %", high="70 %")
    unsubscribes: Probability = param("0 %", "Chance that a message inside the product ends the permission for good.",
                                      source="judgement", grade="J", low="0 %", high="0.5 %")


class Ad(ChannelTerms):
    """Paid advertisement shown again to people who are known."""

    title: ClassVar[str] = "Channel `ad`"
    price_thousand: Money = money("ad_thousand", "Price of a thousand ads.")
    opt_in: Probability = param("70 %", "Share of customers whom ads can find again.",
                                source="judgement", grade="J", low="30 %", high="90 %")
    noticed: Probability = param("5 %", "Share of ads that are noticed.",
                                 source="judgement", grade="J", low="1 %", high="15 %")
    unsubscribes: Probability = param("0 %", "Chance that an ad ends the permission for good.",
                                      source="judgement", grade="J", low="0 %", high="0.5 %")


class Creator(ChannelTerms):
    """Word of a blogger or key opinion leader whom the customer follows."""

    title: ClassVar[str] = "Channel `creator`"
    price_thousand: Money = money("creator_thousand", "Price of a thousand creators' posts.")
    opt_in: Probability = param("20 %", "Share of customers who follow a creator.",
                                source="judgement", grade="J", low="5 %", high="60 %")
    noticed: Probability = param("30 %", "Share of creators' posts that are noticed.",
                                 source="judgement", grade="J", low="10 %", high="60 %")
    unsubscribes: Probability = param("0 %", "Chance that a creator's post ends the permission for good.",
                                      source="judgement", grade="J", low="0 %", high="0.5 %")


# fmt: on


class Channels(Parameters):
    """The channels by which customers are touched."""

    email: Email
    push: Push
    sms: Sms
    account: Account
    phone: Phone
    in_app: InApp
    ad: Ad
    creator: Creator
