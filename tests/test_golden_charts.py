"""Charts look as they did: compared with golden pictures, coarsely enough for any version of a font."""

import pytest
from golden_charts import ALL, COMMAND, FOLDER, SQUARES, coarse, drawn, golden, unlike

MOST_BYTES = 40_000
some_charts = pytest.mark.parametrize("name", ["retention", "frontier", "bridge"])


@pytest.mark.parametrize("name", ALL)
def test_looks_as_it_did(name):
    assert (FOLDER / f"{name}.png").exists(), f"the chart {name!r} has no golden picture; run '{COMMAND}' and look"
    found = unlike(golden(name), coarse(drawn(name)))

    assert found <= SQUARES, f"{found} squares differ; if that is meant, run '{COMMAND}' and look at the pictures"


def test_pictures_are_small_and_of_charts_that_there_are():
    files = sorted(FOLDER.iterdir())

    assert {file.stem for file in files} == set(ALL), f"run '{COMMAND}'"
    assert max(file.stat().st_size for file in files) < MOST_BYTES


@some_charts
def test_other_dots_pass(name):
    """At another resolution every line and bar falls on other dots."""
    assert unlike(golden(name), coarse(drawn(name), 173)) <= SQUARES


@some_charts
def test_a_moved_label_is_seen(name):
    """Four tenths of an inch, of the name of an axis."""
    chart = drawn(name)
    axes = next(axes for axes in chart.axes if axes.get_xlabel())
    axes.xaxis.label.set_x(0.5 + 0.4 / (axes.get_position().width * chart.get_size_inches()[0]))

    assert unlike(golden(name), coarse(chart)) > SQUARES


@some_charts
def test_a_lost_text_is_seen(name):
    """The notes under the title."""
    chart = drawn(name)
    chart.texts[1].set_text("")

    assert unlike(golden(name), coarse(chart)) > SQUARES
