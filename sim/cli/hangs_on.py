"""``retention-sim hangs-on``: which weakly known numbers a study's answer hangs on, and where it would turn."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.command import Command
from sim.cli.opened import opened
from sim.cli.options import jobs_option, json_option, language_option, quiet_option
from sim.cli.output import GAP, WIDTH, bold, pad, show, width, wrap
from sim.cli.progress import Messages, Step
from sim.core.files import write_text
from sim.language.formats import currency_name, quantity
from sim.language.words import Words, error_text
from sim.study.numbers import Numbers

if TYPE_CHECKING:
    from sim.study.hangs_on_answer import Answer, Row
    from sim.study.hangs_on_trials import Round
    from sim.study.study import Study

MOST_SHOWN = 1000
KEPT = "hangs_on.json"
LEAST_WIDTHS = (9, 9, 8, 7)
"""Widths of the difference at both ends, the swing and its error."""


@click.command(name="hangs-on", cls=Command)
@click.argument("places", nargs=-1, required=True, metavar="RUN|FILE...")
@click.option("--customers", type=int)
@click.option("--replications", type=int)
@click.option("--top", type=click.IntRange(1, MOST_SHOWN), default=12, show_default=True)
@click.option("--all", "every_grade", is_flag=True)
@click.option("--months", type=int)
@click.option("--seed", type=int)
@click.option("--baseline", metavar="NAME")
@jobs_option
@json_option
@quiet_option
@language_option
def hangs_on(
    places: tuple[str, ...], customers: int | None, replications: int | None, top: int, every_grade: bool,
    jobs: int | None, as_json: bool, quiet: bool, language: str, **of_files: Any,
) -> None:  # fmt: skip
    """Run each weakly known number at both ends of its range and say which of them the answer hangs on.

    RUN is a run folder; scenario files are simulated first. Takes minutes.
    """
    from sim.cli.as_json import written
    from sim.study.hangs_on import find
    from sim.study.simulate import outermost

    words = Words("command_line", language)
    messages = Messages(words, quiet=quiet)
    given = {name: value for name, value in of_files.items() if value is not None}
    study = study_of(places, given, jobs, messages)
    messages.announce_compiling(outermost(study.design))
    answer = find(
        study, customers=customers, replications=replications, every_grade=every_grade, top=top, jobs=jobs,
        begin=partial(begun, messages=messages),
    )  # fmt: skip
    data = written(as_data(answer, study))
    show([data] if as_json else list(told(answer, top, words)))
    if study.folder:
        write_text(Path(study.folder) / KEPT, data + "\n")  # for the report


def begun(this: "Round", messages: Messages) -> AbstractContextManager[Step | None]:
    """Say which round begins and what it does; show how far it has come."""
    from sim.study.hangs_on_trials import ROUNDS
    from sim.study.hangs_on_turns import STEPS

    words = messages.words
    name = words("hangs_round", place=this.place, rounds=len(ROUNDS))
    repeated = words("one_replication" if this.replications == 1 else "some_replications", count=this.replications)
    messages.say(f"hangs_round_{this.name}", round=name, numbers=this.numbers, replications=repeated, steps=STEPS)
    return messages.progress(name)


def study_of(places: Sequence[str], given: dict[str, Any], jobs: int | None, messages: Messages) -> "Study":
    """Open the study of a run folder, or simulate that of scenario files."""
    from sim.study.api import make_design, run_study
    from sim.study.hangs_on import check_strategies
    from sim.study.hangs_on_trials import ROUNDS
    from sim.study.simulate import outermost

    if len(places) == 1 and Path(places[0]).is_dir():
        if given:
            raise click.UsageError(error_text("commands.folder_alone"))
        return opened(places[0], messages)
    design = make_design(places, **given)
    check_strategies(design)  # before anything is simulated
    messages.announce_compiling(outermost(design))
    messages.say("hangs_study_first", rounds=len(ROUNDS))
    with messages.progress() as step:
        return run_study(design, jobs=jobs, progress=step)


# --- in words -----------------------------------------------------------------------------------------------------


def told(answer: "Answer", top: int, words: Words) -> Iterator[str]:
    """Yield all that was found."""
    design = answer.design
    numbers = len({row.number.name for row in answer.rows})
    said = {"numbers": numbers, "grades": words("names_gap").join(answer.grades), "customers": f"{design.customers:,}",
            "replications": words("some_replications", count=design.replications)}  # fmt: skip
    yield from wrap(words("hangs_title", **said))
    for strategy in range(1, len(design.scenarios)):
        yield ""
        yield from comparison(answer, strategy, top, words)
    yield ""
    yield from wrap(words("hangs_one_at_a_time"))
    yield from wrap(words("hangs_base_rates"))
    yield from wrap(words("hangs_error"))
    if answer.left_out:
        names = dict.fromkeys(left_out.number.name for left_out in answer.left_out)
        yield from wrap(words("hangs_left_out", names=words("names_gap").join(names)))


def comparison(answer: "Answer", strategy: int, top: int, words: Words) -> Iterator[str]:
    """Yield one comparison: the difference as stated, what moves it most, and what it hangs on."""
    numbers, design = Numbers(words.language), answer.design
    stated, rows = answer.stated[strategy - 1], answer.of(strategy)
    currency = currency_name(design.baseline.currency, words.language)
    title = {"scenario": design.names[strategy], "baseline": design.names[0], "currency": currency,
             "difference": numbers.change(stated.mean, "money"),
             "span": numbers.span(stated.low, stated.high, "money")}  # fmt: skip
    yield from map(bold, wrap(words("hangs_comparison", **title)))
    shown = [row for row in rows if row.moves]
    shown = [row for place, row in enumerate(shown) if place < top or row.sure]
    if shown:
        yield from table(answer, shown, words)
    still = sum(not row.moves for row in rows)
    if still:
        yield from wrap(words("hangs_still", count=still))
    yield from map(bold, wrap(verdict(answer, strategy, words)))
    perhaps = [row for row in rows if row.perhaps]
    if perhaps:
        yield from wrap(words("hangs_perhaps", names=listed(answer, perhaps[:top], words)))
    if not stated.sure:
        yield from wrap(words("caution", text=words("hangs_not_clear")))


def verdict(answer: "Answer", strategy: int, words: Words) -> str:
    """Say in one sentence what a comparison hangs on."""
    found = answer.hangs_on(strategy)
    if not found:
        return words("hangs_on_nothing")
    return words("hangs_on_some", count=len(found), names=listed(answer, found, words))


def listed(answer: "Answer", rows: "list[Row]", words: Words) -> str:
    """Name numbers with the values at which the sign changes."""
    gap = words("names_gap")
    texts = []
    for row in rows:
        values = gap.join(said(row, turn.value, words) for turn in row.turns)
        texts.append(words("hangs_name", name=answer.names(row), values=values))
    return gap.join(texts)


def table(answer: "Answer", rows: "list[Row]", words: Words) -> Iterator[str]:
    """Yield a number per line or two: what it is and its range, beside the figures; its name stands above."""
    numbers = Numbers(words.language)
    head = [words(key) for key in ("hangs_at_low", "hangs_at_high", "hangs_swing", "hangs_plus_minus")]
    figures = [
        [numbers.change(row.at_low.mean, "money"), numbers.change(row.at_high.mean, "money"),
         numbers.short(row.swing.mean), numbers.short(row.swing.high - row.swing.mean)]
        for row in rows
    ]  # fmt: skip
    columns = zip(head, *figures, LEAST_WIDTHS, strict=True)
    widths = [max(*map(width, cells), least) for *cells, least in columns]
    room = WIDTH - sum(widths) - GAP * len(widths)

    def line(left: str, cells: Sequence[str]) -> str:
        return (" " * GAP).join([pad(left, room), *(pad(cell, size, right=True) for cell, size in zip(cells, widths))])

    yield line(words("hangs_number"), head)
    for row, cells in zip(rows, figures, strict=True):
        yield from wrap(answer.names(row))
        first, *more = wrap(described(answer, row, words), indent="  ", columns=room)
        yield from (line(first, cells).rstrip(), *more)
        for turn in row.turns if row.sure or row.perhaps else ():
            values = {name: said(row, value, words) for name, value in vars(turn).items()}
            yield from wrap(words("hangs_turns" if row.sure else "hangs_may_turn", **values), indent="  ")


def described(answer: "Answer", row: "Row", words: Words) -> str:
    """Write a number's stated value, its range, grade and source."""
    number, known = row.number, row.number.range
    values = {"present": number.stated(row.strategy), "low": known.low, "high": known.high}
    texts = {name: quantity(number.written(value), words.language) for name, value in values.items()}
    return words("hangs_range", **texts, grade=known.grade, source=known.source)


