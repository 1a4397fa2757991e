"""A pool of replications of one small study: what the coverage of intervals is measured on.

Each replication is a small sample, of which it keeps what the metrics are made of, segments added up, as sparse rows in
files of a thousand. A pool that is interrupted goes on where it stopped.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
from interval_formulas import Real, added, metrics
from numpy.typing import NDArray
from scipy import sparse

import sim
from sim.analysis.intervals import Estimate
from sim.core.units import MONTH
from sim.study.api import make_design
from sim.study.design import Design
from sim.study.figures import Figures, Sums
from sim.study.simulate import Tally, empty_tally, run_replications

ROOT = Path(__file__).resolve().parent.parent
STRATEGIES = ("baseline", "annual_first", "guided_onboarding", "integrations")
CUSTOMERS, MONTHS, RESIDUAL = 200, 18, 2
PER_FILE = 1000
TOGETHER = 50
"""How many of the pool's replications make one of a study: customers are not tied, so fifty samples are one of fifty
times the size, which is what ``run`` takes unless told otherwise."""


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
    """Replications from which studies are drawn.

    Attributes
    ----------
    each
        What adds up: [row of the pool, scenario, added].
    """

    def __init__(self, files: list[Path]) -> None:
        self.figures = Figures(pool_design(1))
        self.each = np.concatenate([self.read(file) for file in files])
        self.check(files[0])

    def read(self, file: Path) -> Real:
        """Return what adds up of a file's replications; kept beside the file, as it takes a minute."""
        kept = file.with_suffix(".npy")
        if not kept.exists():
            frames, window = self.figures.frames, self.figures.window
            found = [
                [added(*pair, window) for pair in zip(one, frames, strict=True)] for one in self.replications(file)
            ]
            np.save(kept, np.array(found, float))
        return np.asarray(np.load(kept))

    def replications(self, file: Path) -> Iterator[list[Sums]]:
        """Yield the arrays of each replication of a file, by scenario."""
        rows = sparse.load_npz(file).tocsr()
        for place in range(PER_FILE):
            numbers = range(place, PER_FILE * len(STRATEGIES), PER_FILE)
            yield [self.sums(rows[[number]].toarray().ravel()) for number in numbers]

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

    def check(self, file: Path) -> None:
        """Compare the formulas with the model's own code: of a study of twenty replications, each left out in turn."""
        rows = [one for one, _ in zip(self.replications(file), range(20), strict=False)]
        ours, theirs = estimates(self.each[:20]), self.figures.estimates(rows)
        for name, found in ours.items():
            for one, other in zip(found, theirs[name], strict=True):
                same = np.allclose([one.whole, *one.without], [other.whole, *other.without], rtol=1e-9, equal_nan=True)
                if not same:
                    raise SystemExit(f"{name} is not what the model's own code gives: {one.whole} and {other.whole}")

    @cached_property
    def truth(self) -> dict[str, Real]:
        """Every metric of the whole pool, by scenario."""
        return metrics(self.each.mean(axis=0))

    def study(self, size: int, random: np.random.Generator) -> Real:
        """Draw a study: [replication, scenario, added]."""
        return np.asarray(self.each[random.integers(len(self.each), size=(size, TOGETHER))].mean(axis=1))


def estimates(study: Real) -> dict[str, list[Estimate]]:
    """Return every metric's estimate by scenario."""
    count = len(study)
    total = study.sum(axis=0)
    whole, without = metrics(total / count), metrics((total - study) / (count - 1))
    return {
        name: [Estimate(float(value), without[name][:, number]) for number, value in enumerate(found)]
        for name, found in whole.items()
    }
