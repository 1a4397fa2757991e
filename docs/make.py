"""Make the pages and pictures that come from the code: ``python docs/make.py``; ``--check`` only compares.

``--quick`` writes only the pages that need no simulation.
"""

import importlib
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sim.core.events import Reason
from sim.core.frame import Eligible
from sim.core.hooks import LEAVE_HOOKS
from sim.core.lever import Lever, TeamSize, team_of
from sim.core.parameter import GRADES, Declared, Parameters, declared
from sim.core.sources import KINDS, READ, Source, sources
from sim.core.units import spell
from sim.levers import LEVERS
from sim.model.behaviour import Behaviour, Renewal
from sim.model.channels import Channels
from sim.model.reasons import MECHANISMS, REASONS, VOLUNTARY, Involuntary, Mechanism, factors, total, voluntary_total
from sim.scenario.market import load_market, market_names
from sim.scenario.schema import Costs, Plans

FOLDER = Path(__file__).parent
MARKET = "us_b2b_saas"
"""The market in which money defaults are shown."""

Row = tuple[str, ...]


def behaviour_groups() -> tuple[type[Parameters], ...]:
    """Return the groups of ``behaviour``, in its order."""
    return tuple(type(group) for _, group in Behaviour())


def lever_groups() -> tuple[type[Parameters], ...]:
    """Return what every lever has, whom it may reach, its team and the teams that differ, and then each lever's own."""
    teams = dict.fromkeys(team for team in map(team_of, LEVERS) if team is not None)
    return (Lever, Eligible, TeamSize, *(team for team in teams if team is not TeamSize), *LEVERS)


def channel_groups() -> tuple[type[Parameters], ...]:
    """Return the channels, in their order."""
    return tuple(field.annotation for field in Channels.model_fields.values())  # type: ignore[misc]


def all_groups() -> tuple[type[Parameters], ...]:
    """Return every group with numbers that the model brings along."""
    return (*behaviour_groups(), *channel_groups(), Renewal, Plans, Costs, *lever_groups(), Involuntary)


def known_parameters(group: type[Parameters]) -> tuple[Declared, ...]:
    """Return a group's parameters; of a scenario's own groups, those that the scenario need not bring itself."""
    if group in (Plans, Costs):
        return tuple(one for one in declared(group) if one.source or one.market)
    return declared(group)


