"""The ledger agrees with the one written a second time on logs made up at random, with everything a log may hold."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from random_logs import LEVERS, random_log
from second_ledger import SecondLedger

from sim.analysis.ledger import close, empty_cohorts, empty_sums, fold
from sim.analysis.measures import (
    MET_FIGURES,
    RECALL_SHAPE,
    TERMS,
    VALUES,
    Group,
    Measure,
    Met,
    Recall,
    Value,
    new_accounts,
)
from sim.analysis.recalls import empty_recalls
from sim.analysis.standing import compare, lifetime_values, standing_of
from sim.core.events import Event, Method, Plan, Reason
from sim.core.units import MONTH
from sim.model.kernel import TERM_MONTHS

COLUMN = {measure.name: int(measure) for measure in Measure}
WIDTHS = {Measure.ENDED: len(Reason), Measure.STAGE: 4, Measure.ASLEEP: len(Reason)}
CUSTOMERS, HORIZON, RESIDUAL = 40, 20, 10
MONTHS, LONGEST_TERM = HORIZON + RESIDUAL, max(TERM_MONTHS)
DISCOUNT = 1.01 ** -np.arange(MONTHS + float(LONGEST_TERM))


def terms_for(**given):
    """Return terms under which everything costs something."""
    terms = np.zeros(1, TERMS).view(np.recarray)
    usual = {
        "horizon": HORIZON * MONTH, "until": MONTHS * MONTH, "activation_window": 30.0, "charge_share": 0.029,
        "charge_fixed": 30, "serve_seat_month": 230.4, "goods_share": 0.413, "resale": 0.77,
        "term_months": TERM_MONTHS, "from_conversion": 1.0 / DISCOUNT[0],
    }  # fmt: skip
    for name, value in {**usual, **given}.items():
        terms[name] = value
    return terms


def prices(seed):
    """Return what levers declare for some kinds of event."""
    costs = np.random.default_rng(seed).integers(0, 300, len(Event)) * (np.arange(len(Event)) % 3 == seed % 3)
    costs[[Event.OPENED, Event.ENDED, Event.RETURNED, Event.WITHHELD]] = 0
    return costs.astype(np.int64)


class Folded:
    """A log in the ledger's sums, whole or in pieces, the customers in one block or in several."""

    def __init__(self, log, costs, pieces=(), blocks=((0, CUSTOMERS),)):
        self.sums, (self.started, self.ended) = empty_sums(MONTHS, 2, LONGEST_TERM), empty_cohorts(MONTHS, 2)
        self.recall, self.lifetime, found = empty_recalls(), np.zeros(2, np.int64), []
        terms, discount = terms_for(), DISCOUNT
        for first, last in blocks:
            accounts, part = new_accounts(last - first), log[(log.slot >= first) & (log.slot < last)].copy()
            part.slot -= first
            for piece in np.split(part, [cut for cut in pieces if cut < len(part)]):
                books = (self.sums, self.started, self.ended, self.recall)
                fold(piece.view(np.recarray), accounts, *books, terms, discount, costs)
            close(accounts, self.sums, self.recall, terms)
            self.lifetime += lifetime_values(standing_of(accounts))
            found.append(accounts)
        self.accounts = np.concatenate(found).view(np.recarray)


def second(log, costs):
    """Return the second ledger of a log."""
    terms = {name: terms_for()[name][0] for name in TERMS.names}
    ledger = SecondLedger(HORIZON, terms, DISCOUNT, costs)
    ledger.read(log)
    ledger.close()
    return ledger


def sums_of(ledger, shape):
    """Return the second ledger's sums as an array."""
    sums = np.zeros(shape, np.int64)
    for (*place, name), amount in ledger.sums.items():
        sums[*place, COLUMN[name] if isinstance(name, str) else COLUMN[name[0]] + name[1]] += amount
    return sums


