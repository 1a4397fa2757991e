"""When replications are enough: half-widths that a study goes on for, looked at after fixed numbers of replications.

A rule that stops when the interval is narrow stops too often where the spread looks small by chance (Chow & Robbins
1965; Law 2015, section 9.4.1). Against it: at least ``FIRST`` replications, looks that lie ``GROWTH`` apart, and, for
every interval of such a study, Student's quantile for the first look's replications, as in Stein's two stages (Stein
1945), however many there are in the end. ``docs/coverage_of_intervals.md`` holds the coverage of the whole rule.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sim.analysis.catalogue import CATALOGUE
from sim.analysis.compare import difference
from sim.analysis.intervals import Estimate, Interval, student
from sim.language.words import error_text
from sim.scenario.problems import did_you_mean

FIRST, GROWTH = 20, 1.5
MOST = 500
"""Cap where none is asked for."""
FORM = re.compile(
    r"(?P<difference>difference\s+)?(?P<metric>\w+)\s*(?:\+-|\+/-|±)\s*(?P<size>[\d.,_]+)\s*(?P<unit>%|pp)?"
)


class NotARule(ValueError):
    """What is asked with ``until`` cannot be understood; the message says why and what to write."""


@dataclass(frozen=True)
class Until:
    """A half-width to be reached in every scenario.

    Attributes
    ----------
    of_difference
        Of the paired differences to the baseline; else of each scenario's own figure.
    size
        In the metric's unit, or as a share.
    relative
        Whether the size is a share: of the figure itself, or for a difference of the baseline's figure.
    """

    metric: str
    of_difference: bool
    size: float
    relative: bool

    def __str__(self) -> str:
        before = "difference " if self.of_difference else ""
        return f"{before}{self.metric} +- " + (f"{100.0 * self.size:.12g} %" if self.relative else f"{self.size:.12g}")

    def widths(self, estimates: list[Estimate], critical: float) -> list[tuple[Interval, float]]:
        """Return each interval that is looked at, and the half-width that it may have; the baseline first."""
        baseline = estimates[0]
        if self.of_difference:
            allowed = self.size * (abs(baseline.whole) if self.relative else 1.0)
            return [(difference(baseline, one, critical), allowed) for one in estimates[1:]]
        found = [one.interval(critical) for one in estimates]
        return [(one, self.size * (abs(one.mean) if self.relative else 1.0)) for one in found]

    def reached(self, estimates: list[Estimate], critical: float) -> bool:
        """Whether all are narrow enough; an undefined figure, as a return without a cost, is not waited for."""
        looked_at = [pair for pair in self.widths(estimates, critical) if math.isfinite(pair[0].mean)]
        return bool(looked_at) and all(one.half_width <= allowed for one, allowed in looked_at)


def critical_of(replications: int) -> float:
    """Return the quantile of every interval of a study that goes on until it is precise."""
    return max(student(replications), student(FIRST)) if replications > 1 else math.nan


def stages(cap: int) -> Iterator[int]:
    """Yield after how many replications the half-widths are looked at; the cap is the last."""
    count = FIRST
    while count < cap:
        yield count
        count = math.ceil(GROWTH * count)
    yield cap


def understood(text: str) -> Until:
    """Read what is asked: 'profit_npv +- 1 %', 'logo_retention_m12 ± 0.5 pp', 'difference profit_npv +- 5000'.

    Raises
    ------
    NotARule
        When it is written otherwise, the metric does not exist, or the size is not above zero.
    """
    parts, rule = FORM.fullmatch(text.strip()), error_text("study.rule")
    if parts is None:
        raise NotARule(error_text("study.no_rule", text=text, rule=rule))
    name, unit = parts["metric"], parts["unit"]
    if name not in CATALOGUE:
        near = did_you_mean(name, list(CATALOGUE))
        raise NotARule(
            error_text(
                "study.no_metric", name=name, hint=error_text("values.did_you_mean", name=near) if near else rule
            )
        )
    if unit == "pp" and CATALOGUE[name].unit != "share":
        raise NotARule(error_text("study.no_points", name=name, unit=CATALOGUE[name].unit, rule=rule))
    try:
        size = float(parts["size"].replace(",", ""))
    except ValueError:
        raise NotARule(error_text("study.no_number", text=parts["size"], rule=rule)) from None
    if not size > 0.0:
        raise NotARule(error_text("study.zero_width", size=f"{size:g}"))
    return Until(name, parts["difference"] is not None, size / 100.0 if unit else size, unit == "%")
