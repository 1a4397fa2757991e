"""Trials: the same customers once more under changed numbers, and the profit that each scenario then makes."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sim.analysis.ledger import empty_sums
from sim.analysis.metrics import money_metrics
from sim.engines.opening import BookNotReached
from sim.language.words import language_now, language_of_errors
from sim.study.design import Design
from sim.study.figures import frame_of
from sim.study.hangs_on_numbers import Number
from sim.study.simulate import lot_of_task, run_scenario

Progress = Callable[[int, int], None]
PROFIT = "profit_npv"


@dataclass
class Trial:
    """A study's scenarios at one value of one number.

    Attributes
    ----------
    simulated
        Places of the scenarios that can differ from the study's own.
    profit
        [replication, scenario], not a number where nothing was simulated.
    failed
        Why it cannot be simulated.
    """

    design: Design
    simulated: tuple[int, ...]
    profit: NDArray[np.float64] = field(init=False)
    failed: str = ""

    def __post_init__(self) -> None:
        self.profit = np.full((self.design.replications, len(self.design.scenarios)), np.nan)

    def change(self, base: "Trial", strategy: int) -> NDArray[np.float64]:
        """Return by how much a strategy's profit minus the baseline's differs from that at the stated values."""
        moved = self.profit - base.profit
        moved[:, [place for place in range(moved.shape[1]) if place not in self.simulated]] = 0.0
        return np.asarray(np.where(self.ran, moved[:, strategy] - moved[:, 0], np.nan))

    @property
    def ran(self) -> NDArray[np.bool_]:
        """Which replications were simulated."""
        return np.asarray(np.isfinite(self.profit[:, self.simulated[0]]))


@dataclass(frozen=True)
class Sweep:
    """One number at both ends of its range."""

    number: Number
    trials: tuple[Trial, Trial]

    def moves(self, base: Trial) -> bool:
        """Whether any profit differs from the study's in what was simulated."""
        changes = [trial.profit - base.profit for trial in self.trials]
        return any(bool(np.any(change[np.isfinite(change)] != 0.0)) for change in changes)

    @property
    def failed(self) -> str:
        """Why an end cannot be simulated; nothing if both can."""
        return self.trials[0].failed or self.trials[1].failed


def sweep_of(number: Number, design: Design) -> Sweep:
    """Return a number's trials. Where the baseline changes, its past does too, and with it everybody's opening book."""
    everything = tuple(range(len(design.scenarios)))
    simulated = everything if 0 in number.present else tuple(number.present)
    ends = []
    for value in (number.range.low, number.range.high):
        scenarios = number.changed(design.scenarios, value)
        ends.append(Trial(replace(design, scenarios=scenarios), simulated, failed=number.misfit(scenarios)))
    return Sweep(number, (ends[0], ends[1]))


ROUNDS = ("stated", "once", "moving", "followed", "turns")
"""What is simulated one after the other; how much a round has to do is known when the one before it is over."""


@dataclass(frozen=True)
class Round:
    """A round that begins: its name, of how many numbers (of signs in the last), and in how many replications."""

    name: str
    numbers: int
    replications: int

    @property
    def place(self) -> int:
        """Which round it is, from 1."""
        return 1 + ROUNDS.index(self.name)


Begin = Callable[[Round], AbstractContextManager[Progress | None]]
"""Called when a round begins; what its context yields is called with (runs done, runs of the round)."""


def unannounced(_: Round) -> AbstractContextManager[Progress | None]:
    """Begin a round without a word."""
    return nullcontext()


class Bench:
    """Runs trials on threads, round by round, and says how far each round has come."""

    def __init__(self, jobs: int, begin: Begin) -> None:
        self.jobs, self.begin = jobs, begin
        self.progress: Progress | None = None
        self.done = 0

    @contextmanager
    def round(self, name: str, numbers: int, replications: int) -> Iterator[None]:
        """Announce a round that has something to do, and count what runs inside of it."""
        self.done = 0
        with self.begin(Round(name, numbers, replications)) if numbers * replications else nullcontext() as step:
            self.progress = step
            yield
        self.progress = None

    def run(self, trials: Iterable[Trial], replications: Iterable[int], *, again: int = 0) -> None:
        """Simulate some replications of some trials.

        Parameters
        ----------
        again
            How often as much may follow at most inside this round.
        """
        pairs = [(trial, replication) for replication in replications for trial in trials if not trial.failed]
        # A run is one scenario: a trial of the business runs them all, one of a lever those that pull it.
        total = self.done + (1 + again) * sum(len(trial.simulated) for trial, _ in pairs)
        pool = ThreadPoolExecutor(self.jobs, initializer=language_of_errors.set, initargs=(language_now(),))
        try:
            for runs in pool.map(lambda pair: simulate(*pair), pairs):
                self.done += runs
                if self.progress is not None:
                    self.progress(self.done, total)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def simulate(trial: Trial, replication: int) -> int:
    """Simulate one replication and keep the profits, or why that cannot be; return how many scenarios that were."""
    try:
        trial.profit[replication, list(trial.simulated)] = profits(trial.design, trial.simulated, replication)
    except BookNotReached as error:
        trial.failed = str(error)
    return len(trial.simulated)


def profits(design: Design, simulated: tuple[int, ...], replication: int) -> list[float]:
    """Return the discounted profit of some scenarios in one replication, money of the whole business."""
    shape = design.months_valued, len(design.baseline.segments), design.term_months
    sums = [empty_sums(*shape) for _ in simulated]
    for task in design.tasks(replication):
        lot = lot_of_task(design, task)
        for total, place in zip(sums, simulated, strict=True):
            total += run_scenario(design, place, lot)[0].sums
    frames = (frame_of(design, design.scenarios[place]) for place in simulated)
    return [money_metrics(total, frame)[PROFIT] for total, frame in zip(sums, frames, strict=True)]
