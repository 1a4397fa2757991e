"""The units of every table's columns; a table whose rows differ in unit has a column ``unit`` for its figures."""

MONTHS = {"month": "months", "tenure": "months"}
"""Whole months since day 0, or since the first payment."""
BOUNDS = ("", "_low", "_high")
MIXED = "see the column unit"


def alike(names: tuple[str, ...], unit: str) -> dict[str, str]:
    """Return one unit for figures and for both ends of their intervals."""
    return {name + bound: unit for name in names for bound in BOUNDS}


def mean_of(unit: str) -> dict[str, str]:
    """Return one unit for a mean and both ends of its interval."""
    return dict.fromkeys(("mean", "low", "high"), unit)


UNITS_OF: dict[str, dict[str, str]] = {
    "compare": dict.fromkeys(
        ("difference", "low", "high", "simultaneous_low", "simultaneous_high", "same", "gained", "lost", "neither",
         "shared"), MIXED) | alike(("relative",), "share") | {"variance_factor": "ratio"},
    "metrics": mean_of(MIXED),
    "monthly": MONTHS | {"value": MIXED},
    "retention": MONTHS | dict.fromkeys(("retention", "low", "high"), "share") | {"seen": "customers in the sample"},
    "movements": MONTHS | dict.fromkeys(
        ("start", "new", "expansion", "reactivation", "contraction", "churn", "end"), "money per month"),
    "funnel": mean_of("count"),
    "reasons": {"ends": "count", "share": "share"},
    "stages": MONTHS | {"customers": "count"},
    "holdouts": dict.fromkeys(("reached", "held_out"), "count") | alike(("incremental", "paired"), MIXED)
    | {"z": "standard errors"},
    "recalls": dict.fromkeys(("contacted", "withheld", "recalled"), "count")
    | alike(("returned", "incremental", "paired"), "share") | dict.fromkeys(("returned_withheld", "kept"), "share")
    | {"worth": "money per month, of an order in a shop", "cost": "money", "contribution": "money"}
    | alike(("gain",), "ratio"),
    "unit_economics": mean_of(MIXED),
}  # fmt: skip
