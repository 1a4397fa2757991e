"""A language and a scenario's calendar and money: says phrases, dates and amounts."""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sim.language.words import Words

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Voice:
    """A language and what it needs to name days and money.

    Parameters
    ----------
    starts
        Calendar day 0.
    decimals
        Of the currency's minor unit.
    shop
        Whether customers order instead of subscribing.
    levers
        Names of a scenario's levers by their places.
    """

    language: str
    starts: datetime.date
    currency: str
    decimals: int
    shop: bool = False
    levers: Mapping[int, str] = field(default_factory=dict)

    def say(self, key: str, **values: object) -> str:
        """Return a phrase, a shop's own where there is one; where ``count`` is 1, the singular that a language has."""
        return Words("story", self.language, shop=self.shop)(key, **values)

    def money(self, minor: int) -> str:
        """Write minor units as an amount, without decimals where they are 0."""
        amount = Decimal(minor).scaleb(-self.decimals)
        places = self.decimals if minor % 10**self.decimals else 0
        return f"{amount:,.{places}f} {self.currency}"

    def cost(self, fine: int) -> str:
        """Write what is kept in 1/FINE of the minor unit: below one whole unit of the currency, with all its digits."""
        from sim.core.events import FINE

        amount = Decimal(fine).scaleb(-self.decimals) / FINE
        if fine % FINE == 0 or amount >= 1:
            return self.money(round(Decimal(fine) / FINE))
        return f"{amount:f} {self.currency}"

    def calendar_day(self, day: float) -> datetime.date:
        """Return the calendar date on which a time lies."""
        return self.starts + datetime.timedelta(days=math.floor(day))

    def date(self, day: float) -> str:
        """Write a time as a calendar date."""
        date = self.calendar_day(day)
        return self.say("date", day=date.day, **month_values(date.year * 12 + date.month - 1))

    def month(self, day: float) -> int:
        """Return the calendar month of a time: years x 12 + months since January."""
        date = self.calendar_day(day)
        return date.year * 12 + date.month - 1

    def begin_of(self, month: int) -> float:
        """Return the time at which a calendar month begins, in days; below 0 if it does before the story."""
        return float((datetime.date(month // 12, month % 12 + 1, 1) - self.starts).days)

    def months(self, first: int, last: int) -> str:
        """Write one calendar month, or a span of them."""
        begin, end = month_values(first), month_values(last)
        key = "month" if first == last else "span" if begin["year"] == end["year"] else "span_of_years"
        return self.say(key, **end, **{f"from_{name}": value for name, value in begin.items()})


def month_values(month: int) -> dict[str, object]:
    """Return the parts of a calendar month that phrases may name."""
    name = MONTH_NAMES[month % 12]
    return {"year": month // 12, "month": month % 12 + 1, "month_name": name, "short": name[:3]}
