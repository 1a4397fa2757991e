"""Every metric: unit, and which way is better; what it is called and how it is defined is in the catalogue of texts."""

import math
from dataclasses import dataclass
from pathlib import Path

import yaml

from sim.language.words import Words


@dataclass(frozen=True)
class Metric:
    """What figures of a metric are.

    Attributes
    ----------
    unit
        share, money, count, ratio, months, or 1/month.
    better
        1 more is better, -1 less is better, 0 neither.
    least, most
        What no figure of it falls below or exceeds: where its intervals end at the latest.
    """

    unit: str
    better: int
    least: float
    most: float


ENDS = {"share": {"least": 0.0, "most": 1.0}, "count": {"least": 0.0}}
"""By unit, where the file says nothing else."""


def metric_of(unit: str, better: int, **ends: float) -> Metric:
    """Return a metric as the file describes it."""
    return Metric(unit, better, **{"least": -math.inf, "most": math.inf} | ENDS.get(unit, {}) | ends)


CATALOGUE: dict[str, Metric] = {
    name: metric_of(**words)
    for name, words in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")).items()
}

HEADLINES = ("logo_retention_m12", "logo_retention_m24", "nrr_m12", "activation_rate", "customers_end", "mrr_end",
             "profit_npv", "profit_npv_with_residual")  # fmt: skip
"""Metrics that the printed comparison shows first."""


def label(name: str, language: str = "en") -> str:
    """Return a metric's name for people."""
    return Words("metrics", language)(name)


def definition(name: str, language: str = "en") -> str:
    """Return what exactly a metric is."""
    return Words("metric_definitions", language)(name)
