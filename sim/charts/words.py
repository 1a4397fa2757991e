"""What charts say, in the languages of the catalogue, and months and years as they are written there."""

from typing import TYPE_CHECKING

from sim.charts.fonts import chinese_font
from sim.language import formats
from sim.language.words import Words

if TYPE_CHECKING:
    from sim.study.study import Study


def words_of(language: str, *, shop: bool = False) -> Words:
    """Return the texts of a language; Chinese ones only if a font with Chinese characters is installed."""
    return Words("charts", spoken(language), shop=shop)


def spoken(language: str) -> str:
    """Return the language that is written: Chinese without a font for it becomes English."""
    return "en" if language == "zh" and chinese_font() is None else language


def money_unit(word: str, study: "Study", words: Words) -> str:
    """Return the unit of an axis of money: the word of a power of ten, if any, and the currency."""
    return (words(word) if word else "") + formats.currency_name(study.design.baseline.currency, words.language)


def note_on_error(key: str, replications: int, words: Words) -> str:
    """Return the note under the title that says what shows simulation error; that nothing does, of one replication."""
    return words(key if replications > 1 else "one_replication", replications=replications)


def note_on_means(scenarios: int, replications: int, words: Words) -> str:
    """Return the note under the title of charts of means."""
    scale = words("common" if scenarios > 1 else "scale")
    return scale + words("space") + note_on_error("means", replications, words)


def month_name(month: int, language: str) -> str:
    """Return the name of a calendar month, 1 to 12."""
    return formats.month_name(month, spoken(language))


def year_name(year: int, language: str) -> str:
    """Return the name of a year."""
    return formats.year_name(year, spoken(language))
