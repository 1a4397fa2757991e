"""From a scenario to plain numbers: the kernel that engines read, the population, and how many candidates exist."""

import math
from collections.abc import Iterable

import numpy as np

from sim.core.custom import ADD, MULTIPLY, CustomLever
from sim.core.events import FINE, Channel, Plan, Source, Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever, own_values, reach_number
from sim.core.units import MONTH
from sim.levers import LEVERS
from sim.model.candidates import Cell, Group, Origin, Population
from sim.model.kernel import (
    BARGAIN_LINE,
    FRIEND_LINE,
    MOST_MONTHS,
    SEGMENTS,
    Season,
    fill_group,
    new_kernel,
    set_retries,
)
from sim.scenario.acquisition import SPECIAL_LINES, counts_of, lines_of, month_of, source_of
from sim.scenario.checks import MOST_SPANS, tenure_spans
from sim.scenario.schema import SUBSCRIPTIONS, Opening, Plans, Scenario, Solved

EVERYBODY = 2**32 - 1


def kernel_of(scenario: Scenario, seed: int, *, levers: bool = True, scale: float = 1.0) -> np.recarray:
    """Return the record of parameters that engines read.

    Parameters
    ----------
    levers
        False for the past, in which no lever acts.
    scale
        Sample size over business size: teams and campaigns shrink and grow with the sample.
    """
    kernel = new_kernel()
    for name, group in scenario.behaviour:
        fill_group(kernel[name], group)
    set_retries(kernel, scenario.behaviour)
    kernel["seed"] = seed
    kernel["first_month"] = scenario.starts.month - 1
    if scenario.plans is not None:
        fill_plans(kernel, scenario.plans)
    fill_orders(kernel, scenario)
    fill_channels(kernel, scenario)
    fill_acquisition(kernel, scenario)
    fill_promotions(kernel, scenario)
    for which in Season:
        factors = getattr(scenario.season, which.name.lower())
        if factors is not None:
            kernel["season"][0, which] = factors
    if scenario.solved is not None:
        fill_solved(kernel, scenario, scenario.solved)
    if levers:
        for lever in scenario.active_levers().values():
            fill_frame(kernel["frames"][0, LEVERS.index(type(lever))], scenario, lever, scale)
            fill_lever(kernel, scenario, lever, scale)
        for number, (name, own) in enumerate(scenario.custom_levers().items()):
            fill_frame(kernel["frames"][0, len(LEVERS) + number], scenario, own, scale)
            kernel["frames"]["reach_number"][0, len(LEVERS) + number] = reach_number(name)
            fill_custom(kernel["custom"][0, number], own)
    return kernel


def fill_plans(kernel: np.recarray, plans: Plans) -> None:
    """Copy what subscriptions cost."""
    for plan in SUBSCRIPTIONS:
        tag = getattr(plans, plan.name.lower()).price
        months = 12 if plan == Plan.ANNUAL else 1
        kernel["price"][0, plan] = round(tag.amount.minor * months / tag.months)
    kernel["fit_annual"] = plans.fit_annual
    kernel["rests"] = plans.asleep == "rests"


def fill_acquisition(kernel: np.recarray, scenario: Scenario) -> None:
    """Copy what prospects cost and how they convert by channel, and how seats come and go."""
    for number, segment in enumerate(scenario.segments.values()):
        kernel["prospect_cost"][0, number] = segment.acquisition_cost.minor * segment.targets.conversion
        kernel["add_seat"][0, number] = segment.add_seats
        kernel["drop_seat"][0, number] = segment.drop_seats
    for number, line in enumerate(lines_of(scenario).values()):
        record = kernel["lines"][0, number]
        record["source"] = source_of(line)
        record["searching"] = line.contact == "searching"
        record["convert"] = line.convert
        record["cost"] = line.cost
    kernel["lines"]["source"][0, FRIEND_LINE] = Source.FISSION
    kernel["lines"]["cost"][0, FRIEND_LINE] = 0.0
    kernel["lines"]["source"][0, BARGAIN_LINE] = Source.BARGAIN


def fill_promotions(kernel: np.recarray, scenario: Scenario) -> None:
    """Copy dated promotions: more use and converting in their month, and part of it missing in the months after."""
    for promotion in scenario.promotions:
        first = month_of(scenario, promotion.month)
        kernel["promoted"][0, first] *= 1.0 + promotion.lift
        kernel["promoted_price"][0, first] *= 1.0 - promotion.discount
        for later in range(first + 1, min(first + promotion.over + 1, MOST_MONTHS)):
            kernel["promoted"][0, later] *= 1.0 - promotion.lift * promotion.pulled_forward / promotion.over


