"""One lever for everybody: under a quiet kernel, on one customer's rates, or one of its rules asked directly."""

from by_hand import paying_at_once, prospects, quiet_kernel
from worlds import business, copy_levers

from sim.core.events import Stage
from sim.levers import BY_NAME
from sim.model import rates
from sim.scenario.lower import kernel_of


def settings_of(levers):
    """Return a kernel with some levers as a scenario file writes them."""
    return kernel_of(business(levers), seed=1)


def under(levers, kernel=None):
    """Return a quiet kernel in which prospects pay at once, with some levers for everybody."""
    kernel = paying_at_once(quiet_kernel()) if kernel is None else kernel
    copy_levers(kernel, settings_of(levers))
    return kernel


def permitted(kernel):
    """Let everybody permit and notice all channels, and nobody unsubscribe."""
    for name, value in (("opt_in", 1.0), ("noticed", 1.0), ("unsubscribes", 0.0)):
        kernel["channels"][name] = value
    return kernel


def ask(name, hook, value, settings=None, /, **fields):
    """Ask one rule of a lever about a hand-made customer in growth."""
    customers = prospects(1, **({"stage": Stage.GROWTH, "value": 0.5} | fields))
    return BY_NAME[name].hooks[hook](value, customers[0], settings_of({name: settings or {}})["levers"][name][0])


def met_by(customers, *names):
    """Let the windows of some levers be open for customers."""
    customers.active = sum(1 << list(BY_NAME).index(name) for name in names)
    return customers


def rates_of(kernel, *names, **fields):
    """Return all rates of a hand-made customer in growth whom some levers reach."""
    usual = {"stage": Stage.GROWTH, "value": 0.5, "use_strength": 0.5, "paid_bump": 1.0, "satisfaction": 0.7}
    customers = met_by(prospects(1, **(usual | fields)), *names)
    rates.set_rates(customers[0], kernel[0])
    return customers.rate[0].copy()
