"""The comparison as it is printed: what was simulated, the means, and what each strategy changes."""

from collections.abc import Iterator
from pathlib import Path

from sim.analysis.catalogue import CATALOGUE, label
from sim.analysis.compare import Difference
from sim.analysis.intervals import Interval
from sim.cli.cautions import cautions
from sim.cli.output import bold, table, wide_table, wrap
from sim.language.formats import NO_BREAK_HERE, currency_name
from sim.language.words import Words
from sim.report.answer import ahead, first_line
from sim.report.risks import read_hangs_on
from sim.report.voice import Voice
from sim.study.combinations import beyond_parts, parts_of, share_reached
from sim.study.numbers import Numbers
from sim.study.study import Study
from sim.study.view import KEPT_AFTER, headlines

COLUMNS = (10, 18, 12, 7)
"""Widths of difference, interval, relative and mark."""
NOTHING = 1e-5
"""Parts of a difference below this share of the largest are what rounding each customer's value leaves over."""


def comparison(study: Study, words: Words) -> Iterator[str]:
    """Yield the lines of a study's comparison."""
    yield from answer(study, words)
    yield ""
    yield from wrap(simulated(study, words))
    yield from wrap(reached(study, words)) if study.design.until is not None else ()
    yield ""
    yield bold(words("means", currency=currency_name(study.design.baseline.currency, words.language)))
    yield from means(study, words)
    for number in range(1, len(study.scenarios)):
        yield ""
        yield from strategy(study, number, words)
    yield ""
    if len(study.scenarios) > 1:
        marks = "marks" if len(study.scenarios) == 2 else "marks_together"
        yield from wrap(words(marks if study.replications > 1 else "no_interval", strategies=len(study.scenarios) - 1))
    for text in cautions(study, words):
        yield from wrap(words("caution", text=text))
    yield from wrap(words("only_chance"))
    if study.folder:
        yield from wrap(words("run_folder", folder=study.folder))
        page = Path(study.folder) / "report.html"
        if page.exists():
            yield from wrap(words("report_in", file=page))
            yield from wrap(words("sliders", folder=study.folder)) if len(study.scenarios) > 1 else ()


def answer(study: Study, words: Words) -> Iterator[str]:
    """Yield what the report says first: which strategy to take, or why none, and how far the best is ahead."""
    voice = Voice(study, words.language)
    sentence = first_line(voice, read_hangs_on(voice, voice.shown)).sentence
    for text in (sentence, *(ahead(voice, voice.shown) if voice.recommended is not None else [])):
        # A terminal breaks lines where wrap does.
        yield from map(bold, wrap(text.replace(NO_BREAK_HERE, "")))


def simulated(study: Study, words: Words) -> str:
    """Say what was simulated."""
    design, numbers = study.design, Numbers(words.language)
    repeated = words("one_replication" if study.replications == 1 else "some_replications", count=study.replications)
    values = {
        "customers": f"{design.customers:,}", "count": design.months, "replications": repeated,
        "events": numbers.short(study.events), "weight": numbers.short(1.0 / design.scale),
    }  # fmt: skip
    if not study.seconds.get("simulate"):
        return words("simulated", **values)
    return words("simulated_in", **values, seconds=numbers.seconds(study.seconds["simulate"]))


def means(study: Study, words: Words) -> list[str]:
    """Return the table of the headline metrics under every scenario."""
    numbers = Numbers(words.language)
    rows = []
    for name in headlines(study):
        levels = [study.metric(number, name).mean for number in range(len(study.scenarios))]
        rows.append([label(name, words.language), *(numbers.level(level, CATALOGUE[name].unit) for level in levels)])
    return wide_table([words("metric"), *study.scenarios], rows)


