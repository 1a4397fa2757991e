"""Sentences about customers, each computed from what its chart shows: who stays, who leaves, why, what they do."""

import numpy as np

from sim.analysis.intervals import interval
from sim.analysis.measures import Measure
from sim.core.events import Reason
from sim.report.sums import count, ends, more
from sim.report.voice import PROFIT, Voice
from sim.study.tables import STAGES

REASONS = [reason.name.lower() for reason in Reason]


def differences(voice: Voice) -> list[str]:
    """Say how many strategies surely earn more, how many less, and how many of them keep more customers."""
    if voice.study.replications == 1:
        return [voice.words("one_replication")]
    profits = {number: voice.difference(number, PROFIT) for number in voice.strategies}
    sure = [number for number, found in profits.items() if found.low > 0.0]
    lost = [number for number, found in profits.items() if found.high < 0.0]
    kept = [number for number in voice.strategies if voice.difference(number, kept_metric(voice)).low > 0.0]
    several = len(profits) > 1  # what there is to say of one, the first line says
    said = [voice.words("some_earn", count=len(profits), sure=len(sure), lost=len(lost))] if several else []
    if kept:
        said.append(voice.words("some_keep", strategies=voice.named(kept)))
    dear = [number for number in kept if number in lost]
    return [*said, *([voice.words("keep_and_lose", strategies=voice.named(dear))] if dear else [])]


def kept_metric(voice: Voice) -> str:
    """Return the metric of retention that the study can see."""
    return "logo_retention_m24" if voice.study.design.baseline.per_use else "logo_retention_m12"


def retention(voice: Voice) -> list[str]:
    """Say how many stay a year under the baseline, and how many more under the strategy that stands first."""
    table, month = voice.study.retention_table(), min(12, voice.study.design.months - 1)
    at = [place for place, tenure in enumerate(table["tenure"]) if tenure == month]
    curve = [table["retention"][place] for place in at]
    if not month or curve[0] != curve[0]:
        return []
    base = voice.words("of_newcomers", baseline=voice.name(0), count=month, share=voice.level(curve[0], "share"))
    if not voice.strategies:
        return [base]
    found = voice.difference(voice.shown, kept_metric(voice))
    year = 24 if voice.study.design.baseline.per_use else 12
    if found.mean != found.mean:
        return [base]
    key = "keeps_more" if found.low > 0.0 else "keeps_fewer" if found.high < 0.0 else "keeps_alike"
    key = "keeps_equal" if found.low == found.high == 0.0 else key
    return [base, voice.words(key, strategy=voice.name(voice.shown), month=year, points=voice.changes(found, "share"))]


def cohorts(voice: Voice) -> list[str]:
    """Compare how many of the first and of the last cohorts are there after half a year."""
    study, tenure = voice.study, 6
    months = study.design.months
    if months < 4 * tenure:
        return []
    started = study.stacked(voice.shown, "cohort_started").sum(axis=(2, 3))[:, :months]
    gone = study.stacked(voice.shown, "cohort_ended").sum(axis=(2, 3))[:, :months, :tenure].sum(axis=2)
    early, late = slice(0, tenure), slice(months - 2 * tenure, months - tenure)
    shares = [
        interval(1.0 - gone[:, span].sum(axis=1) / np.maximum(1, started[:, span].sum(axis=1))).within(0.0, 1.0)
        for span in (early, late)
    ]
    return [voice.words("cohorts_compared", strategy=voice.name(voice.shown), cohorts=tenure, month=tenure,
                        early=voice.levels(shares[0], "share"),
                        late=voice.levels(shares[1], "share"))]  # fmt: skip


def stages(voice: Voice) -> list[str]:
    """Say how many customers sleep at the end."""
    table, last = voice.study.table("stages"), voice.study.design.months - 1
    names = list(dict.fromkeys([0, voice.shown]))
    said = []
    for number in names:
        found = {
            stage: value
            for name, month, stage, value in zip(
                table["scenario"], table["month"], table["stage"], table["customers"], strict=True
            )
            if (name, month) == (voice.study.scenarios[number], last)
        }
        using = sum(found[stage] for stage in STAGES[1:])
        if using > 0.0:
            said.append(voice.words("asleep", scenario=voice.name(number), share=voice.level(
                found["dormancy"] / using, "share"), customers=voice.level(using, "count")))  # fmt: skip
    return said


