"""The page of closed forms: the table that ``retention-sim verify`` prints, and what each case switches off."""

from collections.abc import Iterator, Sequence

from sim.cli.verify import figures
from sim.language.words import Words
from sim.verification.case import About, Row, about
from sim.verification.five_points import DISCOUNTS, RETENTION, STEPWISE, WINNING, cell
from sim.verification.run import Outcome, all_cases, chances, spread, verify

CLAIMED = 0.25, 0.95
"""What five points more of retention are said to be worth."""
HEAD = ("figure", "formula", "simulated", "standard error", "z")


def verification_page() -> Iterator[str]:
    """Yield the page's lines."""
    words, texts = Words("command_line", "en"), about()
    outcomes = verify(all_cases(), fast=False)
    yield from (
        "# The numbers held against mathematics", "",
        "Made by `python docs/make.py` from what `retention-sim verify` finds; `retention-sim verify --fast` does the "
        "same on smaller samples in under a minute, and `tests/test_verification.py` holds every line of that.", "",
        "A case is a scenario that goes the whole way of a study: file, design, engine, ledger, metrics. "
        + words("verify_switched_off"), "",
        "What a scenario cannot say is put into the customers' records before their first event; the case says so. "
        "Standard errors come from the sample itself, of queues by the means of long batches; z is how many of them "
        "lie between formula and simulation. Beyond 4, either way, the figure disagrees. A line with *not* is of a "
        "formula that is wrong and in use: it must lie further away.", "",
        *summary(outcomes, words), "",
    )  # fmt: skip
    for outcome in outcomes:
        yield from section(outcome, texts[outcome.case.name], words)
    yield from five_points({row.name: row for outcome in outcomes for row in outcome.rows})


def summary(outcomes: Sequence[Outcome], words: Words) -> Iterator[str]:
    """Yield what the table comes to."""
    rows = [row for outcome in outcomes for row in outcome.rows]
    wrong = sum(not row.agrees for row in rows)
    said = {"rows": len(rows), "cases": len(outcomes), "wrong": wrong, "limit": "4"}
    yield words("verify_disagrees" if wrong else "verify_agrees", **said)
    largest = max(map(abs, chances(outcomes)))
    yield words("verify_spread", largest=f"{largest:.2f}", spread=f"{spread(outcomes):.2f}")


def section(outcome: Outcome, text: About, words: Words) -> Iterator[str]:
    """Yield one case."""
    from make import table

    yield from (f"## {text.title['en']}", "", f"`{outcome.case.name}`. {text.formula['en']} ({text.source}).", "")
    beside = f" Put into the records: {text.beside['en']}." if text.beside else ""
    yield from (f"Left on: {text.left_on['en']}.{beside} Sample: {outcome.case.full:,}.", "")
    yield from table(HEAD, ((row.name, *(cell or "-" for cell in figures(row, words))) for row in outcome.rows))


def five_points(rows: dict[str, Row]) -> Iterator[str]:
    """Yield where five points more of retention are worth what is claimed, as simulated."""
    from make import table

    yield from ("## Where five points more are worth 25 to 95 %", "")
    yield from ("As simulated, in bold where it is so. Flat margin, nothing costs anything, by discount rate:", "")
    head = ("retention", *(f"{d:.0%}" for d in DISCOUNTS))
    yield from table(head, ((f"{r:.2f}", *(shown(rows[cell(r, discount=d)]) for d in DISCOUNTS)) for r in RETENTION))
    yield from ("At 10 %, net of what winning a customer costs, in margins of 100:", "")
    there = [r for r in RETENTION if cell(r, cac=WINNING[0]) in rows]
    head = ("retention", *(f"CAC {cac:g}" for cac in WINNING))
    yield from table(head, ((f"{r:.2f}", *(shown(rows[cell(r, cac=cac)]) for cac in WINNING)) for r in there))
    yield from ("At a retention of 80 %, one condition after the other:", "")
    yield from table(("condition", "five points more"), ((name, shown(rows[name])) for name in STEPWISE))


def shown(row: Row) -> str:
    """Write an uplift, in bold where it is within what is claimed."""
    text = f"{row.seen:+.0%}"
    return f"**{text}**" if CLAIMED[0] <= round(row.seen, 2) <= CLAIMED[1] else text
