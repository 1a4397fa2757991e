"""Readings of event logs as tables: metrics that monthly sums cannot give, by the conventions of the field."""

from collections.abc import Callable
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis import churn_rates, drivers, revenue_rates, touchpoints, unit_economics, usage_retention, usage_states
from sim.analysis.cuts import CUTS, Table, checked
from sim.analysis.history import History, history_of
from sim.analysis.periods import Windows, windows_of
from sim.core.events import Plan, Reason, Stage
from sim.core.units import CURRENCIES, MONTH
from sim.study.design import Design
from sim.study.sample import logs
from sim.study.study import Study, data_frame
from sim.study.units_of_tables import LABELS, UNITS_OF_READINGS

if TYPE_CHECKING:
    import pandas as pd

By = str | tuple[str, ...] | None
CUSTOMERS = 4000
"""Customers read when none are asked for."""
ALL_LIFE = "equal"


@dataclass(frozen=True)
class Readings:
    """What the logs of a bounded sample say: every method returns a tidy table with the column ``scenario`` first.

    Counts and money are of the sample, not of the whole business; shares and means need no scaling. Units of columns
    stand in ``attrs["units"]``. Only what happens inside the horizon is read. ``by`` takes one cut or several: segment,
    plan, channel (of acquisition, by number), cohort (month of sign-up; -1 on the book on day 0), stage, life (from 1),
    tier (third of what is paid a month), and, where something is lost, reason. ``period``: equal, calendar or rolling
    months; see ``windows_of``.

    Attributes
    ----------
    design
        What was simulated.
    histories
        The log of each scenario.
    gross_margins
        Share of revenue, by scenario, for LTV; empty where the study's money is not at hand.
    """

    design: Design
    histories: dict[str, History]
    gross_margins: dict[str, float] = field(default_factory=dict)

    # --- customers --------------------------------------------------------------------------------------------------

    def churn(self, formula: str = "b2b", recognition: str = "after_dunning", period: str = "equal", by: By = None
              ) -> "pd.DataFrame":  # fmt: skip
        """Return customer churn by window: see ``sim.analysis.churn_rates.churn``."""
        return self._by_window("churn", lambda h, w: churn_rates.churn(h, w, formula, recognition, by), period)

    def renewals(self, period: str = "equal", by: By = "plan") -> "pd.DataFrame":
        """Return churn among those due, per plan: see ``sim.analysis.churn_rates.renewals``."""
        return self._by_window("renewals", lambda h, w: churn_rates.renewals(h, w, by), period)

    def recovery(self, base: str = "first_failure", period: str = "equal", by: By = None) -> "pd.DataFrame":
        """Return the share of failed charges that is paid in the end: see ``sim.analysis.churn_rates.recovery``."""
        return self._by_window("recovery", lambda h, w: churn_rates.recovery(h, w, base, by), period)

    def touchpoints(self, within: float = 30.0, by: By = None) -> "pd.DataFrame":
        """Return churn per touchpoint: see ``sim.analysis.touchpoints.churn_per_touchpoint``."""
        return self._named("touchpoints", lambda h: touchpoints.churn_per_touchpoint(h, within, by), "touchpoint")

    def touches(self, within: float = 30.0, by: By = None) -> "pd.DataFrame":
        """Return churn after touches, by channel of the touch."""
        return self._named("touches", lambda h: touchpoints.touches_by_channel(h, within, by), "channel_of_touch")

    def churned(self, days: float = 30.0, by: By = "tier") -> "pd.DataFrame":
        """Return who leaves and how they were doing: see ``sim.analysis.touchpoints.churned``."""
        return self._tables("churned", lambda h: touchpoints.churned(h, days, by))

    def drivers(self, day: float = 30.0, until: float = 180.0, anchor: str = "sign_up", by: By = None
                ) -> "pd.DataFrame":  # fmt: skip
        """Return early behaviour of those who stay and those who leave: see ``sim.analysis.drivers.drivers``.

        The column ``meaning`` says on every row what it is: association, not effect.
        """
        cuts = checked(by)
        names = ("scenario", *cuts, "behaviour", *(f.name for f in fields(drivers.Driver)), "meaning")
        rows = [
            (scenario, *codes, name, *astuple(found), drivers.MEANING)
            for scenario, history in self.histories.items()
            for codes, name, found in drivers.drivers(history, day, until, anchor, by)
        ]
        columns = {name: np.array([row[n] for row in rows]) for n, name in enumerate(names)}
        return self._frame("drivers", columns | {cut: self._words(cut, columns[cut]) for cut in cuts})

    # --- money ------------------------------------------------------------------------------------------------------

    def mrr(
        self, formula: str = "standard", recognition: str = "after_dunning", period: str = "equal", by: By = None,
        *, again_within: float = np.inf, same_window: bool = True,
    ) -> "pd.DataFrame":  # fmt: skip
        """Return MRR, its movements, gross and net churn, quick ratio: see ``sim.analysis.revenue_rates.mrr_rates``."""

        def read(history: History, windows: Windows) -> Table:
            return revenue_rates.mrr_rates(
                history, windows, formula, recognition, by, again_within=again_within, same_window=same_window
            )

        return self._by_window("mrr", read, period)

    def arpu(self, among: str = "paying", period: str = "equal", by: By = None) -> "pd.DataFrame":
        """Return revenue per customer; cut by stage, dormant ARPU: see ``sim.analysis.revenue_rates.arpu``."""

        def read(history: History, windows: Windows) -> Table:
            found = revenue_rates.arpu(history, windows, among, by)
            return renamed(found, part="revenue", whole="customers", share="arpu")

        return self._by_window("arpu", read, period)

    def first_orders(self, by: By = None) -> "pd.DataFrame":
        """Return the mean first bill or order of new customers: see ``sim.analysis.revenue_rates.first_orders``."""

        def read(history: History) -> Table:
            found = revenue_rates.first_orders(history, by)
            return renamed(found, part="amount", whole="customers", share="first_order")

        return self._tables("first_orders", read)

    def ltv(self, by: By = None) -> "pd.DataFrame":
        """Return ARPA and churn pooled over the horizon's months, and LTV of them by ChartMogul and by Skok."""
        cuts = checked(by)

        def read(history: History) -> Table:
            windows = windows_of(ALL_LIFE, history.until, history.starts)
            paid = churn_rates.pooled(revenue_rates.arpu(history, windows, by=by), cuts)
            lost = churn_rates.pooled(churn_rates.churn(history, windows, by=by), cuts)
            scenario = next(name for name, other in self.histories.items() if other is history)
            margin = self.gross_margins.get(scenario, np.nan)
            return {"at": paid["at"]} | {cut: paid[cut] for cut in cuts} | {
                "arpa": paid["share"], "churn": lost["share"],
                "ltv_chartmogul": unit_economics.ltv_chartmogul(paid["share"], lost["share"]),
                "ltv_skok": unit_economics.ltv_skok(paid["share"], margin, lost["share"]),
            }  # fmt: skip

        return self._tables("ltv", read)

    # --- use --------------------------------------------------------------------------------------------------------

    def retention(self, kind: str = "on", last: int = 30, by: By = None, **options: Any) -> "pd.DataFrame":
        """Return usage retention by unit since joining: see ``sim.analysis.usage_retention.retention``."""
        return self._tables(
            "retention", lambda h: usage_retention.retention(h, kind, last, by, **options), "unit", in_units(options)
        )

    def average_retention(self, kind: str = "on", last: int = 30, how: str = "weighted", **options: Any
                          ) -> "pd.DataFrame":  # fmt: skip
        """Return usage retention averaged over complete months: see ``usage_retention.average_retention``."""
        return self._tables(
            "average_retention", lambda h: usage_retention.average_retention(h, kind, last, how, **options), "unit",
            in_units(options),
        )  # fmt: skip

    def brackets(self, bounds: tuple[tuple[int, int], ...], by: By = None, **options: Any) -> "pd.DataFrame":
        """Return the share active in units a to b: see ``sim.analysis.usage_retention.brackets``."""
        names = [f"{a}-{b}" for a, b in bounds]
        return self._named("brackets", lambda h: (names, usage_retention.brackets(h, bounds, by, **options)), "bracket")

    def still_using(self, window: int = 30, further: int = 30, by: By = None, **options: Any) -> "pd.DataFrame":
        """Return seed 002's retention: see ``sim.analysis.usage_retention.still_using``."""
        return self._tables("still_using", lambda h: usage_retention.still_using(h, window, further, by, **options))

    def life_cycle(self, period: str = "equal", by: By = None, *, missed: int = 1) -> "pd.DataFrame":
        """Return states of activity by window: see ``sim.analysis.usage_states.life_cycle``."""
        return self._by_window("life_cycle", lambda h, w: usage_states.life_cycle(h, w, by, missed=missed), period)

    def daily_states(self) -> "pd.DataFrame":
        """Return NURR, CURR, RURR, SURR and iWAURR: see ``sim.analysis.usage_states.daily_rates``."""
        rates = {scenario: usage_states.daily_rates(history) for scenario, history in self.histories.items()}
        columns = {"scenario": list(rates)} | {n: [r[n] for r in rates.values()] for n in usage_states.RATES}
        return self._frame("daily_states", columns)

    def stickiness(self, period: str = "equal", by: By = None) -> "pd.DataFrame":
        """Return DAU over MAU by window: see ``sim.analysis.usage_states.stickiness``."""
        return self._by_window("stickiness", lambda h, w: usage_states.stickiness(h, w, by), period)

    # --- tables -----------------------------------------------------------------------------------------------------

    def _by_window(self, name: str, read: Callable[[History, Windows], Table], period: str) -> "pd.DataFrame":
        def windowed(history: History) -> Table:
            windows = windows_of(period, history.until, history.starts)
            table = read(history, windows)
            at = table["at"]
            return {"at": at, "from_day": windows[at, 0], "to_day": windows[at, 1], **table}

        return self._tables(name, windowed, "window")

    def _named(self, name: str, read: Callable[[History], tuple[list[str], Table]], at: str) -> "pd.DataFrame":
        def worded(history: History) -> Table:
            names, table = read(history)
            return table | {"at": np.array(names, object)[table["at"]]}

        return self._tables(name, worded, at)

    def _tables(
        self, name: str, read: Callable[[History], Table], at: str | None = None, units: dict[str, str] | None = None
    ) -> "pd.DataFrame":
        """Put one table per scenario together, with names for codes and money in whole units."""
        tables = {scenario: read(history) for scenario, history in self.histories.items()}
        columns: dict[str, Any] = {
            "scenario": np.repeat(np.array(list(tables), object), [len(table["at"]) for table in tables.values()])
        }
        for column in next(iter(tables.values())):
            found = np.concatenate([table[column] for table in tables.values()])
            if column == "at":
                columns |= {} if at is None else {at: found}
            else:
                columns[column] = self._words(column, found) if column in CUTS else found
        whole = 10 ** CURRENCIES[self.design.baseline.currency]
        money = [column for column, unit in UNITS_OF_READINGS[name].items() if unit.startswith("money")]
        return self._frame(name, columns | {column: columns[column] / whole for column in money}, units)

    def _frame(self, name: str, columns: dict[str, Any], units: dict[str, str] | None = None) -> "pd.DataFrame":
        """Return a table with the units of its columns in ``attrs``, as those of a study."""
        units = LABELS | UNITS_OF_READINGS[name] | (units or {})
        return data_frame(columns, units, self.design.baseline.currency)

    def _words(self, cut: str, codes: NDArray[Any]) -> NDArray[Any]:
        """Return names for the codes of one cut."""
        names: dict[str, list[str]] = {
            "segment": list(self.design.baseline.segments), "plan": [*words(Plan), "none"],
            "stage": words(Stage), "reason": [*words(Reason), "gave up", "trial over"],
            "tier": ["low", "middle", "high", "none"],
        }  # fmt: skip
        if cut in names:
            return np.asarray(np.array(names[cut], object)[codes])
        return np.asarray(codes + 1 if cut == "life" else codes)


