"""The ledger adds up: by head, by identities, however the log is cut, and like a ledger written blind a second time."""

import glob
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from second_ledger import SecondLedger
from worlds import TEAM, business, for_a_shop, relations, shop

from sim.analysis.ledger import close, empty_cohorts, empty_sums, fold
from sim.analysis.measures import TERMS, Measure, Recall, Value, accounts_for, new_accounts
from sim.analysis.metrics import alive_at_starts, mrr_at_ends
from sim.analysis.recalls import empty_recalls
from sim.analysis.standing import lifetime_values, standing_of
from sim.core.events import FINE, LOG, Event, Plan, Reason, Stage
from sim.core.growing import Growing
from sim.core.units import MONTH
from sim.engines import compiled
from sim.levers import BY_NAME
from sim.model.friends import coming_friends
from sim.model.kernel import TERM_MONTHS
from sim.study.api import make_design
from sim.study.design import Design
from sim.study.simulate import Tally, customers_of, empty_tally

SCENARIOS = sorted(glob.glob(str(Path(__file__).parent.parent / "scenarios" / "*.yaml")))
MONTHLY, ANNUAL = int(Plan.MONTHLY), int(Plan.ANNUAL)
GROWTH, CHURNED, INTRODUCTION = int(Stage.GROWTH), int(Stage.CHURNED), int(Stage.INTRODUCTION)
COLUMN = {measure.name: int(measure) for measure in Measure}


# --- logs written by hand -----------------------------------------------------------------------------------------


class Book:
    """A hand-made log of one customer in a world of 24 months, the last 6 of them after the horizon, and its sums."""

    months, horizon = 24, 18

    def __init__(self, plan=MONTHLY, seats=1, card=1):
        self.rows, self.now = [], {"plan": plan, "seats": seats, "card": card}

    def at(self, month, event, stage, *, amount=0, detail=0, life=0, plan=None):
        """Write one row; ``month`` may be a fraction."""
        fields = {**self.now, "plan": self.now["plan"] if plan is None else plan}
        row = {**fields, "time": month * MONTH, "event": event, "stage": stage, "amount": amount, "detail": detail}
        self.rows.append({**row, "life": life})
        return self

    def subscribed(self, month=0.5, amount=1000, life=0):
        """Write a first contact half a month before, and the first payment."""
        self.at(month - 0.5, Event.SIGNED_UP, INTRODUCTION, plan=MONTHLY)
        self.at(month, Event.CONVERTED, GROWTH)
        return self.at(month, Event.PAID, GROWTH, amount=amount, life=life)

    def log(self):
        log = np.zeros(len(self.rows), LOG).view(np.recarray)
        for place, row in enumerate(self.rows):
            for name, value in row.items():
                log[name][place] = value
        return log

    def tally(self, **terms):
        """Return sums, cohorts and the one account, all months discounted by 1 % a month."""
        record = np.zeros(1, TERMS).view(np.recarray)
        usual = {
            "horizon": self.horizon * MONTH, "until": self.months * MONTH, "activation_window": 30.0,
            "term_months": TERM_MONTHS, "from_conversion": 1.0,
        }  # fmt: skip
        given = {**usual, **terms}
        for name, value in given.items():
            record[name] = value
        sums, (started, ended) = empty_sums(self.months, 1), empty_cohorts(self.months, 1)
        accounts, discount = new_accounts(1), 1.01 ** -np.arange(self.months + 12)
        self.recall, costs = empty_recalls(), np.zeros(len(Event), np.int64)
        fold(self.log(), accounts, sums, started, ended, self.recall, record, discount, costs)
        close(accounts, sums, self.recall, record)
        return sums, started, ended, accounts[0]


def by_month(sums, name, plan=slice(None)):
    """Return one measure by month, plans added up."""
    values = sums[:, 0, plan, COLUMN[name]]
    return values if values.ndim == 1 else values.sum(axis=1)


def only(**months):
    """Return the sums of a measure that is zero but in the given months: ``only(m3=5)``."""
    expected = np.zeros(Book.months + 12, np.int64)
    for name, value in months.items():
        expected[int(name[1:])] = value
    return expected.tolist()


