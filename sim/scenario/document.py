"""Read scenario files: YAML with the position of every value, without YAML's surprises. Knows nothing of the model."""

import datetime
import math
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import yaml

from sim.language.words import error_and_remedy, error_text
from sim.scenario.problems import (
    CONTROL,
    Position,
    Problem,
    ProblemsFound,
    excerpt,
    file_text,
    not_found,
    not_yaml,
    shown_path,
)

MAX_DEPTH, MAX_NODES, MAX_TEXT, MAX_FILES = 20, 20_000, 10_000, 10

Scalar = str | int | float | bool | datetime.date | None
Path = str | os.PathLike[str]

_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ODD_NUMBER = re.compile(r"[-+]?(0[0-9]+|[0-9][0-9_]*_[0-9]*(\.[0-9]*)?)")
_ZEROS = re.compile(r"^([-+]?)0+(?=[0-9])")
_OTHER_BASE = re.compile(r"[-+]?0[xob][0-9a-f_]+", re.IGNORECASE)
# What is left of "1,000" or "2,900 USD" behind the comma that ends an entry inside { }.
_AFTER_COMMA = re.compile(r"[0-9]{3}([., ]|$)")
_NOT_RELATIVE = re.compile(r"[/\\~]|[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True)
class Node:
    """One value of a file and where it stands; a mapping also knows where its keys stand."""

    value: "dict[str, Node] | list[Node] | Scalar"
    file: str
    line: int
    column: int
    keys: dict[str, Position] = field(default_factory=dict)

    def plain(self) -> Any:
        """Return nested dicts, lists and scalars without positions."""
        if isinstance(self.value, dict):
            return {key: inner.plain() for key, inner in self.value.items()}
        return [inner.plain() for inner in self.value] if isinstance(self.value, list) else self.value

    def at(self, path: Sequence[str | int], *, key: bool = False) -> Position:
        """Find the position of a value, or of the deepest key that exists on the way to it.

        Parameters
        ----------
        path
            Keys and list places, as in pydantic's ``loc``; steps that the file does not have are passed over.
        key
            Point at the key instead of the value, for a key that should not be there.
        """
        node, whole = self, True
        key_position = value_position = Position(self.file, self.line, self.column)
        for step in path:
            inner = node._inner(step)
            whole = inner is not None
            if inner is not None:
                value_position = Position(inner.file, inner.line, inner.column)
                key_position = node.keys.get(str(step), value_position)
                node = inner
        return value_position if whole and not key else key_position

    def _inner(self, step: str | int) -> "Node | None":
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, list) and isinstance(step, int) and 0 <= step < len(self.value):
            return self.value[step]
        return None


class _Reader:
    """Turns the events of PyYAML's parser into nodes and collects problems; no tags, no code, bounded size."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.events: Iterator[Any] = iter(())
        self.nodes = 0
        self.here = Position(file, 1, 1)

    def document(self, text: str) -> Node:
        """Read the one document of a file."""
        self.events = yaml.parse(text, Loader=yaml.SafeLoader)
        start = next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            self._stop(start, "files.is_empty")
        root = self._node(next(self.events), 1)
        next(self.events)  # the end of the document
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._stop(after, "files.second_document")
        if not isinstance(root.value, dict):
            self._stop(start, "files.no_keys")
        return root

    def _problem(self, event: Any, key: str, /, **values: object) -> None:
        mark = event.start_mark
        self.problems.append(Problem(self.file, mark.line + 1, mark.column + 1, *error_and_remedy(key, **values)))

    def _stop(self, event: Any, key: str, /, **values: object) -> NoReturn:
        self._problem(event, key, **values)
        raise ProblemsFound(self.problems)

    def _node(self, event: Any, depth: int) -> Node:
        """Read the value that an event starts."""
        self.nodes += 1
        self.here = Position(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        if depth > MAX_DEPTH:
            self._stop(event, "files.too_deep", most=MAX_DEPTH)
        if self.nodes > MAX_NODES:
            self._stop(event, "files.too_many", most=f"{MAX_NODES:,}")
        if event.anchor is not None:
            self._problem(event, "files.reference", name=excerpt(event.anchor))
        if getattr(event, "tag", None) is not None:
            self._problem(event, "files.tag", name=excerpt(event.tag.replace("tag:yaml.org,2002:", "!!")))
        node = Node(None, self.file, self.here.line, self.here.column)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, node, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return replace(node, value=self._list(depth))
        return replace(node, value=self._scalar(event)) if isinstance(event, yaml.ScalarEvent) else node

    def _list(self, depth: int) -> list[Node]:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return items

    def _mapping(self, start: Any, node: Node, depth: int) -> Node:
        """Read the entries of a mapping; those with a wrong key are left out."""
        entries: dict[str, Node] = {}
        keys: dict[str, Position] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            compound = None if isinstance(event, yaml.ScalarEvent) else self._node(event, depth + 1)
            inner = self._node(next(self.events), depth + 1)
            if compound is not None:
                self._problem(event, "files.compound_key")
            elif start.flow_style and inner.value is None and _AFTER_COMMA.match(event.value):
                self._problem(event, "files.comma", text=excerpt(event.value))
            elif (key := self._key(event, keys, depth)) is not None:
                entries[key] = inner
                keys[key] = Position(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        return replace(node, value=entries, keys=keys)

    def _key(self, event: Any, keys: dict[str, Position], depth: int) -> str | None:
        """Read a key, or None if it is not a text or not new."""
        key = self._node(event, depth + 1).value
        shown = excerpt(event.value)
        if key == "<<" and event.style is None:
            self._problem(event, "files.merging")
        elif not isinstance(key, str):
            self._problem(event, "files.key_no_text", key=shown, text=event.value[:60].strip())
        elif key in keys:
            self._problem(event, "files.key_twice", key=shown, first=keys[key].line, second=event.start_mark.line + 1)
        else:
            return key
        return None

    def _scalar(self, event: Any) -> Scalar:
        """Read a single value; what is in quotes stays text."""
        text: str = event.value
        if len(text) > MAX_TEXT:
            self._problem(event, "files.long_text", most=f"{MAX_TEXT:,}")
        if CONTROL.search(text):
            self._problem(event, "files.control", text=excerpt(text))
            return CONTROL.sub("?", text)
        return text if event.style is not None else self._unquoted(event, text)

    def _unquoted(self, event: Any, text: str) -> Scalar:
        """Find out what an unquoted value is: nothing, yes or no, a date, a number or a text."""
        if text in _WORDS:
            return _WORDS[text]
        if _DATE.fullmatch(text):
            try:
                return datetime.date.fromisoformat(text)
            except ValueError:
                self._problem(event, "files.no_day", text=text)
        elif _ODD_NUMBER.fullmatch(text):
            number = _ZEROS.sub(r"\1", text.replace("_", ""))[:30]
            key = "files.underscores" if "_" in text else "files.octal"
            self._problem(event, key, text=excerpt(text), number=number)
        elif _OTHER_BASE.fullmatch(text):
            self._problem(event, "files.not_decimal", text=excerpt(text))
        elif _FLOAT.fullmatch(text):
            if math.isfinite(float(text)):
                return int(text) if _INTEGER.fullmatch(text) else float(text)
            self._problem(event, "files.large_number", text=excerpt(text))
        return text


def _parse(path: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read one file as far as possible."""
    reader = _Reader(shown_path(path))
    try:
        text = file_text(path)
    except ProblemsFound as stop:
        return None, stop.problems
    try:
        return reader.document(text), tuple(reader.problems)
    except ProblemsFound as stop:
        return None, stop.problems
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the last two from numbers inside PyYAML
        return None, (*reader.problems, not_yaml(error, reader.here, text))


