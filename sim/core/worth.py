"""What a customer is worth a month: one definition for levers and rules."""

from numba import njit


@njit(error_model="numpy")
def monthly_worth(customer):
    """Full price of a month of his last term, minor money units; of a per-use customer, of the last order.

    Before any discount: whoever got a discount from us is worth no less for it.
    """
    return customer.worth
