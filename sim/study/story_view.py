"""A customer's story: one life, or the lives under two scenarios; how a notebook shows it, and what it comes to."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from sim.core.events import FINE, Stage
from sim.core.html import paragraph
from sim.core.units import CURRENCIES, MONTH
from sim.scenario.problems import excerpt
from sim.study.api import MOST_REPLICATIONS, check_range, check_whole
from sim.study.design import Design
from sim.study.story import Life, life_of, parting, sum_up
from sim.study.story_lines import Line
from sim.study.story_telling import chapters, ending, portrait, side_by_side
from sim.study.story_voice import Voice

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Story:
    """One customer's life, or two lives of the same customer.

    Attributes
    ----------
    number
        The customer's place in the sample, from 0.
    lives
        One or two, in the order of the study.
    """

    design: Design
    number: int
    lives: tuple[Life, ...]
    language: str = "en"

    @cached_property
    def voice(self) -> Voice:
        """What names days and money."""
        scenario = self.design.baseline
        decimals = CURRENCIES[scenario.currency]
        return Voice(self.language, scenario.starts, scenario.currency, decimals, shop=scenario.per_use)

    @property
    def horizon(self) -> float:
        """Day on which the telling ends."""
        return self.design.months * MONTH

    @property
    def names(self) -> list[str]:
        """Names of the scenarios, as they are quoted."""
        return [excerpt(life.scenario) for life in self.lives]

    @cached_property
    def parts(self) -> float | None:
        """Day of the first event in which two lives differ; None where they do not, or one is told."""
        return parting(self.lives[0].rows, self.lives[1].rows) if len(self.lives) > 1 else None

    @property
    def differs(self) -> bool:
        """Whether there are two lives that differ."""
        return self.parts is not None

    @property
    def title(self) -> str:
        """Whose story it is, and where two lives part."""
        names, say = self.names, self.voice.say
        if len(self.lives) == 1:
            first, last = self.voice.date(0.0), self.voice.date(self.horizon)
            return say("one_life", number=self.number, scenario=names[0], first=first, last=last)
        if self.parts is None:
            return say("identical", number=self.number, scenario=names[0], other=names[1])
        return say("parted", number=self.number, date=self.voice.date(self.parts), day=math.floor(self.parts))

    def __repr__(self) -> str:
        return self.title

    def sums(self) -> "pd.DataFrame":
        """Return what each life comes to: months paid for, orders, money paid and spent on the customer, uses, end."""
        from sim.study.study import data_frame

        minor = 10**self.voice.decimals
        rows = []
        for life in self.lives:
            total = asdict(sum_up(life.rows))
            total |= {"paid": total["paid"] / minor, "spent": total["spent"] / FINE / minor}
            stage = Stage(life.rows["stage"][-1]).name.lower() if len(life.rows) else ""
            rows.append({"scenario": life.scenario, "customer": self.number, **total, "stage": stage})
        return data_frame({name: [row[name] for row in rows] for name in rows[0]})

    def _repr_html_(self) -> str:
        told = self.lives if self.differs else self.lives[:1]
        mark = paragraph(self.voice.say("mark")) if self.differs else ""
        names = row([life.scenario for life in told], "th")
        ends = row([ending(life, self.horizon, self.voice) for life in told])
        shown = f"<table><thead>{names}</thead><tbody>{''.join(self.rows(told))}{ends}</tbody></table>"
        return paragraph(self.title) + paragraph(portrait(told[0], self.voice)) + mark + shown

    def rows(self, lives: tuple[Life, ...]) -> Iterator[str]:
        """Yield the rows of a table: chapter by chapter the headings, then the lines."""
        for told in chapters(lives, self.voice):
            yield row([chapter.heading if chapter else "" for chapter in told], "th")
            for one, other, both in side_by_side(told[0], told[-1]):
                yield row([dated(part, both) for part in (one, other)][: len(told)])


def dated(told: Line | None, both: bool) -> str:
    """Write a line with its days, marked where it is told of one life only."""
    if told is None:
        return ""
    days = told.days.strip()
    return ("" if both else "* ") + (f"{days}: " if days else "") + told.text


def row(cells: Sequence[str], tag: str = "td") -> str:
    """Return a row of a table of texts."""
    left = f'<{tag} style="text-align: left">'
    return f"<tr>{''.join(f'{left}{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def story_of(design: Design, customer: int, scenario: int = 1, replication: int = 0, language: str = "en") -> Story:
    """Return a customer's lives under the baseline and a scenario; where there is the baseline alone, his one life.

    Parameters
    ----------
    customer
        Place in the sample, from 0: new candidates by month and segment, then the opening book.
    scenario
        Place in the design; 0 tells of the baseline alone.

    Raises
    ------
    NotComparable
        When there is no customer, scenario or replication of that number.
    """
    count = len(design.scenarios)
    check_whole("customer", customer)
    check_range("scenario", scenario, 0, max(1, count - 1))
    check_range("replication", replication, 0, MOST_REPLICATIONS - 1)
    places = (0, scenario) if 0 < scenario < count else (0,)
    return Story(design, customer, tuple(life_of(design, one, customer, replication) for one in places), language)
