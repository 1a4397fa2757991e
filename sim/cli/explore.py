"""``retention-sim explore``: move sliders in the browser and see retention and profit change."""

import errno
from importlib.util import find_spec
from pathlib import Path
from shlex import quote

import click

from sim.cli.command import Command
from sim.cli.options import language_option
from sim.cli.output import show
from sim.language.words import Words

ONE_BY_ONE, TOGETHER, TYING = "live_one_by_one", "run_month", "referral_programme"
"""The engine's outermost functions: of customers without ties, and of those whom a lever such as this one ties."""
EXTRAS = ("voila", "ipywidgets", "ipykernel")


@click.command(cls=Command)
@click.argument("file", required=False, metavar="[SCENARIO.yaml]")
@click.option("--port", type=click.IntRange(0, 65535), default=0)
@click.option("--browser/--no-browser", default=True, show_default=True)
@click.option("--customers", type=int, default=2_000, show_default=True)
@click.option("--replications", type=int, default=8, show_default=True)
@language_option
def explore(file: str | None, port: int, browser: bool, customers: int, replications: int, language: str) -> None:
    """Open a page with sliders for a business and its levers; only this machine can reach it, by the printed address.

    SCENARIO.yaml is a business, or a strategy of one; left out, one of the shipped businesses. Ctrl-C ends it.
    """
    words = Words("explorer", language)
    missing = [name for name in EXTRAS if find_spec(name) is None]
    if missing:
        raise click.UsageError(words("extras_missing", missing=", ".join(missing), packages=" ".join(missing)))
    from sim.explorer.asked import Asked
    from sim.explorer.server import serve
    from sim.explorer.state import businesses

    shipped = businesses()
    if file is None and not shipped:
        here = sorted(Path.cwd().glob("*.yaml"))
        raise click.UsageError(words("no_business", file=quote(here[0].name)) if here else words("no_file"))
    path = Path(file).resolve() if file is not None else shipped[0]
    first_study(path, customers, replications, words)
    this = Asked(str(path), str(Path.cwd()), language, customers, replications)
    try:
        serve(this, port=port, browser=browser, ready=lambda address: show([words("ready", address=address)]))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise click.UsageError(words("port_taken", port=port)) from None
    show([words("stopped")], err=True)


def first_study(path: Path, customers: int, replications: int, words: Words) -> None:
    """Find out whether the file can be simulated, and compile the model, before a page waits for it."""
    from sim.cli.progress import Messages, is_compiled
    from sim.explorer.bench import Sample
    from sim.explorer.state import Explorer

    messages = Messages(Words("command_line", words.language))
    explorer = Explorer(path, Path.cwd(), words("this_strategy"), Sample(customers, replications))
    show([words("starting")], err=True)
    messages.announce_compiling(ONE_BY_ONE)
    explorer.study()
    if not is_compiled(TOGETHER):
        messages.announce_compiling(TOGETHER)
        tied = Explorer(path, Path.cwd(), words("this_strategy"), Sample(100, 1))
        tied.pull(TYING)
        tied.study()
