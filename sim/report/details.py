"""Tables behind the sections: reasons for leaving, what levers did and to whom, the ledger month by month."""

import numpy as np

from sim.analysis.catalogue import label
from sim.analysis.frame import Frame
from sim.analysis.intervals import interval
from sim.analysis.measures import Measure
from sim.analysis.metrics import acquisition_costs, alive_at_starts, monthly_contribution
from sim.core.events import FINE
from sim.language.formats import lever_name
from sim.report.about_customers import REASONS
from sim.report.sums import ends, revenue_by_group
from sim.report.tables import Cell, Table, figure, row
from sim.report.voice import PROFIT, Voice
from sim.study.tables import month_dates

MANY = 12
"""Scenarios from which on not all are shown month by month."""
COSTS = (Measure.SERVICE_COST, Measure.FEES, Measure.GOODS, Measure.REFUNDS)


def reasons(voice: Voice) -> Table:
    """Return ends by reason, under every scenario, and the paired change."""
    words, study = voice.words, voice.study
    rows = []
    before = ends(study, 0).sum(axis=(1, 2))
    for number, scenario in enumerate(study.scenarios):
        found = ends(study, number).sum(axis=(1, 2))
        for place, reason in enumerate(REASONS):
            if not found[:, place].any() and not before[:, place].any():
                continue
            count, change = interval(found[:, place]), interval(found[:, place] - before[:, place])
            share = found[:, place].sum() / found.sum() if found.sum() else np.nan
            rows.append(row(
                [scenario, words(f"reason_{reason}")], figure(voice.numbers.level(count.mean, "count"), count),
                figure(voice.numbers.level(share, "share"), share),
                figure("" if not number else voice.numbers.change(change.mean, "count"), change),
                Cell(span(voice, change.low, change.high, "count") if number else "", change.low if number else None),
            ))  # fmt: skip
    head = tuple(words(f"head_{name}") for name in ("scenario", "reason", "ends", "share", "change", "range"))
    return Table("reasons", words("reasons", months=study.design.months, baseline=study.scenarios[0]), head,
                 tuple(rows), texts=2)  # fmt: skip


def span(voice: Voice, low: float, high: float, unit: str) -> str:
    """Return a range; nothing where there is none."""
    text = voice.numbers.span(low, high, unit)
    return "" if text == voice.numbers.unknown else text


def levers(voice: Voice) -> Table | None:
    """Return what each lever does to a customer whom it reaches: by its hold-out, and on the same customers."""
    words, table = voice.words, voice.study.table("holdouts")
    rows = []
    for place, value in enumerate(table["value"]):
        if value != PROFIT:
            continue
        cell = {key: table[key][place] for key in table}
        bounds = [span(voice, cell[f"{key}_low"], cell[f"{key}_high"], "money") for key in ("incremental", "paired")]
        rows.append(row(
            [cell["scenario"], lever_name(cell["lever"], voice.language)],
            figure(voice.numbers.level(cell["reached"], "count"), cell["reached"]),
            figure(voice.numbers.level(cell["held_out"], "count"), cell["held_out"]),
            figure(voice.numbers.change(cell["incremental"], "money"), cell["incremental"]),
            Cell(bounds[0], cell["incremental_low"]),
            figure(voice.numbers.change(cell["paired"], "money"), cell["paired"]), Cell(bounds[1], cell["paired_low"]),
        ))  # fmt: skip
    if not rows:
        return None
    head = ("strategy", "lever", "reached", "held_out", "incremental", "range", "paired", "range")
    return Table("levers", words("levers", currency=voice.currency), tuple(words(f"head_{name}") for name in head),
                 tuple(rows), texts=2, notes=(words("levers_note"),))  # fmt: skip


def in_detail(voice: Voice) -> list[int]:
    """Return the scenarios that are shown in long tables: of many, the baseline and the strategy that stands first."""
    everything = list(range(len(voice.study.scenarios)))
    return everything if len(everything) <= MANY else [0, voice.shown]


def groups(voice: Voice) -> Table | None:
    """Return what each strategy changes in revenue and ends, by segment and plan."""
    words, rows = voice.words, []
    for number in in_detail(voice)[1:]:
        for segment, plan, earned, left in revenue_by_group(voice.study, number):
            rows.append(row(
                [voice.study.scenarios[number], segment, words(f"plan_{plan}")],
                figure(voice.numbers.change(earned.mean, "money"), earned),
                Cell(span(voice, earned.low, earned.high, "money"), earned.low),
                figure(voice.numbers.change(left.mean, "count"), left),
                Cell(span(voice, left.low, left.high, "count"), left.low),
            ))  # fmt: skip
    if not rows:
        return None
    head = ("strategy", "segment", "plan", "revenue", "range", "ends", "range")
    return Table("groups", words("groups", baseline=voice.study.scenarios[0], currency=voice.currency),
                 tuple(words(f"head_{name}") for name in head), tuple(rows), texts=3,
                 notes=(words("groups_note"),))  # fmt: skip


def months(voice: Voice, scenario: int) -> Table:
    """Return one scenario month by month, means over replications, in whole units of money."""
    words, study = voice.words, voice.study
    frame, count = study.frame(scenario), study.design.months
    sums = study.stacked(scenario, "sums")
    mean = sums.mean(axis=0)
    total = mean.sum(axis=(1, 2))
    customers = alive_at_starts(total, count)[1:] * frame.weight
    columns = ledger(mean, frame, count)
    names = [name for name, values in columns.items() if np.any(values)]
    rows = []
    for month, date in enumerate(month_dates(study.design.baseline.starts, count)):
        rows.append((
            Cell(f"{date:%Y-%m}"), figure(f"{customers[month]:,.0f}", customers[month]),
            *(figure(whole(columns[name][month]), columns[name][month]) for name in names),
        ))  # fmt: skip
    head = (words("head_month"), label("customers_end", voice.language), *(words(f"money_{name}") for name in names))
    caption = words("months", scenario=study.scenarios[scenario], currency=voice.currency)
    return Table(f"months-{scenario}", caption, head, tuple(rows))


def ledger(mean: np.ndarray, frame: Frame, months: int) -> dict[str, np.ndarray]:
    """Return money by month, whole units of the business: what comes in, what goes out, and what is left."""
    total = mean.sum(axis=(1, 2))[:months]
    unit = 10**frame.decimals
    sample = frame.weight / unit
    acquisition = acquisition_costs(mean, frame)[:months] / unit
    levers = frame.lever_months[:months] / unit + total[:, Measure.TOUCH_COST] / FINE * sample
    profit = (monthly_contribution(mean, frame)[:months] - frame.lever_months[:months] - frame.overhead) / unit
    return {
        "cash": total[:, Measure.CASH] * sample,
        "revenue": total[:, Measure.REVENUE] * sample,
        "costs": total[:, list(COSTS)].sum(axis=1) * sample,
        "acquisition": acquisition,
        "levers": levers,
        "overhead": np.full(months, frame.overhead / unit),
        "profit": profit - acquisition,
    }


def whole(value: float) -> str:
    """Write money in whole units, with a minus only where something is left of it."""
    return f"{round(value):,}".replace("-", "\N{MINUS SIGN}")
