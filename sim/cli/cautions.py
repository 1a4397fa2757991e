"""What a reader of a comparison should be warned of."""

from collections.abc import Iterator

from sim.language.words import Words
from sim.scenario.acquisition import business_size
from sim.study.design import Design
from sim.study.fingerprint import fingerprint
from sim.study.numbers import Numbers
from sim.study.study import Study

ENOUGH_MONTHS = 25
"""From here on a horizon holds the second renewal of annual plans."""


def cautions(study: Study, words: Words) -> Iterator[str]:
    """Yield every warning that a study deserves."""
    design, baseline = study.design, study.design.baseline
    if design.months < ENOUGH_MONTHS and has_annual_plans(design):
        yield words("short_horizon", count=design.months)
    for number in range(1, len(study.scenarios)):
        yield from sign_differs(study, number, words)
    own = round(business_size(baseline))
    if design.tied and design.customers != own:
        yield words("tied_sample", customers=f"{design.customers:,}", own=f"{own:,}")
    if baseline.solved is not None and baseline.solved.solved_for != fingerprint(baseline):
        yield words("not_tuned", scenario=baseline.name)


def has_annual_plans(design: Design) -> bool:
    """Whether anybody pays annually in any scenario."""
    some = any((segment.targets.annual_share or 0.0) > 0.0 for segment in design.baseline.segments.values())
    return some or any("annual_plan" in scenario.active_levers() for scenario in design.scenarios)


def sign_differs(study: Study, number: int, words: Words) -> Iterator[str]:
    """Warn where a strategy gains inside the horizon and loses with the residual value, or the other way round."""
    inside = study.difference(number, "profit_npv").interval.mean
    whole = study.difference(number, "profit_npv_with_residual").interval.mean
    if inside * whole < 0.0:
        numbers = Numbers(words.language)
        yield words(
            "sign_differs",
            scenario=study.scenarios[number],
            inside=numbers.change(inside, "money"),
            whole=numbers.change(whole, "money"),
        )
