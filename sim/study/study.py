"""A finished study: what its replications say, every table that is made of it, and what else it can be asked."""

from typing import TYPE_CHECKING, Any

from sim.language.words import error_text
from sim.study import campaigns, money_tables, tables
from sim.study.bridge import bridge
from sim.study.results import Results
from sim.study.unit_economics import unit_economics
from sim.study.units_of_tables import UNITS_OF
from sim.study.view import study_view

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from sim.study.readings import Readings
    from sim.study.story_view import Story


class Study(Results):
    """A finished study. Figures with their intervals are ``Results``; here are the tables, as DataFrames."""

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
        """Return retention curves of new customers, by ``segment``, ``plan`` or ``cohort``, or over all."""
        return self._frame("retention", self.retention_table(by))

    def movements(self) -> "pd.DataFrame":
        """Return MRR at each month's start and end and its five movements, means over replications."""
        return self._frame("movements", self.table("movements"))

    def funnel(self) -> "pd.DataFrame":
        """Return prospects, activated, converted, and alive 12 months later, with intervals, at business scale."""
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

    def bridge(self, scenario: str | None = None, *, metric: str = "profit_npv") -> "pd.DataFrame":
        """Return by ledger account how a strategy, or each, comes from the baseline's profit to its own.

        The rows of a strategy add up to its last one, which is the metric: see ``sim.study.bridge``.
        """
        return self._frame("bridge", bridge(self, scenario, metric))

    def contributions(self, scenario: str | None = None, **options: Any) -> "pd.DataFrame":
        """Return what each part of a combined strategy contributes: see ``sim.study.contributions`` for the options."""
        from sim.study.contributions import contributions

        return data_frame(contributions(self, scenario, **options))

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
        if by not in (None, "segment", "plan", "cohort"):
            raise ValueError(error_text("study.cut_by", by=repr(by)))
        return tables.retention(self, by)

    def table(self, name: str) -> tables.Columns:
        """Return the columns of one table by name."""
        return {**tables.TABLES, **campaigns.TABLES, **money_tables.TABLES}[name](self)

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
