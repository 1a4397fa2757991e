"""How customers leave, on hand-made ones: bills, retries, intents, requests; less hazard never ends a life sooner."""

import numpy as np
import pytest
from by_hand import annual, leaving, live, paying_at_once, prospects, quiet_kernel, z_of
from worlds import of, run, story_of, times, world

from sim.core.events import INTENT_REASONS, Event, Plan, Reason
from sim.core.units import MONTH
from sim.model.behaviour import Behaviour

BEHAVIOUR = Behaviour()
SUBSCRIPTIONS = [Plan.MONTHLY, Plan.ANNUAL]
HARD = int(Reason.HARD)


# --- bills ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", SUBSCRIPTIONS)
def test_bills_count_from_the_first_one(plan):
    """Whole periods after the first payment to the bit, however often a charge has failed; the price per seat."""
    kernel = paying_at_once(quiet_kernel(payment={"fails": 0.5}))
    kernel["retry_recovers"] = 1.0
    kernel = annual(kernel) if plan == Plan.ANNUAL else kernel
    period = MONTH * (12 if plan == Plan.ANNUAL else 1)
    log, _ = live(prospects(100, card=1, seats=3), kernel, 40 * MONTH)
    started = {row["customer"]: row["time"] for row in log if row["event"] == Event.CONVERTED}
    paid, failed = log[log["event"] == Event.PAID], log[log["event"] == Event.CHARGE_FAILED]

    assert set(paid["amount"]) == {3 * (30_000 if plan == Plan.ANNUAL else 3000)}
    assert set(failed["detail"]) == {0}
    for row in (*paid, *failed):
        late = BEHAVIOUR.payment.first_retry if row["detail"] > 0 else 0.0
        number = round((row["time"] - late - started[row["customer"]]) / period)
        assert row["time"] == started[row["customer"]] + number * period + late
    for customer in started:
        assert len(of(paid, customer)) == 1 + int((40 * MONTH - 5.0) / period)


def test_a_failed_charge_is_tried_again_after_3_7_and_14_days_and_ends_the_subscription():
    """Nobody recovers: four failures, the last with the end, for the reason PAYMENT."""
    kernel = paying_at_once(quiet_kernel(payment={"fails": 1.0}))
    kernel["retry_recovers"] = 0.0
    log, _ = live(prospects(20, card=1), kernel, 60.0)
    for customer in range(1, 21):
        own = of(log, customer)
        since = times(own, Event.CHARGE_FAILED) - times(own, Event.PAID)[0] - MONTH

        assert since == pytest.approx([0.0, 3.0, 7.0, 14.0], abs=1e-9)
        assert [0, 1, 2, 3] == list(own["detail"][own["event"] == Event.CHARGE_FAILED])
        assert [(Event.CHARGE_FAILED, 3), (Event.ENDED, Reason.PAYMENT)] == story_of(own)[-2:]
        assert own["time"][-1] == own["time"][-2]


def test_three_retries_recover_the_stated_share():
    """And charges fail as often as stated; invoices never fail; |z| below 4."""
    kernel = paying_at_once(quiet_kernel(payment={"fails": 0.2}))
    log, _ = live(prospects(4000, card=np.arange(4000) % 2), kernel, 12.4 * MONTH)
    first = (log["event"] == Event.CHARGE_FAILED) & (log["detail"] == 0)
    recovered = (log["event"] == Event.PAID) & (log["detail"] > 0)
    by_card = (log["event"] == Event.PAID) & (log["card"] == 1) & (log["detail"] == 0)
    bills = first.sum() + by_card.sum() - 2000  # the first bill of a life is not at risk

    assert set(log["card"][first]) == {1}
    assert abs(z_of(first.sum(), bills, 0.2)) < 4
    assert abs(z_of(recovered.sum(), first.sum() - 20, BEHAVIOUR.payment.recovered)) < 6


def test_the_first_charge_after_a_replacement_fails_more_often():
    """A card is replaced every so long, at a time of its own; the next charge fails besides by the stated share."""
    kernel = paying_at_once(quiet_kernel(payment={"fails": 0.1, "replacement": 200.0, "replaced_fails": 0.5}))
    kernel["retry_recovers"] = 1.0
    phase = np.linspace(0.0, 1.0, 2000, endpoint=False)
    log, customers = live(prospects(2000, card=1, card_phase=phase), kernel, 40 * MONTH)
    started = dict(zip(customers.id.tolist(), customers.started.tolist(), strict=True))
    tried = {False: 0, True: 0}
    failed = {False: 0, True: 0}
    for row in log[np.isin(log["event"], (Event.PAID, Event.CHARGE_FAILED))]:
        number = round((row["time"] - started[int(row["customer"])]) / MONTH)
        if row["detail"] == 0 and number > 0:
            cards = np.floor((row["time"] - np.array([0.0, MONTH])) / 200.0 - phase[row["customer"] - 1])
            replaced = bool(cards[0] > cards[1])
            tried[replaced] += 1
            failed[replaced] += row["event"] == Event.CHARGE_FAILED

    assert abs(z_of(failed[False], tried[False], 0.1)) < 4
    assert abs(z_of(failed[True], tried[True], 0.1 + 0.9 * 0.5)) < 4
    assert tried[True] / sum(tried.values()) == pytest.approx(MONTH / 200.0, rel=0.05)


