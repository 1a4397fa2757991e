"""What each mechanism does, shown by an experiment on the shipped businesses: the same customers with and without it.

Every experiment is one function of a sample size that returns its figures and what must hold of them; the page writes
them down, the tests run the same functions.
"""

import functools
import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.measures import Value
from sim.core.customer import Clock
from sim.core.events import FINE, STORY, Event, Plan, Reason, Stage
from sim.core.lever import Lever
from sim.core.parameter import declared
from sim.core.units import CURRENCIES, MONTH
from sim.levers import BY_NAME
from sim.model import rates
from sim.model.behaviour import Behaviour
from sim.model.channels import Channels
from sim.scenario.document import resolve
from sim.scenario.load import build
from sim.scenario.market import load_market
from sim.scenario.schema import Scenario
from sim.study.design import Design, lever_costs_by_month
from sim.study.simulate import customers_of, run_scenario

SCENARIOS = Path(__file__).parent.parent / "scenarios"
SAAS, SHOP = SCENARIOS / "baseline.yaml", SCENARIOS / "shop" / "baseline.yaml"
BOOK = {SAAS: 16_000, SHOP: 6_000}
"""Customers on day 0 of whom experiments take some."""
SEED = 7
SURE = 3.0
"""Standard errors by which what must hold holds at least."""
GROWTH, MATURITY, DORMANCY, CHURNED = (
    int(stage) for stage in (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY, Stage.CHURNED)
)
ANNUAL, MONTHLY = int(Plan.ANNUAL), int(Plan.MONTHLY)
SOFT, EXPERIENCE = int(Reason.SOFT), int(Reason.EXPERIENCE)


# --- running ----------------------------------------------------------------------------------------------------------


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Lay nested dicts over one another; the upper one wins."""
    both = {**base, **over}
    for key in base.keys() & over.keys():
        if isinstance(base[key], dict) and isinstance(over[key], dict):
            both[key] = merged(base[key], over[key])
    return both


def business(file: Path, customers: int, months: int, residual: int = 0, **changes: Any) -> dict[str, Any]:
    """Return a shipped business with so many customers on day 0 and no new ones, as plain data."""
    size = {"opening": {"customers": customers}, "acquisition": {"new_customers": "0 per month"}}
    time = {"horizon": f"{months} months", "residual": f"{residual} months"}
    return merged(merged(resolve(file).plain(), by_hand(file)), merged({**size, **time}, changes))


def by_hand(file: Path) -> dict[str, Any]:
    """Return base rates written by hand for a business whose own are not solved yet."""
    if file != SHOP or "solved" in resolve(file).plain():
        return {}
    rates = {"step_probability": 0.3, "convert": "0.5 % per day"}
    segments = {
        "occasional": {**rates, "use_level": 0.4, "order_leave": 0.25},
        "regular": {**rates, "use_level": 0.6, "order_leave": 0.12},
    }
    reasons = {"natural": 0.3, "soft": 0.4, "hard": 0.05, "experience": 0.25}
    return {"solved": {"solved_for": "by hand", "reasons": reasons, "segments": segments}}


def under(base: dict[str, Any], name: str, behaviour: dict[str, Any] | None = None, **levers: Any) -> Scenario:
    """Return the business with levers pulled and behaviour changed."""
    return build(merged(base, {"name": name, "behaviour": behaviour or {}, "levers": levers}))


@functools.cache
def book(file: Path) -> np.recarray:
    """Return a shipped business's customers on day 0, many more of them than it has."""
    design = Design((under(business(file, BOOK[file], 1), "book"),), BOOK[file], seed=SEED)
    return np.concatenate([customers_of(design, task) for task in design.tasks(0)]).view(np.recarray)


def some(file: Path, customers: int, *, segment: int | None = None, plan: int | None = None) -> np.recarray:
    """Return so many customers of day 0, evenly from the book; of one segment or plan alone, if asked for."""
    people = book(file)
    if segment is not None:
        people = people[people.segment == segment]
    if plan is not None:
        people = people[people.plan == plan]
    places = np.linspace(0, len(people), customers, endpoint=False).astype(int)
    return people[places].view(np.recarray)


def newcomers(scenario: Scenario, customers: int) -> np.recarray:
    """Return so many prospects of the horizon."""
    design = Design((scenario,), customers, seed=SEED)
    return np.concatenate([customers_of(design, task) for task in design.tasks(0)]).view(np.recarray)


