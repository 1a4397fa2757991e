"""The reference of metrics: what each is called in both languages, its unit, which way is better, its definition."""

from collections.abc import Iterator

from make import table

from sim.analysis.catalogue import CATALOGUE, HEADLINES, Metric, definition, label
from sim.language.words import LANGUAGES

BETTER = {1: "more", -1: "less", 0: "neither"}


def metrics_page() -> Iterator[str]:
    """Yield the page's lines."""
    yield from ("# Metrics", "")
    yield "Every figure of `study.metrics()`, `study.compare()` and `run --json`, made from"
    yield "[`sim/analysis/catalogue.yaml`](../sim/analysis/catalogue.yaml). Where the field uses one word for several"
    yield "things, the definition says which is meant; `study.readings()` gives churn and use by other conventions too."
    yield ""
    yield "Money is at the business's own scale, whatever the size of the sample. Every figure has a 95 % interval over"
    yield "replications, of a ratio that of a ratio of sums ([how often they hold](coverage_of_intervals.md)); every"
    yield "difference is paired, on the same customers. *Shown first*: in the printed comparison of subscriptions."
    yield ""
    yield from table(("metric", "called", "unit", "better", "what it is"), map(row, CATALOGUE, CATALOGUE.values()))


def row(name: str, metric: Metric) -> tuple[str, ...]:
    """Return one metric's row."""
    called = "<br>".join(label(name, language) for language in LANGUAGES)
    shown = " *Shown first.*" if name in HEADLINES else ""
    key = f'<a id="{name}"></a>`{name}`'
    return key, called, metric.unit, BETTER[metric.better], definition(name) + shown
