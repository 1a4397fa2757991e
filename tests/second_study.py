"""Figures of the business and paired intervals, written a second time: from event logs and scenarios alone.

Customers' own money is that of ``second_ledger``; here it is brought to business scale, with what the levers cost
whoever uses them, with what follows after the horizon, and with the comparison of the same customers.
"""

from math import ceil, sqrt

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import skew
from scipy.stats import t as student
from second_ledger import FINE, MONTH, SecondLedger
from second_world import World

from sim.core.events import LOG, Event, Plan, Team
from sim.core.lever import Lever
from sim.core.units import CURRENCIES, Amount

SAME, GAINED, LOST, NEITHER = "same", "gained", "lost", "neither"
SIDES = ("_before", "_after")
DISCOUNTED = ("profit_npv", "residual_value", "profit_npv_with_residual")


def minor(value):
    """An amount in minor units; nothing where none is given, a plain number as it is."""
    return value.minor if isinstance(value, Amount) else value or 0


def product_of(lever: Lever, names):
    """Return the product of some of a lever's parameters; nothing without any."""
    return float(np.prod([float(minor(getattr(lever, name))) for name in names])) if names else 0.0


def wages(lever):
    """Return what a lever's team costs a month."""
    team = getattr(lever, "team", None)
    return 0 if team is None else team.agents * minor(team.wage)


