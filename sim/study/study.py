"""A finished study: its design, its tallies, and every table that is made from them."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.compare import (
    SPLIT,
    Difference,
    difference,
    kept_difference,
    relative_difference,
    simultaneous_critical,
    split_of,
    variance_factor,
    with_split,
)
from sim.analysis.frame import Frame
from sim.analysis.intervals import Estimate, Interval
from sim.study import campaigns, tables
from sim.study.design import Design
from sim.study.figures import Figures, Sums, sums_of
from sim.study.simulate import Tally
from sim.study.unit_economics import unit_economics
from sim.study.units_of_tables import UNITS_OF
from sim.study.until import critical_of
from sim.study.view import study_view

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from sim.study.readings import Readings
    from sim.study.story_view import Story


@dataclass
class Study:
    """Results of one study.

    Attributes
    ----------
    tallies
        [replication][scenario], scenarios in the order of the design, the baseline first.
    seconds
        How long simulating and everything took; empty for a study opened again.
    folder
        Where it is saved, if it is.
    """

    design: Design
    tallies: list[list[Tally]]
    seconds: dict[str, float] = field(default_factory=dict)
    folder: str = ""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, the baseline first."""
        return self.design.names

    @property
    def replications(self) -> int:
        """Number of replications."""
        return len(self.tallies)

    def frame(self, number: int) -> Frame:
        """Return scale, discounting and shared costs of one scenario."""
        return self.figures.frames[number]

    @cached_property
    def figures(self) -> Figures:
        """What the metrics are computed by."""
        return Figures(self.design)

    def stacked(self, number: int, name: str) -> NDArray[np.int64]:
        """Return one array of a scenario's tallies, replications first."""
        return np.stack([getattr(tallies[number], name) for tallies in self.tallies])

    @property
    def events(self) -> int:
        """Uses and all other counted events of all scenarios and replications, as the ledger saw them."""
        return sum(int(tally.rows[0]) for tallies in self.tallies for tally in tallies)

    @cached_property
    def values(self) -> dict[str, NDArray[np.float64]]:
        """Every metric as [scenario, replication]: how replications vary. The study's own are in ``estimates``."""
        each = [self.figures.of(one) for one in self.sums]
        return {name: np.array([found[name] for found in each]).T for name in each[0]}

    @cached_property
    def estimates(self) -> dict[str, list[Estimate]]:
        """Every metric of all replications together, by scenario, from which intervals are made."""
        return self.figures.estimates(self.sums)

    @property
    def sums(self) -> list[list[Sums]]:
        """What the metrics are made of: [replication][scenario]."""
        return [[sums_of(tally) for tally in tallies] for tallies in self.tallies]

    @property
    def critical(self) -> float | None:
        """Quantile of the intervals where it is not Student's for the replications: of a study with a stopping rule."""
        return None if self.design.until is None else critical_of(self.replications)

    @property
    def precise(self) -> bool:
        """Whether the half-widths that were asked for are reached; true where none was."""
        until = self.design.until
        return until is None or until.reached(self.estimates[until.metric], critical_of(self.replications))

    def half_widths(self) -> list[tuple[str, float, float]]:
        """Return for each scenario looked at its name, its half-width, and the one asked for; none if none was."""
        until = self.design.until
        if until is None:
            return []
        found = until.widths(self.estimates[until.metric], critical_of(self.replications))
        names = self.scenarios[-len(found) :]
        return [(name, one.half_width, allowed) for name, (one, allowed) in zip(names, found, strict=True)]

    def metric(self, scenario: int, name: str) -> Interval:
        """Return one metric of one scenario."""
        return self.estimates[name][scenario].interval(self.critical)

    def difference(self, scenario: int, name: str) -> Difference:
        """Return one metric's paired difference to the baseline; totals are split by customers."""
        baseline, *others = self.estimates[name]
        here = self.estimates[name][scenario]
        together = self.simultaneous_criticals[name]
        found = Difference(
            difference(baseline, here, self.critical), relative_difference(baseline, here, self.critical),
            None if len(others) < 2 else difference(baseline, here, together),
            variance_factor(self.values[name][0], self.values[name][scenario]),
        )  # fmt: skip
        if name in SPLIT:
            return with_split(found, split_of(name, self.stacked(scenario, "split"), self.frame(scenario)))
        return found

    @cached_property
    def simultaneous_criticals(self) -> dict[str, float | None]:
        """By metric, the quantile at which the differences of all strategies hold at once."""
        return {
            name: simultaneous_critical(found[0], found[1:], self.critical) for name, found in self.estimates.items()
        }

    def kept_difference(self, scenario: int) -> Interval:
        """Return the difference of 12-month retention among new customers who pay under both."""
        return kept_difference(self.stacked(scenario, "kept"))

    # --- tables ---------------------------------------------------------------------------------------------------

    def compare(self) -> "pd.DataFrame":
        """Return paired differences with intervals: scenario, metric, unit, mean, low, high, relative, parts."""
        return self._frame("compare", tables.comparison(self.scenarios, self.difference))

    def metrics(self) -> "pd.DataFrame":
        """Return every metric of every scenario with its interval."""
        return self._frame("metrics", tables.metric_intervals(self.scenarios, self.metric))

    def monthly(self) -> "pd.DataFrame":
        """Return monthly sums at business scale: scenario, draw, replication, month, date, segment, plan, measure."""
        return self._frame("monthly", self.table("monthly"))

    def retention(self, by: str | None = None) -> "pd.DataFrame":
        """Return retention curves of new customers, by ``segment`` or ``plan`` or over all."""
        return self._frame("retention", self.retention_table(by))

    def movements(self) -> "pd.DataFrame":
        """Return MRR at each month's start and end and its five movements, means over replications."""
        return self._frame("movements", self.table("movements"))

    def funnel(self) -> "pd.DataFrame":
        """Return prospects, activated, converted, and alive after 12 months, means over replications."""
        return self._frame("funnel", self.table("funnel"))

    def reasons(self) -> "pd.DataFrame":
        """Return ends by reason, segment and plan."""
        return self._frame("reasons", self.table("reasons"))

    def stages(self) -> "pd.DataFrame":
        """Return customers by stage at month ends, means over replications."""
        return self._frame("stages", self.table("stages"))

    def holdouts(self) -> "pd.DataFrame":
        """Return what each lever does to a customer whom it reaches: profit_npv, residual_value, alive_end.

        ``incremental``: mean of the reached minus mean of the lever's hold-out, as a trial finds it. ``paired``: mean
        of the reached minus the mean of the same customers under the baseline, less what the scenario's other levers
        do to the hold-out (without a hold-out nothing is taken off). Costs that belong to no customer are in neither.
        Of a lever that decides who comes, pulled alone, both compare what all who might have come are worth; beside
        other levers its two groups differ by who came, too, and the comparison is of different people.
        """
        return self._frame("holdouts", self.table("holdouts"))

    def recalls(self) -> "pd.DataFrame":
        """Return what recall contacts do after ends inside the horizon, by reason, method and life, totals first.

        Shares are of ends whose year after is simulated; ``contribution`` runs to the next end or the end of the
        residual; ``gain`` is the return on the contacts' cost, over what the hold-out brings unasked. The wages of a
        call desk are not in it (see the metric ``lever_cost``). ``incremental`` and ``gain`` are of first lives: who
        has a later life under a campaign may have it because of the campaign.
        """
        return self._frame("recalls", self.table("recalls"))

    def unit_economics(self) -> "pd.DataFrame":
        """Return LTV by ChartMogul, ProfitWell and Skok, payback with survival, and what a customer-year kept costs.

        ``payback_survival`` is infinite where the horizon is over before CAC is back, in any replication.
        ``retention_cost`` is the levers' spend over the customer-years that they add to the baseline; not a number
        where they add none.
        """
        return self._frame("unit_economics", unit_economics(self))

    def story(self, customer: int, scenario: int = 1, *, replication: int = 0, language: str = "en") -> "Story":
        """Return one customer's lives under the baseline and a scenario: see ``sim.study.story_view.story_of``."""
        from sim.study.story_view import story_of  # it runs an engine

        return story_of(self.design, customer, scenario, replication, language)

    def readings(self, customers: int | None = None, replications: int = 1) -> "Readings":
        """Simulate a bounded sample again and return what its event logs say: see ``Readings``."""
        from sim.study.readings import read_study

        return read_study(self, customers, replications)

    def hangs_on(
        self, *, customers: int | None = None, replications: int | None = None, every_grade: bool = False,
        top: int = 12, jobs: int | None = None,
    ) -> "pd.DataFrame":  # fmt: skip
        """Run each weakly known number at both ends of its range and return what it moves in profit_npv.

        One row per comparison and number, the largest swing first: the stated value, the range, the difference to the
        baseline at each, whether its sign changes and where. Takes minutes; see ``sim.study.hangs_on``.

        Parameters
        ----------
        customers, replications
            On which the changes are seen; by default some 20,000 customers in all.
        every_grade
            Also numbers of grade A, B and C.
        top
            Numbers of each comparison that are simulated in every replication.
        jobs
            Threads; all processors if left out.
        """
        from sim.study.hangs_on import find  # it is made of studies

        found = find(self, customers=customers, replications=replications, every_grade=every_grade, top=top, jobs=jobs)
        return data_frame(found.columns())

    def save(self, folder: "str | Path") -> "Path":
        """Write the study into a folder, from which ``sim.open_study`` makes it again.

        Raises
        ------
        NotAStudy
            When something else is in the folder.
        """
        from sim.study import store

        return store.save(self, folder)

    def retention_table(self, by: str | None = None) -> tables.Columns:
        """Return the columns of ``retention``."""
        if by not in (None, "segment", "plan"):
            raise ValueError(f"by={by!r} is not known; write 'segment' or 'plan', or leave it out")
        return tables.retention(self, by)

    def table(self, name: str) -> tables.Columns:
        """Return the columns of one table by name."""
        return {**tables.TABLES, **campaigns.TABLES}[name](self)

    def _frame(self, name: str, columns: tables.Columns) -> "pd.DataFrame":
        """Return a table with the units of its columns in ``attrs``."""
        return data_frame(columns, UNITS_OF[name], self.design.baseline.currency)

    def _repr_html_(self) -> str:
        return study_view(self)


def data_frame(columns: dict[str, Any], units: dict[str, str] | None = None, currency: str = "") -> "pd.DataFrame":
    """Return columns as a pandas DataFrame, dates as dates; pandas is imported only here.

    Parameters
    ----------
    units, currency
        Of columns that have one unit throughout: kept in ``attrs``, which pandas saves with the table.
    """
    import pandas as pd

    frame = pd.DataFrame(columns)
    if "date" in frame:
        frame["date"] = pd.to_datetime(frame["date"])
    if units is not None:
        frame.attrs = {"units": {name: unit for name, unit in units.items() if name in frame}, "currency": currency}
    return frame
