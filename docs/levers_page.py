"""The reference of levers: what each does and by which mechanism, what it costs, its numbers, what would refute it."""

import inspect
import sys
from collections.abc import Iterator

from make import parameter_row, table

from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import declared
from sim.levers import LEVERS

REFUTED = "What would prove the numbers wrong:"
COSTLY = {
    Hook.REWARD_COST: "rewards", Hook.GIFT: "gifts", Hook.POINTS_COST: "rewards for points",
    Hook.MONTH_COST: "each customer's month", Hook.REFERRAL_COST: "each friend who converts",
    Hook.TOUCH_GIFT: "gifts with touches", Hook.PROSPECT_COST: "prospects",
}  # fmt: skip


def levers_page() -> Iterator[str]:
    """Yield the page's lines."""
    yield from ("# Levers", "")
    yield "Every lever, made from the code. What all levers have (window, share, whom they may reach, fixed and monthly"
    yield "cost, budget) stands in [parameters](parameters.md); how to write your own, in [own lever](own-lever.md)."
    yield "`retention-sim levers NAME` tells the same. Money is shown as the market `us_b2b_saas` has it."
    yield ""
    rows = ((f"[`{lever.lever_name()}`](#{lever.lever_name()})", summary(lever), *grades(lever)) for lever in LEVERS)
    yield from table(("lever", "what it is", "numbers", "of them guesses (D, S, J)"), rows)
    for lever in LEVERS:
        yield from section(lever)


def summary(lever: type[Lever]) -> str:
    """Return the class's own line."""
    return (inspect.getdoc(lever) or "").split("\n")[0]


def grades(lever: type[Lever]) -> tuple[str, str]:
    """Return how many numbers a lever has that somebody may question, and how many of them are guesses."""
    known = [parameter_row(one) for one in declared(lever) if one.source != "choice"]
    return str(len(known)), str(sum(row[4] in "DSJ" for row in known))


def section(lever: type[Lever]) -> Iterator[str]:
    """Yield one lever's part of the page."""
    text = inspect.getdoc(sys.modules[lever.__module__]) or ""
    said, _, refuted = text.partition(REFUTED)
    yield from (f'## <a id="{lever.lever_name()}"></a>`{lever.lever_name()}`', "", *paragraphs(said))
    yield from (f"**What would prove the numbers wrong:** {' '.join(refuted.split())}", "")
    yield from ("**What it changes:**", "")
    for text in changes(lever):
        yield f"- {text}"
    yield from ("", f"**What it costs:** {'; '.join(costs(lever))}.", "")
    stages = ", ".join(stage.name.lower() for stage in lever.meets)
    at = f", from the event {lever.meets_at.name} on" if lever.meets_at is not None else ""
    yield from (f"**Whom it can meet:** customers in {stages}{at}.", "")
    head = ("parameter", "unit", "default", "range", "grade", "source", "what it is")
    yield from table(head, (linked(parameter_row(one)) for one in declared(lever)))


def paragraphs(text: str) -> Iterator[str]:
    """Yield a docstring's paragraphs, each on one line."""
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            yield from (" ".join(paragraph.split()), "")


def linked(row: tuple[str, ...]) -> tuple[str, ...]:
    """Let a row's source point to the list of sources on the page of parameters."""
    return tuple(cell.replace("](#", "](parameters.md#") for cell in row)


def changes(lever: type[Lever]) -> Iterator[str]:
    """Yield what the lever changes: by its rules, by touching, by contacting, by following up alerts."""
    for hook in lever.hooks:
        yield f"`{hook.name.lower()}`: {hook.value}"
    if lever.touching is not None:
        yield f"touches customers `{lever.touching.per_month}` times a month by `{lever.touching.channel}`"
    if lever.recalling is not None:
        yield f"contacts those who have left, `{lever.recalling.contacts}` times from `{lever.recalling.after}` on"
    if lever.alerting is not None:
        yield f"follows up alerts `{lever.alerting.within}` of the month's start"


def costs(lever: type[Lever]) -> Iterator[str]:
    """Yield what the lever costs."""
    for event, name in lever.costs:
        yield f"`{name}` at each {event.name}"
    for hook, what in COSTLY.items():
        if hook in lever.hooks:
            yield f"{what} (`{hook.name.lower()}`)"
    for means in (lever.touching, lever.recalling, lever.alerting):
        if means is not None:
            yield f"the price of each touch by `{means.channel}`"
    for names, when in ((lever.build_costs, "when it begins"), (lever.running_costs, "every month")):
        if names:
            yield f"{' x '.join(f'`{name}`' for name in names)} {when}"
    if "team" in lever.model_fields:
        yield "the wages of its team, where it has one"
    yield "`fixed_cost` and `monthly_cost`, where they are written"
