"""What a scenario file may say: a business, then strategies that extend it."""

import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field, PrivateAttr, create_model

from sim.core.custom import CUSTOM_PLACES, CustomLever
from sim.core.events import Plan
from sim.core.lever import Lever
from sim.core.parameter import Parameters, choice, money, param
from sim.core.units import Churn, Count, Days, Money, PerMonth, Price, Probability, Rate, Ratio
from sim.levers import BY_NAME
from sim.model.behaviour import Behaviour, Renewal
from sim.model.channels import Channels

SUBSCRIPTIONS = (Plan.MONTHLY, Plan.ANNUAL)
"""The plans of ``plans:``; customers of a business with ``orders:`` have the plan PER_USE."""
Text = Annotated[str, Field(min_length=1, max_length=200)]
LeverName = Annotated[str, Field(min_length=1, max_length=60)]
MOST_LINES = 12
Twelve = Annotated[tuple[Ratio, ...], Field(min_length=12, max_length=12)]


class PlanChurn(Parameters):
    """Churn by plan, all reasons including failed payment."""

    monthly: Churn = Field(..., description="Monthly plan: ends per customer alive at a month's start, months 2 to 24.")
    annual: Churn = Field(..., description="Annual plan: ends per customer alive at a year's start, years 1 and 2.")


class Targets(Parameters):
    """What the simulated business must show; ``retention-sim tune`` solves the base rates for it.

    Churn, annual share and ARPA belong to plans; basket, orders and the second year to orders.
    """

    activation: Probability = Field(..., description="Share of sign-ups activated within the window.")
    conversion: Probability = Field(..., description="Share of sign-ups who become customers: pay a first bill, order.")
    churn: PlanChurn | None = None
    annual_share: Probability | None = Field(None, description="Share of new customers who pay annually.")
    arpa: Price | None = Field(None, description="Mean MRR of a new customer.")
    basket: Money | None = Field(None, description="Mean value of an order, at list prices.")
    orders: Ratio | None = Field(None, description="Mean orders of a new customer in 12 months, the first included.")
    second_year: Probability | None = Field(None, description="New customers who order in months 12 to 24, a share.")


class Segment(Parameters):
    """One kind of customer."""

    share: Probability = Field(..., description="Share of new customers who are of this segment.")
    card: Probability = Field(..., description="Share paying by a means with fees; invoices of the others do not fail.")
    acquisition_cost: Money = Field(..., description="Spend per new customer at the target conversion.")
    targets: Targets
    add_seats: Rate = choice("0 % per month", "Rate at which each seat brings another one.")
    drop_seats: Rate = choice("0 % per month", "Rate at which each seat is given up, before the customer goes.")


class Line(Parameters):
    """One acquisition channel: a way by which prospects come."""

    share: Probability = Field(..., description="Share of prospects who come by this channel.")
    kind: Literal["free", "paid", "location", "fission"] = choice("paid", "Kind of traffic of this channel.")
    contact: Literal["searching", "passive"] = choice("passive", "Whether prospects come searching, or are found.")
    convert: Ratio = choice(1, "Factor on converting by this channel: trust, price, whether the brand is known.")
    cost: Ratio = choice(1, "Factor on what a prospect of this channel costs.")


class Acquisition(Parameters):
    """How many come, and by which channels."""

    new_customers: PerMonth = Field(..., description="New customers of all segments at the target conversion.")
    growth: Churn = choice("0 % per month", "By how much more prospects come every month.")
    lasts: Days | None = choice(None, "For how long prospects come, whole months; left out, to the horizon.")
    channels: dict[str, Line] | None = Field(
        None, max_length=MOST_LINES, description="Acquisition channels by name; left out, there is one."
    )


class Promotion(Parameters):
    """A month with more use and more first payments, part of which are missing later."""

    month: Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")] = Field(..., description="Month, like 2026-11.")
    lift: Probability = Field(..., description="How much more people use and convert in the month of the promotion.")
    pulled_forward: Probability = choice("0 %", "Share of the promotion's lift that is missing in the months after.")
    over: Annotated[Count, Field(ge=1, le=12)] = choice(2, "Months in which what is pulled forward is missing.")
    discount: Probability = choice("0 %", "Share taken off orders and first bills of the month of the promotion.")


class PlanTerms(Parameters):
    """Terms of one plan."""

    price: Price = Field(..., description="Price of a seat.")


