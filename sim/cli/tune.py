"""``retention-sim tune``: solve the base rates of a baseline and write them into its file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.command import Command
from sim.cli.options import language_option, quiet_option
from sim.cli.output import bold, show, table, wrap
from sim.cli.progress import Messages
from sim.language.formats import currency_name, percent
from sim.language.words import Words, error_and_remedy
from sim.study.numbers import Numbers

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario, Solved
    from sim.study.tune_figures import Figures

OTHER_SEED = 99
FEWEST, MOST = 100, 2_000_000
"""Customers per segment."""


@click.command(cls=Command)
@click.argument("file", metavar="BASELINE.yaml")
@click.option("--customers", type=click.IntRange(FEWEST, MOST))
@click.option("--dry-run", is_flag=True)
@quiet_option
@language_option
def tune(file: str, customers: int | None, dry_run: bool, quiet: bool, language: str) -> None:
    """Solve the base rates so that the simulated figures meet the targets in the file, and write them there."""
    from sim.study.tune import CUSTOMERS_PER_SEGMENT, solve
    from sim.study.tune_figures import simulate_cohort

    words = Words("command_line", language)
    messages = Messages(words, quiet=quiet)
    numbers = Numbers(language)
    scenario = load_to_tune(file)
    size = customers or CUSTOMERS_PER_SEGMENT
    messages.announce_compiling("run_lives")
    solved, reached = solve(
        scenario,
        customers=size,
        report=lambda step, far: messages.say("tune_step", step=step, far=numbers.level(far, "share")),
    )
    others = simulate_cohort(scenario.model_copy(update={"solved": solved}), OTHER_SEED, size)
    if not dry_run:
        write(Path(file).resolve(), scenario, solved, reached)
    lines = [bold(line) for line in wrap(words("tune_title", name=scenario.name, customers=f"{size:,}"))]
    show([*lines, *figures(scenario, reached, others, words)])
    messages.say("not_written" if dry_run else "written", file=file)


def load_to_tune(file: str) -> "Scenario":
    """Load a baseline without the base rates that it has, as they may no longer fit its segments.

    Raises
    ------
    ProblemsFound
        When the file is wrong, or only a strategy on top of another file.
    """
    from sim.scenario.document import chain, resolve
    from sim.scenario.load import build
    from sim.scenario.problems import Problem, ProblemsFound, shown_path

    node = resolve(file)
    base = chain(file)
    if base:
        wrong = error_and_remedy("commands.tune_baseline", baseline=shown_path(base[-1]))
        raise ProblemsFound([Problem(shown_path(file), 1, 1, *wrong)])
    data = node.plain()
    data.pop("solved", None)
    return build(data, node)


def write(file: Path, scenario: "Scenario", solved: "Solved", reached: "Figures") -> None:
    """Write the base rates, and undo it if the file cannot be read afterwards."""
    from sim.core.files import write_bytes
    from sim.scenario.load import load
    from sim.scenario.problems import ProblemsFound
    from sim.study.solved_file import write_solved

    before = file.read_bytes()
    write_solved(file, scenario, solved, reached)
    try:
        load(file)
    except ProblemsFound:  # such as a file written in braces
        write_bytes(file, before)
        raise


def figures(scenario: "Scenario", reached: "Figures", others: "Figures", words: Words) -> list[str]:
    """Return a table for each segment, and one for the reasons of leaving."""
    from sim.study.tune_figures import figures_of, targets_of

    numbers = Numbers(words.language)
    head = [words("target"), words("reached"), words("other_customers")]
    lines: list[str] = []
    for segment, name in enumerate(scenario.segments):
        found = (targets_of(scenario)[segment], reached.by_segment[segment], others.by_segment[segment])
        rows = [
            [
                words(key, currency=currency_name(scenario.currency, words.language)),
                *(written(key, value, scenario.currency, words.language) for value in values),
            ]
            for key, *values in zip(figures_of(scenario), *found, strict=True)
        ]
        lines += ["", *table([name, *head], rows)]
    rows = [
        [words(reason), numbers.level(wanted, "share"), numbers.level(reached.reasons[place], "share"),
         numbers.level(others.reasons[place], "share")]
        for place, (reason, wanted) in enumerate(scenario.behaviour.reasons)
    ]  # fmt: skip
    return [*lines, "", *table([words("reasons_of_leaving"), *head], rows)]


def written(figure: str, value: float, currency: str, language: str) -> str:
    """Write one figure of a segment."""
    from sim.core.units import CURRENCIES

    if figure == "arpa":
        return f"{value / 10 ** CURRENCIES[currency]:,.2f}"
    return f"{value:.2f}" if figure == "orders" else percent(f"{100 * value:.2f}", language)
