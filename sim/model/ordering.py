"""Per-use customers: orders, what comes back, and leaving without a word.

With habit, fit and activation without effect, and before anybody is given up as lost, this is the BG/NBD model exactly
(Fader, Hardie & Lee 2005).
"""

import math

from sim.core.compiling import compiled
from sim.core.customer import Clock
from sim.core.events import Event
from sim.core.randomness import Stream, uniform, unit_exponential
from sim.model import chains
from sim.model.billing import note_paid
from sim.model.rates import draw_reason, leaving_total
from sim.model.records import write
from sim.model.rewarding import hold
from sim.model.service import feel

LOST = int(Clock.LOST)
BASKET_STREAM, REFUND_STREAM = int(Stream.BASKET), int(Stream.REFUND)
ORDER_LEAVE_STREAM, LEAVE_REASON_STREAM = int(Stream.ORDER_LEAVE), int(Stream.LEAVE_REASON)
ORDERED, REFUNDED = int(Event.ORDERED), int(Event.REFUNDED)
ORDER_CANCELLED, CANCEL_ORDER_STREAM = int(Event.ORDER_CANCELLED), int(Stream.CANCEL_ORDER)
SOLVED_STREAM, COMPLAINTS = int(Stream.SOLVED), 1 << 40
"""Complaints about fees keep their draws apart from those on problems."""


@compiled
def basket(c, p, k):
    """What the customer puts into the next order, minor units: Weibull around his own mean."""
    scale = p.basket[c.segment] * c.basket
    return scale * unit_exponential(c.key, BASKET_STREAM, k) ** (1.0 / p.orders.basket_shape)


@compiled
def place_order(c, p, log, k):
    """The order of the k-th use, 0 for the first of a life, is paid at once; some are sent back."""
    listed = math.floor(chains.list_price(basket(c, p, k), c, p) + 0.5)
    c.full_price = listed
    if listed != c.worth:
        c.worth = listed
        c.met_as = -1  # a lever for those who are worth so much may meet him now
    if c.month >= 0:
        listed *= p.promoted_price[c.month]
    note_paid(c, int(math.floor(max(0.0, chains.price(listed, c, p)) + 0.5)))
    write(log, c, ORDERED, 0, c.last_paid)
    if uniform(c.key, CANCEL_ORDER_STREAM, k) < chains.order_cancel(p.order_cancels, c, p):
        cancel_order(c, p, log, k)
    elif uniform(c.key, REFUND_STREAM, k) < p.refunds:
        write(log, c, REFUNDED, 0, c.last_paid)
    c.orders += 1
    c.gone = 0
    c.due[LOST] = c.now + p.stages.lost_after


@compiled
def cancel_order(c, p, log, k):
    """An order is cancelled before it is sent: a fee is kept, and the more is kept, the more complain."""
    fee = min(1.0, max(0.0, chains.order_fee(p.order_fee, c, p)))
    back = int(math.floor(c.last_paid * (1.0 - fee) + 0.5))
    write(log, c, ORDER_CANCELLED, 0, back)
    if uniform(c.key, SOLVED_STREAM, COMPLAINTS + k) < fee:
        feel(c, p, log, False)


@compiled
def leave_silently(c, p, k):
    """After an order, other than a life's first, he may be gone; nobody knows until he has not ordered for long."""
    chance = c.order_leave * leaving_total(c, p) * hold(c, p)
    if uniform(c.key, ORDER_LEAVE_STREAM, k) < chance:
        c.gone = 1
        c.left_for = draw_reason(c, p, LEAVE_REASON_STREAM, k)