def table(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Write a Markdown table; a blank cell is a fault of the page."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        if not all(cell.strip() for cell in row):
            raise ValueError(f"a cell is blank in the row {row}")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""


def cited(key: str) -> str:
    """Return a source's title, linked to its entry at the end of the page."""
    return f"[{sources()[key].title}](#{key})"


def parameter_row(parameter: Declared) -> Row:
    """Return one row of a parameter table; what a market preset holds is taken from there."""
    name = f"`{parameter.name}`"
    if parameter.market is not None:
        price = load_market(MARKET).values[parameter.market]
        default, low, high, grade, source = price.value, price.low, price.high, price.grade, price.source
    else:
        default, grade, source = parameter.default, str(parameter.grade), str(parameter.source)
        low, high = parameter.written(parameter.low), parameter.written(parameter.high)
    span = "any" if parameter.market is None and parameter.low is None else f"{low} .. {high}"
    return name, parameter.unit, default, span, grade, cited(source), parameter.description


def heading(group: type[Parameters]) -> str:
    """Return the heading of a group: a lever's is its name in scenario files."""
    if issubclass(group, Lever):
        return "Every lever" if group is Lever else f"Lever `{group.lever_name()}`"
    return group.title or group.__name__


def source_row(source: Source) -> Row:
    """Return one row of the list of sources."""
    title = f"[{source.title}]({source.link})" if source.link else source.title
    year = str(source.year or "undated")
    return f'<a id="{source.key}"></a>{title}', source.authors, year, source.kind, source.read, source.note


def parameters_page() -> Iterator[str]:
    """Every number of the model: unit, default, range, grade, source."""
    head = ("parameter", "unit", "default", "range", "grade", "source", "what it is")
    yield from ("# Parameters", "")
    yield "Every number of the model. The range is the one worth sweeping; *any* marks what is chosen, not known."
    yield f"Money is shown as the market `{MARKET}` has it."
    yield from ("", "## Grades", "")
    yield from table(("grade", "meaning"), GRADES.items())
    yield "A grade is the default's own. Where a source gives only a direction, or speaks of something near, the"
    yield "grade is that of the guess: J or S. Before a decision hangs on a number of grade D, J or S, sweep its range."
    yield from ("", "## Units", "")
    yield "`probability` and `ratio` have no unit (a ratio of 1 changes nothing), `1` is a plain number, `count` a"
    yield "whole one; `names` are words of a scenario file, `group` is a table of its own on this page."
    yield ""
    for group in all_groups():
        yield from (f"## {heading(group)}", "", (group.__doc__ or "").split("\n")[0], "")
        yield from table(head, map(parameter_row, known_parameters(group)))
    for name in market_names():
        market = load_market(name)
        yield from (f"## Market `{name}`", "", f"{market.description} All money is in {market.currency}.", "")
        rows = (
            (f"`{key}`", _price_unit(price.value), price.value, f"{price.low} .. {price.high}", price.grade,
             cited(price.source), price.description)
            for key, price in market.values.items()
        )  # fmt: skip
        yield from table(head, rows)
    yield from ("## Sources", "", "Kinds:", "")
    yield from table(("kind", "meaning"), KINDS.items())
    yield from ("How far we read it:", "")
    yield from table(("read", "meaning"), READ.items())
    yield from table(("source", "authors", "year", "kind", "read", "used for"), map(source_row, sources().values()))


def _price_unit(text: str) -> str:
    if text.endswith("%"):
        return "probability"
    return "price" if " per " in text else "money"


def reasons_page() -> Iterator[str]:
    """Why customers leave, and what moves each reason."""
    behaviour, involuntary = Behaviour(), Involuntary()
    yield from ("# Why customers leave", "")
    yield "A customer's rate of leaving for one reason is the base rate of segment and plan, times every factor below."
    yield "All numbers follow from the default [parameters](parameters.md)."
    yield from ("", "## Reasons", "")
    share = {reason: getattr(behaviour.reasons, reason.name.lower()) for reason in VOLUNTARY}
    yield from table(
        ("reason", "share", "driven by", "helped by", "not helped by", "levers that act on it directly"),
        (
            (f"**{_word(row.reason)}**: {row.meaning}", _share(row.reason, share, involuntary), row.driven_by,
             row.helped_by, row.not_helped_by, _direct_levers(row.reason))
            for row in REASONS
        ),
    )  # fmt: skip
    charge = behaviour.payment.fails * (1.0 - behaviour.payment.recovered)
    yield f"With the default retries, {spell(charge, 'probability')} of card charges end a subscription."
    yield from ("", "## Reason x mechanism", "")
    yield "Each cell: the factor at the mechanism's first and second end. A dash: not touched."
    yield from ("", *table(("mechanism", *(_word(row.reason) for row in REASONS)), map(_matrix_row, MECHANISMS)))
    yield from ("## What a mechanism does in total", "")
    yield "Published ratios are about all leaving. Weighing the factors with the shares of the reasons gives the ratio"
    yield "that each mechanism implies; the shares are taken to hold among customers for whom the factor is 1. The last"
    failed = spell(involuntary.share, "probability")
    yield f"column also counts failed payments, {failed} of all churn, which nothing here touches."
    yield ""
    head = ("mechanism", "what it is", "parameter", "from .. to", "factor", "on voluntary leaving", "on all leaving")
    yield from table(head, (_total_row(mechanism, behaviour, involuntary) for mechanism in MECHANISMS))
    floor = voluntary_total(behaviour.leaving.floor, (Reason.SOFT, Reason.EXPERIENCE), behaviour)
    yield f"Levers that act on soft and experience alone lower voluntary leaving no further than to {floor:.3g}."
    yield ""
    yield "Stored value acts later, at the request: full ties, content, achievements and data lower the chance of"
    yield f"asking to cancel, and of leaving after an order, by {spell(behaviour.investment.holds, 'probability')}."


def _matrix_row(mechanism: Mechanism) -> Row:
    cell = _span(factors(Behaviour())[mechanism.name])
    return _title(mechanism), *(cell if row.reason in mechanism.reasons else "-" for row in REASONS)


def _total_row(mechanism: Mechanism, behaviour: Behaviour, involuntary: Involuntary) -> Row:
    ends, touched = factors(behaviour)[mechanism.name], mechanism.reasons
    names = ", ".join(f"`{name}`" if "." in name else name for name in mechanism.parameters)
    voluntary = _span(voluntary_total(end, touched, behaviour) for end in ends)
    whole = _span(total(end, touched, behaviour, involuntary) for end in ends)
    between = f"{mechanism.first_end} .. {mechanism.second_end}"
    return _title(mechanism), mechanism.meaning, names, between, _span(ends), voluntary, whole


def _share(reason: Reason, share: dict[Reason, float], involuntary: Involuntary) -> str:
    if reason in share:
        return f"{spell(share[reason], 'probability')} of voluntary"
    return f"{spell(involuntary.share, 'probability')} of all"


def _direct_levers(reason: Reason) -> str:
    if reason not in VOLUNTARY:
        return "none"
    names = [f"`{lever.lever_name()}`" for lever in LEVERS if LEAVE_HOOKS[reason] in lever.hooks]
    return ", ".join(names) or "none"


def _word(reason: Reason) -> str:
    return reason.name.lower()


def _title(mechanism: Mechanism) -> str:
    return mechanism.name.replace("_", " ")


def _span(ends: Iterable[float]) -> str:
    return " .. ".join(f"{end:.3g}" for end in ends)


def page_of(module: str) -> Callable[[], Iterator[str]]:
    """Return what writes the page of a module beside this one, loaded when the page is needed: some simulate."""
    return lambda: getattr(importlib.import_module(module), module)()


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "parameters.md": parameters_page,
    "reasons.md": reasons_page,
    "levers.md": page_of("levers_page"),
    "scenario.md": page_of("scenario_page"),
    "metrics.md": page_of("metrics_page"),
    "coverage.md": page_of("coverage_page"),
    "generator.md": page_of("generator_page"),
    "speed.md": page_of("speed_page"),
    "baseline.md": page_of("baseline_page"),
    "mechanisms.md": page_of("mechanisms_page"),
    "experiments.md": page_of("published_page"),
    "verification.md": page_of("verification_page"),
}
QUICK = (
    "parameters.md", "reasons.md", "levers.md", "scenario.md", "metrics.md", "coverage.md", "generator.md", "speed.md",
)  # fmt: skip
"""Pages that need no simulation; ``--check`` looks at these, ``--check-all`` at every page."""


