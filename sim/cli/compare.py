"""``retention-sim compare``: print the comparison of finished studies again, without simulating."""

import time

import click

from sim.cli.command import Command
from sim.cli.options import json_option, language_option
from sim.cli.output import bold, show
from sim.language.words import Words


@click.command(cls=Command)
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@json_option
@language_option
def compare(runs: tuple[str, ...], as_json: bool, language: str) -> None:
    """Print the comparison of run folders again, without simulating."""
    from sim.cli.as_json import study_as_data, written
    from sim.cli.comparison import comparison
    from sim.study.run_folder import open_study

    words = Words("command_line", language)
    studies = []
    for run in runs:
        began = time.perf_counter()
        studies.append(open_study(run))
        studies[-1].seconds = {"simulate": 0.0, "total": time.perf_counter() - began}
    if as_json:
        show([written([study_as_data(study) for study in studies])])
        return
    lines: list[str] = []
    for study in studies:
        lines += [""] if lines else []
        lines += [bold(words("study_of", folder=study.folder))] if len(studies) > 1 else []
        lines += comparison(study, words)
    show(lines)
