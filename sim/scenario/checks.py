"""What must fit together in a scenario, beyond each value by itself."""

import re
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from pydantic import BaseModel

from sim.core.events import Stage
from sim.core.units import MONTH, YEAR, Amount, PriceTag, parse_days, spell
from sim.language.words import error_and_remedy, error_text, hint
from sim.scenario.acquisition import SPECIAL_LINES, lines_of, month_of
from sim.scenario.bounds import out_of_bounds
from sim.scenario.kinds import check_kind, plan_words
from sim.scenario.market import Market
from sim.scenario.own import check_own
from sim.scenario.problems import did_you_mean
from sim.scenario.schema import Opening, PlanShares, Scenario, whole_months
from sim.scenario.wholes import wrong_sums

Loc = tuple[str | int, ...]
Finding = tuple[Loc, str, str]
STAGES = [Stage(number).name.lower() for number in range(Stage.LOST)]
LONGEST = 120
LONGEST_HISTORY = 360
LONGEST_TRIAL = 10.0 * YEAR
MOST_SPANS = 64
FIRST_YEAR, LAST_YEAR = 1970, 2200
MOST_CUSTOMERS = 50_000_000


def check(scenario: Scenario, market: Market) -> Iterator[Finding]:
    """Yield every finding: where, what, and what to write instead."""
    if not scenario.name.strip() or scenario.name.splitlines() != [scenario.name]:
        yield ("name",), *error_and_remedy("scenario.name")
    if scenario.currency != market.currency:
        yield ("currency",), *error_and_remedy("scenario.currency", market=market.name, currency=market.currency)
    else:
        yield from check_currency(scenario, scenario.currency, ())
    yield from check_kind(scenario)
    yield from out_of_bounds(scenario)
    yield from check_spans(scenario)
    yield from wrong_sums(scenario)
    yield from check_acquisition(scenario)
    if min(scenario.renewal.alpha, scenario.renewal.beta) < 0.0 or (
        (scenario.renewal.alpha == 0.0) != (scenario.renewal.beta == 0.0)
    ):
        yield ("renewal",), *error_and_remedy("scenario.renewal")
    if scenario.opening is not None:
        yield from check_opening(scenario, scenario.opening)
    if scenario.solved is not None:
        for name in sorted(set(scenario.segments) - set(scenario.solved.segments)):
            yield ("solved", "segments"), *error_and_remedy("scenario.no_rates", segment=name)
    yield from check_lines(scenario)
    levers = scenario.active_levers()
    for name, lever in levers.items():
        yield from check_lever(scenario, lever, ("levers", name))
    for name, own in scenario.custom_levers().items():
        yield from check_lever(scenario, own, ("levers", "custom", name))
        yield from check_own(scenario, name, own)
    if "channel_mix" in levers:
        yield from check_mix(scenario, levers["channel_mix"], ("levers", "channel_mix"))


def check_currency(value: Any, currency: str, loc: Loc) -> Iterator[Finding]:
    """All money of a scenario is in its one currency."""
    amount = value.amount if isinstance(value, PriceTag) else value
    if isinstance(amount, Amount) and amount.currency != currency:
        yield loc, *error_and_remedy("scenario.other_money", amount=amount, currency=currency)
    elif isinstance(value, BaseModel):
        for name, inner in value:
            yield from check_currency(inner, currency, (*loc, name))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from check_currency(inner, currency, (*loc, name))


def check_spans(scenario: Scenario) -> Iterator[Finding]:
    """Day 0 is a plausible date; horizon and residual are whole months, not too many."""
    if not FIRST_YEAR <= scenario.starts.year <= LAST_YEAR:
        year = scenario.starts.year
        yield ("starts",), *error_and_remedy("scenario.year", year=year, first=FIRST_YEAR, last=LAST_YEAR)
    if scenario.starts.day != 1:
        yield ("starts",), *error_and_remedy("scenario.not_first", date=scenario.starts)
    if not 0.0 < scenario.history <= LONGEST_HISTORY * MONTH:
        history = spell(scenario.history, "days")
        yield ("history",), *error_and_remedy("scenario.history", history=history, most=LONGEST_HISTORY)
    if scenario.behaviour.introduction.trial > LONGEST_TRIAL:
        yield ("behaviour", "introduction", "trial"), *error_and_remedy("scenario.long_trial")
    lasts = scenario.acquisition.lasts
    if lasts is not None and (abs(lasts / MONTH - round(lasts / MONTH)) > 1e-6 or lasts < MONTH / 2):
        yield ("acquisition", "lasts"), *error_and_remedy("scenario.lasts", lasts=spell(lasts, "days"))
    for name, least in (("horizon", 1), ("residual", 0)):
        days = getattr(scenario, name)
        months = whole_months(days)
        if abs(days - months * MONTH) > 1e-6 or not least <= months <= LONGEST:
            values = {"name": name, "days": spell(days, "days"), "least": least, "most": LONGEST}
            yield (name,), *error_and_remedy("scenario.span", **values)