def test_a_monthly_bill_is_cash_revenue_fee_and_service_of_its_month():
    """30.00 for 3 seats by card: fee 2.9 % and 30 cents, service 2.30 a seat; nothing in any other month."""
    sums, _, _, account = (
        Book(seats=3).subscribed(2.5, 3000).tally(charge_share=0.029, charge_fixed=30, serve_seat_month=230.0)
    )

    assert only(m2=3000) == by_month(sums, "CASH").tolist()
    assert only(m2=3000) == by_month(sums, "REVENUE").tolist()
    assert only(m2=87 + 30) == by_month(sums, "FEES").tolist()
    assert only(m2=690) == by_month(sums, "SERVICE_COST").tolist()
    assert FINE * (3000 - 117 - 690) == account.value[Value.CONTRIBUTION]


def test_a_fee_is_rounded_to_the_nearest_cent_once_per_charge():
    """2.9 % of 10.52 are 30.508 cents, so 31; of 10.51 they are 30.479, so 30."""
    fees = [by_month(Book().subscribed(0.5, amount).tally(charge_share=0.029)[0], "FEES")[0] for amount in (1052, 1051)]

    assert [31, 30] == fees


def test_an_invoice_has_no_fee():
    """Only card charges cost a fee."""
    sums, *_ = Book(card=0).subscribed().tally(charge_share=0.029, charge_fixed=30)

    assert 0 == by_month(sums, "FEES").sum()


def test_an_annual_bill_is_cash_now_and_revenue_over_twelve_months_remainder_first():
    """1000.03 paid in month 3: 83.33 in each of twelve months and the remaining 7 cents in the first; MRR rounds."""
    sums, _, _, account = Book(ANNUAL).subscribed(3.2, 100_003).tally(serve_seat_month=100.0)
    revenue = by_month(sums, "REVENUE")

    assert only(m3=100_003) == by_month(sums, "CASH").tolist()
    assert [8333 + 7] + [8333] * 11 == revenue[3:15].tolist()
    assert 100_003 == revenue.sum()
    assert [100] * 12 == by_month(sums, "SERVICE_COST")[3:15].tolist()
    assert only(m3=8334) == by_month(sums, "MRR_NEW").tolist()
    assert 100_003 == account.value[Value.CASH] == account.value[Value.REVENUE]


def test_revenue_after_the_horizon_is_residual_and_not_profit():
    """A year paid for in month 12 of 18 is worth 6 months inside the horizon and 6 after it, each discounted."""
    sums, _, _, account = Book(ANNUAL).subscribed(12.5, 120_000).tally()
    factors = 1.01 ** -np.arange(24)

    assert 12 == np.count_nonzero(by_month(sums, "REVENUE"))
    assert 60_000 == account.value[Value.REVENUE]
    assert FINE * 60_000 == account.value[Value.CONTRIBUTION]
    assert abs(account.value[Value.NPV] - FINE * 10_000 * factors[12:18].sum()) <= 6
    assert abs(account.value[Value.RESIDUAL] - FINE * 10_000 * factors[18:24].sum()) <= 6
    assert abs(account.value[Value.LIFETIME] - FINE * 10_000 * factors[:12].sum()) <= 12


def test_a_failed_charge_that_is_recovered_is_one_due_bill_one_failure_one_recovery():
    """MRR stays while the charge is retried; cash and revenue come with the retry."""
    book = Book().subscribed(0.5, 1000)
    book.at(1.5, Event.CHARGE_FAILED, GROWTH, detail=0).at(1.6, Event.CHARGE_FAILED, GROWTH, detail=1)
    book.at(1.7, Event.PAID, GROWTH, amount=1000, detail=2)
    sums, *_ = book.tally()

    for name in ("DUE", "RENEWED", "CHARGES_FAILED", "RECOVERED"):
        assert only(m1=1) == by_month(sums, name).tolist(), name
    assert only(m0=1000, m1=1000) == by_month(sums, "CASH").tolist()
    assert only(m0=1000, m1=1000) == by_month(sums, "REVENUE").tolist()
    for name in ("MRR_EXPANSION", "MRR_CONTRACTION", "MRR_CHURN", "MRR_REACTIVATION"):
        assert 0 == by_month(sums, name).sum(), name