def _extended(link: Node, family: Sequence[str]) -> str:
    """Find the file that the `extends` of the last file of a family names."""
    name = link.value
    target = os.path.realpath(os.path.join(os.path.dirname(family[-1]), str(name)))
    if not isinstance(name, str) or not name:
        wrong = error_and_remedy("files.extends_what")
    elif _NOT_RELATIVE.match(name):
        wrong = error_and_remedy("files.extends_where", name=excerpt(name))
    elif target in family:
        names = map(shown_path, [*family[family.index(target) :], target])
        wrong = error_and_remedy("files.circle", circle=error_text("files.extends").join(names))
    elif len(family) > MAX_FILES:
        wrong = error_and_remedy("files.long_family", most=MAX_FILES)
    elif not os.path.isfile(target):
        wrong = not_found(target)
    else:
        return target
    raise ProblemsFound([Problem(link.file, link.line, link.column, *wrong)])


def _family(path: Path) -> dict[str, Node]:
    """Read a file and all that it extends, nearest first; the problems of all of them come in one go."""
    family: dict[str, Node] = {}
    problems: list[Problem] = []
    target: str | None = os.path.realpath(path)
    try:
        while target is not None:
            node, found = _parse(target)
            problems += found
            if node is None:
                break
            family[target] = node
            link = node._inner("extends")
            target = None if link is None else _extended(link, list(family))
    except ProblemsFound as broken:
        problems += broken.problems
    if problems:
        raise ProblemsFound(problems)
    return family


def _merge(base: Node, child: Node) -> Node:
    """Lay a child over its base: mappings merge, everything else is replaced."""
    if not (isinstance(base.value, dict) and isinstance(child.value, dict)):
        return child
    merged = dict(base.value)
    for key, inner in child.value.items():
        merged[key] = _merge(merged[key], inner) if key in merged else inner
    return replace(child, value=merged, keys={**base.keys, **child.keys})


def _without(node: Node, names: Sequence[str]) -> Node:
    inside = node.value if isinstance(node.value, dict) else {}
    return replace(node, value={key: inner for key, inner in inside.items() if key not in names})


def read(path: Path) -> Node:
    """Read one file as it is written."""
    node, problems = _parse(os.path.realpath(path))
    if node is None or problems:
        raise ProblemsFound(problems)
    return node


def resolve(path: Path) -> Node:
    """Read a file and lay it over the files that it extends; every value keeps the position it came from."""
    nodes = list(_family(path).values())
    merged = nodes.pop()
    for child in reversed(nodes):
        merged = _merge(_without(merged, ["name", "description"]), child)
    return _without(merged, ["extends"])


def chain(path: Path) -> list[str]:
    """List the files that a file extends, nearest first, as whole paths."""
    return list(_family(path))[1:]
