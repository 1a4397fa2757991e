"""The explorer in a browser: who may open it, what it fetches, that sliders move curves, and that all can read it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from pages import CHROMIUM, chromium
from worlds import ROOT

for library in ("voila", "ipywidgets", "playwright", "axe_playwright_python"):
    pytest.importorskip(library)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

PATIENCE = 60_000
"""Milliseconds; no test looks at speed, machines are busy."""
SMALL = ("--no-browser", "--customers", "200", "--replications", "3")


def started(folder, *words):
    """Start the command in a folder; return its process and the address that it prints."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "sim", "explore", *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, re.search(r"http://\S+", process.stdout.readline())[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a business and a strategy; a configuration of voila in it must not be read."""
    place = tmp_path_factory.mktemp("explorer")
    for name in ("baseline.yaml", "annual_first.yaml"):
        shutil.copy(ROOT / "scenarios" / name, place / name)
    (place / "voila.py").write_text("raise SystemExit('somebody else is in control')\n", encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def server(folder):
    """The command at work: its process and address."""
    process, address = started(folder, "annual_first.yaml", *SMALL)
    yield process, address
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def opened(server):
    """The page in a browser, with all that it has asked for and complained of."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(PATIENCE)
        heard = {"errors": [], "asked": []}
        page.on("console", lambda said: said.type == "error" and heard["errors"].append(said.text))
        page.on("pageerror", lambda error: heard["errors"].append(str(error)))
        page.on("request", lambda request: heard["asked"].append(request.url))
        page.goto(server[1])
        page.wait_for_selector(".rs-figure img")
        yield page, heard


def answer(address, **headers):
    """Return the status of a request, redirections not followed."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    try:
        request = urllib.request.Request(address, headers=headers)
        return urllib.request.build_opener(Stay).open(request, timeout=60).status
    except urllib.error.HTTPError as error:
        return error.code


def picture(page):
    return page.locator(".rs-figure img").get_attribute("src")


def headline(page):
    return page.locator(".rs-headline").inner_text()


def spoken(part):
    """The text of a part of the page, with ordinary spaces."""
    return part.inner_text().replace("\xa0", " ")


def add(page, lever):
    """Add a lever and wait for what it does."""
    before = picture(page)
    page.get_by_label("Lever", exact=True).select_option(label=lever)
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("h2", has_text=lever).wait_for()
    changed(page, before)


def changed(page, before):
    """Wait until the curve is another one, and its figures too."""
    page.wait_for_function("before => document.querySelector('.rs-figure img').src !== before", arg=before)


def test_it_listens_on_loopback_and_opens_with_the_token_only(server):
    """Neither page nor kernels without it or with another; and not by another name for this machine."""
    whole = server[1]
    address, token = whole.split("?token=")

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
    assert len(token) >= 40
    for path in ("", "?token=", f"?token={'0' * len(token)}"):
        assert answer(address + path) == 302  # to the page that asks for the token
    nobody = "00000000-0000-0000-0000-000000000000"
    for path in (f"api/kernels/{nobody}", f"api/kernels/{nobody}/channels"):
        assert answer(address + path) == 403
    assert answer(whole, Host="somebody.example") == 403


def test_without_the_token_the_page_says_where_it_is(server):
    """In the page's own words: Jupyter's speak of passwords and of another command."""
    address, token = server[1].split("?token=")
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        assert (
            "retention-sim explore" in page.inner_text("main") and "password" not in page.content().split("<main>")[0]
        )
        page.get_by_label("Token").fill("x")
        page.get_by_role("button", name="Open").click()
        page.get_by_text("This is not the token.").wait_for()
        page.get_by_label("Token").fill(token)
        page.get_by_role("button", name="Open").click()
        page.wait_for_selector(".rs-figure img")


def test_files_beside_the_page_are_not_served(server):
    address, token = server[1].split("?")
    for name in ("server.py", "application.ipynb", "template/explorer.css"):
        assert answer(f"{address}voila/files/{name}?{token}") in (403, 404)


def test_the_page_asks_nobody_else_and_complains_of_nothing(opened, server):
    page, heard = opened
    address = server[1].split("?")[0]

    assert page.locator("h1").inner_text() == "Retention explorer"
    assert [url for url in heard["asked"] if not url.startswith((address, "data:", "blob:"))] == []
    assert len(heard["asked"]) > 10
    assert heard["errors"] == []


def test_a_moved_slider_changes_curve_and_profit(opened):
    """The slider has the range of the evidence, a mark at the default, and a name for who cannot see it."""
    page, heard = opened
    knob = page.locator(".rs-knob", has_text="Discount").first
    handle = knob.locator(".noUi-handle")

    assert spoken(knob.locator(".rs-ends")).split("\n") == ["5 %", "default 16.7 %", "30 %"]
    assert "Evidence: 5 % to 30 %, grade C." in spoken(knob)
    assert handle.get_attribute("aria-label") == "Discount"
    before, said = picture(page), headline(page)
    handle.press("End")
    changed(page, before)
    assert spoken(knob.locator(".rs-value")) == "30 %"
    assert headline(page) != said and "Discounted profit over 36 months: " in headline(page)
    page.wait_for_function(
        "handle => handle.getAttribute('aria-valuetext').includes('30')", arg=handle.element_handle()
    )
    assert "discount: 30 %" in page.locator("pre").inner_text()
    assert heard["errors"] == []


def test_levers_are_added_and_strategies_kept(opened, folder):
    page, heard = opened
    add(page, "Integrations")
    assert "integrations: {}" in page.locator("pre").inner_text()  # what nobody has moved is not written
    page.get_by_label("Name", exact=True).fill("<b>bold</b>")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.locator("td", has_text="<b>bold</b>").wait_for()
    page.get_by_role("button", name="Save the scenario file").click()
    page.get_by_text("Saved: ").wait_for()
    assert (folder / "my_strategy.yaml").exists()
    page.get_by_role("button", name="Remove “<b>bold</b>”").click()
    page.locator("td", has_text="<b>bold</b>").wait_for(state="detached")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the scenario file").click()
    assert download.value.suggested_filename == "my_strategy.yaml"
    assert Path(download.value.path()).read_text("utf-8") == (folder / "my_strategy.yaml").read_text("utf-8")
    assert heard["errors"] == []


@pytest.mark.parametrize("width", [1400, 1000, 700])
def test_nothing_keeps_anybody_from_using_the_page(width, opened):
    """axe-core finds nothing serious or critical; the chart is in sight when a slider further down is moved."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened[0]
    page.set_viewport_size({"width": width, "height": 1000})
    page.wait_for_function("width => innerWidth === width", arg=width)
    found = Axe().run(page).response["violations"]
    page.evaluate("document.querySelector('.rs-right').scrollTo(0, 0)")  # other tests have used what stands below
    page.locator(".rs-knob:visible").last.scroll_into_view_if_needed()
    chart = page.locator(".rs-figure").bounding_box()

    assert -20 <= chart["y"] < 500 and chart["x"] + chart["width"] <= width
    assert [json.dumps(one["nodes"][:2]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_ctrl_c_ends_it_and_all_that_it_started(server, opened):
    """Last, as nothing works afterwards."""
    process, _ = server
    lists = Path(f"/proc/{process.pid}/task").glob("*/children")  # on Linux
    kernels = [int(word) for children in lists for word in children.read_text().split()]
    process.send_signal(signal.SIGINT)

    assert process.wait(60) == 0
    page = opened[0]
    page.get_by_role("alert").filter(has_text="The explorer has ended").wait_for()
    assert page.evaluate("document.getElementById('rendered_cells').inert")
    assert kernels or not Path("/proc/self/task").exists()
    time.sleep(0.5)
    assert not [kernel for kernel in kernels if Path(f"/proc/{kernel}").exists()]
