"""What scenarios, levers and studies show in a notebook: their own numbers, and no markup of strangers."""

import re
from html.parser import HTMLParser

import pytest
from worlds import TEAM, business

import sim
from sim.analysis.catalogue import CATALOGUE, HEADLINES, label
from sim.cli.comparison import comparison
from sim.core.html import lever_table, table
from sim.language.words import Words
from sim.levers import LEVERS
from sim.scenario.market import load_market
from sim.study.numbers import NO_BREAK, Numbers

HOSTILE = "</td><script>alert('1')</script> & \"it\" <b>"
KNOWN = {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "br"}


class Page(HTMLParser):
    """Reads HTML back: tags, paragraphs, and tables as rows of texts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.paragraphs, self.tables, self.captions = set(), [], [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert set(attrs) <= {("style", "text-align: left")}
        if tag == "br":
            return self.handle_data("\n")
        self.open.append(tag)
        holder = {"table": self.tables, "p": self.paragraphs, "caption": self.captions}.get(tag)
        if holder is not None:
            holder.append([] if tag == "table" else "")
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        assert tag == self.open.pop()

    def handle_data(self, data):
        text = data.replace(NO_BREAK, " ")
        if self.open[-1] in ("td", "th"):
            self.tables[-1][-1][-1] += text
        elif self.open[-1] == "caption":
            self.captions[-1] += text
        elif self.open[-1] == "p":
            self.paragraphs[-1] += text
        else:
            raise AssertionError(f"{text!r} stands in no cell")


@pytest.fixture(scope="module")
def study():
    """The small business, the same with a lever, and the same under a name that somebody means ill with."""
    pulled = {"annual_plan": {"discount": "20 %"}}
    scenarios = [business(), business(pulled, name="annual"), business(pulled, name=HOSTILE)]
    return sim.simulate(scenarios, customers=300, months=26, replications=3, seed=4)


def spaced(text):
    return text.replace(NO_BREAK, " ")


# --- a study ----------------------------------------------------------------------------------------------------------


def test_the_means_are_the_studys(study):
    """Every headline under every scenario, with its interval below it."""
    head, *rows = Page(study._repr_html_()).tables[0]

    assert ["metric", *study.scenarios] == head
    assert [label(name) for name in HEADLINES] == [row[0] for row in rows]
    for name, (_, *cells) in zip(HEADLINES, rows, strict=True):
        for number, cell in enumerate(cells):
            found, unit = study.metric(number, name), CATALOGUE[name].unit
            mean, low, high = (spaced(Numbers("en").level(x, unit)) for x in (found.mean, found.low, found.high))
            assert f"{mean}\n{low} .. {high}" == cell


def test_the_differences_are_those_of_the_command_line(study):
    """One table per strategy, row by row what ``retention-sim run`` prints."""
    page, printed = Page(study._repr_html_()), spaced("\n".join(comparison(study, Words("command_line", "en"))))
    text = " ".join(printed.split())  # where there is no room, a name is broken above its row

    assert len(study.scenarios) == len(page.tables) == len(page.captions)
    for shown in page.tables[1:]:
        assert ["metric", "difference", "95 % interval", "relative", ""] == shown[0]
        assert len(HEADLINES) + 1 == len(shown[1:])
        for row in shown[1:]:
            assert " ".join(filter(None, row)) in text, row


def test_the_headline_says_what_was_simulated(study):
    first = Page(study._repr_html_()).paragraphs[0]

    assert "300 customers over 26 months, 3 replications, seed 4, compiled engine. Money in USD" in first


def test_a_study_of_one_scenario_and_one_replication():
    """No differences, no intervals, nothing said about intervals."""
    page = Page(sim.simulate([business()], customers=60, months=2, replications=1)._repr_html_())

    assert 1 == len(page.tables) == len(page.paragraphs)
    assert "1 replication (no intervals)" in page.paragraphs[0]
    assert "n/a" == page.tables[0][1][1]  # retention after twelve months, not seen in two
    assert not any(".." in cell for row in page.tables[0] for cell in row)


def test_names_of_strangers_are_text(study):
    """A scenario's name and description are shown as they are written, and are no markup."""
    scenario = business(name=HOSTILE, description=f"{HOSTILE}\n<i>")
    of_study, of_scenario = Page(study._repr_html_()), Page(scenario._repr_html_())

    assert KNOWN >= of_study.tags | of_scenario.tags
    assert HOSTILE == of_study.tables[0][0][-1]
    assert of_study.captions[-1].startswith(HOSTILE)
    assert [["name", HOSTILE], ["description", f"{HOSTILE}\n<i>"]] == of_scenario.tables[0][:2]


def test_cells_and_captions_are_escaped():
    page = Page(table([HOSTILE], [[HOSTILE]], HOSTILE))

    assert [[[HOSTILE], [HOSTILE]]] == page.tables
    assert [HOSTILE] == page.captions


# --- a scenario -------------------------------------------------------------------------------------------------------


