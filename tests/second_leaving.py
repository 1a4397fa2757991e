"""Wanting to leave, asking, and the reason of the end, written a second time from the description."""

from second_world import same_time

from sim.core.events import INTENT_REASONS, Event, Plan, Reason
from sim.core.units import MONTH

IN_TERMS = (Plan.ANNUAL, Plan.PREPAID)


class Leaving:
    """The intents of one customer, his requests, and what he leaves for."""

    def __init__(self, world, rows):
        self.world, self.rows = world, rows
        self.opened_with = False  # what he wanted before day 0 is not told
        self.checked = 0
        self.plan = None
        behaviour = world.scenario.behaviour
        self.attentive = behaviour.leaving.attention >= 1.0 and behaviour.investment.holds <= 0.0
        self.begin()

    def begin(self):
        """No intent stands when a life begins."""
        self.since = {}  # of each intent that stands
        self.looks = {}  # of each, months after it began of which is known whether he was trapped
        self.holders = set()  # reasons for which the standing request may be; none: no request
        self.failures, self.rests, self.saved_for = 0, False, None
        self.reminded_at = None
        self.term_ends = None

    def check(self):
        """Return what is wrong, each in words."""
        for row in self.rows:
            event = Event(row.event)
            handler = getattr(self, event.name.lower(), None)
            found = self.not_trapped(row)
            if row.plan == Plan.PER_USE or (handler is None and not found):
                continue
            self.checked += 1
            self.plan = row.plan
            found = found or handler(row)
            if found:
                return [f"customer {row.customer} at {row.time}: {event.name}: {found}"]
        return []

    def opened(self, row):
        self.begin()
        self.opened_with = True

    def converted(self, row):
        self.begin()
        self.opened_with = False

    returned = converted

    def paid(self, row):
        self.failures = 0
        if self.opened_with and not self.holders:
            self.opened_with = "intents"  # he may still want to go, and has not asked
        return "after asking to cancel" if self.holders else None

    def charge_failed(self, row):
        self.failures = row.detail + 1
        return "after asking to cancel" if self.holders else None

    # --- intents and requests -----------------------------------------------------------------------------------

    def intended(self, row):
        wrong = "stands already" if row.detail in self.since else None
        self.since[row.detail], self.looks[row.detail] = row.time, 0
        return wrong or (None if row.detail < INTENT_REASONS else "no such intent")

    def awakened(self, row):
        self.reminded_at = row.time

    def requested(self, row):
        """He looks at it when the intent arises and every month after, or when he is reminded that he pays."""
        wrong = "twice" if self.holders else None
        self.holders = {row.detail}
        if row.detail not in self.since:
            return wrong or (None if self.opened_with else "without an intent")
        months = (row.time - self.since[row.detail]) / MONTH
        at_a_look = same_time(months, round(months)) or same_time(row.time, self.reminded_at or -1.0)
        return wrong or (None if at_a_look else f"{months} months after the intent")

    def drop(self, row):
        wrong = None if row.detail in self.since or self.opened_with else "no such intent"
        self.since.pop(row.detail, None)
        return wrong

    def resumed(self, row):
        """An intent goes; a request that was for it passes to another intent, where he had acted on one."""
        wrong = self.drop(row)
        if row.detail in self.holders:
            self.holders = set(self.since) | (set(Reason) if self.opened_with else set())
            return wrong or (None if self.holders else "where renewal should be restored")
        return wrong

    def undone(self, row):
        """Renewal is restored: nothing that he had acted on is left, and who always acts at once wants nothing more."""
        wrong = None if row.detail in self.holders or self.opened_with else "no request for it stands"
        self.holders = set()
        wrong = wrong or self.drop(row)
        return wrong or (f"while he wants to leave for {[*self.since]}" if self.attentive and self.since else None)

    def saved(self, row):
        """Who stays on an offer has just asked, and drops what he asked for."""
        wrong = None if len(self.holders) == 1 else "where nobody has asked"
        self.saved_for = next(iter(self.holders), None)
        self.since.pop(self.saved_for, None)
        self.holders = set()
        return wrong

    def trapped(self, row):
        """Every month that an intent stands inside a paid term."""
        if row.detail not in self.since:
            return None if self.opened_with else "without an intent"
        months = (row.time - self.since[row.detail]) / MONTH
        last, self.looks[row.detail] = self.looks[row.detail], round(months)
        wrong = None if same_time(months, round(months)) and round(months) > last else "not a month later"
        return wrong or (None if self.in_term() else "outside a paid term")

    def in_term(self):
        return self.plan in IN_TERMS and self.failures == 0 and not self.rests

    def not_trapped(self, row):
        """Say which month of an intent should have been told before this row."""
        for reason, since in self.since.items():
            while since + (self.looks[reason] + 1) * MONTH < row.time - 1e-6:
                self.looks[reason] += 1
                if self.in_term():
                    return f"month {self.looks[reason]} of the intent for {reason} is missing"
        return None

    def paused(self, row):
        self.rests = True

    def unpaused(self, row):
        self.rests = False

    # --- ends ---------------------------------------------------------------------------------------------------

    def ended(self, row):
        """Say what is wrong with the reason of an end."""
        known = not self.opened_with
        expected = self.expected()
        wrong = None if row.detail in expected else f"for {row.detail}, not {sorted(expected)}"
        self.begin()
        return wrong if known else None

    def expected(self):
        """Return the reasons possible for an end here and now."""
        if self.rests:
            return {self.saved_for}
        if self.holders:
            return self.holders
        if self.failures > len(self.world.retries):
            return {min(self.since, default=int(Reason.PAYMENT))}
        return {int(Reason.RENEWAL)} if self.world.scenario.renewal.alpha > 0.0 else set()
