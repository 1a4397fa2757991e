"""The ledger written a second time, blind: plain Python over log rows, from the definitions alone.

It was written from the comments of ``measures.py``, ``catalogue.py`` and ``events.py`` before its writer had looked
into ``sim/analysis/ledger.py``; all money agreed at once. Where the definitions said nothing, the two were then brought
to one answer, marked SETTLED below. Whoever changes a definition changes both, each on its own.
"""

from collections import defaultdict
from math import ceil, floor

MONTH = 365.25 / 12
YEAR = 365.25
FINE = 100
EARLY = 1e-6
"""Days by which a bill at a whole number of months may seem to come late in floating point."""

SIGNED_UP, USED, STEP_DONE, ACTIVATED, LOST, CONVERTED, PAID, CHARGE_FAILED, INTENDED, RESUMED = range(10)
REQUESTED, UNDONE, TRAPPED, ENDED, RETURNED, FELL_ASLEEP, WOKE, MATURED, SLIPPED, GUIDED = range(10, 20)
TEAM_ASKED, SERVICE_BEGAN, SERVICE_ENDED, LEFT_QUEUE, ORDERED, REFUNDED, OPENED = range(20, 27)
REACHED, HELD_OUT, TOUCHED, UNSUBSCRIBED, AWAKENED, REWARDED, INTEGRATED, SWITCHED = range(27, 35)
CONTACTED, WITHHELD, PROBLEM, SEATS_ADDED, SEATS_DROPPED, PRORATED, USE_CASE = range(35, 42)
SAVED, PAUSED, UNPAUSED, ALERTED, REDEEMED, REFERRED, REFERRAL_PAID = range(42, 49)
BENEFIT, ANSWERED, ORDER_CANCELLED = range(49, 52)
PER_USE = 2
FRIENDS_LINE = 14
ALERT_MONTHS = 3

COUNTED = {
    SIGNED_UP: "PROSPECTS", CONVERTED: "CONVERTED", LOST: "LOST", ACTIVATED: "ACTIVATED", RETURNED: "RETURNED",
    REQUESTED: "REQUESTED", UNDONE: "UNDONE", USED: "USES", FELL_ASLEEP: "FELL_ASLEEP", WOKE: "WOKE",
    GUIDED: "GUIDED", TEAM_ASKED: "TEAM_ASKED", SERVICE_BEGAN: "SERVED", LEFT_QUEUE: "LEFT_QUEUE",
    ORDERED: "ORDERS", TOUCHED: "TOUCHED", UNSUBSCRIBED: "UNSUBSCRIBED", AWAKENED: "AWAKENED", REWARDED: "REWARDED",
    INTEGRATED: "INTEGRATED", SWITCHED: "SWITCHED", CONTACTED: "CONTACTED", WITHHELD: "WITHHELD",
    PROBLEM: "PROBLEMS", SEATS_ADDED: "SEATS_ADDED", USE_CASE: "USE_CASES", SAVED: "SAVED", PAUSED: "PAUSED",
    UNPAUSED: "UNPAUSED", REDEEMED: "REDEEMED", REFERRED: "REFERRED", BENEFIT: "BENEFITS", ANSWERED: "ANSWERED",
    ORDER_CANCELLED: "ORDERS_CANCELLED",
}  # fmt: skip
"""Events that are simply counted in the month in which they happen."""
CARRY_A_COST = (TOUCHED, REWARDED, CONTACTED, REDEEMED, REFERRAL_PAID, BENEFIT)
"""Events whose amount is a cost, in 1/FINE of the minor unit."""
STAGES_OF_A_CUSTOMER = (0, 1, 2, 3)


def nearest(amount):
    """Round to the nearest whole number, halves up."""
    return floor(amount + 0.5)


def month_of(time):
    """Number of the month in which a time lies."""
    return floor(time / MONTH)


