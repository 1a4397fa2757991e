"""Intervals that hold for all strategies at once: the largest of several correlated t (max-t; Hsu 1996, chapter 1).

Each strategy's paired differences have a spread of their own, so the largest |t| is that of a normal vector over the
roots of a Wishart matrix's diagonal, both with the correlation that the replications show. It is drawn, from a fixed
seed; the matrix by Bartlett's factors (Bartlett 1933), whose number does not grow with that of replications. Beside
Bonferroni's it gains what the strategies have in common: the customers.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import LEVEL, Values

DRAWS, SEED = 10_000, 1


def largest_t(values: Values) -> float:
    """Return the two-sided quantile of the largest t of several strategies.

    Parameters
    ----------
    values
        [strategy, replication]; each strategy's vary.
    """
    strategies, count = values.shape
    variances, axes = np.linalg.eigh(np.corrcoef(values))
    root = axes * np.sqrt(np.maximum(variances, 0.0))
    normal, factors = standard_draws(strategies, count - 1)
    spread = np.sqrt(((root @ factors) ** 2).reshape(strategies, DRAWS, -1).sum(axis=2) / (count - 1))
    return float(np.quantile(np.abs(root @ normal / spread).max(axis=0), LEVEL))


@cache
def standard_draws(strategies: int, degrees: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return normal vectors, and lower factors of Wishart matrices of uncorrelated strategies, draw beside draw."""
    random = np.random.default_rng(SEED)
    normal = random.standard_normal((DRAWS, strategies))
    columns = min(strategies, degrees)
    factors = np.tril(random.standard_normal((DRAWS, strategies, columns)))
    for place in range(columns):
        factors[:, place, place] = np.sqrt(random.chisquare(degrees - place, DRAWS))
    return normal.T, factors.transpose(1, 0, 2).reshape(strategies, -1)
