"""The columns of a sheet: months, behind each calendar year its total, and last the whole horizon."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from sim.study.tables import month_dates

FIRST = 2
"""Before the first month stand the line's name and its unit."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    place
        From 0 at the left edge.
    months
        Months of the study that it adds up; one for a month.
    spans
        First and last places of the months that it adds up, year by year; none for a month.
    """

    place: int
    months: list[int]
    spans: tuple[tuple[int, int], ...] = ()
    date: datetime.date | None = None
    year: int | None = None


def columns_of(starts: datetime.date, months: int) -> list[Column]:
    """Return all columns of a study that begins on a day and lasts so many months."""
    found: list[Column] = []
    years: list[Column] = []
    dates = month_dates(starts, months)
    for year, group in groupby(range(months), key=lambda month: dates[month].year):
        inside = list(group)
        first = FIRST + len(found)
        found += [Column(first + n, [month], date=dates[month]) for n, month in enumerate(inside)]
        years.append(Column(first + len(inside), inside, ((first, first + len(inside) - 1),), year=year))
        found.append(years[-1])
    return [
        *found,
        Column(FIRST + len(found), list(range(months)), tuple(span for year in years for span in year.spans)),
    ]
