"""``retention-sim check``: say everything that is wrong with scenario files, as compilers do."""

from typing import TYPE_CHECKING

import click

from sim.cli.command import Command
from sim.cli.options import language_option
from sim.language.words import Words

if TYPE_CHECKING:
    from sim.scenario.problems import Problem
    from sim.scenario.schema import Scenario


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--baseline", metavar="NAME")
@language_option
def check(files: tuple[str, ...], baseline: str | None, language: str) -> None:
    """Validate scenario files, and whether several of them make a study.

    Prints 'file:line:column: error: what is wrong; what to write instead' for every problem.
    """
    from sim.scenario.load import load
    from sim.scenario.problems import ProblemsFound, shown_path
    from sim.study.api import make_design

    words = Words("command_line", language)
    good: list[Scenario] = []
    problems: dict[Problem, None] = {}  # the problems of a file that several extend are said once
    for file in files:
        try:
            scenario = load(file)
        except ProblemsFound as found:
            problems |= dict.fromkeys(found.problems)
            continue
        good.append(scenario)
        click.echo(words("file_ok", file=shown_path(file), name=scenario.name))
        warn_if_not_tuned(shown_path(file), scenario, words)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        raise click.exceptions.Exit(2)
    if len(good) > 1 and all(scenario.solved is not None for scenario in good):
        make_design(files, baseline=baseline)


def warn_if_not_tuned(file: str, scenario: "Scenario", words: Words) -> None:
    """Warn where base rates are missing or were solved for other numbers."""
    from sim.study.fingerprint import fingerprint

    if scenario.solved is None:
        click.echo(words("untuned_file", file=file), err=True)
    elif scenario.solved.solved_for != fingerprint(scenario):
        click.echo(words("stale_file", file=file), err=True)
