"""A pool of replications of one small study: what the coverage of intervals is measured on.

Each replication is a small sample, of which it keeps what the metrics are made of, segments added up, as sparse rows in
files of a thousand. A pool that is interrupted goes on where it stopped.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

import sim
from sim.core.units import MONTH
from sim.study.api import make_design
from sim.study.design import Design
from sim.study.figures import Figures, Sums
from sim.study.simulate import Tally, empty_tally, run_replications

ROOT = Path(__file__).resolve().parent.parent
STRATEGIES = ("baseline", "annual_first", "guided_onboarding", "integrations")
CUSTOMERS, MONTHS, RESIDUAL = 200, 18, 2
PER_FILE = 1000
TOGETHER = 10
"""How many of the pool's replications make one of a study: customers are not tied, so ten samples are one of ten times
the size."""


def pool_design(seed: int, customers: int = CUSTOMERS) -> Design:
    """Return the study whose replications make the pool."""
    files = [ROOT / "scenarios" / f"{name}.yaml" for name in STRATEGIES]
    scenarios = [sim.load(file).model_copy(update={"residual": RESIDUAL * MONTH}) for file in files]
    return make_design(scenarios, customers=customers, months=MONTHS, replications=PER_FILE, seed=seed)


def flat(tally: Tally) -> NDArray[np.int64]:
    """Return the parts of a tally as one row, segments added up."""
    return np.concatenate([
        tally.sums.sum(axis=1).ravel(), tally.cohort_started.sum(axis=1).ravel(),
        tally.cohort_ended.sum(axis=1).ravel(), tally.lifetime,
    ])  # fmt: skip


def simulate_file(file: Path, seed: int, jobs: int) -> None:
    """Simulate a thousand replications of one seed into a file."""
    design = pool_design(seed)
    rows: list[list[sparse.csr_array]] = [[] for _ in STRATEGIES]
    for _, tallies in run_replications(design, list(range(PER_FILE)), jobs):
        for number, tally in enumerate(tallies):
            rows[number].append(sparse.csr_array(flat(tally)[None, :]))
    sparse.save_npz(file.with_suffix(".part.npz"), sparse.vstack([row for part in rows for row in part]).tocsr())
    file.with_suffix(".part.npz").rename(file)


def simulate_pool(folder: Path, files: int, jobs: int) -> Iterator[Path]:
    """Simulate what the folder lacks; yield its files."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(1, files + 1):
        file = folder / f"{seed:04d}.npz"
        if not file.exists():
            simulate_file(file, seed, jobs)
        yield file


class Pool:
    """Replications from which studies are drawn."""

    def __init__(self, files: list[Path]) -> None:
        read = [sparse.load_npz(file) for file in files]
        self.rows = [
            sparse.vstack([one[place * PER_FILE : (place + 1) * PER_FILE] for one in read]).tocsr().astype(np.int64)
            for place in range(len(STRATEGIES))
        ]
        self.count = self.rows[0].shape[0]
        self.figures = Figures(pool_design(1, CUSTOMERS * TOGETHER))

    @cached_property
    def shapes(self) -> list[tuple[int, ...]]:
        """Shapes of the parts of a row; all customers stand as one segment, which no metric looks at."""
        tally = empty_tally(self.figures.design)
        arrays = (tally.sums, tally.cohort_started, tally.cohort_ended)
        return [(part.shape[0], 1, *part.shape[2:]) for part in arrays] + [tally.lifetime.shape]

    def sums(self, row: NDArray[np.int64]) -> Sums:
        """Return the arrays behind a row."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])
        parts = [part.reshape(shape) for part, shape in zip(np.split(row, ends[:-1]), self.shapes, strict=True)]
        return parts[0], parts[1], parts[2], parts[3]

    def study(self, size: int, random: np.random.Generator) -> list[list[Sums]]:
        """Draw a study: [replication][scenario]."""
        drawn = random.integers(self.count, size=size * TOGETHER)
        places = np.repeat(np.arange(size), TOGETHER)
        adding = sparse.csr_array((np.ones(len(drawn), np.int64), (places, drawn)), (size, self.count))
        added = [np.asarray((adding @ rows).todense()) for rows in self.rows]
        return [[self.sums(rows[replication]) for rows in added] for replication in range(size)]

    @cached_property
    def truth(self) -> dict[str, NDArray[np.float64]]:
        """Every metric of the whole pool, by scenario."""
        whole = [self.sums(np.asarray(rows.sum(axis=0)).ravel()) for rows in self.rows]
        return self.figures.of(whole, self.count / TOGETHER)

    def values(self, study: list[list[Sums]]) -> dict[str, NDArray[np.float64]]:
        """Return every metric as [scenario, replication]."""
        each = [self.figures.of(replication) for replication in study]
        return {name: np.array([found[name] for found in each]).T for name in each[0]}

    def linear(self, name: str) -> NDArray[np.float64]:
        """Return a total as [scenario, row of the pool], so that a replication's is the sum over its rows."""
        found = []
        for place in range(self.count):
            parts = [self.sums(rows[[place]].toarray().ravel()) for rows in self.rows]
            found.append(self.figures.of(parts, 1.0 / TOGETHER)[name] / TOGETHER)
        return np.array(found).T
