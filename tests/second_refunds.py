"""Money that goes back, and when a shop's customer counts as gone, written a second time from the description."""

from math import inf

from second_world import HALF, PaidTerm, Reach, same_time

from sim.core.events import Event, Plan

CANNOT = -1.0
"""SETTLED: share of the unused term that is paid back where no lever says anything: one cannot leave inside a term."""


class Refunds:
    """What one customer gets back, and the ends that go with it."""

    def __init__(self, world, rows):
        self.world, self.rows, self.reach = world, rows, Reach(world, rows)
        self.term = PaidTerm(world)
        self.failed = self.rests = False
        self.asked = None  # time, shares possible
        self.back = None  # share and months of a refund just made
        self.order = None  # the last order: its row
        self.settled = True  # and whether it has been sent back or cancelled already
        self.lost_at = inf  # when a shop's customer counts as gone
        self.checked = 0

    def check(self):
        """Return what is wrong, each in words."""
        for row in self.rows:
            event = Event(row.event)
            wrong = self.overdue(row, event)
            handler = getattr(self, event.name.lower(), None)
            wrong = wrong or (handler(row) if handler else None)
            if wrong:
                return [f"customer {row.customer} at {row.time}: {event.name}: {wrong}"]
        late = self.lost_at < self.world.until - 1e-6
        return [f"customer {row.customer}: not gone at {self.lost_at}"] if late else []

    def overdue(self, row, event):
        """Say what should have happened before this row."""
        if row.time > self.lost_at + 1e-6:
            return f"not gone at {self.lost_at}"
        asked, shares = self.asked or (inf, ())
        if row.time > asked + 1e-6:
            self.asked = None
            return "did not leave at once, with money back" if all(share >= 0.0 for share in shares) else None
        return None

    # --- terms --------------------------------------------------------------------------------------------------

    def opened(self, row):
        if row.plan == Plan.PER_USE:
            self.lost_at = self.world.scenario.behaviour.stages.lost_after  # at the latest: his last order is not told
            return
        self.failed = row.detail > self.world.months[row.plan]
        self.term.open(row)

    def paid(self, row):
        self.term.pay(row)
        self.failed = False

    def switched(self, row):
        self.term.switched_at = row.time

    def charge_failed(self, row):
        self.failed = True

    def seats_added(self, row):
        self.term.add(row)

    def paused(self, row):
        self.rests = True

    def unpaused(self, row):
        self.rests = False

    # --- leaving inside a term ----------------------------------------------------------------------------------

    def requested(self, row):
        """Inside a paid term of years a lever may let him go at once."""
        if row.plan in (Plan.ANNUAL, Plan.PREPAID) and not self.failed and not self.rests:
            self.asked = row.time, self.shares(row)
        else:
            self.asked = row.time, (CANNOT,)

    def shares(self, row):
        """Return the shares of the unused term that may be paid back."""
        shares = {CANNOT}
        place, terms = self.world.place_of("flexible_terms")
        if terms is not None and terms.fee < 1.0:
            shares = {max(share, 1.0 - terms.fee) if acts else share
                      for share in shares for acts in self.reach.acts(place, row)}  # fmt: skip
        for place, own in self.world.quantity("exit_refund"):
            shares = {(share * own.size if own.operation == "multiply" else share + own.size) if acts else share
                      for share in shares for acts in self.reach.acts(place, row)}  # fmt: skip
        return shares

    def saved(self, row):
        self.asked = None

    undone = saved

    def refunded(self, row):
        if row.plan == Plan.PER_USE:
            return self.order_back(row, 0.0)
        if self.asked is None or not same_time(row.time, self.asked[0]):
            return "nobody has just asked to cancel"
        unused = self.term.months_left(row.time) - 1
        whole = self.term.seat_month * self.term.seats * unused
        self.back = row.time
        self.checked += 1
        exact = [min(1.0, share) * whole for share in self.asked[1] if share >= 0.0]
        if row.detail == unused and any(abs(amount - row.amount) <= HALF for amount in exact):
            return None
        return f"{row.amount} for {row.detail} months, not {exact} for {unused}"

    def ended(self, row):
        if row.plan == Plan.PER_USE:
            wrong = None if same_time(row.time, self.lost_at) or self.order is None else f"not at {self.lost_at}"
            self.lost_at = inf
            self.checked += 1
            return wrong
        self.rests = self.failed = False
        if self.asked is None or not same_time(row.time, self.asked[0]):
            self.asked = None
            return None
        at_once, self.asked = self.asked[1], None
        self.checked += 1
        if all(share < 0.0 for share in at_once):
            return "inside a term, without a lever that lets him go"
        unused = self.term.months_left(row.time) - 1
        owed = unused > 0 and all(share > 0.0 for share in at_once)
        return "without his money back" if owed and self.back != row.time else None

    # --- orders -------------------------------------------------------------------------------------------------

    def ordered(self, row):
        self.order, self.settled = row, False
        self.lost_at = row.time + self.world.scenario.behaviour.stages.lost_after

    def order_cancelled(self, row):
        """All but a fee goes back."""
        base = self.world.scenario.orders.cancel_fee
        fees = {base}
        place, terms = self.world.place_of("flexible_terms")
        if terms is not None:
            kept = terms.late + (1.0 - terms.late) * terms.fee
            fees = {min(base, kept) if acts else base for acts in self.reach.acts(place, row)}
        for place, own in self.world.quantity("order_fee"):
            fees = {min(1.0, max(0.0, fee * own.size if own.operation == "multiply" else fee + own.size))
                    if acts else fee for fee in fees for acts in self.reach.acts(place, row)}  # fmt: skip
        return self.order_back(row, *fees)

    def order_back(self, row, *fees):
        """Say what is wrong with what comes back of the order just placed, one of some fees being kept."""
        if self.settled or row.time != self.order.time:
            return "without an order, or twice"
        self.settled = True
        self.checked += 1
        exact = [self.order.amount * (1.0 - fee) for fee in fees]
        return None if any(abs(amount - row.amount) <= HALF for amount in exact) else f"{row.amount}, not {exact}"
