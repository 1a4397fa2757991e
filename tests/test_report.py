"""The report: its first line in all cases, its structure, that names are only names, and that it asks for nothing."""

import html
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from worlds import ROOT, business, own

import sim
from sim.charts.save import CHARTS, SIMULATED
from sim.cli.comparison import comparison
from sim.cli.main import commands
from sim.language.formats import NO_BREAK_HERE
from sim.language.words import Words
from sim.report import controls, page, report, what_if, write_report
from sim.report.answer import first_line
from sim.report.page import LARGEST, SENTENCES
from sim.report.risks import FILE, failures, read_hangs_on
from sim.report.voice import Voice
from sim.study.store import study_hash

HOSTILE = '"><script>alert("x")</script>\'{{ 7 * 7 }}'
DEARER = {"custom": {"dearer": own("list_price", "multiply", 1.5)}}
WASTE = {"custom": {"waste": own("use_rate", "multiply", 1.0, monthly_cost="50000 USD")}}


def strategy(name, levers, description=""):
    return business(levers, name=name, description=description, residual="3 months")


def simulated(*strategies, replications=4):
    return sim.simulate([strategy("small world", {}), *strategies], customers=200, replications=replications)


@pytest.fixture(scope="module")
def study():
    """A strategy that surely earns more, under a hostile name, and one that surely earns less."""
    return simulated(
        strategy(HOSTILE, DEARER, f"Ask more. {HOSTILE}"), strategy("waste", {"recall_campaign": {}, **WASTE})
    )


@pytest.fixture(scope="module")
def pages(study):
    """Its page, by language."""
    return {language: report(study, language=language) for language in ("en", "zh")}


