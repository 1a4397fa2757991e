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
CLEAR = "clear: the 95 % interval leaves out zero."
CLEAR_TOGETHER = """\
clear: the 95 % interval leaves out zero, and so does the wider one that holds for all strategies at once; alone: only \
the printed one, which is of this strategy alone."""
INTERVALS = "Intervals hold the chance in the simulation, not what we do not know about the parameters."


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
    clear = CLEAR if len(names) < 3 else CLEAR_TOGETHER
    return "".join(shown) + (paragraph(f"{clear} {INTERVALS}") if study.replications > 1 else "")


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
        relative = NUMBERS.relative(found.relative.mean, found.relative.half_width)
        rows.append([*change(label(name), found.interval, unit, relative), mark(found.interval, found.simultaneous)])
        if name == KEPT_AFTER:
            kept = study.kept_difference(number)
            rows.append([*change("of those paying under both", kept, unit), mark(kept)])
    return rows


def change(title: str, found: Interval, unit: str, relative: str = "") -> list[str]:
    """Return one difference with its interval."""
    span = NUMBERS.span(found.low, found.high, unit)
    return [title, NUMBERS.change(found.mean, unit), span, relative]


def mark(found: Interval, together: Interval | None = None) -> str:
    """Say whether the interval leaves out zero, and the one that holds for all strategies at once too."""
    if found.low != found.low:
        return ""
    if found.low == found.high == 0.0:
        return "equal"
    if found.sure and together is not None and not together.sure:
        return "alone"
    return "clear" if found.sure else "not yet"