class Plans(Parameters):
    """The plans on offer."""

    monthly: PlanTerms
    annual: PlanTerms
    asleep: Literal["pays", "rests"] = choice(
        "pays", "What a monthly customer who falls asleep does: he goes on paying, or his subscription rests."
    )
    fit_annual: Ratio = param(0.5, "Selection by fit: factor on paying annually unasked, from 1 - this to 1 + this.",
                              source="dellavigna", grade="J", low=0, high=1)  # fmt: skip


class OrderTerms(Parameters):
    """What an order leaves to the business, where customers order and do not subscribe."""

    goods_cost: Probability = Field(..., description="Share of an order's value that the goods cost.")
    refunds: Probability = Field(..., description="Chance that an order is sent back and its money goes back.")
    cancels: Probability = choice("0 %", "Chance that an order is cancelled before it is sent.")
    cancel_fee: Probability = choice("0 %", "Share of a cancelled order's value that is kept.")
    resale: Probability = Field(..., description="Share of the goods' cost recovered from what is sent back.")


class PlanShares(Parameters):
    """Shares of the two plans."""

    monthly: Probability = Field(..., description="Share of customers on the monthly plan.")
    annual: Probability = Field(..., description="Share of customers on the annual plan.")


class Opening(Parameters):
    """The customers already there on day 0; month 0 ties to these counts."""

    customers: Count = Field(..., description="Paying customers on day 0.")
    segments: dict[str, Probability] = Field(..., description="Shares of the opening customers by segment.")
    plans: dict[str, PlanShares] | None = Field(
        None, description="Shares of the plans by segment, or `all:` for every segment; not for orders."
    )
    tenure: dict[str, Probability] = Field(..., description="Customers by time since the first payment: '0-12 months'.")


class Season(Parameters):
    """Twelve factors, January first, on a rate; left out, there is no season."""

    use: Twelve | None = choice(None, "Twelve factors on uses, or orders.")
    convert: Twelve | None = choice(None, "Twelve factors on first payments of those who have signed up.")
    leave: Twelve | None = choice(None, "Twelve factors on wanting to leave.")
    candidates: Twelve | None = choice(None, "Twelve factors on how many prospects come.")


class Costs(Parameters):
    """What serving and charging customers costs, and how money is discounted."""

    title: ClassVar[str] = "Costs and discounting"
    serve_seat_month: Price = money("serve_seat_month", "Cost to serve one seat.")
    charge_share: Probability = money("charge_share", "Share of a card charge that the processor keeps.")
    charge_fixed: Money = money("charge_fixed", "What the processor keeps of each card charge besides.")
    discount_rate: Probability = param("10 %", "Yearly discount rate.", source="discount_rate", grade="J",
                                       low="8 %", high="20 %")  # fmt: skip
    overhead: Money | None = choice(None, "Fixed cost of the business a month; the same in every scenario.")


class SolvedPlan(Parameters):
    """Level of the leave rates of one plan."""

    monthly: Rate = Field(..., description="Level of the leave rates on the monthly plan.")
    annual: Rate = Field(..., description="Level of the leave rates on the annual plan.")


class SolvedSegment(Parameters):
    """Base rates of one segment: the first two for all, three for plans, the last two for orders."""

    step_probability: Ratio = Field(..., description="Chance that a use completes the next key action, at middle fit.")
    convert: Rate = Field(..., description="Rate of converting, at middle fit.")
    leave: SolvedPlan | None = None
    annual: Ratio | None = Field(None, description="Chance of taking the annual plan, at middle fit.")
    seats: Ratio | None = Field(None, description="Mean seats of those who sign up.")
    use_level: Ratio | None = Field(None, description="Factor on the peak of the use rate.")
    order_leave: Probability | None = Field(None, description="Mean chance of leaving after an order.")


class SolvedReasons(Parameters):
    """How the level of leaving splits into base rates by reason; for orders, how those who leave split."""

    natural: Ratio = Field(..., description="Part of leaving because the need is gone.")
    soft: Ratio = Field(..., description="Part of leaving because the customer does not want to stay.")
    hard: Ratio = Field(..., description="Part of leaving because the customer cannot stay.")
    experience: Ratio = Field(..., description="Part of leaving because the product fails the customer.")


class Solved(Parameters):
    """Base rates, written by ``retention-sim tune`` and not by hand."""

    solved_for: str = Field(..., description="Fingerprint of the numbers that the rates were solved for.")
    reasons: SolvedReasons
    segments: dict[str, SolvedSegment]


