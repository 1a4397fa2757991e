"""How a study of a shop is shown: nothing is said of subscriptions, and what stands first is known of orders."""

import pytest
from worlds import shop

from sim import charts
from sim.analysis.catalogue import CATALOGUE, label
from sim.charts.words import words_of
from sim.cli.cautions import cautions
from sim.cli.comparison import comparison
from sim.language.words import Words
from sim.study.api import simulate
from sim.study.view import SHOP_HEADLINES, study_view

SUBSCRIPTIONS = ("subscri", "trial", "plan", "recurring", "MRR", "bill", "renewal")


@pytest.fixture(scope="module")
def study():
    """A shop, and the same with prompts."""
    scenarios = [shop(horizon="26 months"), shop({"prompts": {}}, name="touched", horizon="26 months")]
    return simulate(scenarios, customers=200, replications=2)


def texts(chart):
    """Return every text of a chart, in one string."""
    return " ".join(found.get_text() for found in chart.findobj(lambda artist: hasattr(artist, "get_parse_math")))


def test_charts_of_a_shop_say_nothing_of_subscriptions(study):
    shown = [charts.retention(study), charts.stages(study), charts.differences(study)]
    shown += [charts.retention(study, by) for by in ("plan", "segment", "cohort")]
    shown += [charts.cohorts(study), charts.funnel(study), charts.reasons(study), charts.flows(study)]
    shown += [charts.frontier(study), charts.bridge(study), charts.holdouts(study)]

    assert [word for word in SUBSCRIPTIONS if word in " ".join(map(texts, shown))] == []
    assert "not counted as lost yet" in texts(shown[0]) and "before the first order" in texts(shown[1])


def test_a_shop_has_no_chart_of_recurring_revenue(study, tmp_path):
    files = charts.save_all(study, tmp_path)

    shown = {"retention", "stages", "differences", "cohorts", "funnel", "frontier", "bridge", "holdouts"}
    assert {path.stem for path in files} == shown
    with pytest.raises(ValueError, match="order and do not subscribe"):
        charts.movements(study)


def test_words_of_a_shop_stand_for_others():
    assert words_of("en")("dormancy") != words_of("en", shop=True)("dormancy")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_comparison_of_a_shop_shows_what_is_known_of_it(study, language):
    page = "\n".join(comparison(study, Words("command_line", language)))

    assert set(SHOP_HEADLINES) <= set(CATALOGUE)
    assert all(label(name, language) in page for name in SHOP_HEADLINES)
    assert "MRR" not in page and "n/a" not in page


def test_the_same_stands_first_in_a_notebook(study):
    page = study_view(study)

    assert all(label(name) in page for name in SHOP_HEADLINES)
    assert label("mrr_end") not in page


def test_a_short_horizon_is_nothing_to_warn_a_shop_of():
    """It has no annual plans to renew."""
    short = simulate([shop()], customers=60, replications=1, months=3)

    assert not any("annual" in text for text in cautions(short, Words("command_line", "en")))
