"""The page about the quality of the keyed generator: what dieharder says of its draws, order by order."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scipy import stats

RESULTS = Path(__file__).parent / "generator"
ORDERS = {
    "study": "as a study asks: every address that a run of the shipped baseline and of its strategy with five levers "
    "asks for, in its order (one customer after another, his traits and then his life; of the opening book, all who "
    "are tried), replication after replication",
    "study_as_used": "the same, of each word only the 52 top bits, which make the number between 0 and 1, packed",
    "customers": "one draw (how long until he converts) of one candidate after another",
    "replications": "the same draw of one customer, replication after replication, study seed after study seed",
    "seeds": "the same draw of one customer under study seed 1, 2, 3, ...",
    "traits": "the sixteen traits of one candidate after another, as whole words",
    "streams": "the first draw for every purpose of one candidate after another",
    "times": "one purpose of one life, for the first, second, third, ... time: SplitMix64 itself",
}
"""The orders, and what follows what in each."""
WEAK, FAILED = 0.005, 1e-6
"""dieharder calls a p-value weak, or failed, when it lies so near to 0 or 1."""


class Outcome(NamedTuple):
    """One p-value: of which test, for which length or lag, the how many-th of its kind."""

    test: str
    length: int
    number: int
    p: float


def outcomes(text: str) -> list[Outcome]:
    """Read what dieharder printed."""
    seen: Counter[tuple[str, int]] = Counter()
    found = []
    for test, length, p in re.findall(r"^ *(\w+)\| *(\d+)\| *\d+\| *\d+\|([\d.]+)\|", text, re.MULTILINE):
        seen[test, int(length)] += 1
        found.append(Outcome(test, int(length), seen[test, int(length)], float(p)))
    return found


def extremity(p: float) -> float:
    """Return how near a p-value lies to 0 or 1."""
    return min(p, 1.0 - p)


def shown(p: float) -> str:
    """Return a p-value as a cell of the table; a weak one is bold."""
    return f"**{p:.5f}**" if extremity(p) < WEAK else f"{p:.3f}"


def summary_row(order: str, found: list[Outcome]) -> tuple[str, ...]:
    """Return what an order's p-values come to."""
    weak = sum(extremity(one.p) < WEAK for one in found)
    failed = sum(extremity(one.p) < FAILED for one in found)
    chance = stats.binom.sf(weak - 1, len(found), 2 * WEAK)
    nearest = min(found, key=lambda one: extremity(one.p))
    return (
        f"`{order}`", ORDERS[order], str(len(found)), str(failed), str(weak), f"{2 * WEAK * len(found):.1f}",
        f"{chance:.2f}", f"{nearest.p:.5f} ({nearest.test} {nearest.length})",
    )  # fmt: skip


def weak_ones_again(found: dict[str, list[Outcome]]) -> Iterator[str]:
    """Yield the table of what the weak tests say on ten times the data."""
    from make import table

    rows = []
    for order, before in found.items():
        file = RESULTS / "again" / f"{order}.txt"
        after = {one[:3]: one.p for one in outcomes(file.read_text(encoding="utf-8"))} if file.exists() else {}
        for one in before:
            if extremity(one.p) < WEAK:
                p = after.get(one[:3])
                rows.append((f"`{order}`", one.test, str(one.length), shown(one.p), "-" if p is None else shown(p)))
    yield from (
        "## The weak ones again", "", "A fault of the generator shows more on more data, chance does not. So the tests "
        "with weak p-values were run anew, on ten times the data (`python benchmarks/generator/run.py again`).", "",
    )  # fmt: skip
    yield from table(("order", "test", "length or lag", "p-value", "on ten times the data"), rows)


def generator_page() -> Iterator[str]:
    """Yield the page's lines."""
    from make import table

    files = {order: RESULTS / f"{order}.txt" for order in ORDERS}
    texts = {order: file.read_text(encoding="utf-8") for order, file in files.items() if file.exists()}
    found = {order: outcomes(text) for order, text in texts.items()}
    versions = sorted({text.splitlines()[0] for text in texts.values()})
    names = ", ".join(f"[{order}.txt](generator/{order}.txt)" for order in texts)
    everything = [one for order in found.values() for one in order]
    yield from (
        "# The quality of the draws, in the order in which they are asked for", "",
        "Every draw is SplitMix64 of a key, and the key is SplitMix64 of the address: study seed, replication, "
        "customer, life, purpose, and which time (`sim/core/randomness.py`). A good generator read from front to back "
        "says nothing of that: neighbouring addresses must give words that look independent. So the words are written "
        "in the order of a study, and in orders in which one part of the address alone counts up, and read by "
        f"{' and '.join(versions)}: every test that it calls good, for the lengths and lags "
        "in the table below.", "",
        "```", "python benchmarks/generator/run.py test", "python docs/make.py --quick", "```", "",
        f"What it printed: {names}. This page is made from these files. Each order is one stream of 64-bit words, read "
        "as 32-bit ones, both halves of each.", "",
        "## Summary", "",
        f"dieharder calls a p-value weak below {WEAK:g} or above {1 - WEAK:g}, and failed within {FAILED:g} of 0 or 1. "
        f"A perfect generator has {2 * WEAK:.0%} weak ones. Of {len(everything)} p-values here "
        f"{sum(extremity(one.p) < WEAK for one in everything)} are weak, {2 * WEAK * len(everything):.1f} expected, "
        f"and {sum(extremity(one.p) < FAILED for one in everything)} failed.", "",
    )  # fmt: skip
    head = ("order", "what follows what", "p-values", "failed", "weak", "weak by chance alone",
            "chance of so many weak or more", "nearest to 0 or 1")  # fmt: skip
    yield from table(head, (summary_row(order, rows) for order, rows in found.items()))
    yield from weak_ones_again(found)
    missing = ", ".join(f"`{order}`" for order in ORDERS if order not in found) or "none"
    yield from (
        "## What was not run", "", f"Orders that the script knows and that have no results here: {missing}. Of other "
        "batteries, PractRand and TestU01, which Debian's main archive does not hold; `run.py write` can feed them.",
        "",
    )  # fmt: skip
    yield from ("## Every p-value", "", "Weak ones are bold.", "")
    by_test = {order: {one[:3]: one.p for one in rows} for order, rows in found.items()}
    tests = list(dict.fromkeys(key for rows in by_test.values() for key in rows))
    yield from table(
        ("test", "length or lag", *(f"`{order}`" for order in found)),
        (
            (key[0], str(key[1]), *(shown(rows[key]) if key in rows else "-" for rows in by_test.values()))
            for key in tests
        ),
    )