def check_mix(scenario: Scenario, mix: Any, loc: Loc) -> Iterator[Finding]:
    """More is spent on channels that cost something: from nothing comes no spend that could grow."""
    for name, line in (scenario.acquisition.channels or {}).items():
        if line.cost == 0.0 and getattr(mix, line.kind) > 1.0:
            yield (*loc, line.kind), *error_and_remedy("scenario.free_spend", kind=line.kind, channel=name)


def check_acquisition(scenario: Scenario) -> Iterator[Finding]:
    """Targets can be reached and the business has a size that can be simulated."""
    for name, segment in scenario.segments.items():
        loc: Loc = ("segments", name, "targets")
        for target in ("activation", "conversion", "second_year"):
            value = getattr(segment.targets, target)
            if value is not None and not 0.0 < value < 1.0:
                values = {"target": target, "value": f"{100 * value:g}"}
                yield (*loc, target), *error_and_remedy("scenario.target_share", **values)
        orders, basket = segment.targets.orders, segment.targets.basket
        if orders is not None and not orders > 1.0:
            yield (*loc, "orders"), *error_and_remedy("scenario.target_orders", orders=f"{orders:g}")
        if basket is not None and basket.minor == 0:
            yield (*loc, "basket"), *error_and_remedy("scenario.basket")
    shares = scenario.segments.values()
    prospects = sum(s.share / max(s.targets.conversion, 1e-9) for s in shares) * scenario.acquisition.new_customers
    if prospects * scenario.months + (scenario.opening.customers if scenario.opening else 0) < 1.0:
        yield ("acquisition", "new_customers"), *error_and_remedy("scenario.nobody")
    if prospects * scenario.months > MOST_CUSTOMERS:
        most = f"{MOST_CUSTOMERS:,}"
        yield ("acquisition", "new_customers"), *error_and_remedy("scenario.too_many", most=most)


def check_lines(scenario: Scenario) -> Iterator[Finding]:
    """Acquisition channels do not take the names of others; promotions lie inside the study."""
    for name in SPECIAL_LINES:
        if name in (scenario.acquisition.channels or {}):
            yield ("acquisition", "channels", name), *error_and_remedy("scenario.special_line", name=name)
    for place, promotion in enumerate(scenario.promotions):
        if not 0 <= month_of(scenario, promotion.month) < scenario.months_valued:
            yield ("promotions", place, "month"), *error_and_remedy("scenario.promotion", month=promotion.month)


def check_opening(scenario: Scenario, opening: Opening) -> Iterator[Finding]:
    """The opening book names known segments and spans that follow one another."""
    loc: Loc = ("opening",)
    yield from unknown_names(opening.segments, scenario.segments, (*loc, "segments"), "segment")
    if opening.plans is not None:
        yield from check_opening_plans(scenario, opening.segments, opening.plans)
    if opening.customers > MOST_CUSTOMERS:
        values = {"customers": f"{opening.customers:,}", "most": f"{MOST_CUSTOMERS:,}"}
        yield (*loc, "customers"), *error_and_remedy("scenario.large_book", **values)
    if len(opening.tenure) > MOST_SPANS:
        yield (*loc, "tenure"), *error_and_remedy("scenario.many_spans", count=len(opening.tenure), most=MOST_SPANS)
    try:
        tenure_spans(opening, scenario.history)
    except ValueError as error:
        yield (*loc, "tenure"), str(error), error_text("scenario.tenure_remedy")


