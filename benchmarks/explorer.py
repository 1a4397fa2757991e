"""How long it takes in the explorer until a moved slider is on screen, in headless Chromium, and where the time goes.

    python benchmarks/explorer.py [--customers 2000] [--moves 20]

The time on screen is the browser's own: from the key that moves the slider to the frame in which the new chart stands.
What it is made of is then measured in one process without a browser. Needs playwright and Chromium.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUSINESSES = ("annual_first.yaml", "app/annual_first.yaml", "shop/rewards.yaml")
ON_SCREEN = """
(place) => new Promise(resolve => {
  const box = document.querySelector('.rs-figure'), before = box.querySelector('img').src;
  const handle = document.querySelectorAll('.rs-knob .noUi-handle')[place];
  // No polling: it would take the processor from what is measured.
  const watch = new MutationObserver(async () => {
    const image = box.querySelector('img');
    if (!image || image.src === before) return;
    watch.disconnect();
    await image.decode();
    requestAnimationFrame(() => resolve(performance.now() - began));
  });
  watch.observe(box, {childList: true, subtree: true, attributes: true});
  handle.focus();
  const began = performance.now();
  handle.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowLeft', bubbles: true, cancelable: true}));
})
"""


def on_screen(file: Path, customers: int, moves: int) -> list[float]:
    """Return the seconds of some moves of the first lever's share reached."""
    from playwright.sync_api import sync_playwright

    command = [sys.executable, "-m", "sim", "explore", str(file), "--no-browser", "--customers", str(customers)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address is not None
        with sync_playwright() as driver:
            chromium = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page()
            page.set_default_timeout(120_000)
            page.goto(address[0])
            page.wait_for_selector(".rs-figure img")
            page.evaluate(ON_SCREEN, 0)  # the first move is not timed
            seconds = [page.evaluate(ON_SCREEN, 0) / 1000.0 for _ in range(moves)]
            browser.close()
        server.terminate()
    return seconds


def parts(file: Path, customers: int, moves: int) -> dict[str, list[float]]:
    """Return the seconds that each part of a move takes."""
    sys.path.insert(0, str(ROOT))
    import sim.charts
    from sim.explorer.bench import Sample
    from sim.explorer.state import Explorer

    explorer = Explorer(file, ROOT, "this strategy", Sample(customers))
    explorer.study()
    knob = explorer.knobs(next(iter(explorer.pulled)))[0]
    found: dict[str, list[float]] = {"scenario": [], "simulation": [], "figures": [], "chart": []}

    def timed(part: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        done = work()
        found[part].append(time.perf_counter() - began)
        return done

    for move in range(moves):
        explorer.move(knob, 90.0 - move)
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
    print("| business | on screen, median | slowest | scenario | simulation | figures | chart |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name in BUSINESSES:
        file = ROOT / "scenarios" / name
        seconds = on_screen(file, asked.customers, asked.moves)
        inside = (f"{statistics.median(part):.3f}" for part in parts(file, asked.customers, asked.moves).values())
        whole = f"{statistics.median(seconds):.3f} | {max(seconds):.3f}"
        print(f"| {name} | {whole} | {' | '.join(inside)} |", flush=True)
    print(f"\nSeconds; {asked.customers:,} customers, {asked.moves} moves each.")


if __name__ == "__main__":
    main()