def fill_orders(kernel: np.recarray, scenario: Scenario) -> None:
    """Copy what orders are worth, as the scale of a Weibull with the mean stated, and how many come back."""
    if scenario.orders is None:
        return
    kernel["per_use"] = 1
    kernel["refunds"] = scenario.orders.refunds
    kernel["order_cancels"] = scenario.orders.cancels
    kernel["order_fee"] = scenario.orders.cancel_fee
    mean = math.gamma(1.0 + 1.0 / scenario.behaviour.orders.basket_shape)
    for number, segment in enumerate(scenario.segments.values()):
        if segment.targets.basket is not None:
            kernel["basket"][0, number] = segment.targets.basket.minor / mean


def fill_channels(kernel: np.recarray, scenario: Scenario) -> None:
    """Copy what touches cost, who permits them and who notices them."""
    for channel in Channel:
        terms, record = getattr(scenario.channels, channel.name.lower()), kernel["channels"][0, channel]
        record["price"] = terms.price_thousand.minor * FINE / 1000.0
        for name in ("opt_in", "noticed", "unsubscribes"):
            record[name] = getattr(terms, name)


def fill_solved(kernel: np.recarray, scenario: Scenario, solved: Solved) -> None:
    """Copy the solved base rates."""
    reasons = [mix for _, mix in solved.reasons]
    kernel["reason_mix"] = np.array(reasons) / max(sum(reasons), 1e-12)
    for number, name in enumerate(scenario.segments):
        rates = solved.segments[name]
        kernel["step_probability"][0, number] = rates.step_probability
        kernel["convert"][0, number] = rates.convert
        if rates.annual is not None:
            kernel["annual"][0, number] = rates.annual
        if rates.use_level is not None:
            kernel["use_level"][0, number] = rates.use_level
        if rates.leave is None or scenario.renewal.alpha > 0.0:  # orders or renewals decide, not intents
            continue
        for plan in SUBSCRIPTIONS:
            level = getattr(rates.leave, plan.name.lower())
            kernel["leave"][0, number, plan] = [level * mix for mix in reasons]
        kernel["leave"][0, number, Plan.PREPAID] = kernel["leave"][0, number, Plan.ANNUAL]


def bits(names: Iterable[str] | None, known: list[str]) -> int:
    """Return a mask with one bit per name; all bits where nothing is said."""
    return EVERYBODY if names is None else sum(1 << known.index(name) for name in names)


def fill_frame(frame: np.record, scenario: Scenario, lever: Lever, scale: float) -> None:
    """Copy whom a lever may reach, and when."""
    eligible = lever.eligible
    frame["on"] = 1
    frame["starts"] = lever.starts
    frame["ends"] = math.inf if lever.ends is None else lever.ends
    frame["ramp_months"] = lever.ramp / MONTH
    frame["share"] = lever.share
    frame["reach_number"] = lever.reach_number()
    frame["segments"] = bits(eligible.segments, list(scenario.segments))
    frame["channels"] = bits(eligible.channels, [*lines_of(scenario), *SPECIAL_LINES])
    if eligible.channels is not None:  # the special lines stand at the end of the room for lines
        for place, name in enumerate(SPECIAL_LINES):
            frame["channels"] |= np.uint32((name in eligible.channels) << (FRIEND_LINE + place))
    frame["plans"] = bits(eligible.plans, [plan.name.lower() for plan in Plan])
    frame["stages"] = bits(eligible.stages, [stage.name.lower() for stage in Stage])
    frame["lives"] = EVERYBODY if eligible.lives is None else sum(1 << (life - 1) for life in eligible.lives)
    frame["meets"] = sum(1 << stage for stage in lever.meets)
    frame["meets_at"] = -1 if lever.meets_at is None else lever.meets_at
    frame["activated"] = {"either": -1, "yes": 1, "no": 0}[eligible.activated]
    frame["least_worth"] = 0.0 if eligible.least_worth is None else eligible.least_worth.minor
    frame["least_risk"] = eligible.least_risk
    frame["least_response"] = -math.log1p(-min(eligible.least_responsiveness, 1.0 - 1e-12))
    frame["narrow"] = eligible.activated != "either" or any(
        frame[name] > 0.0 for name in ("least_worth", "least_risk", "least_response")
    )
    frame["budget"] = 0.0 if lever.budget is None else lever.budget.minor * FINE * scale


def fill_custom(record: np.record, lever: CustomLever) -> None:
    """Copy a lever written in a scenario file."""
    record["hook"] = list(Hook).index(Hook[str(lever.quantity).upper()])
    record["operation"] = MULTIPLY if lever.operation == "multiply" else ADD
    record["amount"] = lever.size
    record["cost"] = 0.0 if lever.cost is None else lever.cost.minor


