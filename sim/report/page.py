"""The page: everything that a study found, put into one HTML file that asks nothing of a network."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from sim.charts.chart import Chart
from sim.charts.inline import chart_title, inline
from sim.charts.save import SIMULATED, draw_all
from sim.core.files import write_text
from sim.report import about_customers, about_money, compared, details, made
from sim.report.answer import first_line
from sim.report.controls import Controls, controls
from sim.report.place import check_place
from sim.report.risks import read_hangs_on
from sim.report.tables import Table
from sim.report.voice import Voice
from sim.report.what_if import WhatIfs
from sim.study.study import Study

FOLDER = Path(__file__).parent
LARGEST = 3_000_000
"""Bytes of a page."""
LARGEST_CHARTS = 2_000_000
"""Bytes of its charts."""
NAME_PARTS = re.compile(r"(?<=[._])(?=[a-z])")
TAGS = {"en": "en", "zh": "zh-CN"}
SENTENCES: dict[str, Callable[[Voice], list[str]]] = {
    "differences": about_customers.differences, "retention": about_customers.retention,
    "cohorts": about_customers.cohorts, "stages": about_customers.stages, "flows": about_customers.flows,
    "funnel": about_customers.funnel, "reasons": about_customers.reasons, "habit": about_customers.habit,
    "teams": about_customers.teams, "movements": about_money.movements, "waterfall": about_money.waterfall,
    "cash": about_money.cash, "frontier": about_money.frontier, "contributions": about_money.contributions,
    "bridge": about_money.bridge, "recalls": about_money.recalls, "holdouts": about_money.holdouts,
}  # fmt: skip
"""What is said with a chart, by its name."""
SECTIONS = {
    "retention": ("differences", "retention", "cohorts", "frontier"),
    "leaving": ("reasons", "funnel", "stages", "flows", "habit"),
    "levers": ("contributions", "bridge", "holdouts", "recalls", "teams"),
    "hangs": (),
    "months": ("movements", "waterfall", "cash"),
}
"""In which section a chart stands; those named nowhere have one of their own."""


@dataclass(frozen=True)
class Figure:
    """A chart with the sentences that are computed from what it shows."""

    name: str
    svg: Markup
    sentences: list[str]


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Attributes
    ----------
    folded
        Tables that are opened by whoever wants them.
    """

    name: str
    title: str
    paragraphs: list[str]
    figures: list[Figure]
    tables: list[Table]
    folded: list[Table]


def write_report(
    study: Study, file: str | Path, *, language: str = "en", what_ifs: WhatIfs | None = None, simulate: bool = False,
    drawn: dict[str, Chart] | None = None,
) -> Path:  # fmt: skip
    """Write a study's report into a file and return it; parameters are those of ``report``.

    Raises
    ------
    NotWritten
        When the file is there and is no report, or cannot be one.
    """
    place = Path(file)
    check_place(place, language)
    write_text(place, report(study, language=language, what_ifs=what_ifs, simulate=simulate, drawn=drawn))
    return place


def report(
    study: Study, *, language: str = "en", what_ifs: WhatIfs | None = None, simulate: bool = False,
    drawn: dict[str, Chart] | None = None,
) -> str:  # fmt: skip
    """Return a study's report as one HTML page.

    Parameters
    ----------
    language
        ``en`` or ``zh``.
    what_ifs
        What the sliders of the page show; without them there are none.
    simulate
        Whether to draw also the charts that simulate a sample first.
    drawn
        The study's charts, if they are drawn already.
    """
    charts = draw_all(study, language) if drawn is None else drawn
    charts = charts | (draw_all(study, language, SIMULATED) if simulate else {})
    voice = Voice(study, language)
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["breakable"] = breakable
    style, script = ((FOLDER / name).read_text(encoding="utf-8") for name in ("style.css", "script.js"))
    sliders = controls(voice, what_ifs) if what_ifs is not None else None
    found = read_hangs_on(voice, voice.shown) if voice.strategies else None
    return environment.get_template("page.html").render(
        words=voice.words, language=TAGS[language], answer=first_line(voice, found),
        names=study.scenarios, sections=sections(voice, charts), sliders=sliders, data=as_data(sliders),
        facts=made.facts(voice), grades=made.grades(voice), sources=made.sources_used(voice),
        style=Markup(style), script=Markup(script), hash_of=hash_of,
    )  # fmt: skip