def test_a_failed_charge_that_is_not_recovered_ends_the_customer_and_his_mrr():
    """One due bill, no renewal, one end for payment; the MRR goes in the month of the last retry, not of the bill."""
    book = Book().subscribed(0.8, 1000).at(1.8, Event.CHARGE_FAILED, GROWTH)
    book.at(2.2, Event.CHARGE_FAILED, GROWTH, detail=3).at(2.2, Event.ENDED, CHURNED, detail=int(Reason.PAYMENT))
    sums, _, ended, _ = book.tally()

    assert only(m1=1) == by_month(sums, "DUE").tolist()
    assert 0 == by_month(sums, "RENEWED").sum()
    assert only(m2=1000) == by_month(sums, "MRR_CHURN").tolist()
    assert 1 == sums[2, 0, MONTHLY, COLUMN["ENDED"] + Reason.PAYMENT]
    assert [0, 0, 1] == ended[0, 0, MONTHLY, :3].tolist()


def test_a_bill_at_which_the_customer_leaves_was_due_and_not_renewed():
    """The renewal rate among those due counts whoever asked to cancel before."""
    book = Book().subscribed(0.5, 1000).at(1.5, Event.PAID, GROWTH, amount=1000)
    sums, _, ended, _ = book.at(2.5, Event.ENDED, CHURNED, detail=int(Reason.SOFT)).tally()

    assert only(m1=1, m2=1) == by_month(sums, "DUE").tolist()
    assert only(m1=1) == by_month(sums, "RENEWED").tolist()
    assert [0, 0, 1] == ended[0, 0, MONTHLY, :3].tolist()


def test_the_first_end_counts_in_the_tenure_month_that_it_closes():
    """A bill at 12.0 months is the twelfth month's; a retry that fails two weeks later is the thirteenth's."""
    at_bill = Book().subscribed(0.5).at(12.5, Event.ENDED, CHURNED).tally()
    later = Book().subscribed(0.5).at(12.96, Event.ENDED, CHURNED, detail=int(Reason.PAYMENT)).tally()

    assert [12] == np.flatnonzero(at_bill[2][0, 0, MONTHLY]).tolist()
    assert [13] == np.flatnonzero(later[2][0, 0, MONTHLY]).tolist()
    assert (0, 1) == (at_bill[3].kept, later[3].kept)


def test_a_return_within_a_year_is_counted_in_the_month_and_plan_of_the_end():
    """The MRR is reactivation, not new business; the second end is no end of the cohort's first life."""
    book = Book(ANNUAL).subscribed(0.5, 12_000).at(12.5, Event.ENDED, CHURNED, detail=int(Reason.SOFT))
    book.at(14.1, Event.RETURNED, GROWTH, life=1, plan=MONTHLY)
    book.at(14.1, Event.PAID, GROWTH, amount=1500, life=1, plan=MONTHLY)
    book.at(15.1, Event.ENDED, CHURNED, detail=int(Reason.HARD), life=1, plan=MONTHLY)
    sums, started, ended, _ = book.tally()

    assert only(m12=1) == by_month(sums, "ENDED_RETURNED", ANNUAL).tolist()
    assert only(m14=1500) == by_month(sums, "MRR_REACTIVATION", MONTHLY).tolist()
    assert only(m0=1000) == by_month(sums, "MRR_NEW", ANNUAL).tolist()
    assert (1, 1) == (started.sum(), ended.sum())


def test_a_return_after_more_than_a_year_is_no_win_back_within_the_year():
    """The customer is back, but the end's year is over."""
    book = Book().subscribed(0.5).at(1.5, Event.ENDED, CHURNED)
    sums, *_ = book.at(14.0, Event.RETURNED, GROWTH, life=1).tally()

    assert 0 == by_month(sums, "ENDED_RETURNED").sum()
    assert only(m14=1) == by_month(sums, "RETURNED").tolist()


