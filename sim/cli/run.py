"""``retention-sim run``: simulate scenarios on the same customers, print the comparison, keep everything."""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.command import Command
from sim.cli.options import jobs_option, json_option, language_option, quiet_option
from sim.cli.progress import Messages
from sim.language.words import Words, error_text

if TYPE_CHECKING:
    from sim.charts.chart import Chart
    from sim.study.design import Design
    from sim.study.study import Study

RUNS = Path("runs")
PAGE = "report.html"
OF_THE_STUDY = ("baseline", "customers", "months", "replications", "until", "seed")
"""Options that decide what is simulated, as ``make_design`` calls them."""


@click.command(cls=Command)
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("--customers", type=int)
@click.option("--months", type=int)
@click.option("--replications", type=int)
@click.option(
    "--until",
    metavar="RULE",
)
@click.option("--seed", type=int)
@click.option("--baseline", metavar="NAME")
@click.option("--from", "again", metavar="RUN")
@click.option(
    "--engine",
    type=click.Choice(["compiled", "reference"]),
    default="compiled",
    show_default=True,
)
@jobs_option
@click.option("--out", metavar="DIR")
@click.option("--events", is_flag=True)
@click.option("--charts/--no-charts", default=True, show_default=True)
@click.option("--report/--no-report", "page", default=True, show_default=True)
@json_option
@quiet_option
@language_option
def run(
    files: tuple[str, ...], again: str | None, engine: Any, jobs: int | None, out: str | None,
    events: bool, charts: bool, page: bool, as_json: bool, quiet: bool, language: str, **asked: Any,
) -> None:  # fmt: skip
    """Simulate scenarios on the same customers, print the comparison and write a run folder.

    The baseline is the file that the others extend.
    """
    began = time.perf_counter()
    words = Words("command_line", language)
    messages = Messages(words, quiet=quiet)

    from sim.study.store import default_folder

    design = replace(chosen_design(files, again, asked, messages), engine=engine)
    if events and design.until is not None:
        raise click.UsageError(error_text("commands.events_until"))
    folder = Path(out) if out is not None else default_folder(design, RUNS)
    try:
        study = finished_study(folder, design, messages, events=events)
        finished = study is not None
        study = study or simulated_study(folder, design, messages, jobs=jobs, events=events)
        drawn = None
        if charts and not (finished and (folder / "charts").exists()):
            drawn = draw_charts(folder, study, messages)
        if not finished:
            write_tables(folder, study, click.get_current_context().find_root().obj)
        if page and not (finished and (folder / PAGE).exists()):
            write_page(folder, study, drawn, messages)
    except KeyboardInterrupt as stop:
        stop.add_note(words("kept", folder=folder))
        raise
    study.seconds = {"simulate": 0.0, **study.seconds, "total": time.perf_counter() - began}
    show_study(study, words, as_json=as_json)


def chosen_design(files: Sequence[str], again: str | None, asked: dict[str, Any], messages: Messages) -> "Design":
    """Return the design of the files, or of the study to be made again."""
    from sim.study.api import make_design
    from sim.study.run_folder import design_in
    from sim.study.store import model_version

    given = {name: asked[name] for name in OF_THE_STUDY if asked[name] is not None}
    if again is None:
        return make_design(files, **given)
    if files or given:
        raise click.UsageError(error_text("commands.from_alone"))
    design, record = design_in(Path(again))
    if record.get("model") != model_version():
        messages.say("other_model", folder=again)
    return design


def finished_study(folder: Path, design: "Design", messages: Messages, *, events: bool) -> "Study | None":
    """Prepare the folder; return the study if it is there and finished."""
    from sim.study.run_folder import finished_replications, prepare
    from sim.study.study import Study

    there, damaged = prepare(folder, design)
    if damaged:
        messages.say("damaged", count=damaged)
    made = finished_replications(folder)
    whole = all(replication in there for replication in range(made or design.replications))
    if events and there and not (folder / "events.parquet").exists():
        messages.say("events_again")
    elif whole and made:
        messages.say("finished_already", folder=folder)
        return Study(design, [there[r] for r in range(made)], folder=str(folder))
    elif there:
        messages.say("resumed", there=len(there), replications=design.replications)
    if events or not whole:
        from sim.study.simulate import outermost

        messages.announce_compiling(outermost(design, events=events))
    return None


def simulated_study(folder: Path, design: "Design", messages: Messages, *, jobs: int | None, events: bool) -> "Study":
    """Simulate what the folder does not hold yet."""
    from sim.study.api import run_study

    began = time.perf_counter()
    with messages.progress() as step:
        if events:
            simulate_with_events(folder, design, step)
        study = run_study(design, jobs=jobs, folder=folder, progress=step)
    study.seconds = {"simulate": time.perf_counter() - began}
    return study


def simulate_with_events(folder: Path, design: "Design", step: Any) -> None:
    """Simulate every replication, as earlier ones left no events; those that are there already stay as they are."""
    from sim.study.events_file import EventsFile
    from sim.study.simulate import run_replications
    from sim.study.store import replication_file, save_replication

    everything = list(range(design.replications))
    # One thread, as the file is written in the order in which customers live.
    with (
        EventsFile(folder, design) as file,
        closing(run_replications(design, everything, 1, step, file.keep)) as results,  # type: ignore[type-var]
    ):
        for replication, tallies in results:
            if not replication_file(folder, replication).exists():
                save_replication(folder, replication, tallies)


def draw_charts(folder: Path, study: "Study", messages: Messages) -> "dict[str, Chart]":
    """Draw every chart into the run folder and return them."""
    from sim.charts.save import draw_all, save_all

    messages.say("drawing")
    drawn = draw_all(study, messages.words.language)
    save_all(study, folder / "charts", drawn=drawn)
    return drawn


def write_page(folder: Path, study: "Study", drawn: "dict[str, Chart] | None", messages: Messages) -> None:
    """Write the report into the run folder, without sliders, which would have to be simulated."""
    from sim.report.page import write_report

    messages.say("writing_report")
    write_report(study, folder / PAGE, language=messages.words.language, drawn=drawn)


def write_tables(folder: Path, study: "Study", command: str) -> None:
    """Write the sample of customers, the tables, and last study.json, which says that the study is finished."""
    from sim.study import store
    from sim.study.customers_file import write_customers

    write_customers(folder, study.design)
    store.finish(folder, study, command)


def show_study(study: "Study", words: Words, *, as_json: bool) -> None:
    """Print a study's comparison."""
    from sim.cli.as_json import study_as_data, written
    from sim.cli.comparison import comparison
    from sim.cli.output import show

    show([written(study_as_data(study))] if as_json else list(comparison(study, words)))