def said(row: "Row", value: Any, words: Words) -> str:
    """Write a value that was found, rounded, for readers."""
    return quantity(short(row.number.written(value)), words.language)


def short(text: str) -> str:
    """Round the number of a text to three digits; money stays as it can be paid."""
    number, _, unit = text.partition(" ")
    whole = not number.replace(".", "", 1).isdigit() or unit[:3].isupper()
    return text if whole or float(number) >= 1000.0 else f"{float(number):.3g} {unit}".rstrip()


# --- as data ------------------------------------------------------------------------------------------------------


def as_data(answer: "Answer", study: "Study") -> dict[str, Any]:
    """Return all that was found as plain data."""
    from sim.study.store import study_hash

    design = answer.design
    return {
        "study": study_hash(study.design),
        "baseline": design.names[0],
        "seed": design.seed,
        "customers": design.customers,
        "months": design.months,
        "replications": design.replications,
        "grades": list(answer.grades),
        "metric": "profit_npv",
        "currency": design.baseline.currency,
        "base_rates": "as solved for the stated values",
        "run": study.folder,
        "comparisons": {
            name: {
                "difference": asdict(answer.stated[strategy - 1]),
                "hangs_on": [row.number.name for row in answer.hangs_on(strategy)],
                "perhaps_on": [row.number.name for row in answer.of(strategy) if row.perhaps],
                "numbers": [number_as_data(answer, row) for row in answer.of(strategy)],
            }
            for strategy, name in enumerate(design.names)
            if strategy > 0
        },
        "left_out": {left_out.number.name: left_out.why for left_out in answer.left_out},
    }


def number_as_data(answer: "Answer", row: "Row") -> dict[str, Any]:
    """Return one row, its values also as a scenario file would write them."""
    line, number = answer.line(row), row.number
    values = {"present": number.stated(row.strategy), "low": number.range.low, "high": number.range.high}
    line["written"] = {name: row.number.written(value) for name, value in values.items()}
    line["turns"] = [{name: row.number.written(value) for name, value in vars(turn).items()} for turn in row.turns]
    return {name: value for name, value in line.items() if name not in ("scenario", "difference")}