def test_a_share_per_renewal_is_lost_at_bills_alone():
    """The renewal's own reason; the first bill is no renewal."""
    count = 5000
    log, _ = live(prospects(count, renewal_leave=0.2), paying_at_once(quiet_kernel()), 2.5 * MONTH)
    ended = log[log["event"] == Event.ENDED]

    assert set(ended["detail"]) == {Reason.RENEWAL}
    assert abs(z_of((ended["time"] < 1.5 * MONTH).sum(), count, 0.2)) < 4
    assert abs(z_of(len(ended), count, 1.0 - 0.8**2)) < 4


def test_a_failure_while_an_intent_stands_counts_as_that_reason():
    """Nobody acts on it, so there is no request: the customer lets it lapse."""
    kernel = paying_at_once(quiet_kernel(leaving={"attention": 0.0}, payment={"fails": 1.0}))
    kernel["retry_recovers"] = 0.0
    log, _ = live(prospects(300, card=1), leaving(kernel, 0.02), 60.0)
    seen = set()
    for customer in range(1, 301):
        own = of(log, customer)
        standing = set(own["detail"][own["event"] == Event.INTENDED].tolist())
        assert [(Event.ENDED, min(standing, default=Reason.PAYMENT))] == story_of(own)[-1:]
        seen.add(int(own["detail"][-1]))

    assert not (log["event"] == Event.REQUESTED).any()
    assert seen == {0, 1, 2, 3, Reason.PAYMENT}


# --- intents and requests -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", SUBSCRIPTIONS)
def test_who_acts_on_an_intent_stays_until_the_paid_period_is_over(plan):
    """Use goes on until then; the end comes at the next bill, to the bit, and no bill is sent any more."""
    kernel = leaving(paying_at_once(quiet_kernel()), 0.01, HARD)
    kernel = annual(kernel) if plan == Plan.ANNUAL else kernel
    period = MONTH * (12 if plan == Plan.ANNUAL else 1)
    log, _ = live(prospects(300), kernel, 30 * MONTH)
    used_after = 0
    for customer in range(1, 301):
        own = of(log, customer)
        if (own["event"] == Event.ENDED).any():
            started, asked = times(own, Event.CONVERTED)[0], times(own, Event.REQUESTED)[0]
            periods = int((asked - started) / period) + 1
            used_after += (times(own, Event.USED) > asked).sum()
            assert [(Event.ENDED, HARD)] == story_of(own)[-1:]
            assert times(own, Event.ENDED)[0] == started + periods * period
            assert len(times(own, Event.PAID)) == periods
    assert used_after > 100


def test_inattention_puts_acting_off_by_whole_months():
    """The first look is at once; each month's look acts with the stated chance, |z| below 4."""
    count = 4000
    kernel = annual(leaving(paying_at_once(quiet_kernel(leaving={"attention": 0.3})), 1e3, HARD))
    log, _ = live(prospects(count), kernel, 11 * MONTH)
    intended, requested = (log[log["event"] == event] for event in (Event.INTENDED, Event.REQUESTED))
    since = dict(zip(intended["customer"].tolist(), intended["time"].tolist()))
    months = np.array([(row["time"] - since[int(row["customer"])]) / MONTH for row in requested])

    assert np.abs(months - np.round(months)).max() < 1e-9
    for month in range(4):
        waiting = count - (months < month - 0.5).sum()
        assert abs(z_of((np.abs(months - month) < 0.5).sum(), waiting, 0.3)) < 4


def test_a_request_passes_to_another_reason_acted_on_and_is_undone_only_when_none_is_left():
    """Everybody acts at once, so a request stands as long as any intent; it is the first's, then the lowest left."""
    kernel = annual(leaving(paying_at_once(quiet_kernel(leaving={"resume": 0.02})), 0.01))
    log, _ = live(prospects(1000), kernel, 12.5 * MONTH)
    passed = undone = ended = 0
    for customer in range(1, 1001):
        standing, holder = set(), None
        for event, reason in story_of(of(log, customer)):
            if event == Event.INTENDED:
                standing.add(reason)
            elif event == Event.REQUESTED:
                assert holder is None
                holder = reason
            elif event in (Event.RESUMED, Event.UNDONE):
                standing.remove(reason)
                last = reason == holder and not standing
                assert (event == Event.UNDONE) == last
                undone += last
                passed += reason == holder and bool(standing)
                holder = min(standing, default=None) if reason == holder else holder
            elif event == Event.ENDED:
                ended += 1
                assert reason == holder
                standing, holder = set(), None
            assert (holder is None) == (not standing) or event == Event.INTENDED

    assert min(passed, undone, ended) > 50


