"""Charts: labelled, byte-identical, safe with names from strangers, and drawn even where there is little to draw."""

import subprocess
import sys
import warnings
from math import nan
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

import sim
from sim.analysis.intervals import Interval
from sim.charts import text, words
from sim.charts.difference_rows import draw_strategy
from sim.charts.retention_curves import spread
from sim.charts.save import CHARTS
from sim.charts.style import look

SCENARIOS = Path(__file__).parent.parent / "scenarios"
FILES = [SCENARIOS / "baseline.yaml", SCENARIOS / "annual_first.yaml"]
ANNUAL = {"discount": "16.7 %", "offered_to": "70 %"}
BASELINE_ALONE = {"retention", "stages", "movements", "cohorts", "funnel", "waterfall", "cash"}
"""Charts of a baseline by itself."""
HOSTILE = [
    "$\\frac{1}{0}$ & $x",
    "</text><script>alert(1)</script>",
    "--> ]]> <!--",
    "_hidden",
    "line\nbreak \x00\x07\x1b[31m \u202eright to left",
    "年付优先 🚀",
    "long " * 39,
    "W" * 200,
    "{baseline} %s",
]

each_chart = pytest.mark.parametrize("name", CHARTS)


@pytest.fixture(scope="module")
def study():
    """Return a small study that holds something for every chart."""
    recall = sim.load(SCENARIOS / "recall.yaml")
    both = recall.with_levers(name="both", annual_plan=ANNUAL)
    annual = sim.load(FILES[0]).with_levers(name="annual first", annual_plan=ANNUAL)
    return sim.simulate([sim.load(FILES[0]), annual, recall, both], customers=500, months=14, replications=3)


@pytest.fixture(scope="module")
def hostile():
    """Return a study whose scenarios have names that somebody means ill with."""
    scenarios = [sim.load(FILES[1]).model_copy(update={"name": name}) for name in HOSTILE]
    return sim.simulate(scenarios, customers=40, months=2, replications=2)


def texts(figure):
    """Return every text of a figure, as it is given to the renderer."""
    return [found.get_text() for found in figure.findobj(lambda artist: hasattr(artist, "get_parse_math"))]


def written(folder):
    """Return the bytes of every file in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@each_chart
def test_labelled(study, name):
    """Every chart has a title, and its outer axes are labelled with units."""
    figure = CHARTS[name](study)
    across = {axes.get_xlabel() for axes in figure.axes} - {""}
    up = {axes.get_ylabel() for axes in figure.axes} - {""}

    assert isinstance(figure, Figure)
    assert figure.texts[0].get_text()
    expected = {
        "retention": ({"months since the first payment\n(below: monthly cohorts seen that long)"}, "(%)"),
        "differences": ({"difference (percentage points)", "difference (thousand USD)"}, ""),
        "stages": ({"month"}, "customers"),
        "movements": ({"month"}, "thousand USD"),
        "cohorts": ({"months since the first payment"}, "month of the first payment"),
        "funnel": ({"people"}, ""),
        "waterfall": ({"MRR (thousand USD)"}, ""),
        "cash": ({"month"}, "thousand USD"),
        "frontier": ({"Customer retention, month 12: difference (percentage points)"}, "(USD)"),
        "contributions": ({"difference (thousand USD)"}, ""),
        "bridge": ({"difference (thousand USD)"}, ""),
        "recalls": ({"share of those contacted (%)"}, ""),
        "holdouts": ({"difference per customer reached (thousand USD)", "difference (percentage points)"}, ""),
    }[name]
    assert expected[0] == across
    assert all(expected[1] in label for label in up) and bool(up) == bool(expected[1])


@pytest.mark.parametrize(("by", "panels"), [("segment", 3), ("plan", 2)])
def test_retention_by_group(study, by, panels):
    """One panel per group, each titled."""
    figure = sim.charts.retention(study, by)

    assert panels == len(figure.axes)
    assert all(axes.get_title(loc="left") for axes in figure.axes)


def test_curves_are_the_tables(study):
    """The lines are the numbers of the table, in percent."""
    table = study.retention_table()
    line = sim.charts.retention(study).axes[0].lines[1]
    expected = 100 * np.array(table["retention"])[np.array(table["scenario"]) == study.scenarios[1]]

    np.testing.assert_array_equal(expected, line.get_ydata())


def test_markers_are_filled_where_sure():
    """A marker is filled exactly where the interval leaves out zero, and hollow without an interval."""
    found = [Interval(2.0, 1.0, 3.0), Interval(2.0, -1.0, 5.0), Interval(-2.0, -3.0, -1.0), Interval(2.0, nan, nan)]
    axes = Figure().add_subplot()
    draw_strategy(axes, found, np.arange(4), 1)
    markers = next(drawn for drawn in axes.collections if isinstance(drawn, PathCollection))

    assert [tuple(face) != (1, 1, 1, 1) for face in markers.get_facecolors()] == [True, False, True, False]


def test_same_bytes(study, tmp_path):
    """Saving twice gives the same bytes, without date or version; the style that the user has set is left alone."""
    first = sim.charts.save_all(study, tmp_path / "new" / "first")
    with matplotlib.rc_context({"axes.facecolor": "black", "font.size": 20, "svg.fonttype": "none"}):
        sim.charts.save_all(study, tmp_path / "second")
        assert matplotlib.rcParams["font.size"] == 20

    assert {f"{name}.{kind}" for name in CHARTS for kind in ("svg", "png")} == {path.name for path in first}
    assert written(tmp_path / "new" / "first") == written(tmp_path / "second")
    for name, content in written(tmp_path / "second").items():
        assert matplotlib.__version__.encode() not in content, name
        assert b"dc:date" not in content and b"tEXtSoftware" not in content, name


def test_hostile_names(hostile, tmp_path):
    """Names are text: no markup, no mathematics, no control characters, and nothing that stops the drawing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        files = sim.charts.save_all(hostile, tmp_path)
    for path in files:
        if path.suffix == ".svg":
            tags = {element.tag.rpartition("}")[2] for element in ElementTree.parse(path).iter()}
            assert "path" in tags and not tags & {"script", "foreignObject", "image", "a", "text"}
    shown = texts(sim.charts.retention(hostile))
    assert any(found.startswith("$\\frac{1}{0}$ & $x") for found in shown)
    assert not any(character < " " and character != "\n" for found in shown for character in found)