def renamed(table: Table, **names: str) -> Table:
    """Return a table whose parts, wholes and shares are called what they are."""
    return {names.get(name, name): column for name, column in table.items()}


def in_units(options: dict[str, Any]) -> dict[str, str]:
    """Return the unit of the column ``unit``: days, weeks or months since joining."""
    return {"unit": f"{options.get('unit', 'day')}s"}


def words(kind: Any) -> list[str]:
    """Return the names of an enum's members."""
    return [member.name.lower() for member in kind]


def read_study(study: Study, customers: int | None = None, replications: int = 1) -> Readings:
    """Simulate a bounded sample of a study again and keep its logs.

    The sample holds the first customers of each group of the study's own. Where a team ties customers it is the whole.

    Parameters
    ----------
    customers
        Size of the sample; at most the study's own.
    replications
        How many repetitions to read together.
    """
    design = study.design
    found = logs(design, customers or CUSTOMERS, replications)
    pieces = {name: [(number, part[n]) for number, part in enumerate(found)] for n, name in enumerate(design.names)}
    until = design.months * MONTH
    histories = {name: history_of(lot, until, np.datetime64(design.baseline.starts)) for name, lot in pieces.items()}
    margins = {name: study.metric(n, "gross_margin").mean for n, name in enumerate(study.scenarios)}
    return Readings(design, histories, margins)


def readings(source: Study | str | Path, *, customers: int | None = None, replications: int = 1) -> Readings:
    """Return the readings of a study, or of a run folder with ``events.parquet`` without simulating.

    Parameters
    ----------
    source
        A study, or the folder of one.
    customers
        Sample to simulate, 4,000 if left out; a folder's log is read whole.
    replications
        How many to read.
    """
    if isinstance(source, Study):
        return read_study(source, customers, replications)
    from sim.study.events_back import events_back

    design, histories, margins = events_back(Path(source), replications)
    return Readings(design, histories, margins)