@dataclass(frozen=True)
class Lives:
    """What customers did under one scenario, customers in the same order in every scenario of an experiment.

    Attributes
    ----------
    log
        All events; ``slot`` is the customer's place.
    customers
        As they stand at the end.
    profit
        Of each customer: discounted contribution, horizon and residual together, with his part of the levers' costs
        inside the horizon.
    cash, revenue
        Of each customer, inside the horizon.
    """

    log: np.ndarray
    customers: np.ndarray
    profit: np.ndarray
    cash: np.ndarray
    revenue: np.ndarray

    def rows(self, *events: Event, first: float = -math.inf, last: float = math.inf) -> np.ndarray:
        """Return the rows of some events, between two months."""
        chosen = self.log[np.isin(self.log["event"], events)]
        return chosen[(chosen["time"] >= first * MONTH) & (chosen["time"] < last * MONTH)]

    def count(self, rows: np.ndarray) -> np.ndarray:
        """Return the number of rows of each customer."""
        return np.bincount(rows["slot"], minlength=len(self.customers))

    def money(self, rows: np.ndarray) -> np.ndarray:
        """Return what the rows cost, of each customer; amounts in 1/FINE of the minor unit."""
        return np.bincount(rows["slot"], rows["amount"] / FINE / 100.0, minlength=len(self.customers))

    def alive(self, month: float) -> np.ndarray:
        """Say who is a customer at a month: opened or began to pay before, and not ended since."""
        rows = self.rows(Event.OPENED, Event.CONVERTED, Event.RETURNED, Event.ENDED, last=month)
        state = np.zeros(len(self.customers), bool)
        state[rows["slot"]] = rows["event"] != Event.ENDED  # rows of a customer are in order: the last one stays
        return state


def run(people: np.recarray, *scenarios: Scenario) -> tuple[Lives, ...]:
    """Let the same customers live under several scenarios of one business."""
    design = Design(scenarios, len(people), seed=SEED)
    with ThreadPoolExecutor(2) as pool:
        return tuple(pool.map(lambda number: _live(design, number, people), range(len(scenarios))))


def _live(design: Design, number: int, people: np.recarray) -> Lives:
    customers = people.copy().view(np.recarray)
    pieces: list[np.ndarray] = []
    _, standing = run_scenario(design, number, 0, lambda: customers, lambda _, __, piece: pieces.append(piece.copy()))
    value, unit = standing.value.astype(float), 10 ** CURRENCIES[design.baseline.currency]
    shared = lever_costs_by_month(design.scenarios[number], design.months, design.months_valued)[: design.months]
    each = float((shared * design.discount[: design.months]).sum()) * design.scale / len(people)
    profit = (value[:, Value.NPV] + value[:, Value.RESIDUAL]) / FINE - each
    return Lives(
        np.concatenate(pieces), customers, profit / unit, value[:, Value.CASH] / unit, value[:, Value.REVENUE] / unit
    )


# --- figures ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """A figure with its standard error; 0 where it is exact."""

    name: str
    value: float
    error: float = 0.0
    unit: str = ""

    @property
    def z(self) -> float:
        """How many standard errors the figure lies above zero."""
        if self.error > 0.0:
            return self.value / self.error
        return math.copysign(math.inf, self.value) if self.value else 0.0

    def less(self, other: "Figure", name: str) -> "Figure":
        """Return the difference to a figure of other customers."""
        return Figure(name, self.value - other.value, math.hypot(self.error, other.error), self.unit)

    def shown(self) -> str:
        """Write the figure for people."""
        factor, unit = (100.0, " %") if self.unit == "share" else (1.0, f" {self.unit}" if self.unit else "")
        value, error = self.value * factor, self.error * factor
        if error == 0.0:
            return f"{self.name} {value:,.10g}{unit}"
        digits = max(0, 1 - math.floor(math.log10(error)))
        return f"{self.name} {value:,.{digits}f} ± {error:,.{digits}f}{unit}"


def mean(name: str, values: np.ndarray, unit: str = "") -> Figure:
    """Return the mean over customers."""
    values = np.asarray(values, float)
    return Figure(name, float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values))), unit)


def quotient(name: str, parts: np.ndarray, wholes: np.ndarray, unit: str = "") -> Figure:
    """Return the sum of parts over the sum of wholes, customers being independent."""
    ratio = float(parts.sum() / wholes.sum())
    left = parts - ratio * wholes
    return Figure(name, ratio, float(left.std(ddof=1) * math.sqrt(len(left)) / wholes.sum()), unit)


@dataclass(frozen=True)
class Finding:
    """What an experiment found: its figures, and by how many standard errors each thing holds that must.

    What must hold exactly has a margin of infinity, or of 0 where it does not.
    """

    figures: tuple[Figure, ...]
    margins: dict[str, float]
    customers: int

    @property
    def holds(self) -> bool:
        """Whether everything holds."""
        return all(margin > SURE for margin in self.margins.values())

    @property
    def verdict(self) -> str:
        """Say whether the mechanism shows, and by how much."""
        missed = [f"{what} ({margin:.1f})" for what, margin in self.margins.items() if not margin > SURE]
        if missed:
            return "NOT shown: " + ", ".join(missed)
        least = min(self.margins.values())
        return "shown, exactly" if math.isinf(least) else f"shown, by {least:.1f} standard errors or more"


