"""``retention-sim schema``: the JSON Schema of a scenario file, for editors."""

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of scenario files: keys, units, defaults, ranges, grades and sources, for editors.

    Save it beside your files, and let their first line be: # yaml-language-server: $schema=scenario.schema.json
    """
    from sim.scenario.json_schema import schema_text

    click.echo(schema_text(), nl=False)
