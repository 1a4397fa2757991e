"""``retention-sim export``: a finished study month by month, for finance."""

from pathlib import Path

import click

from sim.cli.options import language_option, quiet_option
from sim.cli.progress import Messages
from sim.language.words import Words


@click.command()
@click.argument("run", metavar="RUN")
@click.option("--xlsx", "file", required=True, metavar="FILE", help="The Excel workbook to write.")
@quiet_option
@language_option
def export(run: str, file: str, quiet: bool, language: str) -> None:
    """Write a run folder's study month by month: MRR, result, cash, customers, staff; low, middle and high.

    The workbook has formulas, ties to the ledger, and says what each line means. A file of that name is written anew
    if nobody has saved it since it was written here; any other file is left as it is.
    """
    from sim.export.workbook import check_place, write_workbook
    from sim.study.run_folder import open_study

    check_place(Path(file), language)
    write_workbook(open_study(run), file, language)
    Messages(Words("command_line", language), quiet=quiet).say("exported", file=file)