def exactly(true: bool) -> float:
    """Return the margin of what must hold exactly."""
    return math.inf if true else 0.0


@dataclass(frozen=True)
class Experiment:
    """One line of the page; ``rests_on`` names parameters as ``group.name``."""

    mechanism: str
    compared: str
    rests_on: tuple[str, ...]
    customers: int
    run: Callable[[int], Finding]

    @property
    def name(self) -> str:
        """Name of its function."""
        return self.run.__name__


EXPERIMENTS: list[Experiment] = []


def experiment(mechanism: str, compared: str, rests_on: tuple[str, ...], customers: int) -> Callable[..., Any]:
    """Put a function on the page."""

    def register(function: Callable[[int], Finding]) -> Callable[[int], Finding]:
        EXPERIMENTS.append(Experiment(mechanism, compared, rests_on, customers, function))
        return function

    return register


# --- rewards, touches -------------------------------------------------------------------------------------------------


@experiment(
    "A fixed reward fades, a variable one does not, at the same cost",
    "Core customers who stay core; rewards from day 0, fixed or variable, against none; uses a month, months 0-6 and "
    "24-36",
    ("rewards.learning", "rewards.surprise_habit", "variable_rewards.chance"), 5_000,
)  # fmt: skip
def fixed_and_variable_rewards(customers: int) -> Finding:
    base = business(SAAS, customers, 36)
    people = some(SAAS, customers)
    none, fixed, variable = run(
        people,
        under(base, "none"),
        under(base, "fixed", variable_rewards={"schedule": "fixed"}),
        under(base, "variable", variable_rewards={"schedule": "variable"}),
    )
    core = people.stage == MATURITY
    for lives in (none, fixed, variable):
        core &= lives.customers["stage"] == MATURITY
        core[lives.rows(Event.SLIPPED, Event.FELL_ASLEEP, Event.ENDED)["slot"]] = False

    def gain(lives: Lives, first: int, last: int) -> np.ndarray:
        more = lives.count(lives.rows(Event.USED, first=first, last=last))
        less = none.count(none.rows(Event.USED, first=first, last=last))
        return (more - less)[core] / (last - first)

    def cost(lives: Lives, name: str) -> Figure:
        rewards, uses = lives.rows(Event.REWARDED), lives.rows(Event.USED)
        return quotient(name, lives.money(rewards), lives.count(uses), "USD")

    early, late = (0, 6), (24, 36)
    figures = [
        mean(f"{name} {when}", gain(lives, *span))
        for name, lives in (("fixed", fixed), ("variable", variable))
        for when, span in (("early", early), ("late", late))
    ]
    paid = [cost(fixed, "cost a use, fixed"), cost(variable, "variable")]
    apart = abs(paid[0].less(paid[1], "").z)
    return Finding(
        (*figures, *paid),
        {
            "fixed works early": figures[0].z,
            "fixed fades": mean("", gain(fixed, *early) - gain(fixed, *late)).z,
            "variable goes on": figures[3].z,
            "variable beats fixed late": mean("", gain(variable, *late) - gain(fixed, *late)).z,
            "cost is equal (within 4)": exactly(apart < 4.0),
        },
        int(core.sum()),
    )


@experiment(
    "A prompt reaches only those who opted in",
    "Two push notifications a month for a year, against none: whose story changes at all",
    ("push.opt_in",), 2_000,
)  # fmt: skip
def prompts_reach_those_who_opted_in(customers: int) -> Finding:
    base = business(SAAS, customers, 12)
    none, prompted = run(
        some(SAAS, customers), under(base, "none"), under(base, "push", prompts={"channel": "push", "per_month": 2})
    )
    there = prompted.alive(3.0)
    touched = prompted.count(prompted.rows(Event.TOUCHED)) > 0
    changed = changed_stories(none, prompted)
    share = float(base_channel(base, "push"))
    hits = touched[there]
    error = math.sqrt(share * (1.0 - share) / len(hits))
    return Finding(
        (
            Figure("touched, of those there after 3 months", float(hits.mean()), error, "share"),
            Figure("opted in", share, 0.0, "share"),
            mean("stories changed, of the touched", changed[touched], "share"),
            Figure("of the others", float(changed[~touched].mean()), 0.0, "share"),
        ),
        {
            "nobody else's story changes": exactly(not changed[~touched].any()),
            "the touched are those who opted in (within 4)": exactly(abs(hits.mean() - share) < 4.0 * error),
            "prompts change something": mean("", changed[touched]).z,
        },
        customers,
    )


def base_channel(base: dict[str, Any], channel: str) -> float:
    """Return the share who permit a channel."""
    return float(getattr(build(base).channels, channel).opt_in)


