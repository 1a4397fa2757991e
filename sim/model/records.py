"""Writing the event log: the only trace that a life leaves."""

from sim.core.compiling import compiled_once


@compiled_once
def write(log, c, event, detail, amount):
    """Append one row about the customer as he stands after the event."""
    row = log.rows[log.used]
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
    log.used += 1
