"""Where the numbers come from: every reference, by its key."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

FILE = Path(__file__).parent.parent / "sources.yaml"

KINDS = {
    "paper": "a scientific paper",
    "survey": "a survey or panel of many companies or customers",
    "vendor": "a company that sells something to do with it",
    "press": "a newspaper or magazine",
    "seed": "one of the texts that the project grew from",
    "judgement": "we judged it ourselves",
    "choice": "nothing to know: whoever runs a study decides",
    "prototype": "found by running the model itself",
}

READ = {
    "whole": "the whole text",
    "abstract": "its abstract or first page",
    "secondary": "only as another text quotes it",
    "memory": "not seen; from memory",
    "own": "nothing to read, as the number is ours",
}


@dataclass(frozen=True)
class Source:
    """One reference; year and link are None where they are not known."""

    key: str
    title: str
    authors: str
    kind: str
    read: str
    note: str
    year: int | None = None
    link: str | None = None


@cache
def sources() -> Mapping[str, Source]:
    """Return every source by its key, in the order of the file."""
    entries = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return MappingProxyType({key: _source(key, entry) for key, entry in entries.items()})


def _source(key: str, entry: dict[str, Any]) -> Source:
    for name, known in (("kind", KINDS), ("read", READ)):
        if entry[name] not in known:
            raise ValueError(f"source '{key}': {name} '{entry[name]}' is unknown; use one of {', '.join(known)}")
    return Source(key=key, **entry)
