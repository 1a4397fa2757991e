"""The catalogue of texts: a subject's file in a language, read when it is first needed."""

import re
import string
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from errno import errorcode
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "zh")
EDGE = "\0"
CHINESE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
BETWEEN = re.compile(f"(?<={CHINESE}{EDGE}) {EDGE}?(?={CHINESE})|(?<={CHINESE}) (?={EDGE}{CHINESE})")
"""A space between two Chinese characters or signs of which at least one fills a gap."""
ONE, SHOP, REMEDY = "_one", "_shop", "_remedy"
"""Ends of keys: of a single one; where customers order and do not subscribe; what to write instead of an error."""


@cache
def texts(subject: str, language: str) -> dict[str, str]:
    """Return the texts of a subject, such as ``charts``, by key; gaps are filled as in Python's str.format.

    Raises
    ------
    ValueError
        When the language is not known.
    """
    if language not in LANGUAGES:
        raise ValueError(not_known("language", language, map(repr, LANGUAGES)))
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

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a text; where ``count`` is 1, the singular that a language has."""
        if self.shop and key + SHOP in self.texts:
            key += SHOP
        if values.get("count") == 1 and key + ONE in self.texts:
            key += ONE
        return closed(self.texts[key], values)


class Edges(string.Formatter):
    """Fills gaps, and marks where what fills them begins and ends."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write a value between two marks."""
        return f"{EDGE}{super().format_field(value, format_spec)}{EDGE}"


def closed(text: str, values: Mapping[str, object]) -> str:
    """Fill the gaps of a text; a space that a text has beside a figure goes where two Chinese characters meet.

    So 36 个月 keeps its space, and 3.6万 个 becomes 3.6万个; what fills a gap stays as it is.
    """
    if " " not in text:
        return text.format(**values)
    return BETWEEN.sub("", Edges().vformat(text, (), values)).replace(EDGE, "")


IN_CODE = ("hooks", "levers", "parameters", "quantities", "sources")
"""Subjects whose English stands elsewhere: where whoever writes a lever, a parameter or a source says what it is."""


def translated(subject: str, key: str, english: str, language: str) -> str:
    """Return a text whose English stands elsewhere; English where there is no other, as of a lever of one's own."""
    return english if language == LANGUAGES[0] else texts(subject, language).get(key, english)


language_of_errors: ContextVar[str | None] = ContextVar("language_of_errors", default=None)
"""Errors arise far from where a language is chosen; the command line sets theirs, else it is the process's."""
_of_process = LANGUAGES[0]


def set_language(language: str) -> None:
    """Choose the language of errors, and of what scenarios, levers and studies show of themselves in a notebook.

    Not a context's variable: a notebook may run each cell in a context of its own.

    Raises
    ------
    ValueError
        When the language is not ``"en"`` or ``"zh"``.
    """
    global _of_process
    texts("notebook", language)  # says which languages there are
    _of_process = language


def language_now() -> str:
    """Return the language of the command that is at work, else that of the process."""
    return language_of_errors.get() or _of_process


def error_text(key: str, /, **values: object) -> str:
    """Return a text of an error in the language of errors; ``files.is_empty`` stands in errors_of_files."""
    subject, _, name = key.partition(".")
    return Words(f"errors_of_{subject}", language_now())(name, **values)


def error_and_remedy(key: str, /, **values: object) -> tuple[str, str]:
    """Return what is wrong and what to write instead, whose key ends with ``_remedy``."""
    return error_text(key, **values), error_text(key + REMEDY, **values)


def why(error: OSError) -> str:
    """Return the system's reason for an error, in the language of errors where it is a usual one."""
    usual = texts("errors_of_system", language_now())
    return usual.get(errorcode.get(error.errno or 0, ""), "") or error.strerror or str(error)


def listed(names: Iterable[object]) -> str:
    """Write names of an error one after the other."""
    return error_text("values.gap").join(map(str, names))


def not_known(name: str, value: object, known: Iterable[str]) -> str:
    """Say that an argument has a value that it cannot have, and which it can."""
    return error_text("values.not_known", name=name, value=repr(value), known=listed(known))


def hint(near: str | None, known: Iterable[object]) -> str:
    """Say which name was meant, or which there are."""
    names = listed(known)
    return error_text("values.did_you_mean", name=near) if near else error_text("values.known", names=names)
