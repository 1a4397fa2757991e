"""Small worlds for the tests: a business of two segments, its customers, hand-made customers, and what engines do."""

import copy
import hashlib
import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numba import njit

from sim.core.customer import Clock
from sim.core.events import STORY, Event, Team
from sim.core.hooks import Hook
from sim.core.units import MONTH
from sim.engines import compiled, reference
from sim.engines.compiled import Coming
from sim.levers import BY_NAME, LEVERS
from sim.model import rates
from sim.model.friends import coming_friends
from sim.scenario.kinds import PLAN_HOOKS
from sim.scenario.load import build
from sim.study.design import Design
from sim.study.simulate import customers_of

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "sim"
SIGN_UP = int(Clock.SIGN_UP)

BUSINESS = {
    "name": "small world",
    "market": "us_b2b_saas",
    "currency": "USD",
    "starts": "2026-03-01",
    "horizon": "6 months",
    "residual": "0 months",
    "history": "12 months",
    "opening": {
        "customers": 60,
        "segments": {"small": "60 %", "large": "40 %"},
        "plans": {
            "small": {"monthly": "80 %", "annual": "20 %"},
            "large": {"monthly": "50 %", "annual": "50 %"},
        },
        "tenure": {"0-4 months": "60 %", "over": "40 %"},
    },
    "acquisition": {"new_customers": "40 per month"},
    "plans": {"monthly": {"price": "30 USD per month"}, "annual": {"price": "300 USD per year"}},
    "segments": {
        "small": {
            "share": "75 %",
            "card": "95 %",
            "acquisition_cost": "900 USD",
            "targets": {
                "churn": {"monthly": "6 % per month", "annual": "30 % per year"},
                "activation": "50 %",
                "conversion": "60 %",
                "annual_share": "20 %",
                "arpa": "90 USD per month",
            },
        },
        "large": {
            "share": "25 %",
            "card": "40 %",
            "acquisition_cost": "6500 USD",
            "targets": {
                "churn": {"monthly": "4 % per month", "annual": "20 % per year"},
                "activation": "60 %",
                "conversion": "70 %",
                "annual_share": "50 %",
                "arpa": "400 USD per month",
            },
        },
    },
    "season": {
        "use": [1.1, 1, 1, 0.9, 1, 1, 0.8, 0.8, 1, 1.2, 1.1, 1],
        "convert": [1.2, 1, 1, 1, 1, 0.9, 0.8, 0.8, 1.1, 1, 1, 1.1],
        "leave": [1.2, 1, 1, 1, 0.9, 1, 1, 1, 1, 1, 0.9, 1.3],
    },
    "solved": {
        "solved_for": "by hand",
        "reasons": {"natural": 0.25, "soft": 0.3, "hard": 0.1, "experience": 0.35},
        "segments": {
            "small": {
                "leave": {"monthly": "8 % per month", "annual": "10 % per month"},
                "step_probability": 0.5,
                "convert": "8 % per day",
                "annual": 0.2,
                "seats": 3,
            },
            "large": {
                "leave": {"monthly": "5 % per month", "annual": "6 % per month"},
                "step_probability": 0.6,
                "convert": "10 % per day",
                "annual": 0.5,
                "seats": 13,
            },
        },
    },
}
"""A business in which much happens in little time; its base rates are written by hand."""

EVERY_LEVER = {name: {} for name in BY_NAME}
"""All levers with their defaults."""
TYING = (Hook.REFER_RATE, Hook.QUOTA)
UNTIED = {name: {} for name, lever in BY_NAME.items() if lever.review is None and not {*TYING} & lever.hooks.keys()}
"""Those under which nobody hangs on who else is there: no friends, no survey, no place in the order of admission."""

TEAM = {"agents": 2, "session": "1 day", "patience": "2 days"}


def own(quantity, operation, size, **settings):
    """Return a lever as a scenario file itself writes it."""
    return {"quantity": quantity, "operation": operation, "size": size, "source": "made up", **settings}


RELATIONS = {
    "bring friends": own("refer_rate", "add", 0.002),
    "reward them": own("referral_cost", "add", 2000),
    "find uses": own("use_case_rate", "add", 0.02),
    "earn points": own("points", "add", 1),
    "for a reward": own("points_needed", "add", 6, share="80 %"),
    "let go": own("exit_refund", "add", 1.6, share="70 %"),
    "ask why": own("answers", "add", 0.5),
    "be kind": own("solved", "multiply", 0.8, cost="1 {currency}"),
}
"""Levers that a file itself writes: as many as it may, for all that the relation with a customer can bring."""