def breakable(text: str) -> Markup:
    """Return a text in which names of numbers may break between their words."""
    return Markup("<wbr>").join(escape(piece) for piece in NAME_PARTS.split(text))


def hash_of(text: str) -> str:
    """Return the hash by which the page's rule lets a style or a script of its own in, and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()


def as_data(sliders: Controls | None) -> Markup:
    """Return the sliders' data for the script; nothing in it can end the element that holds it."""
    text = json.dumps(sliders.data if sliders else {}, ensure_ascii=True, allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def sections(voice: Voice, charts: dict[str, Chart]) -> list[Section]:
    """Return the sections of the page in their order."""
    figures = within(voice, {name: figure_of(voice, name, chart) for name, chart in charts.items()})
    found = [
        Section(name, voice.words(f"section_{name}"), [], [figures[key] for key in keys if key in figures], [], [])
        for name, keys in SECTIONS.items()
    ]
    for section in found:
        section.paragraphs.extend(text for key in SECTIONS[section.name] for text in undrawn(voice, key, figures))
        FILLED[section.name](voice, section)
    placed = {key for keys in SECTIONS.values() for key in keys}
    others = [figure for name, figure in figures.items() if name not in placed]
    if others:
        found.append(Section("more", voice.words("section_more"), [], others, [], []))
    return [section for section in found if section.figures or section.tables or section.paragraphs or section.folded]


def figure_of(voice: Voice, name: str, chart: Chart) -> Figure:
    """Return a chart with its sentences, which are also heard by who cannot see it."""
    sentences = SENTENCES[name](voice) if name in SENTENCES else []
    title = chart_title(chart)
    said = voice.words("space").join(sentences)
    alternative = voice.words("alternative", title=title, said=said) if said else title
    return Figure(name, Markup(inline(chart, f"chart-{name}", alternative)), sentences)


def within(voice: Voice, figures: dict[str, Figure]) -> dict[str, Figure]:
    """Return figures that a page can hold: of too many, the largest become a word on where they are."""
    found = dict(figures)
    for name in sorted(figures, key=lambda name: -len(figures[name].svg)):
        if sum(len(figure.svg) for figure in found.values()) <= LARGEST_CHARTS:
            break
        found[name] = Figure(name, Markup(), [*figures[name].sentences, voice.words("too_large", chart=name)])
    return found


def undrawn(voice: Voice, name: str, figures: dict[str, Figure]) -> list[str]:
    """Return what is said of a chart that is not in the page, unless another one says the same."""
    said = SENTENCES[name]
    return [] if any(said is SENTENCES.get(other) for other in figures) else said(voice)


def fill_retention(voice: Voice, section: Section) -> None:
    """Add the comparison."""
    if voice.strategies:
        section.tables.append(compared.strategies(voice))
    section.folded.append(compared.levels(voice))


def fill_leaving(voice: Voice, section: Section) -> None:
    """Add the reasons."""
    section.folded.append(details.reasons(voice))


def fill_levers(voice: Voice, section: Section) -> None:
    """Add what each lever did, and to whom."""
    section.tables.extend(table for table in (details.levers(voice),) if table is not None)
    section.folded.extend(table for table in (details.groups(voice),) if table is not None)


def fill_hangs(voice: Voice, section: Section) -> None:
    """Add the two uncertainties, and what the answer hangs on."""
    words = voice.words
    if not voice.strategies:
        return
    found = read_hangs_on(voice, voice.shown)
    section.paragraphs.extend((words("two_uncertainties"), words("selection")))
    if found is None:
        section.paragraphs.append(words("not_tried", strategy=voice.name(voice.shown), command=voice.command))
    else:
        names = [voice.number(number.name) for number in found.turning]
        key = "tried_turning" if names else "tried_nothing"
        section.paragraphs.append(words(key, strategy=voice.name(voice.shown), count=len(found.numbers),
                                        names=voice.listed(names)))  # fmt: skip
    table = made.hangs_on(voice, voice.shown, found)
    section.tables.extend([table] if table.rows else [])


def fill_months(voice: Voice, section: Section) -> None:
    """Add each scenario month by month."""
    section.paragraphs.append(voice.words("months_note", count=voice.study.replications))
    section.folded.extend(details.months(voice, number) for number in details.in_detail(voice))


FILLED = {
    "retention": fill_retention, "leaving": fill_leaving, "levers": fill_levers, "hangs": fill_hangs,
    "months": fill_months,
}  # fmt: skip
"""What each section holds besides its charts."""
