"""How a study shows itself in a notebook: what was simulated, the means, and what each strategy changes."""

from typing import TYPE_CHECKING

from sim.analysis.catalogue import CATALOGUE, HEADLINES, label
from sim.analysis.intervals import Interval
from sim.core.html import paragraph, table
from sim.study.numbers import UNKNOWN, Numbers

if TYPE_CHECKING:
    from sim.study.study import Study

NUMBERS = Numbers("en")
KEPT_AFTER = "logo_retention_m12"
"""The headline behind which the retention of those paying under both stands."""
SHOP_HEADLINES = ("logo_retention_m24", "repeat_rate", "second_year_rate", "activation_rate", "customers_end",
                  "orders_per_month", "profit_npv", "profit_npv_with_residual")  # fmt: skip
"""What stands first where nobody subscribes: a shop's customers count as lost late, and no revenue recurs monthly."""
INTERVALS = """\
clear: the 95 % interval leaves out zero. Intervals hold the chance in the simulation, not what we do not know about \
the parameters."""


def study_view(study: "Study") -> str:
    """Return a study as HTML."""
    design, names = study.design, study.scenarios
    repeated = "1 replication (no intervals)" if study.replications == 1 else f"{study.replications} replications"
    headline = (
        f"{design.customers:,} customers over {design.months} months, {repeated}, seed {design.seed}, "
        f"{design.engine} engine. Money in {design.baseline.currency}, of the whole business."
    )
    means = [
        [label(name), *(level(study.metric(number, name), CATALOGUE[name].unit) for number in range(len(names)))]
        for name in headlines(study)
    ]
    shown = [paragraph(headline), table(["metric", *names], means, "Means")]
    for number in range(1, len(names)):
        title = f"{names[number]}, compared with {names[0]} on the same customers"
        shown.append(table(["metric", "difference", "95 % interval", "relative", ""], changes(study, number), title))
    return "".join(shown) + (paragraph(INTERVALS) if study.replications > 1 else "")


def headlines(study: "Study") -> tuple[str, ...]:
    """Return the metrics that are shown first."""
    return SHOP_HEADLINES if study.design.baseline.per_use else HEADLINES


def level(found: Interval, unit: str) -> str:
    """Write a mean, and below it its interval."""
    low, high = (NUMBERS.level(bound, unit) for bound in (found.low, found.high))
    return NUMBERS.level(found.mean, unit) + ("" if UNKNOWN in (low, high) else f"\n{low} .. {high}")


def changes(study: "Study", number: int) -> list[list[str]]:
    """Return the rows of one strategy's paired differences."""
    rows = []
    for name in headlines(study):
        found, unit = study.difference(number, name), CATALOGUE[name].unit
        rows.append(change(label(name), found.interval, unit, NUMBERS.relative(found.relative.mean)))
        if name == KEPT_AFTER:
            rows.append(change("of those paying under both", study.kept_difference(number), unit))
    return rows


def change(title: str, found: Interval, unit: str, relative: str = "") -> list[str]:
    """Return one difference with its interval, and whether it is clear."""
    span = NUMBERS.span(found.low, found.high, unit)
    return [title, NUMBERS.change(found.mean, unit), span, relative, mark(found)]


def mark(found: Interval) -> str:
    """Say whether the interval leaves out zero."""
    if found.low != found.low:
        return ""
    if found.low == found.high == 0.0:
        return "equal"
    return "clear" if found.sure else "not yet"
