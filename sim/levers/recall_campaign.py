"""Contact customers who have left and are worth it, by the method that fits the reason they left for.

The effect of a contact adds to the natural return. The offer is also paid to those who would have come back anyway,
and second lives are shorter. A call needs a desk with limited agents; a stop rule ends the contacts of a campaign that
brings too few or too poor customers back (wages and monthly costs end with the lever: write ``ends``).
What would prove the numbers wrong: a hold-out that comes back as often as those contacted.
"""

from typing import ClassVar, Literal

from sim.core.compiling import compiled
from sim.core.events import Method, Plan, Reason, Stage, Stored, Team
from sim.core.hooks import Hook
from sim.core.lever import Lever, Recalling, TeamSize
from sim.core.parameter import choice, money, param
from sim.core.units import Count, Days, Money, Probability, Ratio
from sim.core.worth import monthly_worth, share_of_term

PER_USE = int(Plan.PER_USE)
SOFT, EXPERIENCE, PAYMENT = int(Reason.SOFT), int(Reason.EXPERIENCE), int(Reason.PAYMENT)
TIES, OWN_CONTENT = int(Stored.TIES), int(Stored.CONTENT)
FEATURE_NEWS, CONTENT, BENEFIT, FRIENDS, CALL = (float(method) for method in Method)


class CallDesk(TeamSize):
    """Agents who call customers who have left."""

    title: ClassVar[str] = "The call desk"
    session: Days = param("0.02 days", "Mean time that an agent is busy with one call, by the clock round the day.",
                          source="call_desk", grade="J", low="0.01 days", high="0.1 days")  # fmt: skip
    patience: Days = param("14 days", "Mean time after which a call that did not come about is given up.",
                           source="judgement", grade="J", low="3 days", high="60 days")  # fmt: skip
    wage: Money = money("desk_agent_month", "What one agent of the call desk costs a month, as long as the lever runs.")


class RecallCampaign(Lever):
    """Win back customers who have left."""

    meets: ClassVar = (Stage.CHURNED,)
    team_kind: ClassVar = Team.RECALL
    recalling: ClassVar = Recalling("after", "contacts", "spacing", "channel", "offer_valid")

    after: Days = param(
        "30 days", "Time from the end to the first contact.",
        source="judgement", grade="J", low="7 days", high="180 days",
    )  # fmt: skip
    contacts: Count = param(3, "Contacts after each end.", source="judgement", grade="J", low=1, high=6)
    spacing: Days = param(
        "30 days", "Time between contacts.",
        source="judgement", grade="J", low="7 days", high="90 days",
    )  # fmt: skip
    channel: Literal["email", "push", "sms", "account", "phone", "in_app", "ad", "creator"] = choice(
        "email", "Channel of the contacts, other than calls by the desk."
    )
    reasons: Literal["promising", "all"] = choice(
        "promising", "Contact those who left for soft, experience or payment reasons, or all."
    )
    least_worth: Money = money("recall_worth", "Least monthly worth (for a shop: last order) of who is contacted.")
    most_service: Probability = param(
        "95 %", "Who asks for more service than this share of all customers is not contacted.",
        source="seed_recall", grade="J", low="50 %", high="100 %",
    )  # fmt: skip
    most_bad_mouth: Probability = param(
        "95 %", "Who speaks ill more readily than this share of all customers is not contacted.",
        source="seed_recall", grade="J", low="50 %", high="100 %",
    )  # fmt: skip
    feature_news: Probability = param(
        "3 %", "Chance that noticed news of a feature brings back who left for experience.",
        source="recall_china", grade="J", low="0 %", high="8 %",
    )  # fmt: skip
    content: Probability = param(
        "3 %", "Chance that a noticed message about content brings back who has content of his own here and left for "
        "soft reasons.",
        source="recall_china", grade="J", low="0 %", high="8 %",
    )  # fmt: skip
    benefit: Probability = param(
        "4 %", "Chance that a noticed message about a benefit brings back whom no other message fits; a gift goes with "
        "it.",
        source="recall_china", grade="J", low="0 %", high="10 %",
    )  # fmt: skip
    friends: Probability = param(
        "4 %", "Chance that a noticed message about friends brings back who has ties here and left for soft reasons.",
        source="recall_china", grade="J", low="0 %", high="10 %",
    )  # fmt: skip
    call: Probability = param(
        "6 %", "Chance that a call that connects brings the customer back.",
        source="phone_response", grade="J", low="1 %", high="13 %",
    )  # fmt: skip
    enough_stored: Probability = param(
        "20 %", "Ties, or content of his own, from which a customer hears of friends, or of content.",
        source="judgement", grade="J", low="5 %", high="50 %",
    )  # fmt: skip
    unmatched: Ratio = param(
        0.3, "Factor on the chance of coming back of who left for natural or hard reasons.",
        source="judgement", grade="J", low=0, high=1,
    )  # fmt: skip
    offer_lift: Ratio = param(
        0.5, "How much an offer of a fifth off adds to the chance of coming back; moves with discount and price "
        "sensitivity.",
        source="win_back_offers", grade="J", low=0, high=2,
    )  # fmt: skip
    discount: Probability = choice("0 %", "Share taken off the price for all who come back while the offer holds.")
    offer_months: Count = choice(3, "Months for which the discount holds; of orders, the first.")
    offer_valid: Days = choice("30 days", "How long the offer of a contact holds.")
    threshold: Money = money("coupon_threshold", "Least order on which the discount is given; for bills there is none.")
    gift: Money = money("recall_gift", "What the gift costs that goes with each contact about a benefit.")
    call_worth: Money = money("call_worth", "Monthly worth from which a customer is called, where there is a desk.")
    team: CallDesk | None = choice(None, "The call desk; left out, nobody is called.")
    stop_number: Ratio = choice(0, "Stop when fewer are recalled in a month; 0 never.")
    stop_worth: Ratio = choice(0, "Stop when the recalled of a month are worth less than this many times least_worth.")
    stop_after: Days = choice("3 months", "When the stop rule is first looked at, from the lever's start.")

    def ties_customers(self) -> bool:
        """Return whether a call desk, a budget or the stop rule ties customers."""
        return super().ties_customers() or self.stop_number > 0.0 or self.stop_worth > 0.0


