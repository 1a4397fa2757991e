"""What an order asks, beside the same order at its list price: promotions and the welcome offer, a second time.

What a customer puts into an order is drawn and not told. So a world in which prices alone differ is read beside one
without offers: the same orders at the same times, each less what is taken off it.
"""

from second_world import HALF, Reach

from sim.core.events import Event


def wrong_orders(world, rows, listed_rows):
    """Return what is wrong with one customer's orders, in words, and how many were cheaper."""
    orders, listed = ([row for row in one if row.event == Event.ORDERED] for one in (rows, listed_rows))
    if [row.time for row in orders] != [row.time for row in listed]:
        return [f"customer {rows[0].customer}: other orders than without the offers"], 0
    wrong, cheaper, reach = [], 0, Reach(world, rows)
    for number, (row, full) in enumerate(zip(orders, listed, strict=True)):
        first = number == 0 and row.life == 0 and not reach.opened
        exact = full.amount * world.promoted(row.time) * (1.0 - welcome(world, reach, row, full) if first else 1.0)
        cheaper += exact < full.amount
        if abs(exact - row.amount) > HALF:
            wrong.append(f"customer {row.customer} at {row.time}: {row.amount}, not {exact}")
    return wrong, cheaper


def welcome(world, reach, row, full):
    """Return the share that the welcome offer takes off a first order: nothing below its threshold, at list price."""
    place, lever = world.place_of("welcome_offer")
    return lever.discount if reach.active(place, row.time) and full.amount >= lever.threshold.minor else 0.0
