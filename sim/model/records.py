"""Writing the event log: the only trace that a life leaves."""

from numba.extending import overload


def write(log, used, c, event, detail, amount):
    """Append one row about the customer as he stands after the event."""
    row = log[used[0]]
    row.customer = c.id
    row.time = c.now
    row.amount = amount
    row.seats = c.seats
    row.slot = c.slot
    row.event = event
    row.detail = detail
    row.segment = c.segment
    row.plan = c.plan
    row.stage = c.stage
    row.life = c.life
    row.card = c.card
    used[0] += 1


@overload(write)  # a function under njit would be compiled anew for every constant that it is called with
def compiled_write(log, used, c, event, detail, amount):
    """Return what compiled code calls as ``write``."""
    return write
