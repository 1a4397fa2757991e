"""Options that several commands share."""

from collections.abc import Callable
from typing import Any

import click

from sim.language.words import LANGUAGES

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

language_option: Decorator = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    envvar="RETENTION_SIM_LANG",
    help="Language of what is printed; also read from RETENTION_SIM_LANG.",
)
quiet_option: Decorator = click.option("--quiet", is_flag=True, help="No progress and no messages, errors excepted.")
json_option: Decorator = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
