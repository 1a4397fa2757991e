"""What a customer is worth by the formulas of the field, and how soon what he cost is back."""

import numpy as np

from sim.analysis.history import Real
from sim.analysis.holdouts import over
from sim.analysis.metrics import alive_at_starts

MONTHS_A_YEAR = 12.0


def ltv_chartmogul(arpa: Real | float, churn: Real | float) -> Real:
    """ARPA / customer churn per month; money, no gross margin, no discount: 100 / 5 % = 2,000 (ChartMogul)."""
    return over(np.asarray(arpa, float), np.asarray(churn, float))


def ltv_profitwell(arpu: Real, retention: Real, months: int = 6) -> float:
    """ARPU / (1 - retention), both means over the last ``months`` months seen; money, no gross margin (ProfitWell)."""
    known = np.isfinite(arpu) & np.isfinite(retention)
    smooth, kept = (np.asarray(values, float)[known][-months:].mean() for values in (arpu, retention))
    return float(over(smooth, np.asarray(1.0 - kept)))


def ltv_skok(arpa: Real | float, gross_margin: float, churn: Real | float) -> Real:
    """ARPA x gross margin / customer churn per month; money, no discount (Skok)."""
    return gross_margin * ltv_chartmogul(arpa, churn)


def payback(cac: float, arpa: float, gross_margin: float) -> float:
    """CAC / (ARPA x gross margin); months, as if nobody ever left (Skok; under 12 is good)."""
    return float(over(np.asarray(cac), np.asarray(arpa * gross_margin)))


def payback_survival(cac: float, margin: float, survival: Real) -> float:
    """Smallest t with the sum of margin x S(s) over the first t months at or above CAC; months.

    Infinite where the survival curve is over before; not a number without one. ``survival`` starts with S(0) = 1, the
    month that is paid at once, so with nobody leaving it is CAC / margin, rounded up.
    """
    known = np.asarray(survival)[np.isfinite(survival)]
    if len(known) == 0 or not np.isfinite(cac) or not np.isfinite(margin):
        return np.nan
    paid_back = np.flatnonzero(np.cumsum(margin * known) >= cac * (1.0 - 1e-12))
    return float(paid_back[0] + 1) if len(paid_back) else np.inf


def customer_years(total: np.ndarray[tuple[int, int], np.dtype[np.int64]], months: int) -> float:
    """Return years lived by customers inside the horizon, from monthly sums: mean of month starts and ends, / 12."""
    alive = alive_at_starts(total, months)
    return float((alive[:-1] + alive[1:]).sum() / 2.0 / MONTHS_A_YEAR)


def retention_cost(spent: float, years_gained: float) -> float:
    """Lever spend / customer-years gained over the baseline; money. Beside CAC it answers "five times dearer"."""
    return spent / years_gained if years_gained > 0.0 else np.nan