def draw_pictures() -> None:
    """Draw the pictures of both READMEs from the shipped scenarios."""
    import sim
    from sim.charts.fonts import chinese_font
    from sim.core.files import write_bytes

    if chinese_font() is None:
        sys.exit("Matplotlib finds no font with Chinese characters; install one, or delete its list of fonts.")
    folder = FOLDER / "pictures"
    folder.mkdir(exist_ok=True)
    study = sim.simulate(sorted((FOLDER.parent / "scenarios").glob("*.yaml")), customers=10_000, replications=20)
    for name, language, file in (("differences", "en", "differences.png"), ("differences", "zh", "differences.zh.png"),
                                 ("retention", "en", "retention.png")):  # fmt: skip
        write_bytes(folder / file, getattr(sim.charts, name)(study, language=language).picture("png"))


def main(words: list[str]) -> int:
    """Write the pages, or with ``--check`` say which are stale."""
    stale = []
    for name, page in PAGES.items():
        if words in (["--check"], ["--quick"]) and name not in QUICK:
            continue
        text, file = "\n".join(page()).rstrip() + "\n", FOLDER / name
        if words not in (["--check"], ["--check-all"]):
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
    if not words:
        draw_pictures()
    if stale:
        print(f"Stale: {', '.join(stale)}; run 'python docs/make.py' and keep what it writes.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
