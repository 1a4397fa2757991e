"""How many candidates exist: by line of acquisition, segment and month; the usual ones, and more where needed."""

import numpy as np
from numpy.typing import NDArray

from sim.core.events import Source
from sim.core.randomness import Stream, uniforms
from sim.model.candidates import Group, Origin
from sim.model.kernel import BARGAIN_LINE, FRIEND_LINE, LINES
from sim.scenario.schema import Line, Scenario, whole_months

ONE_LINE = {"all": Line(share=1.0)}
"""Where a file names no channels, everybody comes by one."""
SPECIAL_LINES = ("friends", "bargains")
"""Names by which ``eligible`` calls the two lines that no file writes."""


def lines_of(scenario: Scenario) -> dict[str, Line]:
    """Return the acquisition channels by name, in the order of their numbers."""
    return scenario.acquisition.channels or ONE_LINE


def source_of(line: Line) -> Source:
    """Return the kind of traffic of a channel."""
    return Source[line.kind.upper()]


def month_of(scenario: Scenario, text: str) -> int:
    """Return the number of a calendar month written like 2026-11, counted from the study's start."""
    year, month = (int(part) for part in text.split("-"))
    return (year - scenario.starts.year) * 12 + month - scenario.starts.month


def candidates_per_month(scenario: Scenario) -> NDArray[np.float64]:
    """Return the business's expected prospects: new customers over target conversion, by season.

    [month, segment], segments in the order of their names, so that chance does not depend on the order in the file.
    """
    season = scenario.season.candidates or (1.0,) * 12
    months = np.arange(scenario.months)
    growth = (1.0 + scenario.acquisition.growth) ** months
    lasts = scenario.acquisition.lasts
    growth[len(months) if lasts is None else whole_months(lasts) :] = 0.0
    factors = np.array([season[(scenario.starts.month - 1 + month) % 12] for month in months])
    new = scenario.acquisition.new_customers
    segments = [segment for _, segment in sorted(scenario.segments.items())]
    per_segment = [new * segment.share / segment.targets.conversion for segment in segments]
    return np.outer(factors * growth, per_segment)


def business_size(scenario: Scenario) -> float:
    """Return the business's own number of customers in the simulation: opening book and expected prospects."""
    opening = scenario.opening.customers if scenario.opening is not None else 0
    return float(candidates_per_month(scenario).sum() + opening)


def widest(scenario: Scenario) -> NDArray[np.float64]:
    """Return the most candidates that the scenario may admit by each line, times the usual ones."""
    most = np.zeros(LINES)
    levers = list(scenario.all_levers().values())
    voice = scenario.behaviour.voice
    for number, line in enumerate(lines_of(scenario).values()):
        most[number] = 1.0 + (voice.most if voice.strength > 0.0 else 0.0)
        for lever in levers:
            most[number] *= lever.most_admitted(source_of(line))
    most[BARGAIN_LINE] = sum(lever.most_bargains() for lever in levers)
    return most


def counts_of(expected: NDArray[np.float64], seed: int, replication: int, which: int) -> NDArray[np.int64]:
    """Round expected numbers to whole ones along the first axis, without bias and without losing anybody in the sum.

    The running sum is cut at whole numbers from a start between 0 and 1, drawn once a replication: each count is
    within 1 of what is expected, right on average, and the sum of all of a column within 1 as well.
    """
    start = float(uniforms(np.uint64(seed), replication, np.array([which]), int(Stream.SAMPLE), 0)[0])
    ends = np.floor(np.cumsum(expected, axis=0) + start + 1e-9).astype(int)
    return np.diff(ends, axis=0, prepend=0)


def acquired_groups(
    scenario: Scenario, scale: float, most: NDArray[np.float64], seed: int, replication: int
) -> list[Group]:
    """Return the candidates of every line, month and segment for a sample of ``scale`` times the business.

    Parameters
    ----------
    most
        By line, the most candidates that any scenario admits, times the usual ones.
    """
    expected = candidates_per_month(scenario) * scale
    groups: list[Group] = []
    for number, line in enumerate(lines_of(scenario).values()):
        groups += line_groups(expected * line.share, number, most[number], seed, replication)
    if most[BARGAIN_LINE] > 0.0:
        groups += line_groups(expected, BARGAIN_LINE, most[BARGAIN_LINE], seed, replication)
    return sorted(groups, key=lambda group: (group.period, group.segment, group.channel))


def line_groups(expected: NDArray[np.float64], number: int, most: float, seed: int, replication: int) -> list[Group]:
    """Return one line's candidates [month, segment]: the usual ones have places below 1, those after them above."""
    months, segments = expected.shape
    columns = [counts_of(expected[:, n], seed, replication, number * segments + n) for n in range(segments)]
    usual = np.column_stack(columns)
    if number >= FRIEND_LINE:
        usual = np.zeros_like(usual)
    more = most - 1.0 if number < FRIEND_LINE else most
    pool = usual + np.ceil(np.maximum(0.0, more) * expected - 1e-9).astype(int)
    return [
        Group(Origin.ACQUIRED, segment, month, 0, int(pool[month, segment]), number, int(usual[month, segment]),
              float(expected[month, segment]))
        for month in range(months)
        for segment in range(segments)
        if pool[month, segment] > 0
    ]  # fmt: skip
