"""What turns whole-number sums of a sample into figures of the business."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOT_SEEN = math.nan


def ratio(part: float, whole: float) -> float:
    """Return part / whole; not a number where there is no whole."""
    return part / whole if whole else NOT_SEEN


@dataclass(frozen=True)
class Frame:
    """The scenario's side of the metrics: scale, discounting, and costs that belong to no single customer.

    Attributes
    ----------
    months, months_valued
        Months of the horizon; with the residual.
    weight
        Real customers for whom one simulated customer stands.
    decimals
        Decimals of the currency's minor unit.
    discount
        Factor per month, to day 0.
    lever_months, onboarding_months, overhead
        Minor units per month at business scale: what levers cost whoever uses them, the part of it inside the horizon
        that is the onboarding team's wages, and the fixed cost of the business. After the horizon ``lever_months`` says
        what running them would cost with as many customers as at its end.
    """

    months: int
    months_valued: int
    weight: float
    decimals: int
    discount: NDArray[np.float64]
    lever_months: NDArray[np.float64]
    onboarding_months: NDArray[np.float64]
    overhead: float

    def money(self, minor: float) -> float:
        """Return an amount of the sample, in minor units, as money of the whole business."""
        return float(minor * self.weight / 10**self.decimals)

    def own(self, minor: float) -> float:
        """Return an amount already at business scale, in minor units, as money."""
        return float(minor / 10**self.decimals)