def test_an_intent_is_dropped_at_the_rate_of_resuming():
    """Exponential waits with mean 1 / rate, |z| below 4."""
    count = 3000
    kernel = annual(leaving(paying_at_once(quiet_kernel(leaving={"resume": 0.05})), 1e3, HARD))
    log, _ = live(prospects(count), kernel, 300.0)
    undone = log[log["event"] == Event.UNDONE]
    first = undone["time"][np.unique(undone["customer"], return_index=True)[1]]

    assert len(first) == count
    assert abs(first.mean() / 20.0 - 1.0) * np.sqrt(count) < 4
    assert abs((first > 20.0).mean() - np.exp(-1.0)) * np.sqrt(count) < 4 * 0.5


def test_being_trapped_lowers_value_in_a_paid_year_and_nowhere_else():
    """Once for every further month that an intent stands; not on the monthly plan, not while a charge is retried."""
    groups = {"leaving": {"attention": 0.0, "trapped": 0.5, "value_returns": 0.0}}
    kernel = leaving(paying_at_once(quiet_kernel(**groups)), 0.003, HARD, int(Reason.NATURAL))
    monthly, _ = live(prospects(200), kernel, 14 * MONTH)
    log, customers = live(prospects(200), annual(kernel), 11.9 * MONTH)
    trapped = np.bincount(log["customer"][log["event"] == Event.TRAPPED], minlength=201)[1:]

    assert not (monthly["event"] == Event.TRAPPED).any()
    assert trapped.max() > 8
    assert 0.5 * 0.5**trapped == pytest.approx(customers.value, rel=1e-9)
    for row in log[log["event"] == Event.TRAPPED]:
        since = log["time"][(log["customer"] == row["customer"]) & (log["event"] == Event.INTENDED)
                            & (log["detail"] == row["detail"])][0]  # fmt: skip
        months = (row["time"] - since) / MONTH
        assert months == pytest.approx(round(months), abs=1e-9)
        assert months > 0.5


def test_nobody_is_trapped_while_a_charge_is_retried():
    """The paid year is over then."""
    kernel = annual(paying_at_once(quiet_kernel(leaving={"attention": 0.0}, payment={"fails": 1.0})))
    kernel["retry_recovers"] = 0.0
    log, _ = live(prospects(400, card=1), leaving(kernel, 0.003), 14 * MONTH)
    trapped = times(log, Event.TRAPPED)

    assert len(trapped) > 1000
    assert trapped.max() < min(times(log, Event.CHARGE_FAILED))


def test_who_asks_to_cancel_while_a_charge_is_retried_is_not_charged():
    """The subscription ends at the next retry, for the reason of the request."""
    kernel = leaving(paying_at_once(quiet_kernel(payment={"fails": 0.5})), 0.01, HARD)
    kernel["retry_recovers"] = 0.3
    log, _ = live(prospects(1000, card=1), kernel, 12 * MONTH)
    in_retries = 0
    for customer in range(1, 1001):
        asked = retrying = False
        for event, detail in story_of(of(log, customer)):
            assert not (asked and event in (Event.PAID, Event.CHARGE_FAILED))
            in_retries += event == Event.REQUESTED and retrying
            asked = asked or event == Event.REQUESTED
            retrying = event == Event.CHARGE_FAILED or (retrying and event != Event.PAID)
            assert event != Event.ENDED or detail == (HARD if asked else Reason.PAYMENT)

    assert in_retries > 50


# --- less hazard ----------------------------------------------------------------------------------------------------


def first_ends(this, reason=None):
    """Return when each customer's first life ends, with one reason's base rate halved."""
    this = this.copy()
    if reason is not None:
        this.kernel["leave"][0, :, :, reason] *= 0.5
    log, customers = run(this)
    ended = log[(log["event"] == Event.ENDED) & (log["life"] == 0)]
    ends = dict(zip(ended["customer"].tolist(), ended["time"].tolist()))
    return np.array([ends.get(int(customer), np.inf) for customer in customers.id])


@pytest.mark.parametrize("reason", range(INTENT_REASONS), ids=lambda reason: Reason(reason).name.lower())
def test_less_hazard_never_ends_a_first_life_sooner(reason):
    """With nothing dropped again and no feedback through habit or value: not for a single customer."""
    still = {"resume": "0 per day", "soft_without_habit": 1, "trapped": "100 %"}
    this = world(customers=3000, behaviour={"leaving": still}, horizon="24 months")
    base, less = first_ends(this), first_ends(this, reason)

    assert (less >= base).all()
    assert (less > base).sum() > 20


@pytest.mark.parametrize("reason", range(INTENT_REASONS), ids=lambda reason: Reason(reason).name.lower())
def test_with_resuming_hardly_anybody_ends_sooner_with_less_hazard(reason):
    """A later intent may meet the bill that an earlier one, dropped in time, has missed: a known exception."""
    this = world(customers=3000, horizon="24 months")
    base, less = first_ends(this), first_ends(this, reason)

    assert (less < base).mean() < 0.015
    assert (less > base).sum() > 20
