"""One knob on the page: its name and value, a slider over the range of the evidence, a mark at the default."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from sim.explorer.knobs import DIGITS, Knob
from sim.explorer.names import Names
from sim.language.words import Words

Moved = Callable[[Knob, Any], None]


class KnobView:
    """Shows a knob and says when it is moved."""

    def __init__(self, knob: Knob, value: Any, moved: Moved, names: Names, words: Words) -> None:
        self.knob, self.moved, self.names, self.words, self.value = knob, moved, names, words, value
        self.head = widgets.HTML()
        self.input = self.choice(value) if knob.choices else self.slider(float(value))
        self.input.observe(self.changed, names="value")
        about = [widgets.HTML(self.about())] if self.about() else []
        below = [] if knob.choices else [widgets.HTML(scale(knob, self.input.min, self.input.max, names, words))]
        self.box = widgets.VBox([self.head, self.input, *below, *about])
        self.box.add_class("rs-knob")
        self.write(value)

    def slider(self, value: float) -> Any:
        """Return a slider over the knob's range; a value of the file that lies outside widens it."""
        kind = widgets.IntSlider if self.knob.whole else widgets.FloatSlider
        number = int if self.knob.whole else float
        low, high = min(self.knob.low, value), max(self.knob.high, value)
        return kind(
            value=number(value), min=number(low), max=number(high), step=number(self.knob.step), readout=False,
            layout=widgets.Layout(width="100%"),
        )  # fmt: skip

    def choice(self, value: str) -> Any:
        """Return a list of words."""
        return widgets.Dropdown(options=[(self.names.word(word), word) for word in self.knob.choices], value=value)

    def changed(self, change: dict[str, Any]) -> None:
        """Write the new value and pass it on, if it is one: a slider that appears reports its value, digits awry."""
        value = change["new"] if self.knob.choices else round(change["new"], DIGITS)
        if value != self.value:
            self.value = value
            self.write(value)
            self.moved(self.knob, value)

    def write(self, value: Any) -> None:
        """Write the knob's name and value above it."""
        name = escape(self.names.parameter(self.knob))
        shown = escape(self.names.word(value) if self.knob.choices else self.names.value(self.knob, value))
        self.head.value = (
            f'<div class="rs-line"><span class="rs-name">{name}</span><span class="rs-value">{shown}</span></div>'
        )

    def about(self) -> str:
        """Say what the number is, and how good the evidence of its range."""
        knob, words = self.knob, self.words
        low, high, _ = knob.evidence
        if knob.grade is not None and low:
            low, high = self.names.text(knob, low), self.names.text(knob, high)
            known = words("evidence", low=low, high=high, grade=knob.grade)
        else:
            known = words("decision")
        return f'<p class="rs-about">{escape(self.names.description(knob) + self.words("space") + known)}</p>'


def scale(knob: Knob, low: float, high: float, names: Names, words: Words) -> str:
    """Return what stands under a slider: a mark at the default, both ends, and the default where it fits."""
    place = 100.0 * (float(knob.default) - low) / (high - low)
    ends = [escape(names.value(knob, float(end))) for end in (low, high)]
    default = escape(words("default", value=names.value(knob, float(knob.default))))
    before, after = (
        f'<span style="flex: {share:.2f} 1 0" aria-hidden="true"></span>' for share in (place, 100 - place)
    )
    return (
        f'<div class="rs-scale"><span class="rs-mark" style="left: {place:.2f}%" aria-hidden="true">▲</span></div>'
        f'<div class="rs-line rs-ends"><span>{ends[0]}</span>{before}<span class="rs-default">{default}</span>{after}'
        f"<span>{ends[1]}</span></div>"
    )