def changed_stories(one: Lives, other: Lives, *without: Event) -> np.ndarray:
    """Say of whom the two logs tell different stories, apart from the note that a lever met him."""
    kept = [np.flatnonzero(~np.isin(lives.log["event"], (Event.REACHED, *without))) for lives in (one, other)]
    slots = [lives.log["slot"][places] for lives, places in zip((one, other), kept, strict=True)]
    rows = [np.bincount(slot, minlength=len(one.customers)) for slot in slots]
    changed = rows[0] != rows[1]
    ordered = []
    for places, slot in zip(kept, slots, strict=True):
        places = places[np.argsort(slot, kind="stable")]
        ordered.append(places[~changed[np.sort(slot)]])
    who = one.log["slot"][ordered[0]]
    for field in STORY:
        changed[who[one.log[field][ordered[0]] != other.log[field][ordered[1]]]] = True
    return changed


MAILS = (2, 4, 7, 10, 15)


@experiment(
    "More mails than about seven a month earn less",
    "The same customers of the shop, 2, 4, 7, 10 or 15 mails a month for two years, against none; profit each. "
    "Published, of lifetime profit: 4 mails -32 %, 10 mails -16 % (grade B, another retailer)",
    ("touches.best_per_month", "touches.memory", "prompts.timely", "email.unsubscribes"), 6_000,
)  # fmt: skip
def mails_a_month(customers: int) -> Finding:
    base = business(SHOP, customers, 24)
    everybody = {"stages": ["growth", "maturity", "dormancy"]}
    none, *mailed = run(
        some(SHOP, customers),
        under(base, "none"),
        *(under(base, f"{n} mails", prompts={"per_month": n, "eligible": everybody}) for n in MAILS),
    )
    gains = {n: lives.profit - none.profit for n, lives in zip(MAILS, mailed, strict=True)}
    lost = {n: quotient(f"gain at {n} against 7", gains[n] - gains[7], gains[7], "share") for n in MAILS if n != 7}
    whole = {n: quotient(f"profit at {n} against 7", gains[n] - gains[7], none.profit + gains[7], "share")
             for n in (4, 10)}  # fmt: skip
    return Finding(
        (mean("gain at 7 a customer", gains[7], "CNY"), *lost.values(), *whole.values()),
        {f"7 earns more than {n}": -lost[n].z for n in MAILS if n != 7},
        customers,
    )


@experiment(
    "Waking content sleepers loses money",
    "One mail a month to dormant customers for two years, against none; the same with awakening at 0. One mail alone, "
    "to those on the monthly plan: more of them gone in 3 months (published: 10.0 - 6.4 % = 3.6 points, grade A)",
    ("touches.awakening",), 6_000,
)  # fmt: skip
def waking_sleepers(customers: int) -> Finding:
    base = business(SAAS, customers, 24, 12)
    sleepers = {"stages": ["dormancy"]}
    mails = {"per_month": 1, "eligible": sleepers}
    once = {"per_month": 1, "ends": "1 month", "eligible": {**sleepers, "plans": ["monthly"]}}
    never = {"touches": {"awakening": "0 %"}}
    none, waking, silent, one = run(
        some(SAAS, customers), under(base, "none"), under(base, "wakes", prompts=mails),
        under(base, "does not wake", never, prompts=mails), under(base, "one mail", prompts=once),
    )  # fmt: skip
    harm, other = mean("profit a customer", waking.profit - none.profit, "USD"), silent.profit - none.profit
    touched = one.rows(Event.TOUCHED)
    gone = {name: ended_within(lives, touched, 3.2) for name, lives in (("one", one), ("none", none))}
    return Finding(
        (
            harm, mean("with awakening 0", other, "USD"),
            mean("gone in 3 months without a mail", gone["none"], "share"),
            mean("one mail adds", gone["one"].astype(float) - gone["none"], "share"),
        ),
        {
            "it loses money": -harm.z,
            "the loss is the awakening's": -mean("", waking.profit - silent.profit).z,
            "without awakening it loses nothing (within 3)": exactly(mean("", other).z > -3.0),
        },
        customers,
    )  # fmt: skip


def ended_within(lives: Lives, touched: np.ndarray, months: float) -> np.ndarray:
    """Say which touched customers have ended within some months of the touch."""
    when = np.full(len(lives.customers), np.inf)
    when[touched["slot"]] = touched["time"]
    ends = lives.rows(Event.ENDED)
    after = ends["time"] - when[ends["slot"]]
    gone = np.zeros(len(when), bool)
    gone[ends["slot"][(after > 0.0) & (after < months * MONTH)]] = True
    return gone[np.isfinite(when)]


# --- recall -----------------------------------------------------------------------------------------------------------

METHODS = ("feature_news", "content", "benefit", "friends")


def campaign(chance: str, **more: Any) -> dict[str, Any]:
    """Return a recall campaign by SMS in which every method brings back the same share of those who notice."""
    return {"channel": "sms", **dict.fromkeys(METHODS, chance), **more}