def flows(voice: Voice) -> list[str]:
    """Say how often customers fall asleep and wake, and how much a strategy changes that."""
    study, number = voice.study, voice.shown
    asleep, woke = (count(study, number, measure) for measure in (Measure.FELL_ASLEEP, Measure.WOKE))
    said = [voice.words("sleep_and_wake", scenario=voice.name(number), asleep=voice.level(asleep.mean, "count"),
                        woke=voice.level(woke.mean, "count"))]  # fmt: skip
    if number:
        found = more(study, number, Measure.FELL_ASLEEP)
        said += voice.moved(
            "more_sleep", found, "count", beside=more(study, number, Measure.WOKE), baseline=voice.name(0)
        )
    return said


def funnel(voice: Voice) -> list[str]:
    """Say how many of a hundred prospects become customers, and at which step most are lost."""
    table = voice.study.table("funnel")
    rows = list(zip(table["scenario"], table["step"], table["mean"], strict=True))
    first = {step: mean for scenario, step, mean in rows if scenario == voice.study.scenarios[0]}
    if not first["prospects"]:
        return []
    activated, won = first["activated"] / first["prospects"], first["customers"] / first["prospects"]
    said = [voice.words("funnel_steps", baseline=voice.name(0), activated=voice.level(activated, "share"),
                        won=voice.level(won, "share"))]  # fmt: skip
    if voice.strategies:
        found = voice.difference(voice.shown, "conversion_rate")
        said += voice.moved("funnel_moved", found, "share", beside=voice.difference(voice.shown, "activation_rate"))
    return said


def reasons(voice: Voice) -> list[str]:
    """Name the reason for which most leave, and the one that a strategy changes most."""
    before = ends(voice.study, 0).sum(axis=(1, 2))
    if not before.sum():
        return [voice.words("nobody_left", baseline=voice.name(0))]
    shares = before.sum(axis=0) / before.sum()
    top = int(np.argmax(shares))
    said = [voice.words("most_leave", baseline=voice.name(0), reason=voice.words(f"reason_{REASONS[top]}"),
                        share=voice.level(float(shares[top]), "share"))]  # fmt: skip
    if voice.strategies:
        change = ends(voice.study, voice.shown).sum(axis=(1, 2)) - before
        most = int(np.argmax(np.abs(change.mean(axis=0))))
        found = interval(change[:, most])
        key = "reason_moved" if found.sure else "no_reason_moved"
        said += voice.moved(key, found, "count", reason=voice.words(f"reason_{REASONS[most]}"))
    return said


def habit(voice: Voice) -> list[str]:
    """Say how often customers use the product, and how much a strategy changes that."""
    uses = voice.study.metric(0, "uses_per_month")
    if uses.mean != uses.mean:
        return []
    said = [voice.words("uses", baseline=voice.name(0), uses=voice.levels(uses, "ratio"))]
    if voice.strategies:
        found = voice.difference(voice.shown, "uses_per_month")
        said += voice.moved("uses_moved", found, "ratio")
    return said


def teams(voice: Voice) -> list[str]:
    """Say how many of those who asked for a team were served, and how many stopped waiting."""
    said = []
    for number in range(len(voice.study.scenarios)):
        asked, served, left = (
            count(voice.study, number, measure).mean
            for measure in (Measure.TEAM_ASKED, Measure.SERVED, Measure.LEFT_QUEUE)
        )
        if asked > 0.0:
            said.append(voice.words("team_served", scenario=voice.name(number), asked=voice.level(asked, "count"),
                                    served=voice.level(served / asked, "share"),
                                    left=voice.level(left / asked, "share")))  # fmt: skip
    return said
