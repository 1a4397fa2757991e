"""What must fit together in a scenario, beyond each value by itself."""

import re
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from pydantic import BaseModel

from sim.core.events import Stage
from sim.core.units import MONTH, YEAR, Amount, PriceTag, parse_days, spell
from sim.scenario.acquisition import SPECIAL_LINES, lines_of, month_of
from sim.scenario.bounds import out_of_bounds
from sim.scenario.kinds import check_kind, plan_words
from sim.scenario.market import Market
from sim.scenario.own import check_own
from sim.scenario.problems import did_you_mean
from sim.scenario.schema import Opening, PlanShares, Scenario, whole_months

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
    if scenario.currency != market.currency:
        yield (
            ("currency",),
            f"the market '{market.name}' is in {market.currency}",
            f"write 'currency: {market.currency}'",
        )
    yield from check_kind(scenario)
    yield from check_currency(scenario, scenario.currency, ())
    yield from out_of_bounds(scenario)
    yield from check_spans(scenario)
    yield from check_shares("segments", {n: s.share for n, s in scenario.segments.items()}, ("segments",))
    yield from check_acquisition(scenario)
    if min(scenario.renewal.alpha, scenario.renewal.beta) < 0.0 or (
        (scenario.renewal.alpha == 0.0) != (scenario.renewal.beta == 0.0)
    ):
        yield ("renewal",), "alpha and beta are both above 0, or both 0", "leave 'renewal' out to let intents decide"
    if scenario.opening is not None:
        yield from check_opening(scenario, scenario.opening)
    if scenario.solved is not None:
        for name in sorted(set(scenario.segments) - set(scenario.solved.segments)):
            yield ("solved", "segments"), f"no base rates for segment '{name}'", "run 'retention-sim tune' on the file"
    reasons = dict(scenario.behaviour.reasons)
    yield from check_shares("reasons", reasons, ("behaviour", "reasons"))
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
        yield (
            loc,
            f"{amount} is not in {currency}",
            f"all money of a scenario is in its currency: write it in {currency}",
        )
    elif isinstance(value, BaseModel):
        for name, inner in value:
            yield from check_currency(inner, currency, (*loc, name))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from check_currency(inner, currency, (*loc, name))


def check_spans(scenario: Scenario) -> Iterator[Finding]:
    """Day 0 is a plausible date; horizon and residual are whole months, not too many."""
    if not FIRST_YEAR <= scenario.starts.year <= LAST_YEAR:
        yield (
            ("starts",),
            f"the year {scenario.starts.year} is not between {FIRST_YEAR} and {LAST_YEAR}",
            ("write a date like 2026-01-01"),
        )
    if scenario.starts.day != 1:
        yield ("starts",), f"{scenario.starts} is not the first of a month", "months count from day 0: write the 1st"
    if not 0.0 < scenario.history <= LONGEST_HISTORY * MONTH:
        yield (
            ("history",),
            f"history: {spell(scenario.history, 'days')} is not between 0 and {LONGEST_HISTORY} months",
            ("write it like '60 months'"),
        )
    if scenario.behaviour.introduction.trial > LONGEST_TRIAL:
        yield ("behaviour", "introduction", "trial"), "the trial is longer than 10 years", "write 10 years or less"
    lasts = scenario.acquisition.lasts
    if lasts is not None and (abs(lasts / MONTH - round(lasts / MONTH)) > 1e-6 or lasts < MONTH / 2):
        yield (
            ("acquisition", "lasts"),
            f"lasts: {spell(lasts, 'days')} is not a number of whole months",
            ("write it like '12 months'"),
        )
    for name, least in (("horizon", 1), ("residual", 0)):
        days = getattr(scenario, name)
        months = whole_months(days)
        if abs(days - months * MONTH) > 1e-6 or not least <= months <= LONGEST:
            yield (
                (name,),
                f"{name}: {spell(days, 'days')} is not between {least} and {LONGEST} whole months",
                ("write it like '36 months'"),
            )


def check_mix(scenario: Scenario, mix: Any, loc: Loc) -> Iterator[Finding]:
    """More is spent on channels that cost something: from nothing comes no spend that could grow."""
    for name, line in (scenario.acquisition.channels or {}).items():
        if line.cost == 0.0 and getattr(mix, line.kind) > 1.0:
            message = f"more is spent on {line.kind} traffic, and the channel '{name}' costs nothing"
            yield (*loc, line.kind), message, "give the channel a 'cost' above 0"


def check_shares(what: str, shares: dict[str, float], loc: Loc) -> Iterator[Finding]:
    """Shares of a whole add up to 1."""
    total = sum(shares.values())
    if abs(total - 1.0) > 1e-6:
        yield loc, f"the shares of {what} add up to {100 * total:.6g} %", "make them add up to 100 %"


def check_acquisition(scenario: Scenario) -> Iterator[Finding]:
    """Targets can be reached and the business has a size that can be simulated."""
    for name, segment in scenario.segments.items():
        loc: Loc = ("segments", name, "targets")
        for target in ("activation", "conversion", "second_year"):
            value = getattr(segment.targets, target)
            if value is not None and not 0.0 < value < 1.0:
                yield (
                    (*loc, target),
                    f"{target}: {100 * value:g} % cannot be simulated",
                    ("write a share between 0 % and 100 %"),
                )
        orders, basket = segment.targets.orders, segment.targets.basket
        if orders is not None and not orders > 1.0:
            yield (
                (*loc, "orders"),
                f"orders: {orders:g} is not above 1",
                "count the first order too, like 'orders: 2.6'",
            )
        if basket is not None and basket.minor == 0:
            yield (*loc, "basket"), "an order is worth nothing", "write what an order is worth on average"
    shares = scenario.segments.values()
    prospects = sum(s.share / max(s.targets.conversion, 1e-9) for s in shares) * scenario.acquisition.new_customers
    if prospects * scenario.months + (scenario.opening.customers if scenario.opening else 0) < 1.0:
        yield ("acquisition", "new_customers"), "nobody is there and nobody comes", "write how many new customers come"
    if prospects * scenario.months > MOST_CUSTOMERS:
        yield (
            ("acquisition", "new_customers"),
            "more prospects than can be simulated",
            (f"new customers over conversion, summed over the horizon, stay below {MOST_CUSTOMERS:,}"),
        )


