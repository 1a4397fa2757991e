"""The catalogue: every text is there in every language, with the same gaps, and is said somewhere."""

import re
import string

import pytest
from worlds import ROOT

from sim.language.words import FOLDER, IN_CODE, LANGUAGES, ONE, REMEDY, SHOP, Words, texts

SUBJECTS = sorted(path.stem for path in (FOLDER / "en").glob("*.yaml"))
SOURCE = "\n".join(
    path.read_text(encoding="utf-8") for kind in ("py", "html", "js") for path in (ROOT / "sim").rglob(f"*.{kind}")
)
IN_ONE_ORDER = {"date", "month", "span", "span_of_years"}
"""Dates of a story are put together from other parts in Chinese."""
NAMES_OF_THINGS = ("click", "commands", "errors_of_system", "metric_definitions", "metrics", "story")
"""Subjects whose keys are names of commands, metrics, events; other tests hold them against those."""


def gaps(text):
    return {gap for _, gap, _, _ in string.Formatter().parse(text) if gap}


def said(key, subject=""):
    """Whether a key stands in the code, whole or put together from a beginning: f"stage_{name}"."""
    bare = key.removesuffix(ONE).removesuffix(SHOP)
    if subject.startswith("errors_of_"):
        bare = f"{subject.removeprefix('errors_of_')}.{bare.removesuffix(REMEDY)}"
    beginnings = [bare[: place + 1] for place, letter in enumerate(bare) if letter == "_"]
    whole = re.search(rf"""["']{re.escape(bare)}["']""", SOURCE)
    return whole or any(re.search(rf"""f["']{re.escape(start)}\{{""", SOURCE) for start in beginnings)


def test_every_language_has_every_subject():
    assert SUBJECTS
    for language in LANGUAGES:
        in_code = [] if language == "en" else IN_CODE
        assert sorted(path.stem for path in (FOLDER / language).glob("*.yaml")) == sorted([*SUBJECTS, *in_code])


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_text_is_there_in_every_language_with_the_same_gaps(subject):
    """A language without a plural has no singulars of its own."""
    english = texts(subject, "en")
    for language in LANGUAGES:
        found = texts(subject, language)
        assert {key for key in english if not key.endswith(ONE)} == {key for key in found if not key.endswith(ONE)}
        for key in found:
            assert type(key) is str and type(found[key]) is str, key
            if subject == "click":  # a translation may leave out what click names in English
                assert gaps(found[key]) <= gaps(english[key]), key
            elif key not in IN_ONE_ORDER:
                assert gaps(found[key]) == gaps(english[key]), key


@pytest.mark.parametrize("subject", [name for name in SUBJECTS if name not in NAMES_OF_THINGS])
def test_every_text_is_said(subject):
    assert [key for key in texts(subject, "en") if not said(key, subject)] == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_texts_that_stand_for_others_have_those_others(subject):
    """A shop's text, or a singular, without the text that it replaces would never be said."""
    for language in LANGUAGES:
        found = texts(subject, language)
        assert all(key.removesuffix(end) in found for key in found for end in (ONE, SHOP) if key.endswith(end))


def test_a_language_that_is_not_known():
    with pytest.raises(ValueError, match="'fr' is not known; write one of 'en', 'zh'"):
        Words("charts", "fr")
