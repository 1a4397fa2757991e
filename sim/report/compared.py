"""Tables of the comparison: what each strategy changes, and the headline figures of every scenario."""

from collections.abc import Iterator

from sim.analysis.catalogue import CATALOGUE, label
from sim.analysis.compare import Difference
from sim.analysis.intervals import Interval
from sim.report.about_customers import kept_metric
from sim.report.tables import Cell, Table, figure, row
from sim.report.voice import PROFIT, Voice
from sim.study.view import headlines


def strategies(voice: Voice) -> Table:
    """Return one row per strategy: profit, its range, whether it is clear, cost, and retention."""
    words, kept = voice.words, kept_metric(voice)
    head = tuple(
        words(f"head_{name}") for name in ("strategy", "clear", "profit", "range", "relative", "cost", "return")
    )
    rows = []
    for number in voice.strategies:
        found = voice.study.difference(number, PROFIT)
        cost, stay = voice.difference(number, "lever_cost_npv"), voice.difference(number, kept)
        roi = voice.study.metric(number, "lever_roi")
        rows.append(row(
            [voice.study.scenarios[number], mark(voice, found)],
            figure(voice.numbers.change(found.interval.mean, "money"), found.interval),
            Cell(voice.numbers.span(found.interval.low, found.interval.high, "money"), found.interval.low),
            Cell(voice.numbers.relative(found.relative.mean), found.relative.mean),
            figure(voice.numbers.level(cost.mean, "money"), cost),
            figure(voice.numbers.level(roi.mean, "ratio"), roi),
            figure(voice.numbers.change(stay.mean, "share"), stay),
            Cell(voice.numbers.span(stay.low, stay.high, "share"), stay.low),
        ))  # fmt: skip
    return Table(
        "strategies", words("strategies", baseline=voice.study.scenarios[0], currency=voice.currency),
        (*head, label(kept, voice.language), words("head_range")), tuple(rows), texts=2,
        notes=tuple(notes(voice)),
    )  # fmt: skip


def notes(voice: Voice) -> Iterator[str]:
    """Yield what the columns mean, as far as these strategies need it."""
    words, count = voice.words, len(voice.strategies)
    if voice.study.replications > 1:
        yield words("clear_means_all" if count > 1 else "clear_means", count=count)
        yield words("ranges_are_chance")
    else:
        yield words("one_replication")
    pulling = [number for number in voice.strategies if voice.study.design.scenarios[number].all_levers()]
    free = [number for number in pulling if voice.study.metric(number, "lever_cost").mean == 0.0]
    if len(free) < len(pulling):
        yield words("return_means")
    if free:
        yield words("costs_nothing", strategies=voice.named(free))


def mark(voice: Voice, found: Difference) -> str:
    """Say whether a difference is clear of chance."""
    here, together = found.interval, found.simultaneous or found.interval
    if here.low != here.low:
        return voice.numbers.unknown
    if here.low == here.high == 0.0:
        return voice.words("mark_equal")
    if here.sure:
        return voice.words("mark_clear" if together.sure else "mark_alone")
    return voice.words("mark_not_clear")


def levels(voice: Voice) -> Table:
    """Return the headline figures of every scenario with their ranges."""
    rows = []
    for name in headlines(voice.study):
        unit = CATALOGUE[name].unit
        found = [voice.study.metric(number, name) for number in range(len(voice.study.scenarios))]
        rows.append(row([label(name, voice.language)], *(figure(in_cell(voice, one, unit), one) for one in found)))
    return Table("levels", voice.words("levels", currency=voice.currency),
                 (voice.words("head_metric"), *voice.study.scenarios), tuple(rows))  # fmt: skip


def in_cell(voice: Voice, found: Interval, unit: str) -> str:
    """Return a figure, and below it its range."""
    low, high = (voice.numbers.level(bound, unit) for bound in (found.low, found.high))
    text = voice.numbers.level(found.mean, unit)
    return text if voice.numbers.unknown in (low, high) or low == high else f"{text}\n{low} .. {high}"