def check_opening_plans(scenario: Scenario, segments: Iterable[str], plans: dict[str, PlanShares]) -> Iterator[Finding]:
    """Every segment of the opening book has its plans."""
    loc: Loc = ("opening", "plans")
    yield from unknown_names(plans, [*scenario.segments, "all"], loc, "segment")
    for name in segments:
        if name not in plans and "all" not in plans:
            yield loc, *error_and_remedy("scenario.no_plan_shares", segment=name)


def tenure_spans(opening: Opening, history: float) -> list[tuple[float, float, float]]:
    """Return (from, to, share) in days; 'over' reaches to the longest tenure, the scenario's ``history``."""
    spans, last = [], 0.0
    for text, share in opening.tenure.items():
        if text == "over":
            first, after = last, history
        else:
            match = re.fullmatch(r"\s*([0-9.]+)\s*(?:-|to)\s*([0-9.]+)\s*([a-z]+)\s*", text)
            if match is None:
                raise ValueError(error_text("scenario.tenure", span=text))
            first, after = (parse_days(f"{number} {match[3]}") for number in match.group(1, 2))
        if first != last or after <= first:
            raise ValueError(error_text("scenario.tenure_order", span=text))
        spans.append((first, after, share))
        last = after
    if last > history:
        raise ValueError(error_text("scenario.long_tenure", history=spell(history, "days")))
    return spans


def check_lever(scenario: Scenario, lever: Any, loc: Loc) -> Iterator[Finding]:
    """A lever's window and target group make sense in this business."""
    if lever.ends is not None and lever.ends <= lever.starts:
        yield (*loc, "ends"), *error_and_remedy("scenario.lever_ends")
    if getattr(lever, "stop_worth", 0.0) > 0.0 and lever.least_worth.minor == 0:
        yield (*loc, "stop_worth"), *error_and_remedy("scenario.stop_worth")
    eligible = lever.eligible
    known_names = {
        "segments": list(scenario.segments), "channels": [*lines_of(scenario), *SPECIAL_LINES],
        "plans": plan_words(scenario), "stages": STAGES,
    }  # fmt: skip
    for field, known in known_names.items():
        names = getattr(eligible, field)
        if names is not None:
            yield from unknown_names(names, known, (*loc, "eligible", field), field[:-1])
    for place, number in enumerate(eligible.lives or ()):
        if not 1 <= number <= 31:
            yield (*loc, "eligible", "lives", place), *error_and_remedy("scenario.life", number=number)
    team = getattr(lever, "team", None)
    if team is not None:
        yield from unknown_names(team.priority, list(scenario.segments), (*loc, "team", "priority"), "segment")
        if team.agents < 1:
            yield (*loc, "team", "agents"), *error_and_remedy("scenario.no_agents")


def unknown_names(names: Iterable[str], known: Iterable[str], loc: Loc, what: str) -> Iterator[Finding]:
    """Names that the scenario does not have."""
    choices = list(known)
    for place, name in enumerate(names):
        if name not in choices:
            message = error_text(f"scenario.unknown_{what}", name=name)
            here = (*loc, name if isinstance(names, dict) else place)
            yield here, message, hint(did_you_mean(name, choices), choices)


BASELINE_ONLY = (  # what traits are drawn from, and what a comparison is about
    "behaviour.use.effort_a", "behaviour.use.effort_b", "behaviour.use.propensity_shape",
    "behaviour.leaving.propensity_shape", "behaviour.leaving.fit_shape", "behaviour.orders.leave_total",
    "behaviour.orders.customer_shape", "behaviour.introduction.bargain_fit",
    "behaviour.introduction.bargain_leave", "costs.discount_rate",
    "market", "currency", "starts", "horizon", "residual", "history", "opening", "acquisition", "segments", "renewal",
    "season", "solved",
)  # fmt: skip


def differs_from_baseline(scenario: Scenario, baseline: Scenario) -> list[str]:
    """Return what a strategy may not change, because it says who the customers are and what is compared."""
    different = [name for name in BASELINE_ONLY if attrgetter(name)(scenario) != attrgetter(name)(baseline)]
    return different if scenario.per_use == baseline.per_use else [error_text("scenario.plans_to_orders"), *different]