def test_a_scenario_shows_its_business():
    facts, segments = Page(business()._repr_html_()).tables

    assert ["starts", "2026-03-01, for 6 months"] in facts
    assert ["market", "us_b2b_saas, money in USD"] in facts
    assert ["customers on day 0", "60"] in facts
    assert ["new customers", "40 per month"] in facts
    assert ["plans, per seat", "monthly 30.00 USD per month, annual 300.00 USD per year"] in facts
    assert [
        ["small", "75 %", "6 % per month", "30 % per year", "50 %", "60 %", "20 %", "90.00 USD per month"],
        ["large", "25 %", "4 % per month", "20 % per year", "60 %", "70 %", "50 %", "400.00 USD per month"],
    ] == segments[1:]


def test_a_scenario_shows_what_differs_from_the_defaults_and_nothing_else():
    """Of levers, of the groups inside them, and of the model; what is written but equal is no difference."""
    levers = {
        "annual_plan": {"discount": "16.7 %", "offered_to": "70 %", "eligible": {"segments": ["small", "large"]}},
        "guided_onboarding": {"team": {**TEAM, "wage": load_market("us_b2b_saas").values["specialist_month"].value}},
    }
    changed = Page(business(levers, costs={"discount_rate": "12 %"})._repr_html_()).tables[2]

    assert [
        ["", "parameter", "here", "default"],
        ["annual_plan", "offered_to", "70 %", "100 %"],
        ["annual_plan", "eligible.segments", "small, large", "left out"],
        ["guided_onboarding", "team.agents", "2", ""],
        ["guided_onboarding", "team.session", "1 day", "0.5 days"],
        ["guided_onboarding", "team.patience", "2 days", "7 days"],
        ["costs", "discount_rate", "12 %", "10 %"],
    ] == changed


def test_a_lever_that_is_pulled_as_it_is_is_shown():
    changed = Page(business({"guided_onboarding": {}})._repr_html_()).tables[2]

    assert [["guided_onboarding", "all", "defaults", ""]] == changed[1:]


# --- a lever ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_shows_every_parameter(lever):
    """Of the class its own and the common ones; of a lever that is pulled also those of its groups."""
    name = lever.lever_name()
    pulled = getattr(business({name: {}}).levers, name)
    of_class, of_lever = Page(lever_table(lever)), Page(lever_table(pulled))

    assert ["parameter", "unit", "default", "range", "grade"] == of_class.tables[0][0]
    assert ["parameter", "value", "unit", "default", "range", "grade"] == of_lever.tables[0][0]
    assert set(lever.model_fields) == {row[0] for row in of_class.tables[0][1:]}
    assert set(lever.model_fields) == {row[0].split(".")[0] for row in of_lever.tables[0][1:]}
    assert of_class.captions[0].startswith(f"{name}: ")


def test_a_lever_shows_its_values_units_ranges_and_grades():
    lever = business({"guided_onboarding": {"window": "10 days", "share": "80 %", "team": TEAM}}).levers
    rows = Page(lever_table(lever.guided_onboarding)).tables[0]

    assert ["window", "10 days", "days", "14 days", "7 days .. 28 days", "J"] in rows
    assert ["share", "80 %", "probability", "100 %", "", ""] in rows
    assert ["team.session", "1 day", "days", "0.5 days", "0.1 days .. 3 days", "J"] in rows
    assert ["team.agents", "2", "count", "must be written", "", ""] in rows
    assert ["eligible.stages", "left out", "names", "left out", "", ""] in rows


# --- in Chinese -------------------------------------------------------------------------------------------------------


@pytest.fixture
def in_chinese():
    """Let the process speak Chinese."""
    sim.set_language("zh")
    yield
    sim.set_language("en")


def test_what_a_notebook_shows_is_chinese(study, in_chinese):
    """Besides names of scenarios, levers and parameters, units and quantities, which are those of scenario files."""
    scenario = business({"guided_onboarding": {"window": "10 days", "team": TEAM}})
    pages = [Page(one._repr_html_()) for one in (study, scenario, scenario.levers.guided_onboarding)]
    said = [text for page in pages for text in [*page.paragraphs, *page.captions]]
    heads = [cell for page in pages for shown in page.tables for cell in shown[0]]

    assert len(said) > 5 and all(re.search("[\u4e00-\u9fff]", text) for text in said)
    assert {"metric", "segment", "parameter", "value", "grade", "name"}.isdisjoint(heads)
    assert {"指标", "客群", "参数", "证据等级"} <= set(heads)
    cells = [cell for page in pages for shown in page.tables for row in shown for cell in row]
    assert {"probability", "left out", "must be written", "not yet", "clear", "equal"}.isdisjoint(cells)


def test_an_error_is_in_the_language_of_the_process(in_chinese):
    with pytest.raises(sim.ProblemsFound, match="未知的举措"):
        business({"anual_plan": {}})


def test_a_language_that_is_not_known_is_refused():
    with pytest.raises(ValueError, match="'fr' is not known"):
        sim.set_language("fr")
