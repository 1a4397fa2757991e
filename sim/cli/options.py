"""Options that several commands share."""

from collections.abc import Callable
from typing import Any

import click

from sim.cli.command import OPTION, VARIABLE
from sim.language.words import LANGUAGES, language_now

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

language_option: Decorator = click.option(
    OPTION,
    "language",
    type=click.Choice(LANGUAGES),
    default=language_now,
    envvar=VARIABLE,
)
quiet_option: Decorator = click.option("--quiet", is_flag=True)
MOST_JOBS = 256
jobs_option: Decorator = click.option("--jobs", type=click.IntRange(1, MOST_JOBS))
json_option: Decorator = click.option("--json", "as_json", is_flag=True)
