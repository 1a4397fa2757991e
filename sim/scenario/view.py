"""How a scenario shows itself in a notebook: the business, its segments, and what differs from the defaults."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.core.html import each, table, written
from sim.core.parameter import Declared, Parameters
from sim.core.units import spell
from sim.language.formats import currency_name
from sim.language.words import Words, language_now
from sim.scenario.market import Market, load_market

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario, Segment


COLUMNS = ("segment", "share", "churn_monthly", "churn_annual", "activation", "conversion", "annual_share", "arpa")
SHOP_COLUMNS = ("segment", "share", "activation", "conversion", "basket", "orders", "second_year")


def scenario_view(scenario: "Scenario") -> str:
    """Return a scenario as HTML, in the language of the process; quantities as scenario files write them."""
    opening, words = scenario.opening, Words("notebook", language_now(), shop=scenario.per_use)
    currency = currency_name(scenario.currency, words.language)
    facts = [
        [words("name"), scenario.name],
        [words("description"), scenario.description],
        [words("market"), words("market_is", market=scenario.market, currency=currency)],
        [words("starts"), words("starts_for", starts=scenario.starts, count=scenario.months)],
        [words("opening"), f"{opening.customers:,}" if opening else words("none")],
        [words("new_customers"), spell(scenario.acquisition.new_customers, "1/month")],
        *terms(scenario, words),
    ]
    head = SHOP_COLUMNS if scenario.per_use else COLUMNS
    segments = [[name, *targets(segment)] for name, segment in scenario.segments.items()]
    changes = list(changed(scenario, load_market(scenario.market), words))
    shown = [table([], facts, texts=2), table([words(name) for name in head], segments, words("segments"))]
    if changes:
        columns = ["", *(words(name) for name in ("parameter", "here", "default"))]
        shown.append(table(columns, changes, words("changes"), 4))
    return "".join(shown)


def terms(scenario: "Scenario", words: Words) -> Iterator[list[str]]:
    """Yield what plans cost or what orders leave."""
    if scenario.plans is not None:
        monthly, annual = scenario.plans.monthly.price, scenario.plans.annual.price
        yield [words("plans"), words("plans_cost", monthly=monthly, annual=annual)]
    if scenario.orders is not None:
        goods, refunds = (
            spell(share, "probability") for share in (scenario.orders.goods_cost, scenario.orders.refunds)
        )
        yield [words("of_orders"), words("orders_leave", goods=goods, refunds=refunds)]


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


def changed(scenario: "Scenario", market: Market, words: Words) -> Iterator[list[str]]:
    """Yield every lever that is pulled, and every parameter of levers and model that differs from its default."""
    for name, lever in scenario.all_levers().items():
        yield from different(name, lever, market) or [[name, words("all"), words("defaults"), ""]]
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
