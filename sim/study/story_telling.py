"""From a life to chapters: months with their moments in words; quiet months one after another make one chapter."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from sim.study.story_lines import Line, is_quiet, month_lines, name_of, span_lines
from sim.study.story_voice import Voice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.study.story import Before, Life, Rows

FIT_STEPS = (0.25, 0.45, 0.55, 0.75)
FACTOR_STEPS = (0.5, 0.8, 1.25, 2.0)
EFFORT_STEPS = (0.2, 0.4)
"""Bounds between the words for a trait."""


@dataclass(frozen=True)
class Chapter:
    """A heading and what happened."""

    heading: str
    lines: tuple[Line, ...]


# --- who ----------------------------------------------------------------------------------------------------------


def portrait(life: Life, voice: Voice) -> str:
    """Say who the customer is."""
    from sim.scenario.problems import excerpt

    sentences = [
        voice.say(
            "portrait", segment=excerpt(life.segment), seats=voice.say("seats", count=life.seats),
            means=voice.say("card" if life.card else "invoice"),
        ),
        voice.say(
            "nature",
            fit=step_word(voice, "fit", life.fit, FIT_STEPS), fit_number=life.fit,
            leave=step_word(voice, "leave", life.leave_propensity, FACTOR_STEPS), leave_number=life.leave_propensity,
            use=step_word(voice, "use", life.use_propensity, FACTOR_STEPS), use_number=life.use_propensity,
            effort=step_word(voice, "effort", life.effort, EFFORT_STEPS), effort_number=life.effort,
            gone=f"{100.0 * life.order_leave:.0f} %", basket=life.basket,
        ),
    ]  # fmt: skip
    if life.before is not None:
        sentences += already(life.before, voice)
    return voice.say("sentence_gap").join(sentences)


def already(before: Before, voice: Voice) -> list[str]:
    """Say what a customer brings along from before the story."""
    sentences = [voice.say("already", date=voice.date(before.started))]
    if before.wishes:
        reasons = voice.say("list_gap").join(name_of(reason, voice) for reason in before.wishes)
        sentences.append(voice.say("already_wishing", reasons=reasons))
    if before.asked:
        sentences.append(voice.say("already_asked"))
    if before.failed:
        sentences.append(voice.say("already_failed"))
    return sentences


def step_word(voice: Voice, trait: str, value: float, bounds: tuple[float, ...]) -> str:
    """Return the word for a trait's value."""
    return voice.say(f"{trait}_{sum(value >= bound for bound in bounds)}")


# --- what happens -------------------------------------------------------------------------------------------------


def chapters(lives: Sequence[Life], voice: Voice) -> list[tuple[Chapter | None, ...]]:
    """Return the chapters in their order, each as told of every life; None where nothing happens in it."""
    months_of = [by_month(life.rows, voice) for life in lives]
    spans: list[tuple[int, int]] = []
    was_quiet = False
    for month in sorted(set().union(*months_of)):
        quiet = all(is_quiet(months.get(month, [])) for months in months_of)
        if quiet and was_quiet:
            spans[-1] = (spans[-1][0], month)
        else:
            spans.append((month, month))
        was_quiet = quiet
    told = list(zip(lives, months_of, strict=True))
    return [tuple(chapter(life, months, span, voice) for life, months in told) for span in spans]


def by_month(rows: Rows, voice: Voice) -> dict[int, list[Any]]:
    """Sort rows by calendar month."""
    months: dict[int, list[Any]] = {}
    for row in rows:
        months.setdefault(voice.month(row["time"]), []).append(row)
    return months


def chapter(life: Life, months: dict[int, list[Any]], span: tuple[int, int], voice: Voice) -> Chapter | None:
    """Tell one month, or a span of quiet months."""
    voice = replace(voice, levers=life.levers)
    rows = [row for month in sorted(months) if span[0] <= month <= span[1] for row in months[month]]
    if not rows:
        return None
    begin = voice.begin_of(span[0])
    if span[0] == span[1]:
        lines, tenure = month_lines(rows, voice), told_tenure(life, begin, begin, voice)
    else:
        lines, tenure = span_lines(rows, voice), told_tenure(life, begin, voice.begin_of(span[1] + 1), voice)
    time = voice.months(*span)
    return Chapter(voice.say("heading", time=time, tenure=tenure) if tenure else time, tuple(lines))


def side_by_side(left: Chapter | None, right: Chapter | None) -> Iterator[tuple[Line | None, Line | None, bool]]:
    """Pair the lines of two tellings of a chapter; say whether both lives hold them."""
    before, after = (chapter.lines if chapter else () for chapter in (left, right))
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for one, other in zip_longest(before[a:b], after[c:d]):
            yield one, other, kind == "equal"


# --- where the customer stands ------------------------------------------------------------------------------------


def told_tenure(life: Life, first: float, last: float, voice: Voice) -> str:
    """Say where the customer stands as a chapter begins; of one who pays, the tenure then and as the chapter ends."""
    where, months = standing(life, first)
    _, later = standing(life, last)
    if where == "tenure" and later > months:
        where = "tenure_span"
    elif where == "tenure" and months == 0:
        where = "tenure_zero"
    return voice.say(where, first=months, count=later) if where else ""


def standing(life: Life, day: float) -> tuple[str, int]:
    """Return where the customer stands just before a time: nowhere yet, trial, tenure (in full months), gone."""
    from sim.core.events import Event
    from sim.core.units import MONTH

    where, started = "", 0.0
    for row in life.rows[life.rows["time"] < day]:
        if row["event"] == Event.SIGNED_UP:
            where = "trial"
        elif row["event"] in (Event.CONVERTED, Event.RETURNED):
            where, started = "tenure", row["time"]
        elif row["event"] == Event.OPENED and life.before is not None:
            where, started = "tenure", life.before.started
        elif row["event"] in (Event.ENDED, Event.LOST):
            where = "gone"
    return where, int((day - started) / MONTH)


def ending(life: Life, horizon: float, voice: Voice) -> str:
    """Say what the life comes to, how it ends, and that nothing is told of the time after it."""
    from sim.core.events import Event, Reason, Stage
    from sim.study.story import sum_up

    total = sum_up(life.rows)
    bought = total.orders if voice.shop else total.months
    parts = [voice.say("sum_paid" if bought else "sum_nothing", money=voice.money(total.paid), count=bought)]
    if not voice.shop:
        parts.append(voice.say("used" if total.uses else "sum_unused", count=total.uses))
    if total.returns:
        parts.append(voice.say("sum_returned", count=total.returns))
    if total.spent:
        parts.append(voice.say("sum_spent", cost=voice.cost(total.spent)))
    stage = Stage(life.rows["stage"][-1]).name.lower()
    if stage in ("introduction", "lost"):
        parts.append(voice.say(f"end_{stage}"))
    elif stage == "churned":
        end = life.rows[life.rows["event"] == Event.ENDED][-1]
        reason = name_of(Reason(end["detail"]), voice)
        parts.append(voice.say("end_churned", date=voice.date(end["time"]), reason=reason))
    else:
        parts.append(voice.say("end_stays", stage=voice.say(f"stage_{stage}")))
    total_words = voice.say("sum_opened" if life.before else "sum", parts=voice.say("clause_gap").join(parts))
    return voice.say("sentence_gap").join([total_words, voice.say("beyond", date=voice.date(horizon))])
