"""``retention-sim report``: a finished study as one page for people."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.command import Command
from sim.cli.options import jobs_option, language_option, quiet_option
from sim.cli.output import show, wrap
from sim.cli.progress import Messages
from sim.cli.run import PAGE
from sim.language.words import Words

if TYPE_CHECKING:
    from sim.report.what_if import WhatIfs
    from sim.study.study import Study


@click.command(cls=Command)
@click.argument("run", metavar="RUN")
@click.option("--out", metavar="FILE")
@click.option(
    "--sliders/--no-sliders",
    default=True,
    show_default=True,
)
@jobs_option
@quiet_option
@language_option
def report(run: str, out: str | None, sliders: bool, jobs: int | None, quiet: bool, language: str) -> None:
    """Write a finished study's report: one HTML file that needs no network and prints well."""
    from sim.report.place import check_place
    from sim.study.run_folder import open_study

    words = Words("command_line", language)
    messages = Messages(words, quiet=quiet)
    study = open_study(run)
    file = Path(out or Path(run) / PAGE)
    check_place(file, language)
    what_ifs = simulated(study, language, jobs, messages) if sliders else None

    from sim.report.page import write_report

    messages.say("drawing")
    write_report(study, file, language=language, what_ifs=what_ifs, simulate=sliders)
    show(wrap(words("report_written", file=file)))


def simulated(study: "Study", language: str, jobs: int | None, messages: Messages) -> "WhatIfs | None":
    """Return the what-ifs of the strategy that stands first; none where there is no strategy."""
    from sim.report.voice import Voice
    from sim.report.what_if import what_ifs
    from sim.study.simulate import outermost

    voice = Voice(study, language)
    if not voice.strategies:
        return None
    messages.announce_compiling(outermost(study.design))
    with messages.progress() as step:
        return what_ifs(voice, voice.shown, jobs=jobs, step=step)
