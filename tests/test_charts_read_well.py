"""Charts can be read: no glyph is missing, no text lies on another or off the sheet, black and white is enough."""

import itertools
import warnings

import matplotlib
import pytest
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.text import Text
from worlds import ROOT

import sim
from sim.charts import cohort_map, habit_curves, movement_bars, reason_areas, stage_areas, stage_ribbons
from sim.charts.chart import DOTS_PER_INCH, house_style
from sim.charts.fonts import chinese_font
from sim.charts.save import CHARTS, SIMULATED
from sim.charts.sheet import Grid, sheet
from sim.charts.style import look

FILES = [ROOT / "scenarios" / name for name in ("baseline.yaml", "annual_first.yaml", "with_a_team/recall_desk.yaml")]
LONG = ["the business as it is, with nothing changed at all", "年付优先：前两个月免费，并赠送新手引导服务",
        "a call desk that speaks with whoever has left within the last month",
        "both of them together, 两者并行"]  # fmt: skip
EVERY = {**CHARTS, **SIMULATED, "retention by cohort": lambda study, language: sim.charts.retention(
    study, "cohort", language=language)}  # fmt: skip
TOUCH = 1.0
"""Dots by which boxes of two texts may touch: they are a little larger than what is drawn."""

each_chart = pytest.mark.parametrize("name", EVERY)


def study_of(names, **options):
    scenarios = [sim.load(path) for path in FILES]
    annual, desk = scenarios[1:]
    both = desk.levers.model_copy(update={"annual_plan": annual.levers.annual_plan})
    scenarios.append(desk.model_copy(update={"levers": both}))
    named = [scenario.model_copy(update={"name": name}) for scenario, name in zip(scenarios, names, strict=True)]
    return sim.simulate(named, **options)


@pytest.fixture(scope="module")
def study():
    """Return a small study with names as people give them."""
    return study_of(LONG, customers=800, months=14, replications=2)


@pytest.fixture(scope="module")
def charts(study):
    """Return every chart in both languages, made once; what Matplotlib warns of is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return {(name, language): draw(study, language=language)
                for name, draw in EVERY.items() for language in ("en", "zh")}  # fmt: skip


def boxes_of(chart, monkeypatch):
    """Return the box of every text that is drawn, and the sheet's."""
    drawn = []

    def draw(self, renderer):
        plain(self, renderer)
        if self.get_visible() and self.get_text().strip():
            drawn.append((self.get_text(), self.get_window_extent(renderer)))

    plain = Text.draw
    monkeypatch.setattr(Text, "draw", draw)
    chart.picture("png")
    monkeypatch.setattr(Text, "draw", plain)
    return drawn


@pytest.mark.parametrize("language", ["en", "zh"])
@each_chart
def test_no_two_texts_overlap(charts, name, language, monkeypatch):
    """Nor does any reach beyond the sheet, with long names in two scripts and in both languages."""
    chart = charts[name, language]
    drawn = boxes_of(chart, monkeypatch)
    width, height = chart.get_size_inches() * DOTS_PER_INCH

    assert len(drawn) > 5
    for text, box in drawn:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, text
    for (one, a), (other, b) in itertools.combinations(drawn, 2):
        apart = min(a.x1, b.x1) - max(a.x0, b.x0) <= TOUCH or min(a.y1, b.y1) - max(a.y0, b.y0) <= TOUCH
        assert apart, f"{one!r} lies on {other!r}"


EIGHT = ["baseline", "annual first", "guided onboarding", "integrations", "prompts", "recall", "variable rewards",
         "all five"]  # fmt: skip


@pytest.mark.parametrize("names", [EIGHT[:1], EIGHT[:3], EIGHT[:7], EIGHT, [f"{name} {n}" for name in EIGHT for n in
                                                                             (1, 2, 3)]])  # fmt: skip
def test_legends_fit_the_sheet(names, monkeypatch):
    """Entries are spread over columns that have room, however many there are."""
    with house_style():
        chart, _ = sheet("title", [], [(Line2D([], [], **look(n)), name) for n, name in enumerate(names)], Grid())
    boxes = dict(boxes_of(chart, monkeypatch))

    assert all(boxes[name].x1 <= chart.get_size_inches()[0] * DOTS_PER_INCH for name in names)
    assert min(boxes[name].y0 for name in names) > boxes["1.0"].y1


@pytest.mark.skipif(chinese_font() is None, reason="no font with Chinese characters is installed")
@each_chart
def test_no_glyph_is_missing(charts, name):
    """In Chinese, with a scenario named in Chinese; Matplotlib would warn of a character that no font has."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        charts[name, "zh"].picture("png")
    written = [found.get_text() for found in charts[name, "zh"].findobj(Text)]

    assert any("\u4e00" <= letter <= "\u9fff" for text in written for letter in text)


def grey(colour):
    """Return how light a colour is, from 0 to 1 (Rec. 709)."""
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), to_rgb(colour), strict=True))


FILLS = {
    "stages": [look[:2] for look in stage_areas.LOOKS.values()],
    "movements": [look[:2] for look in movement_bars.LOOKS.values()],
    "flows": list(stage_ribbons.LOOKS.values()),
    "reasons": list(reason_areas.LOOKS.values()),
    "habit": [(colour, hatch) for colour, _, hatch in habit_curves.LOOKS.values()],
    "cohorts, kept": [(colour, "") for colour in cohort_map.KEPT],
    "cohorts, changed": [*((colour, cohort_map.HATCH) for colour in cohort_map.LOST),
                         *((colour, "") for colour in cohort_map.GAINED)],
    "cohorts, other": [("white", cohort_map.UNSEEN), (cohort_map.UNSURE, "")],
}  # fmt: skip


@pytest.mark.parametrize("name", FILLS)
def test_fills_differ_without_colour(name):
    """By how light they are, or by their hatch."""
    for (one, hatch), (other, other_hatch) in itertools.combinations(FILLS[name], 2):
        assert hatch != other_hatch or abs(grey(one) - grey(other)) >= 0.07, (one, other)


def test_the_scale_of_cohorts_is_ever_lighter():
    """Shares are read from how light a cell is, so lightness rises from class to class."""
    lightness = [grey(colour) for colour in cohort_map.KEPT]

    assert lightness == sorted(lightness)
    assert [grey(colour) for colour in cohort_map.GAINED] == sorted(map(grey, cohort_map.GAINED), reverse=True)
    assert [grey(colour) for colour in cohort_map.LOST] == sorted(map(grey, cohort_map.LOST))


def test_lines_differ_without_colour():
    """No two of the first scenarios share line style and marker."""
    looks = [(str(look(scenario)["linestyle"]), look(scenario)["marker"]) for scenario in range(12)]

    assert len(set(looks)) == len(looks)


def test_a_font_installed_since_is_found(monkeypatch):
    """Matplotlib keeps a list of fonts in a file; a font that is newer than the list is found all the same."""
    from sim.charts import fonts

    if chinese_font() is None:
        pytest.skip("no font with Chinese characters is installed")
    manager = matplotlib.font_manager.fontManager
    new = {font.fname for font in manager.ttflist if font.name in fonts.CJK_FONTS}
    monkeypatch.setattr(manager, "ttflist", [font for font in manager.ttflist if font.fname not in new])

    assert fonts.best_known() is None
    assert fonts.chinese_font.__wrapped__() is not None