class Business:
    """One scenario in one replication, at business scale, in whole units of money."""

    def __init__(self, scenario, baseline, scale, log):
        self.scenario, self.scale = scenario, scale
        self.units = 10 ** CURRENCIES[scenario.currency]
        self.months, self.valued = scenario.months, scenario.months_valued
        rate = baseline.costs.discount_rate
        # Money of a month is discounted from its middle, to day 0.
        self.factors = (1.0 + rate) ** (-(np.arange(self.valued + 12 * 10) + 0.5) / 12.0)
        self.ledger = SecondLedger(self.months, self.terms(), self.factors, self.event_costs())
        self.ledger.read(with_slots(log))
        self.people = pd.DataFrame([self.person(name, who) for name, who in self.known(log)]).set_index("customer")

    def terms(self):
        """Return what values events, by the names of the second ledger."""
        costs, orders = self.scenario.costs, self.scenario.orders
        months = World(self.scenario).months | {Plan.PER_USE: 0}
        return {
            "horizon": self.months * MONTH, "until": self.valued * MONTH, "charge_share": costs.charge_share,
            "charge_fixed": costs.charge_fixed.minor, "term_months": [months[plan] for plan in Plan],
            "activation_window": self.scenario.behaviour.activation.window,
            "serve_seat_month": costs.serve_seat_month.amount.minor / costs.serve_seat_month.months,
            "goods_share": orders.goods_cost if orders else 0.0, "resale": orders.resale if orders else 0.0,
        }  # fmt: skip

    def event_costs(self):
        """Return what levers declare that one event of a kind costs."""
        costs = [0] * len(Event)
        for lever in self.scenario.all_levers().values():
            for event, name in lever.costs:
                costs[event] += minor(getattr(lever, name))
        return costs

    def known(self, log):
        names = pd.unique(log["customer"])
        return [(int(name), self.ledger.customers[slot]) for slot, name in enumerate(names)]

    def person(self, name, who):
        """Return what one customer is worth, in minor units, and how he stands."""
        inside = any(time < self.months * MONTH for time, pays in who.pays if pays)
        return {
            "customer": name, "pays": inside, "kept": self.ledger.kept(who), "won": who.first_payment is not None,
            "cash": who.value["CASH"], "revenue": who.value["REVENUE"],
            "contribution": who.value["CONTRIBUTION"] / FINE, "profit_npv": who.value["NPV"] / FINE,
            "residual_value": who.value["RESIDUAL"] / FINE,
        }  # fmt: skip

    # --- what belongs to no customer ----------------------------------------------------------------------------

    def customers_at(self, month):
        """Return how many are customers when a month begins."""
        return sum(([pays for time, pays in who.pays if time < month * MONTH] or [0])[-1]
                   for who in self.ledger.customers.values())  # fmt: skip

    def shared(self):
        """Return what levers cost whoever uses them, and the business's fixed cost: minor units by month, twice."""
        levers, there = np.zeros(self.valued), self.customers_at(self.months)
        # SETTLED: customers are those when a month begins; if nobody is left at the horizon's end, nothing goes on.
        after = [self.customers_at(m) / there if there else 0.0 for m in range(self.months, self.valued)]
        left = [1.0] * self.months + after
        for lever in self.scenario.all_levers().values():
            first, last = int(lever.starts / MONTH), self.months if lever.for_prospects else self.valued
            last = last if lever.ends is None else min(last, ceil(lever.ends / MONTH))
            running = minor(lever.monthly_cost) + round(product_of(lever, lever.running_costs)) + wages(lever)
            for month in range(first, last):
                levers[month] += running * left[month]
            if first < self.months and first < last:
                levers[first] += minor(lever.fixed_cost) + round(product_of(lever, lever.build_costs))
        fixed = np.full(self.months, float(minor(self.scenario.costs.overhead)))
        return levers, fixed

    def sum_of(self, measure, until):
        """Return a monthly sum of the ledger over the months before one, and each month's."""
        months = np.zeros(max(self.valued, until) + 130)
        for (month, _, _, name), amount in self.ledger.sums.items():
            if name == measure:
                months[month] += amount
        return months[:until].sum(), months

    # --- figures ------------------------------------------------------------------------------------------------

    def figures(self):
        """Return the figures that are money, in whole units."""
        levers, fixed = self.shared()
        inside, after = slice(0, self.months), slice(self.months, self.valued)
        totals = self.people[["cash", "revenue", "contribution", "profit_npv", "residual_value"]].sum() / self.scale
        touches, by_month = self.sum_of("TOUCH_COST", self.months)
        found = totals.to_dict()
        found["contribution"] -= levers[inside].sum()
        found["profit"] = found["contribution"] - fixed.sum()
        found["profit_npv"] -= ((levers[inside] + fixed) * self.factors[inside]).sum()
        found["residual_value"] -= (levers[after] * self.factors[after]).sum()
        found["profit_npv_with_residual"] = found["profit_npv"] + found["residual_value"]
        found["lever_cost"] = touches / FINE / self.scale + levers[inside].sum()
        discounted = (by_month[inside] * self.factors[inside]).sum()
        found["lever_cost_npv"] = discounted / FINE / self.scale + (levers[inside] * self.factors[inside]).sum()
        found["profit_npv_per_customer"] = found["profit_npv"] / (self.prospects_and_book() / self.scale)
        return {name: value / self.units for name, value in (found | self.unit_figures()).items()}

    def prospects_and_book(self):
        return self.sum_of("PROSPECTS", self.months)[0] + self.sum_of("OPENING", 1)[0]

    def unit_figures(self):
        """Return MRR at the end, the cost of a new customer, and what one won in the first year is worth."""
        moves = {name: self.sum_of(f"MRR_{name}", self.months)[0] for name in
                 ("OPENING", "NEW", "EXPANSION", "REACTIVATION", "CONTRACTION", "CHURN")}  # fmt: skip
        ended = moves.pop("CONTRACTION") + moves.pop("CHURN")
        spent = (self.sum_of("ACQUISITION", self.months)[0] + self.sum_of("TRIAL_COST", self.months)[0]) / FINE
        desks = [lever for lever in self.scenario.all_levers().values() if lever.team_kind == Team.ONBOARDING]
        wage = sum(wages(lever) * len(self.running(lever)) for lever in desks)
        lifetime, won = self.ledger.lifetime()
        new = self.sum_of("CONVERTED", self.months)[0]
        return {
            "mrr_end": (sum(moves.values()) - ended) / self.scale,
            "cac": (spent / self.scale + wage) / (new / self.scale),
            "clv": lifetime / FINE / won,
        }

    def running(self, lever):
        """Return the months of the horizon in which a lever runs."""
        last = self.months if lever.ends is None else min(self.months, ceil(lever.ends / MONTH))
        return range(int(lever.starts / MONTH), last)

    def rounding(self, name="profit_npv"):
        """Return by how much a figure made of customers' discounted values may differ, in whole units.

        Each posting is kept in whole hundredths of a cent; a customer's lifetime value is a mean of such sums.
        """
        if name not in (*DISCOUNTED, "clv"):
            return 0.0
        postings = sum(who.postings for who in self.ledger.customers.values())
        return 0.5 * postings / FINE / self.units / (self.ledger.lifetime()[1] if name == "clv" else self.scale)

    def cost_of_nobody(self, name):
        """Return the part of a figure that belongs to no customer, in whole units."""
        levers, fixed = self.shared()
        inside, after = slice(0, self.months), slice(self.months, self.valued)
        parts = {
            "contribution": levers[inside].sum(), "profit": levers[inside].sum() + fixed.sum(),
            "profit_npv": ((levers[inside] + fixed) * self.factors[inside]).sum(),
            "residual_value": (levers[after] * self.factors[after]).sum(),
        }  # fmt: skip
        parts["profit_npv_with_residual"] = parts["profit_npv"] + parts["residual_value"]
        return -parts.get(name, 0.0) / self.units


