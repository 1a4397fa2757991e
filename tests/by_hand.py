"""Hand-made customers, all alike, under a kernel in which nothing happens by itself; watched event by event."""

import numpy as np
from worlds import World, business, merged, run

from sim.core.customer import Clock, new_buffer, new_customers
from sim.core.events import INTENT_REASONS
from sim.engines import compiled, reference
from sim.model.clocks import NEVER
from sim.model.life import ROWS_PER_EVENT
from sim.scenario.lower import kernel_of

SIGN_UP = int(Clock.SIGN_UP)


def quiet_kernel(**groups):
    """Return a kernel under which nothing happens by itself but use, bills and the grid.

    No leaving, no failed charges, no giving up, certain attention, nothing that holds, no natural return; touches
    that wake nobody; no problems, everybody satisfied; deals of the right size. ``groups`` override:
    ``quiet_kernel(leaving={"resume": 0.1})``.
    """
    kernel = kernel_of(business(), seed=1)
    quiet = {
        "introduction": {"give_up": 0.0, "fit_convert": 0.0},
        "leaving": {"attention": 1.0, "resume": 0.0},
        "payment": {"fails": 0.0, "replaced_fails": 0.0},
        "returning": {"within_year": 0.0},
        "investment": {"holds": 0.0},
        "touches": {"awakening": 0.0},
        "service": {"problems": 0.0, "usual": 1.0},
        "deals": {"oversold": 0.0},
    }
    for group, fields in merged(quiet, groups).items():
        for name, value in fields.items():
            kernel[group][name] = value
    kernel["leave"] = 0.0
    kernel["season"] = 1.0
    kernel["annual"] = 0.0
    return kernel


def prospects(count=1, **fields):
    """Return customers all alike who sign up at time 0, with ids from 1."""
    customers = new_customers(count)
    customers.id = np.arange(1, count + 1)
    customers.fit = 0.5
    customers.leave_propensity = 1.0
    customers.use_propensity = 1.0
    customers.effort = 0.3
    customers.basket = 1.0
    customers.responsiveness = 1.0
    customers.price_sensitivity = 1.0
    customers.service_demand = 0.5
    customers.bad_mouth = 0.5
    customers.seats = 1
    customers.request = -1
    customers.referrer = -1
    customers.referrer_slot = -1
    customers.save = -1
    customers.sleep_reason = -1
    customers.due = NEVER
    customers.due[:, SIGN_UP] = 0.0
    customers.next_kind = SIGN_UP
    for name, value in fields.items():
        customers[name] = value
    return customers


def live(customers, kernel, until):
    """Let hand-made customers live; return the log and the customers at the end."""
    return run(World(customers, kernel, until))


def step(customers, i, kernel):
    """Let one customer's next event happen; return the rows it writes."""
    buffer = new_buffer(ROWS_PER_EVENT)
    reference.step(customers.view(np.ndarray), i, kernel.view(np.ndarray), buffer.view(np.ndarray))
    return compiled.written(buffer).view(np.recarray)


def watch(customers, kernel, until):
    """Let the first of some customers live event by event; yield each event's kind, with the customer after it."""
    first = customers[:1].copy().view(np.recarray)
    compiled.enter_some(first, 0, kernel, new_buffer(ROWS_PER_EVENT))
    while first.next_time[0] < until:
        kind = int(first.next_kind[0])
        step(first, 0, kernel)
        yield kind, first[0]


def moments(customers, kernel, kind, until):
    """Return when events of one kind happen to the first of some customers."""
    return [float(c.now) for found, c in watch(customers, kernel, until) if found == kind]


def paying_at_once(kernel):
    """Let prospects convert within seconds."""
    kernel["convert"] = 1e5
    return kernel


def annual(kernel):
    """Let everybody take the annual plan."""
    kernel["annual"] = 1.0
    kernel["fit_annual"] = 0.0
    return kernel


def leaving(kernel, rate, *reasons):
    """Let customers want to leave at a rate per day, for some reasons or for all."""
    for reason in reasons or range(INTENT_REASONS):
        kernel["leave"][0, :, :, reason] = rate
    return kernel


def z_of(hits, tries, chance):
    """Return how many standard errors a count lies above what chance makes it."""
    return (hits - tries * chance) / np.sqrt(tries * chance * (1.0 - chance))
