"""One lever on the page: what it does, its main numbers, the others on demand, and a button to let go of it."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from sim.explorer.knob_view import KnobView, Moved
from sim.explorer.names import Names
from sim.explorer.state import Explorer
from sim.language.words import Words

MAIN = 4
"""Numbers that are shown at once: the share reached and the first ones of the lever's file."""


class LeverView:
    """Shows a lever that is pulled."""

    def __init__(
        self, explorer: Explorer, lever: str, names: Names, words: Words, moved: Moved, removed: Callable[[str], None]
    ) -> None:
        knobs = explorer.knobs(lever)
        views = [KnobView(knob, explorer.value(knob), moved, names, words) for knob in knobs]
        title = f"<h2>{escape(names.lever(lever))}</h2><p>{escape(names.does(lever))}</p>"
        self.more = widgets.VBox([view.box for view in views[MAIN:]])
        self.more.layout.display = "none"
        remove = widgets.Button(description=words("let_go", lever=names.lever(lever)))
        remove.on_click(lambda _: removed(lever))
        buttons = [remove]
        if views[MAIN:]:
            toggle = widgets.ToggleButton(description=words("more_numbers", count=len(views) - MAIN))
            toggle.observe(self.toggled, names="value")
            buttons.insert(0, toggle)
        self.box = widgets.VBox(
            [widgets.HTML(title), *(view.box for view in views[:MAIN]), self.more, widgets.HBox(buttons)]
        )
        self.box.add_class("rs-lever")

    def toggled(self, change: dict[str, Any]) -> None:
        """Show or hide the further numbers."""
        self.more.layout.display = None if change["new"] else "none"