class Elements(HTMLParser):
    """Collects the elements of a page."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def of(self, *tags):
        return [attributes for tag, attributes in self.found if tag in tags]


def first_line_of(page):
    return html.unescape(re.search(r"<h1>(.*?)</h1>", page)[1])


def said_first(study):
    """Return the first line without drawing the page."""
    voice = Voice(study, "en")
    return first_line(voice, read_hangs_on(voice, voice.shown) if voice.strategies else None)


# --- the first line ---------------------------------------------------------------------------------------------------


def test_the_first_line_says_what_to_do(study, pages):
    """The strategy that surely earns more, what it earns with its range, what it costs, why it may fail."""
    found = study.difference(1, "profit_npv")
    line = first_line_of(pages["en"])

    assert found.interval.low > 0.0 and found.simultaneous.low > 0.0
    assert line.startswith(f"Do “{HOSTILE}”: over 6 months it earns ")
    numbers = Voice(study, "en").numbers
    for value in (found.interval.mean, found.interval.low, found.interval.high):
        assert numbers.level(value, "money") in line
    assert "costs 0 USD, and may fail if “" in line and "a weakly known number that was not tried" in line
    assert f"Nothing is paid for the levers of “{HOSTILE}”" in html.unescape(pages["en"])
    assert "retention-sim hangs-on RUN" in pages["en"]


def test_the_first_line_in_chinese(pages):
    assert first_line_of(pages["zh"]).startswith(f"建议采用“{HOSTILE}”：6 个月内比“small world”多赚 ")


@pytest.mark.parametrize(("others", "replications", "expected"), [
    ([], 2, "“small world” alone makes "),
    ([strategy("same", {})], 3, "Do nothing new yet: “same” changes nothing in the discounted profit of “small"),
    ([strategy("waste", WASTE)], 3, "Stay with “small world”: “waste” surely earns less, with -"),
    ([strategy("same", {}), strategy("waste", WASTE)], 3, "Do nothing new yet: none of the 2 strategies is surely"),
    ([strategy("dearer", DEARER)], 1, "One replication cannot tell whether “dearer” is better than “small world”"),
])  # fmt: skip
def test_the_first_line_where_nothing_is_surely_better(others, replications, expected):
    found = said_first(simulated(*others, replications=replications))

    assert found.sentence.startswith(expected)
    assert found.parts == ()


def test_only_by_its_own_range():
    """Who is picked as the best of several must be clear among all of them at once."""
    study = simulated(strategy("one", DEARER), strategy("other", WASTE))
    voice = Voice(study, "en")
    study.simultaneous_criticals["profit_npv"] = 1e6

    assert study.difference(1, "profit_npv").interval.low > 0.0
    assert voice.recommended is None
    assert "by its own range “one” earns more" in said_first(study).sentence


@pytest.mark.parametrize(("language", "ahead"), [("en", "It is surely ahead of the next best, “waste”: by +"),
                                                 ("zh", "确定领先于次优的“waste”：+")])  # fmt: skip
def test_the_command_line_says_the_answer_and_how_far_the_best_is_ahead(language, ahead):
    study = simulated(strategy("dearer", DEARER), strategy("waste", WASTE))
    first, *more = list(comparison(study, Words("command_line", language)))[:6]

    assert first.startswith({"en": "Do “dearer”: over 6 months", "zh": "建议采用“dearer”：6 个月内"}[language])
    assert any(line.startswith(ahead) for line in more)
    assert NO_BREAK_HERE not in "".join([first, *more])


def kept_answer(study, tmp_path, numbers):
    """Keep an answer of hangs-on as the command keeps it."""
    study.folder = str(tmp_path)
    data = {"study": study_hash(study.design), "customers": 1000, "replications": 20,
            "comparisons": {study.scenarios[1]: {"numbers": numbers}}}  # fmt: skip
    (tmp_path / FILE).write_text(json.dumps(data))


NUMBER = {
    "number": "levers.annual_plan.take_up", "present": 0.5, "turns_at": 0.3, "written": {
        "present": "50 %", "low": "10 %", "high": "90 %"}, "turns": [{"value": "30 %"}], "grade": "J",
    "source": "judgement", "difference_at_low": -5.0, "difference_at_high": 9.0, "swing": 14.0, "sure": True,
}  # fmt: skip


def test_it_fails_where_a_number_turns_it(tmp_path):
    study = simulated(strategy("dearer", DEARER))
    kept_answer(study, tmp_path, [NUMBER])
    page = report(study, drawn={})

    assert first_line_of(page).endswith("and fails if “annual_plan.take_up” is really below 30 % (assumed: 50 %).")
    assert "The answer hangs on: “annual_plan.take_up”." in html.unescape(page)


def test_it_fails_where_no_number_turns_it_alone(tmp_path):
    study = simulated(strategy("dearer", DEARER))
    kept_answer(study, tmp_path, [{**NUMBER, "sure": False, "turns_at": None, "turns": []}])

    assert "several assumptions are wrong at once: none of 1 weakly" in said_first(study).sentence


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"seed": 1, "months": 6, "comparisons": {"dearer": 3}}'])
def test_an_answer_that_cannot_be_read_is_none(content, tmp_path):
    study = simulated(strategy("dearer", DEARER), replications=2)
    study.folder = str(tmp_path)
    (tmp_path / FILE).write_text(content)

    assert read_hangs_on(Voice(study, "en"), 1) is None


def test_it_fails_beyond_the_horizon(study, monkeypatch):
    """What earns inside the horizon and loses with the residual value is said to."""
    voice = Voice(study, "en")
    real = Voice.difference

    def other(self, scenario, metric):
        return real(self, 2 if metric == "profit_npv_with_residual" else scenario, metric)

    monkeypatch.setattr(Voice, "difference", other)
    assert failures(voice, 1, None)[0].startswith("you look beyond the horizon")


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_structure(pages, language):
    """One first heading, no level left out, every table with caption and column heads, every chart with a text."""
    page = pages[language]
    elements = Elements(page)
    levels = [int(tag[1]) for tag, _ in elements.found if re.fullmatch(r"h\d", tag)]

    assert levels.count(1) == 1 and levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert elements.of("html")[0]["lang"] == {"en": "en", "zh": "zh-CN"}[language]
    assert len(elements.of("table")) == len(elements.of("caption")) == len(elements.of("thead")) > 5
    pictures = elements.of("svg")
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(pictures) >= 3
    assert all(picture["role"] == "img" and picture["aria-labelledby"] in ids for picture in pictures)
    assert len(ids) == len(set(ids))
    references = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', page)
    assert {one or other for one, other in references} <= set(ids)
    assert len(page.encode()) < LARGEST


def test_names_are_only_names(pages):
    """Nothing that a name or a description holds becomes an element or is filled in."""
    page = pages["en"]
    elements = Elements(page)

    assert "<script>alert" not in page and "49" not in first_line_of(page)
    assert HOSTILE in html.unescape(page)
    assert len(elements.of("script")) == 1
    assert not [name for _, attributes in elements.found for name in attributes if name.startswith("on")]
    assert not [name for _, attributes in elements.found for name in attributes if name == "style"]


def test_nothing_is_loaded(pages):
    """Outside addresses stand only in links to sources."""
    elements = Elements(pages["en"])
    loading = [value for _, found in elements.found for name, value in found.items() if name in ("src", "srcset")]
    rule = next(found["content"] for found in elements.of("meta") if found.get("http-equiv"))

    assert loading == [] and elements.of("link", "img", "iframe", "object", "base") == []
    assert rule.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in rule
    assert all(link["href"].startswith(("#", "https://")) for link in elements.of("a"))
    assert any(link["href"].startswith("https://doi.org/") for link in elements.of("a"))


def test_every_chart_has_sentences_of_its_own(study):
    """Those of the charts that are known; and what they say moves with the study."""
    other = simulated(strategy("waste", WASTE), replications=2)
    said = {name: SENTENCES[name](Voice(study, "en")) for name in SENTENCES}

    assert {*CHARTS, *SIMULATED} - set(SENTENCES) == set()
    for name in ("differences", "retention", "stages", "movements", "reasons", "funnel", "cash", "bridge", "holdouts"):
        assert said[name] and said[name] != SENTENCES[name](Voice(other, "en")), name


def test_an_unknown_chart_has_a_section(study):
    page = report(study, drawn={"brand new": CHARTS["stages"](study)})

    assert 'id="section-more"' in page and 'id="brand new"' in page


def test_charts_too_large_for_the_page(study, monkeypatch):
    """The largest is named instead; the others stay."""
    drawn = {name: CHARTS[name](study) for name in ("stages", "retention")}
    whole = report(study, drawn=drawn)
    figures = re.findall(r'<figure id="(\w+)">.*?(<svg.*?</svg>)', whole, re.DOTALL)
    sizes = {name: len(svg) for name, svg in figures}
    monkeypatch.setattr("sim.report.page.LARGEST_CHARTS", sum(sizes.values()) - 1)
    found = report(study, drawn=drawn)
    largest, smallest = sorted(sizes, key=lambda name: -sizes[name])

    assert f"The chart {largest} is too large" in found and f'id="chart-{largest}-title"' not in found
    assert f'id="chart-{smallest}-title"' in found


def test_a_shop():
    from worlds import SHOP, merged

    from sim.scenario.load import build

    study = sim.simulate(
        [build(SHOP), build(merged(SHOP, {"name": "mail", "levers": {"recall_campaign": {}}}))], customers=150,
        replications=2,
    )  # fmt: skip
    page = html.unescape(report(study, drawn={}))

    assert "do not count as lost after" in page
    assert "monthly recurring revenue goes" not in page


def test_the_same_study_gives_the_same_page(study, tmp_path):
    first, second = (
        write_report(study, tmp_path / name, drawn={"stages": CHARTS["stages"](study)})
        for name in ("one.html", "two.html")
    )

    assert first.read_bytes() == second.read_bytes()


# --- what-ifs ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch):
    """Few customers are enough to see that it works."""
    monkeypatch.setattr(what_if, "LIVES", 200 * 18 * 4)


def test_at_the_present_setting_a_what_if_is_the_study(study, few):
    """The same customers, so the same figures to the last digit, though nothing beyond the horizon is simulated."""
    voice = Voice(study, "en")
    found = what_if.what_ifs(voice, 1)
    profit = study.difference(1, "profit_npv").interval

    assert (found.plan.customers, found.plan.replications) == (200, 4)
    assert found.found["3.1.1"]["profit"] == pytest.approx([profit.mean, profit.low, profit.high], rel=1e-12)
    assert found.found["3.1.0"]["profit"] == [0.0, 0.0, 0.0]
    shares = [found.found[f"{share}.1.1"]["profit"][0] for share in range(4)]
    assert 0.0 < shares[0] < shares[3]


def test_every_setting_of_the_sliders_is_there(study, few):
    voice = Voice(study, "en")
    found = what_if.what_ifs(voice, 2)
    page = controls.controls(voice, found)
    levers = len(found.plan.switches)

    assert levers == 2
    for on in range(1 << levers):
        for price in range(len(found.plan.prices)):
            for share in range(len(found.plan.shares)) if on else [len(found.plan.shares) - 1]:
                assert page.data["settings"][f"{share}.{price}.{on}"]["texts"]["profit"]


def test_a_second_report_simulates_nothing(tmp_path, few, monkeypatch):
    study = simulated(strategy("dearer", DEARER))
    study.save(tmp_path / "run")
    first = what_if.what_ifs(Voice(study, "en"), 1)
    monkeypatch.setattr(what_if, "run_study", None)
    again = what_if.what_ifs(Voice(study, "zh"), 1)

    assert first.plan == again.plan
    assert what_if.without_gaps(first.found) == what_if.without_gaps(again.found)
    data = json.loads((tmp_path / "run" / what_if.FILE).read_text())
    assert data["inputs"]["customers"] == 200 and data["inputs"]["strategy"] == "dearer"


@pytest.mark.parametrize("levers", [1, 3, 5, 8])
def test_what_ifs_stay_affordable(levers):
    """However many levers a strategy pulls."""
    names = ["payment_recovery", "prompts", "integrations", "cancel_flow", "annual_plan", "use_cases", "community",
             "value_reports"]  # fmt: skip
    scenarios = (strategy("small world", {}), strategy("many", {name: {} for name in names[:levers]}))
    study = sim.study.study.Study(sim.study.api.make_design(scenarios, customers=10_000), [])
    plan = what_if.plan_of(Voice(study, "en"), 1)

    count = len(list(plan.settings()))
    assert len(plan.switches) == min(levers, 5)
    assert count * plan.customers * plan.replications <= what_if.LIVES


# --- the command ------------------------------------------------------------------------------------------------------


def called(*arguments):
    with pytest.raises(SystemExit) as end:
        commands.main(list(map(str, arguments)))
    return end.value.code


def test_the_command(tmp_path, few, monkeypatch, capsys):
    """It writes into the run folder, or where it is told; with sliders unless they are not wanted."""
    monkeypatch.setattr(page, "SIMULATED", {})
    simulated(strategy("dearer", DEARER), replications=2).save(tmp_path / "run")

    assert called("report", tmp_path / "run", "--no-sliders", "--quiet") == 0
    assert 'id="what-if"' not in (tmp_path / "run" / "report.html").read_text()
    assert called("report", tmp_path / "run", "--out", tmp_path / "other.html", "--lang", "zh", "--quiet") == 0
    assert 'id="what-if"' in (tmp_path / "other.html").read_text()
    assert "other.html" in capsys.readouterr().out.replace("\n", "")
    assert called("report", tmp_path) == 2


def test_run_writes_the_report_and_says_where(tmp_path, capsys):
    """Unless it is not wanted; the folder's own report is not made again."""
    files = [ROOT / "scenarios" / name for name in ("baseline.yaml", "prompts.yaml")]
    few_of_them = ["--customers", 60, "--months", 2, "--replications", 2, "--no-charts", "--quiet"]

    assert called("run", *files, *few_of_them, "--no-report", "--out", tmp_path / "bare") == 0
    assert not (tmp_path / "bare" / "report.html").exists()
    assert called("run", *files, *few_of_them, "--out", tmp_path / "whole") == 0
    assert "report.html" in capsys.readouterr().out.replace("\n", "")
    written = (tmp_path / "whole" / "report.html").stat().st_mtime_ns
    assert called("run", *files, *few_of_them, "--out", tmp_path / "whole") == 0
    assert written == (tmp_path / "whole" / "report.html").stat().st_mtime_ns