def test_unreadable_names_become_places():
    """A name without a letter that can be drawn, or two that look alike, become their place in the study."""
    names = text.readable(["base", "\x00", "a\u200bb", "a\nb", "!!!", "$x"], "scenario")

    assert names == ["base", "scenario 2", "scenario 3", "scenario 4", "scenario 5", "$x"]


def test_one_scenario(tmp_path):
    """A study of one scenario has no chart of differences, and asking for it says why."""
    alone = sim.simulate(FILES[:1], customers=40, months=2, replications=2)
    files = sim.charts.save_all(alone, tmp_path)

    assert {path.stem for path in files} == BASELINE_ALONE
    with pytest.raises(ValueError, match="at least one strategy"):
        sim.charts.differences(alone)


@pytest.mark.parametrize(("customers", "months"), [(1, 1), (1, 3), (60, 1)])
def test_one_replication(customers, months, tmp_path):
    """One replication has no interval, and the charts say so; nobody converting and a month's horizon are drawn too."""
    small = sim.simulate(FILES, customers=customers, months=months, replications=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        files = sim.charts.save_all(small, tmp_path)

    drawn = {path.stem for path in files}
    assert BASELINE_ALONE | {"differences", "bridge"} <= drawn
    for name in drawn:
        assert any("One replication: no interval." in found for found in texts(CHARTS[name](small)))


def test_languages(study, monkeypatch):
    """Chinese is written only where a font for it is installed; other languages are refused by name."""
    monkeypatch.setattr(words, "chinese_font", lambda: None)
    assert words.words_of("zh").language == "en"
    assert words.month_name(1, "zh") == "Jan"
    monkeypatch.setattr(words, "chinese_font", lambda: "Some Font")
    assert "留存" in words.words_of("zh")("retention_title")
    assert words.month_name(1, "zh") == "1月"
    with pytest.raises(ValueError, match="'fr' is not known"):
        sim.charts.stages(study, language="fr")


def test_scenarios_look_different():
    """No two of many scenarios share colour, line style and marker."""
    looks = [str(look(scenario)) for scenario in range(60)]

    assert len(looks) == len(set(looks))


def test_spread():
    """Labels keep their order and their distance, and stay where they are if there is room."""
    assert pytest.approx(spread([0.3, 0.8], 0.1)) == [0.3, 0.8]
    close = spread([0.5, 0.5, 0.5], 0.2)
    assert close == sorted(close, reverse=True)
    assert -np.diff(close) == pytest.approx(0.2)
    assert max(spread([0.99, 0.98], 0.1)) <= 0.95 + 1e-9


def test_wrap():
    """Lines are no broader than asked, words stay whole where they can, and what is cut is marked."""
    lines = text.wrap("a strategy with a name that is rather long", 1.0, 9).split("\n")

    assert len(lines) > 1 and "strategy" in " ".join(lines).split()
    assert all(text.breadth(line, 9) <= 1.0 for line in lines)
    assert text.wrap("W" * 200, 1.0, 9, lines=2).count("\n") == 1
    assert text.wrap("W" * 200, 1.0, 9, lines=2).endswith("…")


def test_numbers():
    """Numbers have a real minus sign, separated thousands, and no negative zero."""
    assert [
        text.number(-1234.5, 1), text.number(0.3, 1, signed=True), text.number(-0.01, 1), text.number(1500),
        text.number(-0.05),
    ] == ["−1,234.5", "+0.3", "0.0", "1,500", "−0.05"]  # fmt: skip


def test_no_pyplot():
    """Drawing loads no pyplot, which keeps figures alive and looks for a display, and no pandas."""
    code = (
        "import sys, sim; "
        f"study = sim.simulate([{str(FILES[0])!r}, {str(FILES[1])!r}], customers=10, months=1, replications=1); "
        "sim.charts.retention(study).picture('svg'), sim.charts.differences(study)._repr_png_(); "
        "assert not {'matplotlib.pyplot', 'pandas'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=SCENARIOS.parent)

    assert done.returncode == 0, done.stderr