def strategy(study: Study, number: int, words: Words) -> Iterator[str]:
    """Yield one strategy's paired differences, retention and profit together."""
    baseline, name = study.scenarios[0], study.scenarios[number]
    currency = currency_name(study.design.baseline.currency, words.language)
    yield from map(bold, wrap(words("strategy_against", scenario=name, baseline=baseline, currency=currency)))
    head = [words(key) for key in ("metric", "difference", "interval", "relative")]
    rows = []
    for metric in headlines(study):
        found = study.difference(number, metric)
        relative = Numbers(words.language).relative(found.relative.mean, found.relative.half_width)
        row = difference_row(label(metric, words.language), found.interval, CATALOGUE[metric].unit, words)
        rows.append([*row, relative, mark(found.interval, words, found.simultaneous)])
        if metric == KEPT_AFTER:
            kept = study.kept_difference(number)
            rows.append([*difference_row(words("kept_retention"), kept, "share", words), "", mark(kept, words)])
    yield from table([*head, ""], rows, least=COLUMNS)
    yield from wrap(split(study.difference(number, "profit_npv"), baseline, words), indent="  ")
    whole = together(study, number, words)
    yield from wrap(whole, indent="  ") if whole else ()


def difference_row(title: str, found: Interval, unit: str, words: Words) -> list[str]:
    """Return a title, the difference and its interval."""
    numbers = Numbers(words.language)
    return [title, numbers.change(found.mean, unit), numbers.span(found.low, found.high, unit)]


def mark(found: Interval, words: Words, together: Interval | None = None) -> str:
    """Say whether the interval leaves out zero, and the one for all strategies at once too; nothing differs: equal."""
    if found.low != found.low:
        return Numbers(words.language).unknown
    if found.low == found.high == 0.0:
        return words("equal")
    if found.sure and together is not None and not together.sure:
        return words("clear_alone")
    return words("clear" if found.sure else "not_clear")


def reached(study: Study, words: Words) -> str:
    """Say whether the half-widths that were asked for are reached, and if not how far the farthest is from them."""
    until = study.design.until
    assert until is not None
    asked = {"until": str(until), "replications": study.replications}
    if study.precise:
        return words("until_reached", **asked)
    widths = [pair for pair in study.half_widths() if pair[1] == pair[1]]
    if not widths:
        return words("until_unknown", **asked)
    scenario, width, allowed = max(widths, key=lambda one: one[1] / one[2] if one[2] else 0.0)
    level, unit = Numbers(words.language).change, CATALOGUE[until.metric].unit
    shown = {"width": level(width, unit).lstrip("+"), "allowed": level(allowed, unit).lstrip("+")}
    return words("until_not_reached", **asked, scenario=scenario, **shown)


def together(study: Study, number: int, words: Words) -> str:
    """Compare a combined strategy with the sum of its parts, by share or in money; nothing where it has no parts here.

    A share is said only of a sum that lies far from zero.
    """
    beyond, share = beyond_parts(study, number), share_reached(study, number)
    if beyond is None:
        return ""
    names = words("and").join(study.scenarios[part] for part in parts_of(study, number))
    numbers = Numbers(words.language)
    if share is not None:
        low, high = (numbers.level(bound, "share") for bound in (share.low, share.high))
        return words("parts_reached", parts=names, share=numbers.level(share.mean, "share"), low=low, high=high)
    values = {"parts": names, "beyond": numbers.change(beyond.mean, "money")}
    if beyond.low != beyond.low:
        return words("parts_differ_once", **values)
    low, high = (numbers.change(bound, "money") for bound in (beyond.low, beyond.high))
    return words("parts_differ", **values, low=low, high=high)


def split(found: Difference, baseline: str, words: Words) -> str:
    """Say whose the difference in profit is."""
    parts = {name: getattr(found, name) for name in ("same", "gained", "lost", "neither", "shared")}
    least = NOTHING * max(map(abs, parts.values()))
    written = {
        name: Numbers(words.language).change(part if abs(part) > least else 0.0, "money")
        for name, part in parts.items()
    }
    return words("profit_split", baseline=baseline, **written)
