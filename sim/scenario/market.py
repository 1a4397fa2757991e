"""Market presets: the prices behind the money defaults of the model, in one currency, with their sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from sim.core.units import parse_money, parse_price, parse_probability
from sim.language.words import error_text, listed
from sim.scenario.problems import did_you_mean

FOLDER = Path(__file__).parent.parent / "markets"


@dataclass(frozen=True)
class MarketValue:
    """One price or share, written with its unit; low and high are the range worth sweeping."""

    value: str
    description: str
    source: str
    grade: str
    low: str
    high: str


@dataclass(frozen=True)
class Market:
    """A currency and its prices, by key."""

    name: str
    currency: str
    description: str
    values: Mapping[str, MarketValue]


def market_names() -> tuple[str, ...]:
    """Return the names of all presets."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.yaml")))


@cache
def load_market(name: str) -> Market:
    """Read one preset and check that its prices are in its currency."""
    known = market_names()
    if name not in known:
        near, names = did_you_mean(name, known), listed(known)
        if near:
            raise ValueError(error_text("scenario.no_market_but", name=name, near=near, known=names))
        raise ValueError(error_text("scenario.no_market", name=name, known=names))
    entries = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    values = {key: MarketValue(**entry) for key, entry in entries.pop("values").items()}
    market = Market(name=name, values=MappingProxyType(values), **entries)
    for key, value in values.items():
        for text in (value.value, value.low, value.high):
            currency = _currency(text)
            if currency not in (None, market.currency):
                raise ValueError(
                    f"market '{name}', '{key}': {text} is not in {market.currency}; convert it to {market.currency}"
                )
    return market


def _currency(text: str) -> str | None:
    """Return the currency of an amount or a price, and None for a share of something."""
    if text.endswith("%"):
        parse_probability(text)
        return None
    return parse_price(text).amount.currency if " per " in text else parse_money(text).currency
