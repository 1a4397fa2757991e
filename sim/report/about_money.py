"""Sentences about money, each computed from what its chart shows: revenue, cash, profit, and what levers bring."""

import numpy as np

from sim.analysis.intervals import Interval, interval
from sim.language.formats import lever_name
from sim.report.about_customers import kept_metric
from sim.report.voice import PROFIT, Voice
from sim.study.combinations import parts_of
from sim.study.tables import MOVEMENTS

PARTS = ("same", "gained", "lost", "neither", "shared")
UP = ("new", "expansion", "reactivation")


def movements(voice: Voice) -> list[str]:
    """Say what recurring revenue is at the beginning and the end, and what moves it most."""
    table = voice.study.table("movements")
    said = []
    for number in dict.fromkeys([0, voice.shown]):
        rows = [place for place, name in enumerate(table["scenario"]) if name == voice.study.scenarios[number]]
        sums = {name: sum(table[name][place] for place in rows) for name in MOVEMENTS}
        if not any(sums.values()):
            continue
        up, down = max(UP, key=lambda name: sums[name]), max(("churn", "contraction"), key=lambda name: sums[name])
        said.append(voice.words(
            "mrr_moved", scenario=voice.name(number), start=voice.level(table["start"][rows[0]]),
            end=voice.level(table["end"][rows[-1]]), up=voice.words(f"move_{up}"), gain=voice.level(sums[up]),
            down=voice.words(f"move_{down}"), loss=voice.level(sums[down]),
        ))  # fmt: skip
    return said


def waterfall(voice: Voice) -> list[str]:
    """Say how much more recurring revenue a strategy ends with, and which movement makes the most of it."""
    if not voice.strategies or voice.study.design.baseline.per_use:
        return []
    found, table = voice.difference(voice.shown, "mrr_end"), voice.study.table("movements")
    moved = {
        name: sum(
            value if scenario == voice.study.scenarios[voice.shown] else -value
            for scenario, value in zip(table["scenario"], table[name], strict=True)
            if scenario in (voice.study.scenarios[0], voice.study.scenarios[voice.shown])
        )
        for name in MOVEMENTS
    }
    most = max(moved, key=lambda name: abs(moved[name]))
    if not found.mean and moved[most]:
        return []
    return voice.moved("mrr_ends", found, movement=voice.words(f"move_{most}"), moved=voice.change(moved[most]))


def cash(voice: Voice) -> list[str]:
    """Say how far cash runs ahead of revenue, and what a strategy brings forward."""
    study = voice.study
    ahead = study.metric(0, "cash").mean - study.metric(0, "revenue").mean
    said = [voice.words("cash_ahead", baseline=voice.name(0), change=voice.change(ahead))]
    if voice.strategies:
        money, earned = (voice.difference(voice.shown, name) for name in ("cash", "revenue"))
        said.append(voice.words("cash_moved", strategy=voice.name(voice.shown), cash=voice.changes(money),
                                revenue=voice.changes(earned)))  # fmt: skip
    return said


def frontier(voice: Voice) -> list[str]:
    """Name the scenarios that no other beats in both profit and retention."""
    study, metric = voice.study, kept_metric(voice)
    points = [(study.metric(n, PROFIT).mean, study.metric(n, metric).mean) for n in range(len(study.scenarios))]
    if not np.isfinite(points).all() or not voice.strategies:
        return []
    best = [
        n for n, own in enumerate(points)
        if not any(other != own and other[0] >= own[0] and other[1] >= own[1] for other in points)
    ]  # fmt: skip
    beaten = [n for n in range(len(points)) if n not in best]
    said = [voice.words("on_frontier", scenarios=voice.named(best))]
    return [*said, *([voice.words("off_frontier", count=len(beaten), scenarios=voice.named(beaten))] if beaten else [])]


def contributions(voice: Voice) -> list[str]:
    """Say what each combined strategy brings, and what its parts bring one by one."""
    said, values = [], voice.study.values[PROFIT]
    for number in voice.strategies:
        parts = parts_of(voice.study, number)
        if parts:
            apart = interval(np.sum([values[part] - values[0] for part in parts], axis=0))
            said.append(voice.words("parts_together", strategy=voice.name(number), parts=voice.named(list(parts)),
                                    whole=voice.changes(voice.difference(number, PROFIT)),
                                    apart=voice.changes(apart)))  # fmt: skip
    return said


def bridge(voice: Voice) -> list[str]:
    """Say what a strategy adds to revenue and to the levers' cost, and from whom its profit comes."""
    if not voice.strategies:
        return []
    number = voice.shown
    revenue, cost = (voice.difference(number, name) for name in ("revenue", "lever_cost"))
    said = [voice.words("revenue_and_cost", strategy=voice.name(number), revenue=voice.changes(revenue),
                        cost=voice.changes(cost))]  # fmt: skip
    found = voice.study.difference(number, PROFIT)
    parts = {name: float(getattr(found, name) or 0.0) for name in PARTS}
    most = max(parts, key=lambda name: abs(parts[name]))
    if not parts[most]:
        return said
    return [*said, voice.words("profit_from", part=voice.words(f"from_{most}", baseline=voice.name(0)),
                               profit=voice.change(parts[most]), whole=voice.changes(found.interval))]  # fmt: skip


def recalls(voice: Voice) -> list[str]:
    """Say how many come back at a recall, and how many of them would not have without it."""
    table = voice.study.table("recalls")
    said = []
    for place, name in enumerate(table["scenario"]):
        if {table[key][place] for key in ("reason", "method", "life")} != {"all"} or not table["contacted"][place]:
            continue
        gross, real = table["returned"][place], table["incremental"][place]
        if gross != gross:
            continue  # nobody was watched for a year
        found = Interval(real, table["incremental_low"][place], table["incremental_high"][place])
        said.append(voice.words(
            "recalled" if real == real else "recalled_gross", scenario=voice.words("quoted", name=name),
            gross=voice.level(gross, "share"), contacted=voice.level(table["contacted"][place], "count"),
            real=voice.changes(found, "share"),
        ))  # fmt: skip
    return said


def holdouts(voice: Voice) -> list[str]:
    """Say what each lever of the strategy that stands first does to a customer whom it reaches."""
    table = voice.study.table("holdouts")
    said = []
    for place, name in enumerate(table["scenario"]):
        if name != voice.study.scenarios[voice.shown] or table["value"][place] != PROFIT:
            continue
        found = Interval(*(table[key][place] for key in ("paired", "paired_low", "paired_high")))
        said.append(voice.words(
            "lever_does" if found.mean == found.mean else "lever_reaches_nobody",
            lever=lever_name(table["lever"][place], voice.language),
            reached=voice.level(table["reached"][place], "count"), profit=voice.changes(found),
        ))  # fmt: skip
    return said
