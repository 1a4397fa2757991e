"""The page of published experiments: what others found, and what comes out here."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from published import friends, joining, renewing, touching, worth
from published.comparing import ALL, CLOSE, FACTOR, SURE, Outcome, Published, Verdict

MODULES = (joining, touching, friends, renewing, worth)
ORDER: tuple[Published, ...] = tuple(sorted(ALL, key=lambda one: one.number))
"""Every published experiment, by its number."""


def row_of(one: Published, outcome: Outcome) -> tuple[str, ...]:
    """Return an experiment's line of the table."""
    files = ", ".join(f"[`{name}.yaml`](../scenarios/{name}.yaml)" for name in one.files)
    put_in = "".join(f" Taken from this study, so no test of it: {parameters(one)}." for _ in one.put_in[:1])
    lines = [f"{line.ours.shown()} ({line.published}): {line.verdict.value}" for line in outcome.compared]
    beside = "".join(f" Beside: {'; '.join(figure.shown() for figure in outcome.beside)}." for _ in outcome.beside[:1])
    why = f" {one.why}" if one.why else ""
    return (
        f"{one.number}. {one.study} ({one.strength})", one.found, f"{files}. {one.set_up}.{put_in}",
        "; ".join(lines) + f".{beside}" if lines else "-", f"**{outcome.verdict.value}**.{why}",
    )  # fmt: skip


def parameters(one: Published) -> str:
    """Name the parameters that the model took from a study."""
    return ", ".join(f"`{name}`" for name in one.put_in)


def summary(outcomes: list[Outcome]) -> str:
    """Count the verdicts."""
    count: Any = Counter(outcome.verdict for outcome in outcomes)
    parts = [f"*{verdict.value}*: {count[verdict]}" for verdict in Verdict if count[verdict]]
    return f"{len(outcomes)} experiments. {'; '.join(parts)}."


def published_page() -> Iterator[str]:
    """Yield the page's lines."""
    from make import table

    outcomes = [one.run(one.customers) for one in ORDER]
    yield from (
        "# Published experiments, and what comes out here", "",
        "Made by `python docs/make.py` from simulation; `tests/test_published.py` holds every verdict. Each experiment "
        "is a small scenario with its lever configured. Nothing else is set to make it come out: base rates and "
        "behaviour are those of the business that the file extends. Ours are means over customers, ± one standard "
        "error, of one replication.", "",
        f"A *sign* agrees when it is seen by more than {SURE:g} standard errors; a *size*, counted from no effect, "
        f"when it lies within a factor of {FACTOR:g} of theirs; a formula must be met within {CLOSE:g} standard "
        "errors. Where a number of the model was taken from the very study, its size is no test of the model, and the "
        "line says so. The letter after a study says how strong its evidence is, from A to D.", "",
        summary(outcomes), "",
    )  # fmt: skip
    head = ("experiment (strength)", "what they found", "how it is set up here", "ours (theirs)", "verdict")
    yield from table(head, (row_of(one, outcome) for one, outcome in zip(ORDER, outcomes, strict=True)))
