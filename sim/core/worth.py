"""What a customer is worth a month, and how much of a bill an offer of some months takes: one definition for all."""

from sim.core.compiling import compiled


@compiled
def monthly_worth(customer):
    """Full price of a month of his last term, minor money units; of a per-use customer, of the last order.

    Before any discount: whoever got a discount from us is worth no less for it.
    """
    return customer.worth


@compiled
def share_of_term(customer, months):
    """Share of the term being billed that lies in the months, so many, for which an offer still holds."""
    return min(1.0, max(0.0, months / customer.term_months))