def test_an_order_has_goods_and_a_refund_takes_cash_back():
    """An order of 80.05 with 40 % goods, 20.00 refunded: on the sums and on the customer's account alike."""
    book = Book().at(2.0, Event.ORDERED, GROWTH, amount=8005).at(3.0, Event.REFUNDED, GROWTH, amount=2000)
    sums, _, _, account = book.tally(goods_share=0.4)

    assert only(m2=8005, m3=-2000) == by_month(sums, "CASH").tolist()
    assert only(m2=8005) == by_month(sums, "REVENUE").tolist()
    assert only(m2=3202) == by_month(sums, "GOODS").tolist()
    assert only(m3=2000) == by_month(sums, "REFUNDS").tolist()
    values = [account.value[which] for which in (Value.CASH, Value.REVENUE, Value.CONTRIBUTION)]
    assert [6005, 8005, FINE * (8005 - 3202 - 2000)] == values


def test_expansion_and_contraction_are_differences_between_paid_bills():
    """10.00, then 25.00, then 15.00 a month."""
    book = Book().subscribed(0.5, 1000).at(1.5, Event.PAID, GROWTH, amount=2500)
    sums, *_ = book.at(2.5, Event.PAID, GROWTH, amount=1500).tally()

    assert only(m1=1500) == by_month(sums, "MRR_EXPANSION").tolist()
    assert only(m2=1000) == by_month(sums, "MRR_CONTRACTION").tolist()


@pytest.mark.parametrize(("plan", "past", "left"), [(MONTHLY, 1, 0), (ANNUAL, 1, 11), (ANNUAL, 12, 0), (ANNUAL, 13, 0)])
def test_a_customer_of_the_opening_book_brings_the_rest_of_his_last_bill(plan, past, left):
    """Months of the bill before day 0 are past; MRR is there from the first moment, cash is not."""
    sums, started, _, _ = Book(plan).at(0.0, Event.OPENED, GROWTH, amount=12_007, detail=past).tally()
    mrr = 1001 if plan == ANNUAL else 12_007

    assert [1000] * left + [0] * (36 - left) == by_month(sums, "REVENUE").tolist()
    assert only(m0=mrr) == by_month(sums, "MRR_OPENING").tolist()
    assert only(m0=1) == by_month(sums, "OPENING").tolist()
    assert 0 == by_month(sums, "CASH").sum() == started.sum()


def test_a_bill_that_failed_before_day_0_is_recovered_but_no_longer_due():
    """The opening customer's last bill is over: what is paid now was due before the study."""
    book = Book().at(0.0, Event.OPENED, GROWTH, amount=1000, detail=2)
    sums, *_ = book.at(0.2, Event.PAID, GROWTH, amount=1000, detail=2).tally()

    assert only(m0=1) == by_month(sums, "RECOVERED").tolist()
    assert 0 == by_month(sums, "DUE").sum()


def test_revenue_kept_over_a_year_is_capped_customer_by_customer():
    """At the first anniversary: 10.00 a year ago, 25.00 now, 10.00 capped; who came since does not count."""
    book = Book().at(0.0, Event.OPENED, GROWTH, amount=1000, detail=1).at(5.0, Event.PAID, GROWTH, amount=2500)
    opened, *_ = book.tally()
    new, *_ = Book().subscribed(0.5, 1000).at(1.5, Event.PAID, GROWTH, amount=2500).tally()

    assert only(m11=1000) == by_month(opened, "MRR_YEAR_AGO").tolist()
    assert only(m11=2500) == by_month(opened, "MRR_YEAR_KEPT").tolist()
    assert only(m11=1000) == by_month(opened, "MRR_YEAR_CAPPED").tolist()
    assert 0 == by_month(new, "MRR_YEAR_AGO").sum()