@experiment(
    "The stop rule ends a bad campaign and not a good one",
    "Recall of small customers by SMS that brings back 0.01 % or 8 % of those who notice, with the rule 'stop below 1 "
    "recalled a month' and without it",
    ("recall_campaign.benefit", "sms.noticed"), 8_000,
)  # fmt: skip
def the_stop_rule(customers: int) -> Finding:
    base = business(SAAS, customers, 24)
    rule = {"stop_number": 1}
    none, good, good_watched, bad, bad_watched = run(
        some(SAAS, customers, segment=0),
        under(base, "none"),
        under(base, "good", recall_campaign=campaign("8 %")),
        under(base, "good, watched", recall_campaign=campaign("8 %", **rule)),
        under(base, "bad", recall_campaign=campaign("0.01 %")),
        under(base, "bad, watched", recall_campaign=campaign("0.01 %", **rule)),
    )
    last = {name: last_contact(lives) for name, lives in (("good", good_watched), ("bad", bad_watched))}
    gain = mean("good: profit a customer", good.profit - none.profit, "USD")
    loss = mean("bad, without the rule", bad.profit - none.profit, "USD")
    kept = mean("the rule saves of it", bad_watched.profit - bad.profit, "USD")
    return Finding(
        (
            gain, loss, kept,
            Figure("last contact of the good in month", last["good"]), Figure("of the bad", last["bad"]),
        ),
        {
            "the bad is stopped after 3 months": exactly(last["bad"] <= 3.0),
            "the good runs on": exactly(last["good"] == 24.0 and not changed_stories(good, good_watched).any()),
            "the good earns": gain.z, "the bad loses": -loss.z, "stopping saves": kept.z,
        },
        customers,
    )  # fmt: skip


def last_contact(lives: Lives) -> float:
    """Return the month of the last contact, the first month being 1."""
    return float(math.ceil(lives.rows(Event.CONTACTED)["time"].max() / MONTH))


@experiment(
    "Recalling everybody earns less than recalling the valuable",
    "Gifts of 50 USD to all who left for reasons that can be helped, or only to those worth 200 USD a month; calls to "
    "all by four agents, or from 300 USD a month by one",
    ("recall_campaign.least_worth", "recall_campaign.call_worth", "recall_campaign.call"), 4_000,
)  # fmt: skip
def recalling_the_valuable(customers: int) -> Finding:
    base = business(SAAS, customers, 24, 24)

    def desk(agents: int, least: int) -> dict[str, Any]:
        team = {"agents": agents, "wage": "5000 USD"}
        return {"call_worth": f"{least} USD", "team": team, "ends": "24 months"}

    none, gift_all, gift_some, call_all, call_some = run(
        some(SAAS, customers),
        under(base, "none"),
        under(base, "gift to all", recall_campaign={"gift": "50 USD", "least_worth": "0 USD"}),
        under(base, "gift to some", recall_campaign={"gift": "50 USD", "least_worth": "200 USD"}),
        under(base, "call all", recall_campaign={**desk(4, 0), "least_worth": "0 USD"}),
        under(base, "call some", recall_campaign=desk(1, 300)),
    )
    gift = mean("gifts: the valuable earn more by", gift_some.profit - gift_all.profit, "USD")
    call = mean("calls: by", call_some.profit - call_all.profit, "USD")
    return Finding(
        (
            mean("gifts to all, a customer", gift_all.profit - none.profit, "USD"),
            mean("to the valuable", gift_some.profit - none.profit, "USD"), gift,
            mean("calls to all", call_all.profit - none.profit, "USD"),
            mean("to the valuable", call_some.profit - none.profit, "USD"), call,
        ),
        {"gifts": gift.z, "calls": call.z},
        customers,
    )  # fmt: skip


@experiment(
    "The offer of a recall is also paid to those who come back unasked",
    "A fifth off for three months to whoever comes back within 30 days of a contact: who gets the money",
    ("returning.within_year", "recall_campaign.offer_lift"), 12_000,
)  # fmt: skip
def offers_to_natural_returners(customers: int) -> Finding:
    base = business(SAAS, customers, 24)
    scenario = under(base, "offer", recall_campaign={"discount": "20 %", "least_worth": "0 USD"})
    (lives,) = run(some(SAAS, customers), scenario)
    money = {True: np.zeros(customers), False: np.zeros(customers)}
    asked = np.zeros(customers, bool)
    price = prices(scenario)
    for row in lives.rows(Event.RETURNED, Event.PAID):
        if row["event"] == Event.RETURNED:
            asked[row["slot"]] = row["detail"] > 0
        elif row["life"] > 0:
            money[bool(asked[row["slot"]])][row["slot"]] += price[row["plan"]] * row["seats"] - row["amount"] / 100.0
    back = lives.rows(Event.RETURNED)
    share = quotient("of the discounts, to those who came unasked", money[False], money[False] + money[True], "share")
    return Finding(
        (
            share,
            Figure("returns at a contact", float((back["detail"] > 0).sum())),
            Figure("unasked", float((back["detail"] == 0).sum())),
            Figure("of them with the offer", float((money[False] > 0.0).sum())),
        ),
        {"part of it goes to them": share.z},
        customers,
    )


