"""Taking away from the page: the scenario file to download or to save, and the report."""

import base64
import re
from collections.abc import Callable
from html import escape
from pathlib import Path

import ipywidgets as widgets  # type: ignore[import-untyped]

from sim.explorer.cannot import CANNOT, reason
from sim.explorer.export import save_report, save_scenario, scenario_text
from sim.explorer.state import Explorer, Refused
from sim.language.words import Words


class ExportView:
    """Offers the scenario file of the strategy at hand, and a report of all."""

    def __init__(self, explorer: Explorer, words: Words, language: str, tell: Callable[[str], None]) -> None:
        self.explorer, self.words, self.language, self.tell = explorer, words, language, tell
        self.name = widgets.Text(value=words("my_strategy"), description=words("strategy_name"))
        self.file = widgets.HTML()
        self.scenario_file = widgets.Text(value="my_strategy.yaml", description=words("save_as"))
        save = widgets.Button(description=words("save_scenario"))
        save.on_click(lambda _: self.saved(self.save))
        self.report_file = widgets.Text(value="report.html", description=words("save_as"))
        self.report = widgets.Button(description=words("save_report"))
        self.report.on_click(lambda _: self.saved(self.write_report))
        self.note = widgets.HTML()
        self.name.observe(lambda _: self.show(), names="value")
        folder = escape(words("folder", folder=explorer.folder))
        rows = [widgets.HBox([self.scenario_file, save]), widgets.HBox([self.report_file, self.report])]
        for row in rows:
            row.add_class("rs-row")
        head = widgets.HTML(f"<h2>{escape(words('take_away'))}</h2><p>{folder}</p>")
        self.box = widgets.VBox([head, self.name, self.file, *rows, self.note])

    def show(self) -> None:
        """Show the scenario file as it now is."""
        name = " ".join(self.name.value.split()) or self.words("my_strategy")
        text = scenario_text(self.explorer, name, self.explorer.pulled, self.explorer.file.name)
        data = base64.b64encode(text.encode()).decode()
        href = f"data:text/yaml;charset=utf-8;base64,{data}"
        link = f'<a download="{file_name(name)}" href="{href}">{escape(self.words("download"))}</a>'
        beside = escape(self.words("beside", file=self.explorer.file.name))
        self.file.value = (
            f'<pre tabindex="0" aria-label="{escape(self.words("scenario_file"))}">{escape(text)}</pre>'
            f"<p>{link} {beside}</p>"
        )

    def save(self) -> Path:
        """Save the scenario file."""
        name = " ".join(self.name.value.split()) or self.words("my_strategy")
        return save_scenario(self.explorer, name, self.explorer.pulled, self.scenario_file.value)

    def write_report(self) -> Path:
        """Write the report."""
        return save_report(self.explorer, self.report_file.value, self.language)

    def saved(self, action: Callable[[], Path]) -> None:
        """Write a file and say where, or say why not."""
        self.tell("")
        self.note.value = f'<p role="status">{escape(self.words("writing"))}</p>'
        try:
            path = action()
        except Refused as refused:
            why = self.words(refused.key, **refused.values)
        except OSError as error:
            why = self.words("not_written", reason=error.strerror or str(error))
        except CANNOT as error:
            why = reason(error)
        else:
            self.note.value = f'<p role="status">{escape(self.words("written", path=path))}</p>'
            return
        self.note.value = ""
        self.tell(why)


def file_name(name: str) -> str:
    """Return a harmless name for a scenario's file."""
    return (re.sub(r"[^\w-]+", "_", name).strip("_")[:60] or "strategy") + ".yaml"
