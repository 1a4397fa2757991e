"""A study as one JSON object, for other programs."""

import json
import math
from dataclasses import asdict
from typing import Any

from sim.analysis.catalogue import CATALOGUE
from sim.study.study import Study


def study_as_data(study: Study) -> dict[str, Any]:
    """Return what was simulated, every metric with its interval, and every paired difference."""
    design = study.design
    return {
        "baseline": design.baseline.name,
        "seed": design.seed,
        "customers": design.customers,
        "months": design.months,
        "replications": study.replications,
        **until_as_data(study),
        "engine": design.engine,
        "events": study.events,
        "seconds": {name: round(seconds, 3) for name, seconds in study.seconds.items()},
        "run": study.folder,
        "scenarios": {
            scenario: {"metrics": {name: asdict(study.metric(number, name)) for name in CATALOGUE}}
            for number, scenario in enumerate(study.scenarios)
        },
        "differences": {
            scenario: {name: difference_as_data(study, number, name) for name in CATALOGUE}
            for number, scenario in enumerate(study.scenarios)
            if number > 0
        },
    }


def until_as_data(study: Study) -> dict[str, Any]:
    """Return what half-width was asked for and what was reached; nothing where none was asked for."""
    if study.design.until is None:
        return {}
    widths = {name: {"half_width": width, "asked": asked} for name, width, asked in study.half_widths()}
    return {"until": {"asked": str(study.design.until), "reached": study.precise, "scenarios": widths}}


def difference_as_data(study: Study, number: int, name: str) -> dict[str, float]:
    """Return one paired difference; the parts by customers, and what is simultaneous, only where there is such."""
    found = asdict(study.difference(number, name))
    relative, together = found.pop("relative"), found.pop("simultaneous")
    found |= {"relative": relative["mean"], "relative_low": relative["low"], "relative_high": relative["high"]}
    if together is not None:
        found |= {"simultaneous_low": together["low"], "simultaneous_high": together["high"]}
    return {**found.pop("interval"), **{key: value for key, value in found.items() if value is not None}}


def written(data: Any) -> str:
    """Write JSON; what is not a finite number becomes null, and other scripts than Latin are escaped."""
    return json.dumps(finite(data), indent=1, allow_nan=False)


def finite(data: Any) -> Any:
    """Replace every number that JSON does not know by None."""
    if isinstance(data, dict):
        return {key: finite(value) for key, value in data.items()}
    if isinstance(data, list):
        return [finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