def prices(scenario: Scenario) -> dict[int, float]:
    """Return the price of a bill per seat, by plan."""
    assert scenario.plans is not None
    found = {}
    for plan, months in ((MONTHLY, 1), (ANNUAL, 12)):
        tag = getattr(scenario.plans, Plan(plan).name.lower()).price
        found[plan] = tag.amount.minor / 100.0 * months / tag.months
    return found


# --- integrations -----------------------------------------------------------------------------------------------------

LANDMARK, LATER = 12, 24
FREE = {"build_cost": "0 USD", "running_cost": "0 USD"}


def gap(name: str, lives: Lives) -> Figure:
    """Return the raw gap: of those alive at month 12, the share alive at month 24, connected by month 12 less not."""
    there = lives.alive(LANDMARK)
    connected = np.zeros(len(there), bool)
    connected[lives.rows(Event.INTEGRATED, last=LANDMARK)["slot"]] = True
    stays = lives.alive(LATER)
    some, none = stays[there & connected], stays[there & ~connected]
    return mean("", some, "share").less(mean("", none, "share"), name)


@experiment(
    "Selection makes a gap in raw data where there is no effect",
    "Integrations without any effect, connected more readily by those whom the product fits: retention of small "
    "customers from month 12 to 24, of those connected by month 12 against the others, and every story against the "
    "same without the lever",
    ("integrations.fit_connect", "leaving.fit_leave"), 11_000,
)  # fmt: skip
def selection_without_effect(customers: int) -> Finding:
    base = business(SAAS, customers, LATER)
    lever = {"connects": "8 % per month", "fit_connect": 1, "ability": 0, "leave_help": 1, "leave_floor": 0.6, **FREE}
    small = some(SAAS, customers, segment=0)
    none, lives = run(small, under(base, "none"), under(base, "no effect", integrations=lever))
    raw = gap("raw gap", lives)
    changed = changed_stories(none, lives, Event.INTEGRATED)
    return Finding(
        (
            raw,
            Figure("stories changed, integrating apart", float(changed.sum())),
            Figure("paired difference of profit", float((lives.profit - none.profit).sum()), 0.0, "USD"),
        ),
        {"the raw data show a gap": raw.z, "the paired comparison none": exactly(not changed.any())},
        customers,
    )


@experiment(
    "Integrations: selection beside effect, and the floor",
    "The same raw gap with effect alone (who connects is chance) and with both; how much better those fit (0 to 1) who "
    "connect in the first month; the rate of soft leaving with 1, 3, 5 and 12 products, of that with none",
    ("integrations.leave_help", "integrations.leave_floor", "integrations.fit_connect"), 11_000,
)  # fmt: skip
def effect_and_selection(customers: int) -> Finding:
    base = business(SAAS, customers, LATER)
    connect = {"connects": "8 % per month", **FREE}
    people = some(SAAS, customers, segment=0)
    effect, both = run(
        people,
        under(base, "effect", integrations={**connect, "fit_connect": 0}),
        under(base, "both", integrations=connect),
    )
    gaps = [gap(name, lives) for name, lives in (("gap, effect alone", effect), ("gap, both", both))]
    fits = [fit_of_the_connected(name, lives, people) for name, lives in
            (("their fit, effect alone", effect), ("their fit, both", both))]  # fmt: skip
    help_, floor, seen = leaving_by_products(under(base, "many", integrations={"products": 12, **FREE}))
    expected = np.maximum(floor, help_ ** np.arange(len(seen)))
    return Finding(
        (*gaps, *fits, *(Figure(f"{count} products", float(round(seen[count], 3))) for count in (1, 3, 5, 12))),
        {
            "the effect is seen": gaps[0].z,
            "both is no less (within 2)": exactly(gaps[1].less(gaps[0], "").z > -2.0),
            "those who connect fit better": fits[1].z,
            "where connecting is chance they do not (within 3)": exactly(abs(fits[0].z) < 3.0),
            "the floor holds": exactly(bool(np.allclose(seen, expected, rtol=1e-9) and seen[-1] == seen[-2])),
        },
        customers,
    )  # fmt: skip


def fit_of_the_connected(name: str, lives: Lives, people: np.recarray) -> Figure:
    """Return how much better those fit who connect in the first month than those there who do not."""
    there = lives.alive(1)
    connected = np.zeros(len(there), bool)
    connected[lives.rows(Event.INTEGRATED, last=1)["slot"]] = True
    return mean("", people.fit[there & connected]).less(mean("", people.fit[there & ~connected]), name)


