"""Put the keyed generator's draws through dieharder, in the order of a study and in orders made to be hard.

    python benchmarks/generator/run.py test [ORDER ...]      # writes docs/generator/ORDER.txt, as dieharder prints it
    python benchmarks/generator/run.py again [ORDER ...]     # the weak ones on ten times the data
    python benchmarks/generator/run.py write ORDER FILE      # 64-bit words to stdout, for other tools

dieharder is a package of Debian and others (``apt-get install dieharder``). ``docs/generator_page.py`` makes the page
``docs/generator.md`` of what it prints.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER.parent.parent / "docs" / "generator"
AGAIN = RESULTS / "again"
ORDERS = ("study", "study_as_used", "customers", "replications", "seeds", "traits", "streams", "times")
SHOWN = ("test_name", "ntuple", "tsamples", "psamples", "pvalues", "assessment")
DIEHARDER = ("dieharder", "-g", "200", *(word for name in SHOWN for word in ("-D", name)))
"""Of words that come in by the standard input."""
ONCE = (0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 15, 16, 17, 100, 101, 102, 205, 206, 207, 208, 209)
"""Tests that dieharder itself calls good, by its numbers; it says of 5, 6, 7 and 14 that they are not."""
TUPLES = {200: (1, 2, 3, 4, 5, 6, 7, 8), 201: (2, 3, 4, 5), 202: (2, 3, 4, 5), 203: (0, 1, 3, 7, 15)}
"""Tests that are run for tuples of several lengths, or sums over several lags."""
TESTS = (*((test,) for test in ONCE), *((test, length) for test, lengths in TUPLES.items() for length in lengths))


def write(order: str, asked: Path) -> None:
    """Write an order's words until nobody reads any more."""
    from orders import BLOCK, HARD, as_used, study

    fill = HARD[order] if order in HARD else study(np.load(asked))
    fill = as_used(fill) if order.endswith("as_used") else fill
    words, start = np.empty(BLOCK, np.uint64), 0
    try:
        while True:
            fill(words, start)
            sys.stdout.buffer.write(words.data)
            start += len(words)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def listen(asked: Path) -> None:
    """Let a study run and note what it asks for."""
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    subprocess.run([sys.executable, FOLDER / "asked.py", asked], env=env, check=True)


def test(order: str, asked: Path) -> None:
    """Run all tests on an order and keep what they print."""
    keep(RESULTS / f"{order}.txt", printed(order, asked, TESTS))


def again(order: str, asked: Path) -> None:
    """Run the tests in which an order had a weak p-value once more, on ten times the data, and keep what they print."""
    lines = [line.split("|") for line in (RESULTS / f"{order}.txt").read_text(encoding="utf-8").splitlines()[1:]]
    names = dict.fromkeys(line[0].strip() for line in lines)
    numbers = dict(zip(names, (*ONCE, *TUPLES), strict=True))  # they stand in the order in which they were run
    weak = {(numbers[line[0].strip()], int(line[1])) for line in lines if "PASSED" not in line[5]}
    tests = sorted({(number, length) if number in TUPLES else (number,) for number, length in weak})
    keep(AGAIN / f"{order}.txt", printed(order, asked, tests, "-m", "10"))


def printed(order: str, asked: Path, tests: Iterable[tuple[int, ...]], *options: str) -> list[str]:
    """Run tests on an order, one after another on one long stream; return the lines that they print."""
    writer = subprocess.Popen([sys.executable, __file__, "write", order, asked], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    lines = []
    for number, *length in tests:
        asking = ["-d", str(number), *(word for n in length for word in ("-n", str(n))), *options]
        one = subprocess.run([*DIEHARDER, *asking], stdin=writer.stdout, capture_output=True, text=True, check=True)
        lines += [line for line in one.stdout.splitlines() if "|" in line]
    writer.stdout.close()
    writer.wait()
    return lines


def keep(file: Path, lines: list[str]) -> None:
    """Write what was printed to a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([version(), *lines]) + "\n", encoding="utf-8")


def version() -> str:
    """Return how dieharder calls itself."""
    text = subprocess.run(["dieharder", "-h"], capture_output=True, text=True, check=False).stdout
    return re.sub(r"[ #]+", " ", next(line for line in text.splitlines() if "version" in line)).strip()


def order_of(name: str) -> str:
    """Return an order's name, if it is one."""
    if name not in ORDERS:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(ORDERS)}")
    return name


def main() -> None:
    """Write or test."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, about in (("test", "put orders through dieharder"), ("again", "the weak ones on ten times the data")):
        tests = commands.add_parser(name, help=about)
        tests.add_argument("orders", nargs="*", type=order_of, metavar="ORDER", help="all if none is named")
        tests.add_argument("--asked", type=Path, metavar="FILE", help="what asked.py wrote; made anew if left out")
    writes = commands.add_parser("write", help="write an order's words to stdout")
    writes.add_argument("order", choices=ORDERS)
    writes.add_argument("asked", type=Path, metavar="FILE", help="what asked.py wrote")
    asked = parser.parse_args()
    if asked.command == "write":
        write(asked.order, asked.asked)
        return
    orders = asked.orders or ORDERS
    with tempfile.TemporaryDirectory() as folder:
        file = asked.asked or Path(folder) / "asked.npy"
        if asked.asked is None and any(order.startswith("study") for order in orders):
            listen(file)
        for order in orders:
            print(order, flush=True)
            (test if asked.command == "test" else again)(order, file)


if __name__ == "__main__":
    main()
