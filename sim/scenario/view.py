"""How a scenario shows itself in a notebook: the business, its segments, and what differs from the defaults."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.core.html import each, table, written
from sim.core.parameter import Declared, Parameters
from sim.core.units import spell
from sim.scenario.market import Market, load_market

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario, Segment


def scenario_view(scenario: "Scenario") -> str:
    """Return a scenario as HTML."""
    opening = scenario.opening
    facts = [
        ["name", scenario.name],
        ["description", scenario.description],
        ["market", f"{scenario.market}, money in {scenario.currency}"],
        ["starts", f"{scenario.starts}, for {scenario.months} months"],
        ["customers on day 0", f"{opening.customers:,}" if opening else "none"],
        ["new customers", spell(scenario.acquisition.new_customers, "1/month")],
        *terms(scenario),
    ]
    head = ["segment", "share", "churn, monthly plan", "churn, annual plan", "activation", "conversion", "pay annually",
            "revenue per account"]  # fmt: skip
    if scenario.per_use:
        head = ["segment", "share", "activation", "conversion", "basket", "orders in 12 months", "order in year 2"]
    segments = [[name, *targets(segment)] for name, segment in scenario.segments.items()]
    changes = list(changed(scenario, load_market(scenario.market)))
    shown = [table([], facts, texts=2), table(head, segments, "Segments and what they must show")]
    if changes:
        shown.append(table(["", "parameter", "here", "default"], changes, "Levers pulled, and other changes", 4))
    return "".join(shown)


def terms(scenario: "Scenario") -> Iterator[list[str]]:
    """Yield what plans cost or what orders leave."""
    if scenario.plans is not None:
        yield ["plans, per seat", f"monthly {scenario.plans.monthly.price}, annual {scenario.plans.annual.price}"]
    if scenario.orders is not None:
        goods, refunds = (
            spell(share, "probability") for share in (scenario.orders.goods_cost, scenario.orders.refunds)
        )
        yield ["orders", f"goods cost {goods} of the value, {refunds} are sent back"]


def targets(segment: "Segment") -> Iterator[str]:
    """Yield a segment's share and those targets that it has."""
    wanted = segment.targets
    yield spell(segment.share, "probability")
    if wanted.churn is not None:
        yield spell(wanted.churn.monthly, "share/month")
        yield f"{100.0 * (1.0 - (1.0 - wanted.churn.annual) ** 12):.6g} % per year"
    for share in (wanted.activation, wanted.conversion, wanted.annual_share):
        if share is not None:
            yield spell(share, "probability")
    yield from (str(price) for price in (wanted.arpa, wanted.basket) if price is not None)
    if wanted.orders is not None:
        yield spell(wanted.orders, "ratio")
    if wanted.second_year is not None:
        yield spell(wanted.second_year, "probability")


def changed(scenario: "Scenario", market: Market) -> Iterator[list[str]]:
    """Yield every lever that is pulled, and every parameter of levers and model that differs from its default."""
    for name, lever in scenario.all_levers().items():
        yield from different(name, lever, market) or [[name, "all", "defaults", ""]]
    for name in ("renewal", "costs", "behaviour"):
        yield from different(name, getattr(scenario, name), market)


def different(name: str, group: Parameters, market: Market) -> list[list[str]]:
    """Return the parameters of a group that differ from their defaults."""
    rows = []
    for path, parameter, value in each(group):
        default = default_of(parameter, market)
        if value != default:
            unit = parameter.unit
            rows.append([name, path, written(value, unit), "" if default is ... else written(default, unit)])
    return rows


def default_of(parameter: Declared, market: Market) -> Any:
    """Return the value that holds if a parameter is not written; ``...`` where it must be."""
    if parameter.market is not None and parameter.market in market.values:
        return parameter.parsed(market.values[parameter.market].value)
    if parameter.field.is_required():
        return ...
    return parameter.parsed(parameter.field.get_default(call_default_factory=True))
