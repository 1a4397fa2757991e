"""How long it takes in the explorer until a moved slider is on screen, in headless Chromium, and where the time goes.

    python benchmarks/explorer.py [--customers 2000] [--moves 20]

The time on screen is the browser's own: from the key that moves the slider to the frame in which the new chart stands.
One lever that works on whoever comes, then those which decide who comes: others are simulated too. What a move is made
of is then measured in one process without a browser; last, how long until the first chart of each business stands.
Needs playwright and Chromium.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ANY = {"": "annual_plan", "app": "annual_plan", "shop": "variable_rewards"}
"""By the folder of a business, a lever that changes nothing of who comes."""
WHO_COMES = {
    "channel_mix": "free", "right_customers": "cut", "welcome_offer": "attracts", "right_sized_deal": "start",
    "referral_programme": "refers",
}  # fmt: skip
"""Levers that do, each with the number that is moved."""
ON_SCREEN = """
([name, onwards]) => new Promise((resolve, reject) => {
  const right = document.querySelector('.rs-right'), text = () => right.querySelector('pre').textContent;
  const before = text(), named = knob => knob.querySelector('.rs-name').textContent === name;
  const handle = [...document.querySelectorAll('.rs-knob')].find(named).querySelector('.noUi-handle');
  // No polling: it would take the processor from what is measured. The scenario file is written after the chart, and
  // changes also where one step more brings nobody else, and the chart stays as it was.
  // At an end of the range it turns back; a move that changes nothing is a fault, not a wait without end.
  const [now, least, most] = ['now', 'min', 'max'].map(end => Number(handle.getAttribute('aria-value' + end)));
  const key = now <= least ? 'ArrowRight' : now >= most ? 'ArrowLeft' : onwards;
  setTimeout(() => reject(new Error(`${name}: nothing moved at ${now}`)), 60000);
  const watch = new MutationObserver(async () => {
    if (text() === before) return;
    watch.disconnect();
    await right.querySelector('.rs-figure img').decode();
    requestAnimationFrame(() => resolve(performance.now() - began));
  });
  watch.observe(right, {childList: true, subtree: true, attributes: true, characterData: true});
  handle.focus();
  const began = performance.now();
  handle.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
})
"""


def cases(business: str) -> Iterator[tuple[str, str]]:
    """Yield the levers of a business that are timed, each with the number that is moved."""
    from sim.explorer.state import Explorer

    here = Explorer(file_of(business), ROOT, "").offered()
    yield ANY[business], "share"
    yield from ((lever, number) for lever, number in WHO_COMES.items() if lever in here)


def file_of(business: str) -> Path:
    """Return the scenario file of a business."""
    return ROOT / "scenarios" / business / "baseline.yaml"


class Browser:
    """The explorer's page, used as somebody would."""

    def __init__(self, page: Any) -> None:
        from sim.explorer.names import Names

        self.page, self.names = page, Names("en")

    def changed(self, action: Callable[[], Any]) -> float:
        """Return the seconds from an action until another chart stands."""
        before = self.page.locator(".rs-figure img").get_attribute("src")
        began = time.perf_counter()
        action()
        self.page.wait_for_function("src => document.querySelector('.rs-figure img').src !== src", arg=before)
        return time.perf_counter() - began

    def choose(self, business: str) -> float:
        """Go to another business; return the seconds until its chart stands."""
        place = f"{file_of(business).parent.name}/baseline.yaml"
        options = self.page.get_by_label("Business").locator("option").all_inner_texts()
        label = next(text for text in options if text.endswith(place))
        return self.changed(lambda: self.page.get_by_label("Business").select_option(label=label))

    def moves(self, lever: str, number: str, count: int) -> list[float]:
        """Return the seconds of some moves of one number of one lever, which alone is pulled."""
        name, page = self.names.lever(lever), self.page
        page.get_by_label("Lever", exact=True).select_option(label=name)
        page.get_by_role("button", name="Add", exact=True).click()
        page.locator("pre", has_text=lever).wait_for()  # the last thing that is written
        what = [self.names.number(lever, number), "ArrowLeft" if number == "share" else "ArrowRight"]
        page.evaluate(ON_SCREEN, what)  # the first move is not timed
        seconds = [page.evaluate(ON_SCREEN, what) / 1000.0 for _ in range(count)]
        page.get_by_role("button", name=f"Remove {name}").click()
        page.locator("pre", has_text=lever).wait_for(state="detached")
        return seconds


@contextmanager
def explorer_in_browser(customers: int) -> Iterator[tuple[Browser, float, float]]:
    """Yield the page, the seconds from the command to its address, and from there to the first chart."""
    from playwright.sync_api import sync_playwright

    began = time.perf_counter()
    command = [sys.executable, "-m", "sim", "explore", str(file_of("")), "--no-browser", "--customers", str(customers)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = re.search(r"http://\S+", server.stdout.readline())
        ready = time.perf_counter() - began
        assert address is not None
        with sync_playwright() as driver:
            chromium = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page()
            page.set_default_timeout(120_000)
            began = time.perf_counter()
            page.goto(address[0])
            page.wait_for_selector(".rs-figure img")
            yield Browser(page), ready, time.perf_counter() - began
            browser.close()
        server.terminate()


def parts(business: str, lever: str, number: str, customers: int, moves: int) -> dict[str, list[float]]:
    """Return the seconds that each part of a move takes."""
    import sim.charts
    from sim.explorer.bench import Sample
    from sim.explorer.state import Explorer

    explorer = Explorer(file_of(business), ROOT, "this strategy", Sample(customers))
    explorer.pull(lever)
    explorer.study()
    knob = next(knob for knob in explorer.knobs(lever) if knob.name == number)
    found: dict[str, list[float]] = {"scenario": [], "simulation": [], "figures": [], "chart": []}

    def timed(part: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        done = work()
        found[part].append(time.perf_counter() - began)
        return done

    for move in range(1, moves + 1):
        explorer.move(knob, knob.default + knob.step * (-move if number == "share" else move))
        scenarios = timed("scenario", explorer.scenarios)
        study = timed("simulation", lambda scenarios=scenarios: explorer.bench.run(scenarios))
        timed("figures", lambda study=study: explorer.rows(study))
        timed("chart", lambda study=study: sim.charts.explored(study).picture("svg"))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--moves", type=int, default=20)
    asked = parser.parse_args()
    print("| business | lever: number moved | on screen, median | slowest | scenario | simulation | figures | chart |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    chosen: dict[str, float] = {}
    with explorer_in_browser(asked.customers) as (browser, ready, first):
        for business in ANY:
            if business:
                chosen[business] = browser.choose(business)
            for lever, number in cases(business):
                seconds = browser.moves(lever, number, asked.moves)
                inside = parts(business, lever, number, asked.customers, max(1, asked.moves // 4)).values()
                medians = " | ".join(f"{statistics.median(part):.3f}" for part in inside)
                whole = f"{statistics.median(seconds):.3f} | {max(seconds):.3f}"
                print(f"| {business or 'software'} | {lever}: {number} | {whole} | {medians} |", flush=True)
    print(f"\nSeconds; {asked.customers:,} customers, {asked.moves} moves each on screen, for their parts a quarter.")
    others = ", ".join(f"{business} {seconds:.1f}" for business, seconds in chosen.items())
    print(f"\nSeconds from the command to its address, the model compiled before: {ready:.1f}; from there to the first "
          f"chart: {first:.1f}; from choosing another business to its chart: {others}.")  # fmt: skip


if __name__ == "__main__":
    main()