worlds = {"seed": some.integers(0, 2**31), "shop": some.booleans(), "pace": some.sampled_from([4.0, 15.0, 60.0])}


@settings(max_examples=60, deadline=None)
@given(**worlds)
def test_two_ledgers_agree_on_every_sum(seed, shop, pace):
    """By month, segment, plan and measure; cohorts; recalls."""
    log, costs = random_log(seed, CUSTOMERS, MONTHS, shop, pace), prices(seed)
    one, other = Folded(log, costs), second(log, costs)
    expected = sums_of(other, one.sums.shape)

    for measure in Measure:
        months = HORIZON if measure.name.startswith("MRR_YEAR") else len(expected)
        for column in range(measure, measure + WIDTHS.get(measure, 1)):
            assert np.array_equal(expected[:months, ..., column], one.sums[:months, ..., column]), measure.name
    assert {place: n for place, n in np.ndenumerate(one.started) if n} == other.started
    assert {place: n for place, n in np.ndenumerate(one.ended) if n} == other.ends
    found = {(*place, Recall(figure).name): n for (*place, figure), n in np.ndenumerate(one.recall) if n}
    assert {place: n for place, n in other.recall.items() if n} == found


@settings(max_examples=40, deadline=None)
@given(**worlds)
def test_two_ledgers_agree_on_every_customer(seed, shop, pace):
    """Values, whether kept, whether there at the horizon's end, by which levers reached, how he came back."""
    log, costs = random_log(seed, CUSTOMERS, MONTHS, shop, pace), prices(seed)
    one, other = Folded(log, costs), second(log, costs)

    for slot, account in enumerate(one.accounts):
        who = other.customers[slot]
        for which in Value:
            rounding = who.postings if which >= Value.NPV else 0
            assert abs(who.value[which.name] - account.value[which]) <= rounding, (slot, which.name)
        assert other.kept(who) == account.kept
        assert other.alive_end(who) == account.alive_end
        assert who.reached == {lever for lever in range(LEVERS) if account.reached >> lever & 1}
        assert who.held_out == {lever for lever in range(LEVERS) if account.held_out >> lever & 1}
        ended, back, cell = other.first_end_of(who)
        assert (ended, back) == (account.first_ended, account.first_back)
        expected = -1 if cell is None else np.ravel_multi_index((*cell, 0), RECALL_SHAPE[:4])
        assert expected == account.first_episode
    assert other.lifetime()[1] == one.lifetime[1]


@settings(max_examples=20, deadline=None)
@given(**worlds)
def test_neither_pieces_nor_blocks_change_a_number(seed, shop, pace):
    """The log cut anywhere, in the order of time, its customers in blocks of any size: the same sums to the bit."""
    log, costs, random = random_log(seed, CUSTOMERS, MONTHS, shop, pace), prices(seed), np.random.default_rng(seed)
    cuts = np.sort(random.integers(0, max(1, len(log)), 9))
    edges = [0, *np.sort(random.integers(0, CUSTOMERS, 3)), CUSTOMERS]
    whole = Folded(log, costs)
    others = (
        Folded(log, costs, cuts),
        Folded(log[np.argsort(log.time, kind="stable")], costs, cuts),
        Folded(log, costs, cuts, list(itertools.pairwise(edges))),
    )

    for other in others:
        for name in ("sums", "started", "ended", "recall", "lifetime"):
            assert np.array_equal(getattr(whole, name), getattr(other, name)), name
        assert (whole.accounts == other.accounts).all()


