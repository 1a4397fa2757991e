"""What levers, their numbers and the values of these are called on the page."""

import inspect
import re

from sim.explorer.knobs import Knob
from sim.language.formats import NO_BREAK, currency_name, lever_name
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
        return self.number(knob.lever, knob.name)

    def number(self, lever: str, name: str) -> str:
        """Return what one of a lever's numbers is called."""
        known = self.words.texts
        for key in (f"parameter_{lever}_{name}", f"parameter_{name}"):
            if key in known:
                return self.words(key)
        return plain(name)

    def description(self, knob: Knob) -> str:
        """Return what a parameter is, in a sentence; others that it speaks of are called as on the page."""
        own = BY_NAME[knob.lever].own_parameters()
        code = "|".join(name for name in own if "_" in name or self.language == "zh")  # else a word like any other

        def called(found: re.Match[str]) -> str:
            return self.words("quoted", name=self.number(knob.lever, found[0]))

        text = knob.parameter.described(self.language)
        return re.sub(rf"(?<![a-z_])({code})(?![a-z_])", called, text) if code else text

    def word(self, word: str) -> str:
        """Return one of the words that a parameter may be."""
        return self.words(f"word_{word}") if f"word_{word}" in self.words.texts else plain(word)

    def value(self, knob: Knob, shown: float) -> str:
        """Return a value in the unit of its slider, with the unit on the same line."""
        return self.in_words(knob, shown).replace(" ", NO_BREAK)

    def in_words(self, knob: Knob, shown: float) -> str:
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
