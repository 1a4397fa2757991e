"""No number without a unit, a description, a source and a grade; and the pages that say so are up to date."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))

import make

from sim.core.parameter import GRADES, Declared
from sim.core.sources import KINDS, READ, sources
from sim.core.units import parse_money, parse_price, parse_probability
from sim.scenario import market as markets
from sim.scenario.market import load_market, market_names

PARAMETERS = [parameter for group in make.all_groups() for parameter in make.known_parameters(group)]
PRICES = [(name, key) for name in market_names() for key in load_market(name).values]


def title(parameter: Declared) -> str:
    return f"{parameter.group.__name__}.{parameter.name}"


each_parameter = pytest.mark.parametrize("parameter", PARAMETERS, ids=title)
each_price = pytest.mark.parametrize("name, key", PRICES)


def read_any(text):
    """Read a price, an amount or a share to something that can be compared."""
    if text.endswith("%"):
        return parse_probability(text)
    return parse_price(text).amount.minor if " per " in text else parse_money(text).minor


@each_parameter
def test_a_parameter_has_a_unit_and_a_description(parameter):
    assert parameter.unit
    assert parameter.description.endswith(".") and len(parameter.description) > 10


@each_parameter
def test_a_parameter_has_a_source_and_a_grade(parameter):
    """They stand in the declaration, or in every market preset if that holds the default."""
    if parameter.market is None:
        assert parameter.source in sources()
        assert parameter.grade in GRADES
    for name in market_names() if parameter.market else ():
        assert parameter.market in load_market(name).values


@each_parameter
def test_a_default_lies_in_its_range(parameter):
    """What is neither a choice nor in the market has a range, and the default is inside."""
    if parameter.source == "choice" or parameter.market:
        return

    low, default, high = map(parameter.parsed, (parameter.low, parameter.field.default, parameter.high))

    assert low <= default <= high
    assert low < high


@each_parameter
def test_judged_numbers_say_so(parameter):
    """A source that is only ours cannot give a better grade than J, a seed text none better than S."""
    if parameter.source is not None:
        kind = sources()[parameter.source].kind
        allowed = {"judgement": "J", "choice": "J", "prototype": "J", "seed": "SJ"}.get(kind, "".join(GRADES))
        assert parameter.grade in allowed


def test_money_defaults_stand_in_the_market_presets():
    """A default in a currency of its own would be wrong in every other market."""
    own = [
        title(one)
        for one in PARAMETERS
        if one.unit in ("money", "price") and one.market is None and one.source != "choice"
    ]

    assert own == []


@each_price
def test_a_market_value_is_complete(name, key):
    value = load_market(name).values[key]

    assert value.description.endswith(".")
    assert value.source in sources()
    assert value.grade in GRADES
    assert read_any(value.low) <= read_any(value.value) <= read_any(value.high)


def test_an_unknown_market_is_refused_with_a_suggestion():
    with pytest.raises(ValueError, match=r"did you mean 'us_b2b_saas'.*Known: cn_shop, us_b2b_saas"):
        load_market("us b2b sass")


def test_a_market_in_two_currencies_is_refused(tmp_path, monkeypatch):
    entry = "{value: 5 EUR, description: A price., source: judgement, grade: J, low: 1 EUR, high: 9 EUR}"
    (tmp_path / "mixed.yaml").write_text(f"currency: USD\ndescription: Two.\nvalues:\n  price: {entry}\n")
    monkeypatch.setattr(markets, "FOLDER", tmp_path)

    with pytest.raises(ValueError, match="'price': 5 EUR is not in USD"):
        load_market("mixed")


def test_every_source_is_complete_and_used():
    in_markets = {load_market(name).values[key].source for name, key in PRICES}
    used = {parameter.source for parameter in PARAMETERS if parameter.source} | in_markets

    assert set(sources()) == used
    for source in sources().values():
        assert source.kind in KINDS and source.read in READ
        assert source.title and source.authors and source.note.endswith(".")
        assert source.link is None or source.link.startswith("https://")


def test_a_price_declared_as_money_is_an_amount():
    """The lever's type decides how the market's text is read."""
    for parameter in PARAMETERS:
        if parameter.market:
            for name in market_names():
                parameter.parsed(load_market(name).values[parameter.market].value)


def test_the_pages_are_up_to_date(capsys):
    stale = make.main(["--check"])

    assert stale == 0, capsys.readouterr().err


def test_a_page_without_a_blank_cell():
    with pytest.raises(ValueError, match="blank"):
        list(make.table(("name", "unit"), [("days", " ")]))
