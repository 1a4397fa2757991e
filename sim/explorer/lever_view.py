"""One lever on the page: what it does, what one sets, what is least known, and the others on demand."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from sim.explorer.knob_view import KnobView, Moved
from sim.explorer.knobs import Knob, parted
from sim.explorer.names import Names
from sim.explorer.state import Explorer
from sim.language.words import Words

MINE, KNOWN = 4, 3
"""How many of what one sets, and of what is to be known, are shown at once."""


class LeverView:
    """Shows a lever that is pulled."""

    def __init__(
        self, explorer: Explorer, lever: str, names: Names, words: Words, moved: Moved, removed: Callable[[str], None]
    ) -> None:
        def view(knob: Knob) -> Any:
            return KnobView(knob, explorer.value(knob), moved, names, words).box

        mine, known = ([view(knob) for knob in part] for part in parted(explorer.knobs(lever)))
        title = f"<h2>{escape(names.lever(lever))}</h2><p>{escape(names.does(lever))}</p>"
        least = [widgets.HTML(f"<h3>{escape(words('least_known'))}</h3>")] if known else []
        more = mine[MINE:] + known[KNOWN:]
        self.more = widgets.VBox(more)
        self.more.layout.display = "none"
        remove = widgets.Button(description=words("let_go", lever=names.lever(lever)))
        remove.on_click(lambda _: removed(lever))
        buttons = [remove]
        if more:
            toggle = widgets.ToggleButton(description=words("more_numbers", count=len(more)))
            toggle.observe(self.toggled, names="value")
            buttons.insert(0, toggle)
        row = widgets.HBox(buttons)
        row.add_class("rs-row")
        self.box = widgets.VBox([widgets.HTML(title), *mine[:MINE], *least, *known[:KNOWN], self.more, row])
        self.box.add_class("rs-lever")

    def toggled(self, change: dict[str, Any]) -> None:
        """Show or hide the further numbers."""
        self.more.layout.display = None if change["new"] else "none"
