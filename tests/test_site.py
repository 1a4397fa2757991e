"""The documentation as a site: built without a warning, formulas shown, nothing fetched from outside, easy to use."""

import re
import subprocess
import sys

import pages
import pytest
from worlds import ROOT

PAGES = ["index.html", "zh.html", "concepts.html", "model.html", "levers.html", "scenario.html", "metrics.html"]
READ_CLOSELY = ["index.html", "concepts.html", "model.html"]
"""Pages that axe-core looks at; the large tables of the others would take it long."""
WIDTH, HEIGHT = 390, 844
"""A phone's."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site, warnings being errors."""
    pytest.importorskip("mkdocs", reason="mkdocs is not installed")
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    config = ["--config-file", str(ROOT / "docs" / "site" / "mkdocs.yml")]
    built = subprocess.run([*build, *config], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def chromium():
    """A browser without a window."""
    with pages.chromium() as browser:
        yield browser


@pytest.fixture
def opened(site, chromium):
    """Open pages of the site; whatever a page asks for, or complains about, is kept."""
    page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.wrong = []
    page.on("request", lambda one: None if one.url.startswith(("file:", "data:")) else page.wrong.append(one.url))
    page.on("requestfailed", lambda one: page.wrong.append(one.url))
    page.on("console", lambda one: page.wrong.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: page.wrong.append(str(one)))

    def open_page(name):
        page.goto((site / name).as_uri())
        return page

    yield open_page
    page.close()


def test_every_page_of_the_folder_is_on_the_site(site):
    for page in (ROOT / "docs").glob("*.md"):
        assert (site / page.with_suffix(".html").name).exists()
    assert "retention-sim: " not in (site / "index.html").read_text(encoding="utf-8")


def test_formulas_are_shown_without_a_script(site):
    """Every fence became MathML, and none is left as it was typed."""
    written = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    shown = (site / "model.html").read_text(encoding="utf-8")
    lines = sum(len(one.split("\\\\\n")) for one in re.findall(r"```math\n(.*?)```", written, re.DOTALL))

    assert lines > 30
    assert shown.count("<math ") == lines
    assert "\\frac" not in re.sub(r'alttext="[^"]*"', "", shown)


def test_links_lead_to_files_that_are_shown(site):
    """Also those to code and scenarios: what a formula says can be read beside it."""
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:href|src)="([^"#:]+)(?:#[^"]*)?"', text):
            assert page.name == "404.html" or (page.parent / target).exists(), (page.name, target)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_from_outside_and_fits_a_phone(opened, name):
    page = opened(name)

    assert page.wrong == []
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert page.locator("h1").first.is_visible()


def test_the_chinese_page_says_that_it_is_chinese(opened):
    assert opened("zh.html").locator("html").get_attribute("lang") == "zh-CN"


@pytest.mark.parametrize("name", READ_CLOSELY)
def test_nobody_is_kept_out(opened, name):
    """Axe-core finds nothing serious."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    found = axe.run(opened(name)).response["violations"]

    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
