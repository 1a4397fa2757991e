"""``retention-sim story``: one customer's life in words, or his lives under two scenarios side by side."""

from __future__ import annotations

import shlex
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import click

from sim.cli.command import Command
from sim.cli.opened import opened
from sim.cli.options import language_option
from sim.cli.output import WIDTH, pad, show, width, wrap
from sim.cli.progress import Messages
from sim.cli.story_list import told
from sim.language.words import Words, error_text, not_known
from sim.study.story_lines import Line
from sim.study.story_telling import Chapter, chapters, ending, portrait, side_by_side

if TYPE_CHECKING:
    from sim.study.design import Design
    from sim.study.story_view import Story

COLUMN, DAYS = 38, 6
"""Widths: of one of two columns, of the days before a line."""
BETWEEN = " " * (WIDTH - 2 * COLUMN)


@click.command("story", cls=Command)
@click.argument("places", nargs=-1, required=True, metavar="RUN|SCENARIO.yaml [OTHER.yaml]")
@click.option("--customer", "number", type=int, metavar="N")
@click.option("--strategy", metavar="NAME")
@click.option("--replication", type=int, default=0, show_default=True)
@click.option("--seed", type=int)
@click.option("--months", type=int)
@click.option("--customers", type=int)
@language_option
def story(
    places: tuple[str, ...], number: int | None, strategy: str | None, replication: int, language: str, **of_files: Any,
) -> None:  # fmt: skip
    """Tell one customer's life; with two scenarios, both lives side by side. Without a number, list whom to look at."""
    from sim.scenario.problems import excerpt
    from sim.study.simulate import outermost
    from sim.study.story_view import Story, story_of
    from sim.study.worth_a_story import worth_a_story

    messages = Messages(Words("command_line", language))
    given = {name: value for name, value in of_files.items() if value is not None}
    design, scenario = chosen(places, strategy, given, messages)
    messages.announce_compiling(outermost(design, events=number is not None))
    if number is not None:
        show(tell(story_of(design, number, scenario, replication, language)))
        return
    kinds = worth_a_story(design, scenario, replication)
    names = [excerpt(design.names[place]) for place in ((0, scenario) if scenario else (0,))]
    typed = click.get_current_context().find_root().obj or shlex.join(["retention-sim", "story", *places])
    show(list(told(kinds, names, 1.0 / design.scale, Story(design, 0, (), language).voice, shlex.split(typed))))


def chosen(
    places: tuple[str, ...], strategy: str | None, given: dict[str, Any], messages: Messages
) -> tuple[Design, int]:  # fmt: skip
    """Return the design of a run folder or of scenario files, and the place of the strategy whose lives are told."""
    from pathlib import Path

    from sim.scenario.load import load
    from sim.study.api import find_baseline, make_design

    if len(places) == 1 and Path(places[0]).is_dir():
        if given:
            raise click.UsageError(error_text("commands.folder_of_stories"))
        return of_a_run(places[0], strategy, messages)
    if strategy is not None:
        raise click.UsageError(error_text("commands.strategy_of_a_run"))
    if len(places) > 2:
        raise click.UsageError(error_text("commands.many_files", count=len(places)))
    # Of two strategies neither need extend the other: then the first stands in for the baseline.
    known = find_baseline([Path(file) for file in places]) or load(places[0]).name
    return make_design(places, baseline=known, **given), len(places) - 1


def of_a_run(folder: str, strategy: str | None, messages: Messages) -> tuple[Design, int]:
    """Return a study's design, and the strategy that was named, else the one that its report is about."""
    from sim.report.voice import Voice

    study = opened(folder, messages)
    if strategy is None:
        return study.design, Voice(study, messages.words.language).shown
    if strategy not in study.scenarios:
        raise click.UsageError(not_known("--strategy", strategy, study.scenarios))
    return study.design, study.scenarios.index(strategy)


def tell(story: Story) -> list[str]:
    """Return the page: one life, or two side by side; two that do not differ are told once."""
    if not story.differs:
        return one_life(story)
    voice, lives = story.voice, story.lives
    page = [*wrap(story.title), *wrap(voice.say("mark")), "", *wrap(portrait(lives[0], voice)), ""]
    page += beside(*map(broken, story.names)) + beside(["-" * COLUMN], ["-" * COLUMN])
    for left, right in chapters(lives, voice):
        page += [*two_chapters(left, right), ""]
    return page + beside(*(wrap(ending(life, story.horizon, voice), columns=COLUMN) for life in lives))


def one_life(story: Story) -> list[str]:
    """Return the page of one life."""
    life, voice = story.lives[0], story.voice
    page = [*wrap(story.title), "", *wrap(portrait(life, voice)), ""]
    for (chapter,) in chapters([life], voice):
        if chapter is not None:
            page.append(chapter.heading)
            for line in chapter.lines:
                page += cell(line, " ", WIDTH)
            page.append("")
    return page + wrap(ending(life, story.horizon, voice))


def two_chapters(left: Chapter | None, right: Chapter | None) -> list[str]:
    """Put the two tellings of a chapter side by side: what both hold on one row, what only one holds marked."""
    page = beside(*(wrap(chapter.heading, columns=COLUMN) if chapter else [] for chapter in (left, right)))
    for one, other, both in side_by_side(left, right):
        mark = " " if both else "*"
        page += beside(*(cell(line, mark, COLUMN) if line else [] for line in (one, other)))
    return page


def broken(name: str) -> list[str]:
    """Break a scenario's name for the head of its column, inside words where they are too long."""
    lines = []
    for line in wrap(name, columns=COLUMN):
        size = COLUMN if width(line) <= COLUMN else COLUMN // 2  # so many characters fit, however wide they are
        lines += [line[place : place + size] for place in range(0, len(line), size)]
    return lines


def cell(line: Line, mark: str, room: int) -> list[str]:
    """Set a line with its mark and its days, wrapped under itself."""
    texts = wrap(line.text, columns=room - 2 - DAYS)
    return [f"{mark} {line.days:<{DAYS}}{texts[0]}", *(" " * (2 + DAYS) + text for text in texts[1:])]


def beside(left: list[str], right: list[str]) -> list[str]:
    """Put two columns side by side."""
    rows = zip_longest(left, right, fillvalue="")
    return [f"{pad(first, COLUMN)}{BETWEEN}{second}".rstrip() for first, second in rows]