LeverSet = create_model(
    "LeverSet",
    __base__=Parameters,
    __doc__="Every lever that is pulled, by name.",
    custom=(Annotated[dict[LeverName, CustomLever], Field(max_length=CUSTOM_PLACES)] | None, None),
    **{name: (lever | None, None) for name, lever in BY_NAME.items()},
)  # type: ignore[call-overload]


class Scenario(Parameters):
    """A business, or a business under a strategy: every number of one side of a comparison."""

    name: Annotated[Text, Field(max_length=80)] = Field(..., description="What tables and charts call the scenario.")
    description: Annotated[str, Field(max_length=2000)] = Field("", description="The scenario in a sentence or two.")
    market: Text = Field(..., description="Preset behind every money default: prices of touches, wages, fees.")
    currency: Text = Field(..., description="Currency of all money in the file; the market's.")
    starts: datetime.date = Field(..., description="Calendar day 0.")
    horizon: Days = Field(..., description="Time simulated and reported, whole months.")
    residual: Days = choice("36 months", "Time after the horizon over which the customers alive at its end are valued.")
    history: Days = choice("60 months", "Longest tenure in the opening book.")
    opening: Opening | None = None
    acquisition: Acquisition
    segments: dict[str, Segment] = Field(..., min_length=1, max_length=8)
    plans: Plans | None = Field(None, description="Plans of a business with subscriptions.")
    orders: OrderTerms | None = Field(None, description="Terms of a business with orders, a shop.")
    renewal: Renewal = Field(default_factory=Renewal)
    costs: Costs
    channels: Channels
    season: Season = Field(default_factory=Season)
    promotions: tuple[Promotion, ...] = Field((), max_length=24, description="Promotions, each in one month.")
    behaviour: Behaviour = Field(default_factory=Behaviour)
    solved: Solved | None = None
    levers: LeverSet = Field(default_factory=LeverSet)  # type: ignore[valid-type]

    _data: dict[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def per_use(self) -> bool:
        """Whether customers order instead of subscribing."""
        return self.orders is not None

    @property
    def months(self) -> int:
        """Months of the horizon."""
        return whole_months(self.horizon)

    @property
    def months_valued(self) -> int:
        """Months of the horizon and of the residual after it."""
        return self.months + whole_months(self.residual)

    def with_levers(self, name: str | None = None, **levers: Any) -> "Scenario":
        """Return this scenario with levers pulled, as a file that extends it: ``annual_plan={"discount": "20 %"}``.

        Parameters
        ----------
        name
            Of the new scenario; by default made of this one's and the levers'.
        levers
            Parameters by lever, all others as here; ``None``: its defaults; ``False``: let go; ``custom``: one's own.

        Raises
        ------
        ProblemsFound
            When a lever or a value is wrong.
        """
        from sim.scenario.load import build, with_more_levers  # load knows this file

        return build(with_more_levers(self._data, name, levers))

    def _repr_html_(self) -> str:
        from sim.scenario.view import scenario_view  # view knows this file

        return scenario_view(self)

    def active_levers(self) -> dict[str, Lever]:
        """Return the levers that this scenario pulls, by name."""
        return {name: lever for name in BY_NAME if (lever := getattr(self.levers, name)) is not None}

    def custom_levers(self) -> dict[str, CustomLever]:
        """Return the levers that the file itself writes, by name."""
        return dict(sorted((getattr(self.levers, "custom", None) or {}).items()))

    def all_levers(self) -> dict[str, Lever]:
        """Return every lever that is pulled, those of the register and those that the file writes."""
        return {**self.active_levers(), **self.custom_levers()}

    def lever_places(self) -> dict[int, str]:
        """Return the names of the levers that are pulled by their places, as REACHED and HELD_OUT name them."""
        places = {place: name for place, name in enumerate(BY_NAME) if name in self.active_levers()}
        return places | {len(BY_NAME) + number: name for number, name in enumerate(self.custom_levers())}


def whole_months(days: float) -> int:
    """Return a duration in months of 365.25 / 12 days."""
    return round(days / (365.25 / 12))


def group_models(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Return the fields of a model that are themselves groups of parameters."""
    groups = {}
    for name, field in model.model_fields.items():
        kinds = getattr(field.annotation, "__args__", (field.annotation,))
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                groups[name] = kind
    return groups
