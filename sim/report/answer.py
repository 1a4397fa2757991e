"""The first line of the report: do X, earns Y, costs Z, fails if W - or honestly that nothing is surely better."""

from dataclasses import dataclass

from sim.report.risks import HangsOn, failures, where_untested
from sim.report.voice import PROFIT, Voice


@dataclass(frozen=True)
class Part:
    """One part of the answer: what it is about, the answer, and what should be known about it."""

    title: str
    answer: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class FirstLine:
    """The answer in one sentence, and its parts."""

    sentence: str
    parts: tuple[Part, ...]


def first_line(voice: Voice, found: HangsOn | None) -> FirstLine:
    """Return the answer of a study.

    Parameters
    ----------
    found
        What the recommended strategy hangs on, where that is known.
    """
    best = voice.recommended
    if best is None:
        return FirstLine(nothing_better(voice), ())
    study, words = voice.study, voice.words
    earns, costs = voice.difference(best, PROFIT), voice.difference(best, "lever_cost_npv")
    fails = failures(voice, best, found)
    tried = found is not None or voice.questioned is None
    sentence = words(
        "do" if tried else "do_untested", strategy=voice.name(best), baseline=voice.name(0), months=study.design.months,
        earns=voice.levels(earns), costs=voice.level(costs.mean), fails=fails[0],
    )  # fmt: skip
    return FirstLine(sentence, (
        Part(words("part_do"), study.scenarios[best], tuple(doing(voice, best))),
        Part(words("part_earns"), voice.changes(earns), tuple(earning(voice, best))),
        Part(words("part_costs"), voice.level(costs.mean), tuple(costing(voice, best))),
        Part(words("part_fails"), fails[0].strip(), (*fails[1:], *how_known(voice, found))),
    ))  # fmt: skip


def nothing_better(voice: Voice) -> str:
    """Say that no strategy is surely better, and why not."""
    study, words = voice.study, voice.words
    if len(study.scenarios) == 1:
        return words("alone", baseline=voice.name(0), profit=voice.levels(study.metric(0, PROFIT)),
                     months=study.design.months)  # fmt: skip
    best = voice.difference(voice.shown, PROFIT)
    said = {"strategy": voice.name(voice.shown), "baseline": voice.name(0), "profit": voice.changes(best),
            "count": len(study.scenarios) - 1}  # fmt: skip
    if study.replications == 1:
        return words("no_range", **said)
    found = [voice.difference(number, PROFIT) for number in voice.strategies]
    if all(one.low == one.high == 0.0 for one in found):
        return words("all_equal", **said)
    if all(one.high < 0.0 for one in found):
        return words("all_worse", **said)
    return words("only_alone" if best.low > 0.0 else "none_better", **said)


def doing(voice: Voice, best: int) -> list[str]:
    """Say what the strategy is, and how far ahead it is of the next one."""
    study = voice.study
    described = study.design.scenarios[best].description.strip()
    notes = [described] if described else []
    return [*notes, *ahead(voice, best)]


def ahead(voice: Voice, best: int) -> list[str]:
    """Say whether the recommended strategy is surely ahead of the next one, and by how much; nothing if it is alone."""
    study, words = voice.study, voice.words
    others = [number for number in voice.strategies if number != best]
    if not others:
        return []
    estimates = study.estimates[PROFIT]
    second = max(others, key=lambda number: voice.difference(number, PROFIT).mean)
    lead = estimates[best].minus(estimates[second]).interval(study.critical)
    return [words("lead" if lead.sure else "no_lead", second=voice.name(second), lead=voice.changes(lead))]


def earning(voice: Voice, best: int) -> list[str]:
    """Say what the profit is, relatively and beyond the horizon, and what it does to retention."""
    study, words = voice.study, voice.words
    found = study.difference(best, PROFIT)
    relative = voice.numbers.relative(found.relative.mean, found.relative.half_width)
    notes = [words("earns_more", baseline=voice.name(0), relative=relative)]
    if found.simultaneous is not None:
        notes.append(words("earns_together", count=len(study.scenarios) - 1,
                           low=voice.numbers.change(found.simultaneous.low, "money"),
                           high=voice.numbers.change(found.simultaneous.high, "money")))  # fmt: skip
    beyond = voice.difference(best, "profit_npv_with_residual")
    return [*notes, words("earns_beyond", profit=voice.changes(beyond))]


def costing(voice: Voice, best: int) -> list[str]:
    """Say what the levers cost, and what comes back of it."""
    roi = voice.study.metric(best, "lever_roi")
    notes = [voice.words("costs_inside")]
    if roi.mean == roi.mean:
        notes.append(voice.words("costs_return", currency=voice.currency, roi=voice.levels(roi, "ratio")))
    return notes


def how_known(voice: Voice, found: HangsOn | None) -> list[str]:
    """Say how much was tried to find what turns the answer."""
    if found is not None:
        return [voice.words("fails_tried", count=len(found.numbers), customers=f"{found.customers:,}")]
    if voice.questioned is None:
        return []
    count = len(voice.weak_numbers)
    return [where_untested(voice, voice.questioned), voice.words("fails_not_tried", count=count, command=voice.command)]
