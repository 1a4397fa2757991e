"""The page about speed: what the benchmarks printed, each with the command that made it."""

from collections.abc import Iterator
from pathlib import Path

RESULTS = Path(__file__).parent / "speed"
PARTS = (
    ("peers", "One model in four programs", "python benchmarks/peers/table.py --starsim PYTHON PYTHON",
     "The [common model](../benchmarks/peers/model.py) (trial, activity with bills, dormancy, activity again or "
     "churn) as a flat loop written by hand for it and compiled, which is the limit; as a "
     "[scenario](../benchmarks/peers/common.yaml) of retention-sim, customers drawn, every event logged and valued; "
     "in starsim, steps of a day, its common random numbers on; and in SimPy, as lean as it gets. Of starsim there "
     "are two versions: 3.3.0 of March 2026, and 3.7.2, the newest, whose common random numbers are hashed and cost "
     "a fraction. Every program's mean revenue must agree with the renewal equation, or the benchmark stops. Times "
     "are of one core, but for ours on all cores, as it runs by default, which is the time of the clock; ratios are "
     "medians over rounds in which every program runs once."),
    ("decision", "Time to a decision", "python benchmarks/peers/decision.py --seeds 3",
     "How long until a difference of 2 % in profit between two strategies can be told: samples double until the "
     "half-width of the 95 % interval is below that difference, and all the time on the way counts. SimPy with "
     "independent seeds, ours with the same customers under both; neither looks at anything but profit. Medians over "
     "seeds, ours timed five times for each."),
    ("scale", "More customers", "python benchmarks/scale.py",
     "The cost of a customer does not grow with their number, and neither does memory by more than what is remembered "
     "of a block of them."),
    ("explorer", "A moved slider", "python benchmarks/explorer.py",
     "How long until a moved slider of the explorer is on screen in a headless Chromium: the scenario is checked, "
     "2,000 customers in each of 8 replications live once more, figures and chart are made and sent. The first lever "
     "of each business works on whoever comes; the others decide who comes, so that prospects whom the baseline does "
     "not admit are simulated too, those alone under the baseline."),
)  # fmt: skip


def speed_page() -> Iterator[str]:
    """Yield the page's lines."""
    yield from ("# Speed", "", "Made by `python docs/make.py` from what the benchmarks printed.", "")
    for name, title, command, about in PARTS:
        printed = (RESULTS / f"{name}.txt").read_text(encoding="utf-8").strip().splitlines()
        yield from (f"## {title}", "", about, "", f"`{command}`", "", *printed, "")