def relations(currency="USD"):
    """Return the levers above in a currency; in a shop's, without what only subscriptions have."""
    return {name: {key: text.format(currency=currency) if key == "cost" else text for key, text in lever.items()}
            for name, lever in RELATIONS.items()
            if currency == "USD" or lever["quantity"] != "exit_refund"}  # fmt: skip


BROUGHT_BY = {
    Event.SAVED: Hook.SAVE_OFFER, Event.PAUSED: Hook.SAVE_OFFER, Event.UNPAUSED: Hook.SAVE_OFFER,
    Event.ALERTED: Hook.ALERT,
}  # fmt: skip
NOBODY_BRINGS = {event for event, hook in BROUGHT_BY.items() if not any(hook in lever.hooks for lever in LEVERS)}
"""Events that no lever of the register brings about, and nothing else does."""

EVERYBODY_WHO_LEFT = {
    "after": "5 days", "spacing": "10 days", "reasons": "all", "least_worth": "0 {currency}", "most_service": "100 %",
    "most_bad_mouth": "100 %", "call_worth": "0 {currency}",
}  # fmt: skip
"""A recall campaign, and where there is a call desk a call, for everybody who has left, and soon."""


def merged(base, over):
    """Lay nested dicts over one another; the upper one wins."""
    both = {**base, **over}
    for key in base.keys() & over.keys():
        if isinstance(base[key], dict) and isinstance(over[key], dict):
            both[key] = merged(base[key], over[key])
    return both


def recall(currency="USD", **settings):
    """Return the settings of a recall campaign for everybody who has left."""
    return {name: value.format(currency=currency) for name, value in EVERYBODY_WHO_LEFT.items()} | settings


def for_a_shop(levers):
    """Return those of some levers that a business without plans can have."""
    needs_plans = {name for name, lever in BY_NAME.items() if PLAN_HOOKS & lever.hooks.keys()}
    return {name: settings for name, settings in levers.items() if name not in needs_plans}


def business(levers=None, **changes):
    """Return the small business as a scenario, with levers as a scenario file writes them."""
    return build(merged(copy.deepcopy(BUSINESS), {"levers": levers or {}, **changes}))


@dataclass
class World:
    """Customers before their first event (or on day 0), the kernel they live under, and for how many days."""

    customers: np.recarray
    kernel: np.recarray
    until: float
    coming: Coming = compiled.nobody_comes  # how friends come whom customers bring

    def copy(self):
        return replace(
            self, customers=self.customers.copy().view(np.recarray), kernel=self.kernel.copy().view(np.recarray)
        )

    def with_kernel(self, kernel):
        """Return the same customers under another kernel."""
        return replace(self.copy(), kernel=kernel.copy().view(np.recarray))

    def without_levers(self):
        """Return the same customers with no lever, no team and no stop rule."""
        other = self.without(*BY_NAME)
        other.kernel["frames"]["on"] = 0
        other.kernel["teams"]["agents"] = 0
        other.kernel["campaign"]["watched"] = 0
        return other

    def without(self, *names):
        """Return the same customers without some levers; their teams stay and wait."""
        other = self.copy()
        for name in names:
            frame_of(other.kernel, name)["on"] = 0
        return other


def frame_of(kernel, name):
    """Return what the framework knows of one lever, a view of one record."""
    return kernel["frames"][:, list(BY_NAME).index(name)]


def copy_levers(kernel, other):
    """Give a kernel another one's levers."""
    for field in ("frames", "levers"):
        kernel[field] = other[field]


def everybody(design, replication=0):
    """Return all customers of one replication, before any scenario."""
    return np.concatenate([customers_of(design, task) for task in design.tasks(replication)]).view(np.recarray)


def world_of(scenario, *, customers, seed=1, replication=0):
    """Return one scenario's customers and kernel."""
    design = Design((scenario,), customers=customers, seed=seed)
    kernel = design.kernels[0].copy().view(np.recarray)
    kernel["replication"] = replication
    coming = partial(coming_friends, design.population, replication)
    return World(everybody(design, replication), kernel, design.months_valued * MONTH, coming)


def world(levers=None, *, customers=200, seed=1, replication=0, **changes):
    """Return the small business's customers and kernel."""
    return world_of(business(levers, **changes), customers=customers, seed=seed, replication=replication)


def with_team(this, agents, *, session=0.5, patience=2.0, fixed=True, team=Team.ONBOARDING):
    """Let the onboarding team guide or the call desk call, so many agents at the sample's own size."""
    this = this.copy()
    for lever in LEVERS:
        if lever.team_kind == team:
            this.kernel["levers"][lever.lever_name()]["has_team"] = 1
    for name, value in (("agents", agents), ("session", session), ("patience", patience), ("fixed", fixed)):
        this.kernel["teams"][name][0, team] = value
    return this


def with_desk(this, agents, **terms):
    """Let the call desk call those who have left."""
    return with_team(this, agents, team=Team.RECALL, **terms)