def fill_lever(kernel: np.recarray, scenario: Scenario, lever: Lever, scale: float) -> None:
    """Copy one lever's own numbers, its term, its team."""
    record = kernel["levers"][lever.lever_name()]
    for name, value in own_values(lever).items():
        record[name] = value * (scale if name in lever.of_business_size else 1.0)
    if lever.term_years is not None:
        months = 12 * int(getattr(lever, lever.term_years))
        kernel["term_months"][0, Plan.PREPAID] = months
        kernel["price"][0, Plan.PREPAID] = kernel["price"][0, Plan.ANNUAL] * months // 12
    fill_campaign(kernel, lever, scale)
    team = getattr(lever, "team", None)
    if team is None or lever.team_kind is None:
        return
    record["has_team"] = 1
    place = kernel["teams"][0, lever.team_kind]
    wanted = team.agents * scale
    place["agents"] = max(1, round(wanted))
    place["session"] = team.session * place["agents"] / wanted  # whole agents, and still the team's own capacity
    place["patience"] = team.patience
    segments = list(scenario.segments)
    ranks = {name: rank for rank, name in enumerate(team.priority)}
    place["rank"] = [ranks.get(name, len(ranks)) for name in segments] + [0] * (SEGMENTS - len(segments))


def fill_campaign(kernel: np.recarray, lever: Lever, scale: float) -> None:
    """Copy a recall lever's rule for stopping, if it has one: by number and by worth, 0 for not looking at it."""
    own = own_values(lever)
    if lever.recalling is None or "stop_number" not in own:
        return
    campaign = kernel["campaign"]
    campaign["watched"] = own["stop_number"] > 0.0 or own["stop_worth"] > 0.0
    campaign["least_number"] = own["stop_number"] * scale
    campaign["least_worth"] = own["stop_worth"] * own["least_worth"]
    campaign["from_month"] = math.ceil((lever.starts + own["stop_after"]) / MONTH - 1e-9)


def population_of(scenario: Scenario, seed: int) -> Population:
    """Return what the traits of candidates are drawn from."""
    leaving, use, orders = scenario.behaviour.leaving, scenario.behaviour.use, scenario.behaviour.orders
    names = list(scenario.segments)
    solved = [] if scenario.solved is None else [scenario.solved.segments[name] for name in names]
    seats = [rates.seats or 1.0 for rates in solved] or [1.0] * len(names)
    order_leave = [rates.order_leave for rates in solved if rates.order_leave is not None]
    return Population(
        seed=seed,
        fit=(leaving.fit_shape, leaving.fit_shape),
        leave_shape=leaving.propensity_shape,
        use_shape=use.propensity_shape,
        effort=(use.effort_a, use.effort_b),
        seats=np.array(seats),
        card=np.array([segment.card for segment in scenario.segments.values()]),
        renewal=(scenario.renewal.alpha, scenario.renewal.beta),
        order_leave=np.array(order_leave) if order_leave else None,
        leave_total=orders.leave_total,
        customer_shape=orders.customer_shape,
        bargain_fit=scenario.behaviour.introduction.bargain_fit,
        bargain_leave=scenario.behaviour.introduction.bargain_leave,
        numbers=np.array([names.index(name) for name in sorted(names)]),
    )


def plan_shares(book: Opening, segment: str) -> list[tuple[Plan, float]]:
    """Return the plans of a segment's opening customers, each with its share."""
    if book.plans is None:
        return [(Plan.PER_USE, 1.0)]
    shares = book.plans.get(segment, book.plans.get("all"))
    return [(plan, 0.0 if shares is None else getattr(shares, plan.name.lower())) for plan in SUBSCRIPTIONS]


def opening_cells(scenario: Scenario, scale: float, seed: int, replication: int) -> list[Cell]:
    """Return the opening book's cells: whole customers, each cell within 1 of the book, the sum the book's own."""
    book = scenario.opening
    if book is None:
        return []
    wanted, spans = [], tenure_spans(book, scenario.history)
    for segment, name in enumerate(sorted(scenario.segments)):
        for plan, plan_share in plan_shares(book, name):
            for number, (first, after, share) in enumerate(spans):
                expected = book.customers * scale * book.segments.get(name, 0.0) * plan_share * share
                wanted.append((expected, segment, plan, number, first, after))
    counts = counts_of(np.array([line[0] for line in wanted]), seed, replication, len(scenario.segments))
    return [
        Cell(Group(Origin.OPENING, segment, int(plan) * MOST_SPANS + number, 0, int(count)), int(plan), first, after)
        for count, (_, segment, plan, number, first, after) in zip(counts, wanted, strict=True)
        if count > 0
    ]
