"""A finished study as a command opens it: with a word if another version of the model made it."""

from typing import TYPE_CHECKING

from sim.cli.progress import Messages

if TYPE_CHECKING:
    from sim.study.study import Study


def opened(folder: str, messages: Messages) -> "Study":
    """Open the study in a run folder.

    Raises
    ------
    NotAStudy
        When the folder holds none, or a damaged one.
    """
    from sim.study import store
    from sim.study.run_folder import open_study

    study = open_study(folder)
    if store.read_record(folder).get("model") != store.model_version():
        messages.say("other_model", folder=folder)
    return study
