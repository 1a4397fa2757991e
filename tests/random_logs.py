"""Logs made up at random that keep the engines' promises: whatever they may write, in any order they may write it."""

import numpy as np

from sim.core.events import LOG, Channel, Event, Method, Plan, Reason, Reward, Stage
from sim.core.units import MONTH

LEVERS = 3
GROWTH, MATURITY, DORMANCY, CHURNED = (int(Stage[name]) for name in ("GROWTH", "MATURITY", "DORMANCY", "CHURNED"))
INTRODUCTION, LOST = int(Stage.INTRODUCTION), int(Stage.LOST)
MONTHLY, ANNUAL, PER_USE = int(Plan.MONTHLY), int(Plan.ANNUAL), int(Plan.PER_USE)


class Author:
    """Writes the life of one customer, row by row."""

    def __init__(self, random, slot, shop, until, pace):
        self.random, self.slot, self.shop, self.until, self.pace = random, slot, shop, until, pace
        self.rows, self.now, self.life = [], 0.0, 0
        self.segment, self.card, self.seats = (
            int(random.integers(2)),
            int(random.integers(2)),
            int(random.integers(1, 9)),
        )
        self.plan, self.stage, self.failed = MONTHLY, INTRODUCTION, False
        self.met = set()

    def chance(self, of):
        return self.random.random() < of

    def one_of(self, *choices):
        return choices[self.random.integers(len(choices))]

    def amount(self):
        return int(self.random.integers(1, 50_000))

    def later(self, mean=None):
        """Let time pass; sometimes none does."""
        if not self.chance(0.1):
            self.now += float(self.random.exponential(mean or self.pace))
        return self.now < self.until

    def write(self, event, detail=0, amount=0):
        if self.now < self.until:
            self.rows.append((self.now, event, int(detail), amount, self.plan, self.stage, self.life))

    def choose_plan(self):
        self.plan = PER_USE if self.shop else self.one_of(MONTHLY, ANNUAL)

    def pay(self):
        self.failed = False
        self.write(Event.ORDERED if self.shop else Event.PAID, 0, self.amount())
        if self.shop and self.chance(0.3):
            self.write(Event.REFUNDED, 0, self.rows[-1][3] if self.rows else 0)

    def live(self):
        """Write everything; return the rows."""
        if self.chance(0.3):
            self.open()
        elif not self.try_out():
            return self.rows
        while self.now < self.until:
            self.use_until_the_end()
            if not self.stay_away():
                break
        return self.rows

    def open(self):
        self.stage, self.life = self.one_of(GROWTH, MATURITY, DORMANCY), int(self.random.integers(3))
        self.choose_plan()
        detail = 0 if self.shop else int(self.random.integers(1, 14 if self.plan == ANNUAL else 3))
        self.failed = detail > (12 if self.plan == ANNUAL else 1)
        self.write(Event.OPENED, detail, 0 if self.shop else self.amount())
        self.now = float(self.random.uniform(0.1, 5.0))

    def try_out(self):
        """The introduction; whether it makes a customer."""
        self.now = float(self.random.uniform(0, 0.7 * self.until))
        self.write(Event.SIGNED_UP)
        for _ in range(self.random.integers(6)):
            self.later(5.0)
            self.write(*self.small_event())
        if self.chance(0.5):
            self.write(Event.ACTIVATED)
        self.later(5.0)
        if self.chance(0.15):
            self.stage = LOST
            self.write(Event.LOST)
            return False
        self.stage = GROWTH
        self.choose_plan()
        self.write(Event.CONVERTED)
        self.pay()
        return True

    def small_event(self):
        """An event that changes neither money nor stage, as (event, detail, amount)."""
        price = int(self.random.integers(0, 900))
        if self.chance(0.1) and len(self.met) < LEVERS:
            lever = min(set(range(LEVERS)) - self.met)
            self.met.add(lever)
            return self.one_of(Event.REACHED, Event.HELD_OUT), lever, 0
        return self.one_of(
            (Event.USED, 0, 0), (Event.USED, 1, 0), (Event.TOUCHED, self.one_of(*Channel), price),
            (Event.REWARDED, self.one_of(*Reward), price), (Event.UNSUBSCRIBED, self.one_of(*Channel), 0),
            (Event.INTEGRATED, 0, 0), (Event.AWAKENED, self.one_of(*Reason), 0), (Event.GUIDED, 0, 0),
            (Event.INTENDED, 1, 0), (Event.REQUESTED, 1, 0), (Event.UNDONE, 1, 0), (Event.STEP_DONE, 1, 0),
            (Event.TEAM_ASKED, 0, 0), (Event.SERVICE_BEGAN, 0, 0), (Event.LEFT_QUEUE, 0, 0),
        )  # fmt: skip

    def use_until_the_end(self):
        while self.later():
            what = self.random.random()
            if what < 0.12:
                self.stage = CHURNED
                self.failed = False
                self.write(Event.ENDED, self.one_of(*Reason))
                return
            if what < 0.35:
                self.bill()
            elif what < 0.45:
                self.move()
            else:
                self.write(*self.small_event())

    def bill(self):
        if not self.shop and self.chance(0.3):
            self.write(Event.CHARGE_FAILED, 1 if self.failed else 0)
            self.failed = True
        elif not self.shop and self.plan == MONTHLY and not self.failed and self.chance(0.2):
            self.plan = ANNUAL
            self.write(Event.SWITCHED, ANNUAL)
            self.pay()
        elif self.failed:
            self.write(Event.PAID, 1, self.amount())
            self.failed = False
        else:
            self.pay()

    def move(self):
        if self.stage == DORMANCY:
            self.stage = self.one_of(GROWTH, MATURITY)
            self.write(Event.USED, int(self.chance(0.5)))
            self.write(Event.WOKE)
        elif self.chance(0.5):
            self.stage = DORMANCY
            self.write(Event.FELL_ASLEEP, self.one_of(*Reason))
        else:
            self.stage = MATURITY if self.stage == GROWTH else GROWTH
            self.write(Event.MATURED if self.stage == MATURITY else Event.SLIPPED)

    def stay_away(self):
        """Contacts made or withheld; whether the customer comes back."""
        made, method = self.chance(0.6), self.one_of(*Method)
        gap = self.one_of(10.0, 60.0, 400.0)
        for _ in range(self.random.integers(4)):
            if not self.later(gap):
                return False
            price = int(self.random.integers(0, 9000)) if made else 0
            self.write(Event.CONTACTED if made else Event.WITHHELD, method, price)
            if made and self.chance(0.3):
                return self.return_at(1 + method)
            if self.chance(0.5):
                method = self.one_of(*Method)
            if self.chance(0.2):
                self.write(Event.TOUCHED, Channel.EMAIL, 70)
        self.later(gap)
        return self.chance(0.5) and self.now < self.until and self.return_at(0)

    def return_at(self, detail):
        self.life, self.stage = self.life + 1, GROWTH
        self.choose_plan()
        self.write(Event.RETURNED, detail)
        self.pay()
        return True


def random_log(seed, customers=40, months=30, shop=False, pace=12.0):
    """Return a log of so many customers, one whole life after another, in a world of so many months."""
    random = np.random.default_rng(seed)
    rows = []
    for slot in range(customers):
        author = Author(random, slot, shop, months * MONTH, pace)
        fixed = (author.seats, author.segment, author.card, slot)
        rows += [(*row, *fixed) for row in author.live()]
    log = np.zeros(len(rows), LOG).view(np.recarray)
    names = ("time", "event", "detail", "amount", "plan", "stage", "life", "seats", "segment", "card", "slot")
    for place, name in enumerate(names):
        log[name] = [row[place] for row in rows]
    log.customer = log.slot + 1
    return log