def test_activation_counts_within_its_window_in_the_month_of_sign_up():
    """29 days after sign-up counts, 31 days do not; the activation itself is counted either way."""
    for days, within in ((29.0, 1), (31.0, 0)):
        book = Book().at(0.9, Event.SIGNED_UP, INTRODUCTION)
        sums, *_ = book.at(0.9 + days / MONTH, Event.ACTIVATED, INTRODUCTION).tally(activation_window=30.0)

        assert only(m0=within) == by_month(sums, "SIGNED_UP_ACTIVATED").tolist()
        assert 1 == by_month(sums, "ACTIVATED").sum()


# --- real runs ----------------------------------------------------------------------------------------------------


class Run:
    """One scenario of a design, replication 0: logs, sums and accounts of every task."""

    def __init__(self, design, number=0, cut=None):
        self.design, self.number = design, number
        self.terms, self.costs = design.terms[number], design.event_costs[number]
        self.tally, self.accounts, self.logs = empty_tally(design), [], []
        kernel = design.kernels[number].copy().view(np.recarray)
        for task in design.tasks(0):
            customers = customers_of(design, task)
            until = design.months_valued * MONTH
            coming = partial(coming_friends, design.population, 0)
            pieces = compiled.run(customers.copy().view(np.recarray), kernel, until, coming=coming)
            log = np.concatenate([piece.copy() for piece in pieces])
            accounts = accounts_for(Growing(new_accounts(len(customers))), log)
            for piece in np.split(log, cut(len(log))) if cut else [log]:
                self.fold(piece, accounts)
            close(accounts, self.tally.sums, self.tally.recall, self.terms)
            self.tally.lifetime += lifetime_values(standing_of(accounts))
            self.accounts.append(accounts)
            self.logs.append(log)
        self.sums, self.months = self.tally.sums, design.months

    def fold(self, piece, accounts):
        tally = self.tally
        books = (tally.sums, tally.cohort_started, tally.cohort_ended, tally.recall)
        fold(piece.view(np.recarray), accounts, *books, self.terms, self.design.discount, self.costs)

    def total(self, name, offset=0):
        """Return one measure by month over segments and plans."""
        return self.sums[:, :, :, COLUMN[name] + offset].sum(axis=(1, 2))

    def value(self, which):
        """Return one value summed over all customers."""
        return sum(int(accounts.value[:, which].sum()) for accounts in self.accounts)


def shipped(number, customers=800):
    """Return a run of one of the shipped scenarios."""
    return Run(make_design(SCENARIOS, customers=customers, months=36, seed=7), number)


SEATS = {name: {"add_seats": "1 % per month", "drop_seats": "2 % per month"} for name in ("small", "large")}


def lively(seed=3, levers=None, **changes):
    """Return a run of the small business in which much happens: many returns, failures, annual plans."""
    behaviour = {"returning": {"within_year": "60 %"}, "payment": {"fails": "20 %"}}
    given = {"behaviour": behaviour, "horizon": "26 months", "residual": "14 months", "segments": SEATS, **changes}
    levers = {"annual_plan": {}, "guided_onboarding": {}, "custom": relations()} if levers is None else levers
    return Run(Design((business(levers, **given),), customers=400, seed=seed))


REACHES_MOST = {name: {"share": "70 %"} for name in BY_NAME}
RECALL = {"share": "60 %", "reasons": "all", "least_worth": "0 USD", "benefit": "60 %", "feature_news": "60 %"}


def with_all_levers(seed=5):
    """Return a run of the small business in which every lever reaches most, recall works, and many change plans."""
    levers = {**REACHES_MOST, "recall_campaign": RECALL, "annual_plan": {"share": "70 %", "again_after": 2},
              "custom": relations()}  # fmt: skip
    return lively(seed, levers, horizon="20 months")


def shop_run(seed=4):
    """Return a run of the small shop with every lever that a shop can pull."""
    levers = for_a_shop(REACHES_MOST) | {"custom": relations("CNY")}
    recall = {**RECALL, "least_worth": "0 CNY", "discount": "20 %"}
    orders = {"cancels": "10 %", "cancel_fee": "20 %"}
    scenario = shop({**levers, "recall_campaign": recall}, horizon="20 months", residual="10 months", orders=orders)
    return Run(Design((scenario,), customers=400, seed=seed))


