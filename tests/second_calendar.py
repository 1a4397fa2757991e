"""When every bill, retry, pause and end comes, written a second time from the description.

A date that passes without its row is as wrong as a row without a date.
"""

from math import inf

from second_world import month_of, same_time

from sim.core.events import Event, Plan, Reason, SaveOffer
from sim.core.units import MONTH

AWAY, DUE, RETRIED, RESTING, UNKNOWN = "away", "a bill is due", "a charge is tried again", "resting", "a first bill"
BILLING = (
    Event.PAID, Event.CHARGE_FAILED, Event.SWITCHED, Event.PAUSED, Event.UNPAUSED, Event.ENDED,
)  # fmt: skip


class Calendar:
    """The dates of one subscriber."""

    def __init__(self, world, rows):
        self.world, self.rows = world, rows
        self.state, self.next = AWAY, inf
        self.term_from, self.term_bills, self.due, self.plan = None, 0, None, None
        self.failures = 0
        self.window = None  # months in which the first bill after day 0 may come
        self.first = False  # the next bill is the first of a life
        self.must_end = None  # an end must come at this very time
        self.asked = False  # a request to cancel stands
        self.pause_agreed = False
        self.checked = 0

    def check(self):
        """Return what is wrong with the dates, each in words."""
        wrong = []
        for row in self.rows:
            found = self.read(row)
            if found:
                return [f"customer {row.customer} at {row.time}: {Event(row.event).name}: {found}"]
        last = self.rows[-1]
        if self.next < self.world.until - 1e-6:
            wrong.append(f"customer {last.customer}: at {self.next} {self.state}, and nothing follows")
        return wrong

    def read(self, row):
        """Take in one row; say what is wrong with it."""
        event = Event(row.event)
        if row.time > self.next + 1e-6:
            return f"at {self.next} {self.state}, and nothing follows"
        if self.must_end is not None and event not in (Event.ENDED, Event.LEFT_QUEUE):
            return f"where an end must come at {self.must_end}"
        handler = getattr(self, event.name.lower(), None)
        if row.plan == Plan.PER_USE and event in BILLING:
            return None
        self.checked += event in BILLING
        return handler(row) if handler else None

    # --- beginning ----------------------------------------------------------------------------------------------

    def opened(self, row):
        """Of who is there on day 0 only the month of the last bill is known."""
        if row.plan == Plan.PER_USE:
            return
        self.plan, month = row.plan, self.world.months[row.plan] - row.detail
        self.state, self.window = UNKNOWN, (month, month)
        self.asked = None
        self.next = inf if month < 0 else (month + 1) * MONTH
        self.failures = None if month < 0 else 0

    def converted(self, row):
        if row.plan != Plan.PER_USE:
            self.begin_terms(row)
            self.first, self.asked = True, False

    returned = converted

    def begin_terms(self, row):
        """Count bills from now."""
        self.term_from, self.term_bills, self.due, self.plan = row.time, 0, row.time, row.plan
        self.state, self.next, self.failures = DUE, row.time, 0

    # --- bills --------------------------------------------------------------------------------------------------

    def wrong_time(self, row):
        """Say what is wrong with the time of a bill, a retry or an end; of who was there on day 0 learn the date."""
        if self.state != UNKNOWN:
            return None if same_time(row.time, self.next) else f"and not at {self.next}: {self.state}"
        due = row.time
        attempt = row.detail if row.event in (Event.PAID, Event.CHARGE_FAILED) else 0
        if self.failures is None and attempt > 0:
            due, self.failures = row.time - self.world.retries[attempt - 1], attempt
        elif self.failures is None:
            first_try = row.event in (Event.PAID, Event.CHARGE_FAILED)  # else at a retry; which one is not known
            return "at once, of a bill that had failed before day 0" if first_try else None
        self.state, self.term_from, self.term_bills, self.due = DUE, due, 0, due
        first, last = self.window
        return None if first <= month_of(due) <= last else f"due at {due}, not in month {first}"

    def wrong_attempt(self, row):
        if self.asked:
            return "after a request to cancel"
        if self.pause_agreed and self.failures == 0:
            return "where a pause was agreed"  # SETTLED: a bill that is being tried again is not rested
        if self.failures is None and row.detail > 0:  # failed before day 0; how often is not known
            self.failures = row.detail
        return None if row.detail == self.failures else f"attempt {row.detail} after {self.failures} failures"

    def paid(self, row):
        wrong = self.wrong_time(row) or self.wrong_attempt(row)
        if wrong or row.plan != self.plan:
            return wrong or f"on plan {row.plan}, not {self.plan}"
        self.term_bills += 1
        self.state, self.failures, self.first, self.asked = DUE, 0, False, False
        self.next = self.due = self.term_from + self.term_bills * self.world.months[self.plan] * MONTH
        return None

    def charge_failed(self, row):
        wrong = self.wrong_time(row) or self.wrong_attempt(row)
        if wrong:
            return wrong
        self.asked = False
        self.failures, self.state = row.detail + 1, RETRIED
        if self.failures > len(self.world.retries):
            self.must_end = row.time
        else:
            self.next = self.due + self.world.retries[self.failures - 1]
        return ("of a first bill" if self.first else None) or ("without a card" if row.card != 1 else None)

    def switched(self, row):
        wrong = self.wrong_time(row) if self.state != UNKNOWN or self.failures is not None else None
        failures = self.failures
        self.begin_terms(row._replace(plan=row.detail))
        self.failures = failures
        return wrong or (f"from plan {row.plan}" if row.detail != Plan.ANNUAL else None)

    # --- pauses -------------------------------------------------------------------------------------------------

    def paused(self, row):
        wrong = self.wrong_time(row) or (None if self.pause_agreed else "that was not agreed")
        pause = self.world.scenario.behaviour.saves.pause
        self.state, self.next, self.pause_agreed, self.asked = RESTING, row.time + pause, False, False
        months = round(pause / MONTH)
        return wrong or (None if row.detail == months else f"for {row.detail} months, not {months}")

    def unpaused(self, row):
        wrong = None if self.state == RESTING and same_time(row.time, self.next) else "not when the pause is over"
        self.begin_terms(row)
        return wrong

    # --- leaving ------------------------------------------------------------------------------------------------

    def requested(self, row):
        self.asked, self.asked_at = True, row.time

    def undone(self, row):
        self.asked = False

    def saved(self, row):
        self.asked, self.pause_agreed = False, row.detail == SaveOffer.PAUSE

    def ended(self, row):
        wrong = self.wrong_end(row)
        self.state, self.next, self.must_end = AWAY, inf, None
        self.term_from, self.asked, self.pause_agreed = None, False, False
        return wrong

    def wrong_end(self, row):
        """An end comes after the last retry, where a bill would be due, or at once where that was agreed."""
        if self.must_end is not None:
            return None if same_time(row.time, self.must_end) else "later than the last retry"
        if self.asked and same_time(row.time, self.asked_at):
            return None  # for the money of the rest of the term: see second_refunds.py
        wrong = self.wrong_time(row)
        if wrong or self.state == RESTING or row.detail == Reason.RENEWAL:
            return wrong
        return None if self.asked in (True, None) else "nobody has asked to cancel"