def check_lines(scenario: Scenario) -> Iterator[Finding]:
    """Acquisition channels make up a whole and do not take the names of others; promotions lie inside the study."""
    lines, loc = scenario.acquisition.channels, ("acquisition", "channels")
    if lines is not None:
        yield from check_shares("acquisition.channels", {name: line.share for name, line in lines.items()}, loc)
        for name in SPECIAL_LINES:
            if name in lines:
                yield (*loc, name), f"'{name}' is the name of those who come so by themselves", "choose another name"
    for place, promotion in enumerate(scenario.promotions):
        if not 0 <= month_of(scenario, promotion.month) < scenario.months_valued:
            yield ("promotions", place, "month"), f"{promotion.month} is not simulated", "write a month of the study"


def check_opening(scenario: Scenario, opening: Opening) -> Iterator[Finding]:
    """The opening book names known segments and spans that follow one another."""
    loc: Loc = ("opening",)
    yield from unknown_names(opening.segments, scenario.segments, (*loc, "segments"), "segment")
    yield from check_shares("opening.segments", opening.segments, (*loc, "segments"))
    if opening.plans is not None:
        yield from check_opening_plans(scenario, opening.segments, opening.plans)
    yield from check_shares("opening.tenure", opening.tenure, (*loc, "tenure"))
    if opening.customers > MOST_CUSTOMERS:
        yield (*loc, "customers"), f"{opening.customers:,} customers are too many", f"stay below {MOST_CUSTOMERS:,}"
    if len(opening.tenure) > MOST_SPANS:
        yield (*loc, "tenure"), f"{len(opening.tenure)} spans of tenure", f"write {MOST_SPANS} or fewer"
    try:
        tenure_spans(opening, scenario.history)
    except ValueError as error:
        yield (*loc, "tenure"), str(error), "write '0-12 months', '12-36 months', 'over', each from where the last ends"


def check_opening_plans(scenario: Scenario, segments: Iterable[str], plans: dict[str, PlanShares]) -> Iterator[Finding]:
    """Every segment of the opening book has its plans."""
    loc: Loc = ("opening", "plans")
    yield from unknown_names(plans, [*scenario.segments, "all"], loc, "segment")
    for name in segments:
        if name not in plans and "all" not in plans:
            yield loc, f"no plan shares for segment '{name}'", "add it, or 'all: {monthly: ..., annual: ...}'"
    for name, shares in plans.items():
        yield from check_shares(f"opening.plans.{name}", dict(shares), (*loc, name))


def tenure_spans(opening: Opening, history: float) -> list[tuple[float, float, float]]:
    """Return (from, to, share) in days; 'over' reaches to the longest tenure, the scenario's ``history``."""
    spans, last = [], 0.0
    for text, share in opening.tenure.items():
        if text == "over":
            first, after = last, history
        else:
            match = re.fullmatch(r"\s*([0-9.]+)\s*(?:-|to)\s*([0-9.]+)\s*([a-z]+)\s*", text)
            if match is None:
                raise ValueError(f"tenure '{text}' is no span of time")
            first, after = (parse_days(f"{number} {match[3]}") for number in match.group(1, 2))
        if first != last or after <= first:
            raise ValueError(f"tenure '{text}' does not follow the span before it, or ends after the history")
        spans.append((first, after, share))
        last = after
    if last > history:
        raise ValueError(f"the longest tenure is longer than the history of {spell(history, 'days')}")
    return spans


def check_lever(scenario: Scenario, lever: Any, loc: Loc) -> Iterator[Finding]:
    """A lever's window and target group make sense in this business."""
    if lever.ends is not None and lever.ends <= lever.starts:
        yield (*loc, "ends"), "ends before it starts", "let 'ends' be later than 'starts'"
    if getattr(lever, "stop_worth", 0.0) > 0.0 and lever.least_worth.minor == 0:
        yield (*loc, "stop_worth"), "a multiple of least_worth, which is 0, stops nothing", "write least_worth too"
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
            yield (*loc, "eligible", "lives", place), f"{number} is no number of a life", "lives count from 1 to 31"
    team = getattr(lever, "team", None)
    if team is not None:
        yield from unknown_names(team.priority, list(scenario.segments), (*loc, "team", "priority"), "segment")
        if team.agents < 1:
            yield (*loc, "team", "agents"), "a team needs at least one agent", "leave 'team' out for no team"


def unknown_names(names: Iterable[str], known: Iterable[str], loc: Loc, what: str) -> Iterator[Finding]:
    """Names that the scenario does not have."""
    choices = list(known)
    for place, name in enumerate(names):
        if name not in choices:
            near = did_you_mean(name, choices)
            remedy = f"did you mean '{near}'?" if near else f"known: {', '.join(choices)}"
            yield (*loc, place if not isinstance(names, dict) else name), f"unknown {what} '{name}'", remedy


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
    return different if scenario.per_use == baseline.per_use else ["plans to orders or back", *different]
