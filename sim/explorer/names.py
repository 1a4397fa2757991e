"""What levers, their numbers and the values of these are called on the page."""

import inspect

from sim.explorer.knobs import Knob
from sim.language.formats import currency_name, lever_name
from sim.language.words import Words, translated
from sim.levers import BY_NAME


class Names:
    """Names in one language; a lever that the catalogue does not know is called as its file."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words = Words("lever_names", language)

    def lever(self, lever: str) -> str:
        """Return what a lever is called."""
        return lever_name(lever, self.language)

    def does(self, lever: str) -> str:
        """Return what a lever does, in a sentence."""
        return translated("levers", lever, inspect.getdoc(BY_NAME[lever]) or "", self.language)

    def parameter(self, knob: Knob) -> str:
        """Return what a parameter is called."""
        name, known = knob.name, self.words.texts
        if f"parameter_{knob.lever}_{name}" in known:
            return self.words(f"parameter_{knob.lever}_{name}")
        return self.words(f"parameter_{name}") if f"parameter_{name}" in known else plain(name)

    def description(self, knob: Knob) -> str:
        """Return what a parameter is, in a sentence."""
        return knob.parameter.described(self.language)

    def word(self, word: str) -> str:
        """Return one of the words that a parameter may be."""
        return self.words(f"word_{word}") if f"word_{word}" in self.words.texts else plain(word)

    def value(self, knob: Knob, shown: float) -> str:
        """Return a value in the unit of its slider, with the unit."""
        number = f"{shown:,.6g}"
        keys = {"%": "unit_percent", "days": "unit_days", "months": "unit_months", "% per month": "unit_rate"}
        if knob.scale.word in keys:
            return self.words(keys[knob.scale.word], number=number, count=shown)
        word = currency_name(knob.scale.word, self.language) if knob.scale.word else ""
        return f"{number} {word}".rstrip()

    def text(self, knob: Knob, written: str) -> str:
        """Return a value as a scenario file writes it in the form of the page."""
        return self.value(knob, knob.shown(written))


def plain(name: str) -> str:
    """Return a name of the code as words."""
    return name.replace("_", " ").capitalize()
