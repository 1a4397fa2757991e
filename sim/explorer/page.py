"""The explorer's page: levers with their sliders at the left, retention and profit at the right."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from sim.core.parameter import GRADES
from sim.explorer.asked import Asked, asked
from sim.explorer.cannot import CANNOT, reason
from sim.explorer.export_view import ExportView
from sim.explorer.knobs import Knob
from sim.explorer.lever_view import LeverView
from sim.explorer.names import Names
from sim.explorer.outcome_view import OutcomeView
from sim.explorer.state import Explorer, Refused, businesses
from sim.language.words import Words
from sim.scenario.load import load
from sim.scenario.problems import ProblemsFound


def show() -> None:
    """Display the page that the server was asked for; called by the notebook."""
    from IPython.display import display

    display(Page(asked()).box)  # type: ignore[no-untyped-call]


class Page:
    """Connects the widgets with what the explorer holds."""

    def __init__(self, this: Asked) -> None:
        self.this, self.words, self.names = this, Words("explorer", this.language), Names(this.language)
        self.explorer = self.explorer_of(Path(this.file))
        self.left_behind: dict[Path, Explorer] = {}
        self.message = widgets.HTML()
        self.message.add_class("rs-message")
        self.views: dict[str, LeverView] = {}
        self.listed: list[str] = []
        self.levers = widgets.VBox()
        self.business = widgets.Dropdown(
            options=self.choices(), value=self.explorer.file, description=self.words("business")
        )
        self.adding = widgets.Dropdown(description=self.words("lever"))
        self.does = widgets.HTML()
        self.add = widgets.Button(description=self.words("add"))
        self.outcome = OutcomeView(self.words, this.language)
        self.exports = ExportView(self.explorer, self.words, this.language, self.tell)
        self.name = widgets.Text(description=self.words("name"), placeholder=self.words("name_example"))
        self.kept = widgets.HBox(layout=widgets.Layout(flex_flow="row wrap"))
        self.box = self.laid_out()
        self.list_levers()
        self.update()
        self.business.observe(self.opened, names="value")
        self.adding.observe(lambda _: self.describe(), names="value")
        self.add.on_click(lambda _: self.added())

    def explorer_of(self, file: Path) -> Explorer:
        """Return a business with no lever pulled, or a strategy of one as its file has it."""
        return Explorer(file, Path(self.this.folder), self.words("this_strategy"), self.this.sample)

    def choices(self) -> list[tuple[str, Path]]:
        """Return the businesses that can be chosen: the file that was named, and the shipped ones."""
        files = dict.fromkeys([self.explorer.file, *businesses()])
        return [(self.business_name(file), file) for file in files]

    def business_name(self, file: Path) -> str:
        """Return what a file is called in the list: the kind of business, where it is a known one, and its place."""
        place, key = f"{file.parent.name}/{file.name}", f"kind_of_{load(file).market}_market"
        return self.words("of_kind", kind=self.words(key), file=place) if key in self.words.texts else place

    def laid_out(self) -> Any:
        """Put everything in its place."""
        title = widgets.HTML(f"<h1>{self.words('title')}</h1>")
        keep = widgets.Button(description=self.words("keep"))
        keep.on_click(lambda _: self.told(self.keep))
        adding, keeping = widgets.HBox([self.adding, self.add]), widgets.HBox([self.name, keep])
        left = widgets.VBox([self.business, adding, self.does, self.levers, widgets.HTML(grades(self.words))])
        side = widgets.VBox([widgets.HTML(f"<h2>{self.words('side_by_side')}</h2>"), keeping])
        outcome = widgets.VBox([self.message, self.outcome.busy, self.outcome.headline, self.outcome.chart])
        right = widgets.VBox([outcome, widgets.VBox([self.outcome.table, side, self.kept, self.exports.box])])
        columns = widgets.Box([left, right])
        page = widgets.VBox([title, columns])
        looks = {"rs-left": left, "rs-right": right, "rs-columns": columns, "rs-outcome": outcome, "rs-page": page}
        for look, box in looks.items():
            box.add_class(look)
        for row in (adding, keeping):
            row.add_class("rs-row")
        return page

    def list_levers(self) -> None:
        """Show the levers that are pulled, and offer the others."""
        explorer = self.explorer
        for lever in explorer.pulled:
            if lever not in self.views:
                self.views[lever] = LeverView(explorer, lever, self.names, self.words, self.moved, self.removed)
        self.views = {lever: view for lever, view in self.views.items() if lever in explorer.pulled}
        self.levers.children = [self.views[lever].box for lever in explorer.pulled]
        others = [(self.names.lever(lever), lever) for lever in explorer.offered()]
        self.adding.options = [(self.words("choose_lever"), ""), *others]
        self.adding.value = ""
        self.describe()

    def describe(self) -> None:
        """Say what the lever that is chosen does, before it is added."""
        lever = self.adding.value
        self.does.value = f'<p class="rs-about">{escape(self.names.does(lever))}</p>' if lever else ""
        self.add.disabled = not lever

    # --- what somebody does -------------------------------------------------------------------------------------------

    def opened(self, change: dict[str, Any]) -> None:
        """Go to another business; what was done to the one before is there when somebody comes back."""
        file, before = change["new"], self.explorer
        if file == before.file:
            return  # put back by what follows
        self.outcome.work(self.words("simulating"))
        try:
            after = self.left_behind.pop(file, None) or self.explorer_of(file)
        except ProblemsFound as found:
            self.outcome.work("")
            self.business.value = before.file
            self.tell(reason(found))
            return
        self.left_behind[before.file] = before
        self.explorer = self.exports.explorer = after
        self.views = {}
        self.list_levers()
        self.update()

    def added(self) -> None:
        """Pull the lever that is chosen."""
        if self.adding.value:
            self.explorer.pull(self.adding.value)
            self.list_levers()
            self.update()

    def removed(self, lever: str) -> None:
        """Let go of a lever."""
        self.explorer.let_go(lever)
        self.list_levers()
        self.update()

    def moved(self, knob: Knob, shown: Any) -> None:
        """Move a knob."""
        self.explorer.move(knob, shown)
        self.update()

    def keep(self) -> None:
        """Keep the strategy at hand under the name that is written."""
        self.explorer.keep(self.name.value)
        self.name.value = ""

    def told(self, action: Callable[[], Any]) -> None:
        """Do something, or say why it is not done."""
        try:
            action()
        except Refused as refused:
            self.tell(self.words(refused.key, **refused.values))
        else:
            self.update()

    # --- what is shown ------------------------------------------------------------------------------------------------

    def update(self) -> None:
        """Simulate and show the outcome; where that cannot be, say why and leave the last one."""
        self.outcome.work(self.words("simulating"))
        try:
            self.outcome.show(self.explorer, self.explorer.study())
        except CANNOT as error:
            self.tell(reason(error))
            return
        except Exception as error:  # a page has no terminal on which it could be seen
            self.tell(self.words("fault", what=f"{type(error).__name__}: {error}"))
            raise
        finally:
            self.outcome.work("")
        self.tell("")
        self.exports.show()
        if list(self.explorer.kept) != self.listed:
            self.listed = list(self.explorer.kept)
            self.kept.children = [self.remover(name) for name in self.listed]

    def remover(self, name: str) -> Any:
        """Return a button that removes a kept strategy."""
        button = widgets.Button(description=self.words("remove", name=name))
        button.on_click(lambda _: self.told(lambda: self.explorer.remove(name)))
        return button

    def tell(self, text: str) -> None:
        """Say something above the outcome; nothing takes back what was said."""
        self.message.value = f'<div role="alert">{escape(text)}</div>' if text else ""


def grades(words: Words) -> str:
    """Return what the grades of the evidence mean, to be unfolded."""
    meanings = "".join(f"<li>{grade}: {escape(words(f'grade_{grade}'))}</li>" for grade in GRADES)
    return f"<details><summary>{escape(words('grades'))}</summary><ul>{meanings}</ul></details>"
