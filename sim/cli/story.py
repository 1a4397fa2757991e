"""``retention-sim story``: one customer's life in words, or his lives under two scenarios side by side."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import click

from sim.cli.options import language_option
from sim.cli.output import WIDTH, pad, show, width, wrap
from sim.study.story_lines import Line
from sim.study.story_telling import Chapter, chapters, ending, portrait, side_by_side

if TYPE_CHECKING:
    from sim.study.story_view import Story

COLUMN, DAYS = 38, 6
"""Widths: of one of two columns, of the days before a line."""
BETWEEN = " " * (WIDTH - 2 * COLUMN)


@click.command("story")
@click.argument("files", nargs=-1, required=True, metavar="SCENARIO.yaml [OTHER.yaml]")
@click.option(
    "--customer",
    "number",
    type=int,
    required=True,
    metavar="N",
    help="Which customer of the sample, counted from 0: new candidates by month, then the opening book.",
)
@click.option("--replication", type=int, default=0, show_default=True, help="Which repetition of the study.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("--months", type=int, help="Horizon, instead of the file's own.")
@click.option("--customers", type=int, help="Size of the sample, as in 'run'.")
@language_option
def story(
    files: tuple[str, ...], number: int, replication: int, seed: int, months: int | None, customers: int | None,
    language: str,
) -> None:  # fmt: skip
    """Tell one customer's life; with two scenarios, both lives side by side."""
    from pathlib import Path

    from sim.scenario.load import load
    from sim.study.api import find_baseline, make_design
    from sim.study.story_view import story_of

    if len(files) > 2:
        raise click.UsageError(f"{len(files)} files were named; a story is told of one scenario, or of two")
    # Of two strategies neither need extend the other: then the first stands in for the baseline.
    known = find_baseline([Path(file) for file in files]) or load(files[0]).name
    design = make_design(files, baseline=known, customers=customers, months=months, seed=seed)
    show(tell(story_of(design, number, replication=replication, language=language)))


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