def leaving_by_products(scenario: Scenario) -> tuple[float, float, np.ndarray]:
    """Return the lever's factor and floor, and one customer's soft leaving by products connected, against none."""
    lever = scenario.levers.integrations  # type: ignore[attr-defined]
    customer = some(SAAS, 1)[0]
    kernel, found = Design((scenario,), 1, seed=SEED).kernels[0][0], []
    customer.active = (1 << list(BY_NAME).index("integrations")) | customer.active
    for count in range(int(lever.products) + 1):
        customer.integrations = count
        rates.set_rates(customer, kernel)
        found.append(customer.rate[int(Clock.LEAVE) + SOFT])
    return lever.leave_help, lever.leave_floor, np.array(found) / found[0]


# --- the annual plan, stored value, shops -----------------------------------------------------------------------------


@experiment(
    "The annual plan traps those who want to go",
    "Annual customers, with the parameter trapped as it is and at 1: perceived value after a year of those in whose "
    "paid year an intent stood for a month or longer, and all intents for experience",
    ("leaving.trapped", "leaving.experience_without_value"), 5_000,
)  # fmt: skip
def trapped_in_a_year(customers: int) -> Finding:
    base = business(SAAS, customers, 24)
    free, trapped = run(
        some(SAAS, customers, plan=ANNUAL), under(base, "free", {"leaving": {"trapped": 1}}), under(base, "trapped")
    )
    both = (free.customers["stage"] < CHURNED) & (trapped.customers["stage"] < CHURNED)
    recent = np.zeros(customers, bool)
    recent[trapped.rows(Event.TRAPPED, first=23)["slot"]] = True
    value = (trapped.customers["value"] - free.customers["value"])[both & recent]
    lower = mean("perceived value of the trapped, lower by", -value)
    intents = [lives.count(intents_for(lives, EXPERIENCE)) for lives in (free, trapped)]
    more = quotient("intents for experience, more by", intents[1] - intents[0], intents[0], "share")
    return Finding((lower, more), {"value falls": lower.z}, customers)


def intents_for(lives: Lives, reason: int) -> np.ndarray:
    """Return the intents for one reason."""
    rows = lives.rows(Event.INTENDED)
    return rows[rows["detail"] == reason]


@experiment(
    "The annual plan brings cash forward",
    "New customers of a year, the annual plan offered to all against not: cash less revenue of the first 12 months, "
    "each who ever pays",
    ("annual_plan.take_up", "annual_plan.discount"), 8_000,
)  # fmt: skip
def cash_comes_forward(customers: int) -> Finding:
    base = {**business(SAAS, 1, 12), "acquisition": {"new_customers": "100 per month"}}
    plain, offered = run(
        newcomers(under(base, "new"), customers), under(base, "plain"), under(base, "annual", annual_plan={})
    )
    pay = (plain.cash > 0.0) | (offered.cash > 0.0)
    ahead = [mean(name, (lives.cash - lives.revenue)[pay], "USD")
             for name, lives in (("cash ahead of revenue, without", plain), ("with the offer", offered))]  # fmt: skip
    forward = mean("", (offered.cash - offered.revenue - plain.cash + plain.revenue)[pay])
    return Finding(tuple(ahead), {"cash comes forward": forward.z}, int(pay.sum()))


@experiment(
    "Paying for a year is followed by more use, which fades",
    "Annual customers who pay, with the bump and without it: uses a month, in the first two months after the payment "
    "and in months 8 to 12",
    ("use.paid_bump", "use.paid_half"), 4_000,
)  # fmt: skip
def use_after_paying(customers: int) -> Finding:
    base = business(SAAS, customers, 18)
    people = some(SAAS, customers, plan=ANNUAL)
    flat, bump = run(people, under(base, "flat", {"use": {"paid_bump": 0}}), under(base, "bump"))
    paid = np.full(customers, np.nan)
    rows = flat.rows(Event.PAID, last=6)
    paid[rows["slot"]] = rows["time"]
    there = np.isfinite(paid) & flat.alive(18) & bump.alive(18)

    def uses(lives: Lives, first: float, last: float) -> np.ndarray:
        rows = lives.rows(Event.USED)
        since = (rows["time"] - paid[rows["slot"]]) / MONTH
        return lives.count(rows[(since >= first) & (since < last)])[there] / (last - first)

    early = quotient("uses in months 0-2 after paying, more by", uses(bump, 0, 2) - uses(flat, 0, 2),
                     uses(flat, 0, 2), "share")  # fmt: skip
    late = quotient("in months 8-12, by", uses(bump, 8, 12) - uses(flat, 8, 12), uses(flat, 8, 12), "share")
    return Finding((early, late), {"use rises": early.z, "and falls again": early.less(late, "").z}, int(there.sum()))


