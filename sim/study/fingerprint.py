"""Which numbers base rates were solved for, as a short hash: changed numbers are to be tuned again."""

import hashlib
import json

from sim.scenario.schema import Scenario

SOLVED_FIELDS = ("segments", "plans", "behaviour", "renewal", "season", "currency")


def fingerprint(scenario: Scenario) -> str:
    """Return a short hash of the numbers that base rates depend on."""
    numbers = scenario.model_dump(mode="json", include=set(SOLVED_FIELDS))
    if scenario.acquisition.channels is not None:
        numbers["channels"] = scenario.model_dump(mode="json", include={"acquisition": {"channels"}})
    if has_season(scenario):
        numbers["first_month"] = scenario.starts.month
    return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:16]


def has_season(scenario: Scenario) -> bool:
    """Return whether one month of the year differs from another."""
    return any(factors is not None for _, factors in scenario.season)
