"""The shipped baselines beside their targets and the published ranges: the numbers come from runs made here."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from baseline_ranges import (
    APP,
    APP_REASONS,
    APP_YEAR,
    LADDER,
    SAAS,
    SAAS_KEPT,
    SAAS_REASONS,
    SEGMENT_RANGES,
    SHOP,
    Range,
)

import sim
from sim.core.units import spell
from sim.study.study import Study
from sim.study.tune_figures import figures_of, months_simulated, simulate_cohort, targets_of

SCENARIOS = Path(__file__).parent.parent / "scenarios"
OTHER_SEED = 99
CUSTOMERS, REPLICATIONS, SEED = 6_000, 20, 1
COHORT = 24_000


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


def published_table(study: Study, ranges: Sequence[Range]) -> Iterator[tuple[str, ...]]:
    """Yield the business's figures beside the published ranges, of a shop beside what is held to be plausible."""
    for name, low, high, who in ranges:
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
    study = sim.simulate([scenario], customers=CUSTOMERS, replications=REPLICATIONS, seed=SEED)
    yield from published_part(study, SAAS)
    yield from kept_part(study, SAAS_KEPT)
    yield from (
        "The range is what a constant loss at the published rates leaves; nothing is published on two years. Customers "
        "differ, so losses fall with time and more is left after two years than a constant loss would leave.", "",
    )  # fmt: skip
    yield from reasons_part(study, SAAS_REASONS)
    yield from app_part()
    yield from shop_part()


def reasons_part(study: Study, ranges: dict[str, tuple[float, float, str]]) -> Iterator[str]:
    """Yield why those leave who leave of their own will."""
    from make import table

    rows = []
    for reason, (low, high, who) in ranges.items():
        found = study.metric(0, f"churn_{reason}").mean / (1.0 - study.metric(0, "churn_payment").mean)
        rows.append(ladder_row(reason, found, low, high, who))
    yield from table(("of voluntary ends", "simulated", "range", "inside", "who says so"), rows)


def kept_part(study: Study, losses: dict[tuple[str, str], tuple[float, float, str]]) -> Iterator[str]:
    """Yield how many new customers are kept, by segment and by plan, beside what a constant loss a month leaves."""
    from make import table

    rows = []
    for by in ("segment", "plan"):
        kept = study.retention(by=by).set_index([by, "tenure"])["retention"]
        for name in dict.fromkeys(kept.index.get_level_values(by)):
            for month in (12, 24):
                found, which = float(kept[name, month]), (by, str(name), str(month))
                if (by, str(name)) in losses:
                    least, most, who = losses[by, str(name)]
                    found_here = ladder_row("", found, (1.0 - most) ** month, (1.0 - least) ** month, who)
                    rows.append((*which, *found_here[1:]))
                else:
                    rows.append((*which, share(found), "-", "-", "-"))
    yield from table(("by", "which", "months", "kept", "range", "inside", "who says so"), rows)


def app_part() -> Iterator[str]:
    """Yield what there is about the app."""
    from make import table

    file = SCENARIOS / "app" / "baseline.yaml"
    study = sim.simulate([file], customers=CUSTOMERS, replications=REPLICATIONS, seed=SEED)
    yield from targets_part(study.design.baseline, "Churn as above; the targets follow RevenueCat's medians.")
    yield from published_part(study, APP)
    yield from kept_part(study, {})
    yield from reasons_part(study, APP_REASONS)
    kept = study.retention(by="plan").set_index(["plan", "tenure"])["retention"]
    rows = []
    for plan, month, low, high, who in LADDER:
        renewed = float(kept[plan, month] / kept[plan, month - (12 if plan == "annual" else 1)])
        rows.append(ladder_row(f"{plan} plan, month {month}", renewed, low, high, who))
    rows.append(ladder_row("monthly plan, there after 12 months", float(kept["monthly", 12]), *APP_YEAR))
    yield from table(("who renews", "simulated", "published", "inside", "who says so"), rows)


def share(value: float) -> str:
    """Write a share for people."""
    return spell(round(value, 3), "probability")


def ladder_row(what: str, found: float, low: float, high: float, who: str) -> tuple[str, ...]:
    """Return one line of the ladder of renewals."""
    return what, share(found), f"{share(low)} .. {share(high)}", "yes" if low <= found <= high else "NO", who


def shop_part() -> Iterator[str]:
    """Yield what there is about the shop."""
    files = [SCENARIOS / "shop" / "baseline.yaml", SCENARIOS / "shop" / "wake_up.yaml"]
    study = sim.simulate(files, customers=CUSTOMERS, replications=REPLICATIONS, seed=SEED)
    yield from targets_part(
        study.design.baseline, "Prospects sign up over a year, as the year has seasons. Orders: per new customer in "
        "his first 12 months, the first included. Second year: new customers with an order in their months 12 to 24. "
        "No survey of shops of this kind and size was found, so the targets are judgement.",
    )  # fmt: skip
    yield from published_part(study, SHOP)
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


def published_part(study: Study, ranges: Sequence[Range]) -> Iterator[str]:
    """Yield a business's figures beside what is published."""
    from make import table

    design = study.design
    yield from (
        f"## {design.baseline.name.capitalize()}: the business over {design.months} months, "
        f"{design.customers:,} customers, {study.replications} replications", "",
    )  # fmt: skip
    known = "held plausible" if design.baseline.per_use else "published"
    head = ("metric", "simulated", "+- (95 % simulation error)", known, "inside", "who says so")
    yield from table(head, published_table(study, ranges))
