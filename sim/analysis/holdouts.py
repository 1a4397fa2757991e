"""What levers and recall contacts do, by their hold-outs as in a real trial, and by the same customers twice."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import Interval, interval, ratio_estimate
from sim.analysis.measures import CONTACTS_MADE, CONTACTS_WITHHELD, Met, Recall, Value
from sim.core.events import FINE

REACHED, HELD_OUT = 0, 1
BASELINE, SCENARIO = 0, 1
VALUES = {"profit_npv": Met.VALUE + Value.NPV, "residual_value": Met.VALUE + Value.RESIDUAL, "alive_end": Met.ALIVE_END}
"""What is compared, by the name of the metric that it is the single customer's part of."""
Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Numbers = NDArray[np.integer[Any]] | NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Effect:
    """What a lever does to a customer whom it reaches.

    Attributes
    ----------
    reached, held_out
        Customers of the sample, mean over replications.
    incremental
        Mean of the reached minus mean of the hold-out: what a trial would find. Of a lever that decides who comes:
        total of the reached minus that of the hold-out at the size of the reached group, per reached customer.
    paired
        Mean of the reached minus the mean of the same customers under the baseline: the truth of the model. What
        other levers of the scenario do to the hold-out is taken off. Of a lever that decides who comes: what all are
        worth more than under the baseline, those turned away too, per reached customer.
    z
        How many standard errors the first lies above the second.
    """

    reached: float
    held_out: float
    incremental: Interval
    paired: Interval
    z: float


def over(part: Numbers, whole: Numbers) -> Real:
    """Return part / whole element by element; not a number where there is no whole."""
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=np.asarray(whole) != 0)


def effect(met: Whole, figure: int, scale: float = 1.0) -> Effect:
    """Return a lever's effect on one figure.

    Parameters
    ----------
    met
        One lever's sums: [replication, reached or held out, baseline or scenario, figure].
    scale
        From the sums to the unit wanted.
    """
    counts, sums = met[:, :, SCENARIO, Met.CUSTOMERS], met[..., figure] * scale
    means = over(sums[:, :, SCENARIO], counts)
    incremental = means[:, REACHED] - means[:, HELD_OUT]
    change = over(sums[:, :, SCENARIO] - sums[:, :, BASELINE], counts)
    others = np.where(counts[:, HELD_OUT] > 0, change[:, HELD_OUT], 0.0)  # what the other levers do to the hold-out
    return effect_of(counts, incremental, change[:, REACHED] - others)


def effect_on_who_comes(met: Whole, everybody: Whole, figure: int, share: float, scale: float = 1.0) -> Effect:
    """Return the effect of a lever that decides who comes: those who came are not alike in its two groups.

    Those who might have come are, so the groups' totals are compared, the hold-out's at the size of the reached group.

    Parameters
    ----------
    met, figure, scale
        As for ``effect``.
    everybody
        The same sums over everybody, reached by the lever or not, under this lever alone.
    share
        Of all people, the share whom the lever reaches.
    """
    counts, sums = met[:, :, SCENARIO, Met.CUSTOMERS], met[:, :, SCENARIO, figure] * scale
    as_many = share / (1.0 - share) if share < 1.0 else np.nan
    incremental = over(sums[:, REACHED] - sums[:, HELD_OUT] * as_many, counts[:, REACHED])
    total = everybody[:, REACHED, :, figure] * scale
    return effect_of(counts, incremental, over(total[:, SCENARIO] - total[:, BASELINE], counts[:, REACHED]))


def effect_of(counts: Whole, incremental: Real, paired: Real) -> Effect:
    """Return an effect from what each replication found."""
    return Effect(
        float(counts[:, REACHED].mean()), float(counts[:, HELD_OUT].mean()), interval(incremental), interval(paired),
        z_score(incremental - paired),
    )  # fmt: skip


def z_score(values: Real) -> float:
    """Return a mean over replications in its standard errors; not a number where nothing varies."""
    known = values[np.isfinite(values)]
    if len(known) < 2 or not known.std() > 0.0:
        return np.nan
    return float(known.mean() / known.std(ddof=1) * np.sqrt(len(known)))


@dataclass(frozen=True)
class Campaign:
    """What recall contacts do: shares of ends followed by a contact, and money, in minor units of the sample.

    Attributes
    ----------
    contacted, withheld
        Ends followed by a contact, or by one withheld, mean over replications.
    returned, returned_withheld
        Share of either that is back within a year.
    incremental
        Their difference.
    paired
        Of those contacted after their first end, the share back within a year minus the same customers' under the
        baseline.
    recalled, kept, worth
        Returns at a contact; share of those back who are still there after 6 months; their mean monthly worth.
    cost, contribution
        Of all contacts; of those back, until their next end.
    gain
        Return on the campaign: (contribution more than without contacts - cost) / cost.
    """

    contacted: float
    withheld: float
    returned: Interval
    returned_withheld: Interval
    incremental: Interval
    paired: Interval
    recalled: float
    kept: float
    worth: float
    cost: float
    contribution: float
    gain: Interval


def campaign(recall: Whole, paired: Whole) -> Campaign:
    """Return what the contacts of some cells did.

    Parameters
    ----------
    recall
        [replication, made or withheld, figure].
    paired
        [replication, (seen, back within a year, back under the baseline)].
    """
    made, withheld = recall[:, CONTACTS_MADE].astype(float), recall[:, CONTACTS_WITHHELD].astype(float)
    back, natural = (ratio_estimate(side[:, Recall.RETURNED], side[:, Recall.SEEN]) for side in (made, withheld))
    cost, earned = made[:, Recall.COST] / FINE, made[:, Recall.CONTRIBUTION] / FINE
    unasked = over(withheld[:, Recall.CONTRIBUTION] / FINE, withheld[:, Recall.EPISODES]) * made[:, Recall.EPISODES]
    total = made.sum(axis=0)
    return Campaign(
        contacted=float(made[:, Recall.EPISODES].mean()), withheld=float(withheld[:, Recall.EPISODES].mean()),
        returned=back.interval().within(0.0, 1.0), returned_withheld=natural.interval().within(0.0, 1.0),
        incremental=back.minus(natural).interval().within(-1.0, 1.0),
        paired=ratio_estimate(paired[:, 1] - paired[:, 2], paired[:, 0]).interval().within(-1.0, 1.0),
        recalled=float(made[:, Recall.RECALLED].mean()),
        kept=float(over(total[Recall.KEPT], total[Recall.KEPT_SEEN])),
        worth=float(over(total[Recall.WORTH], total[Recall.BACK])),
        cost=float(cost.mean()), contribution=float(earned.mean()), gain=interval(over(earned - unasked - cost, cost)),
    )  # fmt: skip
