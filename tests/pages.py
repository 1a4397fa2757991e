"""Pages in a real browser: Debian's Chromium without a window, which tells what it logs and what it asks for."""

import shutil
from contextlib import contextmanager

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def chromium():
    """Yield a running browser; tests skip where it is absent."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed, so no page is opened")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(browser, file, **options):
    """Open a file; yield its page, and afterwards demand that it logged nothing and asked for nothing else."""
    page = browser.new_page(**options)
    told, asked = [], []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    yield page
    page.close()
    assert told == []
    assert asked == [file.as_uri()]
