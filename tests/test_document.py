"""The reader of scenario files: no YAML surprises, every problem at its place, all in one go, and never a traceback."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sim.scenario.document import Node, chain, read, resolve
from sim.scenario.problems import Position, ProblemsFound, did_you_mean

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a file into the working folder."""
    monkeypatch.chdir(tmp_path)

    def write_file(content: str | bytes, name: str = "file.yaml") -> str:
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    return write_file


def problems_of(path: str, reader: Callable[[str], object] = resolve) -> list[str]:
    """Return the problems of a file as text; an empty list if there are none."""
    try:
        reader(path)
    except ProblemsFound as found:
        return [str(problem) for problem in found.problems]
    return []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        *((word, word) for word in ("no", "yes", "on", "off", "12:30", ".inf", ".nan", "36 months", "2,900 USD")),
        *((f"'{word}'", word) for word in ("no", "012", "2026-01-31", "")),
        ("true", True),
        ("False", False),
        ("1e6", 1e6),
        ("1.5e3", 1500.0),
        (".5", 0.5),
        ("-3", -3),
        ("0", 0),
        ("0.10", 0.1),
        ("2026-01-31", datetime.date(2026, 1, 31)),
        ("~", None),
        ("null", None),
        ("", None),
        ("[1, a, ~]", [1, "a", None]),
        ("{b: 1}", {"b": 1}),
        ("|\n  one\n  two\n", "one\ntwo\n"),
    ],
)
def test_values_are_what_they_look_like(write: Write, written: str, expected: object) -> None:
    """Only true and false are yes or no, times stay text, 1e6 is a number, what is in quotes is text."""
    actual = read(write(f"key: {written}\n")).plain()

    assert {"key": expected} == actual
    assert type(expected) is type(actual["key"])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: 012", "1:4: error: '012' starts with 0, which YAML may take for octal; write 12, or put a name in quotes"),
        ("a: 0x1F", "1:4: error: '0x1F' is not decimal; write it in digits 0-9, or put a name in quotes"),
        ("a: 0o7", "1:4: error: '0o7' is not decimal; write it in digits 0-9, or put a name in quotes"),
        ("a: 1_000", "1:4: error: '1_000' has underscores in a number; write 1000, or put a name in quotes"),
        ("a: 2026-02-30", "1:4: error: there is no day 2026-02-30; write year-month-day, like 2026-01-31"),
        ("a: 1e999", "1:4: error: '1e999' is too large a number; write a smaller one"),
        ("a: 1\nb: 2\na: 3", "3:1: error: the key 'a' is written twice, on line 1 and on line 3; keep one of them"),
        ("1: a", "1:1: error: the key '1' is not a text; put it in quotes: \"1\""),
        ("? [a]\n: b", "1:3: error: a key is not a text; write 'key: value'"),
        ("a: &x 1", "1:4: error: the reference 'x' (& or *) is not used here; write the value out, or quote"),
        ("a: 1\nb: *x", "2:4: error: the reference 'x' (& or *) is not used here; write the value out, or quote"),
        ("<<: {a: 1}", "1:1: error: merging with '<<' is not used here; write the entries out, or use 'extends'"),
        ("a: !!python/tuple [b]", "1:4: error: the tag '!!python/tuple' is not used here; remove it, or put text"),
        ("a: {b: 2,900 USD}", "1:10: error: the comma before '900 USD' ends the entry inside { }; write the number"),
        ("a: 1\n---\nb: 2", "2:1: error: a second document starts here ('---'); put each scenario into its own file"),
        ("a:\n\tb: 1", "2:1: error: there is a tab where YAML wants spaces; indent with spaces only"),
        ("a: b: c", "1:5: error: there is a ':' where none fits; check the indentation, or quote the text"),
        ("a: 'b", "1:4: error: a quoted text is not closed or has a wrong escape; check the quotes"),
        ("a: {b: 1", "1:9: error: a '{' or '[' is not closed, or a comma is missing; check the brackets"),
        ("a: 1\nb\nc: 2", "2:1: error: this line is no 'key: value'; write a ':' and a space after the key"),
        ("a: *.yaml", "1:4: error: a text cannot start with '*'; put the text in quotes"),
        ('a: "\\UFFFFFFFF"', "1:1: error: a quoted text has a wrong escape behind this; check what follows"),
        ('a: "x\\0"', "1:4: error: 'x?' holds an invisible control character; remove it"),
        (b"a: 1\nb: caf\xe9", "2:7: error: the file is neither UTF-8 nor GBK text; save it as UTF-8 in your editor"),
        (b"a: 1\nb: \0", "2:4: error: the file holds a character that is not text; remove it"),
        ("", "1:1: error: the file is empty; write 'name: ...' and the rest of a scenario"),
        ("# nothing", "1:1: error: the file is empty; write 'name: ...' and the rest of a scenario"),
        ("- a\n- b", "1:1: error: the file is not made of 'key: value' lines; start like 'name: my scenario'"),
    ],
)
def test_traps_are_explained_at_their_place(write: Write, content: str | bytes, expected: str) -> None:
    """Line, column, what is wrong in plain words, and what to write instead."""
    actual = problems_of(write(content), read)

    assert len(actual) == 1
    assert actual[0].startswith(f"file.yaml:{expected}")


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        ("[" * 100_000, "nested more than 20 deep"),
        ("- " * 100_000, "nested more than 20 deep"),
        ("? " * 100_000, "nested more than 20 deep"),
        ("a: [" + "1," * 30_000 + "]", "more than 20,000 values"),
        ("a: " + "x" * 10_001, "longer than 10,000 characters"),
        ("a: " + "9" * 9_000, "too large a number"),
        ("#" * (2**20 + 1), "larger than 1 MiB"),
    ],
)
def test_no_file_is_too_much(write: Write, content: str, fragment: str) -> None:
    """Size and depth are bounded, and going over a bound is a problem like any other."""
    problems = problems_of(write(content))

    assert len(problems) == 1
    assert fragment in problems[0]


