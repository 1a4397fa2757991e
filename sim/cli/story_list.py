"""Customers whose story is worth telling, kind by kind, each with why."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from sim.cli.output import wrap
from sim.language.formats import NO_BREAK
from sim.study.numbers import Numbers, signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.study.story_voice import Voice
    from sim.study.worth_a_story import Kind, Listed

NUMBER = 9
"""Columns before what is said of a customer."""


def told(
    kinds: Sequence[Kind], names: Sequence[str], weight: float, voice: Voice, typed: Sequence[str]
) -> Iterator[str]:  # fmt: skip
    """Yield the page.

    Parameters
    ----------
    names
        Of the one scenario or the two, quoted.
    weight
        How many real customers one of the sample stands for.
    typed
        The command's words so far; with a customer's number it tells his story.
    """
    said = {"scenario": names[0], "other": names[-1]}
    which = "alone" if len(names) == 1 else "both"
    if not kinds:
        yield from wrap(voice.say(f"worth_none_{which}", **said))
        return
    yield from wrap(voice.say(f"worth_{which}", **said))
    yield from wrap(voice.say("worth_means", weight=Numbers(voice.language).short(weight)))
    for kind in kinds:
        yield ""
        total = rounded(kind.change, voice)
        name, money = voice.say(f"worth_{kind.name}", **said), signed(total) if len(names) > 1 else total
        yield from wrap(voice.say("worth_kind", kind=name, count=kind.count, number=f"{kind.count:,}", money=money))
        for customer in kind.listed:
            first, *more = wrap(described(customer, voice), indent=" " * NUMBER)
            yield f"{customer.number:>{NUMBER - 2}}" + first[NUMBER - 2 :]
            yield from more
    command = shlex.join([*typed, "--customer", str(kinds[0].listed[0].number)])
    yield ""
    yield from wrap(voice.say("worth_next", command=command.replace(" ", NO_BREAK)))


def described(customer: Listed, voice: Voice) -> str:
    """Say who a customer is, and what the one life or the two are worth."""
    from sim.scenario.problems import excerpt

    origin = voice.say("worth_opening" if customer.opening else "worth_new")
    segment, seats = excerpt(customer.segment)[1:-1], voice.say("seats", count=customer.seats)
    who = voice.say("worth_who", segment=segment, seats=seats, origin=origin)
    first, *other = (rounded(value, voice) for value in customer.worth)
    key = "worth_differs" if other else "worth_is"
    return voice.say(key, who=who, money=first, other=other[0] if other else "")


def rounded(minor: int, voice: Voice) -> str:
    """Write an amount, from a hundred on without its cents."""
    one = 10**voice.decimals
    return voice.money(round(minor / one) * one if abs(minor) >= 100 * one else minor)
