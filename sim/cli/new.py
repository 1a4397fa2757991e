"""``retention-sim new``: a commented starter scenario, to be filled with one's own numbers."""

import os
import shlex
from pathlib import Path

import click

from sim.cli.command import Command
from sim.cli.options import language_option, quiet_option
from sim.cli.output import wrap
from sim.cli.progress import Messages
from sim.language.words import Words, listed

STARTERS = Path(__file__).parent / "starters"
"""Scenario files, one per market and one strategy per kind of business; a line '#: key' stands for a comment of the
catalogue, and '#| ' for a line that is commented out."""
MARKETS = {"us_b2b_saas": "description_software", "us_consumer_app": "description_app",
           "cn_shop": "description_orders"}  # fmt: skip
"""With the key of what such a business is."""
USUAL, SHOP = "us_b2b_saas", "cn_shop"
COMMENT, OUT = "#: ", "#| "


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--market", type=click.Choice(list(MARKETS)))
@click.option(
    "--strategy",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
)
@quiet_option
@language_option
def new(file: Path, market: str | None, strategy: Path | None, quiet: bool, language: str) -> None:
    """Write a commented starter scenario; never over a file that is there."""
    messages = Messages(Words("command_line", language), quiet=quiet)
    extend_only = strategy is not None and file.exists()
    if extend_only and market is not None:
        raise click.UsageError(messages.words("new_has_market", file=file))
    for place in (file, strategy):
        if place is not None and not (extend_only and place is file):
            check_place(place, messages.words)
    if strategy is not None and strategy.resolve() == file.resolve():
        raise click.UsageError(messages.words("new_same", file=file))
    if not extend_only:
        write(file, baseline_text(file, market or USUAL, language))
        messages.say("new_written", file=shlex.quote(str(file)))
    if strategy is not None:
        write(strategy, strategy_text(strategy, file, Words("starter", language)))
        messages.say("new_strategy_written", file=shlex.quote(str(strategy)), baseline=shlex.quote(str(file)))


def check_place(place: Path, words: Words) -> None:
    """Refuse a file that is there, one without a folder, and one of another kind."""
    if place.exists():
        raise click.UsageError(words("new_exists", file=place))
    if place.suffix.lower() not in (".yaml", ".yml"):
        raise click.UsageError(words("new_ending", file=place, other=f"{place.name}.yaml"))
    if not place.parent.is_dir():
        raise click.UsageError(words("new_no_folder", folder=place.parent))


def write(place: Path, text: str) -> None:
    """Write a file in one step."""
    from sim.core.files import write_text

    write_text(place, text)


def baseline_text(file: Path, market: str, language: str) -> str:
    """Return the starter of a business."""
    words = Words("starter", language, shop=market == SHOP)
    values = {"name": name_of(file), "description": words(MARKETS[market])}
    return filled(market, values, words, file=file.name, markets=listed(MARKETS))


def strategy_text(file: Path, baseline: Path, words: Words) -> str:
    """Return the starter of a strategy that extends a file.

    Raises
    ------
    ProblemsFound
        When that file is wrong.
    """
    from sim.scenario.load import load

    business = load(baseline)
    link = Path(os.path.relpath(baseline.resolve(), file.resolve().parent)).as_posix()
    values = {"extends": link, "name": name_of(file), "description": words("description_strategy")}
    text = filled(f"strategy_{'orders' if business.per_use else 'plans'}", values, words, file=file.name,
                  baseline=link)  # fmt: skip
    return text.replace("CURRENCY", business.currency)


def name_of(file: Path) -> str:
    """Return a scenario's name from its file's: my_shop.yaml is the scenario 'my shop'."""
    return " ".join(file.stem.replace("_", " ").split())[:60] or "starter"


def filled(starter: str, values: dict[str, str], words: Words, **gaps: str) -> str:
    """Return a starter with its comments said and its first values filled in."""
    lines: list[str] = []
    for line in (STARTERS / f"{starter}.yaml").read_text(encoding="utf-8").splitlines():
        bare = line.lstrip()
        indent, key = line[: len(line) - len(bare)], line.partition(":")[0]
        if bare.startswith(COMMENT):
            lines += wrap(words(f"comment_{bare.removeprefix(COMMENT)}", **gaps), indent=f"{indent}# ")
        elif bare.startswith(OUT):
            lines.append(f"# {bare.removeprefix(OUT)}")
        else:
            lines.append(f"{key}: {in_quotes(values[key])}" if key in values else line)
    return "\n".join(lines) + "\n"


def in_quotes(text: str) -> str:
    """Return a text as YAML reads it back, whatever is in it."""
    import json

    return json.dumps(text, ensure_ascii=False)