def test_all_problems_come_in_one_go(write: Write) -> None:
    """Those of a file and of the files it extends, sorted by file and line."""
    write("c: 0x1\nb: 007\n", "base.yaml")

    actual = problems_of(write("extends: base.yaml\na: 012\na: 1_0\n", "a.yaml"))

    places = " ".join(problem.split(": ")[0] for problem in actual)
    assert places == "a.yaml:2:4 a.yaml:3:1 a.yaml:3:4 base.yaml:1:4 base.yaml:2:4"


def test_a_byte_order_mark_does_not_matter(write: Write) -> None:
    """Files saved by Windows editors are read."""
    assert read(write(b"\xef\xbb\xbfa: 1\r\n")).plain() == {"a": 1}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("folder", "folder is a folder; name a .yaml file in it"),
        ("basline.yaml", "there is no file basline.yaml; did you mean 'baseline.yaml'?"),
        ("far/a.yaml", "the folder far cannot be opened (No such file or directory); check the path"),
        ("/dev/null", "/dev/null is not an ordinary file; name a .yaml file"),
    ],
)
def test_what_is_no_file_is_a_problem(write: Write, name: str, expected: str) -> None:
    """A folder, a missing file, a missing folder, a device."""
    Path("folder").mkdir()
    write("a: 1", "baseline.yaml")

    assert problems_of(name) == [f"{name}:1:1: error: {expected}"]


