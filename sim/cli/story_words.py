"""The phrases in which a life is told: ``_one`` marks a singular, ``_shop`` what is said of a shop instead."""

from sim.cli.story_chinese import CHINESE
from sim.cli.story_english import ENGLISH

PHRASES: dict[str, dict[str, str]] = {"en": ENGLISH, "zh": CHINESE}