def with_sign_ups(this, change):
    """Let everybody who is still to come sign up at another time: ``change`` of the time he would."""
    this = this.copy()
    coming = this.customers.next_kind == SIGN_UP
    times = change(this.customers.next_time[coming])
    this.customers.next_time[coming] = times
    this.customers.due[coming, SIGN_UP] = times
    return this


def on_whole_half_days(this):
    """Move all sign-ups to the half day before, so that many are simultaneous."""
    return with_sign_ups(this, lambda times: np.floor(2.0 * times) / 2.0)


def run(this, engine=compiled, log_rows=1 << 15):
    """Let a world's customers live; return the log and the customers as they stand at the end, friends included."""
    customers, ends = this.customers.copy().view(np.recarray), []

    def pieces():
        ends.append((yield from engine.run(customers, this.kernel, this.until, log_rows, this.coming)))

    return np.concatenate([piece.copy() for piece in pieces()]), ends[0]


def log_of(this, engine=compiled, log_rows=1 << 15):
    return run(this, engine, log_rows)[0]


# --- comparing stories ----------------------------------------------------------------------------------------------

BITS = np.dtype([(name, "i8") for name in STORY])


def story(log):
    """Return the log customer by customer, the fields of the story alone, times as their bits."""
    rows = np.zeros(len(log), BITS)
    for name in STORY:
        column = np.ascontiguousarray(log[name])
        rows[name] = column.view(np.int64) if column.dtype == np.float64 else column
    return rows[np.argsort(rows["customer"], kind="stable")]


def difference(expected, actual):
    """Say where two logs tell different stories; nothing where they agree to the bit."""
    one, other = story(expected), story(actual)
    if len(one) == len(other) and (one == other).all():
        return ""
    common = min(len(one), len(other))
    unequal = np.flatnonzero(one[:common] != other[:common])
    place = int(unequal[0]) if len(unequal) else common
    rows = [words(rows[place]) if place < len(rows) else "nothing" for rows in (one, other)]
    return f"row {place} of {len(one)} and {len(other)}: expected {rows[0]}, found {rows[1]}"


def words(row):
    """Say one row of a story in words."""
    time = np.int64(row["time"]).view(np.float64)
    rest = {name: int(row[name]) for name in STORY if name not in ("customer", "time", "event")}
    return f"customer {row['customer']} {Event(row['event']).name} at {time!r} {rest}"


def digest(log):
    """Return a hash of a log's story."""
    return hashlib.sha256(story(log).tobytes()).hexdigest()


def same_records(one, other):
    """Whether two arrays of records are equal in every field, to the bit (what lies between fields has no meaning)."""
    names = one.dtype.names
    return all(np.ascontiguousarray(one[n]).tobytes() == np.ascontiguousarray(other[n]).tobytes() for n in names)


def of(log, *customers):
    """Return the rows of some customers."""
    return log[np.isin(log["customer"], customers)]


def story_of(log):
    """Return a log as (event, detail) pairs, in order."""
    return [(Event(row["event"]), int(row["detail"])) for row in log]


def times(log, event):
    """Return when an event happens."""
    return log["time"][log["event"] == event]


def without(log, *events):
    """Return a log without some events."""
    return log[~np.isin(log["event"], events)]


# --- customers between events ---------------------------------------------------------------------------------------


@njit(cache=True)
def set_rates_at(customers, kernel, moments):
    """Recompute every customer's rates at a moment of his own."""
    for i in range(len(customers)):
        customers[i].now = moments[i]
        rates.set_rates(customers[i], kernel[0])


# --- a business with orders -----------------------------------------------------------------------------------------

SHOP = {
    "name": "small shop",
    "market": "cn_shop",
    "currency": "CNY",
    "starts": "2026-03-01",
    "horizon": "12 months",
    "residual": "0 months",
    "history": "24 months",
    "opening": {
        "customers": 80,
        "segments": {"occasional": "60 %", "regular": "40 %"},
        "tenure": {"0-6 months": "60 %", "over": "40 %"},
    },
    "acquisition": {"new_customers": "40 per month"},
    "orders": {"goods_cost": "55 %", "refunds": "8 %", "resale": "80 %"},
    "segments": {
        "occasional": {
            "share": "70 %",
            "card": "100 %",
            "acquisition_cost": "40 CNY",
            "targets": {
                "activation": "50 %", "conversion": "50 %", "basket": "90 CNY", "orders": 2, "second_year": "30 %",
            },
        },
        "regular": {
            "share": "30 %",
            "card": "60 %",
            "acquisition_cost": "80 CNY",
            "targets": {
                "activation": "60 %", "conversion": "60 %", "basket": "160 CNY", "orders": 5, "second_year": "50 %",
            },
        },
    },
    "season": {
        "use": [1.1, 0.8, 1, 1, 1, 1.2, 0.9, 0.9, 1, 1.1, 1.5, 1],
        "convert": [1.2, 1, 1, 1, 1, 0.9, 0.8, 0.8, 1.1, 1, 1, 1.1],
    },
    "behaviour": {
        "introduction": {"trial": "30 days"},
        "stages": {"dormant_after": "40 days", "lost_after": "120 days"},
    },
    "solved": {
        "solved_for": "by hand",
        "reasons": {"natural": 0.3, "soft": 0.3, "hard": 0.1, "experience": 0.3},
        "segments": {
            "occasional": {"step_probability": 0.5, "convert": "5 % per day", "use_level": 0.3, "order_leave": 0.25},
            "regular": {"step_probability": 0.6, "convert": "7 % per day", "use_level": 0.8, "order_leave": 0.1},
        },
    },
}  # fmt: skip
"""A shop in which much happens in little time; its base rates are written by hand."""


