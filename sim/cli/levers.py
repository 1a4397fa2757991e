"""``retention-sim levers``: which levers there are, and one lever's parameters with where their numbers come from."""

import inspect
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal, get_args, get_origin

import click

from sim.cli.command import Command
from sim.cli.options import language_option
from sim.cli.output import bold, show, width, wrap
from sim.language.words import Words, error_text, hint, translated

if TYPE_CHECKING:
    from sim.core.lever import Lever, TeamSize
    from sim.core.parameter import Declared

MARKET = "us_b2b_saas"
"""Whose prices are shown where a market preset holds the default."""


@click.command(cls=Command)
@click.argument("name", required=False)
@language_option
def levers(name: str | None, language: str) -> None:
    """List the levers, or tell all about the one that is named."""
    from sim.core.custom import CustomLever
    from sim.levers import BY_NAME
    from sim.scenario.problems import did_you_mean, excerpt

    words = Words("command_line", language)
    known: dict[str, type[Lever]] = {**BY_NAME, CustomLever.lever_name(): CustomLever}
    if name is None:
        show([*listed(tuple(known.values()), words), "", *wrap(words("one_lever"))])
        return
    if name not in known:
        advice = hint(did_you_mean(name, known), known)
        raise click.UsageError(error_text("commands.no_lever", name=excerpt(name), hint=advice))
    show(list(told(known[name], words)))


def listed(all_levers: "tuple[type[Lever], ...]", words: Words) -> Iterator[str]:
    """Yield a line per lever."""
    size = max(len(lever.lever_name()) for lever in all_levers)
    yield bold(f"{words('lever') + ' ' * (size - width(words('lever')))}  {words('lever_does')}")
    for lever in all_levers:
        first, *more = wrap(
            translated("levers", lever.lever_name(), inspect.getdoc(lever) or "", words.language), columns=78 - size
        )
        yield f"{lever.lever_name():<{size}}  {first}"
        yield from (" " * (size + 2) + line for line in more)


def told(lever: "type[Lever]", words: Words) -> Iterator[str]:
    """Yield all that is known of one lever."""
    from sim.core.frame import Eligible
    from sim.core.lever import Lever, team_of
    from sim.core.parameter import GRADES, declared

    yield bold(lever.lever_name())
    about = inspect.getdoc(sys.modules[lever.__module__]) or ""
    for paragraph in translated("levers", f"{lever.lever_name()}_about", about, words.language).split("\n\n"):
        yield ""
        yield from wrap(paragraph)
    yield from ("", bold(words("lever_changes")))
    for text in changes(lever, words):
        yield from hanging(text)
    yield from ("", bold(words("lever_costs")))
    for text in costs(lever, words):
        yield from hanging(text)
    yield from ("", bold(words("lever_parameters")))
    for parameter in declared(lever):
        yield from described(parameter, words)
    groups = [("lever_common", declared(Lever)), ("lever_eligible", declared(Eligible))]
    team = team_of(lever)
    if team is not None:
        groups.insert(0, ("lever_team", of_team(team)))
    for key, parameters in groups:
        yield from ("", bold(words(key)))
        for parameter in parameters:
            yield from described(parameter, words)
    yield from ("", bold(words("grades")))
    for grade, meaning in GRADES.items():
        yield from hanging(f"{grade}: {translated('hooks', f'grade_{grade}', meaning, words.language)}")
    yield from ("", *wrap(words("market_prices", market=MARKET)))


def of_team(team: "type[TeamSize]") -> "tuple[Declared, ...]":
    """Return the parameters of a team; where it has its own, they stand for those of every team."""
    from sim.core.lever import TeamSize
    from sim.core.parameter import declared

    own = {one.name: one for one in declared(team)}
    return tuple(own.get(one.name, one) for one in declared(TeamSize))


def changes(lever: "type[Lever]", words: Words) -> Iterator[str]:
    """Yield what the lever changes: by its rules, by touching customers, by contacting those who have left."""
    from sim.core.custom import CustomLever
    from sim.core.hooks import CUSTOM_HOOKS

    for hook in CUSTOM_HOOKS if lever is CustomLever else lever.hooks:
        name = hook.name.lower()
        yield f"{name}: {translated('hooks', name, hook.value, words.language)}"
    if lever.touching is not None:
        yield words("touches_customers", **asdict(lever.touching))
    if lever.recalling is not None:
        yield words("recalls_customers", **asdict(lever.recalling))


def costs(lever: "type[Lever]", words: Words) -> Iterator[str]:
    """Yield what the lever costs."""
    from sim.core.hooks import Hook

    for event, parameter in lever.costs:
        yield words("costs_per_event", parameter=parameter, event=event.name.lower())
    for key, hook in (("costs_of_rewards", Hook.REWARD_COST), ("costs_of_gifts", Hook.GIFT)):
        if hook in lever.hooks:
            yield words(key, rule=hook.name.lower())
    for key, means in (("costs_of_touches", lever.touching), ("costs_of_contacts", lever.recalling)):
        if means is not None:
            yield words(key, channel=means.channel)
    for key, names in (("costs_to_build", lever.build_costs), ("costs_to_run", lever.running_costs)):
        if names:
            yield words(key, product=" x ".join(names))
    if "team" in lever.model_fields:
        yield words("costs_of_team")
    yield words("costs_by_time")


def described(parameter: "Declared", words: Words) -> Iterator[str]:
    """Yield one parameter: unit, default, range, grade; what it is; where the number comes from."""
    from sim.core.sources import sources
    from sim.scenario.market import load_market

    low, high, source, grade = parameter.low, parameter.high, parameter.source, parameter.grade
    if parameter.market is not None:
        price = load_market(MARKET).values[parameter.market]
        default, low, high = words("default", value=price.value), price.low, price.high
        source, grade = price.source, price.grade
    else:
        default = default_of(parameter, words)
        low, high = (None if bound is None else parameter.written(bound) for bound in (low, high))
    facts = [" | ".join(choices(parameter)) or unit(parameter.unit, words), default]
    facts += [words("range", low=low, high=high)] if low is not None else []
    chosen = source == "choice"  # nobody knows it better than whoever runs the study
    facts += [] if chosen else [words("grade", grade=grade)]
    yield from hanging(f"{parameter.name}: {words('list_gap').join(fact for fact in facts if fact)}")
    yield from wrap(parameter.described(words.language), indent="      ")
    if not chosen and source is not None:
        title = translated("sources", source, sources()[source].title, words.language)
        yield from wrap(words("source", title=title), indent="      ")


def default_of(parameter: "Declared", words: Words) -> str:
    """Return what holds if the parameter is not written."""
    if parameter.field.is_required():
        return words("required")
    if parameter.field.default is None or parameter.field.default == ():
        return words("optional")
    return "" if parameter.unit == "group" else words("default", value=parameter.default)


def choices(parameter: "Declared") -> tuple[str, ...]:
    """Return the words that a parameter may be; nothing where it is a number."""
    annotation = parameter.field.annotation
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def unit(name: str, words: Words) -> str:
    """Return a unit in words."""
    known = ("days", "probability", "ratio", "money", "price", "count", "names", "group")
    return words("unit_rate" if name == "1/day" else f"unit_{name}" if name in known else "unit_other", unit=name)


def hanging(text: str) -> list[str]:
    """Return an entry of a list, its further lines indented."""
    lines = wrap(text, indent="    ")
    return [lines[0][2:], *lines[1:]]
