"""What is taken away from the explorer: the scenario file of a strategy, and the report of all that is side by side."""

import os
from pathlib import Path
from typing import Any

import yaml

from sim.core.files import write_text
from sim.explorer.state import Explorer, Pulled, Refused


def scenario_text(explorer: Explorer, name: str, pulled: Pulled, extends: str) -> str:
    """Return the scenario file of a strategy: it extends the opened file and holds what differs from it.

    Parameters
    ----------
    extends
        The opened file, as it is reached from where the text will be.
    """
    own = explorer.own_levers()
    levers: dict[str, Any] = {key: False for key in own if key not in pulled}
    for lever, values in pulled.items():
        before = own.get(lever)
        changed = {key: value for key, value in values.items() if before is None or before.get(key) != value}
        if changed or before is None:
            levers[lever] = changed
    data = {"extends": extends, "name": name, **({"levers": levers} if levers else {})}
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)


def save_scenario(explorer: Explorer, name: str, pulled: Pulled, file: str) -> Path:
    """Write the scenario file of a strategy into the explorer's folder; return where it is.

    Raises
    ------
    Refused
        When the file's name cannot be used.
    """
    path = new_file(explorer.folder, file, ".yaml")
    try:
        extends = Path(os.path.relpath(explorer.file, path.parent)).as_posix()
    except ValueError:  # another drive, on Windows
        raise Refused("other_drive", folder=explorer.folder) from None
    write_text(path, scenario_text(explorer, name, pulled, extends))
    return path


def save_report(explorer: Explorer, file: str, language: str) -> Path:
    """Write a report of the baseline and all strategies into the explorer's folder; return where it is.

    Raises
    ------
    Refused
        When the file's name cannot be used.
    """
    path = new_file(explorer.folder, file, ".html")
    from sim.report.page import write_report  # it draws charts, which a page of sliders need not wait for

    write_report(explorer.study(), path, language=language)
    return path


def new_file(folder: Path, file: str, ending: str) -> Path:
    """Return the path of a file that is not there yet, in the folder or below it.

    Raises
    ------
    Refused
        When the name has another ending, leaves the folder, leads into none, or is taken.
    """
    path = (folder / file.strip()).resolve()
    if path.suffix != ending or path.stem == "":
        raise Refused("file_ending", ending=ending)
    if not path.is_relative_to(folder.resolve()) or not path.parent.is_dir():
        raise Refused("file_outside", folder=folder)
    if path.exists():
        raise Refused("file_there", file=path.name)
    return path