@experiment(
    "Stored value keeps some who want to leave from asking to",
    "The same customers with stored value weighed and not: who intends first and when, and who asks to cancel at that "
    "moment",
    ("investment.holds", "investment.data"), 8_000,
)  # fmt: skip
def stored_value_holds(customers: int) -> Finding:
    base = business(SAAS, customers, 24)
    people = some(SAAS, customers)
    people = people[~people.stands.any(axis=1)].view(np.recarray)  # some want to leave on day 0 already
    loose, held = run(people, under(base, "loose", {"investment": {"holds": "0 %"}}), under(base, "held"))
    first = [first_intents(lives) for lives in (loose, held)]
    asks = [asked_at(lives, times) for lives, times in zip((loose, held), first, strict=True)]
    who = np.isfinite(first[0])
    same = bool(np.array_equal(first[0], first[1]))
    before, after = mean("ask without it", asks[0][who], "share"), mean("with it", asks[1][who], "share")
    fewer = mean("", asks[0][who].astype(float) - asks[1][who])
    totals = [float(len(lives.rows(Event.REQUESTED))) for lives in (loose, held)]
    return Finding(
        (
            Figure("first intents", float(who.sum())), before, after,
            Figure("all requests in two years, without it", totals[0]), Figure("with it", totals[1]),
        ),
        {"the same first intents": exactly(same), "fewer requests": fewer.z},
        len(people),
    )  # fmt: skip


def first_intents(lives: Lives) -> np.ndarray:
    """Return when each customer first wants to leave, of those who did not on day 0 already."""
    when = np.full(len(lives.customers), np.inf)
    rows = lives.rows(Event.INTENDED)[::-1]
    when[rows["slot"]] = rows["time"]
    return when


def asked_at(lives: Lives, when: np.ndarray) -> np.ndarray:
    """Say who asks to cancel at a moment of his own."""
    rows = lives.rows(Event.REQUESTED)
    asked = np.zeros(len(when), bool)
    asked[rows["slot"][rows["time"] == when[rows["slot"]]]] = True
    return asked


@experiment(
    "In a shop a mail wakes silent customers, and there nobody is reminded that he pays",
    "Two mails a month to customers of the shop who have not ordered for long, against none: orders and profit each",
    ("prompts.timely", "prompts.strength"), 6_000,
)  # fmt: skip
def waking_silent_customers(customers: int) -> Finding:
    base = business(SHOP, customers, 24)
    none, mailed = run(
        some(SHOP, customers),
        under(base, "none"),
        under(base, "mails", prompts={"per_month": 2, "eligible": {"stages": ["dormancy"]}}),
    )
    orders = [lives.count(lives.rows(Event.ORDERED)) for lives in (none, mailed)]
    woke = [lives.count(lives.rows(Event.WOKE)) for lives in (none, mailed)]
    more, wakes = mean("orders, more by", orders[1] - orders[0]), mean("wakings, more by", woke[1] - woke[0])
    profit = mean("profit a customer", mailed.profit - none.profit, "CNY")
    return Finding((wakes, more, profit), {"they wake": wakes.z, "they order": more.z, "it earns": profit.z}, customers)


# --- the page ---------------------------------------------------------------------------------------------------------


@functools.cache
def grades() -> dict[str, str]:
    """Return the grade of every parameter that an experiment may rest on, by group and name."""
    groups: dict[str, Any] = {name: type(group) for name, group in Behaviour()}
    groups |= {name: field.annotation for name, field in Channels.model_fields.items()}
    groups |= dict(BY_NAME)
    market, found = load_market("us_b2b_saas"), {}
    for name, group in groups.items():
        own = (*declared(group), *(declared(Lever) if name in BY_NAME else ()))
        for one in own:
            found[f"{name}.{one.name}"] = str(one.grade or (market.values[one.market].grade if one.market else "J"))
    return found


def row_of(one: Experiment) -> tuple[str, ...]:
    """Run one experiment and return its line of the table."""
    finding = one.run(one.customers)
    figures = "; ".join(figure.shown() for figure in finding.figures)
    rests = ", ".join(f"`{name}` ({grades()[name]})" for name in one.rests_on)
    return one.mechanism, one.compared, f"{figures} ({finding.customers:,} customers)", finding.verdict, rests


def mechanisms_page() -> Iterator[str]:
    """Yield the page's lines."""
    from make import table

    yield from (
        "# What each mechanism does", "",
        "Made by `python docs/make.py` from simulation; `tests/test_mechanisms.py` holds every line. Each experiment "
        "lets the same customers of a shipped business live with and without something. Figures are means over "
        "customers, ± one standard error, of one replication; profit is discounted to day 0. A mechanism is *shown* "
        f"when all that it promises holds by more than {SURE:g} standard errors.", "",
        "What it rests on are the parameters that make the effect, with their grades (see "
        "[parameters](parameters.md)). An experiment shows that the model does what its parameters say; whether "
        "customers do is a matter of those grades.", "",
    )  # fmt: skip
    head = ("mechanism", "what is compared", "figures", "verdict", "what it rests on (grade)")
    yield from table(head, (row_of(one) for one in EXPERIMENTS))
