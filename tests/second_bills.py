"""What every bill, added seat, order and refund asks, to the cent, written a second time from the description."""

from itertools import product

from second_world import EITHER, HALF, PaidTerm, Reach

from sim.core.events import Event, Plan, SaveOffer, Stage

NOBODY = frozenset()


class Bills:
    """The amounts in one customer's story. Where a draw that the log does not tell decides, every answer is tried."""

    def __init__(self, world, rows):
        self.world, self.rows, self.reach = world, rows, Reach(world, rows)
        self.offers = {NOBODY}  # which levers may have made their offer in this life
        self.bills = self.use_cases = 0  # in this life
        self.paid_months = 0  # in this life
        self.save, self.saved_at = None, 0
        self.contact = None  # the last recall contact since the end
        self.term = PaidTerm(world)
        self.ambiguous = 0  # bills of which more than one amount would have been right
        self.checked = 0

    def check(self):
        """Return what is wrong with the amounts, each in words."""
        wrong = []
        for row in self.rows:
            handler = getattr(self, Event(row.event).name.lower(), None)
            found = handler(row) if handler else None
            if found:
                wrong.append(f"customer {row.customer} at {row.time}: {Event(row.event).name}: {found}")
        return wrong

    # --- what changes a price -----------------------------------------------------------------------------------

    def opened(self, row):
        if row.plan != Plan.PER_USE:
            self.bills = 1 + row.detail // self.world.months[row.plan]  # at least; no offer was made before day 0
            return self.term.open(row)
        return None

    def converted(self, row):
        self.begin_life(row)

    def returned(self, row):
        self.begin_life(row)
        place, recall = self.world.place_of("recall_campaign")
        if recall is not None and self.contact is not None and row.time < self.contact + recall.offer_valid:
            self.offers = {offers | {place} for offers in self.offers}
        self.contact = None

    def begin_life(self, row):
        """SETTLED: levers are asked for an offer as in the introduction, at a return too."""
        self.bills = self.paid_months = self.use_cases = 0
        self.save = self.term.told = None
        answers = [self.makes_offer(name, row) for name in ("annual_plan", "prepaid_years", "welcome_offer")]
        self.offers = {frozenset(offers) - {None} for offers in product(*answers)}

    def makes_offer(self, name, row):
        """Return the answers possible to whether a lever makes its offer: its place, or nothing."""
        place, lever = self.world.place_of(name)
        if lever is None or (name == "welcome_offer" and row.life > 0):
            return (None,)
        answers = self.reach.acts(place, row, Stage.INTRODUCTION)
        if name == "annual_plan" and lever.offered_to < 1.0 and answers != (False,):
            answers = EITHER
        return tuple(place if answer else None for answer in answers)

    def switched(self, row):
        place, _ = self.world.place_of("annual_plan")
        self.offers, self.term.switched_at = {offers | {place} for offers in self.offers}, row.time

    def use_case(self, row):
        self.use_cases = row.detail

    def saved(self, row):
        self.save, self.saved_at = row.detail, self.paid_months

    def paused(self, row):
        self.save = None

    def contacted(self, row):
        self.contact = row.time

    def ended(self, row):
        self.contact = None

    # --- bills --------------------------------------------------------------------------------------------------

    def paid(self, row):
        fitting = {offers for offers in self.offers if self.asked(row, offers, row.amount)}
        self.checked += 1
        self.ambiguous += len(self.prices_of_all(row)) > 1
        wrong = None if fitting else f"{row.amount}, not {sorted(self.prices_of_all(row))}"
        self.offers = fitting or self.offers
        self.bills += 1
        self.paid_months += self.world.months[row.plan]
        other_seats = self.term.pay(row)
        return wrong or other_seats

    def asked(self, row, offers, amount):
        return any(abs(price - amount) <= HALF for price in self.prices(row, offers))

    def prices_of_all(self, row):
        return {round(price, 3) for offers in self.offers for price in self.prices(row, offers)}

    def prices(self, row, offers):
        """Return what a bill may ask of who was made these offers, minor units."""
        months = self.world.months[row.plan]
        first = self.world.promoted(row.time) if self.bills == 0 else 1.0
        for factor in self.list_factors(row, months):
            price = self.world.prices[row.plan] * row.seats * factor * first
            # SETTLED: twelve monthly prices are those before a promotion, so that it and the annual discount do not
            # add up: whoever is given both pays the lower of the two prices.
            full = self.world.prices[Plan.MONTHLY] * months * row.seats * factor
            for place, (name, lever) in self.world.levers.items():
                if place in offers and self.reach.active(place, row.time):
                    price = self.after_offer(name, lever, price, full, row.plan, months)
            yield price

    def list_factors(self, row, months):
        """Return by what levers may multiply the list price of a bill: use cases found, a save, the file's own."""
        answers = []
        place, lever = self.world.place_of("use_cases")
        if self.use_cases > 0 and lever is not None:
            answers.append((place, 1.0 + lever.paid_more * self.use_cases))
        place, lever = self.world.place_of("cancel_flow")
        if self.save in (SaveOffer.DISCOUNT, SaveOffer.DOWNGRADE) and lever is not None:
            answers.append((place, self.kept_at(lever, months)))
        answers += [(place, lever.size) for place, lever in self.world.quantity("list_price")]
        factors = {1.0}
        for place, own in answers:
            factors = {factor * (own if acts else 1.0) for factor in factors for acts in self.reach.acts(place, row)}
        return factors

    def kept_at(self, lever, months):
        """Return the factor on a bill of who was kept by a smaller product or by some months of a discount."""
        if self.save == SaveOffer.DOWNGRADE:
            return 1.0 - lever.cut
        left = lever.discount_months - (self.paid_months - self.saved_at)
        return 1.0 - lever.discount * min(1.0, max(0.0, left / months))

    def after_offer(self, name, lever, price, full, plan, months):
        """Return the price after one lever's offer."""
        if name == "annual_plan":
            return min(price, full * (1.0 - lever.discount)) if plan == Plan.ANNUAL else price
        if name == "prepaid_years":
            return price * (1.0 - lever.discount) if plan == Plan.PREPAID else price
        first = lever.months if name == "welcome_offer" else lever.offer_months
        left = first - self.paid_months  # months of the offer that are left when this term begins
        return price * (1.0 - lever.discount * min(1.0, max(0.0, left / months)))

    # --- seats --------------------------------------------------------------------------------------------------

    def seats_added(self, row):
        """A seat asks what the last bill asked for one; one given up in this term is free."""
        exact = self.term.add(row)
        self.checked += 1
        return None if abs(exact - row.amount) <= HALF else f"{row.amount}, not {exact}"

    def seats_dropped(self, row):
        self.term.drop(row)

    def prorated(self, row):
        left = self.term.months_left(row.time)
        exact = self.term.seat_month * left
        if row.detail == left and abs(exact - row.amount) <= HALF:
            return None
        return f"{row.amount} for {row.detail} months, not {exact} for {left}"
