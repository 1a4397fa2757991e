"""``retention-sim verify``: the table of closed forms and published figures against the simulation."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from sim.cli.command import Command
from sim.cli.options import json_option, language_option, quiet_option
from sim.cli.output import WIDTH, bold, pad, show, wrap
from sim.cli.progress import Messages
from sim.language.words import Words, error_text, hint

if TYPE_CHECKING:
    from sim.verification.case import About, Case, Row
    from sim.verification.run import Outcome

NUMBERS = (11, 11, 9, 8)
"""Widths of the formula's figure, the simulated one, its standard error and z."""
NAMES = WIDTH - sum(NUMBERS) - 3
"""Width of what a row is about, behind two spaces and before the mark of a row that disagrees."""


@click.command(cls=Command)
@click.argument("names", nargs=-1, metavar="[CASE...]")
@click.option("--fast", is_flag=True)
@json_option
@quiet_option
@language_option
def verify(names: tuple[str, ...], fast: bool, as_json: bool, quiet: bool, language: str) -> None:
    """Hold the simulation against every closed form and published table that is known, or against some of them.

    Each case switches everything else off. Exit code 1 if a figure lies more than 4 standard errors off.
    """
    from sim.cli.as_json import written
    from sim.verification.run import verify as run

    words = Words("command_line", language)
    messages = Messages(words, quiet=quiet)
    cases = chosen(names)
    for function in ("live_one_by_one", "run_month"):
        messages.announce_compiling(function)
    with messages.progress() as step:
        outcomes = run(cases, fast=fast, progress=step)
    show([written(as_data(outcomes, fast=fast))] if as_json else list(told(outcomes, words)))
    if not all(outcome.agrees for outcome in outcomes):
        raise click.exceptions.Exit(1)


def chosen(names: Sequence[str]) -> "Sequence[Case]":
    """Return the cases that are named; all where none is."""
    from sim.scenario.problems import did_you_mean, excerpt
    from sim.verification.run import all_cases

    cases = {one.name: one for one in all_cases()}
    for name in names:
        if name not in cases:
            advice = hint(did_you_mean(name, cases), cases)
            raise click.UsageError(error_text("commands.no_case", name=excerpt(name), hint=advice))
    return [cases[name] for name in names] or list(cases.values())


# --- in words ---------------------------------------------------------------------------------------------------------


def told(outcomes: "Sequence[Outcome]", words: Words) -> Iterator[str]:
    """Yield the table, case by case, and what it comes to."""
    from sim.verification.case import LIMIT, about, row_name
    from sim.verification.run import chances, spread

    texts, language = about(), words.language
    for outcome in outcomes:
        text: About = texts[outcome.case.name]
        yield from map(bold, wrap(f"{text.title[language]} ({outcome.case.name})"))
        yield from wrap(text.formula[language], indent="  ")
        heads = (words("verify_formula"), words("verify_simulated"), words("verify_error"), "z")
        yield line("", heads)
        for row in outcome.rows:
            yield line(row_name(row.name, language), figures(row, words)) + ("" if row.agrees else "!")
        yield ""
    rows = [row for outcome in outcomes for row in outcome.rows]
    wrong = [row for row in rows if not row.agrees]
    yield from wrap(words("verify_switched_off"))
    said = {"rows": len(rows), "cases": len(outcomes), "wrong": len(wrong), "limit": f"{LIMIT:g}"}
    yield from wrap(words("verify_disagrees" if wrong else "verify_agrees", **said))
    if chances(outcomes):
        largest = max(map(abs, chances(outcomes)))
        yield from wrap(words("verify_spread", largest=f"{largest:.2f}", spread=f"{spread(outcomes):.2f}"))


def line(name: str, cells: Sequence[str]) -> str:
    """Return a line of the table."""
    columns = (pad(cell, size, right=True) for cell, size in zip(cells, NUMBERS))
    return ("  " + pad(name, NAMES) + "".join(columns)).rstrip()


def figures(row: "Row", words: Words) -> tuple[str, str, str, str]:
    """Return a row's figures as they are written."""
    error = f"{row.error:.2g}" if row.error > 0.0 else words("verify_exact")
    return f"{row.expected:.5g}", f"{row.seen:.5g}", error, f"{row.z:+.2f}" if row.error > 0.0 else ""


# --- as data ----------------------------------------------------------------------------------------------------------


def as_data(outcomes: "Sequence[Outcome]", *, fast: bool) -> dict[str, Any]:
    """Return every row with its z-score; null where there is no chance and the figures differ."""
    return {
        "fast": fast,
        "agrees": all(outcome.agrees for outcome in outcomes),
        "cases": {
            outcome.case.name: {
                "agrees": outcome.agrees,
                "seconds": round(outcome.seconds, 3),
                "rows": [{**asdict(row), "z": row.z, "agrees": row.agrees} for row in outcome.rows],
            }
            for outcome in outcomes
        },
    }