class Customer:
    """What the ledger must remember of one customer from row to row."""

    def __init__(self):
        self.value = {"CASH": 0, "REVENUE": 0, "CONTRIBUTION": 0, "NPV": 0.0, "RESIDUAL": 0.0, "LIFETIME": 0.0}
        self.postings = 0  # each may be rounded to a whole hundredth of a cent
        self.segment = self.first_plan = None
        self.signed_up = self.plan_at_sign_up = None
        self.first_payment = None
        self.ended = self.plan_at_end = self.first_end = None
        self.stage = self.stage_plan = None
        self.mrr = 0
        self.mrr_steps = []  # (time, MRR from then on)
        self.begins = False  # the next payment is the first of a life
        self.begins_again = False  # and of a later life
        self.retried = False  # a charge has failed and is being tried again
        self.rests = False  # asleep, and nothing is charged
        self.was_there = False  # on day 0
        self.pays = []  # (time, whether he is a customer from then on)
        self.row = 0  # number of the row being read
        self.booked = []  # (row, contribution in 1/FINE)
        self.orders = []  # (time, amount, life)
        self.bills = []  # (row, what a month of it is worth)
        self.departures = []  # (row, time, reason, life)
        self.arrivals = []  # (row, time, month, 1 + method of a contact, plan): returns
        self.contacts = []  # (row, made, method, cost)
        self.reached, self.held_out = set(), set()
        self.friend = False
        self.alerted = -float("inf")
        self.term = {}  # month of what is paid: (revenue, cost of serving)


