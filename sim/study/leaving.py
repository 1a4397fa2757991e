"""By what reasons new customers have left, by tenure: cumulative incidence with competing risks, from a sample's logs.

A life ends for one reason, so each reason's share grows only by those who are still there (Aalen & Johansen 1978):
S(m) = S(m-1) (1 - d(m) / n(m)), F_k(m) = F_k(m-1) + S(m-1) d_k(m) / n(m), with n(m) at risk in tenure month m, of those
whose month m lies inside the horizon, and d_k(m) who then leave for reason k. S and all F_k add up to one. (One minus
Kaplan-Meier of one reason alone would count people as leaving for it who had left for another before.)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.history import History
from sim.analysis.intervals import Estimate
from sim.core.events import Event, Reason
from sim.core.units import MONTH
from sim.study.design import Design
from sim.study.sample import sample_histories, small_sample

Shares = NDArray[np.float64]
Counts = NDArray[np.int64]
READ = (Event.SIGNED_UP, Event.OPENED, Event.CONVERTED, Event.RETURNED, Event.REQUESTED, Event.UNDONE, Event.PAID,
        Event.CHARGE_FAILED, Event.ENDED)  # fmt: skip
STAYING = 0
"""Place of those who stay among the outcomes; the reasons follow in their order."""


@dataclass(frozen=True)
class Incidence:
    """Shares of new customers by what has become of them.

    Attributes
    ----------
    whole
        [scenario, outcome, tenure month]: staying, then left for each reason; adds up to one over outcomes.
    without
        The same with each replication left out, [left out, scenario, outcome, tenure month]; empty with one.
    risk
        [scenario, tenure month from 1 on], customers at risk in all replications.
    customers, replications
        Of the sample; customers of each replication.
    """

    whole: Shares
    without: Shares
    risk: Counts
    customers: int
    replications: int

    def estimate(self, scenario: int, outcomes: list[int], tenure: int) -> Estimate:
        """Return the share of some outcomes together after so many months."""
        return Estimate(
            float(self.whole[scenario, outcomes, tenure].sum()),
            self.without[:, scenario, outcomes, tenure].sum(axis=1) if len(self.without) else np.zeros(0),
        )


def incidence(design: Design) -> Incidence:
    """Simulate a small sample of a study and return what becomes of its new customers, in their first paid life."""
    small = small_sample(design)
    counted = [[counts(history, design.months) for history in lot] for lot in sample_histories(design, READ)]
    each = np.array(
        [[np.vstack(one) for one in lot] for lot in counted]
    )  # [replication, scenario, risk or reason, month]
    total = each.sum(axis=0)
    whole = np.array([shares(one[0], one[1:]) for one in total])
    without = np.array([[shares(one[0], one[1:]) for one in total - lot] for lot in each] if len(each) > 1 else [])
    return Incidence(whole, without, total[:, 0], small.customers, small.replications)


def counts(history: History, months: int) -> tuple[Counts, Counts]:
    """Return those at risk in each tenure month, from month 1 on, and those who leave in it by reason."""
    lives = history.lives
    new = history.event(lives.begin_row, Event.CONVERTED)
    begin, end, reason = lives.begin[new], lives.end[new], lives.reason[new]
    seen = np.floor((history.until - begin) / MONTH + 1e-9).astype(np.int64)
    over = np.isfinite(end)
    last = np.full(len(begin), months + 1)
    last[over] = np.maximum(1, np.ceil((end[over] - begin[over]) / MONTH - 1e-9))
    number = np.arange(1, months + 1)
    risk = ((seen[:, None] >= number) & (last[:, None] >= number)).sum(axis=0)
    known = over & (last <= seen)
    ends = np.zeros((len(Reason), months), np.int64)
    np.add.at(ends, (reason[known], last[known] - 1), 1)
    return risk, ends


def shares(risk: Counts, ends: Counts) -> Shares:
    """Return [outcome, tenure month from 0 on] of those at risk and ends [reason, tenure month from 1 on]."""
    hazard = np.divide(ends, risk, out=np.zeros(ends.shape), where=risk > 0)
    staying = np.concatenate([[1.0], np.cumprod(1.0 - hazard.sum(axis=0))])
    left = np.cumsum(staying[:-1] * hazard, axis=1)
    return np.vstack([staying, np.concatenate([np.zeros((len(ends), 1)), left], axis=1)])