@settings(max_examples=30, deadline=None)
@given(**worlds)
def test_two_worlds_of_the_same_customers_are_compared_as_by_hand(seed, shop, pace):
    """Whom levers reached and held out, and who came back after a contact, each beside himself under the baseline."""
    logs, costs = [random_log(seed + n, CUSTOMERS, MONTHS, shop, pace) for n in range(2)], prices(seed)
    baseline, standing = (standing_of(Folded(log, costs).accounts) for log in logs)
    before, after = (second(log, costs) for log in logs)
    met, paired = np.zeros((LEVERS + 1, 2, 2, MET_FIGURES), np.int64), np.zeros((*RECALL_SHAPE[:3], 3), np.int64)
    split, kept = np.zeros((len(Group), VALUES, 2), np.int64), np.zeros(3, np.int64)
    compare(split, kept, met, paired, baseline, standing, MONTHS * MONTH)

    expected_met, expected_paired, late = np.zeros_like(met), np.zeros_like(paired), (MONTHS - 12) * MONTH
    for slot in range(CUSTOMERS):
        here, there = after.customers[slot], before.customers[slot]
        for side, levers in enumerate((here.reached, here.held_out)):
            for lever in levers:
                for world, (ledger, who) in enumerate(((before, there), (after, here))):
                    figures = expected_met[lever, side, world]
                    figures[Met.CUSTOMERS] += 1
                    figures[Met.ALIVE_END] += ledger.alive_end(who)
        for world, (ledger, who) in enumerate(((before, there), (after, here))):
            expected_met[LEVERS, 0, world, : Met.VALUE] += 1, ledger.alive_end(who)
        (ended, back, cell), (ended_there, back_there, _) = after.first_end_of(here), before.first_end_of(there)
        if cell is not None and max(ended, ended_there) <= late:
            expected_paired[cell] += 1, back, back_there
    assert np.array_equal(expected_met[..., :2], met[..., :2])
    assert np.array_equal(expected_paired, paired)
    for lever in range(LEVERS):
        members = (standing.reached >> lever) & 1 == 1
        for world, who in enumerate((baseline, standing)):
            assert np.array_equal(who.value[members].sum(axis=0), met[lever, 0, world, Met.VALUE :])


@pytest.mark.parametrize("shop", [False, True])
def test_random_logs_hold_every_kind_of_event(shop):
    """Else the agreement above would mean little; and all figures of recall appear."""
    logs = [random_log(seed, CUSTOMERS, MONTHS, shop, 12.0) for seed in range(10)]
    bills = {
        Event.PAID, Event.CHARGE_FAILED, Event.SWITCHED, Event.SEATS_ADDED, Event.SEATS_DROPPED, Event.PRORATED,
        Event.PAUSED, Event.UNPAUSED,
    }  # fmt: skip
    never = bills if shop else {Event.ORDERED, Event.ORDER_CANCELLED}
    never |= {Event.RESUMED, Event.TRAPPED, Event.SERVICE_ENDED}
    folded = [Folded(log, prices(0)) for log in logs]
    recall = sum(one.recall for one in folded)

    assert set(Event) - never == {Event(event) for log in logs for event in np.unique(log.event)}
    made, withheld = recall.sum(axis=(0, 1, 2)) != 0
    assert made.all()
    assert [Recall.RECALLED, Recall.COST] == np.flatnonzero(~withheld).tolist()
    assert len(Method) == (recall[..., 0].sum(axis=(0, 2, 3)) > 0).sum()
    total = sum(abs(one.sums) for one in folded).sum(axis=(0, 1))
    never = {"GOODS", "REFUNDS", "ORDERS", "REPEATED", "ORDERED_IN_YEAR_1", "ORDERED_IN_YEAR_2", "REVENUE_IN_YEAR_1",
             "ORDERS_CANCELLED"}  # fmt: skip
    plans = [Plan.PER_USE] if shop else [Plan.MONTHLY, Plan.ANNUAL, Plan.PREPAID]
    for measure in Measure:
        seldom = measure.name.startswith((
            "MRR", "DUE", "RENEWED", "RECOVERED", "SERVICE_COST", "CHARGES", "SWITCHED", "SEATS", "PAUSED", "UNPAUSED",
        ))  # fmt: skip
        assert total[..., measure].any() != (seldom if shop else measure.name in never), measure.name
    assert total[plans].any(axis=1).all()
