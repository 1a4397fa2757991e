"""Logs made up at random that keep the engines' promises: whatever they may write, in any order they may write it."""

import numpy as np

from sim.core.events import LOG, Channel, Event, Method, Plan, Reason, Reward, Stage
from sim.core.units import MONTH
from sim.model.kernel import TERM_MONTHS

LEVERS = 3
GROWTH, MATURITY, DORMANCY, CHURNED = (int(Stage[name]) for name in ("GROWTH", "MATURITY", "DORMANCY", "CHURNED"))
INTRODUCTION, LOST = int(Stage.INTRODUCTION), int(Stage.LOST)
MONTHLY, ANNUAL, PER_USE, PREPAID = (int(plan) for plan in (Plan.MONTHLY, Plan.ANNUAL, Plan.PER_USE, Plan.PREPAID))
FRIENDS_LINE = 14


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
        self.paid_until = 0  # number of the first month that is not paid for
        self.paused = False

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
            self.rows.append((self.now, event, int(detail), amount, self.plan, self.stage, self.life, self.seats))

    def choose_plan(self):
        self.plan = PER_USE if self.shop else self.one_of(MONTHLY, ANNUAL, PREPAID)

    def month(self):
        return int(self.now / MONTH)

    def pay(self, attempt=0):
        self.failed = self.paused = False
        if self.shop:
            self.order()
            return
        self.write(Event.PAID, attempt, self.amount())
        self.paid_until = self.month() + TERM_MONTHS[self.plan]

    def order(self):
        amount = self.amount()
        self.write(Event.ORDERED, 0, amount)
        if self.chance(0.3):
            self.write(Event.REFUNDED, 0, amount)
        elif self.chance(0.2):
            self.write(Event.ORDER_CANCELLED, 0, int(self.random.integers(0, amount + 1)))

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
        detail = 0 if self.shop else int(self.random.integers(1, TERM_MONTHS[self.plan] + 2))
        self.failed = detail > TERM_MONTHS[self.plan] > 0
        self.paid_until = TERM_MONTHS[self.plan] - detail
        self.write(Event.OPENED, detail, 0 if self.shop else self.amount())
        self.now = float(self.random.uniform(0.1, 5.0))

    def try_out(self):
        """The introduction; whether it makes a customer."""
        self.now = float(self.random.uniform(0, 0.7 * self.until))
        self.write(Event.SIGNED_UP, self.one_of(0, 3, FRIENDS_LINE), self.one_of(0, self.amount()))
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
        if self.chance(0.2):
            self.write(Event.REFERRAL_PAID, 0, self.amount())
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
            (Event.PROBLEM, int(self.chance(0.5)), 0), (Event.USE_CASE, 1, 0), (Event.SAVED, 1, 0),
            (Event.REDEEMED, 0, price), (Event.REFERRED, 1, 0), (Event.BENEFIT, 0, price),
            (Event.ALERTED, 3, 0),
        )  # fmt: skip

    def use_until_the_end(self):
        while self.later():
            what = self.random.random()
            if what < 0.12:
                self.end()
                return
            if what < 0.35:
                self.bill()
            elif what < 0.4 and not self.shop:
                self.change_seats()
            elif what < 0.45:
                self.move()
            else:
                self.write(*self.small_event())

    def end(self):
        """The end; of a paid term some whole months may be given back before it."""
        unused = self.paid_until - self.month() - 1
        if not self.shop and not self.failed and unused > 0 and self.chance(0.5):
            self.write(Event.REFUNDED, self.random.integers(1, unused + 1), self.amount())
        self.stage, self.failed, self.paused = CHURNED, False, False
        reason = self.one_of(*Reason)
        self.write(Event.ENDED, reason)
        if self.chance(0.2):
            self.write(Event.ANSWERED, reason)

    def change_seats(self):
        if self.seats > 1 and self.chance(0.4):
            given_up = int(self.random.integers(1, self.seats))
            self.seats -= given_up
            self.write(Event.SEATS_DROPPED, given_up)
        elif not self.failed and not self.paused:
            self.seats += 1
            price = self.one_of(0, self.amount())
            self.write(Event.SEATS_ADDED, 1, price)
            if price > 0:
                left = max(1, self.paid_until - self.month())
                self.write(Event.PRORATED, left, price * left)

    def bill(self):
        if not self.shop and self.chance(0.3):
            self.write(Event.CHARGE_FAILED, 1 if self.failed else 0)
            self.failed = True
        elif not self.shop and self.plan == MONTHLY and not self.failed and self.chance(0.2):
            self.plan = ANNUAL
            self.write(Event.SWITCHED, ANNUAL)
            self.pay()
        elif not self.shop and not self.failed and not self.paused and self.chance(0.15):
            self.paused = True
            self.write(Event.PAUSED, 2)
        elif self.failed:
            self.pay(attempt=1)
        else:
            if self.paused:
                self.write(Event.UNPAUSED)
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
        fixed = (author.segment, author.card, slot)
        rows += [(*row, *fixed) for row in author.live()]
    log = np.zeros(len(rows), LOG).view(np.recarray)
    names = ("time", "event", "detail", "amount", "plan", "stage", "life", "seats", "segment", "card", "slot")
    for place, name in enumerate(names):
        log[name] = [row[place] for row in rows]
    log.customer = log.slot + 1
    return log
