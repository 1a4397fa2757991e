"""The shipped baseline beside its targets and the published ranges: the numbers come from a run made here."""

import math
from collections.abc import Iterator
from pathlib import Path

import sim
from sim.core.units import spell
from sim.study.study import Study
from sim.study.tune import FIGURES, simulate_cohort, targets_of

BASELINE = Path(__file__).parent.parent / "scenarios" / "baseline.yaml"
OTHER_SEED = 99
CUSTOMERS, REPLICATIONS, SEED = 6_000, 20, 1

# metric, low, high, who says so (grade)
PUBLISHED: tuple[tuple[str, float, float, str], ...] = (
    ("activation_rate", 0.05, 0.65, "survey of over 500 products, median 25 %, SaaS 30 % (C)"),
    ("conversion_rate", 0.15, 0.25, "trials without a card, vendor benchmark (D)"),
    ("annual_share", 0.05, 0.91, "company filings, very different by size of customer (D)"),
    ("monthly_logo_churn", 0.005, 0.07, "from enterprise to small business, Tunguz (D); Recurly 3.3 % a month (C)"),
    ("churn_payment", 0.20, 0.40, "involuntary share of churn, Recurly 26 % (C), vendors 20-40 % (D)"),
    ("grr_m12", 0.87, 0.95, "KBCM surveys, gross dollar churn 6-13 % a year; SaaS Capital 90-93 % (C)"),
    ("gross_margin", 0.70, 0.85, "subscription gross margin, several surveys (C)"),
    ("win_back_rate", 0.05, 0.20, "lapsed app subscribers back within a year, RevenueCat (C)"),
    ("payback_months", 12, 24, "medians 15-24, target under 12 (C)"),
    ("ltv_to_cac", 1, 5, "3 is a convention, not a finding"),
)
SEGMENT_RANGES = {
    ("small", "churn_monthly"): "3-7 % a month (D)", ("mid", "churn_monthly"): "1-2 % a month (D)",
    ("enterprise", "churn_monthly"): "0.5-1 % a month (D)",
    ("small", "churn_annual"): "11-34 % a year, between mid-market and the monthly plan (J)",
    ("mid", "churn_annual"): "11-22 % a year (D)",
    ("enterprise", "churn_annual"): "6-10 % a year (D)", ("small", "annual_share"): "about 20 % (D)",
    ("mid", "annual_share"): "about 50 % (J)", ("enterprise", "annual_share"): "almost all, 90 % (D)",
}  # fmt: skip


def shown(name: str, value: float) -> str:
    """Write a figure for people."""
    if name == "arpa":
        return f"{value:,.0f}"
    if name in ("payback_months", "ltv_to_cac"):
        return f"{value:.1f}"
    return spell(round(value, 4), "probability")


def targets_table(scenario: sim.Scenario) -> Iterator[tuple[str, ...]]:
    """Yield target and simulated figure of every segment, on a seed that the rates were not solved on."""
    targets, reached = targets_of(scenario), simulate_cohort(scenario, OTHER_SEED, 24_000)
    for number, segment in enumerate(scenario.segments):
        for column, figure in enumerate(FIGURES):
            scale = 0.01 if figure == "arpa" else 1.0
            yield (
                segment, figure, shown(figure, targets[number, column] * scale),
                shown(figure, reached.by_segment[number, column] * scale), SEGMENT_RANGES.get((segment, figure), "-"),
            )  # fmt: skip


def published_table(study: Study) -> Iterator[tuple[str, ...]]:
    """Yield the business's figures beside the published ranges."""
    for name, low, high, who in PUBLISHED:
        found = study.metric(0, name)
        inside = "yes" if low <= found.mean <= high else "NO"
        error = shown(name, (found.high - found.low) / 2) if math.isfinite(found.high) else "-"
        yield name, shown(name, found.mean), error, f"{shown(name, low)} .. {shown(name, high)}", inside, who


def baseline_page() -> Iterator[str]:
    """Yield the page's lines."""
    from make import table

    scenario = sim.load(BASELINE)
    study = sim.simulate([scenario], customers=CUSTOMERS, replications=REPLICATIONS, seed=SEED)
    yield from (
        "# The baseline beside its targets and the published ranges", "",
        "Made by `python docs/make.py` from simulation; grades as in [parameters](parameters.md).", "",
        f"## Targets, simulated on another seed ({OTHER_SEED}) than the rates were solved on", "",
        "24,000 new customers per segment, 28 months, no levers. Churn counts all reasons, failed payment included: "
        "monthly plan, ends per customer alive at a month's start, months 2 to 24; annual plan, ends per customer "
        "alive at a year's start, years 1 and 2. ARPA in USD a month.", "",
    )  # fmt: skip
    yield from table(("segment", "figure", "target", "simulated", "published"), targets_table(scenario))
    yield from (
        f"## The business over {study.design.months} months, {CUSTOMERS:,} customers, {REPLICATIONS} replications", "",
    )  # fmt: skip
    head = ("metric", "simulated", "+- (95 % simulation error)", "published", "inside", "who says so")
    yield from table(head, published_table(study))
    yield from (
        "Net revenue retention (published 95-125 %) is not compared: seats do not come and go in this version, so it "
        "equals gross retention but for price changes.", "",
    )  # fmt: skip
