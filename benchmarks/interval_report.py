"""The page docs/coverage_of_intervals.md, from what benchmarks/interval_coverage.py measured."""

from collections.abc import Iterable, Iterator
from math import sqrt
from typing import Any

from interval_pool import CUSTOMERS, MONTHS, ROOT, STRATEGIES, TOGETHER, Pool

from sim.analysis.catalogue import label
from sim.core.files import write_text

PAGE = ROOT / "docs" / "coverage_of_intervals.md"
KINDS = {
    "figure": "Figures of each scenario",
    "difference": "Paired differences to the baseline",
    "relative": "Differences relative to the baseline",
    "at once": "Differences of all strategies at once",
}
SURE = 3.0
"""Standard errors below 95 % from which a coverage is printed bold."""
Measured = dict[str, Any]


def write_page(pool: Pool, measured: Measured) -> None:
    """Write the page."""
    write_text(PAGE, "\n".join(page(pool, measured)).rstrip() + "\n")


def page(pool: Pool, measured: Measured) -> Iterator[str]:
    """Yield the page's lines."""
    sizes = [name for name in measured if name != "until"]
    studies = measured[sizes[0]]["studies"]
    error = 100.0 * sqrt(0.95 * 0.05 / studies)
    yield from (
        "# How often intervals hold the truth", "",
        f"Made by `python benchmarks/interval_coverage.py POOL --files {len(pool.each) // 1000} "
        f"--sizes {' '.join(sizes)}`. The share of 95 % "
        f"intervals that hold the truth, in {studies:,} studies of each size. Figures are in per cent, before the "
        "arrow by Student's t over each replication's own value, behind it by the present method. One standard error "
        f"is {error:.2f} points or less; what lies more than {SURE:g} of them below 95 is **bold**. A dash: hardly any "
        "interval has bounds, as where a strategy moves nothing.", "",
        f"**The pool.** {len(pool.each):,} replications of {', '.join(STRATEGIES)}: {CUSTOMERS} customers over "
        f"{MONTHS} months, a seed a thousand. A study's replications hold {TOGETHER} of the pool's each, drawn with "
        f"replacement: {CUSTOMERS * TOGETHER:,} customers, as many as `run` takes unless told otherwise. The pool is "
        "thus the whole population, and its figure the exact truth; studies of one size overlap as samples of one "
        "population do.", "",
        "**What is estimated** is the business's figure: sums over all replications, then the formula. A mean of each "
        "replication's ratio is another number, and changes with the size of the sample, which is to change precision "
        "and nothing else.", "",
        "**The method.** The jackknife over replications makes pseudo-values; each end of the interval is the "
        "farther of Student's t and of Hall's transformation of it, which corrects for skewness. Where a figure "
        "is not defined without one of the replications, there are no bounds. A relative difference has bounds "
        "where the baseline's interval leaves out zero. Differences of all strategies at once share the chance to"
        " miss (Bonferroni) and give one degree of freedom to skewness; the largest of their correlated t (max-t)"
        " was too small: it held 93.2 to 94.7 % of LTV to CAC at 5 to 20 replications. The price at 20 "
        "replications of even values is some 4 % of width; at 5 it is half as much again, since five values do "
        "not tell whether their tail is long.", "",
        "**Where it falls short.** A row of differences holds all three strategies. Where one moves a metric by a few "
        "customers in thousands (integrations and activation), often no replication of a study differs: the "
        "interval would be from 0 to 0; the comparison then says *equal*, and it is not counted here. "
        "Where few do, or where a difference hangs on a few large contracts, no interval of few replications can know "
        "of those that did not come (Bahadur & Savage 1956): more customers help, as do more replications.", "",
    )  # fmt: skip
    for kind, title in KINDS.items():
        yield from (f"## {title}", "")
        yield from table(["metric", *(f"{size} replications" for size in sizes)], rows_of(kind, sizes, measured))
    yield from until_part(measured["until"])


def rows_of(kind: str, sizes: list[str], measured: Measured) -> Iterator[list[str]]:
    """Yield one row per metric."""
    names = [row.removesuffix(f" {kind}") for row in measured[sizes[0]]["now"] if row.endswith(f" {kind}")]
    for name in names:
        cells = []
        for size in sizes:
            here, studies = measured[size], measured[size]["studies"]
            old, new = (share(here[method].get(f"{name} {kind}"), studies) for method in ("before", "now"))
            cells.append(f"{old} → {new}" if f"{name} {kind}" in here["before"] else new)
        yield [label(name), *cells]


def share(found: list[int] | None, studies: int) -> str:
    """Write a coverage; bold where it lies clearly below 95 %."""
    if found is None or found[0] < studies / 4:
        return "-"
    count, hits = found
    text = f"{100.0 * hits / count:.1f}"
    return f"**{text}**" if hits / count < 0.95 - SURE * sqrt(0.95 * 0.05 / min(studies, count)) else text


def until_part(found: dict[str, Any]) -> Iterator[str]:
    """Yield what is measured of the stopping rule."""
    yield from ("## Studies that go on until they are precise (`--until`)", "")
    yield f"{found['studies']:,} studies a line. The half-width asked for is what Student's interval would need about"
    yield "so many replications for. Replications are those that the rule makes; the interval is that at the stop."
    yield ""
    head = ["asked for", "would need about", "coverage", "mean replications", "stopped by the cap of 500"]
    studies = found["studies"]
    yield from table(head, (
        [f"`{asked}`", str(needed), share([studies, round(hits * studies)], studies), f"{made:.0f}",
         f"{100 * capped:.0f} %"]
        for asked, needed, hits, made, capped in found["rows"]
    ))  # fmt: skip


def table(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    """Write a Markdown table."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""
