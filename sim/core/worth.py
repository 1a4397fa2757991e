"""What a customer is worth a month: one definition for levers and rules."""

from numba import njit

from sim.core.events import Plan

ANNUAL = int(Plan.ANNUAL)
MONTHS = 12.0


@njit(error_model="numpy")
def monthly_worth(customer):
    """Full price of the last bill over its months, minor money units; of a per-use customer, of the last order.

    Before any discount: whoever got a discount from us is worth no less for it.
    """
    return customer.full_price / MONTHS if customer.plan == ANNUAL else customer.full_price