def shop(levers=None, **changes):
    """Return the small shop as a scenario, with levers as a scenario file writes them."""
    return build(merged(copy.deepcopy(SHOP), {"levers": levers or {}, **changes}))


# --- small worlds that also run without the compiler ----------------------------------------------------------------

TINY = {
    "leaving": {"resume": "30 % per month", "attention": "30 %"},
    "use": {"habit_fade": "4 % per day"},
    "payment": {"fails": "30 %"},
    "returning": {"within_year": "60 %"},
    "stages": {"dormant_after": "12 days", "mature_after": "20 days", "slip_habit": 0.499, "lost_after": "30 days"},
    "touches": {"awakening": "20 %"},
    "service": {"problems": "30 % per month"},
}
"""Behaviour by which much happens in a few months."""


def hectic_levers(currency):
    """Return all levers, most with a hold-out and the two that can with a team, so that everything happens."""
    return EVERY_LEVER | {
        "custom": relations(currency),
        "annual_plan": {"again_after": 1, "later_take_up": "60 %", "take_up": "20 %", "share": "70 %"},
        "guided_onboarding": {"team": TEAM, "starts": "10 days", "share": "80 %"},
        "integrations": {"connects": "40 % per month", "share": "80 %", "ramp": "2 months"},
        "variable_rewards": {"standard": 2, "share": "80 %", "size": 0.7},
        "prompts": {"per_month": 6, "ends": "100 days", "share": "80 %"},
        "cancel_flow": {"offers": "pause", "matched": "60 %", "unmatched": "60 %", "need_gone": 1},
        "recall_campaign": recall(
            currency, contacts=6, spacing="5 days", benefit="40 %", feature_news="40 %", call="40 %", discount="30 %",
            call_worth=f"300 {currency}", share="80 %", team=TEAM, stop_number=0.01, stop_after="2 months",
        ),
    }  # fmt: skip


def hectic(this):
    """Let customers leave soon, rest for a short while, lose channels soon, and wait for small teams."""
    this.kernel["saves"]["pause"], this.kernel["saves"]["back_from_pause"] = 20.0, 0.8
    this.kernel["leave"] *= 8.0
    this.kernel["channels"]["unsubscribes"] = 0.02
    this.kernel["channels"]["noticed"] = 0.7
    this.kernel["add_seat"], this.kernel["drop_seat"] = 0.02, 0.02
    this.kernel["order_cancels"], this.kernel["order_fee"] = 0.2, 0.3
    this = with_team(this, 1, session=2.0, patience=3.0, fixed=False)
    return with_desk(this, 1, session=2.0, patience=3.0, fixed=False)


def tiny_world():
    """Return a few customers in a world in which nearly everything happens: teams, opening book, all levers."""
    book = {"customers": 150, "tenure": {"0-4 months": "100 %", "over": "0 %"}}
    levers = hectic_levers("USD")
    return hectic(world(levers, customers=60, behaviour=TINY, horizon="4 months", opening=book))


def tiny_shop():
    """Return a few customers of a shop in which nearly everything happens."""
    book = {"customers": 60, "tenure": {"0-6 months": "100 %", "over": "0 %"}}
    scenario = shop(for_a_shop(hectic_levers("CNY")), behaviour=TINY, horizon="4 months", opening=book)
    return hectic(world_of(scenario, customers=50))


def main():
    """Print the hashes of the tiny worlds' logs under both engines; run with and without the compiler."""
    hashes = [digest(log_of(this, engine)) for this in (tiny_world(), tiny_shop()) for engine in (compiled, reference)]
    print(os.environ.get("NUMBA_DISABLE_JIT", "0"), *hashes)


if __name__ == "__main__":
    main()
