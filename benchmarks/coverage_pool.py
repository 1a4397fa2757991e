"""A pool of replications of one small study: what the coverage of intervals is measured on.

Of each replication it keeps what the metrics are made of, segments added up, as sparse rows in files of a thousand. A
pool that is interrupted goes on where it stopped.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

import sim
from sim.core.units import MONTH
from sim.study.api import make_design
from sim.study.design import Design
from sim.study.simulate import Tally, run_replications

ROOT = Path(__file__).resolve().parent.parent
STRATEGIES = ("baseline", "annual_first", "guided_onboarding", "integrations")
CUSTOMERS, MONTHS, RESIDUAL = 200, 18, 2
PER_FILE = 1000
PARTS = ("sums", "cohort_started", "cohort_ended", "lifetime")
"""Arrays of a tally that metrics are made of."""


def pool_design(seed: int) -> Design:
    """Return the study whose replications make the pool: a hard case, as each holds so few customers."""
    files = [ROOT / "scenarios" / f"{name}.yaml" for name in STRATEGIES]
    scenarios = [sim.load(file).model_copy(update={"residual": RESIDUAL * MONTH}) for file in files]
    return make_design(scenarios, customers=CUSTOMERS, months=MONTHS, replications=PER_FILE, seed=seed)


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