def with_slots(log):
    """Return rows as the second ledger reads them: a number of its own for every customer."""
    rows = np.asarray(log).view(np.recarray).copy()
    rows["slot"] = pd.factorize(rows["customer"])[0]
    return rows


assert "slot" in LOG.names


# --- comparing the same customers -----------------------------------------------------------------------------------


def interval(values):
    """Return the mean with its interval."""
    return around(np.mean(values), values)


def around(figure, values):
    """Return figure, low and high: 95 %; each end the farther of Student's t and of what Hall (1992) makes of it.

    Hall's T + g T^2 / (3 n^.5) + g^2 T^3 / (27 n) + g / (6 n^.5), g the sample's skewness, is solved for T numerically.
    """
    count, skewness = len(values), skew(values, bias=False) if len(values) > 2 else 0.0
    error, t = np.std(values, ddof=1) / sqrt(count), student.ppf(0.975, count - 1)
    root, shape = sqrt(count), 0.0 if np.isnan(skewness) else skewness

    def transformed(x):
        return x + shape * x**2 / (3 * root) + shape**2 * x**3 / (27 * count) + shape / (6 * root)

    down, up = (brentq(lambda x, to=to: transformed(x) - to, -1e4, 1e4, xtol=1e-12) for to in (t, -t))
    return figure, figure - max(t, down) * error, figure + max(t, -up) * error


def of_sums(parts, wholes):
    """Return the sum of the parts over the size of the wholes' sum, with its interval by the jackknife."""
    parts, wholes, count = np.asarray(parts), np.asarray(wholes), len(parts)

    def share(chosen):
        size = abs(wholes[chosen].sum())
        return parts[chosen].sum() / size if size > 0.0 else np.nan

    whole = share(np.ones(count, bool))
    without = np.array([share(np.arange(count) != left_out) for left_out in range(count)])
    return around(whole, count * whole - (count - 1) * without)


def relative(before, after):
    """Return the mean difference over the baseline's mean, with its interval by leaving out one replication at a time.

    SETTLED: over the size of that mean, so that what is better is above zero; no bounds where the baseline's interval
    holds zero; not a number over nothing.
    """
    figure, low, high = of_sums(np.subtract(after, before), before)
    _, least, most = interval(before)
    return (figure, low, high) if not least <= 0.0 <= most else (figure, np.nan, np.nan)


def variance_factor(before, after):
    """How many times smaller the variance of the difference is than that of independent runs; infinite if it is 0."""
    varies = np.var(np.subtract(after, before), ddof=1)
    return (np.var(before, ddof=1) + np.var(after, ddof=1)) / varies if varies > 0.0 else np.inf


def split(before, after, name):
    """Return one replication's difference in a total by who pays where, in whole units of money."""
    columns = {"profit": ["contribution"], "profit_npv_with_residual": ["profit_npv", "residual_value"]}
    both = before.people.join(after.people, how="outer", suffixes=SIDES)
    pays = [both[f"pays_{side}"].map(lambda value: value is True) for side in ("before", "after")]
    groups = np.select([pays[0] & pays[1], ~pays[0] & pays[1], pays[0] & ~pays[1]], [SAME, GAINED, LOST], NEITHER)
    change = sum(both[f"{column}_after"].fillna(0.0) - both[f"{column}_before"].fillna(0.0)
                 for column in columns.get(name, [name]))  # fmt: skip
    parts = {group: change[groups == group].sum() / before.scale / before.units
             for group in (SAME, GAINED, LOST, NEITHER)}  # fmt: skip
    return parts | {"shared": after.cost_of_nobody(name) - before.cost_of_nobody(name)}


def kept_difference(before, after):
    """Return how many more are kept for a year, and of how many: who pay under both and whose year is seen."""
    both = before.people.join(after.people, how="inner", suffixes=SIDES)
    seen = both[both.pays_before & both.pays_after & (both.kept_before >= 0) & (both.kept_after >= 0)]
    return seen.kept_after.sum() - seen.kept_before.sum(), len(seen)