@compiled
def can_be_helped(customer):
    """Whether what the customer left for is something that a contact can answer."""
    return customer.left_for == SOFT or customer.left_for == EXPERIENCE or customer.left_for == PAYMENT


@RecallCampaign.changes(Hook.WORTH)
def worth_it(worth, customer, lever):
    if not can_be_helped(customer) and lever.reasons == 0.0:
        return worth
    costly = customer.service_demand > lever.most_service or customer.bad_mouth > lever.most_bad_mouth
    return worth if costly or monthly_worth(customer) < lever.least_worth else 1.0


@RecallCampaign.changes(Hook.METHOD)
def fit_the_reason(method, customer, lever):
    if lever.has_team == 1 and monthly_worth(customer) >= lever.call_worth:
        return CALL
    if customer.left_for == EXPERIENCE:
        return FEATURE_NEWS
    if customer.left_for == SOFT and customer.stored[TIES] > lever.enough_stored:
        return FRIENDS
    if customer.left_for == SOFT and customer.stored[OWN_CONTENT] > lever.enough_stored:
        return CONTENT
    return BENEFIT


@RecallCampaign.changes(Hook.RECALL_CHANCE)
def bring_back(method, customer, lever):
    lift = lever.benefit
    if method == CALL:
        lift = lever.call
    elif method == FEATURE_NEWS:
        lift = lever.feature_news
    elif method == FRIENDS:
        lift = lever.friends
    elif method == CONTENT:
        lift = lever.content
    offer = 1.0 + lever.offer_lift * customer.price_sensitivity * lever.discount / 0.2
    return lift * offer * (1.0 if can_be_helped(customer) else lever.unmatched)


@RecallCampaign.changes(Hook.GIFT)
def give(method, customer, lever):
    return lever.gift if method == BENEFIT else 0.0


@RecallCampaign.changes(Hook.PRICE)
def take_off(price, customer, lever):
    if customer.offer_stands == 0:
        return price
    if customer.plan == PER_USE:
        given = customer.orders == 0 and customer.full_price >= lever.threshold
        return price * (1.0 - lever.discount) if given else price
    return price * (1.0 - lever.discount * share_of_term(customer, lever.offer_months - customer.paid_months))
