"""``retention-sim schema``: the JSON Schema of a scenario file, for editors."""

import click

from sim.cli.command import Command
from sim.cli.options import language_option


@click.command(cls=Command)
@language_option
def schema(language: str) -> None:
    """Print the JSON Schema of scenario files: keys, units, defaults, ranges, grades and sources, for editors.

    Save it beside your files, and let their first line be: # yaml-language-server: $schema=scenario.schema.json
    """
    from sim.scenario.json_schema import schema_text

    click.echo(schema_text(language), nl=False)