def test_a_file_that_may_not_be_read_is_a_problem(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the system says no."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    name = write("a: 1")
    monkeypatch.setattr("builtins.open", refuse)

    actual = problems_of(name)

    monkeypatch.undo()
    assert len(actual) == 1
    assert "the file cannot be read (Permission denied); check its permissions" in actual[0]


@pytest.fixture
def family(write: Write) -> Node:
    """A baseline in the folder above, a file that extends it, and a file that extends that."""
    write("name: base\nplans:\n  monthly: {price: 1}\n  annual: {price: 10}\nlist: [1, 2]\n", "base.yaml")
    write("extends: ../base.yaml\nname: middle\nplans: {annual: {price: 11}}\n", "sub/middle.yaml")
    write("extends: middle.yaml\nplans:\n  annual:\n    offered: 1\nlist: [3]\n", "sub/child.yaml")
    return resolve("sub/child.yaml")


def test_a_child_is_laid_over_its_base(family: Node) -> None:
    """Mappings merge, lists and single values are replaced, name and description are each file's own."""
    expected = {"plans": {"monthly": {"price": 1}, "annual": {"price": 11, "offered": 1}}, "list": [3]}

    assert expected == family.plain()


def test_the_nearest_base_comes_first(family: Node) -> None:
    """And the baseline last, as whole paths."""
    assert [str(Path(name).resolve()) for name in ("sub/middle.yaml", "base.yaml")] == chain("sub/child.yaml")
    assert chain("base.yaml") == []


@pytest.mark.parametrize(
    ("path", "key", "expected"),
    [
        (("plans", "monthly", "price"), False, ("base.yaml", 3, 20)),
        (("plans", "monthly", "price"), True, ("base.yaml", 3, 13)),
        (("plans", "annual", "price"), False, ("sub/middle.yaml", 3, 25)),
        (("plans", "annual", "offered"), False, ("sub/child.yaml", 4, 14)),
        (("plans", "monthly", "missing"), False, ("base.yaml", 3, 3)),
        (("plans", "tag of a union", "annual", "offered"), False, ("sub/child.yaml", 4, 14)),
        (("list", 0), False, ("sub/child.yaml", 5, 8)),
        (("list", 7), False, ("sub/child.yaml", 5, 1)),
        (("missing",), False, ("sub/child.yaml", 1, 1)),
        ((), False, ("sub/child.yaml", 1, 1)),
    ],
)
def test_every_value_keeps_its_place(
    family: Node, path: tuple[str | int, ...], key: bool, expected: tuple[str, int, int]
) -> None:
    """Whichever file it came from; a missing key is shown where it is missed, at the key of its mapping."""
    assert Position(*expected) == family.at(path, key=key)


@pytest.mark.parametrize(
    ("extends", "expected"),
    [
        ("base.yml", "there is no file base.yml; did you mean 'base.yaml'?"),
        ("/etc/passwd", "'extends' names '/etc/passwd', which does not start from this file's folder; write it like"),
        ("C:\\base.yaml", "'extends' names 'C:\\base.yaml', which does not start from this file's folder;"),
        ("https://a.b/c.yaml", "'extends' names 'https://a.b/c.yaml', which does not start from this file's folder;"),
        ("[base.yaml]", "'extends' does not name one file; write it like 'extends: baseline.yaml'"),
        ("", "'extends' does not name one file; write it like 'extends: baseline.yaml'"),
        (".", " is a folder; name a .yaml file in it"),
        ("file.yaml", "the files go round in a circle: file.yaml extends file.yaml; take 'extends' out of one of them"),
    ],
)
def test_extends_names_one_file_near_by(write: Write, extends: str, expected: str) -> None:
    """Anything else is explained where it is written."""
    write("a: 1", "base.yaml")

    actual = problems_of(write(f"extends: {extends}"))

    assert len(actual) == 1
    assert expected in actual[0]


def test_files_that_extend_one_another_in_a_circle_are_named(write: Write) -> None:
    """From the first of the circle back to it."""
    write("extends: b.yaml", "a.yaml")
    write("extends: a.yaml", "b.yaml")

    actual = problems_of("a.yaml")

    assert len(actual) == 1
    assert "b.yaml:1:10: error: the files go round in a circle: a.yaml extends b.yaml extends a.yaml;" in actual[0]


def test_ten_files_may_extend_one_another_and_no_more(write: Write) -> None:
    """A longer chain is a mistake."""
    write("a: 1", "0.yaml")
    for number in range(1, 12):
        write(f"extends: {number - 1}.yaml", f"{number}.yaml")

    assert len(chain("10.yaml")) == 10
    assert "1.yaml:1:10: error: more than 10 files extend one another; let this" in problems_of("11.yaml")[0]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Annual-Plan", "annual_plan"), ("anual_plan", "annual_plan"), ("annual plan", "annual_plan"), ("zebra", None),
        ("onboarding", "guided_onboarding"), ("prepaid", None),
    ],
)  # fmt: skip
def test_misspelt_words_are_recognised(word: str, expected: str | None) -> None:
    """Capitals, spaces, - and _ make no difference; a part of one name alone is enough; nothing is like nothing."""
    known = ["annual_plan", "guided_onboarding", "prepaid_plan_of_years", "prepaid_plan_of_three_years"]
    assert expected == did_you_mean(word, known)


PIECES = list("a{}[],'\"\\~\n\t\r\x85\x00\x1b\ufeff\u2028\u202e")
PIECES += ["b: ", "- ", "? ", ": ", "\n  ", "\\U", "FFFFFFFF", "&x ", "*x"]
PIECES += ["!t ", "<<: ", "---\n", "...\n", "%YAML 1.", "|\n", ">-\n", "# c", "012", "1_0", "extends: ", "9" * 5000]
FUZZ = some.one_of(
    some.binary(max_size=60),
    some.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")),
    some.lists(some.sampled_from(PIECES), max_size=25).map(lambda pieces: "".join(pieces).encode()),
)


@settings(deadline=None, derandomize=True, max_examples=1500)
@given(content=FUZZ)
def test_no_file_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Whatever bytes a file holds, it is read, or its problems are found and can be printed."""
    path = tmp_path_factory.getbasetemp() / "file.yaml"
    path.write_bytes(content)

    try:
        node = resolve(path)
    except ProblemsFound as found:
        lines = str(found).splitlines()
        assert lines
        assert len(lines) == len(found.problems)
        assert "".join(lines).encode("utf-8").decode().isprintable()
    else:
        assert isinstance(node.plain(), dict)
