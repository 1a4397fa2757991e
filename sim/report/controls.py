"""The what-ifs as the page holds them: every text and every place of its two small charts, worked out beforehand."""

import math
from dataclasses import dataclass
from typing import Any

from sim.analysis.catalogue import label
from sim.language.formats import lever_name, percent
from sim.report.about_customers import kept_metric
from sim.report.tables import Cell, Table, figure, row
from sim.report.voice import Voice
from sim.report.what_if import Setting, WhatIfs

LEFT, RIGHT, TOP, BOTTOM = 64.0, 470.0, 14.0, 214.0
"""Edges of both charts' panels, in the units of their view box."""
MOST_TICKS = 6
UNITS = {"profit": "money", "kept": "share", "cost": "money"}


@dataclass(frozen=True)
class Scale:
    """A vertical axis: its ends and the places of its ticks with their texts."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def place(self, value: float) -> float:
        """Return where a value stands."""
        return round(BOTTOM - (BOTTOM - TOP) * (value - self.low) / (self.high - self.low), 1)


@dataclass(frozen=True)
class Controls:
    """All that the template and the script need: choices of the sliders, axes, and data by setting."""

    strategy: str
    baseline: str
    shares: tuple[str, ...]
    prices: tuple[str, ...]
    price_now: int
    switches: tuple[str, ...]
    fixed: tuple[str, ...]
    sample: str
    months: tuple[tuple[float, str], ...]
    retention: Scale
    profit: Scale
    zero: float
    share_places: tuple[float, ...]
    data: dict[str, Any]
    table: Table


def controls(voice: Voice, found: WhatIfs) -> Controls:
    """Return the what-ifs of the page."""
    plan, study, words = found.plan, voice.study, voice.words
    strategy = study.design.scenarios[plan.strategy]
    pulled = strategy.all_levers()
    own = [lever.share for name, lever in pulled.items() if name in plan.switches]
    same = own[0] if len(set(own)) == 1 else None
    shares = tuple(
        words("share_of_all" if same is not None else "share_of_now", share=f"{100.0 * share * (same or 1.0):.4g}")
        for share in plan.shares
    )
    prices = tuple(words("price_level", price=f"{100.0 * price:.4g}") for price in plan.prices)
    curves = [value for entry in found.found.values() for value in entry["curve"] if value == value]
    profits = [value for entry in found.found.values() for value in entry["profit"] if math.isfinite(value)]
    retention = scale(min(curves, default=0.0), 1.0, lambda value: percent(f"{100.0 * value:.0f}", voice.language))
    profit = scale(min(0.0, *profits), max(0.0, *profits), lambda value: voice.numbers.short(value))
    months = study.design.months
    wide = (RIGHT - LEFT) / max(1, months - 1)
    sample = words("what_if_sample", customers=f"{plan.customers:,}", replications=plan.replications)
    return Controls(
        study.scenarios[plan.strategy], study.scenarios[0], shares, prices, plan.prices.index(1.0),
        tuple(lever_name(name, voice.language) for name in plan.switches),
        tuple(lever_name(name, voice.language) for name in pulled if name not in plan.switches), sample,
        tuple((round(LEFT + wide * month, 1), str(month)) for month in range(0, months, max(1, 6 * (months // 36)))),
        retention, profit, profit.place(0.0), share_places(len(plan.shares)),
        {"baseline": [points(found.found[f"baseline.{n}"]["curve"], retention, wide) for n in range(len(prices))],
         "settings": {key: entry_of(voice, entry, retention, profit, wide)
                      for key, entry in found.found.items() if not key.startswith("baseline")},
         "top": len(plan.shares) - 1},
        as_table(voice, found, shares, prices),
    )  # fmt: skip


def share_places(count: int) -> tuple[float, ...]:
    """Return where the shares stand on the horizontal axis."""
    return tuple(round(LEFT + (RIGHT - LEFT) * (place + 0.5) / count, 1) for place in range(count))


def entry_of(
    voice: Voice, entry: dict[str, list[float]], retention: Scale, profit: Scale, wide: float
) -> dict[str, Any]:
    """Return one setting's texts and places."""
    texts = {}
    for name, unit in UNITS.items():
        mean, low, high = entry[name]
        texts[name] = voice.change(mean, unit) if name != "cost" else voice.level(mean, unit)
        texts[f"{name}_range"] = voice.numbers.span(low, high, unit) if low != high else ""
    places = [profit.place(value) if math.isfinite(value) else None for value in entry["profit"]]
    _, low, high = entry["profit"]
    clear = "mark_equal" if low == high == 0.0 else "mark_clear" if low > 0.0 or high < 0.0 else "mark_not_clear"
    return {"texts": {**texts, "clear": voice.words(clear)}, "profit": places,
            "curve": points(entry["curve"], retention, wide)}  # fmt: skip


def points(curve: list[float], axis: Scale, wide: float) -> str:
    """Return a curve as the points of an SVG line."""
    places = [(LEFT + wide * month, axis.place(value)) for month, value in enumerate(curve) if value == value]
    return " ".join(f"{x:.1f},{y}" for x, y in places if x <= RIGHT + 0.1)


def scale(low: float, high: float, written: Any) -> Scale:
    """Return an axis with round ticks over a range."""
    room = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(room / MOST_TICKS))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if room / (power * times) <= MOST_TICKS)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    axis = Scale(first * step, max(last, first + 1) * step, ())
    values = [place * step for place in range(first, max(last, first + 1) + 1)]
    return Scale(axis.low, axis.high, tuple((axis.place(value), written(value)) for value in values))


def as_table(voice: Voice, found: WhatIfs, shares: tuple[str, ...], prices: tuple[str, ...]) -> Table:
    """Return every setting as a row, for those without the script and for print."""
    plan, words = found.plan, voice.words
    rows = []
    for setting in plan.settings():
        entry, share = found.found[setting.key], shares[setting.share] if setting.on else "-"
        profit, kept, cost = (entry[name] for name in UNITS)
        rows.append(row(
            [prices[setting.price], share, levers_on(voice, setting, plan.switches)],
            figure(voice.numbers.change(profit[0], "money"), profit[0]),
            Cell(voice.numbers.span(profit[1], profit[2], "money"), profit[1]),
            figure(voice.numbers.change(kept[0], "share"), kept[0]),
            figure(voice.numbers.level(cost[0], "money"), cost[0]),
        ))  # fmt: skip
    head = tuple(words(f"head_{name}") for name in ("price", "share_reached", "levers", "profit", "range"))
    head = (*head, label(kept_metric(voice), voice.language), words("head_cost"))
    return Table("what-ifs", words("what_ifs_table", currency=voice.currency), head, tuple(rows), texts=3)


def levers_on(voice: Voice, setting: Setting, switches: tuple[str, ...]) -> str:
    """Name the levers that are on."""
    on = [lever_name(name, voice.language) for place, name in enumerate(switches) if setting.on >> place & 1]
    return voice.words("list_gap").join(on) if on else voice.words("no_lever")