@pytest.fixture(scope="module")
def runs():
    """All shipped scenarios, and two small businesses in which much happens."""
    return [*(shipped(number) for number in range(len(SCENARIOS))), lively(), with_all_levers()]


def parts_of(rows):
    """Return the months that a bill of each row pays for."""
    return np.maximum(1, np.array(TERM_MONTHS))[rows["plan"]]


def test_mrr_moves_as_the_movements_say_to_the_cent_every_month(runs):
    """MRR at a month's end, from every customer's last bill, is MRR at its start and the five movements."""
    for run in runs:
        steps = np.zeros((2, run.design.months_valued + 1), np.int64)  # at day 0 and then at month ends
        for log, accounts in zip(run.logs, run.accounts, strict=True):
            mrr = np.zeros(len(accounts), np.int64)
            gone = [Event.ENDED, Event.PAUSED]
            rows = log[np.isin(log["event"], [Event.PAID, Event.OPENED, Event.SEATS_ADDED, *gone])]
            rows = rows[np.argsort(rows["time"], kind="stable")]
            parts = parts_of(rows)
            paid = np.where(np.isin(rows["event"], gone), 0, (2 * rows["amount"] + parts) // (2 * parts))
            months = np.where(rows["event"] == Event.OPENED, 0, (rows["time"] / MONTH).astype(int) + 1)
            for row, amount, month in zip(rows, paid, months, strict=True):
                before, slot = mrr[row["slot"]], row["slot"]
                mrr[slot] = before + row["amount"] if row["event"] == Event.SEATS_ADDED else amount
                steps[0, month] += mrr[slot] - before
        expected = np.cumsum(steps[0])[1 : run.months + 1]
        total = run.sums.sum(axis=(1, 2))

        assert expected.tolist() == mrr_at_ends(total, run.months).astype(int).tolist()
        assert expected[-1] > 0
        assert run.total("MRR_OPENING")[0] == steps[0, 0] > 0
        assert not run.total("MRR_OPENING")[1:].any()
        for movement in ("NEW", "EXPANSION", "CONTRACTION", "CHURN", "REACTIVATION"):
            assert (run.total(f"MRR_{movement}") >= 0).all()


def test_customers_by_stage_are_opening_and_acquired_and_returned_less_ended(runs):
    """In every month the stages of subscribed customers add up to the population identity; prospects likewise."""
    for run in runs:
        stages = [np.cumsum(run.total("STAGE", stage)) for stage in range(4)]
        ended = sum(run.total("ENDED", reason) for reason in Reason)
        came = run.total("OPENING") + run.total("CONVERTED") + run.total("RETURNED")
        open_trials = np.cumsum(run.total("PROSPECTS") - run.total("CONVERTED") - run.total("LOST"))
        customers, at_starts = sum(stages[1:]), alive_at_starts(run.sums.sum(axis=(1, 2)), run.months)

        assert np.cumsum(came - ended).tolist() == customers.tolist()
        assert open_trials.tolist() == stages[0].tolist()
        assert at_starts[1:].tolist() == customers[: run.months].tolist()


def test_stages_and_ends_are_counted_by_the_plan_of_the_time(runs):
    """Per plan, too, customers who stand are those who came less those who ended."""
    for run in runs:
        came = sum(run.sums[..., COLUMN[name]] for name in ("OPENING", "CONVERTED", "RETURNED"))
        came[:, :, ANNUAL] += run.sums[:, :, ANNUAL, COLUMN["SWITCHED"]]  # all of them from the monthly plan
        came[:, :, MONTHLY] -= run.sums[:, :, ANNUAL, COLUMN["SWITCHED"]]
        ended = run.sums[..., COLUMN["ENDED"] : COLUMN["ENDED"] + len(Reason)].sum(axis=3)
        stages = run.sums[..., COLUMN["STAGE"] + 1 : COLUMN["STAGE"] + 4].sum(axis=3)

        assert (np.cumsum(came - ended, axis=0) == np.cumsum(stages, axis=0)).all()
        assert (run.sums[..., COLUMN["ENDED_RETURNED"]] <= ended).all()


def test_bills_due_are_renewed_or_end_or_are_being_retried(runs):
    """In every month: due less renewed less ended is what is being retried, less what was on day 0."""
    for run in runs:
        ended = sum(run.total("ENDED", reason) for reason in Reason)
        retried = np.cumsum(run.total("DUE") - run.total("RENEWED") - ended)
        on_day_0 = sum(((log["event"] == Event.OPENED) & (log["detail"] > parts_of(log))).sum() for log in run.logs)

        assert (retried >= -on_day_0).all()
        assert (run.total("RECOVERED") <= run.total("RENEWED")).all()


def test_accounts_add_up_to_the_monthly_sums(runs):
    """Cash, revenue and contribution of all customers are those of all months inside the horizon, to the cent."""
    for run in runs:
        inside = slice(0, run.months)
        costs = sum(run.total(name) for name in ("SERVICE_COST", "FEES", "GOODS", "REFUNDS"))
        contribution = FINE * (run.total("REVENUE") - costs) - run.total("TOUCH_COST") - run.total("ACQUISITION")

        assert run.total("CASH")[inside].sum() == run.value(Value.CASH)
        assert run.total("REVENUE")[inside].sum() == run.value(Value.REVENUE)
        assert contribution[inside].sum() == run.value(Value.CONTRIBUTION)
        cents = sum(len(log) for log in run.logs)  # each booking may be rounded by half a hundredth of a cent
        for which, part in ((Value.NPV, inside), (Value.RESIDUAL, slice(run.months, None))):
            expected = contribution[part] @ run.design.discount[: len(contribution)][part]
            assert abs(run.value(which) - expected) < cents


def test_cash_less_revenue_is_the_change_of_deferred_revenue(runs):
    """What is paid and not yet earned never falls below zero, and all of it is earned in the end."""
    for run in runs:
        earned_before = 0
        for log in run.logs:
            opened = log[log["event"] == Event.OPENED]
            parts = parts_of(opened)
            left = np.maximum(0, parts - opened["detail"])
            earned_before += int((left * (opened["amount"] // parts)).sum())
        deferred = earned_before + np.cumsum(run.total("CASH") - run.total("REVENUE"))

        assert (deferred >= 0).all()
        assert deferred[run.months - 1] > 0
        assert 0 == deferred[-1]


def test_revenue_kept_is_capped_by_revenue_then(runs):
    """GRR <= NRR and GRR <= 1, per segment and plan in every year."""
    for run in runs:
        ago, kept, capped = (run.sums[..., COLUMN[f"MRR_YEAR_{name}"]] for name in ("AGO", "KEPT", "CAPPED"))

        assert ago[: run.months].sum() > 0
        assert (capped <= kept).all()
        assert (capped <= ago).all()


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_the_log_may_be_cut_anywhere(size):
    """Pieces of one row, of seven, of a thousand: the same sums, cohorts and accounts."""
    whole, cut = lively(), Run(lively().design, cut=lambda rows: list(range(size, rows, size)))

    for name in Tally.__dataclass_fields__:
        assert np.array_equal(getattr(whole.tally, name), getattr(cut.tally, name)), name
    assert all((one == other).all() for one, other in zip(whole.accounts, cut.accounts, strict=True))


# --- the second writing -------------------------------------------------------------------------------------------


def check_against_second_ledger(run):
    """Assert that the ledger and the one written a second time agree to the cent on everything."""
    terms = {name: run.terms[name][0] for name in TERMS.names}
    sums, started, recall = (np.zeros_like(a) for a in (run.sums, run.tally.cohort_started, run.tally.recall))
    ended, lifetime = np.zeros_like(run.tally.cohort_ended), [0.0, 0]
    for log, accounts in zip(run.logs, run.accounts, strict=True):
        second = SecondLedger(run.months, terms, run.design.discount, run.costs)
        second.read(log)
        second.close()
        for (*place, name), amount in second.sums.items():
            column = COLUMN[name] if isinstance(name, str) else COLUMN[name[0]] + name[1]
            sums[*place, column] += amount
        for place, count in second.started.items():
            started[place] += count
        for place, count in second.ends.items():
            ended[place] += count
        for (*place, name), count in second.recall.items():
            recall[*place, Recall[name]] += count
        for slot, account in enumerate(accounts):
            who = second.customers[slot]
            for which in Value:
                rounding = who.postings if which >= Value.NPV else 0
                assert abs(who.value[which.name] - account.value[which]) <= rounding, (slot, which.name)
            assert second.kept(who) == account.kept
            assert second.alive_end(who) == account.alive_end
        lifetime = [a + b for a, b in zip(lifetime, second.lifetime(), strict=True)]

    for measure in Measure:
        offsets = {Measure.ENDED: len(Reason), Measure.ASLEEP: len(Reason), Measure.STAGE: 4}.get(measure, 1)
        for column in range(measure, measure + offsets):
            months = run.months if measure.name.startswith("MRR_YEAR") else len(sums)
            assert np.array_equal(sums[:months, ..., column], run.sums[:months, ..., column]), measure.name
    assert np.array_equal(recall, run.tally.recall)
    assert np.array_equal(started, run.tally.cohort_started)
    assert np.array_equal(ended, run.tally.cohort_ended)
    assert lifetime[1] == run.tally.lifetime[1]
    assert abs(lifetime[0] - run.tally.lifetime[0]) < sum(len(log) for log in run.logs)


def test_a_ledger_written_a_second_time_agrees_on_shipped_scenarios(runs):
    """Every sum, cohort and account of every shipped scenario, to the cent."""
    for run in runs:
        check_against_second_ledger(run)


def test_a_ledger_written_a_second_time_agrees_on_a_shop():
    """Orders, refunds, and all that levers do there."""
    run = shop_run()
    check_against_second_ledger(run)

    for name in (
        "ORDERS",
        "REPEATED",
        "ORDERED_IN_YEAR_2",
        "REFUNDS",
        "RECALLED",
        "TOUCHED",
        "REWARD_COST",
        "WITHHELD",
    ):
        assert run.total(name).sum() > 0, name
    for name in ("DUE", "MRR_NEW", "MRR_CHURN", "SERVICE_COST", "CHARGES_FAILED"):
        assert not run.total(name).any(), name


def test_every_lever_leaves_its_trace_in_the_sums(runs):
    """Else the identities above would hold of nothing."""
    for name in ("SWITCHED", "RECALLED", "TOUCHED", "AWAKENED", "UNSUBSCRIBED", "INTEGRATED", "REWARDED", "PROMPTED"):
        assert runs[-1].total(name).sum() > 0, name
    assert (runs[-1].total("RECALL_RETURN") != 0).any()


shares = some.floats(0, 1)


@settings(max_examples=12)
@given(
    seed=some.integers(0, 2**31), fails=shares, recovered=some.floats(0, 0.95), back=some.floats(0, 0.9),
    resume=some.floats(0, 2), offered=some.floats(0.1, 1), discount=some.floats(0.05, 0.3),
    price=some.integers(1, 99_999), months=some.integers(1, 30), residual=some.integers(0, 15), team=some.booleans(),
)  # fmt: skip
def test_a_ledger_written_a_second_time_agrees_on_random_settings(
    seed, fails, recovered, back, resume, offered, discount, price, months, residual, team
):
    """Whatever the prices, failures, returns and levers, with a team and without."""
    guided = {"starts": "1 month", "fixed_cost": "500 USD"} | ({"team": TEAM} if team else {})
    annual = {"discount": discount, "offered_to": offered}
    run = lively(
        seed,
        {"annual_plan": annual, "guided_onboarding": guided, "custom": relations()},
        behaviour={
            "payment": {"fails": fails, "recovered": recovered},
            "returning": {"within_year": back},
            "leaving": {"resume": f"{100 * resume} % per month"},
        },
        plans={"monthly": {"price": f"{price / 100} USD per month"}},
        horizon=f"{months} months",
        residual=f"{residual} months",
    )

    check_against_second_ledger(run)
