"""The report in a real browser: it loads nothing, tables sort, sliders move figures, it prints, all can use it."""

from io import BytesIO

import pytest
from pages import chromium, opened
from test_report import HOSTILE, simulated, strategy
from worlds import own

from sim.charts.save import CHARTS, draw_all
from sim.report import what_if, write_report
from sim.report.voice import Voice

TWO = {"recall_campaign": {}, "custom": {"dearer": own("list_price", "multiply", 1.5)}}


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The page of a small study with sliders, by language."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(what_if, "LIVES", 60 * 42 * 4)
        patch.setattr(what_if, "CUSTOMERS", 60)
        study = simulated(strategy(HOSTILE, TWO), strategy("recall", {"recall_campaign": {}}))
        found = what_if.what_ifs(Voice(study, "en"), 1)
    folder, some = tmp_path_factory.mktemp("report"), {name: CHARTS[name] for name in ("differences", "retention")}
    return {
        language: write_report(study, folder / f"{language}.html", language=language, what_ifs=found,
                               drawn=draw_all(study, language, some))
        for language in ("en", "zh")
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_serious_violation_of_accessibility(browser, files, language):
    """As axe-core finds them, with every fold opened; the page logs nothing and asks for nothing."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with opened(browser, files[language]) as page:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = axe.run(page).response["violations"]

    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_tables_sort_by_click_and_by_keyboard(browser, files):
    """Figures first downwards, then upwards; text by the alphabet; and the head says so."""
    with opened(browser, files["en"]) as page:
        heads, cells = page.locator("#strategies thead th"), page.locator("#strategies tbody td:nth-child(3)")

        def keys():
            return [float(cell.get_attribute("data-key")) for cell in cells.all()]

        heads.nth(2).get_by_role("button").click()
        assert keys() == sorted(keys(), reverse=True)
        assert heads.nth(2).get_attribute("aria-sort") == "descending"
        heads.nth(2).get_by_role("button").focus()
        page.keyboard.press("Enter")
        assert keys() == sorted(keys())
        assert heads.nth(2).get_attribute("aria-sort") == "ascending"
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Space")
        names = page.locator("#strategies tbody th").all_text_contents()
        assert heads.nth(0).get_attribute("aria-sort") == "ascending"
        assert heads.nth(2).get_attribute("aria-sort") is None
        assert names == [HOSTILE, "recall"]


def test_sliders_move_figures_and_curves(browser, files):
    """Share by the keyboard, price, and a lever switched off."""
    with opened(browser, files["en"]) as page:
        profit, cost = page.locator("[data-text=profit]"), page.locator("[data-text=cost]")
        curve, now = page.locator("polyline.after"), page.locator("circle.now")

        def seen():
            return profit.text_content(), curve.get_attribute("points"), now.get_attribute("cx")

        first = seen()
        page.locator("#share").focus()
        page.keyboard.press("ArrowLeft")
        moved = seen()
        assert moved[0] != first[0] and moved[2] != first[2]
        assert (
            page.locator("#share").get_attribute("aria-valuetext") == page.locator("output[for=share]").text_content()
        )
        page.keyboard.press("ArrowRight")
        assert seen() == first
        page.locator("#price").focus()
        page.keyboard.press("ArrowRight")
        assert profit.text_content() != first[0]
        page.keyboard.press("ArrowLeft")
        spent = cost.text_content()
        page.get_by_label("Recall campaign").uncheck()
        assert (cost.text_content(), spent != "0 USD") == ("0 USD", True)
        page.get_by_label("dearer").uncheck()
        assert profit.text_content() == "0 USD"
        assert page.locator("polyline.before").get_attribute("points") == curve.get_attribute("points")


def test_without_its_script_nothing_is_lost(browser, files):
    """The answer, the charts and every what-if stand in the page; controls that would do nothing do not."""
    with opened(browser, files["en"], java_script_enabled=False) as page:
        assert page.locator("h1").is_visible()
        assert not page.locator(".what-if").is_visible()
        page.locator("#what-if summary").click()
        assert page.locator("#what-ifs tbody tr").count() >= 15
        assert page.locator("th button").count() == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_the_window(browser, files, width):
    """Wide things scroll in themselves, the page does not."""
    with opened(browser, files["zh"], viewport={"width": width, "height": 800}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_prints(browser, files):
    """To a few pages of A4, without controls."""
    with opened(browser, files["en"]) as page:
        printed = page.pdf(prefer_css_page_size=True)
        page.emulate_media(media="print")
        assert not page.locator("nav").is_visible()
        assert not page.locator("#share").is_visible()
        assert page.locator("output[for=share]").is_visible()
        assert page.locator("h1").is_visible()

    assert printed.startswith(b"%PDF")
    assert 3 <= BytesIO(printed).getvalue().count(b"/Type /Page\n") <= 20
