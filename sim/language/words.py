"""The catalogue of texts: a subject's file in a language, read when it is first needed."""

from contextvars import ContextVar
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "zh")
ONE, SHOP = "_one", "_shop"
"""Ends of keys: what is said of a single one, and where customers order and do not subscribe."""


@cache
def texts(subject: str, language: str) -> dict[str, str]:
    """Return the texts of a subject, such as ``charts``, by key; gaps are filled as in Python's str.format.

    Raises
    ------
    ValueError
        When the language is not known.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language={language!r} is not known; write one of {', '.join(map(repr, LANGUAGES))}")
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = yaml.load((FOLDER / language / f"{subject}.yaml").read_text(encoding="utf-8"), loader)
    return dict(found)


class Words:
    """The texts of one subject in one language, called with a key and with what belongs into the gaps.

    Parameters
    ----------
    shop
        Whether customers order and do not subscribe; then keys with ``_shop`` behind them are preferred.
    """

    def __init__(self, subject: str, language: str, *, shop: bool = False) -> None:
        self.language = language
        self.texts = texts(subject, language)
        self.shop = shop

    def __call__(self, key: str, **values: object) -> str:
        """Return a text; where ``count`` is 1, the singular that a language has."""
        if self.shop and key + SHOP in self.texts:
            key += SHOP
        if values.get("count") == 1 and key + ONE in self.texts:
            key += ONE
        return self.texts[key].format(**values)


language_of_errors: ContextVar[str] = ContextVar("language_of_errors", default=LANGUAGES[0])
"""Errors arise far from where a language is chosen, so theirs is the process's; the command line sets it."""


def error_text(key: str, **values: object) -> str:
    """Return a text of an error in the language of errors."""
    return Words("errors", language_of_errors.get())(key, **values)
