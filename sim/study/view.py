"""How a study shows itself in a notebook: what was simulated, the means, and what each strategy changes."""

from typing import TYPE_CHECKING

from sim.analysis.catalogue import CATALOGUE, HEADLINES, label
from sim.analysis.intervals import Interval
from sim.core.html import paragraph, table
from sim.language.formats import currency_name
from sim.language.words import Words, language_now
from sim.study.numbers import Numbers

if TYPE_CHECKING:
    from sim.study.study import Study

KEPT_AFTER = "logo_retention_m12"
"""The headline behind which the retention of those paying under both stands."""
SHOP_HEADLINES = ("logo_retention_m24", "repeat_rate", "second_year_rate", "activation_rate", "customers_end",
                  "orders_per_month", "profit_npv", "profit_npv_with_residual")  # fmt: skip
"""What stands first where nobody subscribes: a shop's customers count as lost late, and no revenue recurs monthly."""


def study_view(study: "Study") -> str:
    """Return a study as HTML, in the language of the process."""
    names, words = study.scenarios, Words("notebook", language_now())
    numbers = Numbers(words.language)
    means = [
        [
            label(name, words.language),
            *(level(study.metric(number, name), CATALOGUE[name].unit, numbers) for number in range(len(names))),
        ]
        for name in headlines(study)
    ]
    shown = [paragraph(headline(study, words)), table([words("metric"), *names], means, words("means"))]
    head = [words(name) for name in ("metric", "difference", "interval", "relative")]
    for number in range(1, len(names)):
        title = words("compared", scenario=names[number], baseline=names[0])
        shown.append(table([*head, ""], changes(study, number, words), title))
    clear = words("clear_means" if len(names) < 3 else "clear_means_together")
    return "".join(shown) + (paragraph(clear + words("only_chance")) if study.replications > 1 else "")


def headline(study: "Study", words: Words) -> str:
    """Say what was simulated."""
    design = study.design
    return words(
        "simulated", customers=f"{design.customers:,}", months=design.months, seed=design.seed, engine=design.engine,
        replications=words("replications", count=study.replications),
        currency=currency_name(design.baseline.currency, words.language),
    )  # fmt: skip


def headlines(study: "Study") -> tuple[str, ...]:
    """Return the metrics that are shown first."""
    return SHOP_HEADLINES if study.design.baseline.per_use else HEADLINES


def level(found: Interval, unit: str, numbers: Numbers) -> str:
    """Write a mean, and below it its interval."""
    low, high = (numbers.level(bound, unit) for bound in (found.low, found.high))
    return numbers.level(found.mean, unit) + ("" if numbers.unknown in (low, high) else f"\n{low} .. {high}")


def changes(study: "Study", number: int, words: Words) -> list[list[str]]:
    """Return the rows of one strategy's paired differences."""
    rows, numbers = [], Numbers(words.language)
    for name in headlines(study):
        found, unit = study.difference(number, name), CATALOGUE[name].unit
        relative = numbers.relative(found.relative.mean, found.relative.half_width)
        row = change(label(name, words.language), found.interval, unit, numbers, relative)
        rows.append([*row, mark(found.interval, words, found.simultaneous)])
        if name == KEPT_AFTER:
            kept = study.kept_difference(number)
            rows.append([*change(words("kept_retention"), kept, unit, numbers), mark(kept, words)])
    return rows


def change(title: str, found: Interval, unit: str, numbers: Numbers, relative: str = "") -> list[str]:
    """Return one difference with its interval."""
    span = numbers.span(found.low, found.high, unit)
    return [title, numbers.change(found.mean, unit), span, relative]


def mark(found: Interval, words: Words, together: Interval | None = None) -> str:
    """Say whether the interval leaves out zero, and the one that holds for all strategies at once too."""
    if found.low != found.low:
        return ""
    if found.low == found.high == 0.0:
        return words("equal")
    if found.sure and together is not None and not together.sure:
        return words("clear_alone")
    return words("clear" if found.sure else "not_clear")
