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
    "bridge": dict.fromkeys(("baseline", "strategy", "difference", "low", "high"), "money"),
}  # fmt: skip

COUNT = "count in the sample"
MRR = "money per month"
ORDERS = "money per month, in a shop of the window's orders"
PARTS = {"part": COUNT, "whole": COUNT, "share": "share"}
LABELS = {
    "window": "windows since day 0", "from_day": "days", "to_day": "days", "channel": "number of the channel",
    "cohort": "months", "life": "number of the life",
}  # fmt: skip
"""What readings are cut by, where it is a number."""
UNITS_OF_READINGS: dict[str, dict[str, str]] = {
    "churn": PARTS, "renewals": PARTS, "recovery": PARTS, "touchpoints": PARTS, "touches": PARTS,
    "churned": {"ends": COUNT, "uses": "count per end", "dormant": "share", "tenure": "days", "mrr": MRR,
                "share": "share"},
    "drivers": dict.fromkeys(("stayed", "left"), COUNT)
    | dict.fromkeys(("mean_stayed", "mean_left"), "count per customer, of annual plans a share")
    | dict.fromkeys(("difference", "low", "high"), "standard deviations")
    | dict.fromkeys(("odds", "odds_low", "odds_high"), "ratio"),
    "mrr": dict.fromkeys(
        ("start", "new", "expansion", "reactivation", "contraction", "churn", "end"), f"{MRR} in the sample")
    | dict.fromkeys(("gross_churn", "net_churn"), "share") | {"quick_ratio": "ratio"},
    "arpu": {"revenue": f"{ORDERS}, in the sample", "customers": COUNT, "arpu": ORDERS},
    "first_orders": {"amount": "money in the sample", "customers": COUNT, "first_order": "money"},
    "ltv": {"arpa": ORDERS, "churn": "share per month", "ltv_chartmogul": "money", "ltv_skok": "money"},
    "retention": PARTS, "average_retention": {"cohorts": "count", "share": "share"}, "brackets": PARTS,
    "still_using": PARTS,
    "life_cycle": dict.fromkeys(("new", "current", "resurrected", "dormant", "active"), COUNT)
    | {"pulse": "ratio", "retained": "share", "lost": "share"},
    "daily_states": dict.fromkeys(("nurr", "curr", "rurr", "surr", "iwaurr"), "share"),
    "stickiness": {"dau": COUNT, "mau": COUNT, "share": "share"},
}  # fmt: skip
"""Of every table of ``Readings``."""