class SecondLedger:
    """Sums by (month, segment, plan, measure), cohorts, and single customers, from all rows of a log."""

    def __init__(self, horizon_months, terms, discount, event_costs):
        self.horizon_months = horizon_months
        self.terms, self.discount, self.event_costs = terms, discount, event_costs
        self.sums = defaultdict(int)
        self.started = defaultdict(int)
        self.ends = defaultdict(int)
        self.recall = defaultdict(int)
        self.customers = defaultdict(Customer)

    def read(self, rows):
        """Take in log rows in the order in which they were written; ``slot`` says whose they are."""
        for row in rows:
            self.read_row(row, self.customers[int(row["slot"])])

    def add(self, month, row, measure, amount=1, plan=None):
        """Add to one monthly sum: the row's segment, and its plan unless another is named."""
        self.sums[month, int(row["segment"]), int(row["plan"]) if plan is None else plan, measure] += amount

    def post(self, month, row, who, **amounts):
        """Book money of one month: into the sums, and as contribution, in 1/FINE, on the customer's account."""
        unit = {"REVENUE": FINE, "SERVICE_COST": -FINE, "FEES": -FINE, "GOODS": -FINE, "REFUNDS": -FINE,
                "TOUCH_COST": -1, "ACQUISITION": -1}  # fmt: skip
        for measure, amount in amounts.items():
            self.add(month, row, measure, amount)
        contribution = sum(unit[measure] * amount for measure, amount in amounts.items())
        who.booked.append((who.row, contribution))
        discounted = contribution * self.discount[month]
        if month < self.horizon_months:
            who.value["REVENUE"] += amounts.get("REVENUE", 0)
            who.value["CONTRIBUTION"] += contribution
            who.value["NPV"] += discounted
        else:
            who.value["RESIDUAL"] += discounted
        if who.first_payment is not None:
            # SETTLED: the factor of the month so many months after that of the first payment, as if that were month 0.
            factor = self.discount[month - month_of(who.first_payment)] / self.discount[0]
            who.value["LIFETIME"] += contribution * factor
        who.postings += 1

    def read_row(self, row, who):
        event, time = int(row["event"]), float(row["time"])
        month = month_of(time)
        who.row += 1
        if event in COUNTED:
            self.add(month, row, COUNTED[event])
        cost = self.cost_of(row)
        if cost:
            self.post(month, row, who, TOUCH_COST=cost)
            if row["stage"] == 0:  # still in the introduction: a prospect
                self.add(month, row, "TRIAL_COST", cost)
            if event in (REWARDED, CONTACTED):
                self.add(month, row, "REWARD_COST" if event == REWARDED else "CONTACT_COST", cost)
        self.read_new_kinds(row, who, month, cost)
        self.read_relation(row, who, month)
        if event == SIGNED_UP:
            who.signed_up, who.plan_at_sign_up = time, int(row["plan"])
            who.friend = row["detail"] == FRIENDS_LINE
            self.add(month, row, "FRIENDS", int(who.friend))
            self.post(month, row, who, ACQUISITION=int(row["amount"]))
        elif event == ACTIVATED:
            if who.signed_up is not None and time - who.signed_up <= self.terms["activation_window"]:
                self.add(month_of(who.signed_up), row, "SIGNED_UP_ACTIVATED", plan=who.plan_at_sign_up)
        elif event == CONVERTED:
            if who.signed_up is not None:
                self.add(month_of(who.signed_up), row, "SIGNED_UP_CONVERTED", plan=who.plan_at_sign_up)
            who.first_payment, who.begins = time, True
            self.add(month, row, "FRIENDS_CONVERTED", int(who.friend))
            who.first_plan, who.segment = int(row["plan"]), int(row["segment"])
            self.started[month, int(row["segment"]), int(row["plan"])] += 1
        elif event == RETURNED:
            who.begins, who.begins_again = True, True
            who.arrivals.append((who.row, time, month, int(row["detail"]), int(row["plan"])))
            if row["detail"] > 0:
                self.add(month, row, "RECALLED")
            if time - who.ended <= YEAR:
                self.add(month_of(who.ended), row, "ENDED_RETURNED", plan=who.plan_at_end)
        elif event == OPENED:
            self.open(row, who)
        elif event == PAID:
            self.pay(row, who, month)
        elif event == CHARGE_FAILED and row["detail"] == 0:
            self.add(month, row, "CHARGES_FAILED")
            self.add(month, row, "DUE")
            who.retried = True
        elif event == ENDED:
            self.end(row, who, month)
        elif event == ORDERED:
            self.order(row, who, month)
        elif event in (REFUNDED, ORDER_CANCELLED):
            self.give_back(row, who, month)
        if event in (OPENED, PAID) or (event in (CONVERTED, RETURNED) and row["plan"] == PER_USE):
            who.pays.append((time, 1))
        elif event == ENDED:
            who.pays.append((time, 0))
        self.move(row, who, month)

    def cost_of(self, row):
        """What levers pay for an event, in 1/FINE: what they declare for its kind, and what the log says."""
        said = int(row["amount"]) if row["event"] in CARRY_A_COST else 0
        return FINE * int(self.event_costs[row["event"]]) + said

    def read_new_kinds(self, row, who, month, cost):
        """Events of touches, sleep, hold-outs and recall."""
        event, detail = int(row["event"]), int(row["detail"])
        if event == USED and detail == 1:
            self.add(month, row, "PROMPTED")
        elif event == FELL_ASLEEP:
            self.add(month, row, ("ASLEEP", detail))
        elif event in (REACHED, HELD_OUT) and month >= self.horizon_months:
            pass  # whom a lever meets after the horizon is not counted
        elif event == REACHED:
            who.reached.add(detail)
        elif event == HELD_OUT:
            who.held_out.add(detail)
        elif event in (CONTACTED, WITHHELD):
            who.contacts.append((who.row, event == CONTACTED, detail, cost))

    def read_relation(self, row, who, month):
        """Problems, seats, pauses, alerts."""
        event, detail, time = int(row["event"]), int(row["detail"]), float(row["time"])
        if event == PROBLEM:
            self.add(month, row, "UNSOLVED", int(detail == 0))
        elif event == SEATS_ADDED:
            self.add(month, row, "MRR_EXPANSION", int(row["amount"]))
            who.mrr += int(row["amount"])
            who.mrr_steps.append((time, who.mrr))
        elif event == SEATS_DROPPED:
            self.add(month, row, "SEATS_DROPPED", detail)
        elif event == PRORATED:
            self.charge(row, who, month)
            self.spread(row, who, month, detail, 1)
        elif event == PAUSED:
            self.add(month, row, "MRR_CONTRACTION", who.mrr)
            who.mrr = 0
            who.mrr_steps.append((time, 0))
            if detail == 0:  # asleep, until he wakes: no bill is due, and none is being tried again
                who.rests, who.retried = True, False
        elif event == UNPAUSED:
            who.rests = False
        elif event == ALERTED:
            self.add(month, row, "ALERTED", int(time - who.alerted >= ALERT_MONTHS * MONTH))
            who.alerted = time
        elif event == ENDED:
            self.add(month, row, "ALERTED_ENDED", int(time - who.alerted < ALERT_MONTHS * MONTH))
            who.alerted = -float("inf")

    def give_back(self, row, who, month):
        """Money goes back: of an order, sent back or cancelled before it is sent, or of a term that ends early."""
        amount = int(row["amount"])
        self.add(month, row, "CASH", -amount)
        who.value["CASH"] -= amount if month < self.horizon_months else 0
        if row["event"] == REFUNDED and row["detail"] > 0:
            self.end_term(row, who, month)
        else:
            goods = nearest(self.terms["goods_share"] * who.orders[-1][1])
            spared = goods if row["event"] == ORDER_CANCELLED else nearest(self.terms["resale"] * goods)
            self.post(month, row, who, REFUNDS=amount, GOODS=-spared)

    def end_term(self, row, who, month):
        """So many whole months of a term are given back: neither earned nor served; what is kept is earned now."""
        given_back = [(month + ahead, *who.term[month + ahead]) for ahead in range(1, int(row["detail"]) + 1)]
        kept = sum(revenue for _, revenue, _ in given_back) - int(row["amount"])
        self.post(month, row, who, REVENUE=kept)
        for later, revenue, serving in given_back:
            self.post(later, row, who, REVENUE=-revenue, SERVICE_COST=-serving)

    def open(self, row, who):
        """Somebody who was there on day 0: his MRR, and the months of his last bill that are still to come."""
        who.was_there, who.first_plan, who.segment = True, int(row["plan"]), int(row["segment"])
        parts, amount = self.parts(row), int(row["amount"])
        who.retried = int(row["detail"]) > parts  # the last bill is over, the next one not yet paid
        self.add(0, row, "OPENING")
        who.mrr = nearest(amount / parts)
        who.mrr_steps.append((0.0, who.mrr))
        self.add(0, row, "MRR_OPENING", who.mrr)
        if row["plan"] != PER_USE:  # who orders by the piece owes nothing and has nothing to come
            self.spread(row, who, -int(row["detail"]), parts, int(row["seats"]))

    def parts(self, row):
        """Months that a bill of the row's plan pays for."""
        return max(1, int(self.terms["term_months"][int(row["plan"])]))

    def spread(self, row, who, month, parts, seats):
        """Revenue and the cost of serving, in equal parts over the months paid for; what is over goes to the first."""
        part, over = divmod(int(row["amount"]), parts)
        serving = nearest(self.terms["serve_seat_month"] * seats)
        for number in range(parts):
            if month + number >= 0:
                revenue = part + over if number == 0 else part
                self.post(month + number, row, who, REVENUE=revenue, SERVICE_COST=serving)
                earned, spent = who.term.get(month + number, (0, 0))
                who.term[month + number] = earned + revenue, spent + serving

    def pay(self, row, who, month):
        """A bill is paid."""
        amount, time, parts = int(row["amount"]), float(row["time"]), self.parts(row)
        self.charge(row, who, month)
        who.term = {}
        self.spread(row, who, month, parts, int(row["seats"]))
        mrr = nearest(amount / parts)
        who.bills.append((who.row, mrr))
        if who.begins:
            self.add(month, row, "MRR_REACTIVATION" if who.begins_again else "MRR_NEW", mrr)
        else:
            self.add(month, row, "MRR_EXPANSION", max(0, mrr - who.mrr))
            self.add(month, row, "MRR_CONTRACTION", max(0, who.mrr - mrr))
            self.add(month, row, "RENEWED")
            if int(row["detail"]) > 0:
                self.add(month, row, "RECOVERED")
            else:
                self.add(month, row, "DUE")
        who.mrr, who.begins, who.begins_again, who.retried = mrr, False, False, False
        who.mrr_steps.append((time, mrr))

    def charge(self, row, who, month):
        """Money of a bill comes in, less the fee."""
        amount = int(row["amount"])
        self.add(month, row, "CASH", amount)
        who.value["CASH"] += amount if month < self.horizon_months else 0
        if int(row["card"]) == 1 and amount > 0:
            self.post(month, row, who, FEES=self.fee(amount))

    def fee(self, amount):
        """What the processor keeps of one charge."""
        return nearest(self.terms["charge_share"] * amount + self.terms["charge_fixed"])

    def end(self, row, who, month):
        """The subscription is over."""
        time = float(row["time"])
        self.add(month, row, ("ENDED", int(row["detail"])))
        who.departures.append((who.row, time, int(row["detail"]), int(row["life"])))
        if not who.retried and not who.rests and row["plan"] != PER_USE:
            self.add(month, row, "DUE")
        self.add(month, row, "MRR_CHURN", who.mrr)
        who.mrr, who.retried, who.rests = 0, False, False
        who.mrr_steps.append((time, 0))
        who.ended, who.plan_at_end = time, int(row["plan"])
        if who.first_end is None:
            who.first_end = time
            if who.first_payment is not None:
                self.ends[month_of(who.first_payment), who.segment, who.first_plan, self.tenure(who)] += 1

    @staticmethod
    def tenure(who):
        """SETTLED: months of the first life begun until its end, so that a bill at 12 months ends the twelfth."""
        return ceil((who.first_end - who.first_payment - EARLY) / MONTH)

    def order(self, row, who, month):
        """An order: paid and earned at once."""
        amount = int(row["amount"])
        self.add(month, row, "CASH", amount)
        who.value["CASH"] += amount if month < self.horizon_months else 0
        fees = self.fee(amount) if int(row["card"]) == 1 else 0
        who.bills.append((who.row, amount))
        who.orders.append((float(row["time"]), amount, int(row["life"])))
        self.post(month, row, who, REVENUE=amount, FEES=fees, GOODS=nearest(self.terms["goods_share"] * amount))

    def move(self, row, who, month):
        """Count the customer out of the stage and plan in which he was, and into those in which he is."""
        stage, plan = int(row["stage"]), int(row["plan"])
        if (stage, plan) == (who.stage, who.stage_plan):
            return
        segment = int(row["segment"])
        if who.stage in STAGES_OF_A_CUSTOMER:
            self.sums[month, segment, who.stage_plan, ("STAGE", who.stage)] -= 1
        if stage in STAGES_OF_A_CUSTOMER:
            self.sums[month, segment, plan, ("STAGE", stage)] += 1
        who.stage, who.stage_plan = stage, plan

    # --- what only the whole of a life shows --------------------------------------------------------------------

    def close(self):
        """Look at whole lives."""
        for who in self.customers.values():
            self.look_at_years(who)
            self.look_at_orders(who)
            self.look_at_returns(who)

    def look_at_orders(self, who):
        """Orders of a customer won in the study, by months since the first."""
        if who.first_payment is None:
            return
        place = (month_of(who.first_payment), who.segment, who.first_plan)
        ages = [((time - who.first_payment) / MONTH, amount, life) for time, amount, life in who.orders]
        first_year = [(amount, life) for age, amount, life in ages if age < 12]
        self.sums[*place, "ORDERED_IN_YEAR_1"] += len(first_year)
        self.sums[*place, "REVENUE_IN_YEAR_1"] += sum(amount for amount, _ in first_year)
        self.sums[*place, "REPEATED"] += len(first_year) > 1 and first_year[1][1] == 0
        self.sums[*place, "ORDERED_IN_YEAR_2"] += any(12 <= age < 24 for age, _, _ in ages)

    def look_at_returns(self, who):
        """What became of every end, and what every return was worth."""
        far = (who.row + 1, float("inf"))
        for back in who.arrivals:
            until = min((end for end in who.departures if end[0] > back[0]), default=far)
            if back[3] > 0:
                place = (back[2], who.segment, back[4])
                self.sums[*place, "RECALL_RETURN"] += self.earned(who, back[0], until[0])
        for end in who.departures:
            until = min((other for other in who.departures if other[0] > end[0]), default=far)
            contacts = [contact for contact in who.contacts if end[0] < contact[0] < until[0]]
            if contacts and end[1] < self.horizon_months * MONTH:
                back = [back for back in who.arrivals if end[0] < back[0] < until[0]]
                self.look_at_episode(who, end, contacts, back, until)

    def look_at_episode(self, who, end, contacts, back, until):
        """One end that was followed by contacts, made or withheld; the first of them says which."""
        _, made, method, _ = contacts[0]
        cell = (end[2], method, min(end[3], 2), 0 if made else 1)
        self.recall[*cell, "EPISODES"] += 1
        seen = end[1] + YEAR <= self.terms["until"]
        self.recall[*cell, "SEEN"] += seen
        self.recall[*cell, "COST"] += sum(cost for *_, cost in contacts)
        if back:
            row, time, _, detail, _ = back[0]
            self.recall[*cell, "BACK"] += 1
            self.recall[*cell, "RECALLED"] += detail > 0
            self.recall[*cell, "RETURNED"] += seen and time - end[1] <= YEAR
            half_a_year = time + 6 * MONTH <= self.terms["until"]
            self.recall[*cell, "KEPT_SEEN"] += half_a_year
            self.recall[*cell, "KEPT"] += half_a_year and until[1] > time + 6 * MONTH + EARLY
            self.recall[*cell, "CONTRIBUTION"] += self.earned(who, row, until[0])
            self.recall[*cell, "WORTH"] += next((w for n, w in who.bills if row < n < until[0]), 0)

    @staticmethod
    def earned(who, after, to):
        """Contribution booked by the rows after one, up to and with another."""
        return sum(amount for row, amount in who.booked if after < row <= to)

    def first_end_of(self, who):
        """Of the first end: its time, whether back within a year, and the cell if a contact was made."""
        if not who.departures:
            return float("inf"), 0, None
        end, until = who.departures[0], (who.departures[1:] or [(who.row + 1,)])[0]
        back = [time for row, time, *_ in who.arrivals if row < until[0]]
        contacts = [contact for contact in who.contacts if end[0] < contact[0] < until[0]]
        counts = contacts and contacts[0][1] and end[1] < self.horizon_months * MONTH
        cell = (end[2], contacts[0][2], min(end[3], 2)) if counts else None
        return end[1], int(bool(back) and back[0] - end[1] <= YEAR), cell

    def alive_end(self, who):
        """Whether a customer when the horizon ends."""
        return ([pays for time, pays in who.pays if time < self.horizon_months * MONTH] or [0])[-1]

    def look_at_years(self, who):
        """Every anniversary of the study inside the horizon: what does he pay, who paid a year before?

        SETTLED: an anniversary belongs to the month that it ends, and a customer to the plan of his first payment.
        """
        for year in range(1, self.horizon_months // 12 + 1):
            before, now = (self.mrr_at(who, MONTH * 12 * at) for at in (year - 1, year))
            if before > 0:
                place = (year * 12 - 1, who.segment, who.first_plan)
                self.sums[*place, "MRR_YEAR_AGO"] += before
                self.sums[*place, "MRR_YEAR_KEPT"] += now
                self.sums[*place, "MRR_YEAR_CAPPED"] += min(before, now)

    @staticmethod
    def mrr_at(who, time):
        """MRR just before a time; on day 0 just after the book is opened."""
        found = 0
        for since, mrr in who.mrr_steps:
            if since < time or (since == 0.0 and time == 0.0 and who.was_there):
                found = mrr
        return found

    def kept(self, who):
        """Whether a new customer is still in his first life after 12 months; -1 where that is not seen."""
        if who.first_payment is None or who.first_payment + 12 * MONTH > self.horizon_months * MONTH:
            return -1
        return int(who.first_end is None or self.tenure(who) > 12)

    def lifetime(self):
        """Sum of LIFETIME and number of customers won in the study's first year."""
        won = [c for c in self.customers.values() if c.first_payment is not None and c.first_payment < 12 * MONTH]
        return sum(c.value["LIFETIME"] for c in won), len(won)
