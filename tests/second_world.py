"""What a scenario promises its customers, read a second time: terms, prices, windows, target groups.

Nothing here or in the other files ``second_*`` is taken from ``sim.model`` or ``sim.analysis``. Where the description
is silent, a line marked SETTLED says what was found to hold.
"""

from collections import namedtuple

from sim.core.events import Event, Plan, Stage
from sim.core.units import MONTH

EARLY = 1e-6
"""Days by which two ways of computing one date may differ."""
HALF = 0.5 + 1e-6
"""Cents by which an amount may differ from the exact price: it is rounded to the nearest."""
EITHER = (True, False)
MOST_TOLD = 127
"""A log row's detail holds no more: so many seats given up, or more."""

Row = namedtuple("Row", "customer time amount seats event detail segment plan stage life card")


def stories(log):
    """Return every customer's rows, in the order in which they were written."""
    columns = [log[name].tolist() for name in Row._fields]
    found = {}
    for values in zip(*columns, strict=True):
        found.setdefault(values[0], []).append(Row(*values))
    return found


def same_time(one, other):
    return abs(one - other) < EARLY


def month_of(time):
    """Number of the study's month in which a time lies; a date at its very start belongs to it."""
    return int((time + EARLY) // MONTH)


class World:
    """One scenario, as its customers meet it."""

    def __init__(self, scenario, baseline=None):
        self.scenario = scenario
        self.segments = list(scenario.segments)
        lines = scenario.acquisition.channels
        self.lines = list(lines) if lines else []
        self.levers = {place: (name, scenario.all_levers()[name]) for place, name in scenario.lever_places().items()}
        self.until = scenario.months_valued * MONTH
        self.retries = [getattr(scenario.behaviour.payment, name) for name in
                        ("first_retry", "second_retry", "last_retry")]  # fmt: skip
        prepaid = scenario.active_levers().get("prepaid_years")
        years = 2 if prepaid is None else int(prepaid.years)
        self.months = {Plan.MONTHLY: 1, Plan.ANNUAL: 12, Plan.PREPAID: 12 * years}
        past = scenario if baseline is None else baseline
        self.prices = {} if scenario.plans is None else self.seat_prices(scenario.plans)
        self.opening_prices = {} if past.plans is None else self.seat_prices(past.plans)

    def seat_prices(self, plans):
        """Return what a seat costs for one term of each plan, minor units: several years cost so many times one."""
        year = per_months(plans.annual.price, 12)
        return {Plan.MONTHLY: per_months(plans.monthly.price, 1), Plan.ANNUAL: year,
                Plan.PREPAID: year * self.months[Plan.PREPAID] // 12}  # fmt: skip

    def promoted(self, time):
        """Return the factor of dated promotions on what orders and first bills ask."""
        starts, factor = self.scenario.starts, 1.0
        for promotion in self.scenario.promotions:
            year, month = map(int, promotion.month.split("-"))
            if (year - starts.year) * 12 + month - starts.month == month_of(time):
                factor *= 1.0 - promotion.discount
        return factor

    def place_of(self, name):
        """Return a lever's number in the log and the lever; nothing where it is not pulled."""
        return next(((place, lever) for place, (other, lever) in self.levers.items() if other == name), (-1, None))

    def quantity(self, name):
        """Return place and lever of those that the file itself writes about one quantity, in order."""
        return [(place, lever) for place, (_, lever) in self.levers.items() if getattr(lever, "quantity", "") == name]


def per_months(tag, months):
    return round(tag.amount.minor * months / tag.months)


class Reach:
    """Which levers act on one customer: those that have met him, in their window, for whom he now is."""

    def __init__(self, world, rows):
        self.world = world
        self.met = {row.detail: row.time for row in rows if row.event == Event.REACHED}
        first = rows[0]
        self.opened = first.event == Event.OPENED
        self.line = first.detail if first.event == Event.SIGNED_UP else None
        self.activated = next((row.time for row in rows if row.event == Event.ACTIVATED), None)

    def active(self, place, time):
        """Whether the lever is pulled, has met the customer, and has not yet ended."""
        lever = self.world.levers[place][1] if place in self.world.levers else None
        if lever is None or place not in self.met or self.met[place] > time:
            return False
        return lever.ends is None or time < lever.ends

    def acts(self, place, row, stage=None):
        """Return the answers possible to whether a lever acts on the customer who stands as a row says."""
        if not self.active(place, row.time):
            return (False,)
        whom, stage = self.world.levers[place][1].eligible, Stage(row.stage if stage is None else stage)
        misses = (
            whom.segments is not None and self.world.segments[row.segment] not in whom.segments,
            whom.stages is not None and stage.name.lower() not in whom.stages,
            whom.plans is not None and stage != Stage.INTRODUCTION
            and Plan(row.plan).name.lower() not in whom.plans,
            whom.lives is not None and row.life + 1 not in whom.lives,
        )  # fmt: skip
        if any(misses):
            return (False,)
        activated = self.activated is not None and self.activated <= row.time
        if whom.activated != "either" and not self.opened and activated != (whom.activated == "yes"):
            return (False,)
        hidden = (whom.least_worth and whom.least_worth.minor, whom.least_risk, whom.least_responsiveness,
                  whom.channels is not None, whom.activated != "either" and self.opened)  # fmt: skip
        return EITHER if any(hidden) else (True,)


class PaidTerm:
    """What a subscriber has paid for: how many seats, until which month, at what price for a seat and month."""

    def __init__(self, world):
        self.world = world
        self.seat_month, self.seats, self.until = None, 0, 0
        self.switched_at = None
        self.told = None  # seats as the rows tell them to come and go; not known before the first bill of a life

    def open(self, row):
        """Take in the last bill before day 0; say what is wrong with it. No lever changed its price."""
        months, price = self.world.months[row.plan], self.world.opening_prices[row.plan]
        self.seats, over = divmod(row.amount, price)
        self.seat_month, self.until = price / months, months - row.detail
        return f"{row.amount} is no whole number of seats" if over or self.seats < row.seats else None

    def pay(self, row):
        """Take in a bill; say whether it is for other seats than were told.

        SETTLED: a term runs from when its bill was due, however late a retry went through; a year to which a customer
        changes at such a retry runs from then.
        """
        months, late = self.world.months[row.plan], row.detail > 0 and row.time != self.switched_at
        due = row.time - (self.world.retries[row.detail - 1] if late else 0.0)
        wrong = None if self.told in (None, row.seats) else f"for {row.seats} seats, not {self.told}"
        self.seat_month, self.seats, self.until = row.amount / row.seats / months, row.seats, month_of(due) + months
        self.told = row.seats
        return wrong

    def drop(self, row):
        """Take in seats that are given up: the next bill asks for so many less."""
        self.told = row.seats if self.told is None or row.detail == MOST_TOLD else self.told - row.detail

    def add(self, row):
        """Take in one more seat; return what it asks for a month: nothing if it was given up in this term."""
        self.told = row.seats if self.told is None else self.told + 1
        free, self.seats = row.seats <= self.seats, max(self.seats, row.seats)
        return 0.0 if free else self.seat_month

    def months_left(self, time):
        """Return the months of the term that are left, the one that has begun included."""
        return max(1, self.until - month_of(time))
