"""The shipped baselines beside their targets and the published ranges: the numbers come from runs made here."""

import math
from collections.abc import Iterator
from pathlib import Path

import sim
from sim.core.units import spell
from sim.study.study import Study
from sim.study.tune_figures import figures_of, months_simulated, simulate_cohort, targets_of

SCENARIOS = Path(__file__).parent.parent / "scenarios"
OTHER_SEED = 99
CUSTOMERS, REPLICATIONS, SEED = 6_000, 20, 1
COHORT = 24_000

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
SHOP_RANGES: tuple[tuple[str, float, float, str], ...] = (
    ("activation_rate", 0.02, 0.2, "prospects who follow the shop's account (J)"),
    ("conversion_rate", 0.05, 0.15, "of those who show interest (J); of all visitors it would be far less"),
    ("repeat_rate", 0.3, 0.65, "things that are used up (J)"),
    ("second_year_rate", 0.1, 0.35, "(J)"),
    ("orders_per_month", 0.1, 0.4, "of all who ordered within a year (J)"),
    ("dormant_share", 0.3, 0.7, "no order for 90 days, which shops call dormant (D); the share (J)"),
    ("win_back_rate", 0.01, 0.1, "within the year after a year without an order, unasked (J)"),
    ("gross_margin", 0.25, 0.5, "after goods, parcels, refunds and fees (J)"),
    ("payback_months", 3, 18, "(J)"),
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
    if name in ("orders", "orders_per_month"):
        return f"{value:.2f}"
    return spell(round(value, 4), "probability")


def targets_table(scenario: sim.Scenario) -> Iterator[tuple[str, ...]]:
    """Yield target and simulated figure of every segment, on a seed that the rates were not solved on."""
    targets, reached = targets_of(scenario), simulate_cohort(scenario, OTHER_SEED, COHORT)
    for number, segment in enumerate(scenario.segments):
        for column, figure in enumerate(figures_of(scenario)):
            scale = 0.01 if figure == "arpa" else 1.0
            yield (
                segment, figure, shown(figure, targets[number, column] * scale),
                shown(figure, reached.by_segment[number, column] * scale), SEGMENT_RANGES.get((segment, figure), "-"),
            )  # fmt: skip


def published_table(study: Study) -> Iterator[tuple[str, ...]]:
    """Yield the business's figures beside the published ranges, of a shop beside what is held to be plausible."""
    for name, low, high, who in SHOP_RANGES if study.design.baseline.per_use else PUBLISHED:
        found = study.metric(0, name)
        inside = "yes" if low <= found.mean <= high else "NO"
        error = shown(name, (found.high - found.low) / 2) if math.isfinite(found.high) else "-"
        yield name, shown(name, found.mean), error, f"{shown(name, low)} .. {shown(name, high)}", inside, who


def baseline_page() -> Iterator[str]:
    """Yield the page's lines."""
    yield from (
        "# The baselines beside their targets and the published ranges", "",
        "Made by `python docs/make.py` from simulation; grades as in [parameters](parameters.md).", "",
    )  # fmt: skip
    scenario = sim.load(SCENARIOS / "baseline.yaml")
    yield from targets_part(
        scenario, "Churn counts all reasons, failed payment included: "
        "monthly plan, ends per customer alive at a month's start, months 2 to 24; annual plan, ends per customer "
        "alive at a year's start, years 1 and 2. ARPA in USD a month.",
    )  # fmt: skip
    yield from published_part(sim.simulate([scenario], customers=CUSTOMERS, replications=REPLICATIONS, seed=SEED))
    yield from (
        "Net revenue retention (published 95-125 %) is not compared: seats do not come and go in this version, so it "
        "equals gross retention but for price changes.", "",
    )  # fmt: skip
    yield from shop_part()


def shop_part() -> Iterator[str]:
    """Yield what there is about the shop."""
    files = [SCENARIOS / "shop" / "baseline.yaml", SCENARIOS / "shop" / "wake_up.yaml"]
    study = sim.simulate(files, customers=CUSTOMERS, replications=REPLICATIONS, seed=SEED)
    yield from targets_part(
        study.design.baseline, "Prospects sign up over a year, as the year has seasons. Orders: per new customer in "
        "his first 12 months, the first included. Second year: new customers with an order in their months 12 to 24. "
        "No survey of shops of this kind and size was found, so the targets are judgement.",
    )  # fmt: skip
    yield from published_part(study)
    yield from (
        "Nothing published was found for these ranges, conventions apart. They say what we hold to be plausible, were "
        "written with the simulated figures known, and so check nothing.", "",
    )  # fmt: skip
    prompted, uses, touches = (
        study.metric(1, name).mean for name in ("prompted_share", "uses_per_month", "touches_per_customer_month")
    )
    yield from (
        f"Of the messages of `shop/wake_up.yaml`, {spell(round(prompted * uses / touches, 4), 'probability')} bring an "
        "order; 1.7 % of the recipients of automated e-mails place one, 5.7 % with the best tenth of shops (C). The "
        "shop's `threshold` was chosen with that range in view, so this is no check either.", "",
    )  # fmt: skip


def targets_part(scenario: sim.Scenario, what: str) -> Iterator[str]:
    """Yield a business's targets and what other customers than those of the tuning show."""
    from make import table

    yield from (
        f"## {scenario.name.capitalize()}: targets, simulated on another seed ({OTHER_SEED}) than the rates were "
        "solved on", "",
        f"{COHORT:,} new customers per segment, {months_simulated(scenario)} months, no levers. {what}", "",
    )  # fmt: skip
    yield from table(("segment", "figure", "target", "simulated", "published"), targets_table(scenario))


def published_part(study: Study) -> Iterator[str]:
    """Yield a business's figures beside what is published."""
    from make import table

    design = study.design
    yield from (
        f"## {design.baseline.name.capitalize()}: the business over {design.months} months, "
        f"{design.customers:,} customers, {study.replications} replications", "",
    )  # fmt: skip
    ranges = "held plausible" if design.baseline.per_use else "published"
    head = ("metric", "simulated", "+- (95 % simulation error)", ranges, "inside", "who says so")
    yield from table(head, published_table(study))
